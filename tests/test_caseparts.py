"""The parts of a case: files that add up, changes, assumptions, what went unread and unexplained."""

import os
from pathlib import Path

import pytest

from faultlog.case import Case
from faultlog.caseparts import answerable
from faultlog.errors import BundleError, NothingAnswerable
from faultlog.model import Instant
from faultlog.pipeline import Options, analyze_with
from tests.logs import BOOT, case_of, keys, knowledge, log, time


def adds_up(case: Case) -> bool:
    return all(
        one.lines == one.examined + one.passed_over
        and one.examined == one.events + one.continuations + one.unread + one.duplicates + sum(one.skipped.values())
        for one in case.files
    )


def test_the_counts_of_every_file_add_up() -> None:
    case = case_of(
        {
            "ampdaemon.log.1": log("12:00:00 Fault Raised: 6", "\tmore", "no shape at all", "", "12:01:00 x", end=""),
            "ampdaemon.log": log("12:02:00 x"),
            "copy/ampdaemon.log": log("12:02:00 x"),
            "system.log": log(f"11:00:00 {BOOT}"),
            "status.txt": "Status: Connected\nFaults: None\n",
        }
    )
    assert adds_up(case)
    first = next(one for one in case.files if one.path == "ampdaemon.log.1")
    assert (first.lines, first.events, first.continuations, first.unread, first.skipped) == (5, 2, 1, 1, {"blank": 1})
    assert (time(first.first_at), time(first.last_at), first.format, first.status) == (
        "12:00:00",
        "12:01:00",
        "iso-syslog",
        "understood",
    )
    copied = next(one for one in case.files if one.path.startswith("copy"))
    assert (copied.status, copied.duplicates, copied.format, copied.first_at) == ("duplicate", 1, None, None)
    assert [one.path for one in case.files] == sorted(one.path for one in case.files)


def test_bytes_are_counted_too() -> None:
    text = log("12:00:00 ä", "b", end="")
    assert case_of(text).files[0].bytes == len(text.encode())


def test_unread_lines_are_kept_as_templates_with_counts() -> None:
    case = case_of(log("12:00:00 x", "?? 17 ??", "?? 18 ??", "!! other"))
    assert [(one.count, one.example.line) for one in case.unread] == [(2, 2), (1, 4)]


def test_unexplained_lines_name_a_fault_and_are_counted_by_template() -> None:
    case = case_of(log("12:00:00 fault 3 not raised", "12:00:01 fault 4 not raised", "12:00:02 nothing of note"))
    assert [(one.count, one.example.line) for one in case.unexplained] == [(2, 1)]


@pytest.mark.parametrize("text", ["raised a matter of priority", "cache cleared", "default raised"])
def test_lines_that_name_no_fault_are_not_unexplained(text: str) -> None:
    assert case_of(log(f"12:00:00 {text}")).unexplained == ()


class TestAssumptions:
    """What the answer takes for granted is listed."""

    def test_a_plain_case(self) -> None:
        found = keys(case_of(log("12:00:00 Fault Raised: 6")).assumptions)
        assert found == {
            "assumption.os_unknown",
            "assumption.connector_unknown",
            "assumption.wording",
            "assumption.shape",
            "assumption.raises_are_new",
        }

    def test_a_stamp_without_zone_is_read_as_utc_and_that_is_said(self) -> None:
        text = "2026-03-03 12:00:00 mac ampdaemon[71]: Fault Raised: 6\n"
        assert "assumption.zone" in keys(case_of(text).assumptions)
        assert "assumption.zone" not in keys(case_of(text, tz="Asia/Seoul").assumptions)
        assert str(case_of(text, tz="Asia/Seoul").intervals[0].raised.at) == "2026-03-03T03:00:00Z"

    def test_a_stamp_without_year_is_dated_and_that_is_said(self) -> None:
        text = "Mar  3 12:00:00 mac ampdaemon[71]: Fault Raised: 6\n"
        assert any(key.startswith("assumption.year") for key in keys(case_of(text).assumptions))
        told = case_of(text, taken=Instant.of("2025-12-31T00:00:00Z"))
        assert str(told.intervals[0].raised.at) == "2025-03-03T12:00:00Z"
        assert not any(key.startswith("assumption.year") for key in keys(told.assumptions))

    def test_that_a_raise_is_a_raise_is_always_listed_where_one_was_seen(self) -> None:
        assert "assumption.raises_are_new" in keys(
            case_of(log("12:00:00 Fault Raised: 6"), os="macos", connector="1.14.0").assumptions
        )

    def test_that_a_start_is_a_start_is_listed_where_one_was_seen(self) -> None:
        found = keys(case_of(log("12:00:00 Fault Raised: 6", "12:00:05 starting connector")).assumptions)
        assert "assumption.raises_and_starts_are_new" in found
        assert "assumption.raises_are_new" not in found

    def test_that_two_host_names_are_one_host_is_listed_with_both(self) -> None:
        lines = log("12:00:00 Fault Raised: 6", "12:05:00 Fault Cleared: 6").splitlines()
        other = lines[1].replace(" mac ", " vm-2 ")
        longer = lines[1].replace(" mac ", " MAC.local ")

        (told,) = [one for one in case_of(f"{lines[0]}\n{other}\n").assumptions if one.key == "assumption.one_host"]

        assert told.params == {"hosts": "mac, vm-2"}
        assert "assumption.one_host" not in keys(case_of(f"{lines[0]}\n{longer}\n").assumptions)

    def test_that_lines_stand_out_of_order_is_listed_with_how_many(self) -> None:
        lines = log("12:00:00 Fault Raised: 6", "12:05:00 x", "12:04:58 y", "12:09:59 Fault Cleared: 6")
        found = {one.key: one.params for one in case_of(lines).assumptions}
        assert found["assumption.out_of_order"] == {"files": "ampdaemon.log", "count": 1}
        assert "assumption.out_of_order" not in keys(case_of(log("12:00:00 x", "12:00:00 y")).assumptions)

    def test_that_a_clock_was_right_before_it_was_set_back_is_listed_where_it_was(self) -> None:
        lines = log("12:00:00 Fault Raised: 6", "12:36:00 x", "12:07:00 y", "12:08:00 Fault Cleared: 6")
        assert "assumption.right_before_step" in keys(case_of(lines).assumptions)
        ahead = log("12:00:00 Fault Raised: 6", "12:36:00 x", "12:47:00 y")
        assert "assumption.right_before_step" not in keys(case_of(ahead).assumptions)

    def test_nothing_is_assumed_of_a_log_without_faults_but_its_shape(self) -> None:
        assert keys(case_of(log("12:00:00 x")).assumptions) == {"assumption.shape"}


def test_a_bundle_without_logs_says_what_was_looked_for() -> None:
    with pytest.raises(NothingAnswerable, match=r"no connector log in it.*ampdaemon\.log"):
        case_of({"readme.txt": "nothing here\n"})


def test_what_stood_in_the_way_is_said() -> None:
    class Nothing:
        """A bundle and its logs, both empty."""

        name = "b"
        series = ()

        class Warned:
            file, code, detail = None, "locked", "is locked"

        warnings = (Warned(),)

    with pytest.raises(NothingAnswerable, match=r"b: is locked"):
        answerable(Nothing(), Nothing())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("codes", "reason"),
    [(("name_suspicious", "encrypted"), "encrypted"), (("bomb_depth",), "bomb_depth"), (("encrypted", "disk"), "disk")],
)
def test_what_stood_in_the_way_is_the_reason_where_it_has_a_name(codes: tuple[str, ...], reason: str) -> None:
    class Warned:
        def __init__(self, code: str) -> None:
            self.file, self.code, self.detail = "a", code, code

    class Nothing:
        """A bundle and its logs, both empty."""

        name = "b"
        series = ()
        warnings = tuple(map(Warned, codes))

    with pytest.raises(BundleError, match="no connector log in it") as caught:
        answerable(Nothing(), Nothing())  # type: ignore[arg-type]
    assert caught.value.reason == reason


class TestYears:
    """Where a year that no line writes is taken from."""

    def dated(self, folder: Path, mtime: int, **files: str) -> Case:
        folder.mkdir()
        for name, text in files.items():
            path = folder / f"{name}.log"
            path.write_text(text)
            os.utime(path, (mtime, mtime))
        return analyze_with(knowledge(), [folder], Options(), lambda _path, _size: None)

    def test_the_bundles_name(self, tmp_path: Path) -> None:
        case = self.dated(
            tmp_path / "support_2024-06-30", 1_772_539_200, ampdaemon="Mar  3 12:00:00 mac a: Fault Raised: 6\n"
        )
        assert str(case.intervals[0].raised.at) == "2024-03-03T12:00:00Z"
        assert "assumption.year.bundle_name" in keys(case.assumptions)

    def test_the_files_date(self, tmp_path: Path) -> None:
        case = self.dated(tmp_path / "b", 1_741_000_000, ampdaemon="Dec  3 12:00:00 mac a: Fault Raised: 6\n")
        assert str(case.intervals[0].raised.at) == "2024-12-03T12:00:00Z"
        assert "assumption.year.file_date" in keys(case.assumptions)

    def test_another_files_dated_lines_where_the_files_date_is_none(self, tmp_path: Path) -> None:
        case = self.dated(
            tmp_path / "b", 0, ampdaemon="Dec  3 12:00:00 mac a: Fault Raised: 6\n", ampscansvc=log("12:00:00 x")
        )
        assert str(case.intervals[0].raised.at) == "2025-12-03T12:00:00Z"
        assert "assumption.year.sibling" in keys(case.assumptions)

    def test_another_files_date_where_the_files_own_is_none(self, tmp_path: Path) -> None:
        """A log that a clock which was not set wrote last, beside one of today."""
        folder = tmp_path / "b"
        self.dated(folder, 1_741_000_000, ampscansvc="Mar  3 11:00:00 mac a: x\n")
        path = folder / "messages"
        path.write_text("Dec  3 12:00:00 mac a: Fault Raised: 6\n")
        os.utime(path, (60, 60))
        case = analyze_with(knowledge(), [folder], Options(), lambda _path, _size: None)
        assert str(case.intervals[0].raised.at) == "2024-12-03T12:00:00Z"
        assert "assumption.year.sibling_date" in keys(case.assumptions)

    def test_its_own_dated_lines_where_the_files_date_is_earlier(self, tmp_path: Path) -> None:
        """A clock that was wrong when the log ended dates the file as well."""
        text = "2026-03-03T11:00:00Z mac a: x\nMar  3 12:00:00 mac a: Fault Raised: 6\nJan 28 12:00:00 mac a: x\n"
        case = self.dated(tmp_path / "b", 1_737_979_200, ampdaemon=text)
        assert str(case.intervals[0].raised.at) == "2026-03-03T12:00:00Z"
        assert "assumption.year.lines" in keys(case.assumptions)

    def test_another_files_date_where_the_files_own_is_before_any_connector(self, tmp_path: Path) -> None:
        folder = tmp_path / "b"
        self.dated(folder, 1_772_539_200, ampscansvc="Mar  3 11:00:00 mac a: x\n")
        path = folder / "ampdaemon.log"
        path.write_text("Mar  3 11:30:00 mac a: Fault Raised: 6\nJan  1 00:00:05 mac a: x\n")
        os.utime(path, (978_307_205, 978_307_205))
        case = analyze_with(knowledge(), [folder], Options(), lambda _path, _size: None)
        assert str(case.intervals[0].raised.at) == "2026-03-03T11:30:00Z"
        assert "assumption.year.sibling_date" in keys(case.assumptions)

    def test_nothing_says_which_year(self, tmp_path: Path) -> None:
        with pytest.raises(NothingAnswerable, match="--taken"):
            self.dated(tmp_path / "b", 0, ampdaemon="Dec  3 12:00:00 mac a: Fault Raised: 6\n")
