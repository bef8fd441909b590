"""Files in flight when the scan service exited: named by the exit, by the same log, or by the scan service's own."""

import json
from pathlib import Path

import pytest

from faultlog.case import Case
from faultlog.pipeline import Options, analyze_with
from faultlog.simulating import simulate
from tests.logs import case_of, knowledge, log

RAISED = "12:05:00 Fault Raised: 6"


def scans(pid: int, *entries: str) -> str:
    """Lines of the scan service's own log."""
    return log(*entries).replace("ampdaemon[71]", f"ampscansvc[{pid}]")


def rows(case: Case) -> list[tuple[int, str | None, int]]:
    return [(one.fault_id, one.path, one.count) for one in case.offenders]


def test_the_exit_names_its_file() -> None:
    case = case_of(log("12:00:00 scan service exited with signal 11 while scanning /a", RAISED))
    assert rows(case) == [(6, "/a", 1)]


def test_the_repeated_offender_comes_first_and_exits_that_name_nothing_last() -> None:
    case = case_of(
        log(
            "11:58:00 scan service exited",
            "12:00:00 scan service exited while scanning /a",
            "12:01:00 scan service exited while scanning /z",
            "12:02:00 scan service exited while scanning /z",
            RAISED,
        )
    )
    assert rows(case) == [(6, "/z", 2), (6, "/a", 1), (6, None, 1)]


def test_the_scan_services_own_log_names_the_file_by_time() -> None:
    case = case_of(
        {
            "ampdaemon.log": log("12:00:05 scan service exited", "12:00:40 scan service exited", RAISED),
            "ampscansvc.log": scans(7, "12:00:01 scanning /a")
            + scans(
                8,
                "12:00:09 scanning /b",
                "12:00:10 scan of /b finished: clean in 3 ms",
                "12:00:39 scanning /a",
            )
            + scans(9, "12:00:45 idle"),
        }
    )
    assert rows(case) == [(6, "/a", 2)]


def test_a_file_of_another_time_is_nobodys() -> None:
    case = case_of(
        {
            "ampdaemon.log": log("12:30:05 scan service exited", "12:31:00 Fault Raised: 6"),
            "ampscansvc.log": scans(7, "12:00:01 scanning /a") + scans(8, "12:00:09 idle"),
        }
    )
    assert rows(case) == [(6, None, 1)]


def test_an_exit_that_two_logs_tell_of_is_one() -> None:
    case = case_of(
        {
            "ampdaemon.log": log("12:00:05 scan service exited", RAISED),
            "ampscansvc.log": scans(7, "12:00:04 scanning /a", "12:00:05 ampscansvc exited"),
        }
    )
    assert rows(case) == [(6, "/a", 1)]


@pytest.mark.parametrize(
    ("at", "counted"),
    [("11:34:59", 0), ("11:35:00", 1), ("12:10:00", 1), ("12:20:00", 1), ("12:20:01", 0)],
)
def test_an_exit_counts_up_to_half_an_hour_before_the_raise_until_the_clear(at: str, counted: int) -> None:
    entries = sorted([RAISED, "12:20:00 Fault Cleared: 6", f"{at} scan service exited while scanning /a"])
    assert sum(count for _, _, count in rows(case_of(log(*entries)))) == counted


def test_other_faults_have_no_offenders() -> None:
    assert rows(case_of(log("12:00:00 scan service exited while scanning /a", "12:01:00 Fault Raised: 12"))) == []


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("scenario", ["fault6-breached", "fault6-in-time"])
def test_every_file_of_a_simulated_life_is_found(tmp_path: Path, scenario: str, seed: int) -> None:
    (bundle,) = simulate(tmp_path, scenario, seed)
    stem = bundle.name.removesuffix(".zip").removesuffix(".tar.gz")
    truth = json.loads((tmp_path / f"{stem}.truth.json").read_text())
    case = analyze_with(knowledge(), [bundle], Options(), lambda _path, _size: None)
    assert sum(one.count for one in case.offenders) == len(truth["in_flight"])
    assert len({one.path for one in case.offenders}) == 1
    assert all(case.offenders[0].path in one["text"] for one in truth["in_flight"])
