"""What an interval looks like on a timeline: what is certain, what is not, its deadlines, its ends that nobody saw."""

from collections.abc import Iterable, Sequence

from faultlog.report.html.drawing import Axis, Piece, piece, sign
from faultlog.report.rows import Finding, Interval
from faultlog.report.times import ends_of, nanoseconds


def reach_of(interval: Interval, axis: Axis) -> tuple[int, int] | None:
    """From when to when a fault may have been raised."""
    known = [ns for at in ends_of(interval) if (ns := nanoseconds(at)) is not None]
    if not known:
        return None
    hidden = interval.cleared.kind == "not_before" and interval.state == "unknown"
    return min(known), axis.end if hidden else max(known)


def stretch(interval: Interval, axis: Axis) -> Iterable[Piece]:
    """From the raise to the clear, as far as both are known; nothing where neither is."""
    reach = reach_of(interval, axis)
    if reach is None:
        return
    first, begin, end, last = (nanoseconds(at) for at in ends_of(interval))
    inner = begin if begin is not None else first
    outer = end if end is not None else last
    if (inner, outer) != reach:
        yield piece(axis, "unsure", *reach)
    if inner is not None and outer is not None and inner <= outer:
        yield piece(axis, "sure", inner, outer)


def deadlines(findings: Sequence[Finding], interval: Interval, axis: Axis) -> Iterable[Piece]:
    """Each deadline, and by how much it was broken."""
    ended = nanoseconds(interval.cleared.at)
    for one in findings:
        at = nanoseconds(one.deadline_at)
        if at is None or not axis.holds(at):
            continue
        if one.verdict == "breached" and ended is not None and ended > at:
            yield piece(axis, "breach", at, ended)
        yield sign(axis, "deadline", at)


def unseen_ends(interval: Interval, axis: Axis) -> Iterable[Piece]:
    """Signs for a begin and an end that nobody saw."""
    until, seen = nanoseconds(interval.raised.until), nanoseconds(interval.cleared.at)
    if interval.raised.kind == "not_after" and until is not None:
        yield sign(axis, "before", until)
    if interval.state == "open" and seen is not None:
        yield sign(axis, "onwards", seen)
