"""Values replaced by their tokens, in a stream: one search for all spellings of all values at once."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, compress
from typing import Final

from ahocorasick_rs import BytesAhoCorasick, Implementation

from faultlog.redaction.forms import HERE
from faultlog.redaction.kinds import (
    BEHIND,
    CONTEXT,
    NEAR,
    NUMBERED,
    PARTS,
    REACH,
    RUN,
    WIDE_RUN,
    WORDS,
    Edge,
    Kind,
    edge_of,
)
from faultlog.redaction.spellings import HOLE, ended, spellings, wide
from faultlog.redaction.tokens import Ledger, Part
from faultlog.values import dataclass

_FEW: Final = 40_000
"""Bytes of all spellings up to which what searches fastest is small enough."""
PIECE: Final = 1 << 19
"""Bytes that are searched at once. Tool default."""
_NEAR: Final = 16
"""Bytes beside a value that decide whether it ends there."""
_BESIDE: Final = 24
"""Bytes beside a part of a value by which it is known again."""
_WORD: Final = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789")
_DIGITS: Final = frozenset(b"0123456789")
_POINT: Final = ord(".")
_ENDS_BEFORE: Final = re.compile(
    rb"(?:\\[nrtbf]|%[0-9a-f]{2}|\\u[0-9a-f]{4}|\\x[0-9a-f]{2}|\x1b\[[0-9;]*[a-z]|&[a-z]{2,4};)$"
)
"""What ends in a letter or digit and is a sign all the same."""
_NUMBERED: Final = re.compile(NUMBERED)

_PORT: Final = re.compile(rb"\.\d{1,5}(?![\w.])")

Place = tuple[int, int, bytes]
"""Where a value begins and ends, and what stands there instead."""


@dataclass(frozen=True, slots=True)
class _Meant:
    """What a spelling means."""

    token: bytes
    edge: Edge
    key: tuple[Kind, str]
    """Of the value."""
    anywhere: bool


class Search:
    """Finds spellings in text in small letters."""

    def __init__(self, meant: dict[bytes, list[_Meant]], stride: int, stays: Counter[tuple[Kind, str]]) -> None:
        self._stays = stays
        self._meant = list(meant.values())
        self._stride = stride
        self._nought = b"\1" if stride == 1 else b""
        self._of_tokens = frozenset(at for at, one in enumerate(meant) if one.replace(b"\0", b"") in WORDS)
        self.longest = max(map(len, meant), default=0)
        few = sum(map(len, meant)) < _FEW
        kind = Implementation.DFA if few else Implementation.ContiguousNFA
        self._automaton = BytesAhoCorasick(list(meant), implementation=kind) if meant else None

    def places(self, low: bytes, begin: int, until: int) -> Iterator[Place]:
        """Where values begin between two places, the longest first where several do."""
        if self._automaton is None:
            return
        hits = self._automaton.find_matches_as_indexes(memoryview(low)[begin:] if begin else low, overlapping=True)
        last = -1
        for index, start, end in sorted(hits, key=_order):
            if start + begin >= until:
                return
            if start < last:
                continue
            found = self._token(index, low, start + begin, end + begin)
            if found is not None:
                last = found[1] - begin
                yield start + begin, found[1], found[0]

    def _token(self, index: int, low: bytes, start: int, end: int) -> tuple[bytes, int] | None:
        """What stands for what is met, and where that ends."""
        if self._stride > end - start and low[end : end + 1] != b"\0":
            return None  # one letter that stands in no wide text
        if index in self._of_tokens and PARTS.search(self._around(low, start, end)):
            return None
        for one in self._meant[index]:
            if not self._ends(one.edge, low, start, end):
                continue
            if one.anywhere or self._is_meant(one.key[0], low, start, end):
                return one.token, self.run_end(low, end) if one.edge == "run" else end
            self._stays[one.key] += 1
        return None

    def run_end(self, low: bytes, place: int) -> int:
        """Where a run ends that goes on at a place."""
        found = (RUN if self._stride == 1 else WIDE_RUN).match(low, place)
        return place if found is None else found.end()

    def _is_meant(self, kind: Kind, low: bytes, start: int, end: int) -> bool:
        """Whether the text says of what stands here that it is a value of this kind."""
        context = CONTEXT.get(kind)
        return context is None or context.search(self._around(low, start, end, NEAR.get(kind, REACH))) is not None

    def _around(self, low: bytes, start: int, end: int, reach: int = REACH) -> bytes:
        """What stands before and behind a place."""
        before = low[max(0, start - reach * self._stride) : start].replace(b"\0", self._nought)
        return before + HERE + low[end : end + BEHIND * self._stride].replace(b"\0", self._nought)

    def _ends(self, edge: Edge, low: bytes, start: int, end: int) -> bool:
        """Whether what stands here is no part of something longer."""
        if edge in {"none", "run"}:
            return True
        step = self._stride
        before = low[start - step] if start >= step else 0
        behind = low[end + step - 1] if end + step - 1 < len(low) else 0
        if edge == "number":
            further = low[start - 2 * step] if start >= 2 * step else 0
            beyond = low[end + 2 * step - 1] if end + 2 * step - 1 < len(low) else 0
            if behind in _DIGITS or (behind == _POINT and beyond in _DIGITS and not self._is_port(low, end)):
                return False
            return not (before in _DIGITS or (before == _POINT and further in _DIGITS)) or self._is_sign(low, start)
        if behind in _WORD and low[end - 1] in _WORD:
            return False
        if before in _WORD and low[start] in _WORD:
            return self._is_sign(low, start)
        return True

    def _is_port(self, low: bytes, end: int) -> bool:
        """Whether behind an address stands a port, as `netstat` of BSD writes it."""
        return self._stride == 1 and _PORT.match(low, end) is not None

    def _is_sign(self, low: bytes, start: int) -> bool:
        """Whether the letter or digit in front of a place is the end of a sign that is written in letters."""
        found = _ENDS_BEFORE.search(low, max(0, start - _NEAR), start) if self._stride == 1 else None
        return found is not None and _NUMBERED.match(low, found.start() + 1) is None


def _longest_first(place: Place) -> tuple[int, int]:
    return place[0], -place[1]


def _order(hit: tuple[int, int, int]) -> tuple[int, int]:
    return hit[1], -hit[2]


class Replacer:
    """Replaces the values of a ledger; its tokens have to be settled.

    Attributes:
        count: how many values were replaced so far.
        stays: by key of a value that is an ordinary word, in how many places it was met that do not say what it is.
    """

    def __init__(self, ledger: Ledger) -> None:
        self.count = 0
        self.stays = Counter[tuple[Kind, str]]()
        self._begun, self._ended = tuple(ledger.begun), tuple(ledger.ended)
        self._meant = _meanings(ledger)
        self._plain = Search(self._meant, 1, self.stays)
        self._wide: Search | None = None

    def _places(self, low: bytes, begin: int, until: int) -> list[Place]:
        plain = self._plain.places(low, begin, until)
        if b"\0" not in low[begin:]:
            return list(plain)
        wide = self._search_wide().places(low, begin, until)
        return _apart(sorted([*wide, *plain, *self._through(low, begin, until)], key=_longest_first))

    def _through(self, low: bytes, begin: int, until: int) -> Iterator[Place]:
        """Where values begin as the text reads without its noughts, which stand between letters where it was torn."""
        whole = ended(low)
        at = list(compress(range(len(whole)), whole))
        read = whole.replace(b"\0", b"")
        for start, end, token in self._plain.places(read, bisect_left(at, begin), bisect_left(at, until)):
            yield at[start], at[end - 1] + 1, token

    def _reach(self, held: bytes) -> int:
        """Bytes that a value takes at most: twice its letters in UTF-16, more where noughts stand between them."""
        if b"\0" in held:
            return HOLE * self._plain.longest
        return max(self._plain.longest, self._wide.longest if self._wide else 2 * self._plain.longest)

    def _search_wide(self) -> Search:
        if self._wide is None:
            meant: dict[bytes, list[_Meant]] = {}
            for spelled, ones in self._meant.items():
                for one in ones:
                    for text, token in wide(spelled, one.token):
                        meant.setdefault(text, []).append(_Meant(token, one.edge, one.key, one.anywhere))
            self._wide = Search(meant, 2, self.stays)
        return self._wide

    def found(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The values that stand in a stream, in small letters, as they are spelled."""
        for low, _, start, end, _ in self._walk(chunks):
            if end > start:
                yield low[start:end]

    def replaced(self, chunks: Iterable[bytes], told: bytes = b"") -> Iterator[bytes]:
        """A stream with tokens in the places of values; memory is bounded by two pieces and the longest value.

        Args:
            chunks: the stream.
            told: what is known of its begin, as it would say it itself.
        """
        skip = len(told)
        for _, text, start, end, token in self._walk(chain((told,), chunks)):
            yield text[skip:]
            skip = max(0, skip - len(text))
            if end > start:
                self.count += 1
                yield token

    def _walk(self, chunks: Iterable[bytes]) -> Iterator[tuple[bytes, bytes, int, int, bytes]]:
        """What stands before each value, and the value: the text in small letters, where it is, its token."""
        held, done, first, goes_on = b"", 0, True, False
        for chunk in _ended(_joined(chunks)):
            held += chunk or b""
            done, goes_on = self._behind_run(held, done) if goes_on else (done, False)
            until = len(held) if chunk is None else len(held) - self._reach(held) - 2 * BEHIND
            if until <= done:
                held, done = _kept(held, done)
                continue
            low = held.lower()
            if first:
                done, stands = _begins(low, self._ended)
                yield low, b"", 0, done, stands
                first = False
            until, stands = _goes_on(low, until, self._begun) if chunk is None else (until, b"")
            for start, end, token in self._places(low, done, until):
                yield low, held[done:start], start, end, token
                done = end
            goes_on = done >= len(low) - 1
            if done < until:
                yield low, held[done:until], until, until, b""
                done = until
            if stands:
                yield low, b"", done, len(low), stands
            held, done = _kept(held, done)

    def _behind_run(self, held: bytes, done: int) -> tuple[int, bool]:
        """Where a run ends that went on to the end of what was read before, and whether it goes on still."""
        low = held.lower()
        end = (self._wide if self._wide and low[done : done + 1] == b"\0" else self._plain).run_end(low, done)
        return end, end >= len(low) - 1

    def across(self, older: bytes, newer: bytes) -> Iterator[tuple[Part, Part]]:
        """A value that begins where one file ends and goes on in the next: the end of the one, the begin of the other.

        Of both, in small letters, the part of the value and what stands beside it; and the token.
        """
        low, seam = (older + newer).lower(), len(older)
        for start, end, token in self._places(low, 0, len(low)):
            if start < seam < end:
                before, behind = low[max(0, start - _BESIDE) : start], low[end : end + _BESIDE]
                yield (
                    Part(before.rpartition(b"\n")[2], low[start:seam], token),
                    Part(behind.partition(b"\n")[0].removesuffix(b"\r"), low[seam:end], token),
                )

    def bytes(self, data: bytes) -> bytes:
        """Some bytes with tokens in the places of values."""
        return b"".join(self.replaced([data]))

    def text(self, text: str) -> str:
        """A text with tokens in the places of values."""
        return self.bytes(text.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")


def told(base: str) -> bytes:
    """What the name of a file says of its content: that of `hostname` is a host."""
    return b"hostname=" if base.lower() == "hostname" else b""


def _begins(low: bytes, ended: Sequence[Part]) -> tuple[int, bytes]:
    """How much of the begin of a file is the end of a value, and the token of that."""
    return next(((len(one.text), one.token) for one in ended if low.startswith(one.text + one.beside)), (0, b""))


def _goes_on(low: bytes, until: int, begun: Sequence[Part]) -> tuple[int, bytes]:
    """Where the end of a file begins that is the begin of a value, and the token of that."""
    return next(
        ((until - len(one.text), one.token) for one in begun if low.endswith(one.beside + one.text)), (until, b"")
    )


def _kept(held: bytes, done: int) -> tuple[bytes, int]:
    """What is not done of a text, and before it what it may be told by."""
    keep = max(0, done - 2 * REACH)
    return held[keep:], done - keep


def _ended(chunks: Iterable[bytes]) -> Iterator[bytes | None]:
    yield from chunks
    yield None


def _joined(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces that are worth a search."""
    held: list[bytes] = []
    size = 0
    for chunk in chunks:
        held.append(chunk)
        size += len(chunk)
        if size >= PIECE:
            yield b"".join(held)
            held, size = [], 0
    if held:
        yield b"".join(held)


def _apart(places: list[Place]) -> list[Place]:
    found: list[Place] = []
    for one in places:
        if not found or one[0] >= found[-1][1]:
            found.append(one)
    return found


def _meanings(ledger: Ledger) -> dict[bytes, list[_Meant]]:
    """By spelling what it means: what is meant only in some places first, since there it says more."""
    meant: dict[bytes, list[_Meant]] = {}
    for value, token, others in ledger.pairs():
        for spelled, stands in spellings(value, token, others):
            one = _Meant(stands, edge_of(value), value.key, value.anywhere)
            known = meant.setdefault(spelled, [])
            if all(other.key[0] != one.key[0] for other in known):
                known.append(one)
    for ones in meant.values():
        if len(ones) > 1:
            ones.sort(key=lambda one: one.anywhere)
    meant.pop(b"", None)
    return meant
