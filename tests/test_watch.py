"""Live logs followed: what is told, when, and what is not claimed."""

import gzip
import json
import os
import random
import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from rich.console import Console
from typer.testing import CliRunner

from faultlog import outputs
from faultlog.bundle import Bundle
from faultlog.cli import app
from faultlog.errors import BundleError, UsageError
from faultlog.identity import Told
from faultlog.report.page import Page
from faultlog.report.watching import Teller, render_notice, to_json_line
from faultlog.simulating import simulate
from faultlog.watch import Watcher, follow
from faultlog.watching.advised import todo
from faultlog.wording import Wording

from .logs import case_of, knowledge, on
from .serving import changed

ROOT = Path(__file__).parent.parent
LINE = Draft202012Validator(json.loads((ROOT / "faultlog/_data/watch.schema.json").read_text()))
EN, KO = (Wording(language, knowledge().rules) for language in ("en", "ko"))


class Checked(Watcher):
    """Every line that it writes is one of the published shape."""

    def poll(self):
        notices = super().poll()
        for one in notices:
            LINE.validate(json.loads(to_json_line(one, EN)))
        return notices


class Host:
    """A host whose log is followed: it writes lines at its time, and files befall what befalls logs."""

    def __init__(self, folder: Path, time: str = "12:00:00", told: Told = Told(tz="UTC")):  # noqa: B008 (a frozen value)
        self.log = folder / "ampdaemon.log"
        self.now = on(time).ns / 1e9
        self.watcher = Checked([self.log], knowledge(), told, lambda: self.now)

    def at(self, time: str) -> None:
        """Let time go by, looking twice a second as the loop does, until a time of the day."""
        self.now = on(time).ns / 1e9

    def write(self, *messages: str, end: str = "\n", to: Path | None = None) -> None:
        path = to or self.log
        stamp = datetime.fromtimestamp(self.now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        with path.open("a") as file:
            file.write("".join(f"{stamp} mac ampdaemon[71]: {one}{end}" for one in messages))
        os.utime(path, (self.now, self.now))

    def poll(self) -> list[str]:
        """What a look tells of faults, as short words."""
        return [told(one) for one in self.watcher.poll() if one.event not in {"log", "clock", "history"}]

    def fates(self) -> list[str | None]:
        return [one.fate for one in self.watcher.poll() if one.event == "log"]

    def idle(self, until: str) -> list[str]:
        """Look every half second until a time, and say what was told."""
        said = []
        while self.now < on(until).ns / 1e9:
            self.now += 0.5
            said += self.poll()
        return said


def told(notice) -> str:
    """An event with its fault or interval, and its verdict."""
    name = notice.interval.id if notice.interval is not None else notice.fault_id or ""
    verdict = (
        f" {notice.findings[0].expectation.after} {notice.findings[0].verdict}" if notice.event == "verdict" else ""
    )
    by = (
        f" {notice.findings[0].expectation.after}{' silent' if notice.silent_since else ''}"
        if notice.event == "breached"
        else ""
    )
    return f"{notice.event} {name}{verdict}{by}".strip()


@pytest.fixture
def new(tmp_path):
    """Makes a host; its files are closed in the end."""
    made = []

    def make(*options, **named) -> Host:
        made.append(Host(tmp_path, *options, **named))
        return made[-1]

    yield make
    for host in made:
        host.watcher.close()


@pytest.fixture
def host(new) -> Host:
    """A host that has written a line just now."""
    host = new()
    host.write("Policy check")
    host.poll()
    return host


def test_a_raise_and_its_clear_are_told_as_they_come(host):
    host.at("12:00:10")
    host.write("Fault Raised: 6 (Major)", "Policy check")
    assert host.poll() == ["raised f6-1"]
    assert host.poll() == []
    host.at("12:05:10")
    host.write("Fault Cleared: 6", "Policy check")
    host.now += 0.4
    assert host.poll() == ["cleared f6-1", "verdict f6-1 raised met"]


def test_the_last_line_is_taken_once_nothing_goes_on_from_it(host):
    host.write("Fault Raised: 6")
    assert host.poll() == []
    assert host.poll() == ["raised f6-1"]


def test_a_line_in_pieces_is_one_line(host):
    host.write("Fault Rai", end="")
    assert host.poll() == []
    with host.log.open("a") as log:
        log.write("sed: 13")
    assert (host.poll(), host.poll()) == ([], [])
    with host.log.open("a") as log:
        log.write("\n")
    assert (host.poll(), host.poll()) == ([], ["raised f13-1"])


def test_a_deadline_that_passes_in_silence_is_told_by_the_clock_once(host):
    host.write("Fault Raised: 6", "Policy check")
    assert host.poll() == ["raised f6-1"]
    assert host.idle("12:10:02") == []
    assert host.idle("12:10:05") == ["breached f6-1 raised silent"]
    assert host.idle("12:11:00") == []


def test_a_deadline_that_a_later_line_shows_to_have_passed_is_told_by_the_line(host):
    host.write("Fault Raised: 6", "Policy check")
    host.poll()
    host.at("12:10:01")
    host.write("Policy check")
    assert host.poll() == ["breached f6-1 raised"]


def test_each_start_arms_a_deadline_of_its_own(host):
    host.write("Fault Raised: 6")
    assert host.idle("12:30:00") == ["raised f6-1", "breached f6-1 raised silent"]
    host.write("connector started", "Policy check")
    assert host.idle("12:40:02") == []
    assert host.idle("12:40:05") == ["breached f6-1 connector_started silent"]
    host.at("12:45:00")
    host.write("Fault Cleared: 6", "Policy check")
    assert host.poll() == [
        "cleared f6-1",
        "verdict f6-1 raised breached",
        "verdict f6-1 connector_started breached",
    ]


def test_a_clear_that_is_written_at_the_deadline_is_in_time(host):
    host.write("Fault Raised: 6")
    assert host.idle("12:10:00") == ["raised f6-1"]
    host.write("Fault Cleared: 6")
    assert host.idle("12:20:00") == ["cleared f6-1", "verdict f6-1 raised met"]


def test_a_log_that_nobody_has_written_for_long_is_not_taken_to_be_silent(new):
    """Perhaps it is a copy: that no clear stands in it says nothing about now."""
    host = new()
    host.write("Fault Raised: 6", "Policy check")
    host.at("13:00:00")
    (first, clock) = [one for one in host.watcher.poll() if one.event != "log"]
    assert [one.id for one in first.intervals] == ["f6-1"]
    assert clock.doubt == "quiet"
    assert host.idle("14:00:00") == []
    host.write("Policy check", "Policy check")
    assert host.poll() == ["breached f6-1 raised"]


def test_a_log_of_another_zone_is_not_taken_to_be_silent(new):
    host = new("12:00:00")
    host.write("Policy check")
    host.poll()
    host.at("15:00:00")
    with host.log.open("a") as log:
        log.write("2026-03-03T14:00:00Z mac ampdaemon[71]: Fault Raised: 6\n2026-03-03T14:00:00Z mac a[1]: x\n")
    told = host.watcher.poll()
    assert [(one.doubt, one.apart_s) for one in told if one.event == "clock"] == [("apart", -3600.0)]
    assert host.idle("15:15:00") == []


def test_unmarked_stamps_are_read_in_this_machines_zone(new, monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Seoul")
    host = new(told=Told())
    host.log.write_text("Mar  3 21:00:00 mac ampdaemon[71]: Fault Raised: 6\nMar  3 21:00:00 mac ampdaemon[71]: x\n")
    os.utime(host.log, (host.now, host.now))
    history = next(one for one in host.watcher.poll() if one.event == "history")
    assert (str(history.at), host.watcher.zone) == ("2026-03-03T12:00:00Z", "Asia/Seoul")
    assert host.idle("12:10:05") == ["breached f6-1 raised silent"]


def test_after_sleep_nothing_is_said_to_have_been_silent_until_a_line_comes(host):
    host.write("Fault Raised: 6")
    assert host.idle("12:01:00") == ["raised f6-1"]
    host.at("13:00:00")
    assert [one.doubt for one in host.watcher.poll()] == ["asleep"]
    assert host.idle("13:15:00") == []
    host.write("Policy check", "Policy check")
    assert host.poll() == ["breached f6-1 raised"]


def test_what_the_log_holds_already_is_summed_up_and_not_told_again(new):
    host = new()
    host.write("Fault Raised: 6", "Fault Cleared: 6", "Fault Raised: 13", "Policy check")
    told = host.watcher.poll()
    (history,) = [one for one in told if one.event == "history"]
    assert (history.lines, history.cleared, [one.id for one in history.intervals]) == (4, 1, ["f13-1"])
    assert [one.event for one in told] == ["history", "clock"]
    host.write("Fault Raised: 6", "Policy check")
    assert host.poll() == ["raised f6-2"]


def test_stays_that_ended_are_let_go_and_still_counted(host):
    for number in range(1, 40):
        host.write("Fault Raised: 6", "Fault Cleared: 6", "connector started", "Policy check", "Fault table unchanged")
        assert host.poll()[:2] == [f"raised f6-{number}", f"cleared f6-{number}"]
        host.now += 700
    (log,) = host.watcher._logs
    assert sum(len(reading.events) for reading in log.stream.readings) < 10


def test_many_raises_of_one_stay_are_not_kept(host):
    host.write("Fault Raised: 6", "Policy check")
    host.poll()
    for _ in range(50):
        host.now += 1
        host.write("Fault Raised: 6", "Policy check")
        assert host.poll() == ["raised_again f6-1"]
    (log,) = host.watcher._logs
    assert sum(len(reading.events) for reading in log.stream.readings) < 6
    host.write("Fault Cleared: 6", "Policy check")
    (cleared, _) = [one for one in host.watcher.poll() if one.event != "clock"]
    assert cleared.interval.duration_s == (50.0, 50.0)


def test_a_clear_without_a_raise_is_told_as_such(host):
    host.write("Fault Cleared: 6", "Policy check")
    assert host.poll() == ["cleared_unseen 6"]
    host.write("Fault Cleared: 6", "Policy check")
    assert host.poll() == ["cleared_unseen 6"]


def test_a_raise_once_let_go_does_not_come_back_beside_another_fault(host):
    """The line before one that is kept is kept as well, and must not be paired again."""
    host.write("Fault Raised: 13", "Fault Cleared: 13", "Fault Raised: 13", "Fault Raised: 6", "Policy check")
    assert host.poll() == ["raised f13-1", "cleared f13-1", "raised f13-2", "raised f6-1"]
    host.now += 5
    host.write("Fault Cleared: 13", "Policy check")
    assert host.poll() == ["cleared f13-2"]
    host.now += 5
    host.write("Fault Raised: 13", "Policy check")
    assert host.poll() == ["raised f13-3"]


def test_a_line_that_no_rule_explains_is_told_once(host):
    host.write("Fault 6 looks odd", "Policy check")
    assert host.poll() == ["unexplained"]
    host.write("Fault 7 looks odd", "Policy check")
    assert host.poll() == []


def test_a_line_that_no_format_understands_is_told_once(host):
    with host.log.open("a") as log:
        log.write("what is this\nand this\n")
    assert host.poll() == ["unread"]
    assert host.poll() == []


def test_a_renamed_file_is_read_to_its_end_before_the_new_one(host):
    host.write("Fault Raised: 6", "Policy check")
    assert host.poll() == ["raised f6-1"]
    old = host.log.rename(host.log.with_suffix(".log.1"))
    host.write("Fault Cleared: 6", to=old)
    host.write("Fault Raised: 6", "Policy check")
    assert host.poll() == ["cleared f6-1", "verdict f6-1 raised met", "raised f6-2"]
    assert host.idle("12:10:05") == ["breached f6-2 raised silent"]


def test_a_writer_that_goes_on_in_the_renamed_file_is_heard(host):
    old = host.log.rename(host.log.with_suffix(".log.1"))
    host.log.touch()
    assert host.fates() == []
    host.write("Fault Raised: 6", "Policy check", to=old)
    assert host.poll() == ["raised f6-1"]
    host.write("Fault Cleared: 6", "Policy check")
    assert host.poll()[0] == "cleared f6-1"


def rotated(host, keep: int = 9, *, packed: int = 99) -> None:
    """Rotate as logrotate does: the numbers move up, from one on compressed, and an empty file takes the name."""
    for number in range(keep, -1, -1):
        for suffix in ("", ".gz"):
            old = host.log.with_name(f"ampdaemon.log{f'.{number}' if number else ''}{suffix}")
            if not old.exists():
                continue
            if number == keep:
                old.unlink()
                continue
            new = old.rename(host.log.with_name(f"ampdaemon.log.{number + 1}{suffix}"))
            if number + 1 >= packed and not suffix:
                new.with_name(f"{new.name}.gz").write_bytes(gzip.compress(new.read_bytes()))
                new.unlink()
    host.log.touch()


def what_befell(host) -> list:
    """What a look tells, with the file that a gap or what was read in between names."""
    told_of = [one for one in host.watcher.poll() if one.event not in {"clock", "history"}]
    return [f"{one.fate} {one.detail}".strip() if one.event == "log" else told(one) for one in told_of]


@pytest.mark.parametrize("packed", [99, 2, 1], ids=["plain", "older ones packed", "all packed"])
def test_what_stood_under_the_name_between_two_looks_is_read_in_order(host, packed):
    rotated(host)
    host.write("Fault Raised: 13", "Fault Cleared: 13", "Policy check")
    host.poll()
    host.write("Fault Raised: 6")
    for message in ("Fault Cleared: 6", "Fault Raised: 7", "Fault Cleared: 7"):
        rotated(host, packed=packed)
        host.now += 20
        host.write(message, "Policy check")
    suffix = {99: ["", ""], 2: [".gz", ""], 1: [".gz", ".gz"]}[packed]
    assert what_befell(host) == [
        "rotated", f"between ampdaemon.log.2{suffix[0]}", f"between ampdaemon.log.1{suffix[1]}",
        "raised f6-1", "cleared f6-1", "verdict f6-1 raised met", "raised f7-1", "cleared f7-1",
    ]  # fmt: skip


def test_dated_names_tell_the_order_as_well(host):
    host.write("Fault Raised: 6")
    for day, message in ((1, "Fault Cleared: 6"), (2, "Fault Raised: 6"), (3, "Policy check")):
        host.log.rename(host.log.with_name(f"ampdaemon.log-2026030{day}"))
        host.now += 20
        host.write(message, "Policy check")
    assert what_befell(host) == [
        "rotated", "between ampdaemon.log-20260302", "between ampdaemon.log-20260303",
        "raised f6-1", "cleared f6-1", "verdict f6-1 raised met", "raised f6-2",
    ]  # fmt: skip


def test_a_copy_that_was_truncated_twice_loses_nothing(host):
    host.write("Fault Raised: 6")
    for message in ("Fault Cleared: 6", "Policy check"):
        if (first := host.log.with_name("ampdaemon.log.1")).exists():
            first.rename(host.log.with_name("ampdaemon.log.2"))
        first.write_bytes(host.log.read_bytes())
        host.log.write_text("")
        host.now += 1
        host.write(message, "Policy check")
    befell = ["truncated", "between ampdaemon.log.1", "raised f6-1", "cleared f6-1", "verdict f6-1 raised met"]
    assert what_befell(host) == befell


@pytest.mark.parametrize("harm", ["deleted", "damaged", "refused"])
def test_a_file_in_between_that_cannot_be_had_is_a_gap_that_nothing_is_judged_across(host, harm, monkeypatch):
    host.write("Fault Raised: 6", "Policy check")
    host.poll()
    for message in ("Policy check", "Fault Cleared: 6", "Policy check"):
        rotated(host, packed=2)
        host.now += 400
        host.write(message, *["Policy check"] * 9)
    lost = host.log.with_name("ampdaemon.log.2.gz")
    if harm == "deleted":
        lost.unlink()
    elif harm == "damaged":
        lost.write_bytes(lost.read_bytes()[:-20])
    else:
        monkeypatch.setattr("faultlog.watching.siblings.Bundle", refusing(lost))
    notices = host.watcher.poll()
    (gap,) = [one for one in notices if one.fate == "gap"]
    since = "12:06:40" if harm == "damaged" else "12:00:00"
    assert gap.detail == ("ampdaemon.log.2" if harm == "deleted" else lost.name)
    assert f"after 2026-03-03 {since} UTC, before 2026-03-03 12:13:20 UTC" in Teller(EN).sentence(gap)
    assert [one.event for one in notices if one.event == "cleared"] == ["cleared"]
    assert {one.findings[0].verdict for one in notices if one.event == "verdict"} == {"indeterminate"}


def refusing(path: Path):
    """Opens bundles but one file, which belongs to somebody else."""

    def opened(paths, **named):
        if path in paths:
            raise BundleError("unreadable", "Permission denied")
        return Bundle(paths, **named)

    return opened


def test_a_log_whose_former_file_is_nowhere_after_a_long_time_may_have_lost_lines(host):
    """As after sleep, where rotated files go to another folder or are not kept."""
    host.write("Fault Raised: 6", "Policy check")
    host.poll()
    host.at("12:15:00")
    host.log.unlink()
    host.write("Fault Cleared: 6", "Policy check")
    notices = host.watcher.poll()
    assert [one.fate for one in notices if one.event == "log"] == ["rotated", "gap"]
    assert {one.findings[0].verdict for one in notices if one.event == "verdict"} == {"indeterminate"}


def test_a_log_whose_former_file_goes_elsewhere_at_once_has_lost_nothing(host):
    host.write("Fault Raised: 6", "Policy check")
    host.poll()
    host.log.unlink()
    host.write("Fault Cleared: 6", "Policy check")
    assert what_befell(host) == ["rotated", "cleared f6-1", "verdict f6-1 raised met"]


def test_a_raise_names_what_to_do_once_and_a_passed_deadline_all_of_it(new):
    host = new(told=Told(os="macos", tz="UTC"))
    host.write("Policy check")
    host.poll()
    host.write("Fault Raised: 6", "Policy check")
    out = StringIO()
    page = Page(Console(file=out, width=100), EN)
    notices = host.watcher.poll()
    host.write("Fault Raised: 6", "Policy check")
    notices += host.watcher.poll()
    host.at("12:11:00")
    host.write("Policy check")
    notices += host.watcher.poll()
    for notice in notices:
        render_notice(notice, page, page)
    said = [one.strip() for one in out.getvalue().splitlines() if one.startswith("    ")]
    assert [one[:30] for one in said] == [
        "What to do about fault 6: Give",
        "More: faultlog rules show 6",
        "What to do now",
        "1. Give the fault ten minutes ",
        "2. If it stays, read /Library/",
        "3. If no file can be found, or",
    ]
    assert [len(one.todo) for one in notices if one.event in {"raised", "raised_again", "breached"}] == [1, 0, 1]


def test_a_reboot_in_vain_is_not_advised_first_again(new):
    host = new(told=Told(os="macos", tz="UTC"))
    host.write("Fault Raised: 2", "Policy check")
    host.poll()
    now, rules = host.watcher._known, knowledge().rules
    assert todo(now.opened[0], now, rules).advice[0].text.params["id"] == "reboot"
    for time in ("12:10:00", "13:10:00"):
        host.at(time)
        with host.log.open("a") as log:
            log.write(f"2026-03-03T{time}Z mac kernel: Darwin Kernel Version 20.1.0\n")
        host.write("connector started", "Policy check")
        host.poll()
        host.now += 1800
        host.write("Policy check", "Policy check")
        host.poll()
        host.now += 1
    now = host.watcher._known
    assert [one.text.params["id"] for one in todo(now.opened[0], now, rules).advice] == ["reinstall", "reboot"]


@pytest.mark.parametrize(("told", "faults"), [({"os": "macos"}, 1), ({"os": "linux"}, 1), ({}, 2)], ids=str)
def test_advice_is_that_of_the_system_that_was_told(new, told, faults):
    host = new(told=Told(**told, tz="UTC"))
    host.write("Fault Raised: 6", "Policy check")
    (history,) = [one for one in host.watcher.poll() if one.event == "history"]
    (one,) = history.todo
    assert len({advice.text.params["rule"] for advice in one.advice}) == faults
    assert all((advice.condition is None) == bool(told) for advice in one.advice)


def test_advice_follows_the_version_that_the_log_states_though_its_line_is_let_go(new):
    host = new(told=Told(os="macos", tz="UTC"))
    host.write("Policy check")
    host.poll()
    host.write("upgraded from 1.14.0 to 1.14.1", "Policy check")
    host.poll()
    for _ in range(3):
        host.write("Fault Raised: 10", "Fault Cleared: 10", "Policy check")
        host.now += 700
        host.poll()
    assert not any(one.kind == "version_changed" for one in host.watcher._known.signals)
    assert host.watcher._known.host.connector_version == "1.14.1"


def test_copy_and_truncate_loses_nothing_that_the_copy_holds(host):
    host.write("Fault Raised: 6", "Policy check")
    host.poll()
    host.write("Fault Cleared: 6")
    host.log.with_suffix(".log.1").write_bytes(host.log.read_bytes())
    host.log.write_text("")
    host.write("Policy check")
    told = host.watcher.poll()
    assert [one.event for one in told] == ["log", "cleared", "verdict"]
    assert told[0].fate == "truncated"


def test_what_a_truncation_may_have_taken_away_is_not_judged(host):
    host.write("Fault Raised: 6", "Policy check")
    host.poll()
    host.log.write_text("")
    host.now += 1
    assert [one.fate or told(one) for one in host.watcher.poll()] == ["lost", *["undecided f6-1"] * 2]
    host.write("Policy check", "Policy check")
    assert host.poll() == []
    assert host.idle("12:20:00") == []


def test_a_truncated_file_that_has_grown_past_the_old_end_is_noticed(host):
    host.write("Fault Raised: 6", "Policy check")
    host.poll()
    host.log.write_text("")
    host.now += 1
    host.write(*["Policy check, a longer line than before"] * 20)
    assert host.fates() == ["lost"]


def test_a_log_that_is_written_anew_as_a_whole_goes_on(host):
    """As tools do that copy a log from elsewhere: another file with the same lines and some more."""
    host.write("Fault Raised: 6", "Policy check")
    host.poll()
    copy = host.log.with_name("other")
    copy.write_bytes(host.log.read_bytes())
    host.write("Fault Cleared: 6", "Policy check", to=copy)
    copy.replace(host.log)
    assert host.poll() == ["cleared f6-1", "verdict f6-1 raised met"]


def test_a_file_that_vanishes_and_comes_back_is_followed_on(host):
    host.write("Fault Raised: 6", "Policy check")
    host.poll()
    host.log.unlink()
    assert (host.fates(), host.fates()) == (["vanished"], [])
    host.idle("12:00:20")
    host.write("Fault Cleared: 6", "Policy check")
    assert host.poll() == ["cleared f6-1", "verdict f6-1 raised met"]


def test_the_silence_of_a_file_whose_name_is_gone_proves_nothing(host):
    """Its writer may write to another file by now."""
    host.write("Fault Raised: 6", "Policy check")
    host.poll()
    old = host.log.rename(host.log.with_name("elsewhere"))
    assert [one.fate or one.doubt for one in host.watcher.poll()] == ["vanished", "gone"]
    host.now += 10
    host.write("Policy check", to=old)
    assert host.idle("12:15:00") == []
    host.write("Policy check", "Policy check")
    assert host.poll() == ["breached f6-1 raised"]


def test_a_file_that_is_moved_away_and_back_is_the_same_file(host):
    away = host.log.rename(host.log.with_name("elsewhere"))
    assert host.fates() == ["vanished"]
    away.rename(host.log)
    assert host.fates() == ["back"]
    host.write("Fault Raised: 6", "Policy check")
    assert host.poll() == ["raised f6-1"]


def test_a_log_that_is_not_there_yet_is_waited_for(new):
    host = new()
    assert [(one.event, one.fate) for one in host.watcher.poll()] == [("log", "missing"), ("history", None)]
    assert host.watcher.poll() == []
    host.write("Fault Raised: 6", "Policy check")
    assert [one.fate or told(one) for one in host.watcher.poll()] == ["found", "raised f6-1", "clock"]
    assert host.idle("12:10:05") == ["breached f6-1 raised silent"]


def test_a_log_that_may_not_be_read_is_said_to_be_so(new, monkeypatch):
    host = new()

    def refuse(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    host.log.touch(mode=0o600)
    fates = [(one.fate, one.detail) for one in host.watcher.poll()]
    monkeypatch.undo()
    assert fates[0] == ("unreadable", "Permission denied")
    host.write("Fault Raised: 6", "Policy check")
    assert host.poll() == ["raised f6-1"]


def test_a_pipe_under_the_name_is_not_opened(new):
    host = new()
    os.mkfifo(host.log)
    assert host.fates() == ["no_file"]


def test_lines_of_several_logs_meet_by_time(tmp_path, new):
    host = new()
    system = tmp_path / "system.log"
    host.watcher = Checked([host.log, system], knowledge(), Told(tz="UTC"), lambda: host.now)
    host.write("Policy check")
    host.write("something", to=system)
    host.poll()
    host.write("Fault Raised: 7", "Policy check")
    assert host.poll() == ["raised f7-1"]
    assert host.idle("12:01:00") == []
    host.write("connector started", "Policy check", to=system)
    host.poll()
    assert host.idle("12:11:10") == ["breached f7-1 connector_started silent"]


@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_a_log_is_the_same_in_whatever_pieces_it_comes(new, size):
    text = "".join(
        f"2026-03-03T12:{minute:02d}:00Z mac ampdaemon[71]: {message}\n\tgoes on\n"
        for minute, message in enumerate(["Fault Raised: 6", "x" * 300, "", "Fault Cleared: 6", "Fault Raised: 7"])
    ).encode()
    host = new("12:06:00")
    host.log.touch()
    host.poll()
    said = []
    for place in range(0, len(text), size):
        with host.log.open("ab") as log:
            log.write(text[place : place + size])
        said += host.poll()
    said += host.poll()
    assert said == ["raised f6-1", "cleared f6-1", "verdict f6-1 raised met", "raised f7-1"]
    assert host.watcher._logs[0].stream.lines == 10


def test_a_line_without_end_takes_bounded_memory(host):
    with host.log.open("ab") as log:
        log.write(b"x" * (3 << 20))
    host.poll()
    stream = host.watcher._logs[0].stream
    assert len(stream._carry) == 1 << 20
    with host.log.open("ab") as log:
        log.write(b"\n")
    host.write("Fault Raised: 6", "Policy check")
    told = host.watcher.poll()
    raised = next(one for one in told if one.event == "raised")
    assert host.log.read_bytes()[raised.evidence.offset :].startswith(b"2026")
    assert raised.evidence.line == 3


def test_a_long_history_is_read_like_a_bundle(new):
    host = new("13:00:00")
    lines = [f"2026-03-03T12:{i // 60 % 60:02d}:{i % 60:02d}Z mac ampdaemon[71]: job {i} done\n" for i in range(3000)]
    lines[2000] = "2026-03-03T12:33:20Z mac ampdaemon[71]: Fault Raised: 6\n"
    host.log.write_text("".join(lines))
    history = next(one for one in host.watcher.poll() if one.event == "history")
    assert (history.lines, history.understood) == (3000, 3000)
    assert history.intervals[0].raises[0].evidence.line == 2001


def test_a_log_beyond_what_is_read_in_full_says_so_and_tells_the_time_with_each_new_line(new, monkeypatch):
    monkeypatch.setattr("faultlog.watching.stream.FULL_BYTES", 1 << 17)
    host = new("12:00:00")
    line = b"2026-03-03T12:00:00Z mac ampdaemon[71]: job done\n"
    host.log.write_bytes(line * ((1 << 19) // len(line)))
    os.utime(host.log, (host.now, host.now))
    history = next(one for one in host.watcher.poll() if one.event == "history")
    assert history.lines - history.understood == history.passed_over > 7000
    assert f"{history.passed_over:,} lines that no rule needs" in Teller(EN).sentence(history)
    assert "are understood" not in Teller(EN).sentence(history)
    host.write("Fault Raised: 6")
    assert host.idle("12:05:00") == ["raised f6-1"]
    host.at("12:20:00")
    with host.log.open("a") as log:
        log.write("2026-03-03T12:20:00Z mac cron[9]: job done\n" * 2)  # of a process that no rule watches
    assert host.poll() == ["breached f6-1 raised"]


def judged_line_by_line(text: str, folder: Path, told: Told) -> tuple[set, set]:
    """Stays and verdicts, as they were told while a log grew line by line, and as they stand at its end."""
    log = folder / "ampdaemon.log"
    log.touch()
    watcher = Watcher([log], knowledge(), told, lambda: on("23:00:00").ns / 1e9 + 1e7)
    notices = watcher.poll()
    with log.open("a") as file:
        for line in text.splitlines(keepends=True):
            file.write(line)
            file.flush()
            notices += watcher.poll()
    notices += watcher.poll()
    watcher.close()
    over = [one.interval for one in notices if one.event == "cleared"]
    known = watcher._known
    opened = [one for one in known.opened if one.raises]
    names = {one.id for one in opened}
    findings = [one.findings[0] for one in notices if one.event == "verdict"]
    findings += [one for one in known.findings if one.interval in names]
    return {stay(one) for one in (*over, *opened)}, {verdict_of(one) for one in findings}


def stay(interval) -> tuple:
    return interval.id, interval.raised.at, interval.cleared, interval.duration_s, interval.state


def verdict_of(finding) -> tuple:
    return finding.id, finding.verdict, finding.margin_s, finding.deadline_at, finding.breaches


@pytest.mark.parametrize("rule", knowledge().rules.faults, ids=lambda rule: rule.id)
def test_a_log_read_line_by_line_gives_what_it_gives_as_a_whole(rule, tmp_path):
    for number, test in enumerate(rule.file.tests):
        folder = tmp_path / str(number)
        folder.mkdir()
        told = Told(os="macos" if rule.os == "macos" else "linux", tz="UTC")
        case = case_of(test.log, os=told.os, tz="UTC")
        stays, verdicts = judged_line_by_line(test.log, folder, told)
        seen = {one.id for one in case.intervals if one.raises}
        assert stays == {stay(one) for one in case.intervals if one.raises}, test.name
        assert verdicts == {verdict_of(one) for one in case.findings if one.interval in seen}, test.name


@pytest.mark.parametrize("seed", [6, 9, 16, 18, 169])
def test_a_random_life_read_in_pieces_through_rotation_gives_what_it_gives_as_a_whole(seed, tmp_path):
    (bundle,) = simulate(tmp_path / "made", "random", seed, None, 1)
    folder = bundle
    if bundle.is_file():
        folder = tmp_path / "open"
        shutil.unpack_archive(bundle, folder)
    (made,) = folder.rglob("ampdaemon.log")
    text = made.read_bytes().rpartition(b"\n")[0].decode("utf-8", "replace") + "\n"
    now = on("12:00:00").moved(365 * 86_400)
    case = case_of(text, tz="UTC", taken=now)
    log = tmp_path / "ampdaemon.log"
    log.touch()
    watcher = Watcher([log], knowledge(), Told(tz="UTC"), lambda: now.ns / 1e9)
    notices = watcher.poll()
    lines, chance = text.splitlines(keepends=True), random.Random(seed)  # noqa: S311 (sizes of pieces)
    while lines:
        if chance.random() < 0.1:
            log.rename(tmp_path / f"ampdaemon.log.{len(lines)}")
        size = chance.choice([1, 1, 2, 5, 30])
        with log.open("a") as file:
            file.write("".join(lines[:size]))
        lines = lines[size:]
        notices += watcher.poll()
    notices += watcher.poll()
    watcher.close()
    over = [one.interval for one in notices if one.event == "cleared"]
    opened = [one for one in watcher._known.opened if one.raises]
    assert {stay(one) for one in (*over, *opened)} == {stay(one) for one in case.intervals if one.raises}


@pytest.mark.parametrize("paths", [[""], ["-"], ["{folder}"], ["a.log", "a.log"]], ids=str)
def test_what_cannot_be_followed_is_refused(tmp_path, paths):
    with pytest.raises(UsageError):
        next(follow([one.format(folder=tmp_path) for one in paths], knowledge()))


def test_the_loop_sleeps_between_looks_and_ends_when_nobody_listens(tmp_path):
    slept: list[float] = []
    told = follow(
        [str(tmp_path / "a.log")], knowledge(), Told(tz="UTC"), lambda: 0.0, slept.append, lambda: len(slept) < 3
    )
    assert ([one.event for one, _ in told], slept) == (["log", "history"], [0.5] * 3)


def everything_of(new) -> list:
    """Notices of many kinds."""
    host = new()
    kept = [*host.watcher.poll()]
    host.write("Fault Raised: 6 (Major)", "Fault Raised: 6", "Fault 6 looks odd", "Fault Cleared: 9", "Policy check")
    kept += host.watcher.poll()
    while host.now < on("12:10:04").ns / 1e9:
        host.now += 10
        kept += host.watcher.poll()
    with host.log.open("a") as log:
        log.write("what is this\n")
    host.write("Fault Cleared: 6", "Policy check")
    kept += host.watcher.poll()
    host.log.write_text("")
    return [*kept, *host.watcher.poll()]


@pytest.mark.parametrize("wording", [EN, KO], ids=lambda one: one.language)
def test_everything_that_is_told_is_worded(new, wording):
    notices = everything_of(new)
    events = {one.event for one in notices}
    assert events == {
        "history", "log", "clock", "raised", "raised_again", "cleared", "cleared_unseen", "breached", "verdict",
        "unexplained", "unread",
    }  # fmt: skip
    for notice in notices:
        said = Teller(wording).sentence(notice)
        assert "{" not in said
        assert "watch." not in said


def test_a_json_line_is_one_object_of_one_shape(new):
    rows = [json.loads(to_json_line(one, EN)) for one in everything_of(new)]
    assert len({tuple(row) for row in rows}) == 1
    assert {row["schema"] for row in rows} == {"faultlog.watch/1"}
    breached = next(row for row in rows if row["event"] == "breached")
    assert (breached["interval"]["id"], breached["by"], breached["at"]) == ("f6-1", "clock", "2026-03-03T12:10:00Z")
    raised = next(row for row in rows if row["event"] == "raised")
    assert raised["evidence"]["text"].endswith("Fault Raised: 6 (Major)")


def test_a_log_cannot_steer_the_terminal(host):
    host.write("Fault Raised: \x1b[31m6 odd fault", "Policy check")
    out = StringIO()
    page = Page(Console(file=out, force_terminal=False), EN)
    for notice in host.watcher.poll():
        render_notice(notice, page, page)
    assert "\x1b" not in out.getvalue()
    assert "\\x1b" in out.getvalue()


def written_now(path: Path, message: str) -> None:
    with path.open("a") as log:
        log.write(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} mac ampdaemon[71]: {message}\n")


def test_a_real_log_is_followed_through_rotation_until_it_is_interrupted(tmp_path):
    log = tmp_path / "ampdaemon.log"
    written_now(log, "Fault Raised: 13")
    command = [*changed(watch__POLL_S=0.02), "watch", str(log), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT) as watching:
        rows = map(json.loads, watching.stdout)
        first = next(rows)
        assert (first["event"], [one["fault_id"] for one in first["open"]]) == ("history", [13])
        assert next(rows)["doubt"] is None
        written_now(log, "Fault Raised: 6")
        assert (raised := next(rows))["event"] == "raised"
        assert raised["evidence"]["file"] == str(log)
        log.rename(tmp_path / "ampdaemon.log.1")
        written_now(log, "Fault Cleared: 13")
        assert next(one for one in rows if one["event"] == "cleared")["interval"]["id"] == "f13-1"
        watching.send_signal(signal.SIGINT)
        rest, said = watching.communicate(timeout=20)
    assert (watching.returncode, rest, said) == (0, "", "")


@pytest.fixture
def run(monkeypatch):
    """The command, looking without rest; before each look it does the next of some steps, and then is interrupted."""

    def command(words: list[str], *steps):
        waiting = iter(steps)

        def is_read() -> bool:
            step = next(waiting, None)
            if step is None:
                raise KeyboardInterrupt
            step()
            return True

        monkeypatch.setattr("faultlog.watch.POLL_S", 0)
        monkeypatch.setattr("faultlog.outputs.is_read", is_read)
        return CliRunner().invoke(app, ["watch", *words])

    return command


def test_the_command_prints_what_is_told_until_it_is_interrupted(tmp_path, run):
    log = tmp_path / "ampdaemon.log"
    written_now(log, "Policy check")
    words = [str(log), "--os", "linux", "--connector", "1.14.1"]
    shown = run(words, lambda: None, lambda: written_now(log, "Fault Raised: 11"), lambda: None, lambda: None)
    first, raised, what_to_do = shown.stdout.splitlines()
    assert (shown.exit_code, first[:12]) == (0, "1 line read,")
    assert "OPEN" in raised
    assert raised.endswith(f"{log}:2")
    assert what_to_do.startswith("    What to do about fault 11: ")
    assert "agree with this machine's clock" in shown.stderr


def test_the_command_writes_a_line_of_json_for_each_event_in_the_language_that_is_asked_for(tmp_path, run):
    log = tmp_path / "ampdaemon.log"
    steps = [lambda: None, lambda: written_now(log, "Fault Raised: 6"), lambda: None, lambda: None]
    shown = run([str(log), "--json", "--lang", "ko", "--os", "macos"], *steps)
    rows = [json.loads(one) for one in shown.stdout.splitlines()]
    for row in rows:
        LINE.validate(row)
    raised = next(row for row in rows if row["event"] == "raised")
    assert "발생" in raised["message"]
    assert (len(raised["todo"][0]["advice"]), raised["todo"][0]["command"]) == (3, "faultlog rules show 6")
    assert shown.stderr == ""


def test_an_option_that_means_nothing_is_refused_before_anything_is_followed(tmp_path, run):
    for words in (["--tz", "Nowhere"], ["--os-version", "?"]):
        shown = run([str(tmp_path / "ampdaemon.log"), *words], lambda: None)
        assert isinstance(shown.exception, UsageError), words


def test_a_folder_is_refused_with_one_sentence(tmp_path, run):
    shown = run([str(tmp_path)], lambda: None)
    assert isinstance(shown.exception, UsageError)
    assert "is a folder; give the log itself" in str(shown.exception)


def test_following_ends_when_nobody_reads_any_more_though_nothing_is_told(tmp_path, monkeypatch):
    written_now(tmp_path / "ampdaemon.log", "Policy check")
    reader, writer = os.pipe()
    monkeypatch.setattr("faultlog.watch.POLL_S", 0)
    with open(writer, "w") as out:  # noqa: PTH123 (a descriptor)
        monkeypatch.setattr(sys, "stdout", out)
        told_now = follow([str(tmp_path / "ampdaemon.log")], knowledge(), listening=outputs.is_read)
        assert next(told_now)[0].event == "history"
        os.close(reader)
        assert [one.event for one, _ in told_now] == ["clock"]
