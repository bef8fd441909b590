"""Where a host's logs were observed without a break: begin, end and **holes**, as places between lines.

A hole may hide anything, at any instant of it. Lines of one rotation set stand before or after it by their order,
whatever their stamps say; those of another by their times.
"""

import bisect
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from itertools import accumulate

from faultlog.elapsed import Point
from faultlog.model import Instant, Reason
from faultlog.values import dataclass


@dataclass(frozen=True, slots=True)
class Hole:
    """Lines are missing between two places."""

    begin: Point
    end: Point


@dataclass(frozen=True, slots=True)
class Observation:
    """What was observed of some logs."""

    ends: tuple[Point, Point] | None = None
    """Where it begins and ends; `None` where nothing was observed without a break."""
    holes: tuple[Hole, ...] = ()
    """In order."""
    series: int | None = None
    """The rotation set; `None` where it is several."""
    refuted: frozenset[int] = frozenset()
    """Faults of which another source tells what these logs should show and do not: their silence proves nothing."""
    reason: Reason = "console_only"
    """Why nothing was observed, where it has no ends."""
    _until: Sequence[Instant] = field(init=False, repr=False, compare=False)
    """How far each hole, or one before it, reaches."""
    _since: Sequence[Instant] = field(init=False, repr=False, compare=False)
    """From when on each hole, or one behind it, reaches."""
    _of: Mapping[int | None, Sequence[int]] = field(init=False, repr=False, compare=False)
    """Which holes begin or end in a rotation set."""

    def __post_init__(self) -> None:
        of = defaultdict[int | None, list[int]](list)
        for number, hole in enumerate(self.holes):
            for series in {hole.begin.series, hole.end.series}:
                of[series].append(number)
        object.__setattr__(self, "_of", of)
        begins = (one.begin.when.earliest for one in reversed(self.holes))
        object.__setattr__(self, "_until", list(accumulate((one.end.when.latest for one in self.holes), max)))
        object.__setattr__(self, "_since", list(accumulate(begins, min))[::-1])

    def of(self, fault_id: int) -> "Observation":
        """What was observed of one fault: nothing where the logs' silence about it is refuted."""
        return Observation(reason="contradicted") if fault_id in self.refuted else self

    def between(self, first: Point, last: Point) -> tuple[Hole, ...]:
        """The holes between two places, cut at the first of them."""
        if self.ends is None:
            return (Hole(first, last),)
        if first.series == last.series == self.series:
            return tuple(self._in_file_order(first, last))
        begin, end = self.ends
        outside = [Hole(first, begin)] if first.series != begin.series else []
        outside += [Hole(end, last)] if last.series != end.series else []
        found = [one for one in (*outside, *self._near(first, last)) if _overlaps(one, first, last)]
        return tuple(sorted((_cut(one, first) for one in found), key=lambda one: one.begin.when.earliest))

    def _in_file_order(self, first: Point, last: Point) -> Iterable[Hole]:
        begin = bisect.bisect_right(self.holes, first.order, key=lambda one: one.end.order)
        end = bisect.bisect_left(self.holes, last.order, key=lambda one: one.begin.order)
        return (_cut(one, first) for one in self.holes[begin:end])

    def _near(self, first: Point, last: Point) -> Iterable[Hole]:
        """The holes that may overlap: by their times, and those that the order of lines may place otherwise."""
        begin = bisect.bisect_left(self._until, first.when.earliest)
        end = bisect.bisect_right(self._since, last.when.latest)
        own = {number for series in {first.series, last.series} for number in self._of.get(series, ())}
        return (self.holes[number] for number in sorted(own.union(range(begin, end))))

    def unbroken(self, first: Point, last: Point) -> bool:
        """Whether nothing is hidden between two places."""
        return not self.between(first, last)

    def since(self, point: Point) -> Point:
        """Since which place observation is unbroken up to another; that one itself where it was not observed."""
        if self.ends is None or self.ends[0].precedes(point) is False:
            return point
        holes = self.between(self.ends[0], point)
        if any(hole.end.precedes(point) is not True for hole in holes):
            return point
        return holes[-1].end if holes else self.ends[0]


def _cut(hole: Hole, first: Point) -> Hole:
    """The part of a hole from a place on."""
    return hole if first.precedes(hole.begin) else Hole(first, hole.end)


def _overlaps(hole: Hole, first: Point, last: Point) -> bool:
    return hole.end.precedes(first) is not True and last.precedes(hole.begin) is not True


def united(observations: Iterable[Observation]) -> Observation:
    """What was observed of several rotation sets: a hole in one is none where another was observed throughout it."""
    given = [one for one in observations if one.ends is not None]
    if len(given) < 2:
        return given[0] if given else Observation()
    every = sorted(given, key=_begin)
    reaches = list(accumulate((_ends(one)[1].when.earliest for one in every), max))
    holes = [hole for one in given for hole in one.holes if not _is_covered(hole, every, reaches)]
    begin, reach = _ends(every[0])
    for first, last in map(_ends, every[1:]):
        if reach.when.latest < first.when.earliest:
            holes.append(Hole(reach, first))
        reach = max(reach, last, key=lambda one: one.when.latest)
    return Observation((begin, reach), tuple(sorted(holes, key=lambda one: one.begin.when.earliest)))


def _ends(one: Observation) -> tuple[Point, Point]:
    assert one.ends is not None  # noqa: S101 (others are left out)
    return one.ends


def _begin(one: Observation) -> Instant:
    return _ends(one)[0].when.earliest


def _is_covered(hole: Hole, every: Sequence[Observation], reaches: Sequence[Instant]) -> bool:
    """Whether another rotation set was observed throughout a hole.

    Args:
        hole: in one of them.
        every: what was observed of each, in the order in which they begin.
        reaches: how far each or one before it was observed.
    """
    begun = bisect.bisect_right(every, hole.begin.when.earliest, key=_begin)
    first = bisect.bisect_left(reaches, hole.end.when.latest, hi=begun)
    return any(_covers(every[number], hole) for number in range(first, begun))


def _covers(other: Observation, hole: Hole) -> bool:
    """Whether another rotation set was observed throughout a hole."""
    begin, end = _ends(other)
    if begin.series == hole.begin.series:
        return False
    inside = begin.when.latest <= hole.begin.when.earliest and hole.end.when.latest <= end.when.earliest
    return inside and other.unbroken(hole.begin, hole.end)
