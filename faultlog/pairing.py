"""Raises and clears → fault intervals with bounds, and an audit that adds up.

A connector restart or a reboot does not close an interval: the vendor's text has faults outlive both. The end of a
log is never a clear, and a log that starts in the middle is never a raise.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from faultlog.case import Audit, Bound, FaultInterval, SeverityAt
from faultlog.coverage import Ledger
from faultlog.elapsed import STEADY, Course, Point
from faultlog.model import Instant, Moment, Signal, State, Text
from faultlog.rulebook import RuleBook


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
    signals: Iterable[Signal], ledger: Ledger, rules: RuleBook, system: str | None, course: Course = STEADY
) -> Paired:
    """Join raises and clears into intervals.

    Args:
        signals: the host's signals in time order.
        ledger: what was observed of the logs that carry fault lines.
        rules: for what a second raise means, and which ids are known.
        system: the operating system whose rules apply, `None` where it is unknown.
        course: where the host's clock was set.
    """
    faults: dict[int, _Fault] = {}
    for signal in signals:
        if signal.fault_id is not None:
            policy = _policy(signal.fault_id, rules, system)
            faults.setdefault(signal.fault_id, _Fault(policy)).take(signal)
    intervals = [
        _interval(fault_id, number, stay, _Setting(fault.policy, ledger.of(fault_id), rules, system, course))
        for fault_id, fault in sorted(faults.items())
        for number, stay in enumerate(fault.stays, 1)
    ]
    intervals.sort(key=lambda one: _begin(one).ns)
    return Paired(tuple(intervals), _audit(intervals, faults))


def _begin(interval: FaultInterval) -> Instant:
    begin = interval.raised.at or interval.raised.until
    assert begin is not None  # noqa: S101 (a bound has one of them)
    return begin


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
    ledger: Ledger
    rules: RuleBook
    system: str | None
    course: Course


def _interval(fault_id: int, number: int, stay: _Stay, setting: _Setting) -> FaultInterval:
    ledger, course = setting.ledger, setting.course
    raised, cleared = _raised(stay, setting), _cleared(stay, ledger)
    several, known = _spans_hole(raised, cleared, ledger), setting.rules.candidates(fault_id, setting.system)
    begin, end = _ends(stay, raised, cleared, setting)
    if course.steps and course.stepped(begin, end):
        raised, cleared = (
            replace(one, reason="clock_step") if one.kind == "observed" else one for one in (raised, cleared)
        )
    return FaultInterval(
        id=f"f{fault_id}-{number}",
        fault_id=fault_id,
        known=bool(known),
        title=title_of(fault_id, setting.rules, setting.system),
        raised=raised,
        cleared=cleared,
        state=_state(stay, cleared),
        duration_s=_duration(stay, begin, end, setting, several=several),
        severities=tuple(SeverityAt(one.when.at, one.severity) for one in stay.raises if one.severity is not None),
        duplicate_raises=sum(one.count for one in stay.raises) - 1 if stay.raises else 0,
        may_be_several=several,
        raises=tuple(stay.raises),
        clear=stay.clear,
    )


def _anchor(stay: _Stay, policy: str) -> Signal | None:
    """The raise that an interval counts from."""
    return stay.raises[-1 if policy == "keep_last" else 0] if stay.raises else None


def _raised(stay: _Stay, setting: _Setting) -> Bound:
    anchor, ledger = _anchor(stay, setting.policy), setting.ledger
    if anchor is not None:
        return Bound.of(anchor.when)
    assert stay.clear is not None  # noqa: S101 (a stay without raise is an orphan clear's)
    begin = ledger.seen_since(stay.clear.when.earliest)
    if ledger.begin is None:
        return Bound("not_after", until=begin, reason=ledger.reason)
    if ledger.end is not None and begin > ledger.end:
        return Bound("not_after", until=begin, reason=ledger.reason)
    stepped = setting.course.set_before(Point.of(stay.clear))
    if stepped is not None and stepped > begin:
        return Bound("not_after", until=min(stepped, stay.clear.when.earliest), reason="clock_step")
    return Bound("not_after", until=begin, reason="log_starts" if begin <= ledger.begin else "hole")


def _cleared(stay: _Stay, ledger: Ledger) -> Bound:
    if stay.clear is not None:
        return Bound.of(stay.clear.when)
    last = stay.raises[-1].when
    if stay.restarted_by is not None:
        return Bound.of(Moment.between(last.earliest, stay.restarted_by.when.latest, "restarted"))
    seen = ledger.seen_until(last.latest)
    if ledger.end is None or last.earliest > ledger.end:
        return Bound("not_before", at=seen, reason=ledger.reason)
    return Bound("not_before", at=seen, reason="log_ends" if ledger.reaches_end(seen) else "hole")


def _state(stay: _Stay, cleared: Bound) -> State:
    if stay.clear is not None:
        return "cleared"
    return "open" if cleared.reason == "log_ends" else "unknown"


def _spans_hole(raised: Bound, cleared: Bound, ledger: Ledger) -> bool:
    """Whether a blind hole lies between the raise and the clear, or where it was last seen open."""
    begin, end = raised.latest, cleared.latest or cleared.at
    if begin is None or end is None:
        return False
    return cleared.reason == "hole" or ledger.seen_until(begin) < end


def _ends(stay: _Stay, raised: Bound, cleared: Bound, setting: _Setting) -> tuple[Point, Point]:
    """Where an interval begins, and where it is last known to be raised or is cleared."""
    anchor = _anchor(stay, setting.policy)
    begin = raised.latest
    assert begin is not None  # noqa: S101 (a raise is never unbounded towards the future)
    first = Point.of(anchor) if anchor is not None else Point(Moment.exactly(begin))
    if stay.clear is not None:
        return first, Point.of(stay.clear)
    assert cleared.at is not None  # noqa: S101 (a clear that was not seen is not before, or between)
    if cleared.reason == "log_ends" and anchor is not None:
        return first, setting.course.end_of(anchor.series, cleared.at)
    return first, Point(Moment.between(cleared.at, cleared.until or cleared.at, cleared.reason or "restarted"))


def _duration(stay: _Stay, begin: Point, end: Point, setting: _Setting, *, several: bool) -> tuple[float, float | None]:
    """The range of seconds that holds the duration, in every history the evidence admits."""
    whole = setting.course.between(begin, end)
    least, most = whole.least, whole.most
    if several:
        seen = Point(Moment.exactly(min(end.when.earliest, setting.ledger.seen_until(begin.when.latest))))
        least = 0.0 if setting.course.stepped(begin, end) else setting.course.between(begin, seen).least
    bounded = bool(stay.raises) and (stay.clear is not None or stay.restarted_by is not None)
    return least, most if bounded else None


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
