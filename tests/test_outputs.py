"""Where answers go, in-process: refused before long work, whole or not at all, quiet where nobody listens."""

import errno
import json
import os
import stat
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

from faultlog import __main__ as door
from faultlog import outputs
from faultlog.commands.asked import complain
from faultlog.errors import UsageError
from faultlog.model import Instant
from faultlog.report.watching import to_json_line
from faultlog.rulebook import load_rules
from faultlog.ruletests import written
from faultlog.watching.notices import Notice
from faultlog.wording import Wording


@contextmanager
def files_of_at_most(size):
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_link_is_refused_before_the_work_where_its_end_cannot_be_written(tmp_path):
    link = tmp_path / "link.json"
    link.symlink_to(tmp_path / "nowhere" / "case.json")
    with pytest.raises(UsageError, match=r"there is no folder .*nowhere; make it first"):
        outputs.writable(str(link), [])


def test_a_link_to_a_file_that_is_not_there_yet_is_written_through(tmp_path):
    link = tmp_path / "link.json"
    link.symlink_to(tmp_path / "case.json")
    outputs.writable(str(link), [])
    outputs.write(str(link), "{}")
    assert link.is_symlink()
    assert (tmp_path / "case.json").read_text() == "{}"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sets no limit to files")
def test_a_full_disk_leaves_no_half_answer(tmp_path):
    place = tmp_path / "case.json"
    with files_of_at_most(1000), pytest.raises(UsageError, match=r"cannot be written: .*; check the path"):
        outputs.write(str(place), "x" * 5000)
    assert not place.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sets no limit to files")
def test_a_full_disk_loses_nothing_of_the_answer_that_was_there(tmp_path):
    place = tmp_path / "case.json"
    place.write_text("the old answer")
    with files_of_at_most(1000), pytest.raises(UsageError, match="cannot be written"):
        outputs.write(str(place), "x" * 5000)
    assert place.read_text() == "the old answer"
    assert [one.name for one in tmp_path.iterdir()] == ["case.json"]


def test_an_interruption_loses_nothing_of_the_answer_that_was_there(tmp_path, monkeypatch):
    place = tmp_path / "case.json"
    place.write_text("the old answer")

    def interrupted(_descriptor):
        raise KeyboardInterrupt

    monkeypatch.setattr(outputs.os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        outputs.write(str(place), "{}")
    assert {one.name: one.read_text() for one in tmp_path.iterdir()} == {"case.json": "the old answer"}


def test_a_new_answer_takes_the_place_and_the_rights_of_the_old_one(tmp_path):
    place, link, opened = tmp_path / ("a" * 250 + ".json"), tmp_path / "link.json", tmp_path / "new.json"
    place.write_text("the old answer")
    place.chmod(0o640)
    link.symlink_to(place)
    with place.open() as reading:
        outputs.write(str(link), "{}")
        assert reading.read() == "the old answer"
    outputs.write(str(opened), "{}")
    assert link.is_symlink()
    assert place.read_text() == "{}"
    assert stat.S_IMODE(place.stat().st_mode) == 0o640
    (tmp_path / "plain").touch()
    assert opened.stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_pipe_and_a_device_are_written_through(tmp_path):
    if not hasattr(os, "mkfifo"):
        pytest.skip("no named pipes here")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    got = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()
    outputs.write(str(pipe), "{}")
    reader.join(10)
    outputs.write(os.devnull, "{}")
    assert got == [b"{}"]
    assert pipe.is_fifo()
    assert not Path(os.devnull).is_file()


def test_what_a_shell_names_for_a_pipe_or_a_file_that_it_opened_is_written_through(tmp_path):
    if not Path("/dev/fd").is_dir():
        pytest.skip("no files are named by their descriptors here")
    reading, writing = os.pipe()
    outputs.writable(f"/dev/fd/{writing}", [])
    outputs.write(f"/dev/fd/{writing}", "{}")
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        assert pipe.read() == b"{}"
    with (tmp_path / "case.json").open("wb", buffering=0) as shell:
        outputs.writable(f"/dev/fd/{shell.fileno()}", [])
        outputs.write(f"/dev/fd/{shell.fileno()}", "{}")
        shell.seek(0, os.SEEK_END)
        shell.write(b"more")
    assert (tmp_path / "case.json").read_bytes() == b"{}more"


def test_a_file_that_nothing_may_take_the_place_of_is_written_where_it_stands(tmp_path, monkeypatch):
    place = tmp_path / "case.json"
    place.write_text("the old answer")

    def mounted(_beside, _place):
        raise OSError(errno.EBUSY, "Device or resource busy")

    monkeypatch.setattr(Path, "replace", mounted)
    outputs.write(str(place), "{}")
    assert {one.name: one.read_text() for one in tmp_path.iterdir()} == {"case.json": "{}"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps no such rights")
def test_what_only_its_owner_may_read_is_so_where_nothing_may_take_the_place_of_the_file(tmp_path, monkeypatch):
    """What a map says are the names that a bundle no longer has."""

    def mounted(_self, _target):
        raise OSError(errno.EBUSY, "Device or resource busy")

    target = tmp_path / "map.json"
    target.write_text("old")
    target.chmod(0o644)
    monkeypatch.setattr(Path, "replace", mounted)
    outputs.write_private(str(target), "names")
    assert (target.read_text(), target.stat().st_mode & 0o777) == ("names", 0o600)


def test_who_interrupts_is_told_so_in_one_line(monkeypatch, capsys):
    def interrupted(_words):
        raise KeyboardInterrupt

    monkeypatch.setattr(door, "_answer", interrupted)
    with pytest.raises(SystemExit) as ended:
        door.main()
    assert ended.value.code == 130
    assert capsys.readouterr() == ("", "faultlog: interrupted\n")


def test_a_complaint_that_nobody_can_hear_is_no_answer(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stderr", None)
    complain("no such file")
    assert capsys.readouterr().out == ""


def test_a_complaint_that_cannot_be_written_leaves_the_exit_code(monkeypatch):
    class Full:
        def write(self, _text):
            raise OSError(28, "No space left on device")

        def flush(self):
            pass

    monkeypatch.setattr(sys, "stderr", Full())
    complain("no such file")


def test_a_followed_name_that_a_terminal_may_obey_or_that_is_no_text_is_escaped():
    name = "a\x1b]8;;x\x07\u202eb\x9b\udcff.log"
    notice = Notice("log", Instant.at_second(0), files=(name,), fate="missing")
    line = to_json_line(notice, Wording("en", load_rules(())))
    assert line.isprintable()
    line.encode()
    assert json.loads(line)["files"] == [name]


def test_what_a_rule_test_differs_in_is_written_as_in_the_test():
    assert written([{"raised": None, "state": "open"}]) == '[{"raised": null, "state": "open"}]'


def test_a_fault_without_a_rule_has_no_page_to_show_and_each_headline_its_own_deadline(tmp_path):
    from io import StringIO

    from rich.console import Console

    import faultlog
    from faultlog.report.document import document
    from faultlog.report.text import render_text

    def report(*lines):
        log = tmp_path / "ampdaemon.log"
        log.write_text("".join(f"2026-03-03T{line}\n" for line in lines))
        out = StringIO()
        case = document(faultlog.analyze([str(log)]))
        render_text(case, Wording("en", load_rules(())), Console(file=out, width=300))
        return out.getvalue()

    start = "12:00:00Z mac ampdaemon[71]: "
    unknown = report(start + "Fault Raised: 40 (Major): x", "12:20:00Z mac ampdaemon[71]: Fault Cleared: 40")
    assert "rules show 40" not in unknown
    known = report(start + "Fault Raised: 6 (Major): Scan service restarting frequently",
        "12:01:00Z mac ampdaemon[71]: starting connector", "12:30:00Z mac ampdaemon[71]: Fault Cleared: 6",
    )  # fmt: skip
    assert "raised 12:00:00 · deadline 12:10:00 · connector started 12:01:00 · deadline 12:11:00" in known
