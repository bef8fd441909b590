"""The page of a fleet in a real browser: offline, with and without script, on a phone, on paper, and read aloud."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from faultlog.fleet.report.page import render_fleet
from faultlog.fleet.report.picture import Easel
from faultlog.fleet.report.pictures import pictures
from faultlog.fleet.report.telling import Telling
from faultlog.report.charts.font import ShippedFont
from faultlog.wording import Language, Wording
from tests.fleet.made import fleet, gathered
from tests.logs import knowledge
from tests.system.conftest import needed
from tests.system.test_page_in_browser import AXE, Opened, found_by_axe


@pytest.fixture
def opened(chromium: Any, tmp_path: Path) -> Iterator[Any]:
    """Writes the page of a fleet and opens it; at the end it asked nobody for anything and complained of nothing."""
    made: list[Opened] = []

    def open_(language: Language = "en", **how: Any) -> Opened:
        found = fleet(20, 14, 4)
        telling = Telling(Wording(language, knowledge().rules, "UTC"), found)
        path = tmp_path / "fleet.html"
        drawn = pictures(Easel(telling, ShippedFont()))
        path.write_text(render_fleet(telling, gathered(found), drawn, {}), encoding="utf-8")
        made.append(Opened(chromium, path, **how))
        return made[-1]

    yield open_
    for one in made:
        assert [url for url in one.asked if not url.startswith("file://")] == []
        assert len(one.asked) == 1
        assert one.complaints == []
        one.context.close()


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("ko", "dark")])
def test_axe_finds_nothing_that_shuts_people_out(opened: Any, language: Language, scheme: str) -> None:
    needed(AXE.exists(), "axe-core")
    one = opened(language, color_scheme=scheme)
    one.page.locator("details > summary").evaluate_all("all => all.forEach(one => one.click())")
    assert found_by_axe(one.page) == []
    one.shot(f"fleet {language} {scheme}")


@pytest.mark.parametrize("wide", [1280, 400])
def test_it_is_never_wider_than_its_window(opened: Any, wide: int) -> None:
    one = opened("ko", viewport={"width": wide, "height": 900})
    one.page.locator("details > summary").evaluate_all("all => all.forEach(one => one.click())")
    assert one.page.evaluate("document.documentElement.scrollWidth") <= wide
    one.shot(f"fleet {wide}")


def test_colours_of_a_picture_follow_the_page(opened: Any) -> None:
    seen = {}
    for scheme in ("light", "dark"):
        page = opened(color_scheme=scheme).page
        seen[scheme] = page.locator("#heat ~ .figure text").first.evaluate("one => getComputedStyle(one).fill")
        if scheme == "dark":
            page.emulate_media(media="print")
            printed = page.locator("#heat ~ .figure text").first.evaluate("one => getComputedStyle(one).fill")
            assert printed != seen["dark"]
    assert seen["light"] != seen["dark"]


def test_without_script_it_is_complete(opened: Any) -> None:
    page = opened(java_script_enabled=False).page
    page.locator("#clearing ~ details > summary").click()
    assert page.locator("#clearing ~ details td").first.is_visible()
    assert page.locator("svg.picture").count() == 6


def test_a_key_reaches_every_part_that_scrolls(opened: Any) -> None:
    page = opened().page
    assert page.locator(".figure:not([tabindex]), .wide:not([tabindex])").count() == 0
