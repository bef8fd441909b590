"""What killed processes left in a lake's `writing/`, removed by a later run."""

import shutil
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

DAY_S = 86_400.0
"""What is younger may be what another run is writing. Tool default."""


def swept(root: Path, now: float | None = None) -> int:
    """Remove what has not been written to for a day; how many there were.

    Args:
        root: of the lake.
        now: the time, in seconds since 1970; else that of the file system, which dates what lies there.
    """
    until, number = (_present(root / "writing") if now is None else now) - DAY_S, 0
    for place in sorted((root / "writing").glob("*")):
        with suppress(OSError):  # another run sweeps as well
            if _newest(place) < until:
                shutil.rmtree(place) if place.is_dir() else place.unlink()
                number += 1
    return number


def _present(folder: Path) -> float:
    """What the file system of a folder dates a file of this moment."""
    with NamedTemporaryFile(dir=folder) as file:
        return Path(file.name).stat().st_mtime


def _newest(place: Path) -> float:
    """When something was last written to a file, or to anything in a folder."""
    return max(one.lstat().st_mtime for one in (place, *place.rglob("*")))
