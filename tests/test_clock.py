"""From stamps to moments: the clock of a host."""

from dataclasses import replace
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from faultlog.clock import HostClock, clock_of, contradiction, without_zone
from faultlog.model import Mark, Moment, Stamp, TimeZone
from faultlog.trails import Trail, Written
from faultlog.years import years_of
from faultlog.zones import Run, Travelling, Unknown
from tests.marks import NO_UPTIMES, at, stamped, trail

ASSUMED = TimeZone("UTC", "assumed")
UNDATED = {"f": ((1, 2026),), "f.1": ((1, 2026),)}


def clock_in(zone, *lines, year=2026, uptimes=NO_UPTIMES):
    """The clock of a host with one log, whose newest line is of a year."""
    series = [[("f", trail(*lines, uptimes=uptimes))]]
    years = years_of(series[0], at(f"{year}-12-31T23:59:59Z"), ZoneInfo(zone)) if lines else {"f": ((1, year),)}
    return clock_of(series, ZoneInfo(zone), TimeZone(zone, "option"), years)


def told(zone, *lines, **options):
    """The moments of all lines: exact ones as times of their day in UTC, ranges as two with a bar between."""
    host = clock_in(zone, *lines, **options)
    moments = [host.moment("f", number, stamped(line)) for number, line in enumerate(lines, 1)]
    return ["|".join(dict.fromkeys(str(end)[11:19] for end in (one.earliest, one.latest))) for one in moments]


class TestLinesThatWriteUnlikeZones:
    """One line states its offset, the one above it an abbreviation or nothing."""

    @staticmethod
    def series(*stamps):
        found = Trail()
        for number, stamp in enumerate(stamps, 1):
            found.add(Mark(number, stamp), Written(offset=number))
        return [[("f", found)]]

    @pytest.mark.parametrize(("minute", "line"), [(57, None), (58, None), (50, 2)])
    def test_the_zone_is_contradicted_where_a_line_comes_back_by_more_than_a_disorder(self, minute, line):
        series = self.series(stamped("2026-03-03T12:57:02"), stamped(f"2026-03-03T12:{minute}:00Z"))
        found = contradiction(clock_of(series, UTC, ASSUMED, UNDATED), series)

        assert (found and found.line) == line

    def test_the_lines_of_a_day_that_lie_closest_decide(self):
        bare = [f"2026-03-03T12:{minute}:00" for minute in (10, 20, 30)]
        stated = [f"2026-03-03T12:{minute}:30+00:00" for minute in (10, 19, 30)]
        series = self.series(*(stamped(line) for pair in zip(bare, stated, strict=True) for line in pair))

        assert contradiction(clock_of(series, UTC, ASSUMED, UNDATED), series).line == 4

    def test_between_two_files_it_is_contradicted_alike(self):
        series = [[("f.1", trail("2026-03-03T12:57:02")), ("f", trail("2026-03-03T12:50:00Z"))]]

        assert contradiction(clock_of(series, UTC, ASSUMED, UNDATED), series).file == "f"

    def test_an_abbreviation_and_an_offset_show_a_step_instead(self):
        korean = replace(stamped("2026-03-03T14:57:35"), abbreviation="KST")
        series = self.series(korean, stamped("2026-03-03T05:48:00Z"))
        host = clock_of(series, UTC, ASSUMED, UNDATED)

        assert contradiction(host, series) is None
        assert [(step.evidence.line, step.seconds) for step in host.steps["f"]] == [(2, -575.0)]

    def test_over_two_files_lines_of_one_kind_are_compared_though_a_file_of_another_stands_between(self):
        lines = {"f.2": "2026-03-03T12:30:00Z", "f.1": "2026-03-03T12:31:00", "f": "2026-03-03T12:05:00Z"}
        series = [[(name, trail(line)) for name, line in lines.items()]]
        host = clock_of(series, Unknown(fits=False), ASSUMED, dict.fromkeys(lines, ((1, 2026),)))

        assert [(step.seconds, step.exact) for step in host.steps["f"]] == [(-1500.0, False)]

    @pytest.mark.parametrize(("summer", "fits"), [("12:00", True), ("13:00", True), ("14:30", False)])
    def test_an_unknown_zone_may_have_a_summer(self, summer, fits):
        """In winter lines without a zone lie ten hours ahead; in summer eleven would do, not more."""
        winter = ["2026-01-05T11:59:59", "2026-01-05T02:00:00+00:00", "2026-01-05T12:00:01"]
        later = [f"2026-07-05T{summer}:00", "2026-07-05T02:00:01+00:00", f"2026-07-05T{summer}:02"]
        series = self.series(*map(stamped, winter + later))
        clock = clock_of(series, UTC, ASSUMED, UNDATED)

        assert without_zone(clock, series).zone.fits is fits

    def test_a_zone_that_nobody_knows_is_one_of_the_worlds(self):
        series = self.series(stamped("2026-03-03T12:00:00"))

        moment = clock_of(series, Unknown(fits=True), ASSUMED, UNDATED).moment("f", 1, stamped("2026-03-03T12:00:00"))

        assert (str(moment.earliest), str(moment.latest)) == ("2026-03-02T22:00:00Z", "2026-03-04T00:00:00Z")


class TestRepeatedHours:
    def test_the_order_of_lines_tells_the_first_hour_from_the_second(self):
        lines = [
            "Oct 25 01:59:00",
            "Oct 25 02:10:00",
            "Oct 25 02:50:00",
            "Oct 25 02:05:00",
            "Oct 25 02:55:00",
            "Oct 25 03:00:00",
        ]

        assert told("Europe/Berlin", *lines) == ["23:59:00", "00:10:00", "00:50:00", "01:05:00", "01:55:00", "02:00:00"]
        assert clock_in("Europe/Berlin", *lines).steps == {}

    def test_without_a_jump_back_nothing_tells_them_apart(self):
        assert told("Europe/Berlin", "Oct 25 01:59:00", "Oct 25 02:10:00", "Oct 25 03:00:00") == [
            "23:59:00",
            "00:10:00|01:10:00",
            "02:00:00",
        ]

    def test_two_jumps_back_in_one_repeated_hour_leave_it_open_and_one_is_a_step(self):
        lines = ["Oct 25 02:10:00", "Oct 25 02:50:00", "Oct 25 02:05:00", "Oct 25 02:55:00", "Oct 25 02:20:00"]
        host = clock_in("Europe/Berlin", *lines)

        assert told("Europe/Berlin", *lines)[0] == "00:10:00|01:10:00"
        assert [step.exact for step in host.steps["f"]] == [False, False]

    def test_on_lord_howe_the_repeated_half_hour_is_solved_alike(self):
        lines = ["Apr  5 01:45:00", "Apr  5 01:59:00", "Apr  5 01:31:00", "Apr  5 02:00:00"]

        assert told("Australia/Lord_Howe", *lines) == ["14:45:00", "14:59:00", "15:01:00", "15:30:00"]

    def test_a_jump_back_of_more_than_the_hour_is_a_step_even_then(self):
        host = clock_in("Europe/Berlin", "Oct 25 03:30:00", "Oct 25 02:10:00", "Oct 25 03:40:00")

        assert [round(step.seconds) for step in host.steps["f"]] == [-4800]

    def test_the_jump_between_two_files_tells_as_well(self):
        files = [("f.1", trail("Oct 25 02:50:00")), ("f", trail("Oct 25 02:05:00"))]
        zone = ZoneInfo("Europe/Berlin")
        years = years_of(files, at("2026-12-31T00:00:00Z"), zone)
        host = clock_of([files], zone, ASSUMED, years)

        assert str(host.moment("f.1", 1, stamped("Oct 25 02:50:00")).at) == "2026-10-25T00:50:00Z"
        assert str(host.moment("f", 1, stamped("Oct 25 02:05:00")).at) == "2026-10-25T01:05:00Z"

    def test_kathmandu_has_no_repeated_hour_and_its_own_minutes(self):
        assert told("Asia/Kathmandu", "Mar  3 12:00:00") == ["06:15:00"]


class TestSteps:
    def steps(self, *lines, zone="UTC", **options):
        host = clock_in(zone, *lines, **options)
        return [(step.evidence.line, step.seconds) for step in host.steps.get("f", ())]

    def test_a_clock_set_back(self):
        assert self.steps("Mar  3 12:00:00", "Mar  3 12:10:00", "Mar  3 12:05:00", "Mar  3 12:20:00") == [(3, -300.0)]

    def test_lines_out_of_order_by_two_seconds_are_no_step(self):
        assert self.steps("Mar  3 12:00:02", "Mar  3 12:00:00") == []

    def test_a_silence_is_no_step(self):
        assert self.steps("Mar  3 12:00:00", "Jun  3 12:00:00") == []

    def test_an_uptime_that_advances_less_than_the_stamps_shows_a_clock_set_forward(self):
        lines = ["Mar  3 12:00:00", "Mar  3 12:10:00", "Mar  3 13:20:00"]

        assert self.steps(*lines, uptimes={1: 100.0, 2: 700.0, 3: 1300.0}) == [(3, 3600.0)]

    def test_an_uptime_that_advances_as_the_stamps_do_shows_none(self):
        assert self.steps("Mar  3 12:00:00", "Mar  3 12:10:00", uptimes={1: 100.0, 2: 698.0}) == []

    def test_a_smaller_uptime_is_another_boot(self):
        assert self.steps("Mar  3 12:00:00", "Mar  3 18:00:00", uptimes={1: 9000.0, 2: 1.0}) == []

    def test_summer_time_that_begins_is_no_step_for_an_uptime(self):
        lines = ["Mar 29 01:50:00", "Mar 29 03:10:00"]

        assert self.steps(*lines, zone="Europe/Berlin", uptimes={1: 100.0, 2: 1300.0}) == []

    def test_a_wrong_date_before_the_first_sync_is_a_step_back_and_a_leap_forward(self):
        lines = ["Jul  4 12:00:00", "Jan  1 00:00:05", "Jan  1 00:00:20", "Jul  4 12:04:00"]
        found = self.steps(*lines)

        assert [line for line, _ in found] == [2, 4]
        assert found[0][1] < 0 < found[1][1]
        assert abs(found[0][1] + found[1][1]) < 300

    def test_a_log_that_begins_before_the_clock_was_set(self):
        assert [line for line, _ in self.steps("Jan  1 00:00:05", "Jul  4 12:04:00")] == [2]
        assert [line for line, _ in self.steps("2001-01-01T00:00:05Z", "2026-07-04T12:04:00Z")] == [2]

    def test_a_wrong_date_in_december_is_no_new_year(self):
        lines = ["Dec 20 12:00:00", "Jan  1 00:00:05", "Dec 20 12:04:00"]
        host = clock_in("UTC", *lines)

        assert [line for line, _ in self.steps(*lines)] == [2, 3]
        assert str(host.moment("f", 1, stamped(lines[0])).at) == "2026-12-20T12:00:00Z"

    def test_new_year_followed_by_a_silence_is_new_year(self):
        lines = ["Dec 31 23:50:00", "Jan  1 00:10:00", "Jan  3 08:00:00"]
        host = clock_in("UTC", *lines)

        assert str(host.moment("f", 1, stamped(lines[0])).at) == "2025-12-31T23:50:00Z"

    def test_a_clock_that_wavers_at_new_year_gains_no_year(self):
        lines = ["Dec 31 23:59:59", "Jan  1 00:00:00", "Dec 31 23:59:59", "Jan  1 00:00:01", "Jan  2 00:00:00"]
        host = clock_in("UTC", *lines)

        assert [str(host.moment("f", number, stamped(line)).at)[:4] for number, line in enumerate(lines, 1)] == [
            "2025",
            "2026",
            "2025",
            "2026",
            "2026",
        ]
        assert self.steps(*lines) == []


class TestAbbreviations:
    def moment(self, abbreviation, zone="UTC"):
        stamp = Stamp(3, 3, 12, 0, 0, 2026, abbreviation=abbreviation)
        return clock_in(zone).moment("f", 1, stamp)

    def test_one_that_means_one_zone_is_a_point(self):
        assert str(self.moment("KST").at) == "2026-03-03T03:00:00Z"

    def test_one_that_means_several_is_a_range_that_holds_them_all(self):
        found = self.moment("IST")

        assert (str(found.earliest), str(found.latest)) == ("2026-03-03T06:30:00Z", "2026-03-03T11:00:00Z")

    def test_the_hosts_own_zone_says_which_is_meant(self):
        assert str(self.moment("IST", "Asia/Kolkata").at) == "2026-03-03T06:30:00Z"
        assert str(self.moment("CST", "America/Chicago").at) == "2026-03-03T18:00:00Z"
        assert str(self.moment("CST", "Asia/Shanghai").at) == "2026-03-03T04:00:00Z"


class TestMoments:
    def moment(self, text, zone, year=2026):
        host = HostClock(ZoneInfo(zone), TimeZone(zone, "option"), {"f": ((1, year),)})
        return host.moment("f", 1, stamped(text))

    def test_a_local_time_is_read_in_the_hosts_zone(self):
        assert Moment.exactly(at("2026-03-03T05:47:34Z")) == self.moment("Mar  3 14:47:34", "Asia/Seoul")

    def test_a_stated_offset_wins_over_the_hosts_zone(self):
        assert Moment.exactly(at("2026-03-03T13:47:34Z")) == self.moment("2026-03-03T14:47:34+01:00", "Asia/Seoul")

    def test_a_written_year_wins_over_the_found_one(self):
        assert Moment.exactly(at("2019-03-03T14:47:34Z")) == self.moment("2019-03-03T14:47:34", "UTC")

    @pytest.mark.parametrize("text", ["Oct 25 02:30:00", "2026-10-25T02:30:00"])
    def test_an_hour_that_occurs_twice_is_a_range_of_3600_seconds(self, text):
        expected = Moment(at("2026-10-25T00:30:00Z"), at("2026-10-25T01:30:00Z"), "ambiguous_local_time")

        assert expected == self.moment(text, "Europe/Berlin")

    def test_on_lord_howe_the_range_is_1800_seconds(self):
        moment = self.moment("Apr  5 01:45:00", "Australia/Lord_Howe")

        assert (moment.latest.since(moment.earliest), moment.reason) == (1800.0, "ambiguous_local_time")

    @pytest.mark.parametrize(
        ("text", "wide"), [("01:59:59", False), ("02:00:00", True), ("02:59:59", True), ("03:00:00", False)]
    )
    def test_the_range_has_sharp_edges(self, text, wide):
        assert wide == (self.moment(f"Oct 25 {text}", "Europe/Berlin").reason is not None)

    def test_an_hour_that_is_skipped_is_a_range_and_told(self):
        expected = Moment(at("2026-03-29T00:30:00Z"), at("2026-03-29T01:30:00Z"), "ambiguous_local_time")

        assert expected == self.moment("Mar 29 02:30:00", "Europe/Berlin")
        assert clock_in("Europe/Berlin").skipped("f", 1, stamped("Mar 29 02:30:00"))
        assert not clock_in("Europe/Berlin").skipped("f", 1, stamped("Mar 29 03:00:00"))

    def test_a_repeated_hour_with_a_stated_offset_is_a_point(self):
        assert Moment.exactly(at("2026-10-25T01:30:00Z")) == self.moment("2026-10-25T02:30:00+01:00", "Europe/Berlin")

    def test_a_fraction_survives(self):
        assert str(self.moment("Mar  3 12:00:00.123", "UTC").at) == "2026-03-03T12:00:00.123Z"

    def test_a_fraction_before_1970_survives(self):
        assert str(self.moment("1970-01-01T00:59:59.25+01:00", "UTC").at) == "1969-12-31T23:59:59.25Z"

    def test_the_year_of_a_line_is_that_of_the_mark_before_it(self):
        host = HostClock(UTC, ASSUMED, {"f": ((1, 2025), (7, 2026))})
        years = [str(host.moment("f", line, stamped("Jun  1 00:00:00")).at)[:4] for line in (1, 6, 7, 99)]

        assert years == ["2025", "2025", "2026", "2026"]

    @pytest.mark.parametrize(
        "text", ["2026-03-03T12:00:00+23:59", "1970-01-01T00:00:00+23:59", "9998-12-31T23:59:59-23:59"]
    )
    def test_no_stamp_that_was_read_crashes_the_clock(self, text):
        assert str(self.moment(text, "UTC").at)


def test_a_repeated_hour_on_a_journey_of_several_legs_is_solved_as_far_as_the_order_of_lines_goes():
    """After the clock of the first leg went back, it is the second leg's time or the third's."""
    legs = (
        Run(at("2025-04-05T13:00:00Z"), at("2025-04-05T14:51:53Z"), 39_600),
        Run(at("2025-04-05T15:02:41Z"), at("2025-04-05T15:02:41Z"), 37_800),
        Run(at("2025-04-05T15:42:30Z"), at("2025-04-05T16:00:00Z"), 32_400),
    )
    lines = ["2025-04-06T01:59:42", "2025-04-06T01:30:47", "2025-04-06T01:50:12"]
    series = [[("f", trail(*lines))]]
    host = clock_of(series, Travelling(legs), TimeZone("UTC+09:00", "lines"), {"f": ()})
    found = host.moment("f", 3, stamped(lines[2]))

    assert (found.earliest, found.latest) == (at("2025-04-05T15:20:12Z"), at("2025-04-05T16:50:12Z"))


def test_a_line_out_of_order_at_the_beginning_of_a_file_is_no_step():
    series = [[("f.1", trail("2026-03-03T12:00:02Z")), ("f", trail("2026-03-03T12:00:00Z"))]]

    assert clock_of(series, UTC, ASSUMED, {"f.1": (), "f": ()}).steps == {}
