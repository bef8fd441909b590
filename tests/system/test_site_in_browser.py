"""The site in a real browser: from a bundle to its verdict, its evidence, a link to it, and what changed since.

On SQLite and on PostgreSQL, in English and in Korean, with script and without. The server is a process of its own, and
so is its worker, which is started when a test has seen what waits. Nobody is shut out of a page that is visited, none
is wider than its window, whatever a page asks for comes from the server, and nothing that the content security policy
forbids is tried. Screenshots are written to the folder that FAULTLOG_SHOTS names, for a person to look at.
"""

import base64
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from faultlog.store import jobs
from tests.system.conftest import needed
from tests.system.postgres import serving
from tests.system.sites import Site
from tests.system.test_page_in_browser import AXE, found_by_axe

SAMPLES = Path(__file__).parents[2] / "sample_logs"
BREACHED = SAMPLES / "fault6-breached-0001.zip"
OLD, NEW = SAMPLES / "pair" / "old.tar.gz", SAMPLES / "pair" / "new.tar.gz"
PATIENCE_MS = 120_000
"""How long is waited for anything: the machine may have other things to do."""
pytestmark = pytest.mark.timeout(600)

WORDS = {
    "en": {
        "waits": "Waiting for its turn",
        "busy": "It waits for its turn.",
        "verdict": "breached by 14 min 22 s",
        "regressed": "REGRESSED",
        "kind": "It is neither an archive that is known",
        "cancelled": "Cancelled",
        "quarantined": "This bundle cannot be analysed as it is.",
        "failed": "The analysis failed. This is not the fault of the bundle.",
        "gone": "There is nothing at this address",
        "empty": "Empty",
        "foreign": "Not opened",
        "large": "Too large",
        "same": "These bytes were here already",
        "expired": "It has expired, was revoked, or is not complete",
        "wrong": "Name or password is wrong.",
    },
    "ko": {
        "waits": "차례를 기다리는 중",
        "busy": "차례를 기다리고 있습니다.",
        "verdict": "기한을 14분 22초 넘겼습니다",
        "regressed": "재발",
        "kind": "로그도 아닙니다",
        "cancelled": "취소됨",
        "quarantined": "이 번들은 이대로는 분석할 수 없습니다.",
        "failed": "분석에 실패했습니다. 번들 때문은 아닙니다.",
        "gone": "이 주소에는 볼 수 있는 것이 없습니다",
        "empty": "비어 있습니다",
        "foreign": "열 수 없는 형식입니다",
        "large": "너무 큽니다",
        "same": "이미 올라와 있는 번들입니다",
        "expired": "기한이 지났거나 폐기되었거나 주소가 완전하지 않거나",
        "wrong": "이름 또는 비밀번호가 맞지 않습니다.",
    },
}
PAGES = (
    "bundles",
    "bundles?state=failed",
    "cases",
    "intervals",
    "findings",
    "events",
    "comparisons",
    "jobs",
    "hosts",
    "fleet",
    "search",
    "search?q=fault",
    "search?q=nowhere-to-be-found",
    "rules",
    "rules/6",
    "formats",
    "formats/bracketed",
    "account",
    "admin/users",
    "admin/audit",
)


@pytest.fixture(scope="module")
def sites(tmp_path_factory: Any) -> Iterator[Any]:
    """A server by the name of its database, started when it is first asked for."""
    with ExitStack() as running:
        found: dict[str, Site] = {}

        def site(name: str) -> Site:
            if name not in found:
                address = running.enter_context(serving()).address if name == "postgresql" else None
                found[name] = running.enter_context(Site(tmp_path_factory.mktemp(name), address).running())
            return found[name]

        yield site


class Visitor:
    """Somebody with a browser, which at the end asked nobody else and complained only of what the server refused."""

    def __init__(self, chromium: Any, site: Site, language: str, **how: Any) -> None:
        window = {"width": 1280, "height": 900}
        self.site, self.words, self._name = site, WORDS[language], f"{language} {how.get('color_scheme', '')}"
        self._context = chromium.new_context(
            **{"viewport": window, "accept_downloads": True, "locale": language, **how}
        )
        self._context.set_default_timeout(PATIENCE_MS)
        self._asked: list[str] = []
        self._complaints: list[str] = []
        self._context.on("request", lambda one: self._asked.append(one.url))
        self._context.on("console", lambda one: self._complaints.append(one.text))
        self._context.on("weberror", lambda one: self._complaints.append(str(one.error)))
        self.page = self._context.new_page()

    def tab(self, address: str) -> Any:
        page = self._context.new_page()
        page.goto(address)
        return page

    def looks(self, name: str, page: Any = None) -> None:
        """Nobody is shut out, and nothing is wider than the window; a picture for a person, where one asks."""
        page = page or self.page
        if folder := os.environ.get("FAULTLOG_SHOTS"):
            file = Path(folder) / f"site {self._name} {name.replace('/', ' ')}.png"
            page.screenshot(path=str(file), full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        assert page.title().endswith(("faultlog", "faultlog compare")), name
        needed(AXE.exists(), "axe-core")
        assert found_by_axe(page) == [], name

    def leave(self) -> None:
        assert [url for url in self._asked if not url.startswith((f"{self.site.address}/", "blob:"))] == []
        told = [one for one in self._complaints if not one.startswith(("Failed to load resource", "[DOM]"))]
        assert told == []  # `[DOM]` is advice on forms
        self._context.close()


@pytest.fixture
def visit(chromium: Any, sites: Any) -> Iterator[Any]:
    """Opens the site of a database; whoever comes is logged in, in a team of his own, unless he is a stranger."""
    came: list[Visitor] = []

    def open_(database: str = "sqlite", language: str = "en", *, stranger: bool = False, **how: Any) -> Visitor:
        site = sites(database)
        came.append(Visitor(chromium, site, language, **how))
        if not stranger:
            site.log_in(came[-1].page, site.account())
        return came[-1]

    yield open_
    for one in came:
        one.leave()


def drop(page: Any, *files: Path) -> None:
    """Drop files on a page, as a hand does."""
    told = [[one.name, base64.b64encode(one.read_bytes()).decode()] for one in files]
    dropped = page.evaluate_handle(
        "all => { const given = new DataTransfer(); for (const [name, content] of all)"
        " given.items.add(new File([Uint8Array.from(atob(content), one => one.charCodeAt(0))], name)); return given; }",
        told,
    )
    page.dispatch_event("h1", "dragover", {"dataTransfer": dropped})
    assert page.locator(".drop.over").count() == 1
    page.dispatch_event("h1", "drop", {"dataTransfer": dropped})
    assert page.locator(".drop.over").count() == 0


def choose(page: Any, *files: Path) -> None:
    """Choose files, as who presses the button does."""
    with page.expect_file_chooser() as chosen:
        page.click("label[for='files']")
    chosen.value.set_files(list(files))


@pytest.mark.parametrize(
    ("database", "language", "scheme", "width"),
    [
        ("sqlite", "en", "light", 1280),
        ("sqlite", "ko", "light", 390),
        ("postgresql", "en", "dark", 390),
        ("postgresql", "ko", "dark", 1280),
    ],
)
def test_from_a_bundle_to_what_changed_since(visit: Any, database: str, language: str, scheme: str, width: int) -> None:
    how = {"color_scheme": scheme, "viewport": {"width": width, "height": 900}, "has_touch": width < 600}
    one = visit(database, language, **how)
    page = one.page
    one.looks("empty")
    drop(page, OLD, NEW)
    choose(page, BREACHED)
    for name in (OLD, NEW, BREACHED):
        page.locator(".row.live", has_text=name.name).get_by_text(one.words["waits"]).wait_for()
    one.looks("waiting")
    page.reload()
    busy = one.tab(f"{one.site.address}{page.locator('.rows a', has_text=BREACHED.name).get_attribute('href')}")
    busy.get_by_text(one.words["busy"]).wait_for()
    one.looks("busy", busy)

    with one.site.working():
        busy.locator(".chart").wait_for()  # the page that waited became the report
        busy.close()
        read_the_case(one)
        show_it_to_a_stranger(one, visit(database, language, stranger=True, **how))
        compare_two_bundles(one)
        for address in PAGES if width == 390 else ():
            page.goto(f"{one.site.address}/{address}")
            page.locator(".tiles" if address == "fleet" else "h1").first.wait_for()
            one.looks(address)


def read_the_case(one: Any) -> None:
    """The verdict, the lines that prove it, and both as a file."""
    page = one.page
    page.goto(f"{one.site.address}/bundles")
    page.get_by_role("link", name=BREACHED.name).click()
    page.get_by_text(one.words["verdict"]).first.wait_for()
    page.locator(".chart.live").wait_for()
    one.looks("case")
    page.locator(".card a[href='#f6-1']").first.click()
    page.locator("#f6-1 .line code", has_text="Fault Raised").first.wait_for(state="visible")
    for menu in ("again", "downloads"):  # the one that was open closes
        page.locator(".menu summary").nth(("downloads", "again").index(menu)).click()
        assert page.locator(".menu[open]").count() == 1
        one.looks(menu)
    for kind in ("csv", "png"):
        with page.expect_download() as waiting:
            page.locator(f".menu a[href$='/download/{kind}']").click()
        assert Path(waiting.value.path()).stat().st_size > 100
    page.keyboard.press("Escape")
    assert page.locator(".menu[open]").count() == 0
    page.locator(".menu summary").nth(1).click()
    one.looks("again")
    page.keyboard.press("Escape")


def show_it_to_a_stranger(one: Any, stranger: Any) -> None:
    """A link shows the case to whoever has it, as long as it counts, and nothing else."""
    page, case = one.page, one.page.url.partition("#")[0]
    page.click(".toolbar a[href$='/shares']")
    one.looks("shares")
    page.click(".form button")
    one.looks("link made")
    link = page.locator("#key").input_value()
    stranger.page.goto(link)
    stranger.page.get_by_text(one.words["verdict"]).first.wait_for()
    assert stranger.page.locator("nav.bar, .toolbar").count() == 0
    stranger.looks("link")
    stranger.page.goto(case)
    assert stranger.page.url.startswith(f"{one.site.address}/login")
    stranger.page.fill("#name", "kim")
    stranger.page.fill("#password", "guessed")
    stranger.page.click("main button")
    stranger.page.get_by_text(one.words["wrong"]).wait_for()
    stranger.looks("login")
    page.goto(f"{case}/shares")
    one.looks("shares with one")
    page.click(".people table button")
    stranger.page.goto(link)
    stranger.page.get_by_text(one.words["expired"]).wait_for()


def compare_two_bundles(one: Any) -> None:
    """From a bundle to its host, and from there to what became of each fault between two bundles."""
    page = one.page
    page.goto(f"{one.site.address}/bundles")
    page.get_by_role("link", name=NEW.name).click()
    page.locator(".toolbar a[href^='/hosts/']").click()
    page.locator(".chart.live").wait_for()
    one.looks("host")
    page.click("form[action='/comparisons'] button")
    page.locator("h1", has_text="sim-macos-0001").wait_for()
    page.get_by_text(one.words["regressed"]).first.wait_for()
    one.looks("compare")


def test_without_script_forms_and_links_do_the_same(visit: Any) -> None:
    one = visit("sqlite", "ko", viewport={"width": 390, "height": 900}, java_script_enabled=False)
    page = one.page
    page.set_input_files("#files", [BREACHED, OLD, NEW])
    page.click("#send")
    page.get_by_role("link", name=BREACHED.name).click()
    page.get_by_text(one.words["busy"]).wait_for()
    with one.site.working():
        page.get_by_text(one.words["verdict"]).first.wait_for()
        page.locator("#f6-1 summary").click()
        assert page.locator("#f6-1 .line code").first.is_visible()
        page.click(".toolbar a[href$='/shares']")
        page.click(".form button")
        assert f"{one.site.address}/shared/" in page.locator("#key").input_value()
        page.goto(f"{one.site.address}/hosts")
        host = page.locator("tr", has=page.locator(".number", has_text="2"))
        while not host.count():  # nothing looks again by itself without script
            page.wait_for_timeout(300)
            page.reload()
        host.get_by_role("link").first.click()
        page.click("form[action='/comparisons'] button")
        page.get_by_text(one.words["regressed"]).first.wait_for()
    page.goto(f"{one.site.address}/bundles")
    page.get_by_role("link", name=BREACHED.name).click()
    page.click(".toolbar a[href$='/delete']")
    page.click("form[action$='/delete'] button")
    page.wait_for_url(f"{one.site.address}/")


@pytest.mark.parametrize(("language", "scheme", "width"), [("en", "light", 1280), ("ko", "dark", 390)])
def test_what_is_refused_cancelled_given_up_or_gone_says_so(visit: Any, language: str, scheme: str, width: int) -> None:
    one = visit("sqlite", language, color_scheme=scheme, viewport={"width": width, "height": 900})
    page = one.page
    page.set_input_files("#files", [_file("junk.bin", bytes(9000))])
    page.get_by_text(one.words["kind"]).wait_for()
    page.set_input_files("#files", [_file("stopped.log", b"one\n")])
    row = page.locator(".row.live", has_text="stopped.log")
    row.get_by_text(one.words["waits"]).wait_for()
    row.locator("button").click()
    row.get_by_text(one.words["cancelled"]).wait_for()
    unanswered: list[Any] = []
    page.route("**/api/v1/bundles?*", lambda route: unanswered.append(route))  # noqa: PLW0108 (it wants a function)
    page.set_input_files("#files", [_file("held.log", b"two\n")])
    while not unanswered:
        page.wait_for_timeout(10)
    row = page.locator(".row.live", has_text="held.log")
    row.locator("button").click()
    row.get_by_text(one.words["cancelled"]).wait_for()
    for route in unanswered:
        route.abort()  # else it goes on to the server once nobody holds it
    page.unroute("**/api/v1/bundles?*")
    one.looks("refused")
    page.locator(".row.live", has_text="stopped.log").locator("a").click()
    one.looks("cancelled")

    for name, state, reason in (("broken.log", "failed", "disk"), ("notes.txt", "quarantined", "nothing_answerable")):
        page.goto(one.site.address)
        page.set_input_files("#files", [_file(name, name.encode())])
        page.locator(".row.live", has_text=one.words["waits"]).wait_for()
        held = one.site.store.write(jobs.lease, "a worker")
        assert one.site.store.read(jobs.job, held.team, held.job).name == name
        assert one.site.store.write(jobs.end, held, state, reason, "a message")
        page.locator(".row.live .onwards").click()
        page.get_by_text(one.words[state]).wait_for()
        page.locator(".card details summary").click()
        one.looks(state)
    page.goto(f"{page.url}/delete")
    one.looks("delete")
    case = page.url.removesuffix("/delete")
    page.click("form[action$='/delete'] button")
    page.wait_for_url(f"{one.site.address}/")
    page.goto(case)
    page.get_by_text(one.words["gone"]).wait_for()
    one.looks("gone")


def _file(name: str, content: bytes) -> dict[str, object]:
    return {"name": name, "mimeType": "", "buffer": content}


@pytest.mark.parametrize("language", ["en", "ko"])
def test_of_several_files_each_says_why_it_is_not_kept(visit: Any, language: str) -> None:
    one = visit(language=language)
    page = one.page
    page.evaluate("document.getElementById('upload').dataset.most = 20000")
    good = f"good {language}\n".encode()
    files = {
        "junk.bin": (bytes(9000), "kind"),
        "empty.zip": (b"", "empty"),
        "other.rar": (b"Rar!\x1a\x07\1\0", "foreign"),
        "large.log": (b"x" * 20_001, "large"),
        "good.log": (good, "waits"),
    }
    page.set_input_files("#files", [{"name": one, "mimeType": "", "buffer": what} for one, (what, _) in files.items()])
    for name, (_, said) in files.items():
        page.locator(".row.live", has_text=name).get_by_text(one.words[said]).first.wait_for()
    one.looks("several")
    page.reload()
    page.set_input_files("#files", [{"name": "good.log", "mimeType": "", "buffer": good}])
    page.locator(".row.live", has_text=one.words["same"]).wait_for()
    page.locator("#latest .row-name", has_text="good.log").wait_for(state="hidden")  # it stands above


@pytest.mark.parametrize(("language", "scripted"), [("en", False), ("ko", True)])
def test_several_files_of_a_form_are_followed_to_their_ends(visit: Any, language: str, scripted: bool) -> None:
    """Without script the page comes again by itself; with one only its rows do."""
    one = visit(language=language, java_script_enabled=False, viewport={"width": 390, "height": 900})
    files = [{"name": f"{name} {language}.txt", "mimeType": "", "buffer": f"{name}\n".encode()} for name in "ab"]
    one.page.set_input_files("#files", files)
    one.page.click("#send")
    one.page.wait_for_url("**/uploaded?*")
    page = one.page
    if scripted:
        other = visit(language=language, stranger=True)
        other.page.context.add_cookies(page.context.cookies())
        other.page.goto(page.url)
        page = other.page
    with one.site.working():
        page.locator("#kept .badge.unread").nth(1).wait_for()
    if scripted:
        other.looks("uploaded")
