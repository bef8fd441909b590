"""A report from its lake to everything that was asked for: a page with pages of cases, pictures, numbers, a screen."""

from pathlib import Path
from typing import TYPE_CHECKING

from faultlog import outputs
from faultlog.errors import UsageError
from faultlog.fleet.report.gathered import Gathered, gathered
from faultlog.fleet.report.telling import Telling
from faultlog.values import dataclass
from faultlog.wording import Wording

if TYPE_CHECKING:
    from rich.console import Console


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
        if self.charts is not None:
            _folder(self.charts)


def report(lake: Path, rules: str | None, targets: Targets, wording: Wording, console: "Console") -> None:
    """Read a lake, and write what is asked for; a screen where no page is.

    Args:
        lake: the lake.
        rules: the beginning of the hash of a set of rules; the newest where none is named.
        targets: where the answers go.
        wording: their language.
        console: where a screen goes.

    Raises:
        UsageError: there is nothing to report on, or something cannot be written.
    """
    from faultlog.fleet.statistics.written import to_json

    found = gathered(lake.resolve(), rules)
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
    from faultlog.fleet.report.cases import folder_beside, write_cases
    from faultlog.fleet.report.page import render_fleet
    from faultlog.fleet.report.picture import Easel
    from faultlog.fleet.report.pictures import pictures, write_pictures
    from faultlog.report.charts.font import ShippedFont

    drawn = pictures(Easel(telling, ShippedFont()))
    if targets.charts is not None:
        write_pictures(drawn, targets.charts)
    if targets.page == "-":
        outputs.write("-", render_fleet(telling, found, drawn))
    elif targets.page is not None:
        folder = folder_beside(targets.page)
        written = write_cases(telling, found, folder)
        outputs.write(targets.page, render_fleet(telling, found, drawn, folder.name if written else None))


def _folder(charts: Path) -> None:
    """Make sure that pictures can be written.

    Raises:
        UsageError: they cannot; says why.
    """
    try:
        charts.mkdir(exist_ok=True)
    except FileExistsError:
        raise UsageError(f"{charts}: is a file; give a folder for the pictures") from None
    except OSError as error:
        raise UsageError(f"{charts}: cannot be made: {error.strerror}; check the path") from None
    outputs.writable(str(charts / "heat-map.png"), [])
