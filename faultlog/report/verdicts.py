"""The headlines of a case: verdicts worst first, and under each fault what to do now."""

from collections.abc import Iterable, Sequence
from functools import partial
from itertools import zip_longest

from rich.text import Text

from faultlog.report.document import CaseDocument
from faultlog.report.ledger import carrying
from faultlog.report.page import DIM, cut
from faultlog.report.rows import Advice, ClockStep, File, Finding, Interval, Remedy
from faultlog.report.sources import contradictions, listed_headline, listed_only
from faultlog.report.stopped import stopped_words
from faultlog.report.view import FINE, Judged, Seen, View, by_fault, judged, mark_of, pattern_words, recurs
from faultlog.wording import safe

MOST_INTERVALS = 3
"""Intervals of one fault that get a headline of their own. Tool default."""
ADVICE_LINES = 6
"""Lines of advice under one fault before the rest is left to the manual. Tool default."""
MOST_FAULTS = 12
"""Faults that get headlines, the worst; the table and --json have the others. Tool default."""
URGENT_FAULTS = 3
"""Faults that get that many lines of advice; later ones get their first advice. Tool default."""
HALF = 0.5
"""Understood share of a log below which the report says so in its headlines. Tool default."""


def headlines(view: View) -> None:
    """Print the verdicts, or that no fault line was recognised, and which logs are hardly understood."""
    groups = by_fault(judged(view))
    told = [partial(_fault, view, group, ADVICE_LINES if place < URGENT_FAULTS else 1)
            for place, group in enumerate(groups[:MOST_FAULTS])]  # fmt: skip
    listed = [partial(listed_headline, view, one) for one in listed_only(view)]
    told[urgent(groups) : urgent(groups)] = listed[:MOST_FAULTS]
    if not groups:
        told.append(partial(_nothing_inside if view.whole.intervals else _nothing_raised, view))
    for tell in told:
        view.page.line()
        tell()
    if len(groups) > MOST_FAULTS:
        view.page.line()
        _detail(view, view.wording.counted("headline.more_faults", len(groups) - MOST_FAULTS))
    contradictions(view)
    for file in view.doc.files:
        if hardly_understood(file):
            _hardly_understood(view, file)


def urgent(groups: Sequence[Sequence[Judged]]) -> int:
    """How many of the groups come before a fault that only a status lists: those that are not fine."""
    return sum(min(row.rank for row in group) < FINE for group in groups)


def _nothing_inside(view: View) -> None:
    """There are intervals, but none touches the window of time that was asked for."""
    view.page.marked("none_raised", view.wording.counted("headline.outside", len(view.whole.intervals)))


def _nothing_raised(view: View) -> None:
    mark, said = nothing_raised(view)
    view.page.marked(mark, said)


def nothing_raised(view: Seen) -> tuple[str, str]:
    """That no fault line was recognised, in how many lines, and what may hide one; with its mark.

    Where reading was stopped, that is said first, and nothing can be said of the bundle.
    """
    lines = sum(file.lines for file in view.doc.files)
    mentions = sum(one.count for one in view.doc.unexplained)
    days = {"days": view.times.days} if view.times.begin is not None else {}
    said = view.wording.words(
        "headline.none_raised.one" if lines == 1 else "headline.none_raised", lines=big(view, lines), **days
    )
    if any(span.kind == "blind" for span in carrying(view)):
        said += view.wording.words("headline.blind")
    if mentions:
        said += view.wording.counted("headline.mentions", mentions)
    stopped = stopped_words(view.wording, view.doc.warnings)
    return ("none_raised", said) if stopped is None else ("indeterminate", f"{stopped} {said}")


def big(view: Seen, count: int) -> str:
    """A count of lines, from a million on in millions.

    1,213,456 is `1.2 M` in English, `121만` in Korean.
    """
    if count < 1_000_000:
        return f"{count:,}"
    if view.wording.language == "ko":
        return f"{count // 10_000:,}만"
    return f"{count // 100_000 / 10:,.1f} M"


def _fault(view: View, group: Sequence[Judged], advice_lines: int) -> None:
    """Everything to say first about one fault."""
    worse = sorted((row for row in group if row.rank < FINE), key=lambda row: row.rank)
    for place, row in enumerate(worse[:MOST_INTERVALS]):
        _urgent(view, row, named=place == 0)
    if len(worse) > MOST_INTERVALS:
        more = view.wording.counted("headline.more_intervals", len(worse) - MOST_INTERVALS)
        _detail(view, more)
    for pattern in view.doc.patterns:
        if pattern.fault_id == group[0].interval.fault_id and recurs(view, pattern):
            said = Text(pattern_words(view, pattern), style="bold")
            view.page.marked("note", said.append(f" · {safe(pattern.id)}", style=DIM))
    _kept(view, group, named=not worse)
    _what_to_do(view, group, advice_lines)


def _urgent(view: View, row: Judged, *, named: bool) -> None:
    for mark, said in unkept(view, row):
        view.page.marked(mark, Text(said, style="bold"))
    _detail(view, " · ".join(facts(view, row, named=named)))


def unkept(view: Seen, row: Judged) -> Iterable[tuple[str, str]]:
    """What is urgent about an interval, with its mark: promises that were not kept; that it is open or unknown."""
    interval, say = row.interval, view.wording
    for finding in row.findings:
        if finding.verdict != "met":
            yield mark_of(finding), say.say(finding.headline)
    if not row.findings:
        gone = interval.cleared.kind == "between" and interval.cleared.reason == "snapshot"
        key = "headline.open" if interval.state == "open" else "headline.gone" if gone else "headline.unknown"
        since = _since(view, interval)
        reason = view.times.reason(interval.cleared.reason)
        said = say.words(key, fault=interval.fault_id, name=view.name_of(interval), since=since, reason=reason)
        yield "open" if interval.state == "open" else "indeterminate", said


def _since(view: Seen, interval: Interval) -> str:
    """When it was raised, with UTC: a headline also stands in lists, whose other times are UTC."""
    raised = interval.raised
    return view.times.both(raised.at) if raised.kind == "observed" else view.times.raised(interval)


def facts(view: Seen, row: Judged, *, named: bool) -> Iterable[str]:
    """What stands under a headline: whose interval it is, and its key instants with UTC."""
    interval, times, say = row.interval, view.times, view.wording
    if named and row.findings:
        severity = f" ({interval.severity})" if interval.severity is not None else ""
        yield view.name_of(interval) + severity
    yield safe(interval.id)
    cleared = interval.cleared
    yield say.words("fact.raised", time=_since(view, interval))
    for finding in row.findings:
        if finding.verdict != "met" and _counts_from_raise(finding):
            yield from _deadline(view, finding)
    started = next((one for one in row.findings if one.anchor is not None and one.anchor.signal != "raised"), None)
    steps = view.set_back_in(interval)
    if started is not None and started.anchor is not None:
        line = started.anchor.evidence
        earlier = [one for one in steps if one.file == line.file and one.line <= line.line]
        yield from map(partial(_set_back, view), earlier)
        steps = steps[len(earlier) :]
        yield say.words(f"fact.{started.anchor.signal}", time=times.both(started.anchor.at))
        yield from _deadline(view, started)
    yield from map(partial(_set_back, view), steps)
    if cleared.kind == "not_before":
        yield times.cleared(interval)
    else:
        ended = times.both(cleared.at) if cleared.kind == "observed" else times.cleared(interval)
        yield say.words("fact.cleared", time=ended)


def _deadline(view: Seen, finding: Finding) -> Iterable[str]:
    if finding.deadline_at is not None:
        key = "fact.deadline.old_clock" if view.by_old_clock(finding) else "fact.deadline"
        yield view.wording.words(key, time=view.times.both(finding.deadline_at))


def _set_back(view: Seen, step: ClockStep) -> str:
    times = view.times
    return view.wording.words("fact.set_back", before=times.short(step.before), after=times.short(step.after))


def _counts_from_raise(finding: Finding) -> bool:
    return finding.anchor is not None and finding.anchor.signal == "raised"


def _detail(view: View, said: str) -> None:
    view.page.hang(" " * view.page.label_width, said, DIM)


def _kept(view: View, group: Sequence[Judged], *, named: bool) -> None:
    """Promises that were kept and stays that simply ended, each kind in one line."""
    kept = list(kept_words(view, group))
    for said in kept:
        view.page.marked("met", said)
    if kept and named:
        _detail(view, view.name_of(group[0].interval))
    ended = ended_words(view, group)
    if ended is not None:
        view.page.marked("cleared", ended)


def kept_words(view: Seen, group: Sequence[Judged]) -> Iterable[str]:
    """The promises that were kept, each once."""
    kept: dict[str, list[Finding]] = {}
    for row in group:
        for finding in row.findings:
            if finding.verdict == "met":
                kept.setdefault(finding.rule, []).append(finding)
    for findings in kept.values():
        tightest = min(findings, key=lambda one: one.margin_s if one.margin_s is not None else 0.0)
        said = view.wording.say(tightest.headline)
        if len(findings) > 1:
            said = view.wording.words("headline.tightest", said=said, count=len(findings))
        yield said


def ended_words(view: Seen, group: Sequence[Judged]) -> str | None:
    """Stays that ended and that nobody had promised anything about."""
    rows = [row for row in group if not row.findings and row.interval.state == "cleared"]
    if not rows:
        return None
    last = rows[-1].interval
    return view.wording.counted(
        "headline.cleared",
        len(rows),
        fault=last.fault_id,
        name=view.name_of(last),
        time=view.times.both(last.cleared.at),
        duration=view.times.duration(last),
    )


def _what_to_do(view: View, group: Sequence[Judged], most: int) -> None:
    """The advice for a fault, or where to find it should the fault come back."""
    page, say, fault = view.page, view.wording, group[0].interval.fault_id
    advice = advice_of(view.doc, fault)
    if not advice:
        _detail(view, say.words("todo.none", fault=fault))
        return
    if not asks(view, group):
        _detail(view, say.words("todo.if_it_returns", command=f"faultlog rules show {fault}"))
        return
    over = all(row.interval.state == "cleared" for row in group)
    page.hang("  ", Text(say.words("todo.over" if over else "todo.now"), style="bold"))
    used = shown = 0
    for number, (one, tried) in enumerate(advice, 1):
        body = advised(view, one, tried)
        spare = number == len(advice)  # the line that would announce it
        if shown and used + len(page.wrapped(body, 5)) > most + spare:
            break
        used += page.hang(f"  {number}. ", body)
        shown = number
    if len(advice) > shown:
        page.hang(
            "     ", say.words("todo.more", count=len(advice) - shown, command=f"faultlog rules show {fault}"), DIM
        )


def asks(view: Seen, group: Sequence[Judged]) -> bool:
    """Whether a fault asks for something to be done: it was not fine, or shows a pattern."""
    fault = group[0].interval.fault_id
    present = any(one.fault_id == fault and one.outcome == "present" for one in view.doc.patterns)
    return present or any(row.rank < FINE for row in group)


def advised(view: View, advice: Advice, tried: Remedy | None = None) -> Text:
    """An advice with the condition nobody could check, and what became of it where it was tried."""
    say = view.wording
    body = Text(say.say(advice.text))
    if advice.condition is not None:
        body.append(f" [{say.say(advice.condition)}]", style="italic")
    if tried is not None:
        body.append(f" [{say.words('todo.tried', time=view.times.both(tried.at))}]", style="italic")
    return body


def advice_of(doc: CaseDocument, fault: int) -> list[tuple[Advice, Remedy | None]]:
    """A fault's advice: first what is left when a remedy did not help, last what was tried in vain, with its remedy."""
    failed = [one for one in doc.remedies if one.fault_id == fault and one.outcome == "did_not_help"]
    left = [advice for remedy in failed for advice in remedy.advice]
    listed = [one for entry in doc.advice if entry.fault_id == fault for one in entry.advice]
    fresh: list[Advice] = []
    for one in (*left, *_in_turn(listed)):
        if one not in fresh:
            fresh.append(one)
    rows = [(one, next((remedy for remedy in failed if _tries(remedy, one)), None)) for one in fresh]
    return sorted(rows, key=lambda row: row[1] is not None)


def _in_turn(advice: Sequence[Advice]) -> list[Advice]:
    """Where the rules of two operating systems advise, one of each in turn, so that neither hides the other."""
    by_rule: dict[object, list[Advice]] = {}
    for one in advice:
        by_rule.setdefault(one.text.params.get("rule"), []).append(one)
    return [one for turn in zip_longest(*by_rule.values()) for one in turn if one is not None]


def _tries(remedy: Remedy, advice: Advice) -> bool:
    """Whether a remedy's event is what an advice asks for: their rules give both the same id."""
    return remedy.id == f"{remedy.interval}-{advice.text.params.get('id')}"


def hardly_understood(file: File) -> bool:
    """Whether under half of a log's sample is understood."""
    return file.sampled > 0 and file.understood < HALF * file.sampled


def hardly_words(view: Seen, file: File) -> str:
    """How little of a log is understood."""
    share = f"{100 * file.understood / file.sampled:.0f} %"
    key = "headline.hardly_understood" if file.understood else "headline.not_understood"
    return view.wording.counted(key, file.sampled, share=share, path=file.path)


def _hardly_understood(view: View, file: File) -> None:
    page, say = view.page, view.wording
    page.line()
    page.marked("unread", Text(hardly_words(view, file), style="bold"))
    for one in [one for one in view.doc.unread if one.example.file == file.path][:3]:
        head = " " * page.label_width + f"{one.count:,} × "
        page.line(Text.assemble(head, cut(one.template, page.width - len(head) - 1)))
    _detail(view, say.words("headline.teach"))
