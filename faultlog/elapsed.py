"""How long it was between two lines, in every history that the evidence admits.

The difference of their stamps, unless the stamps are written with different precision, are known as a range, or the
clock was set in between: set back by j, at least j more went by, and how much more nobody knows; set forward by at
most j, perhaps j less did.
"""

import bisect
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import UTC, tzinfo

from faultlog.model import Instant, Moment, Signal, Step
from faultlog.trails import STEP_S
from faultlog.values import dataclass
from faultlog.zones import WORLD_S, Unknown

LONGEST_S = 10_000 * 366 * 86_400
"""A longer time no calendar has: a clock that was set back by thousands of years again and again proves no more."""


MOST_ELSEWHERE = 200
"""Steps of the clock that other rotation sets show beside two lines; of more nothing is known. Tool default."""


@dataclass(frozen=True, slots=True)
class Elapsed:
    """Seconds between two lines: in `[least, most]`."""

    least: float
    most: float | None
    """`None` is unbounded."""


@dataclass(frozen=True, slots=True)
class Point:
    """A place in the logs of a host."""

    when: Moment
    series: int | None = None
    """Its rotation set; `None` for an instant that no line stands for."""
    order: float = 0
    """Its place among the host's signals."""
    line: tuple[str, int] | None = None
    """File and number of the line that it is; `None` where it lies between two."""

    @classmethod
    def of(cls, signal: Signal) -> "Point":
        """Where a signal stands."""
        return cls(signal.when, signal.series, signal.order, (signal.evidence.file, signal.evidence.line))

    def precedes(self, other: "Point") -> bool | None:
        """Whether it stands before another; `None` where nothing says.

        Within one rotation set the order of lines says so, between two the times, or their order where those are equal.
        """
        if self.series is not None and self.series == other.series:
            return self.order < other.order
        if self.when.latest < other.when.earliest:
            return True
        if self.when.earliest > other.when.latest:
            return False
        return self.order < other.order if self.when.at is not None and self.when.at == other.when.at else None


@dataclass(frozen=True, slots=True)
class Course:
    """The course of a host's clock: where it was set."""

    steps: Sequence[Signal] = ()
    """The `clock_stepped` signals, in order."""
    zone: tzinfo = UTC
    """That of lines that state none."""
    _placed: Mapping[int | None, Sequence[Signal]] = field(init=False, repr=False, compare=False)
    """Those whose place is known exactly, by rotation set."""
    _vague: Sequence[Signal] = field(init=False, repr=False, compare=False)
    """The others."""

    def __post_init__(self) -> None:
        placed: dict[int | None, list[Signal]] = defaultdict(list)
        vague: list[Signal] = []
        for signal in self.steps:
            exact = signal.step is not None and signal.step.exact
            (placed[signal.series] if exact else vague).append(signal)
        object.__setattr__(self, "_placed", placed)
        object.__setattr__(self, "_vague", vague)

    def between(self, first: Point, second: Point) -> Elapsed:
        """How long it was from one point to a later one."""
        if first.line is not None and first.line == second.line:
            return Elapsed(0.0, 0.0)
        if self._are_too_many(first, second):
            return Elapsed(0.0, None)
        plain = apart(first.when, second.when)
        if isinstance(self.zone, Unknown):
            plain = _in_unknown_zone(self.zone, first, second, plain)
            first, second = _in_one_zone(first, second)
        possible = self._crossed(first, second)
        if not possible:
            return Elapsed(0.0, None) if _contradict(first, second) else plain
        back, ahead = _shift(possible)
        difference = second.when.earliest.since(first.when.latest) - _unit(first.when, second.when)
        least = min(max(0.0, min(difference, plain.least) + back - ahead), LONGEST_S)
        unbounded = plain.most is None or any(step.seconds < 0 or step.sets_right for _, step, _ in possible)
        return Elapsed(least, None if unbounded else max(least, plain.most or 0.0))

    def least_until(self, first: Point, places: Iterable[Point]) -> float:
        """Seconds that certainly went by from a point until the first of some later places, whichever that is.

        Args:
            first: from where.
            places: of those that certainly lie behind another one the other one counts.
        """
        every = list(places)
        foremost = [one for one in every if not any(other.precedes(one) for other in every)]
        return min(self.between(first, one).least for one in foremost or every)

    def stepped(self, first: Point, second: Point) -> bool:
        """Whether the clock may have been set between two points."""
        return self._are_too_many(first, second) or bool(self._crossed(first, second))

    def _are_too_many(self, first: Point, second: Point) -> bool:
        """Whether more steps have to be weighed, by their times, than any clock of a host makes."""
        own = self._placed.get(first.series, ()) if first.series == second.series else ()
        return len(self.steps) - len(own) > MOST_ELSEWHERE

    def _crossed(self, first: Point, second: Point) -> list[tuple[int, Step, bool]]:
        """The steps that may lie between two points: who shows them, what is known, whether they certainly do."""
        crossed = [
            (signal.series, step, _crosses(signal, step, first, second))
            for signal in self._near(first, second)
            if (step := signal.step) is not None
        ]
        return [(series, step, crossing is True) for series, step, crossing in crossed if crossing is not False]

    def _near(self, first: Point, second: Point) -> Iterator[Signal]:
        """The steps that may lie between two points, without those that the order of lines places elsewhere."""
        yield from self._vague
        for series, steps in self._placed.items():
            begin = bisect.bisect_right(steps, first.order, key=_order) if series == first.series else 0
            end = bisect.bisect_right(steps, second.order, key=_order) if series == second.series else len(steps)
            yield from steps[begin:end]


def _order(signal: Signal) -> float:
    return signal.order


STEADY = Course()
"""A clock that nobody set."""


def _in_unknown_zone(zone: Unknown, first: Point, second: Point, plain: Elapsed) -> Elapsed:
    """How long it was if no step is shown between them, though nobody knows the zone of lines that state none."""
    unknown = [_is_of_unknown_zone(point) for point in (first, second)]
    if all(unknown):
        return Elapsed(*zone.apart(first.when.earliest, second.when.earliest))
    return Elapsed(plain.least, None) if any(unknown) else plain  # the clock may have been set instead


def _in_one_zone(first: Point, second: Point) -> tuple[Point, Point]:
    """Two points whose zone nobody knows have the same one: as if it were the one that makes them earliest."""
    if not (_is_of_unknown_zone(first) and _is_of_unknown_zone(second)):
        return first, second
    first, second = (replace(point, when=Moment.exactly(point.when.earliest)) for point in (first, second))
    return first, second


def _is_of_unknown_zone(point: Point) -> bool:
    return point.when.latest.since(point.when.earliest) == WORLD_S[1] - WORLD_S[0]


def apart(first: Moment, second: Moment) -> Elapsed:
    """How long it was between two moments of one clock, in that order.

    A repeated hour is left once: a line known as late is never followed by an early one.
    """
    early, late = _unit(first, second), _unit(second, first)
    twice = "ambiguous_local_time"
    if first.reason == second.reason == twice and second.earliest < first.latest:
        least = min(second.earliest.since(first.earliest), second.latest.since(first.latest))
    else:
        least = second.earliest.since(first.latest)
    most = second.latest.since(first.earliest) + late
    return Elapsed(max(0.0, round(least - early, 9)), max(0.0, round(most, 9)))


def _contradict(first: Point, second: Point) -> bool:
    """Whether the stamps of one log contradict the order of its lines: the clock was set, though no jump shows where.

    So they do where lines that state their zone stand beside lines of a host that went to another one.
    """
    return first.series == second.series is not None and second.when.latest.since(first.when.earliest) < -STEP_S


def _unit(moment: Moment, other: Moment) -> float:
    """Seconds that a stamp leaves open beside one of another precision: one unit of its last digit."""
    digits = moment.latest.digits
    return 0.0 if digits == other.latest.digits else 10.0**-digits


def _crosses(signal: Signal, step: Step, first: Point, second: Point) -> bool | None:
    """Whether a step lies between two points; `None` where it may.

    Only the log that shows a step says for certain on which side of it a line stands: a line of another log may have
    been written between the step and the first line after it here.
    """
    after, before = _stands_before(first, signal, step), _stands_after(second, signal, step)
    if after is False or before is False:
        return False
    own = first.series == second.series == signal.series
    return True if after and before and step.exact and own else None


def _stands_before(point: Point, signal: Signal, step: Step) -> bool | None:
    """Whether a point lies before a step; `None` where it may."""
    if point.series == signal.series and (step.exact or point.order > signal.order):
        return point.order < signal.order
    if point.when.latest < step.within[0]:
        return True
    at, end = point.when.earliest, step.within[1]
    return False if at > end or (point.series is None and at == end == step.after.earliest) else None


def _stands_after(point: Point, signal: Signal, step: Step) -> bool | None:
    before = _stands_before(point, signal, step)
    return None if before is None else not before


def _shift(crossed: Iterable[tuple[int, Step, bool]]) -> tuple[float, float]:
    """Seconds by which the clock was certainly set back, and at most set forward; what several logs show, once.

    A clock that was set back and right again in between moved by nothing.
    """
    groups: list[tuple[Instant, dict[int, float], dict[int, float]]] = []
    for series, step, crossing in sorted(_unreturned(crossed), key=lambda one: one[1].within):
        if not groups or step.within[0] > groups[-1][0]:
            groups.append((step.within[1], {}, {}))
        end, back, ahead = groups[-1]
        groups[-1] = (max(end, step.within[1]), back, ahead)
        if step.seconds > 0:
            ahead[series] = ahead.get(series, 0.0) + step.seconds
        elif crossing:
            back[series] = back.get(series, 0.0) - step.seconds
    return (
        sum(max(back.values(), default=0.0) for _, back, _ in groups),
        sum(max(ahead.values(), default=0.0) for _, _, ahead in groups),
    )


def _unreturned(crossed: Iterable[tuple[int, Step, bool]]) -> list[tuple[int, Step, bool]]:
    """The steps without those that set a clock back and right again, both between the points."""
    steps = list(crossed)
    wrong = {(series, step.within) for series, step, crossing in steps if step.set_right and crossing}
    right = {(series, step.within) for series, step, _ in steps if step.sets_right}
    return [(series, step, crossing) for series, step, crossing in steps if (series, step.within) not in wrong & right]
