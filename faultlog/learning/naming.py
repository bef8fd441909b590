"""Where a line names its fault: a number that something points at, or the text of a known fault; else it is asked."""

import re
from collections.abc import Sequence

from faultlog.errors import UsageError
from faultlog.learning.pieces import Piece, marked
from faultlog.rulebook import RuleBook

_BEFORE = re.compile(
    r"(?i)(?:fault|fehler|결함|장애|\bid|code|\bno|\bnr|number|error|\berr|alarm|alert|\bflt|\bf)[\s#:=._\"'(\[{-]*$"
)
_BEHIND = re.compile(r"(?i)[\s:.,)\]}\"'-]*(?:fault|fehler|결함|장애)")


def name_fault(
    said: str, found: Sequence[Piece], others: Sequence[Sequence[Piece]], fault: int | None, rules: RuleBook
) -> list[Piece]:
    """The pieces of a raise or clear with the one that names the fault marked; unmarked where only `fault` says it.

    Args:
        said: how a person is told which example it is.
        found: its pieces.
        others: those of the examples that say the opposite, where there are some: one of them means the same fault.
        fault: the fault, where a person says it.
        rules: the known faults.

    Raises:
        UsageError: it cannot be told which fault is meant.
    """
    numbers = [one for one in _numbers(found) if fault in {None, one[1]}]
    shared = [one for one in numbers if any(one[1] in {value for _, value in _numbers(other)} for other in others)]
    text = _text(found, fault, rules)
    chosen = _chosen(found, shared or numbers, rules, sure=fault is not None or _is_sole(found, others))
    if chosen is not None and (text is None or fault is not None or _meaning(found, text, rules) == chosen[1]):
        return marked(found, chosen[0], "fault")
    if text is not None and chosen is None:
        return marked(found, text, "fault_text")
    if fault is not None:
        other = _chosen(found, _numbers(found), rules, sure=False)
        if other is not None:
            raise UsageError(
                f"{said}: the line names fault {other[1]}, --fault says {fault}; leave --fault out, or learn this line "
                "without it in a run of its own"
            )
        return list(found)
    raise UsageError(_asked(said, found))


def _numbers(found: Sequence[Piece]) -> list[tuple[int, int]]:
    """Positions and values of what may be a fault's number: whole, short, no word or unit right behind it."""
    numbers = []
    for index, (kind, text) in enumerate(found):
        behind = found[index + 1][1] if index + 1 < len(found) else ""
        if kind == "number" and re.fullmatch(r"[0-9]{1,5}", text) and not re.match(r"\w|%", behind):
            numbers.append((index, int(text)))
    return numbers


def _is_sole(found: Sequence[Piece], others: Sequence[Sequence[Piece]]) -> bool:
    """Whether it has exactly one number, and so has one of the others."""
    return _count(found) == 1 and any(_count(one) == 1 for one in others)


def _count(found: Sequence[Piece]) -> int:
    return sum(kind == "number" for kind, _ in found)


def _chosen(
    found: Sequence[Piece], numbers: Sequence[tuple[int, int]], rules: RuleBook, *, sure: bool
) -> tuple[int, int] | None:
    """The number that is the fault's: the one that something points at; a sole known one where it is sure."""
    known = {rule.file.fault for rule in rules.faults}
    pointed = [one for one in numbers if _is_pointed_at(found, one[0])]
    for some in ([one for one in pointed if one[1] in known], pointed):
        if len(some) == 1:
            return some[0]
    likely = [one for one in numbers if one[1] in known or sure]
    return likely[0] if sure and len(likely) == 1 else None


def _is_pointed_at(found: Sequence[Piece], index: int) -> bool:
    before = found[index - 1] if index else ("", "")
    behind = found[index + 1] if index + 1 < len(found) else ("", "")
    return (before[0] == "word" and _BEFORE.search(before[1]) is not None) or (
        behind[0] == "word" and _BEHIND.match(behind[1]) is not None
    )


def _text(found: Sequence[Piece], fault: int | None, rules: RuleBook) -> int | None:
    """The position of the one text of a known fault, where it means one fault on every system."""
    texts = [index for index, (kind, _) in enumerate(found) if kind == "known_text"]
    meant = [(index, _meaning(found, index, rules)) for index in texts]
    right = [index for index, means in meant if means is not None and fault in {None, means}]
    return right[0] if len(right) == 1 else None


def _meaning(found: Sequence[Piece], index: int, rules: RuleBook) -> int | None:
    return rules.fault_of_text(found[index][1], None)


def _asked(said: str, found: Sequence[Piece]) -> str:
    numbers = [text for kind, text in found if kind == "number"]
    message = "".join(text for _, text in found)[:200]
    hint = f" (it writes {', '.join(numbers)})" if numbers else ""
    return f"{said}: it cannot be told which fault {message!r} means{hint}; add --fault N with the fault's id"
