"""Stamps as lines write them: the only place that parses time."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faultlog import stamps
from faultlog.errors import UsageError
from faultlog.model import Instant, Stamp
from faultlog.stamps import instant_of, read_date, read_stamp, stamp_of


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
            ("1968-12-31T23:59:59", None),
            ("1969-12-31T19:00:05-05:00", 1969),
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
    def test_an_abbreviated_zone_is_kept_since_it_may_mean_several(self, zone):
        assert Stamp(3, 3, 14, 0, 0, 2026, abbreviation=zone) == read_stamp("any", f"3 Mar 2026 14:00:00 {zone}")

    def test_letters_that_are_no_zone_are_no_stamp(self):
        assert read_stamp("any", "3 Mar 2026 14:00:00 XYZ") is None

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

    @pytest.mark.parametrize("text", ["", "yesterday", "9 March", "12:00", "2026-02-30", "2026", f"47:3{'8' * 60}"])
    def test_anything_else_is_refused_naming_the_option_and_an_example(self, text):
        with pytest.raises(UsageError, match=r"--since: .* is no date; write it like 2026-03-09"):
            read_date(text, "--since")

    @pytest.mark.parametrize("text", ["3.9.2026", "03/09/2026 12:00"])
    def test_a_date_that_can_be_two_is_refused(self, text):
        with pytest.raises(UsageError, match=r"--taken: .* can be two dates; write the year"):
            read_date(text, "--taken")

    @pytest.mark.parametrize(
        ("text", "day"), [("25.3.2026", "2026-03-25"), ("2026/03/09", "2026-03-09"), ("3/3/2026", "2026-03-03")]
    )
    def test_a_date_that_can_be_only_one_is_taken(self, text, day):
        assert str(read_date(text, "--taken")) == f"{day}T00:00:00Z"

    def test_an_abbreviation_that_may_mean_several_zones_is_refused(self):
        with pytest.raises(UsageError, match="--since"):
            read_date("9 March 2026 12:00 IST", "--since")

    def test_an_offset_that_no_zone_has_is_refused(self):
        with pytest.raises(UsageError):
            read_date("2026-03-09T12:00:00+25:00", "--since")


def test_the_patterns_of_every_layout_hold_what_the_reader_reads():
    assert {"syslog", "iso", "epoch", "any"} == set(stamps.PATTERNS)
