"""What rules and the code state in English, recognised as a sentence of the catalogue, which speaks every language."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from faultlog.values import dataclass
from faultlog.wording import Wording, catalogue

_BLANK: Final = re.compile(r"\{(\w+)\}")
_NESTED: Final = frozenset({"why", "what", "where", "taken"})
"""Blanks that hold a sentence again. What other blanks hold is a name, and stays as it is, whatever it reads like."""
_LISTED: Final = "whys"
"""The blank that holds several, with `_BETWEEN` between them; before each may stand what it is about, and a colon."""
_BETWEEN: Final = "; "
_MOST_LISTED: Final = 40
"""Parts of a list that are told; no list of the code has more."""
_MOST_PARTS: Final = 3
"""Parts that a sentence of a list has itself, at most."""
_DEEPEST: Final = 4
"""Sentences within each other that are told; no sentence of the code holds more."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence of the catalogue in English."""

    key: str
    text: str
    constants: tuple[str, ...]
    """What stands before, between and after its blanks: one more than there are blanks."""
    names: tuple[str, ...]
    """Of its blanks; the same name may stand twice, and then for the same words."""

    def fits(self, text: str) -> bool:
        """Whether a text is this sentence, its blanks filled somehow."""
        return _between(self.constants, text) is not None

    def filled(self, text: str) -> Mapping[str, str] | None:
        """What fills the blanks; `None` where it is another text, or one that can be read in several ways."""
        first = _between(self.constants, text)
        last = _between([one[::-1] for one in reversed(self.constants)], text[::-1])
        if first is None or last is None or first != [one[::-1] for one in reversed(last)]:
            return None
        found = dict(zip(self.names, first, strict=True))
        is_sound = all(
            found[name] == value and _suits(name, value) for name, value in zip(self.names, first, strict=True)
        )
        return found if is_sound else None


def recognised(text: str, *families: str) -> tuple[str, Mapping[str, str]] | None:
    """The key of a text's sentence, of some families of the catalogue, and what fills its blanks.

    Where several sentences fit, the one that is a case of all others is meant. The text is untrusted: names in it may
    be written like sentences. Where that makes it readable in more than one way, it is not recognised. What it costs
    grows with the text, and no faster.

    >>> recognised("more than 7 files", "detail")
    ('detail.files', {'count': '7'})
    """
    fit = [one for one in _known(families) if one.fits(text)]
    nearest = [one for one in fit if not any(_is_case(other, one) for other in fit)]
    filled = nearest[0].filled(text) if len(nearest) == 1 else None
    return None if filled is None else (nearest[0].key, filled)


def told(say: Wording, text: str, *families: str, deepest: int = _DEEPEST) -> str:
    """A text in the reader's language, and the sentences in it; in English where the catalogue does not know it."""
    found = None if say.language == "en" or not deepest else recognised(text, *families)
    if found is None:
        return text
    inside = dict(found[1])
    for name in _NESTED & inside.keys():
        inside[name] = told(say, inside[name], *families, deepest=deepest - 1)
    if _LISTED in inside:
        inside[_LISTED] = _told_list(say, inside[_LISTED], *families, deepest=deepest - 1)
    return say.words(found[0], **inside)


def _told_list(say: Wording, text: str, *families: str, deepest: int) -> str:
    """Several sentences in the reader's language."""
    parts, said = text.split(_BETWEEN), []
    if len(parts) > _MOST_LISTED:
        return text
    while parts:
        tries = ((size, _BETWEEN.join(parts[:size])) for size in range(1, min(_MOST_PARTS, len(parts)) + 1))
        each = ((size, _told_of(say, one, *families, deepest=deepest), one) for size, one in tries)
        size, words = next(((size, words) for size, words, one in each if words != one), (1, parts[0]))
        said.append(words)
        del parts[:size]
    return _BETWEEN.join(said)


def _told_of(say: Wording, text: str, *families: str, deepest: int) -> str:
    """A sentence of a list, and what it is about."""
    whole = told(say, text, *families, deepest=deepest)
    subject, colon, rest = text.partition(": ")
    return whole if whole != text or not colon else f"{subject}: {told(say, rest, *families, deepest=deepest)}"


def _is_case(one: _Sentence, other: _Sentence) -> bool:
    """Whether a sentence is another one whose blanks hold some of its words."""
    return one is not other and other.fits(one.text) and not one.fits(other.text)


def _suits(name: str, value: str) -> bool:
    return name != "number" or value.isdecimal()


def _between(constants: Sequence[str], text: str) -> list[str] | None:
    """What stands between some constants in a text, each as early as it can; `None` where they do not fit."""
    first, *middle = constants
    if not middle:
        return [] if text == first else None
    last = middle.pop()
    at, end = len(first), len(text) - len(last)
    if at >= end or not (text.startswith(first) and text.endswith(last)):
        return None
    found = []
    for constant in middle:
        place = text.find(constant, at + 1, end)
        if place < 0:
            return None
        found.append(text[at:place])
        at = place + len(constant)
    return [*found, text[at:end]] if at < end else None


@cache
def _known(families: tuple[str, ...]) -> list[_Sentence]:
    """The sentences of some families, as they stand in rules or in the code."""
    begins = tuple(f"{family}." for family in families)
    return [_sentence(key, text) for key, text in catalogue("en").items() if key.startswith(begins)]


def _sentence(key: str, text: str) -> _Sentence:
    parts = _BLANK.split(text)
    return _Sentence(key, text, tuple(parts[::2]), tuple(parts[1::2]))
