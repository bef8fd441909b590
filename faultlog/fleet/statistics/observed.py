"""The time in which faults would have been seen, of each host, day and week: everything is counted against it."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from math import floor
from typing import TYPE_CHECKING, Final

from faultlog.fleet.spans import Spans, length, united
from faultlog.fleet.statistics.columns import seconds
from faultlog.fleet.statistics.rates import DAY_S
from faultlog.values import dataclass

if TYPE_CHECKING:
    import pandas as pd

_MONDAY: Final = 4
"""Days from 1970-01-01 to the first Monday."""


@dataclass(frozen=True, slots=True)
class Observed:
    """When each host was observed, in seconds since 1970; hosts that never were are left out."""

    spans: Mapping[str, Spans]

    @property
    def total_s(self) -> float:
        """Observed seconds of all hosts."""
        return round(sum(map(length, self.spans.values())), 6)

    def without(self, hosts: Collection[str]) -> "Observed":
        """The same without some hosts."""
        return Observed({host: some for host, some in self.spans.items() if host not in hosts}) if hosts else self

    def days(self, host: str) -> set[int]:
        """The days, from 1970-01-01, of which something of a host was observed."""
        return {day for begin, end in self.spans.get(host, ()) for day in days_of(begin, end)}


@dataclass(frozen=True, slots=True)
class Watched:
    """How much was observed in a day or a week."""

    hosts: int
    """Hosts of which something was observed then."""
    observed_s: float
    """Observed seconds of all of them."""


def observed(coverage: "pd.DataFrame") -> Observed:
    """What was observed of the logs whose silence about faults is evidence, several bundles of a host together."""
    counted = coverage[coverage["observed"] & coverage["of_faults"]]
    found: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for host, begin, end in zip(counted["host"], seconds(counted["from_at"]), seconds(counted["to_at"]), strict=True):
        found[host].append((begin, end))
    spans = {host: united(some) for host, some in sorted(found.items())}
    return Observed({host: some for host, some in spans.items() if length(some) > 0})


def watched(seen: Observed, days: int = 1) -> dict[int, Watched]:
    """How much was observed, by day since 1970-01-01, or by the first day of each week of seven."""
    hosts: dict[int, set[str]] = defaultdict(set)
    lasted: dict[int, float] = defaultdict(float)
    for host, spans in seen.spans.items():
        for begin, end in spans:
            for day in days_of(begin, end):
                first = day if days == 1 else monday_of(day)
                hosts[first].add(host)
                lasted[first] += max(0.0, min(end, (day + 1) * DAY_S) - max(begin, day * DAY_S))
    return {first: Watched(len(hosts[first]), round(lasted[first], 6)) for first in sorted(hosts)}


def days_of(begin: float, end: float) -> range:
    """The UTC days that a span touches, from 1970-01-01."""
    return range(floor(begin / DAY_S), floor(end / DAY_S) + 1)


def monday_of(day: int) -> int:
    """The first day of the ISO week of a day."""
    return day - (day - _MONDAY) % 7


def date_of(day: int) -> date:
    """A day by its number.

    >>> date_of(monday_of(20514)).isoformat()
    '2026-03-02'
    """
    return date(1970, 1, 1) + timedelta(days=day)
