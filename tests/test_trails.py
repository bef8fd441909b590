"""What is kept of the stamped lines of a file."""

from faultlog.model import Mark, Stamp
from faultlog.trails import Trail, stepped_back
from tests.marks import trail


class TestTrail:
    def test_it_is_bounded_whatever_the_length_of_the_log(self):
        found = Trail()
        for number in range(1, 10_001):
            found.add(Mark(number, Stamp(3, 3, number // 3600 % 24, number // 60 % 60, number % 60)))

        assert [mark.line for mark in found.all()] == [1, 10_000]

    def test_it_keeps_both_sides_of_new_year(self):
        lines = ["Dec  1 00:00:00", "Dec 31 00:00:00", "Jan  1 00:00:00", "Jan  9 00:00:00"]

        assert [mark.line for mark in trail(*lines).all()] == [1, 2, 3, 4]

    def test_it_keeps_both_sides_of_a_turn_from_unwritten_to_written_years(self):
        lines = ["Mar  1 00:00:00", "Mar  2 00:00:00", "2026-03-03T00:00:00Z", "2026-03-04T00:00:00Z"]

        assert [mark.line for mark in trail(*lines).all()] == [1, 2, 3, 4]

    def test_it_keeps_a_leap_day_in_the_middle(self):
        lines = ["Feb  1 00:00:00", "Feb 28 00:00:00", "Feb 29 00:00:00", "Feb 29 01:00:00", "Mar  1 00:00:00"]

        assert [mark.line for mark in trail(*lines).all()] == [1, 2, 3, 5]

    def test_it_keeps_a_leap_day_between_lines_a_few_hours_apart(self):
        lines = ["Feb 28 12:00:00", "Feb 28 18:00:00", "Feb 29 01:00:00", "Feb 29 02:00:00", "Mar  1 00:30:00"]

        assert [mark.line for mark in trail(*lines).all()] == [1, 2, 3, 5]

    def test_the_same_day_of_another_year_is_a_leap(self):
        found = trail("2024-03-03T12:00:00Z", "2026-03-03T12:00:00Z")

        assert [(way.before.line, way.after.line) for way in found.ways] == [(1, 2)]

    def test_two_seconds_back_are_disorder_and_no_way(self):
        found = trail("Mar  3 12:00:02", "Mar  3 12:00:00", "Mar  3 12:00:05")

        assert (found.disordered, found.ways) == (1, [])

    def test_an_empty_one_has_no_marks(self):
        assert Trail().all() == []

    def test_asking_twice_changes_nothing(self):
        one = trail("Mar  1 00:00:00", "Mar  2 00:00:00")

        assert one.all() == one.all()


def test_lines_that_write_different_things_of_their_year_show_no_step() -> None:
    dated = Stamp(3, 3, 12, 0, 0, 2026, offset_s=0)
    assert stepped_back(dated, Stamp(3, 3, 12, 0, 1)) == 0.0
    assert stepped_back(dated, Stamp(3, 3, 11, 0, 0, 2026, offset_s=0)) == 3600.0


def test_dates_further_apart_than_any_two_zones_show_a_step_whatever_lines_write_of_their_zone() -> None:
    local, stated = Stamp(3, 3, 12, 0, 0, 2026), Stamp(3, 1, 11, 59, 0, 2026, offset_s=0)
    assert stepped_back(local, stated) == 2 * 86_400 + 60
    assert stepped_back(local, Stamp(3, 1, 12, 1, 0, 2026, offset_s=0)) == 0.0
    found = Trail()
    for line, stamp in enumerate((local, stated), 1):
        found.add(Mark(line, stamp))
    assert [(way.before.line, way.after.line) for way in found.ways] == [(1, 2)]
