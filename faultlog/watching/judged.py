"""The pipeline over what is kept of followed logs: the same clock, engine, pairing and judging as for a bundle.

What differs: observation may go on behind the last line, up to when silence was seen; and stays that ended long ago
are not there any more, only counted.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from faultlog.case import FaultInterval, Finding, Host
from faultlog.collecting import Collected
from faultlog.elapsed import Point
from faultlog.engine import Recognised, recognise
from faultlog.holes import Observation
from faultlog.identity import Clues, Told, identify
from faultlog.judging import judge
from faultlog.losses import LAST
from faultlog.model import Instant, Mark, Moment, Signal, SignalKind
from faultlog.observing import Observed, observe
from faultlog.pairing import pair
from faultlog.resolving import Timed, resolve
from faultlog.rulebook import RuleBook
from faultlog.values import dataclass
from faultlog.watching.stream import Place, Stream

HOST_KINDS: frozenset[SignalKind] = frozenset(
    {"connector_started", "connector_stopped", "boot", "suppressed", "dropping"}
)
"""What is kept beside raises and clears: deadlines and holes hang on it."""
BEFORE_S = 600.0
"""Seconds before an open fault's raise for which such signals are kept: starts are told in groups. Tool default."""

SETTLED_S = 5.0
"""Seconds after a deadline in which it is looked at again: stamps leave a second open. Tool default."""

Key = tuple[Place, SignalKind, int | None]
"""What tells a signal from every other."""


def key_of(signal: Signal) -> Key:
    """The key of a signal."""
    return (signal.evidence.file, signal.evidence.line), signal.kind, signal.fault_id


@dataclass(frozen=True, slots=True)
class Judged:
    """What is known of the host now."""

    host: Host
    seen: Observed
    """The signals beside what was observed, silence behind the last line included."""
    intervals: tuple[FaultInterval, ...]
    findings: tuple[Finding, ...]
    heard: Recognised
    until: Instant | None
    """Up to when anything was observed."""
    spoken: Instant | None
    """The time of the last line."""

    @property
    def signals(self) -> tuple[Signal, ...]:
        """Those that count, in time order."""
        return self.seen.signals

    @property
    def opened(self) -> tuple[FaultInterval, ...]:
        """The stays that are not over."""
        return tuple(one for one in self.intervals if not one.is_over)

    def falls_due(self, until: Instant) -> bool:
        """Whether a deadline of an open fault may have passed since, if silence has been seen up to an instant."""
        if self.until is None:
            return False
        return any(
            due < until and self.until < due.moved(SETTLED_S)
            for interval in self.opened
            for finding in self.findings_of(interval)
            for due in self._deadlines(interval, finding)
        )

    def _deadlines(self, interval: FaultInterval, finding: Finding) -> Iterable[Instant]:
        """The instants at which it may pass, whichever line they count from."""
        promise = finding.expectation
        starts = (one for one in self.signals if one.kind == promise.after)
        anchors = interval.raises if promise.after == "raised" else starts
        return (one.when.latest.moved(promise.within_s) for one in anchors)

    def numbered(self, gone: Mapping[int, int]) -> "Judged":
        """The same with stays numbered as if those that are gone, by fault, were there."""
        names = {one.id: f"f{one.fault_id}-{_number(one) + gone.get(one.fault_id, 0)}" for one in self.intervals}
        findings = (
            replace(one, interval=names[one.interval], id=names[one.interval] + one.id.removeprefix(one.interval))
            for one in self.findings
        )
        intervals = (replace(one, id=names[one.id]) for one in self.intervals)
        return replace(self, intervals=tuple(intervals), findings=tuple(findings))

    def findings_of(self, interval: FaultInterval) -> tuple[Finding, ...]:
        """The verdicts on one interval."""
        return tuple(one for one in self.findings if one.interval == interval.id)


def _number(interval: FaultInterval) -> int:
    return int(interval.id.rpartition("-")[2])


def timed_of(streams: Sequence[Stream], clues: Clues, told: Told) -> Timed:
    """The clock of the host, by all that its logs wrote so far."""
    series = [one.series() for one in streams]
    for event in (event for one in series for event in one.events):
        clues.message(event.message)
    return resolve(Collected(series=series, clues=clues), told, "")


def last_line(timed: Timed, stream: Stream) -> tuple[Place, Instant] | None:
    """The last line of a log that has a time."""
    for reading in reversed(stream.readings):
        mark: Mark | None = reading.trail.last
        if mark is not None:
            return (reading.log.path, mark.line), timed.moment(reading, mark).earliest
    return None


def judged(
    timed: Timed, clues: Clues, told: Told, rules: RuleBook, muted: Collection[Key], until: Instant | None
) -> Judged:
    """Judge what is kept of the logs.

    Args:
        timed: the logs.
        clues: what they say of the host.
        told: what the person says of it.
        rules: every rule.
        muted: signals that count no more: only what later lines say hangs on them.
        until: up to when silence was seen, by the host's clock; `None` where nobody knows.
    """
    hosts = Collected(series=list(timed.series)).hosts
    system = identify(clues, hosts, told, timed.clock.time_zone).os
    heard = recognise([one.heard for one in timed.series], rules, timed.clock, system)
    _take_version(heard, clues)
    host = identify(clues, hosts, told, timed.clock.time_zone)
    spoken = observe(timed, [signal for signal in heard.signals if key_of(signal) not in muted])
    seen = replace(spoken, faults=_until(spoken.faults, until))
    paired = pair(seen.signals, seen.faults, rules, host.os, seen.course)
    findings = judge(paired.intervals, seen.signals, seen.faults, rules, host, seen.course)
    return Judged(host, seen, paired.intervals, findings, heard, _end(seen.faults), _end(spoken.faults))


def _take_version(heard: Recognised, clues: Clues) -> None:
    """Remember the connector's version that the logs state last, for when its line is let go."""
    stated = [signal.details["to"] for signal in heard.signals if signal.kind == "version_changed"]
    clues.found["connector_version"] = stated[-1:] or clues.found.get("connector_version", [])


def _end(seen: Observation) -> Instant | None:
    return None if seen.ends is None else seen.ends[1].when.earliest


def _until(seen: Observation, until: Instant | None) -> Observation:
    """What was observed, silence behind the last line included; written as precisely as that line."""
    if until is None or seen.ends is None:
        return seen
    begin, end = seen.ends
    digits, unit = end.when.latest.digits, 10 ** (9 - end.when.latest.digits)
    at = Instant(until.ns // unit * unit, digits)
    return replace(seen, ends=(begin, Point(Moment.exactly(at), end.series, LAST))) if at > end.when.latest else seen


def wanted(now: Judged) -> set[Key]:
    """The signals that still count: the last stay of each fault, and what deadlines of open ones hang on."""
    last = {interval.fault_id: interval for interval in now.intervals}
    kept = {key_of(signal) for interval in last.values() for signal in _ends(interval)}
    opened = [one.raises[0] for one in last.values() if one.raises and not one.is_over]
    times = [*(one.when.earliest for one in opened), *([] if now.until is None else [now.until])]
    if times:
        since, order = min(times).moved(-BEFORE_S), min((one.order for one in opened), default=math.inf)
        about = (one for one in now.signals if one.kind in HOST_KINDS)
        kept |= {key_of(one) for one in about if one.when.latest >= since or one.order >= order}
    return kept


def _ends(interval: FaultInterval) -> Iterable[Signal]:
    """The raises of an interval, of many only the first and the last, and its clear."""
    yield from interval.raises[:1]
    yield from interval.raises[-1:]
    yield from () if interval.clear is None else (interval.clear,)
