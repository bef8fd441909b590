"""Which files were being scanned when the scan service exited: candidates for a look, then perhaps for an exclusion.

The exit's own line may name the file; else it is the last file whose scan had begun and not ended, in the same log
or, by time, in another log of the host, since the scan service writes one of its own.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from faultlog.before import REACH_S, Flight
from faultlog.case import FaultInterval, Offender
from faultlog.model import Instant, Moment, Signal
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
    known = list(logs)
    named = _once([(one, _file(one, known)) for one in signals if one.kind == "scan_service_exited"])
    rows = []
    for fault in sorted({one.fault_id for one in intervals} & SCAN_FAULTS):
        stays = [_reach(one) for one in intervals if one.fault_id == fault]
        counts = Counter(path for one, path in named if any(_lies_in(one.when, stay) for stay in stays))
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


def _reach(interval: FaultInterval) -> tuple[Instant | None, Instant | None]:
    """From when to when an exit counts; a stay whose raise was not seen has no begin to count back from."""
    begin = interval.raised.earliest
    return None if begin is None else begin.moved(-LEAD_S), interval.cleared.latest


def _lies_in(when: Moment, span: tuple[Instant | None, Instant | None]) -> bool:
    begin, end = span
    return (begin is None or begin <= when.earliest) and (end is None or when.latest <= end)


def _file(one: Signal, logs: Sequence[Log]) -> str | None:
    """The file that was being scanned at an exit."""
    if "path" in one.details:
        return one.details["path"]
    own = next((log for log in logs if log.path == one.evidence.file), None)
    beside = [flight for flight in (own.before.flights if own else ()) if flight.line == one.evidence.line]
    if beside:
        return beside[0].path
    others = [_seen(log, flight) for log in logs if log is not own for flight in log.before.flights]
    near = [flight for flight in others if _spans(flight, one.when)]
    return max(near, key=lambda flight: (flight.begun.latest, flight.path)).path if near else None


def _seen(log: Log, flight: Flight) -> _Seen:
    return _Seen(flight.path, log.moment(flight.begun), None if flight.until is None else log.moment(flight.until))


def _spans(flight: _Seen, exit_: Moment) -> bool:
    """Whether a scan had begun by an exit, not long before, and nothing else was heard until it."""
    ago = exit_.latest.since(flight.begun.earliest)
    after = flight.until is None or flight.until.latest.since(exit_.earliest) >= -LAG_S
    return -LAG_S <= ago <= REACH_S and after
