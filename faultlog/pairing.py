"""Raises and clears → fault intervals with bounds, and an audit that adds up.

A connector restart or a reboot does not close an interval: the vendor's text has faults outlive both. The end of a
log is never a clear, and a log that starts in the middle is never a raise.
"""

from collections.abc import Iterable, Sequence
from dataclasses import field, replace

from faultlog.case import Audit, Bound, FaultInterval, SeverityAt
from faultlog.elapsed import STEADY, Course, Point
from faultlog.holes import Observation
from faultlog.model import Moment, Reason, Signal, State, Text
from faultlog.rulebook import RuleBook
from faultlog.values import dataclass


@dataclass(frozen=True, slots=True)
class Paired:
    """Every interval of a host, by raise, and the conservation laws."""

    intervals: tuple[FaultInterval, ...]
    audit: Audit


@dataclass(slots=True)
class _Stay:
    """One interval in the making."""

    raises: list[Signal] = field(default_factory=list)
    """The raise that opened it and its duplicates; empty where the start was not seen."""
    clear: Signal | None = None
    restarted_by: Signal | None = None
    """The raise that began it anew, where the rule says that a raise restarts."""


@dataclass(slots=True)
class _Fault:
    """The stays of one fault, and what did not pair."""

    policy: str
    stays: list[_Stay] = field(default_factory=list)
    open: bool = False
    orphan_clears: int = 0

    def take(self, signal: Signal) -> None:
        """Pair the next raise or clear of this fault, in time order."""
        if signal.kind == "fault_raised":
            self._raised(signal)
        else:
            self._cleared(signal)

    def _raised(self, signal: Signal) -> None:
        if self.open and self.policy == "restart":
            self.stays[-1].restarted_by = signal
            self.stays.append(_Stay([signal]))
        elif self.open:
            self.stays[-1].raises.append(signal)
        else:
            self.stays.append(_Stay([signal]))
            self.open = True

    def _cleared(self, signal: Signal) -> None:
        if self.open:
            self.stays[-1].clear = signal
            self.open = False
            self.orphan_clears += signal.count - 1
        elif not self.stays:
            self.stays.append(_Stay(clear=signal))
            self.orphan_clears += signal.count - 1
        else:
            self.orphan_clears += signal.count


def pair(
    signals: Iterable[Signal], seen: Observation, rules: RuleBook, system: str | None, course: Course = STEADY
) -> Paired:
    """Join raises and clears into intervals.

    Args:
        signals: the host's signals in time order.
        seen: what was observed of the logs that carry fault lines.
        rules: for what a second raise means, and which ids are known.
        system: the operating system whose rules apply, `None` where it is unknown.
        course: where the host's clock was set.
    """
    faults: dict[int, _Fault] = {}
    for signal in signals:
        if signal.fault_id is not None:
            policy = _policy(signal.fault_id, rules, system)
            faults.setdefault(signal.fault_id, _Fault(policy)).take(signal)
    found: list[tuple[float, FaultInterval]] = []
    for fault_id, fault in sorted(faults.items()):
        setting = _Setting(fault.policy, seen.of(fault_id), rules, system, course)
        for number, stay in enumerate(fault.stays, 1):
            found.append((_begin_of(stay, setting).order, _interval(fault_id, number, stay, setting)))
    intervals = [interval for _, interval in sorted(found, key=lambda one: one[0])]
    return Paired(tuple(intervals), _audit(intervals, faults))


def _policy(fault_id: int, rules: RuleBook, system: str | None) -> str:
    policies = {rule.file.duplicate_raise for rule in rules.candidates(fault_id, system)}
    return policies.pop() if len(policies) == 1 else "keep_first"


def title_of(fault_id: int, rules: RuleBook, system: str | None) -> Text:
    """What the fault is called; an id nobody describes is called by its number."""
    known = rules.candidates(fault_id, system)
    return Text("fault.name", {"rule": known[0].id}) if known else Text("fault.unknown", {"fault": fault_id})


@dataclass(frozen=True, slots=True)
class _Setting:
    """What all intervals of a fault share."""

    policy: str
    seen: Observation
    rules: RuleBook
    system: str | None
    course: Course


def _interval(fault_id: int, number: int, stay: _Stay, setting: _Setting) -> FaultInterval:
    begin, end = _begin_of(stay, setting), _end_of(stay, setting)
    raised, cleared = _raised(stay, begin, setting), _cleared(stay, setting)
    several = bool(stay.raises) and not setting.seen.unbroken(begin, end)
    if setting.course.steps and setting.course.stepped(begin, end):
        raised, cleared = (
            replace(one, reason="clock_step") if one.kind == "observed" else one for one in (raised, cleared)
        )
    if None in {begin.when.at, end.when.at}:
        raised, cleared = _in_order(raised, cleared)
    return FaultInterval(
        id=f"f{fault_id}-{number}",
        fault_id=fault_id,
        known=bool(setting.rules.candidates(fault_id, setting.system)),
        title=title_of(fault_id, setting.rules, setting.system),
        raised=raised,
        cleared=cleared,
        state=_state(stay, cleared),
        duration_s=_duration(stay, begin, end, setting),
        severities=tuple(SeverityAt(one.when.at, one.severity) for one in stay.raises if one.severity is not None),
        duplicate_raises=sum(one.count for one in stay.raises) - 1 if stay.raises else 0,
        may_be_several=several,
        raises=tuple(stay.raises),
        clear=stay.clear,
    )


def _in_order(raised: Bound, cleared: Bound) -> tuple[Bound, Bound]:
    """What ends that are known as ranges say of each other: it was raised no later than it cleared."""
    last = cleared.until or cleared.at
    if raised.until is not None and raised.kind == "not_after" and cleared.kind != "not_before" and last is not None:
        raised = replace(raised, until=min(raised.until, last))
    if cleared.at is not None and cleared.kind == "not_before" and raised.at is not None:
        cleared = replace(cleared, at=max(cleared.at, raised.at))
    return raised, cleared


def _begin_of(stay: _Stay, setting: _Setting) -> Point:
    """The raise that an interval counts from, or since when it was certainly raised."""
    if stay.raises:
        return Point.of(stay.raises[-1 if setting.policy == "keep_last" else 0])
    assert stay.clear is not None  # noqa: S101 (a stay without raise is an orphan clear's)
    return setting.seen.since(Point.of(stay.clear))


def _end_of(stay: _Stay, setting: _Setting) -> Point:
    """Where it cleared, or where what is known of it ends."""
    if stay.clear is not None:
        return Point.of(stay.clear)
    if stay.restarted_by is not None:
        return Point.of(stay.restarted_by)
    last = Point.of(stay.raises[-1])
    end = setting.seen.ends[1] if setting.seen.ends is not None else last
    return last if end.precedes(last) else end


def _raised(stay: _Stay, begin: Point, setting: _Setting) -> Bound:
    if stay.raises:
        return Bound.of(begin.when)
    assert stay.clear is not None  # noqa: S101 (a stay without raise is an orphan clear's)
    ends = setting.seen.ends
    if ends is None or ends[1].precedes(begin):
        return Bound("not_after", until=begin.when.latest, reason=setting.seen.reason)
    reason: Reason = "log_starts" if begin == ends[0] else "hole"
    stepped = setting.course.stepped(begin, Point.of(stay.clear))
    return Bound("not_after", until=begin.when.latest, reason="clock_step" if stepped else reason)


def _cleared(stay: _Stay, setting: _Setting) -> Bound:
    if stay.clear is not None:
        return Bound.of(stay.clear.when)
    last = Point.of(stay.raises[-1])
    if stay.restarted_by is not None:
        return Bound.of(Moment.between(last.when.earliest, stay.restarted_by.when.latest, "restarted"))
    end = _end_of(stay, setting)
    if setting.seen.ends is None or setting.seen.ends[1].precedes(last):
        return Bound("not_before", at=last.when.earliest, reason=setting.seen.reason)
    holes = setting.seen.between(last, end)
    at = (holes[0].begin if holes else end).when.earliest
    return Bound("not_before", at=at, reason="hole" if holes else "log_ends")


def _state(stay: _Stay, cleared: Bound) -> State:
    if stay.clear is not None:
        return "cleared"
    return "open" if cleared.reason == "log_ends" else "unknown"


def _duration(stay: _Stay, begin: Point, end: Point, setting: _Setting) -> tuple[float, float | None]:
    """The range of seconds that holds the duration, in every history the evidence admits."""
    holes = setting.seen.between(begin, end) if stay.raises else ()
    known = Point.of(stay.raises[-1]) if stay.restarted_by is not None else end
    least = setting.course.least_until(begin, [known, *(hole.begin for hole in holes[:1])])
    bounded = bool(stay.raises) and (stay.clear is not None or stay.restarted_by is not None)
    return least, setting.course.between(begin, end).most if bounded else None


def _audit(intervals: Sequence[FaultInterval], faults: dict[int, _Fault]) -> Audit:
    raises = [signal for one in intervals for signal in one.raises]
    clears = [one.clear for one in intervals if one.clear is not None]
    orphans = sum(fault.orphan_clears for fault in faults.values())
    return Audit(
        raises=sum(signal.count for signal in raises),
        clears=len(clears) + orphans,
        intervals=len(intervals),
        duplicate_raises=sum(one.duplicate_raises for one in intervals),
        orphan_clears=orphans,
        unknown_faults=len({one.fault_id for one in intervals if not one.known}),
    )
