"""Lines that look as if they concerned faults and that no wording explains: a fault worded otherwise is not missed."""

from dataclasses import replace

from faultlog.budget import TIMEOUT_S
from faultlog.learning.looking import Looked
from faultlog.learning.sample import MOST_LENGTH
from faultlog.learning.signs import LIKELY, Signs
from faultlog.model import Event, Template
from faultlog.rulebook import RuleBook, Wording
from faultlog.templates import Tally
from faultlog.values import dataclass

_FAULT_KINDS = frozenset({"fault_raised", "fault_cleared"})


@dataclass(frozen=True, slots=True)
class Unexplained:
    """The lines that no wording explains, by shape."""

    shapes: tuple[Template, ...]
    """Those first that look most as if they concerned a fault."""
    likely: int | None
    """The line of the first of them; `None` where it is not likely to concern a fault."""
    complete: bool
    """Whether all such lines of the log are counted."""

    @property
    def lines(self) -> int:
        """How many lines there are."""
        return sum(one.count for one in self.shapes)


def unexplained(looked: Looked, signs: Signs, rules: RuleBook) -> Unexplained:
    """What no wording explains of what was looked at.

    Args:
        looked: the events that were looked at.
        signs: what shows that a message may concern a fault.
        rules: every wording, those just learned included.
    """
    tally, weights = Tally(), dict[int, int]()
    for event in looked.events:
        weight = signs.weight(event.message)
        if weight and not any(_explains(one, event, rules) for one in rules.wordings):
            first = event.message.partition("\n")[0]
            tally.add(first, event.evidence)
            weights[event.evidence.line] = weight
    found = (replace(one, count=one.count + looked.further.get(one.template, 0)) for one in tally.templates())
    shapes = sorted(found, key=lambda one: -weights[one.example.line])
    lines = (one.example.line for one in shapes[:1])
    likely = next((line for line in lines if weights[line] >= LIKELY), None)
    return Unexplained(tuple(shapes), likely, looked.complete)


def _explains(wording: Wording, event: Event, rules: RuleBook) -> bool:
    """Whether a wording makes a signal of an event."""
    message = event.message[:MOST_LENGTH]
    if wording.pattern is None or not wording.may_match(message.lower()):
        return False
    if not wording.admits(event.process):
        return False
    match = wording.pattern.search(message, timeout=TIMEOUT_S)
    if match is None or wording.kind not in _FAULT_KINDS or wording.fault is not None:
        return match is not None
    groups = match.groupdict()
    text = groups.get("fault_text")
    return bool(groups.get("fault_id")) or (text is not None and " ".join(text.lower().split()) in rules.texts)
