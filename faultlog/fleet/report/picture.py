"""What every picture of a fleet has: a title, what it counts, what it rests on, and its numbers as a table."""

from collections.abc import Iterable, Sequence

from faultlog.fleet.report.telling import Telling
from faultlog.release import VERSION
from faultlog.report.charts.canvas import MARGIN, WIDTH, Canvas
from faultlog.report.charts.marks import Box, Metrics, Shape, Sheet
from faultlog.report.charts.palette import FAINT, INK, SOFT
from faultlog.values import dataclass

INSIDE = WIDTH - 2 * MARGIN
NOTE = 12.5
"""Pixels of the letters of a note."""


@dataclass(frozen=True, slots=True)
class Head:
    """What stands over a picture."""

    key: str
    """Its name in files and in the wording: `fleet.report.<key>.…`."""
    notes: tuple[str, ...]
    """What is to be known to read it."""
    top: float
    """The pixel below them, where what is drawn begins."""


@dataclass(frozen=True, slots=True)
class Table:
    """The numbers of a picture."""

    columns: tuple[str, ...]
    """Their names, in words."""
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]
    """Which columns hold numbers."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture before it is drawn, and what a reader who cannot see it is told."""

    head: Head
    sheet: Sheet
    alternative: str
    """What it shows, in a sentence or two."""
    table: Table

    @property
    def key(self) -> str:
        """Its name."""
        return self.head.key


@dataclass(frozen=True, slots=True)
class Easel:
    """What a picture is drawn from."""

    telling: Telling
    metrics: Metrics

    def begun(self, key: str, *notes: str) -> tuple[Canvas, Head]:
        """A picture with its title and what is to be known of it."""
        canvas = Canvas(self.telling.wording, self.metrics)
        canvas.write(self.telling.words(f"fleet.report.{key}.title"), (MARGIN, canvas.top), 20, INSIDE, INK)
        canvas.top += 30
        for note in notes:
            for line in canvas.wrapped(note, NOTE, INSIDE, 3):
                canvas.write(line, (MARGIN, canvas.top), NOTE, INSIDE, SOFT)
                canvas.top += 18
        canvas.top += 10
        return canvas, Head(key, notes, canvas.top)

    def ended(self, canvas: Canvas, head: Head, alternative: str, table: Table) -> Picture:
        """The finished picture, with what it rests on below."""
        scope = self.telling.fleet.scope
        rests = self.telling.counted(
            "fleet.report.rests",
            scope.hosts_observed,
            hosts=f"{scope.hosts:,}",
            days=self.telling.days(scope.observed_s),
        )
        canvas.top += 8
        tool = self.telling.words("fleet.report.tool", version=VERSION)
        wide = canvas.width(tool, 11)
        canvas.write(f"{rests} {self.telling.span} UTC", (MARGIN, canvas.top), 11, INSIDE - wide - 20, SOFT)
        canvas.write(tool, (WIDTH - MARGIN - wide, canvas.top), 11, wide + 4, SOFT)
        canvas.top += 15
        sheet = canvas.sheet(f"{self.telling.words(f'fleet.report.{head.key}.title')}. {alternative}")
        return Picture(head, sheet, alternative, table)

    def table(self, names: Sequence[str], rows: Iterable[tuple[str, ...]], *numbers: int) -> Table:
        """The numbers, below the words for their columns."""
        return Table(tuple(self.telling.words(f"fleet.report.column.{name}") for name in names), tuple(rows), numbers)


def line(
    canvas: Canvas, one: tuple[float, float], other: tuple[float, float], colour: str = FAINT, width: float = 1
) -> None:
    """A straight line under everything else."""
    canvas.under(Shape((one, other), None, colour, width, closed=False))


def dashed(canvas: Canvas, at: float, top: float, bottom: float, colour: str) -> None:
    """An upright line of dashes under everything else."""
    while top < bottom:
        line(canvas, (at, top), (at, min(bottom, top + 5)), colour, 1.4)
        top += 9


def keyed(canvas: Canvas, swatches: Sequence[tuple[Box, str]]) -> None:
    """Explain areas in a row: each box is drawn where it comes to stand, 22 by 12 pixels, with its word."""
    left = MARGIN
    for box, word in swatches:
        wide = 30 + canvas.width(word, 12) + 18
        if left > MARGIN and left + wide > WIDTH - MARGIN:
            left, canvas.top = MARGIN, canvas.top + 22
        canvas.put(Box(left, canvas.top + 2, 22, 12, box.fill, box.edge, box.hatch, box.line))
        canvas.write(word, (left + 29, canvas.top), 12, WIDTH - MARGIN - left - 29, SOFT)
        left += wide
    canvas.top += 22
