"""Pages of cases beside the page of a fleet, each by the renderer of one case."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from faultlog import outputs
from faultlog.errors import UsageError
from faultlog.fleet.report.gathered import Gathered
from faultlog.fleet.report.telling import Telling
from faultlog.report.document import CaseDocument
from faultlog.wording import Wording

_HASH = re.compile("[0-9a-f]{64}")
MOST_PAGES = 50
"""Cases that get a page, those that need help first. Tool default."""


def folder_beside(page: str) -> Path:
    """Where the pages of cases lie: `fleet-cases` beside `fleet.html`."""
    place = Path(page)
    return place.with_name(f"{place.stem}-cases")


def first_cases(gathered: Gathered) -> Iterator[tuple[str, CaseDocument]]:
    """The first cases that need help, and their documents; without those that the lake has not.

    Raises:
        UsageError: one is damaged.
    """
    for case in list(dict.fromkeys(one.case for one in gathered.fleet.to_help))[:MOST_PAGES]:
        doc = gathered.document(case) if _HASH.fullmatch(case) else None  # it becomes the name of a file
        if doc is not None:
            yield case, doc


def write_cases(telling: Telling, gathered: Gathered, folder: Path) -> dict[str, str]:
    """Write a page for each of the first cases that need help.

    Returns:
        links from a page beside the folder, by case; a case whose document is not in the lake has none.

    Raises:
        UsageError: a page cannot be written, or a case document is damaged.
    """
    from faultlog.report.html.case import render_html

    links: dict[str, str] = {}
    for case, doc in first_cases(gathered):
        if not links:
            _make(folder)
        said = Wording(telling.wording.language, telling.wording.rules, doc.host.time_zone.name)
        outputs.write(str(folder / f"{case}.html"), render_html(doc, said))
        links[case] = f"{quote(folder.name)}/{case}.html"
    return links


def _make(folder: Path) -> None:
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be made: {error.strerror}; check the path and the space left") from None
