"""Which few bytes to look for, so that no line that may matter is missed and few others are met.

Every line that matters holds one text of each of some sets. Of the sets the one that the log's own bytes hold least
often is looked for, and of its texts only a short piece, the **anchor**, whose beginning is rare in this log and
which as many texts as possible share: a search for a dozen rare pieces runs at several times the speed of one for
forty phrases that begin like half of all lines. The choice decides what a search costs, never what is found: whoever
searches looks at the whole line afterwards.

Texts and bytes are compared **folded**, with bit 5 of each byte set, which makes letters lower case; it makes some
other bytes alike as well, so that more is met, never less.
"""

from collections.abc import Callable, Iterable, Sequence
from sys import byteorder

from faultlog.literals import WORD, Literals
from faultlog.values import dataclass

LENGTH = 4
"""Bytes that texts share to share an anchor: as many as the search compares at once. Tool default."""
LONGEST = 12
"""Bytes of an anchor at most; more would find no less. Tool default."""
SAMPLES, SAMPLE = 8, 8 * 1024
"""How many pieces of a chunk are looked at to choose anchors, and their bytes. Tool default."""

_WORD = WORD.encode()
_BEFORE = b" {}()*:,;.'/-=<>"
"""Folded bytes that often stand before a word."""
_FOLD = bytes(byte | 0x20 for byte in range(256))

Count = Callable[[bytes], int]
"""How often the sample holds some folded bytes."""


def folded(text: bytes) -> bytes:
    """Bytes with bit 5 of each set.

    >>> folded(b"Fault [6]")
    b'fault {6}'
    """
    return text.translate(_FOLD)


def sample_of(chunk: bytes) -> bytes:
    """Pieces spread over a chunk of a log, folded."""
    step = max(1, len(chunk) // SAMPLES)
    return b"\0".join(folded(chunk[at : at + SAMPLE]) for at in range(0, len(chunk), max(step, SAMPLE)))


@dataclass(frozen=True, slots=True)
class Anchors:
    """Folded bytes of which one stands in every line that matters."""

    anywhere: tuple[bytes, ...]
    words: tuple[bytes, ...]
    """Those that matter only where a word begins."""

    def follow(self, word: bytes) -> frozenset[int]:
        """The bytes that stand behind an anchor where another one begins in it and goes on."""
        begun = [
            (one, word[at:]) for one in (*self.words, *self.anywhere) for at in range(len(word)) if one[0] == word[at]
        ]
        return frozenset(one[len(rest)] for one, rest in begun if len(one) > len(rest) and one.startswith(rest))


def anchors(wanted: Iterable[Sequence[Literals]], sample: bytes) -> Anchors:
    """Choose what to look for.

    Args:
        wanted: of each kind of line that matters, sets of texts in lower case: each such line has one of every set.
        sample: folded bytes of the log.
    """
    count = _counter(sample)
    chosen = _chosen(wanted, count)
    anywhere = _least(text for text in chosen if not text.startswith(_WORD))
    words = _least(text[1:] for text in chosen if text.startswith(_WORD))
    words = [text for text in words if not any(short in text for short in anywhere)]
    held = {word for word in words for text in chosen if text.removeprefix(_WORD) in word[1:]}
    often = [text for text in words if (count(text) or len(text) <= LENGTH + 1) and text not in held]
    pieces = _shared(_least([*anywhere, *(text for text in words if text not in often)]), count)
    return Anchors(pieces, tuple(text for text in often if not any(piece in text for piece in pieces)))


def _counter(sample: bytes) -> Count:
    """Counts in a sample; most texts do not stand in it, which their first bytes tell at once."""
    known: dict[bytes, int] = {}
    held: set[int] = set()
    for at in range(LENGTH):
        held.update(memoryview(sample[at:][: (len(sample) - at) // LENGTH * LENGTH]).cast("I"))  # of four bytes each

    def count(text: bytes) -> int:
        if text not in known:
            may_stand = len(text) < LENGTH or int.from_bytes(text[:LENGTH], byteorder) in held
            known[text] = sample.count(text) if may_stand else 0
        return known[text]

    return count


def _chosen(wanted: Iterable[Sequence[Literals]], count: Count) -> set[bytes]:
    """The texts to look for: of each kind the set whose texts are met least."""

    def met(text: bytes) -> int:
        if not text.startswith(_WORD):
            return count(text)
        return sum(count(bytes([before]) + text[1:]) for before in _BEFORE) if count(text[1:]) else 0

    chosen: set[bytes] = set()
    for sets in sorted(wanted, key=len):
        options = [frozenset(map(_bytes, texts)) for texts in sets]
        chosen |= min(options, key=lambda texts: (sum(met(one) + 1 for one in texts - chosen), sorted(texts)))
    return chosen


def _least(texts: Iterable[bytes]) -> list[bytes]:
    """The texts that hold no other one."""
    ordered = sorted(texts, key=lambda text: (len(text), text))
    return [text for index, text in enumerate(ordered) if not any(short in text for short in ordered[:index])]


def _bytes(text: str) -> bytes:
    return _WORD + folded(text[1:].encode()) if text.startswith(WORD) else folded(text.encode())


def _shared(needles: Sequence[bytes], count: Count) -> tuple[bytes, ...]:
    """Pieces of which every needle holds one: greedily the one that is cheapest for each needle that it serves."""
    short = [one for one in needles if len(one) <= LENGTH]
    left = {one for one in needles if len(one) > LENGTH}
    serves: dict[bytes, set[bytes]] = {}
    for needle in left:
        for at in range(len(needle) - LENGTH + 1):
            serves.setdefault(needle[at : at + LENGTH], set()).add(needle)
    found = []
    while left:
        useful = {piece: mine & left for piece, mine in serves.items() if mine & left}
        best = min(useful, key=lambda piece: (_cost(piece, count) / len(useful[piece]), piece))
        found.append(_longer(best, useful[best]))
        left -= useful[best]
    return tuple(sorted({*short, *found}))


def _cost(piece: bytes, count: Count) -> float:
    """What looking for a piece costs: another anchor, and a closer look wherever it stands."""
    return 4.0 + 5.0 * count(piece)


def _longer(piece: bytes, needles: Iterable[bytes]) -> bytes:
    """The piece, as much longer as all its needles go on alike."""
    tails = [needle[needle.index(piece) :][:LONGEST] for needle in needles]
    length = next(
        (at for at in range(len(piece), LONGEST) if len({tail[: at + 1] for tail in tails}) > 1),
        min(map(len, tails)),
    )
    return tails[0][: min(length, *map(len, tails))]
