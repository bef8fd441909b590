"""The page in a real browser: offline, without script, with it; clicked, filtered, zoomed, printed, and read aloud.

Chromium comes from the system, axe-core from npm; `tests/system/install.sh` gets both. Screenshots and the printed
page are written to the folder that FAULTLOG_SHOTS names, for a person to look at.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from faultlog.report.comparisons import ComparisonDocument, comparison_json
from faultlog.report.document import CaseDocument, from_json, to_json
from faultlog.report.html.case import render_html
from faultlog.report.html.comparison import render_comparison_html
from faultlog.wording import Language, Wording
from tests.logs import knowledge
from tests.report.test_html import busy_case, hostile_case, many
from tests.report.test_html_comparison import apart, hostile
from tests.report.test_text import late_case
from tests.system.conftest import needed

AXE = Path(__file__).parent / "cache" / "axe.min.js"


class Opened:
    """A page that was opened from a file, offline, with everything that it asked for and complained of."""

    def __init__(self, browser: Any, path: Path, **how: Any) -> None:
        how = {"viewport": {"width": 1280, "height": 900}, **how}
        self.context = browser.new_context(offline=True, accept_downloads=True, **how)
        self.page = self.context.new_page()
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.context.route(lambda url: not url.startswith("file://"), lambda route: route.abort())
        self.page.goto(path.as_uri())

    def shot(self, name: str) -> None:
        """A picture for a person to look at, where one asks for it."""
        folder = os.environ.get("FAULTLOG_SHOTS")
        if folder:
            self.page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


@pytest.fixture
def opened(chromium: Any, tmp_path: Path) -> Iterator[Any]:
    """Writes the page of a document and opens it; at the end it asked nobody for anything and complained of nothing."""
    made: list[Opened] = []

    def open_(doc: CaseDocument | ComparisonDocument | None = None, language: Language = "en", **how: Any) -> Opened:
        wanted = late_case() if doc is None else doc
        path = tmp_path / "mailed report.html"
        wording = Wording(language, knowledge().rules, wanted.host.time_zone.name)
        if isinstance(wanted, ComparisonDocument):
            text = render_comparison_html(wanted, wording, path="new.zip old.zip")
        else:
            text = render_html(wanted, wording)
        path.write_text(text, encoding="utf-8")
        made.append(Opened(chromium, path, **how))
        return made[-1]

    yield open_
    for one in made:
        assert [url for url in one.asked if not url.startswith(("file://", "blob:"))] == []
        assert len([url for url in one.asked if url.startswith("file://")]) == 1
        assert one.complaints == []
        one.context.close()


def bars(page: Any, fault: int) -> Any:
    return page.locator(f'.lane[data-fault="{fault}"] .bar')


def test_a_bar_opens_its_interval(opened: Any) -> None:
    page = opened().page
    assert not page.locator("#f6-1").evaluate("one => one.open")
    bars(page, 6).locator("rect.sure").click()
    assert page.locator("#f6-1").evaluate("one => one.open")
    line = page.locator("#f6-1 .line code").first
    line.wait_for(state="visible")
    assert line.inner_text() == "2026-03-03T12:00:00Z mac ampdaemon[71]: Fault Raised: 6 (Major)"
    assert page.evaluate("document.activeElement.parentElement.id") == "f6-1"


def test_the_link_of_a_headline_opens_its_interval_each_time(opened: Any) -> None:
    page = opened().page
    for _ in range(2):
        page.locator('.card a[href="#f6-1"]').click()
        page.locator("#f6-1[open]").wait_for()
        page.locator("#f6-1 > summary").click()
        page.locator("#f6-1:not([open])").wait_for()


def test_a_link_into_the_page_opens_what_it_names(opened: Any) -> None:
    page = opened().page
    page.evaluate("location.hash = '#f12-1'")
    page.locator("#f12-1[open]").wait_for()


def test_filters_hide_rows_and_bars_and_count_what_is_left(opened: Any) -> None:
    page = opened().page
    shown = page.locator("#shown")
    assert shown.inner_text() == "2 of 2 listed intervals shown"
    page.select_option('select[name="state"]', "open")
    assert shown.inner_text() == "1 of 2 listed intervals shown"
    assert not page.locator("#f6-1").is_visible()
    assert page.locator("#f12-1").is_visible()
    assert bars(page, 6).evaluate("one => getComputedStyle(one).display") == "none"
    assert bars(page, 12).evaluate("one => getComputedStyle(one).display") != "none"
    page.select_option('select[name="fault"]', "6")
    assert shown.inner_text() == "0 of 2 listed intervals shown"
    page.select_option('select[name="state"]', "")
    page.select_option('select[name="severity"]', "major")
    assert shown.inner_text() == "1 of 2 listed intervals shown"
    assert page.locator("#f6-1").is_visible()


def test_opening_all_opens_only_what_is_shown(opened: Any) -> None:
    page = opened().page
    page.select_option('select[name="fault"]', "12")
    page.click('[data-do="open"]')
    assert page.locator("details.interval[open]").evaluate_all("all => all.map(one => one.id)") == ["f12-1"]
    page.click('[data-do="close"]')
    assert page.locator("details.interval[open]").count() == 0


def width(page: Any) -> float:
    return float(bars(page, 6).locator("rect.sure").get_attribute("width").rstrip("%"))


def left(page: Any) -> float:
    return float(bars(page, 6).locator("rect.sure").get_attribute("x").rstrip("%"))


def test_the_timeline_zooms_and_pans_and_its_axis_goes_with_it(opened: Any) -> None:
    one = opened()
    page = one.page
    assert width(page) == 60.0
    page.click('[data-do="in"]')
    assert width(page) == 120.0
    assert page.locator("text.tick").all_text_contents()[0] == "03-03 12:15:00"
    page.click('[data-do="left"]')
    assert page.locator("text.tick").all_text_contents()[0] == "03-03 12:10:00"
    one.shot("zoomed")
    page.click('[data-do="all"]')
    assert width(page) == 60.0
    assert page.locator("text.tick").all_text_contents()[0] == "12:00"


def test_what_was_written_zooms_with_the_lanes(opened: Any) -> None:
    one = opened(busy_case())
    page, outline = one.page, one.page.locator(".strip path.lines")
    lane, strip = width(page), outline.bounding_box()["width"]
    page.click('[data-do="in"]')
    assert width(page) == 2 * lane
    assert outline.bounding_box()["width"] == pytest.approx(2 * strip, rel=0.01)
    one.shot("written zoomed")


def test_the_timeline_is_driven_by_the_keyboard(opened: Any) -> None:
    page = opened().page
    page.focus(".chart")
    page.keyboard.press("+")
    page.keyboard.press("+")
    assert page.locator(".chart").get_attribute("data-zoom") == "4.00"
    first = page.locator("text.tick").first.text_content()
    page.keyboard.press("ArrowRight")
    assert page.locator("text.tick").first.text_content() > first
    page.keyboard.press("0")
    assert page.locator(".chart").get_attribute("data-zoom") == "1.00"


def test_the_timeline_is_driven_by_the_mouse(opened: Any) -> None:
    page = opened().page
    page.locator(".timeline").scroll_into_view_if_needed()
    box = page.locator(".timeline").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 25)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -100)
    page.keyboard.up("Control")
    page.locator('.chart[data-zoom="1.25"]').wait_for()
    before = left(page)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 - 50, box["y"] + 25, steps=4)
    page.mouse.up()
    assert left(page) < before
    assert page.locator("details.interval[open]").count() == 0


def test_the_case_document_is_saved_as_it_is(opened: Any) -> None:
    page = opened(hostile_case()).page
    with page.expect_download() as saving:
        page.click('[data-do="save"]')
    assert saving.value.suggested_filename == "case.json"
    text = Path(saving.value.path()).read_text(encoding="utf-8")
    assert from_json(text) == hostile_case()
    assert json.loads(text) == json.loads(to_json(hostile_case()))


def test_without_script_the_page_is_complete_and_offers_nothing_that_needs_one(opened: Any) -> None:
    one = opened(java_script_enabled=False)
    page = one.page
    assert page.locator("button:visible, select:visible").count() == 0
    assert page.locator(".timeline rect.sure:visible").count() == 2
    assert page.locator("text.tick:visible").count() == 6
    page.locator("#f6-1 > summary").click()
    assert page.locator("#f6-1 .line code:visible").count() > 0
    one.shot("without script")


def test_nothing_of_a_bundle_runs(opened: Any) -> None:
    page = opened(hostile_case()).page
    assert page.locator("img").count() == 0
    assert "</script><!--<script>alert(1)" in page.locator("h1").inner_text()
    assert page.evaluate("document.scripts.length") == 2


def test_a_script_that_somebody_adds_is_refused(opened: Any) -> None:
    one = opened()
    one.page.evaluate("""() => {
        const script = document.createElement("script");
        script.textContent = "document.title = 'taken over'";
        document.body.append(script);
        document.body.insertAdjacentHTML("beforeend", "<b onclick='document.title = 1' style='color: red'>x</b>");
        document.body.lastElementChild.click();
    }""")
    assert one.page.title() == "mac: Fault 6 not cleared within 10 minutes of connector start: breached by 19 minutes"
    assert len(one.complaints) == 3
    assert all("Content Security Policy" in told for told in one.complaints)
    one.complaints.clear()


@pytest.mark.parametrize("wide", [1280, 420, 320])
def test_the_page_is_never_wider_than_its_window(opened: Any, wide: int) -> None:
    one = opened(hostile_case(), viewport={"width": wide, "height": 900})
    one.page.click('[data-do="open"]')
    assert one.page.evaluate("document.documentElement.scrollWidth") <= wide
    one.shot(f"hostile {wide}")


def found_by_axe(page: Any) -> list[tuple[str, list[str]]]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    result = page.evaluate(
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']})"
    )
    return [(one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in result["violations"]]


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_that_shuts_people_out(opened: Any, language: Language, scheme: str) -> None:
    needed(AXE.exists(), "axe-core")
    one = opened(busy_case(), language=language, color_scheme=scheme)
    assert found_by_axe(one.page) == []
    one.page.click('[data-do="open"]')
    one.page.locator("section details:not(.interval) > summary").evaluate_all("all => all.forEach(one => one.click())")
    assert found_by_axe(one.page) == []
    one.shot(f"{language} {scheme}")


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_of_a_comparison_is_as_usable(opened: Any, language: Language, scheme: str) -> None:
    needed(AXE.exists(), "axe-core")
    one = opened(apart(), language, color_scheme=scheme)
    page = one.page
    page.select_option('select[name="state"]', "regressed")
    assert page.locator("details.interval:visible").evaluate_all("all => all.map(one => one.id)") == ["f6-2"]
    assert page.locator(".lane .live:visible").count() == 2
    page.select_option('select[name="state"]', "")
    page.locator('.card a[href="#f3-1"]').click()
    page.locator("#f3-1[open] .line code").first.wait_for(state="visible")
    page.click('[data-do="open"]')
    assert found_by_axe(page) == []
    with page.expect_download() as saving:
        page.click('[data-do="save"]')
    assert saving.value.suggested_filename == "comparison.json"
    assert json.loads(Path(saving.value.path()).read_text(encoding="utf-8")) == json.loads(comparison_json(apart()))
    one.shot(f"comparison {language} {scheme}")


@pytest.mark.parametrize("wide", [1280, 320])
def test_the_page_of_a_comparison_is_never_wider_than_its_window(opened: Any, wide: int) -> None:
    one = opened(hostile(), viewport={"width": wide, "height": 900})
    one.page.click('[data-do="open"]')
    assert one.page.evaluate("document.documentElement.scrollWidth") <= wide


def test_axe_finds_a_fault_that_is_there(opened: Any) -> None:
    needed(AXE.exists(), "axe-core")
    page = opened().page
    page.evaluate("document.documentElement.removeAttribute('lang')")
    assert [name for name, _ in found_by_axe(page)] == ["html-has-lang"]


def test_on_paper_what_is_urgent_lies_open_and_no_button_is_printed(opened: Any, tmp_path: Path) -> None:
    page = opened().page
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator("#f6-1 .line code").first.is_visible()
    assert page.locator("button:visible").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details.interval[open]").count() == 0
    printed = page.pdf(path=str(Path(os.environ.get("FAULTLOG_SHOTS", tmp_path)) / "printed.pdf"), format="A4")
    assert printed.startswith(b"%PDF-")


def test_a_page_of_ten_thousand_intervals_filters_in_no_time(opened: Any) -> None:
    one = opened(many(10_000))
    page = one.page
    page.select_option('select[name="severity"]', "major")
    total = page.locator("details.interval").count()
    assert page.locator("#shown").inner_text() == f"{total} of {total} listed intervals shown"
    page.click('[data-do="in"]')
    assert page.locator(".chart").get_attribute("data-zoom") == "2.00"
    if os.environ.get("FAULTLOG_SHOTS"):
        page.screenshot(path=str(Path(os.environ["FAULTLOG_SHOTS"]) / "ten thousand.png"))
