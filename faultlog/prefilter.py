"""Where in a chunk of bytes a line may matter: the lines without any anchor need no closer look."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from ahocorasick_rs import BytesAhoCorasick, MatchKind

from faultlog.anchors import Anchors, anchors, folded, sample_of
from faultlog.buckets import in_order
from faultlog.literals import Literals
from faultlog.values import dataclass

if TYPE_CHECKING:
    import numpy as np

FOLD = 0x20
MAX_CHOICES = 8
"""How often anchors are chosen for one file. Tool default."""
PATIENCE = 16 * 1024 * 1024
"""Bytes of a file that are searched without numpy and for anchors that were not chosen for it: either takes longer
than it saves. Tool default."""
LOWERED = ("\u212a".encode(), "\u0130".encode())
"""Characters beyond ASCII whose lower case holds a letter of ASCII: the sign of kelvin, and the dotted I."""
_LINE_FEED = 10
_FOLDED_END = _LINE_FEED | FOLD
_IN_WORDS = [byte < 0x80 and (chr(byte).isalnum() or byte == ord("_")) for byte in range(256)]
"""By byte, whether it is a letter, a digit or `_` of ASCII."""


@dataclass(frozen=True, slots=True)
class Search:
    """Looks for some anchors."""

    automaton: BytesAhoCorasick
    follow: tuple[frozenset[int] | None, ...]
    """Of each anchor that matters only where a word begins, the bytes behind it where it may hide another one."""
    across: frozenset[int]
    """The anchors that a line end may be part of: folded it is like one of their bytes."""

    @classmethod
    def of(cls, chosen: Anchors, sample: bytes) -> "Search":
        """One for chosen anchors, quick in a log of which a sample is known."""
        every = in_order([*chosen.words, *chosen.anywhere], sample)
        follow = (chosen.follow(one) if one in chosen.words else None for one in every)
        across = (number for number, one in enumerate(every) if _FOLDED_END in one)
        return cls(BytesAhoCorasick(every, MatchKind.LeftmostFirst), tuple(follow), frozenset(across))

    def places(self, chunk: bytes, folded_chunk: bytes | memoryview) -> list[int]:
        """Where anchors stand in a chunk, in order."""
        found = []
        for which, at, end in self.automaton.find_matches_as_indexes(folded_chunk):
            follow = self.follow[which]
            if (
                follow is None
                or not at
                or not _IN_WORDS[chunk[at - 1]]
                or (end < len(folded_chunk) and folded_chunk[end] in follow)
            ):
                found.append(at)
                if which in self.across:
                    found += range(at + 1, end)
        return found


@lru_cache(maxsize=16)
def _search_unread(wanted: tuple[tuple[Literals, ...], ...]) -> Search:
    """What looks for anchors in a log of which nothing is known; a bundle may hold thousands of logs."""
    return Search.of(anchors(wanted, b""), b"")


@dataclass(slots=True)
class Prefilter:
    """Finds the anchors of one file, which its own bytes decide where it is large."""

    wanted: Sequence[Sequence[Literals]]
    """Of each kind of line that matters, sets of texts in lower case: each such line has one of every set."""
    _search: Search | None = None
    _choices: int = 0
    _room: "np.ndarray[tuple[int], np.dtype[np.uint8]] | None" = None
    _seen: int = 0

    def places(self, chunk: bytes) -> list[int]:
        """Where anchors stand, in order; of anchors that overlap, at least the first."""
        before, self._seen = self._seen, self._seen + len(chunk)
        if before <= PATIENCE < self._seen:
            self._choose(chunk)
        elif self._search is None:
            self._search = _search_unread(tuple(map(tuple, self.wanted)))
        assert self._search is not None  # noqa: S101 (chosen above)
        found = self._search.places(chunk, self._folded(chunk))
        return found if chunk.isascii() else sorted([*found, *_lowered(chunk)])

    def choose(self, chunk: bytes) -> None:
        """Choose the anchors that are rare in a chunk; again where a log has come to say other things, a few times."""
        if self._choices < MAX_CHOICES:
            self._choices += 1
            self._choose(chunk)

    def _choose(self, chunk: bytes) -> None:
        sample = sample_of(chunk)
        self._search = Search.of(anchors(self.wanted, sample), sample if self._seen > PATIENCE else b"")

    def _folded(self, chunk: bytes) -> bytes | memoryview:
        if self._seen <= PATIENCE:
            return folded(chunk)
        import numpy as np

        if self._room is None or len(self._room) < len(chunk):
            self._room = np.empty(len(chunk) + len(chunk) // 4, np.uint8)
        room = self._room[: len(chunk)]
        np.bitwise_or(np.frombuffer(chunk, np.uint8), np.uint8(FOLD), out=room)
        return room.data


def _lowered(chunk: bytes) -> Iterator[int]:
    for char in LOWERED:
        place = chunk.find(char)
        while place >= 0:
            yield place
            place = chunk.find(char, place + 1)


def lines_in(chunk: bytes, start: int, end: int) -> int:
    r"""Line feeds in a part of a chunk.

    >>> lines_in(b"one\ntwo\nthree", 0, 8)
    2
    """
    import numpy as np

    return int(np.count_nonzero(np.frombuffer(chunk, np.uint8, end - start, start) == _LINE_FEED))


def after_lines(chunk: bytes, start: int, end: int, count: int) -> int:
    r"""Where the line begins that stands so many lines behind a place, at most `end`.

    >>> after_lines(b"one\ntwo\nthree", 0, 13, 2)
    8
    """
    import numpy as np

    feeds = np.flatnonzero(np.frombuffer(chunk, np.uint8, end - start, start) == _LINE_FEED)
    return end if count > len(feeds) else start + int(feeds[count - 1]) + 1


@dataclass(frozen=True, slots=True, eq=False)
class Feeds:
    """Where the line feeds of a chunk stand."""

    raw: bytes
    here: "np.ndarray[tuple[int], np.dtype[np.bool_]]"
    """By byte, whether it is one."""

    @classmethod
    def of(cls, raw: bytes) -> "Feeds":
        """Those of a chunk."""
        import numpy as np

        return cls(raw, np.frombuffer(raw, np.uint8) == _LINE_FEED)

    def between(self, start: int, end: int) -> int:
        """How many stand in a part of it."""
        import numpy as np

        return int(np.count_nonzero(self.here[start:end]))
