"""A case document laid out as a picture: plain values, in pixels, before anything is drawn."""

from faultlog.report.charts.axes import draw_axes, grid
from faultlog.report.charts.canvas import MARGIN, PLOT, SUMS, Canvas
from faultlog.report.charts.frame import Frame, frame_of
from faultlog.report.charts.happenings import happenings
from faultlog.report.charts.heading import footing, heading
from faultlog.report.charts.lanemarks import draw_lanes
from faultlog.report.charts.lanes import lanes_of
from faultlog.report.charts.legend import legend
from faultlog.report.charts.marks import Metrics, Sheet
from faultlog.report.charts.palette import SOFT
from faultlog.report.charts.rowmarks import draw_activity, draw_happenings, draw_observed
from faultlog.report.charts.stays import blind_times
from faultlog.report.document import CaseDocument
from faultlog.report.ledger import carrying
from faultlog.report.rows import Span
from faultlog.report.view import Seen, seen
from faultlog.report.window import Ends, within
from faultlog.wording import Wording

MOST_NAMED = 20
"""Faults without a lane that are named by their numbers. Tool default."""


def sheet_of(doc: CaseDocument, wording: Wording, metrics: Metrics, window: Ends = (None, None)) -> Sheet:
    """The picture of a case.

    Args:
        doc: the case.
        wording: its language, and the zone of its times.
        metrics: the font of its labels.
        window: show only this time; verdicts stay those of the whole case.
    """
    view = seen(within(doc, *window), wording, whole=doc)
    canvas, spans = Canvas(wording, metrics), carrying(view)
    title = heading(canvas, view, window)
    frame = frame_of(view.doc, spans, window, left=PLOT[0], right=PLOT[1])
    if frame is None:
        _say(canvas, wording.words("chart.undated"))
    else:
        _body(canvas, view, spans, frame)
        canvas.top += 6
        legend(canvas)
    canvas.top += 4
    footing(canvas, doc)
    return canvas.sheet(title)


def _body(canvas: Canvas, view: Seen, spans: list[Span], frame: Frame) -> None:
    """Lanes, rows and axes."""
    blind, begun = blind_times(spans), canvas.top
    lanes, left_out = lanes_of(view, frame, blind)
    draw_lanes(canvas, lanes, frame, view.times)
    if not lanes:
        _say(canvas, canvas.wording.words("chart.no_fault"))
    if left_out:
        faults = ", ".join([*map(str, left_out[:MOST_NAMED]), *(["…"] if len(left_out) > MOST_NAMED else [])])
        _say(canvas, canvas.wording.counted("chart.more", len(left_out), faults=faults))
    canvas.top += 6
    draw_happenings(canvas, happenings(view.doc, frame), frame)
    if spans:
        draw_observed(canvas, spans, frame)
    draw_activity(canvas, view.doc.activity, frame)
    canvas.top += 4
    grid(canvas, frame, (begun, canvas.top), blind)
    draw_axes(canvas, frame)


def _say(canvas: Canvas, sentence: str) -> None:
    canvas.write(sentence, (MARGIN, canvas.top + 5), 13, SUMS[1] - MARGIN, SOFT)
    canvas.top += 30
