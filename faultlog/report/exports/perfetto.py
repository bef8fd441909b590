"""Chrome's trace event format, as Perfetto and chrome://tracing read it: pid is the host, tid a lane.

Source: Trace Event Format, "complete events" and "instant events"; slices of one lane may only nest, so what would
overlap gets a lane of its own. Times are microseconds since 1970.
"""

import json
from collections.abc import Sequence
from itertools import pairwise

from faultlog.report.document import harmless
from faultlog.report.exports.columns import TimelineRow
from faultlog.report.exports.timeline import Timeline
from faultlog.report.times import nanoseconds
from faultlog.values import dataclass

HOST = 1
"""The pid: a timeline is of one host."""
FIRST_LANE = 2
"""The first tid; a thread whose id is its process's is taken for the main thread, which no lane is."""


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of a lane, `[begin, end]` in microseconds; an instant has no end."""

    begin: int
    end: int | None
    name: str
    row: TimelineRow
    sure: bool = True


def perfetto_of(timeline: Timeline) -> bytes:
    """The trace."""
    host = timeline.doc.host.name or timeline.doc.host.guid or timeline.doc.bundle.name
    events = [_named("process_name", 0, host)]
    for tid, (name, slices) in enumerate(lanes(timeline), FIRST_LANE):
        events += [
            _named("thread_name", tid, name),
            {**_named("thread_sort_index", tid, ""), "args": {"sort_index": tid}},
        ]
        events += [_event(one, tid) for one in slices]
    left_out = [row.id for row in timeline.rows if not _slices(row)]
    other = {"tool": f"faultlog {timeline.doc.tool.version}", "bundle": timeline.doc.bundle.name, "left_out": left_out}
    written = ",\n".join(json.dumps(one, ensure_ascii=False) for one in events)
    rest = json.dumps({"displayTimeUnit": "ms", "otherData": other}, ensure_ascii=False)
    return harmless(f'{{"traceEvents": [\n{written}\n],\n{rest[1:]}\n').encode()


def lanes(timeline: Timeline) -> list[tuple[str, list[Slice]]]:
    """Lanes with slices that never overlap: faults, their verdicts, what happened to the host, holes."""
    wanted: dict[tuple[int, int, str], list[list[Slice]]] = {}
    for row in timeline.rows:
        slices = _slices(row)
        if slices:
            _place(wanted.setdefault(_lane(row), []), slices)
    named = []
    for (_, _, name), found in sorted(wanted.items()):
        for number, slices in enumerate(found, 1):
            named.append((name if number == 1 else f"{name} ({number})", slices))
    return named


def _lane(row: TimelineRow) -> tuple[int, int, str]:
    """Where a row belongs: group, fault, name."""
    if row.kind in {"interval", "finding", "remedy", "contradiction"}:
        group = ("interval", "finding", "remedy", "contradiction").index(row.kind)
        name = f"fault {row.fault_id}" if group == 0 else f"fault {row.fault_id}: {row.kind}"
        return group, row.fault_id or 0, name
    if row.kind == "hole":
        return 9, 0, f"{row.what}: {row.file}" if row.file is not None else row.what
    return 8, 0, f"{row.kind}: {row.what}"


def _place(found: list[list[Slice]], slices: Sequence[Slice]) -> None:
    """Put what belongs together into the first lane in which it overlaps nothing."""
    for lane in found:
        if _ending(lane[-1]) <= slices[0].begin:
            lane.extend(slices)
            return
    found.append(list(slices))


def _ending(one: Slice) -> int:
    return one.begin if one.end is None else one.end


def _slices(row: TimelineRow) -> list[Slice]:
    """The parts of a row: what is certain, before and behind it what is not; instants where it has no length.

    An end that nobody saw gets no slice behind it: the name says that it is open.
    """
    first, begin = _microseconds(row.begin_from), _microseconds(row.begin_until)
    end, last = _microseconds(row.end_from), _microseconds(row.end_until)
    at = begin if begin is not None else first
    if row.end_kind is None or end is None or at is None:
        known = [one for one in (at, end) if one is not None]
        return [Slice(one, None, row.message, row) for one in known[:1]]
    if end < (at if first is None else first):
        return [Slice(one, None, row.message, row) for one in sorted((at, end))]
    points = {one for one in (first, min(at, end), end, last) if one is not None}
    return _between(row, sorted(points), (min(at, end), end))


def _between(row: TimelineRow, points: Sequence[int], sure: tuple[int, int]) -> list[Slice]:
    ends = pairwise(points) if len(points) > 1 else [(points[0], points[0])]
    return [
        Slice(begin, end, _name(row, begin, end, sure), row, sure[0] <= begin and end <= sure[1]) for begin, end in ends
    ]


def _name(row: TimelineRow, begin: int, end: int, sure: tuple[int, int]) -> str:
    """The message, marked: `?` only perhaps, `◀` begun before, nobody knows when, `▶` not over at the slice's end."""
    if not (sure[0] <= begin and end <= sure[1]):
        return f"? {row.message}"
    before, behind = "◀ " if row.begin_kind == "not_after" else "", " ▶" if row.end_kind == "not_before" else ""
    return f"{before}{row.message}{behind}"


def _event(one: Slice, tid: int) -> dict[str, object]:
    known = {name: value for name, value in one.row.cells().items() if value is not None and name != "message"}
    args = {**known, "sure": one.sure, "open": one.row.end_kind == "not_before"}
    place = {"name": one.name, "cat": one.row.kind, "pid": HOST, "tid": tid, "ts": one.begin}
    if one.end is None:
        return {**place, "ph": "i", "s": "t", "args": args}
    return {**place, "ph": "X", "dur": one.end - one.begin, "args": args}


def _named(what: str, tid: int, name: str) -> dict[str, object]:
    return {"name": what, "ph": "M", "pid": HOST, "tid": tid, "ts": 0, "args": {"name": name}}


def _microseconds(at: str | None) -> int | None:
    ns = nanoseconds(at)
    return None if ns is None else ns // 1000
