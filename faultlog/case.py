"""What a case holds: intervals with bounds, verdicts with their evidence, and everything left over; as frozen values.

Durations are seconds, instants are UTC, `[raised, cleared)` is half open.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Literal, Self

from faultlog.filereport import ActiveMinute, FileReport, Voice
from faultlog.model import (
    Evidence,
    Instant,
    Level,
    Moment,
    Outcome,
    Presence,
    Reason,
    Severity,
    Signal,
    State,
    Template,
    Text,
    TimeZone,
    Verdict,
    Warn,
)
from faultlog.values import dataclass


@dataclass(frozen=True, slots=True)
class Bound:
    """One end of an interval, as well as it is known.

    `observed` at an instant, as its line writes it, with the reason `clock_step` where the clock was set between the
    ends; `not_after` (the raise happened no later than `until`); `not_before` (seen open until
    `at`); `between` (from `at` to `until`).
    """

    kind: Literal["observed", "not_after", "not_before", "between"]
    at: Instant | None = None
    until: Instant | None = None
    reason: Reason | None = None

    _FILLED: ClassVar = MappingProxyType(
        {
            "observed": (True, False, False),
            "not_after": (False, True, True),
            "not_before": (True, False, True),
            "between": (True, True, True),
        }
    )

    def __post_init__(self) -> None:
        reason = self.reason is not None and (self.kind != "observed" or self.reason != "clock_step")
        filled = (self.at is not None, self.until is not None, reason)
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
    def is_over(self) -> bool:
        """Whether it cleared: its clear was seen, or `ampcli status` did not list it any more."""
        return self.clear is not None or (self.cleared.kind == "between" and self.cleared.reason == "snapshot")

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The lines it rests on, in order."""
        signals = self.raises if self.clear is None else (*self.raises, self.clear)
        return tuple(line for signal in signals for line in (signal.evidence, *signal.also))


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
    seen_twice: int = 0
    """Raises and clears that a log and the console both tell of: one each, counted once above."""
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
    missing: Text | None = None
    """What would be needed to tell, where the outcome is unknown."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Whether a fault shows a pattern over its raises."""

    id: str
    fault_id: int
    pattern: str
    outcome: Presence
    evidence: tuple[Evidence, ...] = ()
    missing: Text | None = None
    """What would be needed to tell, where it is unknown."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What `ampcli status` said when somebody asked."""

    at: Instant | None
    """When that was, by the file's modification time; `None` where that cannot be it."""
    fault_ids: tuple[int, ...]
    file: str
    agrees: bool | None = None
    """Whether it lists what the logs show; `None` where they do not reach, or nobody knows when it was taken."""
    severities: tuple[Severity | None, ...] = ()
    """What it says of each of those faults, in their order."""


ContradictionKind = Literal["listed", "listed_again", "not_listed", "other_severity", "console_raise", "console_clear"]
"""How two sources differ: `ampcli status` lists a fault that no line raises, or that has cleared; does not list one
that is open; states another severity. The console tells of a raise or clear that the log should show and does not."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two sources of one host say different things of a fault."""

    id: str
    kind: ContradictionKind
    fault_id: int
    interval: str | None
    """The stay of the fault that it is about, where there is one."""
    at: Instant | None
    """When the other source saw it, on the host's clock; `None` where nobody knows."""
    headline: Text
    level: Level
    evidence: tuple[Evidence, ...] = ()
    """The line of the other source, then the log's last line about the fault."""


@dataclass(frozen=True, slots=True)
class ConsoleClock:
    """How far the console's clock is ahead of the host's, from the events that both tell of."""

    ahead_s: float
    """Median; negative: behind."""
    spread_s: float
    """No pair deviates by more."""
    pairs: int
    hint: Text | None = None
    """What a difference of hours or years suggests."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something about the host that changed."""

    at: Instant | None
    what: str
    """`connector_version`, `kernel`, `policy` or `definitions`."""
    from_: str | None
    to: str | None
    """`None` where the line says that it changed, not what to."""
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Preceding:
    """Lines of one template stood before the raises of an interval, more often than in quiet time."""

    interval: str
    template: str
    count: int
    expected: float
    """Lines that would stand there were it as frequent as in quiet time; never 0."""
    lift: float
    """`count / expected`."""
    p: float
    """How likely it is, by chance alone, that any template stands out as much."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What was looked at to say what preceded the raises of an interval."""

    interval: str
    raises: int
    """Raises whose lines before were looked at."""
    lines: int
    """Lines before them that were counted."""
    sampled: int
    """Lines of quiet time that they were compared with."""
    missing: Text | None
    """Why nothing was compared; `None` where it was."""


@dataclass(frozen=True, slots=True)
class Offender:
    """A file that was being scanned when the scan service exited."""

    fault_id: int
    path: str | None
    """`None` where no line names the file."""
    count: int
    """Exits that it was being scanned at."""


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
    sha256: str | None
    """`None` where nobody asked for it."""
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
    activity: tuple[ActiveMinute, ...]
    voices: tuple[Voice, ...]
    """Minutes in which anything was written, in time order; empty unless every line was read."""
    intervals: tuple[FaultInterval, ...]
    findings: tuple[Finding, ...]
    remedies: tuple[Remedy, ...]
    patterns: tuple[Pattern, ...]
    signals: tuple[Signal, ...]
    snapshots: tuple[Snapshot, ...]
    contradictions: tuple[Contradiction, ...]
    console_clock: ConsoleClock | None
    """`None` where no event is told by both."""
    changes: tuple[Change, ...]
    preceding: tuple[Preceding, ...]
    examined: tuple[Examined, ...]
    offenders: tuple[Offender, ...]
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
