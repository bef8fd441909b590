"""On how many hosts a fault chatters, stands, or comes with something."""

from typing import TYPE_CHECKING

from faultlog.fleet.statistics.columns import parts
from faultlog.fleet.statistics.shares import Share
from faultlog.values import dataclass

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Habit:
    """One pattern of one fault: `chattering`, `standing`, `severity-changes`, `with-every-update`."""

    fault_id: int
    pattern: str
    present: Share
    """Hosts with it, of those where it is known whether they have it."""
    unknown: int
    """Hosts where the fault was raised and their logs do not tell."""


def habits(patterns: "pd.DataFrame") -> tuple[Habit, ...]:
    """Every pattern of every fault that was raised; of several cases of a host the one that shows it counts."""
    ranked = patterns.assign(rank=patterns["outcome"].map({"present": 0, "unknown": 1, "absent": 2}))
    hosts = ranked.groupby(["fault_id", "pattern", "host"])["rank"].min().reset_index()
    return tuple(
        _habit(fault, pattern, some["rank"])
        for fault, of_fault in parts(hosts, "fault_id")
        for pattern, some in parts(of_fault, "pattern")
    )


def _habit(fault_id: int, pattern: str, ranks: "pd.Series[int]") -> Habit:
    present, unknown = int((ranks == 0).sum()), int((ranks == 1).sum())
    return Habit(fault_id, pattern, Share(present, len(ranks) - unknown), unknown)
