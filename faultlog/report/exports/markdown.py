"""A summary for a ticket in Markdown: what went wrong, when, what to do, what it rests on; short, no HTML."""

import io
import re
from collections.abc import Iterable, Sequence

from rich.console import Console

from faultlog.report import about
from faultlog.report.exports.timeline import Timeline
from faultlog.report.footing import assumed
from faultlog.report.page import Page
from faultlog.report.times import NEVER
from faultlog.report.verdicts import advice_of, advised, unkept
from faultlog.report.view import FINE, Judged, View, by_fault, judged, pattern_words, recurs
from faultlog.wording import safe

MOST_ROWS = 20
"""Intervals in the table, the worst; the other formats have all. Tool default."""
MOST_FAULTS = 5
"""Faults whose advice is written out. Tool default."""

_SIGNS = re.compile(r"[\\`*_{}\[\]<>|#~&!]|^[-+=]")
_NUMBERED = re.compile(r"^(\d+)([.)])(?=\s|$)")


def markdown_of(timeline: Timeline) -> bytes:
    """The summary, UTF-8."""
    page = Page(Console(file=io.StringIO(), width=100), timeline.wording)
    view = View.of(timeline.doc, page)
    parts = [_title(view), _verdicts(view), _intervals(view), _advice(view), _assumptions(view)]
    return ("\n\n".join("\n".join(part) for part in parts if part) + "\n").encode()


def escaped(text: str) -> str:
    r"""A text that Markdown shows as it is.

    >>> escaped("a|b <i>*c*")
    'a\\|b \\<i\\>\\*c\\*'
    """
    return _NUMBERED.sub(r"\1\\\2", _SIGNS.sub(r"\\\g<0>", safe(text)))


def _title(view: View) -> list[str]:
    parts = [*about.named(view.doc.host, view.wording), f"{view.times.span} {view.times.zone}"]
    return [f"## {escaped(view.doc.bundle.name)}", "", escaped(" · ".join(parts))]


def _verdicts(view: View) -> list[str]:
    """What triage says first, worst first: promises not kept, faults still open, what comes back, sources that differ.

    Promises that were kept stand last.
    """
    say = view.wording
    rows = sorted(judged(view), key=lambda row: row.rank)
    came_back = say.words("export.pattern")
    said = [cells for row in rows for cells in _unkept(view, row)]
    patterns = (one for one in view.doc.patterns if recurs(view, one))
    said += [_cells(came_back, pattern_words(view, one), one.id) for one in patterns]
    told = say.words("export.contradiction")
    said += [_cells(told, say.say(one.headline), one.interval or NEVER) for one in view.doc.contradictions]
    kept = [(one, row.interval.id) for row in rows for one in row.findings if one.verdict == "met"]
    said += [_cells(say.words("export.verdict.met"), say.say(one.headline), name) for one, name in kept]
    return _table(view, ("verdict", "what", "id"), said[:MOST_ROWS], len(said))


def _unkept(view: View, row: Judged) -> Iterable[str]:
    """The rows of what is urgent about an interval."""
    if row.rank >= FINE:
        return
    say = view.wording
    unmet = [say.words(f"export.verdict.{one.verdict}") for one in row.findings if one.verdict != "met"]
    words = unmet or [say.words(f"state.{row.interval.state}")]
    for word, (_, said) in zip(words, unkept(view, row), strict=True):
        yield _cells(word, said, row.interval.id)


def _cells(*cells: str) -> str:
    return f"| {' | '.join(map(escaped, cells))} |"


def _intervals(view: View) -> list[str]:
    rows = sorted(judged(view), key=lambda row: row.rank)
    if not rows:
        return [view.wording.words("export.none")]
    names = ("id", "fault", "severity", "raised", "cleared", "duration", "state")
    return _table(view, names, [_row(view, row) for row in rows[:MOST_ROWS]], len(rows))


def _row(view: View, row: Judged) -> str:
    one, times = row.interval, view.times
    name = f"{one.fault_id} {view.name_of(one)}"
    ends = (times.raised(one), times.cleared(one), times.duration(one), times.state(one))
    return _cells(one.id, name, one.severity or NEVER, *ends)


def _table(view: View, names: Sequence[str], rows: Sequence[str], total: int) -> list[str]:
    if not rows:
        return []
    heads = [view.wording.words(f"column.{name}") for name in names]
    more = ["", view.wording.words("export.more", count=f"{total - len(rows):,}")] if total > len(rows) else []
    return [f"| {' | '.join(heads)} |", "|" + " --- |" * len(heads), *rows, *more]


def _advice(view: View) -> list[str]:
    faults = [group[0].interval.fault_id for group in by_fault(judged(view))]
    said = [line for fault in faults[:MOST_FAULTS] for line in _advice_on(view, fault)]
    return [f"### {view.wording.words('export.advice')}", *said] if said else []


def _advice_on(view: View, fault: int) -> Iterable[str]:
    found = advice_of(view.doc, fault)
    if found:
        yield ""
        yield f"{view.wording.words('bars.fault', fault=fault)}:"
        yield ""
    for number, (advice, tried) in enumerate(found, 1):
        yield f"{number}. {escaped(advised(view, advice, tried).plain)}"


def _assumptions(view: View) -> list[str]:
    said = [f"- {escaped(one)}" for one in assumed(view)]
    return [f"### {view.wording.words('title.assumptions')}", "", *said] if said else []
