"""Starts, boots and definition updates are logged in several lines: a group is one thing, at its first line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from faultlog.elapsed import Course, Elapsed, Point
from faultlog.holes import Observation
from faultlog.model import Signal, SignalKind

GROUP_S = 30.0
"""Lines less than this after the first of their group are the same start. Source: tool default."""

_ENDS: dict[SignalKind, SignalKind] = {"connector_started": "connector_stopped"}
"""A signal between two of a kind that makes the second a new one."""


@dataclass(frozen=True, slots=True)
class First:
    """The first line of a group."""

    signal: Signal
    sure: bool
    """Whether it certainly begins a group: the clock may have been set between it and the line before."""


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
            gaps = _gaps(leaders, signal, seen, course)
            sure = all(gap.least >= GROUP_S for gap in gaps)
            if gaps and gaps[0].most is not None and gaps[0].most < GROUP_S:
                continue
            found.append(First(signal, sure))
            leaders = [signal] if sure else [*leaders, signal]
    return tuple(found)


def _gaps(leaders: Sequence[Signal], signal: Signal, seen: Observation, course: Course) -> list[Elapsed]:
    """How long after each line that may lead its group, in observed time, a line stands."""
    here = Point.of(signal)
    return [course.between(Point.of(leader), here) for leader in leaders if seen.unbroken(Point.of(leader), here)]
