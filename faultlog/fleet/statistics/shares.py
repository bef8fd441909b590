"""A share: so many of so many, with Wilson's interval."""

from math import sqrt
from typing import Final

from faultlog.values import dataclass

LEVEL: Final = 0.95
"""Of every interval and band. Tool default."""

Z: Final = 1.959963984540054
"""The standard normal quantile that leaves half of what `LEVEL` leaves out above it."""


@dataclass(frozen=True, slots=True)
class Share:
    """`n` of `of`."""

    n: int
    of: int

    def __post_init__(self) -> None:
        if not 0 <= self.n <= self.of:
            raise ValueError(f"{self.n} of {self.of} is no share")

    @property
    def value(self) -> float | None:
        """A number from 0 to 1; `None` of nothing."""
        return self.n / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's score interval without continuity correction; `None` of nothing.

        E. B. Wilson (1927), J. Am. Stat. Assoc. 22, 209-212; method 3 of R. G. Newcombe (1998), Stat. Med. 17, 857-872.

        >>> [round(end, 4) for end in Share(81, 263).interval]
        [0.2553, 0.3662]
        """
        if not self.of:
            return None
        share, z2 = self.n / self.of, Z * Z
        middle = (self.n + z2 / 2) / (self.of + z2)
        half = Z / (1 + z2 / self.of) * sqrt(share * (1 - share) / self.of + z2 / (4 * self.of**2))
        return (0.0 if self.n == 0 else middle - half, 1.0 if self.n == self.of else middle + half)
