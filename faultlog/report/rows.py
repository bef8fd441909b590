"""The rows of the case document: one class per kind of object in it, extra keys refused.

`document` puts them together; every renderer draws from them.
"""

from collections.abc import Mapping
from typing import ClassVar, Literal

from faultlog import case, model
from faultlog.limits import Strict
from faultlog.report.leaves import Instant, Params
from faultlog.values import dataclass


def _named(field: str) -> str:
    """The key of a field: `from_` stands for `from`, which Python keeps for itself."""
    return field.rstrip("_")


class Row(Strict):
    """What every object of the document has in common, for whoever reads it back: all its keys are known."""

    __slots__ = ()
    __pydantic_config__: ClassVar[dict[str, object]] = {
        **Strict.__pydantic_config__,
        "alias_generator": _named,
        "allow_inf_nan": False,
    }


@dataclass(frozen=True, slots=True)
class Text(Row):
    """A sentence without its language."""

    key: str
    params: Params


@dataclass(frozen=True, slots=True)
class Tool(Row):
    """Which program and which knowledge answered."""

    version: str
    rules_sha256: str
    parsers_sha256: str


@dataclass(frozen=True, slots=True)
class BundleReport(Row):
    """What was opened."""

    name: str
    sha256: str | None
    kind: str
    taken_at: Instant | None


@dataclass(frozen=True, slots=True)
class TimeZone(Row):
    """Which zone unmarked stamps are read in, and who says so."""

    name: str
    source: Literal["lines", "bundle", "option", "assumed"]


@dataclass(frozen=True, slots=True)
class Host(Row):
    """Who this is; null where nothing says."""

    name: str | None
    guid: str | None
    os: Literal["macos", "linux"] | None
    os_version: str | None
    connector_version: str | None
    time_zone: TimeZone


@dataclass(frozen=True, slots=True)
class File(Row):
    """What was read of one file.

    `lines = examined + passed_over`; `examined = events + continuations + unread + duplicates + skipped`.
    """

    path: str
    format: str | None
    status: model.FileStatus
    bytes: int
    lines: int
    examined: int
    passed_over: int
    events: int
    continuations: int
    unread: int
    duplicates: int
    skipped: Mapping[str, int]
    sampled: int
    understood: int
    first_at: Instant | None
    last_at: Instant | None


@dataclass(frozen=True, slots=True)
class ActiveMinute(Row):
    """How much the logs of one kind wrote in a minute, where every line was read."""

    at: Instant
    log: model.Role
    lines: int
    warnings: int
    errors: int


@dataclass(frozen=True, slots=True)
class Voice(Row):
    """How many lines of the logs of one kind one module of a process wrote at one level."""

    log: model.Role
    process: str | None
    module: str | None
    level: str | None
    lines: int


@dataclass(frozen=True, slots=True)
class Span(Row):
    """A span of time and what of it was observed."""

    from_: Instant
    to: Instant
    observed: bool
    kind: Literal["live", "dead", "blind"]
    reason: str
    file: str | None


@dataclass(frozen=True, slots=True)
class ClockStep(Row):
    """A jump of the host's clock."""

    file: str
    line: int
    before: Instant
    after: Instant


@dataclass(frozen=True, slots=True)
class Evidence(Row):
    """One line of one file: `line` from 1, `offset` in bytes from 0."""

    file: str
    line: int
    offset: int
    text: str


@dataclass(frozen=True, slots=True)
class SeverityAt(Row):
    """A severity that one raise stated."""

    at: Instant | None
    severity: model.Severity


@dataclass(frozen=True, slots=True)
class Raised(Row):
    """The begin of an interval."""

    kind: Literal["observed", "not_after", "between"]
    at: Instant | None
    until: Instant | None
    reason: model.Reason | None


@dataclass(frozen=True, slots=True)
class Cleared(Row):
    """The end of an interval."""

    kind: Literal["observed", "not_before", "between"]
    at: Instant | None
    until: Instant | None
    reason: model.Reason | None


@dataclass(frozen=True, slots=True)
class Interval(Row):
    """One stay of one fault, `[raised, cleared)`; `duration_s` is `[lo, hi]` seconds, `hi` null where unbounded."""

    id: str
    fault_id: int
    known: bool
    title: Text
    severity: model.Severity | None
    severities: list[SeverityAt]
    raised: Raised
    cleared: Cleared
    state: model.State
    duration_s: tuple[float, float | None]
    duplicate_raises: int
    may_be_several: bool
    evidence: list[Evidence]


@dataclass(frozen=True, slots=True)
class Expectation(Row):
    """A promise that can be broken."""

    kind: Literal["clears_within", "clears_after"]
    after: str
    within_s: float
    source: str


@dataclass(frozen=True, slots=True)
class Anchor(Row):
    """What a deadline counts from."""

    signal: str
    at: Instant | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Advice(Row):
    """What a person can do; `condition` is null where it holds for this host for certain."""

    text: Text
    condition: Text | None
    source: str


@dataclass(frozen=True, slots=True)
class FaultAdvice(Row):
    """What to do about one fault that was raised."""

    fault_id: int
    advice: list[Advice]


@dataclass(frozen=True, slots=True)
class Why(Row):
    """One step of a chain of evidence."""

    text: Text
    evidence: Evidence | None


@dataclass(frozen=True, slots=True)
class Finding(Row):
    """The verdict on one expectation and one interval; `margin_s` positive is early, negative late."""

    id: str
    rule: str
    fault_id: int
    interval: str
    expectation: Expectation
    verdict: model.Verdict
    deadline_at: Instant | None
    margin_s: float | None
    breaches: int
    anchor: Anchor | None
    headline: Text
    advice: list[Advice]
    why: list[Why]
    level: model.Level


@dataclass(frozen=True, slots=True)
class Remedy(Row):
    """What became of something that may clear a fault; where that is unknown, what is missing."""

    id: str
    fault_id: int
    interval: str
    event: str
    outcome: model.Outcome
    at: Instant | None
    advice: list[Advice]
    missing: Text | None


@dataclass(frozen=True, slots=True)
class Pattern(Row):
    """Whether a fault shows a pattern; where that is unknown, what is missing."""

    id: str
    fault_id: int
    pattern: str
    outcome: model.Presence
    evidence: list[Evidence]
    missing: Text | None


@dataclass(frozen=True, slots=True)
class Signal(Row):
    """What a line means."""

    kind: model.SignalKind
    at: Instant | None
    fault_id: int | None
    severity: model.Severity | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Snapshot(Row):
    """What `ampcli status` said; `severities` are those of `fault_ids`, in their order."""

    at: Instant | None
    fault_ids: list[int]
    file: str
    agrees: bool | None
    severities: list[model.Severity | None]


@dataclass(frozen=True, slots=True)
class Contradiction(Row):
    """Two sources of one host say different things of a fault; `at` is null where nobody knows when."""

    id: str
    kind: case.ContradictionKind
    fault_id: int
    interval: str | None
    at: Instant | None
    headline: Text
    level: model.Level
    evidence: list[Evidence]


@dataclass(frozen=True, slots=True)
class ConsoleClock(Row):
    """How far the console's clock is ahead of the host's; `spread_s` is what no pair deviates by more."""

    ahead_s: float
    spread_s: float
    pairs: int
    hint: Text | None


@dataclass(frozen=True, slots=True)
class Change(Row):
    """Something about the host that changed."""

    at: Instant | None
    what: str
    from_: str | None
    to: str | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Preceding(Row):
    """A template that stood before the raises of an interval more often than in quiet time; preceded, not caused."""

    interval: str
    template: str
    count: int
    expected: float
    lift: float
    p: float


@dataclass(frozen=True, slots=True)
class Examined(Row):
    """What was looked at before the raises of an interval; `missing` says why nothing was compared."""

    interval: str
    raises: int
    lines: int
    sampled: int
    missing: Text | None


@dataclass(frozen=True, slots=True)
class Offender(Row):
    """A file that was being scanned when the scan service exited; null where no line names it."""

    fault_id: int
    path: str | None
    count: int


@dataclass(frozen=True, slots=True)
class Audit(Row):
    """The conservation laws, counted."""

    raises: int
    clears: int
    intervals: int
    duplicate_raises: int
    orphan_clears: int
    seen_twice: int
    unknown_faults: int


@dataclass(frozen=True, slots=True)
class Unexplained(Row):
    """Lines that name a fault and that no rule explains."""

    template: str
    count: int
    example: Evidence


@dataclass(frozen=True, slots=True)
class Example(Row):
    """A line that shows a template."""

    file: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Unread(Row):
    """Lines that no format understands."""

    template: str
    count: int
    example: Example


@dataclass(frozen=True, slots=True)
class Warn(Row):
    """Something went wrong and something is left to report."""

    code: str
    file: str | None
    detail: str
