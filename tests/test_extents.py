"""From when to when a file's lines were written, before year and zone are known."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from faultlog.extents import Extent, by_time, extents_of
from faultlog.model import Mark, Stamp
from faultlog.trails import Trail


def stamp(text: str, year: int | None = 2026, offset_s: int | None = None) -> Stamp:
    at = datetime.strptime(f"2024 {text}", "%Y %m-%d %H:%M:%S")  # noqa: DTZ007 (civil)
    return Stamp(at.month, at.day, at.hour, at.minute, at.second, year=year, offset_s=offset_s)


def trail(*stamps: Stamp) -> Trail:
    found = Trail()
    for line, one in enumerate(stamps, 1):
        found.add(Mark(line, one))
    return found


def file(begin: str, end: str, **zone: Any) -> Trail:
    return trail(stamp(begin, **zone), stamp(end, **zone))


def order(*trails: Trail) -> list[int] | None:
    return by_time(one for one in extents_of(trails) if one is not None)


def test_files_are_ordered_by_the_time_of_their_lines() -> None:
    assert order(file("03-05 10:00:00", "03-05 11:00:00"), file("03-05 08:00:00", "03-05 10:00:00")) == [1, 0]


def test_a_december_is_before_the_january_that_is_near() -> None:
    files = file("01-03 00:00:00", "01-09 00:00:00", year=None), file("12-20 00:00:00", "01-03 00:00:00", year=None)
    assert order(*files) == [1, 0]


def test_more_than_half_a_year_without_years_is_no_order() -> None:
    files = [file(f"{month:02d}-01 00:00:00", f"{month:02d}-02 00:00:00", year=None) for month in (1, 5, 9)]
    assert order(*files) is None


def test_a_file_whose_clock_was_set_tells_no_order() -> None:
    back = trail(stamp("03-05 10:00:00"), stamp("03-05 09:00:00"), stamp("03-05 11:00:00"))
    assert order(back, file("03-05 12:00:00", "03-05 13:00:00")) is None


def test_files_that_were_written_at_the_same_time_tell_no_order() -> None:
    assert order(file("03-05 10:00:00", "03-05 12:00:00"), file("03-05 11:00:00", "03-05 13:00:00")) is None


def test_a_line_out_of_order_does_not_matter() -> None:
    assert order(file("03-05 10:59:59", "03-05 13:00:00"), file("03-05 10:00:00", "03-05 11:00:01")) == [1, 0]


def test_a_zone_that_is_not_stated_may_be_any() -> None:
    utc, local = file("03-05 10:00:00", "03-05 11:00:00", offset_s=0), file("03-05 12:00:00", "03-05 13:00:00")
    later = file("03-06 12:00:00", "03-06 13:00:00")
    assert order(utc, local) is None
    assert order(later, utc) == [1, 0]


def test_offsets_are_taken_into_account() -> None:
    seoul = file("03-05 19:30:00", "03-05 19:40:00", offset_s=9 * 3600)
    utc = file("03-05 11:00:00", "03-05 12:00:00", offset_s=0)
    assert order(utc, seoul) == [1, 0]


def test_a_file_without_stamps_has_no_extent() -> None:
    assert extents_of([Trail()]) == [None]
    assert by_time([]) == []


def test_apart_is_no_common_moment_and_only_where_stamps_tell() -> None:
    one, touching, behind = Extent(0, 10, steady=True), Extent(10, 20, steady=True), Extent(11, 20, steady=True)
    assert (one.is_apart(touching), one.is_apart(behind), behind.is_apart(one)) == (False, True, True)
    assert not one.is_apart(Extent(11, 20, steady=False))
    assert not Extent(0, 10, steady=False).is_before(behind)


@given(
    day=st.integers(0, 365), lengths=st.lists(st.integers(3, 500_000), min_size=1, max_size=8), yearless=st.booleans()
)
def test_a_log_cut_into_files_is_put_together_again(day: int, lengths: list[int], *, yearless: bool) -> None:
    at, files = datetime(2025, 1, 1) + timedelta(days=day), []  # noqa: DTZ001 (civil)
    for length in lengths:
        ends = at, at + timedelta(seconds=length)
        assume(all((one.month, one.day, one.hour) != (1, 1, 0) for one in ends))  # clocks that are not set show that
        files.append(trail(*(_written(one, yearless=yearless) for one in ends)))
        at = ends[1]
    shuffled = sorted(range(len(files)), key=lambda one: (lengths[one] * 7919 % 101, one))
    found = order(*(files[one] for one in shuffled))
    assert found is not None
    assert [shuffled[one] for one in found] == list(range(len(files)))


def _written(at: datetime, *, yearless: bool) -> Stamp:
    return Stamp(at.month, at.day, at.hour, at.minute, at.second, year=None if yearless else at.year)
