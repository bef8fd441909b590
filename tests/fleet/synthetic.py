"""A synthetic fleet for pictures: 140 hosts over eight weeks, drawn by chance with a seed, as a lake that is not run.

`python -m tests.fleet.synthetic lake` writes it into the folder `lake`. What is in it on purpose: fault 6 clears later
under connector 1.16.0, and comes in numbers on it in the sixth week; fault 7 clears sooner under 1.16.2; a few stays
last very long; a few hosts raise most of it; logs begin late, end early and have holes, so that stays are cut at
either end.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from math import log
from pathlib import Path
from random import Random
from typing import Any

import pyarrow.parquet as pq

from faultlog.fleet.lake import Lake, open_lake
from faultlog.fleet.units import Outcome, Unit
from faultlog.values import dataclass

from .lakes import at, found, host, seen, stay, table

RULES = "5e7f1ee75e7f1ee7"
HOSTS, HOURS = 140, 56 * 24.0
VERSIONS = {"1.14.1": 45, "1.16.0": 35, "1.16.2": 20}
MINUTE, DAY, EARLIER = 1 / 60, 24.0, 120.0
Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A fault: raises for each host and day, minutes until half of them clear, how much those differ."""

    fault: int
    daily: float
    median: float
    sigma: float
    severity: str | None = None


KINDS = (
    Kind(6, 0.04, 8, 0.8, "Major"),
    Kind(7, 0.025, 70, 0.9, "Critical"),
    Kind(18, 0.02, 45, 1.2),
    Kind(13, 0.01, 25, 0.7, "Minor"),
    Kind(10, 0.006, 1200, 0.8),
    Kind(3, 0.004, 2900, 1.0, "Critical"),
    Kind(12, 0.003, 6000, 0.7, "Minor"),
    Kind(99, 0.003, 30, 0.5),
)
SLOWER = {(6, "1.16.0"): 2.1, (7, "1.16.2"): 0.45}
"""By which the median of a fault is multiplied under a version."""
OUTBREAK = (35 * DAY, 42 * DAY)
STUCK, LONGER = 0.06, 900
"""The part of stays of faults 6 and 7 that last so many times longer."""


@dataclass(frozen=True, slots=True)
class Life:
    """One host: when its logs begin and end, a hole in them, and its versions."""

    name: str
    begin: float
    end: float
    hole: tuple[float, float] | None
    upgraded: float
    versions: tuple[str, str]
    weakness: float

    def version(self, hour: float) -> str:
        return self.versions[hour >= self.upgraded]

    @property
    def spans(self) -> list[tuple[float, float]]:
        if self.hole is None:
            return [(self.begin, self.end)]
        return [(self.begin, self.hole[0]), (self.hole[1], self.end)]


def life(draw: Random, place: int) -> Life:
    begin = draw.uniform(0, 24 * DAY)
    end = min(HOURS, begin + draw.uniform(10, 45) * DAY)
    hole = begin + (end - begin) * draw.uniform(0.2, 0.7)
    first = draw.choices(list(VERSIONS), list(VERSIONS.values()))[0]
    upgraded = draw.uniform(begin, end) if draw.random() < 0.3 else HOURS
    holes = (hole, hole + draw.uniform(6, 72)) if draw.random() < 0.25 else None
    name = f"{'mac' if draw.random() < 0.8 else 'linux'}-{place:03}"
    return Life(name, begin, end, holes, upgraded, (first, "1.16.2"), draw.gammavariate(0.5, 2.0))


def lasting(draw: Random, one: Life, kind: Kind) -> Iterator[tuple[float, float]]:
    """What really happened: raises and clears, in hours; it is going on when the logs begin."""
    hour = one.begin - EARLIER
    while True:
        rate = kind.daily * one.weakness / DAY
        hour += draw.expovariate(rate * 12) if _outbreak(one, kind, hour) else draw.expovariate(rate)
        if hour >= one.end:
            return
        median = kind.median * SLOWER.get((kind.fault, one.version(hour)), 1.0)
        stuck = kind.fault in {6, 7} and draw.random() < STUCK
        cleared = hour + draw.lognormvariate(log(median), kind.sigma) * MINUTE * (LONGER if stuck else 1)
        yield hour, cleared
        hour = cleared


def _outbreak(one: Life, kind: Kind, hour: float) -> bool:
    return kind.fault == 6 and one.version(hour) == "1.16.0" and OUTBREAK[0] <= hour < OUTBREAK[1]


def told(one: Life, raised: float, cleared: float) -> tuple[float, float | None, float] | None:
    """What the logs tell of a stay: its raise, its clear where it was seen, and when it was last seen."""
    for place, (begin, end) in enumerate(one.spans):
        if raised < end and cleared > begin and (raised >= begin or not place):
            return raised, cleared if cleared < end else None, end
    return None


def judged(draw: Random, one: Life, row: dict[str, Any], raised: float, end: float) -> Iterator[dict[str, Any]]:
    """The promises of a stay of fault 6: ten minutes from the raise, and from a start of the connector."""
    if row["fault_id"] != 6:
        return
    clock_known = draw.random() > 0.06
    yield _verdict(one, row, "raised", raised, end, "warning" if clock_known else None)
    if draw.random() < 0.4:
        started = raised + draw.uniform(0.5, 12) * MINUTE
        yield _verdict(one, row, "connector_started", started, end, "critical" if clock_known else None)


def _verdict(one: Life, row: dict[str, Any], after: str, since: float, end: float, level: str | None) -> dict[str, Any]:
    """A verdict; without a level nothing can be decided."""
    deadline = since + 10 * MINUTE
    if level is None:
        verdict, level = "indeterminate", "info"
    elif end > deadline:
        verdict = "breached"
    else:
        verdict = "met" if row["state"] == "cleared" else "pending" if row["state"] == "open" else "indeterminate"
        level = "none" if verdict == "met" else "info"
    return found(
        one.name, row["id"], verdict, deadline, level, row["fault_id"], after=after, id=f"{row['id']}-{after}",
        case=row["case"], host=row["host"],
    )  # fmt: skip


def stays(draw: Random, one: Life, of_host: dict[str, str]) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Each stay that the logs tell of, with its findings."""
    for kind in KINDS:
        every = [known for life_ in lasting(draw, one, kind) if (known := told(one, *life_)) is not None]
        for place, (raised, cleared, last) in enumerate(every, 1):
            before = {} if raised >= one.begin else {"raised_kind": "not_after", "raised_at": None}
            row = stay(one.name, raised, cleared, kind.fault, one.version(raised), until=last, severity=kind.severity)
            row |= {"id": f"f{kind.fault}-{place}", **of_host, **before}
            if before:
                row |= {"raised_until": at(one.begin), "duration_max_s": None}
                row["duration_min_s"] -= (one.begin - raised) * 3600
            if cleared is None and last < one.end:
                row["state"] = "unknown"
            findings = [] if before else list(judged(draw, one, row, raised, last if cleared is None else cleared))
            yield row, findings


def patterns(rows: list[dict[str, Any]], of_host: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Whether each fault of a host chatters or stands."""
    for fault, number in Counter(row["fault_id"] for row in rows).items():
        longest = max(row["duration_min_s"] for row in rows if row["fault_id"] == fault)
        for pattern, present in (("chattering", number >= 6), ("standing", longest >= 86_400)):
            outcome = "present" if present else "absent"
            told_ = {"id": f"f{fault}-{pattern}", "fault_id": fault, "pattern": pattern, "outcome": outcome}
            yield of_host | told_


def lives(draw: Random) -> Rows:
    """The tables of the fleet."""
    rows: Rows = {name: [] for name in ("hosts", "coverage", "intervals", "findings", "patterns")}
    for place in range(1, HOSTS + 1):
        one = life(draw, place)
        of_host = {"case": f"{place:064x}", "host": f"guid:{place:032x}"}
        known = list(stays(draw, one, of_host))
        mine = [row for row, _ in known]
        system = {"name": one.name, "os": "macos" if one.name.startswith("mac") else "linux"}
        counts = {"assumptions": ["assumption.wording"], "warnings": [], "contradicted": [], "contradictions": 0}
        watched = sum(end - begin for begin, end in one.spans) * 3600
        seconds = {"observed_s": watched, "blind_s": (one.end - one.begin) * 3600 - watched}
        last = host(one.name, one.version(one.end), one.begin, one.end, bundles=[of_host["case"]])
        rows["hosts"].append(last | of_host | system | counts | seconds)
        rows["coverage"] += [seen(one.name, *span) | of_host for span in one.spans]
        rows["intervals"] += mine
        rows["findings"] += [row for _, several in known for row in several]
        rows["patterns"] += patterns(mine, of_host)
    return rows


def synthetic(root: Path, seed: int = 1) -> Lake:
    """Write the fleet as a lake."""
    lake = open_lake(root, RULES, {"version": "synthetic"})
    for name, rows in lives(Random(seed)).items():  # noqa: S311
        pq.write_table(table(name, rows), lake.folder(name) / "merged-0.parquet")
    for place in range(1, HOSTS + 1):
        lake.decide(Outcome(Unit(f"{place}.zip"), "done", f"{place:064x}"))
    lake.decide(Outcome(Unit("copy.zip"), "same", f"{1:064x}"))
    for reason in ("memory", "truncated", "truncated"):
        lake.decide(Outcome(Unit(f"{reason}-{len(list(lake.sources()))}.zip"), "quarantined", None, reason, reason))
    return lake


if __name__ == "__main__":
    synthetic(Path(sys.argv[1]))
