"""What became of what may clear a fault: **helped**, **did not help**, **not tried**, **unknown**; never a breach."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from faultlog.advising import holds, otherwise
from faultlog.case import FaultInterval, Host, Remedy
from faultlog.coverage import Ledger
from faultlog.grouping import first_of_groups
from faultlog.model import Instant, Outcome, Signal, Text
from faultlog.rulebook import FaultRule, RuleBook
from faultlog.rulefiles import RemedyRule


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen that bears on one remedy."""

    events: tuple[Signal, ...]
    """What may clear the fault, one of each group."""
    starts: tuple[Signal, ...]
    """The connector's starts: whatever restarts the host restarts the connector."""
    ledger: Ledger
    """Of the logs that carry fault lines."""
    watched: Ledger
    """Of the logs that would show the event."""


def remedies(
    intervals: Iterable[FaultInterval],
    signals: Sequence[Signal],
    ledger: Ledger,
    watched: Mapping[str, Ledger],
    rules: RuleBook,
    host: Host,
) -> tuple[Remedy, ...]:
    """Judge each remedy of each interval's fault that may apply to this host.

    Args:
        intervals: in the order the rows shall have.
        signals: the host's signals in time order.
        ledger: what was observed of the logs that carry fault lines.
        watched: by event, what was observed of the logs that would show it; only system logs show boots.
        rules: for the remedies.
        host: decides which apply.
    """
    seen = _seen(signals, ledger, watched)
    return tuple(
        _remedy(interval, rule, remedy, _outcome(interval, remedy, seen[remedy.event]), rules, host)
        for interval in intervals
        for rule in rules.candidates(interval.fault_id, host.os)
        for remedy in rule.file.remedies
        if holds(remedy.when, host) is not False
    )


def _seen(signals: Sequence[Signal], ledger: Ledger, watched: Mapping[str, Ledger]) -> Mapping[str, Seen]:
    """What was seen of each event that may clear a fault."""
    starts = first_of_groups(signals, "connector_started")
    boots = first_of_groups(signals, "boot")
    return {
        "connector_started": Seen(starts, starts, ledger, watched["connector_started"]),
        "boot": Seen(boots, starts, ledger, watched["boot"]),
    }


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
    seen = replace(seen, ledger=seen.ledger.of(interval.fault_id))
    tried = [event for event in seen.events if _inside(event, interval, seen.ledger)]
    if tried:
        outcome = _tried(interval, tried[-1], remedy, seen.ledger)
        return outcome, tried[-1].when.at, _missing_after(interval, tried[-1], seen) if outcome == "unknown" else None
    if _certainly_untried(interval, seen):
        return "not_tried", None, None
    return "unknown", None, _missing_for(remedy.event, interval, seen)


def _missing_after(interval: FaultInterval, event: Signal, seen: Seen) -> Missing:
    """What is missing to tell what became of the fault after an event that was tried."""
    ledger, begin = seen.ledger, interval.raised.latest
    if ledger.end is None:
        return _missing_log(ledger)
    known = begin is not None and ledger.seen_until(begin) >= event.when.earliest
    return "end" if known and ledger.seen_until(event.when.latest) >= ledger.end else "hole"


def _missing_log(ledger: Ledger) -> Missing:
    return "silence" if ledger.reason == "contradicted" else "log"


def _missing_for(event: str, interval: FaultInterval, seen: Seen) -> Missing:
    """What is missing to tell whether an event happened that was not seen."""
    if seen.ledger.end is None:
        return _missing_log(seen.ledger)
    if interval.raised.kind != "observed":
        return "raise" if interval.raised.kind == "not_after" else "exact_time"
    restarted = any(_inside(start, interval, seen.ledger) for start in seen.starts)
    return "system_log" if restarted and event == "boot" else "hole"


def _inside(event: Signal, interval: FaultInterval, ledger: Ledger) -> bool:
    """Whether an event lies in `[raised, cleared)`, as far as that is seen."""
    begin, end = interval.raised.latest, interval.cleared.at
    if begin is None or end is None or event.when.earliest < begin:
        return False
    return event.when.latest < end if interval.clear is not None else event.when.latest <= max(end, ledger.end or end)


def _tried(interval: FaultInterval, event: Signal, remedy: RemedyRule, ledger: Ledger) -> Outcome:
    """Cleared by `settle` after the event, seen uncleared past it, or neither for certain."""
    begin, settled = interval.raised.latest, event.when.latest.moved(remedy.settle)
    if begin is None or (interval.may_be_several and ledger.seen_until(begin) < event.when.earliest):
        return "unknown"
    if interval.clear is not None and not interval.may_be_several:
        return "helped" if interval.clear.when.latest <= settled else "did_not_help"
    return "did_not_help" if ledger.seen_until(event.when.latest) > settled else "unknown"


def _certainly_untried(interval: FaultInterval, seen: Seen) -> bool:
    """Whether the event would have been seen, or at least a start of the connector that goes with it."""
    begin = interval.raised.at if interval.raised.kind == "observed" else None
    end = interval.cleared.at if interval.clear is not None else seen.ledger.end
    if begin is None or end is None or (interval.clear is None and seen.ledger.is_cut):
        return False
    restarted = any(_inside(start, interval, seen.ledger) for start in seen.starts)
    unmoved = not restarted and seen.ledger.seen_until(begin) >= end
    return unmoved or seen.watched.seen_until(begin) >= end
