"""Where a worker keeps what it unpacks: a folder of its own, which another worker removes if this one is killed."""

import fcntl
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

_PREFIX: Final = "faultlog-worker-"
_LOCK: Final = "lock"
_NEW_S: Final = 60.0
"""Seconds in which a folder may have no lock yet. Tool default."""


@contextmanager
def own_place() -> Iterator[Path]:
    """A folder in which this process and its children make their temporary files; those of dead workers go.

    Raises:
        OSError: it cannot be made.
    """
    sweep()
    outer = tempfile.tempdir
    place = Path(tempfile.mkdtemp(prefix=_PREFIX))
    with (place / _LOCK).open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        tempfile.tempdir = str(place)
        try:
            yield place
        finally:
            tempfile.tempdir = outer
            shutil.rmtree(place, ignore_errors=True)


def sweep() -> int:
    """Remove the folders of workers of this machine that have ended; how many."""
    return sum(map(_removed, Path(tempfile.gettempdir()).glob(f"{_PREFIX}*")))


def _removed(place: Path) -> bool:
    with suppress(OSError):
        if not (place / _LOCK).exists() and time.time() - place.stat().st_mtime < _NEW_S:
            return False
        with (place / _LOCK).open("ab") as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(place)
            return True
    return False
