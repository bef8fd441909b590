"""Where answers go, in-process: refused before long work, whole or not at all, quiet where nobody listens."""

import json
import sys
from contextlib import contextmanager

import pytest

from faultlog import __main__ as door
from faultlog import outputs
from faultlog.commands.asked import complain
from faultlog.errors import UsageError
from faultlog.model import Instant
from faultlog.report.watching import to_json_line
from faultlog.rulebook import load_rules
from faultlog.ruletests import _written
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
    assert _written([{"raised": None, "state": "open"}]) == '[{"raised": null, "state": "open"}]'


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
