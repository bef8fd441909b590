"""One file as it grows, whatever becomes of its name: renamed, cut short, replaced, gone and back.

Nothing but `stat` and `read` is asked of the system. A file that was renamed is read to its end before the one that
has taken its name; one that was cut short begins anew, and what was written before the cut is looked for in the copy
beside it, where a tool that copies and truncates leaves it. Files that had the name in between stand beside it as
well, perhaps compressed, and are read in their order.
"""

import os
import stat
from collections.abc import Generator, Iterator
from itertools import groupby
from pathlib import Path
from typing import BinaryIO, Literal

from faultlog.values import dataclass
from faultlog.watching.siblings import EDGE, NotHadError, beside, contents, head_of, is_file, numbered, rest_of

CHUNK = 1024 * 1024
"""Bytes read at once."""
ONCE_S = 5.0
"""Between two looks at most so far apart a log changes its file once, unless a file beside it shows otherwise. Tool
default."""
MOST_NAMED = 3
"""Files of a gap that are named. Tool default."""

Fate = Literal[
    "found", "missing", "vanished", "back", "unreadable", "no_file", "rotated", "truncated", "lost", "between", "gap"
]
"""What becomes of a file. `lost`: it was cut short, and what may have been written right before is nowhere. `between`:
a file that had the name for a while was read to its end. `gap`: behind the file that ended last one cannot be had."""


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
        self._older: frozenset[bytes] = frozenset()
        """The first bytes of the files that stood beside it when it was begun."""
        self._looked_s: float | None = None
        self._once = True
        """Whether it has changed its file once at most since the last look."""

    def poll(self, now_s: float) -> Iterator[bytes | Turn]:
        """What was written since the last time, and what became of the file, in order; `now_s` since 1970."""
        self._once = self._looked_s is None or 0 <= now_s - self._looked_s <= ONCE_S
        yield from self._look()
        self._looked_s = now_s

    def _look(self) -> Iterator[bytes | Turn]:
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
        self._older = frozenset(map(head_of, beside(self.path))) - {b""}

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
        siblings = beside(self.path)
        copy = next((one for one in siblings if self._goes_on_in(one)), None)
        if copy is not None:
            yield from self._rest_of(copy)
        yield Turn("lost" if copy is None else "truncated")
        yield from self._in_between(siblings, copy, told=True)
        self._place, self._edge, self._head = shortened, b"", self._head if shortened else b""
        self._older = frozenset(map(head_of, siblings)) - {b""}

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

    def _goes_on_in(self, sibling: Path) -> bool:
        """Whether a file beside it holds what was read, perhaps compressed."""
        return bool(self._edge) and rest_of(sibling, self._head, self._edge, self._place) is not None

    def _rest_of(self, copy: Path) -> Iterator[bytes]:
        """What a copy holds behind the place that was read to."""
        try:
            yield from rest_of(copy, self._head, self._edge, self._place) or ()
        except NotHadError:
            return  # it was checked right before

    def _in_between(
        self, siblings: list[Path], former: Path | None, current: BinaryIO | None = None, *, told: bool = False
    ) -> Iterator[bytes | Turn]:
        """The files that had the name after the one that was read and before the current one, oldest first.

        Args:
            siblings: the files beside it.
            former: which of them was read; `None` where it is none of them.
            current: the file that has the name now, so that it is not read twice if it loses it meanwhile.
            told: whether it has been told that lines before them may be lost.
        """
        by_number = numbered([one for one in siblings if current is None or not is_file(one, current.fileno())])
        first = next((number for number, paths in by_number.items() if former in paths), None)
        newer = {number: paths for number, paths in by_number.items() if self._is_newer(number, paths, first)}
        if not newer and (self._once or first == 1):
            return
        if former is None and not told:
            yield Turn("gap")
        oldest = max(newer, default=0) if former is None else (first or 1) - 1
        wanted = [newer.get(number, []) for number in range(oldest, 0, -1)]
        names = [f"{self.path.name}.{number}" for number in range(oldest, 0, -1)]
        for missing, run in groupby(zip(wanted, names, strict=True), lambda one: len(one[0]) != 1):
            if missing:
                yield Turn("gap", ", ".join(name for _, name in list(run)[:MOST_NAMED]))
                continue
            for (path,), _ in run:
                yield from self._whole(path)

    def _is_newer(self, number: int, paths: list[Path], first: int | None) -> bool:
        """Whether files were written since the one that was read, of that number, lost the name."""
        return (first is None or number < first) and not self._older.intersection(map(head_of, paths))

    def _whole(self, path: Path) -> Iterator[bytes | Turn]:
        """A file that had the name for a while."""
        read = False
        try:
            for chunk in contents(path):
                read = True
                yield chunk
        except NotHadError:
            yield from [Turn("between", path.name)] if read else []
            yield Turn("gap", path.name)
            return
        yield Turn("between", path.name)

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
        if not place:
            yield Turn("rotated")
            siblings = beside(self.path)
            former = next((one for one in siblings if is_file(one, file.fileno())), None)
            former = former or next((one for one in siblings if self._goes_on_in(one)), None)
            yield from self._in_between(siblings, former, opened)
        self._begin(opened, place)
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
