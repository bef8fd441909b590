"""How many hosts have a fault, and how often it is raised anew."""

from typing import TYPE_CHECKING

from faultlog.fleet.statistics.observed import Observed
from faultlog.fleet.statistics.raises import Raises
from faultlog.fleet.statistics.rates import Rate
from faultlog.fleet.statistics.shares import Share
from faultlog.values import dataclass

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Prevalence:
    """Hosts on which a fault stood at some time."""

    hosts: Share
    """Of the hosts with observed time."""
    unobserved: int
    """Hosts on which it stood and of which nothing was observed without a break: in neither number."""


@dataclass(frozen=True, slots=True)
class Incidence:
    """New raises per host and month of observed time; time in which the fault stands already counts as well."""

    rate: Rate
    hosts: int
    """Whose time is counted."""
    unseen: int
    """Stays whose begin nobody saw: no new raises."""
    outside: int
    """Raises seen where nothing was observed without a break: not counted."""


def prevalence(stays: "pd.DataFrame", seen: Observed) -> Prevalence:
    """How many hosts had one of these stays."""
    hosts = set(stays["host"])
    usable = hosts & seen.spans.keys()
    return Prevalence(Share(len(usable), len(seen.spans)), len(hosts - usable))


def incidence(raised: Raises, seen: Observed) -> Incidence:
    """How often a fault was raised anew."""
    events = sum(map(len, raised.at.values()))
    return Incidence(Rate(events, seen.total_s), len(seen.spans), raised.unseen, raised.outside)
