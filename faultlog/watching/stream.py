"""One log as it grows: its bytes become lines, its lines events of interest, file by file, each read once.

The files that had the log's name one after the other are one rotation set, oldest first, as the pipeline reads it.
"""

import math
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, dropwhile, islice
from pathlib import Path

from faultlog.before import Before
from faultlog.engine import Interesting
from faultlog.filereading import FileReading
from faultlog.formats import LogFormat
from faultlog.lines import MAX_LINE, Block, Line, split
from faultlog.model import Event, Instant, LogFile, Role
from faultlog.reading import FULL_BYTES, SAMPLE_LINES, Reader, reader_of
from faultlog.resolving import Timed
from faultlog.rotation import role_of
from faultlog.rulebook import RuleBook
from faultlog.series import Series

Place = tuple[str, int]
"""File and line of an event. A file is its path; those that had the path later have a number behind it."""


def path_of(file: str) -> str:
    """The path of a file of `Place`."""
    return file.partition("\0")[0]


class Stream:
    """A log that is followed. Memory is bounded by what is kept of it, see `keep`."""

    def __init__(self, path: Path, formats: Sequence[LogFormat], rules: RuleBook) -> None:
        self.path = path
        self.role: Role = role_of(path.name) or "connector"
        self._ended = (0, 0)
        """Lines of the files that ended, and those of them that a format understands."""
        self._passed_over = 0
        self._begin: Callable[[LogFile], Reader] = partial(
            reader_of, formats=formats, interest=Interesting.of(rules), full=FULL_BYTES
        )
        self._done: list[FileReading] = []
        """Files that ended, oldest first."""
        self._torn: set[str] = set()
        """Those of them behind which a file is missing."""
        self._files = 0
        self._head: list[Line] = []
        """The log's first lines: how each format reads is decided by them."""
        self._reader = self._next()

    def _next(self) -> Reader:
        """What reads the next file."""
        self._number = self._offset = 0
        self._carry, self._dropped = b"", 0
        self._files += 1
        name = str(self.path) if self._files == 1 else f"{self.path}\0{self._files}"
        reader = self._begin(LogFile(name, self.role, str(self.path)))
        reader.full = reader.full if self._files == 1 else math.inf
        if self._head:
            reader.settle(self._head)
        return reader

    def take(self, data: bytes) -> None:
        """Read the next bytes, cut anywhere: whole lines of them, the rest waits for what follows."""
        if self._dropped:
            data = self._end_long_line(data)
        end = data.rfind(b"\n") + 1
        if end:
            self._read(self._carry + data[:end])
            self._carry = b""
        self._carry += data[end:]
        if len(self._carry) > MAX_LINE:
            self._dropped = len(self._carry) - MAX_LINE
            self._carry = self._carry[:MAX_LINE]

    def _end_long_line(self, data: bytes) -> bytes:
        """Pass over the rest of a line that is too long to be kept; what stands behind it."""
        end = data.find(b"\n") + 1
        self._dropped += end or len(data)
        if not end:
            return b""
        self._take_carried(terminated=True)
        return data[end:]

    def _take_carried(self, *, terminated: bool) -> None:
        """Read the line whose bytes wait."""
        size = len(self._carry) + self._dropped
        line = Line(1, 0, self._carry, size, terminated)
        self._carry, self._dropped = b"", 0
        self._settled([line])
        self._reader.take(self._moved(line))
        self._number, self._offset = self._number + 1, self._offset + size

    def _read(self, whole: bytes) -> None:
        """Read whole lines."""
        lines = split([whole], self._take_many)
        head = list(islice(lines, max(0, SAMPLE_LINES - len(self._head))))
        self._settled(head)
        for line in chain(head, lines):
            self._reader.take(self._moved(line))
        self._number, self._offset = self._number + whole.count(b"\n"), self._offset + len(whole)

    def _settled(self, lines: Sequence[Line]) -> None:
        if lines and len(self._head) < SAMPLE_LINES:
            self._head += lines
            self._reader.settle(self._head)

    def _moved(self, line: Line) -> Line:
        return replace(line, number=line.number + self._number, offset=line.offset + self._offset)

    def _take_many(self, block: Block, start: int, offset: int, number: int) -> tuple[int, int]:
        return self._reader.take_many(block, start, offset + self._offset, number + self._number)

    def pause(self) -> bool:
        """Nothing more has come for a while: what was read last, if anything, is taken as it stands."""
        waiting = self._reader.pending is not None
        self._reader.flush()
        self._reader.result.before = Before()  # nobody asks here what stood before a raise
        self._reader.full = math.inf  # of what is still to come each line tells the time
        return waiting

    def end_file(self, cut: str | None = None) -> None:
        """The file under the name is another one from now on; `cut` says why lines of it are missing."""
        if self._carry:
            self._take_carried(terminated=False)
        self._reader.finish(cut)
        self._ended, self._passed_over = (self.lines, self.understood), self.passed_over
        self._done.append(self._reader.result)
        self._reader = self._next()

    def tear(self) -> FileReading:
        """A file that had the name after the one that ended last, or its end, cannot be had; the one that ended."""
        ended = self._done[-1]
        self._torn.add(ended.log.path)
        return ended

    def around(self, ended: FileReading, timed: Timed) -> tuple[Instant | None, Instant | None]:
        """When the last line of a file was written, and the first one behind it; `None` where none has a time."""
        last = ended.trail.last
        later = dropwhile(lambda one: one is not ended, self.readings)
        first = next(((one, one.first) for one in islice(later, 1, None) if one.first is not None), None)
        return (
            None if last is None else timed.moment(ended, last).earliest,
            None if first is None else timed.moment(*first).latest,
        )

    @property
    def lines(self) -> int:
        """Lines of all its files so far."""
        return self._ended[0] + self._reader.result.lines

    @property
    def understood(self) -> int:
        """Those of them that a format understands, or that go on from such a line."""
        result = self._reader.result
        return self._ended[1] + result.understood_lines + result.continuations

    @property
    def passed_over(self) -> int:
        """Lines of its first file that nobody needs and that were not read."""
        return self._passed_over + self._reader.result.passed_over

    @property
    def readings(self) -> list[FileReading]:
        """What was read, oldest file first."""
        return [*self._done, self._reader.result]

    @property
    def places(self) -> Iterator[Place]:
        """Where the events stand that are kept."""
        return (_place(event) for reading in self.readings for event in reading.events)

    def series(self) -> Series:
        """The log as the pipeline reads it."""
        readings, number = self.readings, 0
        for reading in reversed(readings):
            number += reading.log.path in self._torn
            reading.log = replace(reading.log, rotation=number)
            number += 1
        return Series(self.role, readings)

    def keep(self, wanted: Collection[Place]) -> None:
        """Let go of every event that is not wanted, and of files that hold none and hide nothing.

        Beside a wanted event stay the one that its line may go on from, the one before it of the same process, and the
        last one of each process: what a later line says may hang on them.

        Args:
            wanted: where each of them stands.
        """
        kept = _kept([event for reading in self.readings for event in reading.events], wanted)
        for reading in self.readings:
            reading.events = [event for event in reading.events if _place(event) in kept]
        while self._done and not self._done[0].events:
            del self._done[0]
        self._done = [reading for reading in self._done if reading.events or self._hides(reading)]

    def _hides(self, reading: FileReading) -> bool:
        """Whether a file says something about time though no event of it is kept.

        Lines of it, or behind it, are missing, or the clock was set.
        """
        trail = reading.trail
        lost = reading.cut is not None or reading.first is None or reading.log.path in self._torn
        return lost or bool(trail.ways or trail.uptimes) or trail.lump is not None


def _place(event: Event) -> Place:
    return event.evidence.file, event.evidence.line


def _kept(events: Sequence[Event], wanted: Collection[Place]) -> set[Place]:
    kept: set[Place] = set()
    settled: set[str | None] = set()
    follows: Place | None = None
    for event in reversed(events):
        file, line = _place(event)
        own = (file, line) in wanted
        if own or (file, line + event.lines) == follows or event.process not in settled:
            kept.add((file, line))
            settled.add(event.process)
        settled -= {event.process} if own else set()
        follows = (file, line) if own else None
    return kept
