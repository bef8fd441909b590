"""Progress of long work, on a terminal only, and only once it has taken a second."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

PATIENCE_S = 1.0
"""Work shorter than this shows no progress."""


@contextmanager
def watching(console: Console) -> Iterator[Callable[[str, int], None]]:
    """A progress display for reading files: call what it yields with a path and the bytes read since the last call."""
    if not console.is_terminal:
        yield lambda _path, _size: None
        return
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    display = Progress(*columns, console=console, transient=True)
    task = display.add_task("", total=None)
    begun, read = time.monotonic(), 0

    def progress(path: str, size: int) -> None:
        nonlocal read
        read += size
        if time.monotonic() - begun > PATIENCE_S:
            if not display.live.is_started:
                display.start()
            display.update(task, completed=read, description=path[-60:].encode("ascii", "replace").decode())

    try:
        yield progress
    finally:
        display.stop()
