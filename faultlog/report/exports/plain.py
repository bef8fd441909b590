"""The timeline as a table to read: one row a line, times on the host's own clock."""

import io
import sys

from rich.console import Console
from rich.text import Text

from faultlog.report.exports.columns import TimelineRow
from faultlog.report.exports.timeline import Timeline
from faultlog.report.page import Page, answer_console, grid
from faultlog.report.times import NEVER, Times
from faultlog.wording import safe


def table_of(timeline: Timeline) -> bytes:
    """The rows as text, as wide as the terminal, else 100 columns."""
    out = io.StringIO()
    width = answer_console().width if sys.stdout is not None else 100
    page = Page(Console(file=out, width=width, color_system=None, highlight=False), timeline.wording)
    times, say = Times.of(timeline.doc, timeline.wording), timeline.wording
    table = grid(*(say.words(f"column.{name}") for name in ("begin", "end", "id", "event")), gap=page.gap)
    for column in table.columns[:3]:
        column.no_wrap = True
    for row in timeline.rows:
        table.add_row(*(Text(cell) for cell in (_begin(row, times), _end(row, times), safe(row.id), row.message)))
    page.line(" ".join(part for part in (times.day, times.zone) if part))
    page.table(table)
    return out.getvalue().encode()


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
