"""Promises that can be broken, judged per interval: **met**, **breached**, **pending** or **indeterminate**.

The evidence admits a set of histories. A verdict is given only if it holds in all of them; otherwise it is
indeterminate, with what is missing. A finding on an interval that spans a blind hole speaks of the part before the
hole. The source of every rule here is the vendor's fault table as the rule files carry it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from faultlog.advising import advice_for
from faultlog.case import Anchor, Expectation, FaultInterval, Finding, Host, Why
from faultlog.coverage import Ledger
from faultlog.grouping import first_of_groups
from faultlog.model import Instant, Level, Moment, Signal, Text, Verdict
from faultlog.rulebook import FaultRule, RuleBook
from faultlog.rulefiles import ExpectationRule


@dataclass(frozen=True, slots=True)
class Stay:
    """What is known of one stay of a fault, up to where it was last seen uncleared."""

    interval: FaultInterval
    seen_open_until: Instant
    """It is certainly uncleared before this instant."""
    ending: Literal["cleared", "log_ends", "hole"]
    """Why nothing is certain from there on."""
    starts: tuple[Signal, ...]
    """The connector's starts that were seen while it was certainly raised and uncleared, one of each group."""
    unsure_start: bool
    """Whether some start may or may not lie inside, because one of the moments is a range."""

    @property
    def start_unknown(self) -> bool:
        """Whether the raise was not seen."""
        return self.interval.raised.kind == "not_after"

    @property
    def cleared_by(self) -> Instant | None:
        """The instant by which it was certainly cleared, whatever a hole hides; `None` if no clear was seen."""
        return None if self.interval.clear is None else self.interval.clear.when.latest


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict before it is worded."""

    verdict: Verdict
    missing: str | None = None
    """What would be needed to say more: names a text `why.missing.*`."""
    deadline: Moment | None = None
    breaches: int = 0
    anchor: Signal | None = None


def judge(
    intervals: Iterable[FaultInterval], signals: Sequence[Signal], ledger: Ledger, rules: RuleBook, host: Host
) -> tuple[Finding, ...]:
    """Judge every interval by every expectation that has something to judge.

    Args:
        intervals: in the order the findings shall have.
        signals: the host's signals in time order.
        ledger: what was observed of the logs that carry fault lines.
        rules: for the expectations.
        host: decides which rules apply; both systems' where it is unknown.
    """
    starts = first_of_groups(signals, "connector_started")
    return tuple(
        replace(finding, advice=advice_for(candidates, host)) if finding.verdict != "met" else finding
        for interval in intervals
        for candidates in (rules.candidates(interval.fault_id, host.os),)
        for rule, expectation in _expectations(candidates)
        if (finding := _finding(stay_of(interval, starts, ledger), rule, expectation, ledger)) is not None
    )


def _expectations(candidates: Iterable[FaultRule]) -> Iterable[tuple[FaultRule, ExpectationRule]]:
    """Each promise once, though the rules of two operating systems may both make it."""
    seen: list[object] = []
    for rule in candidates:
        for expectation in rule.file.expectations:
            promise = (expectation.clears_within, expectation.clears_after)
            if promise not in seen:
                seen.append(promise)
                yield rule, expectation


def stay_of(interval: FaultInterval, starts: Iterable[Signal], ledger: Ledger) -> Stay:
    """What is known of an interval up to its clear, the end of the log, or the first blind hole."""
    begin = interval.raised.latest
    assert begin is not None  # noqa: S101 (a raise is never unbounded towards the future)
    seen = ledger.seen_until(begin)
    ending: Literal["cleared", "log_ends", "hole"] = "log_ends" if seen == ledger.end else "hole"
    if interval.cleared.kind != "not_before" and interval.cleared.at is not None and not interval.may_be_several:
        seen, ending = interval.cleared.at, "cleared"
    later = [start for start in starts if not _stands_before_raise(start, interval)]
    inside = [start for start in later if begin <= start.when.earliest and _before(start, seen, ending)]
    unsure = [start for start in later if start not in inside and not _outside(start, interval, seen)]
    return Stay(interval, seen, ending, tuple(inside), bool(unsure))


def _stands_before_raise(start: Signal, interval: FaultInterval) -> bool:
    """Whether a start's line stands before the raise's: of equal stamps, file order is the order."""
    raised = next(
        (one for one in interval.raises if one.when.at is not None and one.when.at == interval.raised.at), None
    )
    return raised is not None and start.when.at == raised.when.at and start.order < raised.order


def _before(start: Signal, seen: Instant, ending: str) -> bool:
    """Whether a start stands before the end of a stay, which a clear itself does not belong to."""
    return start.when.latest < seen if ending == "cleared" else start.when.latest <= seen


def _outside(start: Signal, interval: FaultInterval, seen: Instant) -> bool:
    """Whether a start certainly lies before the raise or after what is known of the stay."""
    raised = interval.raised.earliest or interval.raised.latest
    closed = interval.cleared.latest
    ended = (
        start.when.earliest >= closed
        if closed is not None and not interval.may_be_several
        else start.when.earliest > seen
    )
    return ended or (raised is not None and start.when.latest < raised)


def _judged(stay: Stay, expectation: ExpectationRule) -> Judgement | None:
    if expectation.clears_after is not None:
        return _after_start(stay, expectation.clears_after.settle)
    assert expectation.clears_within is not None  # noqa: S101 (the rule has exactly one promise)
    if expectation.clears_within.after == "raised":
        return _within_raise(stay, expectation.clears_within.within)
    return _within_start(stay, expectation.clears_within.within)


def _within_raise(stay: Stay, within: float) -> Judgement:
    """Deadline: the raise plus `within`."""
    raised, begin = stay.interval.raised, stay.interval.raised.latest
    assert begin is not None  # noqa: S101 (a raise is never unbounded towards the future)
    if raised.earliest is None:
        long_enough = stay.seen_open_until.since(begin) > within
        return Judgement("breached", breaches=1) if long_enough else Judgement("indeterminate", "raise")
    anchor = next(one for one in stay.interval.raises if one.when.earliest == raised.earliest)
    deadline = _moved(Moment.between(raised.earliest, begin, raised.reason or "no_stamp"), within)
    return _by(stay, deadline, anchor)


def _moved(moment: Moment, seconds: float) -> Moment:
    return Moment(moment.earliest.moved(seconds), moment.latest.moved(seconds), moment.reason)


def _by(stay: Stay, deadline: Moment, anchor: Signal) -> Judgement:
    """Judge one deadline that no later event moves."""
    if stay.seen_open_until > deadline.latest:
        return Judgement("breached", None, deadline, 1, anchor)
    if stay.cleared_by is not None and stay.cleared_by <= deadline.earliest:
        return Judgement("met", None, deadline, 0, anchor)
    if stay.ending == "log_ends":
        return Judgement("pending", "end", deadline, 0, anchor)
    return Judgement("indeterminate", "hole" if stay.ending == "hole" else "exact_time", deadline, 0, anchor)


def _within_start(stay: Stay, within: float) -> Judgement | None:
    """Each start arms `start + within`; a later start before that arms it anew."""
    armed = [(start, _moved(start.when, within)) for start in stay.starts]
    standing = [
        (start, deadline)
        for index, (start, deadline) in enumerate(armed)
        if index + 1 == len(armed) or armed[index + 1][0].when.earliest >= deadline.latest
    ]
    passed = [(start, deadline) for start, deadline in standing if stay.seen_open_until > deadline.latest]
    if passed:
        start, deadline = passed[0]
        return Judgement("breached", None, deadline, len(passed), start)
    if stay.start_unknown or stay.unsure_start:
        return Judgement("indeterminate", "raise" if stay.start_unknown else "exact_time")
    if not standing:
        return _without_start(stay)
    start, deadline = standing[-1]
    return _by(stay, deadline, start)


def _without_start(stay: Stay) -> Judgement | None:
    """Nothing to judge once it is cleared; while it is open, the next start is awaited."""
    missing: dict[str, Judgement | None] = {
        "cleared": None,
        "log_ends": Judgement("pending", "start"),
        "hole": Judgement("indeterminate", "hole"),
    }
    return missing[stay.ending]


def _after_start(stay: Stay, settle: float) -> Judgement | None:
    """Judged at the first start after the raise; later ones change nothing."""
    if stay.starts:
        deadline = _moved(stay.starts[0].when, settle)
        if stay.seen_open_until > deadline.latest:
            return Judgement("breached", None, deadline, 1, stay.starts[0])
    if stay.start_unknown or stay.unsure_start:
        return Judgement("indeterminate", "raise" if stay.start_unknown else "exact_time")
    return _by(stay, _moved(stay.starts[0].when, settle), stay.starts[0]) if stay.starts else _without_start(stay)


def _finding(stay: Stay, rule: FaultRule, expectation: ExpectationRule, ledger: Ledger) -> Finding | None:
    judgement = _judged(stay, expectation)
    if judgement is None:
        return None
    if stay.interval.set_back_s and judgement.verdict != "breached":
        judgement = replace(judgement, verdict="indeterminate", missing="clock_step")
    promise = _promise(expectation)
    margin = _margin(stay, judgement)
    return Finding(
        id=f"{stay.interval.id}-{expectation.id}",
        rule=f"{rule.id}#{expectation.id}",
        fault_id=stay.interval.fault_id,
        interval=stay.interval.id,
        expectation=promise,
        verdict=judgement.verdict,
        headline=_headline(stay, judgement, promise, margin),
        level=_level(stay, judgement, expectation),
        deadline_at=judgement.deadline.at if judgement.deadline is not None else None,
        margin_s=margin,
        breaches=judgement.breaches,
        anchor=_anchor(judgement, promise),
        why=tuple(_why(stay, judgement, promise, ledger)),
    )


def _promise(expectation: ExpectationRule) -> Expectation:
    if expectation.clears_after is not None:
        return Expectation(
            "clears_after", expectation.clears_after.event, expectation.clears_after.settle, expectation.source
        )
    assert expectation.clears_within is not None  # noqa: S101 (the rule has exactly one promise)
    return Expectation(
        "clears_within", expectation.clears_within.after, expectation.clears_within.within, expectation.source
    )


def _margin(stay: Stay, judgement: Judgement) -> float | None:
    """Seconds to spare where both ends are exact; of a breach still open, so far."""
    deadline = judgement.deadline.at if judgement.deadline is not None else None
    if deadline is None or judgement.verdict not in {"met", "breached"}:
        return None
    if stay.interval.clear is None or stay.ending != "cleared":
        late = deadline.since(stay.seen_open_until)
        return late if judgement.verdict == "breached" else None
    cleared = stay.interval.clear.when.at
    return None if cleared is None else deadline.since(cleared)


def _level(stay: Stay, judgement: Judgement, expectation: ExpectationRule) -> Level:
    if judgement.verdict != "breached":
        return "none" if judgement.verdict == "met" else "info"
    return expectation.level.cleared if stay.interval.clear is not None else expectation.level.open


def _anchor(judgement: Judgement, promise: Expectation) -> Anchor | None:
    if judgement.anchor is None:
        return None
    return Anchor(promise.after, judgement.anchor.when.at, judgement.anchor.evidence)


def _headline(stay: Stay, judgement: Judgement, promise: Expectation, margin: float | None) -> Text:
    """`finding.<kind>.<after>.<verdict>[.<ending>]`, with what fills the blanks."""
    params: dict[str, object] = {"fault": stay.interval.fault_id, "within_s": promise.within_s}
    key = f"finding.{promise.kind}.{promise.after}.{judgement.verdict}"
    if judgement.verdict == "breached":
        key += "." + ("cleared" if stay.interval.clear is not None else "open") + (".unknown" if margin is None else "")
    elif judgement.missing is not None:
        key += f".{judgement.missing}"
    if margin is not None:
        params["margin_s"] = abs(margin)
    return Text(key, params)


def _why(stay: Stay, judgement: Judgement, promise: Expectation, ledger: Ledger) -> Iterable[Why]:
    """The chain of evidence, in time order."""
    yield _raise_step(stay)
    for start in stay.starts if promise.after != "raised" else ():
        moved = "arms" if start is judgement.anchor else "seen"
        yield Why(Text(f"why.start.{moved}", _when(start.when)), start.evidence)
    if judgement.deadline is not None:
        yield Why(
            Text(f"why.deadline.{judgement.verdict}", {**_when(judgement.deadline), "within_s": promise.within_s})
        )
    yield from _ending_steps(stay, ledger)
    if judgement.missing is not None:
        yield Why(Text(f"why.missing.{judgement.missing}"))
    if any(signal.provenance == "assumed" for signal in _used(stay, judgement)):
        yield Why(Text("why.assumed_wording"))


def _raise_step(stay: Stay) -> Why:
    if stay.interval.raises:
        first = stay.interval.raises[0]
        return Why(Text("why.raised", _when(first.when)), first.evidence)
    return Why(Text("why.raise_not_seen", {"until_at": str(stay.interval.raised.until)}))


def _ending_steps(stay: Stay, ledger: Ledger) -> Iterable[Why]:
    if stay.ending == "hole":
        yield Why(Text("why.hole", {"from_at": str(stay.seen_open_until)}))
    if stay.interval.clear is not None:
        yield Why(Text("why.cleared", _when(stay.interval.clear.when)), stay.interval.clear.evidence)
    elif ledger.end is not None:
        yield Why(Text("why.log_ends", {"at": str(ledger.end)}))


def _used(stay: Stay, judgement: Judgement) -> Iterable[Signal]:
    """The signals that the verdict rests on."""
    yield from stay.interval.raises[:1]
    if stay.interval.clear is not None:
        yield stay.interval.clear
    if judgement.anchor is not None:
        yield judgement.anchor


def _when(moment: Moment) -> dict[str, object]:
    """The blanks of a text that names a moment."""
    if moment.at is not None:
        return {"at": str(moment.at)}
    return {"from_at": str(moment.earliest), "until_at": str(moment.latest)}
