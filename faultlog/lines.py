"""From bytes to lines: where a line begins, ends and stands, whatever the chunks it arrives in."""

import re
from collections.abc import Callable, Iterable, Iterator

from faultlog.values import dataclass

MAX_LINE = 1024 * 1024
"""Bytes kept of one line; the rest of a longer one is counted and cut. Tool default."""

BLANKS = (b" ", b"\t")
"""What a line begins with that goes on from the one before."""
_FOLLOWING = re.compile(rb"\n[^ \t]")
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


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A piece of a file that holds whole events: lines, each with those that go on from it, which begin with a blank.

    The event in front of its lines and the one behind them stand in it as well, so that whoever looks at a block sees
    each event beside the one before it and the one after it.
    """

    raw: bytes
    start: int
    """Where the lines of this block begin; what stands before was in the block before."""
    end: int
    """Where the lines of this block end; what follows comes again."""
    whole: int
    """Where the last whole event ends; behind it may stand a part of one."""


Taker = Callable[[Block, int, int, int], tuple[int, int]]
"""Takes whole lines of a block from a place on: given block, place, the place's offset in the file and line number, it
says where the lines that it took end, and how many they are."""


def _none(block: Block, start: int, offset: int, number: int) -> tuple[int, int]:  # noqa: ARG001 (the shape of a taker)
    return start, 0


def blocks(chunks: Iterable[bytes]) -> Iterator[Block]:
    """A stream of bytes in blocks. An event of more than `MAX_LINE` stands in blocks of its own, without whole events.

    Memory is bounded by one chunk and one `MAX_LINE`.
    """
    carry, start, long = b"", 0, False
    for chunk in chunks:
        raw = carry + chunk if carry else chunk
        while (end := _behind_long(raw) if long else _long(raw, start)) >= 0:
            if end > start:
                yield Block(raw[: end + 1], start, end, 0 if long else end)
            raw, start, long = raw[end:], 0, not long
        whole = 0 if long else event_before(raw, len(raw))
        end = len(raw) - raw.endswith(b"\n") if long else event_before(raw, whole)
        if end > start:
            yield Block(raw, start, end, whole)
            before = end if long else event_before(raw, end)
            raw, start = raw[before:], end - before
        carry = raw
    if len(carry) > start:
        yield Block(carry, start, len(carry), 0 if long else len(carry))


def _long(raw: bytes, start: int) -> int:
    """Where the first event of more than `MAX_LINE` begins, from one that begins at a place on; -1 if none is seen."""
    while len(raw) - start > MAX_LINE:
        following = event_before(raw, start + MAX_LINE + 1)
        if following <= start:
            return start
        start = following
    return -1


def _behind_long(raw: bytes) -> int:
    """Where the event begins that follows the one in whose middle some bytes begin; -1 if it is not seen."""
    found = _FOLLOWING.search(raw)
    return -1 if found is None else found.start() + 1


def line_behind(raw: bytes, start: int, distance: float) -> int:
    """Where the first line begins that is at least so many bytes behind the one that begins at a place."""
    if distance <= 0:
        return start
    return raw.find(b"\n", start + int(min(distance, len(raw))) - 1) + 1 or len(raw)


_OTHER = re.compile(rb"[^\n]")


def empty_lines(raw: bytes, start: int, end: int) -> int:
    """How many empty lines stand in a row at a place."""
    found = _OTHER.search(raw, start, end)
    return (end if found is None else found.start()) - start


def next_grid(offset: int, grid: int) -> int:
    """The first multiple of a grid behind an offset: there the next line of a sample begins at the earliest."""
    return (offset // grid + 1) * grid


def event_start(raw: bytes, place: int) -> int:
    """Where the event begins that a place lies in; 0 where that is not seen."""
    start = raw.rfind(b"\n", 0, place) + 1
    while start and raw[start : start + 1] in BLANKS:
        start = raw.rfind(b"\n", 0, start - 1) + 1
    return start


def event_end(raw: bytes, place: int, until: int) -> int:
    """Where the event behind the one ends that a place lies in, or `until`."""
    end = raw.find(b"\n", place, until) + 1 or until
    while end < until and raw[end : end + 1] in BLANKS:
        end = raw.find(b"\n", end, until) + 1 or until
    return end


def event_before(raw: bytes, until: int) -> int:
    """Where the last event begins that begins before a place, behind a line feed; 0 where none does."""
    return event_start(raw, max(0, until - 1))


def split(chunks: Iterable[bytes], take: Taker = _none) -> Iterator[Line]:
    """Split a stream of bytes into lines. The lines are the same however the stream is cut into chunks.

    Memory is bounded by one chunk and one `MAX_LINE`.

    Args:
        chunks: the bytes, cut anywhere.
        take: asked before each line that begins and ends in one block; what it takes is not handed out.
    """
    number, offset, kept, size = 1, 0, b"", 0
    for block in blocks(chunks):
        raw, start = block.raw, block.start
        while (end := raw.find(b"\n", start, block.end)) >= 0:
            if not size:
                taken, lines = take(block, start, offset, number)
                if lines:
                    number, offset, start = number + lines, offset + taken - start, taken
                    continue
            line = raw[start:end] if not size else kept + raw[start : min(end, start + MAX_LINE - len(kept))]
            size += end - start + 1
            yield Line(number, offset, line[:MAX_LINE], size, terminated=True)
            number, offset, kept, size, start = number + 1, offset + size, b"", 0, end + 1
        kept += raw[start : min(block.end, start + MAX_LINE - len(kept))]
        size += block.end - start
    if size:
        yield Line(number, offset, kept, size, terminated=False)
