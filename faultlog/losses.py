"""Where a rotation set lost lines: a missing file, a file cut short, messages that a logger left out."""

import bisect
from collections.abc import Iterable, Sequence
from dataclasses import field
from itertools import pairwise

from faultlog.coverage import Stretch
from faultlog.elapsed import Point
from faultlog.holes import Hole, Observation
from faultlog.model import Moment, Signal
from faultlog.values import dataclass

Rank = tuple[int, int]
"""Number of a file in its rotation set, from the oldest, and of a line in it."""

FIRST, LAST = float("-inf"), float("inf")


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a rotation set: the lines and moments of its first and last stamp."""

    stretch: Stretch
    first: tuple[int, Moment]
    last: tuple[int, Moment]


@dataclass(frozen=True, slots=True)
class _Set:
    """A rotation set with its signals."""

    number: int
    parts: Sequence[Part]
    signals: Sequence[Signal]
    numbers: dict[str, int] = field(init=False)
    """By path: which part a file is."""
    ranks: list[Rank] = field(init=False)

    def __post_init__(self) -> None:
        names = (part.stretch.file for part in self.parts)
        object.__setattr__(self, "numbers", {name: number for number, name in enumerate(names)})
        object.__setattr__(self, "ranks", [self.rank(one) for one in self.signals])

    def rank(self, signal: Signal) -> Rank:
        """Where a signal's line stands."""
        return self.file(signal), signal.evidence.line

    def file(self, signal: Signal) -> int:
        """Which part a signal stands in."""
        return self.numbers[signal.evidence.file]

    def before(self, rank: Rank) -> tuple[float, float]:
        """Two places in the order of signals right before a line, around a step of the clock that is there."""
        first = bisect.bisect_left(self.ranks, rank)
        second = first
        while self.ranks[second : second + 1] == [rank] and self.signals[second].kind == "clock_stepped":
            second += 1
        behind = self.signals[-1].order if self.signals else 0
        begin = self.signals[first].order - 0.5 if first < len(self.signals) else behind + 0.25
        return begin, self.signals[second].order - 0.25 if second < len(self.signals) else behind + 0.5

    def hole(self, begin: Moment, end: Moment, rank: Rank) -> Hole:
        """The hole right before a line."""
        first, second = self.before(rank)
        return Hole(Point(begin, self.number, first), Point(end, self.number, second))


def observation_of(
    series: int, parts: Sequence[Part], signals: Iterable[Signal], *, lost: str | None = None
) -> Observation:
    """What was observed of one rotation set.

    Args:
        series: its number.
        parts: its files that have stamps, oldest first.
        signals: its signals in order.
        lost: why lines behind the last of them are missing for certain; `None` where the log ends there.
    """
    if not parts:
        return Observation()
    names = {part.stretch.file for part in parts}
    lines = _Set(series, parts, [one for one in signals if one.evidence.file in names])
    line, when = parts[-1].last
    begin, end = Point(parts[0].first[1], series, FIRST), Point(when, series, LAST, (parts[-1].stretch.file, line))
    behind = [lines.hole(when, when, (len(parts) - 1, line + 1))] if lost is not None else []
    holes = [*_lost_files(lines), *_suppressed(lines), *behind]
    return Observation((begin, end), tuple(sorted(holes, key=lambda one: one.begin.order)), series)


def _lost_files(lines: _Set) -> Iterable[Hole]:
    for number, (earlier, later) in enumerate(pairwise(lines.parts), 1):
        if later.stretch.lost is not None:
            yield lines.hole(earlier.last[1], later.first[1], (number, later.first[0]))


def _suppressed(lines: _Set) -> Iterable[Hole]:
    """What a logger left out: from the line before, or where it says that it begins, to the line that says so.

    Where it begins and never says that it has ended, to the end of the log. Several senders may be left out at once:
    the hole ends when the last of them is told.
    """
    dropping: list[Signal] = []
    for signal in lines.signals:
        if signal.kind == "dropping":
            dropping.append(signal)
        elif signal.kind == "suppressed":
            before = _line_before(lines, signal)
            if before is not None:
                hole = lines.hole(before, signal.when, lines.rank(signal))
                yield Hole(_behind(dropping[0]), hole.end) if dropping else hole
            del dropping[-1:]
    line, when = lines.parts[-1].last
    last = (len(lines.parts) - 1, line)
    if dropping and lines.rank(dropping[0]) < last:
        yield Hole(_behind(dropping[0]), lines.hole(when, when, last).end)


def _behind(signal: Signal) -> Point:
    return Point(signal.when, signal.series, signal.order + 0.25)


def _line_before(lines: _Set, signal: Signal) -> Moment | None:
    """When the line before was written, in the file before where this is a file's first; `None` where there is none."""
    number = lines.file(signal)
    return signal.since if signal.since is not None else lines.parts[number - 1].last[1] if number else None
