"""What of a case is shown: the part that touches a window of time. Nothing is analysed anew, no verdict changes."""

from dataclasses import replace

from faultlog.model import Instant
from faultlog.report.document import CaseDocument
from faultlog.report.rows import Interval, Signal

Ends = tuple[Instant | None, Instant | None]
"""From and until, both included; `None` is unbounded."""


def within(document: CaseDocument, since: Instant | None, until: Instant | None) -> CaseDocument:
    """The document with only the intervals that may touch the window, and what belongs to them.

    Coverage, audit, yield and assumptions stay whole: they say what the answer rests on.
    """
    if since is None and until is None:
        return document
    intervals = [one for one in document.intervals if _touches(_reach(one), (since, until))]
    kept = {one.id for one in intervals}
    faults = {one.fault_id for one in intervals}
    return replace(
        document,
        intervals=intervals,
        findings=[one for one in document.findings if one.interval in kept],
        remedies=[one for one in document.remedies if one.interval in kept],
        contradictions=[
            one
            for one in document.contradictions
            if one.interval in kept or _touches((_instant(one.at), _instant(one.at)), (since, until))
        ],
        patterns=[one for one in document.patterns if one.fault_id in faults],
        advice=[one for one in document.advice if one.fault_id in faults],
        preceding=[one for one in document.preceding if one.interval in kept],
        examined=[one for one in document.examined if one.interval in kept],
        offenders=[one for one in document.offenders if one.fault_id in faults],
        signals=[one for one in document.signals if _touches(_at(one), (since, until))],
    )


def _reach(interval: Interval) -> Ends:
    """From when to when the fault may have been raised."""
    cleared = interval.cleared
    latest = {"observed": cleared.at, "between": cleared.until}.get(cleared.kind)
    return _instant(interval.raised.at), _instant(latest)


def _at(signal: Signal) -> Ends:
    at = _instant(signal.at)
    return at, at


def _instant(text: str | None) -> Instant | None:
    return None if text is None else Instant.of(text)


def _touches(one: Ends, other: Ends) -> bool:
    return _before(one[0], other[1]) and _before(other[0], one[1])


def _before(begin: Instant | None, end: Instant | None) -> bool:
    return begin is None or end is None or begin <= end
