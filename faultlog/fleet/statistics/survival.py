"""How long until something ends, where some were not seen to end: the curve of Kaplan and Meier."""

import warnings
from collections.abc import Sequence
from dataclasses import replace
from math import isnan
from typing import TYPE_CHECKING, Final

from faultlog.fleet.statistics.shares import LEVEL
from faultlog.values import dataclass

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

STEP: Final = 0.001
"""No smaller fall is drawn; smaller ones are drawn with the next. Tool default: no picture shows more."""
_ROUNDING: Final = 1e-12


@dataclass(frozen=True, slots=True)
class Step:
    """A fall of the curve."""

    at_s: float
    survival: float
    """The share that lasts longer than `at_s`."""
    band: tuple[float, float] | None
    """Pointwise; `None` where no formula gives one: at 0."""
    at_risk: int
    """How many lasted at least until `at_s` and were watched until then."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its interval; an end that the data do not tell is `None`."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Curve:
    """The share of durations that are longer than a time."""

    n: int
    events: int
    """Durations that were seen to end; the others are censored."""
    longest_s: float | None
    """The longest duration, ended or not: the curve says nothing beyond it."""
    steps: tuple[Step, ...]
    median_s: Estimate
    """With the interval of Brookmeyer and Crowley: where the band crosses one half."""

    @property
    def censored(self) -> int:
        """Durations of which only a part was seen."""
        return self.n - self.events

    def ended_by(self, at_s: float) -> Estimate:
        """The share that has ended by a time; nothing where nobody was watched for as long."""
        last = next((one for one in reversed(self.steps) if one.at_s <= at_s), None)
        if self.longest_s is None or (self.longest_s < at_s and (last is None or last.survival > 0)):
            return Estimate(None, None, None)
        if last is None:
            return Estimate(0.0, None, None)
        low, high = last.band or (None, None)
        return Estimate(1 - last.survival, None if high is None else 1 - high, None if low is None else 1 - low)

    def drawn(self) -> "Curve":
        """The same with no more steps than a picture shows."""
        import numpy as np

        kept = moved(np.array([one.survival for one in self.steps]), STEP)
        return replace(self, steps=tuple(self.steps[index] for index in kept))


def kaplan_meier(ended: Sequence[float], censored: Sequence[float]) -> Curve:
    """The product-limit estimate with pointwise log-log bands.

    E. L. Kaplan and P. Meier (1958), J. Am. Stat. Assoc. 53, 457-481; variance by Greenwood's formula, band on the
    scale log(-log S): J. D. Kalbfleisch and R. L. Prentice (1980), The Statistical Analysis of Failure Time Data;
    the median's interval: R. Brookmeyer and J. Crowley (1982), Biometrics 38, 29-41.
    Durations are taken for independent, and censoring for one that has nothing to do with how long they would last.

    Args:
        ended: seconds of those that were seen to end.
        censored: seconds for which the others were watched; they lasted longer.

    >>> curve = kaplan_meier([6, 6, 6, 7, 10, 13, 16, 22, 23], [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35])
    >>> curve.median_s
    Estimate(value=23.0, low=13.0, high=None)
    """
    n, events = len(ended) + len(censored), len(ended)
    longest = max((*ended, *censored), default=None)
    if not events:
        return Curve(n, 0, longest, (), Estimate(None, None, None))
    times, survival, low, high, at_risk = _estimated(ended, censored)
    median = Estimate(*(_first_at_half(times, one) for one in (survival, low, high)))
    bands = zip(low.tolist(), high.tolist(), strict=True)
    rows = zip(times.tolist(), survival.tolist(), bands, at_risk.tolist(), strict=True)
    steps = tuple(Step(at, share, None if isnan(band[0]) else band, int(risk)) for at, share, band, risk in rows)
    return Curve(n, events, longest, steps, median)


def moved(heights: "NDArray[np.float64]", step: float) -> list[int]:
    """Which points of a staircase tell its course: where it has moved by a step since the last one, and its end."""
    import numpy as np

    levels = np.floor(heights / step)
    found = np.flatnonzero(np.diff(levels, prepend=np.nan) != 0)
    return sorted({*found.tolist(), len(heights) - 1} - {-1})


def _estimated(ended: Sequence[float], censored: Sequence[float]) -> "tuple[NDArray[np.float64], ...]":
    """Where the curve falls: times, survival, its band, and how many were at risk."""
    import numpy as np
    from scipy.stats import CensoredData, ecdf  # type: ignore[import-untyped]

    sample = CensoredData(uncensored=np.asarray(ended, float), right=np.asarray(censored, float))
    curve = ecdf(sample).sf
    with warnings.catch_warnings():
        # At 1 and at 0 the formula has no value, which is said by its absence.
        warnings.simplefilter("ignore", RuntimeWarning)
        band = curve.confidence_interval(confidence_level=LEVEL, method="log-log")
    falls = np.isin(curve.quantiles, np.asarray(ended, float))
    every = np.sort(np.asarray([*ended, *censored], float))
    times = curve.quantiles[falls]
    at_risk = len(every) - np.searchsorted(every, times, side="left")
    ends = (band.low.probabilities[falls], band.high.probabilities[falls])
    return times, curve.probabilities[falls], *ends, at_risk


def _first_at_half(times: "NDArray[np.float64]", heights: "NDArray[np.float64]") -> float | None:
    """Where a falling staircase is first at one half or below; `None` where it never is, or has no value there."""
    import numpy as np

    below = np.flatnonzero(heights <= 0.5 + _ROUNDING)
    return float(times[below[0]]) if len(below) else None
