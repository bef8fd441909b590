"""What changed on the way: versions where they differ, kernels across boots, policies and definitions as they come."""

from faultlog.case import Case
from tests.logs import case_of, log, time


def rows(case: Case) -> list[tuple[str | None, str, str | None, str | None, int]]:
    return [(time(one.at), one.what, one.from_, one.to, one.evidence.line) for one in case.changes]


def test_an_upgrade() -> None:
    case = case_of(
        log(
            "12:00:00 connector started, version 1.14.0",
            "12:30:00 upgraded from 1.14.0 to 1.14.1",
            "12:30:05 connector started, version 1.14.1",
        )
    )
    assert rows(case) == [("12:30:00", "connector_version", "1.14.0", "1.14.1", 2)]
    assert case.host.connector_version == "1.14.1"


def test_a_version_that_differs_without_an_upgrade_line() -> None:
    case = case_of(log("12:00:00 connector started, version 1.14.0", "12:30:00 connector started, version 1.14.2"))
    assert [(one.from_, one.to) for one in case.changes] == [("1.14.0", "1.14.2")]


def test_the_first_version_is_no_change() -> None:
    assert case_of(log("12:00:00 connector started, version 1.14.0")).changes == ()


def test_the_version_that_the_person_names_wins() -> None:
    case = case_of(log("12:00:00 connector started, version 1.14.0"), connector="1.12.0")
    assert case.host.connector_version == "1.12.0"


def test_a_system_update_shows_in_the_kernel_of_the_next_boot() -> None:
    boots = [
        f"{at} kernel| Darwin Kernel Version {version}: x"
        for at, version in (("10:00:00", "20.1.0"), ("11:00:00", "20.1.0"), ("12:00:00", "20.2.0"))
    ]
    assert rows(case_of({"system.log": log(*boots), "ampdaemon.log": log("12:30:00 x")})) == [
        ("12:00:00", "kernel", "20.1.0", "20.2.0", 3)
    ]


def test_policies_and_definitions_are_changes_whenever_a_line_says_so() -> None:
    found = rows(
        case_of(
            log(
                "10:00:00 policy updated, serial 7",
                "10:00:01 policy applied",
                "11:00:00 loaded daily.cvd version 27345",
                "11:00:02 loaded main.cvd version 62",
                "12:00:00 loaded daily.cvd version 27346",
                "13:00:00 policy updated, serial 8",
                "14:00:00 definition update complete",
            )
        )
    )
    assert found == [
        ("10:00:00", "policy", None, "7", 1),
        ("11:00:00", "definitions", None, "27345", 3),
        ("12:00:00", "definitions", "27345", "27346", 5),
        ("13:00:00", "policy", "7", "8", 6),
        ("14:00:00", "definitions", None, None, 7),
    ]


def test_a_policy_that_stays_is_no_change() -> None:
    assert case_of(log("10:00:00 policy fetched, serial 7, unchanged", "10:00:01 policy not updated")).changes == ()
