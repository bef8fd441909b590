"""Values laid onto pixels, evenly or by their magnitude, and the round ones among them that an axis names."""

import math
from collections.abc import Sequence
from typing import Protocol

from faultlog.values import dataclass

ROUND_S = (1, 10, 60, 600, 3600, 6 * 3600, 86_400, 7 * 86_400, 30 * 86_400, 90 * 86_400, 365 * 86_400)
"""Lengths of time that an axis names, in seconds."""


class Scale(Protocol):
    """Where values lie."""

    def at(self, value: float) -> float:
        """The pixel of a value, held inside the axis."""


@dataclass(frozen=True, slots=True)
class Even:
    """Equal steps are equally long."""

    low: float
    high: float
    begin: float
    """Pixel of `low`."""
    end: float

    def at(self, value: float) -> float:
        """The pixel of a value."""
        part = (value - self.low) / (self.high - self.low)
        return self.begin + (self.end - self.begin) * min(1.0, max(0.0, part))


@dataclass(frozen=True, slots=True)
class Magnitude:
    """Equal factors are equally long; for values above zero."""

    low: float
    high: float
    begin: float
    end: float

    def at(self, value: float) -> float:
        """The pixel of a value; what is at or below `low` lies at its begin."""
        part = math.log(max(value, self.low) / self.low) / math.log(self.high / self.low)
        return self.begin + (self.end - self.begin) * min(1.0, part)


def times_between(low: float, high: float) -> tuple[float, ...]:
    """Round lengths of time around two, at least two of them: the first is at or below `low`.

    >>> times_between(45, 4000)
    (10, 60, 600, 3600, 21600)
    """
    below = [one for one in ROUND_S if one <= max(low, ROUND_S[0])]
    above = [one for one in ROUND_S if one > below[-1]]
    upper = next((place for place, one in enumerate(above) if one >= high), len(above) - 1)
    return (below[-1], *above[: upper + 1])


def rounds(high: float, most: int = 5) -> Sequence[float]:
    """Round values from nought to at least `high`, at most so many steps.

    >>> rounds(7), rounds(0.34), rounds(1200)
    ([0.0, 2.0, 4.0, 6.0, 8.0], [0.0, 0.1, 0.2, 0.3, 0.4], [0.0, 500.0, 1000.0, 1500.0])
    """
    if high <= 0:
        return [0.0, 1.0]
    least = high / most
    power = 10.0 ** math.floor(math.log10(least))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least * (1 - 1e-9))
    count = math.ceil(high / step - 1e-9)
    return [round(place * step, 12) for place in range(count + 1)]
