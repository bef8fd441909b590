"""Where answers go, in-process: refused before long work, whole or not at all, quiet where nobody listens."""

import sys
from contextlib import contextmanager

import pytest

from faultlog import __main__ as door
from faultlog import outputs
from faultlog.commands.asked import complain
from faultlog.errors import UsageError


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
    with pytest.raises(UsageError, match="there is no folder .*nowhere; make it first"):
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
    with files_of_at_most(1000), pytest.raises(UsageError, match="cannot be written: .*; check the path and the space"):
        outputs.write(str(place), "x" * 5000)
    assert not place.exists()


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
