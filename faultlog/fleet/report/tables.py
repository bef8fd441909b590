"""The tables of a report: hosts to help, faults, patterns, what was left out, what is assumed, what was observed."""

from collections import Counter
from collections.abc import Mapping, Sequence

from faultlog.fleet.report.actors import called
from faultlog.fleet.report.gathered import Gathered
from faultlog.fleet.report.telling import NOTHING, Telling, percent
from faultlog.fleet.statistics.fleet import Fault
from faultlog.fleet.statistics.habits import Habit
from faultlog.fleet.statistics.helping import HostToHelp
from faultlog.report.html.cards import Badge, badge
from faultlog.report.page import SYSTEMS
from faultlog.values import dataclass
from faultlog.wording import blanks, catalogue

MOST_HELPED = 200
"""Hosts to help that are listed, the most urgent. Tool default."""
MOST_OPEN = 20
"""Hosts to help that lie open on the page. Tool default."""

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Helped:
    """A host to help, ready to be shown."""

    badge: Badge
    host: str
    link: str
    """Where its case is told, as a link of the page; empty where it has no page."""
    cells: Row
    """What `HELPED` names."""


HELPED = ("fault", "severity", "since", "version", "os", "last")
"""Names of the cells of a host to help."""


def helped(telling: Telling, gathered: Gathered, pages: Mapping[str, str]) -> list[Helped]:
    """Hosts to help today; `pages` are links to the pages of cases."""
    shown = telling.fleet.to_help[:MOST_HELPED]
    return [_helped(telling, one, pages.get(one.case, ""), gathered.systems.get(one.case)) for one in shown]


def mark_of(one: HostToHelp) -> str:
    """The mark of a host to help, a key of `page.MARKS`."""
    worst = one.standing[0]
    return worst.level if worst.level in {"critical", "warning"} else "open" if worst.open else "note"


def _helped(telling: Telling, one: HostToHelp, link: str, system: str | None) -> Helped:
    worst, more = one.standing[0], len(one.standing) - 1
    since = telling.instant(worst.since)
    cells = (
        telling.name(worst.fault_id) + (f" {telling.counted('fleet.report.help.beside', more)}" if more else ""),
        worst.severity or NOTHING,
        since if worst.since_seen or worst.since is None else telling.words("fleet.report.help.before", time=since),
        one.connector_version or NOTHING,
        NOTHING if system is None else SYSTEMS.get(system, system),
        telling.instant(one.last_at),
    )
    return Helped(badge(mark_of(one), telling.wording), called(one.name, one.host), link, cells)


FAULTS = ("fault", "prevalence", "band", "incidence", "rate_band", "median", "band", "promises")
"""Columns of the faults."""


def fault_rows(telling: Telling) -> list[Row]:
    """Every fault: on how many hosts, how often, for how long, and how many promises were broken."""
    return [_fault(telling, one) for one in telling.faults]


def _fault(telling: Telling, one: Fault) -> Row:
    curve, share, rate = one.clearing.curve, one.prevalence.hosts, one.incidence.rate
    stays = telling.words("fleet.report.stays", n=f"{curve.n:,}", events=f"{curve.events:,}")
    return (
        telling.name(one.fault_id),
        telling.share(share),
        telling.share_band(share),
        telling.rate(rate),
        telling.rate_band(rate),
        f"{telling.median(curve)} {stays}",
        telling.band(curve.median_s),
        _promises(telling, one.fault_id),
    )


def _promises(telling: Telling, fault: int) -> str:
    """Promises broken, of those that could be decided; and those that could not."""
    found = [one for one in telling.fleet.promises if one.fault_id == fault]
    broken, decided = (sum(getattr(one.breached, name) for one in found) for name in ("n", "of"))
    undecided = sum(week.pending + week.indeterminate for one in found for week in one.weeks)
    if not decided + undecided:
        return NOTHING
    said = telling.words("fleet.report.of", n=f"{broken:,}", of=f"{decided:,}")
    share = f" ({percent(broken / decided)})" if decided else ""
    rest = f" · {telling.words('fleet.report.undecided', n=f'{undecided:,}')}" if undecided else ""
    return f"{said}{share}{rest}"


PATTERNS = ("fault", "pattern", "present", "band", "unknown")
"""Columns of the patterns."""


@dataclass(frozen=True, slots=True)
class Patterns:
    """Rows of patterns: those that any host has, and the others."""

    shown: Sequence[Row]
    rest: Sequence[Row]


def patterns(telling: Telling) -> Patterns:
    """On how many hosts a fault chatters, stands, or comes with something; the most first."""
    every = sorted(telling.fleet.habits, key=lambda one: -one.present.n)
    shown, rest = ([_habit(telling, one) for one in every if bool(one.present.n) is any_] for any_ in (True, False))
    return Patterns(shown, rest)


def _habit(telling: Telling, one: Habit) -> Row:
    share = (telling.share(one.present), telling.share_band(one.present))
    return (telling.name(one.fault_id), _pattern(telling, one.pattern), *share, f"{one.unknown:,}")


def _pattern(telling: Telling, name: str) -> str:
    key = f"fleet.report.pattern.{name.replace('-', '_')}"
    return telling.words(key) if telling.wording.has(key) else name


def left_out(telling: Telling, gathered: Gathered) -> list[str]:
    """What is in no number of the report, or not in all, and why."""
    fleet, say, faults = telling.fleet, telling.wording, telling.fleet.faults
    said = [
        telling.counted("fleet.report.out.quarantined", n, why=say.words(f"fleet.reason.{why}"))
        for why, n in gathered.quarantined
    ]
    counts = (
        ("fleet.report.out.same", gathered.count("same")),
        ("fleet.report.out.superseded", fleet.scope.superseded),
        ("fleet.report.out.unobserved_hosts", fleet.scope.hosts - fleet.scope.hosts_observed),
        ("fleet.report.out.unobserved", sum(one.prevalence.unobserved for one in faults)),
        ("fleet.report.out.contradicted", sum(one.contradicted for one in faults)),
        ("fleet.report.out.outside", sum(one.incidence.outside for one in faults)),
        ("fleet.report.out.unseen", sum(one.clearing.unseen for one in faults)),
        ("fleet.report.out.vague", sum(one.clearing.vague for one in faults)),
        ("fleet.report.out.ranged", sum(one.clearing.ranged for one in faults)),
        ("fleet.report.out.undated", sum(one.undated for one in fleet.promises)),
        ("fleet.report.out.few", len(fleet.versions.too_few)),
        ("fleet.report.out.no_version", fleet.versions.unknown),
    )
    said += [telling.counted(key, n) for key, n in counts if n]
    return said or [telling.words("fleet.report.out.nothing")]


def assumed(telling: Telling, gathered: Gathered) -> list[Row]:
    """What the numbers assume, with how many hosts or cases it concerns."""
    hosts, cases = telling.fleet.scope.hosts, telling.fleet.scope.cases
    rows: list[Row] = [
        (telling.words("fleet.report.assumed.independent"), ""),
        (telling.words("fleet.report.assumed.censoring"), ""),
    ]
    for key, n in (
        ("fleet.report.assumed.named", gathered.named),
        ("fleet.report.assumed.nameless", gathered.nameless),
        ("fleet.report.assumed.strangers", telling.fleet.scope.strangers),
    ):
        if n:
            rows.append((telling.words(key), telling.words("fleet.report.assumed.hosts", n=f"{n:,}", of=f"{hosts:,}")))
    counted = Counter[str]()
    for key, n in gathered.assumptions.items():
        counted[key.removesuffix(".several")] += n
    for key, n in sorted(counted.items(), key=lambda one: (-one[1], one[0])):
        count = telling.words("fleet.report.assumed.cases", n=f"{min(n, cases):,}", of=f"{cases:,}")
        rows.append((_assumption(telling, key), count))
    return rows


def _assumption(telling: Telling, key: str) -> str:
    """An assumption of some cases, in words that hold for all of them: those of a case name its files."""
    of_fleet = f"fleet.report.{key}"
    if telling.wording.has(of_fleet):
        return telling.words(of_fleet)
    plain = telling.wording.has(key) and not blanks(catalogue(telling.wording.language)[key])
    return telling.words(key) if plain else key


def observed(telling: Telling) -> Sequence[Row]:
    """What all numbers stand on: name and number."""
    scope = telling.fleet.scope
    usable = telling.words("fleet.report.of", n=f"{scope.hosts_observed:,}", of=f"{scope.hosts:,}")
    numbers = (
        ("fleet.report.basis.span", f"{telling.span} UTC"),
        ("fleet.report.basis.usable", usable),
        ("fleet.report.basis.bundles", f"{scope.bundles:,}"),
        ("fleet.report.basis.cases", f"{scope.cases:,}"),
        ("fleet.report.basis.stays", f"{scope.stays:,}"),
        ("fleet.report.basis.observed", telling.days(scope.observed_s)),
        ("fleet.report.basis.blind", telling.days(scope.blind_s)),
    )
    return [(telling.words(key), said) for key, said in numbers]
