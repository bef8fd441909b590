"""Timesketch JSONL: one event a line, with the fields that it wants: `message`, `datetime`, `timestamp_desc`.

Source: Timesketch, docs/guides/user/import-from-json-csv.md. An event has one instant, so each end of a row that is
known becomes an event of its own, and `timestamp_desc` says what the instant bounds.
"""

from collections.abc import Iterable
from types import MappingProxyType
from typing import Final

from faultlog.model import Instant
from faultlog.report.exports.columns import Kind, TimelineRow
from faultlog.report.exports.jsonlines import lines
from faultlog.report.exports.timeline import Timeline
from faultlog.report.times import nanoseconds

_BEGINS: Final = MappingProxyType(
    {
        "interval": "Fault raised",
        "finding": "Deadline",
        "remedy": "Remedy tried",
        "contradiction": "Other source asked",
        "signal": "Line logged",
        "change": "Host changed",
        "hole": "Hole begins",
    }
)
_ENDS: Final = MappingProxyType({"interval": "Fault cleared", "finding": "Breach over", "hole": "Hole ends"})
_EARLIEST, _LATEST, _SEEN = "no earlier than", "no later than", "not yet"


def timesketch_of(timeline: Timeline) -> bytes:
    """The events, each with the row that it is of."""
    return lines(event for row in timeline.rows for event in _events(row))


def _events(row: TimelineRow) -> Iterable[dict[str, object]]:
    for at, said in (*_begin(row), *_end(row)):
        ns = nanoseconds(at)
        if at is not None and ns is not None:
            cells = {name: value for name, value in row.cells().items() if value is not None}
            yield {
                "message": row.message,
                "datetime": Instant.of(at).utc().isoformat(),
                "timestamp": ns // 1000,
                "timestamp_desc": said,
                "data_type": f"faultlog:timeline:{row.kind}",
                **{name: value for name, value in cells.items() if name != "message"},
            }


def _begin(row: TimelineRow) -> Iterable[tuple[str | None, str]]:
    said = _named(_BEGINS, row.kind)
    if row.begin_from == row.begin_until:
        yield row.begin_from, said
        return
    yield row.begin_from, f"{said}, {_EARLIEST}"
    yield row.begin_until, f"{said}, {_LATEST}"


def _end(row: TimelineRow) -> Iterable[tuple[str | None, str]]:
    said = _named(_ENDS, row.kind)
    if row.end_kind == "observed":
        yield row.end_from, said
    elif row.end_kind == "not_before":
        yield row.end_from, f"{said}: {_SEEN}"
    elif row.end_kind == "between":
        yield row.end_from, f"{said}, {_EARLIEST}"
        yield row.end_until, f"{said}, {_LATEST}"


def _named(names: MappingProxyType[str, str], kind: Kind) -> str:
    return names.get(kind, kind)
