"""Pictures compared by what they show: their bytes may differ where another library drew their fonts."""

import io

import numpy as np
from PIL import Image

UNLIKE = 2.0
"""The most by which pictures that show the same differ: root of the mean square over all pixels, of 255."""

COARSE = 20
"""Pixels of a picture that are one where it is compared coarsely: a line of text."""
UNLIKE_COARSELY = 4.0
"""As `UNLIKE`, for pictures that are compared coarsely."""


def pixels(data: bytes) -> np.ndarray:
    """A picture file as height × width × 3 numbers, 0 to 255, on white."""
    picture = Image.open(io.BytesIO(data)).convert("RGBA")
    white = Image.new("RGBA", picture.size, "white")
    return np.asarray(Image.alpha_composite(white, picture).convert("RGB"), dtype=np.float64)


def alike(one: bytes, other: bytes) -> bool:
    """Whether two picture files are of one size and show the same."""
    drawn, committed = pixels(one), pixels(other)
    return drawn.shape == committed.shape and float(np.sqrt(np.mean((drawn - committed) ** 2))) <= UNLIKE


def coarsely_alike(one: bytes, other: bytes) -> bool:
    """Whether two picture files are of one size and look the same from afar: fonts differ from machine to machine."""
    taken, committed = (Image.fromarray(pixels(each).astype(np.uint8)) for each in (one, other))
    if taken.size != committed.size:
        return False
    coarse = (taken.width // COARSE, taken.height // COARSE)
    blurred = [np.asarray(each.resize(coarse, Image.Resampling.BOX), dtype=np.float64) for each in (taken, committed)]
    return float(np.sqrt(np.mean((blurred[0] - blurred[1]) ** 2))) <= UNLIKE_COARSELY


def smaller(data: bytes) -> bytes:
    """The same picture as a PNG file of 128 colours, rare ones among them: a third of the bytes, and nobody sees it."""
    file, picture = io.BytesIO(), Image.fromarray(pixels(data).astype(np.uint8))
    few = picture.quantize(128, Image.Quantize.MAXCOVERAGE, kmeans=1, dither=Image.Dither.NONE)
    few.save(file, "PNG", optimize=True)
    return file.getvalue()
