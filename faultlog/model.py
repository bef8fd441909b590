"""The nouns of faultlog as frozen values. Durations are seconds, instants are UTC, `[raised, cleared)` is half open.

A **bundle** opens into **log files**, whose lines a **log format** turns into **events**, which the **rules** turn
into *raised* and *cleared* **signals**, which **pairing** joins into **fault intervals**, which **expectations**
judge; with everything unread, unpaired and unobserved they make a **case** that **reports** draw.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Literal, Self

NS = 1_000_000_000
"""Nanoseconds in a second."""

Severity = Literal["Critical", "Major", "Minor"]
"""The vendor's severity words. A severity belongs to a raise, never to a fault id."""

SignalKind = Literal[
    "fault_raised",
    "fault_cleared",
    "connector_started",
    "connector_stopped",
    "boot",
    "scan_service_started",
    "scan_service_exited",
    "definitions_updated",
    "version_changed",
    "suppressed",
    "repeated",
    "status_snapshot",
]
"""What a line can mean. `repeated` and `suppressed` speak about other lines."""

Provenance = Literal["vendor", "seen", "assumed", "learned", "user"]
"""How a wording or a shape is known: vendor's text, verbatim public sample, guess, user's log, user's word."""

Role = Literal["connector", "scan_service", "system", "status", "console"]
"""What a log file is to the host: who writes it, hence what its silence means."""

Reason = Literal[
    "log_starts",
    "log_ends",
    "hole",
    "clock_step",
    "year_unknown",
    "ambiguous_local_time",
    "no_stamp",
    "console_only",
    "restarted",
]
"""Why an end of an interval is not one exact instant."""

Verdict = Literal["met", "breached", "pending", "indeterminate"]
FileStatus = Literal["understood", "partly_understood", "not_understood", "empty", "duplicate"]
Outcome = Literal["helped", "did_not_help", "not_tried", "unknown"]
Presence = Literal["present", "absent", "unknown"]
State = Literal["cleared", "open", "unknown"]
Level = Literal["none", "info", "warning", "critical"]
"""How much a finding asks of the reader; `--fail-on` compares against it. `met` is `none`."""

LEVELS: tuple[Level, ...] = ("none", "info", "warning", "critical")
"""Levels, mildest first."""

_ISO = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z")


@dataclass(frozen=True, slots=True, order=True)
class Instant:
    """A point on the UTC time line, with as many fraction digits as its log wrote.

    >>> str(Instant(1_500_000_000, digits=3))
    '1970-01-01T00:00:01.500Z'
    >>> Instant.of("1970-01-01T00:00:01.500Z").ns
    1500000000
    """

    ns: int
    """Nanoseconds since 1970-01-01T00:00:00Z."""
    digits: int = field(default=0, compare=False)
    """Digits after the second's point, 0 to 9; how it was written, not how well it is known."""

    @classmethod
    def of(cls, text: str) -> Self:
        """The instant that `str` wrote.

        Raises:
            ValueError: the text is not `YYYY-MM-DDTHH:MM:SS[.fraction]Z`.
        """
        found = _ISO.fullmatch(text)
        if found is None:
            raise ValueError(f"not an instant: {text!r}")
        whole = datetime.fromisoformat(found[1] + "+00:00")
        fraction = found[2] or ""
        seconds = int(whole.timestamp())
        return cls(seconds * NS + int(fraction.ljust(9, "0") or 0), len(fraction))

    @classmethod
    def at_second(cls, epoch: int) -> Self:
        """The instant `epoch` whole seconds after 1970."""
        return cls(epoch * NS)

    def moved(self, seconds: float) -> "Instant":
        """This instant `seconds` later (earlier when negative), written as precisely."""
        return Instant(self.ns + round(seconds * NS), self.digits)

    def since(self, other: "Instant") -> float:
        """Seconds from `other` to this instant; negative when this one is earlier."""
        return (self.ns - other.ns) / NS

    def utc(self) -> datetime:
        """The same instant as an aware `datetime`, cut to microseconds."""
        whole, rest = divmod(self.ns, NS)
        return datetime.fromtimestamp(whole, UTC).replace(microsecond=rest // 1000)

    def __str__(self) -> str:
        whole, rest = divmod(self.ns, NS)
        text = datetime.fromtimestamp(whole, UTC).strftime("%Y-%m-%dT%H:%M:%S")
        fraction = f".{rest:09d}"[: self.digits + 1] if self.digits else ""
        return f"{text.rjust(19, '0')}{fraction}Z"


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time as a log line writes it: a civil time, perhaps without year or zone. The clock makes an instant of it."""

    month: int
    day: int
    hour: int
    minute: int
    second: int
    year: int | None = None
    nanosecond: int = 0
    digits: int = 0
    """Fraction digits that were written."""
    offset_s: int | None = None
    """Seconds east of UTC where the line states them; `None` where it does not."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A stamped line of a file."""

    line: int
    """1-based line number."""
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class Moment:
    """When something happened, as well as it is known: in `[earliest, latest]`, both included."""

    earliest: Instant
    latest: Instant
    reason: Reason | None = None
    """Why it is a range; `None` exactly when it is a point."""

    def __post_init__(self) -> None:
        if self.latest < self.earliest:
            raise ValueError("a moment cannot end before it begins")
        if (self.reason is None) != (self.earliest == self.latest):
            raise ValueError("a range needs its reason, a point has none")

    @classmethod
    def exactly(cls, at: Instant) -> Self:
        """A moment known to be this instant."""
        return cls(at, at)

    @classmethod
    def between(cls, earliest: Instant, latest: Instant, reason: Reason) -> Self:
        """A moment no earlier than one instant and no later than another; a point where they are one."""
        return cls(earliest, latest, reason if earliest < latest else None)

    @property
    def at(self) -> Instant | None:
        """The instant where it is exactly known."""
        return self.earliest if self.reason is None else None


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence without its language: a key into the catalogues and what fills its blanks."""

    key: str
    params: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Evidence:
    """One line of one file, so that a person can look it up."""

    file: str
    """Path inside the bundle; nested archives are joined by `!/`."""
    line: int
    """1-based line number."""
    offset: int
    """0-based byte offset of the line's first byte in the (decompressed) file."""
    text: str
    """The line as it stands, undecodable bytes replaced, without its line end."""


@dataclass(frozen=True, slots=True)
class LogFile:
    """A file of the bundle that is read as a log."""

    path: str
    """Path inside the bundle; nested archives are joined by `!/`."""
    role: Role
    series: str
    """The rotation set it belongs to: its path without the rotation suffix."""
    rotation: int = 0
    """0 for the live file, 1 for the copy rotated last, and so on upwards into the past."""
    modified: Instant | None = None
    """The modification time that the archive or file system states, where it is a date at all."""


@dataclass(frozen=True, slots=True)
class Event:
    """A line that a log format understands, with its continuation lines joined."""

    evidence: Evidence
    format: str
    """Name of the log format that read it."""
    message: str
    """The line's own words; continuation lines follow after a line feed."""
    stamp: Stamp | None = None
    """`None` for shapes that carry no time."""
    neighbours: tuple[Mark | None, Mark | None] = (None, None)
    """The nearest stamped line before it in the file and, for a line without stamp of its own, the nearest after it."""
    host: str | None = None
    process: str | None = None
    pid: int | None = None
    module: str | None = None
    level: str | None = None
    lines: int = 1
    """Lines it takes, continuation lines included."""
    fault_ids: tuple[int, ...] = ()
    """What a status snapshot lists."""


@dataclass(frozen=True, slots=True)
class Template:
    """Lines that are alike but for numbers, paths and names: their common shape, how many, and the first of them."""

    template: str
    count: int
    example: Evidence


@dataclass(frozen=True, slots=True)
class Signal:
    """What a line means: a raise, a clear, a start; with the line as evidence."""

    kind: SignalKind
    when: Moment
    evidence: Evidence
    rule: str
    """The rule file that recognised it, e.g. `cisco-secure-endpoint/signals/connector_started`."""
    provenance: Provenance
    fault_id: int | None = None
    severity: Severity | None = None
    details: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """What the wording captured: `path`, `version`, `from`, …"""
    count: int = 1
    """How many such lines it stands for: more than one where a logger folded repetitions."""
    since: Moment | None = None
    """For `suppressed`: the stamped line before, from which on anything may have happened."""
    fault_ids: tuple[int, ...] = ()
    """For `status_snapshot`: the faults it lists."""
    order: int = 0
    """Its place among the host's signals: within one file, file order, also where stamps are equal."""


@dataclass(frozen=True, slots=True)
class Bound:
    """One end of an interval, as well as it is known.

    `observed` at an instant; `not_after` (the raise happened no later than `until`); `not_before` (seen open until
    `at`); `between` (from `at` to `until`).
    """

    kind: Literal["observed", "not_after", "not_before", "between"]
    at: Instant | None = None
    until: Instant | None = None
    reason: Reason | None = None

    _FILLED = MappingProxyType(
        {
            "observed": (True, False, False),
            "not_after": (False, True, True),
            "not_before": (True, False, True),
            "between": (True, True, True),
        }
    )

    def __post_init__(self) -> None:
        filled = (self.at is not None, self.until is not None, self.reason is not None)
        if filled != Bound._FILLED[self.kind]:
            raise ValueError(
                f"a bound of kind {self.kind} cannot have at={self.at} until={self.until} reason={self.reason}"
            )

    @classmethod
    def of(cls, moment: Moment) -> Self:
        """The end that a signal at this moment gives."""
        if moment.reason is None:
            return cls("observed", at=moment.earliest)
        return cls("between", at=moment.earliest, until=moment.latest, reason=moment.reason)

    @property
    def earliest(self) -> Instant | None:
        """The earliest instant it can be; `None` when unbounded."""
        return self.at

    @property
    def latest(self) -> Instant | None:
        """The latest instant it can be; `None` when unbounded."""
        return {"observed": self.at, "not_before": None}.get(self.kind, self.until)


@dataclass(frozen=True, slots=True)
class SeverityAt:
    """A severity that one raise stated."""

    at: Instant | None
    severity: Severity


@dataclass(frozen=True, slots=True)
class FaultInterval:
    """One stay of one fault: `[raised, cleared)`, each end with what is known of it."""

    id: str
    """`f<fault id>-<number on this host, from 1>`."""
    fault_id: int
    known: bool
    """Whether a fault rule of this host's operating system describes the id."""
    title: Text
    raised: Bound
    cleared: Bound
    state: State
    duration_s: tuple[float, float | None]
    """The duration lies in `[lo, hi]` seconds; `None` is unbounded."""
    severities: tuple[SeverityAt, ...] = ()
    duplicate_raises: int = 0
    may_be_several: bool = False
    """A blind hole lies inside: it may have cleared and come back there."""
    raises: tuple[Signal, ...] = ()
    """The raise that opened it and its duplicates."""
    clear: Signal | None = None

    @property
    def severity(self) -> Severity | None:
        """The severity recorded last; `None` if no raise stated one."""
        return self.severities[-1].severity if self.severities else None

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The lines it rests on, in order."""
        closing = () if self.clear is None else (self.clear.evidence,)
        return tuple(signal.evidence for signal in self.raises) + closing


@dataclass(frozen=True, slots=True)
class Coverage:
    """A span of time `[from_, to]` and what of it was observed."""

    from_: Instant
    to: Instant
    kind: Literal["live", "dead", "blind"]
    """`live`: logged; `dead`: connector stopped or host down, both seen, hides nothing; `blind`: may hide anything."""
    reason: str
    file: str | None
    """The log whose lines show it."""

    @property
    def observed(self) -> bool:
        """Whether the absence of a line in this span is evidence."""
        return self.kind != "blind"


@dataclass(frozen=True, slots=True)
class Audit:
    """The conservation laws, counted.

    `raises = intervals with an observed raise + duplicate_raises`; `clears = intervals with an observed clear +
    orphan_clears`.
    """

    raises: int = 0
    clears: int = 0
    intervals: int = 0
    duplicate_raises: int = 0
    orphan_clears: int = 0
    unknown_faults: int = 0
    """Distinct fault ids that no rule of the host's operating system knows."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """A promise that can be broken, as a finding carries it."""

    kind: Literal["clears_within", "clears_after"]
    after: str
    """Name of the anchor: `raised` or a signal kind."""
    within_s: float
    source: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a deadline counts from."""

    signal: str
    at: Instant | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Advice:
    """What a person can do, and for whom it holds."""

    text: Text
    condition: Text | None
    """`None` where it holds for this host for certain; else the condition nobody could check."""
    source: str


@dataclass(frozen=True, slots=True)
class Why:
    """One step of a chain of evidence."""

    text: Text
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict on one expectation and one interval."""

    id: str
    rule: str
    fault_id: int
    interval: str
    expectation: Expectation
    verdict: Verdict
    headline: Text
    level: Level
    deadline_at: Instant | None = None
    margin_s: float | None = None
    """Seconds to spare; negative is late, so far when still open."""
    breaches: int = 0
    anchor: Anchor | None = None
    advice: tuple[Advice, ...] = ()
    why: tuple[Why, ...] = ()


@dataclass(frozen=True, slots=True)
class Remedy:
    """What became of something the vendor says may clear a fault."""

    id: str
    fault_id: int
    interval: str
    event: str
    outcome: Outcome
    at: Instant | None = None
    advice: tuple[Advice, ...] = ()


@dataclass(frozen=True, slots=True)
class Pattern:
    """Whether a fault shows a pattern over its raises."""

    id: str
    fault_id: int
    pattern: str
    outcome: Presence
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What `ampcli status` said when somebody asked."""

    at: Instant | None
    fault_ids: tuple[int, ...]
    file: str
    agrees: bool | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """Something about the host that changed."""

    at: Instant | None
    what: str
    from_: str | None
    to: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class FileReport:
    """What was read of one log file.

    `lines = examined + passed_over`; `examined = events + continuations + unread + duplicates + skipped`.
    """

    path: str
    format: str | None
    """Names of the formats that understood it, joined by `+`; `None` when none did."""
    status: FileStatus
    bytes: int
    lines: int
    examined: int
    events: int
    continuations: int
    unread: int
    passed_over: int = 0
    duplicates: int = 0
    skipped: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    sampled: int = 0
    understood: int = 0
    first_at: Instant | None = None
    last_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class Warn:
    """Something went wrong and something is left to report."""

    code: str
    file: str | None
    detail: str


@dataclass(frozen=True, slots=True)
class TimeZone:
    """Which zone the unmarked stamps of this host are read in, and who says so."""

    name: str
    source: Literal["lines", "bundle", "option", "assumed"]


@dataclass(frozen=True, slots=True)
class Host:
    """Who this is; `None` where nothing in the bundle says."""

    name: str | None
    guid: str | None
    os: Literal["macos", "linux"] | None
    os_version: str | None
    connector_version: str | None
    time_zone: TimeZone


@dataclass(frozen=True, slots=True)
class BundleReport:
    """What was opened."""

    name: str
    sha256: str
    kind: str
    taken_at: Instant | None


@dataclass(frozen=True, slots=True)
class Tool:
    """Which program and which knowledge answered."""

    version: str
    rules_sha256: str
    parsers_sha256: str


@dataclass(frozen=True, slots=True)
class Case:
    """Everything faultlog says about one host from one bundle. `report.document` writes it as `faultlog.case/1`."""

    tool: Tool
    bundle: BundleReport
    host: Host
    files: tuple[FileReport, ...]
    coverage: tuple[Coverage, ...]
    intervals: tuple[FaultInterval, ...]
    findings: tuple[Finding, ...]
    remedies: tuple[Remedy, ...]
    patterns: tuple[Pattern, ...]
    signals: tuple[Signal, ...]
    snapshots: tuple[Snapshot, ...]
    changes: tuple[Change, ...]
    audit: Audit
    unexplained: tuple[Template, ...]
    unread: tuple[Template, ...]
    assumptions: tuple[Text, ...]
    warnings: tuple[Warn, ...]
    advice: Mapping[int, tuple[Advice, ...]]
    """What to do about each fault that was raised, by fault id, chosen for this host."""

    @property
    def answerable(self) -> bool:
        """Whether any line of any log was understood."""
        return any(file.events for file in self.files)
