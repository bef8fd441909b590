"""A wording that fits other faults too: what stands behind the fault's id may be a title, another one for each fault.

The log decides. Lines must begin alike up to the fault's id; what they share must still tell a raise from a clear; what
differs must hold no word that may say what became of a fault; and each fault must have one title.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import takewhile

import regex

from faultlog.learning.pieces import MASKED, Piece, pieces
from faultlog.model import number_of
from faultlog.rulebook import RuleBook
from faultlog.templates import mask
from faultlog.values import dataclass

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_MARK = re.compile(r"(?<!\w)[^\w\s]|[^\w\s](?!\w)")
_WORD = re.compile(r"[^\W\d_][^\W_]*")


def words_of(text: str) -> frozenset[str]:
    """The words of a text in lower case, without numbers.

    >>> sorted(words_of("FLT_SET code=6 (Kernel module)"))
    ['code', 'flt', 'kernel', 'module', 'set']
    """
    return frozenset(_WORD.findall(text.lower()))


STATES = words_of(
    "raise raised clear cleared set unset reset on off up down open opened close closed begin began begun end ended "
    "active inactive resolved recovered restored gone fixed still pending reported retry retrying start started stop "
    "stopped enabled disabled assert asserted deassert deasserted trigger triggered activated deactivated occurred "
    "appeared disappeared latched released false ignored suppressed refused skipped "
    "ausgelöst gesetzt behoben zurückgesetzt 발생 해제 해소 복구 시작 종료"
)
"""Words that may say what became of a fault: a text that holds one is no title. Tool default."""
POINTING = words_of("fault faults fehler 결함 장애 id code no nr number err error alarm alert flt event")
"""Words that only say that a fault's id follows: they tell no raise from a clear. Tool default."""


def telling(message: str, others: Iterable[str]) -> frozenset[str]:
    """The words of a message that none of the others holds and that do not merely point at an id."""
    return words_of(message) - POINTING - words_of(" ".join(others))


def fault_of(found: "regex.Match[str]", rules: RuleBook) -> int | None:
    """The fault that a match of a wording names."""
    groups = found.groupdict()
    if groups.get("fault_id"):
        return number_of(groups["fault_id"])
    return rules.fault_of_text(groups["fault_text"], None) if groups.get("fault_text") else None


@dataclass(frozen=True, slots=True)
class _Tail:
    """What stands behind the fault's id in a line."""

    fault: int
    row: tuple[Piece, ...]
    """Word by word."""

    def title(self, first: int, last: int) -> str:
        """What is left without so many pieces at the begin and at the end."""
        return "".join(text for _, text in self.row[first : len(self.row) - last])


@dataclass(frozen=True, slots=True)
class _Frame:
    """What a wording shares with other lines around a title."""

    begin: str
    """What stands before the fault's id."""
    own: _Tail
    telling: frozenset[str]
    """Words that tell the example from those that mean something else."""
    foreign: frozenset[str]
    """Words that may say what became of the fault."""

    def shared(self, tails: Sequence[_Tail]) -> tuple[int, int]:
        """How many pieces of the own tail all the others share, at its begin and, behind those, at its end."""
        rows = [one.row for one in tails]
        first = min(_alike(self.own.row, row) for row in rows)
        last = min(_alike(self.own.row[first:][::-1], row[first:][::-1]) for row in rows)
        return first, last

    def admits(self, tails: Sequence[_Tail]) -> bool:
        """Whether what they share says what the example says, and what differs says nothing of it.

        What the example says is known to be shared where all words are that only the example has, or one that is known
        to say it; else the title may be what is shared. Titles are set alike, in brackets or behind a dash.
        """
        first, last = self.shared(tails)
        row = self.own.row
        kept = "".join(text for _, text in (*row[:first], *row[len(row) - last :]))
        titles = [_plain(one.row[first : len(one.row) - last]) for one in (self.own, *tails)]
        said = words_of(f"{self.begin} {kept}") & self.telling
        told = bool(said & STATES) or (bool(said) and said == self.telling)
        alike = len({_marks(title) for title in titles}) == 1
        return told and alike and not words_of(" ".join(titles)) & (self.foreign | said)


def widened(
    found: Sequence[Piece], head: "regex.Pattern[str]", others: Sequence[str], messages: Iterable[str], rules: RuleBook
) -> list[Piece] | None:
    """The pieces of a message with its title as `rest`; `None` where the log shows no other title.

    Args:
        found: the pieces of an example, its fault marked.
        head: how it is worded up to the end of its fault's id.
        others: the examples that mean something else; without any, nothing tells what may differ.
        messages: the log's messages.
        rules: the known faults.
    """
    whole = "".join(text for _, text in found)
    own = _tail(head, whole, rules)
    if own is None or not others:
        return None
    place = next(index for index, (kind, _) in enumerate(found) if kind.startswith("fault"))
    foreign = STATES | {one for one in words_of(" ".join(others)) - words_of(whole) if len(one) > 2}
    frame = _Frame("".join(text for _, text in found[:place]), own, telling(whole, others), foreign)
    tails = {tail for one in messages if (tail := _tail(head, one, rules)) is not None}
    fitting = [one for one in tails if one.fault != own.fault and frame.admits([one])]
    if not fitting or not frame.admits(fitting):
        return None
    first, last = frame.shared(fitting)
    if not _has_one_title_each(own, tails, first, last):
        return None
    end = len(own.row) - last
    return [*found[: place + 1], *own.row[:first], ("rest", own.title(first, last)), *own.row[end:]]


def _tail(head: "regex.Pattern[str]", message: str, rules: RuleBook) -> _Tail | None:
    match = head.match(message, timeout=1.0)
    fault = None if match is None else fault_of(match, rules)
    if match is None or fault is None:
        return None
    row = [
        (kind, one)
        for kind, text in pieces(message[match.end() :], rules)
        for one in (_TOKEN.findall(text) if kind == "word" else [text])
    ]
    return _Tail(fault, tuple(row))


def _alike(mine: Sequence[Piece], yours: Sequence[Piece]) -> int:
    """How many pieces at the begin of two rows a wording takes for the same."""
    return sum(1 for _ in takewhile(lambda pair: _key(pair[0]) == _key(pair[1]), zip(mine, yours, strict=False)))


def _key(piece: Piece) -> Piece:
    kind, text = piece
    if kind in MASKED or kind in {"severity", "known_text"}:
        return kind, ""
    return kind, " " if text.isspace() else text.lower()


def _plain(row: Sequence[Piece]) -> str:
    """The text of pieces without the texts of known faults: those are titles, whatever they say."""
    return "".join(" " if kind == "known_text" else text for kind, text in row)


def _marks(title: str) -> tuple[str, ...]:
    """The brackets, dashes and stops of a title, those inside words left out."""
    return tuple(_MARK.findall(title))


def _has_one_title_each(own: _Tail, tails: Iterable[_Tail], first: int, last: int) -> bool:
    """Whether of the lines with the same frame those of one fault have the same title."""
    titles: dict[int, set[str]] = {own.fault: {mask(own.title(first, last))}}
    for one in tails:
        if _alike(own.row, one.row) >= first and _alike(own.row[::-1], one.row[::-1]) >= last:
            titles.setdefault(one.fault, set()).add(mask(one.title(first, last)))
    return all(len(each) == 1 for each in titles.values())
