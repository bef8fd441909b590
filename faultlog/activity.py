"""How much a log writes: its lines minute by minute, how many warn or report an error, and who writes them.

Counted only where a log is read in full. Minutes are those that lines write; the clock makes instants of them later.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import field
from types import MappingProxyType
from typing import Literal

from faultlog.formats import Voice
from faultlog.model import Mark
from faultlog.values import dataclass

Grave = Literal["warning", "error"]

LEVELS: Mapping[str, Grave] = MappingProxyType(
    {
        **dict.fromkeys(("warning", "warn"), "warning"),
        **dict.fromkeys(("error", "err", "critical", "crit", "alert", "emergency", "emerg", "fatal", "fault"), "error"),
    }
)
"""The levels that count as one of two, as syslog (RFC 5424), the unified log and common loggers name them."""

MOST_VOICES = 1_000
"""Voices of one file that are told apart; lines of further ones count for none. Tool default."""

NOBODY: Voice = (None, None, None)


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
    voices: Counter[Voice] = field(default_factory=Counter)
    """Lines by who writes them, those without a stamp included."""

    def note(self, mark: Mark, voices: Mapping[Voice, int]) -> None:
        """Count lines of one minute."""
        last = self.minutes[-1] if self.minutes else None
        if last is None or _minute(last.first) != _minute(mark):
            last = Minute(mark)
            self.minutes.append(last)
        for voice, lines in voices.items():
            grave = LEVELS.get(voice[2] or "")
            last.lines += lines
            last.warnings += lines if grave == "warning" else 0
            last.errors += lines if grave == "error" else 0

    def hear(self, voices: Mapping[Voice, int]) -> None:
        """Count lines by who writes them."""
        for voice, lines in voices.items():
            known = voice in self.voices or len(self.voices) < MOST_VOICES
            self.voices[voice if known else NOBODY] += lines


def _minute(mark: Mark) -> tuple[object, ...]:
    at = mark.stamp
    return at.year, at.month, at.day, at.hour, at.minute, at.offset_s, at.abbreviation
