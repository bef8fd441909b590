"""What is fuzzed: by name, the function that takes any bytes, how long they may be, how often it is tried."""

from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

SEEDS = Path(__file__).parent / "seeds"
MOST_S = 2.0
"""Seconds of processor that 64 KiB may cost."""


@dataclass(frozen=True, slots=True)
class Harness:
    """A function that takes any bytes and raises where something does not hold."""

    module: str
    function: str
    runs: int
    """Inputs in a run of all hostile tests: about eight seconds of one core."""
    most: int = 4096
    """Bytes of one input."""

    @property
    def seeds(self) -> Path:
        """The folder of its inputs that are kept: one of each kind, and whatever was found."""
        return SEEDS / self.function


def _all(*each: Harness) -> dict[str, Harness]:
    return {one.function: one for one in each}


HARNESSES = MappingProxyType(
    _all(
        Harness("archives", "zipped", 20_000),
        Harness("archives", "tarred", 4_000, most=16_384),
        Harness("archives", "bundle", 4_000, most=16_384),
        Harness("texts", "split", 5_000, most=512),
        Harness("texts", "stamp", 5_000, most=100),
        Harness("texts", "layout", 20_000, most=200),
        Harness("texts", "zone", 5_000, most=1024),
        Harness("texts", "formats", 3_000),
        Harness("texts", "reading", 150),
        Harness("packs", "yaml", 5_000),
        Harness("packs", "rules", 500, most=16_384),
        Harness("packs", "parsers", 1_000, most=8_192),
        Harness("uploads", "form", 5_000),
        Harness("uploads", "upload", 10_000, most=4_200),
        Harness("documents", "document", 1_000, most=65_536),
        Harness("documents", "case", 200, most=8_192),
        Harness("clocks", "clock", 60),
        Harness("private", "redaction", 60),
        Harness("private", "shown", 150),
    )
)
