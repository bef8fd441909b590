"""Where in a chunk of bytes some texts stand, whatever their case: the lines without them need no closer look."""

from collections.abc import Sequence
from dataclasses import dataclass

from ahocorasick_rs import BytesAhoCorasick, MatchKind

_LOWERED = (b"\xe2\x84\xaa", b"\xc4\xb0")
"""Two characters beyond ASCII whose lower case holds a letter of ASCII: the sign of kelvin, and the dotted I."""


@dataclass(frozen=True, slots=True)
class Prefilter:
    """Finds texts in bytes."""

    automaton: BytesAhoCorasick

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Prefilter":
        """What finds these texts, given in lower case."""
        return cls(BytesAhoCorasick([*(text.encode() for text in texts), *_LOWERED], MatchKind.LeftmostFirst))

    def places(self, chunk: bytes) -> list[int]:
        """Where texts stand, in order; of texts that overlap, at least the first."""
        return [start for _, start, _ in self.automaton.find_matches_as_indexes(chunk.lower())]
