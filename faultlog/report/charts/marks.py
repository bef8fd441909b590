"""What a picture is made of, in pixels from the top left corner: boxes, shapes and labels, in drawing order."""

from typing import Protocol

from faultlog.values import dataclass

Point = tuple[float, float]
"""Pixels from the left and from the top."""

ASCENT, LINE = 1.0, 1.3
"""Height of a line above its baseline and in all, as shares of the letters' size."""


class Metrics(Protocol):
    """What is known of the font that labels are drawn with."""

    def width(self, text: str, size: float) -> float:
        """Pixels that a text takes in letters of a size."""

    def shown(self, text: str) -> str:
        """The text with every character that the font has no sign for spelled out."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; `hatch` is drawn in the colour of the edge."""

    left: float
    top: float
    width: float
    height: float
    fill: str | None = None
    edge: str | None = None
    hatch: str = ""
    line: float = 1.0
    """Pixels of the edge; 0 draws only the hatch."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A polygon, or a line where it is not closed."""

    points: tuple[Point, ...]
    fill: str | None = None
    edge: str | None = None
    line: float = 1.0
    closed: bool = True


@dataclass(frozen=True, slots=True)
class Label:
    """One line of text; nothing else is written inside its box."""

    left: float
    top: float
    width: float
    text: str
    size: float
    """Pixels of the letters."""
    colour: str

    @property
    def height(self) -> float:
        """Pixels from the top of the box to its bottom."""
        return self.size * LINE

    @property
    def baseline(self) -> float:
        """Pixels from the top of the picture to the line on which the letters stand."""
        return self.top + self.size * ASCENT


Mark = Box | Shape | Label


@dataclass(frozen=True, slots=True)
class Sheet:
    """A picture before it is drawn."""

    width: int
    height: int
    marks: tuple[Mark, ...]
    title: str
    """What it says, in one sentence, for whoever cannot see it."""
