"""Strings that want to be obeyed, in all that carries a text to a sink and is no line of a log's middle.

What `faultlog watch` tells while a log is written; every free text of a case document, such as processes, modules,
versions, templates and paths; titles and advice of a stranger's rules; and events as a console exports them.
"""

import csv
import io
import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml
from rich.console import Console

from faultlog.errors import PackError
from faultlog.identity import Told
from faultlog.pipeline import Options, analyze_with, load_knowledge
from faultlog.report.charts.drawing import render_chart
from faultlog.report.document import document, from_json, to_json
from faultlog.report.explaining import render_explanation
from faultlog.report.exports.formats import FORMATS
from faultlog.report.exports.spreadsheet import RUN
from faultlog.report.exports.timeline import Timeline
from faultlog.report.html.case import render_html
from faultlog.report.page import Page
from faultlog.report.text import render_text
from faultlog.report.watching import render_notice, to_json_line
from faultlog.watch import Watcher
from faultlog.wording import Wording, safe
from tests.hostile.payloads import names, strings
from tests.hostile.test_strings import EACH, OBEYED, PARTS, Opened, lines_of, printed
from tests.logs import knowledge, log, on
from tests.serving import PROGRAM
from tests.system.conftest import chromium  # noqa: F401 (a fixture)

SAMPLES = sorted(one for one in (Path(__file__).parents[2] / "sample_logs").iterdir() if one.suffix in {".zip", ".gz"})
FREE = re.compile(
    r"(\.bundle\.name|\.host\.(name|guid|os_version|connector_version)|\.files\.(path|format)|\.coverage\.file"
    r"|\.voices\.(process|module|level)|\.clock_steps\.file|\.(\w+\.)*(evidence|example)\.(file|text)|\.snapshots\.file"
    r"|\.(\w+\.)*advice\.source|\.findings\.expectation\.source|\.changes\.(from|to)|\.(\w+)\.template|\.offenders\.path"
    r"|\.warnings\.(file|detail)|\.tool\.\w+)"
)
"""Where a case document has a text that is not one of a few."""
SHOWN = (".host.name", ".changes.to", ".intervals.evidence.text", ".preceding.template")
"""What of that a page shows, wherever a case has it."""
pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def wording():
    return Wording("en", knowledge().rules, "UTC")


@pytest.mark.parametrize("start", PARTS)
def test_watching_a_log_obeys_nothing_in_it(start, tmp_path, wording, figure):
    """As it was when the watching began, and as it is written: events, lines that nobody reads, JSON."""
    some, now = strings()[start : start + EACH], on("00:00:00").ns / 1e9
    path = tmp_path / "ampdaemon.log"
    lines = [*lines_of(some[:200]), *some[:20], *(f"fault {one}" for one in some[:20]), *lines_of(some[200:])]
    lines = [one.encode("utf-8", "surrogatepass") + b"\n" for one in lines]
    path.write_bytes(b"".join(lines[:200]))
    watcher = Watcher([path], knowledge(), Told(tz="UTC"), lambda: now)
    notices = list(watcher.poll())
    for at in range(200, len(lines), 10):
        with path.open("ab") as file:
            file.writelines(lines[at : at + 10])
        notices += watcher.poll()
    watcher.close()
    text, objects = io.StringIO(), [to_json_line(one, wording) for one in notices]
    for one in notices:
        page = Page(Console(file=text, width=100, color_system=None), wording)
        render_notice(one, page, page)
    evident = {one.evidence.text for one in notices if one.evidence is not None}
    again = {found["text"] for one in objects if (found := json.loads(one).get("evidence"))}
    obeyed = OBEYED.findall(text.getvalue()) + [
        found for one in objects for found in OBEYED.findall(one) + re.findall("\n", one)
    ]
    figure(
        "T10",
        "lines of a log that is watched: terminal, JSON",
        tried=len(evident),
        held=0 if obeyed else len(evident & again),
    )
    assert len(evident) > len(some) // 3
    assert obeyed == []
    assert again == evident


class Filling:
    """A document's free texts made others; the same text stays the same everywhere, since a path names a file."""

    def __init__(self, turn):
        self.put, self._turn, self._known = {}, turn, {}

    def __call__(self, node, place=""):
        if isinstance(node, dict):
            return {key: self(one, f"{place}.{key}") for key, one in node.items()}
        if isinstance(node, list):
            return [self(one, place) for one in node]
        if not isinstance(node, str) or not FREE.fullmatch(place):
            return node
        string = self._known.setdefault(node, names()[(self._turn + len(self._known)) % len(names())])
        self.put.setdefault(place, set()).add(string)
        return string


def sinks(doc, wording):
    """All that a terminal, an editor or a spreadsheet gets, and what of it would be obeyed or computed."""
    timeline = Timeline.of(doc, wording)
    told = [printed(render_text, doc, wording, path="x")]
    told += [printed(render_explanation, doc, one.id, wording) for one in doc.intervals[:: len(doc.intervals) // 6 + 1]]
    told += [one.write(timeline).decode() for one in FORMATS.values() if not one.binary and one.name != "csv"]
    told += [to_json(doc).replace("\n", ""), render_chart(doc, wording, "svg").decode()]
    rows = list(csv.reader(io.StringIO(FORMATS["csv"].write(timeline).decode(), newline="")))
    cells = [cell for row in rows for cell in row]
    run = [one for one in cells if one.startswith(RUN) and not re.fullmatch(r"-\d+(\.\d+)?", one)]
    return "".join(told), [*run, *(found for one in (*told, *cells) for found in OBEYED.findall(one))]


def opened(browser, doc, wording, tmp_path):
    """What a page shows, and what it ran that it should not."""
    path = tmp_path / "report.html"
    path.write_text(render_html(doc, wording, path="x"), encoding="utf-8")
    one = Opened(browser, path.as_uri(), offline=True)
    ran = one.ran("file://")
    if one.page.evaluate("document.querySelectorAll('img,iframe,object,embed,link,base,form[action]').length"):
        ran.append("a foreign element")
    shown = one.page.evaluate("document.documentElement.textContent")
    one.context.close()
    return shown, ran


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: one.name.partition(".")[0])
def test_no_text_of_a_case_is_obeyed_wherever_it_stands(sample, wording, chromium, figure, tmp_path):  # noqa: F811
    fill = Filling(37 * SAMPLES.index(sample))
    case = analyze_with(knowledge(), [sample], Options(), lambda _path, _size: None)
    doc = from_json(json.dumps(fill(json.loads(to_json(document(case))))))
    text, obeyed = sinks(doc, wording)
    shown, ran = opened(chromium, doc, wording, tmp_path)
    assert from_json(to_json(doc)) == doc
    tried = sum(map(len, fill.put.values()))
    figure("T10", "strings as any free text of a case: all sinks", tried=tried, held=0 if obeyed or ran else tried)
    assert (obeyed, ran) == ([], [])
    spread = "".join((text + shown).split())
    missing = {
        (place, one)
        for place in SHOWN
        for one in fill.put.get(place, ())
        if "".join(safe(one)[:40].split()) not in spread
    }
    assert missing == set()


class Plain(yaml.SafeDumper):
    """Writes every text out."""

    def ignore_aliases(self, data):
        return True


def rule(fault, name):
    """A fault's rule by somebody who means harm: every text that people read is such a string."""
    both = {"en": name, "ko": name}
    return {
        "fault": fault,
        "name": both,
        "provenance": "user",
        "source": name,
        "summary": both,
        "logs": [name],
        "patterns": [{"id": "standing", "stands": "24h", "source": name}],
        "advice": [{"id": "obey", "source": name, "text": both}],
        "tests": [
            {
                "name": "raised",
                "log": f"2026-03-03T12:00:00Z vm ampdaemon[71]: Fault Raised: {fault}\n",
                "expect": {"intervals": [{"id": f"f{fault}-1", "raised": "2026-03-03T12:00:00Z", "state": "open"}]},
            }
        ],
    }


def test_titles_and_advice_of_a_stranger_s_rules_are_not_obeyed(chromium, figure, tmp_path):  # noqa: F811
    """A file that is refused says where; all others are loaded together, and each fault is raised."""
    folder, numbered = tmp_path / "rules" / "mine" / "linux", dict(enumerate(names(), 1000))
    folder.mkdir(parents=True)
    for fault, name in numbered.items():
        (folder / f"{fault}-x.yaml").write_text(yaml.dump(rule(fault, name), Dumper=Plain))
    options = Options(rule_folders=(tmp_path / "rules",))
    try:
        known = load_knowledge(options)
    except PackError as error:
        for flaw in error.flaws:
            assert flaw.line
            numbered.pop(int(Path(flaw.path).name.partition("-")[0]), None)
            Path(flaw.path).unlink(missing_ok=True)
        known = load_knowledge(options)
    path = tmp_path / "ampdaemon.log"
    path.write_text(log(*(f"12:{at // 60:02}:{at % 60:02} Fault Raised: {fault}" for at, fault in enumerate(numbered))))
    doc = document(analyze_with(known, [path], options, lambda _path, _size: None))
    wording = Wording("en", known.rules, "UTC")
    text, obeyed = sinks(doc, wording)
    shown, ran = opened(chromium, doc, wording, tmp_path)
    spread = "".join((text + shown).split())
    missing = [one for one in numbered.values() if "".join(safe(one).split()) not in spread]
    figure(
        "T10",
        "titles and advice of strangers' rules: all sinks",
        tried=len(numbered),
        held=0 if obeyed or ran else len(numbered) - len(missing),
    )
    assert (obeyed, ran) == ([], [])
    assert len(numbered) == len(names()) - 1  # a blank is no title
    assert missing == []


def test_events_of_a_console_and_names_in_a_log_are_not_obeyed(chromium, wording, figure, tmp_path):  # noqa: F811
    """Hosts, users, files and descriptions of events; processes, modules, policies and definitions in lines."""
    events, lines = [], []
    for at, name in enumerate(names()):
        stamp = f"2026-03-03T{12 + at // 60:02}:{at % 60:02}:00"
        computer = {"hostname": name, "user": name, "connector_guid": "a", "fault_id": 6 + at % 5}
        words = {"description": name, "fault": name, "file": {"file_path": name}, "group": name}
        events.append(
            {
                "id": at,
                "date": f"{stamp}+00:00",
                "event_type": f"{('Major Fault Raised', 'Fault Cleared')[at % 2]}",
                "event_type_id": 553648195 + at % 2,
                "computer": computer,
                "connector_guid": "a",
                "detection": name,
                "error": words,
            }
        )
        word = re.sub(r"\s", "", name) or "x"
        lines += [
            f"{stamp}Z mac {word}[7]: Fault Raised: 6 {name}",
            f"{stamp}Z mac ampdaemon[7]: [{word}] policy updated: {name}, serial {at}",
            f"{stamp}Z mac ampdaemon[7]: loaded {word}.cvd version {at}: {name}",
            f"{stamp}Z mac ampdaemon[7]: connector version {word} started, was {name}",
        ]
    (tmp_path / "bundle").mkdir()
    (tmp_path / "bundle" / "events.json").write_text("\n".join(json.dumps(one) for one in events))
    (tmp_path / "bundle" / "ampdaemon.log").write_bytes("\n".join(lines).encode("utf-8", "surrogatepass") + b"\n")
    doc = document(analyze_with(knowledge(), [tmp_path / "bundle"], Options(full=True), lambda _path, _size: None))
    _, obeyed = sinks(doc, wording)
    _, ran = opened(chromium, doc, wording, tmp_path)
    tried = len(events) + len(lines)
    figure("T10", "events of a console, and names in lines: all sinks", tried=tried, held=0 if obeyed or ran else tried)
    assert (obeyed, ran) == ([], [])
    carried = {text for one in doc.voices for text in (one.process, one.module) if text}
    assert (len(carried) > 100, len(doc.intervals) > 100, len(doc.changes) > 200) == (True, True, True)


def test_what_is_refused_says_so_without_being_obeyed(figure, tmp_path):
    """Hosts that contradict each other are named where a bundle is refused."""
    events = [
        {"id": at, "date": "2026-03-03T12:00:00+00:00", "event_type": "Fault Cleared", "event_type_id": 553648196}
        | {"connector_guid": name, "computer": {"hostname": name, "fault_id": 6}}
        for at, name in enumerate(names())
    ]
    path = tmp_path / "events.json"
    path.write_text("\n".join(json.dumps(one) for one in events))
    told = subprocess.run([*PROGRAM, "triage", path], capture_output=True, check=False)
    text = (told.stdout + told.stderr).decode()
    obeyed = OBEYED.findall(text)
    figure("T10", "identities of strangers in a refusal", tried=len(events), held=0 if obeyed else len(events))
    assert told.returncode == 2
    assert "connectors, not one" in " ".join(text.split())
    assert obeyed == []
