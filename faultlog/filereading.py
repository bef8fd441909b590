"""What was read of one log file: the events of interest, and counts that add up."""

from collections import Counter
from dataclasses import field

from faultlog.activity import Activity
from faultlog.before import Before
from faultlog.model import Event, LogFile, Mark, Warn
from faultlog.templates import Tally
from faultlog.trails import Trail
from faultlog.values import dataclass


@dataclass(slots=True)
class FileReading:
    """What was read of one log file."""

    log: LogFile
    bytes: int = 0
    lines: int = 0
    continuations: int = 0
    unread_lines: int = 0
    passed_over: int = 0
    """Lines that nobody needs, not read."""
    duplicates: int = 0
    """Lines that stand in another file as well, where they are counted."""
    own: range | None = None
    """The other lines, where there are duplicates."""
    skipped: Counter[str] = field(default_factory=Counter)
    sampled: int = 0
    understood: int = 0
    formats: Counter[str] = field(default_factory=Counter)
    """Lines that each format understood: events."""
    events: list[Event] = field(default_factory=list)
    """The events that are of interest, in file order."""
    unread: Tally = field(default_factory=Tally)
    trail: Trail = field(default_factory=Trail)
    first: Mark | None = None
    hosts: Counter[str] = field(default_factory=Counter)
    warnings: list[Warn] = field(default_factory=list)
    before: Before = field(default_factory=Before)
    """What stands before its raises, and the sample of its quiet time."""
    activity: Activity | None = None
    """How much it writes, minute by minute, where it is read in full."""
    cut: str | None = None
    """Why the file ends early; `None` where it does not."""
    unterminated: bool = False
    """Whether the last line has no line end, so that it may go on."""

    @property
    def understood_lines(self) -> int:
        """Lines that became events."""
        return self.formats.total()

    def warn(self, code: str, detail: str) -> None:
        """Note something the reader should know of this file."""
        self.warnings.append(Warn(code, self.log.path, detail))
