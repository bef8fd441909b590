"""A server holds little: what analyses, counts and draws is loaded by other processes, not by the one that answers."""

import re
import subprocess
import sys
import urllib.request
from pathlib import Path

from tests.databases import kept
from tests.serving import put

SAMPLE = Path(__file__).parents[2] / "sample_logs" / "fault6-breached-0001.zip"
NEVER = (
    *("alembic", "mako", "pandas", "numpy", "scipy", "pyarrow", "matplotlib", "distributed", "fsspec", "pygments"),
    *(
        "faultlog.pipeline",
        "faultlog.reading",
        "faultlog.engine",
        "faultlog.fleet.report",
        "faultlog.report.charts.font",
    ),
)
"""What only other processes need."""
LATER = ("rich", "regex", "faultlog.identity", "faultlog.formats", "faultlog.report.view", "faultlog.web.chapters")
"""What some pages need: it is loaded when the first of them is asked for."""
PAGES = ("/", "/bundles", "/hosts", "/rules", "/rules/6", "/search?q=fault", "/fleet?fault=6", "/metrics", "/healthz")


def loaded(folder):
    """What a server loads that starts and has an upload, and what once it has shown pages too, as Python tells it."""
    with kept(folder):
        pass
    words = ["-X", "importtime", "-m", "faultlog", "serve", "--data", str(folder), "--port", "0", "--workers", "0"]
    with (folder / "said").open("w") as said:
        process = subprocess.Popen([sys.executable, *words], stdout=subprocess.PIPE, stderr=said, text=True)
    try:
        port = int(process.stdout.readline().rstrip("/\n").rpartition(":")[2])
        assert put(port, SAMPLE.name, SAMPLE.read_bytes())[0] == 201
        idle = told(folder)
        for page in PAGES:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{page}", timeout=60) as answer:
                assert answer.status == 200
    finally:
        process.terminate()
        process.communicate(timeout=60)
    return idle, told(folder)


def told(folder):
    return set(re.findall(r"^import time: .*\| +([\w.]+)$", (folder / "said").read_text(), re.MULTILINE))


def test_a_server_loads_nothing_that_another_process_does(tmp_path):
    idle, asked = loaded(tmp_path)
    assert {"fastapi", "sqlalchemy", "faultlog.web.serving"} < idle < asked
    for found, missing in ((idle, NEVER + LATER), (asked, NEVER)):
        assert not {one for one in found if one.startswith(tuple(f"{name}." for name in missing)) or one in missing}


def test_a_server_that_makes_its_tables_holds_nothing_of_what_made_them(tmp_path):
    code = (
        "import sys\nfrom pathlib import Path\nfrom faultlog.web.serving import Serving, brought_up\n"
        f"brought_up(Serving('127.0.0.1', 0, Path({str(tmp_path)!r}), None, 0))\n"
        "print('alembic' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout == "False\n"
    assert (tmp_path / "faultlog.db").stat().st_size > 100_000


def test_what_runs_for_weeks_collects_what_it_lets_go_of(tmp_path):
    code = (
        "import gc, sys\nfrom contextlib import suppress\n"
        "from faultlog.web import serving\nfrom faultlog.working import labour\n"
        "serving.serve = labour.labour = lambda *_: print(command, gc.isenabled())\n"
        "from faultlog.__main__ import main\n"
        "for command in ('serve', 'worker'):\n"
        "    gc.disable()\n"
        f"    sys.argv[1:] = [command, '--data', {str(tmp_path)!r}]\n"
        "    with suppress(SystemExit):\n        main()"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout == "serve True\nworker True\n"
