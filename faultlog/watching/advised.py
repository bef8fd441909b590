"""What a person can do now about a fault that is open: what is left to try first, what was tried in vain last."""

from itertools import chain, zip_longest

from faultlog.advising import advice_for
from faultlog.case import Advice, FaultInterval
from faultlog.remedies import remedies
from faultlog.rulebook import RuleBook
from faultlog.values import dataclass
from faultlog.watching.judged import Judged


@dataclass(frozen=True, slots=True)
class Todo:
    """What to do about one fault; no advice where no rule describes it."""

    fault_id: int
    advice: tuple[Advice, ...]


def todo(interval: FaultInterval, now: Judged, rules: RuleBook) -> Todo:
    """The advice for an open fault, by what has been tried since its raise."""
    seen, host = now.seen, now.host
    watched = {**seen.watched, "connector_started": seen.faults}
    rows = remedies((interval,), seen.signals, seen.faults, watched, rules, host, seen.course)
    failed = [one for one in rows if one.outcome == "did_not_help"]
    tried = {one.id.removeprefix(f"{interval.id}-") for one in failed}
    each = [advice_for([rule], host) for rule in rules.candidates(interval.fault_id, host.os)]
    listed = [one for turn in zip_longest(*each) for one in turn if one is not None]
    fresh: list[Advice] = []
    for one in chain.from_iterable([*(one.advice for one in failed), listed]):
        if one not in fresh:
            fresh.append(one)
    return Todo(interval.fault_id, tuple(sorted(fresh, key=lambda one: one.text.params.get("id") in tried)))
