"""How long it was between two lines, in every history that the evidence admits."""

from dataclasses import replace

import pytest

from faultlog.elapsed import LONGEST_S, MOST_ELSEWHERE, Course, Point, apart
from faultlog.model import Evidence, Instant, Moment, Signal, Step
from tests.logs import case_of, finding, keys, log, on, verdict

LINE = Evidence("f", 1, 0, "")
TIMES = [f"12:0{minute}:00" for minute in range(1, 6)]
LATER = Instant.of("2026-03-04T00:00:00Z")


def at(time):
    return Moment.exactly(on(time))


def stepped(order, before, after, *, series=0, seconds=None, exact=True):
    """A step between two times of the day, seen by a log."""
    first, last = on(before), on(after)
    moved = last.since(first) if seconds is None else seconds
    step = Step(LINE, Moment.exactly(first), Moment.exactly(last), moved, (min(first, last), max(first, last)), exact)
    return Signal("clock_stepped", step.after, LINE, "", "seen", order=order, series=series, step=step)


def elapsed(*steps, begin="12:00:00", end="12:20:00", series=(0, 0)):
    first, second = Point(at(begin), series[0], 0), Point(at(end), series[1], 100)
    found = Course(tuple(steps)).between(first, second)
    return found.least, found.most


class TestMoreStepsThanAClockMakes:
    """Of so many that other logs show nothing is known; those of the own log are told apart by its lines."""

    STEPS = tuple(stepped(order / 10, "23:00:00", "22:59:00") for order in range(MOST_ELSEWHERE + 1))

    def test_of_other_logs_they_leave_nothing_known(self):
        first, second = Point(at("12:00:00"), 1, 0), Point(at("12:20:00"), 1, 100)
        assert Course(self.STEPS[1:]).between(first, second).most == 1200
        assert Course(self.STEPS).between(first, second).most is None
        assert Course(self.STEPS).between(first, second).least == 0
        assert Course(self.STEPS).stepped(first, second)
        assert not Course(self.STEPS[1:]).stepped(first, second)

    def test_of_the_own_log_each_counts(self):
        first, second = Point(at("12:00:00"), 0, 100), Point(at("12:20:00"), 0, 200)
        assert Course(self.STEPS).between(first, second).most == 1200


class TestTheFirstOfSeveralPlaces:
    """Which of a clear and a hole comes first may be unknown: then only what went by until either is certain."""

    BEGIN = Point(at("12:00:00"), 0, 0)
    ROUGH = Point(Moment.between(on("12:01:00"), on("12:40:00"), "ambiguous_local_time"), 1, 2)

    def test_the_nearer_one_counts_where_nothing_says_which_is_first(self):
        hole = Point(at("12:30:00"), 0, 3)
        assert Course().between(self.BEGIN, hole).least == 1800
        assert Course().least_until(self.BEGIN, [self.ROUGH, hole]) == 60

    def test_the_one_that_certainly_is_first_counts_alone(self):
        hole, clear = Point(at("12:30:00"), 0, 3), Point(at("12:45:00"), 0, 4)
        assert Course().least_until(self.BEGIN, [clear, hole]) == 1800
        assert Course().least_until(self.BEGIN, [clear]) == 2700


class TestStamps:
    def test_however_often_a_clock_is_set_back_by_years_no_more_is_known_than_a_calendar_has(self):
        steps = [stepped(order, "12:05:00", "12:05:00", seconds=-1e11) for order in range(1, 6)]
        steps = [
            replace(one, step=replace(one.step, within=(on(at), on(at)))) for one, at in zip(steps, TIMES, strict=True)
        ]
        assert elapsed(*steps) == (LONGEST_S, None)

    def test_exact_ones_differ_exactly(self):
        assert elapsed() == (1200, 1200)

    @pytest.mark.parametrize(
        ("first", "second", "expected"),
        [
            ("12:00:00", "12:10:00", (600, 600)),
            ("12:00:00.500", "12:10:00", (599.499, 600.5)),
            ("12:00:00", "12:10:00.500", (599.5, 600.501)),
        ],
    )
    def test_of_different_precision_they_leave_a_unit_open(self, first, second, expected):
        found = apart(at(first), at(second))

        assert (found.least, found.most) == pytest.approx(expected)

    def test_in_one_repeated_hour_a_late_line_is_never_followed_by_an_early_one(self):
        hour = "ambiguous_local_time"
        first = Moment(on("01:10:00"), on("02:10:00"), hour)
        second = Moment(on("01:50:00"), on("02:50:00"), hour)

        assert (apart(first, second).least, apart(first, second).most) == (2400, 6000)


class TestSteps:
    def test_set_back_by_a_minute_at_least_a_minute_more_went_by(self):
        assert elapsed(stepped(50, "12:06:00", "12:05:00")) == (1260, None)

    def test_set_forward_perhaps_less_went_by(self):
        assert elapsed(stepped(50, "12:05:00", "12:10:00", seconds=240.0, exact=False)) == (960, 1200)

    def test_a_step_before_or_after_changes_nothing(self):
        assert elapsed(stepped(-1, "11:06:00", "11:05:00"), stepped(101, "12:26:00", "12:25:00")) == (1200, 1200)

    def test_one_step_that_two_logs_show_counts_once(self):
        steps = stepped(50, "12:06:00", "12:05:00"), stepped(51, "12:06:01", "12:05:10", series=1)

        assert elapsed(*steps) == (1260, None)

    def test_two_steps_of_one_log_add_up(self):
        assert elapsed(stepped(50, "12:06:00", "12:05:00"), stepped(60, "12:09:00", "12:08:30")) == (1290, None)

    def test_a_step_that_only_another_log_shows_may_lie_between_lines_but_never_surely(self):
        step = stepped(50, "12:06:00", "12:05:00", series=1)

        assert elapsed(step) == (1200, None)
        assert elapsed(step, begin="12:05:30") == (870, None)
        assert elapsed(step, begin="12:06:01") == (839, 839)


class TestVerdicts:
    """What a support engineer reads when the clock was set while a fault was raised."""

    def test_a_clock_set_back_an_hour_hides_a_breach_no_more(self):
        case = case_of(log("12:00:00 Fault Raised: 6", "12:05:00 x", "11:05:00 x", "11:20:00 Fault Cleared: 6"))

        assert case.intervals[0].duration_s == (1200, None)
        assert (case.intervals[0].raised.reason, case.intervals[0].cleared.reason) == ("clock_step", "clock_step")
        assert verdict(case, "raised") == "breached"

    def test_a_short_stay_across_a_step_back_cannot_be_judged(self):
        case = case_of(log("12:00:00 Fault Raised: 6", "12:05:00 x", "12:04:00 x", "12:06:00 Fault Cleared: 6"))

        assert case.intervals[0].duration_s == (420, None)
        found = finding(case, "raised")
        assert found is not None
        assert (found.verdict, found.headline.key.rpartition(".")[2]) == ("indeterminate", "clock_step")

    def test_a_clock_set_forward_as_an_uptime_shows_makes_a_late_clear_doubtful(self):
        system = (
            "Mar  3 12:01:00 mac kernel: [  100.000000] usb 1-1: new device\n"
            "Mar  3 12:40:00 mac kernel: [  400.000000] usb 1-1: gone\n"
        )
        daemon = log("12:00:00 Fault Raised: 6", "12:39:00 Fault Cleared: 6", "12:45:00 x")
        case = case_of({"ampdaemon.log": daemon, "messages": system}, tz="UTC", taken=LATER)

        assert case.intervals[0].duration_s == (300, 2340)
        assert verdict(case, "raised") == "indeterminate"

    def test_an_unknown_start_counts_from_the_begin_of_the_log_though_the_clock_was_set_back(self):
        case = case_of(log("12:00:00 x", "12:30:00 x", "12:10:00 x", "12:45:00 Fault Cleared: 6"))
        (one,) = case.intervals

        assert (str(one.raised.until), one.raised.reason) == ("2026-03-03T12:00:00Z", "clock_step")
        assert one.duration_s == (65 * 60, None)
        assert verdict(case, "raised") == "breached"

    def test_a_start_dated_by_a_wrong_date_does_not_let_its_deadline_pass(self):
        wrong = "2001-07-12T13:27:29Z mac ampdaemon[71]: connector started\n"
        case = case_of(log("13:22:29 Fault Raised: 6") + wrong + log("13:36:59 x"))

        assert case.intervals[0].duration_s == (870, None)
        assert verdict(case, "raised") == "breached"
        assert verdict(case, "connector_started") == "indeterminate"

    @pytest.mark.parametrize("rotated", [1, 2])
    def test_a_wrong_date_that_a_rotation_falls_into_is_over_when_the_clock_is_right_again(self, rotated):
        wrong = "2001-07-12T13:20:30Z mac ampdaemon[71]: x\n"
        lines = [log("13:10:30 Fault Raised: 6"), wrong, log("13:31:00 x")]
        files = {"ampdaemon.log.1": "".join(lines[:rotated]), "ampdaemon.log": "".join(lines[rotated:])}

        assert case_of(files).intervals[0].duration_s == (1230, None)

    def test_the_steps_of_two_files_of_one_log_are_seen(self):
        files = {
            "ampdaemon.log.1": log("12:00:00 Fault Raised: 6", "12:05:00 x"),
            "ampdaemon.log": log("11:05:00 x", "11:20:00 Fault Cleared: 6"),
        }
        case = case_of(files)

        assert case.intervals[0].duration_s == (1200, None)


class TestZonesOfLines:
    def test_a_zone_that_lines_state_is_told_where_others_state_none(self):
        iso = "2026-03-03T12:00:00+09:00 mac ampdaemon[1]: Fault Raised: 6\n"
        case = case_of(
            {"ampdaemon.log": iso, "messages": "Mar  3 12:05:00 mac kernel: x\n"},
            taken=LATER,
        )

        assert "assumption.zone_of_lines" in keys(case.assumptions)

    def test_a_journey_is_told_and_lines_between_are_ranges(self):
        iso = "2026-03-03T12:00:00-08:00 mac ampdaemon[1]: x\n2026-03-05T12:00:00+09:00 mac ampdaemon[1]: y\n"
        system = "Mar  4 15:00:00 mac ampdaemon: Fault Raised: 6\nMar  6 12:00:00 mac kernel: x\n"
        case = case_of({"ampdaemon.log": iso, "messages": system}, taken=Instant.of("2026-03-07T00:00:00Z"))
        (one,) = case.intervals

        assert "assumption.zone_moved" in keys(case.assumptions)
        assert [str(end) for end in (one.raised.at, one.raised.until)] == [
            "2026-03-04T06:00:00Z",
            "2026-03-04T23:00:00Z",
        ]

    def test_a_skipped_local_time_is_told(self):
        lines = "Mar 29 01:59:00 mac ampdaemon[1]: x\nMar 29 02:30:00 mac ampdaemon[1]: Fault Raised: 6\n"
        case = case_of({"ampdaemon.log": lines}, tz="Europe/Berlin", taken=Instant.of("2026-03-30T00:00:00Z"))

        assert [one.code for one in case.warnings if one.code == "skipped_local_time"] == ["skipped_local_time"]


class TestDroppedMessages:
    SENDER = "rsyslogd-2177| imuxsock[pid: 71, name: x]"
    BEGIN = f"12:02:00 {SENDER} from <mac:ampdaemon>: begin to drop messages due to rate-limiting"
    LOST = f"12:30:00 {SENDER}: 26 messages lost due to rate-limiting (5 allowed within 2 seconds)"

    def test_the_hole_begins_where_dropping_does(self):
        case = case_of(log("12:00:00 Fault Raised: 6", self.BEGIN, "12:20:00 x", self.LOST, "12:40:00 x"))

        assert [(str(one.from_)[11:], str(one.to)[11:]) for one in case.coverage if one.kind == "blind"] == [
            ("12:02:00Z", "12:30:00Z")
        ]
        assert verdict(case, "raised") == "indeterminate"

    def test_dropping_that_never_ends_blinds_the_rest_of_the_log(self):
        case = case_of(log("12:00:00 Fault Raised: 6", self.BEGIN, "12:20:00 x", "12:40:00 x"))

        assert case.intervals[0].state == "unknown"
        assert verdict(case, "raised") == "indeterminate"


class TestFileOrder:
    """Inside one file the order of lines is the order, whatever the stamps say."""

    def test_a_fault_raised_right_before_the_clock_went_back_was_not_seen_open_for_an_hour(self):
        case = case_of(log("13:00:10 x", "13:04:10 Fault Raised: 6", "12:04:39 Fault Raised: 6"))

        assert verdict(case, "raised") == "indeterminate"

    def test_a_start_after_the_clear_is_none_of_its_own_though_its_stamp_lies_before(self):
        case = case_of(log("13:00:50 Fault Raised: 6", "13:10:11 Fault Cleared: 6", "13:01:10 connector started"))

        assert verdict(case, "connector_started") is None

    def test_a_stay_before_a_step_back_keeps_its_duration(self):
        entries = ("12:00:00 x", "13:00:00 Fault Raised: 6", "13:00:30 Fault Cleared: 6", "13:04:30 x", "12:19:30 x")
        (one,) = case_of(log(*entries)).intervals

        assert (one.duration_s, one.may_be_several) == ((30, 30), False)

    def test_what_was_seen_before_a_step_back_was_seen(self):
        (one,) = case_of(log("12:00:00 x", "13:00:00 Fault Cleared: 6", "12:30:00 x")).intervals

        assert (str(one.raised.until), one.duration_s) == ("2026-03-03T12:00:00Z", (3600, None))

    def test_a_missing_file_hides_even_within_one_second(self):
        case = case_of(
            {
                "ampdaemon.log.2": log("12:00:00 Fault Raised: 6", "12:05:00 x"),
                "ampdaemon.log": log("12:05:00 x", "12:30:00 Fault Cleared: 6"),
            }
        )

        assert case.intervals[0].may_be_several
        assert verdict(case, "raised") == "indeterminate"

    def test_lines_of_two_kinds_that_contradict_their_order_say_nothing_of_how_long_it_was(self):
        """The host went to another zone: the lines that state none are read too early, and no step can be shown."""
        text = log("13:00:00 Fault Raised: 6") + "Mar  3 10:24:14 mac ampdaemon[71]: Fault Cleared: 6\n"
        case = case_of(text, taken=Instant.of("2026-03-04T00:00:00Z"))

        assert case.intervals[0].duration_s == (0, None)
        assert verdict(case, "raised") == "indeterminate"
