"""The reference evaluator against the contract's own examples, and faultlog against the evaluator."""

from collections.abc import Iterator

import pytest

from faultlog.report.document import CaseDocument
from tests.conftest import LIVES
from tests.oracle.agreement import case_document, differences, shrunk
from tests.oracle.answers import PROMISES, Answer, Finding, answer
from tests.oracle.clocks import clocks
from tests.oracle.evidence import Stay, orphans, stays
from tests.oracle.histories import outcomes
from tests.oracle.judges import lasting
from tests.oracle.small import Lived, lived, random_small, small


def said(text: str, zone: str = "UTC") -> Answer:
    return answer(small(text, zone).log)


def verdicts(text: str, interval: str = "f6-1", zone: str = "UTC") -> dict[str, str]:
    found = said(text, zone).findings
    return {after: finding.verdict for (name, after), finding in found.items() if name == interval}


def finding(text: str, after: str, interval: str = "f6-1") -> Finding:
    return said(text).findings[interval, after]


def minutes(*entries: str) -> str:
    return ", ".join(f"12:{entry}" for entry in entries)


class TestEvaluator:
    """What the contract says of its own examples, worked out by hand."""

    def test_the_golden_cases_pair_as_written(self) -> None:
        first = small("12:00:00 R6, 12:05:00 C6, 12:20:00 R6, 12:25:00 C6, 12:40:00 R6").log
        assert stays(first, 6) == [Stay(6, 0, 1), Stay(6, 2, 3), Stay(6, 4)]
        second = small("12:00:00 R6, 12:02:00 R6, 12:05:00 C6, 12:06:00 C6, 12:20:00 R6, 12:25:00 C6").log
        assert stays(second, 6) == [Stay(6, 0, 2, (1,)), Stay(6, 4, 5)]
        assert orphans(second, 6) == 1

    @pytest.mark.parametrize(
        ("cleared", "after_start", "margin"),
        [("12:39:59", "met", 1), ("12:40:00", "met", 0), ("12:40:01", "breached", -1)],
    )
    def test_started_at_half_past_and_cleared_around_ten_minutes_later(
        self, cleared: str, after_start: str, margin: int
    ) -> None:
        text = f"12:00:00 R6, 12:30:00 S, {cleared} C6"
        assert verdicts(text) == {"raised": "breached", "connector_started": after_start}
        assert finding(text, "connector_started").margins == {margin}

    def test_breached_after_the_raise_by_29_minutes_59(self) -> None:
        assert finding("12:00:00 R6, 12:30:00 S, 12:39:59 C6", "raised").margins == {-(29 * 60 + 59)}

    def test_a_start_before_the_raise_is_none_of_its_own(self) -> None:
        assert verdicts("12:00:00 S, 12:03:00 R6, 12:10:30 C6") == {"raised": "met"}

    def test_a_log_that_ends_five_minutes_after_the_start_is_pending(self) -> None:
        assert verdicts("12:00:00 R6, 12:30:00 S, 12:35:00 P")["connector_started"] == "pending"

    def test_an_observation_that_ends_at_a_deadline_has_not_seen_it_pass(self) -> None:
        assert verdicts("12:00:00 R6, 12:10:00 P")["raised"] == "pending"
        assert verdicts("12:00:00 R6, 12:10:01 P")["raised"] == "breached"

    def test_a_start_exactly_at_a_deadline_does_not_arm_it_anew(self) -> None:
        assert verdicts("12:00:00 R6, 12:01:00 S, 12:11:00 S, 12:12:00 C6")["connector_started"] == "breached"
        assert verdicts("12:00:00 R6, 12:01:00 S, 12:10:59 S, 12:12:00 C6")["connector_started"] == "met"

    def test_each_deadline_that_passes_is_counted(self) -> None:
        found = finding("12:00:00 R6, 12:01:00 S, 12:30:00 S, 12:50:00 C6", "connector_started")
        assert (found.verdict, found.breaches, found.margins) == ("breached", 2, {-39 * 60})

    def test_fault_7_is_judged_at_its_first_start(self) -> None:
        assert verdicts("12:00:00 R7, 12:05:00 S, 12:14:00 S, 12:20:00 C7", "f7-1") == {"connector_started": "breached"}
        assert verdicts("12:00:00 R7, 12:05:00 S, 12:15:00 C7", "f7-1") == {"connector_started": "met"}
        assert verdicts("12:00:00 R7, 13:00:00 P", "f7-1") == {"connector_started": "pending"}
        assert verdicts("12:00:00 R7, 12:05:00 C7", "f7-1") == {}

    @pytest.mark.parametrize("hole", ["---, 12:55:00 P", "12:55:00 X"])
    def test_a_blind_hole_from_36_to_55(self, hole: str) -> None:
        before = "12:00:00 R6, 12:30:00 S, 12:36:00 P"
        assert verdicts(f"{before}, {hole}, 12:57:00 C6")["connector_started"] == "indeterminate"
        assert verdicts(f"{before}, {hole}, 12:58:00 P")["connector_started"] == "indeterminate"

    def test_a_hole_after_the_deadline_changes_nothing(self) -> None:
        text = "12:00:00 R6, 12:30:00 S, 12:50:00 P, 12:55:00 X, 12:57:00 C6"
        assert verdicts(text)["connector_started"] == "breached"

    def test_a_dead_span_hides_nothing_and_the_deadline_runs(self) -> None:
        assert verdicts("12:00:00 R6, 12:02:00 Q, 12:11:00 S, 12:12:00 C6")["raised"] == "breached"

    def test_an_interval_that_spans_a_hole_lasted_from_what_was_seen_to_what_is_possible(self) -> None:
        (one,) = said("12:00:00 R6, 12:36:00 P, 12:55:00 X, 12:57:00 C6").intervals
        assert (one.duration, one.may_be_several, one.state) == ((36 * 60, 57 * 60), True, "cleared")

    def test_an_unknown_start_is_not_after_the_continuous_observation_that_reaches_the_clear(self) -> None:
        (one,) = said("12:00:00 P, 12:30:00 X, 12:40:01 C6").intervals
        assert (one.raised.kind, one.duration) == ("not_after", (601, None))
        assert verdicts("12:00:00 P, 12:30:00 X, 12:40:01 C6")["raised"] == "breached"
        assert verdicts("12:00:00 P, 12:30:00 X, 12:40:00 C6")["raised"] == "indeterminate"

    def test_a_clock_set_back_by_j_leaves_the_difference_and_j_at_least(self) -> None:
        (one,) = said("12:00:00 R6, 12:06:00 P, 12:05:00 P, 12:20:00 C6").intervals
        assert one.duration == (21 * 60, None)

    def test_a_repeated_hour_is_solved_by_the_order_of_lines_or_leaves_its_length_open(self) -> None:
        solved = "2026-10-25 02:50:00 R6, 02:10:00 C6"
        open_ = "2026-10-25 02:10:00 R6, 02:20:00 C6"
        assert said(solved, "Europe/Berlin").intervals[0].duration == (20 * 60, 20 * 60)
        assert said(open_, "Europe/Berlin").intervals[0].duration == (10 * 60, 70 * 60)
        assert verdicts(open_, zone="Europe/Berlin")["raised"] == "indeterminate"

    def test_lord_howe_repeats_half_an_hour(self) -> None:
        (one,) = said("2026-04-05 01:35:00 R6, 01:40:00 C6", "Australia/Lord_Howe").intervals
        assert one.duration == (5 * 60, 35 * 60)

    def test_a_jump_back_of_two_seconds_is_a_line_out_of_order(self) -> None:
        (one,) = said("12:00:00 R6, 12:05:02 P, 12:05:00 C6").intervals
        assert one.duration == (300, 300)

    def test_a_remedy_is_judged_by_the_last_event(self) -> None:
        assert said("12:00:00 R10, 12:05:00 B, 12:15:00 C10").remedies == {"f10-1": "helped"}
        assert said("12:00:00 R10, 12:05:00 B, 12:15:01 C10").remedies == {"f10-1": "did_not_help"}
        assert said("12:00:00 R10, 12:05:00 B, 12:14:00 P").remedies == {"f10-1": "unknown"}
        assert said("12:00:00 R10, 12:05:00 C10").remedies == {"f10-1": "not_tried"}
        assert said("12:00:00 R10, 12:02:00 P, 12:03:00 X, 12:05:00 C10").remedies == {"f10-1": "unknown"}


class TestHardCases:
    """Logs on which a simpler engine is wrong: what should be said, and that faultlog says it."""

    @pytest.mark.parametrize(
        ("text", "key", "expected"),
        [
            ("12:00:00 R6, 12:01:00 S, 12:02:00 P, 12:03:00 X, 12:10:00 S, 12:12:00 C6", "connector_started", "met"),
            ("12:00:00 P, 13:00:00 C6, 12:30:00 P", "raised", "breached"),
            ("12:01:00 X, 12:10:59 C6", "raised", "indeterminate"),
            ("12:01:00 X, 12:11:01 C6", "raised", "breached"),
            ("13:50:01 R6, 13:50:01 X", "raised", "indeterminate"),
            ("13:09:59 R6, 13:10:30 S, 13:20:30 S, 13:20:30 X, 13:20:59 C6", "connector_started", "indeterminate"),
            ("13:01:01 X, 13:01:01 R6, 13:16:31 R6", "raised", "breached"),
        ],
    )
    def test_a_verdict(self, text: str, key: str, expected: str) -> None:
        assert verdicts(text)[key] == expected
        assert differences(small(text)) == []

    @pytest.mark.parametrize(
        ("text", "durations"),
        [
            ("13:00:00 R7, 13:01:00 C7, 13:00:28 R7", [(60, 60), (0, None)]),
            ("12:00:00 P, 13:00:00 R6, 13:00:30 C6, 13:04:30 P, 12:19:30 P", [(30, 30)]),
            ("12:00:00 P, 13:00:00 C6, 12:30:00 P", [(3600, None)]),
            ("13:50:01 R7, 13:50:01 X", [(0, None)]),
            ("13:10:00 R6, 13:20:00 C6, 13:20:01 C6, 13:10:01 R6", [(600, 600), (0, None)]),
            ("13:00:00 R6, 13:05:00 P, 2001-07-12 13:06:00 P, 2026-03-03 13:20:00 C6", [(1200, None)]),
        ],
    )
    def test_a_duration(self, text: str, durations: list[tuple[int, int | None]]) -> None:
        assert [one.duration for one in said(text).intervals] == durations
        assert differences(small(text)) == []

    @pytest.mark.parametrize(
        "text",
        [
            "13:15:00 P, |, 13:14:59 C6, 13:30:32 C7",
            "2001-07-12 13:20:02 R7, |, 2026-03-03 13:20:32 P",
            "13:10:00 R7, 13:34:27 Q, |, 13:34:26 R6",
            "13:10:00 R7, 13:20:29 C6, |, 13:20:27 Q",
            "13:25:28 R6, |, 13:25:27 S",
            "2001-07-12 13:05:01 S, |, 2026-03-03 13:05:06 C6",
            "13:02:00 C6, |, 2001-07-12 13:57:01 X, |, 2026-03-03 13:57:01 R6",
        ],
    )
    def test_a_file_ends_between_lines_without_changing_what_they_say(self, text: str) -> None:
        assert differences(small(text)) == differences(small(text.replace("|, ", ""))) == []

    def test_names_that_need_two_settings_of_the_clock_are_no_case_for_the_evaluator(self) -> None:
        assert small("13:15:00 R6, |, 13:14:28 C6, |, 13:23:58 R6").told_otherwise
        assert not small("13:15:00 R6, |, 13:14:28 C6").told_otherwise
        assert not small("13:02:00 C6, |, 2001-07-12 13:57:01 X, |, 2026-03-03 13:57:01 R6").told_otherwise

    @pytest.mark.parametrize(
        "text",
        [
            "13:09:57 R10, 13:09:58 R10, ---, 13:09:58 C10",
            "13:15:01 R10, 13:15:01 X, 13:15:01 C10",
            "13:09:59 R7, 13:09:58 X",
            "13:09:29 R6, 13:09:27 C6",
        ],
    )
    def test_what_has_no_length_hides_nothing(self, text: str) -> None:
        assert differences(small(text)) == []

    @pytest.mark.parametrize(
        "text",
        [
            "13:10:10 S, 13:10:00 S, 13:10:05 R6, 13:21:00 C6",
            "13:00:00 R6, 13:10:10 S, 13:09:50 S, 13:20:05 C6",
            "13:00:00 R6, 13:10:10 S, 13:10:00 P, 13:10:01 S, 13:20:10 C6",
            "13:00:00 R6, 13:05:00 S, 13:05:10 X, 13:05:20 S, 13:15:10 C6",
        ],
    )
    def test_starts_are_grouped_in_file_order_and_in_observed_time(self, text: str) -> None:
        assert differences(small(text)) == []


@pytest.mark.parametrize("part", range(10))
def test_faultlog_says_what_every_history_says(part: int) -> None:
    for seed in range(part, LIVES, 10):
        log = random_small(seed)
        if differences(log):
            least = shrunk(log)
            pytest.fail(f"seed {seed}: {least}\n" + "\n".join(differences(least)), pytrace=False)


@pytest.mark.parametrize("part", range(5))
def test_the_truth_lies_within_what_is_said(part: int) -> None:
    for seed in range(part, LIVES, 5):
        life = lived(seed)
        wrong = list(_untrue(life, case_document(life.small)))
        assert wrong == [], f"seed {seed}: {life.small}"


def _untrue(life: Lived, case: CaseDocument) -> Iterator[str]:
    """What a case says of a life that is not so."""
    fault = max(line.fault for line in life.truth.lines)
    rows = {one.id: one for one in case.intervals}
    for number, stay in enumerate(stays(life.small.log, fault), 1):
        truth = _true_stay(life, stay)
        if truth is None:
            continue
        row = rows[f"f{fault}-{number}"]
        (clock,) = clocks(life.truth)
        (length,) = outcomes(life.truth.whole(), clock, truth, lasting)
        least, most = row.duration_s
        if not (least <= (length.margin or 0) and (most is None or (length.margin or 0) <= most)):
            yield f"{row.id}: {row.duration_s} does not hold {length.margin}"
        given = {one.expectation.after: one.verdict for one in case.findings if one.interval == row.id}
        for after, begin in PROMISES[fault].items():
            (true,) = outcomes(life.truth.whole(), clock, truth, begin)
            if given.get(after) not in {true.verdict, "indeterminate"}:
                yield f"{row.id} {after}: {given.get(after)} is {true.verdict}"


def _true_stay(life: Lived, stay: Stay) -> Stay | None:
    """The stay that really began or ended with the lines that a log shows; `None` where it was raised before them."""
    true = stays(life.truth, stay.fault)
    if stay.raised is not None:
        return next((one for one in true if one.raised == life.shown[stay.raised]), None)
    assert stay.cleared is not None
    found = next(one for one in true if one.cleared == life.shown[stay.cleared])
    return found if found.raised is not None else None
