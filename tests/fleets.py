"""Fleets written by hand: what matters is how their numbers are told, not how they were estimated."""

import random
from datetime import date, timedelta
from math import exp, sqrt

from faultlog.fleet.statistics.values import (
    Actor,
    Basis,
    Clearing,
    Comparison,
    Curve,
    Day,
    FaultStatistics,
    FleetStatistics,
    Found,
    Group,
    Help,
    Rate,
    Recurrence,
    Share,
    Verdicts,
    Week,
)

FAULTS = (6, 18, 13, 7, 3, 2, 14, 10, 15, 250, 99, 4, 1, 9)
MONDAY = date(2026, 1, 5)


def wilson(n: int, of: int) -> Share:
    if not of:
        return Share(0, 0)
    part, z = n / of, 1.96
    middle = (part + z * z / 2 / of) / (1 + z * z / of)
    half = z / (1 + z * z / of) * sqrt(part * (1 - part) / of + z * z / 4 / of / of)
    return Share(n, of, max(0.0, middle - half), min(1.0, middle + half))


def curve(draw: random.Random, n: int, scale: float, points: int = 60) -> Curve:
    """About exponential lives."""
    at = sorted(draw.expovariate(1 / scale) + 5 for _ in range(min(points, n)))
    value = [max(0.02, 1 - (place + 1) / (len(at) + 1)) for place in range(len(at))]
    half = [0.9 / sqrt(n) * sqrt(one * (1 - one)) * 2 for one in value]
    low = [max(0.0, one - each) for one, each in zip(value, half, strict=True)]
    high = [min(1.0, one + each) for one, each in zip(value, half, strict=True)]
    return Curve(tuple(at), tuple(value), tuple(low), tuple(high), tuple(n - place for place in range(len(at))))


def rising(draw: random.Random, hosts: int, days: float, rate: float) -> Curve:
    at = [days * (place + 1) / 40 for place in range(40)]
    value = [rate * one * (1 + 0.1 * draw.random()) for one in at]
    value.sort()
    half = [1.96 * sqrt(one / max(1.0, hosts * exp(-place / 30))) for place, one in enumerate(value)]
    risk = tuple(round(hosts * exp(-place / 30)) for place in range(40))
    low = tuple(max(0.0, one - each) for one, each in zip(value, half, strict=True))
    return Curve(tuple(at), tuple(value), low, tuple(map(sum, zip(value, half, strict=True))), risk)


def fault_of(draw: random.Random, fault: int, place: int, hosts: int, days: int) -> FaultStatistics:
    with_it = max(1, round(hosts * 0.4 / (place + 1)))
    stays = max(1, round(with_it * 1.7))
    scale = 180.0 * (1 + place) ** 1.6
    kept, broken = round(stays * 0.7), round(stays * 0.2)
    found = curve(draw, stays, scale)
    spans = [Day(MONDAY + timedelta(day), *_day(draw, hosts, place, day)) for day in range(days)]
    host_days = hosts * days * 0.8
    return FaultStatistics(
        fault_id=fault,
        severity=("Critical", "Major", "Minor", None)[place % 4],
        prevalence=wilson(with_it, hosts),
        incidence=Rate(stays, host_days, *(stays / host_days * one for one in (30.4375, 27, 36))),
        clearing=Clearing(
            stays, kept + broken, stays - kept - broken, place, place // 2,
            scale * 0.7, scale * 0.6, None if stays < 20 else scale * 0.8, wilson(kept, stays), found,
        ),
        recurrence=Recurrence(stays, hosts, rising(draw, hosts, days, stays / hosts / days)),
        verdicts=Verdicts(broken, kept, stays - kept - broken),
        chattering=Found(place, with_it - place, 0),
        standing=Found(0, with_it, hosts - with_it),
        days=tuple(one for one in spans if one.observed),
    )  # fmt: skip


def _day(draw: random.Random, hosts: int, place: int, day: int) -> tuple[int, int]:
    observed = 0 if day % 29 == 17 else round(hosts * (0.6 + 0.3 * draw.random()))
    wave = 0.3 / (place + 1) ** 1.5 * (3 if 20 <= day < 30 and place % 3 == 0 else 1)
    return round(observed * wave * draw.random()), observed


def comparison(draw: random.Random, fault: int, n: int, p: float) -> Comparison:
    one = Group("1.14.0", n, round(n * 0.8), 400 + 100 * draw.random(), 300.0, 700.0)
    other = Group("1.16.2", n * 2, round(n * 1.7), 900 + 400 * draw.random(), 700.0, None)
    return Comparison(fault, one, other, 4.2, p, min(1.0, p * 5), 0.6 + draw.random())


def fleet(hosts: int = 60, days: int = 56, faults: int = 9, seed: int = 1) -> FleetStatistics:
    """A fleet of so many hosts, for so many days; the same each time."""
    draw = random.Random(seed)  # noqa: S311
    told = tuple(fault_of(draw, fault, place, hosts, days) for place, fault in enumerate(FAULTS[:faults]))
    weeks = tuple(
        Week(
            MONDAY + timedelta(7 * week),
            Verdicts(draw.randint(0, hosts // 4), draw.randint(0, hosts), draw.randint(0, 9)),
        )
        for week in range(days // 7)
    )
    names = [f"mac-{place:05d}.example.org" for place in range(hosts)]
    raises = sorted((int(draw.paretovariate(1.1)) for _ in names), reverse=True)
    actors = tuple(
        Actor(f"guid:{place:032x}", name, f"{place:064x}", count, count * 700.0, days * 0.8)
        for place, (name, count) in enumerate(zip(names, raises, strict=True))
    )
    return FleetStatistics(
        basis=Basis(
            hosts + 2, hosts, hosts + 2, hosts + 9, 3, hosts * days * 0.8, hosts * days * 0.1,
            "2026-01-05T00:03:07Z", f"{MONDAY + timedelta(days - 1)}T23:55:00Z",
        ),
        faults=told,
        comparisons=tuple(comparison(draw, one, 20 + place, 0.0001 * 9**place) for place, one in enumerate(FAULTS[:4])),
        few=11,
        weeks=weeks,
        actors=actors,
        raises=sum(raises),
        help=tuple(help_of(place, name, told) for place, name in enumerate(names[: hosts // 4])),
        assumptions=(("assumption.wording", hosts), ("assumption.zone_of_lines", hosts // 3)),
    )  # fmt: skip


def help_of(place: int, name: str, told: tuple[FaultStatistics, ...]) -> Help:
    fault = told[place % len(told)]
    level = ("critical", "warning", "info")[place % 3]
    since = f"2026-02-{1 + place % 27:02d}T08:{place % 60:02d}:00Z"
    return Help(
        f"guid:{place:032x}", name, f"{place:064x}", fault.fault_id, level, fault.severity, since,
        "open", "1.16.2", "macos", "2026-03-01T23:55:00Z",
    )  # fmt: skip
