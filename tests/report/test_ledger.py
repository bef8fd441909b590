"""The coverage ledger under the time line: what was observed, and every hole with its reason, time and file."""

import pytest
from rich.text import Text

from faultlog.report import ledger
from tests.logs import case_of, log
from tests.report.test_text import MAC, part, shown

HOLES = {
    "a/ampdaemon.log.3": log("09:00:00 x", "09:30:00 x"),
    "a/ampdaemon.log.1": log(
        "12:00:00 Fault Raised: 6",
        "12:36:00 x",
        "12:55:00 suppressed 12 messages",
        "13:00:00 stopping connector",
        "13:20:00 starting connector",
    ),
    "a/ampdaemon.log": log("15:00:00 y"),
    "a/system.log": log("08:00:00 kernel| x", "16:00:00 kernel| y"),
}


def row(report: str, title: str, name: str) -> str:
    """The cells of a row of the time line."""
    (found,) = [line for line in part(report, title) if line.startswith(f"  {name} ")]
    return found.removeprefix(f"  {name}").lstrip()


def test_what_was_observed_is_one_row_and_every_hole_one_line() -> None:
    lines = part(shown(case_of(HOLES, **MAC), 80), "Timeline")
    assert lines == [
        "  fault 6    ·····░░░░░░░░░░░░░░░░░░░░░░░░░░░░██████░░░░▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒",
        "  events                                                   ↑",
        "  observed   ━━━━━░░░░░░░░░░░░░░░░░░░░░░░░░░░░━━━━━━░░░░┄┄┄┄━━━━━━━━━━━━━━━━━━",
        "             09:00:00                     12:00:00                    15:00:00",
        "             █ raised  ▒ perhaps raised  ↑ connector start  ━ observed",
        "             ┄ connector stopped  ░ not observed",
        "  ░ 09:30:00 – 12:00:00  a rotated file is missing · ampdaemon.log.3",
        "  ░ 12:36:00 – 12:55:00  the logger left messages out · ampdaemon.log.1",
        "  ┄ 13:00:00 – 13:20:00  connector stopped, hides nothing · ampdaemon.log.1",
    ]


@pytest.mark.parametrize("width", [60, 80, 100])
@pytest.mark.parametrize(("language", "title"), [("en", "Timeline"), ("ko", "타임라인")])
def test_it_fits_the_terminal_in_both_languages(width: int, language: str, title: str) -> None:
    lines = part(shown(case_of(HOLES, **MAC), width, language), title)  # type: ignore[arg-type]
    assert max(Text(line).cell_len for line in lines) <= width
    bars = [line for line in lines if "░░░" in line]
    assert len({Text(line).cell_len for line in bars}) == 1, "the rows stand one above the other"
    assert len([line for line in lines if line[:4].strip() in {"░", "┄"}]) == 3


def test_where_all_was_observed_the_row_says_so_and_nothing_else() -> None:
    report = shown(case_of(log("12:00:00 Fault Raised: 6", "12:30:00 x"), **MAC))
    assert set(row(report, "Timeline", "observed")) == {"━"}
    assert "not observed" not in report
    assert "connector stopped" not in report


def test_without_a_fault_a_hole_is_shown_all_the_same() -> None:
    report = shown(case_of({"ampdaemon.log.2": log("11:00:00 x"), "ampdaemon.log": log("12:00:00 y")}))
    assert "  ░ 11:00:00 – 12:00:00  a rotated file is missing · ampdaemon.log.2" in part(report, "Timeline")
    assert "fault 6" not in report


def test_where_no_fault_is_seen_a_hole_stands_in_the_headline() -> None:
    files = {"ampdaemon.log.2": log("11:00:00 x"), "ampdaemon.log": log("12:00:00 y")}
    said = "no fault line recognised in 2 lines, 2026-03-03; part of the time was not observed, see the timeline"
    assert said in " ".join(shown(case_of(files)).split())
    assert "관측되지 않은 시간이 있습니다(타임라인 참고)" in " ".join(shown(case_of(files), language="ko").split())
    assert "not observed" not in shown(case_of(log("12:00:00 x", "12:30:00 y")))


def test_what_a_second_bundle_holds_of_the_same_log_is_observed_too() -> None:
    first = log("11:00:00 Fault Raised: 6", "11:10:00 Fault Cleared: 6", "11:20:00 last line", "11:30:00 x")
    files = {"a/ampdaemon.log.1": first, "b/ampdaemon.log.1": first, "b/ampdaemon.log": log("11:31:00 y", "13:00:00 z")}
    lines = part(shown(case_of(files, **MAC)), "Timeline")
    assert lines[2].split() == ["11:00:00", "12:00:00", "13:00:00"]


def test_without_a_fault_and_without_a_hole_there_is_no_time_line() -> None:
    assert "Timeline" not in shown(case_of(log("12:00:00 x", "12:30:00 y")))


def test_a_hole_of_another_log_is_not_shown_as_one_of_the_faults() -> None:
    files = {
        "ampdaemon.log": log("12:00:00 Fault Raised: 6", "12:30:00 x"),
        "system.log.2": log("12:00:00 kernel| x"),
        "system.log": log("12:30:00 kernel| y"),
    }
    assert set(row(shown(case_of(files, **MAC)), "Timeline", "observed")) == {"━"}


def test_the_time_between_two_sets_of_logs_is_a_hole() -> None:
    files = {
        "a/ampdaemon.log": log("11:00:00 Fault Raised: 6", "11:30:00 x"),
        "b/ampdaemon.log": log("12:30:00 Fault Raised: 7", "13:00:00 y"),
    }
    report = shown(case_of(files, **MAC))
    assert "━░░░" in row(report, "Timeline", "observed")
    assert "  ░ 11:30:00 – 12:30:00  no log reaches here · ampdaemon.log" in part(report, "Timeline")


def test_of_many_holes_the_longest_are_listed_and_the_rest_is_counted() -> None:
    entries = ["12:00:00 Fault Raised: 6"]
    for minute in range(9):
        entries += [f"12:{minute * 6:02d}:{minute + 1:02d} x", f"12:{minute * 6 + 2:02d}:00 suppressed 3 messages"]
    lines = part(shown(case_of(log(*entries), **MAC)), "Timeline")
    listed = [line for line in lines if line.startswith("  ░ ")]
    assert [line.split()[1] for line in listed] == ["12:00:01", "12:06:02", "12:12:03", "12:18:04"]
    assert len(listed) == ledger.MOST_HOLES
    assert lines[-1] == "    … and 5 more, in the case document"


def test_lines_lost_within_one_second_are_listed_at_that_second() -> None:
    report = shown(case_of(log("12:00:00 Fault Raised: 6", "12:00:00 suppressed 3 messages", "12:30:00 x"), **MAC))
    assert "  ░ 12:00:00  the logger left messages out · ampdaemon.log" in part(report, "Timeline")


def test_a_terminal_that_knows_only_ascii_gets_three_signs_all_the_same() -> None:
    assert {sign.translate(ledger_signs()) for sign in (ledger.LIVE, ledger.DEAD, ledger.BLIND)} == {"=", "_", ":"}


def ledger_signs() -> dict[int, str]:
    from faultlog.report.page import _ASCII

    return _ASCII


def test_every_reason_of_a_hole_is_worded_in_both_languages() -> None:
    from faultlog.wording import catalogue

    reasons = {"truncated", "rotation_missing", "suppressed", "not_logged", "connector_stopped"}
    for language in ("en", "ko"):
        assert reasons <= {key.removeprefix("coverage.") for key in catalogue(language)}
