"""Holes as places between lines: what is hidden from whom, by the order of lines where the times are equal."""

import pytest

from faultlog.elapsed import Point
from faultlog.holes import Hole, Observation, united
from faultlog.model import Moment
from tests.logs import case_of, log, on, time, verdict


def point(at: str, order: float, series: int | None = 0) -> Point:
    return Point(Moment.exactly(on(at)), series, order)


def seen(*holes: tuple[str, str, int], begin: str = "11:00:00", end: str = "13:00:00", series: int = 0) -> Observation:
    """A log; each hole from a time to a time, behind the signal of an order."""
    ends = point(begin, float("-inf"), series), point(end, float("inf"), series)
    places = (Hole(point(first, at + 0.25, series), point(last, at + 0.5, series)) for first, last, at in holes)
    return Observation(ends, tuple(places), series)


class TestOneLog:
    """The order of lines says what stands before a hole."""

    def test_without_a_hole_all_is_seen(self) -> None:
        assert seen().unbroken(point("12:00:00", 1), point("12:30:00", 2))
        assert seen().since(point("12:00:00", 1)) == point("11:00:00", float("-inf"))

    def test_a_hole_lies_between_the_lines_around_it(self) -> None:
        holed = seen(("12:05:00", "12:10:00", 1))
        assert len(holed.between(point("12:00:00", 1), point("12:30:00", 2))) == 1
        assert holed.unbroken(point("12:30:00", 2), point("12:31:00", 3))
        assert holed.unbroken(point("11:30:00", 0), point("12:00:00", 1))
        assert holed.since(point("12:30:00", 2)).when.at == on("12:10:00")

    def test_lines_of_one_second_keep_their_order(self) -> None:
        holed = seen(("12:00:00", "12:00:00", 1))
        assert not holed.unbroken(point("12:00:00", 1), point("12:00:00", 2))
        assert holed.unbroken(point("12:00:00", 2), point("12:30:00", 3))


class TestSeveralLogs:
    """Between logs the times say it."""

    def test_a_line_of_another_log_stands_before_or_behind_a_hole_by_its_time(self) -> None:
        holed = seen(("12:05:00", "12:10:00", 1))
        assert holed.unbroken(point("12:11:00", 7, 1), point("12:30:00", 9, 1))
        assert not holed.unbroken(point("12:07:00", 7, 1), point("12:30:00", 9, 1))

    def test_what_another_log_shows_outside_the_observed_time_is_not_observed(self) -> None:
        assert not seen().unbroken(point("10:00:00", 0, 1), point("12:00:00", 1))
        assert seen().since(point("10:00:00", 0, 1)) == point("10:00:00", 0, 1)
        assert not seen().unbroken(point("12:00:00", 1), point("13:30:00", 9, 1))

    def test_a_hole_is_none_where_another_log_was_observed_throughout(self) -> None:
        holed = seen(("12:05:00", "12:10:00", 1))
        assert united([holed, seen(series=1)]).holes == ()
        assert len(united([holed, seen(series=1, begin="12:06:00")]).holes) == 1
        assert len(united([holed, seen(("12:09:00", "12:12:00", 3), series=1)]).holes) == 2

    def test_the_time_between_two_logs_is_a_hole(self) -> None:
        both = united([seen(end="12:00:00"), seen(begin="12:30:00", series=1)])
        assert [(time(one.begin.when.at), time(one.end.when.at)) for one in both.holes] == [("12:00:00", "12:30:00")]

    def test_of_nothing_nothing_is_seen(self) -> None:
        first, last = point("12:00:00", 1), point("12:30:00", 2)
        assert united([]).between(first, last) == (Hole(first, last),)
        assert united([]).since(first) == first


class TestPlaces:
    """Where the holes of a log lie, seen from its intervals."""

    @pytest.mark.parametrize(
        ("lines", "several", "state"),
        [
            (["13:50:01 Fault Raised: 7", "13:50:01 suppressed 9 messages"], True, "unknown"),
            (["13:50:01 suppressed 9 messages", "13:50:01 Fault Raised: 7"], False, "open"),
            (["13:00:00 x", "13:50:01 suppressed 9 messages", "13:50:01 Fault Raised: 7"], False, "open"),
        ],
    )
    def test_a_raise_in_the_second_of_suppressed_messages(self, lines: list[str], several: bool, state: str) -> None:
        (one,) = case_of(log(*lines)).intervals
        assert (one.may_be_several, one.state) == (several, state)

    def test_a_log_that_begins_with_suppressed_messages_is_observed_from_there(self) -> None:
        case = case_of(log("12:01:00 suppressed 9 messages", "12:11:01 Fault Cleared: 6"))
        (one,) = case.intervals
        assert (time(one.raised.until), one.duration_s, one.may_be_several) == ("12:01:00", (601, None), False)
        assert verdict(case, "raised") == "breached"

    def test_a_missing_file_hides_between_lines_of_one_second(self) -> None:
        case = case_of(
            {"ampdaemon.log.2": log("12:00:00 Fault Raised: 6"), "ampdaemon.log": log("12:00:00 x", "12:30:00 x")}
        )
        assert (case.intervals[0].may_be_several, case.intervals[0].state) == (True, "unknown")

    def test_a_clock_set_back_does_not_move_a_line_behind_a_hole(self) -> None:
        case = case_of(log("13:00:29 Fault Raised: 6", "12:51:28 suppressed 9 messages"))
        assert (case.intervals[0].may_be_several, case.intervals[0].state) == (True, "unknown")
