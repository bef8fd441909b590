"""The lines before: how far they reach, what is kept of them, and the file that was being scanned."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faultlog import before
from faultlog.before import Before, Leads
from faultlog.formats import load_formats
from faultlog.model import LogFile, Role
from faultlog.reading import SAMPLE_GRID, SAMPLE_LINES, read
from tests.logs import case_of, clock, kinds, knowledge, log

FORMATS = load_formats()
LEADS = Leads.of(knowledge().rules)


class Everything:
    """An interest in every line."""

    def in_text(self, text: str) -> bool:
        return True

    def in_process(self, process: str | None, pid: int | None) -> bool:
        return True

    def in_line(self, text: str) -> bool:
        return True

    def demands(self) -> None:
        return None


def of(text: str, role: Role = "connector", size: int = 1 << 20) -> Before:
    raw = text.encode()
    chunks = [raw[at : at + size] for at in range(0, len(raw), size)]
    return read(LogFile("x.log", role, "x.log"), chunks, FORMATS, Everything(), leads=LEADS).before


def windows(found: Before) -> dict[int, list[int]]:
    """The lines of each window, by the line of its raise."""
    return {window.line: [one.line for one in window.lines] for window in found.windows}


class TestWindow:
    """What lies before a raise."""

    def test_it_reaches_ten_minutes_back_and_no_further(self) -> None:
        found = of(log("11:49:59 a", "11:50:00 b", "11:55:00 c", "12:00:00 Fault Raised: 6", "12:00:01 d"))
        assert windows(found) == {4: [2, 3]}

    def test_it_reaches_four_mebibytes_back_and_no_further(self, monkeypatch: pytest.MonkeyPatch) -> None:
        text = log("12:00:00 a", "12:00:01 b", "12:00:02 Fault Raised: 6")
        second = len(text.splitlines()[0]) + 1
        third = second + len(text.splitlines()[1]) + 1
        monkeypatch.setattr(before, "REACH_BYTES", third)
        assert windows(of(text)) == {3: [1, 2]}
        monkeypatch.setattr(before, "REACH_BYTES", third - 1)
        assert windows(of(text)) == {3: [2]}

    def test_a_clock_that_was_set_back_ends_no_window(self) -> None:
        assert windows(of(log("13:00:00 a", "12:00:00 b", "12:00:01 Fault Raised: 6"))) == {3: [1, 2]}

    def test_lines_without_time_lie_where_they_stand(self) -> None:
        found = of(log("[logger] a", "12:00:00 b", "[logger] c", "12:00:01 Fault Raised: 6"))
        assert windows(found) == {4: [1, 2, 3]}
        assert [one.cell for one in found.windows[0].lines] == [(1,), (3, 3, 12, 0), (3, 3, 12, 0)]

    def test_messages_are_masked(self) -> None:
        (window,) = of(log("12:00:00 read /tmp/a in 3 ms", "12:00:01 Fault Raised: 6")).windows
        assert [one.template for one in window.lines] == ["read <path> in <number> ms"]

    def test_near_misses_have_none(self) -> None:
        assert of(log("12:00:00 a", "12:00:01 fault 6 not raised", "12:00:02 Fault Cleared: 6")).windows == []

    def test_only_the_first_raises_of_each_fault_have_one(self) -> None:
        entries = [f"{clock(43200 + second)} Fault Raised: {6 + second % 2}" for second in range(60)]
        found = of(log(*entries))
        assert len(found.windows) == 2 * before.MOST_WINDOWS
        assert found.raises == {"6": 30, "7": 30}


def test_the_sample_is_the_first_lines_and_one_line_of_every_grid_step() -> None:
    entries = [f"{clock(40000 + number)} line {'x' * 200}" for number in range(2_000)]
    text = log(*entries)
    found = [one.line for one in of(text).sample]
    size = len(text) // len(entries)
    assert found[:SAMPLE_LINES] == list(range(1, SAMPLE_LINES + 1))
    assert found[SAMPLE_LINES:] == [
        -(-step * SAMPLE_GRID // size) + 1 for step in range(1, len(text) // SAMPLE_GRID + 1)
    ]


@given(st.integers(1, 200))
def test_the_cut_of_the_chunks_changes_nothing(size: int) -> None:
    text = log(
        "12:00:00 scanning /tmp/a", "12:00:01 Fault Raised: 6", "no shape", "12:00:02 scan service exited", "12:00:03 x"
    )
    one, other = of(text), of(text, size=size)
    assert (one.windows, one.sample, one.flights) == (other.windows, other.sample, other.flights)


class TestFlight:
    """The file that was being scanned when the scan service went away."""

    def test_the_last_one_begun(self) -> None:
        found = of(log("12:00:00 scanning /a", "12:00:01 scanning /b", "12:00:02 x", "12:00:03 scan service exited"))
        assert [(one.line, one.path, one.begun.line) for one in found.flights] == [(4, "/b", 2)]

    def test_one_that_is_done_is_not_it(self) -> None:
        found = of(
            log(
                "12:00:00 scanning /a",
                "12:00:01 scanning /b c.zip",
                "12:00:02 scan of /b c.zip finished: clean in 3 ms",
                "12:00:03 scan service exited",
            )
        )
        assert [one.path for one in found.flights] == ["/a"]

    def test_a_new_pid_in_the_scan_log_shows_the_end_of_the_old(self) -> None:
        old = log("12:00:00 x", "12:00:01 y", "12:00:02 scanning /a").replace("ampdaemon[71]", "ampscansvc[7]")
        text = old + log("12:00:09 scanning /z").replace("ampdaemon[71]", "ampscansvc[8]")
        found = of(text, "scan_service")
        assert [(one.line, one.path) for one in found.flights] == [(4, "/a"), (5, "/z")]
        assert found.flights[1].until is None

    def test_nothing_longer_ago_than_ten_minutes(self) -> None:
        assert of(log("12:00:00 scanning /a", "12:10:01 scan service exited")).flights == []

    def test_scans_make_no_signals(self) -> None:
        assert kinds(case_of(log("12:00:00 scanning /a", "12:00:01 scan of /a finished: clean"))) == []
