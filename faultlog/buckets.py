"""In which order to look for anchors, so that few places of a log look like one: order decides speed, nothing else.

The search first finds places where an anchor may begin, many bytes at once (Teddy, in the packed searcher of the
crate `aho-corasick`): it sorts anchors into buckets by their numbers, and looks closer at each place where every one
of the first bytes has its low half in common with one anchor of a bucket and its high half with one, not necessarily
the same. Anchors that share a bucket should therefore be such that the log has few places which mix them.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    Bytes = np.ndarray[tuple[int], np.dtype[np.uint8]]
    Counts = np.ndarray[tuple[int], np.dtype[np.int64]]

WIDTH = 4
"""First bytes of an anchor that are compared at most."""
SLIM, FAT = 8, 16
"""Buckets of up to 32 anchors, and of more."""
MOST = 64
"""Anchors that are sought that way at most."""


def in_order(anchors: Sequence[bytes], sample: bytes) -> list[bytes]:
    """The same anchors, those together in one bucket that few places of a log mix.

    Args:
        anchors: what is looked for, folded.
        sample: folded bytes of the log.
    """
    width = min([WIDTH, *map(len, anchors)])
    if not SLIM < len(anchors) <= MOST or len(sample) < width:
        return list(anchors)
    buckets = _filled(anchors, *_pieces(sample, width), SLIM if len(anchors) <= SLIM * WIDTH else FAT)
    rows = range(len(buckets[0]))
    return [bucket[row] for row in rows for bucket in buckets if row < len(bucket)]


def _pieces(sample: bytes, width: int) -> "tuple[list[Bytes], Counts]":
    """The pieces of a sample, as their first bytes, their second and so on; and how often each stands in it."""
    import numpy as np

    read = np.frombuffer(sample, np.uint8).astype(np.uint32)
    places = len(read) - width + 1
    joined = sum((read[at : at + places] << (8 * at) for at in range(1, width)), read[:places])
    pieces, counts = np.unique(joined, return_counts=True)
    return [(pieces >> (8 * at) & 0xFF).astype(np.uint8) for at in range(width)], counts


def _filled(anchors: Sequence[bytes], pieces: "list[Bytes]", counts: "Counts", number: int) -> list[list[bytes]]:
    """As many buckets, the fuller ones first: one by one, those met most often first, each where it adds least."""
    import numpy as np

    alike = {anchor: _alike(anchor, pieces) for anchor in anchors}
    every = np.uint8((1 << 2 * len(pieces)) - 1)

    def met(bits: "Bytes") -> int:
        return int(counts[bits == every].sum())

    size, fuller = divmod(len(anchors), number)
    buckets: list[list[bytes]] = [[] for _ in range(number)]
    mixed = [np.zeros(len(counts), np.uint8) for _ in buckets]
    for anchor in sorted(alike, key=lambda one: (-met(alike[one]), one)):
        full = size + (sum(len(bucket) > size for bucket in buckets) < fuller)
        free = [at for at, bucket in enumerate(buckets) if len(bucket) < full]
        best = min(free, key=lambda at: (met(mixed[at] | alike[anchor]) - met(mixed[at]), len(buckets[at]), at))
        buckets[best].append(anchor)
        mixed[best] |= alike[anchor]
    return sorted(buckets, key=len, reverse=True)


def _alike(anchor: bytes, pieces: "list[Bytes]") -> "Bytes":
    """Of each piece, as bits, which halves of its bytes are those of an anchor."""
    import numpy as np

    byte = np.arange(256)
    found = np.zeros(len(pieces[0]), np.uint8)
    for at, here in enumerate(pieces):
        low, high = byte & 0xF == anchor[at] & 0xF, byte >> 4 == anchor[at] >> 4
        found |= (low << 2 * at | high << (2 * at + 1)).astype(np.uint8)[here]
    return found
