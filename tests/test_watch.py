"""Live logs followed: what is told, when, and what is not claimed."""

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
from rich.console import Console

from faultlog.errors import UsageError
from faultlog.identity import Told
from faultlog.report.page import Page
from faultlog.report.watching import Teller, render_notice, to_json_line
from faultlog.simulating import simulate
from faultlog.watch import Watcher, follow
from faultlog.wording import Wording

from .logs import case_of, knowledge, on

ROOT = Path(__file__).parent.parent
EN, KO = (Wording(language, knowledge().rules) for language in ("en", "ko"))


class Host:
    """A host whose log is followed: it writes lines at its time, and files befall what befalls logs."""

    def __init__(self, folder: Path, time: str = "12:00:00", name: str = "ampdaemon.log", tz: str | None = "UTC"):
        self.log = folder / name
        self.now = on(time).ns / 1e9
        self.watcher = Watcher([self.log], knowledge(), tz, lambda: self.now)

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
    host = new(tz=None)
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
    host.now += 20
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
    host.watcher = Watcher([host.log, system], knowledge(), "UTC", lambda: host.now)
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


def test_a_log_beyond_what_is_read_in_full_tells_the_time_with_each_new_line(new):
    host = new("12:00:00")
    line = b"2026-03-03T12:00:00Z mac ampdaemon[71]: job done\n"
    host.log.write_bytes(line * ((65 << 20) // len(line) - 100))  # what follows is no sample
    os.utime(host.log, (host.now, host.now))
    host.poll()
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
    watcher = Watcher([log], knowledge(), "UTC", lambda: on("23:00:00").ns / 1e9 + 1e7)
    watcher._told = told
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
    watcher = Watcher([log], knowledge(), "UTC", lambda: now.ns / 1e9)
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
    told = follow([str(tmp_path / "a.log")], knowledge(), "UTC", lambda: 0.0, slept.append, lambda: len(slept) < 3)
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


def started(folder: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "faultlog", "watch", str(folder / "ampdaemon.log"), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONUTF8": "1"},
    )


def written_now(path: Path, message: str) -> None:
    with path.open("a") as log:
        log.write(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} mac ampdaemon[71]: {message}\n")


def test_a_real_log_is_followed_through_rotation_until_it_is_interrupted(tmp_path):
    log = tmp_path / "ampdaemon.log"
    written_now(log, "Fault Raised: 13")
    with started(tmp_path, "--json") as watching:
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


def test_following_ends_when_nobody_reads_any_more_though_nothing_is_told(tmp_path):
    written_now(tmp_path / "ampdaemon.log", "Policy check")
    with started(tmp_path) as watching:
        assert "no fault seen open" in watching.stdout.readline()
        watching.stdout.close()
        assert watching.wait(timeout=20) == 0
        assert "Traceback" not in watching.stderr.read()


def test_a_folder_is_refused_with_one_sentence(tmp_path):
    (tmp_path / "ampdaemon.log").mkdir()
    with started(tmp_path) as watching:
        out, said = watching.communicate(timeout=20)
    assert (watching.returncode, out, said.count("\n")) == (2, "", 1)
    assert "is a folder" in said
