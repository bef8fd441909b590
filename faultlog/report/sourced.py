"""What a rule says it rests on, in the reader's language as far as its clauses are those that the catalogue knows."""

import re
from typing import Final

from faultlog.report.recognised import recognised
from faultlog.wording import Wording

_CLAUSE: Final = re.compile(r"(; |, (?=asks|read)| (?=\())")
"""What stands between two clauses; their order stays."""


def sourced(source: str, say: Wording) -> str:
    """A source as a reader sees it; rules state it in English."""
    if say.language == "en":
        return source
    return "".join(_clause(part, say) for part in _CLAUSE.split(source))


def _clause(text: str, say: Wording) -> str:
    found = recognised("sourced", text)
    return text if found is None else say.words(f"sourced.{found[0]}", **found[1])
