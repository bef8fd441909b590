"""What became of what may clear a fault: **helped**, **did not help**, **not tried**, **unknown**; never a breach."""

from collections.abc import Iterable, Mapping, Sequence

from faultlog.advising import holds, otherwise
from faultlog.coverage import Ledger
from faultlog.grouping import first_of_groups
from faultlog.model import FaultInterval, Host, Instant, Outcome, Remedy, Signal
from faultlog.rulebook import FaultRule, RuleBook
from faultlog.rulefiles import RemedyRule


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
        watched: by event, what was observed of the logs that would show it; system logs show boots too.
        rules: for the remedies.
        host: decides which apply.
    """
    return tuple(
        _judged(
            interval, rule, remedy, first_of_groups(signals, remedy.event), ledger, watched[remedy.event], rules, host
        )
        for interval in intervals
        for rule in rules.candidates(interval.fault_id, host.os)
        for remedy in rule.file.remedies
        if holds(remedy.when, host) is not False
    )


def _judged(
    interval: FaultInterval,
    rule: FaultRule,
    remedy: RemedyRule,
    events: Sequence[Signal],
    ledger: Ledger,
    watched: Ledger,
    rules: RuleBook,
    host: Host,
) -> Remedy:
    tried = [event for event in events if _inside(event, interval, ledger)]
    outcome = _outcome(interval, tried[-1], remedy, ledger) if tried else _untried(interval, ledger, watched)
    advice = otherwise(rules, rule, remedy.otherwise, host) if outcome == "did_not_help" and remedy.otherwise else ()
    return Remedy(
        id=f"{interval.id}-{remedy.id}",
        fault_id=interval.fault_id,
        interval=interval.id,
        event=remedy.event,
        outcome=outcome,
        at=tried[-1].when.at if tried else None,
        advice=advice,
    )


def _inside(event: Signal, interval: FaultInterval, ledger: Ledger) -> bool:
    """Whether an event lies in `[raised, cleared)`, as far as that is seen."""
    begin, end = interval.raised.latest, interval.cleared.at
    if begin is None or end is None or event.when.earliest < begin:
        return False
    return event.when.latest < end if interval.clear is not None else event.when.latest <= max(end, ledger.end or end)


def _outcome(interval: FaultInterval, event: Signal, remedy: RemedyRule, ledger: Ledger) -> Outcome:
    """Cleared by `settle` after the event, seen uncleared past it, or neither for certain."""
    begin, settled = interval.raised.latest, event.when.latest.moved(remedy.settle)
    if begin is None or (interval.may_be_several and ledger.seen_until(begin) < event.when.earliest):
        return "unknown"
    if interval.clear is not None and not interval.may_be_several:
        return "helped" if interval.clear.when.latest <= settled else "did_not_help"
    return "did_not_help" if ledger.seen_until(event.when.latest) > settled else "unknown"


def _untried(interval: FaultInterval, ledger: Ledger, watched: Ledger) -> Outcome:
    """Not tried, if the event would have been seen all the while."""
    begin, end = interval.raised.at, _last_seen(interval, ledger)
    if begin is None or end is None or watched.seen_until(begin) < end:
        return "unknown"
    return "not_tried"


def _last_seen(interval: FaultInterval, ledger: Ledger) -> Instant | None:
    return interval.cleared.at if interval.clear is not None else ledger.end
