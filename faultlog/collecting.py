"""A bundle's log files found, read and put in order: one pass over its members, each consumed while it streams by."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import field
from itertools import chain

from faultlog import identity
from faultlog.ahead import ahead
from faultlog.before import Leads
from faultlog.bundle import Bundle, Member
from faultlog.copies import Outline
from faultlog.decoding import decode
from faultlog.engine import Interesting
from faultlog.filereading import FileReading
from faultlog.formats import LogFormat
from faultlog.joining import joined
from faultlog.model import LogFile, Role, Warn
from faultlog.overlaps import Found, clipped, without_copies
from faultlog.reading import FULL_BYTES, read
from faultlog.rotation import PROCESSES, role_of, series_of
from faultlog.rulebook import RuleBook
from faultlog.series import Series
from faultlog.values import dataclass

Progress = Callable[[str, int], None]
"""Told the path of the file being read and the bytes read of it since the last call."""

_STATUS = re.compile(rb"(?m)^Status: [A-Z]")
_CONSOLE = re.compile(rb"\s*(?:\{|\[\s*\{)")


@dataclass(slots=True)
class Collected:
    """Everything a bundle's files say, before anything is judged."""

    series: list[Series] = field(default_factory=list)
    copies: list[FileReading] = field(default_factory=list)
    """Files whose bytes all stand in another file that was read: counted once."""
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
    full: float
    jobs: int
    result: Collected = field(default_factory=Collected)
    found: list[Found] = field(default_factory=list)

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
        outline = Outline()
        reading = self.read(log, self._watched(member, outline.take), member)
        self.found.append(Found(reading, member.base, outline))

    def _text(self, member: Member) -> None:
        """A text that a decoder may understand: a snapshot, console events; a log all the same if the user named it."""
        log = LogFile(member.path, "status", member.path, modified=member.modified)
        outline = Outline()
        kept: list[bytes] = []
        chunks = self._watched(member, outline.take)
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
            reading = self.read(log, chain(kept, chunks), member)
        if reading is not None:
            self.found.append(Found(reading, member.base, outline))

    def read(self, log: LogFile, chunks: Iterable[bytes], member: Member, own: range | None = None) -> FileReading:
        leads = Leads.of(self.rules)
        return read(log, chunks, self.formats, Interesting.of(self.rules), lambda: member.cut, leads, own, self.full)

    def _watched(self, member: Member, note: Callable[[bytes], None]) -> Iterator[bytes]:
        for chunk in ahead(member.chunks()) if self.jobs > 1 else member.chunks():
            note(chunk)
            self.progress(member.path, len(chunk))
            yield chunk

    def joined(self, bundle: Bundle) -> Collected:
        """The rotation sets by path, each line counted once."""
        shared = without_copies(self.found, _Again(self, bundle) if bundle.can_be_read_again else None)
        self.result.copies = [copy.inner.reading for copy in shared.copies]
        self.result.series = joined(shared)
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


@dataclass(frozen=True, slots=True)
class _Again:
    """The files of a bundle, looked at a second time."""

    collector: _Collector
    bundle: Bundle

    def chunks(self, paths: Collection[str]) -> Iterator[tuple[str, Iterator[bytes]]]:
        """The bytes of some files, one after the other."""
        for member in self.bundle.members():
            if member.path in paths:
                yield member.path, member.chunks()

    def read(self, found: Sequence[tuple[Found, range]]) -> Iterator[tuple[FileReading, bytes]]:
        """Some files read again, without the lines that are not their own; with the digest of all their bytes."""
        wanted = {one.path: (one, own) for one, own in found}
        for member in self.bundle.members() if wanted else ():
            if member.path not in wanted:
                continue
            one, own = wanted[member.path]
            outline = Outline()
            chunks = _noted(clipped(member.chunks(), one.outline.size), outline)
            yield self.collector.read(one.reading.log, chunks, member, own), outline.digest


def collect(
    bundle: Bundle,
    formats: Sequence[LogFormat],
    rules: RuleBook,
    progress: Progress,
    full: float = FULL_BYTES,
    jobs: int = 1,
) -> Collected:
    """Read every log of a bundle, and what else says who it is from.

    Args:
        bundle: what holds them.
        formats: every format.
        rules: every rule.
        progress: told how far reading is.
        full: bytes of each log that are read in full.
        jobs: with more than one, bytes are unpacked in one thread and read in another, except those of standard
            input: a thread that waits for whoever writes there could not be stopped.
    """
    collector = _Collector(formats, rules, progress, full, jobs if bundle.can_be_read_again else 1)
    for member in bundle.members():
        collector.take(member)
    collected = collector.joined(bundle)
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


def _noted(chunks: Iterable[bytes], outline: Outline) -> Iterator[bytes]:
    for chunk in chunks:
        outline.take(chunk)
        yield chunk


def _kept(chunks: Iterable[bytes], kept: list[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        kept.append(chunk)
        yield chunk
