"""How a line is noticed that may concern a fault: it names one, or uses the words that the examples use for it."""

import re
from collections.abc import Sequence

from faultlog.learning.examples import Pointed
from faultlog.learning.widening import telling, words_of
from faultlog.rulebook import RuleBook
from faultlog.values import dataclass

COMMON = 0.25
"""Share of a log's messages above which a word that they hold is no sign. Tool default."""
FEWEST = 20
"""Messages of a log below which no word counts as held by too many. Tool default."""
LIKELY = 3
"""Signs that make it likely that a line concerns a fault. Tool default."""
SHORTEST = 3
"""Letters of a word that is a sign; beyond ASCII, where a letter may be a syllable, two are enough. Tool default."""

_NUMBERED = re.compile(r"([^\W\d_]+)[\W_]{0,3}(\d{1,5})(?!\w)")


@dataclass(frozen=True, slots=True)
class Signs:
    """What shows that a message may concern a fault."""

    rules: RuleBook
    pointing: frozenset[str]
    """*fault*, and the words beside the fault's id in the examples."""
    common: frozenset[str]
    """Words that too many messages hold."""
    told: frozenset[str]
    """Words that tell the raises among the examples from the clears, or the clears from the raises."""
    known: frozenset[str]
    """Ids of the known faults."""

    def weight(self, message: str) -> int:
        """How many signs a message shows; 0 where it does not look as if it concerned a fault."""
        words = words_of(message)
        names = self.rules.names_fault(message.lower())
        pointed = words & self.pointing
        numbered = bool(pointed) and self._is_numbered(message)
        return 2 * bool(words & self.told) + names + bool(pointed - self.common) + numbered

    def _is_numbered(self, message: str) -> bool:
        """Whether a word that points at an id in an example points at a known fault's id."""
        return any(
            word in self.pointing and number in self.known for word, number in _NUMBERED.findall(message.lower())
        )

    def words(self) -> tuple[str, ...] | None:
        """Texts in lower case of which one stands in every message that shows signs; `None` where there are none."""
        words = self.pointing.union(self.rules.texts, self.told)
        return tuple(sorted(words)) if all(one.isascii() or one == one.upper() for one in words) else None


def signs_of(every: Sequence[Pointed], messages: Sequence[str], rules: RuleBook) -> Signs:
    """What shows that a message of a log may concern a fault.

    Args:
        every: the examples.
        messages: some messages of the log.
        rules: the known faults.
    """
    rows = [words_of(message) for message in messages]
    told = _told("--raise", every) | _told("--clear", every)
    pointing = frozenset({"fault", *(word for one in every for word in _beside(one) if _is_long(word))})
    most = COMMON * max(FEWEST, len(rows))
    common = frozenset(word for word in pointing | told if sum(word in row for row in rows) > most)
    known = frozenset(str(rule.file.fault) for rule in rules.faults)
    return Signs(rules, pointing, common, told - common, known)


def _told(option: str, every: Sequence[Pointed]) -> frozenset[str]:
    """The words that tell the examples of an option from all others; a known fault's text is no such word."""
    own = [
        "".join(text for kind, text in one.pieces if kind in {"word", "severity"})
        for one in every
        if one.example.option == option
    ]
    others = [one.example.message for one in every if one.example.option != option]
    return frozenset(word for message in own for word in telling(message, others) if _is_long(word))


def _beside(one: Pointed) -> Sequence[str]:
    """The word before the fault in an example, or else the one behind it."""
    place = next((index for index, (kind, _) in enumerate(one.pieces) if kind == "fault"), None)
    if place is None:
        return []
    before = _WORDS.findall("".join(text for _, text in one.pieces[:place]).lower())
    behind = _WORDS.findall("".join(text for _, text in one.pieces[place + 1 :]).lower())
    return before[-1:] or behind[:1]


_WORDS = re.compile(r"[^\W\d_]+")


def _is_long(word: str) -> bool:
    return len(word) >= (SHORTEST if word.isascii() else 2)
