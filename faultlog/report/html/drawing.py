"""What a timeline is made of, in per cent of its width so that it fits any: lanes of bars, signs, spans, ticks.

Nothing here knows a case: another report makes other lanes. `parts.html` draws them as SVG.
"""

from collections.abc import Mapping, Sequence
from datetime import tzinfo

from faultlog.model import NS, Instant
from faultlog.report.charts.frame import Frame
from faultlog.report.charts.ticks import ticks as marks
from faultlog.report.times import Times
from faultlog.values import dataclass

LANE = 44
"""Pixels a lane is high: its label, its bar, and some air."""
STRIP = 20
"""Pixels that the greatest amount of a strip is high."""
COLUMNS = 1_440
"""Columns of a strip, each as high as the most that is in it: a day has one for each minute. Tool default."""
EDGE = 10
"""Per cent of the width, at either end, where a time does not stand in the middle of its mark. Tool default."""
MOST_STEPS = 20_000
"""Times at which a zone is asked for its offset. Tool default."""


@dataclass(frozen=True, slots=True)
class Axis:
    """The time that is drawn, in nanoseconds since 1970."""

    begin: int
    end: int

    def at(self, ns: int) -> float:
        """Where an instant lies, in per cent from the left, never outside."""
        share = 100 * (ns - self.begin) / max(1, self.end - self.begin)
        return round(min(100.0, max(0.0, share)), 3)

    def holds(self, ns: int) -> bool:
        """Whether an instant lies inside."""
        return self.begin <= ns <= self.end


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a bar: `kind` is its class, `x` and `width` are per cent; a sign has no width."""

    kind: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Bar:
    """What happened once, or several times too close to be drawn one by one."""

    label: str
    pieces: tuple[Piece, ...]
    severity: str
    state: str
    target: str | None = None
    """Id of what it opens, or an address that begins with `/`; none where it stands for several."""

    @property
    def address(self) -> str:
        """Where it leads."""
        target = self.target or ""
        return target if target.startswith("/") else f"#{target}"


@dataclass(frozen=True, slots=True)
class Lane:
    """A row of bars with its label; `key` is what it is filtered by."""

    key: str
    label: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Strip:
    """A row that shows how much of something there was: `kind` is its class."""

    kind: str
    label: str
    said: str
    """What it shows, in words."""
    path: str
    """Its outline, as an SVG path in a box of `COLUMNS` by `STRIP`."""
    counts: Mapping[int, int]
    """How much, by the nanosecond since 1970 that a minute begins with."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A time on the axis."""

    x: float
    label: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A timeline."""

    axis: Axis
    lanes: tuple[Lane, ...]
    bands: tuple[Piece, ...]
    """What is drawn behind all lanes."""
    ticks: tuple[Tick, ...]
    offsets: tuple[tuple[int, int], ...]
    """From which millisecond since 1970 on the clock of the axis is how many minutes ahead of UTC."""
    strips: tuple[Strip, ...] = ()
    """What is drawn below all lanes."""

    @property
    def faults(self) -> int:
        """Lanes that are faults."""
        return sum(one.key.isdecimal() for one in self.lanes)

    @property
    def kinds(self) -> set[str]:
        """Everything that is drawn, by class."""
        found = {one.kind for one in self.bands}
        for lane in self.lanes:
            for bar in lane.bars:
                found |= {one.kind for one in bar.pieces} | ({bar.severity} if lane.key.isdecimal() else set())
        return found

    @property
    def height(self) -> int:
        """Pixels of all lanes and strips."""
        return LANE * (len(self.lanes) + len(self.strips))


def piece(axis: Axis, kind: str, begin: int, end: int) -> Piece:
    """A span of time."""
    left, right = axis.at(begin), axis.at(end)
    return Piece(kind, left, round(right - left, 3))


def sign(axis: Axis, kind: str, ns: int) -> Piece:
    """An instant."""
    return Piece(kind, axis.at(ns), 0.0)


def ticks(axis: Axis, times: Times) -> tuple[Tick, ...]:
    """Full minutes, hours or days of the host's clock, as on the chart; both ends where not two of them lie inside."""
    found = [one.ns for one in marks(Frame(axis.begin, axis.end, 0.0, 100.0), times.wording)]
    at = found if len(found) > 1 else [axis.begin, axis.end]
    labels = _shorter([times.second(ns) for ns in at])
    return tuple(Tick(axis.at(ns), label, _anchor(axis.at(ns))) for ns, label in zip(at, labels, strict=True))


def _shorter(labels: list[str]) -> list[str]:
    """Without seconds where all are full minutes, and without the time where all are midnight."""
    for end in (":00", " 00:00"):
        if all(one.endswith(end) for one in labels):
            labels = [one.removesuffix(end) for one in labels]
    return labels


def _anchor(x: float) -> str:
    """How a label stands so that it stays inside."""
    return "start" if x < EDGE else "end" if x > 100 - EDGE else "middle"


def runs(axis: Axis, spans: Sequence[tuple[int, int]], cells: int) -> list[tuple[int, int, int]]:
    """Spans too many to be drawn: the stretches of so many cells that they touch, each with how many begin in it."""
    touched: dict[int, int] = {}
    size = max(1, -(-(axis.end - axis.begin) // cells))
    for begin, end in spans:
        first, last = (min(cells - 1, max(0, (ns - axis.begin) // size)) for ns in (begin, end))
        for cell in range(first, last + 1):
            touched[cell] = touched.get(cell, 0) + (cell == first)
    found: list[tuple[int, int, int]] = []
    for cell, count in sorted(touched.items()):
        begin = axis.begin + cell * size
        if found and found[-1][1] == begin:
            found[-1] = found[-1][0], begin + size, found[-1][2] + count
        else:
            found.append((begin, begin + size, count))
    return found


def offsets(axis: Axis, zone: tzinfo) -> tuple[tuple[int, int], ...]:
    """How many minutes a zone's clock is ahead of UTC over the time that is drawn, each with when it begins."""
    found: list[tuple[int, int]] = []
    step = max(3600 * NS, (axis.end - axis.begin) // MOST_STEPS)
    for at in range(axis.begin, axis.end + 1, step):
        shift = Instant(at).utc().astimezone(zone).utcoffset()
        minutes = 0 if shift is None else round(shift.total_seconds() / 60)
        if not found or found[-1][1] != minutes:
            found.append((at // 1_000_000, minutes))
    return tuple(found)
