"""What may befall a random life, how likely it is, and the dice that decide: every throw follows from the seed."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TypeVar

from faultlog.simulation.life import repeatable

One = TypeVar("One")

CHANCES: Mapping[str, float] = MappingProxyType(
    {
        # the connector
        "boot": 0.3,
        "crash without a stop": 0.2,
        "raise told again": 0.3,
        "severity changes": 0.3,
        "never cleared": 0.2,
        "scan service dies": 0.5,
        "upgrade": 0.2,
        "upgrade changes the shape": 0.6,
        # the clock
        "begins near New Year": 0.08,
        "begins near a leap day": 0.08,
        "begins near a change of the zone's offset": 0.25,
        "clock set": 0.25,
        "clock not set at a boot": 0.1,
        "wrong date for a while": 0.05,
        "host travels": 0.06,
        "uptime in the kernel's lines": 0.5,
        # the logger
        "messages suppressed": 0.12,
        "messages dropped": 0.08,
        "never said how many": 0.2,
        "message repeated": 0.1,
        # the files
        "rotated": 0.7,
        "file missing": 0.15,
        "file cut short": 0.12,
        "starts in the middle": 0.15,
        "ends in the middle": 0.15,
        "last line unterminated": 0.15,
        "carriage returns": 0.1,
        "live log empty": 0.03,
        "exact copy": 0.08,
        "taken twice": 0.05,
        "status": 0.6,
        "console events": 0.0,  # the checks of lives do not follow what only the console tells into intervals yet
    }
)
"""By name: how likely it is where it can happen at all, between 0 (never) and 1 (always)."""


class Dice:
    """Throws that are the same for the same seed, on every machine."""

    def __init__(self, *seed: object) -> None:
        self.rng = repeatable("random", *seed)

    def happens(self, what: str) -> bool:
        """Whether something of `CHANCES` happens."""
        return self.rng.random() < CHANCES[what]

    def one_of(self, these: Sequence[One]) -> One:
        """One of these."""
        return self.rng.choice(these)

    def between(self, least: int, most: int) -> int:
        """A whole number, both ends included; `least` where there is none between them."""
        return self.rng.randrange(least, max(least, most) + 1)
