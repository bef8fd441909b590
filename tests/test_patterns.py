"""Patterns over the raises of a fault: present, absent, unknown."""

import pytest

from faultlog.case import Case
from tests.logs import case_of, knowledge, log, pattern

NAME = "with-every-update"


def seven(*entries: str) -> Case:
    """A log of `HH:MM:SS update|raise|clear`."""
    words = {
        "update": "definitions updated",
        "raise": "Fault Raised: 7",
        "clear": "Fault Cleared: 7",
        "end": "x",
        "begin": "x",
    }
    return case_of(log(*(f"{entry.split(' ')[0]} {words[entry.split(' ')[1]]}" for entry in entries)), os="macos")


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        (
            [
                "12:00:00 update",
                "12:05:00 raise",
                "12:06:00 clear",
                "13:00:00 update",
                "13:05:00 raise",
                "14:00:00 end",
            ],
            "present",
        ),
        (["12:00:00 update", "12:15:00 raise", "12:16:00 clear", "13:00:00 update", "13:15:00 raise"], "present"),
        (["12:00:00 update", "12:15:01 raise", "12:16:00 clear", "13:00:00 update", "13:15:00 raise"], "absent"),
        (["12:00:00 update", "12:15:00 raise", "12:16:00 clear", "13:00:00 update", "13:15:01 raise"], "absent"),
        # duplicates count
        (["12:00:00 update", "12:05:00 raise", "13:00:00 update", "13:05:00 raise", "14:00:00 end"], "present"),
        # consecutive
        (["12:00:00 update", "12:05:00 raise", "13:00:00 update", "14:00:00 update", "14:05:00 raise"], "absent"),
        (
            [
                "11:00:00 update",
                "12:00:00 update",
                "12:05:00 raise",
                "13:00:00 update",
                "13:05:00 raise",
                "14:00:00 update",
                "15:00:00 end",
            ],
            "present",
        ),
        # fewer updates than two
        (["12:00:00 raise", "12:30:00 end"], "unknown"),
        (["12:00:00 update", "12:05:00 raise", "12:30:00 end"], "unknown"),
        # observation ends before the last fifteen minutes are over
        (["12:00:00 update", "12:05:00 raise", "13:00:00 update", "13:10:00 end"], "unknown"),
        (["12:00:00 update", "12:05:00 raise", "13:00:00 update", "13:15:00 end"], "absent"),
        # a raise belongs to the latest update before it
        (["12:00:00 update", "12:10:00 update", "12:12:00 raise", "13:00:00 end"], "absent"),
        (["12:00:00 update", "12:10:00 update", "12:10:00 raise", "13:00:00 end"], "absent"),
        (["11:59:00 raise", "12:00:00 update", "13:00:00 update", "14:00:00 end"], "absent"),
        (["12:00:00 update", "12:00:00 raise", "13:00:00 update", "13:00:00 raise"], "present"),
        # lines less than thirty seconds after the first are one update
        (["12:00:00 update", "12:00:29 update", "12:05:00 raise", "13:00:00 end"], "unknown"),
        (["12:00:00 update", "12:00:30 update", "12:05:00 raise", "13:00:00 end"], "absent"),
    ],
)
def test_fault_7_with_every_update(entries: list[str], expected: str) -> None:
    assert pattern(seven(*entries), NAME).outcome == expected


def test_the_evidence_is_each_update_and_the_raise_that_follows_it() -> None:
    found = pattern(
        seven("12:00:00 update", "12:05:00 raise", "12:06:00 clear", "13:00:00 update", "13:05:00 raise"), NAME
    )
    assert [line.line for line in found.evidence] == [1, 2, 4, 5]
    assert (found.id, found.fault_id) == ("f7-with-every-update", 7)


def holed(*middle: str) -> Case:
    return case_of(
        {
            "ampdaemon.log.2": log("12:00:00 definitions updated", "12:05:00 Fault Raised: 7", "12:20:00 x"),
            "ampdaemon.log": log(
                "12:25:00 x", *middle, "13:00:00 definitions updated", "13:05:00 Fault Raised: 7", "14:00:00 x"
            ),
        },
        os="macos",
    )


def test_a_hole_between_two_updates_may_hide_a_third() -> None:
    assert pattern(holed(), NAME).outcome == "unknown"


def test_two_updates_after_a_hole_are_enough() -> None:
    assert pattern(holed("12:30:00 definitions updated", "12:31:00 Fault Raised: 7"), NAME).outcome == "present"


def six(*entries: str, number: int = 6) -> Case:
    words = {"raise": f"Fault Raised: {number}", "clear": f"Fault Cleared: {number}", "end": "x"}
    return case_of(log(*(f"{entry.split(' ')[0]} {words[entry.split(' ')[1]]}" for entry in entries)), os="macos")


@pytest.mark.parametrize(("third", "expected"), [("12:10:00", "present"), ("12:10:01", "absent")])
def test_chattering_is_three_raises_within_ten_minutes_inclusive(third: str, expected: str) -> None:
    case = six("12:00:00 raise", "12:01:00 clear", "12:02:00 raise", "12:03:00 clear", f"{third} raise", "13:00:00 end")
    assert pattern(case, "chattering").outcome == expected


def test_a_raise_from_before_the_log_may_be_the_third() -> None:
    lines = [f"12:0{minute}:00 Fault {done}: 6" for minute, done in enumerate(["Cleared", "Raised"] * 2 + ["Cleared"])]
    assert pattern(case_of(log("12:00:00 x", *lines)), "chattering").outcome == "unknown"
    late = [line.replace("12:03", "12:11").replace("12:04", "12:12") for line in lines]
    assert pattern(case_of(log("12:00:00 x", *late)), "chattering").outcome == "absent"


def test_stays_follow_one_another_in_the_order_of_lines_though_the_clock_was_set_back() -> None:
    case = case_of(log("13:00:00 Fault Raised: 7", "13:01:00 Fault Cleared: 7", "12:59:00 Fault Raised: 7"))
    assert [one.id for one in case.intervals] == ["f7-1", "f7-2"]
    assert [one.duration_s for one in case.intervals] == [(60, 60), (0, None)]


def test_repetitions_while_raised_are_no_chatter() -> None:
    assert (
        pattern(six("12:00:00 raise", "12:01:00 raise", "12:02:00 raise", "13:00:00 end"), "chattering").outcome
        == "absent"
    )


def test_a_hole_may_hide_chatter() -> None:
    case = case_of(
        {"ampdaemon.log.2": log("12:00:00 Fault Raised: 6", "12:01:00 x"), "ampdaemon.log": log("12:08:00 x")},
        os="macos",
    )
    assert pattern(case, "chattering").outcome == "unknown"


@pytest.mark.parametrize(("cleared", "expected"), [("23:59:59", "absent"), ("24:00:00", "present")])
def test_standing_is_a_day_raised(cleared: str, expected: str) -> None:
    raised = log("00:00:00 Fault Raised: 6")
    clear = "2026-03-04T00:00:00Z" if cleared.startswith("24") else f"2026-03-03T{cleared}Z"
    case = case_of(raised + f"{clear} mac ampdaemon[71]: Fault Cleared: 6\n", os="macos")
    assert pattern(case, "standing").outcome == expected


def test_a_fault_still_raised_at_the_end_may_come_to_stand() -> None:
    assert pattern(six("12:00:00 raise", "13:00:00 end"), "standing").outcome == "unknown"


class TestSeverity:
    """Fault 18 is Major or Critical, and this can change while it is raised."""

    def outcome(self, *entries: str) -> str:
        return pattern(case_of(log(*entries), os="macos"), "severity-changes").outcome

    def test_a_change_while_raised(self) -> None:
        case = case_of(
            log("12:00:00 Major Fault Raised: 18", "12:10:00 Critical Fault Raised: 18", "12:30:00 x"), os="macos"
        )
        assert pattern(case, "severity-changes").outcome == "present"
        assert [one.severity for one in case.intervals[0].severities] == ["Major", "Critical"]
        assert case.intervals[0].severity == "Critical"
        assert len(pattern(case, "severity-changes").evidence) == 2

    def test_the_same_again_is_no_change(self) -> None:
        assert (
            self.outcome("12:00:00 Major Fault Raised: 18", "12:10:00 Major Fault Raised: 18", "12:30:00 x") == "absent"
        )

    def test_none_stated_is_unknown(self) -> None:
        assert self.outcome("12:00:00 Fault Raised: 18", "12:30:00 x") == "unknown"

    def test_another_stay_is_another_matter(self) -> None:
        assert (
            self.outcome(
                "12:00:00 Major Fault Raised: 18", "12:10:00 Fault Cleared: 18", "12:11:00 Critical Fault Raised: 18"
            )
            == "absent"
        )


def test_there_is_one_row_per_pattern_and_fault_that_was_raised() -> None:
    case = case_of(
        log("12:00:00 Fault Raised: 7", "12:01:00 Fault Raised: 6", "12:02:00 Fault Raised: 99", "12:30:00 x")
    )
    assert [one.id for one in case.patterns] == [
        "f6-chattering",
        "f6-standing",
        "f7-with-every-update",
        "f7-chattering",
        "f7-standing",
    ]


def test_without_a_raise_there_is_no_row() -> None:
    assert case_of(log("12:00:00 definitions updated", "13:00:00 definitions updated")).patterns == ()


def test_thresholds_of_ours_say_so() -> None:
    for rule in knowledge().rules.faults:
        for one in rule.file.patterns:
            assert "tool default" in one.source or one.severity_changes
