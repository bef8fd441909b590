"""The lines of `faultlog watch --json`, `faultlog.watch/1`: one object of one shape for each event.

What does not belong to an event is null or empty. Extra keys are refused.
"""

import json
from functools import cache
from typing import TYPE_CHECKING, Final, Literal

from faultlog import model
from faultlog.case import FaultInterval, Finding
from faultlog.report.document import harmless
from faultlog.report.leaves import Instant
from faultlog.report.rows import Evidence, Row
from faultlog.shaping import of_attributes
from faultlog.values import dataclass
from faultlog.watching.advised import Todo
from faultlog.watching.notices import Event, Notice
from faultlog.watching.present import Doubt
from faultlog.watching.stream import path_of
from faultlog.watching.tail import Fate
from faultlog.wording import Wording

if TYPE_CHECKING:
    from pydantic import TypeAdapter

SCHEMA: Final = "faultlog.watch/1"
"""What each line says it is."""


@dataclass(frozen=True, slots=True)
class WatchedInterval(Row):
    """An interval as far as it matters while it goes on; `duration_s` is `[lo, hi]`, `hi` null where unbounded."""

    id: str
    fault_id: int
    known: bool
    severity: model.Severity | None
    raised_at: Instant | None
    cleared_at: Instant | None
    state: model.State
    duration_s: tuple[float, float | None]


@dataclass(frozen=True, slots=True)
class WatchedFinding(Row):
    """The verdict on one promise; `margin_s` positive is early, negative late."""

    id: str
    rule: str
    kind: Literal["clears_within", "clears_after"]
    after: str
    within_s: float
    verdict: model.Verdict
    deadline_at: Instant | None
    margin_s: float | None
    breaches: int
    level: model.Level


@dataclass(frozen=True, slots=True)
class WatchedTodo(Row):
    """What to do about a fault, in the language that was asked for, and the command that tells all of it."""

    fault_id: int
    advice: list[str]
    command: str


@dataclass(frozen=True, slots=True)
class HistoryRead(Row):
    """What was read at the begin: lines, those understood, those far behind that no rule needs and that were not read.

    `cleared` are stays that are over, `unexplained` lines that mention a fault and that no rule explains.
    """

    lines: int
    understood: int
    passed_over: int
    cleared: int
    unexplained: int


@dataclass(frozen=True, slots=True)
class WatchLine(Row):
    """One event: `at` by the log's clock, `seen_at` by this machine's; of a gap, `at` and `until` are its bounds."""

    schema_: Literal["faultlog.watch/1"]
    event: Event
    at: Instant | None
    seen_at: Instant
    fault_id: int | None
    interval: WatchedInterval | None
    findings: list[WatchedFinding]
    todo: list[WatchedTodo]
    until: Instant | None
    by: Literal["line", "clock"] | None
    evidence: Evidence | None
    open: list[WatchedInterval]
    read: HistoryRead | None
    files: list[str]
    fate: Fate | None
    detail: str | None
    doubt: Doubt | None
    apart_s: float | None
    message: str


def watch_line(notice: Notice, wording: Wording, message: str) -> WatchLine:
    """The line of a notice, with its sentence."""
    line = notice.evidence
    by: Literal["line", "clock"] = "line" if notice.silent_since is None else "clock"
    return WatchLine(
        schema_=SCHEMA,
        event=notice.event,
        at=_written(notice.at),
        seen_at=str(notice.seen_at),
        fault_id=notice.fault_id,
        interval=None if notice.interval is None else _interval(notice.interval),
        findings=[_finding(one) for one in notice.findings],
        todo=[_todo(one, wording) for one in notice.todo],
        until=_written(notice.until),
        by=by if notice.event == "breached" else None,
        evidence=None if line is None else Evidence(path_of(line.file), line.line, line.offset, line.text),
        open=[_interval(one) for one in notice.intervals],
        read=of_attributes(HistoryRead, notice) if notice.event == "history" else None,
        files=list(notice.files),
        fate=notice.fate,
        detail=notice.detail or None,
        doubt=notice.doubt,
        apart_s=notice.apart_s,
        message=message,
    )


def written(line: WatchLine) -> str:
    """A line as JSON."""
    row = _adapter().dump_python(line, by_alias=True)  # JSON of pydantic's refuses names that are no text
    return harmless(json.dumps(row, ensure_ascii=False))


def watch_schema() -> dict[str, object]:
    """The JSON Schema of a line."""
    schema = _adapter().json_schema(by_alias=True, mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": SCHEMA, **schema}


@cache
def _adapter() -> "TypeAdapter[WatchLine]":
    """Writes lines; what is only shown needs none."""
    from pydantic import TypeAdapter

    return TypeAdapter(WatchLine)


def command_of(fault_id: int) -> str:
    """The command that shows all that is known of a fault."""
    return f"faultlog rules show {fault_id}"


def advised(one: Todo, wording: Wording) -> list[str]:
    """The advice for a fault as sentences, each with the condition that nobody could check."""
    condition = [None if advice.condition is None else wording.say(advice.condition) for advice in one.advice]
    said = [wording.say(advice.text) for advice in one.advice]
    return [text if other is None else f"{text} [{other}]" for text, other in zip(said, condition, strict=True)]


def _todo(one: Todo, wording: Wording) -> WatchedTodo:
    return WatchedTodo(one.fault_id, advised(one, wording), command_of(one.fault_id))


def _interval(one: FaultInterval) -> WatchedInterval:
    cleared = one.cleared.at if one.cleared.kind == "observed" else None
    return WatchedInterval(
        id=one.id,
        fault_id=one.fault_id,
        known=one.known,
        severity=one.severity,
        raised_at=_written(one.raised.at),
        cleared_at=_written(cleared),
        state=one.state,
        duration_s=one.duration_s,
    )


def _finding(one: Finding) -> WatchedFinding:
    return WatchedFinding(
        id=one.id,
        rule=one.rule,
        kind=one.expectation.kind,
        after=one.expectation.after,
        within_s=one.expectation.within_s,
        verdict=one.verdict,
        deadline_at=_written(one.deadline_at),
        margin_s=one.margin_s,
        breaches=one.breaches,
        level=one.level,
    )


def _written(at: model.Instant | None) -> str | None:
    return None if at is None else str(at)
