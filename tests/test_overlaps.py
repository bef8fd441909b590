"""Lines that stand in two files of a log count once, whatever brought them there."""

import gzip
import io
import tarfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from faultlog import overlaps
from faultlog.bundle import Bundle
from faultlog.case import Case
from faultlog.collecting import collect
from faultlog.identity import Told
from faultlog.pipeline import Options, analyze_with
from tests.logs import case_of, knowledge, log, spans

LIFE = (
    "12:00:00 a",
    "12:00:30 Fault Raised: 6",
    "12:01:00 b",
    "12:02:00 c",
    "12:05:00 connector started",
    "12:06:00 d",
    "12:07:00 e",
    "12:08:00 Fault Cleared: 6",
    "12:20:00 f",
    "12:30:00 g",
)
WHOLE = log(*LIFE)


def life(begin: int, end: int | None = None) -> str:
    return log(*LIFE[begin:end])


def answer(case: Case) -> object:
    """What does not depend on which file a line stands in."""
    found = [(one.id, one.raised, one.cleared, one.duration_s, one.state) for one in case.intervals]
    judged = [(one.id, one.verdict, one.margin_s) for one in case.findings]
    return found, judged, case.audit, [one.kind for one in case.signals]


def conserved(case: Case) -> bool:
    return all(
        one.lines == one.events + one.continuations + one.unread + one.duplicates + sum(one.skipped.values())
        for one in case.files
    )


def assert_like_whole(files: Mapping[str, str | bytes], duplicates: Mapping[str, int]) -> Case:
    case = case_of(files)
    assert answer(case) == answer(case_of(WHOLE))
    assert {one.path: one.duplicates for one in case.files if one.duplicates} == duplicates
    assert sum(one.lines - one.duplicates for one in case.files) == len(LIFE)
    assert conserved(case)
    assert all(one.observed for one in case.coverage)
    return case


def codes(case: Case) -> list[str]:
    return [one.code for one in case.warnings]


class TestRotation:
    def test_a_log_copied_and_emptied_too_late(self) -> None:
        case = assert_like_whole({"ampdaemon.log.1": life(0, 7), "ampdaemon.log": life(3)}, {"ampdaemon.log": 4})
        assert [(one.code, one.file, one.detail) for one in case.warnings] == [
            ("overlap", "ampdaemon.log", "its first 4 lines stand at the end of ampdaemon.log.1 as well; counted once")
        ]

    def test_a_log_copied_and_never_emptied(self) -> None:
        case = assert_like_whole({"ampdaemon.log.1": life(0, 7), "ampdaemon.log": WHOLE}, {"ampdaemon.log.1": 7})
        assert codes(case) == ["contained"]

    def test_each_of_three_files_repeats_the_end_of_the_one_before(self) -> None:
        files = {"ampdaemon.log.2.gz": gzip.compress(life(0, 5).encode()), "ampdaemon.log.1": life(2, 8)}
        assert_like_whole({**files, "ampdaemon.log": life(5)}, {"ampdaemon.log.1": 3, "ampdaemon.log": 3})

    def test_a_copy_that_ends_within_a_line(self) -> None:
        files = {"ampdaemon.log.1": life(0, 7)[:-5], "ampdaemon.log": life(3)}
        assert_like_whole(files, {"ampdaemon.log.1": 1, "ampdaemon.log": 3})

    def test_a_run_within_one_second_is_found(self) -> None:
        burst = [f"12:00:30 step {number}" for number in range(5)]
        case = case_of({"ampdaemon.log.1": log("12:00:00 a", *burst), "ampdaemon.log": log(*burst, "12:01:00 z")})
        assert [one.duplicates for one in case.files] == [5, 0]

    def test_lines_of_the_same_second_that_are_no_copies_stay(self) -> None:
        case = case_of(
            {
                "ampdaemon.log.1": log("12:00:00 a", "12:00:30 Fault Raised: 6", "12:00:30 b"),
                "ampdaemon.log": log("12:00:30 Fault Raised: 6", "12:00:30 c", "12:01:00 d"),
            }
        )
        assert case.audit.raises == 2

    def test_a_message_that_is_repeated_is_no_copy(self) -> None:
        again = ["12:00:30 Fault Raised: 6"] * 4
        case = case_of({"ampdaemon.log.1": log("12:00:00 a", *again), "ampdaemon.log": log(*again, "12:01:00 d")})
        assert (case.audit.raises, sum(one.duplicates for one in case.files)) == (8, 0)

    def test_two_lines_are_no_copy(self) -> None:
        case = case_of({"ampdaemon.log.1": life(0, 5), "ampdaemon.log": life(3)})
        assert sum(one.duplicates for one in case.files) == 0

    def test_a_fold_right_behind_the_common_lines_still_belongs_to_its_raise(self) -> None:
        head = ("12:00:00 a", "12:00:10 b", "12:00:30 Fault Raised: 6")
        tail = ("12:00:40 last message repeated 3 times", "12:01:00 z")
        case = case_of({"ampdaemon.log.1": log(*head), "ampdaemon.log": log(*head[1:], *tail)})
        whole = case_of(log(*head, *tail))
        assert (whole.audit.raises, case.audit.raises) == (4, 5)  # two common lines are no copy
        longer = case_of({"ampdaemon.log.1": log("11:00:00 y", *head), "ampdaemon.log": log(*head, *tail)})
        assert longer.audit.raises == 4

    def test_a_clock_set_back_in_the_common_lines_is_one_step(self) -> None:
        lines = ("12:00:00 Fault Raised: 6", "12:30:00 x", "12:10:00 y", "12:11:00 z", "12:20:00 Fault Cleared: 6")
        case = case_of({"ampdaemon.log.1": log(*lines[:4]), "ampdaemon.log": log(*lines[1:])})
        assert answer(case) == answer(case_of(log(*lines)))
        assert [one.kind for one in case.signals].count("clock_stepped") == 1


class TestTakenTwice:
    """Two bundles of one host, the second one taken later."""

    def test_the_second_holds_all_of_the_first(self) -> None:
        files = {"a/ampdaemon.log": life(0, 6), "b/ampdaemon.log": WHOLE}
        assert codes(assert_like_whole(files, {"a/ampdaemon.log": 6})) == ["contained"]

    def test_a_log_that_had_just_begun_counts_with_its_only_line(self) -> None:
        assert_like_whole({"a/ampdaemon.log": life(0, 1), "b/ampdaemon.log": WHOLE}, {"a/ampdaemon.log": 1})

    def test_the_log_was_rotated_in_between(self) -> None:
        files = {"a/ampdaemon.log.1": life(0, 3), "a/ampdaemon.log": life(3, 6)}
        files |= {"b/ampdaemon.log.2": life(0, 3), "b/ampdaemon.log.1": life(3, 8), "b/ampdaemon.log": life(8)}
        assert_like_whole(files, {"b/ampdaemon.log.2": 3, "a/ampdaemon.log": 3})

    def test_the_oldest_file_was_dropped_in_between(self) -> None:
        files = {"a/ampdaemon.log.1": life(0, 3), "a/ampdaemon.log": life(3, 6)}
        assert_like_whole(
            {**files, "b/ampdaemon.log.1": life(3, 8), "b/ampdaemon.log": life(8)}, {"a/ampdaemon.log": 3}
        )

    def test_a_bundle_inside_the_bundle(self) -> None:
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w:gz") as tar:
            info = tarfile.TarInfo("old/ampdaemon.log")
            info.size = len(life(0, 6).encode())
            tar.addfile(info, io.BytesIO(life(0, 6).encode()))
        assert_like_whole({"ampdaemon.log": WHOLE, "x.tgz": packed.getvalue()}, {"x.tgz!/old/ampdaemon.log": 6})

    def test_a_copy_beside_the_log(self) -> None:
        assert_like_whole({"ampdaemon.log (1)": life(0, 6), "ampdaemon.log": WHOLE}, {"ampdaemon.log (1)": 6})

    def test_a_copy_that_was_cut_short_hides_nothing(self) -> None:
        packed = gzip.compress(life(0, 9).encode(), mtime=0)[:-12]
        case = case_of({"a/ampdaemon.log.gz": packed, "b/ampdaemon.log": WHOLE})
        assert answer(case) == answer(case_of(WHOLE))
        assert all(one.observed for one in case.coverage)

    def test_two_paths(self, tmp_path: Path) -> None:
        for name, text in (("one", life(0, 6)), ("two", life(3))):
            (tmp_path / name).mkdir()
            (tmp_path / name / "ampdaemon.log").write_text(text)
        case = analyze_with(knowledge(), [tmp_path / "one", tmp_path / "two"], Options(told=Told()), lambda *_: None)
        assert answer(case) == answer(case_of(WHOLE))
        assert {one.path: one.duplicates for one in case.files} == {"one/ampdaemon.log": 0, "two/ampdaemon.log": 3}

    def test_which_was_opened_first_decides_nothing(self) -> None:
        one = case_of({"a/ampdaemon.log": life(0, 6), "b/ampdaemon.log": life(3)})
        other = case_of({"b/ampdaemon.log": life(0, 6), "a/ampdaemon.log": life(3)})
        assert answer(one) == answer(other) == answer(case_of(WHOLE))

    def test_a_later_bundle_without_common_lines_leaves_a_hole(self) -> None:
        case = case_of({"a/ampdaemon.log": life(0, 4), "b/ampdaemon.log": life(6)})
        assert spans(case, 6) == [("12:00:30", "12:08:00")]
        assert case.intervals[0].may_be_several


class TestWhatCannotBeLookedUp:
    def test_other_hosts_lines_are_never_merged(self) -> None:
        other = WHOLE.replace(" mac ", " pc ")
        bundle = case_of({"a/ampdaemon.log": WHOLE, "b/ampscansvc.log": other})
        assert sum(one.duplicates for one in bundle.files) == 0

    def test_a_stream_that_flows_by_once_says_so(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Bundle, "can_be_read_again", False)
        case = case_of({"ampdaemon.log.1": life(0, 7), "ampdaemon.log": life(3)})
        assert codes(case) == ["not_compared"]
        assert "save it to a file" in case.warnings[0].detail

    def test_more_pairs_than_can_be_compared_are_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(overlaps, "MAX_PAIRS", 0)
        assert codes(case_of({"ampdaemon.log.1": life(0, 7), "ampdaemon.log": life(3)})) == ["not_compared"]

    def test_a_log_that_grows_while_it_is_read_is_read_as_far_as_at_first(self, tmp_path: Path) -> None:
        (tmp_path / "ampdaemon.log.1").write_text(life(0, 7))
        live = tmp_path / "ampdaemon.log"
        live.write_text(life(3))

        told: list[str] = []

        def grow(path: str, size: int) -> None:
            told.append(path)
            if len(told) == 2:
                live.write_text(life(3) + log("12:40:00 later"))

        found = collect(Bundle([tmp_path]), knowledge().formats, knowledge().rules, grow)
        assert [(one.lines, one.duplicates) for one in found.readings] == [(7, 0), (7, 4)]

    def test_a_log_that_changes_while_it_is_read_keeps_what_was_read(self, tmp_path: Path) -> None:
        (tmp_path / "ampdaemon.log.1").write_text(life(0, 7))
        live = tmp_path / "ampdaemon.log"
        live.write_text(life(3))
        told: list[str] = []

        def rotate(path: str, size: int) -> None:
            told.append(path)
            if len(told) == 2:
                live.write_text(log("12:40:00 after a rotation"))

        found = collect(Bundle([tmp_path]), knowledge().formats, knowledge().rules, rotate)
        assert sorted((one.lines, one.duplicates) for one in found.readings) == [(7, 0), (7, 0)]
