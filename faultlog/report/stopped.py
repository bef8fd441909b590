"""Where reading was stopped by a limit: what stands behind it nobody knows, so that nothing seen proves nothing."""

from collections.abc import Iterable
from typing import Final

from faultlog.report.recognised import told
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
    """A warning as it is told: of a limit what it means, then what is known, in the reader's language."""
    detail = told(say, one.detail, "detail")
    return (
        f"{say.words(f'limit.{one.code}')} ({detail}) [{one.code}]" if one.code in LIMITS else f"{detail} [{one.code}]"
    )
