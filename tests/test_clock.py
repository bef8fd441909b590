"""From stamps to instants: what a line writes, which year and zone it means, and what is never invented."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faultlog import clock
from faultlog.clock import (
    HostClock,
    Trail,
    choose_zone,
    instant_of,
    read_date,
    read_stamp,
    stamp_of,
    stepped_back,
    years_of,
    zone_of,
)
from faultlog.errors import NothingAnswerable, UnknownName, UsageError
from faultlog.model import Instant, Mark, Moment, Stamp, TimeZone

ASSUMED = TimeZone("UTC", "assumed")
KOLKATA = timezone(timedelta(hours=5, minutes=30))


def at(text):
    return Instant.of(text)


def syslog(text):
    stamp = read_stamp("syslog", text)
    assert stamp is not None
    return stamp


def stamped(text):
    """A stamp with a year if it begins with a digit, else a syslog stamp."""
    stamp = read_stamp("iso" if text[0].isdigit() else "syslog", text)
    assert stamp is not None
    return stamp


def trail(*lines):
    found = Trail()
    for number, line in enumerate(lines, 1):
        found.add(Mark(number, stamped(line)))
    return found


def dated(newest, *files, zone=UTC):
    """The instants of every line of a rotation set, oldest file first, as their clock sees them."""
    series = [(f"f{number}", trail(*lines)) for number, lines in enumerate(files)]
    host = HostClock(zone, ASSUMED, years_of(series, at(newest) if newest else None, zone))
    return [
        str(host.moment(f"f{number}", line, stamped(text)).earliest)[:10]
        for number, lines in enumerate(files)
        for line, text in enumerate(lines, 1)
    ]


class TestSyslogStamps:
    @pytest.mark.parametrize("day", ["3", " 3", "03"])
    def test_a_day_of_one_digit_is_written_in_three_ways(self, day):
        assert Stamp(3, 3, 14, 47, 34) == read_stamp("syslog", f"Mar {day} 14:47:34")

    @pytest.mark.parametrize(
        ("text", "nanosecond", "digits"),
        [(".5", 500_000_000, 1), (",123", 123_000_000, 3), (".000000001", 1, 9), (".0", 0, 1), ("", 0, 0)],
    )
    def test_a_fraction_keeps_its_digits(self, text, nanosecond, digits):
        stamp = read_stamp("syslog", f"Mar  3 14:47:34{text}")

        assert Stamp(3, 3, 14, 47, 34, None, nanosecond, digits) == stamp

    @pytest.mark.parametrize(
        "text",
        [
            "Feb 30 00:00:00",
            "Feb 31 00:00:00",
            "Apr 31 00:00:00",
            "Mar 32 00:00:00",
            "Mar  0 00:00:00",
            "Mar 00 00:00:00",
            "Mar  3 24:00:00",
            "Mar  3 12:60:00",
            "Mar  3 12:00:60",
            "mar  3 12:00:00",
            "March 3 12:00:00",
            "Mrz  3 12:00:00",
            "Mar  3 12:00",
            "Mar  3 12:00:00.",
            "Mar  3 12:00:00.1234567890",
            "Mar   3 12:00:00",
            " Mar  3 12:00:00",
            "Mar  3 12:00:00\n",
            "",
        ],
    )
    def test_what_is_no_time_is_no_stamp(self, text):
        assert read_stamp("syslog", text) is None

    def test_29_february_may_exist(self):
        assert Stamp(2, 29, 12, 0, 0) == read_stamp("syslog", "Feb 29 12:00:00")


class TestIsoStamps:
    @pytest.mark.parametrize(
        ("tail", "offset"),
        [
            ("", None),
            ("Z", 0),
            ("+00:00", 0),
            ("-0000", 0),
            ("+0900", 32_400),
            ("-07:00", -25_200),
            (" +05:30", 19_800),
        ],
    )
    def test_a_zone_is_written_or_it_is_not(self, tail, offset):
        assert Stamp(3, 3, 14, 47, 34, 2026, offset_s=offset) == read_stamp("iso", f"2026-03-03T14:47:34{tail}")

    @pytest.mark.parametrize("between", ["T", " "])
    def test_a_blank_may_stand_for_the_t(self, between):
        assert Stamp(3, 3, 14, 47, 34, 2026, 1_000_000, 3, 0) == read_stamp("iso", f"2026-03-03{between}14:47:34.001Z")

    @pytest.mark.parametrize(
        "text",
        [
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "0000-01-01T00:00:00Z",
            "2026-03-03T14:47:60Z",
            "2026-03-03T14:47:34z",
            "2026-03-03T14:47:34+9",
            "2026-03-03T14:47:34 PST",
            "26-03-03T14:47:34Z",
            "2026-03-03",
            "",
        ],
    )
    def test_what_is_no_time_is_no_stamp(self, text):
        assert read_stamp("iso", text) is None

    @pytest.mark.parametrize("offset", ["+25:00", "-24:00", "+29:59", "+09:99"])
    def test_an_offset_that_no_zone_has_is_no_stamp(self, offset):
        assert read_stamp("iso", f"2026-03-03T14:47:34{offset}") is None

    @pytest.mark.parametrize(
        ("text", "year"),
        [
            ("1969-12-31T23:59:59", None),
            ("1970-01-01T00:00:00", 1970),
            ("9998-12-31T23:59:59", 9998),
            ("9999-01-01T00:00:00", None),
            ("0000-01-01T00:00:00", None),
        ],
    )
    @pytest.mark.parametrize("layout", ["iso", "any"])
    def test_a_year_that_no_log_has_is_no_stamp(self, layout, text, year):
        stamp = read_stamp(layout, text)

        assert (stamp and stamp.year) == year

    @given(
        st.datetimes(datetime(1970, 1, 1), datetime(9998, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 (UTC is given)
        st.integers(0, 9),
    )
    def test_an_instant_is_written_and_read_back(self, civil, digits):
        written = Instant(int(civil.replace(microsecond=0).timestamp()) * 10**9 + civil.microsecond * 1000, 9)
        instant = Instant(written.ns - written.ns % 10 ** (9 - digits), digits)
        stamp = read_stamp("iso", str(instant))

        assert stamp_of(instant) == stamp
        again = instant_of(stamp, stamp.year, UTC)
        assert (instant.ns, instant.digits) == (again.ns, again.digits)


class TestEpochStamps:
    @pytest.mark.parametrize(
        ("text", "stamp"),
        [
            ("1774447617", Stamp(3, 25, 14, 6, 57, 2026, offset_s=0)),
            ("1774447617.5", Stamp(3, 25, 14, 6, 57, 2026, 500_000_000, 1, 0)),
            ("0", Stamp(1, 1, 0, 0, 0, 1970, offset_s=0)),
            ("-1", None),
            ("", None),
            ("12345678901", None),
            ("1774447617.1234567890", None),
            ("1774447617.x", None),
            ("1774447617.1.2", None),
        ],
    )
    def test_seconds_since_1970_are_utc(self, text, stamp):
        assert stamp == read_stamp("epoch", text)

    def test_digits_that_are_no_numbers_are_no_stamp(self):
        assert read_stamp("epoch", "²") is None


class TestAnyStamps:
    @pytest.mark.parametrize(
        ("text", "stamp"),
        [
            ("3 March 2026 14:00", Stamp(3, 3, 14, 0, 0, 2026)),
            ("Tue Mar  3 14:47:34 2026", Stamp(3, 3, 14, 47, 34, 2026)),
            ("3 Mar 2026 14:00:00 +0100", Stamp(3, 3, 14, 0, 0, 2026, offset_s=3600)),
            ("3 Mar 2026 14:00 UTC", Stamp(3, 3, 14, 0, 0, 2026, offset_s=0)),
            ("2023-06-19 02:02:03 PM", Stamp(6, 19, 14, 2, 3, 2023)),
            ("3 Mar 2026 14:00:00.25", Stamp(3, 3, 14, 0, 0, 2026, 250_000_000, 6)),
        ],
    )
    def test_odd_shapes_are_read(self, text, stamp):
        assert stamp == read_stamp("any", text)

    @pytest.mark.parametrize("text", ["Mar 3 14:00", "3 March 14:00:00", "14:00 Mar 3"])
    def test_a_year_that_is_not_written_is_never_todays(self, text):
        assert Stamp(3, 3, 14, 0, 0, None) == read_stamp("any", text)

    @pytest.mark.parametrize("text", ["14:00", "14:00:00", "March 2026", "2026", "Tuesday", "Tue 14:00", "10", "noon"])
    def test_a_day_that_is_not_written_is_never_todays(self, text):
        assert read_stamp("any", text) is None

    @pytest.mark.parametrize(
        "text", ["", " ", "no time", "31 Feb 2026 10:00", "3 Mar 2026 25:00", "\0", "9" * 40, "a" * 9_999]
    )
    def test_what_is_no_time_is_no_stamp(self, text):
        assert read_stamp("any", text) is None

    @pytest.mark.parametrize("zone", ["PST", "CET", "IST", "EST", "KST"])
    def test_an_abbreviated_zone_is_refused_since_it_means_several(self, zone):
        assert read_stamp("any", f"3 Mar 2026 14:00:00 {zone}") is None

    def test_an_offset_that_no_zone_has_is_no_stamp(self):
        assert read_stamp("any", "3 Mar 2026 14:00 +9999") is None

    @given(st.text(alphabet="0123456789 :-/.,TZMarFebMonPM", max_size=25))
    def test_no_text_crashes_it_or_is_given_todays_year(self, text):
        stamp = read_stamp("any", text)

        today = datetime.now(UTC).year
        assert stamp is None or stamp.year != today or f"{today % 100}" in text


class TestTypedDates:
    @pytest.mark.parametrize(
        ("text", "instant"),
        [
            ("2026-03-09", "2026-03-09T00:00:00Z"),
            (" 2026-03-09T12:00:00 ", "2026-03-09T12:00:00Z"),
            ("2026-03-09T12:00:00+01:00", "2026-03-09T11:00:00Z"),
            ("9 March 2026 12:00", "2026-03-09T12:00:00Z"),
        ],
    )
    def test_a_date_is_utc_unless_it_says_otherwise(self, text, instant):
        assert instant == str(read_date(text, "--since"))

    @pytest.mark.parametrize("text", ["", "yesterday", "9 March", "12:00", "2026-02-30", "2026"])
    def test_anything_else_is_refused_naming_the_option_and_an_example(self, text):
        with pytest.raises(UsageError, match=r"--since: .* is no date; write it like 2026-03-09"):
            read_date(text, "--since")

    def test_an_offset_that_no_zone_has_is_refused(self):
        with pytest.raises(UsageError):
            read_date("2026-03-09T12:00:00+25:00", "--since")


class TestZones:
    @pytest.mark.parametrize(
        ("name", "seconds"),
        [("+09:00", 32_400), ("+0900", 32_400), ("UTC+09:00", 32_400), ("-03:30", -12_600), ("UTC-0930", -34_200)],
    )
    def test_an_offset_is_a_zone(self, name, seconds):
        assert timedelta(seconds=seconds) == zone_of(name).utcoffset(None)

    @pytest.mark.parametrize("name", ["Asia/Seoul", "Europe/Berlin", "UTC", "Etc/GMT+5"])
    def test_an_iana_name_is_a_zone(self, name):
        assert ZoneInfo(name) == zone_of(name)

    @pytest.mark.parametrize(
        "name",
        [
            "",
            "PDT",
            "Mars/Olympus",
            "Europe",
            "europe/berlin",
            "../etc/passwd",
            "/etc/passwd",
            "a\x00b",
            "+9:00",
            "UTC+9",
            "zone.tab",
            "Europe/Berlin\n",
            "�",
            "x" * 5000,
        ],
    )
    def test_anything_else_is_unknown_and_says_what_to_give(self, name):
        with pytest.raises(UnknownName, match=r"unknown time zone .*; give an IANA name such as Asia/Seoul"):
            zone_of(name)

    @pytest.mark.parametrize("name", ["+24:00", "UTC-29:00"])
    def test_an_offset_of_a_day_or_more_is_unknown(self, name):
        with pytest.raises(UnknownName):
            zone_of(name)


class TestChoosingAZone:
    def test_the_option_wins_over_everything(self):
        zone, said = choose_zone("Asia/Seoul", "Europe/Berlin", [0])

        assert (ZoneInfo("Asia/Seoul"), TimeZone("Asia/Seoul", "option")) == (zone, said)

    def test_then_the_bundles_word(self):
        zone, said = choose_zone(None, "Europe/Berlin", [3600])

        assert (ZoneInfo("Europe/Berlin"), TimeZone("Europe/Berlin", "bundle")) == (zone, said)

    def test_a_bundle_that_names_no_real_zone_is_passed_over(self):
        assert (KOLKATA, TimeZone("UTC+05:30", "lines")) == choose_zone(None, "Nowhere/Town", [19_800, 19_800])

    def test_then_the_one_offset_that_lines_state(self):
        assert TimeZone("UTC-09:30", "lines") == choose_zone(None, None, [-34_200])[1]

    @pytest.mark.parametrize("offsets", [[], [0, 3600]])
    def test_without_one_answer_it_is_utc_and_assumed(self, offsets):
        assert choose_zone(None, None, offsets) == (UTC, ASSUMED)

    def test_an_option_that_names_no_zone_is_refused(self):
        with pytest.raises(UnknownName):
            choose_zone("Nowhere/Town", None, [])

    def test_a_bundle_that_states_an_impossible_offset_is_passed_over(self):
        assert choose_zone(None, "+29:00", []) == (UTC, ASSUMED)


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
            ["Dec 31 23:59:59", "Jan  1 00:00:00", "Dec 31 23:59:59", "Jan  1 00:00:00"],
        ) == ["2024-12-31", "2025-01-01", "2025-12-31", "2026-01-01"]

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
        assert dated("2027-01-01T00:00:00Z", ["Jan  1 00:00:00", "Dec 31 23:59:59"]) == ["2026-01-01", "2026-12-31"]

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
        st.datetimes(datetime(1975, 1, 1), datetime(2090, 1, 1)),  # noqa: DTZ001 (a local time)
        st.lists(st.integers(0, 250 * 86_400), min_size=1, max_size=12),
        st.randoms(use_true_random=False),
    )
    def test_a_log_that_is_never_silent_over_a_new_year_is_dated_as_it_was_written(self, begin, gaps, chance):
        lines = [begin.replace(microsecond=0)]
        for gap in gaps:
            nxt = lines[-1] + timedelta(seconds=gap)
            if nxt.year > lines[-1].year:  # a real log speaks in December and in January
                lines += [lines[-1].replace(month=12, day=31, hour=23, minute=59), datetime(nxt.year, 1, 1)]  # noqa: DTZ001 (a local time)
            lines.append(nxt)
        texts = [f"{line:%b} {line.day:2d} {line:%H:%M:%S}" for line in lines]
        cut = chance.randrange(len(texts) + 1)
        newest = str(Instant(int(lines[-1].replace(tzinfo=UTC).timestamp()) * 10**9))

        assert [f"{line:%Y-%m-%d}" for line in lines] == dated(newest, texts[:cut], texts[cut:])


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

    def test_an_empty_one_has_no_marks(self):
        assert Trail().all() == []

    def test_asking_twice_changes_nothing(self):
        one = trail("Mar  1 00:00:00", "Mar  2 00:00:00")

        assert one.all() == one.all()


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

    def test_an_hour_that_is_skipped_is_a_point(self):
        assert self.moment("Mar 29 02:30:00", "Europe/Berlin").at is not None

    def test_a_repeated_hour_with_a_stated_offset_is_a_point(self):
        assert Moment.exactly(at("2026-10-25T01:30:00Z")) == self.moment("2026-10-25T02:30:00+01:00", "Europe/Berlin")

    def test_a_fraction_survives(self):
        assert str(self.moment("Mar  3 12:00:00.123", "UTC").at) == "2026-03-03T12:00:00.123Z"

    def test_a_fraction_before_1970_survives(self):
        assert str(self.moment("1970-01-01T00:59:59.25+01:00", "UTC").at) == "1969-12-31T23:59:59.25Z"

    def test_the_year_of_a_line_is_that_of_the_mark_before_it(self):
        host = HostClock(UTC, ASSUMED, {"f": ((1, 2025), (7, 2026))})
        years = [str(host.moment("f", line, syslog("Jun  1 00:00:00")).at)[:4] for line in (1, 6, 7, 99)]

        assert years == ["2025", "2025", "2026", "2026"]

    @pytest.mark.parametrize(
        "text", ["2026-03-03T12:00:00+23:59", "1970-01-01T00:00:00+23:59", "9998-12-31T23:59:59-23:59"]
    )
    def test_no_stamp_that_was_read_crashes_the_clock(self, text):
        assert str(self.moment(text, "UTC").at)


def test_the_patterns_of_every_layout_hold_what_the_reader_reads():
    assert {"syslog", "iso", "epoch", "any"} == set(clock.PATTERNS)


def test_lines_that_write_different_things_of_their_year_show_no_step() -> None:
    dated = Stamp(3, 3, 12, 0, 0, 2026, offset_s=0)
    assert stepped_back(dated, Stamp(3, 3, 12, 0, 1)) == 0.0
    assert stepped_back(dated, Stamp(3, 3, 11, 0, 0, 2026, offset_s=0)) == 3600.0
