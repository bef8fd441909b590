"""Whether two groups end alike: the log-rank test, the hazard ratio it goes with, and Holm's correction."""

from collections.abc import Sequence
from math import exp, sqrt
from typing import TYPE_CHECKING

from faultlog.fleet.statistics.shares import Z
from faultlog.fleet.statistics.survival import Estimate
from faultlog.values import dataclass

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Lasted:
    """How long the members of a group lasted, in seconds."""

    ended: tuple[float, ...]
    censored: tuple[float, ...]
    """Those that were not seen to end; they lasted longer."""


@dataclass(frozen=True, slots=True)
class LogRank:
    """The test of two groups."""

    observed: tuple[int, int]
    """Ends in each group."""
    expected: tuple[float, float]
    """Ends that each would have if both ended alike."""
    chi2: float
    """With one degree of freedom."""
    p: float
    hazard_ratio: Estimate
    """How much more often the second group ends, of what has not ended: above 1 it ends sooner."""


def log_rank(first: Lasted, second: Lasted) -> LogRank | None:
    """Compare two groups; `None` where they were never at risk together while something ended.

    N. Mantel (1966), Cancer Chemother. Rep. 50, 163-170; the ratio is the one-step estimate exp((O - E) / V) of
    S. Yusuf, R. Peto et al. (1985), Prog. Cardiovasc. Dis. 27, 335-371: where it is far from 1 it is too near to 1.

    >>> treated = Lasted((6, 6, 6, 7, 10, 13, 16, 22, 23), (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35))
    >>> placebo = Lasted((1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23), ())
    >>> round(log_rank(treated, placebo).chi2, 2)
    16.79
    """
    from scipy.stats import chi2  # type: ignore[import-untyped]

    expected, variance = _moments(first, second)
    ends = len(first.ended), len(second.ended)
    if variance <= 0:
        return None
    excess = ends[1] - expected
    statistic = excess**2 / variance
    log_ratio, half = excess / variance, Z / sqrt(variance)
    ratio = Estimate(*(_exp(log_ratio + by) for by in (0.0, -half, half)))
    return LogRank(ends, (sum(ends) - expected, expected), statistic, float(chi2.sf(statistic, 1)), ratio)


def _exp(power: float) -> float | None:
    return exp(power) if power < 700 else None


def _moments(first: Lasted, second: Lasted) -> tuple[float, float]:
    """How many ends the second group would have if both ended alike, and the variance of that number."""
    import numpy as np

    times = np.unique(np.asarray([*first.ended, *second.ended], float))
    risk1, risk2 = _at_risk(first, times), _at_risk(second, times)
    ends = _ends(first, times) + _ends(second, times)
    risk = risk1 + risk2
    expected = ends * risk2 / risk
    variance = expected * (risk1 / risk) * (risk - ends) / np.maximum(risk - 1, 1)
    return float(expected.sum()), float(variance.sum())


def _at_risk(group: Lasted, times: "NDArray[np.float64]") -> "NDArray[np.float64]":
    import numpy as np

    every = np.sort(np.asarray([*group.ended, *group.censored], float))
    return (len(every) - np.searchsorted(every, times, side="left")).astype(float)


def _ends(group: Lasted, times: "NDArray[np.float64]") -> "NDArray[np.float64]":
    import numpy as np

    every = np.sort(np.asarray(group.ended, float))
    return (np.searchsorted(every, times, side="right") - np.searchsorted(every, times, side="left")).astype(float)


def holm(values: Sequence[float]) -> list[float]:
    """p-values as they count when all of them were looked at.

    S. Holm (1979), Scand. J. Stat. 6, 65-70.

    >>> holm([0.01, 0.04, 0.03, 0.005])
    [0.03, 0.06, 0.06, 0.02]
    """
    order = sorted(range(len(values)), key=lambda index: values[index])
    adjusted, least = [0.0] * len(values), 0.0
    for rank, index in enumerate(order):
        least = max(least, min(1.0, values[index] * (len(values) - rank)))
        adjusted[index] = least
    return adjusted
