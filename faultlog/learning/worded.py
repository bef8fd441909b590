"""Wordings learned from example lines, each with what it recognises in the sample and what it must leave alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType
from typing import Literal

import regex

from faultlog.errors import NothingAnswerable
from faultlog.learning.naming import name_fault
from faultlog.learning.pieces import MASKED, MOST_WORDS, Piece, marked, pattern_of, pieces, shape, varying_words
from faultlog.rulebook import RuleBook, expand

FEW = 4
"""Different values at one place that may be a state and not a count. Tool default."""
NEAR_MISSES = 4
"""Messages a wording is held against, at most. Tool default."""

SHORTEST_HEAD = 4
"""Characters two messages share at their beginning to be alike. Tool default."""

Taught = Literal["fault_raised", "fault_cleared", "connector_started"]
SIGNALS: Mapping[str, Taught] = MappingProxyType(
    {"--raise": "fault_raised", "--clear": "fault_cleared", "--start": "connector_started"}
)
"""What the line of each option means."""


@dataclass(frozen=True, slots=True)
class LearnedWording:
    """One way to word a signal, with its proof."""

    signal: Taught
    pattern: str
    fixed: int | None
    """The fault that the wording fixes; `None` where the line says it, or the signal has none."""
    fault: int | None
    """The fault of the example."""
    severity: str | None
    message: str
    """The example."""
    refuses: tuple[str, ...]
    seen: int
    """Messages of the sample that it recognises."""
    faults: tuple[int, ...]
    """Faults that these name."""
    alike: tuple[str, ...]
    """Messages of the sample that begin as the example does and that no learned wording recognises, a few of them."""


def learn_wordings(
    examples: Mapping[str, str], messages: Sequence[str], fault: int | None, rules: RuleBook
) -> tuple[LearnedWording, ...]:
    """Learn how signals are worded.

    Args:
        examples: the messages that a person points at, by option.
        messages: the messages of the sample.
        fault: the fault that raise and clear mean, where a person says it.
        rules: the known faults and their texts.

    Raises:
        UsageError: it cannot be told which fault is meant.
        NothingAnswerable: two examples say the same.
    """
    split = {option: pieces(message, rules) for option, message in examples.items()}
    faulty = [option for option in split if option != "--start"]
    named = {
        option: name_fault(option, split[option], [split[one] for one in faulty if one != option], fault, rules)
        if option in faulty
        else split[option]
        for option in split
    }
    kept = _kept(named, messages, rules)
    varying = varying_words(list(examples.values()), messages)
    learned = {
        option: _compiled(found, kept.get(option, frozenset()), varying, rules) for option, found in named.items()
    }
    _apart(learned, examples)
    unknown = [one for one in messages if not any(each.pattern.search(one, timeout=1.0) for each in learned.values())]
    return tuple(
        _learned(option, learned[option], _Proof(examples, messages, unknown, fault, rules, named[option]))
        for option in examples
    )


def _kept(named: Mapping[str, Sequence[Piece]], messages: Sequence[str], rules: RuleBook) -> dict[str, frozenset[int]]:
    """By option the masked parts that tell it from another example that is worded alike."""
    kept: dict[str, frozenset[int]] = {}
    options = list(named)
    for number, option in enumerate(options):
        for other in options[number + 1 :]:
            if shape(named[option]) == shape(named[other]):
                places = _telling(option, other, named, messages, rules)
                kept[option] = kept.get(option, frozenset()) | places
                kept[other] = kept.get(other, frozenset()) | places
    return kept


def _telling(
    option: str, other: str, named: Mapping[str, Sequence[Piece]], messages: Sequence[str], rules: RuleBook
) -> frozenset[int]:
    """The one place where two examples differ and the log takes few values.

    Raises:
        NothingAnswerable: there is none, or several.
    """
    one, two = named[option], named[other]
    differing = [
        index
        for index, (mine, yours) in enumerate(zip(one, two, strict=True))
        if mine[0] in MASKED and mine[1] != yours[1]
    ]
    alike = [found for message in messages if shape(found := pieces(message, rules)) == shape(one)]
    few = [index for index in differing if len({found[index][1] for found in alike}) <= FEW]
    if len(few) != 1:
        raise NothingAnswerable(
            f"{option} and {other} read the same once numbers, paths and quoted texts are left out, and "
            f"{'nothing' if not few else f'more than one of these ({len(few)})'} tells them apart; "
            "word them by hand (rules/README.md)"
        )
    return frozenset(few)


@dataclass(frozen=True, slots=True)
class _Compiled:
    text: str
    pattern: "regex.Pattern[str]"


def _compiled(found: Sequence[Piece], kept: frozenset[int], varying: frozenset[str], rules: RuleBook) -> _Compiled:
    """The wording; a number in which `{fault}` sees no fault, as in `6-1`, is taken as digits alone."""
    whole = "".join(text for _, text in found)
    made: _Compiled | None = None
    for kind in ("fault", "fault_number"):
        index = next((place for place, piece in enumerate(found) if piece[0] == "fault"), None)
        text = pattern_of(found if index is None else marked(found, index, kind), kept, varying)
        made = _Compiled(text, regex.compile(expand(text, "fault_raised", rules.texts), regex.IGNORECASE | regex.ASCII))
        if made.pattern.search(whole, timeout=1.0):
            break
    assert made is not None  # noqa: S101 (two kinds were tried)
    return made


def _apart(learned: Mapping[str, _Compiled], examples: Mapping[str, str]) -> None:
    """Refuse wordings that recognise each other's examples."""
    for option, one in learned.items():
        for other, message in examples.items():
            if other != option and one.pattern.search(message[:MOST_WORDS], timeout=1.0):
                raise NothingAnswerable(
                    f"{option} and {other} cannot be told apart: a wording of the one recognises the other; "
                    "word them by hand (rules/README.md)"
                )


@dataclass(frozen=True, slots=True)
class _Proof:
    examples: Mapping[str, str]
    messages: Sequence[str]
    unknown: Sequence[str]
    """Those that no learned wording recognises."""
    fault: int | None
    rules: RuleBook
    pieces: Sequence[Piece]


def _learned(option: str, made: _Compiled, proof: _Proof) -> LearnedWording:
    message = proof.examples[option]
    matches = [found for one in proof.messages if (found := made.pattern.search(one, timeout=1.0)) is not None]
    captured = any(kind in {"fault", "fault_text"} for kind, _ in proof.pieces)
    own = made.pattern.search(message, timeout=1.0)
    fault = _fault(own, proof.rules) if own is not None and captured else None
    fixed = None if captured or option == "--start" else proof.fault
    severity = next((text.capitalize() for kind, text in proof.pieces if kind == "severity"), None)
    faults = {one for found in matches if (one := _fault(found, proof.rules)) is not None}
    others = [text for other, text in proof.examples.items() if other != option]
    misses = _near_misses(made.pattern, message, others, proof.messages)
    return LearnedWording(
        SIGNALS[option], made.text, fixed, fault if fixed is None else fixed, severity, message, misses,
        len(matches), tuple(sorted(faults)), _alike(proof),
    )  # fmt: skip


def _alike(proof: _Proof) -> tuple[str, ...]:
    """Messages that begin as the example does, up to its fault or the first part that may vary."""
    head = ""
    for kind, text in proof.pieces:
        if kind != "word":
            break
        head += text
    head = head.strip().lower()
    if len(head) < SHORTEST_HEAD:
        return ()
    return tuple(dict.fromkeys(one for one in proof.unknown if one.lower().startswith(head)))[:NEAR_MISSES]


def _fault(found: "regex.Match[str]", rules: RuleBook) -> int | None:
    groups = found.groupdict()
    if groups.get("fault_id"):
        return int(groups["fault_id"])
    return rules.fault_of_text(groups["fault_text"], None) if groups.get("fault_text") else None


def _near_misses(
    pattern: "regex.Pattern[str]", message: str, others: Sequence[str], messages: Sequence[str]
) -> tuple[str, ...]:
    """Messages that a wording must leave alone: the other examples, then what shares most words with its own."""
    words = set(message.lower().split())
    ranked = sorted(set(messages), key=lambda one: (-len(words & set(one.lower().split())), one))
    all_of_them = dict.fromkeys((*others, *ranked, f"not {message}"))
    found = (one for one in all_of_them if 0 < len(one) <= MOST_WORDS and not pattern.search(one, timeout=1.0))
    return tuple(islice(found, NEAR_MISSES))
