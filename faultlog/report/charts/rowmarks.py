"""Rows under the lanes: events, what was observed, and how much was written each minute."""

from collections.abc import Iterable, Mapping, Sequence

from faultlog.report.busy import by_minute, columns
from faultlog.report.charts.canvas import NAMES, PLOT, SUMS, Canvas, polygon
from faultlog.report.charts.frame import Frame
from faultlog.report.charts.happenings import Happenings
from faultlog.report.charts.marks import Box, Point, Shape
from faultlog.report.charts.palette import (
    BLIND_EDGE,
    DEAD_EDGE,
    ERROR,
    EVENT,
    FAINT,
    LINES,
    LIVE,
    PAPER,
    SOFT,
    WARN,
)
from faultlog.report.charts.stays import Times
from faultlog.report.rows import ActiveMinute, Span
from faultlog.report.times import nanoseconds

EVENT_ROW, BAND_ROW, STRIP = 26.0, 30.0, 40.0
"""Pixels of a row of events, of what was observed, of what was written."""
SECOND = 12.0
"""Pixels that a second kind of events in a row lies lower: it often happens at nearly the same time."""
APART = 6.0
"""Pixels between two events of a kind that are drawn one by one. Tool default."""
BIN = 3.0
"""Pixels of one column of what was written. Tool default."""

Sign = tuple[Sequence[Point], bool]
"""The outline of an event's sign, one wide and one high, and whether it is filled."""

SIGNS: Mapping[str, Sign] = {
    "connector_started": (((0.5, 0.0), (1.0, 1.0), (0.0, 1.0)), True),
    "connector_stopped": (((0.0, 0.05), (1.0, 0.05), (0.5, 1.0)), False),
    "boot": (((0.5, -0.1), (1.1, 0.5), (0.5, 1.1), (-0.1, 0.5)), True),
    "definitions_updated": (((0.3, 0.0), (0.7, 0.0), (0.7, 1.0), (0.3, 1.0)), False),
    "changed": (((0.0, 0.05), (0.95, 0.05), (0.95, 0.95), (0.0, 0.95)), True),
    "scan_service_exited": (
        ((0.0, 0.2), (0.2, 0.0), (0.5, 0.3), (0.8, 0.0), (1.0, 0.2), (0.7, 0.5), (1.0, 0.8), (0.8, 1.0), (0.5, 0.7),
         (0.2, 1.0), (0.0, 0.8), (0.3, 0.5)), True),
    "clock_stepped": (((0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)), True),
    "snapshot": (
        ((0.3, 0.0), (0.7, 0.0), (1.0, 0.3), (1.0, 0.7), (0.7, 1.0), (0.3, 1.0), (0.0, 0.7), (0.0, 0.3)),
        False),
    "contradiction": (
        ((0.55, -0.1), (0.1, 0.6), (0.42, 0.6), (0.3, 1.15), (0.9, 0.4), (0.55, 0.4), (0.8, -0.1)), True),
}  # fmt: skip


def draw_happenings(canvas: Canvas, rows: Sequence[Happenings], frame: Frame) -> None:
    """Put every row of events on the picture, with the number of each kind beside it."""
    for row in rows:
        more = SECOND * (len(row.at) - 1)
        canvas.top += more / 2
        canvas.write(canvas.wording.words(f"chart.row.{row.name}"), (NAMES[0], canvas.top + 5), 12, NAMES[1] - NAMES[0])
        for place, (kind, instants) in enumerate(row.at.items()):
            _events(canvas, kind, [frame.x(at) for at in instants], canvas.top + 7.5 - more / 2 + SECOND * place)
        counts = [canvas.wording.counted(f"chart.count.{kind}", len(at)) for kind, at in row.at.items()]
        canvas.write(", ".join(counts), (SUMS[0], canvas.top + 5), 12, SUMS[1] - SUMS[0], SOFT)
        canvas.top += EVENT_ROW + more / 2


def _events(canvas: Canvas, kind: str, places: Sequence[float], top: float) -> None:
    last = -APART
    for at in places:
        if at >= last + APART:
            event(canvas, kind, at, top)
            last = at


def event(canvas: Canvas, kind: str, middle: float, top: float) -> None:
    """The sign of one event."""
    outline, filled = SIGNS[kind]
    canvas.put(Shape(polygon(middle, top, 11, outline), EVENT if filled else PAPER, EVENT, 1.3), f"event.{kind}")


def draw_observed(canvas: Canvas, spans: Sequence[Span], frame: Frame) -> None:
    """Put the band of what was observed on the picture: live, dead over it, blind over both and where none is."""
    say, top = canvas.wording, canvas.top + (BAND_ROW - 12) / 2
    canvas.write(say.words("bars.observed"), (NAMES[0], canvas.top + 7), 12, NAMES[1] - NAMES[0])
    for begin, end in gaps(spans, frame):
        _hole(canvas, frame.x(begin), frame.x(end), top, "blind")
    for kind in ("live", "dead", "blind"):
        for begin, end in _times(one for one in spans if one.kind == kind):
            if begin <= frame.end and end >= frame.begin:
                _hole(canvas, frame.x(begin), max(frame.x(end), frame.x(begin) + 2), top, kind)
    canvas.write(_unobserved(canvas, spans), (SUMS[0], canvas.top + 7), 12, SUMS[1] - SUMS[0], SOFT)
    canvas.top += BAND_ROW


def _hole(canvas: Canvas, left: float, right: float, top: float, kind: str) -> None:
    """A part of the band."""
    if kind == "live":
        canvas.put(Box(left, top, right - left, 12, LIVE), "live")
        return
    edge, hatch = (DEAD_EDGE, "----") if kind == "dead" else (BLIND_EDGE, "xxxx")
    canvas.put(Box(left, top, right - left, 12, PAPER, edge, hatch), kind)


def gaps(spans: Sequence[Span], frame: Frame) -> list[Times]:
    """Parts of the frame that no span speaks of: nobody knows what happened then."""
    at, found = frame.begin, list[Times]()
    for begin, end in sorted(_times(spans)):
        if begin > at:
            found.append((at, min(begin, frame.end)))
        at = max(at, end)
    return [*found, (at, frame.end)] if at < frame.end else found


def _times(spans: Iterable[Span]) -> Iterable[Times]:
    for one in spans:
        begin, end = nanoseconds(one.from_), nanoseconds(one.to)
        if begin is not None and end is not None:
            yield begin, end


def _unobserved(canvas: Canvas, spans: Sequence[Span]) -> str:
    blind = [one for one in spans if one.kind == "blind"]
    return canvas.wording.counted("chart.holes", len(blind)) if blind else ""


def draw_activity(canvas: Canvas, minutes: Sequence[ActiveMinute], frame: Frame) -> None:
    """Put three strips on the picture: lines, warnings and errors of each minute, of all logs together."""
    if minutes:
        colours = {"lines": LINES, "warnings": WARN, "errors": ERROR}
        for name, counts in by_minute(minutes, frame.begin, frame.end).items():
            _strip(canvas, name, counts, frame, colours[name])


def _strip(canvas: Canvas, name: str, counts: Mapping[int, int], frame: Frame, colour: str) -> None:
    """One strip: each column is the busiest of its minutes; its full height is the busiest of all."""
    say, most = canvas.wording, max(counts.values(), default=0)
    canvas.write(say.words(f"chart.row.{name}"), (NAMES[0], canvas.top + 14), 12, NAMES[1] - NAMES[0])
    base, room = canvas.top + STRIP - 3, STRIP - 9
    shown = columns(counts, frame.begin, frame.end, lambda at: (frame.x(at) - PLOT[0]) / BIN)
    outline: list[Point] = []
    for column in range(min(shown, default=0), max(shown, default=-1) + 1):
        count = shown.get(column, 0)
        height = max(1.5, room * count / most) if count else 0.0
        outline += [(PLOT[0] + (column + side) * BIN, base - height) for side in (0, 1)]
    if outline:
        canvas.put(Shape(((outline[0][0], base), *outline, (outline[-1][0], base)), colour))
    canvas.put(Shape(((PLOT[0], base), (PLOT[1], base)), None, FAINT if most else SOFT, 1, closed=False))
    canvas.write(say.words("chart.most", count=f"{most:,}"), (SUMS[0], canvas.top + 14), 12, SUMS[1] - SUMS[0], SOFT)
    canvas.top += STRIP
