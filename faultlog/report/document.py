"""The case document `faultlog.case/1`: a case as JSON, without language; extra keys refused, same case same bytes.

Texts are `{key, params}`; `wording` makes sentences of them. In `params`, names that end in `_at` (and `at`) are
instants, names that end in `_s` are seconds. Every renderer draws from this document, so a saved one can be drawn
again.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Final, Literal, TypeVar

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from faultlog import model
from faultlog.case import Case
from faultlog.errors import UsageError

SCHEMA: Final = "faultlog.case/1"
"""Name and version of the document."""


def _written(value: object) -> object:
    return str(value) if isinstance(value, model.Instant) else value


Instant = Annotated[
    str,
    BeforeValidator(_written),
    Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$", examples=["2026-03-03T12:30:00Z"]),
]
"""ISO 8601 in UTC, with as many fraction digits as the log wrote."""

Params = Mapping[str, str | int | float]

P = TypeVar("P", bound="_Part")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, from_attributes=True, populate_by_name=True)


class Text(_Part):
    """A sentence without its language."""

    key: str
    params: Params


class Tool(_Part):
    """Which program and which knowledge answered."""

    version: str
    rules_sha256: str
    parsers_sha256: str


class BundleReport(_Part):
    """What was opened."""

    name: str
    sha256: str
    kind: str
    taken_at: Instant | None


class TimeZone(_Part):
    """Which zone unmarked stamps are read in, and who says so."""

    name: str
    source: Literal["lines", "bundle", "option", "assumed"]


class Host(_Part):
    """Who this is; null where nothing says."""

    name: str | None
    guid: str | None
    os: Literal["macos", "linux"] | None
    os_version: str | None
    connector_version: str | None
    time_zone: TimeZone


class File(_Part):
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


class Span(_Part):
    """A span of time and what of it was observed."""

    from_: Annotated[Instant, Field(alias="from", validation_alias=AliasChoices("from", "from_"))]
    to: Instant
    observed: bool
    kind: Literal["live", "dead", "blind"]
    reason: str
    file: str | None


class ClockStep(_Part):
    """A jump of the host's clock."""

    file: str
    line: int
    before: Instant
    after: Instant


class Evidence(_Part):
    """One line of one file: `line` from 1, `offset` in bytes from 0."""

    file: str
    line: int
    offset: int
    text: str


class SeverityAt(_Part):
    """A severity that one raise stated."""

    at: Instant | None
    severity: model.Severity


class Raised(_Part):
    """The begin of an interval."""

    kind: Literal["observed", "not_after", "between"]
    at: Instant | None
    until: Instant | None
    reason: model.Reason | None


class Cleared(_Part):
    """The end of an interval."""

    kind: Literal["observed", "not_before", "between"]
    at: Instant | None
    until: Instant | None
    reason: model.Reason | None


class Interval(_Part):
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


class Expectation(_Part):
    """A promise that can be broken."""

    kind: Literal["clears_within", "clears_after"]
    after: str
    within_s: float
    source: str


class Anchor(_Part):
    """What a deadline counts from."""

    signal: str
    at: Instant | None
    evidence: Evidence


class Advice(_Part):
    """What a person can do; `condition` is null where it holds for this host for certain."""

    text: Text
    condition: Text | None
    source: str


class FaultAdvice(_Part):
    """What to do about one fault that was raised."""

    fault_id: int
    advice: list[Advice]


class Why(_Part):
    """One step of a chain of evidence."""

    text: Text
    evidence: Evidence | None


class Finding(_Part):
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


class Remedy(_Part):
    """What became of something that may clear a fault."""

    id: str
    fault_id: int
    interval: str
    event: str
    outcome: model.Outcome
    at: Instant | None
    advice: list[Advice]


class Pattern(_Part):
    """Whether a fault shows a pattern."""

    id: str
    fault_id: int
    pattern: str
    outcome: model.Presence
    evidence: list[Evidence]


class Signal(_Part):
    """What a line means."""

    kind: model.SignalKind
    at: Instant | None
    fault_id: int | None
    severity: model.Severity | None
    evidence: Evidence


class Snapshot(_Part):
    """What `ampcli status` said."""

    at: Instant | None
    fault_ids: list[int]
    file: str
    agrees: bool | None


class Change(_Part):
    """Something about the host that changed."""

    at: Instant | None
    what: str
    from_: Annotated[str | None, Field(alias="from", validation_alias=AliasChoices("from", "from_"))]
    to: str
    evidence: Evidence


class Preceding(_Part):
    """A template that stood before a raise more often than elsewhere."""

    interval: str
    template: str
    count: int
    expected: float
    lift: float
    p: float


class Offender(_Part):
    """A file that was being scanned when the scan service ended."""

    fault_id: int
    path: str
    count: int


class Audit(_Part):
    """The conservation laws, counted."""

    raises: int
    clears: int
    intervals: int
    duplicate_raises: int
    orphan_clears: int
    unknown_faults: int


class Unexplained(_Part):
    """Lines that name a fault and that no rule explains."""

    template: str
    count: int
    example: Evidence


class Example(_Part):
    """A line that shows a template."""

    file: str
    line: int
    text: str


class Unread(_Part):
    """Lines that no format understands."""

    template: str
    count: int
    example: Example


class Warn(_Part):
    """Something went wrong and something is left to report."""

    code: str
    file: str | None
    detail: str


class CaseDocument(_Part):
    """Everything faultlog says about one host from one bundle."""

    schema_: Annotated[
        Literal["faultlog.case/1"], Field(alias="schema", validation_alias=AliasChoices("schema", "schema_"))
    ] = SCHEMA
    tool: Tool
    bundle: BundleReport
    host: Host
    files: list[File]
    coverage: list[Span]
    clock_steps: list[ClockStep]
    intervals: list[Interval]
    findings: list[Finding]
    remedies: list[Remedy]
    patterns: list[Pattern]
    advice: list[FaultAdvice]
    signals: list[Signal]
    snapshots: list[Snapshot]
    changes: list[Change]
    preceding: list[Preceding]
    offenders: list[Offender]
    audit: Audit
    unexplained: list[Unexplained]
    unread: list[Unread]
    assumptions: list[Text]
    warnings: list[Warn]


def document(case: Case) -> CaseDocument:
    """The document of a case."""
    return CaseDocument.model_construct(
        schema_=SCHEMA,
        tool=_part(Tool, case.tool),
        bundle=_part(BundleReport, case.bundle),
        host=_part(Host, case.host),
        files=_parts(File, case.files),
        coverage=_parts(Span, case.coverage),
        clock_steps=[_step(one) for one in case.signals if one.kind == "clock_stepped" and one.since is not None],
        intervals=_parts(Interval, case.intervals),
        findings=_parts(Finding, case.findings),
        remedies=_parts(Remedy, case.remedies),
        patterns=_parts(Pattern, case.patterns),
        advice=[
            FaultAdvice(fault_id=fault, advice=_parts(Advice, advice)) for fault, advice in sorted(case.advice.items())
        ],
        signals=list(map(_signal, case.signals)),
        snapshots=_parts(Snapshot, case.snapshots),
        changes=_parts(Change, case.changes),
        preceding=[],
        offenders=[],
        audit=_part(Audit, case.audit),
        unexplained=_parts(Unexplained, case.unexplained),
        unread=_parts(Unread, case.unread),
        assumptions=_parts(Text, case.assumptions),
        warnings=_parts(Warn, case.warnings),
    )


def _part(kind: type[P], value: object) -> P:
    return kind.model_validate(value)


def _parts(kind: type[P], values: Iterable[object]) -> list[P]:
    return [kind.model_validate(value) for value in values]


def _step(one: model.Signal) -> ClockStep:
    before = str((one.since or one.when).earliest)
    return ClockStep(file=one.evidence.file, line=one.evidence.line, before=before, after=str(one.when.earliest))


def _signal(one: model.Signal) -> Signal:
    at, evidence = None if one.when.at is None else str(one.when.at), _part(Evidence, one.evidence)
    return Signal(kind=one.kind, at=at, fault_id=one.fault_id, severity=one.severity, evidence=evidence)


def to_json(case: Case | CaseDocument) -> str:
    """The document as JSON: UTF-8 text, keys in the documented order, indented by two, one line feed at the end."""
    wanted = case if isinstance(case, CaseDocument) else document(case)
    return wanted.model_dump_json(by_alias=True, indent=2) + "\n"


def from_json(text: str) -> CaseDocument:
    """Read a document back.

    Raises:
        UsageError: it is none, or of another version.
    """
    try:
        return CaseDocument.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UsageError(f"this is no {SCHEMA} document: {place or 'the whole text'}: {first['msg']}") from None


def json_schema() -> dict[str, object]:
    """The JSON Schema of the document."""
    schema = TypeAdapter(CaseDocument).json_schema(by_alias=True, mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": SCHEMA, **schema}
