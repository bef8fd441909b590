"""How long a fault stands until it clears, where many were not seen to begin or to end."""

from typing import TYPE_CHECKING, Final

from faultlog.fleet.statistics.logrank import Lasted
from faultlog.fleet.statistics.survival import Curve, Estimate, kaplan_meier
from faultlog.values import dataclass

if TYPE_CHECKING:
    import pandas as pd

WITHIN_S: Final = 600.0
"""The ten minutes that the vendor gives fault 6."""

_EXACT_S: Final = 1.0
"""A range no wider than this is a point: stamps of seconds beside stamps of milliseconds."""


@dataclass(frozen=True, slots=True)
class Durations:
    """How long stays lasted, as far as it is known.

    A stay that was not seen to clear lasted longer than what was seen of it: it is censored there. So is one that
    cleared and of which no longest duration is known, as when the clock was set back. Where a duration is a range (a
    hole in which the fault may have cleared and come back, a repeated hour), the stay ended at the latest possible.
    """

    latest: Lasted
    earliest: Lasted
    """The same, had each ended at the earliest possible."""
    ranged: int
    """Stays whose duration is a range."""
    unseen: int
    """Left out: their begin was not seen, so it is not known since when they stand, nor which shorter ones are missing
    beside them (left truncation without a known entry)."""
    vague: int
    """Left out: their begin was seen, but not exactly when."""


@dataclass(frozen=True, slots=True)
class Clearing:
    """Time from raise to clear."""

    curve: Curve
    """Of stays with an exact begin. Stays of one host count as independent."""
    hosts: int
    """Whose stays these are."""
    within: Estimate
    """The share that has cleared within ten minutes."""
    within_s: float
    ranged: int
    earliest_median_s: Estimate
    """The median, had each stay whose duration is a range cleared at the earliest possible."""
    unseen: int
    vague: int


def clearing(stays: "pd.DataFrame") -> Clearing:
    """The time to clear of the stays of a fault."""
    lasted = durations(stays)
    curve = kaplan_meier(lasted.latest.ended, lasted.latest.censored)
    earliest = kaplan_meier(lasted.earliest.ended, lasted.earliest.censored) if lasted.ranged else curve
    hosts = stays.loc[stays["raised_kind"] == "observed", "host"].nunique()
    return Clearing(
        curve.drawn(),
        hosts,
        curve.ended_by(WITHIN_S),
        WITHIN_S,
        lasted.ranged,
        earliest.median_s,
        lasted.unseen,
        lasted.vague,
    )


def durations(stays: "pd.DataFrame") -> Durations:
    """How long stays lasted."""
    exact = stays[stays["raised_kind"] == "observed"]
    least, most = exact["duration_min_s"], exact["duration_max_s"]
    ended = (exact["cleared_kind"] != "not_before") & most.notna()
    watched = tuple(least[~ended].tolist())
    return Durations(
        Lasted(tuple(most[ended].tolist()), watched),
        Lasted(tuple(least[ended].tolist()), watched),
        int((most - least > _EXACT_S)[ended].sum()),
        int((stays["raised_kind"] == "not_after").sum()),
        int((stays["raised_kind"] == "between").sum()),
    )
