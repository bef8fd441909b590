"""Where a worker keeps what it unpacks: a folder of its own, which another worker removes if this one is killed."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from faultlog.holding import held_folder, removed_folder

_PREFIX: Final = "faultlog-worker-"


@contextmanager
def own_place() -> Iterator[Path]:
    """A folder in which this process and its children make their temporary files; those of dead workers go.

    Raises:
        OSError: it cannot be made.
    """
    sweep()
    outer = tempfile.tempdir
    with held_folder(_PREFIX, Path(tempfile.gettempdir())) as place:
        tempfile.tempdir = str(place)
        try:
            yield place
        finally:
            tempfile.tempdir = outer


def sweep() -> int:
    """Remove the folders of workers of this machine that have ended; how many."""
    return sum(map(removed_folder, Path(tempfile.gettempdir()).glob(f"{_PREFIX}*")))
