"""The jumps of a rotation set: neighbouring lines between which stamps do not just go on, in one file or two."""

import bisect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from faultlog.model import Mark, Stamp
from faultlog.trails import STEP_S, Ends, Kind, Trail, Way, are_alike, forward_s, kind_of, stepped_back
from faultlog.values import dataclass


@dataclass(frozen=True, slots=True)
class Spot:
    """A stamped line of a rotation set."""

    file: int
    """0 for the oldest."""
    line: int
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class Jump:
    """Two stamped lines between which the clock was set, as far as their stamps show."""

    before: Spot
    after: Spot
    seconds: float
    """Negative: set back by this, by the stamps alone; positive: set forward by at most this."""
    offset: int = 0
    """Byte offset of the line after."""
    text: str = ""
    """The line after, as it stands."""
    elapsed_s: float | None = None
    """Seconds that the machine's uptime advanced between the lines, where both print it."""
    since: Spot | None = None
    until: Spot | None = None
    """A clock set wrong and right again: the last line before and the first after, the same for both jumps."""
    apart: bool = False
    """Whether lines stand between that write something else of their year or zone."""
    scattered: bool = False
    """Whether it stands for several, anywhere in the file."""


def ways_of(trails: Sequence[Trail]) -> Iterator[Jump]:
    """Neighbouring lines between which stamps do not just go on, and those where one file ends and another begins."""
    between = {way.after.file: way for way in _between(trails)}
    for number, trail in enumerate(trails):
        yield from [between[number]] if number in between else []
        yield from (_jump(way, number, number) for way in trail.ways)


def meetings_of(trails: Sequence[Trail]) -> Iterator[Jump]:
    """Neighbouring lines that write different things of year or zone, in one file or two."""
    yield from (way for way in _between(trails) if not comparable(way))
    for number, trail in enumerate(trails):
        yield from (_jump(way, number, number) for way in trail.meetings.values())


def returns_of(trails: Sequence[Trail]) -> Iterator[Jump]:
    """Lines that write the same of year and zone and go back, with lines between that write something else."""
    lasts: dict[Kind, tuple[int, Mark]] = {}
    above: Mark | None = None
    for number, trail in enumerate(trails):
        if trail.last is None:
            continue
        kinds = trail.kinds or {kind_of(trail.last.stamp): Ends(trail.first_way, trail.last)}
        for kind, ends in kinds.items():
            file, mark = lasts.get(kind, (number, ends.first.after))
            neighbours = mark is above and ends.first.after is trail.marks[0]
            if not neighbours and stepped_back(mark.stamp, ends.first.after.stamp):
                way = Way(mark, ends.first.after, ends.first.offset, ends.first.text)
                yield replace(_jump(way, file, number), apart=True)
        yield from (replace(_jump(way, number, number), apart=True) for way in trail.returns)
        above = trail.last
        lasts |= {kind: (number, ends.last) for kind, ends in kinds.items()}
        lasts[kind_of(above.stamp)] = number, above


def _between(trails: Sequence[Trail]) -> Iterator[Jump]:
    """The ways from file to file."""
    earlier: tuple[int, Mark] | None = None
    for number, trail in enumerate(trails):
        if trail.last is None:
            continue
        if earlier is not None:
            first, written = trail.marks[0], trail.first_line
            yield _jump(Way(earlier[1], first, written.offset, written.text), earlier[0], number)
        earlier = number, trail.last


def _jump(way: Way, earlier: int, later: int) -> Jump:
    """Two lines of these files, as a jump by the difference of their stamps."""
    before, after = Spot(earlier, way.before.line, way.before.stamp), Spot(later, way.after.line, way.after.stamp)
    ahead = forward_s(before.stamp, after.stamp) - (way.elapsed_s or 0.0)
    return Jump(before, after, ahead, way.offset, way.text, way.elapsed_s)


def comparable(way: Jump) -> bool:
    """Whether both lines write the same things of their year and zone."""
    return are_alike(way.before.stamp, way.after.stamp)


def others_of(number: int, trail: Trail, known: Iterable[Jump]) -> Iterator[Jump]:
    """What no neighbouring lines show: the machine's uptime does, or there were too many to keep them apart."""
    if not trail.uptimes and trail.lump is None:
        return
    lines = sorted(jump.after.line for jump in known if jump.after.file == number)
    for way in trail.uptimes:
        if bisect.bisect_right(lines, way.before.line) == bisect.bisect_right(lines, way.after.line):
            yield _jump(way, number, number)
    if trail.lump is not None:
        first = Spot(number, trail.marks[0].line, trail.marks[0].stamp)
        yield replace(_jump(trail.lump, number, number), before=first, scattered=True)


def disordered(trails: Sequence[Trail]) -> list[int]:
    """How many lines of each file are taken for lines out of order, the first of a file included."""
    firsts = {way.after.file for way in _between(trails) if -STEP_S <= way.seconds < 0 and comparable(way)}
    return [trail.disordered + (number in firsts) for number, trail in enumerate(trails)]
