"""Fleets whose numbers are written by hand: what matters is how they are told, not how they were estimated."""

import random
from collections import Counter
from datetime import date, timedelta
from math import exp, sqrt
from pathlib import Path

from faultlog.fleet.lake import Lake
from faultlog.fleet.report.gathered import Gathered
from faultlog.fleet.statistics.actors import Actor, Actors
from faultlog.fleet.statistics.breaches import Promise, Week
from faultlog.fleet.statistics.clearing import Clearing
from faultlog.fleet.statistics.fleet import SCHEMA, Fault, FleetStatistics, Scope
from faultlog.fleet.statistics.habits import Habit
from faultlog.fleet.statistics.heat import Day, Heat, Row
from faultlog.fleet.statistics.helping import HostToHelp, Standing
from faultlog.fleet.statistics.incidence import Incidence, Prevalence
from faultlog.fleet.statistics.logrank import LogRank
from faultlog.fleet.statistics.observed import Watched
from faultlog.fleet.statistics.rates import DAY_S, Rate
from faultlog.fleet.statistics.recurrence import Recurrence, Rise
from faultlog.fleet.statistics.shares import Share
from faultlog.fleet.statistics.survival import Curve, Estimate, Step
from faultlog.fleet.statistics.versions import Comparison, Group, Versions

FAULTS = (6, 18, 13, 7, 3, 2, 14, 10, 15, 250, 99, 4, 1, 9)
MONDAY = date(2026, 1, 5)


def curve(draw: random.Random, n: int, scale: float) -> Curve:
    """About exponential lives, a tenth of them censored at the end."""
    ended = max(1, n - n // 10)
    at = sorted(draw.expovariate(1 / scale) + 5 for _ in range(min(60, ended)))
    steps, each = [], ended / n / len(at)
    for place, one in enumerate(at, 1):
        value = max(0.0, 1 - each * place)
        half = 1.96 * sqrt(value * (1 - value) / n)
        steps.append(Step(one, value, (max(0.0, value - half), min(1.0, value + half)), n - place + 1))
    median = next((one.at_s for one in steps if one.survival <= 0.5), None)
    low = None if median is None else median * 0.8
    high = None if median is None or n < 20 else median * 1.3
    return Curve(n, ended, at[-1] * 1.2, tuple(steps), Estimate(median, low, high))


def rising(hosts: int, days: int, raises: int) -> Recurrence:
    steps = []
    for place in range(1, 41):
        left = max(1, round(hosts * exp(-place / 30)))
        mean = raises / hosts * place / 40
        steps.append(Rise(days * DAY_S * place / 40, mean, sqrt(mean / left) / 2, left))
    return Recurrence(hosts, raises, tuple(steps))


def fault_of(draw: random.Random, fault: int, place: int, hosts: int, days: int) -> Fault:
    with_it = max(1, round(hosts * 0.4 / (place + 1)))
    stays = max(1, round(with_it * 1.7))
    rate = Rate(stays, hosts * days * 0.8 * DAY_S)
    lives = curve(draw, stays, 180.0 * (1 + place) ** 1.6)
    within = Estimate(0.6, 0.4, None if place == 3 else 0.8)
    return Fault(
        fault, stays, Prevalence(Share(with_it, hosts), place), Incidence(rate, hosts, place, 0),
        Clearing(lives, with_it, within, 600.0, place // 2, lives.median_s, place, 0), rising(hosts, days, stays),
    )  # fmt: skip


def heat_of(draw: random.Random, told: tuple[Fault, ...], hosts: int, days: int) -> Heat:
    spans = [Day((MONDAY + timedelta(day)).isoformat(), Watched(round(hosts * (0.6 + 0.3 * draw.random())), 1.0))
             for day in range(days) if day % 29 != 17 or days < 29]  # fmt: skip
    rows = []
    for place, one in enumerate(told):
        peak = 0.3 / (place + 1) ** 1.5
        rows.append(Row(one.fault_id, tuple(round(day.observed.hosts * peak * draw.random()) for day in spans)))
    return Heat(tuple(spans), tuple(rows))


def comparison(draw: random.Random, fault: int, n: int, p: float) -> Comparison:
    first = Group(fault, "1.14.0", n, n, round(n * 0.8), Estimate(400 + 100 * draw.random(), 300.0, 700.0))
    other = Group(fault, "1.16.2", n, n * 2, round(n * 1.7), Estimate(900 + 400 * draw.random(), 700.0, None))
    test = LogRank((first.cleared, other.cleared), (10.0, 20.0), 4.2, p, Estimate(0.6, 0.3, 1.2))
    return Comparison(first, other, test, min(1.0, p * 5), 500.0)


def promise(draw: random.Random, fault: int, after: str, hosts: int, days: int) -> Promise:
    weeks = []
    for place in range(max(1, days // 7)):
        monday = MONDAY + timedelta(7 * place)
        broken, kept = draw.randint(0, hosts // 4 + 1), draw.randint(0, hosts)
        year, week, _ = monday.isocalendar()
        seen = Watched(hosts, hosts * DAY_S)
        share = Share(broken, broken + kept)
        weeks.append(Week(f"{year}-W{week:02}", monday.isoformat(), share, draw.randint(0, 9), 2, seen))
    every = Share(sum(one.breached.n for one in weeks), sum(one.breached.of for one in weeks))
    return Promise(fault, "clears_within", after, 600.0, tuple(weeks), every, 1)


def actors(draw: random.Random, names: list[str], measure: str, unit: float) -> Actors:
    amounts = sorted((unit * int(draw.paretovariate(1.1)) for _ in names), reverse=True)
    total, together, worst = sum(amounts), 0.0, []
    for place, amount in enumerate(amounts[:20]):
        together += amount
        worst.append(Actor(f"guid:{place:032x}", names[place], f"{place:064x}", amount, together / total, (6, 18), 9e5))
    return Actors(measure, total, tuple(worst), Share(max(1, len(names) // 5), len(names)))


def to_help(place: int, name: str, told: tuple[Fault, ...]) -> HostToHelp:
    level = ("critical", "warning", "info")[place % 3]
    since = f"2026-02-{1 + place % 27:02d}T08:{place % 60:02d}:00Z"
    fault = told[place % len(told)].fault_id
    worst = Standing(
        fault, f"f{fault}-1", ("Critical", "Major", None)[place % 3], since, place % 4 > 0, True, level, True
    )
    more = (Standing(99, "f99-1", None, since, True, True, "info", False),) if place % 2 else ()
    return HostToHelp(
        f"guid:{place:032x}", name, f"{place:064x}", "1.16.2", "2026-03-01T23:55:00Z", (worst, *more)
    )  # fmt: skip


def fleet(hosts: int = 60, days: int = 56, faults: int = 9, seed: int = 1) -> FleetStatistics:
    """A fleet of so many hosts, for so many days; the same each time."""
    draw = random.Random(seed)  # noqa: S311
    told = tuple(fault_of(draw, fault, place, hosts, days) for place, fault in enumerate(FAULTS[:faults]))
    names = [f"mac-{place:05d}.example.org" for place in range(hosts)]
    compared = tuple(comparison(draw, one.fault_id, 20 + place, 1e-4 * 9**place) for place, one in enumerate(told[:4]))
    few = tuple(Group(6, f"1.9.{place}", 1, 2, 1, Estimate(None, None, None)) for place in range(11))
    last = f"{MONDAY + timedelta(days - 1)}T23:55:00Z"
    return FleetStatistics(
        schema_=SCHEMA,
        rules="8c8d86a6acafa784",
        scope=Scope(
            hosts + 9, hosts + 2, 3, hosts + 2, hosts, hosts * days * 0.8 * DAY_S, hosts * days * 0.1 * DAY_S,
            "2026-01-05T00:03:07Z", last, sum(one.stays for one in told), names[0], days * DAY_S,
        ),
        faults=told,
        versions=Versions(compared, len(compared), few, 4),
        habits=tuple(Habit(one.fault_id, name, Share(place, hosts), 2) for place, one in enumerate(told)
                     for name in ("chattering", "standing", "severity-changes")),
        actors=(actors(draw, names, "raises", 1.0), actors(draw, names, "raised_s", 700.0)),
        promises=tuple(promise(draw, 6, after, hosts, days) for after in ("raised", "connector_started")),
        to_help=tuple(to_help(place, name, told) for place, name in enumerate(names[: hosts // 4])),
        heat=heat_of(draw, told, hosts, days),
    )  # fmt: skip


def gathered(found: FleetStatistics) -> Gathered:
    """The lake that a fleet may have come from."""
    tally = Counter({("done", None): 50, ("same", None): 2, ("quarantined", "memory"): 3})
    systems = {one.case: "macos" for one in found.to_help}
    return Gathered(
        Lake(Path("/lake"), found.rules), ("0123456789abcdef",), tally, found, systems,
        Counter({"assumption.wording": found.scope.cases, "assumption.zone_of_lines": 7}), 2, 1,
    )  # fmt: skip
