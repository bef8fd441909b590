"""Progress of long work, on a terminal only, and only once it has taken a second."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console

if TYPE_CHECKING:
    from rich.progress import Progress

PATIENCE_S = 1.0
"""Work shorter than this shows no progress."""


@contextmanager
def watching(console: Console) -> Iterator[Callable[[str, int], None]]:
    """A progress display for reading files: call what it yields with a path and the bytes read since the last call."""
    if not console.is_terminal:
        yield lambda _path, _size: None
        return
    display: Progress | None = None
    begun, read = time.monotonic(), 0

    def progress(path: str, size: int) -> None:
        nonlocal display, read
        read += size
        if time.monotonic() - begun > PATIENCE_S:
            if display is None:
                display = _started(console)
            name = path[-60:].encode("ascii", "replace").decode()
            display.update(display.task_ids[0], completed=read, description=name)

    try:
        yield progress
    finally:
        if display is not None:
            display.stop()


def _started(console: Console) -> "Progress":
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    display = Progress(*columns, console=console, transient=True)
    display.add_task("", total=None)
    display.start()
    return display
