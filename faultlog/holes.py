"""Where a host's logs were observed without a break: begin, end and **holes**, as places between lines.

A hole may hide anything, at any instant of it. Lines of one rotation set stand before or after it by their order,
whatever their stamps say; those of another by their times.
"""

import bisect
from collections.abc import Iterable

from faultlog.elapsed import Point
from faultlog.model import Reason
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
        found = [one for one in (*outside, *self.holes) if _overlaps(one, first, last)]
        return tuple(sorted((_cut(one, first) for one in found), key=lambda one: one.begin.when.earliest))

    def _in_file_order(self, first: Point, last: Point) -> Iterable[Hole]:
        begin = bisect.bisect_right(self.holes, first.order, key=lambda one: one.end.order)
        end = bisect.bisect_left(self.holes, last.order, key=lambda one: one.begin.order)
        return (_cut(one, first) for one in self.holes[begin:end])

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
    every = [one for one in observations if one.ends is not None]
    if len(every) < 2:
        return every[0] if every else Observation()
    holes = [hole for one in every for hole in one.holes if not any(_covers(other, hole) for other in every)]
    ends = sorted((one.ends for one in every if one.ends is not None), key=lambda ends: ends[0].when.earliest)
    begin, reach = ends[0]
    for first, last in ends[1:]:
        if reach.when.latest < first.when.earliest:
            holes.append(Hole(reach, first))
        reach = max(reach, last, key=lambda one: one.when.latest)
    return Observation((begin, reach), tuple(sorted(holes, key=lambda one: one.begin.when.earliest)))


def _covers(other: Observation, hole: Hole) -> bool:
    """Whether another rotation set was observed throughout a hole."""
    if other.ends is None or other.ends[0].series == hole.begin.series:
        return False
    begin, end = other.ends
    inside = begin.when.latest <= hole.begin.when.earliest and hole.end.when.latest <= end.when.earliest
    return inside and other.unbroken(hole.begin, hole.end)
