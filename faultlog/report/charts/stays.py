"""Intervals as stretches of time: what was certainly raised, what perhaps, with which severity, and how it ends."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Literal

from faultlog.report.charts.frame import Frame
from faultlog.report.rows import Interval, Span
from faultlog.report.times import ends_of, nanoseconds
from faultlog.report.view import Seen
from faultlog.values import dataclass

Times = tuple[int, int]
"""Begin and end, nanoseconds since 1970."""

Tip = Literal["seen", "unseen", "open"]
"""How an end is drawn: a straight edge, a torn one, an arrow."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of an interval that looks alike all along."""

    begin: int
    end: int
    sure: bool
    severity: str | None


def _sure(begin: int, end: int, severity: str | None) -> Stretch:
    return Stretch(begin, end, sure=True, severity=severity)


def _perhaps(begin: int, end: int, severity: str | None) -> Stretch:
    return Stretch(begin, end, sure=False, severity=severity)


@dataclass(frozen=True, slots=True)
class Stay:
    """An interval laid onto time."""

    interval: Interval
    stretches: tuple[Stretch, ...]
    begins: Tip
    ends: Tip

    @property
    def reach(self) -> Times:
        """From when to when it is drawn."""
        return self.stretches[0].begin, max(one.end for one in self.stretches)


def blind_times(spans: Sequence[Span]) -> list[Times]:
    """When nothing was observed and anything may have happened."""
    ends = [(nanoseconds(one.from_), nanoseconds(one.to)) for one in spans if one.kind == "blind"]
    return sorted((begin, end) for begin, end in ends if begin is not None and end is not None and begin < end)


def stay_of(view: Seen, interval: Interval, frame: Frame, blind: Sequence[Times]) -> Stay | None:
    """An interval's stretches that touch the frame; `None` where it has no date or lies outside."""
    found = [part for one in _told(view, interval, frame) for part in _by_severity(interval, one)]
    seen = [part for one in found for part in _by_sight(one, blind)]
    shown = tuple(one for one in seen if one.begin <= frame.end and one.end >= frame.begin)
    if not shown:
        return None
    begins: Tip = "unseen" if interval.raised.kind == "not_after" else "seen"
    ends: Tip = "seen" if interval.cleared.kind != "not_before" else "open" if interval.state == "open" else "unseen"
    return Stay(interval, shown, begins, ends)


def _told(view: Seen, interval: Interval, frame: Frame) -> list[Stretch]:
    """What the ends say: certain between the latest raise and the earliest clear, perhaps up to the outer ends."""
    first, begin, end, last = (nanoseconds(at) for at in ends_of(interval))
    inner, outer = begin if begin is not None else first, end if end is not None else last
    if inner is None or outer is None:
        return []
    steps = view.set_back_in(interval)
    if steps:
        begins = (inner, *(nanoseconds(one.after) or inner for one in steps))
        ends = (*(nanoseconds(one.before) or outer for one in steps), outer)
        return [_sure(one, max(one, other), None) for one, other in zip(begins, ends, strict=True)]
    if interval.cleared.kind == "not_before" and interval.state == "unknown":
        last = max(frame.end, outer)
    return list(_around(first, (inner, outer), last))


def _around(first: int | None, sure: Times, last: int | None) -> Iterable[Stretch]:
    inner, outer = sure
    if inner > outer:  # the two ranges overlap: it may have been raised for no time at all
        yield _perhaps(outer if first is None else min(first, outer), max(inner, last or inner), None)
        return
    if first is not None and first < inner:
        yield _perhaps(first, inner, None)
    yield _sure(inner, outer, None)
    if last is not None and last > outer:
        yield _perhaps(outer, last, None)


def _by_severity(interval: Interval, part: Stretch) -> Iterable[Stretch]:
    """A stretch cut where a raise stated another severity."""
    rows = [(nanoseconds(one.at), one.severity) for one in interval.severities]
    told = sorted(((ns, severity) for ns, severity in rows if ns is not None), key=lambda row: row[0])
    before = [severity for ns, severity in told if ns <= part.begin]
    first = before[-1] if before else told[0][1] if told else interval.severity
    inside = [(ns, severity) for ns, severity in told if part.begin < ns < part.end]
    for (begin, severity), (end, _) in pairwise([(part.begin, first), *inside, (part.end, None)]):
        yield Stretch(begin, end, part.sure, severity)


def _by_sight(part: Stretch, blind: Sequence[Times]) -> Iterable[Stretch]:
    """A stretch, uncertain where nothing was observed."""
    at = part.begin
    for begin, end in blind:
        if not part.sure or end <= at or begin >= part.end:
            continue
        if begin > at:
            yield _sure(at, begin, part.severity)
        yield _perhaps(max(at, begin), min(end, part.end), part.severity)
        at = min(end, part.end)
    if at < part.end or part.begin == part.end:
        yield Stretch(at, part.end, part.sure, part.severity)
