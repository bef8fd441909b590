"""Where in a chunk of bytes a line may matter: the lines without any anchor need no closer look."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from ahocorasick_rs import BytesAhoCorasick, MatchKind

from faultlog.anchors import anchors, sample_of
from faultlog.literals import Literals

FOLD = np.uint8(0x20)
LOWERED = ("\u212a".encode(), "\u0130".encode())
"""Characters beyond ASCII whose lower case holds a letter of ASCII: the sign of kelvin, and the dotted I."""
_LINE_FEED = np.uint8(10)


@dataclass(slots=True)
class Prefilter:
    """Finds the anchors of one file, which its own first bytes decide."""

    wanted: Sequence[Sequence[Literals]]
    """Of each kind of line that matters, sets of texts in lower case: each such line has one of every set."""
    _automaton: BytesAhoCorasick | None = None
    _room: "np.ndarray[tuple[int], np.dtype[np.uint8]]" = field(default_factory=lambda: np.empty(0, np.uint8))

    def places(self, chunk: bytes) -> list[int]:
        """Where anchors stand, in order; of anchors that overlap, at least the first."""
        automaton = self._automaton or self._chosen(chunk)
        if len(self._room) < len(chunk):
            self._room = np.empty(len(chunk) + len(chunk) // 4, np.uint8)
        lowered = self._room[: len(chunk)]
        np.bitwise_or(np.frombuffer(chunk, np.uint8), FOLD, out=lowered)
        found = [start for _, start, _ in automaton.find_matches_as_indexes(lowered.data)]
        return found if chunk.isascii() else sorted([*found, *_lowered(chunk)])

    def _chosen(self, chunk: bytes) -> BytesAhoCorasick:
        self._automaton = BytesAhoCorasick(anchors(self.wanted, sample_of(chunk)), MatchKind.LeftmostFirst)
        return self._automaton


def _lowered(chunk: bytes) -> Iterator[int]:
    for char in LOWERED:
        place = chunk.find(char)
        while place >= 0:
            yield place
            place = chunk.find(char, place + 1)


def lines_in(chunk: bytes, start: int, end: int) -> int:
    r"""Line feeds in a part of a chunk.

    >>> lines_in(b"one\\ntwo\\nthree", 0, 8)
    2
    """
    return int(np.count_nonzero(np.frombuffer(chunk, np.uint8, end - start, start) == _LINE_FEED))


def after_lines(chunk: bytes, start: int, end: int, count: int) -> int:
    r"""Where the line begins that stands so many lines behind a place, at most `end`.

    >>> after_lines(b"one\\ntwo\\nthree", 0, 13, 2)
    8
    """
    feeds = np.flatnonzero(np.frombuffer(chunk, np.uint8, end - start, start) == _LINE_FEED)
    return end if count > len(feeds) else start + int(feeds[count - 1]) + 1
