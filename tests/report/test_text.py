import io
import re
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from faultlog.case import Case
from faultlog.report import rows as documents
from faultlog.report.document import CaseDocument, document, from_json, to_json
from faultlog.report.text import render_text
from faultlog.wording import Language, Wording
from tests.conftest import EXAMPLES
from tests.logs import BOOT, case_of, knowledge, log

MAC: Any = {"os": "macos", "os_version": "11.2", "connector": "1.14.1"}

LATE = log(
    "12:00:00 Fault Raised: 6 (Major)",
    "12:01:00 connector started",
    "12:20:00 Policy check",
    "12:30:00 Fault Cleared: 6",
    "12:40:00 Fault Raised: 12",
    "12:50:00 no faults to raise",
)


@cache
def late_case() -> CaseDocument:
    """Fault 6 cleared too late by both promises, then fault 12 is open."""
    return document(case_of(LATE, **MAC))


def shown(case: Case | CaseDocument, width: int = 100, language: Language = "en", path: str | None = None) -> str:
    doc = case if isinstance(case, CaseDocument) else document(case)
    file = io.StringIO()
    console = Console(file=file, width=width, color_system=None)
    render_text(doc, Wording(language, knowledge().rules, doc.host.time_zone.name), console, path=path)
    return file.getvalue()


def part(report: str, title: str) -> list[str]:
    """The lines of one section below its title."""
    lines = report.splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith(title))
    rest = lines[start + 1 :]
    return rest[: rest.index("")] if "" in rest else rest


def headlines(report: str) -> list[str]:
    """The marked lines of a report."""
    return [" ".join(line.split()) for line in report.splitlines() if line[:2] in {"✗ ", "! ", "? ", "▶ ", "✓ "}]


def with_(doc: CaseDocument, **changes: object) -> CaseDocument:
    return replace(doc, **changes)


def test_the_report_says_the_worst_first_then_what_to_do_then_what_it_stands_on() -> None:
    assert (
        shown(late_case())
        == """\
faultlog  ampdaemon.log
mac · macOS 11.2 · connector 1.14.1 · 2026-03-03 12:00:00 – 12:50:00
Times are in UTC

✗ CRITICAL   Fault 6 not cleared within 10 minutes of connector start: breached by 19 minutes
! WARNING    Fault 6 not cleared within 10 minutes of its raise: breached by 20 minutes
             Scan service restarting frequently (Major) · f6-1 · raised 12:00:00 · deadline 12:10:00
             · connector started 12:01:00 · deadline 12:11:00 · cleared 12:30:00
  What to do now (it has cleared meanwhile)
  1. Give the fault ten minutes after the connector's start to clear by itself.
  2. If it stays, read /Library/Logs/Cisco/ampdaemon.log and the ampscansvc log beside it. Find out
     which file was being scanned just before each exit of the scanner: such a file may be what
     crashes it.
  3. If no file can be found, or the fault comes back, take a support bundle with
     "/Library/Application Support/Cisco/AMP for Endpoints Connector/SupportTool" -o DIR and open a
     case with Cisco.

▶ OPEN       Fault 12 (Network filter not allowed) is still open at the end of the log, since
             12:40:00
             f12-1 · raised 12:40:00 · still open at 12:50:00 (end of log)
  What to do now
  1. Click the fault in the agent's menu, follow the instructions to the macOS dialog, and allow
     "AMP for Endpoints Service" to filter network content.
  2. For managed computers, allow the filter remotely with an MDM profile instead.

Intervals  2026-03-03 UTC
  id     fault                    severity  raised    cleared                  duration      state
  f6-1   6 Scan service           Major     12:00:00  12:30:00                 30 minutes    cleared
         restarting frequently
  f12-1  12 Network filter not    –         12:40:00  still open at 12:50:00   ≥ 10 minutes  open
         allowed                                      (end of log)
  why: faultlog explain ampdaemon.log f6-1
  why: faultlog explain ampdaemon.log f12-1

Timeline
  fault 6    ████████████████████████████████████████████████████·································
  fault 12   ····································································████████████████▶
  events      ↑
  observed   ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
             12:00:00                               12:25:00                              12:50:00
             █ raised  ▶ still open  ↑ connector start  ━ observed

Lines that mention a fault and that no rule explains  1 in all, shapes: 1
  1 × no faults to raise

Assumed
  1. Verdicts are based on assumed wording: how fault lines are worded is not public.
  2. The shape of these log lines is assumed: iso-syslog.
  3. Each raise line and each start line is taken to be new when it was written, not the repetition
     of an earlier one that was lost.

Read
  file           format      lines  understood · n  unread
  ampdaemon.log  iso-syslog      6       100 % · 6       0

Patterns that cannot be told from this bundle: 1 (fault 12). Missing: an exact begin and end of
every stay.
Audit  raises 2 = intervals 2 + duplicates 0 · clears 1 = intervals 1 + orphans 0
"""
    )


def test_korean_changes_everything_but_what_the_bundle_says() -> None:
    report = shown(late_case(), language="ko")
    assert headlines(report) == [
        "✗ 심각 결함 6: 커넥터 시작 후 10분 안에 해제되지 않았습니다. 기한을 19분 넘겼습니다",
        "! 경고 결함 6: 발생 후 10분 안에 해제되지 않았습니다. 기한을 20분 넘겼습니다",
        "▶ 미해제 결함 12(네트워크 필터가 허용되지 않음): 로그가 끝날 때까지 해제되지 않았습니다(발생",
    ]
    assert "결함 구간  2026-03-03 UTC\n" in report
    assert report.endswith("검산  발생 2 = 구간 2 + 중복 0 · 해제 1 = 구간 1 + 짝 없는 해제 0\n")


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("width", [40, 80, 100, 140])
def test_no_line_is_wider_than_the_console_except_a_command(width: int, language: Language) -> None:
    report = shown(late_case(), width=width, language=language)
    from rich.cells import cell_len

    assert [line for line in report.splitlines() if cell_len(line) > width] == []
    assert [line for line in report.splitlines() if line != line.rstrip()] == []


def test_what_is_open_and_overdue_stands_before_what_cleared_too_late_case() -> None:
    report = shown(
        case_of(
            log(
                "10:00:00 Fault Raised: 6",
                "10:01:00 connector started",
                "10:40:00 Fault Cleared: 6",
                "11:00:00 Fault Raised: 7",
                "11:01:00 connector started",
                "11:40:00 Policy check",
            ),
            **MAC,
        )
    )
    assert [line[:19] for line in headlines(report)] == [
        "✗ CRITICAL Fault 7 ", "✗ CRITICAL Fault 6 ", "! WARNING Fault 6 n",
    ]  # fmt: skip
    assert "late by 29 minutes so far, still open" in " ".join(report.split())


def test_what_is_pending_says_what_is_missing() -> None:
    assert headlines(shown(case_of(log("12:00:00 Fault Raised: 6", "12:05:00 Policy check"), **MAC))) == [
        "? PENDING Fault 6 has 10 minutes from its raise to clear: the log ends before they are over",
        "? PENDING Fault 6 has 10 minutes from connector start to clear: the connector has not restarted",
    ]


def test_with_the_system_unknown_both_systems_are_advised_in_turn() -> None:
    report = shown(case_of(log("12:00:00 Fault Raised: 6", "12:05:00 Policy check")), width=140)
    assert part(report, "  What to do now")[:2] == [
        "  1. Give the fault ten minutes after the connector's restart to clear by itself. [only for Linux]",
        "  2. Give the fault ten minutes after the connector's start to clear by itself. [only for macOS]",
    ]


def test_promises_that_were_kept_are_short() -> None:
    entries = [
        "12:00:00 Fault Raised: 6",
        "12:04:00 Fault Cleared: 6",
        "13:00:00 Fault Raised: 6",
        "13:09:00 Fault Cleared: 6",
    ]
    report = shown(case_of(log(*entries), **MAC), width=120)
    assert headlines(report) == [
        "✓ MET Fault 6 cleared within 10 minutes of its raise, with 1 minute to spare, the tightest of 2"
    ]
    assert "             Should it come back: faultlog rules show 6\n" in report


def test_stays_that_nobody_judges_are_said_to_have_ended() -> None:
    once = log("12:00:00 Fault Raised: 3", "12:30:00 Fault Cleared: 3")
    assert headlines(shown(case_of(once, **MAC))) == [
        "✓ CLEARED Fault 3 (Disk access not granted) cleared at 12:30:00 after 30 minutes"
    ]
    twice = once + log("13:00:00 Fault Raised: 3", "13:10:00 Fault Cleared: 3")
    assert headlines(shown(case_of(twice, **MAC), width=140)) == [
        (
            "✓ CLEARED Fault 3 (Disk access not granted) was raised 2 times and cleared each time, "
            "last at 13:10:00 after 10 minutes"
        ),
    ]


def test_a_fault_that_comes_back_with_every_update_is_a_headline() -> None:
    entries = []
    for hour in ("09", "10", "11"):
        entries += [f"{hour}:00:00 virus definitions updated", f"{hour}:02:00 Fault Raised: 7"]
        entries += [f"{hour}:03:00 connector started", f"{hour}:05:00 Fault Cleared: 7"]
    report = shown(case_of(log(*entries), **MAC), width=140)
    assert headlines(report) == [
        (
            "! NOTE Fault 7 comes back with the definitions updates: "
            "raised within 15 minutes of each of 3 consecutive updates ·"
        ),
        (
            "✓ MET Fault 7 cleared within 10 minutes of the connector's restart, "
            "with 8 minutes to spare, the tightest of 3"
        ),
    ]
    assert "  1. If the connector has not restarted since the raise" in report
    assert "consecutive updates · f7-with-every-update" in " ".join(report.split()), "the id that explain takes"


def test_a_remedy_that_did_not_help_is_told_and_its_advice_comes_last() -> None:
    report = shown(
        case_of(log("12:00:00 Fault Raised: 10", f"12:30:00 {BOOT}", "13:30:00 Policy check"), **MAC), width=160
    )
    advice = part(report, "  What to do now")
    assert advice[0].startswith("  1. Remove the firewall-grade network content filters")
    assert advice[-1] == "  3. Reboot the computer. [tried at 12:30:00, did not help]"
    assert part(report, "Remedies and patterns") == ["  Fault 10: the reboot at 12:30:00 did not help · f10-1-reboot"]


def test_patterns_stand_in_their_own_words() -> None:
    raises = [f"12:0{minute}:00 Fault {'Cleared' if minute % 2 else 'Raised'}: 12" for minute in range(8)]
    report = shown(case_of(log(*raises), **MAC))
    chatters = "  Fault 12 chatters: raised anew 3 times within 10 minutes · f12-chattering"
    assert part(report, "Remedies and patterns") == [chatters]
    severities = log(
        "12:00:00 Fault Raised: 18 (Major)", "12:01:00 Fault Raised: 18 (Critical)", "12:09:00 Policy check"
    )
    report = shown(case_of(severities, **MAC))
    assert part(report, "Remedies and patterns") == [
        "  Fault 18 changed its severity while it was raised · f18-severity-changes"
    ]
    days = log("00:00:00 Fault Raised: 12") + "2026-03-05T00:00:00Z mac ampdaemon[71]: Policy check\n"
    report = shown(case_of(days, **MAC))
    assert part(report, "Remedies and patterns") == ["  Fault 12 stands: open for 1 day or longer · f12-standing"]
    assert "  03-03 00:00:00  still open at 03-05" in report


def test_a_pattern_whose_rule_is_not_here_is_named() -> None:
    doc = late_case()
    own = documents.Pattern(id="f12-own", fault_id=12, pattern="own", outcome="present", evidence=[], missing=None)
    assert part(shown(with_(doc, patterns=[own])), "Remedies") == ["  Fault 12 shows the pattern own · f12-own"]


def test_an_absence_is_never_called_health() -> None:
    report = shown(case_of(log("12:00:00 Policy check", "12:40:00 no faults to raise")))
    assert headlines(report) == [
        "? NONE SEEN no fault line recognised in 2 lines, 2026-03-03; 1 line mentions a fault, see below"
    ]
    assert "healthy" not in report
    assert "Intervals" not in report
    assert "Timeline" not in report


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "? NONE SEEN no fault line recognised in 1.2 M lines, 2026-03-03"),
        ("ko", "? 확인 안 됨 2026-03-03의 로그 121만줄에서 결함 줄을 찾지 못했습니다"),
    ],
)
def test_a_large_count_is_said_in_millions(language: Language, said: str) -> None:
    doc = document(case_of(log("12:00:00 Policy check", "12:40:00 Policy check")))
    large = with_(doc, files=[replace(doc.files[0], lines=1_213_456)])
    assert headlines(shown(large, language=language)) == [said]


def test_several_days_are_named_in_the_headline_and_the_title() -> None:
    text = log("12:00:00 Policy check") + "2026-03-09T12:00:00Z mac ampdaemon[71]: Policy check\n"
    report = shown(case_of(text), width=140)
    assert "no fault line recognised in 2 lines, 2026-03-03 – 2026-03-09" in report
    assert "2026-03-03 12:00:00 – 2026-03-09 12:00:00" in report


def test_a_log_that_is_hardly_understood_is_a_headline_with_its_unread_shapes() -> None:
    strange = "".join(f"@@ {number} strange thing {number}\n" for number in range(9)) + "@@ another\n"
    report = shown(case_of(log("12:00:00 Policy check") + strange), width=120)
    assert headlines(report)[1] == (
        "? UNREAD only 9 % of ampdaemon.log is understood (sample of 11 lines); faults in the rest are invisible"
    )
    assert "             9 × @@ <number> strange thing <number>\n             1 × @@ another\n" in report
    assert "faultlog formats learn LOG proposes a format from a log like this" in " ".join(report.split())
    assert part(report, "Read")[2] == "  10 lines that no format understands, by shape:"


def test_unknown_begins_and_ends_are_worded_with_their_reasons() -> None:
    report = shown(
        case_of(log("12:00:00 Policy check", "12:30:00 Fault Cleared: 12", "13:00:00 Policy check"), **MAC), width=140
    )
    (row,) = [line for line in report.splitlines() if line.startswith("  f12-1")]
    assert " ".join(row.split()) == (
        "f12-1 12 Network filter not allowed – not after 12:00:00 (log starts) 12:30:00 ≥ 30 minutes cleared"
    )
    bar = part(report, "Timeline")[0]
    assert bar.startswith("  fault 12   ◀███")


def test_a_hole_leaves_the_end_unknown_and_shows_in_the_bar() -> None:
    files = {
        "ampdaemon.log.2": log("12:00:00 Fault Raised: 12", "12:10:00 Policy check"),
        "ampdaemon.log": log("12:30:00 Policy check", "12:50:00 Policy check"),
    }
    report = shown(case_of(files, **MAC), width=140)
    assert headlines(report) == [
        (
            "? INDETERMINATE Fault 12 (Network filter not allowed), raised 12:00:00: whether it cleared is unknown"
            " (hole in the log)"
        ),
    ]
    assert "seen open until 12:10:00 (hole in the log)" in report
    assert "░░░" in part(report, "Timeline")[0]
    assert "░ not observed" in report


def test_an_interval_that_may_be_several_says_so() -> None:
    files = {
        "ampdaemon.log.2": log("12:00:00 Fault Raised: 12", "12:10:00 Policy check"),
        "ampdaemon.log": log("12:30:00 Fault Cleared: 12", "12:50:00 Policy check"),
    }
    report = shown(case_of(files, **MAC), width=140)
    assert "10 minutes – 30 minutes" in report
    assert "cleared, maybe several stays" in " ".join(report.split())


def test_times_are_local_and_key_instants_are_given_in_utc_too() -> None:
    report = shown(case_of(LATE, tz="Asia/Seoul", **MAC))
    assert report.splitlines()[1:3] == [
        "mac · macOS 11.2 · connector 1.14.1 · 2026-03-03 21:00:00 – 21:50:00",
        "Times are in Asia/Seoul (KST), as asked",
    ]
    assert "raised 21:00:00 (12:00:00Z)" in report
    assert "Intervals  2026-03-03 KST\n" in report


def test_an_hour_that_summer_time_repeats_is_told_apart() -> None:
    lines = (
        "01:30:00 a[7]: x",
        "02:51:00 ampdaemon[7]: Fault Raised: 6",
        "02:20:00 ampdaemon[7]: Fault Cleared: 6",
        "03:30:00 a[7]: x",
    )
    report = shown(
        case_of("".join(f"2025-10-26T{line[:8]} mac {line[9:]}\n" for line in lines), tz="Europe/Berlin", **MAC)
    )
    assert report.splitlines()[1].endswith(":00 – 03:30:00 CET")
    assert (
        "raised 02:51:00 (00:51:00Z) · deadline 02:01:00 CET (01:01:00Z) · cleared 02:20:00 CET (01:20:00Z)"
        in " ".join(report.split())
    )
    assert "29 minutes" in report
    assert "Intervals  2025-10-26 CEST\n" in report


def test_over_new_year_times_say_their_year_and_the_title_none() -> None:
    lines = ("2025-12-31T23:55:00Z mac a: Fault Raised: 6", "2026-01-01T00:10:00Z mac a: Fault Cleared: 6")
    report = shown(case_of("\n".join(lines) + "\n", **MAC), width=140)
    assert "\nIntervals  UTC\n" in report
    assert "2025-12-31 23:55:00  2026-01-01 00:10:00" in report


def test_a_clock_that_is_set_back_is_told_with_the_times_and_the_bar_shows_both_sides() -> None:
    set_back = log(
        "12:00:00 a", "12:51:00 Fault Raised: 6", "12:58:00 b", "12:00:00 c", "12:20:00 Fault Cleared: 6", "14:00:00 d"
    )
    report = shown(case_of(set_back, **MAC))
    assert (
        "raised 12:51:00 · deadline 13:01:00 by the clock before it was set back · "
        "clock set back from 12:58:00 to 12:00:00 · cleared 12:20:00" in " ".join(report.split())
    )
    (bar,) = [line for line in part(report, "Timeline") if line.startswith("  fault 6")]
    assert re.fullmatch(r"  fault 6    █{14,16}·+█{5,7}·+", bar)
    assert "시계가 되돌려짐 12:58:00 → 12:00:00" in " ".join(shown(case_of(set_back, **MAC), language="ko").split())


def test_a_narrow_table_gives_the_number_of_a_fault_and_breaks_no_word() -> None:
    (row,) = [line for line in shown(late_case(), width=60).splitlines() if line.startswith("  f6-1 ")]
    assert row.split() == ["f6-1", "6", "Major", "12:00:00", "12:30:00", "30", "cleared"]


def test_the_command_names_the_path_as_it_was_given_quoted_where_needed() -> None:
    report = shown(late_case(), path="'/home/me/my bundle.zip'")
    assert "  why: faultlog explain '/home/me/my bundle.zip' f6-1\n" in report


def many(count: int) -> CaseDocument:
    """A document of many intervals of fault 12, the last one open, and of fault 6, all late."""
    doc = late_case()
    late, still = doc.intervals
    copies = [replace(late, id=f"f6-{number}") for number in range(1, count)]
    findings = [replace(one, interval=copy.id, id=f"{copy.id}-x") for copy in copies for one in doc.findings]
    audit = replace(doc.audit, raises=count, clears=count - 1, intervals=count)
    return with_(doc, intervals=[*copies, still], findings=findings, audit=audit)


def test_a_thousand_intervals_are_cut_to_the_worst_with_exact_totals() -> None:
    report = shown(many(1000), width=120)
    rows = [line for line in report.splitlines() if line.startswith(("  f6-", "  f12-"))]
    assert len(rows) == 40
    assert "  … 960 more of 1,000, the worst are shown; --json - has all\n" in report
    assert "… and 996 more intervals of this fault that broke a promise or cannot be decided, see the table" in report
    assert "  why: faultlog explain ampdaemon.log f6-1   (or any other id of this table)\n" in report
    assert report.endswith("raises 1,000 = intervals 1,000 + duplicates 0 · clears 999 = intervals 999 + orphans 0\n")


def test_counts_that_do_not_add_up_are_called_a_defect() -> None:
    doc = late_case()
    wrong = with_(doc, audit=replace(doc.audit, raises=7, unknown_faults=2))
    assert shown(wrong, width=180).splitlines()[-1] == (
        "Audit  ✗ raises 7 = intervals 2 + duplicates 0: this does not add up: please report it as a defect"
        " · clears 1 = intervals 1 + orphans 0 · 2 fault ids without a rule"
    )


def test_a_fault_without_a_rule_has_no_advice_and_says_so() -> None:
    report = shown(case_of(log("12:00:00 Fault Raised: 99", "12:50:00 Policy check"), **MAC), width=140)
    assert "▶ OPEN       Fault 99 (not described by any rule) is still open at the end of the log" in report
    assert "No rule describes fault 99, so there is no advice" in report
    assert report.endswith(" · 1 fault id without a rule\n")


def test_many_faults_share_the_screen() -> None:
    entries = [f"12:{number:02d}:00 Fault Raised: {90 + number}" for number in range(10)]
    report = shown(case_of(log(*entries, "12:50:00 Policy check"), **MAC))
    assert "  … and 2 more faults\n" in report
    assert len([line for line in part(report, "Timeline") if line.startswith("  fault")]) == 8


def test_long_lists_of_files_and_warnings_are_cut_and_counted() -> None:
    doc = late_case()
    files = [replace(doc.files[0], path=f"logs/ampdaemon.log.{number}") for number in range(20)]
    warnings = [documents.Warn(code="link", file=None, detail="a symbolic link") for _ in range(10)]
    report = shown(with_(doc, files=files, warnings=warnings))
    assert "Read  below logs/\n" in report
    assert "  … and 8 more files, better understood; --json - has all\n" in report
    assert report.count("  ! a symbolic link [link]\n") == 8
    assert "    … and 2 more warnings: link 2\n" in report


@pytest.mark.parametrize(
    ("width", "name", "lines"),
    [
        (80, "Library/Logs/Cisco/ampdaemon.log.2.gz", ["Library/Logs/Cisco/ampdaemon.log.2.gz"]),
        (60, "Library/Logs/Cisco/ampdaemon.log.2.gz", ["Library/Logs/Cisco/", "ampdaemon.log.2.gz"]),
        (60, "로그/ampdaemon-20260303T120000.log.2.gz", ["로그/ampdaemon", "-20260303T120000.log", ".2.gz"]),
        (60, "AMP for Endpoints Connector/x.log", ["AMP for Endpoints", "Connector/x.log"]),
        (60, "withoutanysignatwhichonemightbreakit", ["withoutanysignatwhic", "honemightbreakit"]),
        (50, "Library/Logs/Cisco/ampdaemon.log.2.gz", ["Library/Logs/Cisco/ampdaemon.log.2.gz"]),
    ],
)
def test_a_file_that_has_no_room_in_the_table_is_named_in_lines_that_end_at_sensible_places(
    width: int, name: str, lines: list[str]
) -> None:
    doc = late_case()
    file = replace(doc.files[0], path=name, format="syslog-debug", lines=75, sampled=200, understood=200)
    other = replace(file, path="z.log")
    rows = part(shown(with_(doc, files=(file, other)), width), "Read")
    first = next(number for number, row in enumerate(rows) if row.startswith(f"  {lines[0]}"))
    assert [row[2:].split("  ")[0].split(" syslog-debug")[0].rstrip() for row in rows[first:]][: len(lines)] == lines


def test_assumptions_of_one_kind_are_one_sentence() -> None:
    doc = late_case()
    year = documents.Text(key="assumption.year.file_date", params={"file": "a", "date_at": "2026-03-03T12:00:00Z"})
    zone = documents.Text(key="assumption.zone", params={})
    assert part(shown(with_(doc, assumptions=[year, year, year, zone, zone]), width=140), "Assumed") == [
        (
            "  1. The years of 3 logs are taken from the files' modification times, such as 2026-03-03 12:00:00 UTC;"
            " --taken DATE settles them."
        ),
        "  2. Lines without a zone are taken to be in UTC; --tz ZONE settles it. (2 times)",
    ]
    assert shown(with_(doc, assumptions=[zone])).splitlines()[2] == (
        "Times are in UTC; lines that state no zone are taken to be in it, --tz ZONE settles it"
    )


def test_a_host_nobody_knows_and_a_log_without_times_do_not_stop_the_report() -> None:
    doc = document(case_of(log("12:00:00 Policy check", "12:40:00 Policy check")))
    host = documents.Host(
        name=None, guid=None, os=None, os_version=None, connector_version=None,
        time_zone=documents.TimeZone(name="\x1b[31mMars", source="bundle"),
    )  # fmt: skip
    bare = with_(doc, host=host, files=[], coverage=[], assumptions=[], unread=[])
    assert (
        shown(bare)
        == """\
faultlog  ampdaemon.log
host unknown · operating system unknown · connector version unknown · no dated line
Times are in \\x1b[31mMars, as the bundle states

? NONE SEEN  no fault line recognised in 0 lines

Read

Audit  raises 0 = intervals 0 + duplicates 0 · clears 0 = intervals 0 + orphans 0
"""
    )


def test_nothing_a_bundle_says_reaches_the_terminal_uninterpreted() -> None:
    doc = late_case()
    evil = "\x1b]0;owned\x07[red]x[/red]\u202egnp.exe"
    spelled = "\\x1b]0;owned\\x07[red]x[/red]U+202Egnp.exe"
    template = documents.Unexplained(template=evil, count=1, example=doc.unexplained[0].example)
    hostile = with_(
        doc,
        bundle=replace(doc.bundle, name=evil),
        host=replace(doc.host, name=evil, connector_version=evil),
        files=[replace(doc.files[0], path=evil, format=evil)],
        unexplained=[template],
        warnings=[documents.Warn(code=evil, file=evil, detail=evil)],
    )
    report = shown(hostile, width=400)
    assert report.count(spelled) >= 9
    assert set("\x1b\x07\u202e") & set(report) == set()


def test_a_terminal_in_colour_gets_no_escape_code_of_the_bundle() -> None:
    doc = late_case()
    file = io.StringIO()
    console = Console(file=file, width=100, force_terminal=True, color_system="standard")
    render_text(with_(doc, bundle=replace(doc.bundle, name="\x1b[2Jx")), Wording("en", knowledge().rules), console)
    assert "\x1b[2J" not in file.getvalue()
    assert "\x1b[1;31m✗ CRITICAL" in file.getvalue()


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_console_that_knows_only_ascii_gets_stand_ins(language: Language) -> None:
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding="ascii")
    doc = late_case()
    render_text(doc, Wording(language, knowledge().rules), Console(file=file, width=100, color_system=None))
    file.flush()
    assert b"x " in raw.getvalue()
    assert b"####" in raw.getvalue()


@settings(max_examples=EXAMPLES // 10)
@given(st.text(max_size=60), st.text(max_size=20))
def test_any_text_can_stand_in_a_document(text: str, zone: str) -> None:
    doc = late_case()
    title = documents.Text(key=text, params={text: text})
    intervals = [replace(one, title=title, id=text) for one in doc.intervals]
    host = replace(doc.host, time_zone=documents.TimeZone(name=zone, source="bundle"))
    report = shown(with_(doc, intervals=intervals, host=host, bundle=replace(doc.bundle, name=text)))
    assert report.startswith("faultlog")
    assert [char for char in report if not char.isprintable() and char != "\n" and not char.isspace()] == []


def test_impossible_dates_in_a_saved_document_are_shown_as_they_are() -> None:
    doc = late_case()
    late = doc.intervals[0]
    raised = replace(late.raised, at="2026-13-45T99:99:99Z")
    odd = with_(doc, intervals=[replace(late, raised=raised)])
    assert "raised 2026-13-45T99:99:99Z" in shown(odd)


@pytest.mark.parametrize(
    ("duration", "said"),
    [
        ((0.0, None), "unknown"),
        ((0.0, 90.0), "≤ 1 min 30 s"),
        ((0.0, 0.0), "0 s"),
        ((60.0, 3601.0), "1 minute – 1 h 1 min"),
        ((60.0, float("inf")), "≥ 1 minute"),
        ((3834.0, 3836.0), "≈ 1 h 4 min"),
    ],
)
def test_a_duration_is_worded_as_well_as_it_is_known(duration: tuple[float, float | None], said: str) -> None:
    doc = late_case()
    interval = replace(doc.intervals[0], duration_s=duration)
    report = shown(with_(doc, intervals=[interval]), width=140)
    (row,) = [line for line in report.splitlines() if line.startswith("  f6-1")]
    assert f"  {said}  " in row


def test_a_range_of_time_is_painted_as_unsure() -> None:
    doc = late_case()
    ends = documents.Raised(
        kind="between", at="2026-03-03T12:00:00Z", until="2026-03-03T12:15:00Z", reason="clock_step"
    )
    over = documents.Cleared(
        kind="between", at="2026-03-03T12:30:00Z", until="2026-03-03T12:45:00Z", reason="year_unknown"
    )
    interval = replace(doc.intervals[0], raised=ends, cleared=over)
    report = shown(with_(doc, intervals=[interval]), width=120)
    assert "▒▒▒███" in part(report, "Timeline")[0]
    assert "███▒▒▒" in part(report, "Timeline")[0]
    assert "12:00:00 – 12:15:00 (clock step)" in " ".join(report.split())


def test_a_breach_that_a_rule_calls_harmless_is_a_note() -> None:
    doc = late_case()
    findings = [replace(one, level="info", anchor=None) for one in doc.findings]
    assert headlines(shown(with_(doc, findings=findings)))[0].startswith("! NOTE Fault 6 not cleared within")


def test_further_shapes_are_counted() -> None:
    doc = late_case()
    rows = [replace(doc.unexplained[0], template=f"shape {letter}") for letter in "abcdefg"]
    assert part(shown(with_(doc, unexplained=rows)), "Lines that mention a fault")[-2:] == [
        "  1 × shape e",
        "  … further lines: 2, shapes: 2",
    ]


def test_a_saved_document_is_drawn_like_the_case_it_was_made_from() -> None:
    saved = from_json(to_json(late_case()))
    assert shown(saved) == shown(late_case())


def test_patterns_that_cannot_be_told_name_one_fault_or_several() -> None:
    doc = late_case()
    (one,) = (each for each in doc.patterns if each.outcome == "unknown")
    assert "this bundle: 2 (fault 12). Missing" in shown(with_(doc, patterns=[one, replace(one, id="f12-again")]))
    assert "this bundle: 2 (faults 7, 12). Missing" in shown(with_(doc, patterns=[one, replace(one, fault_id=7)]))
