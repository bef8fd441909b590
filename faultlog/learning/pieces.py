"""A message in pieces: words that stay, and what may differ in the next line that means the same."""

import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from faultlog.learning.peeling import escaped
from faultlog.mining import WORD, Miner, tokens
from faultlog.rulebook import RuleBook
from faultlog.templates import parts

MOST_WORDS = 400
"""Characters of a message that a wording is made of, as of a template. Tool default."""
MASKED: Mapping[str, str] = MappingProxyType(
    {
        "date": r"\S.{5,40}?",
        "id": r"[0-9A-Fa-fx-]+",
        "text": "(?:\"[^\"]*\"|'[^']*')",
        "path": r"/[^\s\"',;:)\]]+",
        "number": r"\d+(?:\.\d+)*",
    }
)
"""What a masked part may be in other lines."""
_MEANT: Mapping[str, str] = MappingProxyType(
    {
        "fault": "{fault}",
        "fault_number": r"(?P<fault_id>\d{1,5})(?!\d)",
        "fault_text": "{text}",
        "severity": "{severity}",
        "known_text": r"[^\n]*?",
        "rest": r"[^\n]*?",
    }
)
_SEVERITY = re.compile(r"(?i)\b(?:critical|major|minor)\b")
_BLANKS = re.compile(r"[ \t\r\f\v]+")
_TOKEN = re.compile(r"(\s+|[^\s=]*=(?=\S))")

Piece = tuple[str, str]
"""A kind and the text: `word`, one of `MASKED`, `severity`, `known_text`; once known, `fault` or `fault_text`; and
`rest`, where other faults have other texts."""


def pieces(message: str, rules: RuleBook) -> list[Piece]:
    """A message in pieces; texts of known faults and the first severity are pieces of their own."""
    found: list[Piece] = []
    position = 0
    text = message[:MOST_WORDS]
    for known in _known(rules).finditer(text):
        found += _plain(text[position : known.start()])
        found.append(("known_text", known[0]))
        position = known.end()
    return _with_severity([*found, *_plain(text[position:])])


def _known(rules: RuleBook) -> "re.Pattern[str]":
    longest = sorted(rules.texts, key=lambda one: (-len(one), one))
    return re.compile("|".join(r"\s+".join(map(re.escape, one.split())) for one in longest) or "(?!)", re.IGNORECASE)


def _plain(text: str) -> list[Piece]:
    return [(kind or "word", piece) for kind, piece in parts(text)]


def _with_severity(found: Sequence[Piece]) -> list[Piece]:
    for index, (kind, text) in enumerate(found):
        one = _SEVERITY.search(text) if kind == "word" else None
        if one is not None:
            inside = [("word", text[: one.start()]), ("severity", one[0]), ("word", text[one.end() :])]
            return [*found[:index], *(piece for piece in inside if piece[1]), *found[index + 1 :]]
    return list(found)


def marked(found: Sequence[Piece], index: int, kind: str) -> list[Piece]:
    """The pieces with one of another kind."""
    return [*found[:index], (kind, found[index][1]), *found[index + 1 :]]


def pattern_of(found: Sequence[Piece], kept: frozenset[int], varying: frozenset[str]) -> str:
    """The wording of a whole message.

    Args:
        found: its pieces.
        kept: pieces that stay as they are, whatever their kind.
        varying: words that are others in other lines.
    """
    whole = sum(len(text) for _, text in found) < MOST_WORDS
    return begin_of(found, kept, varying) + (r"[ \t]*(?:\n|$)" if whole else "")


def begin_of(found: Sequence[Piece], kept: frozenset[int], varying: frozenset[str]) -> str:
    """The wording of a message's begin, as `pattern_of`."""
    return "^" + "".join(_part(piece, varying, stays=index in kept) for index, piece in enumerate(found))


def _part(piece: Piece, varying: frozenset[str], *, stays: bool) -> str:
    kind, text = piece
    if stays:
        return escaped(text)
    if kind == "word":
        return "".join(_word(one, varying) for one in _TOKEN.split(text))
    return MASKED.get(kind) or _MEANT[kind]


def _word(text: str, varying: frozenset[str]) -> str:
    """A word or blanks; one blank stays, since the longer a text without gaps, the fewer lines need a closer look."""
    if text in varying:
        return r"\S+"
    return r"\s+" if text != " " and _BLANKS.fullmatch(text) else escaped(text)


def shape(found: Sequence[Piece]) -> list[str]:
    """What pieces are, masked parts without their values, whether or not the fault is marked in them."""
    kinds = {"fault": "number", "fault_number": "number", "fault_text": "known_text"}
    return [text if kind == "word" else kinds.get(kind, kind) for kind, text in found]


def mined(messages: Iterable[str]) -> Miner:
    """What messages have in common."""
    miner = Miner()
    for message in messages:
        miner.add(message)
    return miner


def varying_words(message: str, others: Sequence[str], miner: Miner) -> frozenset[str]:
    """Words of a message at whose place the log writes many others; never one that tells it apart from others.

    Args:
        message: an example.
        others: the examples that mean something else.
        miner: what the log's messages have in common.
    """
    row, mined_row = tokens(message), tokens(miner.template_of(message))
    if len(row) != len(mined_row):
        return frozenset()
    found = {mine for mine, other in zip(row, mined_row, strict=True) if other == WORD and "<" not in mine}
    return frozenset(found.intersection(*(tokens(other) for other in others)))
