"""What a rule says it rests on, in the reader's language as far as its clauses are those that the catalogue knows."""

import re
from functools import cache
from typing import Final

from faultlog.wording import Wording, catalogue

_KEY: Final = "sourced."
_CLAUSE: Final = re.compile(r"(; |, (?=asks|read)| (?=\())")
"""What stands between two clauses; their order stays."""
_NUMBER: Final = re.escape("{number}")


def sourced(source: str, say: Wording) -> str:
    """A source as a reader sees it; rules state it in English."""
    if say.language == "en":
        return source
    return "".join(_clause(part, say) for part in _CLAUSE.split(source))


def _clause(text: str, say: Wording) -> str:
    for word, pattern in _known():
        found = pattern.fullmatch(text)
        if found is not None:
            return say.words(f"sourced.{word}", **found.groupdict())
    return text


@cache
def _known() -> list[tuple[str, re.Pattern[str]]]:
    """The clauses that the catalogue knows, as they stand in rules."""
    english = {key: text for key, text in catalogue("en").items() if key.startswith(_KEY)}
    return [
        (key.removeprefix(_KEY), re.compile(re.escape(text).replace(_NUMBER, r"(?P<number>\d+)")))
        for key, text in english.items()
    ]
