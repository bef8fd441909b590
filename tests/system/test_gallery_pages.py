"""The gallery's screenshots are of pages that its commands write and of a server's. `--accept` takes them anew.

They show how a page begins, 1000 pixels wide and 960 high; `narrow`, `tall` and `dark` ones, and Korean ones of a
server, where the name says so.
"""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

import pytest

from tests.pictures import coarsely_alike, smaller
from tests.serving import put
from tests.system.sites import Site
from tests.test_gallery import LAKE, PICTURES, SECTIONS, SERVED, lake, pictures, run  # noqa: F401 (a fixture)

SAMPLES = Path(__file__).parents[2] / "sample_logs"
pytestmark = pytest.mark.timeout(300)


def shot(chromium: Any, address: str, name: str) -> bytes:
    """How a page begins, as a picture."""
    how = name.split("-")
    size = {"width": 400 if "narrow" in how else 1000, "height": 1600 if "tall" in how else 960}
    context = chromium.new_context(
        offline=address.startswith("file:"),
        viewport=size,
        color_scheme="dark" if "dark" in how else "light",
        locale="ko" if "ko" in how else "en",
        reduced_motion="reduce",
    )
    opened = context.new_page()
    opened.goto(address)
    taken = bytes(opened.screenshot())
    context.close()
    return taken


def compared(taken: bytes, kept: Path, request: Any) -> None:
    """A picture is the one that is kept, or is kept from now on."""
    if request.config.getoption("--accept"):
        kept.parent.mkdir(exist_ok=True)
        kept.write_bytes(taken)
    assert coarsely_alike(taken, kept.read_bytes()), f"{kept.name}: the page looks different; see --accept"


@pytest.mark.parametrize("name", [name for name, section in SECTIONS.items() if ".html" in section])
def test_a_screenshot_is_of_the_page_that_is_written(name: str, chromium: Any, tmp_path: Path, request: Any) -> None:
    section = SECTIONS[name]
    run(section, tmp_path, request.getfixturevalue("lake") if LAKE in section else None)
    written = list((tmp_path / "docs" / "pictures").glob("*.html"))
    shown = [one.stem for one in pictures(SECTIONS[name])]
    assert written != []
    assert [page.stem for page in written if page.stem not in shown] == [], "a page is written and not shown"
    for page in written:
        compared(smaller(shot(chromium, page.as_uri(), page.stem)), PICTURES / f"{page.stem}.png", request)


@pytest.fixture(scope="module")
def server(tmp_path_factory: Any, chromium: Any) -> Iterator[tuple[Site, dict[str, str]]]:
    """A server that has the samples, and its pages that the gallery shows, by the names of the pictures."""
    with Site(tmp_path_factory.mktemp("gallery")).running() as one, one.working():
        files = [
            *sorted(SAMPLES.glob("*-0001.zip")),
            *sorted(SAMPLES.glob("*-0001.tar.gz")),
            SAMPLES / "pair" / "old.tar.gz",
            SAMPLES / "pair" / "new.tar.gz",
        ]
        ids = {file.name: (put(one.port, file.name, file.read_bytes()) or (0, {}))[1]["id"] for file in files}
        while any(job["state"] in {"queued", "leased"} for job in rows(one, "jobs")):  # in one look: jobs beget jobs
            time.sleep(0.2)
        host = f"/hosts/{quote(rows(one, 'bundles?name=new.tar.gz')[0]['host'], safe='')}"
        page = chromium.new_page()
        page.goto(one.address + host)
        page.click("form[action='/comparisons'] button")
        page.locator("h1", has_text="sim-macos-0001").wait_for(timeout=60_000)
        compare = page.url.removeprefix(one.address)
        page.close()
        yield (
            one,
            {
                "upload": "/",
                "case-tall": f"/cases/{ids['fault6-breached-0001.zip']}",
                "bundles-narrow": "/bundles",
                "host-dark": host,
                "compare-ko": compare,
                "search": "/search?q=scan+service",
            },
        )


def rows(site: Site, asked: str) -> list[dict[str, Any]]:
    """Rows of a table of a server."""
    with urlopen(f"{site.address}/api/v1/{asked}", timeout=60) as answer:  # noqa: S310 (our own server)
        return json.loads(answer.read())["rows"]


def test_a_screenshot_is_of_the_page_that_a_server_shows(chromium: Any, server: Any, request: Any) -> None:
    site, pages = server
    shown = {one.stem for section in SECTIONS.values() for one in pictures(section) if one.parent.name == SERVED}
    assert shown == set(pages)
    for name, page in pages.items():
        compared(smaller(shot(chromium, site.address + page, name)), PICTURES / SERVED / f"{name}.png", request)
