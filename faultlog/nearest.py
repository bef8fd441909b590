"""Events of one kind that two clocks tell of, paired one to one and in order, each with the nearest."""

import bisect
from collections.abc import Sequence

from faultlog.model import NS, Instant
from faultlog.values import dataclass

TOLERANCE_S = 120.0
"""Events further apart, the difference of the clocks taken off, are not the same. Source: tool default."""


@dataclass(frozen=True, slots=True)
class _Chain:
    """Pairs that do not cross, the last of them first."""

    weight: float
    here: int
    there: int
    before: "_Chain | None"


def nearest(first: Sequence[Instant], second: Sequence[Instant], ahead_s: float) -> list[tuple[int, int]]:
    """The pairs of one kind that do not cross and weigh most: a pair weighs the more the nearer its events are."""
    chains: list[_Chain] = []  # ever later in the second account, and ever heavier
    for here, at in enumerate(first):
        wanted = at.ns + round(ahead_s * NS)
        reach = round(TOLERANCE_S * NS)
        begin = bisect.bisect_left(second, wanted - reach, key=lambda one: one.ns)
        end = bisect.bisect_right(second, wanted + reach, key=lambda one: one.ns)
        for there in reversed(range(begin, end)):
            _extend(chains, here, there, 1 / (1 + abs(second[there].ns - wanted) / NS))
    found = []
    chain = chains[-1] if chains else None
    while chain is not None:
        found.append((chain.here, chain.there))
        chain = chain.before
    return found[::-1]


def _extend(chains: list[_Chain], here: int, there: int, weight: float) -> None:
    """Add a pair to the heaviest chain that ends before it; drop the chains that end no earlier and weigh no more."""
    place = bisect.bisect_left(chains, there, key=lambda chain: chain.there)
    before = chains[place - 1] if place else None
    total = weight + (before.weight if before is not None else 0.0)
    if place < len(chains) and chains[place].there == there and chains[place].weight >= total:
        return
    stop = place
    while stop < len(chains) and chains[stop].weight <= total:
        stop += 1
    chains[place:stop] = [_Chain(total, here, there, before)]
