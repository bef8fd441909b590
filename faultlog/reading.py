"""From bytes to events: which format understands a line, what joins it, what is left unread; counts that add up.

Several formats may live in one file, since a log can change shape at an upgrade. Every line goes to the format that
reads it; where two read it differently and neither is declared the more special one, what they understand of the
first lines decides, and a tie decides nothing: such lines stay unread, with a warning.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Protocol

from faultlog import decoders
from faultlog.before import NO_LEADS, Before, Leads
from faultlog.formats import LogFormat, Reading, specializes
from faultlog.lines import MAX_LINE, Line, split
from faultlog.model import Event, Evidence, FileStatus, LogFile, Mark, Warn
from faultlog.templates import Tally
from faultlog.trails import Trail, Written

SAMPLE_LINES = 200
"""The sample of a file: its first lines, this many, and one line in every grid step."""
SAMPLE_GRID = 64 * 1024
"""Bytes of the decompressed stream between two sampled lines."""
MAX_JOINED = 64 * 1024
"""Characters of continuation lines that are joined to one event; further ones are only counted. Tool default."""
MAX_TIMEOUTS = 20
"""Lines on which a format may run out of time before it is left out for the rest of a file. Tool default."""


class Interest(Protocol):
    """Which events somebody wants to keep."""

    def in_text(self, text: str) -> bool:
        """Whether a line may carry a signal or names a fault."""

    def in_process(self, process: str | None, pid: int | None) -> bool:
        """Whether the process of an understood line makes it worth keeping."""


@dataclass(slots=True)
class FileReading:
    """What was read of one log file."""

    log: LogFile
    bytes: int = 0
    lines: int = 0
    continuations: int = 0
    unread_lines: int = 0
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


def _whole() -> None:
    return None


def read(
    log: LogFile,
    chunks: Iterable[bytes],
    formats: Sequence[LogFormat],
    interest: Interest,
    cut: Callable[[], str | None] = _whole,
    leads: Leads = NO_LEADS,
) -> FileReading:
    """Read one log file line by line. Memory is bounded by the events of interest and the distinct templates.

    Args:
        log: what file it is.
        chunks: its bytes, decompressed, cut anywhere.
        formats: every format, more special ones first.
        interest: which events to keep.
        cut: asked once the chunks are used up: why they ended early, `None` where they did not.
        leads: which events ask for the lines before them.
    """
    reader = _Reader(
        FileReading(log, before=Before(leads, log.role)), [one for one in formats if one.pattern is not None], interest
    )
    lines = split(chunks)
    head = [line for _, line in zip(range(SAMPLE_LINES), lines, strict=False)]
    reader.settle_rivals(head)
    for line in chain(head, lines):
        if line.terminated or cut() is None:
            reader.take(line)
        else:
            reader.skip(line, "truncated")
    reader.finish(cut())
    return reader.result


def decode(log: LogFile, chunks: Iterable[bytes], formats: Sequence[LogFormat]) -> FileReading | None:
    """Read a whole text by the decoder that understands it; `None` where none does, or the text is too large."""
    raw = bytearray()
    for chunk in chunks:
        raw += chunk
        if len(raw) > decoders.MAX_BYTES:
            return None
    text = raw.decode("utf-8-sig", "replace")
    for one in formats:
        found = decoders.TABLE[one.decoder](text) if one.decoder is not None else None
        if found is not None:
            return _decoded(log, bytes(raw), one, found)
    return None


def _decoded(log: LogFile, raw: bytes, one: LogFormat, found: Sequence[decoders.Decoded]) -> FileReading:
    result = FileReading(log, bytes=len(raw))
    starts = {event.line for event in found}
    result.formats[one.name] = len(starts)
    rows: dict[int, Line] = {}
    for row in split([raw]):
        result.lines = row.number
        if row.number in starts:
            rows[row.number] = row
    result.continuations = result.lines - len(starts)
    result.sampled = result.understood = result.lines
    for event in found:
        evidence = Evidence(log.path, event.line, rows[event.line].offset, rows[event.line].text)
        if event.stamp is not None:
            mark = Mark(event.line, event.stamp)
            result.first = result.first or mark
            result.trail.add(mark)
        result.hosts.update([event.host] if event.host else [])
        result.events.append(
            Event(
                evidence, one.name, event.message, event.stamp, host=event.host,
                fault_ids=event.fault_ids, severities=event.severities, unnamed=event.unnamed, guid=event.guid,
            )
        )  # fmt: skip
    return result


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
class _Reader:
    """The state of reading one file."""

    result: FileReading
    formats: list[LogFormat]
    interest: Interest
    attempts: dict[str, list[LogFormat]] = field(default_factory=dict)
    """By the name of the format that read the line before: the order in which to try."""
    rivals: dict[str, list[LogFormat]] = field(default_factory=dict)
    """By format: others that read the same lines otherwise, equally well."""
    winners: dict[str, set[str]] = field(default_factory=dict)
    """By format: others that read the same lines otherwise, and better."""
    timeouts: Counter[str] = field(default_factory=Counter)
    current: str = ""
    pending: _Pending | None = None
    waiting: list[Event] = field(default_factory=list)
    """Kept events without stamp that wait for the next stamped line."""
    next_sample: int = SAMPLE_GRID
    long_lines: int = 0
    unterminated: bool = False

    def settle_rivals(self, head: Sequence[Line]) -> None:
        """Find formats that read the same lines of the head differently, and decide by what each understands of it."""
        by_name = {one.name: one for one in self.formats}
        scores: Counter[str] = Counter()
        clashes: dict[tuple[str, str], Line] = {}
        for line in head:
            readers = self._most_special(line.text, by_name)
            scores.update(readers.keys())
            for name, other in _pairs(readers):
                clashes.setdefault((name, other), line)
        for (name, other), line in clashes.items():
            self._settle(by_name[name], by_name[other], scores, line)
        self.formats = self._ordered(by_name)
        self.attempts = {"": self.formats} | {one.name: self._order(one, by_name) for one in self.formats}

    def _most_special(self, text: str, by_name: Mapping[str, LogFormat]) -> dict[str, Reading]:
        readings = {one.name: reading for one in self.formats if (reading := self._try(one, text)) is not None}
        return {
            name: reading
            for name, reading in readings.items()
            if not any(specializes(by_name[other], by_name[name], by_name) for other in readings)
        }

    def _settle(self, one: LogFormat, other: LogFormat, scores: Counter[str], line: Line) -> None:
        worse, better = sorted((one, other), key=lambda each: scores[each.name])
        if scores[worse.name] == scores[better.name]:
            self.rivals.setdefault(one.name, []).append(other)
            self.rivals.setdefault(other.name, []).append(one)
            taken = "lines that both read stay unread; let one of them declare that it specializes the other"
        else:
            self.winners.setdefault(worse.name, set()).add(better.name)
            taken = f"{better.name} is taken, it understands more of the first {SAMPLE_LINES} lines"
        self.result.warn(
            "format_ambiguous", f"{one.name} and {other.name} read line {line.number} differently; {taken}"
        )

    def _order(self, current: LogFormat, by_name: Mapping[str, LogFormat]) -> list[LogFormat]:
        """The current format right after those that read such lines better, and those that read their lines better."""
        better = {current.name}
        waiting = [current]
        while waiting:
            here = waiting.pop()
            found = [one for one in self.formats if one.name not in better and self._precedes(one, here, by_name)]
            better |= {one.name for one in found}
            waiting += found
        first = [one for one in self.formats[: self.formats.index(current)] if one.name in better]
        rest = [one for one in self.formats if one is not current and one not in first]
        return [*first, current, *rest]

    def _precedes(self, one: LogFormat, other: LogFormat, by_name: Mapping[str, LogFormat]) -> bool:
        return specializes(one, other, by_name) or one.name in self.winners.get(other.name, ())

    def _ordered(self, by_name: Mapping[str, LogFormat]) -> list[LogFormat]:
        """Every format after those that specialize it, and after the winners over it where that can be had as well."""
        ordered: dict[str, LogFormat] = {}

        def place(one: LogFormat, above: tuple[LogFormat, ...]) -> None:
            below = (*above, one)
            for other in self.formats:
                if other.name in ordered or other in below or not self._precedes(other, one, by_name):
                    continue
                if not any(specializes(each, other, by_name) for each in below):
                    place(other, below)
            ordered.setdefault(one.name, one)

        for one in self.formats:
            place(one, ())
        return list(ordered.values())

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
            self._flush()
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
        self.next_sample = (line.offset // SAMPLE_GRID + 1) * SAMPLE_GRID
        return True

    def _understand(self, line: Line, text: str) -> bool:
        for one in self.attempts[self.current]:
            reading = self._try(one, text)
            if reading is not None:
                if self._disputed(one, reading, text):
                    break
                self._begin(line, text, one, reading)
                return True
        if text[0] in " \t" and self.pending is not None:
            self._continue(text)
            return True
        self._flush()
        self.result.unread_lines += 1
        self.result.unread.add(text, Evidence(self.result.log.path, line.number, line.offset, text))
        return False

    def _try(self, one: LogFormat, text: str) -> Reading | None:
        if self.timeouts[one.name] >= MAX_TIMEOUTS:
            return None
        try:
            return one.read(text)
        except TimeoutError:
            self.timeouts[one.name] += 1
            return None

    def _disputed(self, one: LogFormat, reading: Reading, text: str) -> bool:
        if one.name not in self.rivals:
            return False
        others = (self._try(rival, text) for rival in self.rivals[one.name])
        return any(other is not None and _differ(reading, other) for other in others)

    def _begin(self, line: Line, text: str, one: LogFormat, reading: Reading) -> None:
        self._flush()
        self.current = one.name
        self.result.formats[one.name] += 1
        groups = reading.groups
        if "host" in groups:
            self.result.hosts[groups["host"]] += 1
        before = self.result.trail.last
        if reading.stamp is not None:
            self._stamped(Mark(line.number, reading.stamp), _written(line, text, groups))
        pid = _number(groups.get("pid"))
        wanted = self.interest.in_text(text) or self.interest.in_process(groups.get("process"), pid)
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
            pending.wanted = pending.wanted or self.interest.in_text(text)

    def _flush(self) -> None:
        """Close the pending event; keep it if anybody wants it."""
        pending, self.pending = self.pending, None
        if pending is None or not pending.wanted:
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

    def finish(self, cut: str | None) -> None:
        """Close what is open and say what the counts cannot."""
        self._flush()
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
        for name, count in self.timeouts.items():
            if count:
                self.result.warn("format_slow", f"{name} ran out of time on {count} lines")


def _written(line: Line, text: str, groups: Mapping[str, str]) -> Written:
    """What a stamped line writes that bears on time; `Z` is no local time."""
    uptime, stamp = groups.get("uptime"), groups["stamp"]
    local = stamp[-5:-4] in {"+", "-"} or stamp[-6:-5] in {"+", "-"}
    return Written(line.offset, text, None if uptime is None else _seconds(uptime), local)


def _seconds(text: str) -> float | None:
    """Seconds that a line writes, as in `123.456789`."""
    whole, _, fraction = text.partition(".")
    return float(text) if len(text) <= 20 and (whole + fraction).isdecimal() and text.isascii() else None


def _pairs(readers: Mapping[str, Reading]) -> Iterator[tuple[str, str]]:
    names = sorted(readers)
    for index, name in enumerate(names):
        for other in names[index + 1 :]:
            if _differ(readers[name], readers[other]):
                yield name, other


def _differ(one: Reading, other: Reading) -> bool:
    """Whether two readings of one line say different things about when, who and what."""
    return one.stamp != other.stamp or any(
        one.groups.get(key) != other.groups.get(key) for key in ("message", "process", "pid", "host")
    )


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
        pid=_number(groups.get("pid")),
        module=groups.get("module"),
        level=groups.get("level"),
        lines=pending.lines,
    )


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and len(text) <= 10 else None


def status_of(reading: FileReading) -> FileStatus:
    """How far a file was understood, in one word."""
    if reading.lines == reading.skipped["blank"]:
        return "empty"
    if not reading.understood_lines:
        return "not_understood"
    return "understood" if reading.understood * 2 >= reading.sampled else "partly_understood"
