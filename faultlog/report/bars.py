"""The compact time line: one bar per fault over the observed span, an event row and an axis."""

from dataclasses import dataclass

from rich.text import Text

from faultlog.model import Instant
from faultlog.report.page import DIM
from faultlog.report.rows import Interval
from faultlog.report.times import nanoseconds
from faultlog.report.view import Judged, View, by_fault, judged
from faultlog.rotation import series_of

MOST_FAULTS = 8
"""Faults that get a bar, worst first. Tool default."""

QUIET, OPEN, UNSURE, BLIND = "·", "█", "▒", "░"
ONWARDS, BEFORE, START, BOOT = "▶", "◀", "↑", "⇡"


@dataclass(frozen=True, slots=True)
class Scale:
    """Instants laid onto cells."""

    begin: int
    """Nanoseconds since 1970 at the left edge."""
    end: int
    cells: int

    def cell(self, ns: int) -> int:
        """The cell an instant falls into; the last one for the end itself."""
        share = (ns - self.begin) * self.cells // max(1, self.end - self.begin)
        return min(self.cells - 1, max(0, share))

    def holds(self, ns: int) -> bool:
        """Whether an instant lies inside."""
        return self.begin <= ns <= self.end


def timeline(view: View) -> None:
    """Print the bars, unless nothing was raised or nothing is dated."""
    groups = by_fault(judged(view))
    edges = _edges(view)
    if not groups or edges is None:
        return
    page, say = view.page, view.wording
    label = max(len(say.words("bars.fault", fault=group[0].interval.fault_id)) for group in groups[:MOST_FAULTS])
    label = max(Text(say.words("bars.events")).cell_len, Text("x" * label).cell_len, 9) + 2
    scale = Scale(*edges, max(20, page.width - label - 4))
    page.heading(say.words("title.timeline"))
    blind = _blind(view, scale)
    rows = [_bar(group, scale, blind) for group in groups[:MOST_FAULTS]]
    for group, cells in zip(groups, rows, strict=False):
        _row(view, say.words("bars.fault", fault=group[0].interval.fault_id), label, "".join(cells))
    events = _events(view, scale)
    if events.strip():
        _row(view, say.words("bars.events"), label, events)
    _axis(view, label, scale)
    _legend(view, label, "".join("".join(row) for row in rows) + events)
    if len(groups) > MOST_FAULTS:
        page.hang("  ", say.counted("bars.more", len(groups) - MOST_FAULTS), DIM)


def _row(view: View, name: str, label: int, cells: str) -> None:
    head = Text(f"  {name}")
    head.append(" " * max(1, label + 2 - head.cell_len))
    view.page.line(Text.assemble(head, cells))


def _family(path: str) -> str:
    """The log a file is a part of: its path without the suffixes of rotation and compression."""
    base = path.rpartition("/")[2]
    for suffix in (".gz", ".bz2", ".xz"):
        base = base.removesuffix(suffix)
    return series_of(path, base)


def _carrying(view: View) -> set[str]:
    """The logs that carry fault lines."""
    return {_family(line.file) for one in view.doc.intervals for line in one.evidence}


def _edges(view: View) -> tuple[int, int] | None:
    """First and last instant of what was observed of the logs that carry fault lines, and of every interval."""
    logs = _carrying(view)
    spans = [span for span in view.doc.coverage if span.file is None or _family(span.file) in logs]
    ends = [at for span in spans for at in (span.from_, span.to)]
    ends += [at for one in view.doc.intervals for at in _ends(one) if at is not None]
    known = [ns for at in ends if (ns := nanoseconds(at)) is not None]
    return (min(known), max(known)) if known else None


def _ends(interval: Interval) -> tuple[str | None, ...]:
    return (interval.raised.at, interval.raised.until, interval.cleared.at, interval.cleared.until)


def _blind(view: View, scale: Scale) -> set[int]:
    """Cells that a blind hole touches, and those that no log reaches."""
    logs = _carrying(view)
    cells: set[int] = set()
    seen: set[int] = set()
    for span in view.doc.coverage:
        begin, end = nanoseconds(span.from_), nanoseconds(span.to)
        if begin is not None and end is not None and (span.file is None or _family(span.file) in logs):
            touched = range(scale.cell(begin), scale.cell(end) + 1)
            seen.update(touched)
            cells.update(touched if span.kind == "blind" else ())
    return cells | (set(range(scale.cells)) - seen if seen else set())


def _bar(group: list[Judged], scale: Scale, blind: set[int]) -> list[str]:
    """One fault's cells."""
    cells = [QUIET] * scale.cells
    for row in group:
        _paint(cells, row.interval, scale)
    for cell in blind:
        if cells[cell] in {QUIET, OPEN}:
            cells[cell] = BLIND
    for row in group:
        _paint_ends(cells, row.interval, scale)
    return cells


def _paint(cells: list[str], interval: Interval, scale: Scale) -> None:
    """Fill what is certainly raised, and what may be."""
    known = [nanoseconds(at) for at in _ends(interval)]
    first, begin, end, last = (None if ns is None else scale.cell(ns) for ns in known)
    inner = begin if begin is not None else first
    outer = end if end is not None else last
    if inner is None or outer is None:
        return
    for cell in range(inner if first is None else first, max(outer, last or 0) + 1):
        sure = inner <= cell <= outer
        if sure or cells[cell] == QUIET:
            cells[cell] = OPEN if sure else UNSURE


def _paint_ends(cells: list[str], interval: Interval, scale: Scale) -> None:
    """Signs for an unknown begin and an end that nobody saw."""
    until, seen = nanoseconds(interval.raised.until), nanoseconds(interval.cleared.at)
    if interval.raised.kind == "not_after" and until is not None:
        cells[scale.cell(until)] = BEFORE
    if interval.cleared.kind == "not_before" and seen is not None:
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
    first, middle, last = (_time(view, scale.begin + (scale.end - scale.begin) * part // 2) for part in range(3))
    room = scale.cells - len(first) - len(last)
    if room < 1:
        return
    filling = middle.center(room) if room > len(middle) + 8 else " " * room
    view.page.line(Text(" " * (label + 2) + first + filling + last, style=DIM))


def _time(view: View, ns: int) -> str:
    return view.times.short(str(Instant(ns - ns % 1_000_000_000)))


def _legend(view: View, label: int, used: str) -> None:
    signs = {
        OPEN: "raised",
        UNSURE: "unsure",
        ONWARDS: "onwards",
        BEFORE: "before",
        BLIND: "blind",
        START: "start",
        BOOT: "boot",
    }
    said = "  ".join(f"{sign} {view.wording.words(f'bars.{name}')}" for sign, name in signs.items() if sign in used)
    view.page.hang(" " * (label + 2), said, DIM)
