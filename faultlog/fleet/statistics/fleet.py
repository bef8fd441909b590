"""Everything that is counted of a fleet, as one value that reports draw."""

from collections import defaultdict
from typing import TYPE_CHECKING, Final, Literal

from faultlog.fleet.reading import Frames
from faultlog.fleet.spans import length
from faultlog.fleet.statistics.actors import Actors, actors
from faultlog.fleet.statistics.breaches import Promise, breaches
from faultlog.fleet.statistics.clearing import Clearing, clearing
from faultlog.fleet.statistics.columns import instant, parts, text
from faultlog.fleet.statistics.habits import Habit, habits
from faultlog.fleet.statistics.heat import Heat, heat
from faultlog.fleet.statistics.helping import HostToHelp, last_cases, to_help
from faultlog.fleet.statistics.incidence import Incidence, Prevalence, incidence, prevalence
from faultlog.fleet.statistics.observed import Observed, observed
from faultlog.fleet.statistics.raises import raises
from faultlog.fleet.statistics.recurrence import Recurrence
from faultlog.fleet.statistics.returning import returning
from faultlog.fleet.statistics.versions import Versions, versions
from faultlog.values import dataclass

if TYPE_CHECKING:
    import pandas as pd

SCHEMA: Final = "faultlog.fleet/1"


@dataclass(frozen=True, slots=True)
class Scope:
    """What is counted, and how much of it was observed."""

    bundles: int
    cases: int
    superseded: int
    """Cases left out, since another is made of their bundles and more."""
    hosts: int
    hosts_observed: int
    """With observed time: what shares of hosts are out of."""
    observed_s: float
    """In which a fault would have been seen, of all hosts together."""
    blind_s: float
    """In which logs are missing, of all cases together."""
    first_at: str | None
    last_at: str | None
    stays: int
    longest: str | None
    """The host that was observed for longest, by its name where it has one."""
    longest_s: float
    """For how long: where that is most of all, rates are those of this host."""
    strangers: int = 0
    """Hosts that have their name in common with another one, and no GUID: each of their cases counts as a host."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault over the fleet."""

    fault_id: int
    stays: int
    prevalence: Prevalence
    incidence: Incidence
    clearing: Clearing
    returning: Recurrence
    contradicted: int = 0
    """Hosts of which two sources say different things of it: they are in none of the numbers out of observed time, and
    counted nowhere else as left out of them."""


@dataclass(frozen=True, slots=True)
class FleetStatistics:
    """What the cases of a set of rules say together; `written.to_json` writes it."""

    schema_: Literal["faultlog.fleet/1"]
    rules: str
    scope: Scope
    faults: tuple[Fault, ...]
    """Every fault that stood somewhere, by its number."""
    versions: Versions
    habits: tuple[Habit, ...]
    actors: tuple[Actors, Actors]
    """By raises and by time raised."""
    promises: tuple[Promise, ...]
    to_help: tuple[HostToHelp, ...]
    heat: Heat


def fleet_statistics(frames: Frames) -> FleetStatistics:
    """Count a fleet."""
    seen, stays, last = observed(frames.coverage), frames.intervals, last_cases(frames.hosts)
    contradicted = _contradicted(frames.hosts)
    return FleetStatistics(
        SCHEMA,
        frames.rules,
        _scope(frames, seen),
        tuple(_fault(fault, some, seen, contradicted[fault]) for fault, some in parts(stays, "fault_id")),
        versions(stays),
        habits(frames.patterns),
        (actors(stays, last, seen, "raises"), actors(stays, last, seen, "raised_s")),
        breaches(frames.findings, stays, seen),
        to_help(last, stays, frames.findings),
        heat(stays, seen),
    )


def _contradicted(hosts: "pd.DataFrame") -> defaultdict[int, set[str]]:
    """By fault, the hosts of which two sources say different things: the silence of their logs proves nothing."""
    found: defaultdict[int, set[str]] = defaultdict(set)
    for host, faults in zip(hosts["host"], hosts["contradicted"], strict=True):
        for fault_id in () if faults is None else faults:
            found[int(fault_id)].add(host)
    return found


def _fault(fault_id: int, stays: "pd.DataFrame", seen_of_all: Observed, contradicted: set[str]) -> Fault:
    seen, agreed = seen_of_all.without(contradicted), stays[~stays["host"].isin(contradicted)]
    raised = raises(agreed, seen)
    return Fault(
        fault_id,
        len(stays),
        prevalence(agreed, seen),
        incidence(raised, seen),
        clearing(stays),
        returning(raised, seen).drawn(),
        len(contradicted),
    )


def _scope(frames: Frames, seen: Observed) -> Scope:
    hosts = frames.hosts
    longest_s, longest = max(((length(spans), host) for host, spans in seen.spans.items()), default=(0.0, None))
    names = dict(zip(hosts["host"], hosts["name"], strict=True))
    return Scope(
        len({one for bundles in hosts["bundles"] for one in bundles}),
        len(hosts),
        frames.superseded,
        hosts["host"].nunique(),
        len(seen.spans),
        seen.total_s,
        float(hosts["blind_s"].sum()),
        instant(hosts["first_at"].min()),
        instant(hosts["last_at"].max()),
        len(frames.intervals),
        None if longest is None else text(names.get(longest)) or longest,
        longest_s,
        frames.strangers,
    )
