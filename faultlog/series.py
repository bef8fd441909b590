"""One rotation set, read: its files, oldest first, and what the engine and the clock take from them."""

from faultlog.engine import Heard
from faultlog.filereading import FileReading
from faultlog.model import Event, Role
from faultlog.rotation import PROCESSES
from faultlog.trails import Trail
from faultlog.values import dataclass


@dataclass(slots=True)
class Series:
    """One rotation set, read."""

    role: Role
    readings: list[FileReading]
    """Oldest first."""

    @property
    def events(self) -> list[Event]:
        """The events of interest, in file order."""
        return [event for reading in self.readings for event in reading.events]

    @property
    def trails(self) -> list[tuple[str, Trail]]:
        """Path and trail of each file, oldest first."""
        return [(reading.log.path, reading.trail) for reading in self.readings]

    @property
    def heard(self) -> Heard:
        """What the engine hears of it."""
        lines = {one.log.path: range(1, one.lines + 1) if one.own is None else one.own for one in self.readings}
        unterminated = frozenset(one.log.path for one in self.readings if one.unterminated)
        return Heard(PROCESSES.get(self.role), self.events, lines, unterminated)
