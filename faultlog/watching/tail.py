"""One file as it grows, whatever becomes of its name: renamed, cut short, replaced, gone and back.

Nothing but `stat` and `read` is asked of the system. A file that was renamed is read to its end before the one that
has taken its name; one that was cut short begins anew, and what was written before the cut is looked for in the copy
beside it, where a tool that copies and truncates leaves it.
"""

import os
import stat
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import BinaryIO, Literal

from faultlog.rotation import series_of
from faultlog.values import dataclass

CHUNK = 1024 * 1024
"""Bytes read at once."""
EDGE = 256
"""Bytes before the place that was read to: a file that has them there is the same log. Tool default."""
MOST_SIBLINGS = 1_000
"""Files beside a log that are looked at for the copy of what was cut off. Tool default."""

Fate = Literal["found", "missing", "vanished", "back", "unreadable", "no_file", "rotated", "truncated", "lost"]
"""What becomes of a file. `lost`: it was cut short, and what may have been written right before is nowhere."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Something became of the file."""

    fate: Fate
    detail: str = ""


class Tail:
    """Follows one path. It never raises because of what the file is: that is told as a `Turn`, once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.modified_s = 0.0
        """When the file that is read was last written, in seconds since 1970, by its file system."""
        self._file: BinaryIO | None = None
        self._place = 0
        self._edge = b""
        """The last bytes that were read."""
        self._head = b""
        """The first bytes that were read of this file."""
        self._told: Fate = "found"

    def poll(self) -> Iterator[bytes | Turn]:
        """What was written since the last time, and what became of the file, in order."""
        if self._file is None:
            opened = yield from self._open()
            if opened is None:
                return
            yield from self._tell("found")
            self._begin(opened)
            yield from self._read(opened)
            return
        yield from self._cut_short(self._file)
        yield from self._read(self._file)
        yield from self._replaced(self._file)

    @property
    def in_trouble(self) -> bool:
        """Whether no file can be read under the name, so that lines may be written that are not seen."""
        return self._told in {"missing", "vanished", "unreadable", "no_file"}

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()
        self._file = None

    def _tell(self, fate: Fate, detail: str = "") -> Iterator[Turn]:
        if fate != self._told or fate == "found":
            yield Turn(fate, detail)
        self._told = fate

    def _open(self) -> Generator[Turn, None, BinaryIO | None]:
        """Open the path; where that cannot be done, say why, once."""
        try:
            if stat.S_ISREG(self.path.stat().st_mode):
                return self.path.open("rb", buffering=0)
            yield from self._tell("no_file")
        except FileNotFoundError:
            yield from self._tell("missing" if self._file is None else "vanished")
        except OSError as error:
            yield from self._tell("unreadable", error.strerror or "")
        return None

    def _begin(self, opened: BinaryIO, place: int = 0) -> None:
        self.close()
        self._file, self._place = opened, place
        self._edge = self._edge if place else b""
        self._head = self._head if place else b""

    def _read(self, file: BinaryIO) -> Iterator[bytes]:
        """The bytes behind the place that was read to."""
        try:
            file.seek(self._place)
            while chunk := file.read(CHUNK):
                self._head = self._head or chunk[:EDGE]
                self._place += len(chunk)
                self._edge = (self._edge + chunk)[-EDGE:]
                yield chunk
            self.modified_s = os.fstat(file.fileno()).st_mtime
        except OSError:
            return  # a file system that went away: the path is looked at next

    def _cut_short(self, file: BinaryIO) -> Iterator[bytes | Turn]:
        """That the file does not hold any more what was read of it: it begins anew, or went back some way."""
        if self._holds(file, self._place - len(self._edge), self._edge):
            return
        size = os.fstat(file.fileno()).st_size
        shortened = size if size < self._place and self._holds(file, 0, self._head) else 0
        copy = self._copy()
        if copy is not None:
            with copy:
                yield from self._read(copy)
        yield Turn("lost" if copy is None else "truncated")
        self._place, self._edge, self._head = shortened, b"", self._head if shortened else b""

    def _holds(self, file: BinaryIO, place: int, what: bytes) -> bool:
        """Whether some bytes stand at a place of a file."""
        try:
            file.seek(place)
            return file.read(len(what)) == what
        except OSError:
            return True  # nothing is known of it; the path is looked at next

    def _goes_on(self, file: BinaryIO) -> bool:
        """Whether another file holds what was read, and may hold more."""
        return bool(self._edge) and self._holds(file, self._place - len(self._edge), self._edge)

    def _copy(self) -> BinaryIO | None:
        """A file of the same rotation set that holds what was read here."""
        own = series_of("", self.path.name)
        try:
            beside = sorted(one for one in self.path.parent.iterdir() if one.name != self.path.name)
        except OSError:
            return None
        same = [one for one in beside if series_of("", one.name) == own]
        return next((found for one in same[:MOST_SIBLINGS] if (found := self._going_on(one)) is not None), None)

    def _going_on(self, path: Path) -> BinaryIO | None:
        """A file, opened, if it holds what was read."""
        try:
            if not stat.S_ISREG(path.stat().st_mode):
                return None
            opened = path.open("rb", buffering=0)
        except OSError:
            return None
        if self._goes_on(opened):
            return opened
        opened.close()
        return None

    def _replaced(self, file: BinaryIO) -> Iterator[bytes | Turn]:
        """That another file has taken the name; an empty one waits until somebody writes there."""
        if self._is_there(file):
            yield from self._tell("back") if self._told == "vanished" else ()
            self._told = "found"
            return
        opened = yield from self._open()
        if opened is None:
            return
        if not os.fstat(opened.fileno()).st_size:
            opened.close()
            return
        yield from self._read(file)  # what was written before the name changed hands
        place = self._place if self._goes_on(opened) else 0
        self._begin(opened, place)
        yield from () if place else [Turn("rotated")]
        self._told = "found"
        yield from self._read(opened)

    def _is_there(self, file: BinaryIO) -> bool:
        """Whether the path still names the file that is read."""
        try:
            named = self.path.stat()
        except OSError:
            return False
        own = os.fstat(file.fileno())
        return (own.st_dev, own.st_ino) == (named.st_dev, named.st_ino)
