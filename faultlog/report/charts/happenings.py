"""Rows of events: what happened to the connector, the host and what they know, each kind with its number."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from faultlog.grouping import GROUP_S
from faultlog.model import NS
from faultlog.report.charts.frame import Frame
from faultlog.report.document import CaseDocument
from faultlog.report.times import nanoseconds
from faultlog.values import dataclass

ROWS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "connector": ("connector_started", "connector_stopped"),
        "boot": ("boot",),
        "update": ("definitions_updated", "changed"),
        "scan": ("scan_service_exited",),
        "clock": ("clock_stepped",),
        "sources": ("snapshot", "contradiction"),
    }
)
"""The kinds of events that share a row."""
GROUPED = frozenset({"connector_started", "boot", "definitions_updated"})
"""What is logged in several lines."""


@dataclass(frozen=True, slots=True)
class Happenings:
    """A row of events that has any."""

    name: str
    at: Mapping[str, tuple[int, ...]]
    """By kind, in order of time; kinds without any are left out."""


def happenings(doc: CaseDocument, frame: Frame) -> list[Happenings]:
    """The rows that have anything to show."""
    found: dict[str, set[tuple[int, str]]] = {}
    for kind, ns, which in _told(doc):
        if ns is not None and frame.holds(ns):
            found.setdefault(kind, set()).add((ns, which))
    rows = []
    for name, kinds in ROWS.items():
        told = {kind: sorted(ns for ns, _ in found[kind]) for kind in kinds if kind in found}
        at = {kind: _firsts(kind, instants, told.get("connector_stopped", ())) for kind, instants in told.items()}
        if at:
            rows.append(Happenings(name, MappingProxyType(at)))
    return rows


def _firsts(kind: str, instants: Sequence[int], stops: Sequence[int]) -> tuple[int, ...]:
    """The first line of each group, for what is logged in several lines; a stop between two starts parts them."""
    if kind not in GROUPED:
        return tuple(instants)
    first: list[int] = []
    for ns in instants:
        stopped = kind == "connector_started" and any(first and first[-1] <= stop <= ns for stop in stops)
        if not first or stopped or ns - first[-1] >= GROUP_S * NS:
            first.append(ns)
    return tuple(first)


def _told(doc: CaseDocument) -> list[tuple[str, int | None, str]]:
    """Kind, instant and what tells two of them apart; definitions come from their lines, all else from changes."""
    kinds = {kind for row in ROWS.values() for kind in row} - {"clock_stepped", "snapshot", "contradiction"}
    told: list[tuple[str, int | None, str]]
    told = [(one.kind, nanoseconds(one.at), "") for one in doc.signals if one.kind in kinds]
    told += [("changed", nanoseconds(one.at), one.what) for one in doc.changes if one.what != "definitions"]
    told += [("clock_stepped", nanoseconds(one.after), f"{one.file}:{one.line}") for one in doc.clock_steps]
    told += [("snapshot", nanoseconds(one.at), one.file) for one in doc.snapshots]
    told += [("contradiction", nanoseconds(one.at), one.id) for one in doc.contradictions]
    return told
