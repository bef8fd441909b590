"""Documentation is executed: commands print what the pages show, every door is documented, links lead somewhere."""

import doctest
import re
import shlex
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from faultlog import cli
from faultlog.identity import Told
from faultlog.report.page import Page
from faultlog.report.watching import render_notice
from faultlog.wording import Wording

from .doors import faultlog
from .logs import knowledge, on
from .test_watch import Host

ROOT = Path(__file__).parent.parent
PAGES = [
    ROOT / name
    for name in (
        "README.md",
        "docs/architecture.md",
        "docs/cluster.md",
        "docs/exports.md",
        "docs/performance.md",
        "parsers/README.md",
        "rules/README.md",
    )
]
PAGES += [ROOT / "sample_logs/README.md", ROOT / "CHANGELOG.md"]
BLOCK = re.compile(r"(?ms)^```console\n\$ faultlog (?P<words>[^\n]*)\n(?P<shown>.*?)^```$")


def printed_by(words: str, place: Path = ROOT) -> str:
    """What a command prints when it is piped, run in a folder; blanks at line ends cut."""
    done = faultlog(*shlex.split(words), folder=place)
    assert done.returncode == 0, done.stderr
    return "".join(line.rstrip() + "\n" for line in done.stdout.splitlines())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_page_shows_what_its_commands_print(page, golden):
    text = page.read_text(encoding="utf-8")
    golden(
        page, BLOCK.sub(lambda block: f"```console\n$ faultlog {block['words']}\n{printed_by(block['words'])}```", text)
    )


def test_the_page_about_learning_shows_what_its_example_prints(tmp_path, monkeypatch, capsys, golden):
    page = ROOT / "parsers" / "README.md"
    text = page.read_text(encoding="utf-8")
    log, shown = re.findall(r"(?ms)^```text\n(.*?)^```$", text)
    words = re.search(r"(?m)^`faultlog (formats learn [^`]*)` says", text)[1].split()
    (tmp_path / "odd.log").write_text(log)
    monkeypatch.chdir(tmp_path)
    cli.app(words, standalone_mode=False)
    printed = capsys.readouterr().out
    part = printed[printed.index("Wordings") : printed.index("\nDecided, and not sure")]
    golden(page, text.replace(shown, part))


def test_the_readme_shows_what_following_a_log_prints(tmp_path, monkeypatch, golden):
    page = ROOT / "README.md"
    text = page.read_text(encoding="utf-8")
    (shown,) = re.findall(r"(?ms)^```text\n(\$ faultlog watch ampdaemon.log --os macos\n.*?)^```$", text)
    monkeypatch.chdir(tmp_path)
    golden(page, text.replace(shown, "$ faultlog watch ampdaemon.log --os macos\n" + printed_while_followed()))


def printed_while_followed() -> str:
    """What is printed while fault 6 is raised, stays past two deadlines, and clears."""
    host, out = Host(Path(), told=Told(os="macos", tz="UTC")), StringIO()
    page = Page(Console(file=out, width=100), Wording("en", knowledge().rules))
    beside = Page(Console(file=StringIO()), page.wording)
    script = {
        "12:00:00": ["connector started"],
        "12:00:30": ["Fault Raised: 6 (Major): Scan service restarting frequently"],
        "12:04:00": ["connector started"],
        "12:16:00": ["Fault Cleared: 6"],
        "12:16:01": [],
    }
    for time, messages in script.items():
        while host.now < on(time).ns / 1e9:
            host.now += 0.5
            for notice in host.watcher.poll():
                render_notice(notice, page, beside)
        host.write(*messages)
    host.watcher.close()
    return out.getvalue()


@pytest.mark.parametrize(
    "page",
    [*PAGES, ROOT / "docs/gallery.md", ROOT / "docs/fleet.md"],
    ids=lambda page: page.relative_to(ROOT).as_posix(),
)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")):
        assert target.startswith("https://") or (page.parent / target).exists(), target


def test_python_in_the_readme_runs(monkeypatch):
    monkeypatch.chdir(ROOT)
    assert doctest.testfile(str(ROOT / "README.md"), module_relative=False).failed == 0


def test_every_door_and_option_is_in_the_readme():
    from typer.main import get_command

    from faultlog.cli import app

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name, command in get_command(app).commands.items():
        assert f"faultlog {name}" in readme
        if name in {"triage", "explain"}:
            options = [one for parameter in command.params for one in parameter.opts if one.startswith("--")]
            assert [one for one in options if one not in readme and one != "--help"] == []
