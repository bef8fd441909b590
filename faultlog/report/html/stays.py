"""All that is known of one interval: its ends, its verdicts step by step, its lines, and what preceded it."""

from collections.abc import Iterable

from faultlog.report.html.cards import Badge, badge
from faultlog.report.html.cutting import cut
from faultlog.report.html.lanes import severity_of
from faultlog.report.page import MOST_RAW
from faultlog.report.preceded import STANDS_OUT, chance, change_words, changed
from faultlog.report.rows import Evidence, Finding, Interval, Preceding, Remedy, Signal, Why
from faultlog.report.sourced import sourced
from faultlog.report.view import Judged, Seen, judged, mark_of
from faultlog.values import dataclass
from faultlog.wording import Wording

MOST_LINES = 12
"""Lines of evidence of one interval that are quoted. Tool default."""
MOST_SHAPES = 8
"""Shapes of lines before a raise that are listed. Tool default."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a log, with its place."""

    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """A sentence, and the line it rests on."""

    said: str
    line: Line | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A verdict, the promise it judges and every step towards it."""

    id: str
    badge: Badge
    said: str
    facts: tuple[str, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One interval with all that is known of it."""

    id: str
    fault: str
    name: str
    severity: str
    severity_class: str
    state: str
    state_word: str
    badges: tuple[Badge, ...]
    cells: tuple[tuple[str, str], ...]
    verdicts: tuple[Verdict, ...]
    remedies: tuple[Step, ...]
    lines: tuple[Step, ...]
    more_lines: str
    looked: tuple[str, ...]
    shapes: tuple[tuple[str, ...], ...]
    command: str


def worst_first(view: Seen) -> list[Judged]:
    """Every interval with its verdicts, the worst first."""
    return sorted(judged(view), key=lambda row: row.rank)


def all_known(view: Seen, one: Judged, signals: dict[tuple[str, int], Signal]) -> Row:
    """All that is known of one interval."""
    interval, say = one.interval, view.wording
    told = {(step.evidence.file, step.evidence.line) for found in one.findings for step in found.why if step.evidence}
    lines = [line for line in interval.evidence if (line.file, line.line) not in told]
    remedies = [found for found in view.doc.remedies if found.interval == interval.id]
    return Row(
        id=interval.id,
        fault=str(interval.fault_id),
        name=view.name_of(interval),
        severity="" if interval.severity is None else interval.severity,
        severity_class=severity_of(interval),
        state=interval.state,
        state_word=view.times.state(interval),
        badges=tuple(badge(mark, say) for mark in dict.fromkeys(mark_of(found) for found in one.findings)),
        cells=tuple(_cells(view, interval)),
        verdicts=tuple(verdict(say, found, old_clock=view.by_old_clock(found)) for found in one.findings),
        remedies=tuple(_remedy(view, found) for found in remedies),
        lines=tuple(_told(view, line, signals) for line in lines[:MOST_LINES]),
        more_lines=say.counted("explain.more_lines", len(lines) - MOST_LINES) if len(lines) > MOST_LINES else "",
        looked=tuple(_looked(view, interval)),
        shapes=tuple(_shape(found) for found in view.preceding.get(interval.id, ())[:MOST_SHAPES]),
        command=view.explain(interval.id),
    )


def _cells(view: Seen, interval: Interval) -> Iterable[tuple[str, str]]:
    say, times = view.wording, view.times
    yield (
        say.words("column.raised"),
        times.both(interval.raised.at) if interval.raised.kind == "observed" else (times.raised(interval)),
    )
    for step in view.set_back_in(interval):
        before, after = times.both(step.before), times.both(step.after)
        yield say.words("column.clock"), say.words("explain.set_back", before=before, after=after)
    yield (
        say.words("column.cleared"),
        times.both(interval.cleared.at) if interval.cleared.kind == "observed" else (times.cleared(interval)),
    )
    yield say.words("column.duration"), times.duration(interval)
    if interval.duplicate_raises:
        yield say.words("column.duplicates"), f"{interval.duplicate_raises:,}"
    if len(interval.severities) > 1:
        changes = [f"{one.severity} {times.short(one.at)}" for one in interval.severities[:MOST_LINES]]
        yield say.words("column.severity"), " → ".join(changes)


def verdict(say: Wording, finding: Finding, *, old_clock: bool = False) -> Verdict:
    """A verdict with its promise and its steps, each with its line; whether its clock was set before the deadline."""
    promise = finding.expectation
    promised = say.words(f"promise.{promise.kind}.{promise.after}", within_s=promise.within_s)
    facts = [say.words("explain.promise", promise=promised, source=sourced(promise.source, say))]
    if finding.deadline_at is not None:
        key = "explain.deadline.old_clock" if old_clock else "explain.deadline"
        facts.append(say.words(key, time=say.instant(finding.deadline_at)))
    if finding.breaches > 1:
        facts.append(say.words("explain.breaches", count=f"{finding.breaches:,}"))
    steps = tuple(_step(say, one) for one in finding.why[:MOST_LINES])
    return Verdict(finding.id, badge(mark_of(finding), say), say.say(finding.headline), tuple(facts), steps)


def _step(say: Wording, why: Why) -> Step:
    return Step(say.say(why.text), None if why.evidence is None else quoted(say, why.evidence))


def quoted(say: Wording, evidence: Evidence) -> Line:
    """A line of evidence with its file and line."""
    place = say.words("explain.place", file=cut(evidence.file), line=evidence.line, offset=evidence.offset)
    return Line(place, cut(evidence.text, MOST_RAW))


def _told(view: Seen, line: Evidence, signals: dict[tuple[str, int], Signal]) -> Step:
    """A line of evidence, with what it means and when it was written."""
    signal = signals.get((line.file, line.line))
    kind = view.wording.words(f"signal.{signal.kind}" if signal is not None else "explain.other_source")
    time = view.wording.instant(signal.at) if signal is not None and signal.at is not None else ""
    return Step("  ".join(filter(None, (kind, time))), quoted(view.wording, line))


def _remedy(view: Seen, remedy: Remedy) -> Step:
    say = view.wording
    times = {} if remedy.at is None else {"time": view.times.both(remedy.at)}
    event = say.words(f"event.{remedy.event}")
    said = say.words(f"remedy.{remedy.outcome}", fault=remedy.fault_id, event=event, **times)
    missing = "" if remedy.missing is None else say.say(remedy.missing)
    return Step(f"{said}. {missing}".strip(), None)


def _looked(view: Seen, interval: Interval) -> Iterable[str]:
    """What was compared before the raise, or why nothing was; what changed before."""
    looked, say = view.examined.get(interval.id), view.wording
    if looked is not None and looked.missing is not None:
        yield say.say(looked.missing)
    elif looked is not None:
        standing = any(one.p <= STANDS_OUT for one in view.preceding.get(interval.id, ()))
        key = "before.shapes" if standing else "before.nothing"
        yield say.words(key, lines=f"{looked.lines:,}", sampled=f"{looked.sampled:,}")
    changes = [change_words(view, one, ago) for one, ago in changed(view, interval)]
    if changes:
        yield say.words("before.changed", changes=" · ".join(changes))


def _shape(one: Preceding) -> tuple[str, ...]:
    return (f"{one.count:,}", f"{one.expected:,.3g}", f"{one.lift:,.3g} ×", chance(one.p), cut(one.template))
