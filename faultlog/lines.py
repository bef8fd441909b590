"""From bytes to lines: where a line begins, ends and stands, whatever the chunks it arrives in."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

MAX_LINE = 1024 * 1024
"""Bytes kept of one line; the rest of a longer one is counted and cut. Tool default."""

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file."""

    number: int
    """1-based."""
    offset: int
    """0-based byte offset of its first byte."""
    raw: bytes
    """Its bytes without line feed, at most `MAX_LINE` of them."""
    size: int
    """Its bytes in the file, line feed included."""
    terminated: bool
    """Whether a line feed ends it; only a last line can lack it."""

    @property
    def text(self) -> str:
        """The line decoded, bytes that are no UTF-8 replaced, without byte order mark and carriage return."""
        raw = self.raw[3:] if self.offset == 0 and self.raw.startswith(_BOM) else self.raw
        return raw.decode("utf-8", "replace").removesuffix("\r")


Taker = Callable[[bytes, int, int, int], tuple[int, int]]
"""Takes whole lines of a chunk from a place on: given chunk, place, the place's offset in the file and line number, it
says where the lines that it took end, and how many they are."""


def _none(chunk: bytes, start: int, offset: int, number: int) -> tuple[int, int]:  # noqa: ARG001 (the shape of a taker)
    return start, 0


def split(chunks: Iterable[bytes], take: Taker = _none) -> Iterator[Line]:
    """Split a stream of bytes into lines. The lines are the same however the stream is cut into chunks.

    Memory is bounded by one chunk and one `MAX_LINE`.

    Args:
        chunks: the bytes, cut anywhere.
        take: asked before each line that begins and ends in one chunk; what it takes is not handed out.
    """
    number, offset, kept, size = 1, 0, b"", 0
    for chunk in chunks:
        start = 0
        while (end := chunk.find(b"\n", start)) >= 0:
            if not size:
                taken, lines = take(chunk, start, offset, number)
                if lines:
                    number, offset, start = number + lines, offset + taken - start, taken
                    continue
            raw = chunk[start:end] if not size else kept + chunk[start : min(end, start + MAX_LINE - len(kept))]
            size += end - start + 1
            yield Line(number, offset, raw[:MAX_LINE], size, terminated=True)
            number, offset, kept, size, start = number + 1, offset + size, b"", 0, end + 1
        kept += chunk[start : start + MAX_LINE - len(kept)]
        size += len(chunk) - start
    if size:
        yield Line(number, offset, kept, size, terminated=False)
