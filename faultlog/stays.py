"""One stay of a fault, as far as it is known: what is certain, what may be hidden, and which starts it holds."""

import bisect
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from faultlog.case import FaultInterval
from faultlog.elapsed import Course, Point
from faultlog.grouping import First
from faultlog.holes import Hole, Observation
from faultlog.model import Moment, Signal
from faultlog.values import dataclass


@dataclass(frozen=True, slots=True)
class Start:
    """A start of the connector, or of the host, that may lie in a stay."""

    signal: Signal
    at: Point
    sure: bool
    """Whether it certainly is a start of its own in the stay."""


@dataclass(frozen=True, slots=True)
class Starts:
    """The starts of a host, found by their place: a log may hold thousands of them, and as many stays."""

    by_series: Mapping[int | None, Sequence[First]]
    """By rotation set, in the order of lines."""

    @classmethod
    def of(cls, firsts: Iterable[First]) -> "Starts":
        """Those starts, which stand in the order of the host's signals."""
        found: dict[int | None, list[First]] = defaultdict(list)
        for first in firsts:
            found[first.signal.series].append(first)
        return cls(found)

    def near(self, begin: Point, end: Point) -> list[First]:
        """Those that may lie between two places, without those that the order of lines places elsewhere."""
        return sorted((first for one in self._slices(begin, end) for first in one), key=_order)

    def _slices(self, begin: Point, end: Point) -> Iterator[Sequence[First]]:
        for series, firsts in self.by_series.items():
            low = bisect.bisect_left(firsts, begin.order, key=_order) if series == begin.series else 0
            high = bisect.bisect_right(firsts, end.order, key=_order) if series == end.series else len(firsts)
            yield firsts[low:high]


def _order(first: First) -> float:
    return first.signal.order


@dataclass(frozen=True, slots=True)
class Stay:
    """What is known of one stay of a fault, and what may be hidden in it."""

    interval: FaultInterval
    begin: Point
    """Its raise, or since when it was certainly raised."""
    end: Point
    """Its clear, or where observation ends."""
    closed: bool
    """Whether it was over at its end."""
    holes: tuple[Hole, ...]
    starts: tuple[Start, ...]
    course: Course
    observed: bool
    """Whether the silence of the logs about it is evidence."""

    @property
    def start_unknown(self) -> bool:
        """Whether the raise was not seen."""
        return not self.interval.raises

    @property
    def seen_open(self) -> Point:
        """Up to where it is certainly uncleared."""
        return self.holes[0].begin if self.holes else self.end

    def open_since(self, point: Point) -> float:
        """Seconds for which it was certainly uncleared after a place."""
        return self.course.least_until(point, [self.end, *(hole.begin for hole in self.holes[:1])])

    def open_at_most(self, point: Point) -> float:
        """Seconds for which it was uncleared after a place at most."""
        most = self.course.between(point, self.end).most
        return float("inf") if most is None else most

    def stepped_since(self, point: Point) -> bool:
        """Whether the clock may have been set since a place."""
        return self.course.stepped(point, self.end)

    @property
    def first_starts(self) -> tuple[Start, ...]:
        """The starts that certainly lie in it, even where the first hole hides its clear."""
        sure = (start for start in self.starts if start.sure)
        return tuple(
            start for start in sure if not self.holes or _happened_before(start.at, self.seen_open, self.course)
        )


def stay_of(interval: FaultInterval, starts: Starts, seen: Observation, course: Course) -> Stay:
    """What is known of an interval, and the starts that lie or may lie in it."""
    begin = _begin_of(interval, seen)
    end, closed = _end_of(interval, seen)
    holes = seen.between(begin, end) if interval.raises else ()
    if interval.cleared.reason == "restarted":
        last = Point.of(interval.raises[-1])
        holes = (*(hole for hole in holes if hole.begin.precedes(last)), Hole(last, end))
    inside = tuple(
        found
        for start in starts.near(begin, end)
        if (found := _placed(start, begin, end, course, closed=closed)) is not None
    )
    return Stay(interval, begin, end, closed, holes, inside, course, seen.ends is not None)


def _begin_of(interval: FaultInterval, seen: Observation) -> Point:
    for signal in interval.raises:
        if signal.when.earliest == interval.raised.at:
            return Point.of(signal)
    assert interval.clear is not None  # noqa: S101 (an interval without raise is an orphan clear's)
    return seen.since(Point.of(interval.clear))


def _end_of(interval: FaultInterval, seen: Observation) -> tuple[Point, bool]:
    """Where a stay ends, and whether it is over there: cleared, or begun anew by a raise."""
    if interval.clear is not None:
        return Point.of(interval.clear), True
    last = Point.of(interval.raises[-1])
    if interval.cleared.until is not None:
        return Point(Moment.exactly(interval.cleared.until)), True
    end = seen.ends[1] if seen.ends is not None else last
    return (last if end.precedes(last) else end), False


def _placed(first: First, begin: Point, end: Point, course: Course, *, closed: bool) -> Start | None:
    """A start where it stands in a stay, as far as that is known; `None` where it lies outside."""
    at = Point.of(first.signal)
    after, before = begin.precedes(at), _happened_before(at, end, course) if closed else at.precedes(end)
    if after is False or before is False:
        return None
    return Start(first.signal, at, first.sure and after is True and before is True)


def _happened_before(at: Point, end: Point, course: Course) -> bool | None:
    """Whether something happened before the instant of a clear, which a stay does not hold; `None` where it may have.

    Where the instants are not known, the order of lines decides.
    """
    if at.precedes(end) is not True:
        return at.precedes(end)
    return course.between(at, end).most != 0
