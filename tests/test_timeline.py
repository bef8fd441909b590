"""The door `timeline`: what it takes, what it refuses before the analysis, and that only what is asked is loaded."""

import csv
import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from faultlog.cli import app
from faultlog.report.exports.formats import FORMATS
from tests.test_cli import ROOT, SAMPLE, complaint_of, faultlog, log_of


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A saved case document of the sample."""
    path = tmp_path_factory.mktemp("case") / "case.json"
    assert faultlog("triage", SAMPLE, "--json", path).returncode == 0
    return path


def test_the_timeline_of_the_sample_is_a_table():
    done = faultlog("timeline", SAMPLE)
    assert (done.returncode, done.stderr) == (0, "")
    assert "13:06:35  13:31:32  f6-1  " in done.stdout


def test_a_case_document_gives_the_same_as_its_bundle(case, tmp_path):
    for name in ("csv", "markdown"):
        from_bundle = faultlog("timeline", SAMPLE, "--format", name)
        from_case = faultlog("timeline", case, "--format", name, "-o", tmp_path / name)
        assert (from_case.returncode, from_case.stdout, from_case.stderr) == (0, "", "")
        assert (tmp_path / name).read_bytes().decode().replace("\r\n", "\n") == from_bundle.stdout.replace("\r\n", "\n")


def test_binary_goes_to_a_pipe_and_to_no_terminal(case):
    words = [sys.executable, "-m", "faultlog", "timeline", str(case), "--format", "parquet"]
    piped = subprocess.run(words, capture_output=True, check=True, cwd=ROOT).stdout
    assert piped[:4] == piped[-4:] == b"PAR1"
    ours, theirs = pty.openpty()
    done = subprocess.run(words, stdout=theirs, stderr=subprocess.PIPE, check=False, cwd=ROOT)
    os.close(theirs)
    os.close(ours)
    assert done.returncode == 2
    assert b"parquet is nothing to read on a terminal; give a file with -o FILE" in done.stderr


def test_an_unknown_format_names_the_known_ones_before_anything_is_read():
    said = complaint_of(faultlog("timeline", "no-such-bundle.zip", "--format", "xlsx"), 2)
    assert all(name in said for name in FORMATS)


def test_the_help_names_every_format(monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    shown = " ".join(faultlog("timeline", "--help").stdout.split())
    assert all(name in shown for name in FORMATS)


@pytest.mark.parametrize(
    ("target", "said"),
    [("no-folder/out.csv", "there is no folder"), (".", "is a folder"), (str(SAMPLE), "is the bundle itself")],
)
def test_an_output_that_cannot_be_written_is_refused_before_anything_is_read(target, said):
    done = faultlog("timeline", SAMPLE, "no-such-bundle.zip", "--format", "csv", "-o", target)
    assert said in complaint_of(done, 2)


def test_an_output_is_asked_for_by_what_the_system_allows(monkeypatch, tmp_path):
    from faultlog import outputs
    from faultlog.errors import UsageError

    outputs.writable(str(tmp_path / "new"), [])
    monkeypatch.setattr(outputs.os, "access", lambda path, mode: False)
    with pytest.raises(UsageError, match="cannot be written, you may not"):
        outputs.writable(str(tmp_path / "new"), [])


def test_without_pyarrow_the_error_says_how_to_get_it_before_anything_is_read():
    script = "import sys; sys.modules['pyarrow'] = None; from faultlog.__main__ import main; main()"
    words = ["timeline", "no-such-bundle.zip", "--format", "parquet", "-o", "f"]
    done = subprocess.run([sys.executable, "-c", script, *words], capture_output=True, text=True, check=False)
    assert "pip install 'faultlog[parquet]'" in complaint_of(done, 2)


def test_a_case_document_of_another_version_says_so(case, tmp_path):
    path = tmp_path / "other.json"
    path.write_text(case.read_text().replace("faultlog.case/1", "faultlog.case/2"))
    said = complaint_of(faultlog("timeline", path), 2)
    assert f"{path} is faultlog.case/2, a newer case document than faultlog.case/1" in said


def test_a_damaged_case_document_names_the_place(case, tmp_path):
    path = tmp_path / "damaged.json"
    path.write_text(json.dumps(json.loads(case.read_text()) | {"audit": {}}))
    assert "is no faultlog.case/1 document: audit.raises: " in complaint_of(faultlog("timeline", path), 2)


def test_a_case_document_stands_alone_and_is_not_analysed_anew(case):
    assert "give it alone" in complaint_of(faultlog("timeline", case, SAMPLE), 2)
    assert "is not analysed anew; give the bundle" in complaint_of(faultlog("timeline", case, "--full"), 2)


def test_a_log_of_json_lines_is_no_case_document(tmp_path):
    path = tmp_path / "ampdaemon.log"
    path.write_text('{"schema": "faultlog.other/1"}\n' * 3)
    done = faultlog("timeline", path, "--format", "csv")
    assert done.returncode == 3
    assert "no line of it was understood" in done.stderr
    assert done.stdout.startswith("id,kind,what,")


def test_a_window_and_a_language_are_asked_for_as_in_triage(case):
    done = faultlog("timeline", case, "--lang", "ko", "--since", "2026-03-03T13:31Z", "--until", "2026-03-03T13:32Z")
    assert "결함 해제, 결함 6" in done.stdout
    assert "커넥터 시작" not in done.stdout.replace("커넥터 시작 후", "")


def test_what_a_format_has_no_place_for_is_named(tmp_path):
    log = tmp_path / "ampdaemon.log"
    log.write_text(log_of("connector started", "Fault Raised: 10", "connector started"))
    done = faultlog("timeline", log, "--format", "timesketch")
    assert done.returncode == 0
    assert done.stderr == "faultlog: timesketch has no place for what has no time; left out: f10-1-reboot\n"


def test_csv_in_a_pipe_is_csv(case):
    done = subprocess.run(
        [sys.executable, "-m", "faultlog", "timeline", str(case), "--format", "csv"], capture_output=True, check=True
    )
    rows = list(csv.DictReader(io.StringIO(done.stdout.decode(), newline="")))
    assert {row["kind"] for row in rows} == {"interval", "finding", "signal", "change", "hole"}


def test_a_format_loads_no_library_that_it_does_not_need(case, tmp_path):
    script = """
import sys
from faultlog.cli import app
from faultlog.report.exports.formats import FORMATS
for name, one in FORMATS.items():
    if one.needs is None:
        app(["timeline", sys.argv[1], "--format", name, "-o", sys.argv[2]], standalone_mode=False)
print(sorted({"pyarrow", "pandas", "matplotlib", "jinja2"} & set(sys.modules)))
"""
    words = [sys.executable, "-c", script, str(case), str(tmp_path / "out")]
    assert subprocess.run(words, capture_output=True, text=True, check=True).stdout == "[]\n"


@pytest.mark.parametrize("words", [("timeline", "-o"), ("triage", "--html")])
def test_an_output_that_is_a_link_to_itself_ends_in_one_sentence(words, tmp_path):
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    assert "cannot be written" in complaint_of(faultlog(words[0], SAMPLE, words[1], loop), 2)


def test_a_number_beyond_what_tables_hold_ends_in_one_sentence(case, tmp_path):
    written = json.loads(case.read_text())
    written["intervals"][0]["fault_id"] = 10**30
    path = tmp_path / "case.json"
    path.write_text(json.dumps(written))
    done = faultlog("timeline", path, "--format", "parquet", "-o", tmp_path / "out.parquet")
    assert "intervals.0.fault_id: is larger than 9223372036854775807" in complaint_of(done, 2)


def test_of_many_rows_without_a_time_the_first_are_named_and_the_rest_counted(tmp_path):
    (tmp_path / "ampdaemon.log").write_text(log_of(*["Fault Raised: 13 (Major): x", "Fault Cleared: 13"] * 12))
    done = faultlog("timeline", tmp_path, "--format", "perfetto", "-o", tmp_path / "out.json", "--os", "macos")
    assert done.returncode == 0
    assert "f13-10-reboot and 2 more\n" in done.stderr
    assert "f13-11" not in done.stderr


def test_a_page_on_standard_output_is_utf_8_whatever_the_terminal_speaks():
    door = [sys.executable, "-m", "faultlog", "triage", str(SAMPLE), "--html", "-"]
    done = subprocess.run(
        door, cwd=ROOT, env={**os.environ, "PYTHONIOENCODING": "latin-1"}, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert "–" in done.stdout.decode()


@pytest.mark.parametrize(
    ("name", "said"),
    [("table", ""), ("csv", ""), ("ocsf", "faultlog: ocsf: nothing that happened belongs into it\n"), ("jsonl", "")],
)
def test_a_format_that_holds_nothing_of_a_case_says_so(tmp_path, name, said):
    log = tmp_path / "ampdaemon.log"
    log.write_text("2026-03-03T12:00:00Z mac ampdaemon[71]: starting connector\n")
    done = CliRunner().invoke(app, ["timeline", str(log), "--format", name])
    assert (done.exit_code, done.stderr) == (0, said)


@pytest.mark.parametrize("name", ["table", "csv", "jsonl", "markdown", "perfetto"])
def test_a_case_without_any_row_says_so(tmp_path, name):
    log = tmp_path / "ampdaemon.log"
    log.write_text("2026-03-03T12:00:00Z mac ampdaemon[71]: nothing\n")
    done = CliRunner().invoke(app, ["timeline", str(log), "--format", name])
    assert (done.exit_code, done.stderr) == (0, "faultlog: the timeline has no row\n")


def test_an_empty_output_is_no_file():
    done = CliRunner().invoke(app, ["timeline", "no-such-bundle.zip", "-o", ""])
    assert str(done.exception) == "an empty path names no file to write; give one, or - for standard output"
