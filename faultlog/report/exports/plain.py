"""The timeline as a table to read: one row a line, times on the host's own clock."""

import io
from collections.abc import Iterable, Sequence

from rich.cells import cell_len, set_cell_size
from rich.console import Console

from faultlog.report.exports.columns import TimelineRow
from faultlog.report.exports.timeline import Timeline
from faultlog.report.page import Page, answer_console
from faultlog.report.times import NEVER, Times
from faultlog.wording import safe

LEAST = 24
"""Columns that a message takes beside what stands before it; where there are fewer it has lines of its own."""


def table_of(timeline: Timeline) -> bytes:
    """The rows as text, as wide as the terminal, else 100 columns."""
    page = Page(Console(file=io.StringIO(), width=answer_console().width, color_system=None), timeline.wording)
    times, say = Times.of(timeline.doc, timeline.wording), timeline.wording
    heads = [say.words(f"column.{name}") for name in ("begin", "end", "id", "event")]
    rows = [heads, *([_begin(row, times), _end(row, times), safe(row.id), row.message] for row in timeline.rows)]
    widths = [max(cell_len(row[column]) for row in rows) for column in range(3)]
    day = " ".join(part for part in (times.day, times.zone) if part)
    return "".join(
        f"{line}\n" for line in (day, *(line for row in rows for line in _lines(page, row, widths)))
    ).encode()


def _lines(page: Page, row: Sequence[str], widths: Sequence[int]) -> Iterable[str]:
    """A row on one line, or on more where its message is too long; only then is it wrapped, which takes time."""
    cells = [set_cell_size(cell, width + page.gap) for cell, width in zip(row, widths, strict=False)]
    head = "  " + "".join(cells)
    if cell_len(head) + cell_len(row[-1]) <= page.width:
        yield head + row[-1]
        return
    if cell_len(head) + LEAST > page.width:
        yield "  " + "".join(cells[:2]).rstrip()
        yield from (f"    {line.plain}".rstrip() for line in page.wrapped(f"{row[2]}  {row[-1]}", 4))
        return
    for number, line in enumerate(page.wrapped(row[-1], cell_len(head))):
        yield (head if number == 0 else " " * cell_len(head)) + line.plain.rstrip()


def _begin(row: TimelineRow, times: Times) -> str:
    if row.begin_from == row.begin_until:
        return times.short(row.begin_from) if row.begin_from is not None else "?"
    if row.begin_from is None:
        return f"≤ {times.short(row.begin_until)}"
    return f"{times.short(row.begin_from)} – {times.short(row.begin_until)}"


def _end(row: TimelineRow, times: Times) -> str:
    if row.end_kind is None:
        return ""
    if row.end_kind == "observed":
        return times.short(row.end_from)
    if row.end_kind == "not_before":
        return f"> {times.short(row.end_from)}"
    return f"{times.short(row.end_from)} – {times.short(row.end_until) if row.end_until is not None else NEVER}"
