"""Console events beside a log: one raise seen twice is one raise, and what only the console tells of is not lost."""

import json

import pytest

from faultlog.case import Bound, Case
from faultlog.errors import UsageError
from faultlog.model import NS
from tests.logs import case_of, fault, keys, log, on, spans, time, verdict

GUID = "1b4e28ba-2fa1-11d2-883f-0016d3cca427"


def raised(at: str, fault_id: int = 6, guid: str = GUID, severity: str = "Major") -> dict[str, object]:
    return event(at, fault_id, guid, f"{severity} Fault Raised", 1090519107)


def cleared(at: str, fault_id: int = 6, guid: str = GUID) -> dict[str, object]:
    return event(at, fault_id, guid, "Fault Cleared", 553648196)


def event(at: str, fault_id: int, guid: str, name: str, number: int) -> dict[str, object]:
    return {
        "timestamp": on(at).ns // NS,
        "event_type": name,
        "event_type_id": number,
        "connector_guid": guid,
        "computer": {"hostname": "mac", "fault_id": fault_id},
    }


def met(text: str, *events: dict[str, object], **more: str) -> Case:
    lines = "".join(json.dumps(one) + "\n" for one in events)
    return case_of({"ampdaemon.log": text, "events.json": lines, **more})


def laws(case: Case) -> bool:
    found = case.audit
    return (
        found.raises == sum(bool(one.raises) for one in case.intervals) + found.duplicate_raises
        and found.clears == sum(one.clear is not None for one in case.intervals) + found.orphan_clears
    )


TWO = log(
    "11:00:00 x",
    "12:00:00 Fault Raised: 6",
    "12:05:00 Fault Cleared: 6",
    "12:30:00 Fault Raised: 6",
    "12:38:00 Fault Cleared: 6",
    "13:00:00 x",
)


class TestSeenTwice:
    """What both tell of counts once, with both lines as evidence."""

    def case(self) -> Case:
        return met(TWO, raised("12:02:03"), cleared("12:07:04"), raised("12:32:03"), cleared("12:40:02"))

    def test_one_raise_seen_twice_is_one_raise(self) -> None:
        case = self.case()
        assert spans(case, 6) == [("12:00:00", "12:05:00"), ("12:30:00", "12:38:00")]
        found = case.audit
        assert (found.raises, found.clears, found.duplicate_raises, found.orphan_clears) == (2, 2, 0, 0)
        assert (found.seen_twice, laws(case)) == (4, True)

    def test_both_lines_are_evidence(self) -> None:
        assert [(one.file, one.line) for one in self.case().intervals[0].evidence] == [
            ("ampdaemon.log", 2),
            ("events.json", 1),
            ("ampdaemon.log", 3),
            ("events.json", 2),
        ]

    def test_the_difference_of_the_clocks_is_measured_and_moves_nothing(self) -> None:
        clock = self.case().console_clock
        assert clock is not None
        assert (clock.ahead_s, clock.spread_s, clock.pairs, clock.hint) == (123, 1, 4, None)
        assert verdict(self.case(), "raised") == verdict(case_of(TWO), "raised") == "met"
        assert self.case().contradictions == ()

    def test_a_severity_that_only_the_console_states_is_recorded(self) -> None:
        assert [one.severity for one in self.case().intervals] == ["Major", "Major"]
        assert case_of(TWO).intervals[0].severity is None


class TestToldByTheConsoleAlone:
    """It happened all the same."""

    def test_a_clear_that_the_log_should_show_refutes_its_silence(self) -> None:
        text = log("11:00:00 x", "12:00:00 Fault Raised: 6", "13:00:00 x")
        case = met(text, raised("12:00:02"), cleared("12:20:02"))
        (one,) = case.intervals
        assert one.state == "cleared"
        assert one.cleared.reason == "console_clock"
        assert verdict(case_of(text), "raised") == "breached"
        assert verdict(case, "raised") == "indeterminate"
        (told,) = case.contradictions
        assert (told.id, told.kind, told.level, told.interval) == ("f6-console-1", "console_clear", "warning", "f6-1")
        assert (time(told.at), told.evidence[0].file) == ("12:20:00", "events.json")

    def test_a_clear_in_time_is_met_though_no_line_shows_it(self) -> None:
        case = met(log("12:00:00 Fault Raised: 6", "13:00:00 x"), raised("12:00:02"), cleared("12:05:02"))
        assert verdict(case, "raised") == "met"

    def test_a_raise_of_a_fault_that_the_log_never_names_is_told(self) -> None:
        case = met(TWO, raised("12:00:00"), cleared("12:05:00"), raised("12:45:00", 7))
        assert [one.id for one in case.contradictions] == ["f7-console-1"]
        assert [(one.state, one.cleared.reason) for one in fault(case, 7)] == [("unknown", "contradicted")]
        assert verdict(case, "raised") == "met"

    def test_a_clear_in_a_hole_of_the_log_ends_the_interval_there(self) -> None:
        early = log("11:00:00 Fault Raised: 7", "11:05:00 Fault Cleared: 7", "12:00:00 Fault Raised: 6", "12:04:00 x")
        case = met(
            log("12:20:00 x", "13:00:00 x"),
            raised("11:00:00", 7),
            cleared("11:05:00", 7),
            cleared("12:08:00"),
            **{"ampdaemon.log.2": early},
        )
        (one,) = fault(case, 6)
        assert one.cleared == Bound("between", at=on("12:07:59"), until=on("12:08:01"), reason="console_clock")
        assert (one.state, one.may_be_several) == ("cleared", True)
        assert verdict(case, "raised") == "met"
        assert (case.contradictions, laws(case)) == ((), True)

    def test_a_raise_from_before_the_log_begins_an_interval(self) -> None:
        text = log("12:30:00 x", "12:40:00 Fault Cleared: 6", "12:50:00 Fault Raised: 6", "13:00:00 x")
        case = met(text, raised("12:20:00"), cleared("12:40:00"), raised("12:50:00"))
        assert [one.raised.reason for one in case.intervals] == ["console_clock", None]
        assert case.contradictions == ()
        assert verdict(case, "raised") == "indeterminate"

    def test_a_clear_after_the_end_of_the_log_closes_what_was_open(self) -> None:
        case = met(log("12:00:00 Fault Raised: 6", "12:05:00 x"), raised("12:00:01"), cleared("12:08:00"))
        assert (case.intervals[0].state, verdict(case, "raised")) == ("cleared", "met")

    def test_a_raise_after_the_end_of_the_log_is_not_called_open(self) -> None:
        case = met(TWO, raised("12:00:00"), raised("12:30:00"), raised("14:00:00"))
        assert [(one.state, one.cleared.reason) for one in case.intervals[2:]] == [("unknown", "console_only")]


class TestClocksThatCannotBeCompared:
    """Nothing is counted twice and nothing is shifted in silence."""

    def test_an_event_that_may_be_a_line_seen_hours_apart_is_left_out(self) -> None:
        case = met(log("12:00:00 Fault Raised: 6", "12:30:00 x"), raised("07:17:00"))
        assert (case.audit.raises, case.console_clock, case.contradictions) == (1, None, ())
        assert "assumption.console_left_out" in keys(case.assumptions)
        assert verdict(case, "raised") == "breached"

    def test_of_a_fault_that_no_line_names_the_clocks_are_taken_to_agree(self) -> None:
        case = met(log("12:00:00 Fault Raised: 6", "12:30:00 x"), raised("15:00:00", 7))
        assert (case.audit.raises, len(case.intervals)) == (2, 2)
        assert "assumption.console_clock" in keys(case.assumptions)

    def test_a_difference_of_hours_suggests_the_zone_of_the_host(self) -> None:
        text = TWO.replace("Z mac", " mac")
        case = met(text, raised("03:00:01"), cleared("03:05:01"), raised("03:30:01"), cleared("03:38:01"))
        clock = case.console_clock
        assert clock is not None
        assert (clock.ahead_s, clock.hint and dict(clock.hint.params)) == (-9 * 3600 + 1, {"zone": "+09:00"})
        assert spans(case, 6) == [("12:00:00", "12:05:00"), ("12:30:00", "12:38:00")]
        assert case.audit.seen_twice == 4

    def test_with_that_zone_given_the_hint_is_gone(self) -> None:
        lines = "".join(json.dumps(one) + "\n" for one in (raised("03:00:01"), cleared("03:05:01")))
        case = case_of({"ampdaemon.log": TWO.replace("Z mac", " mac"), "events.json": lines}, tz="+09:00")
        assert case.console_clock is not None
        assert (case.console_clock.ahead_s, case.console_clock.hint) == (1, None)


class TestWhoseEvents:
    """Events of another connector make several hosts."""

    LOCAL = f"<config><agent><uuid>{GUID.upper()}</uuid></agent></config>"

    def test_the_same_guid_in_another_spelling_is_the_same_connector(self) -> None:
        case = met(TWO, raised("12:00:00"), **{"local.xml": self.LOCAL})
        assert case.host.guid == GUID.upper()
        assert "assumption.console_host" not in keys(case.assumptions)

    def test_another_guid_is_refused(self) -> None:
        with pytest.raises(UsageError, match=r"2 connectors, not one.*of console events keep those of one connector"):
            met(TWO, raised("12:00:00", guid="other"), **{"local.xml": self.LOCAL})

    def test_events_of_two_connectors_are_refused(self) -> None:
        with pytest.raises(UsageError, match="2 connectors"):
            met(TWO, raised("12:00:00"), raised("12:30:00", guid="other"))

    def test_where_nothing_else_states_a_guid_that_is_assumed(self) -> None:
        case = met(TWO, raised("12:00:00"))
        assert case.host.guid == GUID
        assert "assumption.console_host" in keys(case.assumptions)


def test_events_that_stand_on_one_line_are_told_apart() -> None:
    """An API answers with all events on one line, so they share it as evidence."""
    answer = json.dumps({"data": [raised("12:00:00"), cleared("12:05:00"), cleared("12:50:00", 7)]})
    case = case_of({"ampdaemon.log": TWO, "events.json": answer})
    assert (case.audit.seen_twice, [(one.fault_id, one.interval) for one in case.contradictions]) == (2, [(7, "f7-1")])


def test_an_event_that_two_exports_hold_is_one_event() -> None:
    """Pages of an API overlap."""
    first, second = ("".join(json.dumps(one) + "\n" for one in page) for page in (PAGES[:3], PAGES[1:]))
    case = case_of({"ampdaemon.log": TWO, "page1.json": first, "page2.json": second})
    assert (case.audit.raises, case.audit.clears, case.audit.seen_twice, case.contradictions) == (2, 2, 4, ())


PAGES = [raised("12:00:01"), cleared("12:05:01"), raised("12:30:01"), cleared("12:38:01")]
