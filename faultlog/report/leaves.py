"""The leaves of the case document that are more than a text or a number: instants, and what fills a sentence."""

from collections.abc import Mapping
from typing import Annotated

from faultlog import model
from faultlog.limits import Limit

_ISO = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$"

_FIRST, _LAST = "1968", "9999-12-31"
"""Between which instants lie: the years of `stamps` with their deadlines, and by every zone's clock in the calendar."""


def _text(value: object) -> object:
    return str(value) if isinstance(value, model.Instant) else value


def _instant(text: str) -> str:
    try:
        model.Instant.of(text if text.isascii() and _FIRST <= text < _LAST else "")
    except ValueError:
        raise ValueError(f"{text[:40]!r} is no instant in UTC such as 2026-03-03T12:30:00Z") from None
    return text


Instant = Annotated[
    str,
    Limit(
        before=_text,
        after=_instant,
        described={"type": "string", "pattern": _ISO, "examples": ["2026-03-03T12:30:00Z"]},
    ),
]
"""ISO 8601 in UTC, with as many fraction digits as the log wrote."""


def _told(params: Mapping[str, str | int | float]) -> Mapping[str, str | int | float]:
    for name, value in params.items():
        if name == "at" or name.endswith("_at"):
            try:
                _instant(str(value))
            except ValueError as error:
                raise ValueError(f"{name}: {error}") from None
    return params


Params = Annotated[Mapping[str, str | int | float], Limit(after=_told)]
