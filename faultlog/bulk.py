"""Lines read many at a time: what no rule can need, of one writer, with one stamp, all read alike by one format.

Whatever it takes is what reading line by line would have made of it: an event that nobody keeps. What is of
interest, what is sampled, what may be continued and what reads otherwise is left to reading line by line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from faultlog.choosing import Choice
from faultlog.formats import LogFormat, Reading
from faultlog.lines import Block
from faultlog.runs import UNEQUAL, RunPatterns, Writer
from faultlog.sieve import BLANKS, Sieve

WORTH = 1024
"""Bytes ahead from which on a run pattern is made. Tool default: it costs as much as reading a hundred lines."""


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
    sieve: Sieve
    patterns: RunPatterns = field(default_factory=RunPatterns)
    _format: LogFormat | None = None
    """What read the line before; `None` where nobody can tell how the next ones would be read."""
    _writer: Writer | None = None
    _raw: bytes = b""
    _unequal: bool = False
    """Whether that holds bytes which the two pattern languages read differently."""

    def read(self, one: LogFormat, text: str, reading: Reading) -> None:
        """Note what read the line before, and how."""
        writer = Writer.of(text, reading)
        known = writer is not None and not self.choice.timeouts and one.name not in self.choice.rivals
        self._format, self._writer = (one, writer) if known else (None, None)

    def take(self, block: Block, start: int, until: int) -> Iterator[Taken]:
        """Lines of a block from a place on, none of which begins at `until` or behind it."""
        end = self._end(block, start, until)
        pattern = self._pattern(make=end - start >= WORTH)
        while pattern is not None and start < end:
            found = pattern.match(block.raw, start, end)
            if found is None:
                return
            raw = found[0]
            yield Taken(found["stamp"].decode("ascii"), raw, raw.count(b"\n"))
            start = found.end()

    def one(self, block: Block, start: int) -> Taken | None:
        """The one line that begins at a place, if it is like the line read last and nothing goes on from it."""
        end = block.raw.find(b"\n", start, block.end) + 1
        pattern = self._pattern(make=True)
        if not end or pattern is None or block.raw[end : end + 1] in BLANKS or self._is_unequal(block.raw):
            return None
        found = pattern.match(block.raw, start, end)
        return None if found is None else Taken(found["stamp"].decode("ascii"), found[0], 1)

    def _pattern(self, *, make: bool) -> "re.Pattern[bytes] | None":
        """That of lines like the one before; where it is not worth making, only one that was made already."""
        if self._format is None or self._writer is None:
            return None
        if not make:
            return self.patterns.known.get((self._format.name, self._writer))
        attempts = self.choice.attempts[self._format.name]
        return self.patterns.of(self._format, self._writer, attempts[: attempts.index(self._format)])

    def _end(self, block: Block, start: int, until: int) -> int:
        """Where the next line begins that is not to be taken; what stands before a blank may be continued by it."""
        if self._writer is None or self._is_unequal(block.raw):
            return start
        end = min(until, self.sieve.next(block, start))
        if end > start and block.raw[end : end + 1] in BLANKS:
            end = block.raw.rfind(b"\n", 0, end - 1) + 1
        return end

    def _is_unequal(self, raw: bytes) -> bool:
        if raw is not self._raw:
            self._raw, self._unequal = raw, any(byte in raw for byte in UNEQUAL)
        return self._unequal
