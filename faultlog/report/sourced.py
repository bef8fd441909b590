"""What a rule says it rests on, in the reader's language as far as its clauses are those that the catalogue knows."""

import re
from typing import Final

from faultlog.report.recognised import told
from faultlog.wording import Wording

_CLAUSE: Final = re.compile(r"(; |, (?=asks|read)| (?=\())")
"""What stands between two clauses; their order stays."""


def sourced(source: str, say: Wording) -> str:
    """A source as a reader sees it; rules state it in English."""
    if say.language == "en":
        return source
    return "".join(told(say, part, "sourced") for part in _CLAUSE.split(source))
