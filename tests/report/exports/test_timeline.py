"""The rows of a timeline: all of a case that has a place in time, no instant invented, every end with its bounds."""

import json
import re
from dataclasses import fields, replace

import pytest

from faultlog.model import Instant
from faultlog.report.document import CaseDocument, to_json
from faultlog.report.exports.columns import COLUMNS, TimelineRow
from faultlog.report.exports.timeline import Timeline
from faultlog.wording import Wording
from tests.logs import case_of, knowledge, log

from .cases import bounds, each_case, ends, hostile, sample, timeline

ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")
BOUNDS = ("begin_from", "begin_until", "end_from", "end_until")


def row(doc: CaseDocument, name: str) -> TimelineRow:
    (found,) = [one for one in timeline(doc).rows if one.id == name]
    return found


def test_the_columns_are_the_fields_of_a_row() -> None:
    assert [column.name for column in COLUMNS] == [field.name for field in fields(TimelineRow)]
    assert {column.name for column in COLUMNS if column.type == "instant"} == set(BOUNDS)


@each_case
def test_everything_of_a_case_that_has_a_place_in_time_is_a_row(doc: CaseDocument) -> None:
    rows = timeline(doc).rows
    kinds = [one.kind for one in rows]
    wanted = {
        "interval": len(doc.intervals),
        "finding": len(doc.findings),
        "remedy": len(doc.remedies),
        "contradiction": len(doc.contradictions),
        "signal": len(doc.signals),
        "change": len(doc.changes),
        "hole": len({one for one in doc.coverage if one.kind != "live"}),
    }
    assert {kind: kinds.count(kind) for kind in wanted} == wanted
    assert len({one.id for one in rows}) == len(rows)


@each_case
def test_no_instant_is_invented(doc: CaseDocument) -> None:
    known = set(ISO.findall(to_json(doc)))
    stated = {at for one in timeline(doc).rows for name in BOUNDS if (at := getattr(one, name)) is not None}
    assert stated <= known
    assert stated


def test_an_observed_interval_has_two_exact_ends() -> None:
    found = row(sample("fault6-breached-0001.zip"), "f6-1")
    assert (found.begin_kind, found.begin_from, found.begin_until) == ("observed", *["2026-03-03T13:06:35Z"] * 2)
    assert (found.end_kind, found.end_from, found.end_until) == ("observed", *["2026-03-03T13:31:32Z"] * 2)
    assert (found.duration_min_s, found.duration_max_s, found.state) == (1497.0, 1497.0, "cleared")
    assert found.message == "Fault 6 Scan service restarting frequently (Major): cleared, 24 min 57 s"
    assert (found.line, found.host) == (44, "sim-macos-0001")


def test_an_open_end_and_an_unseen_begin_are_bounds_not_instants() -> None:
    doc = sample("cut-in-the-middle-0001.tar.gz")
    opened, cut = row(doc, "f5-1"), row(doc, "f12-1")
    assert (opened.end_kind, opened.end_from, opened.end_until) == ("not_before", "2026-03-20T19:03:11Z", None)
    assert (opened.state, opened.duration_max_s) == ("open", None)
    assert (cut.begin_kind, cut.begin_from, cut.begin_until) == ("not_after", None, "2026-03-20T17:03:24.106629Z")
    assert cut.begin_reason == "log_starts"


def test_a_breach_lasts_from_its_deadline_to_the_clear() -> None:
    found = row(sample("fault6-breached-0001.zip"), "f6-1-ten-minutes-after-start")
    assert (found.begin_kind, found.begin_from, found.end_from) == (
        "computed",
        "2026-03-03T13:17:10Z",
        "2026-03-03T13:31:32Z",
    )
    assert (found.verdict, found.margin_s, found.level, found.breaches) == ("breached", -862.0, "critical", 1)


def test_a_breach_without_a_deadline_had_happened_when_the_fault_was_last_seen() -> None:
    doc = sample("fault6-breached-0001.zip")
    findings = [replace(one, deadline_at=None) for one in doc.findings]
    found = row(replace(doc, findings=findings), "f6-1-ten-minutes-after-start")
    assert (found.begin_kind, found.begin_from, found.begin_until) == ("not_after", None, "2026-03-03T13:31:32Z")


def test_a_verdict_that_is_no_breach_has_a_deadline_and_no_end() -> None:
    found = row(ends(), "f6-1-ten-minutes-after-start")
    assert (found.verdict, found.begin_kind, found.end_kind) == ("indeterminate", "computed", None)


def test_what_has_no_instant_stands_last_and_says_so() -> None:
    last = timeline(ends()).rows[-1]
    assert (last.id, last.begin_kind, last.begin_from, last.outcome) == ("f10-1-reboot", "unknown", None, "unknown")


def test_rows_stand_in_the_order_of_time() -> None:
    first = [
        min(Instant.of(at).ns for name in BOUNDS if (at := getattr(one, name))) for one in timeline(ends()).rows[:-1]
    ]
    assert first == sorted(first)


def test_a_hole_says_why_and_how_long() -> None:
    (found,) = [one for one in timeline(ends()).rows if one.reason == "rotation_missing"]
    assert (found.what, found.duration_min_s) == ("blind", 3597.6)
    assert found.message == "not observed: a rotated file is missing (ampdaemon.log.3)"


def test_a_window_shows_what_touches_it_and_all_that_belongs_to_an_interval_in_it() -> None:
    words, at = Wording("en", knowledge().rules), Instant.of("2026-03-03T13:20:00Z")
    doc = sample("fault6-breached-0001.zip")
    shown = Timeline.of(doc, words, (at, Instant.of("2026-03-03T13:22:00Z"))).rows
    assert [one.what for one in shown if one.kind == "signal"] == [
        "scan_service_exited",
        "scan_service_started",
        "scan_service_started",
    ]
    assert {one.id for one in shown if one.interval is not None} == {
        "f6-1",
        "f6-1-ten-minutes-after-raise",
        "f6-1-ten-minutes-after-start",
    }
    assert Timeline.of(doc, words, (None, Instant.of("2026-03-03T12:00:00Z"))).rows == ()


def test_messages_are_said_in_korean() -> None:
    said = {one.id: one.message for one in timeline(ends(), "ko").rows}
    assert said["f3-1"].startswith("결함 3 디스크 접근 권한이 부여되지 않음(Critical): 해제됨")
    assert said["change-1"] == "커넥터 버전 변경 1.14.0 → 1.14.1"


@each_case
@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_message_is_a_sentence_of_the_catalogue(doc: CaseDocument, language: str) -> None:
    said = [one.message for one in timeline(doc, language).rows]
    assert [one for one in said if not one or re.search(r"[a-z_]+\.[a-z_]+ \(|^\w+\.\w+$|\{\w+\}", one)] == []


def test_every_signal_kind_and_change_is_worded() -> None:
    """A clock that was set and a policy that changed are no rows of the samples."""
    doc = ends()
    signals = [replace(doc.signals[0], kind="clock_stepped", fault_id=None)]
    changes = [replace(doc.changes[0], what=what) for what in ("connector_version", "kernel", "policy", "definitions")]
    rows = timeline(replace(doc, signals=signals, changes=changes)).rows
    assert {one.message.partition(" from ")[0] for one in rows if one.kind in {"signal", "change"}} == {
        "clock was set",
        "connector version changed",
        "kernel changed",
        "policy changed",
        "definitions changed",
    }


def test_an_unbounded_duration_is_an_empty_cell_whoever_says_it() -> None:
    doc = ends()
    endless = [replace(one, duration_s=(1.0, float("inf"))) for one in doc.intervals]
    assert row(replace(doc, intervals=endless), "f6-1").duration_max_s is None


def test_a_document_without_the_interval_of_its_finding_is_written_all_the_same() -> None:
    """Nobody but a stranger's program writes such a one."""
    from faultlog.report.exports.formats import FORMATS

    doc = replace(ends(), intervals=[])
    assert row(doc, "f6-1-ten-minutes-after-raise").begin_from == "2026-03-03T12:10:00.1Z"
    assert all(one.write(timeline(doc)) for one in FORMATS.values())


def test_a_case_of_nothing_has_no_rows() -> None:
    from faultlog.report.document import document

    assert timeline(document(case_of(log("12:00:00 hello")))).rows == ()


def test_cases_of_these_tests_hold_what_they_promise() -> None:
    assert {one.begin_kind for one in timeline(bounds()).rows} >= {"observed", "not_after", "between"}
    assert "<script>" in json.dumps([one.text for one in timeline(hostile()).rows])
