"""Decompressors that cannot be made to allocate: gzip, bzip2, xz and the bare deflate of zips.

At most 256 KiB of output are made per step, and xz may have a dictionary of 256 MiB; joined streams are read as
one, as gzip, bzip2 and xz do. What stands before a fault is handed out before the fault is raised.
"""

import bz2
import io
import lzma
from collections.abc import Callable
from typing import Literal, Protocol, cast

from zlib_ng import zlib_ng

from faultlog.archives.streams import CHUNK, Budget, DamageError, Note, Stream
from faultlog.values import dataclass

_INPUT = 1 << 16
_XZ_MEMORY = 256 << 20

Compression = Literal["gz", "bz2", "xz", "deflate"]
"""What `Inflated` undoes; `deflate` is the bare stream inside a zip."""


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


_BROKEN = cast("type[Exception]", zlib_ng.error)  # its stubs take the class for an instance


class _Deflated(Protocol):
    """What zlib's decompressors can do; the stubs of zlib-ng leave `copy` out."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    @property
    def unconsumed_tail(self) -> bytes: ...
    def copy(self) -> "_Deflated": ...
    def decompress(self, data: bytes, max_length: int = 0, /) -> bytes: ...


class _Zlib:
    """zlib's decompressor with the manners of bz2's and lzma's; gives all that stands before a fault."""

    def __init__(self, wbits: int) -> None:
        self._inner = cast("_Deflated", zlib_ng.decompressobj(wbits))
        self._tail = b""
        self._full = False
        self._broken: Exception | None = None

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._tail and not self._full and self._broken is None

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        if self._broken is not None:
            raise self._broken
        data = self._tail + data
        spare = self._inner.copy()  # an error swallows the output of its call, up to a whole small log
        try:
            out = self._inner.decompress(data, max_length)
        except _BROKEN as error:
            self._broken = error
            return _salvage(spare, data, max_length)
        self._tail = self._inner.unconsumed_tail
        self._full = len(out) == max_length
        return out


def _salvage(inner: _Deflated, data: bytes, max_length: int) -> bytes:
    """What comes out before the byte at which zlib gives up."""
    out = bytearray()
    try:
        for at in range(len(data)):
            out += inner.decompress(data[at : at + 1], max_length)
    except _BROKEN:
        pass
    return bytes(out)


@dataclass(frozen=True, slots=True)
class _Method:
    make: Callable[[], _Decompressor]
    magic: bytes
    """What the next joined stream begins with; empty where streams are not joined."""
    step: int
    """Most bytes of output at once: what is lost where a fault swallows the output before it."""


_METHODS: dict[Compression, _Method] = {
    "gz": _Method(lambda: _Zlib(31), b"\x1f\x8b", CHUNK),
    "bz2": _Method(bz2.BZ2Decompressor, b"BZh", 1 << 13),
    "xz": _Method(lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, _XZ_MEMORY), b"\xfd7zXZ\0", 1 << 13),
    "deflate": _Method(lambda: _Zlib(-15), b"", CHUNK),
}


class Inflated(Stream):
    """What a compressed stream holds, joined streams one after the other; counts its output."""

    counted = True

    def __init__(self, source: Stream, kind: Compression, budget: Budget, note: Note) -> None:
        self._source = source
        self._kind = kind
        self._method = _METHODS[kind]
        self._budget = budget
        self._note = note
        self._inner = self._method.make()
        self._pending = b""
        self._produced = 0
        self._streams = 1
        self._done = False

    def _read(self, size: int) -> bytes:
        out = io.BytesIO()
        while out.tell() < size and not self._done:
            try:
                out.write(self._piece(min(size - out.tell(), self._method.step)))
            except DamageError as damage:
                self.damage = damage
                break
        if self.damage is not None and not out.tell():
            raise self.damage
        return out.getvalue()

    def _piece(self, size: int) -> bytes:
        """The next bytes, or none where more input or the next stream is needed first."""
        self._budget.check()
        if self._inner.eof:
            self._next_stream()
            return b""
        if self._inner.needs_input and not self._pending:
            self._pending = self._source.read(_INPUT)
            if not self._pending:
                raise DamageError("truncated", f"its {self._kind} stream ends early, {self._where()}")
        out = self._decompress(size)
        self._produced += len(out)
        return out[: self._budget.spend(len(out))]

    def _decompress(self, size: int) -> bytes:
        data, self._pending = self._pending, b""
        try:
            return self._inner.decompress(data, size)
        except (_BROKEN, lzma.LZMAError, OSError, EOFError, ValueError) as error:
            raise DamageError("corrupt", f"its {self._kind} stream breaks, {self._where()}: {error}") from None

    def _where(self) -> str:
        return f"after {self._produced} bytes of content"

    def _next_stream(self) -> None:
        """Sets up the stream that is joined to this one, or the end; zeros between are padding."""
        rest = self._inner.unused_data.lstrip(b"\0") if self._method.magic else b""
        while self._method.magic and len(rest) < len(self._method.magic):
            data = self._source.read(_INPUT)
            if not data:
                break
            rest = (rest + data).lstrip(b"\0")
        if not rest:
            self._done = True
        elif not rest.startswith(self._method.magic):
            self._done = True
            self._note("trailing_data", f"something that is not {self._kind} follows its end; not read")
        elif self._streams >= self._budget.limits.members:
            raise DamageError("bomb_members", f"it joins more than {self._streams} {self._kind} streams")
        else:
            self._streams += 1
            self._inner, self._pending = self._method.make(), rest
