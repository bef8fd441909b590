"""Every history that a log admits, as far as a verdict could tell them apart.

A hole may hide raises, clears and starts at any instant; those instants stand for all of them at which something
changes: the ends of the hole, and just before, at and just after ten minutes from each thing that is known, and from
each other.
"""

from collections.abc import Callable
from functools import cache

from tests.oracle.clocks import EVER, Clock, loose
from tests.oracle.evidence import Log, Stay
from tests.oracle.judges import TEN_MINUTES, HalfOpen, Judge, Outcome

GROUP = 30
"""Seconds in which the lines of one start follow each other."""
BEFORE_LOG = 1500
"""Seconds before the first line in which hidden events are tried: longer than any promise looks back."""

Begin = Callable[[int, int | None], Judge]
"""Begins to follow a stay raised at a second, by a line or hidden."""


def outcomes(log: Log, clock: Clock, stay: Stay, begin: Begin, event: str = "start") -> set[Outcome]:
    """What the histories of one clock say of one stay: of its first part where a hole may hide that it was several."""
    first = 0 if stay.raised is None else stay.raised
    last = len(log.lines) - 1 if stay.cleared is None else stay.cleared
    starts, boots = own_starts(log, clock), own_boots(log, clock)
    sure, perhaps = (starts, ()) if event == "start" else (boots, () if boots else starts)
    real = tuple(at - clock.real[first] for at in clock.real[first : last + 1])
    inside = tuple(tuple(one for one in those if first <= one <= last) for those in (sure, perhaps))
    return _outcomes(log, real, stay, begin, *inside)


@cache
def _outcomes(
    log: Log, real: tuple[int, ...], stay: Stay, begin: Begin, events: tuple[int, ...], perhaps: tuple[int, ...]
) -> set[Outcome]:
    """The same; `real` are the seconds of the lines from the stay's first to its last, counted from the first.

    `perhaps` are lines beside which the event may have happened unseen: a start, where no line of the log shows boots.
    """
    first = 0 if stay.raised is None else stay.raised
    known = {at for number, at in enumerate(real, first) if log.lines[number].kind != "noise"} | {real[0], real[-1]}
    said: set[Outcome] = set()
    states: set[HalfOpen] = set()
    if stay.raised is None:
        states = _hidden_raise(_instants(known, real[0] - BEFORE_LOG, real[0]), begin, set())
    for number, at in enumerate(real, first):
        if number in loose(log):
            states = {state.by(None) for state in states}
        if number in log.holes() and number != stay.raised:
            when = _instants(known, real[number - first - 1], at)
            unseen = stay.raised is None
            states = _hidden_raise(when, begin, states) if unseen else _hidden_clear(when, states, said)
        states = {_followed(begin, at, number)} if number == stay.raised else states
        happened = {state.started(at, number if number in events else None) for state in states}
        states = happened if number in events else states | happened if number in perhaps else states
    return said | {state.ended(real[-1]) if stay.cleared is None else state.cleared(real[-1]) for state in states}


def _followed(begin: Begin, at: int, line: int | None) -> HalfOpen:
    judge = begin(at, line)
    return HalfOpen(judge, judge, at)


def _hidden_clear(when: list[int], states: set[HalfOpen], said: set[Outcome]) -> set[HalfOpen]:
    """Takes each state through a hole where the fault may clear and the event may happen; notes what a clear gives."""
    for at in when:
        states = {state.by(at) for state in states}
        states |= {state.started(at, None) for state in states}
        said |= {state.cleared(at) for state in states}
    return states


def _hidden_raise(when: list[int], begin: Begin, states: set[HalfOpen]) -> set[HalfOpen]:
    """The same for a stay whose clear alone is known: it may begin in any hole before, and the event may happen."""
    for at in when:
        states = {state.by(at) for state in states} | {_followed(begin, at, None)}
        states |= {state.started(at, None) for state in states}
    return states


def _instants(known: set[int], since: int, until: int) -> list[int]:
    """The instants of a hole that stand for all others; the line that ends it may stand out of order."""
    until = max(since, until)
    ends = {since, until, *(at for at in known if abs(at) < EVER // 2 or at in {since, until})}
    near = {at + far + edge for at in ends for far in (-TEN_MINUTES, 0, TEN_MINUTES) for edge in (-1, 0, 1)}
    found = {at for at in near if since <= at <= until}
    chain = {since, since + 1}
    for _ in range(6):
        chain = {at + TEN_MINUTES + edge for at in chain for edge in (-1, 0)}
        found |= {at for at in chain if at <= until}
    return sorted(found)


def own_starts(log: Log, clock: Clock) -> tuple[int, ...]:
    """The lines that are a start of their own: not those that follow the first of a group within thirty seconds.

    Both in observed time, with no stop between; a line after a hole is a start of its own.
    """
    found: list[int] = []
    group: int | None = None
    holes = set(log.holes())
    for number, line in enumerate(log.lines):
        if line.kind == "stop" or number in holes:
            group = None
        if line.kind == "start" and (group is None or clock.real[number] - clock.real[group] >= GROUP):
            group = number
            found.append(number)
    return tuple(found)


def own_boots(log: Log, clock: Clock) -> tuple[int, ...]:
    """The lines that are a boot of their own."""
    found: list[int] = []
    holes = set(log.holes())
    for number, line in enumerate(log.lines):
        near = found and clock.real[number] - clock.real[found[-1]] < GROUP
        if line.kind == "boot" and not (near and not any(found[-1] < hole <= number for hole in holes)):
            found.append(number)
    return tuple(found)
