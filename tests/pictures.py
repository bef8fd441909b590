"""Pictures compared by what they show: their bytes may differ where another library drew their fonts."""

import io

import numpy as np
from PIL import Image, ImageChops, ImageStat

UNLIKE = 2.0
"""The most by which pictures that show the same differ: root of the mean square over all pixels, of 255."""

COARSE = 20
"""Pixels of a picture that are one where it is compared coarsely: a line of text."""
UNLIKE_COARSELY = 4.0
"""As `UNLIKE`, for pictures that are compared coarsely."""


def shown(data: bytes) -> Image.Image:
    """A picture file as it looks on white."""
    picture = Image.open(io.BytesIO(data)).convert("RGBA")
    white = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(white, picture).convert("RGB")


def alike(one: bytes, other: bytes) -> bool:
    """Whether two picture files are of one size and show the same."""
    drawn, committed = shown(one), shown(other)
    if drawn.size != committed.size:
        return False
    each = ImageStat.Stat(ImageChops.difference(drawn, committed)).rms
    return sum(one**2 / len(each) for one in each) ** 0.5 <= UNLIKE


def coarsely_alike(one: bytes, other: bytes) -> bool:
    """Whether two picture files are of one size and look the same from afar: fonts differ from machine to machine."""
    taken, committed = map(shown, (one, other))
    if taken.size != committed.size:
        return False
    coarse = (taken.width // COARSE, taken.height // COARSE)
    blurred = [np.asarray(each.resize(coarse, Image.Resampling.BOX), dtype=np.float64) for each in (taken, committed)]
    return float(np.sqrt(np.mean((blurred[0] - blurred[1]) ** 2))) <= UNLIKE_COARSELY


def smaller(data: bytes) -> bytes:
    """The same picture as a PNG file of 128 colours, rare ones among them: a third of the bytes, and nobody sees it."""
    file = io.BytesIO()
    few = shown(data).quantize(128, Image.Quantize.MAXCOVERAGE, kmeans=1, dither=Image.Dither.NONE)
    few.save(file, "PNG", optimize=True)
    return file.getvalue()
