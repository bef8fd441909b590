import os
import re
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from faultlog.cli import app
from faultlog.errors import UsageError
from tests.report.charted import TOLERANCE, differs
from tests.test_cli import ROOT

SAMPLE = str(ROOT / "sample_logs" / "fault6-breached-0001.zip")
MISSING = "no-such-bundle.zip"


def run(*words):
    return CliRunner().invoke(app, list(map(str, words)))


@pytest.mark.parametrize(("name", "begin"), [("a.png", b"\x89PNG"), ("a.SVG", b"<?xml"), ("a.pdf", b"%PDF-")])
def test_the_end_of_the_name_says_what_a_picture_is_written_as(tmp_path, name, begin):
    done = run("chart", SAMPLE, "-o", tmp_path / name)

    assert (done.exit_code, done.output) == (0, "")
    assert (tmp_path / name).read_bytes().startswith(begin)


def test_a_triage_draws_the_same_picture_beside_its_answer(tmp_path):
    run("chart", SAMPLE, "-o", tmp_path / "one.png")
    done = run("triage", SAMPLE, "--chart", tmp_path / "other.png")

    assert "Fault 6 not cleared within 10 minutes of connector start" in done.stdout
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "other.png").read_bytes()


@pytest.mark.parametrize("asked", [["chart", MISSING, "-o"], ["triage", MISSING, "--chart"]], ids=["chart", "triage"])
class TestBeforeAnythingIsRead:
    def test_an_unknown_kind_of_picture_names_the_known_ones(self, tmp_path, asked):
        done = run(*asked, tmp_path / "a.gif")

        assert isinstance(done.exception, UsageError)
        assert str(done.exception).endswith(
            "a.gif: a picture is written to a file whose name ends in one of .png, .svg, .pdf"
        )

    def test_a_path_that_cannot_be_written_is_said(self, tmp_path, asked):
        done = run(*asked, tmp_path / "none" / "a.png")

        assert isinstance(done.exception, UsageError)
        assert "cannot be written, there is no folder" in str(done.exception)


@pytest.mark.parametrize("asked", [["chart", "-o", "a.png"], ["triage"], ["timeline"]], ids=lambda words: words[0])
def test_a_window_that_ends_before_it_begins_is_refused(asked):
    done = run(*asked, MISSING, "--since", "2026-03-04", "--until", "2026-03-03")

    assert isinstance(done.exception, UsageError)
    assert str(done.exception) == (
        "--since 2026-03-04 is after --until 2026-03-03: nothing lies between them; exchange the two"
    )


def test_the_picture_of_the_readme_is_what_its_command_draws(tmp_path, request):
    (words,) = re.findall(r"(?m)^faultlog (chart .*)$", (ROOT / "README.md").read_text(encoding="utf-8"))
    shown = ROOT / "docs" / "pictures" / "fault6-breached.png"
    drawn = tmp_path / "incident.png"
    asked = [str(ROOT / word) if word.startswith("sample_logs/") else word for word in words.split()]

    assert run(*asked[:-1], drawn).exit_code == 0
    if request.config.getoption("--accept"):
        shown.write_bytes(drawn.read_bytes())
    assert differs(shown, drawn) < TOLERANCE


def test_a_place_without_a_folder_for_settings_is_silent_and_draws_the_same(tmp_path):
    elsewhere = {**os.environ, "HOME": "/nowhere", "MPLCONFIGDIR": "/nowhere/settings"}
    words = [sys.executable, "-m", "faultlog", "chart", SAMPLE, "-o"]
    there, here = tmp_path / "there.png", tmp_path / "here.png"
    done = subprocess.run([*words, there], capture_output=True, text=True, check=False, env=elsewhere)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    run("chart", SAMPLE, "-o", here)
    assert here.read_bytes() == there.read_bytes()


def test_a_picture_and_a_document_do_not_share_a_file(tmp_path):
    done = run("triage", SAMPLE, "--json", tmp_path / "a.png", "--chart", tmp_path / "a.png")

    assert "is asked to hold two answers" in str(done.exception)
    assert not (tmp_path / "a.png").exists()
