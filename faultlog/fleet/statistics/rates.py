"""A rate: so many events in so much observed time, with the exact Poisson interval."""

from typing import Final

from faultlog.fleet.statistics.shares import LEVEL
from faultlog.values import dataclass

DAY_S: Final = 86_400.0
MONTH_S: Final = 30.4375 * DAY_S
"""A month: a twelfth of 365.25 days."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Events in the observed time of some hosts."""

    events: int
    observed_s: float

    @property
    def host_months(self) -> float:
        """The observed time."""
        return self.observed_s / MONTH_S

    @property
    def value(self) -> float | None:
        """Events in a host's month; `None` where nothing was observed."""
        return self.events / self.host_months if self.observed_s > 0 else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The exact interval of a Poisson count over the observed time; `None` where nothing was observed.

        F. Garwood (1936), Biometrika 28, 437-442, by quantiles of chi-squared. It takes raises for independent of each
        other: where those of one host come in groups, the truth is wider.

        >>> [round(end, 3) for end in Rate(10, MONTH_S).interval]
        [4.795, 18.39]
        """
        from scipy.stats import chi2  # type: ignore[import-untyped]

        if self.observed_s <= 0:
            return None
        tail = (1 - LEVEL) / 2
        low = chi2.ppf(tail, 2 * self.events) / 2 if self.events else 0.0
        high = chi2.isf(tail, 2 * self.events + 2) / 2
        return (float(low) / self.host_months, float(high) / self.host_months)
