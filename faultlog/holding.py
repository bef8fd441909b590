"""Files and folders that a process is about: it holds each by a lock, which ends with it, however that ends.

So another process that finds one knows whether it is somebody's, or was left behind.
"""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

_LOCK: Final = "lock"
_NEW_S: Final = 60.0
"""Seconds in which a folder may have no lock yet. Tool default."""


def held_file(path: Path) -> IO[bytes] | None:
    """Make a file and hold it until it is closed; `None` where somebody took it for left behind meanwhile.

    Raises:
        OSError: it cannot be made, or is there.
    """
    file = path.open("xb", buffering=0)
    with suppress(OSError):  # where no locks are, nobody removes anything either
        fcntl.flock(file, fcntl.LOCK_EX)
    with suppress(OSError):
        if os.path.samestat(os.fstat(file.fileno()), path.stat()):
            return file
    file.close()
    return None


def is_held(path: Path) -> bool:
    """Whether a process that lives holds a file, or nobody can tell."""
    try:
        with path.open("r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def removed(path: Path) -> bool:
    """Remove a file that nobody holds; whether it was one."""
    with suppress(OSError), path.open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.unlink()
        return True
    return False


@contextmanager
def held_folder(prefix: str, inside: Path) -> Iterator[Path]:
    """A folder that this process holds, and removes in the end with all that is in it.

    Raises:
        OSError: it cannot be made.
    """
    place = Path(tempfile.mkdtemp(prefix=prefix, dir=inside))
    try:
        with (place / _LOCK).open("ab") as held:
            with suppress(OSError):  # where no locks are, nobody removes anything either
                fcntl.flock(held, fcntl.LOCK_EX)
            yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def is_held_folder(place: Path) -> bool:
    """Whether a process that lives holds a folder, or is about to."""
    with suppress(OSError):
        if not (place / _LOCK).exists():
            return time.time() - place.stat().st_mtime < _NEW_S
        return is_held(place / _LOCK)
    return False


def removed_folder(place: Path) -> bool:
    """Remove a folder that nobody holds; whether it was one.

    What has no lock and is not empty is nobody's of ours: who makes a folder holds it before anything is in it.
    """
    if is_held_folder(place):
        return False
    with suppress(OSError):
        shutil.rmtree(place) if (place / _LOCK).exists() else place.rmdir()
        return True
    return False
