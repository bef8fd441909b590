"""Where reading was stopped by a limit: what stands behind it nobody knows, so that nothing seen proves nothing."""

from collections.abc import Iterable
from typing import Final

from faultlog.report.rows import Warn
from faultlog.wording import Wording

LIMITS: Final = frozenset({"bomb_size", "bomb_ratio", "bomb_members", "bomb_header", "bomb_depth", "no_space"})
"""The codes of warnings that say so."""


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
    """A warning as it is told: in the reader's language where it says no more than its code does."""
    key = f"limit.{one.code}" if one.code in LIMITS else f"warned.{one.code}"
    if not say.has(key):
        return f"{one.detail} [{one.code}]"
    plain = say.words(key)
    return f"{plain} ({one.detail}) [{one.code}]" if one.code in LIMITS else f"{plain} [{one.code}]"
