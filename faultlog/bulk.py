"""Lines read many at a time: what no rule can need, of one writer, in one minute, all read alike by one format.

Whatever it takes is what reading line by line would have made of it: an event that nobody keeps. What is of
interest, what is sampled, what may be continued and what reads otherwise is left to reading line by line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from faultlog.choosing import Choice
from faultlog.formats import LogFormat, Reading
from faultlog.layouts import read as read_stamp
from faultlog.lines import BLANKS, Block
from faultlog.model import Stamp
from faultlog.runs import UNEQUAL, OneLine, RunPatterns, Writer
from faultlog.sieve import Sieve

WORTH = 1024
"""Bytes ahead from which on a run pattern is made. Tool default: it costs as much as reading a hundred lines."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Lines that were taken at once."""

    stamp: str
    """As the first of them writes it."""
    last: str
    """As the last of them writes it; those between lie between."""
    raw: bytes
    count: int


@dataclass(slots=True)
class Bulk:
    """What reads the lines of one file many at a time."""

    choice: Choice
    sieve: Sieve
    patterns: RunPatterns = field(default_factory=RunPatterns)
    _before: tuple[LogFormat, str, Reading] | None = None
    """What read the line before and how, until anybody asks for lines like it."""
    _format: LogFormat | None = None
    _writer: Writer | None = None
    _stamped: tuple[tuple[str, bytes], Stamp | None] = (("", b""), None)
    """The stamp read last, as a format writes it and as it is read."""
    _raw: bytes = b""
    _unequal: bool = False
    """Whether that holds bytes which the two pattern languages read differently."""

    def read(self, one: LogFormat, text: str, reading: Reading) -> None:
        """Note what read the line before, and how."""
        self._before = one, text, reading

    def _like(self) -> tuple[LogFormat, Writer] | None:
        """What lines like the one before have in common; `None` where nobody can tell how they would be read."""
        if self._before is not None:
            one, text, reading = self._before
            self._format, self._writer = self._known(one, text, reading)
            self._before = None
        return None if self._format is None or self._writer is None else (self._format, self._writer)

    def _known(self, one: LogFormat, text: str, reading: Reading) -> tuple[LogFormat | None, Writer | None]:
        """What a line was read by, and its writer, where that tells how lines like it would be read."""
        writer = Writer.of(text, reading)
        known = writer is not None and not self.choice.timeouts and one.name not in self.choice.rivals
        return (one, writer) if known else (None, None)

    def take(self, block: Block, start: int, until: int) -> Iterator[Taken]:
        """Lines of a block from a place on, none of which begins at `until` or behind it."""
        end = self._end(block, start, until)
        pattern = self._pattern(make=end - start >= WORTH)
        while pattern is not None and start < end:
            found = pattern.match(block.raw, start, end)
            if found is None:
                return
            taken = self._in_order(found[0], len(found["minute"]))
            yield taken
            start += len(taken.raw)

    def one(self, block: Block, start: int) -> Taken | None:
        """The one line that begins at a place, if it is like the line read last and nothing goes on from it."""
        end = block.raw.find(b"\n", start, block.end) + 1
        pattern = self._pattern(make=True)
        if not end or pattern is None or block.raw[end : end + 1] in BLANKS or self._is_unequal(block.raw):
            return None
        found = pattern.match(block.raw, start, end)
        return None if found is None else self._in_order(found[0], len(found["minute"]))

    def _in_order(self, raw: bytes, minute: int) -> Taken:
        """The first lines of a run whose stamps never go back; `minute` is how much of each of them is the same."""
        assert self._writer is not None  # noqa: S101 (it is theirs)
        first, count = self._written(raw, 0, minute), raw.count(b"\n")
        if raw.count(b"\n" + first.encode("ascii")) == count - 1:
            return Taken(first, first, raw, count)
        seconds = self.patterns.seconds(self._writer, minute).findall(raw)
        ordered = next((at for at, (one, other) in enumerate(pairwise(seconds), 1) if other < one), count)
        if ordered < count:
            raw = raw[: _line_at(raw, ordered)]
        return Taken(first, self._written(raw, raw.rfind(b"\n", 0, len(raw) - 1) + 1, minute), raw, ordered)

    def _written(self, raw: bytes, start: int, minute: int) -> str:
        """The stamp of the line that begins at a place."""
        assert self._writer is not None  # noqa: S101 (it is its)
        return raw[start : start + minute + self._writer.width + len(self._writer.zone)].decode("ascii")

    def messages(self, raw: bytes, start: int, end: int) -> Iterator[tuple[int, Stamp | None, str] | None]:
        """What the lines of a part of a block say: place, stamp and message of each, in order.

        `None` stands for a line that no format understands.
        """
        self._like()
        form, writer = self._format, self._writer
        alike = not self._is_unequal(raw)
        one = self._single(form, writer) if alike else None
        while start < end:
            found = None if one is None else one.pattern.match(raw, start, end)
            stamp = None if form is None or found is None else self._stamp(form, found["stamp"])
            if one is not None and found is not None and stamp is not None:
                yield start, stamp, one.message(found)
                start = found.end()
                continue
            stop = raw.find(b"\n", start, end) + 1 or end
            text = raw[start:stop].decode("utf-8", "replace").removesuffix("\n").removesuffix("\r")
            read = self.choice.read(text, "" if form is None else form.name)
            yield None if read is None else (start, read[1].stamp, read[1].groups["message"])
            start = stop
            if read is not None and alike:
                form, writer = self._known(read[0], text, read[1])
                one = self._single(form, writer)

    def _single(self, form: LogFormat | None, writer: Writer | None) -> OneLine | None:
        """What matches one line like another, if it is known how such lines are read."""
        if form is None or writer is None:
            return None
        return self.patterns.single(form, writer, self._earlier(form))

    def _earlier(self, one: LogFormat) -> list[LogFormat]:
        """The formats that are asked before one for the lines behind its own."""
        attempts = self.choice.attempts[one.name]
        return attempts[: attempts.index(one)]

    def _stamp(self, form: LogFormat, raw: bytes) -> Stamp | None:
        """What a stamp writes; lines in a row often write the same."""
        if (form.name, raw) != self._stamped[0]:
            self._stamped = (form.name, raw), read_stamp(form.layout or "", raw.decode("ascii"))
        return self._stamped[1]

    def _pattern(self, *, make: bool) -> "re.Pattern[bytes] | None":
        """That of lines like the one before; where it is not worth making, only one that was made already."""
        like = self._like()
        if like is None:
            return None
        if not make:
            return self.patterns.known.get((like[0].name, like[1]))
        return self.patterns.of(*like, self._earlier(like[0]))

    def _end(self, block: Block, start: int, until: int) -> int:
        """Where the next line begins that is not to be taken; what stands before a blank may be continued by it."""
        if self._like() is None or self._is_unequal(block.raw):
            return start
        end = min(until, self.sieve.next(block, start))
        if end > start and block.raw[end : end + 1] in BLANKS:
            end = block.raw.rfind(b"\n", 0, end - 1) + 1
        return end

    def _is_unequal(self, raw: bytes) -> bool:
        if raw is not self._raw:
            self._raw, self._unequal = raw, any(byte in raw for byte in UNEQUAL)
        return self._unequal


def _line_at(raw: bytes, number: int) -> int:
    """Where the line begins that has so many before it."""
    place = 0
    for _ in range(number):
        place = raw.find(b"\n", place) + 1
    return place
