"""Starts, boots and definition updates are logged in several lines: a group is one thing, at its first line."""

from collections.abc import Iterable

from faultlog.elapsed import Course, Elapsed, Point
from faultlog.holes import Observation
from faultlog.model import Signal, SignalKind
from faultlog.values import dataclass

GROUP_S = 30.0
"""Lines less than this after the first of their group are the same start. Source: tool default."""

_ENDS: dict[SignalKind, SignalKind] = {"connector_started": "connector_stopped"}
"""A signal between two of a kind that makes the second a new one."""


@dataclass(frozen=True, slots=True)
class First:
    """The first line of a group."""

    signal: Signal
    sure: bool
    """Whether it certainly begins a group: the clock may have been set between it and the line before, and a hole in
    one log says little of a line in another."""


def first_of_groups(
    signals: Iterable[Signal], kind: SignalKind, seen: Observation, course: Course
) -> tuple[First, ...]:
    """The first line of each group: those less than `GROUP_S` after it, no stop and no hole between, are the same."""
    found: list[First] = []
    leaders: list[Signal] = []
    for signal in signals:
        if signal.kind == _ENDS.get(kind):
            leaders = []
        elif signal.kind == kind:
            gaps = _gaps(_without_hole(leaders, signal, seen), signal, course)
            sure = all(gap.least >= GROUP_S for gap in (*gaps, *_gaps(_elsewhere(leaders, signal), signal, course)))
            if gaps and gaps[0].most is not None and gaps[0].most < GROUP_S:
                continue
            found.append(First(signal, sure))
            leaders = [signal] if sure else [*leaders, signal]
    return tuple(found)


def _gaps(leaders: Iterable[Signal], signal: Signal, course: Course) -> list[Elapsed]:
    """How long after each line that may lead its group a line stands."""
    return [course.between(Point.of(leader), Point.of(signal)) for leader in leaders]


def _without_hole(leaders: Iterable[Signal], signal: Signal, seen: Observation) -> list[Signal]:
    """Those that all was observed since."""
    return [one for one in leaders if seen.unbroken(Point.of(one), Point.of(signal))]


def _elsewhere(leaders: Iterable[Signal], signal: Signal) -> list[Signal]:
    """Those of another log."""
    return [one for one in leaders if one.series != signal.series]
