"""The comparison document `faultlog.comparison/1`: two bundles of one host as JSON, without language.

Its intervals and findings are those of the case document. Extra keys are refused; same bundles, same bytes.
"""

from functools import cache
from typing import TYPE_CHECKING, Final, Literal

from faultlog import comparison
from faultlog.report.document import harmless
from faultlog.report.leaves import Instant
from faultlog.report.rows import (
    Audit,
    BundleReport,
    Evidence,
    Finding,
    Host,
    Interval,
    Row,
    Span,
    Text,
    Tool,
    Warn,
)
from faultlog.shaping import of_attributes
from faultlog.values import dataclass

if TYPE_CHECKING:
    from pydantic import TypeAdapter

SCHEMA: Final = "faultlog.comparison/1"
"""Name and version of the document."""


@dataclass(frozen=True, slots=True)
class Account(Row):
    """What somebody tells of a stay; ids are those of the case that is meant."""

    interval: Interval
    findings: list[Finding]


@dataclass(frozen=True, slots=True)
class Stay(Row):
    """One stay of a fault: what both bundles say together, and each by itself; null where it says nothing."""

    change: comparison.Change
    doubt: Text | None
    together: Account | None
    old: Account | None
    new: Account | None


@dataclass(frozen=True, slots=True)
class FaultChange(Row):
    """What became of one fault; `doubt` says why that is only as far as seen."""

    fault_id: int
    known: bool
    title: Text
    change: comparison.Change
    doubt: Text | None
    stays: list[Stay]


@dataclass(frozen=True, slots=True)
class HostChange(Row):
    """Something about the host that is otherwise in the newer bundle; without evidence no line tells of it."""

    what: str
    at: Instant | None
    from_: str | None
    to: str | None
    evidence: Evidence | None


@dataclass(frozen=True, slots=True)
class Side(Row):
    """One of the bundles; its times are those of the logs that carry fault lines.

    `coverage` has at most 200 spans of each kind: beyond that, those that lie closest are one, for `several` reasons,
    and short stops count as logged. Where spans overlap, what is blind is meant.
    """

    bundle: BundleReport
    host: Host
    first_at: Instant | None
    last_at: Instant | None
    coverage: list[Span]


@dataclass(frozen=True, slots=True)
class ComparisonDocument(Row):
    """Everything faultlog says about two bundles of one host."""

    schema_: Literal["faultlog.comparison/1"]
    tool: Tool
    host: Host
    old: Side
    new: Side
    holes: list[Span]
    shared_lines: int
    faults: list[FaultChange]
    changes: list[HostChange]
    audit: Audit
    assumptions: list[Text]
    warnings: list[Warn]


def comparison_document(found: comparison.Comparison) -> ComparisonDocument:
    """The document of a comparison."""
    return ComparisonDocument(
        schema_=SCHEMA,
        tool=of_attributes(Tool, found.tool),
        host=of_attributes(Host, found.host),
        old=of_attributes(Side, found.old),
        new=of_attributes(Side, found.new),
        holes=[of_attributes(Span, one) for one in found.holes],
        shared_lines=found.shared_lines,
        faults=[of_attributes(FaultChange, one) for one in found.faults],
        changes=[of_attributes(HostChange, one) for one in found.changes],
        audit=of_attributes(Audit, found.audit),
        assumptions=[of_attributes(Text, one) for one in found.assumptions],
        warnings=[of_attributes(Warn, one) for one in found.warnings],
    )


def comparison_json(document: ComparisonDocument) -> str:
    """The document as JSON, written like the case document."""
    return harmless(_adapter().dump_json(document, by_alias=True, indent=2).decode()) + "\n"


def comparison_read(json: bytes) -> ComparisonDocument:
    """Read a document back that `comparison_json` wrote."""
    return _adapter().validate_json(json, strict=True)


def comparison_schema() -> dict[str, object]:
    """The JSON Schema of the document."""
    schema = _adapter().json_schema(by_alias=True, mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": SCHEMA, **schema}


def warm() -> None:
    """Load what reads and writes documents of comparisons, which is loaded at its first use."""
    _adapter()


@cache
def _adapter() -> "TypeAdapter[ComparisonDocument]":
    """Writes documents; a report that is only shown needs none."""
    from pydantic import TypeAdapter

    return TypeAdapter(ComparisonDocument)
