"""Which hosts most of it comes from: the worst by raises and by time raised, and what they make together."""

from collections.abc import Iterable

from faultlog.fleet.report.picture import Easel, Picture
from faultlog.fleet.report.telling import Telling, percent
from faultlog.fleet.statistics.actors import Actor, Actors
from faultlog.report.charts.canvas import NAMES, PLOT, SUMS, Canvas
from faultlog.report.charts.marks import Box
from faultlog.report.charts.palette import BAND, EVENT, INK, SOFT

MOST_BARS = 10
"""Hosts that are drawn by each measure. Tool default."""
ROW = 24.0


def called(name: str | None, host: str) -> str:
    """What a host is called: its name, else what tells it from others."""
    return host if name is None else name


def bad_actors(easel: Easel) -> Picture | None:
    """The picture, where anything was raised."""
    telling = easel.telling
    measured = [one for one in telling.fleet.actors if one.worst]
    if not measured:
        return None
    canvas, head = easel.begun("actors", telling.words("fleet.report.actors.note"))
    for one in measured:
        _block(canvas, telling, one)
    names = ("measure", "host", "amount", "together", "faults", "observed")
    rows = (row for one in measured for row in _rows(telling, one))
    said = " ".join(_said(telling, one) for one in measured)
    return easel.ended(canvas, head, said, easel.table(names, rows, 2, 3, 5))


def amount(telling: Telling, one: Actors, value: float) -> str:
    """Raises, or a length of time."""
    if one.measure == "raised_s":
        return telling.length(value)
    return telling.counted("fleet.report.actors.raises", round(value))


def _said(telling: Telling, one: Actors) -> str:
    return telling.counted(
        f"fleet.report.actors.by_{one.measure}",
        one.most.n,
        hosts=f"{one.most.of:,}",
        total=amount(telling, one, one.total),
    )


def _block(canvas: Canvas, telling: Telling, one: Actors) -> None:
    canvas.write(_said(telling, one), (NAMES[0], canvas.top), 14, SUMS[0] - NAMES[0] - 10, INK)
    together = telling.words("fleet.report.actors.together")
    canvas.write(together, (SUMS[0], canvas.top + 4), 11, SUMS[1] - SUMS[0], SOFT)
    canvas.top += 26
    for actor in one.worst[:MOST_BARS]:
        _row(canvas, actor, one.worst[0].amount, amount(telling, one, actor.amount))
    canvas.top += 12


def _row(canvas: Canvas, one: Actor, most: float, said: str) -> None:
    canvas.write(called(one.name, one.host), (NAMES[0], canvas.top + 2), 13, NAMES[1] - NAMES[0])
    size, room = canvas.width(said, 12), PLOT[1] - PLOT[0]
    long = (room - size - 10) * one.amount / most
    canvas.put(Box(PLOT[0], canvas.top, room, ROW - 4, BAND))
    canvas.put(Box(PLOT[0], canvas.top, max(2.0, long), ROW - 4, EVENT))
    canvas.write(said, (PLOT[0] + long + 8, canvas.top + 3), 12, size + 2)
    canvas.write(percent(one.cumulative), (SUMS[0], canvas.top + 3), 12, SUMS[1] - SUMS[0], SOFT)
    canvas.top += ROW


def _rows(telling: Telling, one: Actors) -> Iterable[tuple[str, ...]]:
    measure = telling.words(f"fleet.report.measure.{one.measure}")
    for actor in one.worst:
        faults = ", ".join(map(str, actor.faults))
        cells = (called(actor.name, actor.host), amount(telling, one, actor.amount), percent(actor.cumulative), faults)
        yield measure, *cells, telling.length(actor.observed_s)
