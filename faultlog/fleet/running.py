"""A run: every bundle of the sources gets one outcome, and the counts add up to the bundles."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from faultlog.fleet.executors import Executor
from faultlog.fleet.lake import Lake
from faultlog.fleet.units import Outcome, State, Unit
from faultlog.values import dataclass


@dataclass(frozen=True, slots=True)
class Tally:
    """How many bundles came to what; every bundle is in exactly one of the counts."""

    counts: Counter[tuple[State, str | None]]

    @property
    def bundles(self) -> int:
        """All that were named."""
        return self.counts.total()

    def of(self, state: State) -> dict[str | None, int]:
        """How many came to a state, by reason, the most first."""
        return {why: n for (what, why), n in self.counts.most_common() if what == state}


def run(lake: Lake, executor: Executor, named: Iterable[Unit | Outcome], tell: Callable[[Outcome], None]) -> Tally:
    """Bring bundles into a lake.

    Who ends its process is tried once more after all others, when nothing else works beside it; who ends it again
    is quarantined.

    Args:
        lake: where to.
        executor: who works.
        named: the bundles, and what could not be listed.
        tell: told each outcome that is final.
    """
    counts, again = Counter[tuple[State, str | None]](), list[Unit]()

    def final(outcome: Outcome) -> None:
        counts[outcome.state, outcome.reason if outcome.state in {"quarantined", "failed"} else None] += 1
        tell(outcome)

    for outcome in executor.run(_units(named, final)):
        if outcome.state == "died":
            again.append(outcome.unit)
        else:
            final(outcome)
    for unit in again:
        for outcome in executor.run([unit]):
            final(_quarantined(lake, outcome) if outcome.state == "died" else outcome)
    return Tally(counts)


def _units(named: Iterable[Unit | Outcome], final: Callable[[Outcome], None]) -> Iterator[Unit]:
    for one in named:
        if isinstance(one, Unit):
            yield one
        else:
            final(one)


def _quarantined(lake: Lake, outcome: Outcome) -> Outcome:
    decided = replace(outcome, state="quarantined")
    try:
        lake.decide(decided)
    except OSError as error:
        return replace(outcome, state="failed", reason="disk_full", detail=f"{outcome.unit.name}: {error.strerror}")
    return decided
