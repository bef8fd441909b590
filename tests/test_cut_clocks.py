"""Logs whose clock is set back, repeats an hour or passes New Year, cut anywhere: bounds and verdicts hold."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import accumulate
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faultlog.case import Case, FaultInterval
from faultlog.model import NS, Instant
from faultlog.stamps import read_date
from tests.conftest import EXAMPLES
from tests.logs import case_of, clock, log, on

GAPS = (1, 29, 60, 299, 300, 301, 599, 600, 601)
MESSAGES = ("Fault Raised: 6", "Fault Cleared: 6", "Fault Raised: 7", "Fault Cleared: 7", "connector started", "x")
BACK_S = (60, 299, 600, 3600)
"""Seconds by which the clock is set back between two lines that are a second apart: always more than passed."""


@st.composite
def set_back(draw: st.DrawFn) -> tuple[list[str], list[int], int, int]:
    """The entries of a log whose clock is set back once, the true second of each, and what is left of the log."""
    steps = draw(st.lists(st.tuples(st.sampled_from(GAPS), st.sampled_from(MESSAGES)), min_size=3, max_size=16))
    turn, back = draw(st.integers(1, len(steps) - 1)), draw(st.sampled_from(BACK_S))
    gaps = [1 if number == turn else gap for number, (gap, _) in enumerate(steps)]
    true = list(accumulate(gaps, initial=6 * 3600))[1:]
    shown = [second - (back if number >= turn else 0) for number, second in enumerate(true)]
    entries = [f"{clock(second)} {message}" for second, (_, message) in zip(shown, steps, strict=True)]
    first = draw(st.integers(0, len(entries) - 1))
    return entries, true, first, draw(st.integers(first + 1, len(entries)))


def line_of(interval: FaultInterval) -> tuple[int | None, int | None]:
    """The lines, from 0, of the raise and the clear that were seen."""
    raised = interval.raises[0].evidence.line - 1 if interval.raises else None
    return raised, interval.clear.evidence.line - 1 if interval.clear is not None else None


def against(case: Case, true: Sequence[int]) -> list[str]:
    """What a case says against the true seconds of the lines that are left."""
    said = []
    for interval in case.intervals:
        raised, cleared = line_of(interval)
        if raised is None:
            continue
        lasted = true[-1 if cleared is None else cleared] - true[raised]
        low, high = interval.duration_s
        if low > lasted or (cleared is not None and high is not None and high < lasted):
            said.append(f"{interval.id} lasted {lasted} s, not {low} to {high} s")
        for one in case.findings:
            if one.interval == interval.id and one.expectation.after == "raised":
                open_ = None if cleared is None else "met"
                verdict = "breached" if lasted > one.expectation.within_s else open_
                if one.verdict in {"met", "breached"} and one.verdict != verdict:
                    said.append(f"{one.id}: {one.verdict} after {lasted} s")
    return said


@settings(max_examples=EXAMPLES // 4)
@given(set_back())
def test_no_clock_that_was_set_back_is_told_otherwise_by_a_part_of_its_log(
    cut: tuple[list[str], list[int], int, int],
) -> None:
    entries, true, first, end = cut
    case = case_of(log(*entries[first:end]))
    assert against(case, true[first:end]) == []


BERLIN = ZoneInfo("Europe/Berlin")
REPEATED = tuple(
    (int(datetime(2026, 10, 24, 23, 30, tzinfo=UTC).timestamp()) + minutes * 60, message)
    for minutes, message in (
        (0, "x"),
        (20, "Fault Raised: 6"),
        (35, "y"),
        (50, "Fault Raised: 7"),
        (80, "connector started"),
        (100, "Fault Cleared: 7"),
        (125, "Fault Cleared: 6"),
        (140, "z"),
    )
)
"""True seconds since 1970 and messages; in Berlin 02:00 to 03:00 comes twice, 30 and 90 minutes after the first."""


def test_an_hour_that_comes_twice_holds_the_truth_whatever_lines_are_left() -> None:
    lines = [
        f"{datetime.fromtimestamp(second, BERLIN):%Y-%m-%dT%H:%M:%S} mac ampdaemon[71]: {message}\n"
        for second, message in REPEATED
    ]
    wrong = []
    for first in range(len(lines)):
        for end in range(first + 1, len(lines) + 1):
            case = case_of({"ampdaemon.log": "".join(lines[first:end])}, tz="Europe/Berlin")
            for signal in case.signals:
                true = Instant(REPEATED[first + signal.evidence.line - 1][0] * NS)
                if not signal.when.earliest <= true <= signal.when.latest:
                    wrong.append(f"lines {first} to {end}: {signal.kind} at {signal.when}, truly {true}")
            seconds = [second for second, _ in REPEATED[first:end]]
            wrong += [f"lines {first} to {end}: {one}" for one in against(case, seconds)]
    assert wrong == []


NEW_YEAR = (
    ("Dec 31 23:30:00", "x"),
    ("Dec 31 23:50:00", "Fault Raised: 6"),
    ("Dec 31 23:59:59", "connector started"),
    ("Jan  1 00:00:00", "y"),
    ("Jan  1 00:05:00", "Fault Cleared: 6"),
    ("Jan  2 12:00:00", "Fault Raised: 7"),
    ("Jan  2 12:30:00", "z"),
)


@pytest.mark.parametrize("taken", ["2026-01-02T12:30:00Z", "2026-01-20", "2026-12-30"])
def test_over_new_year_every_line_keeps_its_year_whatever_lines_are_left(taken: str) -> None:
    told = read_date(taken, "--taken")
    wrong = []
    for first in range(len(NEW_YEAR)):
        for end in range(first + 1, len(NEW_YEAR) + 1):
            left = [f"{stamp} mac ampdaemon[71]: {message}\n" for stamp, message in NEW_YEAR[first:end]]
            case = case_of({"ampdaemon.log": "".join(left)}, taken=told)
            years = {(str(one.when.at)[:4], one.evidence.text[:3]) for one in case.signals}
            if not years <= {("2025", "Dec"), ("2026", "Jan")}:
                wrong.append(f"lines {first} to {end}: {years}")
    assert wrong == []


def test_a_line_without_time_lies_between_its_neighbours_or_is_not_told() -> None:
    lines = [
        f"2026-03-03T12:0{minute}:00Z mac ampdaemon[71]: x\n[core] Fault {what}: 6\n"
        for minute, what in enumerate(("Raised", "Cleared", "Raised"))
    ]
    text = "".join(lines) + "2026-03-03T12:05:00Z mac ampdaemon[71]: y\n"
    rows = text.splitlines(keepends=True)
    for first in range(len(rows)):
        for end in range(first + 1, len(rows) + 1):
            for signal in case_of("".join(rows[first:end])).signals:
                line = first + signal.evidence.line - 1
                before, after = rows[line - 1], rows[line + 1]
                assert signal.when.earliest == on(before[11:19])
                assert signal.when.latest == on(after[11:19])
