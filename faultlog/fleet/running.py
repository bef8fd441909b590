"""A run: every bundle of the sources gets one outcome, and the counts add up to the bundles."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import field, replace
from functools import partial

from faultlog.fleet.executors import Executor
from faultlog.fleet.lake import Lake
from faultlog.fleet.units import Outcome, State, Unit
from faultlog.values import dataclass

Counts = Counter[tuple[State, str | None]]
"""How many units came to what: a state, and of `quarantined` and `failed` the reason."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many bundles came to what; every bundle is in exactly one of the counts."""

    counts: Counts
    hosts: Counts = field(default_factory=Counter)
    """Likewise of the hosts with several bundles, which are none of the bundles."""

    @property
    def bundles(self) -> int:
        """All that were named."""
        return self.counts.total()

    def of(self, state: State) -> dict[str | None, int]:
        """How many bundles came to a state, by reason, the most first."""
        return by_reason(self.counts, state)


def by_reason(counts: Counts, state: State) -> dict[str | None, int]:
    """How many came to a state, by reason, the most first."""
    return {why: n for (what, why), n in counts.most_common() if what == state}


def run(lake: Lake, executor: Executor, named: Iterable[Unit | Outcome], tell: Callable[[Outcome], None]) -> Tally:
    """Bring bundles into a lake.

    Args:
        lake: where to.
        executor: who works.
        named: the bundles, and what could not be listed.
        tell: told each outcome that is final.
    """
    counts = Counts()
    for outcome in outcomes(lake, executor, _units(named, partial(_count, counts, tell))):
        _count(counts, tell, outcome)
    return Tally(counts)


def counted(final: Iterable[Outcome], tell: Callable[[Outcome], None]) -> Counts:
    """Tell each outcome, and count them."""
    counts = Counts()
    for outcome in final:
        _count(counts, tell, outcome)
    return counts


def _count(counts: Counts, tell: Callable[[Outcome], None], outcome: Outcome) -> None:
    counts[outcome.state, outcome.reason if outcome.state in {"quarantined", "failed"} else None] += 1
    tell(outcome)


def outcomes(lake: Lake, executor: Executor, units: Iterable[Unit]) -> Iterator[Outcome]:
    """What became of each unit in the end, once each.

    Who ends its process is tried once more after all others, when nothing else works beside it; who ends it again
    is quarantined.
    """
    again = list[Unit]()
    for outcome in executor.run(units):
        if outcome.state == "died":
            again.append(outcome.unit)
        else:
            yield outcome
    for unit in again:
        for outcome in executor.run([unit]):
            yield _quarantined(lake, outcome) if outcome.state == "died" else outcome


def _units(named: Iterable[Unit | Outcome], tell: Callable[[Outcome], None]) -> Iterator[Unit]:
    """What is to be worked on; what could not be listed is told at once: a million of them are never held."""
    for one in named:
        if isinstance(one, Unit):
            yield one
        else:
            tell(one)


def _quarantined(lake: Lake, outcome: Outcome) -> Outcome:
    decided = replace(outcome, state="quarantined")
    try:
        lake.decide(decided)
    except OSError as error:
        return replace(outcome, state="failed", reason="disk_full", detail=f"{outcome.unit.name}: {error.strerror}")
    return decided
