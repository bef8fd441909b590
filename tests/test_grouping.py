"""Lines that are one thing: starts less than 30 s after the first of their group, with no stop between."""

import pytest

from faultlog.grouping import GROUP_S
from tests.logs import BOOT, case_of, finding, firsts, log, pattern, time


def starts(*entries: str) -> list[str | None]:
    return [time(at) for at in firsts(case_of(log(*entries)), "connector_started")]


def test_a_group_lasts_thirty_seconds() -> None:
    assert GROUP_S == 30


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ("12:00:00.000", ["12:00:00.000"]),
        ("12:00:29.999", ["12:00:00.000"]),
        ("12:00:30.000", ["12:00:00.000", "12:00:30.000"]),
        ("12:00:30.001", ["12:00:00.000", "12:00:30.001"]),
    ],
)
def test_a_start_less_than_thirty_seconds_after_the_first_is_the_same(second: str, expected: list[str]) -> None:
    assert starts("12:00:00.000 starting connector", f"{second} connector started") == expected


def test_a_group_counts_from_its_first_line_not_from_its_last() -> None:
    assert starts(
        "12:00:00 starting connector",
        "12:00:20 connector started",
        "12:00:40 connector started",
        "12:01:09 connector started",
        "12:01:10 connector started",
    ) == ["12:00:00", "12:00:40", "12:01:10"]


def test_a_stop_between_makes_two_starts() -> None:
    assert starts("12:00:00 connector started", "12:00:01 connector stopped", "12:00:02 connector started") == [
        "12:00:00",
        "12:00:02",
    ]


def test_a_start_that_another_log_shows_while_lines_are_missing_is_perhaps_one_of_its_own() -> None:
    """It is what arms the promise anew that decides: whether the first start's deadline passed cannot be said."""
    daemon = log(
        "12:00:00 Fault Raised: 6",
        "12:10:00 connector started",
        "12:10:02 x",
        "12:10:06 suppressed 4 messages",
        "12:20:00 connector stopped",
        "12:20:00 connector started",
        "12:29:59 Fault Cleared: 6",
    )
    system = log("12:09:00 sshd| x", "12:10:04 systemd| Started Cisco Secure Endpoint.", "12:30:00 sshd| x")
    case = case_of({"ampdaemon.log": daemon, "system.log": system})
    found = finding(case, "connector_started")
    assert found is not None
    assert found.verdict == "indeterminate"


def test_a_stop_before_and_after_changes_nothing() -> None:
    assert starts(
        "12:00:00 connector stopped",
        "12:00:02 starting connector",
        "12:00:04 connector started",
        "12:00:05 connector stopped",
    ) == ["12:00:02"]


def test_a_boot_between_is_no_stop() -> None:
    assert starts("12:00:00 starting connector", f"12:00:03 {BOOT}", "12:00:05 connector started") == ["12:00:00"]


def test_the_ten_minutes_count_from_the_first_line_of_a_start() -> None:
    case = case_of(
        log(
            "11:50:00 Fault Raised: 6",
            "12:00:00 starting connector",
            "12:00:20 connector started",
            "12:10:10 Fault Cleared: 6",
        )
    )
    found = finding(case, "connector_started")
    assert found is not None
    assert (found.verdict, found.margin_s, time(found.deadline_at), found.breaches) == ("breached", -10, "12:10:00", 1)


def test_a_start_that_begins_before_the_raise_is_no_start_after_it() -> None:
    case = case_of(
        log(
            "12:00:00 starting connector",
            "12:00:10 Fault Raised: 6",
            "12:00:20 connector started",
            "12:30:00 Fault Cleared: 6",
        )
    )
    assert finding(case, "connector_started") is None


def test_lines_of_one_update_are_one_update() -> None:
    case = case_of(
        log("12:00:00 loaded daily.cvd", "12:00:10 loaded main.cvd", "12:01:00 Fault Raised: 7", "12:02:00 x"),
        os="macos",
    )
    assert pattern(case, "with-every-update").outcome == "unknown"
