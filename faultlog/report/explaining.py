"""Why faultlog says what it says: the chain of evidence of one interval, finding, remedy or pattern, line by line."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from rich.console import Console
from rich.text import Text

from faultlog.errors import UnknownName
from faultlog.report.document import CaseDocument
from faultlog.report.footing import assumed
from faultlog.report.page import DIM, Page
from faultlog.report.preceded import before_interval
from faultlog.report.rows import ClockStep, Contradiction, Evidence, Finding, Interval, Pattern, Remedy, Why
from faultlog.report.sourced import sourced
from faultlog.report.sources import contradiction
from faultlog.report.verdicts import advised
from faultlog.report.view import View, mark_of, pattern_words
from faultlog.wording import Wording, safe

MOST_NAMES = 60
"""Ids that an error names. Tool default."""
MOST_LINES = 100
"""Lines of evidence of one interval or pattern that are quoted. Tool default."""


def render_explanation(doc: CaseDocument, name: str, wording: Wording, console: Console) -> None:
    """Print the chain of evidence of one id.

    Args:
        doc: the case.
        name: id of an interval (`f6-1`), a finding (`f6-1-ten-minutes-after-start`), a remedy or a pattern.
        wording: the language, and the zone of the times.
        console: where it goes.

    Raises:
        UnknownName: the case has no such id; names those it has.
    """
    view = View.of(doc, Page(console, wording))
    explained = next((explain for known, explain in _explanations(view) if known == name), None)
    if explained is None:
        raise UnknownName(_no_such(doc, name))
    explained()


def _explanations(view: View) -> Iterator[tuple[str, Callable[[], None]]]:
    """Every id of the case, with what prints its explanation."""
    doc = view.doc
    yield from ((one.id, partial(_interval, view, one)) for one in doc.intervals)
    yield from ((one.id, partial(_one_finding, view, one)) for one in doc.findings)
    yield from ((one.id, partial(_one_remedy, view, one)) for one in doc.remedies)
    yield from ((one.id, partial(_one_pattern, view, one)) for one in doc.patterns)
    yield from ((one.id, partial(_one_contradiction, view, one)) for one in doc.contradictions)


def _kinds(doc: CaseDocument) -> tuple[list[Interval], list[Finding], list[Remedy], list[Pattern], list[Contradiction]]:
    """Everything that has an id."""
    return doc.intervals, doc.findings, doc.remedies, doc.patterns, doc.contradictions


def _no_such(doc: CaseDocument, name: str) -> str:
    ids = [one.id for kind in _kinds(doc) for one in kind]
    if not ids:
        return (
            f"nothing is called {name!r}: no fault was recognised in {doc.bundle.name}, so there is nothing to explain"
        )
    more = f", … and {len(ids) - MOST_NAMES} more" if len(ids) > MOST_NAMES else ""
    return f"nothing in {doc.bundle.name} is called {name!r}; there are: {', '.join(ids[:MOST_NAMES])}{more}"


def _interval(view: View, interval: Interval) -> None:
    """Everything about one stay of a fault; its lines are listed where the findings do not quote them all."""
    _facts(view, interval)
    findings = view.findings_of(interval)
    told = {
        (step.evidence.file, step.evidence.line) for one in findings for step in one.why if step.evidence is not None
    }
    if not {(line.file, line.line) for line in interval.evidence} <= told:
        view.page.heading(view.wording.words("title.evidence"))
        _lines(view, interval.evidence)
    for finding in findings:
        _finding(view, finding)
    for remedy in [one for one in view.doc.remedies if one.interval == interval.id]:
        _remedy(view, remedy)
    before_interval(view, interval)
    _assumed(view)


def _one_finding(view: View, finding: Finding) -> None:
    for interval in view.doc.intervals:
        if interval.id == finding.interval:
            _facts(view, interval)
    _finding(view, finding)
    _assumed(view)


def _one_remedy(view: View, remedy: Remedy) -> None:
    for interval in view.doc.intervals:
        if interval.id == remedy.interval:
            _facts(view, interval)
            view.page.heading(view.wording.words("title.evidence"))
            _lines(view, interval.evidence)
    _remedy(view, remedy)
    _assumed(view)


def _one_pattern(view: View, pattern: Pattern) -> None:
    page, say = view.page, view.wording
    titles = [view.name_of(one) for one in view.doc.intervals if one.fault_id == pattern.fault_id]
    page.hang("", Text.assemble((safe(pattern.id), "bold"), f"  {_called(view, pattern.fault_id, titles)}"))
    outcome = say.words(f"presence.{pattern.outcome}")
    said = pattern_words(view, pattern) if pattern.outcome == "present" else pattern.pattern
    page.hang("", f"{outcome}: {safe(said)}")
    if pattern.missing is not None:
        page.hang("", say.say(pattern.missing))
    rule = say.pattern_of(pattern.fault_id, pattern.pattern, view.doc.host.os)
    if rule is not None:
        page.hang("", say.words("explain.source", source=sourced(rule.source, say)), DIM)
    if pattern.evidence:
        page.heading(say.words("title.evidence"))
        _lines(view, pattern.evidence)
    _assumed(view)


def _one_contradiction(view: View, one: Contradiction) -> None:
    """What two sources say, with a line of each."""
    for interval in view.doc.intervals:
        if interval.id == one.interval:
            _facts(view, interval)
            view.page.line()
    contradiction(view, one)
    view.page.heading(view.wording.words("title.evidence"))
    _lines(view, one.evidence)
    _assumed(view)


def _called(view: View, fault: int, titles: list[str]) -> str:
    return f"{view.wording.words('bars.fault', fault=fault)}: {titles[0]}" if titles else ""


def _facts(view: View, interval: Interval) -> None:
    """Which interval, from when to when, and how well that is known."""
    page, say = view.page, view.wording
    called = _called(view, interval.fault_id, [view.name_of(interval)])
    severity = f" ({interval.severity})" if interval.severity is not None else ""
    page.hang("", Text.assemble((safe(interval.id), "bold"), f"  {called}{severity}"))
    rows = [
        ("raised", _raised(view, interval)),
        *(("clock", _set_back(view, one)) for one in view.set_back_in(interval)),
        ("cleared", _cleared(view, interval)),
        ("duration", view.times.duration(interval)),
        ("state", view.times.state(interval)),
    ]
    if interval.duplicate_raises:
        rows.append(("duplicates", f"{interval.duplicate_raises:,}"))
    if len(interval.severities) > 1:
        rows.append(
            ("severity", " → ".join(f"{one.severity} {view.times.short(one.at)}" for one in interval.severities))
        )
    width = 2 + max(Text(say.words(f"column.{name}")).cell_len for name, _ in rows)
    for name, said in rows:
        head = Text(say.words(f"column.{name}"), style="dim")
        head.append(" " * (width - head.cell_len))
        page.hang(head, said)


def _set_back(view: View, step: ClockStep) -> str:
    before, after = (_exact(view, at) for at in (step.before, step.after))
    return view.wording.words("explain.set_back", before=before, after=after)


def _raised(view: View, interval: Interval) -> str:
    end = interval.raised
    key = f"explain.raised.{end.kind}"
    return view.wording.words(key, **_filled(view, end.at, end.until), reason=view.times.reason(end.reason))


def _cleared(view: View, interval: Interval) -> str:
    end = interval.cleared
    key = f"explain.cleared.{end.kind}"
    return view.wording.words(key, **_filled(view, end.at, end.until), reason=view.times.reason(end.reason))


def _filled(view: View, at: str | None, until: str | None) -> dict[str, str]:
    """The instants an end has, in full, with UTC."""
    return {name: _exact(view, value) for name, value in (("time", at), ("until", until)) if value is not None}


def _exact(view: View, at: str) -> str:
    """An instant with every digit on the host's clock, and as the document writes it in UTC."""
    said = view.wording.instant(at)
    return said if view.wording.is_utc(at) else f"{said} ({safe(at)})"


def _lines(view: View, evidence: Iterable[Evidence]) -> None:
    """Lines of a log, each with its signal, time and place."""
    known = {(one.evidence.file, one.evidence.line): one for one in view.doc.signals}
    rows = list(evidence)
    for number, line in enumerate(rows[:MOST_LINES], 1):
        signal = known.get((line.file, line.line))
        kind = view.wording.words(f"signal.{signal.kind}" if signal is not None else "explain.other_source")
        time = _exact(view, signal.at) if signal is not None and signal.at is not None else ""
        said = "  ".join(part for part in (kind, time) if part)
        if said:
            view.page.hang(f"  {number:>2}. ", said)
        _place(view, line)
    if len(rows) > MOST_LINES:
        view.page.hang("  ", view.wording.counted("explain.more_lines", len(rows) - MOST_LINES), DIM)


def _place(view: View, line: Evidence) -> None:
    """Where a line stands, and the line."""
    place = view.wording.words("explain.place", file=line.file, line=line.line, offset=line.offset)
    view.page.hang("      ", place, DIM)
    view.page.quote(line.text, 6)


def _finding(view: View, finding: Finding) -> None:
    """A verdict, the promise it judges and every step towards it."""
    page, say, promise = view.page, view.wording, finding.expectation
    page.line()
    page.marked(mark_of(finding), Text(say.say(finding.headline), style="bold"))
    key = f"promise.{promise.kind}.{promise.after}"
    page.hang(
        "  ",
        say.words(
            "explain.promise", promise=say.words(key, within_s=promise.within_s), source=sourced(promise.source, say)
        ),
    )
    if finding.deadline_at is not None:
        key = "explain.deadline.old_clock" if view.by_old_clock(finding) else "explain.deadline"
        page.hang("  ", say.words(key, time=_exact(view, finding.deadline_at)))
    if finding.breaches > 1:
        page.hang("  ", say.words("explain.breaches", count=f"{finding.breaches:,}"))
    page.hang("  ", f"{finding.id} · {finding.rule}", DIM)
    for number, step in enumerate(finding.why, 1):
        _step(view, number, step)


def _step(view: View, number: int, step: Why) -> None:
    utc = [str(value) for name, value in sorted(step.text.params.items()) if name == "at" or name.endswith("_at")]
    foreign = [at for at in utc if not view.wording.is_utc(at)]
    said = view.wording.say(step.text)
    view.page.hang(f"  {number:>2}. ", f"{said} ({safe(' – '.join(foreign))})" if foreign else said)
    if step.evidence is not None:
        _place(view, step.evidence)


def _remedy(view: View, remedy: Remedy) -> None:
    page, say = view.page, view.wording
    page.line()
    times = {} if remedy.at is None else {"time": _exact(view, remedy.at)}
    said = say.words(
        f"remedy.{remedy.outcome}", fault=remedy.fault_id, event=say.words(f"event.{remedy.event}"), **times
    )
    page.hang("", Text(said, style="bold"))
    if remedy.missing is not None:
        page.hang("  ", say.say(remedy.missing))
    page.hang("  ", safe(remedy.id), DIM)
    for signal in view.doc.signals:
        if signal.kind == remedy.event and signal.at is not None and signal.at == remedy.at:
            _place(view, signal.evidence)
    for advice in remedy.advice:
        page.hang("  → ", advised(view, advice))


def _assumed(view: View) -> None:
    said = assumed(view)
    if not said:
        return
    view.page.heading(view.wording.words("title.assumptions"))
    for number, one in enumerate(said, 1):
        view.page.hang(f"  {number}. ", one)
