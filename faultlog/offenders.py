"""Which files were being scanned when the scan service exited: candidates for a look, then perhaps for an exclusion.

The exit's own line may name the file; else it is the last file whose scan had begun and not ended, in the same log
or, by time, in another log of the host, since the scan service writes one of its own.
"""

import bisect
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import accumulate
from math import inf

from faultlog.before import REACH_S, Flight
from faultlog.case import FaultInterval, Offender
from faultlog.model import NS, Instant, Moment, Signal
from faultlog.preceding import Log
from faultlog.values import dataclass

SCAN_FAULTS = frozenset({6, 7})
"""Faults whose cause may be a file that the scan service dies on: rows 6 and 7 of the vendor's table."""
LEAD_S = 1800.0
"""An exit this long before a raise still counts for it: the fault is raised after repeated exits. Tool default."""
LAG_S = 2.0
"""Two logs of one host may be this much apart about one exit. Tool default."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A flight on the host's time line."""

    log: str
    path: str
    begun: Moment
    until: Moment | None


def offenders(
    intervals: Sequence[FaultInterval], signals: Iterable[Signal], logs: Iterable[Log]
) -> tuple[Offender, ...]:
    """The files by fault, most often met first; exits that no line explains last.

    Args:
        intervals: of one host. An exit counts for a fault once if it lies in a stay of it or up to half an hour before.
        signals: every signal of the host.
        logs: every log of the host, with the files being scanned before each exit.
    """
    exits = [one for one in signals if one.kind == "scan_service_exited"]
    flights = _Flights(list(logs) if exits else [])
    named = _once([(one, flights.file(one)) for one in exits])
    rows = []
    for fault in sorted({one.fault_id for one in intervals} & SCAN_FAULTS):
        stays = _Stays([one for one in intervals if one.fault_id == fault])
        counts = Counter(path for one, path in named if stays.hold(one.when))
        ordered = sorted(counts.items(), key=lambda item: (item[0] is None, -item[1], item[0] or ""))
        rows += [Offender(fault, path, count) for path, count in ordered]
    return tuple(rows)


def _once(named: Iterable[tuple[Signal, str | None]]) -> list[tuple[Signal, str | None]]:
    """The exits, one that two logs tell of once, with the file that either names."""
    found: list[tuple[Signal, str | None]] = []
    for one, path in named:
        last, known = found[-1] if found else (one, None)
        told = last.series != one.series and one.when.earliest.since(last.when.earliest) <= LAG_S
        if told:
            found[-1] = last, known or path
        else:
            found.append((one, path))
    return found


class _Stays:
    """From when to when exits count for a fault; a stay whose raise was not seen has no begin to count back from."""

    def __init__(self, intervals: Iterable[FaultInterval]) -> None:
        spans = sorted(
            (_ns(one.raised.earliest, -inf) - round(LEAD_S * NS), _ns(one.cleared.latest, inf)) for one in intervals
        )
        self._begins = [begin for begin, _ in spans]
        self._reach = list(accumulate((end for _, end in spans), max))

    def hold(self, when: Moment) -> bool:
        """Whether an exit certainly lies in one of them."""
        begun = bisect.bisect_right(self._begins, when.earliest.ns)
        return begun > 0 and when.latest.ns <= self._reach[begun - 1]


def _ns(at: Instant | None, else_: float) -> float:
    return else_ if at is None else at.ns


class _Flights:
    """What was being scanned when, in all logs of a host."""

    def __init__(self, logs: Sequence[Log]) -> None:
        self._own = {(log.path, one.line): one.path for log in logs for one in reversed(log.before.flights)}
        self._seen = sorted(
            (_seen(log, flight) for log in logs for flight in log.before.flights), key=lambda one: one.begun.earliest
        )

    def file(self, one: Signal) -> str | None:
        """The file that was being scanned at an exit."""
        if "path" in one.details:
            return one.details["path"]
        beside = self._own.get((one.evidence.file, one.evidence.line))
        if beside is not None:
            return beside
        others = (flight for flight in self._near(one.when) if flight.log != one.evidence.file)
        near = [flight for flight in others if _spans(flight, one.when)]
        return max(near, key=lambda flight: (flight.begun.latest, flight.path)).path if near else None

    def _near(self, exit_: Moment) -> Sequence[_Seen]:
        """What begun around an exit, and not long before."""
        span = (exit_.latest.moved(-REACH_S), exit_.latest.moved(LAG_S))
        first = bisect.bisect_left(self._seen, span[0], key=lambda flight: flight.begun.earliest)
        return self._seen[first : bisect.bisect_right(self._seen, span[1], first, key=lambda one: one.begun.earliest)]


def _seen(log: Log, flight: Flight) -> _Seen:
    until = None if flight.until is None else log.moment(flight.until)
    return _Seen(log.path, flight.path, log.moment(flight.begun), until)


def _spans(flight: _Seen, exit_: Moment) -> bool:
    """Whether nothing else was heard until an exit behind the begin of a scan."""
    return flight.until is None or flight.until.latest.since(exit_.earliest) >= -LAG_S
