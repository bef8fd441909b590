"""The same lines in two files, found in their bytes: a log taken twice, or copied while it was rotated.

Two files are windows on one stream where one stands in the other, or where the end of one is the beginning of the
other. What is common must be a run of at least three different lines, or a whole file that the other one begins with.
Whatever the size of the files, what is kept of them is a few kilobytes and some digests. The digests are of a fast
hash that nobody vouches for against forgery: who can forge the bytes of a bundle can leave them out as well.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field

from xxhash import xxh3_128

from faultlog.values import dataclass

KEPT = 16 * 1024
"""Bytes kept of a file's beginning, and of its end. Tool default."""

DIFFERENT_LINES = 3
"""Different lines that a common run has at least: a message that is repeated makes no copy."""

MAX_PLACES = 16
"""Places of one file where the beginning of another is followed up. Tool default."""


@dataclass(slots=True)
class Outline:
    """What is kept of a file's bytes while they stream by."""

    size: int = 0
    head: bytes = b""
    tail: bytes = b""
    _digest: xxh3_128 = field(default_factory=xxh3_128)

    def take(self, chunk: bytes) -> None:
        """Note the next bytes."""
        self._digest.update(chunk)
        self.size += len(chunk)
        if len(self.head) < KEPT:
            self.head += chunk[: KEPT - len(self.head)]
        self.tail = chunk[-KEPT:] if len(chunk) >= KEPT else (self.tail + chunk)[-KEPT:]

    @property
    def digest(self) -> bytes:
        """Hash of all bytes so far."""
        return self._digest.digest()

    @property
    def first_lines(self) -> bytes:
        """The shortest beginning that holds enough different lines; all that is kept where none does."""
        return b"".join(_enough(self._head_lines) or [self.head])

    @property
    def last_lines(self) -> bytes:
        """The shortest end that does, a last line without line end included."""
        lines = self.tail.split(b"\n")
        enough = _enough(lines[::-1])
        return self.tail if enough is None else b"\n".join(lines[-len(enough) :])

    @property
    def is_short(self) -> bool:
        """Whether it does not begin with enough different lines."""
        return _enough(self._head_lines) is None

    @property
    def _head_lines(self) -> list[bytes]:
        return [line + b"\n" for line in self.head.split(b"\n")[:-1]]


def _enough(lines: Sequence[bytes]) -> Sequence[bytes] | None:
    """The first of some lines that make up enough different ones; `None` where they do not."""
    seen: set[bytes] = set()
    for number, line in enumerate(lines, 1):
        seen.add(line.strip())
        if len(seen - {b""}) >= DIFFERENT_LINES:
            return lines[:number]
    return None


@dataclass(slots=True)
class Place:
    """Where the beginning of another file stands in a file."""

    offset: int
    line: int
    """Lines before it."""
    left: int
    """Bytes of the other file that are still to come."""
    length: int = 0
    """Bytes from here that were compared: as many as the other file has, or as are there."""
    digest: xxh3_128 = field(default_factory=xxh3_128)

    def take(self, data: bytes) -> None:
        """Go on to compare."""
        part = data[: self.left]
        self.digest.update(part)
        self.left -= len(part)
        self.length += len(part)


@dataclass(frozen=True, slots=True)
class Beginning:
    """The bytes of a file up to where the last lines of another one end in it."""

    size: int
    lines: int
    """Whole lines in it."""
    digest: bytes


@dataclass(slots=True)
class Search:
    """One file looked through for the beginnings and ends of others, in bounded memory."""

    others: Mapping[str, Outline]
    """By name: the files to look for."""
    places: dict[str, list[Place]] = field(default_factory=dict)
    """By the other file's name: where it begins here."""
    beginnings: dict[str, list[Beginning]] = field(default_factory=dict)
    """By the other file's name: what lies here before its end."""
    _carry: bytes = b""
    _base: int = 0
    """Offset of the first carried byte."""
    _lines: int = 0
    """Line ends before it."""
    _so_far: xxh3_128 = field(default_factory=xxh3_128)
    _needles: dict[str, tuple[bytes, bytes]] = field(init=False)
    """By the other file's name: its first lines and its last."""

    def __post_init__(self) -> None:
        self._needles = {name: (one.first_lines, one.last_lines) for name, one in self.others.items()}

    def take(self, chunk: bytes) -> None:
        """Look through the next bytes."""
        window, old = self._carry + chunk, len(self._carry)
        for places in self.places.values():
            for place in places:
                if place.left:
                    place.take(chunk)
        self._find_places(window, old)
        self._find_ends(window, old)
        gone = max(0, len(window) - max(len(needle) for pair in self._needles.values() for needle in pair))
        self._lines += window.count(b"\n", 0, gone)
        self._base += gone
        self._carry = window[gone:]

    def _find_places(self, window: bytes, old: int) -> None:
        for name, (first_lines, _) in self._needles.items():
            places = self.places.setdefault(name, [])
            for at in _occurrences(window, first_lines, old):
                begins_line = self._base + at == 0 or window[at - 1 : at] == b"\n"
                if begins_line and len(places) < MAX_PLACES:
                    size = self.others[name].size
                    places.append(Place(self._base + at, self._lines + window.count(b"\n", 0, at), size))
                    places[-1].take(window[at:])

    def _find_ends(self, window: bytes, old: int) -> None:
        ends = sorted(
            (at + len(last_lines), name)
            for name, (_, last_lines) in self._needles.items()
            for at in _occurrences(window, last_lines, old)
        )
        done = old
        for end, name in ends:
            self._so_far.update(window[done:end])
            done = end
            found = self.beginnings.setdefault(name, [])
            if len(found) < MAX_PLACES:
                lines = self._lines + window.count(b"\n", 0, end)
                found.append(Beginning(self._base + end, lines, self._so_far.digest()))
        self._so_far.update(window[done:])

    @property
    def digest(self) -> bytes:
        """Hash of all bytes so far."""
        return self._so_far.digest()

    def holds(self, name: str) -> Place | None:
        """Where another file stands here as a whole; one with few lines counts only where this one begins with it."""
        other = self.others[name]
        whole = (one for one in self.places.get(name, ()) if one.length == other.size)
        fitting = (one for one in whole if not one.offset or not other.is_short)
        return next((one for one in fitting if one.digest.digest() == other.digest), None)

    def runs_into(self, name: str, other: "Search", mine: str) -> "Run | None":
        """The run of lines that ends this file, whose name is `mine`, and begins another; the longest one."""
        if self.others[name].is_short:
            return None
        for place in self.places.get(name, ()):
            for beginning in other.beginnings.get(mine, ()):
                if place.left and (place.length, place.digest.digest()) == (beginning.size, beginning.digest):
                    return Run(place.line, beginning.lines)
        return None


@dataclass(frozen=True, slots=True)
class Run:
    """Lines that end one file and begin another."""

    before: int
    """Lines of the one file before them."""
    lines: int
    """How many whole lines they are."""


def _occurrences(window: bytes, needle: bytes, old: int) -> Iterator[int]:
    """Where a needle begins that does not end among the `old` first bytes, which were looked through before."""
    at = window.find(needle, max(0, old - len(needle) + 1)) if needle else -1
    while at >= 0:
        yield at
        at = window.find(needle, at + 1)
