"""Whose turn it is to write into SQLite's file: one process at a time, and one of its threads; and whether it is there.

Nobody waits without end: a process that was stopped in the midst of its turn keeps it for as long as it lives.
"""

import fcntl
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import IO, Final

from sqlalchemy.exc import OperationalError

_FIRST_S: Final = 0.001
_MOST_S: Final = 0.05
"""Seconds between two looks whether a lock is free. Tool default."""

_MENDED: Final = (3, 51, 3)
"""The version of SQLite in which the WAL-reset bug is mended; all before it have it, from 3.7.0 on."""


def sqlite_said(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> str:
    """Which SQLite this is, and what holds of its WAL-reset bug.

    The bug needs two that copy the log while a third commits. Here all three hold the lock, one after another; and what
    the last connection copies when it is closed, it copies while nobody else has the file open.

    >>> sqlite_said((3, 51, 3))
    'SQLite 3.51.3'
    """
    name = "SQLite " + ".".join(map(str, version))
    return name if version >= _MENDED else f"{name}: its WAL-reset bug is not met, since one process at a time writes"


class HeldError(sqlite3.OperationalError):
    """Another process has had its turn for too long."""


class GoneError(OperationalError):
    """What was opened is not where it was: removed, or another is there. Nothing was written."""

    def __init__(self, place: Path) -> None:
        super().__init__(None, None, sqlite3.OperationalError(f"{place}: is not any more what was opened"))


class Turns:
    """Turns to write into one file."""

    def __init__(self, file: Path, lock: Path) -> None:
        """Begin with the file that is there now.

        Args:
            file: the database.
            lock: what who writes holds; made where it is missing.
        """
        self._file, self._lock, self._ours = file, lock, Lock()
        self._opened = _identity(file)

    @property
    def is_gone(self) -> bool:
        """Whether the file is not there any more, or another is."""
        return _identity(self._file) != self._opened

    @contextmanager
    def first(self, within_s: float) -> Iterator[None]:
        """A turn to make what is not there yet, or to bring it to this version.

        Args:
            within_s: seconds in which it has to come.

        Raises:
            sqlalchemy.exc.OperationalError: it did not come.
        """
        with self._held(time.monotonic() + within_s):
            yield

    @contextmanager
    def taken(self, within_s: float) -> Iterator[None]:
        """A turn, for as long as this lasts.

        Args:
            within_s: seconds in which it has to come.

        Raises:
            GoneError: there is nothing to write into.
            sqlalchemy.exc.OperationalError: it did not come.
        """
        until = time.monotonic() + within_s
        if not self._ours.acquire(timeout=within_s):
            raise _late(self._lock)
        try:
            with self._held(until):
                if self.is_gone:
                    raise GoneError(self._file)
                yield
        finally:
            self._ours.release()

    def _held(self, until: float) -> IO[bytes]:
        try:
            lock = self._lock.open("ab")
        except FileNotFoundError:
            raise GoneError(self._file) from None
        try:
            _locked(lock, until)
        except BaseException:
            lock.close()
            raise
        return lock


def _locked(lock: IO[bytes], until: float) -> None:
    pause = _FIRST_S
    while True:
        try:
            return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise _late(Path(lock.name)) from None
        time.sleep(pause)
        pause = min(2 * pause, _MOST_S)


def _late(lock: Path) -> OperationalError:
    said = f"{lock}: {_holder(lock)} does not let it go; if it was stopped, let it go on, or end it"
    return OperationalError(None, None, HeldError(said))


def _holder(lock: Path, locks: Path = Path("/proc/locks")) -> str:
    """Who has a lock, as far as the system tells: each line is number, kind, `ADVISORY`, `WRITE`, pid, device:inode."""
    try:
        inode, lines = lock.stat().st_ino, [line.split() for line in locks.read_text().splitlines()]
    except OSError:
        return "another process"
    pids = [line[4] for line in lines if len(line) > 5 and line[1] == "FLOCK" and line[5].endswith(f":{inode}")]
    return f"process {pids[0]}" if pids and int(pids[0]) > 0 else "another process"


def _identity(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
