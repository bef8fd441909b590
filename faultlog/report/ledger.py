"""The coverage ledger of the logs that carry fault lines: one row of cells, and every span that was not observed."""

from collections.abc import Sequence

from rich.text import Text

from faultlog.report.page import DIM
from faultlog.report.rows import Span
from faultlog.report.scale import Scale
from faultlog.report.times import nanoseconds
from faultlog.report.view import Seen, View
from faultlog.rotation import series_of
from faultlog.wording import safe

MOST_HOLES = 4
"""Spans that are listed: blind ones before dead ones, the longest of them. Tool default."""

LIVE, DEAD, BLIND = "━", "┄", "░"

SIGNS = {"live": LIVE, "dead": DEAD, "blind": BLIND}
"""By kind of a span, the most telling last: where two touch one cell, it is drawn."""


def carrying(view: Seen) -> list[Span]:
    """The spans of the logs that carry fault lines; of all logs where none does."""
    logs = {_family(line.file) for one in view.whole.intervals for line in one.evidence}
    spans = {(span.from_, span.to, span.kind, span.reason, span.file): span for span in view.doc.coverage}
    mine = [span for span in spans.values() if span.file is None or _family(span.file) in logs]
    return mine or list(spans.values())


def _family(path: str) -> str:
    """The log a file is a part of, wherever it lies: its name without the suffixes of rotation and compression.

    Not its folder: one log may lie in several, as two bundles of one host hold it.
    """
    base = path.rpartition("/")[2]
    for suffix in (".gz", ".bz2", ".xz"):
        base = base.removesuffix(suffix)
    return series_of(base, base)


def observed(spans: Sequence[Span], scale: Scale) -> str:
    """The row of cells: live, dead, or blind; also where no log reaches."""
    cells = [BLIND] * scale.cells
    for kind, sign in SIGNS.items():
        for span in spans:
            begin, end = nanoseconds(span.from_), nanoseconds(span.to)
            if span.kind == kind and begin is not None and end is not None:
                for cell in scale.touched(begin, end):
                    cells[cell] = sign
    return "".join(cells)


def holes(view: View, spans: Sequence[Span]) -> None:
    """One line per span that was not observed: from when to when, why, and in which file; the rest counted."""
    page, say = view.page, view.wording
    rows = sorted((span for span in spans if span.kind != "live"), key=lambda span: (span.kind, -_length(span)))
    for span in sorted(rows[:MOST_HOLES], key=lambda span: (span.kind, span.from_)):
        body = Text(f"{when(view, span)}  {why(view, span)}")
        body.append("" if span.file is None else f" · {safe(span.file.rpartition('/')[2])}", style=DIM)
        page.hang(f"  {SIGNS[span.kind]} ", body)
    if len(rows) > MOST_HOLES:
        page.hang("    ", say.counted("holes.more", len(rows) - MOST_HOLES), DIM)


def _length(span: Span) -> int:
    return (nanoseconds(span.to) or 0) - (nanoseconds(span.from_) or 0)


def when(view: Seen, span: Span) -> str:
    """From when to when a span lies."""
    begin, end = view.times.short(span.from_), view.times.short(span.to)
    return begin if begin == end else view.wording.words("span", begin=begin, end=end)


def why(view: Seen, span: Span) -> str:
    """What a span is: why nothing was observed."""
    key = f"coverage.{span.reason}"
    return view.wording.words(key) if view.wording.has(key) else safe(span.reason)
