"""Two accounts of the same events, told by two clocks: which belong together, and how far the clocks are apart.

The difference of the clocks is taken to be constant but for some seconds. The one that most events agree on is the
one; events are then paired one to one and in order, each with the nearest.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from faultlog.model import Instant
from faultlog.nearest import TOLERANCE_S, nearest
from faultlog.values import dataclass

NEAR_S = 900.0
"""Clocks that differ by at most this are plainly two clocks; then one pair will do. Source: tool default."""
MANY = 4
"""Pairs that prove any difference: two stays of a fault, raised and cleared. Source: tool default."""
QUARTER_S = 900.0
"""Zones differ by whole multiples of this."""
ROUND_S = 60.0
"""How near to such a multiple a difference is taken for that of two zones. Source: tool default."""
MOST_VOTES = 200
"""Events of one kind that vote on the difference, on either side. Source: tool default."""

Key = tuple[str, int]
"""What an event is: only events of one key can be the same."""
Account = Mapping[Key, Sequence[Instant]]
"""When each kind of event happened, by one clock; in time order."""
Pair = tuple[Key, int, int]
"""A kind of event, and the places of the two that are one, in the first account and in the second."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How far the second clock is ahead of the first."""

    ahead_s: float
    """Median over the pairs; negative: behind."""
    spread_s: float
    """No pair deviates by more."""
    pairs: int

    @property
    def of_zones(self) -> float | None:
        """The difference of two zones that this is, in seconds; `None` where it is none."""
        nearest = round(self.ahead_s / QUARTER_S) * QUARTER_S
        return nearest if nearest and abs(self.ahead_s - nearest) <= ROUND_S else None


@dataclass(frozen=True, slots=True)
class Alignment:
    """Which events of two accounts are the same."""

    pairs: tuple[Pair, ...] = ()
    difference: Difference | None = None
    """`None` where nothing tells, hence nothing is paired."""


def align(first: Account, second: Account) -> Alignment:
    """Pair the events of two accounts; nothing is paired where several differences of the clocks would do as well.

    Pairs never cross: what is earlier in one account is not later in the other, within one kind of event.
    """
    from statistics import median

    start = _difference(_votes(first, second))
    if start is None:
        return Alignment()
    pairs = list(_paired(first, second, start))
    for _ in range(2):
        apart = [second[key][there].since(first[key][here]) for key, here, there in pairs]
        middle = median(apart)
        pairs = list(_paired(first, second, middle))
    spread = max(abs(second[key][there].since(first[key][here]) - middle) for key, here, there in pairs)
    found = Difference(round(middle, 9), round(spread, 9), len(pairs))
    return Alignment(tuple(pairs), found) if _plausible(found.ahead_s, found.pairs) else Alignment()


def _plausible(ahead_s: float, pairs: int) -> bool:
    """Whether that many pairs are enough for a difference: a fault that always lasts the same may fit by chance."""
    zones = Difference(ahead_s, 0.0, pairs).of_zones is not None
    return abs(ahead_s) <= NEAR_S or pairs >= MANY or (zones and pairs > 1)


Vote = tuple[float, Key, int, int]
"""A difference in seconds, and the pair that has it."""


def _votes(first: Account, second: Account) -> list[Vote]:
    """The difference of every pair that is possible, smallest first."""
    return sorted(
        (there.since(here), key, one, other)
        for key in first.keys() & second.keys()
        for one, here in enumerate(first[key][:MOST_VOTES])
        for other, there in enumerate(second[key][:MOST_VOTES])
    )


def _difference(votes: Sequence[Vote]) -> float | None:
    """The difference that most pairs agree on within the tolerance; of several, the one near zero if there is one."""
    windows = list(_windows(votes))
    most = max((support for support, _ in windows), default=0)
    best = [middle for support, middle in windows if support == most and _plausible(middle, support)]
    least = min(best, key=abs, default=None)
    if least is None or abs(least) <= TOLERANCE_S:
        return least
    return least if all(abs(other - least) <= TOLERANCE_S for other in best) else None


def _windows(votes: Sequence[Vote]) -> Iterator[tuple[int, float]]:
    """For each vote, how many events agree with it that differ by less, within the tolerance; and their median."""
    ours: Counter[tuple[Key, int]] = Counter()
    theirs: Counter[tuple[Key, int]] = Counter()
    begin = 0
    for end, (apart, key, here, there) in enumerate(votes):
        ours[key, here] += 1
        theirs[key, there] += 1
        while apart - votes[begin][0] > TOLERANCE_S:
            _, other, one, two = votes[begin]
            _less(ours, (other, one))
            _less(theirs, (other, two))
            begin += 1
        yield min(len(ours), len(theirs)), votes[(begin + end) // 2][0]


def _less(counts: Counter[tuple[Key, int]], one: tuple[Key, int]) -> None:
    counts[one] -= 1
    if not counts[one]:
        del counts[one]


def _paired(first: Account, second: Account, ahead_s: float) -> Iterable[Pair]:
    """The pairs of every kind of event, given the difference of the clocks."""
    for key in sorted(first.keys() & second.keys()):
        yield from ((key, here, there) for here, there in nearest(first[key], second[key], ahead_s))
