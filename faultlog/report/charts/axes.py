"""The time axes: the host's clock, and UTC below it where the two differ."""

from collections.abc import Iterator, Sequence

from faultlog.report.charts.canvas import NAMES, PLOT, Canvas, Line
from faultlog.report.charts.frame import Frame
from faultlog.report.charts.marks import Box, Label, Shape
from faultlog.report.charts.palette import FAINT, INK, SOFT, UNSEEN
from faultlog.report.charts.stays import Times
from faultlog.report.charts.ticks import Tick, ticks, zones

AXIS = 40.0
"""Pixels of an axis."""


def grid(canvas: Canvas, frame: Frame, span: tuple[float, float], blind: Sequence[Times]) -> None:
    """Shade what was not observed from one pixel down to another, and draw a thin line at every mark of the axes."""
    top, bottom = span
    for begin, end in blind:
        if end >= frame.begin and begin <= frame.end:
            left = frame.x(begin)
            canvas.under(Box(left, top, max(2.0, frame.x(end) - left), bottom - top, UNSEEN))
    for one in ticks(frame, canvas.wording):
        at = frame.x(one.ns)
        for upper, lower in _beside_labels(canvas, at, span):
            canvas.under(Shape(((at, upper), (at, lower)), None, FAINT, 1, closed=False))


def _beside_labels(canvas: Canvas, at: float, span: tuple[float, float]) -> Iterator[tuple[float, float]]:
    """From where to where a vertical line runs that crosses nothing that is written."""
    top, bottom = span
    labels = [one for one in canvas.marks if isinstance(one, Label) and one.left - 2 < at < one.left + one.width + 2]
    for one in sorted(labels, key=lambda label: label.top):
        if one.top > top:
            yield top, min(one.top, bottom)
        top = max(top, one.top + one.height)
    if top < bottom:
        yield top, bottom


def draw_axes(canvas: Canvas, frame: Frame) -> None:
    """Put the axes on the picture."""
    name, is_utc = zones(frame, canvas.wording)
    marks = ticks(frame, canvas.wording)
    canvas.put(Shape(((PLOT[0], canvas.top), (PLOT[1], canvas.top)), None, SOFT, 1, closed=False))
    for one in marks:
        at = frame.x(one.ns)
        canvas.put(Shape(((at, canvas.top), (at, canvas.top + 5)), None, SOFT, 1, closed=False))
    _axis(canvas, frame, name, [(one, one.local) for one in marks])
    if not is_utc:
        _axis(canvas, frame, "UTC", [(one, one.utc) for one in marks])


def _axis(canvas: Canvas, frame: Frame, name: str, marks: Sequence[tuple[Tick, tuple[str, str]]]) -> None:
    canvas.write(name, (NAMES[0], canvas.top + 7), 12, NAMES[1] - NAMES[0], SOFT)
    upper, lower = Line(canvas, canvas.top + 7, 12), Line(canvas, canvas.top + 23, 11)
    for one, (first, second) in marks:
        upper.put(first, frame.x(one.ns), INK)
        if second:
            lower.put(second, frame.x(one.ns), SOFT)
    canvas.top += AXIS
