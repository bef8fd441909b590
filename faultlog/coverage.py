"""What was observed: the coverage ledger of a host.

Silence inside one continuous rotation set is observed time. A **dead** span (connector stopped until it starts again)
hides nothing. A **blind** hole (a missing rotation, suppressed messages, a file cut short) may hide anything.
Verdicts on faults use the ledger of the logs that carry fault lines, never of the longest file.
"""

import bisect
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import accumulate

from faultlog.case import Coverage
from faultlog.model import Instant, Reason, Signal
from faultlog.values import dataclass


@dataclass(frozen=True, slots=True)
class Stretch:
    """One file's part of a rotation set's time."""

    file: str
    first: Instant
    last: Instant
    lost: str | None = None
    """Why lines right before it are missing for certain; `None` where it goes on from the stretch before."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """The observed time of one or several rotation sets as spans that do not overlap, in time order."""

    spans: tuple[Coverage, ...]
    refuted: frozenset[int] = frozenset()
    """Faults of which another source tells what these logs should show and do not: their silence proves nothing."""
    reason: Reason = "console_only"
    """Why nothing was observed, where there are no spans."""

    def of(self, fault_id: int) -> "Ledger":
        """What was observed of one fault: nothing where the logs' silence about it is refuted."""
        return Ledger((), reason="contradicted") if fault_id in self.refuted else self

    def observed(self, begin: Instant, end: Instant) -> bool:
        """Whether all the time between two instants, both included, was observed."""
        return any(span.observed and span.from_ <= begin <= span.to for span in self.spans) and (
            self.seen_until(begin) >= end
        )

    @property
    def begin(self) -> Instant | None:
        """Where observation begins; `None` if nothing was observed."""
        return self.spans[0].from_ if self.spans else None

    @property
    def end(self) -> Instant | None:
        """Where observation ends; `None` if nothing was observed."""
        return self.spans[-1].to if self.spans else None

    @property
    def is_cut(self) -> bool:
        """Whether the log goes on behind its end: lines that were written are lost."""
        return bool(self.spans) and not self.spans[-1].observed

    def reaches_end(self, seen: Instant) -> bool:
        """Whether what was seen until an instant was seen until the log ends by itself."""
        return seen == self.end and not self.is_cut

    def seen_until(self, at: Instant) -> Instant:
        """How far the unbroken observation that holds `at` reaches; `at` itself where `at` was not observed."""
        index = bisect.bisect_left(self.spans, at, key=lambda span: span.to)
        if index < len(self.spans) and _hides_until(self.spans[index], at):
            index += 1
        reach = at
        while index < len(self.spans) and self.spans[index].observed and self.spans[index].from_ <= reach:
            reach = max(reach, self.spans[index].to)
            index += 1
        return reach


def _hides_until(span: Coverage, at: Instant) -> bool:
    """Whether a blind hole ends at an instant, so that the instant itself is seen."""
    return not span.observed and span.from_ < span.to == at


def spans_of(stretches: Sequence[Stretch], lost: str | None = None) -> list[Coverage]:
    """The spans of one rotation set: what is missing between two files is a blind hole, however short.

    Args:
        stretches: what each stamped file shows, oldest file first.
        lost: why lines behind the last of them are missing for certain; `None` where the log ends there.
    """
    spans: list[Coverage] = []
    for stretch in stretches:
        if spans:
            spans += _between(spans[-1], stretch)
        begin = stretch.first if not spans else max(stretch.first, spans[-1].to)
        if begin <= stretch.last:
            spans.append(Coverage(begin, stretch.last, "live", "logged", stretch.file))
    if spans and lost is not None:
        spans.append(Coverage(spans[-1].to, spans[-1].to, "blind", lost, spans[-1].file))
    return spans


def _between(before: Coverage, after: Stretch) -> Iterable[Coverage]:
    if before.to > after.first or (before.to == after.first and after.lost is None):
        return
    if after.lost is not None:
        yield Coverage(before.to, after.first, "blind", after.lost, before.file)
    else:
        yield Coverage(before.to, after.first, "live", "rotated", after.file)


def ledger_of(series: Iterable[Sequence[Coverage]], dead: Sequence[Coverage], hiding: Sequence[Signal]) -> Ledger:
    """The ledger over some rotation sets: united, with what signals say of dead and blind spans laid over.

    Args:
        series: the spans of each rotation set.
        dead: the dead spans of the host.
        hiding: the signals of these rotation sets that say that lines are left out, in time order.
    """
    spans = _united([span for one in series for span in one])
    for overlay in [*_touching(dead, spans), *_suppressed(hiding, spans)]:
        first = bisect.bisect_left(spans, overlay.from_, key=lambda span: span.to)
        behind = bisect.bisect_right(spans, overlay.to, first, key=lambda span: span.from_)
        spans[first:behind] = _laid_over(spans[first:behind], overlay)
    return Ledger(tuple(spans))


def _united(spans: Iterable[Coverage]) -> list[Coverage]:
    """Union of spans: what any set observed is observed; a gap between sets is a blind hole."""
    given = list(spans)
    holes = _Holes([span for span in given if not span.observed])
    result: list[Coverage] = []
    for span in sorted((span for span in given if span.observed), key=lambda span: (span.from_, span.to)):
        if not result or span.from_ > result[-1].to:
            if result:
                reason = holes.reason(result[-1].to, span.from_) or "not_logged"
                result.append(Coverage(result[-1].to, span.from_, "blind", reason, result[-1].file))
            result.append(span)
        elif span.to > result[-1].to:
            end = result[-1].to
            result += holes.at(end) if end == span.from_ else ()
            result.append(replace(span, from_=end))
    return result + [hole for hole in holes.given[-1:] if result and hole.from_ == hole.to == result[-1].to]


class _Holes:
    """Blind spans of several rotation sets, by their times."""

    def __init__(self, given: Sequence[Coverage]) -> None:
        self.given = given
        self._at = defaultdict[Instant, list[Coverage]](list)
        for hole in given:
            if hole.from_ == hole.to:
                self._at[hole.from_].append(hole)
        self._ordered = sorted(enumerate(given), key=lambda one: one[1].from_)
        self._reach = list(accumulate((hole.to for _, hole in self._ordered), max))

    def at(self, instant: Instant) -> Sequence[Coverage]:
        """Those that begin and end with an instant."""
        return self._at.get(instant, ())

    def reason(self, after: Instant, before: Instant) -> str | None:
        """Of the first that was given of those that lie between two instants, in part at least."""
        first = bisect.bisect_right(self._reach, after)
        end = bisect.bisect_left(self._ordered, before, first, key=lambda one: one[1].from_)
        inside = (number for number, hole in self._ordered[first:end] if hole.to > after)
        found = min(inside, default=None)
        return None if found is None else self.given[found].reason


def _touching(dead: Sequence[Coverage], spans: Sequence[Coverage]) -> Sequence[Coverage]:
    """The dead spans that lie in some spans, or touch them."""
    if not spans:
        return ()
    first = bisect.bisect_left(dead, spans[0].from_, key=lambda span: span.to)
    return dead[first : bisect.bisect_right(dead, spans[-1].to, first, key=lambda span: span.from_)]


def dead_spans(signals: Iterable[Signal]) -> Iterable[Coverage]:
    """From a stop of the connector to the next start, or boot, whichever comes first: in order, none in another.

    Args:
        signals: all signals of the host, in time order.
    """
    stopped: Signal | None = None
    for signal in signals:
        if signal.kind == "connector_stopped" and stopped is None:
            stopped = signal
        elif signal.kind in {"connector_started", "boot"} and stopped is not None:
            if stopped.when.latest < signal.when.earliest:
                yield Coverage(
                    stopped.when.latest, signal.when.earliest, "dead", "connector_stopped", stopped.evidence.file
                )
            stopped = None


def _suppressed(signals: Iterable[Signal], spans: Sequence[Coverage]) -> Iterable[Coverage]:
    """What a logger left out: from the line before, or where it says that it begins, to the line that says so.

    Where it begins and never says that it has ended, to the end of the log. Several senders may be left out at once:
    the hole ends when the last of them is told.
    """
    dropping: list[Signal] = []
    for signal in signals:
        if signal.kind == "dropping":
            dropping.append(signal)
        elif signal.kind == "suppressed":
            end = signal.when.latest
            rotated = (span.from_ for span in spans if span.reason == "rotated" and span.to == signal.when.earliest)
            begin = signal.since.earliest if signal.since is not None else next(rotated, end)
            begin = min(begin, end, *(one.when.earliest for one in dropping[:1]))
            del dropping[-1:]
            yield Coverage(begin, end, "blind", "suppressed", signal.evidence.file)
    if dropping and spans and dropping[0].when.earliest < spans[-1].to:
        first = dropping[0]
        yield Coverage(first.when.earliest, spans[-1].to, "blind", "suppressed", first.evidence.file)


def _laid_over(spans: Sequence[Coverage], top: Coverage) -> list[Coverage]:
    """The spans with `top` in place of whatever lies under it; outside all spans it adds nothing."""
    result: list[Coverage] = []
    laid = False
    for span in spans:
        begin, end = max(span.from_, top.from_), min(span.to, top.to)
        if begin > end or not span.observed or (begin == end and (laid or top.from_ < top.to)):
            result.append(span)
            continue
        laid = True
        before, after = replace(span, to=begin), replace(span, from_=end)
        result += [before] if before.from_ < before.to or begin == end else []
        result.append(replace(top, from_=begin, to=end))
        result += [after] if after.from_ < after.to else []
    return result
