"""What killed processes left in a lake's `writing/`, removed by a later run."""

import shutil
import time
from contextlib import suppress
from pathlib import Path

DAY_S = 86_400.0
"""What is younger may be what another run is writing. Tool default."""


def swept(root: Path, now: float | None = None) -> int:
    """Remove what has not been written to for a day; how many there were.

    Args:
        root: of the lake.
        now: the time, in seconds since 1970; else the clock's.
    """
    until, number = (time.time() if now is None else now) - DAY_S, 0
    for place in sorted((root / "writing").glob("*")):
        with suppress(OSError):  # another run sweeps as well
            if _newest(place) < until:
                shutil.rmtree(place) if place.is_dir() else place.unlink()
                number += 1
    return number


def _newest(place: Path) -> float:
    """When something was last written to a file, or to anything in a folder."""
    return max(one.lstat().st_mtime for one in (place, *place.rglob("*")))
