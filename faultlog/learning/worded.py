"""Wordings learned from example lines, each with what it recognises in the log and what it must leave alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from types import MappingProxyType
from typing import Literal

import regex

from faultlog.errors import NothingAnswerable
from faultlog.learning.examples import Example, Pointed
from faultlog.learning.pieces import (
    MASKED,
    MOST_WORDS,
    Piece,
    begin_of,
    marked,
    mined,
    pattern_of,
    pieces,
    shape,
    varying_words,
)
from faultlog.learning.widening import fault_of, widened
from faultlog.rulebook import RuleBook, expand
from faultlog.values import dataclass

FEW = 4
"""Different values at one place that may be a state and not a count. Tool default."""
NEAR_MISSES = 4
"""Messages a wording is held against, at most. Tool default."""

Taught = Literal["fault_raised", "fault_cleared", "connector_started"]
SIGNALS: Mapping[str, Taught] = MappingProxyType(
    {"--raise": "fault_raised", "--clear": "fault_cleared", "--start": "connector_started"}
)
"""What the line of each option means."""
_BY_HAND = "word them by hand (rules/README.md)"


@dataclass(frozen=True, slots=True)
class Proof:
    """An example that a wording recognises, and what it captures of it."""

    message: str
    fault: int | None
    severity: str | None


@dataclass(frozen=True, slots=True)
class LearnedWording:
    """One way to word a signal, with its proof."""

    signal: Taught
    pattern: str
    fixed: int | None
    """The fault that the wording fixes; `None` where the line says it, or the signal has none."""
    accepts: tuple[Proof, ...]
    """The examples that led to it, at least one."""
    refuses: tuple[str, ...]
    seen: int
    """Messages of the log that it recognises."""
    faults: tuple[int, ...]
    """Faults that these name."""
    widened: tuple[str, ...]
    """Of these, those that it recognises only because the text behind the fault's id may be another."""


@dataclass(frozen=True, slots=True)
class _Draft:
    """A wording before its proof."""

    option: str
    examples: tuple[Example, ...]
    pieces: Sequence[Piece]
    text: str
    pattern: "regex.Pattern[str]"
    narrow: "regex.Pattern[str]"
    """The wording as the example alone says it."""
    varying: frozenset[str]
    """Words that are others in other lines."""

    def takes(self, message: str) -> "regex.Match[str] | None":
        """The match of a message that is recognised."""
        return self.pattern.search(message, timeout=1.0)


def learn_wordings(
    every: Sequence[Pointed], messages: Sequence[str], fault: int | None, rules: RuleBook
) -> tuple[LearnedWording, ...]:
    """Learn how signals are worded.

    Args:
        every: the examples, in pieces; those that lead to one wording give it together.
        messages: the messages of the log that were looked at.
        fault: the fault that raises and clears mean, where a person says it.
        rules: the known faults and their texts, and the wordings that exist.

    Raises:
        NothingAnswerable: two examples say the same, or a wording of one recognises the other.
    """
    drafts = _together(_drafts(every, messages, rules), rules)
    _apart(drafts, every)
    return tuple(_learned(one, drafts, messages, fault, rules) for one in drafts)


def _drafts(every: Sequence[Pointed], messages: Sequence[str], rules: RuleBook) -> list[_Draft]:
    """A wording of each example, as wide as the log shows it to be."""
    kept, miner = _kept(every, messages, rules), mined(messages)
    narrow = []
    for one in every:
        others = [other.example.message for other in every if other.example.option != one.example.option]
        varying = varying_words(one.example.message, others, miner)
        narrow.append(_compiled(one, kept.get(one.example, frozenset()), varying, rules))
    return [
        draft if one.example in kept else _wide(draft, narrow, messages, rules)
        for one, draft in zip(every, narrow, strict=True)
    ]


def _kept(every: Sequence[Pointed], messages: Sequence[str], rules: RuleBook) -> dict[Example, frozenset[int]]:
    """By example the masked parts that tell it from another one that is worded alike and means something else."""
    kept: dict[Example, frozenset[int]] = {}
    for number, one in enumerate(every):
        for other in every[number + 1 :]:
            if one.example.option != other.example.option and shape(one.pieces) == shape(other.pieces):
                places = _telling(one, other, messages, rules)
                for each in (one.example, other.example):
                    kept[each] = kept.get(each, frozenset()) | places
    return kept


def _telling(one: Pointed, other: Pointed, messages: Sequence[str], rules: RuleBook) -> frozenset[int]:
    """The one place where two examples differ and the log takes few values.

    Raises:
        NothingAnswerable: there is none, or several.
    """
    differing = [
        index
        for index, (mine, yours) in enumerate(zip(one.pieces, other.pieces, strict=True))
        if mine[0] in MASKED and mine[1] != yours[1]
    ]
    alike = [found for message in messages if shape(found := pieces(message, rules)) == shape(one.pieces)]
    few = [index for index in differing if len({found[index][1] for found in alike}) <= FEW]
    if len(few) != 1:
        raise NothingAnswerable(
            f"{one.example.said}, and {other.example.said}, read the same once numbers, paths and quoted texts are "
            f"left out, and {'nothing' if not few else f'more than one of these ({len(few)})'} tells them apart; if "
            f"both point at the lines you mean, {_BY_HAND}"
        )
    return frozenset(few)


def _compiled(one: Pointed, kept: frozenset[int], varying: frozenset[str], rules: RuleBook) -> _Draft:
    """The wording; a number in which `{fault}` sees no fault, as in `6-1`, is taken as digits alone."""
    whole = "".join(text for _, text in one.pieces)
    made: _Draft | None = None
    for kind in ("fault", "fault_number"):
        index = next((place for place, piece in enumerate(one.pieces) if piece[0] == "fault"), None)
        found = list(one.pieces) if index is None else marked(one.pieces, index, kind)
        text = pattern_of(found, kept, varying)
        pattern = _pattern(text, rules)
        made = _Draft(one.example.option, (one.example,), found, text, pattern, pattern, varying)
        if made.takes(whole):
            break
    assert made is not None  # noqa: S101 (two kinds were tried)
    return made


def _pattern(text: str, rules: RuleBook) -> "regex.Pattern[str]":
    return regex.compile(expand(text, "fault_raised", rules.texts), regex.IGNORECASE | regex.ASCII)


def _wide(draft: _Draft, every: Sequence[_Draft], messages: Sequence[str], rules: RuleBook) -> _Draft:
    """The wording with room for other faults' titles, where the log shows some and nothing else fits it."""
    place = next((index for index, (kind, _) in enumerate(draft.pieces) if kind.startswith("fault")), None)
    if place is None:
        return draft
    opposed = [one for one in every if one.option != draft.option]
    head = _pattern(begin_of(draft.pieces[: place + 1], frozenset(), draft.varying), rules)
    others = [one.examples[0].message for one in opposed]
    found = widened(draft.pieces, head, others, messages, rules)
    if found is None:
        return draft
    text = pattern_of(found, frozenset(), draft.varying)
    wide = replace(draft, pieces=found, text=text, pattern=_pattern(text, rules))
    taken = [one for one in messages if wide.takes(one)]
    return draft if any(_means_else(one, draft.option, opposed, rules) for one in taken) else wide


def _means_else(message: str, option: str, opposed: Iterable[_Draft], rules: RuleBook) -> bool:
    """Whether another example's wording, or one that exists, takes a message for something else."""
    exist = (one for one in rules.wordings if one.kind != SIGNALS[option] and one.pattern is not None)
    return any(one.takes(message) for one in opposed) or any(
        one.may_match(message.lower()) and one.pattern is not None and one.pattern.search(message, timeout=1.0)
        for one in exist
    )


def _together(drafts: Sequence[_Draft], rules: RuleBook) -> list[_Draft]:
    """The wordings without those whose example an earlier one recognises: it is that one's example too.

    Raises:
        NothingAnswerable: the earlier one reads another fault in it.
    """
    found: list[_Draft] = []
    for draft in drafts:
        example = draft.examples[0]
        same = (index for index, one in enumerate(found) if one.option == draft.option and one.takes(example.message))
        index = next(same, None)
        if index is None:
            found.append(draft)
            continue
        earlier = found[index]
        if _named(earlier, example.message, rules) != _named(draft, example.message, rules):
            raise NothingAnswerable(
                f"{earlier.examples[0].said}, and {example.said}, are worded alike, but the one names its fault where "
                f"the other does not; {_BY_HAND}"
            )
        found[index] = replace(earlier, examples=(*earlier.examples, example))
    return found


def _named(draft: _Draft, message: str, rules: RuleBook) -> int | None:
    match = draft.takes(message)
    return None if match is None else fault_of(match, rules)


def _apart(drafts: Sequence[_Draft], every: Sequence[Pointed]) -> None:
    """Refuse wordings that recognise examples of something else."""
    for draft in drafts:
        for other in (one.example for one in every):
            if other.option != draft.option and draft.takes(other.message[:MOST_WORDS]):
                raise NothingAnswerable(
                    f"{draft.examples[0].said}, and {other.said}, cannot be told apart: the wording of the one "
                    f"recognises the other; if both point at the lines you mean, {_BY_HAND}"
                )


def _learned(
    draft: _Draft, drafts: Sequence[_Draft], messages: Sequence[str], fault: int | None, rules: RuleBook
) -> LearnedWording:
    captured = any(kind.startswith("fault") for kind, _ in draft.pieces)
    fixed = None if captured or draft.option == "--start" else fault
    matches = [(one, match) for one in messages if (match := draft.takes(one)) is not None]
    faults = {one for _, match in matches if (one := fault_of(match, rules)) is not None}
    wider = [one for one, _ in matches if draft.narrow.search(one, timeout=1.0) is None]
    others = [one.message for each in drafts if each.option != draft.option for one in each.examples]
    own = [one for one in drafts if one.option == draft.option]
    return LearnedWording(
        SIGNALS[draft.option], draft.text, fixed, tuple(_proof(draft, one, fixed, rules) for one in draft.examples),
        _near_misses(own, draft.examples[0].message, others, messages), len(matches), tuple(sorted(faults)),
        tuple(wider),
    )  # fmt: skip


def _proof(draft: _Draft, example: Example, fixed: int | None, rules: RuleBook) -> Proof:
    """What a wording makes of an example."""
    match = draft.takes(example.message)
    if match is None:
        return Proof(example.message, fixed, None)
    severity = match.groupdict().get("severity")
    captured = any(kind.startswith("fault") for kind, _ in draft.pieces)
    fault = fault_of(match, rules) if captured else fixed
    return Proof(example.message, fault, severity.capitalize() if severity else None)


def _near_misses(
    own: Sequence[_Draft], message: str, others: Sequence[str], messages: Sequence[str]
) -> tuple[str, ...]:
    """Messages that no wording of a signal may take: the other examples, then what shares most words with its own."""
    words = set(message.lower().split())
    ranked = sorted(set(messages), key=lambda one: (-len(words & set(one.lower().split())), one))
    all_of_them = dict.fromkeys((*others, *ranked, f"not {message}"))
    found = (one for one in all_of_them if 0 < len(one) <= MOST_WORDS and not any(each.takes(one) for each in own))
    return tuple(islice(found, NEAR_MISSES))
