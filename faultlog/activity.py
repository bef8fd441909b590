"""How much a log writes, minute by minute: its lines, and how many of them warn or report an error.

Counted only where a log is read in full. Minutes are those that lines write; the clock makes instants of them later.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from faultlog.model import Mark

Grave = Literal["warning", "error"]

LEVELS: Mapping[str, Grave] = MappingProxyType(
    {
        **dict.fromkeys(("warning", "warn"), "warning"),
        **dict.fromkeys(("error", "err", "critical", "crit", "alert", "emergency", "emerg", "fatal", "fault"), "error"),
    }
)
"""The levels that count as one of two, as syslog (RFC 5424), the unified log and common loggers name them."""

NEEDLES = ("warn", "err", "crit", "alert", "emerg", "fatal", "fault")
"""One of these stands in every line of such a level."""


@dataclass(slots=True)
class Minute:
    """Lines in a row that write the same minute."""

    first: Mark
    lines: int = 0
    warnings: int = 0
    errors: int = 0


@dataclass(slots=True)
class Activity:
    """The minutes of one file, in file order; where lines stand out of order a minute may come again."""

    minutes: list[Minute] = field(default_factory=list)

    def note(self, mark: Mark, lines: int, level: str | None) -> None:
        """Count lines that have one stamp and one level."""
        last = self.minutes[-1] if self.minutes else None
        if last is None or _minute(last.first) != _minute(mark):
            last = Minute(mark)
            self.minutes.append(last)
        last.lines += lines
        grave = LEVELS.get(level or "")
        last.warnings += lines if grave == "warning" else 0
        last.errors += lines if grave == "error" else 0


def may_be_grave(text: str) -> bool:
    """Whether a line may be of a level that warns or reports an error."""
    lower = text.lower()
    return any(needle in lower for needle in NEEDLES)


def _minute(mark: Mark) -> tuple[object, ...]:
    at = mark.stamp
    return at.year, at.month, at.day, at.hour, at.minute, at.offset_s, at.abbreviation
