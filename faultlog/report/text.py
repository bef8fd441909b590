"""The triage report as text: the answer first, in one screen, then what it stands on."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from faultlog.report import about, footing, preceded
from faultlog.report.bars import timeline
from faultlog.report.document import CaseDocument
from faultlog.report.page import DIM, Page, grid
from faultlog.report.sources import sources
from faultlog.report.verdicts import headlines
from faultlog.report.view import Judged, View, judged
from faultlog.report.window import Ends, within
from faultlog.report.yields import read_files
from faultlog.wording import Wording, safe

MOST_ROWS = 40
"""Intervals in the table; with more, the worst. Tool default."""
MOST_COMMANDS = 3
"""Intervals whose command is written out each. Tool default."""
ROOMY = 72
"""Columns from which on the table names a fault beside its number; in fewer, only the headlines do. Tool default."""


def render_text(
    doc: CaseDocument,
    wording: Wording,
    console: Console,
    *,
    path: str | None = None,
    window: Ends = (None, None),
) -> None:
    """Print the triage report.

    Args:
        doc: the case.
        wording: its language, and the zone of its times.
        console: where it goes; its width decides where lines break.
        path: the bundle as it was named on the command line, quoted; its own name where nobody says.
        window: show only what touches this time; verdicts, yield and audit stay those of the whole case.
    """
    view = View.of(within(doc, *window), Page(console, wording), path, doc)
    _title(view)
    if window != (None, None):
        view.page.hang("", about.window(view, window), DIM)
    headlines(view)
    _intervals(view)
    timeline(view)
    preceded.before_raises(view)
    preceded.offenders(view)
    sources(view)
    footing.remedies_and_patterns(view)
    footing.clock_steps(view)
    footing.unexplained(view)
    footing.assumptions(view)
    read_files(view)
    footing.audit(view)


def _title(view: View) -> None:
    """Which bundle, which host, when, and on whose clock."""
    view.page.hang("", Text.assemble(("faultlog  ", "dim"), (safe(view.doc.bundle.name), "bold")))
    view.page.hang("", safe(" · ".join(about.host(view))))
    for said in (about.zone(view), *about.changes(view)):
        view.page.hang("", said, DIM)


def _intervals(view: View) -> None:
    """The table of intervals, and the command that explains each."""
    rows = judged(view)
    if not rows:
        return
    shown = rows if len(rows) <= MOST_ROWS else sorted(rows, key=lambda row: row.rank)[:MOST_ROWS]
    page, say = view.page, view.wording
    day = " ".join(part for part in (view.times.day, view.times.zone) if part)
    page.heading(say.words("title.intervals"), day)
    names = ("id", "fault", "severity", "raised", "cleared", "duration", "state")
    table = grid(*(say.words(f"column.{name}") for name in names), gap=page.gap)
    table.columns[0].no_wrap = True
    for row in shown:
        table.add_row(*_row(view, row))
    page.table(table)
    if len(rows) > len(shown):
        page.hang("  ", say.words("intervals.more", count=f"{len(rows) - len(shown):,}", total=f"{len(rows):,}"), DIM)
    _commands(view, shown)


def _row(view: View, row: Judged) -> tuple[Text, ...]:
    interval, times = row.interval, view.times
    severity = interval.severity if interval.severity is not None else "–"
    name = f"{interval.fault_id} {view.name_of(interval)}" if view.page.width >= ROOMY else str(interval.fault_id)
    cells = (
        safe(interval.id), name, severity, times.raised(interval), times.cleared(interval), times.duration(interval),
        times.state(interval),
    )  # fmt: skip
    return tuple(Text(cell) for cell in cells)


def _commands(view: View, rows: Sequence[Judged]) -> None:
    """How to see why; the first few written out, then the rule."""
    say = view.wording
    if len(rows) <= MOST_COMMANDS:
        for row in rows:
            view.page.hang("  ", say.words("intervals.why", command=view.explain(safe(row.interval.id))), DIM)
        return
    first = view.explain(safe(rows[0].interval.id))
    view.page.hang("  ", say.words("intervals.why_any", command=first), DIM)
