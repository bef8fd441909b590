"""Where reading was stopped by a limit: what stands behind it nobody knows, so that nothing seen proves nothing."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

from faultlog.report.rows import Warn
from faultlog.wording import Wording, catalogue

LIMITS: Final = frozenset({"bomb_size", "bomb_ratio", "bomb_members", "bomb_header", "bomb_depth", "no_space"})
"""The codes of warnings that say so."""
_BLANK: Final = re.compile(r"\\\{(\w+)\\\}")
"""A blank of a sentence of which every sign stands for itself."""
_LONGEST: Final = 4096
"""Characters of a detail beyond which it is not compared with sentences: a path and some words are shorter."""


def stops(warnings: Iterable[Warn]) -> list[Warn]:
    """What stopped reading."""
    return [one for one in warnings if one.code in LIMITS]


def stopped_words(say: Wording, warnings: Iterable[Warn]) -> str | None:
    """That reading was stopped, where first and by what, and that the rest is unknown; `None` where it was not."""
    found = stops(warnings)
    if not found:
        return None
    why = say.words(f"limit.{found[0].code}")
    if found[0].file is not None:
        why = f"{found[0].file}: {why}"
    return say.counted("headline.stopped", len(found), why=why)


def warned(say: Wording, one: Warn) -> str:
    """A warning as it is told: in the reader's language, where its code or the catalogue tells what its detail says."""
    key = f"limit.{one.code}" if one.code in LIMITS else f"warned.{one.code}"
    detail = _detail(say, one)
    if one.code not in LIMITS or not say.has(key):
        plain = detail or (say.words(key) if say.has(key) else one.detail)
        return f"{plain} [{one.code}]"
    return f"{say.words(key)} ({detail or one.detail}) [{one.code}]"


def _detail(say: Wording, one: Warn) -> str | None:
    """What a warning says in particular, in the reader's language; `None` where the catalogue does not word it."""
    for key, wording in _worded(one.code) if len(one.detail) <= _LONGEST else ():
        found = wording.fullmatch(one.detail)
        if found is not None:
            return say.words(key, **found.groupdict())
    return None


@cache
def _worded(code: str) -> list[tuple[str, re.Pattern[str]]]:
    """The sentences that a warning may consist of, by their keys: the English ones, with anything in their blanks."""
    told = [(key, said) for key, said in catalogue("en").items() if key.startswith(f"warned.{code}.")]
    return [(key, re.compile(_BLANK.sub(r"(?P<\1>.+)", re.escape(said)), re.DOTALL)) for key, said in told]
