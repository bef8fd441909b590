"""The page of a fleet: what to do today, every fault, every picture with its numbers, and what it all stands on."""

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from types import MappingProxyType
from typing import Final

from markupsafe import Markup

from faultlog.fleet.report import tables
from faultlog.fleet.report.gathered import Gathered
from faultlog.fleet.report.headlines import headlines, rule_notes, tiles
from faultlog.fleet.report.heat import SHADES
from faultlog.fleet.report.panels import CURVE, SHADE
from faultlog.fleet.report.picture import Picture
from faultlog.fleet.report.telling import Telling
from faultlog.fleet.report.versions import OTHER
from faultlog.fleet.report.weeks import BROKEN, KEPT
from faultlog.release import VERSION
from faultlog.report.html.cards import News, badge
from faultlog.report.html.pictures import COLOURS, inline
from faultlog.report.html.skeleton import page
from faultlog.values import dataclass

PAINTED: Final[Mapping[str, str]] = MappingProxyType(
    {
        **COLOURS,
        **{colour: f"heat-{place}" for place, (_, colour) in enumerate(SHADES, 1)},
        CURVE: "curve",
        SHADE: "shade",
        OTHER: "other",
        BROKEN.fill: "broken",
        BROKEN.edge: "broken",
        KEPT.fill: "kept",
        KEPT.edge: "kept-edge",
    }
)
"""Colours of the pictures that the page's style names."""
MOST_ROWS = 400
"""Rows of a picture's table; all are in the JSON. Tool default."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture as it stands in the page."""

    key: str
    title: str
    notes: tuple[str, ...]
    svg: Markup
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]
    more: str
    """That rows are missing; empty where none is."""


def render_fleet(telling: Telling, gathered: Gathered, drawn: Sequence[Picture], pages: Mapping[str, str]) -> str:
    """The page: one file that asks nobody for anything; same lake, same bytes.

    Args:
        telling: the fleet in a language.
        gathered: the lake, and what became of every bundle.
        drawn: its pictures.
        pages: links to the pages of cases, by case.
    """
    return page("fleet.html", telling.wording, **values(telling, gathered, drawn, pages))


def values(
    telling: Telling, gathered: Gathered, drawn: Sequence[Picture], pages: Mapping[str, str]
) -> dict[str, object]:
    """What `fleet.html` names; arguments as those of `render_fleet`."""
    fleet, first = telling.fleet, headlines(telling, gathered)
    helped = tables.helped(telling, gathered, pages)
    return {
        "title": f"{telling.counted('fleet.report.title', fleet.scope.hosts)}: {first[0][1]}",
        "heading": telling.counted("fleet.report.title", fleet.scope.hosts),
        "about": [f"{telling.span} UTC", telling.words("fleet.report.lake", lake=PurePath(gathered.place).name)],
        "notes": rule_notes(telling, gathered),
        "news": [News(badge(mark, telling.wording), said) for mark, said in first],
        "worst": first[0][0],
        "tiles": tiles(telling, gathered),
        "helped": helped,
        "help_notes": _help_notes(telling, helped),
        "faults": tables.fault_rows(telling),
        "pictures": [_shown(telling, one) for one in drawn],
        "patterns": tables.patterns(telling),
        "out": tables.left_out(telling, gathered),
        "assumed": tables.assumed(telling, gathered),
        "observed": tables.observed(telling),
        "version": VERSION,
        "rules": gathered.lake.rules,
        "tables": tables,
    }


def _help_notes(telling: Telling, helped: Sequence[tables.Helped]) -> list[str]:
    whole, linked = len(telling.fleet.to_help), sum(bool(one.link) for one in helped)
    said = []
    if whole > len(helped):
        said.append(telling.words("fleet.report.help.more", shown=f"{len(helped):,}", total=f"{whole:,}"))
    if 0 < linked < len(helped):
        said.append(telling.counted("fleet.report.help.pages", linked))
    return said


def _shown(telling: Telling, one: Picture) -> Shown:
    table = one.table
    more = len(table.rows) - MOST_ROWS
    return Shown(
        one.key,
        telling.words(f"fleet.report.{one.key}.title"),
        one.head.notes,
        inline(one.sheet, one.key, one.alternative, top=one.head.top - 6, colours=PAINTED),
        table.columns,
        table.rows[:MOST_ROWS],
        table.numbers,
        telling.counted("fleet.report.more_rows", more) if more > 0 else "",
    )
