"""Whether faults clear as fast with one version of the connector as with another."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Final, Literal

from faultlog.fleet.statistics.clearing import durations
from faultlog.fleet.statistics.columns import parts
from faultlog.fleet.statistics.logrank import Lasted, LogRank, holm, log_rank
from faultlog.fleet.statistics.survival import Estimate, kaplan_meier
from faultlog.values import dataclass

if TYPE_CHECKING:
    import pandas as pd

LEAST_STAYS: Final = 10
"""Stays of a fault that a version needs to be compared. Tool default."""
LEAST_EVENTS: Final = 5
"""Of these, how many must have cleared. Tool default."""

Caution = Literal["not_randomised"]


@dataclass(frozen=True, slots=True)
class Group:
    """Stays of one fault with one version."""

    fault_id: int
    version: str
    hosts: int
    stays: int
    cleared: int
    median_s: Estimate

    @property
    def enough(self) -> bool:
        """Whether it is compared."""
        return self.stays >= LEAST_STAYS and self.cleared >= LEAST_EVENTS


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions, and what the test says of them."""

    first: Group
    second: Group
    test: LogRank
    p_corrected: float
    """By Holm, over all comparisons that were made."""
    median_difference_s: float | None
    """The second's median less the first's: negative where the second clears sooner; `None` where one has none."""


@dataclass(frozen=True, slots=True)
class Versions:
    """All comparisons of connector versions.

    Hosts were not given their version by lot: who runs an old version may be old in other ways as well. A difference
    says where to look, not what it is due to. Stays of one host count as independent, which makes p smaller than it is.
    """

    comparisons: tuple[Comparison, ...]
    """The smallest corrected p first."""
    made: int
    """How many comparisons the correction is for."""
    too_few: tuple[Group, ...]
    """Versions with too few stays of a fault to be compared."""
    unknown: int
    """Stays whose version is not known."""
    least_stays: int = LEAST_STAYS
    least_cleared: int = LEAST_EVENTS
    caution: Caution = "not_randomised"


def versions(stays: "pd.DataFrame") -> Versions:
    """Compare each two versions of each fault by the time to clear."""
    exact = stays[stays["raised_kind"] == "observed"]
    groups = [
        _group(fault, version, some)
        for fault, of_fault in parts(exact, "fault_id")
        for version, some in sorted(parts(of_fault, "connector_version"), key=lambda one: _order(one[0]))
    ]
    enough = [one for one in groups if one[0].enough]
    tested = list(_tested(enough))
    corrected = holm([test.p for _, _, test in tested])
    found = [Comparison(*one, p, _difference(*one[:2])) for one, p in zip(tested, corrected, strict=True)]
    found.sort(key=lambda one: (one.p_corrected, one.test.p, one.first.fault_id, _order(one.first.version)))
    few = tuple(group for group, _ in groups if not group.enough)
    return Versions(tuple(found), len(found), few, int(exact["connector_version"].isna().sum()))


def _group(fault_id: int, version: str, stays: "pd.DataFrame") -> tuple[Group, Lasted]:
    lasted = durations(stays).latest
    curve = kaplan_meier(lasted.ended, lasted.censored)
    return Group(fault_id, version, stays["host"].nunique(), curve.n, curve.events, curve.median_s), lasted


def _tested(groups: Sequence[tuple[Group, Lasted]]) -> Iterator[tuple[Group, Group, LogRank]]:
    for (one, first), (other, second) in combinations(groups, 2):
        test = log_rank(first, second) if one.fault_id == other.fault_id else None
        if test is not None:
            yield one, other, test


def _difference(first: Group, second: Group) -> float | None:
    one, other = first.median_s.value, second.median_s.value
    return None if one is None or other is None else other - one


def _order(version: str) -> tuple[list[tuple[int, str]], str]:
    """Versions from old to new. Of numbers without leading zeros the longer one is larger, however long it is."""
    numbers = [part.lstrip("0") for part in re.findall(r"[0-9]+", version)]
    return [(len(number), number) for number in numbers], version
