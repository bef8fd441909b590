"""The years of lines that write none."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faultlog.clock import HostClock
from faultlog.errors import NothingAnswerable
from faultlog.model import Instant, TimeZone
from faultlog.years import without_silence, years_of
from tests.marks import at, stamped, trail

KOLKATA = timezone(timedelta(hours=5, minutes=30))
ASSUMED = TimeZone("UTC", "assumed")


def dated(newest, *files, zone=UTC):
    """The instants of every line of a rotation set, oldest file first, as their clock sees them."""
    series = [(f"f{number}", trail(*lines)) for number, lines in enumerate(files)]
    host = HostClock(zone, ASSUMED, years_of(series, at(newest) if newest else None, zone))
    return [
        str(host.moment(f"f{number}", line, stamped(text)).earliest)[:10]
        for number, lines in enumerate(files)
        for line, text in enumerate(lines, 1)
    ]


class TestYears:
    def test_lines_get_the_latest_year_in_which_they_are_no_later_than_the_newest_date(self):
        assert dated("2026-03-09T12:00:00Z", ["Mar  3 00:00:00", "Mar  9 11:00:00"]) == ["2026-03-03", "2026-03-09"]

    def test_a_log_that_would_end_after_its_bundle_is_of_the_year_before(self):
        assert dated("2026-03-09T12:00:00Z", ["Mar 12 00:00:00"]) == ["2025-03-12"]

    def test_a_log_may_end_a_day_after_its_bundle_since_zones_differ(self):
        assert dated("2026-03-09T12:00:00Z", ["Mar 10 11:59:59"]) == ["2026-03-10"]

    def test_a_bundle_taken_at_new_year_may_hold_lines_of_the_next(self):
        assert dated("2025-12-31T23:00:00Z", ["Dec 31 23:59:00", "Jan  1 00:30:00"]) == ["2025-12-31", "2026-01-01"]

    def test_new_year_is_crossed_inside_a_file(self):
        assert dated(
            "2026-03-09T12:00:00Z",
            ["Dec 31 23:59:59", "Jan  2 02:00:00", "Dec 31 23:59:59", "Jan  1 00:00:00"],
        ) == ["2024-12-31", "2025-01-02", "2025-12-31", "2026-01-01"]

    def test_new_year_is_crossed_between_rotated_files(self):
        assert dated(
            "2026-03-09T12:00:00Z", ["Dec 30 00:00:00"], ["Jan  2 00:00:00", "Dec 30 00:00:00"], ["Jan  2 00:00:00"]
        ) == ["2024-12-30", "2025-01-02", "2025-12-30", "2026-01-02"]

    def test_an_empty_file_between_two_hides_no_new_year(self):
        assert dated("2026-03-09T12:00:00Z", ["Dec 30 00:00:00"], [], ["Jan  2 00:00:00"]) == [
            "2025-12-30",
            "2026-01-02",
        ]

    @pytest.mark.parametrize(("before", "after"), [("Mar  3", "Mar  2"), ("Mar  1", "Feb 28"), ("Nov  1", "Jan  1")])
    def test_a_step_backwards_is_no_new_year(self, before, after):
        days = dated("2026-12-09T12:00:00Z", [f"{before} 00:00:00", f"{after} 00:00:00"])

        assert {"2026"} == {day[:4] for day in days}

    def test_a_step_from_january_back_to_december_is_no_new_year_either(self):
        assert dated("2026-01-20T00:00:00Z", ["Dec 31 23:59:59", "Jan  1 00:00:00"]) == ["2025-12-31", "2026-01-01"]
        assert dated("2027-01-01T00:00:00Z", ["Jan  2 02:00:00", "Dec 31 23:59:59"]) == ["2026-01-02", "2026-12-31"]
        assert dated("2027-01-01T00:00:00Z", ["Jan  1 00:00:00", "Dec 31 23:59:59"]) == ["2027-01-01", "2026-12-31"]

    def test_a_new_year_that_a_journey_takes_back_is_the_same_new_year(self):
        lines = ["Dec 31 23:58:53", "Jan  1 00:08:41", "Dec 31 13:25:19"]

        assert dated("2024-12-31T14:05:39Z", lines) == ["2024-12-31", "2025-01-01", "2024-12-31"]

    @pytest.mark.parametrize("cut", range(1, 5))
    def test_a_december_between_two_lines_of_one_january_is_a_wrong_date_and_no_new_year(self, cut):
        lines = ["Jan 16 06:24:41", "Jan 16 06:26:28", "Dec 13 06:27:29", "Dec 13 06:27:40", "Jan 16 06:28:19"]
        days = dated("2025-01-16T12:00:00Z", lines[:cut], lines[cut:])

        assert days == ["2025-01-16"] * 2 + ["2024-12-13"] * 2 + ["2025-01-16"]

    def test_a_december_that_another_january_follows_is_eleven_months_later(self):
        lines = ["Jan 16 06:26:28", "Dec 13 06:27:29", "Jan 18 06:28:19"]

        assert dated("2026-01-19T12:00:00Z", lines) == ["2025-01-16", "2025-12-13", "2026-01-18"]

    def test_29_february_forces_a_leap_year_on_its_own_line(self):
        assert dated("2026-03-09T12:00:00Z", ["Feb 29 12:00:00"]) == ["2024-02-29"]

    def test_29_february_forces_a_leap_year_on_everything_that_hangs_together_with_it(self):
        assert dated(
            "2026-03-09T12:00:00Z",
            ["Dec 31 00:00:00", "Jan  1 00:00:00"],
            ["Feb 29 12:00:00", "Mar  1 00:00:00"],
        ) == ["2023-12-31", "2024-01-01", "2024-02-29", "2024-03-01"]

    def test_29_february_counts_across_a_new_year_after_it(self):
        assert dated("2026-03-09T12:00:00Z", ["Feb 29 12:00:00"], ["Dec 31 00:00:00"], ["Jan  1 00:00:00"]) == [
            "2024-02-29",
            "2024-12-31",
            "2025-01-01",
        ]

    def test_29_february_at_the_very_end_is_no_later_than_the_newest_date(self):
        assert dated("2024-02-20T00:00:00Z", ["Feb 28 00:00:00", "Feb 29 00:00:00"]) == ["2020-02-28", "2020-02-29"]

    def test_1900_was_no_leap_year(self):
        assert dated("1903-01-01T00:00:00Z", ["Feb 29 00:00:00"]) == ["1896-02-29"]

    def test_two_leap_days_four_years_apart_are_both_on_leap_days(self):
        days = dated(
            "2026-03-09T12:00:00Z",
            ["Feb 29 00:00:00", "Dec 31 00:00:00", "Jan  1 00:00:00", "Feb 29 00:00:00", "Mar  1 00:00:00"],
        )

        assert days == ["2020-02-29", "2023-12-31", "2024-01-01", "2024-02-29", "2024-03-01"]

    def test_leap_days_four_new_years_apart_are_dated_as_they_were_written(self):
        turn = ["Dec 31 00:00:00", "Jan  1 00:00:00"]
        days = dated("2026-03-09T12:00:00Z", ["Feb 29 00:00:00", *turn * 4, "Feb 29 00:00:00"])

        assert (days[0], days[-1]) == ("2020-02-29", "2024-02-29")

    def test_a_dated_line_anchors_the_undated_ones_before_it(self):
        assert dated("2026-03-09T12:00:00Z", ["Dec 31 00:00:00", "Jan  1 00:00:00", "2020-01-02T00:00:00Z"]) == [
            "2019-12-31",
            "2020-01-01",
            "2020-01-02",
        ]

    def test_a_dated_line_is_anchor_enough_without_any_other_date(self):
        assert dated(None, ["Dec 31 00:00:00"], ["2020-01-02T00:00:00Z"]) == ["2019-12-31", "2020-01-02"]

    def test_the_undated_lines_after_a_dated_one_hang_on_the_newest_date(self):
        assert dated("2026-03-09T12:00:00Z", ["2020-01-02T00:00:00Z", "Mar  1 00:00:00"]) == [
            "2020-01-02",
            "2026-03-01",
        ]

    @pytest.mark.parametrize(
        ("copied", "lines", "dates"),
        [
            ("2026-06-01", ["2025-03-01T10:00:00Z", "Mar  1 10:05:00"], ["2025-03-01", "2025-03-01"]),
            ("2031-06-01", ["2025-12-31T10:00:00Z", "Jan  1 10:05:00"], ["2025-12-31", "2026-01-01"]),
            ("2031-06-01", ["2025-03-01T02:00:00Z", "Feb 28 21:05:00"], ["2025-03-01", "2025-02-28"]),
            ("2031-06-01", ["2023-03-01T10:00:00Z", "Feb 29 10:05:00"], ["2023-03-01", "2024-02-29"]),
            ("2026-06-01", ["2025-03-01T10:00:00Z", "May 31 10:05:00"], ["2025-03-01", "2026-05-31"]),
            ("2026-06-01", ["1970-01-01T00:00:09Z", "Mar  1 10:05:00"], ["1970-01-01", "2026-03-01"]),
            ("2026-06-01", ["Mar  1 10:05:00"], ["2026-03-01"]),
            ("2026-06-01", ["Mar  1 10:05:00", "2025-03-02T10:00:00Z"], ["2025-03-01", "2025-03-02"]),
        ],
    )
    def test_a_copy_s_date_makes_no_year_of_silence(self, copied, lines, dates):
        series, newest = [("f", trail(*lines))], at(f"{copied}T00:00:00Z")
        found = without_silence(series, years_of(series, newest, UTC), newest, UTC)
        host = HostClock(UTC, ASSUMED, found)
        assert [str(host.moment("f", line, stamped(text)).earliest)[:10] for line, text in enumerate(lines, 1)] == dates

    def test_a_leap_day_before_a_dated_line_does_not_move_what_stands_behind_it(self):
        assert dated("2026-03-09T12:00:00Z", ["Feb 29 00:00:00", "2025-06-01T00:00:00Z", "Mar  1 00:00:00"]) == [
            "2024-02-29",
            "2025-06-01",
            "2026-03-01",
        ]

    def test_no_date_at_all_is_no_answer_and_names_the_option(self):
        with pytest.raises(NothingAnswerable, match=r"f0: its lines state no year, .*; add --taken DATE"):
            dated(None, ["Mar  3 00:00:00"])

    def test_undated_lines_behind_the_last_dated_one_need_a_date_too(self):
        with pytest.raises(NothingAnswerable, match="--taken"):
            dated(None, ["2020-01-02T00:00:00Z", "Mar  3 00:00:00"])

    def test_lines_that_state_their_years_need_no_date(self):
        assert dated(None, ["2020-01-02T00:00:00Z", "2019-05-01T00:00:00Z"]) == ["2020-01-02", "2019-05-01"]

    def test_the_zone_decides_near_the_limit(self):
        newest = "2026-03-09T00:00:00Z"
        line = ["Mar 10 05:00:00"]

        assert (dated(newest, line), dated(newest, line, zone=KOLKATA)) == (["2025-03-10"], ["2026-03-09"])

    @pytest.mark.parametrize("anchor", ["9998-12-31T23:59:59-05:00", "1970-01-01T00:00:00+05:00"])
    def test_an_anchor_at_either_end_of_the_calendar_does_not_crash(self, anchor):
        assert len(dated(None, ["Mar  3 00:00:00", anchor])) == 2

    def test_a_newest_date_before_every_log_is_no_answer(self):
        with pytest.raises(NothingAnswerable, match="--taken"):
            dated("0001-01-01T00:00:00Z", ["Mar  3 00:00:00"])

    @pytest.mark.parametrize(
        "lines", [["Dec 31 00:00:00", "Jan  1 00:00:00"], ["Feb 29 00:00:00", "Dec 31 00:00:00", "Jan  1 00:00:00"]]
    )
    def test_more_new_years_than_there_were_do_not_crash(self, lines):
        assert len(dated("2026-03-09T12:00:00Z", lines * 3_000)) == len(lines) * 3_000

    @given(
        st.datetimes(datetime(1975, 1, 1), datetime(2090, 1, 1)),  # noqa: DTZ001 (civil)
        st.lists(st.integers(0, 250 * 86_400), min_size=1, max_size=12),
        st.randoms(use_true_random=False),
    )
    def test_a_log_that_is_never_silent_over_a_new_year_is_dated_as_it_was_written(self, begin, gaps, chance):
        lines = [begin.replace(microsecond=0)]
        for gap in gaps:
            nxt = lines[-1] + timedelta(seconds=gap)
            if nxt.year > lines[-1].year:  # a real log speaks in December and in January
                lines += [lines[-1].replace(month=12, day=31, hour=23, minute=59), datetime(nxt.year, 1, 1)]  # noqa: DTZ001 (civil)
            lines.append(nxt)
        texts = [f"{line:%b} {line.day:2d} {line:%H:%M:%S}" for line in lines]
        cut = chance.randrange(len(texts) + 1)
        newest = str(Instant(int(lines[-1].replace(tzinfo=UTC).timestamp()) * 10**9))

        assert [f"{line:%Y-%m-%d}" for line in lines] == dated(newest, texts[:cut], texts[cut:])
