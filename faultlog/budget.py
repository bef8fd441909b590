"""How long the patterns of strangers may run: each has a budget of processor time, which grows with what it reads.

A time limit for each line is none for a log: a pattern that takes a little less on each of a million lines takes days.
"""

from collections.abc import Callable
from time import thread_time
from typing import TYPE_CHECKING, Any, TypeVar

from faultlog.values import dataclass

if TYPE_CHECKING:
    import regex

TIMEOUT_S = 0.25
"""Longest time one pattern may take on one text. Tool default."""
FREE_S = 0.25
"""Processor time that a pattern may take of a log, whatever that holds. Tool default."""
PER_CHARACTER_S = 0.2e-6
"""Processor time that each character adds of which a pattern is asked: five million in a second. Tool default."""

Found = TypeVar("Found")


@dataclass(slots=True)
class TimeBudget:
    """What one pattern has left."""

    left_s: float = FREE_S

    @property
    def is_spent(self) -> bool:
        """Whether nothing is left: it is asked no more."""
        return self.left_s <= 0

    def ask(self, size: int, match: Callable[[float], Found]) -> Found:
        """What a pattern makes of a text.

        Args:
            size: characters of the text.
            match: matches it, in at most so many seconds.

        Raises:
            TimeoutError: it took longer, or nothing was left.
        """
        if self.is_spent:
            raise TimeoutError
        self.left_s += size * PER_CHARACTER_S
        begun = thread_time()
        try:
            return match(min(TIMEOUT_S, self.left_s))
        finally:
            self.left_s -= thread_time() - begun


class TimedPattern:
    """A pattern of a stranger that matches whole lines, with its budget; in place of the pattern itself."""

    __slots__ = ("_budget", "_pattern")

    def __init__(self, pattern: "regex.Pattern[str]") -> None:
        """Give a pattern a budget of its own."""
        self._pattern, self._budget = pattern, TimeBudget()

    @property
    def pattern(self) -> str:
        """The pattern as it is written."""
        return self._pattern.pattern

    @property
    def groupindex(self) -> Any:  # noqa: ANN401 (regex's own)
        """Its groups by name."""
        return self._pattern.groupindex

    def fullmatch(self, text: str, **_: object) -> "regex.Match[str] | None":
        """What `regex` finds.

        Raises:
            TimeoutError: it took too long, or nothing is left of its budget.
        """
        match = self._pattern.fullmatch
        return self._budget.ask(len(text), lambda limit: match(text, timeout=limit, concurrent=False))
