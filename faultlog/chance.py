"""How surprising it is that something occurs so often in a few stretches of a log; pure numbers, nothing is drawn.

Lines come in bursts, so neither lines are dealt out nor is every line counted: time is cut into **cells**, and lines
of one template in one cell are one **occurrence**. Were the stretch like the rest, each of its occurrences would
have fallen there in proportion to the room that stretch and rest have for it. Dealing all occurrences out anew, over
and over, and asking each time how surprising the most surprising template is, gives the `p` of a permutation test;
its limit for endless dealing is a product of binomial tails, which is computed instead. Such a `p` speaks of the
whole table: that it is small for any template at all is as likely as it says.

What it cannot know: activity that comes and goes in stretches much longer than a cell looks less alike than it is.
"""

import bisect
import math
from collections.abc import Mapping, Sequence

from faultlog.values import dataclass

SMOOTHING = 0.5
"""Lines added to what the sample counts of a template, so that what it never shows is expected a little."""


@dataclass(frozen=True, slots=True)
class Seen:
    """How often one template was seen."""

    count: int = 0
    """Its lines in the stretch."""
    cells: int = 0
    """Cells of the stretch that hold it."""
    quiet: int = 0
    """Its lines in the sample of the rest."""
    quiet_cells: int = 0
    """Cells of that sample that hold it."""


@dataclass(frozen=True, slots=True)
class Room:
    """The cells of the stretch and of the sample, by how many lines they hold."""

    inside: Mapping[int, int]
    outside: Mapping[int, int]

    @property
    def lines(self) -> int:
        """Lines of the stretch."""
        return _lines(self.inside)

    @property
    def sampled(self) -> int:
        """Lines of the sample."""
        return _lines(self.outside)

    def expected(self, quiet: int) -> float:
        """Lines of a template in the stretch, were it there as frequent as in the sample."""
        return self.lines * (quiet + SMOOTHING) / (self.sampled + 2 * SMOOTHING)

    def share(self, burst: float) -> float:
        """The share of a template's occurrences that fall into the stretch by chance.

        Args:
            burst: its lines in a cell that holds it, on average, at least 1. A cell with fewer lines has room for one
                occurrence, a larger one for as many as fit.
        """
        inside, outside = _room(self.inside, burst), _room(self.outside, burst)
        return inside / (inside + outside)


def _lines(cells: Mapping[int, int]) -> int:
    return sum(size * number for size, number in cells.items())


def _room(cells: Mapping[int, int], burst: float) -> float:
    return sum(number * size / min(burst, size) for size, number in cells.items())


def tails(trials: int, share: float) -> list[float]:
    """P(X ≥ x) of a binomial X, for x from 0 to the number of trials.

    >>> [round(one, 9) for one in tails(2, 0.5)]
    [1.0, 0.75, 0.25]
    """
    yes, no = math.log(share), math.log1p(-share)
    whole = math.lgamma(trials + 1)
    found, total = [], 0.0
    for x in range(trials, -1, -1):
        ways = whole - math.lgamma(x + 1) - math.lgamma(trials - x + 1)
        total += math.exp(ways + x * yes + (trials - x) * no)
        found.append(min(1.0, total))
    return [1.0, *found[-2::-1]]


def surprises(seen: Sequence[Seen], room: Room) -> list[float]:
    """The `p` of each template: how likely it is that, by chance alone, any template stands out as much; 0 to 1.

    Args:
        seen: every template, those that only the sample shows included.
        room: the cells they were seen in; at least one on each side.
    """
    ladders = [_ladder(one, room) for one in seen]
    own = [ladder[one.cells] for ladder, one in zip(ladders, seen, strict=True)]
    steps = [ladder[::-1] for ladder in ladders]
    known: dict[float, float] = {}
    for p in own:
        if p not in known:
            known[p] = _of_any(p, steps)
    return [known[p] for p in own]


def _ladder(one: Seen, room: Room) -> list[float]:
    burst = one.count / one.cells if one.cells else 1.0
    return tails(one.cells + one.quiet_cells, room.share(burst))


def _of_any(p: float, steps: Sequence[Sequence[float]]) -> float:
    """P(the smallest of all tails is at most p); `steps` are the tails each template can have, ascending."""
    if p >= 1.0:
        return 1.0
    log_none = 0.0
    for rising in steps:
        place = bisect.bisect_right(rising, p)
        log_none += math.log1p(-rising[place - 1]) if place else 0.0
    return -math.expm1(log_none)
