"""Which logs may speak about faults, and whose silence is evidence."""

import json

from faultlog.case import Case
from tests.logs import BOOT, case_of, fault, finding, log, remedy, spans, time, verdict

RAISED = {
    "id": 1,
    "timestamp": 1772539200,
    "timestamp_nanoseconds": 0,
    "date": "2026-03-03T12:00:00+00:00",
    "event_type": "Major Fault Raised",
    "event_type_id": 1090519107,
    "connector_guid": "a",
    "computer": {"hostname": "mac", "fault_id": 6},
}
CLEARED = {
    **RAISED,
    "id": 2,
    "timestamp": 1772539200 + 1200,
    "date": "2026-03-03T12:20:00+00:00",
    "event_type": "Fault Cleared",
    "event_type_id": 553648196,
}


def console(*events: dict[str, object]) -> str:
    return "".join(json.dumps(event) + "\n" for event in events)


class TestConsoleAlone:
    """Console events without a log are no continuous observation: what depends on absence is indeterminate."""

    def case(self, *events: dict[str, object]) -> Case:
        return case_of({"events.json": console(*events)})

    def test_a_raise_and_a_clear_are_an_interval_whose_length_depends_on_absence(self) -> None:
        (one,) = self.case(RAISED, CLEARED).intervals
        assert (time(one.raised.at), time(one.cleared.at), one.state) == (
            "12:00:00.000000000",
            "12:20:00.000000000",
            "cleared",
        )
        assert (one.duration_s, one.may_be_several, one.severity) == ((0.0, 1200.0), True, "Major")

    def test_a_late_clear_is_indeterminate(self) -> None:
        case = self.case(RAISED, CLEARED)
        assert verdict(case, "raised") == "indeterminate"
        assert verdict(case, "connector_started") == "indeterminate"

    def test_a_clear_in_time_is_met_in_every_history(self) -> None:
        early = {**CLEARED, "timestamp": 1772539200 + 60, "date": "2026-03-03T12:01:00+00:00"}
        assert verdict(self.case(RAISED, early), "raised") == "met"

    def test_no_clear_is_neither_open_nor_breached(self) -> None:
        case = self.case(
            RAISED,
            {
                **RAISED,
                "id": 3,
                "timestamp": 1772539200 + 7200,
                "date": "2026-03-03T14:00:00+00:00",
                "computer": {"hostname": "mac", "fault_id": 7},
            },
        )
        (one,) = fault(case, 6)
        assert (one.state, one.cleared.kind, one.cleared.reason) == ("unknown", "not_before", "console_only")
        assert verdict(case, "raised") == "indeterminate"

    def test_a_clear_alone_has_an_unknown_start(self) -> None:
        case = self.case(CLEARED)
        (one,) = case.intervals
        assert (one.raised.kind, one.raised.reason, one.duration_s) == ("not_after", "console_only", (0.0, None))
        assert verdict(case, "raised") == "indeterminate"

    def test_no_span_is_called_observed(self) -> None:
        assert self.case(RAISED, CLEARED).coverage == ()


class TestConsoleBesideALog:
    """Console events meet the log's lines; `test_reconcile` has more."""

    def test_they_are_not_counted_twice(self) -> None:
        case = case_of(
            {"events.json": console(RAISED, CLEARED), "ampdaemon.log": log("12:00:00 Fault Raised: 6", "12:30:00 x")}
        )
        assert spans(case, 6) == [("12:00:00", None)]
        assert (case.audit.raises, case.audit.clears, case.audit.seen_twice) == (1, 1, 1)
        assert (case.intervals[0].state, case.intervals[0].cleared.reason) == ("cleared", "console_clock")

    def test_a_log_that_does_not_carry_the_raise_is_no_evidence_that_it_was_not_cleared(self) -> None:
        case = case_of({"events.json": console(RAISED), "ampdaemon.log": log("11:00:00 x", "13:00:00 x")})
        assert verdict(case, "raised") == "indeterminate"


class TestWhoseSilence:
    """Fault verdicts use the coverage of the files that carry fault lines, not of the longest file."""

    def test_a_longer_system_log_does_not_let_deadlines_pass(self) -> None:
        case = case_of(
            {
                "ampdaemon.log": log("12:00:00 Fault Raised: 6", "12:05:00 x"),
                "system.log": log(f"09:00:00 {BOOT}", "18:00:00 x"),
            }
        )
        (one,) = case.intervals
        assert (time(one.cleared.at), one.cleared.reason, one.state) == ("12:05:00", "log_ends", "open")
        assert verdict(case, "raised") == "pending"

    def test_nor_does_a_longer_scan_log(self) -> None:
        case = case_of(
            {
                "ampdaemon.log": log("12:00:00 Fault Raised: 6", "12:05:00 x"),
                "ampscansvc.log": log("09:00:00 x", "18:00:00 x"),
            }
        )
        assert verdict(case, "raised") == "pending"

    def test_where_no_connector_log_is_there_the_logs_that_carry_fault_lines_count(self) -> None:
        case = case_of(
            {
                "messages": log("12:00:00 Fault Raised: 6", "12:30:00 x"),
                "ampscansvc.log": log("09:00:00 x", "18:00:00 x"),
            }
        )
        found = finding(case, "raised")
        assert found is not None
        assert (found.verdict, found.margin_s) == ("breached", -20 * 60)

    def test_suppressed_messages_of_another_log_hide_no_faults(self) -> None:
        case = case_of(
            {
                "ampdaemon.log": log("12:00:00 Fault Raised: 6", "12:30:00 Fault Cleared: 6"),
                "system.log": log("11:50:00 x", "12:01:00 x", "12:20:00 suppressed 4 messages", "12:40:00 x"),
            }
        )
        assert [one.kind for one in case.coverage] == ["live", "live", "blind", "live"]
        assert case.intervals[0].may_be_several is False
        assert verdict(case, "raised") == "breached"

    def test_a_system_log_that_covers_the_interval_makes_a_boot_not_tried(self) -> None:
        quiet = {
            "ampdaemon.log": log("12:00:00 Fault Raised: 10", "12:30:00 Fault Cleared: 10"),
            "system.log": log("11:00:00 x", "13:00:00 x"),
        }
        assert remedy(case_of(quiet, os="macos"), "f10-1").outcome == "not_tried"

    def test_without_a_system_log_a_boot_may_lie_between_stop_and_start(self) -> None:
        case = case_of(
            log(
                "12:00:00 Fault Raised: 10",
                "12:30:00 connector stopped",
                "12:32:00 connector started",
                "12:33:00 Fault Cleared: 10",
            ),
            os="macos",
        )
        assert remedy(case, "f10-1").outcome == "unknown"

    def test_a_system_log_covers_boots_over_a_hole_of_the_connectors_log(self) -> None:
        case = case_of(
            {
                "ampdaemon.log.2": log("12:00:00 Fault Raised: 10", "12:10:00 x"),
                "ampdaemon.log": log("12:20:00 x", "12:30:00 Fault Cleared: 10"),
                "system.log": log("11:00:00 x", "13:00:00 x"),
            },
            os="macos",
        )
        assert remedy(case, "f10-1").outcome == "not_tried"


def test_snapshots_are_kept_and_are_no_signals_of_their_own() -> None:
    status = "Status: Connected\nMode: Degraded\nFaults: 1 Critical, 2 Major\nFault IDs: 6, 15 18\n"
    case = case_of({"ampdaemon.log": log("12:00:00 Fault Raised: 6", "12:30:00 x"), "status.txt": status})
    assert [(one.file, one.fault_ids, one.at) for one in case.snapshots] == [("status.txt", (6, 15, 18), None)]
    assert case.audit.raises == 1


def test_a_snapshot_alone_is_no_observation_and_no_interval() -> None:
    case = case_of({"status.txt": "Status: Connected\nFaults: 1 Major\nFault IDs: 18\n"})
    assert (case.intervals, case.findings, case.coverage) == ((), (), ())
    assert [one.fault_ids for one in case.snapshots] == [(18,)]
