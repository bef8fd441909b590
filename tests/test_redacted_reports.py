"""`--redact` at every door: no value of a bundle stands in any byte that is shown or written of it."""

import errno
import io
import json
import re
import shutil
import zlib
from pathlib import Path

import pytest
from pyarrow import parquet
from typer.main import get_command
from typer.testing import CliRunner

from faultlog.cli import app
from faultlog.errors import FaultlogError
from faultlog.web.downloads import DOWNLOADS
from faultlog.web.tables import LISTINGS

from .lakes import bundle

USER, HOST, WORD = "gildemor", "karo-mbp", "sholenka"
VALUES = (
    USER,
    HOST,
    "gildemor@sholen.com",
    "10.43.136.14",
    "quarter-plans",
    "C02XK1ZAJG5H",
    "a1b2c3d4-1111-4222-8333-abcdefabcdef",
    WORD,
)
OLD = (
    "09:00:00 connector started",
    "09:10:00 fault text of /Users/gildemor/Documents/quarter-plans.docx by gildemor@sholen.com from 10.43.136.14",
    "09:20:00 fault told by gildemor",
    "09:30:00 fault SerialNumber=C02XK1ZAJG5H uuid a1b2c3d4-1111-4222-8333-abcdefabcdef password=sholenka",
    "10:00:00 Fault Raised: 6",
    "10:20:00 Fault Cleared: 6",
    "11:00:00 Fault Raised: 7",
)
NEW = (
    *OLD[4:],
    "12:00:00 Fault Cleared: 7",
    *(one.replace("09:", "13:") for one in OLD[1:4]),
    "14:00:00 Fault Raised: 6",
)


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """Two bundles of one host in a home folder, each with every value in its lines; their names hold one too."""
    home = tmp_path_factory.mktemp("top") / "home" / USER
    return [
        str(bundle(home / f"{USER}-{name}.zip", *lines, host=HOST, note=f"home: /Users/{USER}"))
        for name, lines in (("old", OLD), ("new", NEW))
    ]


def left(*contents: bytes) -> list[str]:
    """Values that stand in some bytes."""
    return [value for value in VALUES for one in contents if value.lower().encode() in one.lower()]


def said(*words: str, code: int = 0) -> bytes:
    """What a command prints, on both ways."""
    done = CliRunner().invoke(app, list(words))
    if isinstance(done.exception, FaultlogError):
        return done.output.encode() + str(done.exception).encode()
    assert done.exit_code == code, (done.output, done.exception)
    return done.stdout_bytes + done.stderr_bytes


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_triage_shows_no_value_on_screen_as_page_as_json_or_as_picture(pair, tmp_path, language):
    page, case, picture = tmp_path / "case.html", tmp_path / "case.json", tmp_path / "case.svg"
    files = ["--html", page, "--json", case, "--chart", picture]
    shown = said("triage", pair[1], "--redact", "--lang", language, *map(str, files))
    written = [one.read_bytes() for one in (page, case, picture)]
    assert left(shown, *written) == []
    for one in (shown, *written[:2]):
        assert b"host-zbbb" in one
    sentence = {"en": "one token stands for one value", "ko": "같은 토큰은 어디서나 같은 값입니다"}[language]
    for one in (shown, written[0]):
        assert sentence in re.sub(r"\s+", " ", one.decode())
    assert {"en": "Names are tokens.", "ko": "이름은 토큰입니다."}[language] in written[2].decode()
    assert b"explain" in shown
    assert left(said("triage", pair[1])) != []


def test_a_saved_case_is_redacted_as_the_bundle_is_and_stays_as_it_is_redacted_again(pair, tmp_path):
    plain, once, twice = (tmp_path / f"{name}.json" for name in ("plain", "once", "twice"))
    said("triage", pair[0], "--json", str(plain))
    assert left(plain.read_bytes()) != []
    assert left(said("triage", str(plain), "--redact", "--json", str(once))) == []
    assert set(left(once.read_bytes())) == set()
    said("triage", str(once), "--redact", "--json", str(twice))
    assert twice.read_bytes() == once.read_bytes()


def test_of_a_saved_case_no_line_is_shown_that_may_be_the_end_of_one(tmp_path):
    log, kept, told = tmp_path / "ampdaemon.log", tmp_path / "case.json", tmp_path / "told.json"
    lines = "".join(f"Mar  3 10:0{one}:00 {HOST} ampdaemon[1]: Fault Raised: 6\n" for one in range(9))
    log.write_text(f"sers/{USER}/x\n{lines}")
    said("triage", str(log), "--taken", "2026-03-09", "--json", str(kept))
    assert [one["template"] for one in json.loads(kept.read_bytes())["unread"]] == [f"sers/{USER}/x"]
    assert left(said("triage", str(kept), "--redact", "--json", str(told)), told.read_bytes()) == []
    assert [one["template"] for one in json.loads(told.read_bytes())["unread"]] == ["…"]


def test_an_explanation_shows_no_value(pair):
    shown = said("explain", pair[0], "f6-1", "--redact")
    assert b"f6-1" in shown
    assert b"host-zbbb" in shown
    assert left(shown) == []


@pytest.mark.parametrize("name", ["table", "csv", "jsonl", "timesketch", "ocsf", "perfetto", "markdown", "parquet"])
def test_a_timeline_shows_no_value_in_any_format(pair, tmp_path, name):
    target = tmp_path / f"timeline.{name}"
    shown = said("timeline", pair[1], "--format", name, "-o", str(target), "--redact")
    content = target.read_bytes()
    assert content
    if name == "parquet":
        table = parquet.read_table(io.BytesIO(content))
        content += repr(table.to_pylist()).encode() + repr(table.schema.metadata).encode()
    assert left(shown, content) == []


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_a_chart_shows_no_value(pair, tmp_path, kind):
    target = tmp_path / f"chart.{kind}"
    shown = said("chart", pair[1], "-o", str(target), "--redact")
    content = target.read_bytes()
    streams = [
        zlib.decompressobj().decompress(one.split(b"\nendstream")[0])
        for one in re.split(rb"stream\r?\n", content)[1:]
        if kind == "pdf" and one[:1] == b"\x78"
    ]
    assert bool(streams) == (kind == "pdf")
    assert left(shown, content, *streams) == []


def test_a_comparison_shows_no_value_on_screen_as_page_or_as_json(pair, tmp_path):
    page, kept = tmp_path / "two.html", tmp_path / "two.json"
    shown = said("compare", *pair, "--redact", "--html", str(page), "--json", str(kept))
    assert b"host-zbbb" in shown
    assert left(shown, page.read_bytes(), kept.read_bytes()) == []
    assert json.loads(kept.read_bytes())["assumptions"][-1] == {"key": "assumption.redacted", "params": {}}
    assert left(said("compare", *pair)) != []


@pytest.mark.parametrize(
    "words",
    [
        ["triage", "{old}", "--json", "{place}/none/case.json"],
        ["explain", "{old}", "gildemor-1"],
        ["chart", "{old}", "-o", "{place}/none/x.png"],
        ["compare", "{new}", "{old}"],
    ],
)
def test_an_error_shows_no_value(pair, words):
    place = str(Path(pair[0]).parent)
    filled = [one.format(place=place, old=pair[0], new=pair[1]) for one in words]
    assert left(said(*filled)) != []
    shown = said(*filled, "--redact")
    assert shown
    assert left(shown) == []


def test_what_the_system_refuses_is_told_without_a_value(pair, monkeypatch):
    def refused(*_args):
        raise FileNotFoundError(errno.ENOENT, f"No usable folder in ['/tmp', '/Users/{USER}']", f"/Users/{USER}/x")

    monkeypatch.setattr("faultlog.pipeline.analyze_with", refused)
    for more, some in (([], True), (["--redact"], False)):
        error = CliRunner().invoke(app, ["triage", pair[0], *more]).exception
        assert isinstance(error, FileNotFoundError)
        assert (USER in f"{error.filename}: {error.strerror}") is some


@pytest.mark.parametrize("words", [["triage"], ["timeline"], ["compare", "{old}"]])
def test_a_path_that_leads_nowhere_is_named_as_it_was_typed(pair, words):
    missing = str(Path(pair[0]).parent / "missing.zip")
    assert missing in said(*(one.format(old=pair[0]) for one in words), missing, "--redact").decode()


@pytest.mark.parametrize("command", ["triage", "compare"])
def test_of_a_path_only_the_last_name_is_shown_and_commands_to_copy_are_redacted_too(pair, tmp_path, command):
    folder = tmp_path / "Kunde-Lindqvist"
    folder.mkdir()
    paths = [shutil.copy(one, folder / f"{place}.tar.zip") for place, one in enumerate(pair)]
    page = tmp_path / "page.html"
    given = [str(paths[1])] if command == "triage" else [str(one) for one in paths]
    shown = said(command, *given, "--redact", "--html", str(page)).decode()
    assert "Lindqvist" not in shown
    assert "Lindqvist" not in page.read_text()
    assert re.search(r"faultlog explain --redact[^/]* document-z\w+\.tar\.zip", re.sub(r"\s+", " ", shown))


def test_a_map_keeps_tokens_over_runs_and_is_only_its_owners(pair, tmp_path):
    kept, first, second = (tmp_path / name for name in ("map.json", "old.json", "new.json"))
    for path, target in zip(pair, (first, second), strict=True):
        said("triage", path, "--redact", "--map", str(kept), "--json", str(target))
    assert kept.stat().st_mode & 0o777 == 0o600
    names = [json.loads(one.read_bytes())["host"]["name"] for one in (first, second)]
    assert names == ["host-zbbb"] * 2
    assert HOST in kept.read_text()
    assert sorted(tmp_path.iterdir()) == sorted([kept, first, second])


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["triage", "{old}", "--map", "m"], "--map is for --redact"),
        (["triage", "{old}", "--redact", "--map", "-"], "the private map goes into a file"),
        (["triage", "{old}", "--redact", "--map", "x", "--json", "x"], "is asked to hold two answers"),
        (["triage", "-", "--redact"], "a bundle is read twice to be redacted"),
        (["triage", "{old}", "--redact", "--push", "http://127.0.0.1:1"], "--push sends bundles as they are"),
        (["watch", "x.log", "--redact"], "what a later line shows to be a name"),
    ],
)
def test_what_cannot_be_redacted_is_refused(pair, words, why):
    assert why in said(*(one.format(old=pair[0]) for one in words)).decode()


def test_a_fleet_is_filled_and_told_without_a_value(pair, tmp_path):
    lake, page, numbers = (tmp_path / name for name in ("lake", "fleet.html", "fleet.json"))
    broken = Path(pair[0]).parent / f"{USER}-broken.zip"
    broken.write_bytes(b"PK\3\4" + b"\0" * 60)
    words = ["fleet", "run", *pair, str(broken), "--lake", str(lake), "--executor", "serial"]
    ran = said(*words, "--redact")
    assert b"quarantined: " in ran
    assert left(ran) == []
    asked = ["fleet", "report", "--lake", str(lake), "--json", str(numbers)]
    written = ["fleet", "report", "--lake", str(lake), "-o", str(page), "--charts", str(tmp_path / "charts")]
    shown = said(*asked, "--redact") + said(*written, "--redact")
    pages = list((tmp_path / "fleet-cases").iterdir())
    assert pages
    assert b"host-zbbb" in numbers.read_bytes()
    charts = list((tmp_path / "charts").iterdir())
    assert charts
    assert left(shown, *(one.read_bytes() for one in (page, numbers, *pages, *charts))) == []
    assert b"one token stands for one value" in page.read_bytes()
    assert b"host-zbbb" in page.read_bytes()
    assert left(said(*asked), numbers.read_bytes()) != []


def test_of_folders_no_more_than_the_last_name_is_told_however_a_path_was_given(pair, tmp_path, monkeypatch):
    folder = tmp_path / "acme-corp" / "in"
    (folder / "logs").mkdir(parents=True)
    (folder / "logs" / "ampdaemon.1234.log").write_text("x\n")
    (folder / "broken.zip").write_bytes(b"PK\3\4" + b"\0" * 60)
    (folder / "b.zip").write_bytes(Path(pair[0]).read_bytes())
    monkeypatch.chdir(folder.parent)
    shown = said("fleet", "run", "in", "--lake", "lake", "--executor", "serial", "--redact")
    assert b"quarantined: in/" in shown
    shown += said("fleet", "report", "--lake", "lake", "--redact")
    assert b"lake lake" in shown
    assert b"acme-corp" not in shown


def test_the_page_says_of_every_command_download_and_list_whether_it_offers_tokens():
    page = (Path(__file__).parents[1] / "docs" / "redaction.md").read_text()
    table = page.partition("### What offers it")[2].partition("###")[0]
    rows = {row.split("|")[1]: row.split("|")[2] for row in table.splitlines() if row.startswith("| ")}
    for name, command in commands(get_command(app)):
        offers = {option for one in command.params for option in one.opts}
        exact = [row for row in rows if f"`{name}`" in row]
        (row,) = exact or [row for row in rows if f"`{name.split()[0]}`" in row]
        assert ("--redact" in offers) == ("--redact" in rows[row] or "refused" in rows[row]), name
    for name in DOWNLOADS:
        assert re.search(rf"downloads of a case.*\b{name}\b", table), name
    for name, listing in LISTINGS.items():
        told = r"lists as `\.csv` .*\b{}\b.*\| yes" if listing.has_tokens else r"lists of .*\b{}\b.*\| no"
        assert re.search(told.format(name), table), name


def commands(group, prefix=""):
    """Every command by its whole name."""
    for name, one in group.commands.items():
        yield from commands(one, f"{prefix}{name} ") if hasattr(one, "commands") else [(f"{prefix}{name}", one)]
