"""The font of all labels, shipped with the package: the same letters, Latin and Korean, on every machine."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import normalize

from faultlog.values import dataclass

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font

PATH = Path(__file__).resolve().parents[2] / "_data" / "fonts" / "FaultlogSans-Regular.otf"
UNIT = 100.0
"""Size in pixels at which letters are measured, without hinting, so that widths grow with the size."""


@dataclass(frozen=True, slots=True)
class ShippedFont:
    """Measures in the font that ships with the package."""

    def width(self, text: str, size: float) -> float:
        """Pixels that a text takes in letters of a size."""
        return _width(text) * size / UNIT

    def shown(self, text: str) -> str:
        """The text with every character that the font has no sign for as its code point: `U+4E2D`.

        Letters in parts are put together, as those of Korean names of files on macOS.
        """
        known = _characters()
        return "".join(one if ord(one) in known else f"U+{ord(one):04X}" for one in normalize("NFC", text))


@cache
def _face() -> "FT2Font":
    from matplotlib.ft2font import FT2Font

    face = FT2Font(str(PATH))
    face.set_size(UNIT, 72)
    return face


@cache
def _characters() -> frozenset[int]:
    return frozenset(_face().get_charmap())


@cache
def _advance(letter: str) -> float:
    from matplotlib.ft2font import LoadFlags

    return _face().load_char(ord(letter), LoadFlags.NO_HINTING).linearHoriAdvance / 65536


def _width(text: str) -> float:
    return sum(map(_advance, text))
