"""Bytes from strangers, read piece by piece under one shared budget: raw files, slices, what is checked.

A stream gives bytes until it gives none, and raises `DamageError` when it ends early. It raises the *same*
error again on each later read, so that whoever meets it second can see that it has been told already. The
budget counts bytes that were produced; sizes that an archive declares count nothing.
"""

import hashlib
import os
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import BinaryIO

from zlib_ng import zlib_ng

from faultlog.values import dataclass

CHUNK = 1 << 18
"""The most bytes handed out at once: what the second cache of a processor core holds several times."""
HEAD = 512
"""Bytes that are enough to recognise every container."""

Note = Callable[[str, str], None]
"""Takes a warning's code and detail; who passes it on knows the file."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one bundle may cost, in bytes unless said otherwise; the whole tree of archives shares it."""

    produced_bytes: int = 8 << 30
    """Bytes that may be produced in total, decompressed or read as they are."""
    member_bytes: int = 2 << 30
    """Bytes that one member may produce; the rest of it is cut, the other members go on."""
    members: int = 50_000
    """Files, nested containers included; also the gzip, bzip2 or xz streams one file may be joined from."""
    ratio: int = 250
    """Bytes produced per byte read from disk, once `ratio_from` bytes were produced."""
    ratio_from: int = 64 << 20
    """Bytes that may be produced at any ratio."""
    depth: int = 3
    """Containers inside each other; a tar and the compression around it are one."""
    header_bytes: int = 1 << 20
    """Size of one extended header of a tar (types x, g, L and K)."""
    name_bytes: int = 1024
    """Length of a member's name; a longer one is shown cut and warned about."""
    component_bytes: int = 255
    """Length of one component of a name; a longer one is warned about."""
    directory_bytes: int = 32 << 20
    """Size of a zip's central directory."""


class DamageError(Exception):
    """A stream ends before its end, by its own fault or by the budget's; the bundle makes a warning of it.

    Attributes:
        code: the reason code, e.g. `truncated`, `corrupt`, `bomb_size`.
        detail: what is known, for a person.
        told: whether a warning says it already.
    """

    def __init__(self, code: str, detail: str) -> None:
        self.code = code
        self.detail = detail
        self.told = False
        super().__init__(f"{code}: {detail}")


class Budget:
    """What reading one bundle has cost so far, against its limits.

    Attributes:
        limits: the limits.
        consumed: bytes read from disk or standard input.
        produced: bytes handed on, decompressed or as they are.
        over: set for good once something is exhausted; from then on every stream raises it.
    """

    _ENTRIES_PER_MEMBER = 3  # directories and extended headers come on top of the members

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.consumed = 0
        self.produced = 0
        self.over: DamageError | None = None
        self._members = 0
        self._entries = 0

    def spend(self, size: int) -> int:
        """How many of `size` produced bytes may be handed on; the budget is over when it is fewer."""
        allowed = min(size, self.limits.produced_bytes - self.produced)
        self.produced += allowed
        if allowed < size:
            self._end("bomb_size", f"the bundle unpacks to more than {self.limits.produced_bytes} bytes")
        elif self.produced > max(self.limits.ratio_from, self.limits.ratio * self.consumed):
            self._end("bomb_ratio", f"{self.consumed} bytes unpack to {self.produced} and more")
        return allowed

    def enter(self) -> None:
        """Counts one directory entry or archive header of any type.

        Raises:
            DamageError: there are far too many.
        """
        self._entries += 1
        if self._entries > self.limits.members * self._ENTRIES_PER_MEMBER:
            self._end("bomb_members", f"more than {self._entries - 1} entries")
        self.check()

    def visit(self) -> bool:
        """Counts one file; false when it is one too many."""
        self._members += 1
        if self._members > self.limits.members:
            self._end("bomb_members", f"more than {self.limits.members} files")
        return self._members <= self.limits.members

    def check(self) -> None:
        """Raises what ended the budget, if anything did."""
        if self.over is not None:
            raise self.over.with_traceback(None)

    def _end(self, code: str, detail: str) -> None:
        if self.over is None:
            self.over = DamageError(code, detail)


class Stream(ABC):
    """Bytes in order. Implementations write `_read`; damage they raise or leave in `damage` stays.

    Attributes:
        counted: whether the budget has counted these bytes already.
        damage: what the next read raises.
    """

    counted = False
    damage: DamageError | None = None

    def read(self, size: int) -> bytes:
        """Up to `size` bytes; fewer do not mean the end, none do.

        Raises:
            DamageError: the stream ends early here.
        """
        if self.damage is None:
            try:
                return self._read(size)
            except DamageError as damage:
                self.damage = damage
        raise self.damage.with_traceback(None)

    @abstractmethod
    def _read(self, size: int) -> bytes: ...


class Digest:
    """SHA-256 of bytes that are hashed in another thread, while they are read in this one."""

    _AHEAD = 4  # pieces that may wait: what they take is memory
    _WORTH = 1 << 16  # bytes from which on a piece is worth the way to another thread

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._pool: ThreadPoolExecutor | None = None
        self._waiting: deque[Future[None]] = deque()

    def update(self, data: bytes) -> None:
        """Takes the next bytes."""
        if self._pool is None and len(data) < self._WORTH:
            self._hash.update(data)
            return
        if self._pool is None:
            self._pool = ThreadPoolExecutor(1)
        self._waiting.append(self._pool.submit(self._hash.update, data))
        if len(self._waiting) > self._AHEAD:
            self._waiting.popleft().result()

    def hexdigest(self) -> str:
        """That of all bytes taken."""
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None
        return self._hash.hexdigest()


class RawFile(Stream):
    """A file on disk, standard input, or the spooled bytes of a nested zip; hashed if asked to.

    Attributes:
        used: whether anything was read of it beyond recognising it; for its owner to set.
    """

    def __init__(self, handle: BinaryIO, budget: Budget | None = None, *, hashed: bool = False) -> None:
        self.used = False
        self._handle = handle
        self._budget = budget
        self._at = 0
        self._next = 0
        self._hash = Digest() if hashed else None
        self._hashed = 0

    def _read(self, size: int) -> bytes:
        data = self.read_at(self._next, size)
        self._next += len(data)
        return data

    def read_at(self, offset: int, size: int) -> bytes:
        """The `size` bytes from `offset` on; fewer only at the end. Going back needs a file that seeks.

        Raises:
            DamageError: the file cannot be read there.
        """
        try:
            if offset != self._at:
                self._handle.seek(offset)
            data = self._handle.read(size)
        except OSError as error:
            self._at = -1
            raise DamageError("disk", f"reading stops at byte {offset}: {error.strerror}") from None
        self._at = offset + len(data)
        if self._budget is not None:
            self._budget.consumed += len(data)
        if self._hash is not None and offset <= self._hashed < self._at:
            self._hash.update(data[self._hashed - offset :])
            self._hashed = self._at
        return data

    def size(self) -> int:
        """Length in bytes, of a file that can seek."""
        self._at = -1
        return self._handle.seek(0, os.SEEK_END)

    def sha256(self) -> str:
        """Hex digest of the whole file, for which the rest of it is read.

        Raises:
            ValueError: the file was opened without `hashed`.
        """
        if self._hash is None:
            raise ValueError("this file is not hashed")
        self._budget = None  # nobody else reads on: what a bundle may cost is the same without a digest
        try:
            while self.read_at(self._hashed, CHUNK):
                pass
        except DamageError:
            pass  # the reader has met it too; the digest is of what can be read
        return self._hash.hexdigest()


class Peekable(Stream):
    """A stream whose beginning can be looked at before it is read.

    Attributes:
        failed: of a disk, while it was looked at; whoever reads is told too, though the same read might go well now.
    """

    def __init__(self, source: Stream, at_once: int = 0) -> None:
        """Asks the source for `at_once` bytes where fewer are wanted: each asking may cost."""
        self.counted = source.counted
        self.failed: DamageError | None = None
        self._source = source
        self._at_once = at_once
        self._ahead = b""

    def peek(self, size: int = HEAD) -> bytes:
        """The next bytes without taking them; fewer than `size` at the end or at damage."""
        while len(self._ahead) < size and self.failed is None:
            try:
                data = self._source.read(size - len(self._ahead))
            except DamageError as damage:
                self.failed = damage if damage.code == "disk" else None
                break
            if not data:
                break
            self._ahead += data
        return self._ahead[:size]

    def _read(self, size: int) -> bytes:
        if not self._ahead:
            if self.failed is not None:
                raise self.failed
            if size >= self._at_once:
                return self._source.read(size)
            self._ahead = self._source.read(self._at_once)
        data, self._ahead = self._ahead[:size], self._ahead[size:]
        return data


class Slice(Stream):
    """The next `size` bytes of another stream; `truncated` when that ends before."""

    def __init__(self, source: Stream, size: int) -> None:
        self.counted = source.counted
        self._source = source
        self._left = size

    def _read(self, size: int) -> bytes:
        if self._left == 0:
            return b""
        data = self._source.read(min(size, self._left))
        if not data:
            raise DamageError("truncated", f"its last {self._left} bytes are missing")
        self._left -= len(data)
        return data

    def skip(self) -> None:
        """Reads what is left and forgets it."""
        while self._left and self.read(CHUNK):
            pass


class Span(Slice):
    """The `size` bytes from `start` of a file that can seek."""

    def __init__(self, file: RawFile, start: int, size: int) -> None:
        super().__init__(file, size)
        self._file = file
        self._start = start

    def _read(self, size: int) -> bytes:
        if self._left == 0:
            return b""
        data = self._file.read_at(self._start, min(size, self._left))
        if not data:
            raise DamageError("truncated", f"the archive ends {self._left} bytes too early, at byte {self._start}")
        self._start += len(data)
        self._left -= len(data)
        return data


class Metered(Stream):
    """One member's bytes, against the limit of a member and, unless counted already, against the budget."""

    counted = True

    def __init__(self, source: Stream, budget: Budget) -> None:
        self._source = source
        self._budget = budget
        self._left = budget.limits.member_bytes

    def _read(self, size: int) -> bytes:
        if not self._source.counted:
            self._budget.check()
        data = self._source.read(size)
        if not self._source.counted:
            data = data[: self._budget.spend(len(data))]
            self.damage = self._budget.over
        if len(data) > self._left:
            data = data[: self._left]
            limit = self._budget.limits.member_bytes
            self.damage = DamageError("bomb_size", f"it is longer than {limit} bytes")
        self._left -= len(data)
        if not data and self.damage is not None:
            raise self.damage
        return data


class Checked(Stream):
    """The content of a zip member, which must come to the size and CRC-32 that the zip's directory states."""

    def __init__(self, source: Stream, size: int, crc: int) -> None:
        self.counted = source.counted
        self._source = source
        self._left = size
        self._crc = crc
        self._sum = 0

    def _read(self, size: int) -> bytes:
        data = self._source.read(size)
        self._sum = zlib_ng.crc32(data, self._sum)
        self._left -= len(data)
        if data or (self._left == 0 and self._sum == self._crc):
            return data
        raise DamageError("corrupt", "its bytes are not those that were packed: size or checksum differ")
