"""Small pictures side by side, each with a step function and its band: the same axes for all, so that they compare."""

from collections.abc import Callable, Sequence

from faultlog.fleet.report.picture import dashed, line
from faultlog.fleet.report.scales import Scale
from faultlog.report.charts.canvas import MARGIN, WIDTH, Canvas
from faultlog.report.charts.marks import Shape
from faultlog.report.charts.palette import ALARM, INK, SOFT
from faultlog.values import dataclass

ABREAST = 3
"""Panels in a row."""
GAP, AXIS = 34.0, 44.0
HEIGHT = 150.0
SHADE, CURVE = "#c9dcef", "#0a4a7a"


@dataclass(frozen=True, slots=True)
class Axes:
    """The axes of all panels: how a scale is laid between two pixels, and what stands at which value."""

    x: Callable[[float, float], Scale]
    x_marks: Sequence[tuple[float, str]]
    y: Callable[[float, float], Scale]
    y_marks: Sequence[tuple[float, str]]
    limit: float | None = None
    """A value of x that is marked by a line of dashes."""


@dataclass(frozen=True, slots=True)
class Corner:
    """A step: from `at` on the curve is at `value`."""

    at: float
    value: float
    band: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Panel:
    """One of them."""

    title: str
    notes: tuple[str, ...]
    """Two lines at most."""
    curve: Sequence[Corner]
    first: tuple[float, float]
    """Where the curve begins."""
    end: float
    """The value of x beyond which it says nothing."""
    middle: float | None = None
    """A value of x at which a mark is set: the median."""


def draw_panels(canvas: Canvas, panels: Sequence[Panel], axes: Axes) -> None:
    """Put panels on a picture, row by row."""
    wide = (WIDTH - 2 * MARGIN - (ABREAST - 1) * GAP) / ABREAST
    for place in range(0, len(panels), ABREAST):
        for number, panel in enumerate(panels[place : place + ABREAST]):
            _panel(canvas, panel, axes, (MARGIN + number * (wide + GAP), wide))
        canvas.top += 52 + HEIGHT + 36


def _panel(canvas: Canvas, panel: Panel, axes: Axes, room: tuple[float, float]) -> None:
    left, wide = room
    canvas.write(panel.title, (left, canvas.top), 14, wide, INK)
    for number, note in enumerate(panel.notes[:2]):
        canvas.write(note, (left, canvas.top + 19 + 15 * number), 11, wide, SOFT)
    top = canvas.top + 56
    x, y = axes.x(left + AXIS, left + wide), axes.y(top + HEIGHT, top)
    _grid(canvas, axes, (x, y), (left, top, left + wide))
    _steps(canvas, panel, x, y)


def _grid(canvas: Canvas, axes: Axes, scales: tuple[Scale, Scale], place: tuple[float, float, float]) -> None:
    (x, y), (left, top, right) = scales, place
    for value, said in axes.y_marks:
        line(canvas, (left + AXIS, y.at(value)), (right, y.at(value)))
        canvas.write(said, (left + AXIS - 6 - canvas.width(said, 11), y.at(value) - 7), 11, AXIS, SOFT)
    taken = left
    for value, said in axes.x_marks:
        at, size = x.at(value), canvas.width(said, 11)
        line(canvas, (at, top), (at, top + HEIGHT + 4))
        begin = min(max(at - size / 2, left), right - size)
        if begin >= taken:
            canvas.write(said, (begin, top + HEIGHT + 9), 11, size + 2, SOFT)
            taken = begin + size + 6
    if axes.limit is not None:
        dashed(canvas, x.at(axes.limit), top, top + HEIGHT, ALARM)
    canvas.put(Shape(((left + AXIS, top + HEIGHT), (right, top + HEIGHT)), None, SOFT, 1, closed=False))


def _steps(canvas: Canvas, panel: Panel, x: Scale, y: Scale) -> None:
    def points(heights: Sequence[float]) -> list[tuple[float, float]]:
        return [(x.at(one), y.at(value)) for one, value in _corners(panel, heights)]

    lower, upper = ([_end(one, side) for one in panel.curve] for side in (0, 1))
    canvas.put(Shape((*points(upper), *reversed(points(lower))), SHADE))
    canvas.put(Shape(tuple(points([one.value for one in panel.curve])), None, CURVE, 2, closed=False))
    if panel.middle is not None:
        at, half = x.at(panel.middle), y.at(0.5)
        canvas.put(Shape(((at, half - 5), (at + 5, half), (at, half + 5), (at - 5, half)), INK))


def _end(one: Corner, side: int) -> float:
    return one.value if one.band is None else one.band[side]


def _corners(panel: Panel, heights: Sequence[float]) -> list[tuple[float, float]]:
    """The corners of a step function, from where it begins to where it ends."""
    begin, last = panel.first
    corners = [(begin, last)]
    for one, height in zip(panel.curve, heights, strict=True):
        corners += [(one.at, last), (one.at, height)]
        last = height
    return [*corners, (panel.end, last)]
