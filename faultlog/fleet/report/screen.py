"""A fleet on one screen: what to do today, every fault, and what was left out."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from faultlog.fleet.report.gathered import Gathered
from faultlog.fleet.report.headlines import headlines, rule_notes, tiles
from faultlog.fleet.report.tables import Helped, Row, fault_rows, helped, left_out
from faultlog.fleet.report.telling import NOTHING, Telling
from faultlog.report.page import DIM, MARKS, Page, grid
from faultlog.wording import safe

MOST_HELPED = 10
"""Hosts to help that are listed, the most urgent. Tool default."""
FAULTS = ("fault", "prevalence", "incidence", "median", "promises")
HELPED = ("host", "fault", "since", "last", "level")


def render_screen(telling: Telling, gathered: Gathered, console: Console) -> None:
    """Print the fleet.

    Args:
        telling: the fleet in a language.
        gathered: the lake, and what became of every bundle.
        console: where it goes; its width decides where lines break.
    """
    page = Page(console, telling.wording)
    name = telling.counted("fleet.report.title", telling.fleet.scope.hosts)
    page.hang("", Text.assemble(("faultlog  ", "dim"), (name, "bold")))
    page.hang("", safe(f"{telling.span} UTC · {telling.words('fleet.report.lake', lake=gathered.place)}"))
    for said in rule_notes(telling, gathered):
        page.hang("", said, DIM)
    page.line()
    for mark, said in headlines(telling, gathered):
        page.marked(mark, said)
    page.line()
    page.hang("", " · ".join(f"{label} {number}" for number, label in tiles(telling, gathered)))
    _help(page, telling, gathered)
    _faults(page, telling)
    page.heading(telling.words("fleet.report.section.out"))
    for said in left_out(telling, gathered):
        page.hang("  ", said)
    page.line()
    page.hang("", telling.words("fleet.report.page_too"), DIM)


def _help(page: Page, telling: Telling, gathered: Gathered) -> None:
    rows = helped(telling, gathered, {})[:MOST_HELPED]
    if not rows:
        return
    page.heading(telling.words("fleet.report.section.help"), telling.words("fleet.report.help.note"))
    table = grid(*(telling.words(f"fleet.report.column.{one}") for one in HELPED), gap=page.gap)
    for row in rows:
        table.add_row(*_host(row))
    page.table(table)
    whole = len(telling.fleet.to_help)
    if whole > len(rows):
        page.hang("  ", telling.words("fleet.report.help.more", shown=f"{len(rows):,}", total=f"{whole:,}"), DIM)


def _host(row: Helped) -> Sequence[Text]:
    fault, _, since, *_, last = row.cells
    style = MARKS[row.badge.kind][1]
    level = Text(f"{row.badge.sign} {row.badge.word}", style=style)
    return Text(safe(row.host)), Text(fault), Text(since), Text(last), level


def _faults(page: Page, telling: Telling) -> None:
    rows = fault_rows(telling)
    if not rows:
        return
    page.heading(telling.words("fleet.report.section.faults"))
    table = grid(*(telling.words(f"fleet.report.column.{one}") for one in FAULTS), gap=page.gap)
    for row in rows:
        table.add_row(*map(Text, _fault(telling, row)))
    page.table(table)


def _fault(telling: Telling, row: Row) -> Row:
    """What of a fault has room on a screen: how sure its median is, the other bands on the page."""
    name, hosts, _, raises, _, median, band, promises = row
    sure = median if band == NOTHING else telling.words("fleet.report.median_band", median=median, band=band)
    return name, hosts, raises, sure, promises
