"""The same bytes give the same case: in any zone, any language, on any day, whatever order hashes have."""

import ast
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from faultlog.model import NS, Instant
from tests.elsewhere import TAKEN, said_of

ROOT = Path(__file__).parent.parent

DAYS = (
    "2024-02-29T12:00:00",
    "2024-12-31T23:59:59",
    "2025-01-01T00:00:00",
    "2026-03-08T02:30:00",
    "2026-12-31T10:00:00",
    "2028-02-29T00:00:00",
    "2028-12-31T23:30:00",
)

PLACES = (
    {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0"},
    {"TZ": "Asia/Kathmandu", "LC_ALL": "C", "LANG": "ne_NP.UTF-8", "PYTHONHASHSEED": "1"},
    {"TZ": "America/New_York", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", "PYTHONHASHSEED": "4294967295"},
    {"TZ": "Australia/Lord_Howe", "LC_ALL": "ko_KR.UTF-8", "LANGUAGE": "ko", "PYTHONHASHSEED": "random"},
)

NEW_YEAR = """\
Dec 31 23:50:00 mac ampdaemon[71]: Fault Raised: 6
Dec 31 23:55:00 mac ampdaemon[71]: starting connector
Jan  1 00:10:00 mac ampdaemon[71]: Fault Cleared: 6
Jan  3 09:00:00 mac ampdaemon[71]: Fault Raised: 18 (Major)
"""
OLD_YEAR = "Dec 30 12:00:00 mac ampdaemon[71]: x\n"
LEAP_DAY = "Feb 29 12:00:00 mac ampdaemon[71]: Fault Raised: 6\nMar  1 12:00:00 mac ampdaemon[71]: x\n"
MODIFIED = Instant.of("2026-01-03T10:00:00Z").ns // NS


def bundles(folder: Path) -> list[Path]:
    """Logs without years: of a folder, of an archive whose dates name no zone, of a leap day, and without any date."""
    paths = [folder / name for name in ("host", "host.zip", "leap-day", "undated")]
    paths[0].mkdir()
    logs = {"host/ampdaemon.log": NEW_YEAR, "host/ampdaemon.log.1": OLD_YEAR, "leap-day": LEAP_DAY, "undated": NEW_YEAR}
    for name, text in logs.items():
        (folder / name).write_text(text)
        modified = 0 if name == "undated" else MODIFIED
        os.utime(folder / name, (modified, modified))
    with zipfile.ZipFile(paths[1], "w") as bundle:
        bundle.writestr(zipfile.ZipInfo("ampdaemon.log", (2026, 1, 3, 23, 0, 0)), NEW_YEAR)
    return paths


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Path], dict[str, list[str]]]:
    """The bundles, and what is said of them here and now."""
    paths = bundles(tmp_path_factory.mktemp("bundles"))
    return paths, {f"{path} {taken}": [said_of(str(path), taken)] for path in paths for taken in TAKEN}


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place["TZ"])
def test_the_case_is_the_same_bytes_everywhere_and_always(
    place: dict[str, str], here: tuple[list[Path], dict[str, list[str]]]
) -> None:
    paths, said_here = here
    command = [sys.executable, str(ROOT / "tests" / "elsewhere.py"), str(ROOT), ",".join(DAYS), *map(str, paths)]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "TZ"))}
    done = subprocess.run(command, env=inherited | place, capture_output=True, text=True, check=False, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == said_here


def raised(said: str) -> list[str]:
    return [one["raised"]["at"] for one in json.loads(said)["intervals"]]


def test_told_when_it_was_taken_lines_have_the_years_before(tmp_path: Path) -> None:
    host, archive, leap_day, undated = (raised(said_of(str(path), TAKEN[1])) for path in bundles(tmp_path))
    assert host == archive == undated == ["2025-12-31T23:50:00Z", "2026-01-03T09:00:00Z"]
    assert leap_day == ["2024-02-29T12:00:00Z"]


def test_untold_the_dates_of_the_files_decide_and_never_today(tmp_path: Path) -> None:
    host, archive, leap_day, undated = (said_of(str(path), None) for path in bundles(tmp_path))
    assert raised(host) == raised(archive) == ["2025-12-31T23:50:00Z", "2026-01-03T09:00:00Z"]
    assert raised(leap_day) == ["2024-02-29T12:00:00Z"]
    assert all("assumption.year.file_date" in said for said in (host, archive, leap_day))
    assert undated.startswith("NothingAnswerable: ")
    assert "--taken" in undated


SERVING = {"store", "web", "working", "holding.py"}
"""Rooms of a server, which keeps when something was uploaded, and until when a link holds; and who tells whether a
folder of a run that was killed is old. Neither is of an analysis."""
PRESENT = {"now", "today", "utcnow", "time", "time_ns", "localtime", "gmtime", "ctime", "mktime", "setlocale"}
"""Functions that ask what time it is here, or how things are written here."""


def test_nothing_in_the_package_asks_for_the_present() -> None:
    asked = []
    asking = re.compile(rf"\.\s*({'|'.join(PRESENT)})\s*\(")  # what it does not match needs no parser
    for path in sorted((ROOT / "faultlog").rglob("*.py")):
        if SERVING & set(path.parts) or not asking.search(path.read_text()):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in PRESENT:
                owner = ast.unparse(node.func.value).rpartition(".")[2]
                asked += [f"{path.name}:{node.lineno}"] if owner in {"datetime", "date", "time", "locale"} else []
    assert asked == []
