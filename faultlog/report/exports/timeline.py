"""A case document as the rows of one timeline: no instant is invented, every end has its kind and its bounds."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import isfinite

from faultlog.model import NS
from faultlog.report.document import CaseDocument
from faultlog.report.exports.columns import TimelineRow
from faultlog.report.rows import Change, Contradiction, Evidence, Finding, Interval, Remedy, Signal, Span
from faultlog.report.times import Times, nanoseconds
from faultlog.report.window import Ends, within
from faultlog.values import dataclass
from faultlog.wording import Wording


@dataclass(frozen=True, slots=True)
class Timeline:
    """What every format draws from."""

    doc: CaseDocument
    """The case, its intervals and what belongs to them within the window that was asked for."""
    wording: Wording
    rows: tuple[TimelineRow, ...]
    """By earliest instant; what has no instant at all stands last."""

    @classmethod
    def of(cls, doc: CaseDocument, wording: Wording, window: Ends = (None, None)) -> "Timeline":
        """The timeline of a case, or of what of it may touch a window of time."""
        shown = within(doc, *window)
        made = _Rows(shown, wording, Times.of(doc, wording)).made()
        host, guid = doc.host.name, doc.host.guid
        rows = [replace(row, host=host, host_guid=guid) for row in made if _may_touch(row, window)]
        return cls(shown, wording, tuple(sorted(rows, key=_order)))


def instants_of(row: TimelineRow) -> list[int]:
    """Every instant that bounds a row, in nanoseconds since 1970."""
    bounds = (row.begin_from, row.begin_until, row.end_from, row.end_until)
    return [ns for at in bounds if (ns := nanoseconds(at)) is not None]


def _order(row: TimelineRow) -> tuple[bool, int]:
    known = instants_of(row)
    return (not known, min(known, default=0))


def _may_touch(row: TimelineRow, window: Ends) -> bool:
    """Whether a row may lie in a window: what belongs to an interval is shown with it, what has no instant always."""
    known, (since, until) = instants_of(row), window
    if row.interval is not None or not known:
        return True
    return (until is None or min(known) <= until.ns) and (since is None or max(known) >= since.ns)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Makes the rows of a document."""

    doc: CaseDocument
    wording: Wording
    times: Times

    def made(self) -> Iterable[TimelineRow]:
        doc, intervals = self.doc, {one.id: one for one in self.doc.intervals}
        yield from map(self._interval, doc.intervals)
        for finding in doc.findings:
            yield self._finding(finding, intervals.get(finding.interval))
        yield from map(self._remedy, doc.remedies)
        yield from map(self._contradiction, doc.contradictions)
        yield from (self._signal(number, one) for number, one in enumerate(doc.signals, 1))
        yield from (self._change(number, one) for number, one in enumerate(doc.changes, 1))
        holes = dict.fromkeys(one for one in doc.coverage if one.kind != "live")
        yield from (self._hole(number, one) for number, one in enumerate(holes, 1))

    def _interval(self, one: Interval) -> TimelineRow:
        severity = {} if one.severity is None else {"severity": one.severity}
        said = self.wording.words(
            "export.interval",
            fault=one.fault_id,
            name=self.wording.say(one.title),
            state=self.times.state(one),
            duration=self.times.duration(one),
            **severity,
        )
        row = TimelineRow(
            id=one.id,
            kind="interval",
            what="fault",
            fault_id=one.fault_id,
            interval=one.id,
            begin_kind=one.raised.kind,
            begin_from=one.raised.at,
            begin_until=one.raised.at if one.raised.kind == "observed" else one.raised.until,
            begin_reason=one.raised.reason,
            duration_min_s=one.duration_s[0],
            duration_max_s=_bounded(one.duration_s[1]),
            state=one.state,
            may_be_several=one.may_be_several,
            duplicate_raises=one.duplicate_raises,
            severity=one.severity,
            message=said,
        )
        return _resting_on(_ending(row, one), one.evidence)

    def _finding(self, one: Finding, interval: Interval | None) -> TimelineRow:
        """A verdict begins at its deadline, a breach ends with its interval.

        A breach whose deadline is not known had certainly happened when the fault was last seen raised.
        """
        ending = interval if one.verdict == "breached" else None
        by = None if ending is None else ending.cleared.at
        row = TimelineRow(
            id=one.id,
            kind="finding",
            what=one.rule,
            fault_id=one.fault_id,
            interval=one.interval,
            begin_kind="computed" if one.deadline_at is not None else "unknown" if by is None else "not_after",
            begin_from=one.deadline_at,
            begin_until=by if one.deadline_at is None else one.deadline_at,
            verdict=one.verdict,
            margin_s=_bounded(one.margin_s),
            breaches=one.breaches,
            severity=None if interval is None else interval.severity,
            level=one.level,
            message=self.wording.say(one.headline),
        )
        evidence = [] if interval is None else interval.evidence
        row = _resting_on(row, evidence if one.anchor is None else [one.anchor.evidence])
        return row if ending is None else _ending(row, ending)

    def _remedy(self, one: Remedy) -> TimelineRow:
        times = {} if one.at is None else {"time": self.times.both(one.at)}
        event = self.wording.words(f"event.{one.event}")
        said = self.wording.words(f"remedy.{one.outcome}", fault=one.fault_id, event=event, **times)
        row = _point(TimelineRow(id=one.id, kind="remedy", what=one.event, begin_kind="unknown", message=said), one.at)
        return replace(row, fault_id=one.fault_id, interval=one.interval, outcome=one.outcome)

    def _contradiction(self, one: Contradiction) -> TimelineRow:
        said = self.wording.say(one.headline)
        row = TimelineRow(id=one.id, kind="contradiction", what=one.kind, begin_kind="unknown", message=said)
        row = replace(_point(row, one.at), fault_id=one.fault_id, interval=one.interval, level=one.level)
        return _resting_on(row, one.evidence)

    def _signal(self, number: int, one: Signal) -> TimelineRow:
        about = {} if one.fault_id is None else {"fault": one.fault_id}
        said = self.wording.words("export.signal", what=self.wording.words(f"signal.{one.kind}"), **about)
        name = f"signal-{number}"
        row = _point(TimelineRow(id=name, kind="signal", what=one.kind, begin_kind="unknown", message=said), one.at)
        return _resting_on(replace(row, fault_id=one.fault_id, severity=one.severity), [one.evidence])

    def _change(self, number: int, one: Change) -> TimelineRow:
        ends = {name: text for name, text in (("before", one.from_), ("after", one.to)) if text is not None}
        said = self.wording.words("export.change", what=self.wording.words(f"export.what.{one.what}"), **ends)
        name = f"change-{number}"
        row = _point(TimelineRow(id=name, kind="change", what=one.what, begin_kind="unknown", message=said), one.at)
        return _resting_on(replace(row, before=one.from_, after=one.to), [one.evidence])

    def _hole(self, number: int, one: Span) -> TimelineRow:
        key = f"coverage.{one.reason}"
        reason = self.wording.words(key) if self.wording.has(key) else one.reason
        log = {} if one.file is None else {"file": one.file.rpartition("/")[2]}
        begin, end = nanoseconds(one.from_), nanoseconds(one.to)
        length = None if begin is None or end is None else (end - begin) / NS
        return TimelineRow(
            id=f"hole-{number}",
            kind="hole",
            what=one.kind,
            begin_kind="observed",
            begin_from=one.from_,
            begin_until=one.from_,
            end_kind="observed",
            end_from=one.to,
            end_until=one.to,
            duration_min_s=length,
            duration_max_s=length,
            reason=one.reason,
            message=self.wording.words(f"export.hole.{one.kind}", reason=reason, **log),
            file=one.file,
        )


def _bounded(seconds: float | None) -> float | None:
    """A length; what is endless is unbounded."""
    return seconds if seconds is not None and isfinite(seconds) else None


def _point(row: TimelineRow, at: str | None) -> TimelineRow:
    """A row at an instant, or at none."""
    return row if at is None else replace(row, begin_kind="observed", begin_from=at, begin_until=at)


def _ending(row: TimelineRow, interval: Interval) -> TimelineRow:
    """A row that ends with an interval."""
    end = interval.cleared
    until = end.at if end.kind == "observed" else end.until
    return replace(row, end_kind=end.kind, end_from=end.at, end_until=until, end_reason=end.reason)


def _resting_on(row: TimelineRow, evidence: Sequence[Evidence]) -> TimelineRow:
    """A row with the first line that it rests on."""
    if not evidence:
        return row
    return replace(row, file=evidence[0].file, line=evidence[0].line, text=evidence[0].text)
