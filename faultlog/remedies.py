"""What became of what may clear a fault: **helped**, **did not help**, **not tried**, **unknown**; never a breach.

Where a hole lies inside, a row speaks of the part before it, as a finding does.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from faultlog.advising import holds, otherwise
from faultlog.case import FaultInterval, Host, Remedy
from faultlog.elapsed import Course, Point
from faultlog.grouping import first_of_groups
from faultlog.holes import Observation
from faultlog.model import Instant, Outcome, Signal, Text
from faultlog.rulebook import FaultRule, RuleBook
from faultlog.rulefiles import RemedyRule
from faultlog.stays import Starts, Stay, stay_of
from faultlog.values import dataclass


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen that bears on one remedy."""

    events: Starts
    """What may clear the fault, one of each group."""
    starts: Starts
    """The connector's starts: whatever restarts the host restarts the connector."""
    faults: Observation
    """Of the logs that carry fault lines."""
    watched: Observation
    """Of the logs that would show the event."""
    course: Course


def remedies(
    intervals: Iterable[FaultInterval],
    signals: Sequence[Signal],
    seen: Observation,
    watched: Mapping[str, Observation],
    rules: RuleBook,
    host: Host,
    course: Course,
) -> tuple[Remedy, ...]:
    """Judge each remedy of each interval's fault that may apply to this host.

    Args:
        intervals: in the order the rows shall have.
        signals: the host's signals in time order.
        seen: what was observed of the logs that carry fault lines.
        watched: by event, what was observed of the logs that would show it; only system logs show boots.
        rules: for the remedies.
        host: decides which apply.
        course: where the host's clock was set.
    """
    starts = Starts.of(first_of_groups(signals, "connector_started", seen, course))
    boots = Starts.of(first_of_groups(signals, "boot", watched["boot"], course))
    bearing = {
        "connector_started": Seen(starts, starts, seen, watched["connector_started"], course),
        "boot": Seen(boots, starts, seen, watched["boot"], course),
    }
    return tuple(
        _remedy(interval, rule, remedy, _outcome(interval, remedy, bearing[remedy.event]), rules, host)
        for interval in intervals
        for rule in rules.candidates(interval.fault_id, host.os)
        for remedy in rule.file.remedies
        if holds(remedy.when, host) is not False
    )


Missing = Literal["raise", "exact_time", "end", "hole", "system_log", "log", "silence"]
"""What may be missing to tell an outcome: names a text `missing.*`."""

Judged = tuple[Outcome, Instant | None, Missing | None]
"""An outcome, the instant of the event it speaks of, and what is missing where it is unknown."""


def _remedy(
    interval: FaultInterval, rule: FaultRule, remedy: RemedyRule, judged: Judged, rules: RuleBook, host: Host
) -> Remedy:
    outcome, at, lack = judged
    missing = None if lack is None else Text(f"missing.{lack}")
    advice = otherwise(rules, rule, remedy.otherwise, host) if outcome == "did_not_help" and remedy.otherwise else ()
    name = f"{interval.id}-{remedy.id}"
    return Remedy(name, interval.fault_id, interval.id, remedy.event, outcome, at, advice, missing)


def _outcome(interval: FaultInterval, remedy: RemedyRule, seen: Seen) -> Judged:
    """Judge the last event in `[raised, cleared)`."""
    seen = replace(seen, faults=seen.faults.of(interval.fault_id))
    stay = stay_of(interval, seen.events, seen.faults, seen.course)
    if not stay.starts:
        if _certainly_untried(stay, seen):
            return "not_tried", None, None
        return "unknown", None, _missing_for(remedy.event, stay, seen)
    certain, last = stay.first_starts[-1:], stay.starts[-1]
    if certain and (last == certain[0] or stay.holes):
        outcome = _tried(stay, certain[0].at, remedy.settle, alone=last == certain[0])
        if outcome != "unknown":
            return outcome, certain[0].signal.when.at, None
    return "unknown", last.signal.when.at, _missing_after(stay, seen)


def _missing_after(stay: Stay, seen: Seen) -> Missing:
    """What is missing to tell what became of the fault after an event that was tried."""
    if not stay.observed:
        return _missing_log(seen)
    if stay.holes:
        return "hole"
    return "exact_time" if stay.closed else "end"


def _missing_log(seen: Seen) -> Missing:
    return "silence" if seen.faults.reason == "contradicted" else "log"


def _missing_for(event: str, stay: Stay, seen: Seen) -> Missing:
    """What is missing to tell whether an event happened that was not seen."""
    if not stay.observed:
        return _missing_log(seen)
    if stay.start_unknown:
        return "raise"
    restarted = stay_of(stay.interval, seen.starts, seen.faults, seen.course).starts
    return "system_log" if restarted and event == "boot" else "hole"


def _tried(stay: Stay, event: Point, settle: float, *, alone: bool) -> Outcome:
    """Cleared by `settle` after the last event of the first part, seen uncleared past it, or neither for certain."""
    if stay.closed and stay.open_at_most(event) <= settle:
        return "helped"
    return "did_not_help" if alone and stay.open_since(event) > settle else "unknown"


def _certainly_untried(stay: Stay, seen: Seen) -> bool:
    """Whether the event would have been seen, or at least a start of the connector that goes with it.

    A hole of no length right before the clear hides nothing of a stay, which does not hold the instant of its clear.
    """
    if stay.start_unknown:
        return False
    restarted = stay_of(stay.interval, seen.starts, seen.faults, seen.course).starts
    hiding = [hole for hole in stay.holes if not stay.closed or stay.open_at_most(hole.begin) > 0]
    return (not restarted and not hiding) or seen.watched.unbroken(stay.begin, stay.end)
