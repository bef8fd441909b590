"""Rotation sets put together: in order, from several folders, with their holes; whatever cut a life into files."""

import gzip
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faultlog.bundle import Bundle
from faultlog.case import Case
from faultlog.collecting import collect
from tests.conftest import EXAMPLES
from tests.logs import case_of, clock, kinds, knowledge, log, spans, time, verdict
from tests.test_overlaps import LIFE, WHOLE, answer, assert_like_whole, codes, conserved, life

FEW = settings(max_examples=EXAMPLES // 5)


def holes(case: Case) -> list[tuple[str | None, str | None, str]]:
    return [(time(one.from_), time(one.to), one.reason) for one in case.coverage if not one.observed]


class TestOrder:
    def test_numbers_that_a_tool_gave_the_other_way_round(self) -> None:
        files = {"ampdaemon.log.1": life(0, 4), "ampdaemon.log.2": life(4, 7), "ampdaemon.log": life(7)}
        case = assert_like_whole(files, {})
        assert codes(case) == ["rotation_order"]

    def test_a_swapped_pair_may_be_a_clock_that_was_set_back_and_nothing_is_claimed(self) -> None:
        case = case_of({"ampdaemon.log": life(0, 5), "ampdaemon.log.1": life(5)})
        assert codes(case) == ["rotation_order"]
        assert {one.verdict for one in case.findings} <= {"indeterminate", "pending"}

    def test_a_clock_that_was_set_back_at_a_rotation_moves_no_file(self) -> None:
        files = {
            "ampdaemon.log.2": log("12:00:00 a", "12:10:00 Fault Raised: 6"),
            "ampdaemon.log.1": log("12:20:00 b", "12:30:00 c"),
            "ampdaemon.log": log("11:00:00 d", "11:05:00 Fault Cleared: 6"),
        }
        (one,) = case_of(files).intervals
        assert (time(one.raised.at), time(one.cleared.at), one.duration_s[1]) == ("12:10:00", "11:05:00", None)
        assert "clock_stepped" in kinds(case_of(files))

    def test_new_year_in_a_log_without_years_orders_nothing_anew(self) -> None:
        def at(*days: str) -> str:
            return "".join(f"{day} 12:00:00 mac ampdaemon[71]: x\n" for day in days)

        files = {"ampdaemon.log.2": at("Dec 20", "Dec 27"), "ampdaemon.log.1": at("Dec 28", "Jan  2")}
        case = case_of({**files, "ampdaemon.log": at("Jan  3", "Jan  9")}, taken=None)
        assert (codes(case), holes(case)) == ([], [])


class TestHoles:
    @pytest.mark.parametrize(
        "names",
        [
            ("ampdaemon.log.3", "ampdaemon.log.1"),
            ("ampdaemon.log.2", "ampdaemon.log"),
            ("ampdaemon.log.1", "ampdaemon.log.0", "ampdaemon.log"),
            ("ampdaemon.log.2", "ampdaemon.log.0"),
        ],
    )
    def test_a_missing_number_is_a_hole_and_only_that(self, names: Sequence[str]) -> None:
        parts = [life(0, 4), life(4, 8), life(8)][: len(names)]
        found = holes(case_of(dict(zip(names, parts, strict=True))))
        assert [reason for _, _, reason in found] == ["rotation_missing"] * (len(names) == 2)

    def test_a_dated_set_has_no_numbers_to_miss(self) -> None:
        files = {"ampdaemon.log-20260301": life(0, 4), "ampdaemon.log-20260303": life(4, 8), "ampdaemon.log": life(8)}
        assert holes(case_of(files)) == []

    def test_an_empty_file_is_not_missing(self) -> None:
        assert_like_whole({"ampdaemon.log.2": life(0, 6), "ampdaemon.log.1": "", "ampdaemon.log": life(6)}, {})

    def test_two_empty_live_logs_of_a_bundle_taken_twice_are_no_hole(self) -> None:
        once = {"ampdaemon.log.2": life(0, 4), "ampdaemon.log.1": life(4), "ampdaemon.log": ""}
        case = case_of({f"{turn}/{name}": text for turn in ("first", "second") for name, text in once.items()})
        assert holes(case) == []
        assert [one.state for one in case.intervals] == [one.state for one in case_of(once).intervals]

    def test_nor_is_one_that_was_empty_before_the_log_went_on(self) -> None:
        first = {"first/ampdaemon.log.1": life(0, 5), "first/ampdaemon.log": ""}
        second = {"second/ampdaemon.log.2": life(0, 5), "second/ampdaemon.log.1": life(5, 8)}
        assert holes(case_of({**first, **second, "second/ampdaemon.log": life(8)})) == []

    def test_an_empty_file_hides_no_missing_number(self) -> None:
        found = holes(case_of({"ampdaemon.log.4": life(0, 6), "ampdaemon.log.1": "", "ampdaemon.log": life(6)}))
        assert [reason for _, _, reason in found] == ["rotation_missing"]

    def test_two_numbers_of_one_file_leave_none_out(self) -> None:
        files = {"ampdaemon.log.2": life(0, 5), "ampdaemon.log.1": life(0, 5), "ampdaemon.log.3": log("11:00:00 x")}
        case = case_of({**files, "ampdaemon.log": life(5)})
        assert holes(case) == []
        assert sum(one.duplicates for one in case.files) == 5

    def test_a_file_that_no_format_reads_may_hide_anything(self) -> None:
        case = case_of({"ampdaemon.log.2": life(0, 6), "ampdaemon.log.1": "what?\n", "ampdaemon.log": life(6)})
        assert holes(case) == [("12:06:00", "12:07:00", "not_understood")]

    def test_a_missing_live_log_ends_the_log_where_it_ends(self) -> None:
        case = case_of({"ampdaemon.log.1": life(0, 4)})
        assert (holes(case), case.intervals[0].state, verdict(case, "raised")) == ([], "open", "pending")

    def test_two_files_of_one_number_may_have_something_between_them(self) -> None:
        case = case_of({"ampdaemon.log (1)": life(0, 4), "ampdaemon.log": life(6)})
        assert [reason for _, _, reason in holes(case)] == ["rotation_missing"]


class TestCutShort:
    """Only time is missing for a pending verdict; behind a cut, lines are."""

    def cut(self, *, behind: str | None = None) -> Case:
        packed = gzip.compress(log(*LIFE[:4], *(f"12:03:00 {hash((one, 1))}" for one in range(99))).encode(), mtime=0)
        name = "ampdaemon.log.gz" if behind is None else "ampdaemon.log.1.gz"
        return case_of({name: packed[:-12]} | ({} if behind is None else {"ampdaemon.log": behind}))

    def test_what_a_cut_live_log_would_show_is_not_pending(self) -> None:
        case = self.cut()
        assert [one.verdict for one in case.findings] == ["indeterminate", "indeterminate"]
        (one,) = case.intervals
        assert (one.state, one.cleared.reason, one.duration_s[1]) == ("unknown", "hole", None)
        assert [reason for _, _, reason in holes(case)] == ["truncated"]

    def test_what_was_breached_before_the_cut_stays_breached(self) -> None:
        late = log("12:00:00 Fault Raised: 6", "12:20:00 x", *(f"12:21:00 {hash((one, 1))}" for one in range(99)))
        case = case_of({"ampdaemon.log.gz": gzip.compress(late.encode(), mtime=0)[:-12]})
        assert verdict(case, "raised") == "breached"

    def test_an_older_file_that_is_cut_ends_in_a_hole(self) -> None:
        case = self.cut(behind=life(7))
        assert [reason for _, _, reason in holes(case)] == ["truncated"]
        assert case.intervals[0].may_be_several

    def test_a_cut_file_of_which_nothing_could_be_read_is_a_hole(self) -> None:
        packed = gzip.compress(life(4, 6).encode(), mtime=0)[:14]
        case = case_of({"ampdaemon.log.2": life(0, 4), "ampdaemon.log.1.gz": packed, "ampdaemon.log": life(6)})
        assert [reason for _, _, reason in holes(case)] == ["truncated"]


class TestFolders:
    def test_copies_in_a_folder_of_their_own_go_on_as_the_live_log(self) -> None:
        files = {"ampdaemon.log": life(6), "old/ampdaemon.log.1.gz": gzip.compress(life(3, 6).encode())}
        assert_like_whole({**files, "old/ampdaemon.log.2": life(0, 3)}, {})

    def test_dated_ones_too(self) -> None:
        files = {"ampdaemon.log": life(6), "old/ampdaemon.log-20260302": life(0, 3)}
        assert_like_whole({**files, "old/ampdaemon.log-20260303": life(3, 6)}, {})

    @pytest.mark.parametrize(
        "old",
        [
            {"old/ampdaemon.log.2": life(0, 6)},
            {"old/ampdaemon.log.1": log("09:00:00 x", "09:30:00 y", "10:00:00 z")},
            {"old/ampdaemon.log.1": life(0, 6).replace(" mac ", " pc ")},
            {"old/ampdaemon.log.1": life(0, 6), "older/ampdaemon.log.1": log("12:05:30 q", "12:06:10 r")},
        ],
        ids=["a number is missing", "too much time passed", "another host", "in two folders"],
    )
    def test_where_it_is_not_certain_that_one_goes_on_as_the_other_they_stay_two(self, old: dict[str, str]) -> None:
        found = collected({"ampdaemon.log": life(6), **old})
        assert len(found) == 1 + len({path.partition("/")[0] for path in old})

    def test_certain_ones_are_one(self) -> None:
        assert collected({"ampdaemon.log": life(6), "old/ampdaemon.log.1": life(0, 6)}) == [
            ["old/ampdaemon.log.1", "ampdaemon.log"]
        ]


def collected(files: Mapping[str, str]) -> list[list[str]]:
    """The rotation sets of a bundle, each with its files, oldest first."""
    with TemporaryDirectory() as folder:
        for name, text in files.items():
            path = Path(folder) / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        found = collect(Bundle([folder]), knowledge().formats, knowledge().rules, lambda *_: None)
    return [[one.log.path for one in series.readings] for series in found.series]


def cut_up(bounds: Sequence[int], overlaps: Sequence[int]) -> list[str]:
    """A life in files, oldest first, each of which repeats the last lines of the one before."""
    edges = [0, *sorted(set(bounds)), len(MANY)]
    found = []
    for number, (begin, end) in enumerate(pairwise(edges)):
        again = min(overlaps[number % len(overlaps)], begin - (edges[number - 1] if number else begin))
        found.append(log(*MANY[begin - (again if again >= 3 else 0) : end]))
    return found


def _life() -> list[str]:
    told = {20: "Fault Raised: 6", 45: "connector started", 65: "Fault Cleared: 6", 85: "Fault Raised: 18"}
    return [f"{clock(36_000 + 40 * number)} {told.get(number, f'note {number}')}" for number in range(100)]


MANY = _life()


@FEW
@given(
    bounds=st.lists(st.integers(1, 99), min_size=1, max_size=5),
    overlaps=st.lists(st.integers(0, 30), min_size=1, max_size=5),
    packed=st.lists(st.booleans(), min_size=1, max_size=5),
    chance=st.randoms(use_true_random=False),
)
def test_a_life_cut_into_files_is_one_life(
    bounds: list[int], overlaps: list[int], packed: list[bool], chance: "object"
) -> None:
    parts = cut_up(bounds, overlaps)
    numbers = list(range(len(parts)))[::-1]
    shuffled = chance.sample(numbers, len(numbers))  # type: ignore[attr-defined]
    files = {}
    for number, (name, text) in enumerate(zip(shuffled, parts, strict=True)):
        zipped = packed[number % len(packed)]
        base = f"ampdaemon.log.{name}" if name else "ampdaemon.log"
        files[base + ".gz" * zipped] = gzip.compress(text.encode()) if zipped else text.encode()
    case = case_of(files)
    assert sum(one.duplicates for one in case.files) == sum(text.count("\n") for text in parts) - len(MANY)
    assert conserved(case)
    if any("set back" in one.detail for one in case.warnings):
        return  # names that one clock set back explains are believed, see TestOrder
    assert answer(case) == answer(case_of(log(*MANY)))
    assert holes(case) == []


def test_the_whole_life_is_what_the_files_are_compared_with() -> None:
    assert spans(case_of(WHOLE), 6) == [("12:00:30", "12:08:00")]
    assert spans(case_of(log(*MANY)), 6) == [("10:13:20", "10:43:20")]
