"""The compact time line: one bar per fault, a row of events, one of what was observed, an axis and the holes."""

from collections.abc import Sequence

from rich.text import Text

from faultlog.report.ledger import BLIND, DEAD, LIVE, carrying, holes, observed
from faultlog.report.page import DIM
from faultlog.report.rows import ClockStep, Interval, Span
from faultlog.report.scale import Scale
from faultlog.report.times import ends_of, nanoseconds
from faultlog.report.view import Judged, View, by_fault, judged

MOST_FAULTS = 8
"""Faults that get a bar, worst first. Tool default."""

QUIET, OPEN, UNSURE = "·", "█", "▒"
ONWARDS, BEFORE, START, BOOT = "▶", "◀", "↑", "⇡"


def timeline(view: View) -> None:
    """Print the bars and the ledger, unless nothing was raised and nothing is hidden, or nothing is dated."""
    groups, spans = by_fault(judged(view)), carrying(view)
    edges = _edges(view, spans)
    if edges is None or not (groups or any(span.kind == "blind" for span in spans)):
        return
    page, say = view.page, view.wording
    shown = groups[:MOST_FAULTS]
    names = [say.words("bars.fault", fault=group[0].interval.fault_id) for group in shown]
    rest = (say.words("bars.events"), say.words("bars.observed"))
    label = max(9, *(Text(name).cell_len for name in (*names, *rest))) + 2
    scale = Scale(*edges, max(20, page.width - label - 4))
    page.heading(say.words("title.timeline"))
    ledger = observed(spans, scale) if spans else ""
    blind = {cell for cell, sign in enumerate(ledger) if sign == BLIND}
    rows = [(name, "".join(_bar(view, group, scale, blind))) for name, group in zip(names, shown, strict=True)]
    events = _events(view, scale)
    rows += [(say.words("bars.events"), events)] if events.strip() else []
    rows += [(say.words("bars.observed"), ledger)] if ledger else []
    for name, cells in rows:
        _row(view, name, label, cells)
    _axis(view, label, scale)
    _legend(view, label, "".join(cells for _, cells in rows))
    if len(groups) > MOST_FAULTS:
        page.hang("  ", say.counted("bars.more", len(groups) - MOST_FAULTS), DIM)
    holes(view, spans)


def _row(view: View, name: str, label: int, cells: str) -> None:
    head = Text(f"  {name}")
    head.append(" " * max(1, label + 2 - head.cell_len))
    view.page.line(Text.assemble(head, cells))


def _edges(view: View, spans: Sequence[Span]) -> tuple[int, int] | None:
    """First and last instant of what was observed of the logs that carry fault lines, and of every interval."""
    ends = [at for span in spans for at in (span.from_, span.to)]
    ends += [at for one in view.doc.intervals for at in ends_of(one) if at is not None]
    known = [ns for at in ends if (ns := nanoseconds(at)) is not None]
    return (min(known), max(known)) if known else None


def _bar(view: View, group: list[Judged], scale: Scale, blind: set[int]) -> list[str]:
    """One fault's cells."""
    cells = [QUIET] * scale.cells
    for row in group:
        _paint(cells, row.interval, view.set_back_in(row.interval), scale)
    for cell in blind:
        cells[cell] = BLIND
    for row in group:
        _paint_ends(cells, row.interval, scale)
    return cells


def _paint(cells: list[str], interval: Interval, steps: Sequence[ClockStep], scale: Scale) -> None:
    """Fill what is certainly raised, and what may be; where the clock was set back meanwhile, both sides of that."""
    if steps:
        begins = (interval.raised.at, *(step.after for step in steps))
        ends = (*(step.before for step in steps), interval.cleared.at)
        for begun, ended in zip(begins, ends, strict=True):
            touched = scale.touched(nanoseconds(begun) or 0, nanoseconds(ended) or 0)
            cells[touched.start : touched.stop] = OPEN * len(touched)
        return
    known = [nanoseconds(at) for at in ends_of(interval)]
    first, begin, end, last = (None if ns is None else scale.cell(ns) for ns in known)
    inner = begin if begin is not None else first
    outer = end if end is not None else last
    if inner is None or outer is None:
        return
    if interval.cleared.kind == "not_before" and interval.state == "unknown":
        last = scale.cells - 1
    for cell in range(inner if first is None else first, max(outer, last or 0) + 1):
        sure = inner <= cell <= outer
        if sure or cells[cell] == QUIET:
            cells[cell] = OPEN if sure else UNSURE


def _paint_ends(cells: list[str], interval: Interval, scale: Scale) -> None:
    """Signs for an unknown begin and an end that nobody saw."""
    until, seen = nanoseconds(interval.raised.until), nanoseconds(interval.cleared.at)
    if interval.raised.kind == "not_after" and until is not None:
        cells[scale.cell(until)] = BEFORE
    if interval.state == "open" and seen is not None:
        cells[scale.cell(seen)] = ONWARDS


def _events(view: View, scale: Scale) -> str:
    """Connector starts, and boots over them."""
    cells = [" "] * scale.cells
    for kind, sign in (("connector_started", START), ("boot", BOOT)):
        for signal in view.doc.signals:
            ns = nanoseconds(signal.at)
            if signal.kind == kind and ns is not None and scale.holds(ns):
                cells[scale.cell(ns)] = sign
    return "".join(cells)


def _axis(view: View, label: int, scale: Scale) -> None:
    """The local time at both edges, and in the middle where there is room."""
    first, middle, last = (view.times.second(scale.begin + (scale.end - scale.begin) * part // 2) for part in range(3))
    room = scale.cells - len(first) - len(last)
    if room < 1:
        return
    filling = middle.center(room) if room > len(middle) + 8 else " " * room
    view.page.line(Text(" " * (label + 2) + first + filling + last, style=DIM))


def _legend(view: View, label: int, used: str) -> None:
    signs = {
        OPEN: "raised",
        UNSURE: "unsure",
        ONWARDS: "onwards",
        BEFORE: "before",
        START: "start",
        BOOT: "boot",
        LIVE: "live",
        DEAD: "dead",
        BLIND: "blind",
    }
    room, lines = view.page.width - label - 2, [""]
    for said in (f"{sign} {view.wording.words(f'bars.{name}')}  " for sign, name in signs.items() if sign in used):
        if lines[-1] and Text(f"{lines[-1]}{said}".rstrip()).cell_len > room:
            lines.append("")
        lines[-1] += said
    for line in lines:
        view.page.line(Text(" " * (label + 2) + line, style=DIM))
