"""OCSF: each breached promise as a Detection Finding, class 2004, one JSON object a line.

Source: the Open Cybersecurity Schema Framework, version 1.5.0. Times are milliseconds since 1970.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from faultlog.report.exports.columns import TimelineRow
from faultlog.report.exports.jsonlines import lines
from faultlog.report.exports.timeline import Timeline
from faultlog.report.rows import Evidence, Finding
from faultlog.report.times import nanoseconds

VERSION: Final = "1.5.0"
_SEVERITY: Final = MappingProxyType(
    {"critical": (5, "Critical"), "warning": (3, "Medium"), "info": (1, "Informational"), "none": (0, "Unknown")}
)
_PRODUCT: Final = MappingProxyType({"name": "faultlog", "vendor_name": "faultlog"})


def ocsf_of(timeline: Timeline) -> bytes:
    """The breaches whose time is known at all."""
    findings = {one.id: one for one in timeline.doc.findings}
    intervals = {row.id: row for row in timeline.rows if row.kind == "interval"}
    breaches = [row for row in timeline.rows if row.verdict == "breached" and nanoseconds(row.begin_until) is not None]
    return lines(_event(timeline, row, findings[row.id], intervals.get(str(row.interval), row)) for row in breaches)


def _event(timeline: Timeline, row: TimelineRow, finding: Finding, interval: TimelineRow) -> dict[str, object]:
    severity, caption = _SEVERITY[finding.level]
    doc = timeline.doc
    return {
        "activity_id": 1,
        "activity_name": "Create",
        "category_uid": 2,
        "category_name": "Findings",
        "class_uid": 2004,
        "class_name": "Detection Finding",
        "type_uid": 200401,
        "type_name": "Detection Finding: Create",
        "time": _milliseconds(row.begin_until),
        **_span(interval),
        "severity_id": severity,
        "severity": caption,
        "status_id": 1,
        "status": "New",
        "count": finding.breaches,
        "message": row.message,
        "metadata": {"version": VERSION, "product": {**_PRODUCT, "version": doc.tool.version}},
        "finding_info": _information(row, finding, interval),
        "resources": [_known({"name": row.host, "uid": row.host_guid, "type": "Host"})],
        "evidences": [_evidence(one.evidence) for one in finding.why if one.evidence is not None],
        **_remediation(timeline, finding),
        "unmapped": _unmapped(row, interval),
    }


def _information(row: TimelineRow, finding: Finding, interval: TimelineRow) -> dict[str, object]:
    """What was found; its uid is the same for every bundle that shows the same raise."""
    host, raised = row.host_guid or row.host or "host", interval.begin_from or interval.begin_until or interval.id
    exact = {
        "first_seen_time": _milliseconds(interval.begin_from) if interval.begin_kind == "observed" else None,
        "last_seen_time": _milliseconds(interval.end_from),
    }
    return {
        "uid": f"{host}/{finding.rule}/{raised}",
        "title": row.message,
        "desc": interval.message,
        "types": ["Connector fault"],
        "analytic": {"uid": finding.rule, "name": finding.rule, "type_id": 1, "type": "Rule"},
        **_known(exact),
    }


def _span(interval: TimelineRow) -> dict[str, object]:
    """Begin, end and length of the fault, each only where it is one exact instant."""
    begin = _milliseconds(interval.begin_from) if interval.begin_kind == "observed" else None
    end = _milliseconds(interval.end_from) if interval.end_kind == "observed" else None
    length = interval.duration_min_s if interval.duration_min_s == interval.duration_max_s else None
    return _known({"start_time": begin, "end_time": end, "duration": None if length is None else round(length * 1000)})


def _evidence(line: Evidence) -> dict[str, object]:
    data = {"file": line.file, "line": line.line, "offset": line.offset, "text": line.text}
    return {"name": f"{line.file}:{line.line}", "data": data}


def _remediation(timeline: Timeline, finding: Finding) -> dict[str, object]:
    said = [timeline.wording.say(one.text) for one in finding.advice]
    return {"remediation": {"desc": "\n".join(said)}} if said else {}


def _unmapped(row: TimelineRow, interval: TimelineRow) -> dict[str, object]:
    """What OCSF has no field for: the bounds of both ends, and how the time of the breach is known."""
    bounds = {
        name: value for name, value in interval.cells().items() if name.startswith(("begin_", "end_", "duration_"))
    }
    more = {"time_is": row.begin_kind, "margin_s": row.margin_s, "state": interval.state, "interval": interval.id}
    return _known({**more, **bounds})


def _known(fields: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value is not None}


def _milliseconds(at: str | None) -> int | None:
    ns = nanoseconds(at)
    return None if ns is None else ns // 1_000_000
