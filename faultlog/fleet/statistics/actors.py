"""The hosts that make most of it: bad actors, as those who keep alarm systems call them (ISA-18.2)."""

from typing import TYPE_CHECKING, Final, Literal

from faultlog.fleet.spans import length
from faultlog.fleet.statistics.columns import text
from faultlog.fleet.statistics.observed import Observed
from faultlog.fleet.statistics.shares import Share
from faultlog.values import dataclass

if TYPE_CHECKING:
    import pandas as pd

MOST: Final = 20
"""Hosts that are named. Tool default."""
_MOST_OF_IT: Final = 0.8

Measure = Literal["raises", "raised_s"]


@dataclass(frozen=True, slots=True)
class Actor:
    """A host and what it makes of a total."""

    host: str
    name: str | None
    case: str
    """Its last."""
    amount: float
    """Raises, or seconds."""
    cumulative: float
    """What it and those before it make of the total, from 0 to 1."""
    faults: tuple[int, ...]
    observed_s: float
    """How long it was observed; who is observed for longer shows more."""


@dataclass(frozen=True, slots=True)
class Actors:
    """Hosts by what they make of a total, the worst first: a Pareto chart."""

    measure: Measure
    """`raises`: stays that were seen to begin. `raised_s`: seconds for which faults stood at least, each by itself."""
    total: float
    worst: tuple[Actor, ...]
    """At most twenty."""
    most: Share
    """Hosts that together make four fifths of the total, of all hosts with observed time or a fault."""


def actors(stays: "pd.DataFrame", hosts: "pd.DataFrame", seen: Observed, measure: Measure) -> Actors:
    """Who makes most of it. `hosts` has one row for each host: its last case."""
    amounts = stays.assign(amount=_amounts(stays, measure)).groupby("host")["amount"].sum()
    ranked = amounts[amounts > 0].reset_index().sort_values(["amount", "host"], ascending=[False, True])
    total = float(ranked["amount"].sum())
    cumulative = (ranked["amount"].cumsum() / total if total else ranked["amount"]).tolist()
    last = hosts.set_index("host")
    worst = []
    for host, amount, share in list(zip(ranked["host"], ranked["amount"], cumulative, strict=True))[:MOST]:
        faults = tuple(sorted(map(int, stays.loc[stays["host"] == host, "fault_id"].unique())))
        observed_s = length(seen.spans.get(host, ()))
        worst.append(
            Actor(
                host, text(last.at[host, "name"]), str(last.at[host, "case"]), float(amount), share, faults, observed_s
            )
        )
    makers = sum(
        share - amount / total < _MOST_OF_IT for share, amount in zip(cumulative, ranked["amount"], strict=True)
    )
    return Actors(measure, total, tuple(worst), Share(makers, len(seen.spans.keys() | set(ranked["host"]))))


def _amounts(stays: "pd.DataFrame", measure: Measure) -> "pd.Series[float]":
    if measure == "raises":
        return (stays["raised_kind"] != "not_after").astype(float)
    return stays["duration_min_s"]
