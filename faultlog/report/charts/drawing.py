"""A laid-out picture drawn by matplotlib: PNG, SVG or PDF, the same bytes each time, whatever the machine is set to."""

import io
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from faultlog.report.charts.font import PATH, ShippedFont
from faultlog.report.charts.kinds import Kind
from faultlog.report.charts.layout import sheet_of
from faultlog.report.charts.marks import Box, Label, Shape, Sheet
from faultlog.report.charts.palette import PAPER
from faultlog.report.document import CaseDocument
from faultlog.report.window import Ends
from faultlog.wording import Wording

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DPI = 100
POINTS = 72 / DPI
"""Points in a pixel."""


def render_chart(doc: CaseDocument, wording: Wording, kind: Kind, window: Ends = (None, None)) -> bytes:
    """The picture of a case, 1200 pixels wide, as a file of a kind.

    Args:
        doc: the case.
        wording: its language, and the zone of its times.
        kind: `png`, `svg` or `pdf`; text of an SVG is drawn as paths, so that it looks the same everywhere.
        window: show only this time; verdicts stay those of the whole case.
    """
    with settled():
        return rendered(sheet_of(doc, wording, ShippedFont(), window), kind)


def rendered(sheet: Sheet, kind: Kind) -> bytes:
    """A laid-out picture as a file of a kind; to be called while matplotlib is `settled`."""
    target = io.BytesIO()
    figure_of(sheet).savefig(target, format=kind, dpi=DPI, metadata=_metadata(kind, sheet.title))
    return target.getvalue()


@contextmanager
def settled() -> Iterator[None]:
    """Matplotlib as it is delivered: what a person has set for other pictures does not change this one.

    It is silent, too: where it keeps its cache of fonts is nothing that a picture of a fault depends on.
    """
    log = logging.getLogger("matplotlib")
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        with _defaults():
            yield
    finally:
        log.setLevel(level)


@contextmanager
def _defaults() -> Iterator[None]:
    import matplotlib as mpl

    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update({"svg.hashsalt": "faultlog", "text.hinting": "none", "hatch.linewidth": 0.7})
        yield


def _metadata(kind: Kind, title: str) -> Mapping[str, str | None]:
    """The headline as title, for whoever cannot see the picture; no date."""
    dates: Mapping[Kind, Mapping[str, str | None]] = {
        "png": {"Software": "faultlog"},
        "svg": {"Date": None, "Creator": "faultlog"},
        "pdf": {"CreationDate": None, "Creator": "faultlog", "Producer": "matplotlib"},
    }
    return {"Title": title, **dates[kind]}


def figure_of(sheet: Sheet) -> "Figure":
    """The picture as a figure whose points are its pixels."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(sheet.width / DPI, sheet.height / DPI), dpi=DPI, facecolor=PAPER)
    put: Mapping[type, Callable[[Figure, Sheet, object], None]] = {Box: _box, Shape: _shape, Label: _label}  # type: ignore[dict-item]
    for mark in sheet.marks:
        put[type(mark)](figure, sheet, mark)
    return figure


def _box(figure: "Figure", sheet: Sheet, box: Box) -> None:
    from matplotlib.patches import Rectangle

    place = (box.left / sheet.width, 1 - (box.top + box.height) / sheet.height)
    edge = box.edge if box.edge is not None else "none"
    patch = Rectangle(
        place, box.width / sheet.width, box.height / sheet.height, transform=figure.transFigure,
        facecolor=box.fill if box.fill is not None else "none", edgecolor=edge,
        linewidth=box.line * POINTS if box.edge is not None else 0, hatch=box.hatch or None,
    )  # fmt: skip
    figure.add_artist(patch)


def _shape(figure: "Figure", sheet: Sheet, shape: Shape) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    points = [(x / sheet.width, 1 - y / sheet.height) for x, y in shape.points]
    path = Path([*points, points[0]], closed=True) if shape.closed else Path(points)
    patch = PathPatch(
        path, transform=figure.transFigure, facecolor=shape.fill if shape.fill is not None else "none",
        edgecolor=shape.edge if shape.edge is not None else "none", linewidth=shape.line * POINTS, joinstyle="miter",
        capstyle="butt",
    )  # fmt: skip
    figure.add_artist(patch)


def _label(figure: "Figure", sheet: Sheet, label: Label) -> None:
    from matplotlib.font_manager import FontProperties

    figure.text(
        label.left / sheet.width, 1 - label.baseline / sheet.height, label.text, color=label.colour,
        fontproperties=FontProperties(fname=str(PATH), size=label.size * POINTS), va="baseline", ha="left",
        parse_math=False,
    )  # fmt: skip
