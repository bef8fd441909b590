"""Whether promises were kept, week by week."""

from collections import Counter, defaultdict
from math import isnan
from typing import TYPE_CHECKING

from faultlog.fleet.statistics.columns import seconds
from faultlog.fleet.statistics.observed import Observed, Watched, date_of, days_of, monday_of, watched
from faultlog.fleet.statistics.shares import Share
from faultlog.values import dataclass

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Week:
    """The findings of a week, by when the time that was promised began."""

    week: str
    """By ISO 8601: `2026-W10`."""
    monday: str
    """Its first day: `2026-03-02`."""
    breached: Share
    """Of those that were decided: met or breached."""
    pending: int
    """Observation ended first."""
    indeterminate: int
    """What is missing from the logs would decide."""
    observed: Watched
    """How much was observed that week."""


@dataclass(frozen=True, slots=True)
class Promise:
    """One expectation of one fault over time."""

    fault_id: int
    expectation: str
    after: str
    """What it counts from: `raised`, `connector_started`."""
    within_s: float
    weeks: tuple[Week, ...]
    """Those with a finding, in order."""
    breached: Share
    """Of all that were decided."""
    undated: int
    """Findings that belong to no week, in no other number: nobody knows when their time began."""


_Key = tuple[int, str, str, float]


def breaches(findings: "pd.DataFrame", stays: "pd.DataFrame", seen: Observed) -> tuple[Promise, ...]:
    """Every promise that was judged, by fault; of findings on stays that are counted."""
    begun = stays.assign(begun_at=stays["raised_at"].fillna(stays["raised_until"]))[["case", "id", "begun_at"]]
    judged = findings.merge(begun, left_on=["case", "interval"], right_on=["case", "id"], suffixes=("", "_stay"))
    told = ("fault_id", "expectation", "after", "within_s", "verdict", "deadline_at", "begun_at")
    columns = [seconds(judged[name]) if name.endswith("_at") else judged[name].tolist() for name in told]
    weeks: dict[_Key, dict[int, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    undated: Counter[_Key] = Counter()
    for fault_id, expectation, after, within_s, verdict, deadline, begin in zip(*columns, strict=True):
        key = (int(fault_id), expectation, after, float(within_s))
        since = deadline - within_s if not isnan(deadline) else begin
        if not isnan(since):
            weeks[key][monday_of(days_of(since, since)[0])][verdict] += 1
        else:
            undated[key] += 1
    per_week = watched(seen, 7)
    keys = sorted(weeks.keys() | undated.keys())
    return tuple(_promise(key, weeks[key], undated[key], per_week) for key in keys)


def _promise(key: _Key, weeks: dict[int, Counter[str]], undated: int, per_week: dict[int, Watched]) -> Promise:
    found = tuple(_week(monday, weeks[monday], per_week) for monday in sorted(weeks))
    every = Share(sum(one.breached.n for one in found), sum(one.breached.of for one in found))
    return Promise(*key, found, every, undated)


def _week(monday: int, verdicts: Counter[str], per_week: dict[int, Watched]) -> Week:
    first = date_of(monday)
    year, week, _ = first.isocalendar()
    decided = Share(verdicts["breached"], verdicts["breached"] + verdicts["met"])
    seen = per_week.get(monday, Watched(0, 0.0))
    return Week(f"{year}-W{week:02}", first.isoformat(), decided, verdicts["pending"], verdicts["indeterminate"], seen)
