"""What a fleet has to say first, the most urgent first: a mark of `report.page.MARKS` and a sentence each."""

from collections.abc import Iterable
from math import inf

from faultlog.fleet.report.gathered import Gathered
from faultlog.fleet.report.tables import mark_of
from faultlog.fleet.report.telling import NOTHING, Telling, percent
from faultlog.fleet.report.versions import UNLIKELY, probability
from faultlog.fleet.statistics.versions import Comparison, Group

LEAST_HOSTS = 10
"""Hosts from which on one of them should not make most of the observed time. Tool default."""
MOST_OF_ONE = 0.5
"""Share of the observed time that one host may make and nothing is said. Tool default."""
MOST_VERSIONS = 3
"""Differences between versions that are told first. Tool default."""

News = tuple[str, str]


def headlines(telling: Telling, gathered: Gathered) -> list[News]:
    """What to say first."""
    return [
        _help(telling),
        *_prevalent(telling),
        *_lopsided(telling),
        *_promises(telling),
        *_versions(telling),
        *_quarantined(telling, gathered),
    ]


def _help(telling: Telling) -> News:
    number, every = telling.fleet.scope.hosts, telling.fleet.to_help
    if not every:
        return "met", telling.counted("fleet.report.first.help_none", number)
    critical = sum(mark_of(one) == "critical" for one in every)
    extra = {"critical": f"{critical:,}"} if critical else {}
    return mark_of(every[0]), telling.counted("fleet.report.first.help", len(every), hosts=f"{number:,}", **extra)


def _prevalent(telling: Telling) -> Iterable[News]:
    first = next(iter(telling.faults), None)
    if first is None:
        yield "none_raised", telling.counted("fleet.report.first.no_fault", telling.fleet.scope.hosts_observed)
        return
    share = first.prevalence.hosts
    said = {"share": telling.share(share), "band": telling.share_band(share)}
    yield "note", telling.words("fleet.report.first.prevalent", fault=telling.name(first.fault_id), **said)


def _promises(telling: Telling) -> Iterable[News]:
    promises = telling.fleet.promises
    broken, decided = (sum(getattr(one.breached, name) for one in promises) for name in ("n", "of"))
    undecided = sum(week.pending + week.indeterminate for one in promises for week in one.weeks)
    if decided:
        share = percent(broken / decided)
        said = {"of": f"{decided:,}", "share": share, "undecided": f"{undecided:,}"}
        yield "warning" if broken else "met", telling.counted("fleet.report.first.promises", broken, **said)


def _lopsided(telling: Telling) -> Iterable[News]:
    """That rates are those of one host: often of one whose clock or dates are off."""
    scope = telling.fleet.scope
    if scope.hosts_observed >= LEAST_HOSTS and scope.longest_s > scope.observed_s * MOST_OF_ONE:
        said = {"days": telling.days(scope.longest_s), "of": telling.days(scope.observed_s)}
        share = percent(scope.longest_s / scope.observed_s)
        yield (
            "warning",
            telling.words("fleet.report.first.lopsided", host=scope.longest or NOTHING, share=share, **said),
        )


def _versions(telling: Telling) -> Iterable[News]:
    every = telling.fleet.versions.comparisons
    unlikely = [one for one in every if one.p_corrected < UNLIKELY]
    if every and not unlikely:
        least = probability(min(one.p_corrected for one in every))
        yield "note", telling.counted("fleet.report.first.versions_alike", len(every), p=least)
    if telling.fleet.faults and not every:
        yield "note", telling.words("fleet.report.first.versions_unknown")
    for one in unlikely[:MOST_VERSIONS]:
        slower, faster = _ordered(one)
        said = {
            "fault": telling.name(one.first.fault_id),
            "slower": slower.version,
            "faster": faster.version,
            "slow": _median(telling, slower),
            "fast": _median(telling, faster),
            "p": probability(one.p_corrected),
        }
        agree = _or_never(slower) >= _or_never(faster)
        yield "note", telling.words(f"fleet.report.first.version{'' if agree else '_crossing'}", **said)


def _ordered(one: Comparison) -> tuple[Group, Group]:
    """The version under which the fault clears later, by the test's hazard ratio, then the other."""
    ratio = one.test.hazard_ratio.value
    return (one.first, one.second) if ratio is None or ratio > 1 else (one.second, one.first)


def _or_never(group: Group) -> float:
    return inf if group.median_s.value is None else group.median_s.value


def _median(telling: Telling, group: Group) -> str:
    value = group.median_s.value
    return telling.words("fleet.report.unreached") if value is None else telling.length(value)


def _quarantined(telling: Telling, gathered: Gathered) -> Iterable[News]:
    count = gathered.count("quarantined")
    if count:
        yield "unread", telling.counted("fleet.report.first.quarantined", count, bundles=f"{gathered.bundles:,}")


def rule_notes(telling: Telling, gathered: Gathered) -> list[str]:
    """By which rules it was judged; that others are in the lake."""
    said = [telling.words("fleet.report.rules", rules=gathered.lake.rules)]
    if gathered.others:
        others = ", ".join(gathered.others)
        said.append(telling.counted("fleet.report.other_rules", len(gathered.others), rules=others))
    return said


def tiles(telling: Telling, gathered: Gathered) -> list[tuple[str, str]]:
    """The fleet in a few numbers."""
    scope, fleet = telling.fleet.scope, telling.fleet
    numbers = (
        ("fleet.report.tile.hosts", f"{scope.hosts:,}"),
        ("fleet.report.tile.help", f"{len(fleet.to_help):,}"),
        ("fleet.report.tile.bundles", f"{gathered.bundles:,}"),
        ("fleet.report.tile.observed", telling.days(scope.observed_s)),
        ("fleet.report.tile.stays", f"{scope.stays:,}"),
        ("fleet.report.tile.quarantined", f"{gathered.count('quarantined'):,}"),
    )
    return [(number, telling.words(key)) for key, number in numbers]
