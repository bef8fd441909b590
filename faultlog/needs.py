"""Whether a text holds what one of many patterns requires, found in one pass over it whatever their number."""

from functools import lru_cache

from ahocorasick_rs import BytesAhoCorasick, Implementation, MatchKind

from faultlog.values import dataclass

Sets = tuple[tuple[str, ...], ...]
"""Sets of texts in lower case: of each of them one must occur."""


@dataclass(frozen=True, slots=True, eq=False)
class Needs:
    """What many patterns require, each of them some sets of texts; texts are known by their numbers here."""

    always: bool
    """Whether one of them requires nothing."""
    further: tuple[tuple[tuple[frozenset[int], ...], ...], ...]
    """Of each text, the patterns that require one of a set that it stands in first: their other sets."""
    automaton: BytesAhoCorasick | None
    """Finds the texts; `None` where it makes no difference which there are."""

    @classmethod
    def of(cls, wanted: tuple[Sets, ...]) -> "Needs":
        """Those of some patterns; made once, however many files they are asked of."""
        return _needs(wanted)

    def met_by(self, lower: str) -> bool:
        """Whether a text, in lower case, holds what some pattern requires."""
        if self.automaton is None:
            return self.always
        raw = lower.encode("utf-8", "surrogatepass")
        found = {which for which, _, _ in self.automaton.find_matches_as_indexes(raw, overlapping=True)}
        for which in found:
            for sets in self.further[which]:
                for one in sets:
                    if one.isdisjoint(found):
                        break
                else:
                    return True
        return False


@lru_cache(maxsize=16)
def _needs(wanted: tuple[Sets, ...]) -> Needs:
    if not wanted or () in wanted:
        return Needs(bool(wanted), (), None)
    numbers: dict[str, int] = {}
    sets = [[frozenset(numbers.setdefault(text, len(numbers)) for text in texts) for texts in one] for one in wanted]
    further = [tuple(tuple(rest) for first, *rest in sets if number in first) for number in numbers.values()]
    raw = [text.encode("utf-8", "surrogatepass") for text in numbers]
    automaton = BytesAhoCorasick(raw, MatchKind.Standard, Implementation.ContiguousNFA)
    return Needs(always=False, further=tuple(further), automaton=automaton)
