"""The tables of the lake: their columns, and the rows that a case document gives.

Every table has `case` and `host`. Instants are UTC, cut to the microsecond; seconds are numbers whose column says `_s`.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, Literal

from faultlog.comparison import of_fault_logs
from faultlog.fleet.spans import length, united
from faultlog.model import Instant
from faultlog.report.document import CaseDocument
from faultlog.report.rows import Span
from faultlog.values import dataclass

if TYPE_CHECKING:
    import pyarrow as pa  # type: ignore[import-untyped]

Type = Literal["text", "texts", "integer", "integers", "number", "instant", "flag"]
Cells = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """One table: the type of each column, in order, and its rows in a case."""

    name: str
    columns: Mapping[str, Type]
    rows: Callable[[CaseDocument], list[Cells]]


def host_of(doc: CaseDocument) -> str | None:
    """What bundles of one host share: the connector's GUID, else the host's name; `None` where none is told."""
    if doc.host.guid is not None:
        return f"guid:{doc.host.guid.lower()}"
    return None if doc.host.name is None else f"name:{doc.host.name}"


def _hosts(doc: CaseDocument) -> list[Cells]:
    of_faults = _of_faults(doc)
    ends = sorted(at for file in doc.files for at in (file.first_at, file.last_at) if at is not None)
    return [
        {
            "name": doc.host.name,
            "guid": doc.host.guid,
            "os": doc.host.os,
            "os_version": doc.host.os_version,
            "connector_version": doc.host.connector_version,
            "time_zone": doc.host.time_zone.name,
            "time_zone_source": doc.host.time_zone.source,
            "first_at": min(ends, key=_order, default=None),
            "last_at": max(ends, key=_order, default=None),
            "observed_s": _seconds(one for one in of_faults if one.observed),
            "blind_s": _seconds(one for one in of_faults if one.kind == "blind"),
            "lines": sum(one.lines for one in doc.files),
            "events": sum(one.events for one in doc.files),
            "unread": sum(one.unread for one in doc.files),
            "warnings": sorted({one.code for one in doc.warnings}),
            "assumptions": sorted({one.key for one in doc.assumptions}),
            "contradictions": len(doc.contradictions),
            "contradicted": sorted({one.fault_id for one in doc.contradictions}),
        }
    ]


def _of_faults(doc: CaseDocument) -> list[Span]:
    """The spans of the logs whose silence about faults is evidence: what faults are counted against."""
    return of_fault_logs(doc.coverage, {line.file for one in doc.intervals for line in one.evidence})


def _seconds(spans: Iterable[Span]) -> float:
    """The length of what spans cover together, of several logs too."""
    return length(united((Instant.of(one.from_).ns / 1e9, Instant.of(one.to).ns / 1e9) for one in spans))


def _order(at: str) -> int:
    return Instant.of(at).ns


def _files(doc: CaseDocument) -> list[Cells]:
    plain = ("path", "format", "status", "bytes", "lines", "events", "unread", "duplicates", "first_at", "last_at")
    return [{name: getattr(one, name) for name in plain} for one in doc.files]


def _coverage(doc: CaseDocument) -> list[Cells]:
    of_faults = {id(one) for one in _of_faults(doc)}
    return [
        {
            "from_at": one.from_,
            "to_at": one.to,
            "kind": one.kind,
            "observed": one.observed,
            "reason": one.reason,
            "file": one.file,
            "of_faults": id(one) in of_faults,
        }
        for one in doc.coverage
    ]


def _events(doc: CaseDocument) -> list[Cells]:
    signals = [
        {
            "at": one.at,
            "kind": one.kind,
            "fault_id": one.fault_id,
            "severity": one.severity,
            "file": one.evidence.file,
            "line": one.evidence.line,
            "text": one.evidence.text,
        }
        for one in doc.signals
    ]
    changes = [
        {
            "at": one.at,
            "kind": f"changed:{one.what}",
            "before": one.from_,
            "after": one.to,
            "file": one.evidence.file,
            "line": one.evidence.line,
            "text": one.evidence.text,
        }
        for one in doc.changes
    ]
    return signals + changes


def _intervals(doc: CaseDocument) -> list[Cells]:
    return [
        {
            "id": one.id,
            "fault_id": one.fault_id,
            "severity": one.severity,
            "state": one.state,
            "raised_kind": one.raised.kind,
            "raised_at": one.raised.at,
            "raised_until": one.raised.until,
            "cleared_kind": one.cleared.kind,
            "cleared_at": one.cleared.at,
            "cleared_until": one.cleared.until,
            "duration_min_s": one.duration_s[0],
            "duration_max_s": one.duration_s[1],
            "may_be_several": one.may_be_several,
            "duplicate_raises": one.duplicate_raises,
            "connector_version": version_at(doc, one.raised.at or one.cleared.at),
        }
        for one in doc.intervals
    ]


def version_at(doc: CaseDocument, at: str | None) -> str | None:
    """The connector's version at an instant: as the changes before and after it tell, else the host's."""
    told = [(Instant.of(one.at).ns, one) for one in doc.changes if one.what == "connector_version" and one.at]
    if at is None or not told:
        return doc.host.connector_version
    told.sort(key=lambda pair: pair[0])
    before = [one.to for ns, one in told if ns <= Instant.of(at).ns]
    return before[-1] if before else told[0][1].from_


def _findings(doc: CaseDocument) -> list[Cells]:
    return [
        {
            "id": one.id,
            "rule": one.rule,
            "fault_id": one.fault_id,
            "interval": one.interval,
            "expectation": one.expectation.kind,
            "after": one.expectation.after,
            "within_s": one.expectation.within_s,
            "source": one.expectation.source,
            "verdict": one.verdict,
            "level": one.level,
            "deadline_at": one.deadline_at,
            "margin_s": one.margin_s,
            "breaches": one.breaches,
        }
        for one in doc.findings
    ]


def _patterns(doc: CaseDocument) -> list[Cells]:
    return [
        {"id": one.id, "fault_id": one.fault_id, "pattern": one.pattern, "outcome": one.outcome} for one in doc.patterns
    ]


TABLES: Final = (
    Table(
        "events",
        {
            "at": "instant",
            "kind": "text",
            "fault_id": "integer",
            "severity": "text",
            "before": "text",
            "after": "text",
            "file": "text",
            "line": "integer",
            "text": "text",
        },
        _events,
    ),
    Table(
        "intervals",
        {
            "id": "text",
            "fault_id": "integer",
            "severity": "text",
            "state": "text",
            "raised_kind": "text",
            "raised_at": "instant",
            "raised_until": "instant",
            "cleared_kind": "text",
            "cleared_at": "instant",
            "cleared_until": "instant",
            "duration_min_s": "number",
            "duration_max_s": "number",
            "may_be_several": "flag",
            "duplicate_raises": "integer",
            "connector_version": "text",
        },
        _intervals,
    ),
    Table(
        "findings",
        {
            "id": "text",
            "rule": "text",
            "fault_id": "integer",
            "interval": "text",
            "expectation": "text",
            "after": "text",
            "within_s": "number",
            "source": "text",
            "verdict": "text",
            "level": "text",
            "deadline_at": "instant",
            "margin_s": "number",
            "breaches": "integer",
        },
        _findings,
    ),
    Table("patterns", {"id": "text", "fault_id": "integer", "pattern": "text", "outcome": "text"}, _patterns),
    Table(
        "coverage",
        {
            "from_at": "instant",
            "to_at": "instant",
            "kind": "text",
            "observed": "flag",
            "reason": "text",
            "file": "text",
            "of_faults": "flag",
        },
        _coverage,
    ),
    Table(
        "files",
        {
            "path": "text",
            "format": "text",
            "status": "text",
            "bytes": "integer",
            "lines": "integer",
            "events": "integer",
            "unread": "integer",
            "duplicates": "integer",
            "first_at": "instant",
            "last_at": "instant",
        },
        _files,
    ),
    Table(
        "hosts",
        {
            "bundles": "texts",
            "name": "text",
            "guid": "text",
            "os": "text",
            "os_version": "text",
            "connector_version": "text",
            "time_zone": "text",
            "time_zone_source": "text",
            "first_at": "instant",
            "last_at": "instant",
            "observed_s": "number",
            "blind_s": "number",
            "lines": "integer",
            "events": "integer",
            "unread": "integer",
            "warnings": "texts",
            "assumptions": "texts",
            "contradictions": "integer",
            "contradicted": "integers",
        },
        _hosts,
    ),
)
"""Every table; `hosts`, one row for each case, is written last: a case without that row is not in the lake."""


def schema_of(table: Table) -> "pa.Schema":
    """The columns of a table as Arrow types."""
    import pyarrow as pa

    types = {
        "text": pa.string(),
        "texts": pa.list_(pa.string()),
        "integer": pa.int64(),
        "integers": pa.list_(pa.int64()),
        "number": pa.float64(),
        "instant": pa.timestamp("us", tz="UTC"),
        "flag": pa.bool_(),
    }
    columns: Mapping[str, Type] = {"case": "text", "host": "text", **table.columns}
    return pa.schema([pa.field(name, types[kind]) for name, kind in columns.items()])


def filled(table: Table, case: str, bundles: list[str], doc: CaseDocument) -> "pa.Table":
    """The rows of a case in a table, `bundles` being the hashes of what it was made of."""
    import pyarrow as pa

    schema, common = schema_of(table), {"case": case, "host": host_of(doc) or f"case:{case}", "bundles": bundles}
    rows = [common | row for row in table.rows(doc)]
    columns = [pa.array([_cell(one, row.get(one.name)) for row in rows], one.type) for one in schema]
    return pa.table(columns, schema=schema)


def _cell(field: "pa.Field", value: Any) -> Any:  # noqa: ANN401 (whatever the column holds)
    """A value as Arrow takes it."""
    is_instant = value is not None and str(field.type).startswith("timestamp")
    return Instant.of(value).utc() if is_instant else value
