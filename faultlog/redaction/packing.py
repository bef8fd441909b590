"""Containers written anew: tar, zip and compressed files with what is left of their members, as damaged as they were.

A log that is cut off is judged otherwise than one that ends: so a stream that broke before its end is written so that
it breaks there again.
"""

import stat
import struct
import tarfile
import tempfile
import zipfile
import zlib
from bz2 import BZ2Compressor
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from lzma import LZMACompressor
from pathlib import Path
from typing import BinaryIO, Final, Protocol, cast

from zlib_ng import zlib_ng

from faultlog.archives.inflate import Compression
from faultlog.archives.streams import CHUNK
from faultlog.model import NS, Instant
from faultlog.values import dataclass

IN_MEMORY: Final = 8 << 20
"""Bytes of a file that is being written anew which are kept in memory; a larger one goes to a file without name."""
_BLOCK: Final = 512
_DOS_BEGIN: Final = (1980, 1, 1, 0, 0, 0)
_BROKEN: Final = "corrupt"
_NO_GZIP: Final = struct.pack("<4sLBB", b"\x1f\x8b\x08\0", 0, 0, 255)
_ENDS: Final[dict[Compression, tuple[bytes, bytes]]] = {
    "gz": (_NO_GZIP, _NO_GZIP + b"\x07"),
    "bz2": (b"BZh9", b"BZh91AY&SY" + b"\xff" * 32),
    "xz": (b"\xfd7zXZ\0", b"\xfd7zXZ\0" + b"\xff" * 32),
}
"""By kind what makes a compressed stream end early, and break: the begin of another one that is joined to it."""


class Spool:
    """Bytes on their way into a container, in memory or in a file without name."""

    def __init__(self, folder: Path) -> None:
        self.file = cast("BinaryIO", tempfile.SpooledTemporaryFile(max_size=IN_MEMORY, dir=str(folder)))  # noqa: SIM115

    def size(self) -> int:
        """How many bytes it holds."""
        return self.file.seek(0, 2)

    def chunks(self) -> Iterator[bytes]:
        """What it holds, from its begin."""
        self.file.seek(0)
        while data := self.file.read(CHUNK):
            yield data

    def close(self) -> None:
        """Forget it."""
        self.file.close()


@dataclass(frozen=True, slots=True)
class Member:
    """A file to be put into a container."""

    name: str
    content: Spool
    modified: Instant | None
    mode: int | None
    cut: str | None = None
    """Why the container's own bytes of it ended early, where they did."""


class Packer(Protocol):
    """Writes a container, member by member."""

    def add(self, member: Member) -> None:
        """Write a member behind those before."""

    def close(self, damage: str | None) -> None:
        """Write what follows the last member; nothing where the container ended early."""


class TarPacker:
    """Writes a tar."""

    def __init__(self, target: BinaryIO) -> None:
        self._target = target

    def add(self, member: Member) -> None:
        """Write a member; of one that was cut, bytes are missing, and nothing may follow."""
        size = member.content.size()
        info = tarfile.TarInfo(member.name)
        info.size = size + (member.cut is not None)
        info.mtime = 0 if member.modified is None else member.modified.ns // NS
        info.mode = 0o644 if member.mode is None else stat.S_IMODE(member.mode)
        self._target.write(info.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape"))
        for data in member.content.chunks():
            self._target.write(data)
        if member.cut is None:
            self._target.write(b"\0" * (-size % _BLOCK))

    def close(self, damage: str | None) -> None:
        """Write the end mark, or what is no header where one was broken."""
        if damage is None:
            self._target.write(b"\0" * 2 * _BLOCK)
        elif damage == _BROKEN:
            self._target.write(b"\xff" * _BLOCK)


class ZipPacker:
    """Writes a zip."""

    def __init__(self, target: BinaryIO) -> None:
        self._target = target
        self._opened: zipfile.ZipFile | None = None

    def _zip(self) -> zipfile.ZipFile:
        """The zip, begun when something is known to go into it."""
        if self._opened is None:
            self._opened = zipfile.ZipFile(self._target, "w", zipfile.ZIP_DEFLATED)
        return self._opened

    def add(self, member: Member) -> None:
        """Write a member; one that was cut has a checksum that does not hold."""
        info = zipfile.ZipInfo(member.name, _dos(member.modified))
        info.filename = member.name  # as it is: `ZipInfo` would end it at a NUL
        info.compress_type = zipfile.ZIP_DEFLATED
        info.create_system = 3
        info.external_attr = (stat.S_IFREG | stat.S_IMODE(member.mode or 0o644)) << 16
        if member.modified is not None:
            info.extra = struct.pack("<HHBl", 0x5455, 5, 1, min(member.modified.ns // NS, 2**31 - 1))
        with self._zip().open(info, "w", force_zip64=member.content.size() >= 1 << 31) as file:
            for data in member.content.chunks():
                file.write(data)
        if member.cut is not None:
            info.CRC ^= 1

    def close(self, damage: str | None) -> None:  # noqa: ARG002 (a zip that ended early was not opened at all)
        """Write the directory."""
        self._zip().close()


def _dos(modified: Instant | None) -> tuple[int, int, int, int, int, int]:
    if modified is None:
        return _DOS_BEGIN
    day = datetime.fromtimestamp(modified.ns // NS, UTC)
    whole = (day.year, day.month, day.day, day.hour, day.minute, day.second)
    return max(_DOS_BEGIN, min(whole, (2107, 12, 31, 23, 59, 58)))


class _Compressor(Protocol):
    def compress(self, data: bytes, /) -> bytes: ...
    def flush(self) -> bytes: ...


_COMPRESSORS: Final[dict[Compression, Callable[[], _Compressor]]] = {
    "gz": lambda: zlib_ng.compressobj(6, zlib.DEFLATED, -15),
    "bz2": BZ2Compressor,
    "xz": LZMACompressor,
}


def compress(content: Spool, target: BinaryIO, kind: Compression, modified: Instant | None, damage: str | None) -> None:
    """Write a compressed file.

    Args:
        content: what it holds.
        target: where to write.
        kind: how it is compressed.
        modified: what a gzip header states, where it did.
        damage: why the stream ended early, where it did.
    """
    packer, checksum, size = _COMPRESSORS[kind](), 0, 0
    if kind == "gz":
        seconds = 0 if modified is None else modified.ns // NS
        target.write(struct.pack("<4sLBB", b"\x1f\x8b\x08\0", seconds & 0xFFFFFFFF, 0, 255))
    for data in content.chunks():
        target.write(packer.compress(data))
        checksum, size = zlib_ng.crc32(data, checksum), size + len(data)
    target.write(packer.flush())
    if kind == "gz":
        target.write(struct.pack("<LL", checksum, size & 0xFFFFFFFF))
    if damage is not None:
        target.write(_ENDS[kind][damage == _BROKEN])
