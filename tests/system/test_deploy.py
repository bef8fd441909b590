"""What is shipped to run a server, as the programs that read it judge it."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from faultlog.cli import app
from tests.serving import Server, put
from tests.system.conftest import needed

ROOT = Path(__file__).parents[2]
UNITS = sorted((ROOT / "deploy").glob("*.service"))
PAGE = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_has_nothing_to_say_against_a_unit(unit, tmp_path):
    needed(shutil.which("systemd-analyze"), "systemd-analyze")
    copy = tmp_path / unit.name
    copy.write_text(unit.read_text().replace("/opt/faultlog/bin/faultlog", "/bin/true"))
    named = str(copy).replace("@.service", "@1.service")
    done = subprocess.run(["systemd-analyze", "verify", named], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    judged = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--threshold=20", str(copy)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert judged.returncode == 0, judged.stdout[-2000:]


@pytest.mark.timeout(300)
def test_a_server_is_backed_up_while_it_serves_and_restored_as_the_page_says(tmp_path):
    from tests.doors import faultlog

    backup, restore = (re.search(rf"(?m)^faultlog ({one} .*)$", PAGE)[1] for one in ("backup", "restore"))
    old, new = tmp_path / "faultlog", tmp_path / "faultlog-new"
    server = Server(old, "--workers", 0)
    status, about = put(server.port, "ampdaemon.log", b"2026-03-03T12:00:00Z a host says something\n")
    assert status == 201
    for words in (backup, restore):
        done = faultlog(*shlex.split(re.sub("/var/(lib|backups/faultlog)", str(tmp_path), words)), folder=tmp_path)
        assert done.returncode == 0, done.stderr
        assert "1 bundles" in done.stdout
    server.kill()
    again = Server(new, "--workers", 0)
    assert again.get(f"/api/v1/bundles/{about['id']}")["name"] == "ampdaemon.log"
    again.kill()


def test_every_option_that_the_page_names_exists():
    import typer

    command = typer.main.get_command(app)

    def options(one):
        own = {name for each in one.params for name in each.opts}
        return own.union(*(options(more) for more in getattr(one, "commands", {}).values()))

    outer = {"--now", "--uid", "--owner", "--pwprompt", "--system", "--user-group", "--home-dir", "--shell"}
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", PAGE)) - outer <= options(command)
