"""On how many hosts each fault stood, day by day."""

from collections import defaultdict
from typing import TYPE_CHECKING

from faultlog.fleet.statistics.columns import seconds
from faultlog.fleet.statistics.observed import Observed, Watched, date_of, days_of, watched
from faultlog.values import dataclass

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Day:
    """A UTC day of which something was observed."""

    day: str
    """`2026-03-02`."""
    observed: Watched
    """The hosts are what each number of this day is out of."""


@dataclass(frozen=True, slots=True)
class Row:
    """One fault."""

    fault_id: int
    hosts: tuple[int, ...]
    """For each day, the hosts observed that day on which it stood at some time of it."""


@dataclass(frozen=True, slots=True)
class Heat:
    """Fault by day."""

    days: tuple[Day, ...]
    """In order; days without observation are left out."""
    rows: tuple[Row, ...]


def heat(stays: "pd.DataFrame", seen: Observed) -> Heat:
    """Count hosts by fault and day: from when a stay certainly stood until when it was last seen to stand."""
    per_day = watched(seen)
    begins = seconds(stays["raised_until"].fillna(stays["raised_at"]))
    ends = seconds(stays["cleared_at"])
    hosts: dict[int, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    on_days: dict[str, set[int]] = {}
    for host, fault_id, begin, end in zip(stays["host"], stays["fault_id"], begins, ends, strict=True):
        if host not in on_days:
            on_days[host] = seen.days(host)
        for day in on_days[host].intersection(days_of(begin, max(begin, end))):
            hosts[int(fault_id)][day].add(host)
    rows = tuple(Row(fault, tuple(len(hosts[fault][day]) for day in per_day)) for fault in sorted(hosts))
    return Heat(tuple(Day(date_of(day).isoformat(), some) for day, some in per_day.items()), rows)
