"""Promises that can be broken, judged per interval: **met**, **breached**, **pending** or **indeterminate**.

The evidence admits a set of histories. A verdict is given only if it holds in all of them; otherwise it is
indeterminate, with what is missing. A finding on an interval that spans a blind hole speaks of the part before the
hole. The source of every rule here is the vendor's fault table as the rule files carry it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal

from faultlog.advising import advice_for
from faultlog.case import Anchor, Expectation, FaultInterval, Finding, Host, Why
from faultlog.elapsed import STEADY, Course, Point
from faultlog.grouping import first_of_groups
from faultlog.holes import Observation
from faultlog.model import Level, Moment, Signal, Text, Verdict
from faultlog.rulebook import FaultRule, RuleBook
from faultlog.rulefiles import ExpectationRule
from faultlog.stays import Start, Starts, Stay, stay_of
from faultlog.values import dataclass

Missing = Literal["raise", "start", "end", "hole", "silence", "exact_time", "clock_step"]
"""What may be missing for a verdict."""


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
    seen: Observation,
    rules: RuleBook,
    host: Host,
    course: Course = STEADY,
) -> tuple[Finding, ...]:
    """Judge every interval by every expectation that has something to judge.

    Args:
        intervals: in the order the findings shall have.
        signals: the host's signals in time order.
        seen: what was observed of the logs that carry fault lines.
        rules: for the expectations.
        host: decides which rules apply; both systems' where it is unknown.
        course: where the host's clock was set.
    """
    starts = Starts.of(first_of_groups(signals, "connector_started", seen, course))
    return tuple(
        replace(finding, advice=advice_for(candidates, host)) if finding.verdict != "met" else finding
        for interval in intervals
        for candidates in (rules.candidates(interval.fault_id, host.os),)
        for rule, expectation in _expectations(candidates)
        for stay in (stay_of(interval, starts, seen.of(interval.fault_id), course),)
        if (finding := _finding(stay, rule, expectation)) is not None
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


def _judged(stay: Stay, expectation: ExpectationRule) -> Judgement | None:
    if expectation.clears_after is not None:
        return _after_start(stay, expectation.clears_after.settle)
    assert expectation.clears_within is not None  # noqa: S101 (the rule has exactly one promise)
    if expectation.clears_within.after == "raised":
        return _within_raise(stay, expectation.clears_within.within)
    return _within_start(stay, expectation.clears_within.within)


def _within_raise(stay: Stay, within: float) -> Judgement:
    """Deadline: the raise plus `within`."""
    if stay.start_unknown:
        late = stay.open_since(stay.begin) > within
        return Judgement("breached", breaches=1) if late else Judgement("indeterminate", "raise")
    anchor = next(one for one in stay.interval.raises if one.when.earliest == stay.interval.raised.at)
    deadline = _moved(anchor.when, within)
    if stay.open_since(stay.begin) > within:
        return Judgement("breached", None, deadline, 1, anchor)
    if stay.open_at_most(stay.begin) <= within and (stay.closed or not stay.holes):
        verdict, missing = _kept(stay)
        return Judgement(verdict, missing, deadline, 0, anchor)
    return Judgement("indeterminate", _missing(stay, stay.begin), deadline, 0, anchor)


def _moved(moment: Moment, seconds: float) -> Moment:
    return Moment(moment.earliest.moved(seconds), moment.latest.moved(seconds), moment.reason)


def _kept(stay: Stay) -> tuple[Verdict, Missing | None]:
    """What a promise is of which no deadline can have passed."""
    return ("met", None) if stay.closed else ("pending", "end")


def _missing(stay: Stay, since: Point) -> Missing:
    """What is missing for a verdict."""
    if stay.holes:
        return "hole" if stay.observed else "silence"
    return "clock_step" if stay.stepped_since(since) else "exact_time"


def _within_start(stay: Stay, within: float) -> Judgement | None:
    """Each start arms `start + within`; a later start before that arms it anew."""
    passed = [group[-1] for group in _armed(stay, within) if stay.open_since(group[-1].at) > within]
    if passed:
        return Judgement("breached", None, _moved(passed[0].signal.when, within), len(passed), passed[0].signal)
    places = [start.at for start in stay.starts] + [hole.begin for hole in stay.holes]
    late = [at for at in places if not _armed_anew(stay, at, within) and stay.open_at_most(at) > within]
    return _not_breached(stay, within, stay.first_starts[-1:], late)


def _armed(stay: Stay, within: float) -> list[list[Start]]:
    """The starts before the first hole that may arm one another anew, as far as one of them certainly is a start."""
    groups: list[list[Start]] = []
    for start in stay.starts:
        if start.at.precedes(stay.seen_open) is not False:
            if not groups or stay.course.between(groups[-1][-1].at, start.at).least >= within:
                groups.append([])
            groups[-1].append(start)
    return [group for group in groups if any(start.sure for start in group)]


def _armed_anew(stay: Stay, at: Point, within: float) -> bool:
    """Whether a start follows for certain before the deadline that one at some place would set."""
    later = next((start.at for start in stay.starts if start.sure and at.precedes(start.at)), None)
    gap = stay.course.between(at, later).most if later is not None else None
    return gap is not None and gap < within


def _after_start(stay: Stay, settle: float) -> Judgement | None:
    """Judged at the first start after the raise; later ones change nothing.

    Where an earlier start may not have been seen, the one seen first still shows that it is late, not since when.
    """
    first = stay.first_starts[:1]
    if first and stay.open_since(first[0].at) > settle:
        if stay.start_unknown or stay.starts[0] != first[0]:
            return Judgement("breached", breaches=1)
        return Judgement("breached", None, _moved(first[0].signal.when, settle), 1, first[0].signal)
    sure = next((start.at for start in stay.starts if start.sure), stay.end)
    places = [start.at for start in stay.starts] + [hole.begin for hole in stay.holes]
    late = [at for at in places if not sure.precedes(at) and stay.open_at_most(at) > settle]
    return _not_breached(stay, settle, first, late)


def _not_breached(stay: Stay, within: float, anchors: Sequence[Start], late: Sequence[Point]) -> Judgement | None:
    """What a promise after a start is where no deadline passed for certain.

    Args:
        stay: the stay.
        within: seconds from a start to its deadline.
        anchors: the start that arms it, if one certainly does.
        late: the places at which a start, seen or hidden, may have set a deadline that passed.
    """
    anchor = anchors[0].signal if anchors else None
    deadline = _moved(anchor.when, within) if anchor is not None else None
    if stay.start_unknown:
        return Judgement("indeterminate", "raise")
    if not stay.holes and not stay.closed and not late:
        return Judgement("pending", "end" if stay.starts else "start", deadline, 0, anchor)
    if stay.closed and not stay.starts and not any(stay.open_at_most(hole.begin) > 0 for hole in stay.holes):
        return None
    if stay.closed and anchor is not None and not late:
        return Judgement("met", None, deadline, 0, anchor)
    since = stay.starts[0].at if stay.starts else stay.begin
    return Judgement("indeterminate", _missing(stay, since), deadline, 0, anchor)


def _finding(stay: Stay, rule: FaultRule, expectation: ExpectationRule) -> Finding | None:
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
        why=tuple(_why(stay, judgement, promise)),
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
    least, most = stay.open_since(Point.of(anchor)), stay.open_at_most(Point.of(anchor))
    if judgement.verdict == "breached" and (stay.interval.clear is None or stay.holes):
        return round(within - least, 9)
    return round(within - least, 9) if stay.closed and least == most else None


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


def _why(stay: Stay, judgement: Judgement, promise: Expectation) -> Iterable[Why]:
    """The chain of evidence, in time order."""
    yield _raise_step(stay)
    for start in stay.starts if promise.after != "raised" else ():
        moved = "arms" if start.signal is judgement.anchor else "seen"
        yield Why(Text(f"why.start.{moved}", _when(start.signal.when)), start.signal.evidence)
    if judgement.deadline is not None:
        yield Why(
            Text(f"why.deadline.{judgement.verdict}", {**_when(judgement.deadline), "within_s": promise.within_s})
        )
    yield from _ending_steps(stay)
    if judgement.missing is not None:
        yield Why(Text(f"why.missing.{judgement.missing}"))
    if any(signal.provenance == "assumed" for signal in _used(stay, judgement)):
        yield Why(Text("why.assumed_wording"))


def _raise_step(stay: Stay) -> Why:
    if stay.interval.raises:
        first = stay.interval.raises[0]
        return Why(Text("why.raised", _when(first.when)), first.evidence)
    return Why(Text("why.raise_not_seen", {"until_at": str(stay.interval.raised.until)}))


def _ending_steps(stay: Stay) -> Iterable[Why]:
    interval = stay.interval
    if stay.holes and stay.observed:
        yield Why(Text("why.hole", {"from_at": str(stay.seen_open.when.earliest)}))
    if interval.clear is not None:
        yield Why(Text("why.cleared", _when(interval.clear.when)), interval.clear.evidence)
    elif interval.is_over:
        yield Why(Text("why.not_listed", {"at": str(interval.cleared.until)}))
    elif not stay.closed and stay.observed:
        yield Why(Text("why.log_ends", {"at": str(stay.end.when.latest)}))


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
