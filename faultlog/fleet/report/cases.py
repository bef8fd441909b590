"""Pages of cases beside the page of a fleet, each by the renderer of one case."""

from pathlib import Path

from faultlog.errors import UsageError
from faultlog.fleet.report.gathered import Gathered
from faultlog.fleet.report.tables import paged_cases
from faultlog.fleet.report.telling import Telling
from faultlog.wording import Wording


def folder_beside(page: str) -> Path:
    """Where the pages of cases lie: `fleet-cases` beside `fleet.html`."""
    place = Path(page)
    return place.with_name(f"{place.stem}-cases")


def write_cases(telling: Telling, gathered: Gathered, folder: Path) -> int:
    """Write a page for each of the first cases that need help; says how many.

    Raises:
        UsageError: a page cannot be written, or a case document is damaged.
    """
    from faultlog import outputs
    from faultlog.report.html.case import render_html

    written = 0
    for case in sorted(paged_cases(telling.fleet.to_help)):
        doc = gathered.document(case)
        if doc is None:
            raise UsageError(f"{gathered.lake.document(case)}: is not in the lake; run faultlog fleet run again")
        if not written:
            _make(folder)
        said = Wording(telling.wording.language, telling.wording.rules, doc.host.time_zone.name)
        outputs.write(str(folder / f"{case}.html"), render_html(doc, said))
        written += 1
    return written


def _make(folder: Path) -> None:
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be made: {error.strerror}; check the path and the space left") from None
