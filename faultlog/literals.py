"""Which texts must occur where a pattern matches: found in the parsed pattern, no second list is kept by hand.

The parser is that of the standard library; the patterns themselves run in `regex`. Literals are lower case, of
ASCII or of a script without case, and necessary, never sufficient: a text that contains none of them cannot match.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from re import _constants as op  # type: ignore[attr-defined]  # the only parser of patterns there is
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

Literals = frozenset[str]
"""One of these must occur in any match, whatever its case. Never empty."""

WORD = "\b"
"""What a literal begins with that stands only where a word begins: no letter, digit or `_` of ASCII before it."""

MIN_LENGTH = 3
"""Shorter literals stand in too many lines to be of use. Tool default."""


@lru_cache(maxsize=4096)
def plain(sets: tuple[Literals, ...]) -> tuple[tuple[str, ...], ...]:
    """Sets of literals as texts to look for anywhere, whether or not a word begins there."""
    return tuple(tuple(sorted(text.removeprefix(WORD) for text in texts)) for texts in sets)


def demands(pattern: str) -> tuple[Literals, ...]:
    r"""Every set of literals that a pattern requires, most selective first; none where it has none or is not parsed.

    >>> [sorted(one) for one in demands(r"(?:fault|error) (?P<id>\d+) raised")]
    [[' raised'], ['error', 'fault']]
    >>> [sorted(one) for one in demands(r"\bfaults? (?:\braised|cleared)")]
    [['\x08raised', 'cleared'], ['\x08fault']]
    >>> [sorted(one) for one in demands(r"(?:scan service|ampscansvc) exited?")]
    [['ampscansvc', 'scan service'], [' exite']]
    >>> demands(r"\d+")
    ()
    """
    parts = list(tokens(pattern))
    if None in parts:
        return ()
    try:
        parsed = parser.parse("".join("(?:" if part.startswith("(?P<") else part for part in parts if part))
    except (re.error, OverflowError, RecursionError):
        return ()
    return tuple(sorted(dict.fromkeys(_of_sequence(list(parsed))), key=_worth, reverse=True))


_TOKEN = re.compile(
    r"""(?sx)
    (?P<escape> \\. )
    | (?P<set> \[ \^? \]? (?: \\. | (?! -- | && | \|\| | ~~ ) [^\]\[\\] )* \] )
    | (?P<name> \(\?P<\w+> )
    | (?P<comment> \(\?\# [^)\\]* \) )
    | (?P<group> \( (?: (?!\?) | \? (?: [:=!>] | <[=!] | [aims]+[:)] ) ) )
    | (?P<repeat> \{ (?: [0-9]+ (?: ,[0-9]* )? | ,[0-9]+ ) \} )
    | (?P<plain> [^\\\[({] )
    """
)
"""What `re` and `regex` read alike. All else, such as fuzzy matching, nested sets and recursion, `re` does not know."""


def tokens(pattern: str) -> Iterator[str | None]:
    """The parts of a pattern that `re` and `regex` read alike, without comments; `None` for one that they do not."""
    position = 0
    while position < len(pattern):
        found = _TOKEN.match(pattern, position)
        if found is None:
            yield None
            return
        position = found.end()
        if found.lastgroup != "comment":
            yield found[0]


def _of_sequence(items: list[Any]) -> list[Literals]:
    """What the parts of a sequence require, each in its turn."""
    found: list[Literals] = []
    run = ""
    for kind, value in [*items, (op.ANY, None)]:
        if kind is op.LITERAL and (value < 128 or _is_caseless(chr(value))):
            run += chr(value).lower()
            continue
        if kind is op.AT:
            run = run or (WORD if value is op.AT_BOUNDARY else "")
            continue
        if len(run.removeprefix(WORD)) >= MIN_LENGTH:
            found.append(frozenset([run if run[1:2].isalpha() else run.removeprefix(WORD)]))
        run = ""
        found += _of_item(kind, value)
    return found


def _is_caseless(char: str) -> bool:
    """Whether a character is the same in lower and upper case, as Hangul is: no rule of case can lose it."""
    return char.lower() == char == char.upper()


def _worth(literals: Literals) -> tuple[int, int]:
    return min(len(literal.removeprefix(WORD)) for literal in literals), -len(literals)


def _of_item(kind: object, value: Any) -> list[Literals]:  # noqa: ANN401 (the parser's own tuples)
    if kind is op.SUBPATTERN:
        return _of_sequence(list(value[-1]))
    if kind is op.BRANCH:
        return _of_branches([list(branch) for branch in value[1]])
    if kind in {op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT} and value[0] > 0:
        return _of_sequence(list(value[2]))
    if kind is op.ATOMIC_GROUP:
        return _of_sequence(list(value))
    return []


def _of_branches(branches: list[list[Any]]) -> list[Literals]:
    """Every branch must require something; then one of the best of each is required."""
    best = [max(_of_sequence(branch), key=_worth, default=None) for branch in branches]
    known = [one for one in best if one is not None]
    return [frozenset[str]().union(*known)] if known and len(known) == len(best) else []
