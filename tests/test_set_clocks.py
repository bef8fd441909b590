"""Clocks that were set, and what then must not be said; random lives showed each of these before it was right."""

import pytest

from faultlog.model import Instant
from tests.logs import case_of, fault, log, verdict

TAKEN = Instant.of("2026-03-09T12:00:00Z")


def lines(*entries: str) -> str:
    """A log whose lines state neither year nor zone."""
    return "".join(
        f"{stamp} mac ampdaemon[71]: {text}\n" for stamp, _, text in (one.partition(" | ") for one in entries)
    )


class TestWrongDates:
    def test_a_clock_that_was_not_set_west_of_greenwich_makes_no_fault_ten_months_long(self):
        text = lines(
            "Mar  3 12:00:00 | Fault Raised: 6",
            "Dec 31 19:00:05 | starting connector",
            "Dec 31 19:04:00 | x",
            "Mar  3 12:05:00 | x",
            "Mar  3 12:06:00 | Fault Cleared: 6",
        )
        (one,) = case_of(text, tz="America/New_York", taken=TAKEN).intervals

        assert one.duration_s[0] <= 360
        assert [str(bound.at)[:10] for bound in (one.raised, one.cleared)] == ["2026-03-03", "2026-03-03"]

    def test_nor_does_it_where_its_new_year_is_passed(self):
        text = lines(
            "Mar  3 12:00:00 | Fault Raised: 6",
            "Dec 31 23:58:05 | x",
            "Jan  1 00:01:00 | x",
            "Mar  3 12:05:00 | x",
            "Mar  3 12:06:00 | Fault Cleared: 6",
        )
        (one,) = case_of(text, taken=TAKEN).intervals

        assert one.duration_s[0] <= 360
        assert [str(bound.at)[:10] for bound in (one.raised, one.cleared)] == ["2026-03-03", "2026-03-03"]

    def test_nor_in_january_when_the_right_date_seems_to_follow_that_new_year(self):
        text = lines(
            "Jan 30 12:00:00 | Fault Raised: 6",
            "Dec 31 19:00:05 | x",
            "Dec 31 19:04:00 | x",
            "Jan 30 12:05:00 | x",
            "Jan 30 12:06:00 | Fault Cleared: 6",
        )
        (one,) = case_of(text, taken=TAKEN).intervals

        assert one.duration_s[0] <= 360
        assert [str(bound.at)[:10] for bound in (one.raised, one.cleared)] == ["2026-01-30", "2026-01-30"]

    def test_a_log_that_a_clock_which_was_not_set_begins_makes_no_fault_three_weeks_long(self):
        text = lines("Jan  1 00:16:43 | Fault Raised: 6", "Jan 22 01:40:00 | x", "Jan 22 01:43:08 | Fault Cleared: 6")
        case = case_of(text, taken=Instant.of("2025-01-22T03:00:00Z"))

        assert case.intervals[0].duration_s[0] <= 188
        assert verdict(case, "raised") == "indeterminate"

    def test_a_date_months_ahead_for_a_while_is_no_time_that_went_by(self):
        text = lines(
            "Mar  3 12:00:00 | Fault Raised: 6",
            "Nov 30 12:01:00 | x",
            "Mar  3 12:05:00 | x",
            "Mar  3 12:06:00 | Fault Cleared: 6",
        )
        case = case_of(text, taken=TAKEN)

        assert case.intervals[0].duration_s[0] <= 360
        assert verdict(case, "raised") != "breached"
        assert max(span.to for span in case.coverage) == Instant.of("2026-03-03T12:06:00Z")

    @pytest.mark.parametrize("cut", [None, 2, 3, 4])
    def test_a_december_in_the_middle_of_january_makes_no_fault_a_year_long(self, cut):
        entries = [
            "Jan 16 05:00:00 | x",
            "Jan 16 06:00:00 | Fault Raised: 6",
            "Dec 13 06:01:00 | x",
            "Dec 13 06:02:00 | x",
            "Jan 16 06:05:00 | x",
            "Jan 16 06:06:00 | Fault Cleared: 6",
        ]
        files = {"ampdaemon.log.1": lines(*entries[:cut]), "ampdaemon.log": lines(*entries[cut:])}
        case = case_of(lines(*entries) if cut is None else files, taken=Instant.of("2026-01-17T00:00:00Z"))
        (one,) = case.intervals

        assert (one.duration_s[0], one.duration_s[1]) == (360, None)
        assert [str(bound.at)[:10] for bound in (one.raised, one.cleared)] == ["2026-01-16", "2026-01-16"]
        assert len([signal for signal in case.signals if signal.kind == "clock_stepped"]) == 2

    @pytest.mark.parametrize("wrong", ["Jan  1 11", "Jan 16 06"])
    @pytest.mark.parametrize("cut", [None, 2, 3, 4])
    def test_nor_does_a_january_in_the_middle_of_december(self, wrong, cut):
        entries = [
            "Dec 31 19:00:00 | x",
            "Dec 31 20:00:00 | Fault Raised: 6",
            f"{wrong}:01:00 | x",
            f"{wrong}:02:00 | x",
            "Dec 31 20:05:00 | x",
            "Dec 31 20:06:00 | Fault Cleared: 6",
        ]
        files = {"ampdaemon.log.1": lines(*entries[:cut]), "ampdaemon.log": lines(*entries[cut:])}
        case = case_of(lines(*entries) if cut is None else files, taken=Instant.of("2026-01-01T00:00:00Z"))
        (one,) = case.intervals

        assert (one.duration_s[0] < 86_400, one.duration_s[1]) == (True, None)
        assert [str(bound.at)[:10] for bound in (one.raised, one.cleared)] == ["2025-12-31", "2025-12-31"]

    def test_a_year_that_an_unset_clock_writes_is_no_date_to_walk_back_from(self):
        text = lines("Feb 18 02:00:00 | Fault Raised: 6") + (
            "2000-12-31T19:00:05 mac ampdaemon[71]: starting connector\n"
            "2026-02-18T02:10:00 mac ampdaemon[71]: Fault Cleared: 6\n"
        )
        (one,) = case_of(text, taken=TAKEN).intervals

        assert str(one.raised.at) == "2026-02-18T02:00:00Z"

    def test_a_wrong_date_that_begins_with_a_file_and_ends_inside_it_is_no_time_that_went_by(self):
        case = case_of(
            {
                "ampdaemon.log.1": log("12:00:00 x", "12:01:00 Fault Raised: 6"),
                "ampdaemon.log": "2026-03-01T12:02:00Z mac ampdaemon[71]: x\n" + log("12:03:00 Fault Cleared: 6"),
            }
        )

        assert case.intervals[0].duration_s == (120, None)
        assert verdict(case, "raised") != "breached"


class TestReboots:
    def test_two_boots_whose_first_lines_are_their_only_ones_show_no_step(self):
        system = "".join(
            f"Mar  3 {at} mac kernel: [    0.000000] Linux version 5.14.0\n" for at in ("12:00:00", "12:40:00")
        )
        daemon = lines("Mar  3 12:10:00 | Fault Raised: 6", "Mar  3 12:30:00 | Fault Cleared: 6")
        case = case_of({"ampdaemon.log": daemon, "messages": system}, taken=TAKEN)

        assert [one.kind for one in case.signals if one.kind == "clock_stepped"] == []
        assert case.intervals[0].duration_s == (1200, 1200)


class TestUnseenRaises:
    def test_a_clock_set_back_after_the_clear_says_nothing_of_the_time_before_the_first_line(self):
        case = case_of(log("12:00:00 x", "12:01:00 Fault Cleared: 6", "12:02:00 x", "02:00:00 x"))

        assert str(case.intervals[0].raised.until) == "2026-03-03T12:00:00Z"
        assert case.intervals[0].duration_s == (60, None)
        assert verdict(case, "raised") == "indeterminate"


class TestOpenFaults:
    def test_a_fault_is_seen_open_until_the_last_line_not_until_the_latest_stamp(self):
        case = case_of(log("13:00:00 x", "14:00:00 x", "13:10:00 Fault Raised: 6", "13:15:00 x"))

        assert str(case.intervals[0].cleared.at) == "2026-03-03T13:15:00Z"
        assert verdict(case, "raised") == "pending"


class TestHoles:
    """Where stamps went back, time does not say what a hole lies between."""

    def test_a_hole_before_the_clock_was_set_back_does_not_keep_a_later_fault_open(self):
        case = case_of(
            log("13:00:00 x", "13:30:00 suppressed 3 messages", "14:00:00 x", "12:00:00 Fault Raised: 6", "12:01:00 x")
        )

        assert fault(case, 6)[0].duration_s[0] <= 60
        assert verdict(case, "raised") != "breached"

    def test_a_hole_after_the_clock_was_set_back_may_hide_a_clear(self):
        case = case_of(
            log(
                "13:00:00 Fault Raised: 6",
                "13:01:00 x",
                "11:00:00 x",
                "11:20:00 suppressed 3 messages",
                "11:30:00 Fault Cleared: 6",
            )
        )

        assert case.intervals[0].may_be_several
        assert verdict(case, "raised") == "indeterminate"

    def test_a_start_and_a_clear_of_one_wrong_date_are_minutes_apart(self):
        text = (
            "2026-03-03T12:00:00Z mac ampdaemon[71]: Fault Raised: 7\n"
            "2001-01-01T00:00:05Z mac ampdaemon[71]: starting connector\n"
            "2001-01-01T00:05:00Z mac ampdaemon[71]: Fault Cleared: 7\n"
            "2026-03-03T12:10:00Z mac ampdaemon[71]: x\n"
            "2026-03-03T12:20:00Z mac rsyslogd[9]: suppressed 3 messages\n"
        )

        assert verdict(case_of(text), "connector_started", "f7-1") == "met"

    def test_a_file_missing_where_the_clock_was_set_back_may_hide_a_clear(self):
        case = case_of(
            {
                "ampdaemon.log.3": log("13:00:00 Fault Raised: 6", "13:01:00 x"),
                "ampdaemon.log.1": log("11:00:00 x"),
                "ampdaemon.log": log("11:30:00 Fault Cleared: 6"),
            }
        )

        assert case.intervals[0].may_be_several
        assert verdict(case, "raised") == "indeterminate"


class TestRepeatedHours:
    def test_a_clear_in_a_repeated_hour_at_the_end_of_the_log_is_a_clear(self):
        text = (
            "2026-10-25T01:50:00 mac ampdaemon[71]: Fault Raised: 7\n"
            "2026-10-25T02:10:00 mac ampdaemon[71]: Fault Cleared: 7\n"
            "2026-10-25T02:12:00 mac ampdaemon[71]: x\n"
        )
        case = case_of(text, tz="Europe/Berlin")

        assert not case.intervals[0].may_be_several
        assert [one.verdict for one in case.findings] == []

    def test_a_raise_in_a_repeated_hour_is_seen_open_no_longer_than_the_log_goes(self):
        text = (
            "2026-10-25T01:50:00 mac ampdaemon[71]: x\n"
            "2026-10-25T02:10:00 mac ampdaemon[71]: Fault Raised: 6\n"
            "2026-10-25T02:12:00 mac ampdaemon[71]: x\n"
        )
        (one,) = case_of(text, tz="Europe/Berlin").intervals

        assert str(one.cleared.at) == "2026-10-25T00:12:00Z"


class TestPrecision:
    def test_a_stamp_cut_to_the_second_leaves_the_second_open_across_a_step_too(self):
        text = (
            "2026-03-03T12:00:00Z mac ampdaemon[71]: Fault Raised: 6\n"
            "2026-03-03T12:05:00.900Z mac ampdaemon[71]: x\n"
            "2026-03-03T12:04:00.900Z mac ampdaemon[71]: x\n"
            "2026-03-03T12:20:00.900Z mac ampdaemon[71]: Fault Cleared: 6\n"
        )

        assert case_of(text).intervals[0].duration_s == (1259.9, None)
