"""A picture while it grows: marks are put on it from top to bottom, texts only where nothing else is written."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import field

from faultlog.report.charts.marks import Box, Label, Mark, Metrics, Shape, Sheet
from faultlog.report.charts.palette import INK
from faultlog.values import dataclass
from faultlog.wording import Wording

WIDTH = 1200
"""Pixels of every picture."""
MARGIN = 24.0
NAMES = (24.0, 248.0)
"""From where to where the names of rows stand."""
PLOT = (262.0, 986.0)
"""From where to where time runs."""
SUMS = (1000.0, 1176.0)
"""From where to where it is written what a row comes to."""
SLACK = 2.0
"""Pixels that a text may be wider when it is drawn than when it is measured."""


@dataclass(slots=True)
class Canvas:
    """Marks so far; `top` is the next free pixel below them."""

    wording: Wording
    metrics: Metrics
    top: float = MARGIN
    behind: list[Mark] = field(default_factory=list)
    """What lies under everything else."""
    marks: list[Mark] = field(default_factory=list)
    used: dict[str, None] = field(default_factory=dict)
    """Signs that a legend has to explain, in the order of their first use."""

    def under(self, mark: Box | Shape) -> None:
        """Put a mark under all others."""
        self.behind.append(mark)

    def put(self, mark: Box | Shape, sign: str | None = None) -> None:
        """Put a mark on the picture; the legend explains its sign."""
        self.marks.append(mark)
        if sign is not None:
            self.used[sign] = None

    def width(self, text: str, size: float) -> float:
        """Pixels that a text takes."""
        return self.metrics.width(self.metrics.shown(text), size) + SLACK

    def write(self, text: str, place: tuple[float, float], size: float, room: float, colour: str = INK) -> float:
        """Write one line at `(left, top)`, cut to a room; returns the pixels it takes."""
        shown = self.cut(self.metrics.shown(text), size, room)
        if not shown:
            return 0.0
        wide = self.metrics.width(shown, size) + SLACK
        self.marks.append(Label(place[0], place[1], wide, shown, size, colour))
        return wide

    def cut(self, text: str, size: float, room: float) -> str:
        """The text, with `…` for its end where the room is too small."""
        if self.metrics.width(text, size) + SLACK <= room:
            return text

        def shorter(length: int) -> str:
            return text[:length].rstrip() + "…"

        def wide(length: int) -> float:
            return self.metrics.width(shorter(length), size) + SLACK

        fitting = bisect_right(range(1, len(text)), room, key=wide)
        return shorter(fitting) if fitting else ""

    def wrapped(self, text: str, size: float, room: float, most: int) -> list[str]:
        """The text in at most so many lines; the last is cut by whoever writes it."""
        lines = [""]
        for word in self.metrics.shown(text).split(" "):
            longer = f"{lines[-1]} {word}".strip()
            if len(lines) == most or not lines[-1] or self.width(longer, size) <= room:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines

    def sheet(self, title: str) -> Sheet:
        """The finished picture."""
        return Sheet(WIDTH, round(self.top + MARGIN), (*self.behind, *self.marks), title)


@dataclass(slots=True)
class Line:
    """One line of labels along the time: each is put only where there is room for it."""

    canvas: Canvas
    top: float
    size: float
    taken: list[tuple[float, float]] = field(default_factory=list)

    def put(self, text: str, middle: float, colour: str) -> bool:
        """Write a text about a pixel, moved inside the plot; says whether there was room."""
        wide = self.canvas.width(text, self.size)
        left = min(max(middle - wide / 2, PLOT[0]), PLOT[1] - wide)
        if left < PLOT[0] or any(left < end + 6 and begin < left + wide + 6 for begin, end in self.taken):
            return False
        self.taken.append((left, left + wide))
        self.canvas.write(text, (left, self.top), self.size, wide + SLACK, colour)
        return True


def polygon(
    middle: float, top: float, size: float, points: Sequence[tuple[float, float]]
) -> tuple[tuple[float, float], ...]:
    """Points of a sign that is one wide and one high, laid about a pixel from a top on."""
    return tuple((middle + size * (x - 0.5), top + size * y) for x, y in points)
