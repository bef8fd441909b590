"""Promises that can be broken, judged per interval: **met**, **breached**, **pending** or **indeterminate**.

The evidence admits a set of histories. A verdict is given only if it holds in all of them; otherwise it is
indeterminate, with what is missing. A finding on an interval that spans a blind hole speaks of the part before the
hole. The source of every rule here is the vendor's fault table as the rule files carry it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from faultlog.advising import advice_for
from faultlog.case import Anchor, Expectation, FaultInterval, Finding, Host, Why
from faultlog.coverage import Ledger
from faultlog.elapsed import STEADY, Course, Elapsed, Point
from faultlog.grouping import first_of_groups
from faultlog.model import Instant, Level, Moment, Signal, Text, Verdict
from faultlog.rulebook import FaultRule, RuleBook
from faultlog.rulefiles import ExpectationRule

Ending = Literal["cleared", "log_ends", "hole", "silence"]

Missing = Literal["raise", "start", "end", "hole", "silence", "exact_time", "clock_step"]
"""What may be missing for a verdict."""


@dataclass(frozen=True, slots=True)
class Stay:
    """What is known of one stay of a fault, up to where it was last seen uncleared."""

    interval: FaultInterval
    seen_open_until: Instant
    """It is certainly uncleared before this instant."""
    ending: Ending
    """Why nothing is certain from there on."""
    starts: tuple[Signal, ...]
    """The connector's starts that were seen while it was certainly raised and uncleared, one of each group."""
    unsure_start: bool
    """Whether some start may or may not lie inside, because one of the moments is a range."""
    until: Point
    """Where it is last known to be uncleared, or is cleared."""
    course: Course

    @property
    def start_unknown(self) -> bool:
        """Whether the raise was not seen."""
        return self.interval.raised.kind == "not_after"

    def open_since(self, anchor: Signal) -> float:
        """Seconds for which it was certainly uncleared after a signal."""
        return self.course.between(Point.of(anchor), self.until).least

    def cleared_since(self, anchor: Signal) -> Elapsed | None:
        """How long after a signal it cleared, whatever a hole hides; `None` if nothing says that it did."""
        clear, end = self.interval.clear, self.interval.cleared
        if clear is not None:
            return self.course.between(Point.of(anchor), Point.of(clear))
        if end.reason != "snapshot" or end.at is None or end.until is None:
            return None
        return self.course.between(Point.of(anchor), Point(Moment.between(end.at, end.until, end.reason)))

    def stepped_since(self, anchor: Signal) -> bool:
        """Whether the clock may have been set since a signal."""
        return self.course.stepped(Point.of(anchor), self.until)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict before it is worded."""

    verdict: Verdict
    missing: Missing | None = None
    """What would be needed to say more: names a text `why.missing.*`."""
    deadline: Moment | None = None
    breaches: int = 0
    anchor: Signal | None = None


def judge(
    intervals: Iterable[FaultInterval],
    signals: Sequence[Signal],
    ledger: Ledger,
    rules: RuleBook,
    host: Host,
    course: Course = STEADY,
) -> tuple[Finding, ...]:
    """Judge every interval by every expectation that has something to judge.

    Args:
        intervals: in the order the findings shall have.
        signals: the host's signals in time order.
        ledger: what was observed of the logs that carry fault lines.
        rules: for the expectations.
        host: decides which rules apply; both systems' where it is unknown.
        course: where the host's clock was set.
    """
    starts = first_of_groups(signals, "connector_started")
    return tuple(
        replace(finding, advice=advice_for(candidates, host)) if finding.verdict != "met" else finding
        for interval in intervals
        for candidates in (rules.candidates(interval.fault_id, host.os),)
        for rule, expectation in _expectations(candidates)
        for seen in (ledger.of(interval.fault_id),)
        if (finding := _finding(stay_of(interval, starts, seen, course), rule, expectation, seen)) is not None
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


def stay_of(interval: FaultInterval, starts: Iterable[Signal], ledger: Ledger, course: Course = STEADY) -> Stay:
    """What is known of an interval up to its clear, the end of the log, or the first blind hole."""
    begin = interval.raised.latest
    assert begin is not None  # noqa: S101 (a raise is never unbounded towards the future)
    seen = ledger.seen_until(begin)
    ending: Ending = "silence" if ledger.end is None else "log_ends" if ledger.reaches_end(seen) else "hole"
    until = Point(Moment.exactly(seen))
    if interval.cleared.kind != "not_before" and interval.cleared.at is not None and not interval.may_be_several:
        seen, ending = interval.cleared.at, "cleared"
        until = Point(Moment.exactly(seen)) if interval.clear is None else Point.of(interval.clear)
    elif ending == "log_ends" and interval.raises:
        until = course.end_of(interval.raises[0].series, seen)
    places = [(start, _place(start, interval, begin, seen, ending)) for start in starts]
    inside = tuple(start for start, place in places if place)
    return Stay(interval, seen, ending, inside, any(place is None for _, place in places), until, course)


def _place(start: Signal, interval: FaultInterval, begin: Instant, seen: Instant, ending: Ending) -> bool | None:
    """Whether a start lies in a stay, as far as it is known; `None` where that cannot be told.

    Between lines of one rotation set the order of lines decides, between those of two their times.
    """
    after, before = _after_raise(start, interval, begin), _before_end(start, interval, seen, ending)
    if after is False or before is False:
        return False
    return True if after and before else None


def _after_raise(start: Signal, interval: FaultInterval, begin: Instant) -> bool | None:
    raised = next(iter(interval.raises), None)
    if raised is not None and raised.when.earliest == interval.raised.at and start.series == raised.series:
        return start.order > raised.order
    if start.when.earliest >= begin:
        return raised is None or start.when.at != raised.when.at or start.order > raised.order
    earliest = interval.raised.earliest or begin
    return False if start.when.latest < earliest else None


def _before_end(start: Signal, interval: FaultInterval, seen: Instant, ending: Ending) -> bool | None:
    """Whether a start stands before the end of a stay, which a clear itself does not belong to."""
    clear = interval.clear
    if ending == "cleared":
        closed = interval.cleared.latest or seen
        if clear is not None and start.series == clear.series:
            return start.order < clear.order and start.when.at != closed
        return True if start.when.latest < seen else (False if start.when.earliest >= closed else None)
    if ending == "log_ends" and interval.raises and start.series == interval.raises[0].series:
        return True
    return True if start.when.latest <= seen else (False if start.when.earliest > seen else None)


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
    if raised.kind == "not_after":
        long_enough = stay.course.between(Point(Moment.exactly(begin)), stay.until).least > within
        return Judgement("breached", breaches=1) if long_enough else Judgement("indeterminate", "raise")
    anchor = next(one for one in stay.interval.raises if one.when.earliest == raised.at)
    return _by(stay, anchor, within)


def _moved(moment: Moment, seconds: float) -> Moment:
    return Moment(moment.earliest.moved(seconds), moment.latest.moved(seconds), moment.reason)


def _by(stay: Stay, anchor: Signal, within: float) -> Judgement:
    """Judge one deadline that no later event moves."""
    deadline, cleared = _moved(anchor.when, within), stay.cleared_since(anchor)
    if stay.open_since(anchor) > within:
        return Judgement("breached", None, deadline, 1, anchor)
    if cleared is not None and cleared.most is not None and cleared.most <= within:
        return Judgement("met", None, deadline, 0, anchor)
    if stay.ending == "log_ends" and not stay.stepped_since(anchor):
        return Judgement("pending", "end", deadline, 0, anchor)
    return Judgement("indeterminate", _missing(stay, anchor), deadline, 0, anchor)


def _missing(stay: Stay, anchor: Signal) -> Missing:
    """What is missing for a verdict."""
    if stay.ending == "hole" or stay.ending == "silence":  # noqa: PLR1714 (so that the types are told apart)
        return stay.ending
    return "clock_step" if stay.stepped_since(anchor) else "exact_time"


def _within_start(stay: Stay, within: float) -> Judgement | None:
    """Each start arms `start + within`; a later start before that arms it anew."""
    apart = [stay.course.between(Point.of(start), Point.of(later)) for start, later in pairwise(stay.starts)]
    standing = [start for start, gap in zip(stay.starts, apart, strict=False) if gap.least >= within]
    standing += stay.starts[-1:]
    passed = [start for start in standing if stay.open_since(start) > within]
    if passed:
        return Judgement("breached", None, _moved(passed[0].when, within), len(passed), passed[0])
    if stay.start_unknown or stay.unsure_start:
        return Judgement("indeterminate", "raise" if stay.start_unknown else "exact_time")
    if any(gap.least < within and (gap.most is None or gap.most >= within) for gap in apart):
        return Judgement("indeterminate", _missing(stay, stay.starts[0]))
    return _by(stay, standing[-1], within) if standing else _without_start(stay)


def _without_start(stay: Stay) -> Judgement | None:
    """Nothing to judge once it is cleared; while it is open, the next start is awaited."""
    missing: dict[str, Judgement | None] = {
        "cleared": None,
        "log_ends": Judgement("pending", "start"),
        "hole": Judgement("indeterminate", "hole"),
        "silence": Judgement("indeterminate", "silence"),
    }
    return missing[stay.ending]


def _after_start(stay: Stay, settle: float) -> Judgement | None:
    """Judged at the first start after the raise; later ones change nothing.

    Where an earlier start may not have been seen, the one seen first still shows that it is late, not since when.
    """
    first = stay.starts[0] if stay.starts else None
    first_unknown = stay.start_unknown or stay.unsure_start
    if first is not None and stay.open_since(first) > settle:
        known = Judgement("breached", None, _moved(first.when, settle), 1, first)
        return Judgement("breached", breaches=1) if first_unknown else known
    if first_unknown:
        return Judgement("indeterminate", "raise" if stay.start_unknown else "exact_time")
    return _without_start(stay) if first is None else _by(stay, first, settle)


def _finding(stay: Stay, rule: FaultRule, expectation: ExpectationRule, ledger: Ledger) -> Finding | None:
    judgement = _judged(stay, expectation)
    if judgement is None:
        return None
    promise = _promise(expectation)
    margin = _margin(stay, judgement, promise.within_s)
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


def _margin(stay: Stay, judgement: Judgement, within: float) -> float | None:
    """Seconds to spare where both ends are exact; of a breach still open, so far."""
    anchor = judgement.anchor
    if anchor is None or anchor.when.at is None or judgement.verdict not in {"met", "breached"}:
        return None
    if stay.interval.clear is None and stay.interval.is_over:
        return None
    if stay.interval.clear is None or stay.ending != "cleared":
        return round(within - stay.open_since(anchor), 9) if judgement.verdict == "breached" else None
    cleared = stay.cleared_since(anchor)
    return round(within - cleared.least, 9) if cleared is not None and cleared.least == cleared.most else None


def _level(stay: Stay, judgement: Judgement, expectation: ExpectationRule) -> Level:
    if judgement.verdict != "breached":
        return "none" if judgement.verdict == "met" else "info"
    return expectation.level.cleared if stay.interval.is_over else expectation.level.open


def _anchor(judgement: Judgement, promise: Expectation) -> Anchor | None:
    if judgement.anchor is None:
        return None
    return Anchor(promise.after, judgement.anchor.when.at, judgement.anchor.evidence)


def _headline(stay: Stay, judgement: Judgement, promise: Expectation, margin: float | None) -> Text:
    """`finding.<kind>.<after>.<verdict>[.<ending>]`, with what fills the blanks."""
    params: dict[str, object] = {"fault": stay.interval.fault_id, "within_s": promise.within_s}
    key = f"finding.{promise.kind}.{promise.after}.{judgement.verdict}"
    if judgement.verdict == "breached":
        key += "." + ("cleared" if stay.interval.is_over else "open") + (".unknown" if margin is None else "")
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
    if stay.interval.clear is None and stay.interval.is_over:
        yield Why(Text("why.not_listed", {"at": str(stay.interval.cleared.until)}))


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
