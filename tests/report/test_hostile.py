"""A bundle whose names, host and lines want to be run, rendered or obeyed: others' parsers read all made of it."""

import csv
import io
import json
import os
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import html5lib
import pytest
from markdown_it import MarkdownIt
from rich.console import Console

from faultlog.compare import compare
from faultlog.pipeline import Options, analyze
from faultlog.report.charts.drawing import render_chart
from faultlog.report.comparing import render_comparison
from faultlog.report.comparisons import ComparisonDocument, comparison_document, comparison_json
from faultlog.report.document import CaseDocument, document, from_json, to_json
from faultlog.report.exports.formats import FORMATS
from faultlog.report.exports.spreadsheet import RUN
from faultlog.report.exports.timeline import Timeline
from faultlog.report.html.case import render_html
from faultlog.report.html.comparison import render_comparison_html
from faultlog.report.text import render_text
from faultlog.wording import Wording
from tests.logs import knowledge

EVIL = (
    "=HYPERLINK(1) </script><svg onload=alert(1)><!--]]> {{ 7*7 }} {at} & \x1b[31m\x1b]8;;http://a\x07x\x1b]8;;\x07 "
    "\u202egnp \u2066x\u2069 \u2028 \x9b31m \x7f $\\frac{x}$ %s ![i](http://a) | **b** `c`"
)
NAMES = [
    b"logs", b"=cmd|'", b"\x1b[31m\xe2\x80\xae<svg onload=alert(1)>", b"\xff\xfe", b"{{ 7*7 }}",
]  # fmt: skip
OBEYED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def bundle(folder: Path, first: int) -> str:
    """A folder of logs of one host, one hour each, the lines of each hostile; one of them is 1 MB long."""
    for number, name in enumerate(NAMES):
        stamp, host = f"2026-03-03T{first + number:02d}", "mac"
        lines = [
            f"{stamp}:00:00Z {host} ampdaemon[7]: connector started, version 1.14.{number} {EVIL}",
            f"{stamp}:05:00Z {host} ampdaemon[7]: Fault Raised: 6 (Major): {EVIL}",
            f"{stamp}:06:00Z {host} ampdaemon[7]: policy changed to {EVIL}",
            f"{stamp}:40:00Z {host} ampdaemon[7]: Fault Cleared: 6 {EVIL}",
            f"{stamp}:41:00Z {host} ampdaemon[7]: fault \x00 {EVIL}" + ("x" * 1_000_000 if number == 0 else ""),
            EVIL,
        ]
        content = "\n".join(lines).encode() + b"\n\xff\xfe\x00 fault\n"
        path = folder / os.fsdecode(name)
        path.mkdir()
        (path / f"ampdaemon.log.{len(NAMES) - number}").write_bytes(content)
    return str(folder)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    return tuple(bundle(tmp_path_factory.mktemp(name), first) for name, first in (("old", 1), ("new", 9)))  # type: ignore[return-value]


@pytest.fixture(scope="module")
def doc(folders: tuple[str, str]) -> CaseDocument:
    made = document(analyze([folders[0]]))
    return replace(made, host=replace(made.host, name=EVIL), bundle=replace(made.bundle, name=EVIL))


@pytest.fixture(scope="module")
def found(folders: tuple[str, str]) -> ComparisonDocument:
    made = comparison_document(compare(knowledge(), *folders, Options(), lambda _path, _size: None))
    new = replace(made.new, bundle=replace(made.new.bundle, name=EVIL))
    return replace(made, host=replace(made.host, name=EVIL), new=new)


@pytest.fixture(scope="module", params=["en", "ko"])
def wording(request: pytest.FixtureRequest) -> Wording:
    return Wording(request.param, knowledge().rules, "UTC")


def harmless(page: str) -> None:
    """What a browser makes of a page holds nothing that it would run, and no raw character that anything obeys."""
    assert OBEYED.findall(page) == []
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    elements = [one for one in tree.iter() if isinstance(one.tag, str)]
    assert sum(one.tag == "script" for one in elements) == 2
    assert [name for one in elements for name in one.attrib if str(name).startswith("on")] == []
    assert {one.tag for one in elements} & {"img", "iframe", "object", "embed", "link", "base"} == set()
    assert [one.get("href") for one in elements if one.get("href", "#")[:1] != "#"] == []
    (block,) = [one.text for one in elements if one.get("type") == "application/json"]
    assert json.loads(str(block))["schema"].startswith("faultlog.")
    assert "49" not in re.findall(r"\{\{ ?(\w+) ?\}\}", page)


def test_the_bundle_holds_what_it_promises(doc: CaseDocument) -> None:
    assert [one.fault_id for one in doc.intervals] == [6] * 5
    assert all("\x1b]8" in line.text for one in doc.intervals for line in one.evidence)
    assert from_json(to_json(doc)) == doc
    assert OBEYED.findall(to_json(doc)) == []


def test_pictures_are_pictures(doc: CaseDocument, wording: Wording) -> None:
    root = ET.fromstring(render_chart(doc, wording, "svg"))  # noqa: S314 (what we wrote)
    names = {one.tag.rpartition("}")[2] for one in root.iter()}
    assert "script" not in names
    assert [key for one in root.iter() for key in one.attrib if key.startswith("on")] == []
    assert OBEYED.findall("".join(root.itertext())) == []
    assert render_chart(doc, wording, "png").endswith(b"IEND\xaeB`\x82")
    pdf = render_chart(doc, wording, "pdf")
    assert pdf.startswith(b"%PDF-")
    assert b"/JavaScript" not in pdf
    assert b"/URI" not in pdf


def test_pages_run_nothing_of_it(doc: CaseDocument, found: ComparisonDocument, wording: Wording) -> None:
    harmless(render_html(doc, wording, path="x"))
    harmless(render_comparison_html(found, wording, path="x"))


def test_texts_obey_nothing_of_it(doc: CaseDocument, found: ComparisonDocument, wording: Wording) -> None:
    for render, one in ((render_text, doc), (render_comparison, found)):
        shown = io.StringIO()
        render(one, wording, Console(file=shown, width=100, color_system=None), path="x")  # type: ignore[operator]
        assert OBEYED.findall(shown.getvalue()) == []
    assert OBEYED.findall(comparison_json(found)) == []
    assert len(json.loads(comparison_json(found))["faults"]) == 1


@pytest.mark.parametrize("name", [name for name, one in FORMATS.items() if not one.binary])
def test_exports_are_read_by_others(doc: CaseDocument, wording: Wording, name: str) -> None:
    text = FORMATS[name].write(Timeline.of(doc, wording)).decode()
    assert OBEYED.findall(text) == []
    if name == "csv":
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        assert len(rows) == len(Timeline.of(doc, wording).rows)
        assert [
            cell for row in rows for cell in row.values() if cell.startswith(tuple(RUN)) and not _number(cell)
        ] == []
    elif name == "perfetto":
        assert json.loads(text)["traceEvents"]
    elif name in {"jsonl", "timesketch", "ocsf"}:
        assert all(isinstance(json.loads(line), dict) for line in text.splitlines())
    elif name == "markdown":
        blocks = MarkdownIt("commonmark").enable("table").parse(text)
        kinds = {one.type for block in blocks for one in (block, *(block.children or []))}
        assert kinds & {"html_block", "html_inline", "link_open", "image"} == set()


def _number(cell: str) -> bool:
    return re.fullmatch(r"-\d+(\.\d+)?", cell) is not None
