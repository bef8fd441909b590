"""What the signs of a picture mean: only of those that are on it."""

from collections.abc import Callable, Mapping

from faultlog.report.charts.canvas import MARGIN, WIDTH, Canvas
from faultlog.report.charts.lanemarks import arrow, deadline, torn
from faultlog.report.charts.marks import Box
from faultlog.report.charts.palette import (
    ALARM,
    BLIND_EDGE,
    DEAD_EDGE,
    LIVE,
    PAPER,
    SEVERITIES,
    SHADE,
    UNSURE,
    Paint,
)  # fmt: skip
from faultlog.report.charts.rowmarks import SIGNS, event

ROW, SWATCH, SIZE = 24.0, 29.0, 12.0

Draw = Callable[[Canvas, float, float], None]
"""Puts a sign at `(left, top)`; it takes `SWATCH` pixels."""


def _plain(paint: Paint) -> Draw:
    return lambda canvas, left, top: canvas.put(Box(left, top, 22, 11, paint.fill, paint.edge, paint.hatch))


def _shown(canvas: Canvas) -> str | None:
    """The worst severity that is on the picture: signs of ends are explained in its colour."""
    return next((one for one in SEVERITIES if f"severity.{one}" in canvas.used), None)


def _bar(canvas: Canvas, left: float, top: float) -> None:
    paint = SEVERITIES[_shown(canvas)]
    canvas.put(Box(left, top, 11, 11, paint.fill, paint.edge))


def _open(canvas: Canvas, left: float, top: float) -> None:
    _bar(canvas, left, top)
    arrow(canvas, left + 11, (top, 11), _shown(canvas))


def _begin(canvas: Canvas, left: float, top: float) -> None:
    _bar(canvas, left + 11, top)
    torn(canvas, (left + 11, -1), (top, 11), "begin")


def _end(canvas: Canvas, left: float, top: float) -> None:
    _bar(canvas, left, top)
    torn(canvas, (left + 11, 1), (top, 11), "end")


def _event(kind: str) -> Draw:
    return lambda canvas, left, top: event(canvas, kind, left + 11, top)


DRAWN: Mapping[str, Draw] = {
    **{f"severity.{name}": _plain(paint) for name, paint in SEVERITIES.items()},
    "open": _open,
    "begin": _begin,
    "end": _end,
    "unsure": _plain(UNSURE),
    "deadline": lambda canvas, left, top: deadline(canvas, left + 11, (top + 2, 9), broken=False),
    "deadline.passed": lambda canvas, left, top: deadline(canvas, left + 11, (top + 2, 9), broken=True),
    "breach": _plain(Paint(SHADE, ALARM)),
    **{f"event.{kind}": _event(kind) for kind in SIGNS},
    "live": _plain(Paint(LIVE, LIVE)),
    "dead": _plain(Paint(PAPER, DEAD_EDGE, "----")),
    "blind": _plain(Paint(PAPER, BLIND_EDGE, "xxxx")),
}
"""Every sign, in the order in which they are explained."""


def legend(canvas: Canvas) -> None:
    """Explain the signs that are on the picture, as many in a row as fit."""
    used, left = set(canvas.used), MARGIN
    for sign, draw in DRAWN.items():
        if sign not in used:
            continue
        said = canvas.wording.words(f"chart.legend.{sign}")
        wide = SWATCH + canvas.width(said, SIZE) + 18
        if left > MARGIN and left + wide > WIDTH - MARGIN:
            left, canvas.top = MARGIN, canvas.top + ROW
        draw(canvas, left, canvas.top + 5)
        canvas.write(said, (left + SWATCH, canvas.top + 2), SIZE, WIDTH - MARGIN - left - SWATCH)
        left += wide
    canvas.top += ROW + 4
