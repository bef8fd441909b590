"""What should be said of a log: intervals with their bounds, and the verdict of each promise.

A bound holds in every history, a verdict is given only where all of them give it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from tests.oracle.clocks import EVER, Clock, clocks
from tests.oracle.evidence import Log, Stay, stays
from tests.oracle.histories import Begin, outcomes
from tests.oracle.judges import TEN_MINUTES, Outcome, WithinRaise, after_start, helped, lasting, within_start

PROMISES: dict[int, dict[str, Begin]] = {
    6: {"raised": WithinRaise, "connector_started": within_start},
    7: {"connector_started": after_start},
}
"""Of each fault what its expectations count from, and what judges them."""


@dataclass(frozen=True)
class End:
    """A bound of an interval as the case document words it; instants are seconds since 1970."""

    kind: str
    at: int | None = None
    until: int | None = None


@dataclass(frozen=True)
class Interval:
    """What should be said of one stay."""

    id: str
    raised: End
    cleared: End
    state: str
    duration: tuple[int, int | None]
    repeated: int
    may_be_several: bool


@dataclass(frozen=True)
class Finding:
    """What should be said of one promise: the verdict, and what deadlines, margins and counts the histories have."""

    verdict: str
    deadlines: frozenset[int | None]
    margins: frozenset[int | None]
    breaches: int


@dataclass(frozen=True)
class Answer:
    """Everything that should be said; findings by interval and what they count from, chatter by fault."""

    intervals: tuple[Interval, ...]
    findings: dict[tuple[str, str], Finding]
    remedies: dict[str, str]
    chatter: dict[int, str]


def answer(log: Log, faults: Iterable[int] = (6, 7, 10)) -> Answer:
    """What should be said of some faults of a log."""
    readings = clocks(log)
    intervals, findings, remedies = [], {}, {}
    for fault in faults:
        for count, stay in enumerate(stays(log, fault), 1):
            name = f"f{fault}-{count}"
            intervals.append(_interval(name, log, readings, stay))
            for after, begin in PROMISES.get(fault, {}).items():
                found = _finding(log, readings, stay, begin)
                if found is not None:
                    findings[name, after] = found
            if fault == 10:
                said = _all(log, readings, stay, helped, "boot")
                verdicts = {outcome.verdict for _, outcome in said}
                remedies[name] = str(verdicts.pop()) if len(verdicts) == 1 else "unknown"
    chatter = {fault: _chatter(log, readings, stays(log, fault)) for fault in faults if stays(log, fault)}
    return Answer(tuple(intervals), findings, remedies, chatter)


def _chatter(log: Log, readings: list[Clock], found: list[Stay]) -> str:
    """Whether a fault was raised anew three times within ten minutes; an unseen raise came at any time before."""
    certain = [stay.raised for stay in found if stay.raised is not None]
    possible = [_observed_since(log, stay.cleared or 0) if stay.raised is None else stay.raised for stay in found]
    if any(_longest(readings, *each) <= TEN_MINUTES for each in zip(certain, certain[2:], strict=False)):
        return "present"
    if log.holes() or any(
        _shortest(readings, *each) <= TEN_MINUTES for each in zip(possible, possible[2:], strict=False)
    ):
        return "unknown"
    return "absent"


def _longest(readings: list[Clock], first: int, last: int) -> int:
    return max(clock.real[last] - clock.real[first] for clock in readings)


def _shortest(readings: list[Clock], first: int, last: int) -> int:
    return min(clock.real[last] - clock.real[first] for clock in readings)


def _all(log: Log, readings: list[Clock], stay: Stay, begin: Begin, event: str = "start") -> set[tuple[Clock, Outcome]]:
    return {(clock, outcome) for clock in readings for outcome in outcomes(log, clock, stay, begin, event)}


def _interval(name: str, log: Log, readings: list[Clock], stay: Stay) -> Interval:
    return Interval(
        name,
        _raised(log, readings, stay),
        _cleared(log, readings, stay),
        _state(log, stay),
        _duration(log, readings, stay),
        len(stay.repeated),
        stay.raised is not None and bool(_holes_after(log, stay.raised, stay)),
    )


def _holes_after(log: Log, line: int, stay: Stay) -> list[int]:
    last = len(log.lines) - 1 if stay.cleared is None else stay.cleared
    return [number for number in log.holes() if line < number <= last]


def _observed_since(log: Log, line: int) -> int:
    """The first line of the continuous observation that reaches a line."""
    return max((number for number in log.holes() if number <= line), default=0)


def _raised(log: Log, readings: list[Clock], stay: Stay) -> End:
    if stay.raised is None:
        since = _observed_since(log, stay.cleared or 0)
        return End("not_after", until=max(clock.utc[since] for clock in readings))
    return _between({clock.utc[stay.raised] for clock in readings})


def _between(instants: set[int]) -> End:
    if len(instants) == 1:
        return End("observed", at=min(instants))
    return End("between", at=min(instants), until=max(instants))


def _last_seen(stay: Stay) -> int:
    """The last line that shows the fault raised."""
    assert stay.raised is not None
    return max((stay.raised, *stay.repeated))


def _cleared(log: Log, readings: list[Clock], stay: Stay) -> End:
    if stay.cleared is not None:
        return _between({clock.utc[stay.cleared] for clock in readings})
    hidden = _holes_after(log, _last_seen(stay), stay)
    until = hidden[0] - 1 if hidden else len(log.lines) - 1
    return End("not_before", at=min(clock.utc[until] for clock in readings))


def _state(log: Log, stay: Stay) -> str:
    if stay.cleared is not None:
        return "cleared"
    return "unknown" if _holes_after(log, _last_seen(stay), stay) else "open"


def _duration(log: Log, readings: list[Clock], stay: Stay) -> tuple[int, int | None]:
    if stay.raised is None:
        since, until = _observed_since(log, stay.cleared or 0), stay.cleared or 0
        return max(0, min(clock.real[until] - clock.real[since] for clock in readings)), None
    said = {outcome for _, outcome in _all(log, readings, stay, lasting)}
    lengths = [outcome.margin or 0 for outcome in said]
    unbounded = any(outcome.verdict == "open" for outcome in said) or max(lengths) >= EVER // 2
    return min(lengths), None if unbounded else max(lengths)


def _finding(log: Log, readings: list[Clock], stay: Stay, begin: Begin) -> Finding | None:
    said = _all(log, readings, stay, begin)
    verdicts = {outcome.verdict for _, outcome in said}
    if verdicts == {None}:
        return None
    return Finding(
        str(verdicts.pop()) if len(verdicts) == 1 else "indeterminate",
        frozenset(None if one.anchor is None else clock.utc[one.anchor] + 600 for clock, one in said),
        frozenset(one.margin for _, one in said),
        min(one.breaches for _, one in said),
    )
