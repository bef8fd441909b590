"""From bytes to events: which format understands a line, what joins it, what is left unread; counts that add up.

Several formats may live in one file, since a log can change shape at an upgrade. Every line goes to the format that
reads it; where two read it differently and neither is declared the more special one, what they understand of the
first lines decides, and a tie decides nothing: such lines stay unread, with a warning.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from itertools import chain
from math import inf
from typing import Protocol

from faultlog.activity import Activity
from faultlog.before import NO_LEADS, Before, Leads, Rows
from faultlog.bulk import Bulk, Taken
from faultlog.choosing import Choice
from faultlog.filereading import FileReading
from faultlog.formats import LogFormat, Reading
from faultlog.lines import BLANKS, MAX_LINE, Block, Line, empty_lines, line_behind, next_grid, split
from faultlog.literals import Literals
from faultlog.model import Event, Evidence, LogFile, Mark, number_of
from faultlog.prefilter import Feeds, Prefilter, after_lines, lines_in
from faultlog.sieve import Sieve
from faultlog.trails import Written
from faultlog.values import dataclass

SAMPLE_LINES = 200
"""The sample of a file: its first lines, this many, and one line in every grid step."""
SAMPLE_GRID = 64 * 1024
"""Bytes of the decompressed stream between two sampled lines."""
FULL_BYTES = 64 * 1024 * 1024
"""Bytes of the decompressed stream that are read in full. Behind them lines that nobody needs are passed over."""
MAX_JOINED = 64 * 1024
"""Characters of continuation lines that are joined to one event; further ones are only counted. Tool default."""


class Interest(Protocol):
    """Which events somebody wants to keep."""

    def in_text(self, text: str) -> bool:
        """Whether what an event writes may carry a signal or names a fault."""

    def in_line(self, text: str) -> bool:
        """Whether an event may be wanted, for what it writes or for its process; true wherever the others are."""

    def in_process(self, process: str | None, pid: int | None) -> bool:
        """Whether the process of an understood line makes it worth keeping."""

    def demands(self) -> Sequence[Sequence[Literals]] | None:
        """Sets of texts in lower case: whatever `in_line` wants has one of every set of some entry.

        `None` where it may want anything.
        """


def _whole() -> None:
    return None


def read(
    log: LogFile,
    chunks: Iterable[bytes],
    formats: Sequence[LogFormat],
    interest: Interest,
    cut: Callable[[], str | None] = _whole,
    leads: Leads = NO_LEADS,
    own: range | None = None,
    full: float = FULL_BYTES,
) -> FileReading:
    """Read one log file line by line. Memory is bounded by the events of interest and the distinct templates.

    Args:
        log: what file it is.
        chunks: its bytes, decompressed, cut anywhere.
        formats: every format, more special ones first.
        interest: which events to keep.
        cut: asked once the chunks are used up: why they ended early, `None` where they did not.
        leads: which events ask for the lines before them.
        own: the lines that stand in no other file, where not all of them are; the others are only counted.
        full: bytes of the stream that are read in full; behind them lines that nobody needs are passed over.
    """
    reader = reader_of(log, formats, interest, leads, own, full)
    lines = split(chunks, reader.take_many)
    lines = lines if own is None else reader.without_copies(lines, own)
    head = [line for _, line in zip(range(SAMPLE_LINES), lines, strict=False)]
    reader.settle(head)
    for line in chain(head, lines):
        if line.terminated or cut() is None:
            reader.take(line)
        else:
            reader.skip(line, "truncated")
    reader.finish(cut())
    return reader.result


def reader_of(
    log: LogFile,
    formats: Sequence[LogFormat],
    interest: Interest,
    leads: Leads = NO_LEADS,
    own: range | None = None,
    full: float = FULL_BYTES,
) -> "Reader":
    """What reads a log line by line, with the arguments of `read`; it has to `settle` before it takes a line."""
    result = FileReading(log, own=own, before=Before(leads, log.role))
    choice = Choice([one.metered() for one in formats if one.pattern is not None])
    result.activity = Activity() if full == inf else None
    return Reader(result, choice, interest, *_sieves(choice, interest, full), full)


def _sieves(choice: Choice, interest: Interest, full: float) -> tuple[Bulk | None, Sieve | None]:
    """What reads many lines at a time, and what passes lines over; neither where each may be of interest."""
    demands = interest.demands()
    if demands is None:
        return None, None
    prefilter = Prefilter(demands)
    bulk = Bulk(choice, Sieve(prefilter, interest.in_text, beside=False))
    return bulk, None if full == inf else Sieve(prefilter, interest.in_line, beside=True)


@dataclass(slots=True)
class _Pending:
    """An event that may still be continued."""

    line: Line
    text: str
    format: LogFormat
    reading: Reading
    wanted: bool
    before: Mark | None
    lines: int = 1
    joined: list[str] = field(default_factory=list)
    room: int = MAX_JOINED


@dataclass(slots=True)
class Reader:
    """The state of reading one file."""

    result: FileReading
    choice: Choice
    interest: Interest
    bulk: Bulk | None
    """Reads many lines at a time; `None` where each may be of interest."""
    sieve: Sieve | None
    """Finds the lines that are not passed over; `None` likewise."""
    full: float
    """Bytes of the stream that are read in full."""
    current: str = ""
    """Name of the format that read the line before."""
    format: LogFormat | None = None
    """The format itself."""
    groups: Mapping[str, str] = field(default_factory=dict)
    """What it made of that line."""
    pending: _Pending | None = None
    waiting: list[Event] = field(default_factory=list)
    """Kept events without stamp that wait for the next stamped line."""
    next_sample: int = SAMPLE_GRID
    long_lines: int = 0
    unterminated: bool = False
    feeds: Feeds | None = None
    """The line feeds of the block being read."""
    unwanted: int = -1
    """Offset of a line that is read as a sample only: nobody wants it."""

    def settle(self, head: Sequence[Line]) -> None:
        """Decide by a file's first lines how each format reads; may be asked again once there are more of them."""
        for clash in self.choice.settle(head):
            self.result.warn("format_ambiguous", clash)

    def take_many(self, block: Block, start: int, offset: int, number: int) -> tuple[int, int]:
        """Take lines of a block that nobody keeps, many at a time: where those end, and how many they are."""
        own = self.result.own
        end = block.raw.rfind(b"\n", start, block.end) + 1
        if own is not None and number not in own:
            return self._take_copies(block.raw, start, end, own.start - number if number < own.start else None)
        if number <= SAMPLE_LINES or not block.whole or self.bulk is None or not self.choice.attempts:
            return start, 0
        end = end if own is None else after_lines(block.raw, start, end, own.stop - number)
        if offset >= self.full:
            return self._pass_over(block, start, end, offset, number)
        end = min(end, line_behind(block.raw, start, self.full - offset))
        if block.raw[start : start + 1] == b"\n":
            return self._take_blank(block.raw, start, end, offset)
        at, lines = start, 0
        until = min(end, self._next_sample(block.raw, start, offset))
        for taken in self.bulk.take(block, start, until):
            self._begin_many(taken, number + lines, offset + at - start)
            at, lines = at + len(taken.raw), lines + taken.count
        return at, lines

    def _take_blank(self, raw: bytes, start: int, end: int, offset: int) -> tuple[int, int]:
        """Count empty lines; whoever writes a million of them costs no more than he writes."""
        lines = empty_lines(raw, start, end)
        self.flush()
        self.result.lines += lines
        self.result.bytes += lines
        self.result.skipped["blank"] += lines
        self.unterminated = False
        if offset + lines > self.next_sample:
            self.next_sample = next_grid(offset + lines - 1, SAMPLE_GRID)
        return start + lines, lines

    def _take_copies(self, raw: bytes, start: int, end: int, most: int | None) -> tuple[int, int]:
        """Count lines that stand in another file, at most so many."""
        end = end if most is None else after_lines(raw, start, end, most)
        lines = lines_in(raw, start, end)
        self.result.lines += lines
        self.result.bytes += end - start
        self.result.duplicates += lines
        return end, lines

    def _next_sample(self, raw: bytes, start: int, offset: int) -> int:
        """Where in a block the next line of the sample begins."""
        return line_behind(raw, start, self.next_sample - offset)

    def _pass_over(self, block: Block, start: int, end: int, offset: int, number: int) -> tuple[int, int]:
        """Pass lines over that nobody needs, up to the next event that somebody needs, or that is sampled."""
        assert self.sieve is not None  # noqa: S101 (there is none only where nothing is passed over)
        assert self.bulk is not None  # noqa: S101 (likewise)
        needed = self.sieve.next(block, start)
        end = min(end, needed, self._next_sampled_event(block, start, offset))
        if end <= start:
            self.unwanted = -1 if needed <= start else offset
            return (start, 0) if needed <= start else self._sample(block, start, offset, number)
        lines = self._lines_in(block, start, end)
        self.flush()
        self.result.lines += lines
        self.result.bytes += end - start
        self.result.passed_over += lines
        self.result.before.rows(Rows(number, offset, block.raw, start, end, self.bulk, self.format))
        return end, lines

    def _sample(self, block: Block, start: int, offset: int, number: int) -> tuple[int, int]:
        """Read a line of the sample that nobody wants, if it is like the line read last; else it is left to be read."""
        assert self.bulk is not None  # noqa: S101 (there is none only where nothing is passed over)
        taken = self.bulk.one(block, start)
        if taken is None:
            return start, 0
        self._begin_many(taken, number, offset)
        self.next_sample = next_grid(offset, SAMPLE_GRID)
        self.result.sampled += 1
        self.result.understood += 1
        self.result.before.sampled(number)
        return start + len(taken.raw), 1

    def _lines_in(self, block: Block, start: int, end: int) -> int:
        """Line feeds in a part of a block, which are looked for once in each block."""
        if self.feeds is None or self.feeds.raw is not block.raw:
            self.feeds = Feeds.of(block.raw)
        return self.feeds.between(start, end)

    def _next_sampled_event(self, block: Block, start: int, offset: int) -> int:
        """Where in a block the next sampled line begins that goes on from none."""
        place = self._next_sample(block.raw, start, offset)
        while place < block.end and block.raw[place : place + 1] in BLANKS:
            place = block.raw.find(b"\n", place) + 1 or block.end
        return min(place, block.end)

    def _begin_many(self, taken: Taken, number: int, offset: int) -> None:
        """Read lines that are alike."""
        one, groups = self.format, self.groups
        assert one is not None  # noqa: S101 (they are like a line that has been read)
        assert self.bulk is not None  # noqa: S101 (it took them)
        self.flush()
        self.result.lines += taken.count
        self.result.bytes += len(taken.raw)
        self.result.formats[one.name] += taken.count
        if "host" in groups:
            self.result.hosts[groups["host"]] += taken.count
        first = taken.raw[: taken.raw.find(b"\n")].decode("utf-8", "replace").removesuffix("\r")
        written = Written.of(offset, first, {"stamp": taken.written})
        for mark in (Mark(number, taken.stamp), Mark(number + taken.count - 1, taken.last))[: taken.count]:
            self._stamped(mark, written)
        if self.result.activity is not None:
            parts = Counter(twin.part for twin in taken.twins)
            voices = {(groups.get("process"), *part): lines for part, lines in parts.items()}
            self.result.activity.note(Mark(number, taken.stamp), voices)
            self.result.activity.hear(voices)
        self.result.before.rows(Rows(number, offset, taken.raw, 0, len(taken.raw), self.bulk, one, taken.last))

    def take(self, line: Line) -> None:
        """Read the next line."""
        self.result.lines += 1
        self.result.bytes += line.size
        self.long_lines += line.size - line.terminated > MAX_LINE
        self.unterminated = not line.terminated
        sampled = self._sampled(line)
        self.result.sampled += sampled
        text = line.text
        if not text.strip("\0 \t\r\f\v"):
            self.flush()
            self.result.skipped["blank"] += 1
            self.result.sampled -= sampled
            return
        understood = self._understand(line, text)
        if sampled and understood:
            self.result.understood += 1
            self.result.before.sampled(line.number)

    def _sampled(self, line: Line) -> bool:
        if line.number <= SAMPLE_LINES:
            return True
        if line.offset < self.next_sample:
            return False
        self.next_sample = next_grid(line.offset, SAMPLE_GRID)
        return True

    def _understand(self, line: Line, text: str) -> bool:
        chosen = self.choice.read(text, self.current)
        if chosen is not None:
            self._begin(line, text, *chosen)
            return True
        if text[0] in " \t" and self.pending is not None:
            self._continue(text)
            return True
        self.flush()
        self.result.unread_lines += 1
        self.result.unread.add(text, Evidence(self.result.log.path, line.number, line.offset, text))
        return False

    def _begin(self, line: Line, text: str, one: LogFormat, reading: Reading) -> None:
        self.flush()
        self.current = one.name
        self.result.formats[one.name] += 1
        self.format, self.groups = one, reading.groups
        if self.bulk is not None:
            self.bulk.read(one, text, reading)
        groups = reading.groups
        if "host" in groups:
            self.result.hosts[groups["host"]] += 1
        before = self.result.trail.last
        if reading.stamp is not None:
            mark = Mark(line.number, reading.stamp)
            self._stamped(mark, Written.of(line.offset, text, groups))
            if self.result.activity is not None:
                self.result.activity.note(mark, {reading.voice: 1})
        if self.result.activity is not None:
            self.result.activity.hear({reading.voice: 1})
        pid = number_of(groups.get("pid"))
        moved = self.interest.in_process(groups.get("process"), pid)  # asked of every line: it remembers the last pid
        wanted = line.offset != self.unwanted and (moved or self.interest.in_text(text))
        self.result.before.note(line.number, line.offset, reading.stamp, groups["message"], pid)
        self.pending = _Pending(line, text, one, reading, wanted, before)

    def _stamped(self, mark: Mark, written: Written) -> None:
        self.result.first = self.result.first or mark
        self.result.trail.add(mark, written)
        self.result.events += [replace(event, neighbours=(event.neighbours[0], mark)) for event in self.waiting]
        self.waiting.clear()

    def _continue(self, text: str) -> None:
        pending = self.pending
        assert pending is not None  # noqa: S101 (the caller looked)
        self.result.continuations += 1
        pending.lines += 1
        if pending.room > 0:
            pending.joined.append(text[: pending.room])
            pending.room -= len(text)

    def flush(self) -> None:
        """Close the pending event; keep it if anybody wants it."""
        pending, self.pending = self.pending, None
        if pending is None:
            return
        if pending.joined and not pending.wanted:
            pending.wanted = self.interest.in_text("\n".join([pending.text, *pending.joined]))
        if not pending.wanted:
            return
        event = _event(self.result, pending)
        self.result.before.ask(event.evidence.line, event.message)
        if event.stamp is None:
            self.waiting.append(event)
        else:
            self.result.events += [*self.waiting, event]
            self.waiting.clear()

    def skip(self, line: Line, reason: str) -> None:
        """Count a line without reading it."""
        self.result.lines += 1
        self.result.bytes += line.size
        self.result.skipped[reason] += 1

    def without_copies(self, lines: Iterable[Line], own: range) -> Iterator[Line]:
        """The lines of its own; the others are counted."""
        for line in lines:
            if line.number in own:
                yield line
            else:
                self.result.lines += 1
                self.result.bytes += line.size
                self.result.duplicates += 1

    def finish(self, cut: str | None) -> None:
        """Close what is open and say what the counts cannot."""
        self.flush()
        self._read_last()
        self.result.before.finish()
        self.result.cut = cut
        self.result.unterminated = self.unterminated and cut is None
        if self.result.unterminated:
            self.result.warn("unterminated", "its last line has no line end")
        self.result.events += self.waiting
        self.result.events.sort(key=lambda event: event.evidence.line)
        if self.long_lines:
            self.result.warn(
                "line_too_long", f"{self.long_lines} lines are longer than {MAX_LINE} bytes; their rest was not read"
            )
        for name, count in self.choice.timeouts.items():
            if count:
                self.result.warn("format_slow", f"{name} ran out of time on {count} lines")

    def _read_last(self) -> None:
        """Read the last line with a time, where it was passed over: until then the log goes."""
        read, result = self.result.trail.last, self.result
        for line in result.before.backward():
            if (read is not None and line.number <= read.line) or line.offset < result.bytes - SAMPLE_GRID:
                return
            text = line.text
            one, reading = self.choice.read(text, self.current) or (None, None)
            if one is not None and reading is not None and reading.stamp is not None:
                result.passed_over -= 1
                result.formats[one.name] += 1
                mark = Mark(line.number, reading.stamp)
                result.first = result.first or mark
                result.trail.add(mark, Written.of(line.offset, text, reading.groups))
                return


def _event(result: FileReading, pending: _Pending) -> Event:
    groups = pending.reading.groups
    evidence = Evidence(result.log.path, pending.line.number, pending.line.offset, pending.text)
    return Event(
        evidence,
        pending.format.name,
        "\n".join([groups["message"], *pending.joined]),
        pending.reading.stamp,
        neighbours=(pending.before, None),
        host=groups.get("host"),
        process=groups.get("process"),
        pid=number_of(groups.get("pid")),
        module=groups.get("module"),
        level=groups.get("level"),
        lines=pending.lines,
    )
