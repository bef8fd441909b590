"""What truly happened on a host, and what a case of any part of its log may say about it.

A case may know less than the truth, never something else: bounds contain it, verdicts agree with it or are left open,
and every signal is a line that the connector wrote.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile
from typing import Any

from faultlog.case import Case, FaultInterval, Finding
from faultlog.grouping import GROUP_S
from faultlog.model import NS, Instant
from tests.logs import BOOT, on

KINDS = {
    "Fault Raised: ": "fault_raised",
    "Fault Cleared: ": "fault_cleared",
    "starting connector": "connector_started",
    "connector started": "connector_started",
    "stopping connector": "connector_stopped",
    "definitions updated": "definitions_updated",
    BOOT.partition("| ")[2]: "boot",
}
"""What an entry of `tests.logs` means, by how its message begins; any other is noise."""


@dataclass(frozen=True)
class Happening:
    """Something that happened: a line tells it."""

    kind: str
    at: Instant
    fault: int | None = None

    @classmethod
    def of(cls, entry: str) -> "Happening":
        """What an entry of `tests.logs` tells."""
        time, _, rest = entry.partition(" ")
        message = rest.partition("| ")[2] or rest
        kind = next((kind for words, kind in KINDS.items() if message.startswith(words)), "noise")
        fault = int(message.split()[2]) if kind.startswith("fault_") else None
        return cls(kind, on(time), fault)


@dataclass(frozen=True)
class Stay:
    """One stay of a fault as it truly was; `cleared` is `None` where the life ended first."""

    fault: int
    raises: tuple[Instant, ...]
    """The raise and its repetitions; empty where even the truth begins later."""
    cleared: Instant | None


@dataclass(frozen=True)
class Life:
    """The life of a host, in the order of its lines, whose instants rise."""

    happenings: tuple[Happening, ...]
    end: Instant
    """How far the truth reaches."""

    @classmethod
    def of(cls, entries: Iterable[str]) -> "Life":
        """The life that a whole log of `tests.logs` tells."""
        happenings = tuple(map(Happening.of, entries))
        return cls(happenings, happenings[-1].at)

    @classmethod
    def stated(cls, truth: Mapping[str, Any]) -> "Life":
        """The life that a simulator's truth states."""
        told = [Happening(one["kind"], Instant.of(one["at"]), one["fault_id"]) for one in truth["signals"]]
        return cls(tuple(told), Instant.of(truth["observed"]["to"]))

    def instants(self, kind: str, fault: int | None = None) -> list[Instant]:
        """When something happened."""
        return [one.at for one in self.happenings if one.kind == kind and one.fault == fault]

    @property
    def starts(self) -> list[Instant]:
        """The connector's starts, one of each group of lines."""
        return [group[0] for group in self._groups]

    @property
    def _groups(self) -> list[list[Instant]]:
        """The lines of each start."""
        found: list[list[Instant]] = []
        ended = True
        for one in self.happenings:
            if one.kind == "connector_started" and (ended or one.at.since(found[-1][0]) >= GROUP_S):
                found.append([one.at])
            elif one.kind == "connector_started":
                found[-1].append(one.at)
            ended = one.kind == "connector_stopped" or (ended and one.kind != "connector_started")
        return found

    @property
    def stays(self) -> list[Stay]:
        """Every stay of every fault."""
        found: list[Stay] = []
        standing: dict[int, list[Instant]] = {}
        for one in self.happenings:
            if one.kind == "fault_raised" and one.fault is not None:
                standing.setdefault(one.fault, []).append(one.at)
            elif one.kind == "fault_cleared" and one.fault is not None:
                found.append(Stay(one.fault, tuple(standing.pop(one.fault, ())), one.at))
        return found + [Stay(fault, tuple(raises), None) for fault, raises in standing.items()]

    def taken(self, seen: Iterable[Instant]) -> "Life":
        """The life as every case takes it: a raise or start line that is seen repeats none that was lost.

        Args:
            seen: the instants of the lines that are left.
        """
        left = set(seen)
        one_thing = [("connector_started", None, lines) for lines in self._groups]
        one_thing += [("fault_raised", stay.fault, list(stay.raises)) for stay in self.stays]
        lost = {
            (kind, fault, at)
            for kind, fault, lines in one_thing
            if any(at in left for at in lines)
            for at in takewhile(lambda at: at not in left, lines)
        }
        kept = tuple(one for one in self.happenings if (one.kind, one.fault, one.at) not in lost)
        return Life(kept, self.end)

    def stay_since(self, raised: Instant | None, fault: int) -> Stay:
        """The stay of a fault that a raise line belongs to."""
        return next(stay for stay in self.stays if stay.fault == fault and raised in stay.raises)

    def stay_of(self, interval: FaultInterval) -> Stay | None:
        """The stay that an interval speaks of: the one of its raise, or of its clear where no raise was seen."""
        mine = [stay for stay in self.stays if stay.fault == interval.fault_id]
        if interval.raised.kind == "observed":
            return next((stay for stay in mine if interval.raised.at in stay.raises), None)
        return next((stay for stay in mine if stay.cleared == interval.cleared.at), None)


@dataclass(frozen=True)
class Verdict:
    """What became of a promise: `None` where the life ended first, or where there was nothing to judge."""

    verdict: str | None
    anchors: tuple[Instant, ...]
    breaches: int = 0


def true_verdict(life: Life, stay: Stay, begin: Instant, after: str, kind: str, within: float) -> Verdict:
    """Judge a promise by the truth, `begin` taken for the raise."""
    end = life.end if stay.cleared is None else stay.cleared
    starts = [at for at in life.starts if begin < at < end]
    anchors = (begin,) if after == "raised" else tuple(starts[:1] if kind == "clears_after" else starts)
    last = [one for one, later in pairwise((*anchors, None)) if later is None or later.since(one) >= within]
    passed = [one for one in last if end.since(one) > within]
    if passed:
        return Verdict("breached", anchors, len(passed))
    return Verdict("met" if stay.cleared is not None and anchors else None, anchors)


def contradictions(case: Case, whole: Life, seen: Iterable[Instant]) -> list[str]:
    """What a case says against the truth, in sentences; empty where it may know less but says nothing false.

    Args:
        case: of what is left of a log.
        whole: what truly happened.
        seen: the instants of the lines that are left.
    """
    life = whole.taken(seen)
    said = [*_signals(case, life), *_audit(case)]
    for interval in case.intervals:
        stay = life.stay_of(interval)
        if stay is None:
            said.append(f"{interval.id}: invented, {interval.raised} {interval.cleared}")
            continue
        said += [f"{interval.id}: {one}" for one in _interval(interval, stay, life, case)]
        for finding in case.findings:
            if finding.interval == interval.id:
                said += [f"{finding.id}: {one}" for one in _finding(finding, interval, stay, life)]
    return said


def _signals(case: Case, life: Life) -> Iterable[str]:
    told = {(one.kind, one.at, one.fault) for one in life.happenings}
    for one in case.signals:
        if one.kind in KINDS.values() and (one.kind, one.when.at, one.fault_id) not in told:
            yield f"invented: {one.kind} {one.fault_id} at {one.when}"


def _audit(case: Case) -> Iterable[str]:
    audit, seen = case.audit, [one for one in case.intervals if one.raises]
    if audit.raises != len(seen) + audit.duplicate_raises:
        yield f"raises do not add up: {audit}"
    if audit.clears != sum(one.clear is not None for one in case.intervals) + audit.orphan_clears:
        yield f"clears do not add up: {audit}"


def _interval(interval: FaultInterval, stay: Stay, life: Life, case: Case) -> Iterable[str]:
    raised, cleared = interval.raised, interval.cleared
    if raised.kind == "not_after" and stay.raises and raised.until is not None and stay.raises[0] > raised.until:
        yield f"raised {stay.raises[0]}, not {raised}"
    if cleared.kind == "observed" and cleared.at not in life.instants("fault_cleared", stay.fault):
        yield f"no clear at {cleared.at}"
    last = life.stay_since(interval.raises[-1].when.at, stay.fault) if interval.may_be_several else stay
    if cleared.kind == "observed" and not interval.may_be_several and cleared.at != stay.cleared:
        yield f"cleared {stay.cleared}, not {cleared}"
    if cleared.kind == "not_before" and cleared.at is not None and (last.cleared or life.end) < cleared.at:
        yield f"cleared {last.cleared}, yet seen open at {cleared.at}"
    if interval.state == "open" and (last.cleared or life.end) < _end(case):
        yield f"cleared {last.cleared}, yet open at the end"
    yield from _duration(interval, stay, life)


def _end(case: Case) -> Instant:
    """The last line that is left of the connector's log."""
    return max(one.last_at for one in case.files if one.last_at is not None and "ampdaemon" in one.path)


def _duration(interval: FaultInterval, stay: Stay, life: Life) -> Iterable[str]:
    begin = interval.raised.at if interval.raised.kind == "observed" else next(iter(stay.raises), None)
    if begin is None:
        return
    true, (low, high) = (life.end if stay.cleared is None else stay.cleared).since(begin), interval.duration_s
    if low > true or (high is not None and high < true):
        yield f"lasted {true} s, not {low} to {high} s"


def _finding(finding: Finding, interval: FaultInterval, stay: Stay, life: Life) -> Iterable[str]:
    begin = interval.raised.at if interval.raised.kind == "observed" else next(iter(stay.raises), None)
    promise = finding.expectation
    if begin is None:
        return
    true = true_verdict(life, stay, begin, promise.after, promise.kind, promise.within_s)
    if finding.verdict in {"met", "breached"} and finding.verdict != true.verdict:
        yield f"{finding.verdict} {promise.after}, truly {true.verdict}"
    if finding.verdict == "pending" and interval.cleared.kind == "observed":
        yield "pending, though it cleared"
    if finding.breaches > true.breaches:
        yield f"{finding.breaches} breaches, truly {true.breaches}"
    yield from _margin(finding, true, stay, life)


def _margin(finding: Finding, true: Verdict, stay: Stay, life: Life) -> Iterable[str]:
    anchor = None if finding.anchor is None else finding.anchor.at
    if anchor is None or finding.verdict not in {"met", "breached"}:
        return
    within = finding.expectation.within_s
    if anchor not in true.anchors:
        yield f"counted from {anchor}, truly {true.anchors}"
    if finding.deadline_at is None or finding.deadline_at.ns != anchor.ns + int(within * NS):
        yield f"deadline {finding.deadline_at} for {anchor}"
    end = life.end if stay.cleared is None else stay.cleared
    if finding.margin_s is not None and finding.margin_s < round(within - end.since(anchor), 9):
        yield f"margin {finding.margin_s}, truly {within - end.since(anchor)}"


def missing(case: Case, seen: Sequence[Happening]) -> list[str]:
    """What lines that stand in the log tell and the case does not."""
    found = {(one.kind, one.when.at, one.fault_id) for one in case.signals}
    return [f"not seen: {one}" for one in seen if one.kind != "noise" and (one.kind, one.at, one.fault) not in found]
