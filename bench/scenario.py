"""The day that the measured logs tell of, and what their lines hold besides.

One connector logs in debug mode into one file for a day. Its faults come and go all over that file, so that nobody
answers without reading all of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from faultlog.model import Instant
from faultlog.simulating import Filler, Scenario
from faultlog.simulation.scenarios import TITLES, Happening, Shape

NAME = "debug-day"
DAY_S = 86_400.0

NEARLY: tuple[tuple[str, str], ...] = (
    ("memory", "segfault of pid {n} in a watched process"),
    ("policy", "default value of element {m} kept"),
    ("scansvc", "scan service idle"),
    ("scansvc", "scan service queue holds {n} files"),
    ("scheduler", "priority of queue {m} rises to {n}"),
    ("state", "connector state unchanged"),
    ("connector", "connector stays in state {m}"),
    ("cache", "version of index {m} matches"),
    ("defs", "daily.cvd signature verified in {m} ms"),
    ("defs", "definitions are current, next look in {n} s"),
    ("policy", "policy is current, serial {n}"),
    ("kernel", "kernel module answers in {m} us"),
    ("logger", "Shutdown file logger for module:ampsupport"),
    ("volume", "disk access of pid {n} allowed"),
)
"""What begins like something that rules look for, and is nothing: none holds the word fault, `raised` or `cleared`."""

NAMING: tuple[tuple[str, str], ...] = (
    ("memory", "page fault {m} raised"),
    ("memory", "page fault {m} handled"),
    ("fault", "no faults to raise"),
    ("fault", "fault {m} not raised"),
    ("fault", "Fault table unchanged"),
)
"""What names a fault and yet raises and clears none."""


@dataclass(frozen=True, slots=True)
class Day:
    """A connector logs for a day in debug mode: what its log holds."""

    about: str
    """In words, for the report."""
    naming: int = 0
    """Lines in a hundred that name a fault, besides those that raise or clear one."""
    nearly: int = 15
    """Lines in a hundred that only begin like something of interest."""
    tick: int = 0
    """Nanoseconds between two lines; with 0 those of about 8 KiB share a stamp."""
    digits: int = 0
    """Of the second's fraction in ISO stamps; with 0 stamps are those of syslog."""
    raises: int = 12
    """How many faults are raised, each of them cleared."""

    @property
    def filler(self) -> Filler:
        """Its noise."""
        phrases = NAMING * (self.naming * len(NEARLY)) + NEARLY * (self.nearly * len(NAMING))
        return Filler(phrases or NEARLY, (self.naming + self.nearly) / 100, self.tick)

    @property
    def scenario(self) -> Scenario:
        """Its schedule."""
        return Scenario(
            description="A connector logs for a day in debug mode; three faults come and go.",
            os="linux",
            os_version="8.10",
            versions=("1.24.1",),
            start=Instant.of("2026-03-10T00:00:00.25Z"),
            duration=DAY_S,
            kind="zip",
            zone="UTC",
            shapes=((0, Shape("iso", self.digits, "Z") if self.digits else Shape("syslog-debug")),),
            schedule=tuple(sorted(_schedule(self.raises), key=lambda told: told.at)),
            pace=600,
            running=True,
        )


USUAL = Day("15 % near-misses")
"""What most rows are measured on."""


def _schedule(raises: int) -> Iterator[Happening]:
    """So many raises, at most twelve, one every two hours, each cleared after some minutes; restarts, definitions."""
    for number in range(raises):
        at, fault = 300 + number * 7000.0, (6, 7, 5)[number % 3]
        words = f"Fault Raised: {fault} (Major): {TITLES[fault]}" if number % 2 else f"fault {fault} raised (Major)"
        yield Happening(at, "fault_raised", words, fault=fault, severity="Major")
        words = f"Fault Cleared: {fault}" if number % 2 else f"fault {fault} cleared"
        yield Happening(at + 400 + 90 * number, "fault_cleared", words, fault=fault)
    for at in (20_000.0, 62_000.0):
        yield Happening(at, "connector_stopped", "connector stopped")
        yield Happening(at + 10, "connector_started", "starting connector")
        yield Happening(at + 13, "scan_service_started", "scan service started")
    for at, version in ((9000.0, "27345"), (45_000.0, "27346")):
        yield Happening(at, "definitions_updated", f"loaded daily.cvd version {version}", version=version)
