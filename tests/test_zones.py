"""Time zones: by name, by what lines state, by abbreviation."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from faultlog.errors import UnknownName
from faultlog.model import TimeZone
from faultlog.zones import (
    Run,
    Travelling,
    Unknown,
    Unsettled,
    choose_zone,
    joined_runs,
    offsets_at,
    offsets_possible,
    zone_of,
)
from tests.marks import at

ASSUMED = TimeZone("UTC", "assumed")
KOLKATA = timezone(timedelta(hours=5, minutes=30))


def run(offset_s, first="2026-03-03T12:00:00Z", last="2026-03-03T13:00:00Z"):
    return Run(at(first), at(last), offset_s)


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
        zone, said = choose_zone("Asia/Seoul", "Europe/Berlin", [run(0)])

        assert (ZoneInfo("Asia/Seoul"), TimeZone("Asia/Seoul", "option")) == (zone, said)

    def test_then_the_bundles_word(self):
        zone, said = choose_zone(None, "Europe/Berlin", [run(3600)])

        assert (ZoneInfo("Europe/Berlin"), TimeZone("Europe/Berlin", "bundle")) == (zone, said)

    def test_a_bundle_that_names_no_real_zone_is_passed_over(self):
        assert (KOLKATA, TimeZone("UTC+05:30", "lines")) == choose_zone(
            None, "Nowhere/Town", [run(19_800), run(19_800)]
        )

    def test_then_the_one_offset_that_lines_state(self):
        assert TimeZone("UTC-09:30", "lines") == choose_zone(None, None, [run(-34_200)])[1]

    def test_without_any_it_is_utc_and_assumed(self):
        assert choose_zone(None, None, []) == (UTC, ASSUMED)

    def test_an_option_that_names_no_zone_is_refused(self):
        with pytest.raises(UnknownName):
            choose_zone("Nowhere/Town", None, [])

    def test_a_bundle_that_states_an_impossible_offset_is_passed_over(self):
        assert choose_zone(None, "+29:00", []) == (UTC, ASSUMED)


class TestAJourney:
    """A host whose lines state one offset, then another."""

    ZONE = Travelling(
        (
            run(-25_200, "2026-03-01T00:00:00Z", "2026-03-03T12:00:00Z"),
            run(32_400, "2026-03-04T06:00:00Z", "2026-03-09T00:00:00Z"),
        )
    )

    def offsets(self, text):
        return offsets_at(self.ZONE, datetime.fromisoformat(text))

    def test_before_and_after_it_the_offset_is_the_one_that_lines_state(self):
        assert self.offsets("2026-03-02T10:00:00") == (-25_200, -25_200)
        assert self.offsets("2026-03-06T10:00:00") == (32_400, 32_400)

    def test_between_the_last_line_of_one_and_the_first_of_the_other_either_may_hold(self):
        assert self.offsets("2026-03-03T22:00:00") == (32_400, -25_200)

    def test_a_local_time_that_no_lines_clock_showed_has_the_offset_before_or_after(self):
        zone = Travelling(
            (
                run(0, "2026-03-01T00:00:00Z", "2026-03-02T10:00:00Z"),
                run(7_200, "2026-03-02T10:00:01Z", "2026-03-04T10:00:00Z"),
                run(18_000, "2026-03-04T10:00:01Z", "2026-03-09T00:00:00Z"),
            )
        )

        assert offsets_at(zone, datetime.fromisoformat("2026-03-02T11:00:00")) == (7_200, 0)
        assert offsets_at(zone, datetime.fromisoformat("2026-03-04T13:00:00")) == (18_000, 7_200)

    def test_its_name_is_the_offset_that_holds(self):
        assert [self.ZONE.tzname(datetime(2026, 3, day)) for day in (2, 6)] == ["UTC-07:00", "UTC+09:00"]  # noqa: DTZ001 (local times)
        assert self.ZONE.dst(None) is None

    def test_at_no_time_in_particular_its_offset_is_the_last(self):
        assert self.ZONE.utcoffset(None) == timedelta(seconds=32_400)

    def test_on_a_journey_of_several_legs_a_local_time_may_be_many_instants(self):
        legs = (
            run(39_600, "2025-04-05T13:00:00Z", "2025-04-05T14:51:53Z"),
            run(37_800, "2025-04-05T15:02:41Z", "2025-04-05T15:02:41Z"),
            run(32_400, "2025-04-05T15:42:30Z", "2025-04-05T16:00:00Z"),
        )
        civil = datetime.fromisoformat("2025-04-06T01:50:12")

        assert offsets_possible(Travelling(legs), civil) == (39_600, 37_800, 32_400)
        assert offsets_possible(ZoneInfo("Europe/Berlin"), civil) == (7_200, 7_200)

    def test_lines_of_several_logs_make_one_journey(self):
        runs = [
            run(0, "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z"),
            run(0, "2026-03-02T01:00:00Z", "2026-03-03T00:00:00Z"),
        ]

        assert joined_runs(runs) == (run(0, "2026-03-01T00:00:00Z", "2026-03-03T00:00:00Z"),)

    def test_logs_that_contradict_each_other_leave_each_offset_open(self):
        zone, said = choose_zone(None, None, [run(0), run(3600)])

        assert (type(zone), said) == (Unsettled, TimeZone("UTC+01:00", "lines"))
        assert offsets_possible(zone, datetime(2026, 7, 1)) == (0, 3600)  # noqa: DTZ001 (a local time)

    def test_the_name_is_that_of_the_last_offset(self):
        zone, said = choose_zone(
            None, None, [run(-25_200), run(32_400, "2026-03-04T06:00:00Z", "2026-03-09T00:00:00Z")]
        )

        assert (type(zone), said) == (Travelling, TimeZone("UTC+09:00", "lines"))


class TestAnUnknownZone:
    """A zone of which nothing is known but that some offset fits."""

    @pytest.mark.parametrize(
        ("first", "second", "least", "most"),
        [
            ("2026-06-10T12:00:00Z", "2026-06-10T12:10:00Z", 600, 600),
            ("2026-10-25T01:00:00Z", "2026-10-25T05:00:00Z", 7_200, 21_600),
            ("2026-03-08T01:00:00Z", "2026-03-08T01:30:00Z", 0, 9_000),
            ("2011-06-10T12:00:00Z", "2011-06-10T12:10:00Z", 0, 7_800),
            ("2041-06-10T12:00:00Z", "2041-06-10T12:10:00Z", 0, 7_800),
        ],
    )
    def test_its_offset_may_change_when_that_of_some_zone_does_or_nobody_knows(self, first, second, least, most):
        assert Unknown(fits=True).apart(at(first), at(second)) == (least, most)

    def test_where_no_offset_fits_nothing_is_known(self):
        assert Unknown(fits=False).apart(at("2026-06-10T12:00:00Z"), at("2026-06-10T12:10:00Z")) == (0, None)
