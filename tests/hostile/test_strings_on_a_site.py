"""Strings that want to be run, rendered, obeyed or computed, on the pages of a server, in its lists and in its log.

The server and its worker are processes of their own. Each bundle has such a string for a name, its host is called
like one, and its lines hold more of them.
"""

import csv
import io
import json
import re
import time
import urllib.error
import urllib.request
from urllib.parse import quote, urlencode

import pytest

from faultlog.report.exports.spreadsheet import RUN
from faultlog.web.tables import LISTINGS
from faultlog.wording import safe
from tests.databases import kept
from tests.hostile.listed import TOLD, filled, with_tokens
from tests.hostile.payloads import names, strings
from tests.hostile.test_strings import OBEYED, Opened, lines_of
from tests.serving import Server, put
from tests.system.conftest import chromium  # noqa: F401 (a fixture)

BUNDLES = [(name, number) for number, name in enumerate(names()[::9])]
EACH = 25
"""Strings in the lines of one bundle."""
LISTS = ("bundles", "cases", "intervals", "findings", "events", "jobs", "comparisons")
pytestmark = pytest.mark.timeout(600)


def content(number):
    host = re.sub(r"\s", "", names()[number * 5 % len(names())]) or "x"
    some = [strings()[(number * EACH + place) * 3 % len(strings())] for place in range(EACH)]
    text = "\n".join(lines_of(some)).replace(" mac ", f" {host} ")
    return text.encode("utf-8", "surrogatepass") + b"\n"


class Kept:
    """A server that has analysed them all."""

    def __init__(self, server):
        self.server = server
        self.address = self.server.address
        told = [put(self.server.port, f"{name}.log", content(number)) for name, number in BUNDLES]
        self.refused = sum(one is None or one[0] not in {200, 201} for one in told)
        self.ids = list(dict.fromkeys(one[1]["id"] for one in told if one is not None and one[0] in {200, 201}))
        until = time.monotonic() + 300
        while self._waiting() and time.monotonic() < until:
            time.sleep(0.3)

    def _waiting(self):
        """Whether some of the newest jobs wait, in one look: jobs beget jobs."""
        return any(one["state"] in {"queued", "leased"} for one in json.loads(self.get("api/v1/jobs"))["rows"])

    def get(self, path):
        with urllib.request.urlopen(f"{self.address}/{path}", timeout=60) as answer:  # noqa: S310 (our own)
            return answer.read().decode()

    def share(self, case):
        """The address that somebody else gets."""
        body = urlencode({"days": "1"}).encode()
        told = urllib.request.Request(f"{self.address}/cases/{case}/shares", body)  # noqa: S310 (our own)
        with urllib.request.urlopen(told, timeout=60) as answer:  # noqa: S310
            return re.search(r"/shared/[\w-]+", answer.read().decode())[0].removeprefix("/")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("site") / "data", "--workers", 1)
    try:
        yield Kept(server)
    finally:
        server.signal(15)
        server.wait()


def test_no_page_of_a_server_runs_them(site, chromium, figure):  # noqa: F811
    pages = ["", *LISTS, "hosts", "fleet", "rules", "formats", "admin/audit"]
    pages += [f"search?{urlencode({'q': name})}" for name, _ in BUNDLES[::4]]
    pages += [f"cases/{one}" for one in site.ids] + [site.share(one) for one in site.ids[::6]]
    hosts = re.findall(r'href="/(hosts/[^"?#]+)"', site.get("hosts"))
    pages += [one for one in dict.fromkeys(hosts) if "." not in one][:12]
    wrong, shown = {}, ""
    for page in pages:
        one = Opened(chromium, f"{site.address}/{page}")
        ran = [told for told in one.ran(f"{site.address}/") if not told.startswith(("Failed to load", "[DOM]"))]
        foreign = one.page.evaluate("document.querySelectorAll('img,iframe,object,embed,base').length")
        shown += one.page.evaluate("document.documentElement.textContent") + "\n"
        if ran or foreign or OBEYED.search(one.page.content().replace("\n", "").replace("\t", "")):
            wrong[page] = (ran, foreign)
        one.context.close()
    missing = [name for name, _ in BUNDLES if safe(name).strip() not in shown]
    figure("T10", "pages of a server full of strings, in Chromium", tried=len(pages), held=len(pages) - len(wrong))
    assert wrong == {}
    assert len(missing) <= site.refused


def test_no_list_of_a_server_is_computed_or_obeyed(site, figure):
    held, asked = 0, [*((name, "") for name in LISTS), *((name, "?redact=1") for name in TOLD)]
    for name, query in asked:
        told = json.loads(raw := site.get(f"{name}.json{query}"))
        rows = list(csv.reader(io.StringIO(text := site.get(f"{name}.csv{query}"), newline="")))
        run = [cell for row in rows for cell in row if cell.startswith(RUN) and not re.fullmatch(r"-\d+(\.\d+)?", cell)]
        assert run == []
        assert OBEYED.findall(text.replace("\r\n", "")) == []
        assert OBEYED.findall(raw) == []
        held += isinstance(told, dict) and len({len(row) for row in rows}) == 1
    figure("T10", "lists of a server as CSV and JSON", tried=len(asked), held=held)
    assert held == len(asked)


def test_every_such_name_is_a_token_in_a_list_with_tokens(tmp_path, figure):
    """Whatever a bundle, a host or a person is called; and no sentence is computed or obeyed."""
    token = re.compile(r"(?:name:)?(?:host|user|document)-z[b-z]{3,5}(?:\.[\w.]+)?")
    strange = names()
    rows = [(one, one, one, strange[number - 1]) for number, one in enumerate(strange)]
    named, left, seen = 0, [], set()
    with kept(tmp_path / "data") as store:
        for name, form, content in with_tokens(store, store.write(filled, rows), tmp_path):
            text = content.decode()
            told = list(csv.DictReader(io.StringIO(text, newline=""))) if form == "csv" else json.loads(text)["rows"]
            cells = [str(cell) for row in told for cell in row.values()]
            assert form == "json" or [one for one in cells if one.startswith(RUN)] == []
            assert OBEYED.findall(text.replace("\r\n", "").replace("\n", "")) == []
            cells = [row[one.key] for row in told for one in LISTINGS[name].columns if one.names and row[one.key]]
            cells = [one for one in cells if one != "name:"]
            named, left = named + len(cells), left + [one for one in cells if not token.fullmatch(one)]
            seen |= set(cells)
    figure("T10", "strings as names in lists with tokens", tried=named, held=named - len(left))
    assert left == []
    assert len(seen) > 3 * len(strange)  # in three columns each, of which hosts have two


def test_a_record_of_the_log_is_one_line_of_json(site, figure):
    """Also of addresses that want to be lines: each request is one record, whatever it asks for."""
    asked = [f"cases/{quote(name, safe='')}" for name, _ in BUNDLES] + [
        f"bundles?sort={quote(name)}" for name in names()[:40]
    ]
    before = len(site.server.told("request"))
    for path in asked:
        try:
            site.get(path)
        except urllib.error.HTTPError as error:
            error.close()
    until = time.monotonic() + 20
    while len(site.server.told("request")) < before + len(asked) and time.monotonic() < until:
        time.sleep(0.05)
    lines = list(site.server.lines)
    records = [json.loads(one) for one in lines]
    assert len(site.server.told("request")) >= before + len(asked)  # a browser may still ask for something
    assert all({"at", "event"} <= record.keys() for record in records)
    raw = [one for one in lines if not one.removesuffix("\n").isprintable() or not one.isascii()]
    figure(
        "T10",
        "requests and jobs with strings, each one line of a server's log",
        tried=len(asked),
        held=len(asked) if not raw else 0,
    )
    assert raw == []
