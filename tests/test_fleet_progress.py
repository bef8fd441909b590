"""What a run says while it goes on: how much is left, what was refused, and what was come by that is no bundle."""

import io
import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from rich.console import Console

from faultlog.fleet import progress
from faultlog.fleet.progress import MOST_SAID, counting
from faultlog.fleet.sources import Beside, units
from faultlog.fleet.telling import beside_lines
from faultlog.fleet.units import Outcome, Part, Unit
from faultlog.wording import Wording

from .lakes import Here
from .logs import knowledge
from .waiting import until


def terminal(*, real: bool = True) -> Console:
    return Console(file=io.StringIO(), force_terminal=real, width=100)


def wording(language="en") -> Wording:
    return Wording(language, knowledge().rules, "UTC")


def text_of(console: Console) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", console.file.getvalue())


def archives(place: Path, number: int) -> list[str]:
    place.mkdir(exist_ok=True)
    for at in range(number):
        (place / f"{at}.zip").touch()
    return [str(place)]


# How much is left


def test_on_a_terminal_bundles_are_counted_ahead_and_the_time_left_is_shown(tmp_path):
    console, sources = terminal(), archives(tmp_path / "bundles", 7)
    with counting(console, wording(), sources) as shown:
        until(lambda: shown.display.tasks[0].total == 7)
        for at, unit in enumerate(units(sources)):
            shown.outcome(Outcome(unit, "done"))
            time.sleep(0.01)
            if at == 5:
                shown.display.refresh()
    assert re.search(r"bundles \d+\.\d/s ━*.* 6/7 0:00:\d\d 0:00:0\d", text_of(console))


def test_what_can_be_read_only_once_has_a_rate_and_a_count(tmp_path):
    console = terminal()
    with counting(console, wording()) as shown:
        for unit in units(archives(tmp_path / "bundles", 3)):
            shown.outcome(Outcome(unit, "done"))
            time.sleep(0.01)
        shown.display.refresh()
    assert re.search(r"bundles \d+\.\d/s ━* 3/\? 0:00:\d\d +\n", text_of(console))


def test_where_nobody_looks_nothing_is_listed_twice(tmp_path, monkeypatch):
    monkeypatch.setattr(progress, "units", lambda _sources: pytest.fail("listed again"))
    console = terminal(real=False)
    with counting(console, wording(), archives(tmp_path / "bundles", 3)) as shown:
        shown.outcome(Outcome(Unit("0.zip"), "done"))
    assert text_of(console) == ""


def test_who_counts_ahead_and_fails_says_nothing_and_harms_nobody(tmp_path, monkeypatch):
    def failing(_sources):
        yield Unit("0.zip")
        raise RuntimeError("no more")

    monkeypatch.setattr(progress, "units", failing)
    console = terminal()
    with counting(console, wording(), ["anywhere"]) as shown:
        until(lambda: not any(one.name == "counting ahead" for one in threading.enumerate()))
        shown.outcome(Outcome(Unit("0.zip"), "done"))
        shown.display.refresh()
    assert "1/?" in text_of(console)
    assert "no more" not in text_of(console)


def test_who_counts_ahead_stops_with_the_run(monkeypatch):
    monkeypatch.setattr(progress, "units", lambda _sources: iter(lambda: Unit("again.zip"), None))
    with counting(terminal(), wording(), ["endless"]):
        pass
    until(lambda: not any(one.name == "counting ahead" for one in threading.enumerate()))


def test_hosts_that_are_joined_are_counted_beside_the_bundles(tmp_path):
    console, host = terminal(), Unit("guid:1", parts=(Part("1", "0.zip"), Part("2", "1.zip")))
    with counting(console, wording(), archives(tmp_path / "bundles", 2)) as shown:
        until(lambda: shown.display.tasks[0].total == 2)
        for unit in (Unit("0.zip"), Unit("1.zip"), host):
            shown.outcome(Outcome(unit, "done"))
        shown.display.refresh()
    assert re.search(r"bundles .* 2/2 .*\n *hosts with several .* 1/\?", text_of(console))


# What is no bundle


def come_by(*sources: Path | str) -> tuple[list[str], list[Beside]]:
    told = list[Beside]()
    return [Path(one.name).name for one in units(map(str, sources), told.append) if isinstance(one, Unit)], told


def test_a_named_folder_without_a_bundle_is_told(tmp_path):
    (tmp_path / "empty" / "deeper").mkdir(parents=True)
    archives(tmp_path / "some", 1)
    (tmp_path / "some" / "nothing-here").mkdir()
    names, told = come_by(tmp_path / "empty", tmp_path / "some")
    assert names == ["0.zip"]
    assert told == [Beside(str(tmp_path / "empty"))]


def test_logs_that_lie_in_no_bundle_are_told_with_the_pattern_that_names_them(tmp_path):
    folder = tmp_path / "odd [1]"
    archives(folder, 1)
    for name in ("mac1.log", "MAC2.LOG.3.gz", "mac-0003.log", "a.log-20260304", "truth.json", "a.log.zip", "logistics"):
        (folder / name).touch()
    within = folder / "case" / "Library" / "Logs" / "Cisco"
    within.mkdir(parents=True)
    (within / "ampdaemon.log").touch()
    names, (told,) = come_by(folder)
    assert names == ["0.zip", "a.log.zip", "case"]
    assert (told.folder, told.logs) == (str(folder), 4)
    named, none = come_by(told.pattern)
    assert {"mac1.log", "mac-0003.log", "a.log-20260304"} <= set(named)
    assert none == []


def test_each_log_that_a_pattern_names_is_a_bundle(tmp_path):
    for name in ("a.log", "b.log", "c.json"):
        (tmp_path / name).touch()
    _, told = come_by(tmp_path)
    assert [one.logs for one in told] == [2, 0]
    assert come_by(told[0].pattern) == (["a.log", "b.log"], [])


def test_what_is_no_bundle_is_said_a_few_times_and_counted_to_the_end():
    console = terminal(real=False)
    with counting(console, wording()) as shown:
        for at in range(MOST_SAID + 5):
            shown.beside(Beside(f"logs/{at}", 2, f"logs/{at}/*.log"))
        shown.beside(Beside("bare"))
    lines = text_of(console).splitlines()
    assert len(lines) == MOST_SAID + 1
    assert "logs/0: 2 logs in it lie in no bundle" in lines[0]
    assert lines[0].endswith("'logs/0/*.log'")
    assert lines[-1] == "bare: holds no bundle"
    assert beside_lines(shown.besides, wording()) == [
        "Not counted: 50 logs that lie in no bundle", "Not counted: 1 source that holds no bundle"
    ]  # fmt: skip
    assert beside_lines(shown.besides, wording("ko"))[0] == "세지 않음: 번들에 속하지 않은 로그 50개"


def test_a_run_over_an_empty_folder_says_so_and_counts_nothing(tmp_path, capfd, monkeypatch):
    from faultlog import cli
    from faultlog.fleet import driving

    monkeypatch.setattr(driving, "_executor", lambda _asked, lake, _say: Here(lake))
    (tmp_path / "empty").mkdir()
    words = ["fleet", "run", str(tmp_path / "empty"), "--lake", str(tmp_path / "lake"), "--executor", "serial"]
    assert not cli.app(words, standalone_mode=False)
    out, err = capfd.readouterr()
    assert out == "0 bundles\nNot counted: 1 source that holds no bundle\n"
    assert err == f"{tmp_path}/empty: holds no bundle\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a full device")
def test_where_nothing_can_be_said_a_run_goes_on():
    script = """
from faultlog.fleet.progress import counting, standard_error
from faultlog.fleet.units import Outcome, Unit
from faultlog.rulebook import load_rules
from faultlog.wording import Wording

with counting(standard_error(), Wording("en", load_rules(()), "UTC")) as shown:
    for at in range(1000):
        shown.outcome(Outcome(Unit(f"{at}.zip"), "failed", reason=f"reason {at}", detail="x" * 1000))
print("all")
"""
    reads, nobody_reads = os.pipe()
    os.close(reads)
    with Path("/dev/full").open("wb") as full, os.fdopen(nobody_reads, "wb") as gone:
        for stderr in (full, gone):
            done = subprocess.run(
                [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=stderr, text=True, check=False
            )
            assert (done.returncode, done.stdout) == (0, "all\n")
