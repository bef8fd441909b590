"""The lines that a person points at: read, held against each other, and the fault found that each of them means."""

from collections.abc import Mapping, Sequence

from faultlog.errors import NothingAnswerable, UsageError
from faultlog.learning.naming import name_fault
from faultlog.learning.pieces import Piece, pieces
from faultlog.learning.sample import Sample
from faultlog.model import Event
from faultlog.rulebook import RuleBook
from faultlog.values import dataclass

_OPPOSITE = {"--raise": "fault_cleared", "--clear": "fault_raised"}


@dataclass(frozen=True, slots=True)
class Example:
    """A message that a person points at."""

    option: str
    """`--raise`, `--clear` or `--start`."""
    line: int
    message: str
    """Its first line."""

    @property
    def said(self) -> str:
        """How a person is told which example it is."""
        return f"{self.option}, line {self.line}"


@dataclass(frozen=True, slots=True)
class Pointed:
    """An example in pieces."""

    example: Example
    pieces: tuple[Piece, ...]
    """The one that names the fault is marked; none is where only `--fault` says it, or there is no fault."""


def examples_of(sample: Sample, events: Mapping[int, Event], rules: RuleBook) -> tuple[Example, ...]:
    """The messages that a person points at, each line once.

    Args:
        sample: the log, with the lines that were asked for.
        events: its events, by line number.
        rules: the wordings that exist.

    Raises:
        NothingAnswerable: a line is none that a format reads.
        UsageError: a line is said to mean two things, or the opposite of what an existing wording takes it for.
    """
    found: dict[int, Example] = {}
    for pointer, line in sample.wanted.items():
        option, event = pointer.option, events.get(line.number)
        if event is None:
            raise NothingAnswerable(
                f"{option}: line {line.number} is no line of its own that a format reads; point at one with a stamp"
            )
        example = found.setdefault(line.number, Example(option, line.number, event.message.partition("\n")[0]))
        if example.option != option:
            raise UsageError(
                f"line {line.number} of {sample.path} is given to {example.option} and to {option}, but it means one "
                "thing; leave it out where it is wrong"
            )
    for example in found.values():
        _agree(example, rules)
    return tuple(found.values())


def _agree(example: Example, rules: RuleBook) -> None:
    """Refuse an example that a wording that is there takes for the opposite."""
    opposite = (one for one in rules.wordings if one.kind == _OPPOSITE.get(example.option))
    for one in opposite:
        if one.pattern is not None and one.pattern.search(example.message, timeout=1.0):
            meant = "raised" if one.kind == "fault_raised" else "cleared"
            raise UsageError(
                f"{example.said}: {example.message[:200]!r} reads as a fault that was {meant}; are the two swapped?"
            )


def pointed_at(examples: Sequence[Example], fault: int | None, rules: RuleBook) -> tuple[Pointed, ...]:
    """Examples in pieces, with their faults.

    Args:
        examples: the messages that a person points at.
        fault: the fault that raises and clears mean, where a person says it.
        rules: the known faults and their texts.

    Raises:
        UsageError: it cannot be told which fault is meant.
    """
    split = [Pointed(one, tuple(pieces(one.message, rules))) for one in examples]
    return tuple(_named(one, split, fault, rules) for one in split)


def _named(one: Pointed, every: Sequence[Pointed], fault: int | None, rules: RuleBook) -> Pointed:
    option = one.example.option
    if option == "--start":
        return one
    others = [other.pieces for other in every if other.example.option not in {option, "--start"}]
    return Pointed(one.example, tuple(name_fault(one.example.said, one.pieces, others, fault, rules)))
