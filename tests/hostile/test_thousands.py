"""Bundles of thousands of small things, of which none may be compared with each other one: that would take minutes."""

import time

import pytest

from faultlog.identity import Told
from faultlog.pipeline import Options, analyze_with
from tests.logs import knowledge

MOST_S = 180.0
"""Seconds of processor time."""
OPTIONS = Options(told=Told(tz="UTC"))


def line(second: int, said: str, process: str = "ampdaemon[71]") -> str:
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1_770_000_000 + second))
    return f"{at} h1 {process}: {said}\n"


def logs_with_faults() -> dict[str, str]:
    said = ("connector started", "Fault Raised: 6", "Fault Cleared: 6", "Fault Raised: 7", "Fault Cleared: 7")
    return {
        f"d{number}/ampdaemon.log": "".join(line(number * 7 + at * 60, one) for at, one in enumerate(said * 3))
        for number in range(2_500)
    }


def rotated_logs_with_gaps() -> dict[str, str]:
    said = ("connector started", "Fault Raised: 6", "x", "Fault Cleared: 6")
    return {
        f"ampdaemon.log.{9_998 - 2 * number}": "".join(line(number * 200 + at * 10, one) for at, one in enumerate(said))
        for number in range(5_000)
    }


def exits_of_the_scan_service() -> dict[str, str]:
    faults = {50: "Fault Raised: 6", 60: "Fault Cleared: 6"}
    daemon = (line(at * 10, faults.get(at % 100, "scan service exited")) for at in range(30_000))
    scans = (line(at * 10 - 3, f"scanning /a/{at}.doc", f"ampscansvc[{at + 1}]") for at in range(30_000))
    return {"ampdaemon.log": "".join(daemon), "ampscansvc.log": "".join(scans)}


def messages_left_out() -> dict[str, str]:
    said = (
        "Fault Raised: 6",
        "imuxsock lost 5 messages from pid 71 due to rate-limiting",
        "Fault Cleared: 6",
        "connector stopped",
        "connector started",
    )
    return {"ampdaemon.log": "".join(line(at * 10, said[at % len(said)]) for at in range(40_000))}


def clocks_that_jump() -> dict[str, str]:
    """In each of some logs the clock is set back and forth all the time."""
    return {
        f"d{number}/ampdaemon.log": "".join(
            line(40_000 + number + at * 10 - at % 2 * 9_000, said)
            for at in range(20)
            for said in ("Fault Raised: 6", "Fault Cleared: 6")
        )
        for number in range(150)
    }


BUNDLES = (clocks_that_jump, logs_with_faults, rotated_logs_with_gaps, exits_of_the_scan_service, messages_left_out)


@pytest.mark.parametrize("bundle", BUNDLES)
def test_a_bundle_of_thousands_is_read_in_proportion(tmp_path, figure, bundle):
    for name, text in bundle().items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    begun = time.process_time()
    case = analyze_with(knowledge(), [str(tmp_path)], OPTIONS, lambda _path, _size: None)
    took = time.process_time() - begun
    kind = f"bundles of thousands of small things, read within {MOST_S:.0f} s"
    figure("T1", kind, tried=1, held=took < MOST_S, s=took)
    assert len(case.intervals) >= 120
    assert took < MOST_S
