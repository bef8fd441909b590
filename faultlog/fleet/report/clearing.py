"""How long faults take to clear: a survival curve for each, with its band, on one axis of time."""

from collections.abc import Sequence

from faultlog.fleet.report.panels import Axes, Corner, Panel, draw_panels
from faultlog.fleet.report.picture import Easel, Picture
from faultlog.fleet.report.scales import Even, Magnitude, times_between
from faultlog.fleet.report.telling import percent
from faultlog.fleet.statistics.clearing import WITHIN_S
from faultlog.fleet.statistics.fleet import Fault

MOST_PANELS = 9
"""Faults with a curve, the most widespread. Tool default."""
LEAST_STAYS = 5
"""Stays from which on a curve is drawn. Tool default."""


def clearing_curves(easel: Easel) -> Picture | None:
    """The picture, where any fault has enough stays."""
    telling = easel.telling
    known = [one for one in telling.faults if one.clearing.curve.n]
    shown = [one for one in known if one.clearing.curve.n >= LEAST_STAYS and one.clearing.curve.events][:MOST_PANELS]
    if not shown:
        return None
    notes = [telling.words("fleet.report.clearing.note", limit_s=WITHIN_S)]
    if len(known) > len(shown):
        notes.append(telling.counted("fleet.report.clearing.few", len(known) - len(shown), least=LEAST_STAYS))
    canvas, head = easel.begun("clearing", *notes)
    axes = _axes(easel, shown)
    draw_panels(canvas, [_panel(easel, one, axes.x_marks[0][0]) for one in shown], axes)
    names = ("fault", "stays", "hosts", "cleared", "lasting", "left_out", "median", "band", "in_time")
    said = telling.counted("fleet.report.clearing.alternative", len(shown), medians=_medians(easel, shown))
    table = easel.table(names, (_row(easel, one) for one in known), 1, 2, 3, 4, 5)
    return easel.ended(canvas, head, said, table)


def _axes(easel: Easel, shown: Sequence[Fault]) -> Axes:
    ends = [WITHIN_S, *(one.clearing.curve.steps[0].at_s for one in shown)]
    ends += [one.clearing.curve.longest_s or WITHIN_S for one in shown]
    marks = times_between(min(ends), max(ends))
    return Axes(
        x=lambda begin, end: Magnitude(marks[0], max(marks[-1], *ends), begin, end),
        x_marks=[(one, easel.telling.length(one)) for one in marks],
        y=lambda bottom, top: Even(0, 1, bottom, top),
        y_marks=[(part, percent(part)) for part in (0, 0.25, 0.5, 0.75, 1)],
        limit=WITHIN_S,
    )


def _panel(easel: Easel, one: Fault, begin: float) -> Panel:
    telling, curve = easel.telling, one.clearing.curve
    numbers = {"events": f"{curve.events:,}", "censored": f"{curve.censored:,}"}
    counts = telling.words("fleet.report.clearing.counts", stays=telling.many("stays", curve.n), **numbers)
    middle = telling.words("fleet.report.unreached") if curve.median_s.value is None else telling.median(curve)
    median = telling.words("fleet.report.clearing.median", median=middle, band=telling.band(curve.median_s))
    corners = [Corner(step.at_s, step.survival, step.band) for step in curve.steps]
    end = curve.longest_s or begin
    return Panel(telling.name(one.fault_id), (median, counts), corners, (begin, 1.0), end, curve.median_s.value)


def _medians(easel: Easel, shown: Sequence[Fault]) -> str:
    return "; ".join(f"{easel.telling.name(one.fault_id)}: {easel.telling.median(one.clearing.curve)}" for one in shown)


def _row(easel: Easel, one: Fault) -> tuple[str, ...]:
    telling, found, curve = easel.telling, one.clearing, one.clearing.curve
    numbers = (curve.n, found.hosts, curve.events, curve.censored, found.unseen + found.vague)
    times = (telling.median(curve), telling.band(curve.median_s), telling.part(found.within))
    return (telling.name(one.fault_id), *(f"{number:,}" for number in numbers), *times)
