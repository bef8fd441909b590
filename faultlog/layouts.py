"""Layouts of stamps: the four with a name, and one's own in the directives that `strftime` knows.

`%d.%m.%Y %H:%M:%S` says which number is the day: nothing is guessed from the values.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import cast, get_args

from faultlog.model import NS, Instant, Stamp
from faultlog.stamps import ABBREVIATIONS, OFFSET, PATTERNS, Layout, nanoseconds_of, offset_of, read_stamp, stamp_of

NAMED: tuple[str, ...] = get_args(Layout)
"""Layouts with a name."""

FULL_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
MONTHS = tuple(one[:3] for one in FULL_MONTHS)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
AFTERNOON: Mapping[str, bool] = MappingProxyType(
    {"am": False, "pm": True, "a.m.": False, "p.m.": True, "오전": False, "오후": True}
)
"""Words for the halves of a day: whether the second one is meant."""


def _any_of(words: tuple[str, ...]) -> str:
    return "(?i:" + "|".join(map(re.escape, words)) + ")"


DIRECTIVES: Mapping[str, str] = MappingProxyType(
    {
        "%Y": "[0-9]{4}", "%y": "[0-9]{2}",
        "%m": "[01][0-9]", "%-m": "[01]?[0-9]", "%b": _any_of(MONTHS), "%B": _any_of(FULL_MONTHS),
        "%d": "[0-3][0-9]", "%-d": "[0-3]?[0-9]", "%e": "[ 0-3]?[0-9]",
        "%a": _any_of(tuple(one[:3] for one in _WEEKDAYS)), "%A": _any_of(_WEEKDAYS),
        "%H": "[0-2][0-9]", "%-H": "[0-2]?[0-9]", "%I": "[01][0-9]", "%-I": "[01]?[0-9]",
        "%M": "[0-5][0-9]", "%-M": "[0-5]?[0-9]", "%S": "[0-5][0-9]", "%-S": "[0-5]?[0-9]",
        "%f": "[0-9]{1,9}", "%.f": "(?:[.,][0-9]{1,9})?",
        "%p": _any_of(tuple(AFTERNOON)), "%z": f"(?:Z|UTC|GMT|{OFFSET})", "%Z": _any_of(tuple(sorted(ABBREVIATIONS))),
        "%s": "[0-9]{10}", "%%": "%",
    }
)  # fmt: skip
"""What each directive reads. `%-d` may lack its padding, `%.f` a fraction with its point where there is one (as in
chrono), `%e` padded with a blank; the rest is as in C."""

_DIRECTIVE = re.compile(r"%(?:[-.]?[A-Za-z]|%)|%")


def known(layout: str) -> str:
    """The layout, where it is one.

    Raises:
        ValueError: it is none; says why.
    """
    if layout in NAMED:
        return layout
    if "%" not in layout:
        raise ValueError(f"is none of {', '.join(NAMED)}, nor a layout of your own such as '%d.%m.%Y %H:%M:%S'")
    parts = _DIRECTIVE.findall(layout)
    strange = [one for one in parts if one not in DIRECTIVES]
    if strange:
        raise ValueError(f"knows no directive {strange[0]}; there are {' '.join(DIRECTIVES)}")
    names = [_name(one) for one in parts if one != "%%"]
    if len(set(names)) < len(names):
        raise ValueError("says one part twice")
    if "s" not in names:
        _whole(frozenset(names))
    return layout


def _whole(names: frozenset[str]) -> None:
    """Refuse a layout that leaves a part of the time to be guessed."""
    if not (names & {"m", "b"} and (names & {"H"} or {"I", "p"} <= names) and {"d", "M", "S"} <= names):
        raise ValueError("must say month, day, hour (%H, or %I and %p), minute and second, or %s")


def _name(directive: str) -> str:
    """The part of a time that a directive reads."""
    return {"e": "d", "B": "b", "A": "a"}.get(directive[-1], directive[-1])


def pattern_of(layout: str) -> str:
    """What `{stamp}` in a line pattern stands for."""
    return PATTERNS[layout] if layout in NAMED else _written(layout, named=False)


def _written(layout: str, *, named: bool) -> str:
    text, position = "", 0
    for found in _DIRECTIVE.finditer(layout):
        text += re.escape(layout[position : found.start()])
        part = DIRECTIVES[found[0]]
        text += f"(?P<{_name(found[0])}>{part})" if named and found[0] != "%%" else part
        position = found.end()
    return text + re.escape(layout[position:])


@lru_cache(maxsize=64)
def _compiled(layout: str) -> "re.Pattern[str]":
    return re.compile(_written(layout, named=True))


def read(layout: str, text: str) -> Stamp | None:
    """The stamp that a text writes in a layout, or `None` where it writes none that a log can have.

    >>> stamp = read("%d.%m.%Y %I:%M:%S %p", "04.03.2026 12:05:06 AM")
    >>> (stamp.month, stamp.day, stamp.hour)
    (3, 4, 0)
    """
    if layout in NAMED:
        return read_stamp(cast("Layout", layout), text)
    found = _compiled(layout).fullmatch(text)
    if found is None:
        return None
    parts = {name: part for name, part in found.groupdict().items() if part is not None}
    fraction = parts.get("f", "").lstrip(".,")
    if "s" in parts:
        return stamp_of(Instant(int(parts["s"]) * NS + nanoseconds_of(fraction), len(fraction)))
    return _civil(parts, fraction)


def _civil(parts: Mapping[str, str], fraction: str) -> Stamp | None:
    """The stamp of a date and a time of day. That the date exists, the ISO reader decides."""
    hour = _hour(parts)
    if hour is None:
        return None
    year, month, day = _year(parts), _month(parts), int(parts["d"])
    civil = f"{month:02d}-{day:02d} {hour:02d}:{int(parts['M']):02d}:{int(parts['S']):02d}"
    iso = read_stamp("iso", f"{2000 if year is None else year:04d}-{civil}")
    if iso is None:
        return None
    zone = parts.get("z")
    return Stamp(
        iso.month, iso.day, iso.hour, iso.minute, iso.second, year,
        nanoseconds_of(fraction), len(fraction),
        0 if zone in {"UTC", "GMT"} else offset_of(zone), parts["Z"].upper() if "Z" in parts else None,
    )  # fmt: skip


def _year(parts: Mapping[str, str]) -> int | None:
    """The year; two digits are of 1970 to 2069."""
    if "Y" in parts:
        return int(parts["Y"])
    if "y" not in parts:
        return None
    short = int(parts["y"])
    return 2000 + short if short < 70 else 1900 + short


def _month(parts: Mapping[str, str]) -> int:
    if "m" in parts:
        return int(parts["m"])
    return MONTHS.index(parts["b"].lower()[:3]) + 1


def _hour(parts: Mapping[str, str]) -> int | None:
    """The hour of 24; `None` for the thirteenth of twelve."""
    if "I" not in parts:
        return int(parts["H"])
    hour, after_noon = int(parts["I"]), AFTERNOON[parts["p"].lower()]
    return hour % 12 + 12 * after_noon if 1 <= hour <= 12 else None
