"""A report from its lake to everything that was asked for: a page with pages of cases, pictures, numbers, a screen."""

from pathlib import Path
from typing import TYPE_CHECKING

from faultlog import outputs
from faultlog.errors import UsageError
from faultlog.fleet.report.cases import folder_beside
from faultlog.fleet.report.gathered import Gathered, gathered
from faultlog.fleet.report.telling import Telling
from faultlog.values import dataclass
from faultlog.wording import Wording

if TYPE_CHECKING:
    from rich.console import Console

    from faultlog.redaction.reports import Reports


@dataclass(frozen=True, slots=True)
class Targets:
    """Where the answers go; what is `None` is not asked for."""

    page: str | None
    charts: Path | None
    json: str | None

    def check(self, lake: Path) -> None:
        """Make sure, before long work, that all of it can be written, and none of it into the lake's own tables.

        Raises:
            UsageError: something cannot; says why.
        """
        outputs.apart(self.page, self.json)
        for target in (self.page, self.json):
            outputs.writable(target, [str(lake / "lake.json")])
        for folder in (self.charts, None if self.page in {None, "-"} else folder_beside(str(self.page))):
            if folder is not None:
                _folder(folder)


def report(
    lake: Path, rules: str | None, targets: Targets, wording: Wording, console: "Console", reports: "Reports | None"
) -> None:
    """Read a lake, and write what is asked for; a screen where no page is.

    Args:
        lake: the lake.
        rules: the beginning of the hash of a set of rules; the newest where none is named.
        targets: where the answers go.
        wording: their language.
        console: where a screen goes.
        reports: what puts tokens in the places of names, where that is wanted.

    Raises:
        UsageError: there is nothing to report on, or something cannot be written.
    """
    from faultlog.fleet.statistics.written import to_json

    found = gathered(lake.resolve(), rules)
    if reports is not None:
        from faultlog.fleet.report.private import redacted

        found = redacted(found, reports)
    telling = Telling(wording, found.fleet)
    if targets.json is not None:
        outputs.write(targets.json, to_json(found.fleet))
    if targets.page is not None or targets.charts is not None:
        _drawn(telling, found, targets)
    if targets.page is None and targets.json != "-":
        from faultlog.fleet.report.screen import render_screen

        render_screen(telling, found, console)


def _drawn(telling: Telling, found: Gathered, targets: Targets) -> None:
    """The page, the pages of cases beside it, and the pictures as files."""
    from faultlog.fleet.report.cases import write_cases
    from faultlog.fleet.report.page import render_fleet
    from faultlog.fleet.report.picture import Easel
    from faultlog.fleet.report.pictures import pictures, write_pictures
    from faultlog.report.charts.font import ShippedFont

    drawn = pictures(Easel(telling, ShippedFont()))
    if targets.charts is not None:
        write_pictures(drawn, targets.charts)
    if targets.page is not None:
        pages = {} if targets.page == "-" else write_cases(telling, found, folder_beside(targets.page))
        outputs.write(targets.page, render_fleet(telling, found, drawn, pages))


def _folder(place: Path) -> None:
    """Make sure that files can be written into a folder, which need not be there yet.

    Raises:
        UsageError: they cannot; says why.
    """
    if place.exists() and not place.is_dir():
        raise UsageError(f"{place}: is a file; a folder of this name is needed, rename one of them")
    outputs.writable(str(place / "any") if place.is_dir() else str(place), [])
