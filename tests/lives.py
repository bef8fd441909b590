"""A case held against the truth of the life that it was made from; each complaint is a sentence, none means they agree.

Truth is the JSON that `faultlog simulate` wrote. Verdicts are derived from it once more here, from true instants only.
"""

import json
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

from faultlog.case import Case, FaultInterval, Finding, Remedy
from faultlog.identity import Told
from faultlog.model import NS, Evidence, Instant, Signal
from faultlog.pipeline import Options, analyze_with
from faultlog.simulating import simulate
from tests.logs import knowledge

SETTLE_NS = 600 * NS
HALF_A_YEAR_NS = 183 * 86_400 * NS
OF_THE_READER = {"clock_stepped", "repeated", "status_snapshot"}
HIDING = {"suppressed", "rotation_missing", "truncated"}


def ns(text: str | None) -> int | None:
    return None if text is None else Instant.of(text).ns


@dataclass(frozen=True, slots=True)
class Line:
    """A line with a meaning, as it truly was."""

    kind: str
    at: int
    read_at: int
    digits: int
    certain: bool
    fault: int | None
    severity: str | None
    count: int
    log: str
    places: frozenset[tuple[str, int]]
    lost: str | None
    dated: bool
    """Whether it writes its year."""

    @property
    def ahead(self) -> int:
        """Nanoseconds by which it is read too late."""
        unit = 10 ** (9 - self.digits)
        return self.read_at - self.at // unit * unit


@dataclass(frozen=True, slots=True)
class Stay:
    """A fault that truly was raised, `[raised, cleared)`."""

    fault: int
    raised: int
    cleared: int | None
    decidable: bool

    def holds(self, at: int) -> bool:
        return self.raised <= at and (self.cleared is None or at < self.cleared)


class Truth:
    """What a life's JSON says, in nanoseconds."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.end = Instant.of(document["taken_at"]).ns
        self.stays = [
            Stay(one["fault_id"], Instant.of(one["raised"]).ns, ns(one["cleared"]), one["decidable"])
            for one in document["intervals"]
        ]
        self.lines = [_line(one) for one in document["signals"]]
        self.starts = [Instant.of(one["at"]).ns for one in document["starts"]]
        self.boots = [Instant.of(one).ns for one in document["boots"]]

    @cached_property
    def kept(self) -> list[Line]:
        return [line for line in self.lines if line.lost is None]

    @cached_property
    def by_place(self) -> dict[tuple[str, int], Line]:
        return {place: line for line in self.kept for place in line.places}

    @cached_property
    def observed(self) -> tuple[int, int]:
        seen = self.document["observed"]
        return (Instant.of(seen["from"]).ns, Instant.of(seen["to"]).ns) if seen else (self.end, self.end)

    @cached_property
    def seen_starts(self) -> list[int]:
        """Each start at its first line that is left; where none is, when it truly was."""
        return [self._seen("connector_started", start, 5 * NS) for start in self.starts]

    @cached_property
    def seen_boots(self) -> list[int]:
        return [self._seen("boot", boot, 4 * NS) for boot in self.boots]

    def _seen(self, kind: str, at: int, span: int) -> int:
        return next((line.at for line in self.kept if line.kind == kind and at <= line.at <= at + span), at)

    def of(self, evidence: Evidence) -> Line | None:
        return self.by_place.get((evidence.file, evidence.line))

    def stay_of(self, line: Line) -> Stay | None:
        """The stay that a raise lies in, or that a clear ends."""
        if line.kind == "fault_cleared":
            return next((one for one in self.stays if one.fault == line.fault and one.cleared == line.at), None)
        return next((one for one in self.stays if one.fault == line.fault and one.holds(line.at)), None)

    def ahead(self, log: str) -> list[tuple[int, float]]:
        return [(Instant.of(one["from"]).ns, one["ahead_s"]) for one in self.document["reading"].get(log, ())]

    def steady(self, begin: int, end: int) -> bool:
        """Whether all stamps between two true instants are read as equally wrong."""
        ahead = {level for log in self.document["reading"] for level in self._levels(log, begin, end)}
        return len(ahead) <= 1

    @property
    def read_right(self) -> bool:
        """Whether the stamps of the connector's log are read as the instants they stand for."""
        return {level for _, level in self.ahead("connector")} <= {0.0}

    def _levels(self, log: str, begin: int, end: int) -> set[float]:
        known = self.ahead(log)
        if not known:
            return set()
        first = max(0, bisect_right(known, begin, key=lambda pair: pair[0]) - 1)
        return {level for since, level in known[first:] if since <= end}

    def leapt(self, begin: int, end: int) -> float:
        """Seconds by which stamps leap between two true instants where nothing shows it; a leap of a day is seen."""
        leaps = [
            sum(change for at, change, _ in self._changes(log) if 0 < change < 86_000 and begin <= at <= end)
            for log in self.document["reading"]
        ]
        return max(leaps, default=0.0)

    def fell_back(self, begin: int, end: int) -> float:
        """Seconds by which stamps fall back between two true instants in a silence that is longer: nobody sees it."""
        unseen = (
            -change
            for at, change, shown in self._changes("connector")
            if change < 0 and shown >= -2 and begin <= at <= end
        )
        return sum(unseen)

    def _changes(self, log: str) -> Iterator[tuple[int, float, float]]:
        """When the reading of a log changes, by how many seconds, and how far its stamps advance there."""
        for before, after in pairwise(self.document["reading"].get(log, ())):
            yield Instant.of(after["from"]).ns, after["ahead_s"] - before["ahead_s"], after["shown_s"]


def _line(one: dict[str, Any]) -> Line:
    read = Instant.of(one["read_at"])
    places = frozenset((path, number) for path, number in one["places"])
    at = Instant.of(one["at"]).ns
    facts = (one["fault_id"], one["severity"], one["count"], one["log"])
    dated = one["text"][:4].isdigit()
    return Line(one["kind"], at, read.ns, read.digits, one["certain"], *facts, places, one["lost"], dated)


def complaints(case: Case, truth: Truth) -> Iterator[str]:
    """Everything in which a case and the truth differ."""
    yield from _signals(case, truth)
    if not any(line.fault is not None for line in truth.kept):
        yield from _unspoken(case)
        return
    yield from _counts(case, truth)
    for interval in case.intervals:
        yield from (f"{interval.id}: {what}" for what in _interval(interval, truth, _given(case, truth)))
    yield from _completeness(case, truth)
    for finding in case.findings:
        yield from (f"{finding.id}: {what}" for what in _finding(finding, case, truth))
    for remedy in case.remedies:
        yield from (f"{remedy.id}: {what}" for what in _remedy(remedy, case, truth))
    yield from _patterns(case, truth)
    yield from _coverage(case, truth)
    yield from _steps(case, truth)
    yield from _snapshots(case, truth)


def _signals(case: Case, truth: Truth) -> Iterator[str]:
    """No signal is invented, none is missed."""
    found: set[tuple[str, str, int]] = set()
    for signal in case.signals:
        where = signal.evidence
        found.add((signal.kind, where.file, where.line))
        if signal.kind in OF_THE_READER or where.file.endswith("console-events.json"):
            continue
        line = truth.of(where)
        new_pid = signal.kind == "scan_service_started" and "ampscansvc" in where.file
        counted = line is not None and (line.count == signal.count or line.kind == "suppressed")
        same = line is not None and counted and (line.kind, line.fault) == (signal.kind, signal.fault_id)
        if not same and not new_pid:
            yield f"{signal.kind} {signal.fault_id} invented at {where.file}:{where.line} {where.text}"
    for line in truth.kept:
        if not any((line.kind, *place) in found for place in line.places):
            yield f"{line.kind} {line.fault} missed at {sorted(line.places)}"


def _unspoken(case: Case) -> Iterator[str]:
    """Where no log speaks of faults, only console events can."""
    for interval in case.intervals:
        if not all(line.file.endswith("console-events.json") for line in interval.evidence):
            yield f"{interval.id} comes from nowhere"


def _counts(case: Case, truth: Truth) -> Iterator[str]:
    """The conservation laws, by the lines that are left."""
    audit = case.audit
    raises, clears = (
        sum(line.count for line in truth.kept if line.kind == kind) for kind in ("fault_raised", "fault_cleared")
    )
    if (audit.raises, audit.clears) != (raises, clears):
        yield f"audit counts {audit.raises} raises and {audit.clears} clears of {raises} and {clears}"
    opened = sum(1 for one in case.intervals if one.raises)
    closed = sum(1 for one in case.intervals if one.clear is not None)
    if audit.raises != opened + audit.duplicate_raises or audit.clears != closed + audit.orphan_clears:
        yield f"audit does not add up: {audit}, opened {opened}, closed {closed}"
    if audit.unknown_faults != len({one.fault_id for one in case.intervals if not one.known}):
        yield f"audit counts {audit.unknown_faults} unknown faults"


@dataclass(frozen=True, slots=True)
class Matched:
    """A reported interval beside the lines and stays that it stands for."""

    raises: tuple[Line, ...]
    clear: Line | None
    first: Stay
    """The stay that its first line belongs to."""
    last: Stay
    """The stay that its last line belongs to."""
    begin: int
    """When the first stay truly began, or its first raise that is left was written."""


def _matched(interval: FaultInterval, truth: Truth) -> Matched | None:
    raises = tuple(line for one in interval.raises if (line := truth.of(one.evidence)) is not None)
    clear = None if interval.clear is None else truth.of(interval.clear.evidence)
    stays = [truth.stay_of(line) for line in (*raises, *([clear] if clear is not None else []))]
    if len(raises) != len(interval.raises) or (clear is None) != (interval.clear is None) or None in stays or not stays:
        return None
    first, last = stays[0], stays[-1]
    assert first is not None
    assert last is not None
    return Matched(raises, clear, first, last, raises[0].at if raises else first.raised)


def _given(case: Case, truth: Truth) -> bool:
    """Whether bounds hold only given an assumption that does not hold here, and that the case lists.

    Lines state one offset and the host went to another, of which only lines without any were written.
    """
    return bool(truth.document["zone_moved"]) and any(one.key == "assumption.zone_of_lines" for one in case.assumptions)


def _interval(interval: FaultInterval, truth: Truth, given: bool) -> Iterator[str]:
    matched = _matched(interval, truth)
    if matched is None:
        yield "corresponds to no true interval"
        return
    stays = {one for one in map(truth.stay_of, matched.raises) if one is not None} | {matched.last}
    if len(stays) > 1 and not interval.may_be_several:
        yield f"joins {len(stays)} true intervals without saying so"
    yield from _raised(interval, matched, truth, given)
    yield from _cleared(interval, matched, truth, given)
    if not given or all(line.certain for line in matched.raises):
        yield from _duration(interval, matched, truth)
    if matched.first.decidable and matched.first == matched.last and not given:
        yield from _exact(interval, matched)


def _raised(interval: FaultInterval, matched: Matched, truth: Truth, given: bool) -> Iterator[str]:
    bound = interval.raised
    if matched.raises:
        yield from _holds("raised", bound, matched.raises[0], given)
    elif given and matched.clear is not None and not matched.clear.certain:
        return  # a zone that nothing states
    elif truth.steady(matched.last.raised, truth.end):
        began = next(one for one in truth.lines if one.kind == "fault_raised" and truth.stay_of(one) == matched.last)
        if matched.clear is not None and began.ahead != matched.clear.ahead:
            return  # the clock was set before the first line that is left
        if bound.until is None or bound.until.ns < began.read_at // NS * NS:
            yield f"not raised after {bound.until}, but raised at {Instant(began.read_at)}"


def _cleared(interval: FaultInterval, matched: Matched, truth: Truth, given: bool) -> Iterator[str]:
    bound = interval.cleared
    if matched.clear is not None:
        yield from _holds("cleared", bound, matched.clear, given)
        return
    cleared = matched.last.cleared
    if bound.reason == "snapshot":
        return  # a status lists it again: it may be another stay, and is said to be
    if cleared is None or not truth.steady(matched.begin, truth.end):
        return
    gone = next(one for one in truth.lines if one.kind == "fault_cleared" and one.at == cleared)
    if any(gone.ahead != line.ahead for line in matched.raises[-1:]):
        return  # the clock was set behind the last line that is left
    if bound.at is None or bound.at.ns > gone.read_at + NS:
        yield f"seen open until {bound.at}, but cleared at {Instant(gone.read_at)}"


def _holds(what: str, bound: Any, line: Line, given: bool) -> Iterator[str]:
    """An end holds the instant that its line is read as."""
    if not line.certain and (given or line.read_at < 10**9 * NS):
        return  # a zone that nothing states; or a clock that was not set, and no year in the line
    if not line.dated and bound.reason == "clock_step" and abs(line.ahead) > HALF_A_YEAR_NS:
        return  # which year a wrong clock showed nobody knows where the line does not write it
    if not bound.earliest.ns <= line.read_at <= bound.latest.ns:
        yield f"{what} {bound.kind} {bound.at} to {bound.until}, but {Instant(line.read_at, line.digits)}"
    if line.certain and bound.kind != "observed":
        yield f"{what} is {bound.kind}, though the line at {Instant(line.read_at)} leaves no doubt"


def _duration(interval: FaultInterval, matched: Matched, truth: Truth) -> Iterator[str]:
    """The true duration of the first stay lies in the range, given that the first raise that is left began it."""
    least, most = interval.duration_s
    end = truth.end if matched.first.cleared is None else matched.first.cleared
    slack = 0.0 if matched.clear is not None and matched.first == matched.last else 1.0
    truly = (end - matched.begin) / NS
    unseen = truth.fell_back(matched.begin, end)
    bounded = most is None or matched.first.cleared is None or truly <= most + slack + unseen
    if not bounded or least > truly + slack + truth.leapt(matched.begin, end):
        yield f"lasted {truly} s, not {least} to {most}"


def _exact(interval: FaultInterval, matched: Matched) -> Iterator[str]:
    """What the evidence decides is told exactly."""
    asked_later = interval.cleared.reason == "snapshot"  # nothing is observed between the log's end and the asking
    several = interval.may_be_several and not asked_later
    if interval.raised.kind != "observed" or interval.raised.reason is not None or several:
        yield f"decidable, but raised {interval.raised}, may be several: {interval.may_be_several}"
    if matched.first.cleared is None:
        if interval.state != "open":
            yield f"decidable and open, but {interval.state}"
        return
    truly = (matched.first.cleared - matched.first.raised) / NS
    if interval.duration_s != (truly, truly) or interval.cleared.reason is not None:
        yield f"decidable and {truly} s long, but {interval.duration_s}, {interval.cleared}"


def _completeness(case: Case, truth: Truth) -> Iterator[str]:
    """Every stay that the evidence decides is told once."""
    told = [matched.first for one in case.intervals if (matched := _matched(one, truth)) is not None]
    for stay in truth.stays:
        if stay.decidable and told.count(stay) != 1:
            yield f"fault {stay.fault} raised {Instant(stay.raised)} is decidable and told {told.count(stay)} times"


# --- promises -----------------------------------------------------------------------------------------------------


def true_verdict(kind: str, after: str, begin: int, cleared: int | None, starts: Sequence[int]) -> tuple[str, int]:
    """What a promise truly came to if nobody ever stops watching: verdict, and number of broken deadlines.

    `nothing` where there is nothing to judge, `waiting` where a start is awaited for ever.
    """
    far = 1 << 80
    end = far if cleared is None else cleared
    if after == "raised":
        return ("breached", 1) if end > begin + SETTLE_NS else ("met", 0)
    inside = [start for start in starts if begin <= start < end]
    if not inside:
        return ("waiting" if cleared is None else "nothing"), 0
    if kind == "clears_after":
        return ("breached", 1) if end > inside[0] + SETTLE_NS else ("met", 0)
    following = [*inside[1:], far]
    broken = [
        start
        for start, later in zip(inside, following, strict=True)
        if end > start + SETTLE_NS and later >= start + SETTLE_NS
    ]
    return ("breached", len(broken)) if broken else ("met", 0)


def _finding(finding: Finding, case: Case, truth: Truth) -> Iterator[str]:
    interval = next(one for one in case.intervals if one.id == finding.interval)
    matched = _matched(interval, truth)
    if matched is None:
        return
    expectation, stay = finding.expectation, matched.first
    verdict, breaches = true_verdict(
        expectation.kind, expectation.after, matched.begin, stay.cleared, truth.seen_starts
    )
    until = truth.end if stay.cleared is None else stay.cleared
    unseen = truth.leapt(matched.begin, until) or truth.fell_back(matched.begin, until)
    if finding.verdict in {"met", "breached"} and finding.verdict != verdict and not unseen:
        yield f"{finding.verdict}, truly {verdict}"
    if finding.verdict == "pending" and stay.cleared is not None and stay.cleared <= truth.observed[1]:
        yield f"pending, but cleared at {Instant(stay.cleared)}"
    if not (stay.decidable and stay == matched.last):
        return
    if finding.verdict == "indeterminate":
        yield f"indeterminate ({finding.headline.key}), though decidable: {verdict}"
    if finding.verdict == "breached" and finding.breaches != breaches and stay.cleared is not None:
        yield f"{finding.breaches} breaches of {breaches}"


# --- remedies and patterns ----------------------------------------------------------------------------------------


def _remedy(remedy: Remedy, case: Case, truth: Truth) -> Iterator[str]:
    interval = next(one for one in case.intervals if one.id == remedy.interval)
    matched = _matched(interval, truth)
    if matched is None or not truth.steady(matched.begin, truth.end):
        return
    stay = matched.first
    end = truth.observed[1] if stay.cleared is None else stay.cleared
    events = truth.seen_boots if remedy.event == "boot" else truth.seen_starts
    inside = [event for event in events if matched.begin <= event < min(end, truth.observed[1])]
    helped = stay.cleared is not None and any(stay.cleared <= event + SETTLE_NS for event in inside)
    if remedy.outcome == "helped" and not helped:
        yield "helped, truly not"
    if remedy.outcome == "did_not_help" and not any(end > event + SETTLE_NS for event in inside):
        yield f"did not help, truly {'helped' if helped else 'not tried'}"
    if remedy.outcome == "not_tried" and inside and stay == matched.last:
        yield f"not tried, truly at {[str(Instant(one)) for one in inside]}"


def _patterns(case: Case, truth: Truth) -> Iterator[str]:
    for pattern in case.patterns:
        present = _present(pattern.pattern, pattern.fault_id, truth)
        if present is not None and pattern.outcome != "unknown" and (pattern.outcome == "present") != present:
            yield f"{pattern.id} {pattern.outcome}, truly {'present' if present else 'absent'}"


def _present(name: str, fault: int, truth: Truth) -> bool | None:
    begin, until = truth.observed
    stays = [one for one in truth.stays if one.fault == fault]
    if not truth.steady(0, truth.end):
        return None
    if name == "chattering":
        raises = [one.raised for one in stays if begin <= one.raised <= until]
        return any(third - first <= SETTLE_NS for first, third in zip(raises, raises[2:], strict=False))
    if name == "standing":
        ends = [(truth.end if one.cleared is None else one.cleared, one.raised) for one in stays]
        return any(end - raised >= 86_400 * NS for end, raised in ends)
    return None


# --- coverage and clock -------------------------------------------------------------------------------------------


def _coverage(case: Case, truth: Truth) -> Iterator[str]:
    """What was lost inside lies in a blind span."""
    if not truth.steady(0, truth.end):
        return
    spans = [
        (one.from_.ns, one.to.ns) for one in case.coverage if one.kind == "live" and "ampdaemon" in (one.file or "")
    ]
    for line in truth.lines:
        hidden = line.log == "connector" and line.lost in HIDING and line.certain
        inside = truth.observed[0] < line.at < truth.observed[1]
        if hidden and inside and any(begin < line.read_at < end for begin, end in spans):
            yield f"{line.kind} {line.fault} was lost at {Instant(line.read_at)} ({line.lost}), where all is seen"


def _snapshots(case: Case, truth: Truth) -> Iterator[str]:
    """A status that tells the truth agrees, where no raise and no clear of what it speaks of was lost, nor its time."""
    lost = any(line.fault is not None and line.lost is not None for line in truth.lines)
    for one in case.snapshots:
        if one.agrees is False and not lost and truth.steady(0, truth.end) and truth.read_right:
            yield f"the snapshot in {one.file} disagrees"


def _steps(case: Case, truth: Truth) -> Iterator[str]:
    steps: list[Signal] = [one for one in case.signals if one.kind == "clock_stepped"]
    unknown = truth.document["zone_stated"] == "lines" and truth.document["zone_moved"]
    if steps and truth.steady(0, truth.end) and not unknown:
        yield f"{len(steps)} clock steps invented, first {steps[0].evidence.file}:{steps[0].evidence.line}"


def silent(path: str, size: int) -> None:
    """Progress that nobody watches."""


def lived(seed: int, directory: Path) -> tuple[Path, Truth]:
    """The bundle of a random life, written into a folder, and its truth."""
    (bundle,) = simulate(directory, "random", seed)
    return bundle, Truth(json.loads((directory / f"random-{seed:04d}.truth.json").read_text()))


def case_of(bundle: Path, truth: Truth) -> Case:
    """What is said of a life's bundle."""
    return analyze_with(knowledge(), [bundle], Options(told=Told(**truth.document["options"])), silent)
