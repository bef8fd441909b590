"""How often something has come back by a time: the mean cumulative function of Nelson."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from math import exp, sqrt
from operator import itemgetter
from typing import Final

from faultlog.fleet.spans import Spans, holds
from faultlog.fleet.statistics.shares import Z
from faultlog.values import dataclass

MOST: Final = 500
"""Steps of a curve that are drawn. Tool default: no picture shows more."""


LEAST_AT_RISK: Final = 5
"""Hosts that a band needs. Tool default."""


@dataclass(frozen=True, slots=True)
class Unit:
    """What happened to one host, in seconds since it was first observed."""

    at_risk: Spans
    """When it was observed."""
    events: tuple[float, ...]
    """What happened while it was."""

    def __post_init__(self) -> None:
        if not all(holds(self.at_risk, one) for one in self.events):
            raise ValueError("an event outside the time observed counts for nobody")


@dataclass(frozen=True, slots=True)
class Rise:
    """A step of the curve."""

    at_s: float
    mean: float
    """Events of a host up to then."""
    error: float
    """Its standard error."""
    at_risk: int
    """Hosts that were observed then."""

    @property
    def band(self) -> tuple[float, float] | None:
        """Pointwise, on a logarithmic scale, so that it stays above 0.

        `None` where the hosts all tell the same, and where so few are left that they cannot tell how far others are
        off: one host by itself is never off its own mean.
        """
        if self.error <= 0 or self.at_risk < LEAST_AT_RISK:
            return None
        factor = exp(Z * self.error / self.mean)
        return self.mean / factor, self.mean * factor


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Events of a host by the time since it was first observed."""

    hosts: int
    events: int
    steps: tuple[Rise, ...]

    def drawn(self) -> "Recurrence":
        """The same with no more steps than a picture shows."""
        import numpy as np

        from faultlog.fleet.statistics.survival import moved

        if len(self.steps) <= MOST:
            return self
        means = np.array([one.mean for one in self.steps])
        kept = moved(means, self.steps[-1].mean / MOST)
        return Recurrence(self.hosts, self.events, tuple(self.steps[index] for index in kept))


_ENTERS, _HAPPENS, _LEAVES = range(3)
"""In this order at one instant: an event on the first or the last line of a log has its host at risk."""


def mean_cumulative(units: Sequence[Unit]) -> Recurrence:
    """The mean number of events by the time since observation began, of those at risk at each time.

    W. Nelson (1995), Technometrics 37, 147-157 (the estimate); J. F. Lawless and J. C. Nadeau (1995), Technometrics 37,
    158-168, formula 2.3 (its variance, which takes hosts for independent of each other, but not the events of one).
    A host is at risk while it is observed: it leaves with the end of its logs or at a hole, and may enter again.

    >>> [round(one.mean, 2) for one in mean_cumulative([Unit([(0, 9)], (4, 6)), Unit([(0, 5)], (4,))]).steps]
    [1.0, 2.0]
    """
    risk, steps = _Risk(), []
    for at, happenings in groupby(sorted(_happenings(units)), key=itemgetter(0)):
        events, leaving = Counter[int](), list[int]()
        for _, kind, host in happenings:
            if kind == _ENTERS:
                risk.enter(host)
            elif kind == _HAPPENS:
                events[host] += 1
            else:
                leaving.append(host)
        if events:
            risk.count(events)
            steps.append(Rise(at, risk.mean, sqrt(risk.variance), risk.hosts))
        for host in leaving:
            risk.leave(host)
    return Recurrence(len(units), sum(len(one.events) for one in units), tuple(steps))


def _happenings(units: Sequence[Unit]) -> Iterator[tuple[float, int, int]]:
    """When, what, and to which host."""
    for host, unit in enumerate(units):
        for begin, end in unit.at_risk:
            yield begin, _ENTERS, host
            yield end, _LEAVES, host
        for at in unit.events:
            yield at, _HAPPENS, host


class _Risk:
    """Who is at risk, and by how much each host has gone off the mean so far.

    What a host is off by falls by the same for all at risk with every step: it is kept as its own part, less `fallen`.
    """

    def __init__(self) -> None:
        self.mean = 0.0
        self.hosts = 0
        self._own: dict[int, float] = {}
        self._left: dict[int, float] = {}
        self._fallen = 0.0
        self._sum = self._squares = self._squares_left = 0.0

    @property
    def variance(self) -> float:
        """The sum of the squares of what each host is off by."""
        fallen = self._fallen
        squares = self._squares - 2 * fallen * self._sum + self.hosts * fallen * fallen
        rounding = 1e-12 * self._squares
        return (squares if squares > rounding else 0.0) + self._squares_left

    def enter(self, host: int) -> None:
        """A host is observed from now on, or again."""
        off = self._left.pop(host, 0.0)
        self._squares_left -= off * off
        self._put(host, off + self._fallen)
        self.hosts += 1

    def leave(self, host: int) -> None:
        """A host is no longer observed: what it is off by stays."""
        off = self._own[host] - self._fallen
        self._put(host, 0.0)
        self._left[host] = off
        self._squares_left += off * off
        self.hosts -= 1

    def count(self, events: Counter[int]) -> None:
        """Events happened at one time, to hosts at risk."""
        rise = events.total() / self.hosts
        self.mean += rise
        self._fallen += rise / self.hosts
        for host, number in events.items():
            self._put(host, self._own[host] + number / self.hosts)

    def _put(self, host: int, own: float) -> None:
        before = self._own.get(host, 0.0)
        self._sum += own - before
        self._squares += own * own - before * before
        self._own[host] = own
