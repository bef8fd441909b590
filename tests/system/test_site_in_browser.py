"""The site in a real browser: upload, progress, verdict, evidence, download, delete; with and without script.

The server is a process of its own, and so is its worker, which is started when a test has seen what waits. Whatever a
page asks for comes from the server, and nothing that the content security policy forbids is tried.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from tests.stores import free_port
from tests.system.conftest import needed
from tests.system.postgres import serving
from tests.system.test_page_in_browser import AXE, found_by_axe

SAMPLES = Path(__file__).parents[2] / "sample_logs"
pytestmark = pytest.mark.timeout(300)

WORDS = {
    "en": {
        "waits": "Waiting for its turn",
        "busy": "It waits for its turn.",
        "open": "Open the case",
        "verdict": "breached by 14 min 22 s",
        "kind": "It is neither an archive that is known",
        "cancelled": "Cancelled",
        "gone": "There is nothing at this address",
    },
    "ko": {
        "waits": "차례를 기다리는 중",
        "busy": "차례를 기다리고 있습니다.",
        "open": "열기",
        "verdict": "기한을 14분 22초 넘겼습니다",
        "kind": "로그도 아닙니다",
        "cancelled": "취소됨",
        "gone": "이 주소에는 볼 수 있는 것이 없습니다",
    },
}


class Site:
    """A server that runs; its worker does when it is told to."""

    def __init__(self, folder: Path, database: str | None) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._kept = ["--data", str(folder), *([] if database is None else ["--database", database])]

    @contextmanager
    def running(self) -> Iterator["Site"]:
        with self._program("serve", "--port", str(self.port), "--workers", "0"):
            for _ in range(600):
                try:
                    urlopen(self.address, timeout=10).close()  # noqa: S310 (our own server)
                    break
                except OSError:
                    time.sleep(0.1)
            yield self

    @contextmanager
    def working(self) -> Iterator[None]:
        with self._program("worker"):
            yield

    @contextmanager
    def _program(self, *words: str) -> Iterator[None]:
        one = subprocess.Popen([sys.executable, "-m", "faultlog", *words, *self._kept], stderr=subprocess.DEVNULL)
        try:
            yield
        finally:
            one.terminate()
            one.wait(30)


@pytest.fixture(scope="module")
def sites(tmp_path_factory: Any) -> Iterator[Any]:
    """A server by the name of its database, started when it is first asked for."""
    with ExitStack() as running:
        found: dict[str, Site] = {}

        def site(name: str) -> Site:
            if name not in found:
                address = running.enter_context(serving()).address if name == "postgresql" else None
                made = Site(tmp_path_factory.mktemp(name), address)
                found[name] = running.enter_context(made.running())
            return found[name]

        yield site


@pytest.fixture
def visitor(chromium: Any, sites: Any) -> Iterator[Any]:
    """Opens the site; at the end it asked nobody else for anything, and complained of nothing but what was refused."""
    made: list[tuple[Any, Site, list[str], list[str]]] = []

    def visit(database: str = "sqlite", **how: Any) -> tuple[Any, Site]:
        site = sites(database)
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, "accept_downloads": True, **how})
        asked: list[str] = []
        complaints: list[str] = []
        context.on("request", lambda one: asked.append(one.url))
        context.on("console", lambda one: complaints.append(one.text))
        context.on("weberror", lambda one: complaints.append(str(one.error)))
        made.append((context, site, asked, complaints))
        page = context.new_page()
        page.goto(site.address)
        return page, site

    yield visit
    for context, site, asked, complaints in made:
        assert [url for url in asked if not url.startswith((f"{site.address}/", "blob:"))] == []
        assert [told for told in complaints if "Failed to load resource" not in told] == []
        context.close()


def accessible(page: Any, name: str) -> None:
    """Nobody is shut out, and nothing is wider than the window; a picture for a person to look at, where one asks."""
    folder = os.environ.get("FAULTLOG_SHOTS")
    if folder:
        page.screenshot(path=str(Path(folder) / f"site {name}.png"), full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    needed(AXE.exists(), "axe-core")
    assert found_by_axe(page) == []


@pytest.mark.parametrize(
    ("language", "scheme", "width", "database"), [("en", "light", 1280, "sqlite"), ("ko", "dark", 390, "postgresql")]
)
def test_from_a_bundle_to_its_verdict_its_evidence_and_its_files(
    visitor: Any, language: str, scheme: str, width: int, database: str
) -> None:
    words, name = WORDS[language], f"{language} {scheme} {width}"
    page, site = visitor(
        database, locale=language, color_scheme=scheme, viewport={"width": width, "height": 900}, has_touch=width < 600
    )
    accessible(page, f"empty {name}")
    page.click(".options summary")
    accessible(page, f"options {name}")
    page.set_input_files("#files", [SAMPLES / "fault6-breached-0001.zip"])
    page.locator(".row-number", has_text=words["waits"]).wait_for()
    accessible(page, f"waiting {name}")

    busy = page.context.new_page()
    busy.goto(site.address)
    busy.click(".rows a.row-name")
    busy.get_by_text(words["busy"]).wait_for()
    accessible(busy, f"busy {name}")
    with site.working():
        page.get_by_text(words["verdict"]).first.wait_for(timeout=60_000)
        busy.locator(".chart").wait_for(timeout=60_000)  # the page that waited became the report
    accessible(page, f"verdict {name}")
    page.get_by_text(words["open"]).first.click()
    page.locator(".chart.live").wait_for()
    accessible(page, f"case {name}")
    page.locator(".card a[href='#f6-1']").first.click()
    page.locator("#f6-1 .line code").first.wait_for(state="visible")
    accessible(page, f"evidence {name}")
    page.locator(".menu summary").click()
    accessible(page, f"downloads {name}")
    for kind in ("csv", "png"):
        with page.expect_download() as waiting:
            page.locator(f".menu a[href$='/download/{kind}']").click()
        assert Path(waiting.value.path()).stat().st_size > 100
    page.keyboard.press("Escape")
    assert page.locator(".menu[open]").count() == 0
    case = page.url
    page.locator(".toolbar a[href$='/delete']").click()
    accessible(page, f"delete {name}")
    page.click("form[action$='/delete'] button")
    page.wait_for_url(f"{site.address}/")
    page.goto(case)
    page.get_by_text(words["gone"]).wait_for()
    accessible(page, f"gone {name}")


@pytest.mark.parametrize(("language", "scheme"), [("en", "dark"), ("ko", "light")])
def test_without_script_a_form_leads_to_the_verdict(visitor: Any, language: str, scheme: str) -> None:
    page, site = visitor(
        locale=language, color_scheme=scheme, viewport={"width": 390, "height": 900}, java_script_enabled=False
    )
    page.set_input_files("#files", [SAMPLES / "fault6-breached-0001.zip"])
    page.click("#send")
    page.get_by_text(WORDS[language]["busy"]).wait_for()
    with site.working():
        page.get_by_text(WORDS[language]["verdict"]).first.wait_for(timeout=60_000)
    page.locator("#f6-1 summary").click()
    assert page.locator("#f6-1 .line code").first.is_visible()
    page.click(".toolbar a[href$='/delete']")
    page.click("form[action$='/delete'] button")
    page.wait_for_url(f"{site.address}/")


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("ko", "dark")])
def test_what_is_refused_or_cancelled_is_said_in_its_row(visitor: Any, language: str, scheme: str) -> None:
    words = WORDS[language]
    page, _ = visitor(locale=language, color_scheme=scheme)
    page.set_input_files("#files", [{"name": "junk.bin", "mimeType": "", "buffer": bytes(9000)}])
    page.get_by_text(words["kind"]).wait_for()

    stopped = {"name": "stopped.log", "mimeType": "", "buffer": f"one {language}\n".encode()}
    page.set_input_files("#files", [stopped])
    row = page.locator(".row.live", has_text="stopped.log")
    row.locator(".row-number", has_text=words["waits"]).wait_for()
    row.locator("button").click()
    row.get_by_text(words["cancelled"]).wait_for()

    page.route("**/api/v1/bundles?*", lambda route: None)  # never answered
    page.set_input_files("#files", [{"name": "held.log", "mimeType": "", "buffer": b"two\n"}])
    row = page.locator(".row.live", has_text="held.log")
    row.locator("button").click()
    row.get_by_text(words["cancelled"]).wait_for()
    page.unroute("**/api/v1/bundles?*")
    accessible(page, f"refused {language} {scheme}")

    page.locator(".row.live", has_text="stopped.log").locator("a").click()
    accessible(page, f"cancelled {language} {scheme}")


@pytest.mark.parametrize(("language", "scheme", "width"), [("en", "light", 390), ("ko", "dark", 1280)])
def test_what_cannot_be_analysed_says_what_to_do(visitor: Any, language: str, scheme: str, width: int) -> None:
    page, site = visitor(locale=language, color_scheme=scheme, viewport={"width": width, "height": 900})
    page.set_input_files(
        "#files", [{"name": f"notes {language}.txt", "mimeType": "", "buffer": f"no {width}\n".encode()}]
    )
    with site.working():
        page.locator(".row.live .onwards").click(timeout=60_000)
    page.locator(".card details summary").click()
    accessible(page, f"quarantined {language} {scheme}")


def test_files_are_dropped_anywhere_on_the_page(visitor: Any) -> None:
    page, _ = visitor()
    dropped = page.evaluate_handle(
        "() => { const all = new DataTransfer();"
        " all.items.add(new File([new Uint8Array(9000)], 'dropped.bin')); return all; }"
    )
    page.dispatch_event("h1", "dragover", {"dataTransfer": dropped})
    assert page.locator(".drop.over").count() == 1
    page.dispatch_event("h1", "drop", {"dataTransfer": dropped})
    page.locator(".row.live", has_text="dropped.bin").get_by_text(WORDS["en"]["kind"]).wait_for()
    assert page.locator(".drop.over").count() == 0
