"""Where the clock of a rotation set was set: the same, wherever its files end."""

from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from faultlog.jumps import Jump, Spot, disordered
from faultlog.trails import MAX_WAYS
from faultlog.turns import turns_of
from faultlog.years import years_of
from tests.conftest import EXAMPLES
from tests.marks import at, stamped, trail

RIGHT = "Mar  3 12:00:00"


def shown(*files: list[str]) -> list[tuple[int, str, bool]]:
    """Each jump by the line after it, counted over all files: forward or back, and whether it was wrong in between."""
    found = turns_of([trail(*lines) for lines in files])
    before = [sum(map(len, files[:number])) for number in range(len(files))]
    return sorted(
        (before[one.after.file] + one.after.line, "back" if one.seconds < 0 else "ahead", one.since is not None)
        for one in found.jumps
    )


class TestBetweenFiles:
    def test_a_line_out_of_order_begins_a_file_without_a_step(self) -> None:
        assert shown(["2026-03-03T12:00:02Z"], ["2026-03-03T12:00:00Z"]) == []
        assert disordered([trail("2026-03-03T12:00:02Z"), trail("2026-03-03T12:00:00Z")]) == [0, 1]
        assert disordered([trail("2026-03-03T12:00:00Z"), trail("2026-03-03T12:00:00Z")]) == [0, 0]
        assert disordered([trail("2026-03-03T12:00:03Z"), trail("2026-03-03T12:00:00Z")]) == [0, 0]
        assert shown(["2026-03-03T12:00:03Z"], ["2026-03-03T12:00:00Z"]) == [(2, "back", False)]

    def test_a_clock_that_was_not_set_before_a_file_ended_is_set_in_the_next(self) -> None:
        assert shown(["2001-07-12T12:00:00Z"], ["2026-03-03T12:00:00Z"]) == [(2, "ahead", False)]
        assert shown(["Jan  1 00:00:05"], [RIGHT]) == [(2, "ahead", False)]

    def test_a_new_year_that_it_showed_was_none(self) -> None:
        lines = ["Mar  3 11:00:00", "Dec 31 23:58:00", "Jan  1 00:01:00", RIGHT]
        assert shown(lines) == [(2, "back", True), (4, "ahead", True)]

    def test_nor_was_one_after_which_december_went_on(self) -> None:
        lines = ["Dec 20 12:00:00", "Jan  1 00:00:05", "Dec 20 12:04:00"]
        assert shown(lines) == [(2, "back", True), (3, "ahead", True)]

    def test_wrong_dates_may_be_nested(self) -> None:
        lines = [RIGHT, "Feb 20 00:00:00", "Jan  1 00:00:05", "Mar  3 12:05:00"]
        assert shown(lines) == [(2, "back", True), (3, "back", True), (4, "ahead", True)]

    def test_a_clock_that_fell_back_to_no_date_and_leapt_was_set_though_not_to_where_it_had_been(self) -> None:
        lines = [RIGHT, "Jan  1 00:00:05", "Mar  3 10:00:00", "Mar  3 12:05:00"]
        assert shown(lines) == [(2, "back", False), (3, "ahead", False)]

    def test_lines_that_state_other_things_of_their_year_are_left_to_their_instants(self) -> None:
        found = turns_of([trail("2026-03-03T12:00:00Z"), trail("Mar  3 11:00:00")])
        assert [one.after for one in found.jumps] == [Spot(1, 1, stamped("Mar  3 11:00:00"))]


def test_of_too_many_jumps_one_stands_for_the_last_ones() -> None:
    times = ["2026-03-03T12:00:10Z", "2026-03-03T12:00:00Z"] * (MAX_WAYS + 2)
    (lump,) = [one for one in turns_of([trail(*times)]).jumps if one.scattered]
    assert (lump.before.file, lump.before.line, lump.seconds) == (0, 1, -10)


JUMPS = st.sampled_from(
    [timedelta(seconds=seconds) for seconds in (-1, -2, -3, -600, -7200, -172_800, -3_024_000, 86_400, 1_728_000)]
)
UNSET = st.sampled_from(
    [datetime(year, 1, 1, 0, 1, 5) for year in (2001, 2024, 2025, 2026)] + [datetime(2024, 12, 31, 19, 50, 5)]  # noqa: DTZ001
)
SILENCES = st.sampled_from([timedelta(seconds=seconds) for seconds in (0, 1, 5, 600, 3600, 86_400, 259_200, 3_456_000)])


@st.composite
def stamps(draw: st.DrawFn) -> list[str]:
    """The stamps of a log whose clock was set, unset and set right, with years or without."""
    true = datetime(2025, draw(st.integers(1, 12)), draw(st.integers(1, 28)), draw(st.integers(0, 23)))  # noqa: DTZ001
    ahead, form = timedelta(0), draw(st.sampled_from(["%b %e %H:%M:%S", "%Y-%m-%dT%H:%M:%SZ"]))
    found = []
    for _ in range(draw(st.integers(2, 9))):
        true += draw(SILENCES)
        change = draw(st.one_of(st.just(None), st.just(timedelta(0)), JUMPS, UNSET))
        if change is not None:
            ahead = change - true if isinstance(change, datetime) else change
        found.append((true + ahead).strftime(form))
    return found


def _dated(files: list[list[str]]) -> list[int]:
    """The year of every line."""
    series = [(str(number), trail(*lines)) for number, lines in enumerate(files)]
    years = years_of(series, at("2027-12-31T00:00:00Z"), ZoneInfo("UTC"))
    return [
        next((year for line, year in reversed(years[path]) if line <= number), 0)
        for path, lines in zip(years, files, strict=True)
        for number in range(1, len(lines) + 1)
    ]


def _meant(files: list[list[str]]) -> list[tuple[object, ...]]:
    """What each jump is said to be, by line of the whole log."""
    before = [sum(map(len, files[:number])) for number in range(len(files))]

    def line(spot: Spot | None) -> int | None:
        return None if spot is None else before[spot.file] + spot.line

    def row(one: Jump) -> tuple[object, ...]:
        return line(one.before), line(one.after), one.seconds, line(one.since), line(one.until)

    return sorted(map(row, turns_of([trail(*lines) for lines in files]).jumps), key=str)


@settings(max_examples=EXAMPLES)
@given(stamps(), st.data())
def test_a_log_may_be_rotated_after_any_line(lines: list[str], data: st.DataObject) -> None:
    ends = data.draw(st.sets(st.integers(1, len(lines) - 1)))
    files = [lines[first:end] for first, end in pairwise([0, *sorted(ends), len(lines)])]
    assert _meant(files) == _meant([lines])
    assert _dated(files) == _dated([lines])
