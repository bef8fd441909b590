"""What a start loads: no more than the question needs. Nothing here measures time."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from faultlog.release import VERSION

ROOT = Path(__file__).parent.parent
SAMPLE = str(ROOT / "sample_logs" / "fault6-breached-0001.zip")
HEAVY = {"pandas", "pyarrow", "numpy", "matplotlib", "fastapi", "sqlalchemy", "dask", "jinja2", "hypothesis", "pytest"}
NEVER = {*HEAVY, "pydantic", "pydantic_core", "typer._adapters"}
"""What no command of these needs."""
READ_YAML = {"yaml", "faultlog.strictyaml", "faultlog.prebuilding"}
MADE_UP = {"faultlog.simulating", "faultlog.simulation", "faultlog.learn", "faultlog.learning"}
PROVING = {"faultlog.checks", "faultlog.ruletests", "faultlog.schemas"}


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "faultlog", *words],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("COV")},
    )


def loaded_by(*words: str) -> set[str]:
    """The modules that a command loads."""
    return set(re.findall(r"import time: .*\| +(\S+)$", run(*words).stderr, re.MULTILINE))


def test_the_version_is_answered_by_the_door_alone():
    loaded = loaded_by("--version")
    assert {name for name in loaded if name.startswith("faultlog")} == {
        "faultlog",
        "faultlog.interruption",
        "faultlog.lazily",
        "faultlog.release",
    }
    assert (
        loaded & {*NEVER, *READ_YAML, "typer", "rich", "pydantic", "regex", "dataclasses", "importlib.metadata"}
        == set()
    )


def test_help_loads_the_command_line_and_nothing_behind_it():
    loaded = loaded_by("--help")
    behind = {
        f"faultlog.{name}" for name in ("interruption", "lazily", "release", "errors", "values", "words", "cli")
    } | {"faultlog"}
    own = {name for name in loaded if name.startswith("faultlog") and not name.startswith("faultlog.commands")}
    assert own == behind
    assert loaded & {*NEVER, *READ_YAML, "rich", "pydantic", "regex", "packaging"} == set()


def test_listing_the_rules_loads_no_analysis():
    loaded = loaded_by("rules", "list")
    analysis = {"faultlog.pipeline", "faultlog.engine", "faultlog.bundle", "faultlog.archives", "faultlog.case"}
    assert loaded & {*NEVER, *READ_YAML, *MADE_UP, *PROVING, *analysis, "dateutil", "rich.progress"} == set()
    assert "faultlog.rulebook" in loaded


def test_a_triage_loads_what_reads_and_what_draws():
    loaded = loaded_by("triage", SAMPLE)
    assert (
        loaded
        & {
            *NEVER,
            *READ_YAML,
            *MADE_UP,
            *PROVING,
            "dateutil",
            "rich.progress",
            "faultlog.report.tables",
            "faultlog.report.exports",
            "faultlog.report.refused",
        }
        == set()
    )
    assert "packaging.version" not in loaded
    assert {"faultlog.pipeline", "faultlog.report.text"} <= loaded


def test_a_chart_loads_what_draws_and_neither_tables_nor_models(tmp_path):
    loaded = loaded_by("chart", SAMPLE, "-o", str(tmp_path / "chart.png"))
    assert "matplotlib.figure" in loaded
    assert loaded & {*READ_YAML, "pandas", "pydantic", "jinja2", "matplotlib.pyplot", "typer._adapters"} == set()


def test_a_triage_in_another_language_and_zone_needs_no_models_either():
    loaded = loaded_by("triage", SAMPLE, "--lang", "ko", "--tz", "Asia/Seoul", "--os", "macos", "--full")
    assert loaded & {*NEVER, "faultlog.report.refused"} == set()


def test_a_document_is_written_by_pydantic():
    assert "pydantic" in loaded_by("triage", SAMPLE, "--json", "-")


def test_a_page_needs_templates_and_no_chart(tmp_path):
    loaded = loaded_by("triage", SAMPLE, "--html", str(tmp_path / "report.html"))
    assert "jinja2" in loaded
    assert loaded & {"matplotlib", "pandas"} == set()


def test_no_pattern_of_the_built_in_files_is_compiled_to_read_a_bundle():
    script = """
import sys, regex
made = []
compile = regex.compile
regex.compile = lambda text, *flags: made.append(text) or compile(text, *flags)
import faultlog
from faultlog.report.document import document
document(faultlog.analyze([sys.argv[1]]))
print([text for text in made if text])
"""
    done = subprocess.run([sys.executable, "-c", script, SAMPLE], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "[]\n"


def test_importing_the_package_loads_nothing_of_it():
    script = "import sys, faultlog; print(sorted(one for one in sys.modules if one.startswith('faultlog')))"
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "['faultlog', 'faultlog.lazily']"


def test_an_exported_name_is_itself_whatever_was_loaded_before():
    script = "import faultlog.simulating, faultlog; print(faultlog.simulate is faultlog.simulating.simulate)"
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "True"


def test_no_module_has_the_name_of_what_the_package_exports():
    import faultlog

    assert [name for name in faultlog.__all__ if (ROOT / "faultlog" / f"{name}.py").exists()] == []


def test_a_name_that_nobody_exports_is_no_attribute():
    import faultlog

    with pytest.raises(AttributeError, match="module 'faultlog' has no attribute 'analyse'"):
        faultlog.analyse  # noqa: B018


def test_the_version_is_that_of_the_release_whoever_answers():
    assert run("--version").stdout == f"faultlog {VERSION}\n"
    assert run("--version", "--help").stdout == f"faultlog {VERSION}\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a full device")
def test_a_version_that_cannot_be_written_is_said():
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "faultlog", "--version"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert done.stderr.startswith("faultlog: the answer: No space left on device")


def test_an_interrupted_start_shows_no_traceback():
    script = """
import sys
class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == "typer":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupting())
sys.argv = ["faultlog", "triage", "x"]
from faultlog.__main__ import main
main()
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "faultlog: interrupted\n")


@pytest.mark.parametrize("words", [["triage", SAMPLE], ["simulate", "-o", "{folder}"], ["formats", "test"]], ids=str)
def test_garbage_is_collected_wherever_there_is_work(words, tmp_path):
    script = """
import gc, sys
from faultlog.__main__ import main
try:
    main()
finally:
    print(gc.isenabled(), file=sys.stderr)
"""
    words = [word.format(folder=tmp_path) for word in words]
    done = subprocess.run([sys.executable, "-c", script, *words], capture_output=True, text=True, check=True)
    assert done.stderr.splitlines()[-1] == "True"
