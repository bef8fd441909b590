"""What rules and the code state in English, recognised as a sentence of the catalogue, which speaks every language."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from faultlog.wording import catalogue

_BLANK: Final = re.compile(r"\\\{(\w+)\\\}")


def recognised(family: str, text: str) -> tuple[str, Mapping[str, str]] | None:
    """The catalogue's name for a sentence, without its family, and what fills its blanks; `None` where it has none.

    >>> recognised("detail", "more than 7 files")
    ('files', {'count': '7'})
    """
    matches = ((name, pattern.fullmatch(text)) for name, pattern in _known(family))
    return next(((name, found.groupdict()) for name, found in matches if found is not None), None)


@cache
def _known(family: str) -> list[tuple[str, re.Pattern[str]]]:
    """The sentences of a family, as they stand in rules or in the code."""
    begin = f"{family}."
    english = {key.removeprefix(begin): text for key, text in catalogue("en").items() if key.startswith(begin)}
    return [(name, re.compile(_BLANK.sub(_filled, re.escape(text)), re.DOTALL)) for name, text in english.items()]


def _filled(blank: re.Match[str]) -> str:
    kind = r"\d+" if blank[1] == "number" else ".+?"
    return f"(?P<{blank[1]}>{kind})"
