"""Lines read many at a time: what no rule can need, of one writer, with one stamp, all read alike by one format.

Whatever it takes is what reading line by line would have made of it: an event that nobody keeps. What is of
interest, what is sampled, what may be continued and what reads otherwise is left to reading line by line.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

from faultlog.choosing import Choice
from faultlog.formats import LogFormat, Reading
from faultlog.prefilter import Prefilter
from faultlog.runs import UNEQUAL, RunPatterns, Writer


@dataclass(frozen=True, slots=True)
class Taken:
    """Lines that were taken at once."""

    stamp: str
    """As each of them writes it."""
    raw: bytes
    count: int


@dataclass(slots=True)
class Bulk:
    """What reads the lines of one file many at a time."""

    choice: Choice
    prefilter: Prefilter
    patterns: RunPatterns = field(default_factory=RunPatterns)
    pattern: "re.Pattern[bytes] | None" = None
    """That of the line read last."""
    _writer: tuple[str, Writer] | None = None
    _chunk: bytes = b""
    _places: list[int] = field(default_factory=list)
    _last: int = 0

    def read(self, one: LogFormat, text: str, reading: Reading) -> None:
        """Note what read the line before, and how."""
        writer = Writer.of(text, reading)
        if writer is None or self.choice.timeouts or one.name in self.choice.rivals:
            self.pattern = self._writer = None
        elif self._writer != (one.name, writer):
            attempts = self.choice.attempts[one.name]
            self._writer = (one.name, writer)
            self.pattern = self.patterns.of(one, writer, attempts[: attempts.index(one)])

    def take(self, chunk: bytes, start: int, until: int) -> Iterator[Taken]:
        """Lines of a chunk from a place on, none of which begins at `until` or behind it."""
        if chunk is not self._chunk:
            self._look(chunk)
        end = self._end(chunk, start, until)
        while self.pattern is not None and start < end:
            found = self.pattern.match(chunk, start, end)
            if found is None:
                return
            raw = found[0]
            yield Taken(found["stamp"].decode("ascii"), raw, raw.count(b"\n"))
            start = found.end()

    def _look(self, chunk: bytes) -> None:
        self._chunk = chunk
        self._last = chunk.rfind(b"\n", 0, max(0, chunk.rfind(b"\n"))) + 1
        unequal = any(byte in chunk for byte in UNEQUAL)
        self._places = [] if unequal else self.prefilter.places(chunk)
        self._last = 0 if unequal else self._last

    def _end(self, chunk: bytes, start: int, until: int) -> int:
        """Where the next line begins that is not to be taken; what stands before a blank may be continued by it."""
        place = bisect_left(self._places, start)
        end = min(until, self._last)
        if place < len(self._places):
            end = min(end, chunk.rfind(b"\n", 0, self._places[place]) + 1)
        if end > start and chunk[end : end + 1] in {b" ", b"\t"}:
            end = chunk.rfind(b"\n", 0, end - 1) + 1
        return end
