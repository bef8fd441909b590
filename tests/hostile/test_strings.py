"""Strings that want to be run, rendered, obeyed or computed, in everything that shows what a bundle says."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from functools import cache

import pytest
from rich.console import Console

from faultlog.compare import compare
from faultlog.pipeline import Options, analyze_with
from faultlog.report.charts.drawing import render_chart
from faultlog.report.comparing import render_comparison
from faultlog.report.comparisons import comparison_document, comparison_json
from faultlog.report.document import document, from_json, to_json
from faultlog.report.explaining import render_explanation
from faultlog.report.exports.formats import FORMATS
from faultlog.report.exports.spreadsheet import RUN, neutral, original
from faultlog.report.exports.timeline import Timeline
from faultlog.report.html.case import render_html
from faultlog.report.html.comparison import render_comparison_html
from faultlog.report.html.cutting import cut
from faultlog.report.html.stays import MOST_RAW
from faultlog.report.text import render_text
from faultlog.wording import Wording, safe
from tests.hostile.payloads import names, strings
from tests.logs import knowledge
from tests.system.conftest import chromium  # noqa: F401 (a fixture)

EACH = 400
"""Strings in one bundle."""
PARTS = range(0, len(strings()), EACH)
OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
WATCHES = """
window.__csp = [];
document.addEventListener('securitypolicyviolation', one => window.__csp.push(one.violatedDirective));
"""
pytestmark = pytest.mark.timeout(600)


def name_of(number):
    return names()[number % len(names())]


def lines_of(some):
    """Raises and clears of one fault, each with a string behind it."""
    said = ("Fault Raised: 6 (Major)", "Fault Cleared: 6")
    for number, one in enumerate(some):
        at = f"2026-03-03T{number // 60:02d}:{number % 60:02d}:00Z"
        yield f"{at} mac ampdaemon[7]: {said[number % 2]} - {one}"


@cache
def made(folder, start):
    """The case of a bundle of some strings, whose file, host and bundle are such as well; and its lines."""
    some = strings()[start : start + EACH]
    place = folder / str(start) / (name_of(start).strip(".") or "x")
    place.mkdir(parents=True)
    lines = list(lines_of(some))
    (place / "ampdaemon.log").write_bytes("\n".join(lines).encode("utf-8", "surrogatepass") + b"\n")
    doc = document(analyze_with(knowledge(), [folder / str(start)], Options(), lambda _path, _size: None))
    policy = [replace(one, value=name_of(start + 3)) for one in doc.changes] if doc.changes else doc.changes
    host = replace(doc.host, name=name_of(start + 1))
    return replace(doc, host=host, bundle=replace(doc.bundle, name=name_of(start + 2)), changes=policy), lines


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("strings")


@pytest.fixture(scope="module")
def wording():
    return Wording("en", knowledge().rules, "UTC")


def evidence(doc):
    return [line for one in doc.intervals for line in one.evidence]


@pytest.mark.parametrize("start", PARTS)
def test_every_string_is_evidence_and_json_gives_it_back(folder, start, figure):
    doc, lines = made(folder, start)
    written = {one.encode("utf-8", "surrogatepass").decode("utf-8", "replace").removesuffix("\r") for one in lines}
    shown = {one.text for one in evidence(doc)}
    told = to_json(doc)
    again = {line["text"] for one in json.loads(told)["intervals"] for line in one["evidence"]}
    assert from_json(told) == doc
    assert OBEYED.findall(told.replace("\n", "")) == []
    evident = written & shown
    figure("T10", "strings in the case document (JSON)", tried=len(evident), held=len(evident & again))
    assert len(written - shown) <= 4  # what makes another sentence of a line, such as `6 x`
    assert shown == again


def printed(render, *words, **more):
    out = io.StringIO()
    render(*words, Console(file=out, width=100, color_system=None), **more)
    return out.getvalue()


def part_of(doc, intervals):
    """A case of some of its intervals."""
    ids = {one.id for one in intervals}
    return replace(
        doc,
        intervals=intervals,
        findings=[one for one in doc.findings if one.interval in ids],
        remedies=[one for one in doc.remedies if one.interval in ids],
        preceding=[],
        examined=[],
    )


@pytest.mark.parametrize("start", PARTS)
def test_no_terminal_obeys_them(folder, start, wording, figure):
    """The report, the explanation of every stay, and the timeline as a table and as text for others."""
    doc, lines = made(folder, start)
    told = [printed(render_text, doc, wording, path="x")]
    for first in range(0, len(doc.intervals), 20):  # explaining takes the longer, the more a case holds
        few = part_of(doc, doc.intervals[first : first + 20])
        told += [printed(render_explanation, few, one.id, wording) for one in few.intervals]
    told += [
        one.write(Timeline.of(doc, wording)).decode()
        for one in FORMATS.values()
        if not one.binary and one.name != "csv"
    ]
    obeyed = [one for text in told for one in OBEYED.findall(text)]
    explained = "".join("".join(told).split())
    missing = [one.text for one in evidence(doc) if "".join(safe(one.text)[:60].split()) not in explained]
    figure(
        "T10",
        "strings on a terminal: report, explanations, timeline",
        tried=len(lines),
        held=len(lines) if not obeyed else 0,
    )
    assert obeyed == []
    assert missing == []


@pytest.mark.parametrize("start", PARTS)
def test_no_spreadsheet_computes_them(folder, start, wording, figure):
    doc, lines = made(folder, start)
    timeline = Timeline.of(doc, wording)
    rows = list(csv.reader(io.StringIO(FORMATS["csv"].write(timeline).decode(), newline="")))
    run = [cell for row in rows for cell in row if cell.startswith(RUN) and not re.fullmatch(r"-\d+(\.\d+)?", cell)]
    raw = [cell for row in rows for cell in row if OBEYED.search(cell)]
    assert len(rows) == len(timeline.rows) + 1
    assert {len(row) for row in rows} == {len(rows[0])}
    figure("T10", "strings in cells of a CSV", tried=len(lines), held=len(lines) if not run and not raw else 0)
    assert (run, raw) == ([], [])


def test_a_cell_that_is_such_a_string_alone_is_shielded(figure):
    cells = {one: neutral(safe(one)) for one in strings()}
    kept = [one for one, cell in cells.items() if not cell.startswith(RUN) and original(cell) == safe(one)]
    figure("T10", "strings as whole cells", tried=len(strings()), held=len(kept))
    assert len(kept) == len(strings())


class Opened:
    """A page, with everything that it asked for, ran or complained of."""

    def __init__(self, browser, where, **how):
        self.context = browser.new_context(**how)
        self.context.add_init_script(WATCHES)
        self.page = self.context.new_page()
        self.asked, self.told = [], []
        self.page.on("request", lambda one: self.asked.append(one.url))
        self.page.on("dialog", lambda one: (self.told.append(f"dialog {one.message}"), one.dismiss()))
        self.page.on("console", lambda one: self.told.append(one.text))
        self.page.on("pageerror", lambda one: self.told.append(str(one)))
        self.page.on("popup", lambda one: self.told.append(f"popup {one.url}"))
        self.page.goto(where)

    def ran(self, here):
        """What it ran or asked for that it should not; nothing else is what is looked for."""
        self.page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        self.page.wait_for_timeout(20)
        state = self.page.evaluate("[window.__pwned || null, window.__csp || []]")
        strangers = [url for url in self.asked if not url.startswith(here)]
        return [*self.told, *strangers, *([state[0]] if state[0] else []), *state[1]]


@pytest.mark.parametrize("start", PARTS)
def test_no_browser_runs_them_and_each_is_shown_as_it_is(folder, start, wording, chromium, figure, tmp_path):  # noqa: F811
    doc, lines = made(folder, start)
    path = tmp_path / "report.html"
    path.write_text(render_html(doc, wording, path="x"), encoding="utf-8")
    one = Opened(chromium, path.as_uri(), offline=True)
    shown = set(one.page.locator(".line code").evaluate_all("all => all.map(one => one.textContent)"))
    scripts = one.page.evaluate("document.querySelectorAll('script').length")
    foreign = one.page.evaluate("document.querySelectorAll('img,iframe,object,embed,link,base,form[action]').length")
    ran = one.ran("file://")
    one.context.close()
    missing = {safe(cut(line.text, MOST_RAW)) for line in evidence(doc)} - shown
    held = len(lines) - len(missing) if not ran and (scripts, foreign) == (2, 0) else 0
    figure("T10", "strings in the report as a page, in Chromium", tried=len(lines), held=held)
    assert ran == []
    assert (scripts, foreign, len(one.asked)) == (2, 0, 1)
    assert missing == set()


def test_a_comparison_runs_nothing_either(folder, wording, chromium, figure, tmp_path):  # noqa: F811
    made(folder, 0), made(folder, EACH)
    for day, start in ((3, 0), (9, EACH)):
        place = tmp_path / str(day)
        place.mkdir()
        text = "\n".join(lines_of(strings()[start : start + EACH])).replace("2026-03-03", f"2026-03-{day:02d}")
        (place / "ampdaemon.log").write_bytes(text.encode("utf-8", "surrogatepass") + b"\n")
    found = comparison_document(
        compare(knowledge(), str(tmp_path / "3"), str(tmp_path / "9"), Options(), lambda _path, _size: None)
    )
    text = printed(render_comparison, found, wording, path="x") + comparison_json(found).replace("\n", "")
    path = tmp_path / "comparison.html"
    path.write_text(render_comparison_html(found, wording, path="x"), encoding="utf-8")
    one = Opened(chromium, path.as_uri(), offline=True)
    ran = one.ran("file://")
    one.context.close()
    tried = 2 * EACH
    figure(
        "T10",
        "strings in a comparison: terminal, JSON, page",
        tried=tried,
        held=0 if ran or OBEYED.search(text) else tried,
    )
    assert ran == []
    assert OBEYED.findall(text) == []


def test_pictures_hold_them_as_text(folder, wording, chromium, figure, tmp_path):  # noqa: F811
    """As the host's name and the bundle's, which stand on a chart."""
    doc, _ = made(folder, 0)
    doc, some, held = replace(doc, intervals=doc.intervals[:2]), names()[::10], 0
    for number, name in enumerate(some):
        shown = replace(doc, host=replace(doc.host, name=name), bundle=replace(doc.bundle, name=name))
        text = render_chart(shown, wording, "svg").decode()
        root = ET.fromstring(text)  # noqa: S314 (what we wrote)
        tags = {each.tag.rpartition("}")[2] for each in root.iter()}
        values = [
            value for each in root.iter() for key, value in each.attrib.items() if "href" in key or key[:2] == "on"
        ]
        assert tags & {"script", "foreignObject", "image", "a", "iframe"} == set()
        assert [value for value in values if not value.startswith("#")] == []
        assert OBEYED.findall("".join(root.itertext()).replace("\n", "")) == []
        path = tmp_path / f"{number}.svg"
        path.write_text(text)
        one = Opened(chromium, path.as_uri(), offline=True)
        held += one.ran("file://") == []
        one.context.close()
    figure("T10", "strings on charts (SVG), in Chromium", tried=len(some), held=held)
    assert held == len(some)
