import io
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from rich.console import Console

from faultlog.errors import UnknownName
from faultlog.report import rows as documents
from faultlog.report.document import CaseDocument, document
from faultlog.report.explaining import render_explanation
from faultlog.wording import Language, Wording
from tests.logs import BOOT, case_of, knowledge, log

MAC: Any = {"os": "macos", "os_version": "11.2", "connector": "1.14.1"}


@cache
def doc_of(*entries: str, zone: str | None = None) -> CaseDocument:
    return document(case_of(log(*entries), **MAC, **({} if zone is None else {"tz": zone})))


LATE = ("12:00:00 Fault Raised: 6 (Major)", "12:01:00 connector started", "12:30:00 Fault Cleared: 6")


def explained(doc: CaseDocument, name: str, width: int = 100, language: Language = "en") -> str:
    file = io.StringIO()
    console = Console(file=file, width=width, color_system=None)
    render_explanation(doc, name, Wording(language, knowledge().rules, doc.host.time_zone.name), console)
    return file.getvalue()


ASSUMED = """
Assumed
  1. Verdicts are based on assumed wording: how fault lines are worded is not public.
  2. The shape of these log lines is assumed: iso-syslog.
  3. Each raise line and each start line is taken to be new when it was written, not the repetition
     of an earlier one that was lost.
"""


def test_a_finding_is_explained_by_its_promise_and_every_line_it_rests_on() -> None:
    assert (
        explained(doc_of(*LATE), "f6-1-ten-minutes-after-start")
        == """\
f6-1  fault 6: Scan service restarting frequently (Major)
raised    2026-03-03 12:00:00 UTC
cleared   2026-03-03 12:30:00 UTC
duration  30 minutes
state     cleared

✗ CRITICAL   Fault 6 not cleared within 10 minutes of connector start: breached by 19 minutes
  Promise: clears within 10 minutes of connector start. Source: vendor table, row 6.
  Deadline: 2026-03-03 12:11:00 UTC
  f6-1-ten-minutes-after-start ·
  cisco-secure-endpoint/macos/6-scan-service-restarting#ten-minutes-after-start
   1. The fault was raised at 2026-03-03 12:00:00 UTC.
      ampdaemon.log, line 1, byte 0
      │ 2026-03-03T12:00:00Z mac ampdaemon[71]: Fault Raised: 6 (Major)
   2. The connector started at 2026-03-03 12:01:00 UTC: the deadline counts from here.
      ampdaemon.log, line 2, byte 64
      │ 2026-03-03T12:01:00Z mac ampdaemon[71]: connector started
   3. Deadline, 10 minutes later: 2026-03-03 12:11:00 UTC. It was still uncleared.
   4. The fault cleared at 2026-03-03 12:30:00 UTC.
      ampdaemon.log, line 3, byte 122
      │ 2026-03-03T12:30:00Z mac ampdaemon[71]: Fault Cleared: 6
   5. Based on assumed wording: how these lines are worded is not public, so our rules guess it.
"""
        + ASSUMED
    )


def test_an_interval_is_explained_by_all_of_its_findings() -> None:
    report = explained(doc_of(*LATE), "f6-1")
    assert "\n✗ CRITICAL   Fault 6 not cleared within 10 minutes of connector start" in report
    assert "\n! WARNING    Fault 6 not cleared within 10 minutes of its raise" in report
    assert "\nEvidence\n" not in report


def test_an_interval_that_nobody_judges_shows_its_lines() -> None:
    doc = doc_of("12:00:00 Fault Raised: 12", "12:05:00 Fault Raised: 12", "12:30:00 Policy check")
    assert (
        explained(doc, "f12-1")
        == """\
f12-1  fault 12: Network filter not allowed
raised    2026-03-03 12:00:00 UTC
cleared   not seen; open until 2026-03-03 12:30:00 UTC: end of log
duration  ≥ 30 minutes
state     open
repeated  1

Evidence
   1. fault raised  2026-03-03 12:00:00 UTC
      ampdaemon.log, line 1, byte 0
      │ 2026-03-03T12:00:00Z mac ampdaemon[71]: Fault Raised: 12
   2. fault raised  2026-03-03 12:05:00 UTC
      ampdaemon.log, line 2, byte 57
      │ 2026-03-03T12:05:00Z mac ampdaemon[71]: Fault Raised: 12

Before the raise  what preceded it; why it came is not said
  Too few lines stand in the ten minutes before the raise to compare them with quiet time: 0; 10 are
  needed.

Assumed
  1. Verdicts are based on assumed wording: how fault lines are worded is not public.
  2. The shape of these log lines is assumed: iso-syslog.
  3. Each raise line is taken to be a raise when it was written, not the repetition of an earlier
     one that was lost.
"""
    )


def test_a_changing_severity_is_shown_as_a_history() -> None:
    doc = doc_of("12:00:00 Fault Raised: 18 (Major)", "12:01:00 Fault Raised: 18 (Critical)", "12:09:00 Policy check")
    assert "severity  Major 12:00:00 → Critical 12:01:00\n" in explained(doc, "f18-1")


def test_an_unknown_begin_is_explained() -> None:
    doc = doc_of("12:00:00 Policy check", "12:30:00 Fault Cleared: 6", "13:00:00 Policy check")
    report = explained(doc, "f6-1")
    assert "raised    not after 2026-03-03 12:00:00 UTC: log starts\n" in report
    assert "   1. The raise was not seen; it happened no later than 2026-03-03 12:00:00 UTC.\n" in report


def test_a_pending_finding_says_what_is_missing() -> None:
    doc = doc_of("12:00:00 Fault Raised: 6", "12:05:00 Policy check")
    report = explained(doc, "f6-1-ten-minutes-after-start")
    assert "   3. Missing for a verdict: a connector start after the raise.\n" in report


def test_several_passed_deadlines_are_counted() -> None:
    doc = doc_of(
        "12:00:00 Fault Raised: 6", "12:01:00 connector started", "12:20:00 connector started", "12:40:00 Policy check"
    )
    report = explained(doc, "f6-1-ten-minutes-after-start")
    assert "  Deadlines that passed uncleared: 2; this is the first.\n" in report


def test_every_instant_is_given_in_utc_too_where_the_host_is_elsewhere() -> None:
    report = explained(doc_of(*LATE, zone="Asia/Seoul"), "f6-1")
    assert "raised    2026-03-03 21:00:00 KST (2026-03-03T12:00:00Z)\n" in report
    assert "   4. The fault cleared at 2026-03-03 21:30:00 KST. (2026-03-03T12:30:00Z)\n" in report


def test_a_remedy_is_explained_by_its_event_and_what_is_left_to_do() -> None:
    doc = doc_of("12:00:00 Fault Raised: 10", f"12:30:00 {BOOT}", "13:30:00 Policy check")
    report = explained(doc, "f10-1-reboot")
    assert "\nFault 10: the reboot at 2026-03-03 12:30:00 UTC did not help\n  f10-1-reboot\n" in report
    assert "      │ 2026-03-03T12:30:00Z mac kernel: Darwin Kernel Version 20.1.0\n" in report
    assert "  → Remove the firewall-grade network content filters" in report
    assert "\nFault 10: the reboot at 2026-03-03 12:30:00 UTC did not help\n" in explained(doc, "f10-1")


def test_a_remedy_that_was_not_tried_has_no_time() -> None:
    doc = doc_of("12:00:00 Fault Raised: 10", "13:30:00 Policy check")
    assert "\nFault 10: reboot not tried while it was raised\n" in explained(doc, "f10-1-reboot")


def test_a_pattern_is_explained_by_its_lines() -> None:
    entries = [f"12:0{minute}:00 Fault {'Cleared' if minute % 2 else 'Raised'}: 12" for minute in range(6)]
    report = explained(doc_of(*entries), "f12-chattering")
    assert report.startswith(
        "f12-chattering  fault 12: Network filter not allowed\n"
        "present: Fault 12 chatters: raised anew 3 times within 10 minutes\n"
        "source: tool default\n"
    )
    assert report.count("│ ") == 3


def test_an_absent_pattern_is_explained_without_lines() -> None:
    report = explained(doc_of("12:00:00 Fault Raised: 12", "12:30:00 Fault Cleared: 12"), "f12-chattering")
    assert "\nabsent: chattering\n" in report
    assert "Evidence" not in report


def test_a_pattern_without_its_rule_or_its_fault_is_still_shown() -> None:
    doc = doc_of(*LATE)
    own = documents.Pattern(id="f99-own", fault_id=99, pattern="own", outcome="unknown", evidence=[], missing=None)
    report = explained(replace(doc, patterns=[own], assumptions=[]), "f99-own")
    assert report == "f99-own\nunknown: own\n"


def test_korean_explains_too() -> None:
    report = explained(doc_of(*LATE), "f6-1", language="ko")
    assert "   4. 결함이 해제되었습니다: 2026-03-03 12:30:00 UTC.\n" in report
    assert "      ampdaemon.log, 3번째 줄, 바이트 122\n" in report


def test_an_unknown_id_names_the_ids_there_are() -> None:
    with pytest.raises(UnknownName) as error:
        explained(doc_of(*LATE), "f7-1")
    assert str(error.value) == (
        "nothing in ampdaemon.log is called 'f7-1'; there are: f6-1, f6-1-ten-minutes-after-raise,"
        " f6-1-ten-minutes-after-start, f6-chattering, f6-standing"
    )
    with pytest.raises(UnknownName, match="there is nothing to explain"):
        explained(doc_of("12:00:00 Policy check", "12:01:00 Policy check"), "f7-1")


def test_a_great_many_ids_are_not_all_named() -> None:
    doc = doc_of(*LATE)
    copies = [replace(doc.intervals[0], id=f"f6-{number}") for number in range(100)]
    with pytest.raises(UnknownName, match=r"… and 44 more$"):
        explained(replace(doc, intervals=copies), "nothing")


def test_a_line_is_quoted_as_it_stands_but_for_controls() -> None:
    doc = doc_of("12:00:00 Fault Raised: 12", "12:30:00 Policy check")
    (interval,) = doc.intervals
    line = replace(interval.evidence[0], text="  [red]two  blanks[/red]\x1b[2J" + "x" * 3000, line=9)
    report = explained(replace(doc, intervals=[replace(interval, evidence=[line])]), "f12-1")
    assert "      │   [red]two  blanks[/red]\\x1b[2Jxxx" in report
    assert "x…\n" in report
    assert max(map(len, report.splitlines())) == 100


def test_a_great_many_lines_are_cut_and_counted() -> None:
    doc = doc_of("12:00:00 Fault Raised: 12", "12:30:00 Policy check")
    (interval,) = doc.intervals
    long = replace(interval, evidence=interval.evidence * 250)
    report = explained(replace(doc, intervals=[long]), "f12-1")
    assert report.count("│ ") == 100
    assert "  … and 150 more lines; --json - has all\n" in report
