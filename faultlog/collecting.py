"""A bundle's log files found, read and put in order: one pass over its members, each consumed while it streams by."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from faultlog import identity
from faultlog.before import Leads
from faultlog.bundle import Bundle, Member
from faultlog.engine import Heard, Interesting
from faultlog.formats import LogFormat
from faultlog.model import Event, LogFile, Role, Warn
from faultlog.reading import FileReading, decode, read
from faultlog.rotation import PROCESSES, in_order, role_of, series_of
from faultlog.rulebook import RuleBook
from faultlog.trails import Trail

Progress = Callable[[str, int], None]
"""Told the path of the file being read and the bytes read of it since the last call."""

_STATUS = re.compile(rb"(?m)^Status: [A-Z]")
_CONSOLE = re.compile(rb"\s*(?:\{|\[\s*\{)")


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
        lengths = {reading.log.path: reading.lines for reading in self.readings}
        unterminated = frozenset(reading.log.path for reading in self.readings if reading.unterminated)
        return Heard(PROCESSES.get(self.role), self.events, lengths, unterminated)


@dataclass(slots=True)
class Collected:
    """Everything a bundle's files say, before anything is judged."""

    series: list[Series] = field(default_factory=list)
    copies: list[FileReading] = field(default_factory=list)
    """Files whose bytes equal those of a file that was read: counted, not read twice."""
    clues: identity.Clues = field(default_factory=identity.Clues)
    warnings: list[Warn] = field(default_factory=list)
    assumed_formats: frozenset[str] = frozenset()
    """Names of the formats that no public sample confirms."""

    @property
    def readings(self) -> list[FileReading]:
        """Every file that was read, rotation set by rotation set, oldest first."""
        return [reading for series in self.series for reading in series.readings]

    @property
    def hosts(self) -> Counter[str]:
        """Host names by the number of lines that carry them; of the connector's own logs where there are any."""
        own = _named([one for one in self.series if one.role in PROCESSES])
        return own or _named(self.series)


@dataclass(slots=True)
class _Collector:
    formats: Sequence[LogFormat]
    rules: RuleBook
    progress: Progress
    result: Collected = field(default_factory=Collected)
    seen: dict[str, str] = field(default_factory=dict)
    """Path of the first file with some content, by its SHA-256."""
    found: dict[str, list[tuple[FileReading, str]]] = field(default_factory=dict)

    def take(self, member: Member) -> None:
        if identity.is_clue(member.base):
            self.result.clues.path(member.path)
            self.result.clues.file(member.path, member.base, _beginning(member))
            return
        role = role_of(member.base)
        if role is not None and not _CONSOLE.match(member.head()):
            self._log(member, role)
        elif _may_decode(member):
            self._text(member)
        elif member.given:
            self._log(member, "connector")

    def _log(self, member: Member, role: Role) -> None:
        self.result.clues.path(member.path)
        log = LogFile(member.path, role, series_of(member.path, member.base), modified=member.modified)
        digest = hashlib.sha256()
        reading = self._read(log, self._watched(member, digest.update), member)
        self._keep(member, reading, digest.hexdigest())

    def _text(self, member: Member) -> None:
        """A text that a decoder may understand: a snapshot, console events; a log all the same if the user named it."""
        log = LogFile(member.path, "status", member.path, modified=member.modified)
        digest = hashlib.sha256()
        kept: list[bytes] = []
        chunks = self._watched(member, digest.update)
        reading = decode(log, _kept(chunks, kept), self.formats)
        if reading is not None:
            role: Role = "console" if "console-events" in reading.formats else "status"
            reading.log = LogFile(log.path, role, log.series, modified=log.modified)
            for event in reading.events:
                self.result.clues.note("guid by console", event.guid)
        elif member.given or role_of(member.base):
            log = LogFile(
                member.path,
                role_of(member.base) or "connector",
                series_of(member.path, member.base),
                modified=log.modified,
            )
            reading = self._read(log, chain(kept, chunks), member)
        if reading is not None:
            self._keep(member, reading, digest.hexdigest())

    def _read(self, log: LogFile, chunks: Iterable[bytes], member: Member) -> FileReading:
        return read(log, chunks, self.formats, Interesting.of(self.rules), lambda: member.cut, Leads.of(self.rules))

    def _keep(self, member: Member, reading: FileReading, digest: str) -> None:
        if reading.lines and digest in self.seen:
            reading.warn("same_content", f"holds the same bytes as {self.seen[digest]}; counted once")
            self.result.copies.append(reading)
            return
        self.seen[digest] = member.path
        self.found.setdefault(reading.log.series, []).append((reading, member.base))

    def _watched(self, member: Member, update: Callable[[bytes], None]) -> Iterator[bytes]:
        for chunk in member.chunks():
            update(chunk)
            self.progress(member.path, len(chunk))
            yield chunk

    def ordered(self) -> Collected:
        """The rotation sets by path, each oldest file first."""
        for key in sorted(self.found):
            by_path = {reading.log.path: reading for reading, _ in self.found[key]}
            files = in_order((reading.log, base) for reading, base in self.found[key])
            for file in files:
                by_path[file.path].log = file
            self.result.series.append(Series(files[0].role, [by_path[file.path] for file in files]))
        for reading in self.result.readings:
            for event in reading.events:
                self.result.clues.message(event.message)
            if any(name.startswith("macos-unified") for name in reading.formats):
                self.result.clues.note("os by kernel", "macos")
        self.result.warnings += self.result.clues.warnings
        self.result.warnings += [
            warning for one in (*self.result.readings, *self.result.copies) for warning in one.warnings
        ]
        return self.result


def collect(bundle: Bundle, formats: Sequence[LogFormat], rules: RuleBook, progress: Progress) -> Collected:
    """Read every log of a bundle, and what else says who it is from."""
    collector = _Collector(formats, rules, progress)
    for member in bundle.members():
        collector.take(member)
    collected = collector.ordered()
    collected.assumed_formats = frozenset(one.name for one in formats if one.provenance == "assumed")
    collected.warnings[:0] = bundle.warnings
    return collected


def _named(series: Iterable[Series]) -> Counter[str]:
    """Hosts that lines name, by number of lines; `localhost` names nobody."""
    counts = sum((reading.hosts for one in series for reading in one.readings), Counter[str]())
    del counts["localhost"]
    return counts


def _may_decode(member: Member) -> bool:
    head = member.head()
    if _CONSOLE.match(head):
        return (
            member.given
            or member.base.lower().endswith((".json", ".jsonl", ".ndjson"))
            or role_of(member.base) is not None
        )
    return _STATUS.search(head) is not None


def _beginning(member: Member) -> bytes:
    content = b""
    for chunk in member.chunks():
        content += chunk
        if len(content) >= identity.MAX_BYTES:
            break
    return content[: identity.MAX_BYTES]


def _kept(chunks: Iterable[bytes], kept: list[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        kept.append(chunk)
        yield chunk
