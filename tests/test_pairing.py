"""Raises and clears to intervals: golden cases, duplicates, orphans, bounds, and laws that hold for any log."""

import dataclasses
import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faultlog.case import Audit, Bound, Case
from faultlog.elapsed import Point
from faultlog.holes import Hole, Observation
from faultlog.model import Evidence, Instant, Moment, Signal
from faultlog.pairing import Paired, pair, title_of
from faultlog.rulebook import RuleBook
from tests.logs import BOOT, case_of, clock, fault, keys, knowledge, log, on, spans, time, verdict, watched

PROPERTY = settings()  # as many inputs as conftest says, more in `make soak`


def minutes(raises: list[int], clears: list[int], *, fault_id: int = 6) -> Case:
    lines = [(at, f"Fault Raised: {fault_id}") for at in raises] + [(at, f"Fault Cleared: {fault_id}") for at in clears]
    return case_of(log(*(f"{clock(43200 + at * 60)} {words}" for at, words in sorted(lines)), "13:00:00 x"))


class TestGolden:
    """The two cases that a public peer gets wrong."""

    def test_raises_0_20_40_clears_5_25(self) -> None:
        case = minutes([0, 20, 40], [5, 25])
        assert spans(case, 6) == [("12:00:00", "12:05:00"), ("12:20:00", "12:25:00"), ("12:40:00", None)]
        assert [one.state for one in case.intervals] == ["cleared", "cleared", "open"]
        assert [one.duration_s for one in case.intervals] == [(300, 300), (300, 300), (1200, None)]
        assert case.audit == Audit(3, 2, 3, 0, 0, 0)

    def test_raises_0_2_20_clears_5_6_25(self) -> None:
        case = minutes([0, 2, 20], [5, 6, 25])
        assert spans(case, 6) == [("12:00:00", "12:05:00"), ("12:20:00", "12:25:00")]
        assert [one.duplicate_raises for one in case.intervals] == [1, 0]
        assert [one.id for one in case.intervals] == ["f6-1", "f6-2"]
        assert case.audit == Audit(3, 3, 2, 1, 1, 0)


def test_a_duplicate_does_not_restart_the_interval_and_its_severity_is_recorded() -> None:
    case = case_of(
        log(
            "12:00:00 Fault Raised: 18 (Major)",
            "12:02:00 Fault Raised: 18",
            "12:04:00 Fault Raised: 18 (Critical)",
            "12:09:00 Fault Cleared: 18",
        )
    )
    (one,) = case.intervals
    assert (time(one.raised.at), one.duration_s, one.duplicate_raises) == ("12:00:00", (540, 540), 2)
    assert [(time(each.at), each.severity) for each in one.severities] == [
        ("12:00:00", "Major"),
        ("12:04:00", "Critical"),
    ]
    assert one.severity == "Critical"
    assert [line.line for line in one.evidence] == [1, 2, 3, 4]


def test_severity_belongs_to_the_raise_not_to_the_id() -> None:
    case = case_of(log("12:00:00 Critical Fault Raised: 18", "12:01:00 Fault Cleared: 18", "12:02:00 Fault Raised: 18"))
    assert [one.severity for one in case.intervals] == ["Critical", None]


class TestOrphanClears:
    """A clear with nothing open."""

    def test_the_first_thing_seen_of_a_fault_yields_an_interval_with_an_unknown_start(self) -> None:
        case = case_of(log("12:00:00 x", "12:04:00 Fault Cleared: 6", "12:05:00 x"))
        (one,) = case.intervals
        assert one.raised == Bound("not_after", until=on("12:00:00"), reason="log_starts")
        assert one.cleared == Bound("observed", at=on("12:04:00"))
        assert (one.state, one.duration_s, one.raises) == ("cleared", (240, None), ())
        assert case.audit == Audit(0, 1, 1, 0, 0, 0)

    def test_later_ones_are_only_counted(self) -> None:
        case = case_of(
            log(
                "12:00:00 x",
                "12:04:00 Fault Cleared: 6",
                "12:05:00 Fault Cleared: 6",
                "12:06:00 Fault Raised: 6",
                "12:07:00 Fault Cleared: 6",
                "12:08:00 Fault Cleared: 6",
            )
        )
        assert spans(case, 6) == [(None, "12:04:00"), ("12:06:00", "12:07:00")]
        assert case.audit == Audit(1, 4, 2, 0, 2, 0)

    def test_another_fault_seen_before_does_not_matter(self) -> None:
        case = case_of(log("12:00:00 Fault Raised: 7", "12:04:00 Fault Cleared: 6"))
        assert {one.id: one.raised.kind for one in case.intervals} == {"f7-1": "observed", "f6-1": "not_after"}
        assert case.audit.orphan_clears == 0

    def test_after_a_hole_the_start_is_not_after_the_hole(self) -> None:
        case = case_of(
            {"ampdaemon.log.2": log("11:00:00 x"), "ampdaemon.log": log("12:00:00 x", "12:04:00 Fault Cleared: 6")}
        )
        assert case.intervals[0].raised == Bound("not_after", until=on("12:00:00"), reason="hole")

    def test_at_the_very_first_line(self) -> None:
        case = case_of(log("12:00:00 Fault Cleared: 6", "13:00:00 x"))
        assert case.intervals[0].duration_s == (0, None)
        assert verdict(case, "raised") == "indeterminate"

    @pytest.mark.parametrize(
        ("cleared", "expected"),
        [("12:10:00", "indeterminate"), ("12:10:01", "breached"), ("12:10:00.001", "indeterminate")],
    )
    def test_more_than_ten_minutes_of_seen_time_are_a_breach_without_deadline(
        self, cleared: str, expected: str
    ) -> None:
        case = case_of(log("12:00:00 x", f"{cleared} Fault Cleared: 6"))
        (one,) = [each for each in case.findings if each.expectation.after == "raised"]
        assert (one.verdict, one.deadline_at, one.anchor, one.margin_s) == (expected, None, None, None)
        assert one.breaches == (expected == "breached")
        assert verdict(case, "connector_started") == "indeterminate"

    def test_more_than_ten_minutes_after_a_hole_are_a_breach_too(self) -> None:
        case = case_of(
            {"ampdaemon.log.2": log("11:00:00 x"), "ampdaemon.log": log("12:00:00 x", "12:30:00 Fault Cleared: 6")}
        )
        assert (verdict(case, "raised"), case.intervals[0].may_be_several, case.intervals[0].duration_s) == (
            "breached",
            False,
            (1800, None),
        )


@pytest.mark.parametrize(
    "between",
    [
        ["12:10:00 connector stopped", "12:11:00 connector started"],
        [f"12:10:00 {BOOT}"],
        ["12:10:00 shutting down", f"12:11:00 {BOOT}", "12:12:00 starting connector", "12:12:02 connector started"],
        ["12:10:00 upgraded from 1.14.0 to 1.14.1"],
    ],
)
def test_a_restart_or_a_reboot_does_not_close_an_interval(between: list[str]) -> None:
    case = case_of(log("12:00:00 Fault Raised: 6", *between, "12:20:00 Fault Cleared: 6"))
    assert spans(case, 6) == [("12:00:00", "12:20:00")]
    assert case.intervals[0].duration_s == (1200, 1200)


def test_a_restart_between_two_raises_leaves_the_second_a_duplicate() -> None:
    case = case_of(log("12:00:00 Fault Raised: 6", "12:10:00 connector started", "12:11:00 Fault Raised: 6"))
    assert (len(case.intervals), case.audit.duplicate_raises) == (1, 1)


class TestEnds:
    """End of log is never a clear; a log that starts in the middle is never a raise."""

    def test_the_end_of_the_log_is_not_before(self) -> None:
        (one,) = case_of(log("12:00:00 Fault Raised: 6", "12:07:00 x")).intervals
        assert one.cleared == Bound("not_before", at=on("12:07:00"), reason="log_ends")
        assert (one.state, one.duration_s, one.clear) == ("open", (420, None), None)

    def test_a_raise_on_the_last_line_is_open_for_no_time_yet(self) -> None:
        (one,) = case_of(log("12:00:00 x", "12:07:00 Fault Raised: 6")).intervals
        assert (one.state, one.duration_s, one.cleared.at) == ("open", (0, None), on("12:07:00"))

    def test_a_log_without_faults_has_no_interval(self) -> None:
        case = case_of(log("12:00:00 x", "12:07:00 y"))
        assert (case.intervals, case.audit) == ((), Audit())

    def test_before_a_hole_an_uncleared_fault_is_not_before_the_hole_and_unknown(self) -> None:
        case = case_of(
            {"ampdaemon.log.3": log("12:00:00 Fault Raised: 6", "12:07:00 x"), "ampdaemon.log.1": log("12:30:00 x")}
        )
        (one,) = case.intervals
        assert one.cleared == Bound("not_before", at=on("12:07:00"), reason="hole")
        assert (one.state, one.duration_s) == ("unknown", (420, None))

    def test_over_a_hole_a_clear_may_be_that_of_another_stay(self) -> None:
        case = case_of(
            {
                "ampdaemon.log.3": log("12:00:00 Fault Raised: 6", "12:07:00 x"),
                "ampdaemon.log.1": log("12:30:00 x", "12:31:00 Fault Cleared: 6"),
            }
        )
        (one,) = case.intervals
        assert (one.may_be_several, one.duration_s, one.state) == (True, (420, 1860), "cleared")
        assert one.cleared == Bound("observed", at=on("12:31:00"))

    def test_a_raise_after_the_hole_shows_it_open_at_the_end(self) -> None:
        case = case_of(
            {
                "ampdaemon.log.3": log("12:00:00 Fault Raised: 6", "12:07:00 x"),
                "ampdaemon.log.1": log("12:30:00 x", "12:31:00 Fault Raised: 6", "12:32:00 x"),
            }
        )
        (one,) = case.intervals
        assert (one.state, one.may_be_several, one.duplicate_raises) == ("open", True, 1)
        assert one.duration_s[0] == 420

    def test_lines_without_stamp_give_bounds_on_both_ends(self) -> None:
        case = case_of(
            log("12:00:00 x", "[f] Fault Raised: 6", "12:00:30 x", "12:05:00 x", "[f] Fault Cleared: 6", "12:06:00 x")
        )
        (one,) = case.intervals
        assert one.raised == Bound("between", on("12:00:00"), on("12:00:30"), "no_stamp")
        assert one.cleared == Bound("between", on("12:05:00"), on("12:06:00"), "no_stamp")
        assert (one.duration_s, one.state) == ((270, 360), "cleared")
        assert verdict(case, "raised") == "met"

    def test_a_repeated_local_hour_gives_bounds(self) -> None:
        said = {"02:30:00": "Raised", "04:30:00": "Cleared"}
        text = "".join(f"2026-10-25T{at} mac ampdaemon[71]: Fault {what}: 6\n" for at, what in said.items())
        (one,) = case_of(text, tz="Europe/Berlin").intervals
        assert one.raised.kind == "between"
        assert (one.raised.reason, one.duration_s) == ("ambiguous_local_time", (7200, 10800))

    def test_an_unterminated_last_line_counts_and_is_flagged(self) -> None:
        case = case_of(log("12:00:00 Fault Raised: 6", "12:07:00 Fault Cleared: 6", end=""))
        assert spans(case, 6) == [("12:00:00", "12:07:00")]
        assert [one.code for one in case.warnings] == ["unterminated"]

    def test_a_raise_on_the_first_line_after_a_hole_is_seen_open_at_the_end(self) -> None:
        case = case_of(
            {"ampdaemon.log.2": log("11:00:00 x"), "ampdaemon.log": log("12:00:00 Fault Raised: 6", "12:30:00 x")}
        )
        assert (case.intervals[0].state, case.intervals[0].duration_s, verdict(case, "raised")) == (
            "open",
            (1800, None),
            "breached",
        )

    def test_an_interval_that_begins_where_a_hole_ends_spans_none(self) -> None:
        case = case_of(
            {
                "ampdaemon.log.2": log("11:00:00 x"),
                "ampdaemon.log": log("12:00:00 Fault Raised: 6", "12:05:10 Fault Cleared: 6"),
            }
        )
        assert (case.intervals[0].may_be_several, case.intervals[0].duration_s) == (False, (310, 310))

    def test_an_interval_that_ends_where_a_hole_begins_spans_none(self) -> None:
        case = case_of(
            {
                "ampdaemon.log.2": log("11:00:00 Fault Raised: 6", "11:01:00 Fault Cleared: 6"),
                "ampdaemon.log": log("12:00:00 x"),
            }
        )
        assert (case.intervals[0].may_be_several, case.intervals[0].duration_s) == (False, (60, 60))

    def test_across_a_backward_step_the_duration_has_no_upper_end(self) -> None:
        case = case_of(log("12:00:00 Fault Raised: 6", "12:10:00 x", "12:08:00 y", "12:09:30 Fault Cleared: 6"))
        assert case.intervals[0].duration_s == (570 + 120, None)

    def test_a_duration_is_a_range_whatever_the_clock_does(self) -> None:
        case = case_of(log("12:00:00 Fault Raised: 6", "11:59:00 x", "11:59:30 Fault Cleared: 6"))
        lo, hi = case.intervals[0].duration_s
        assert hi is None or lo <= hi


class TestCopies:
    """Identical lines that stand in two files count once."""

    LINES = ("12:00:00 Fault Raised: 6", "12:00:10 a", "12:00:20 b", "12:05:00 Fault Cleared: 6")

    def test_a_file_with_the_same_bytes_counts_once(self) -> None:
        case = case_of({"a/ampdaemon.log": log(*self.LINES), "b/ampdaemon.log": log(*self.LINES)})
        assert case.audit == Audit(1, 1, 1, 0, 0, 0)
        assert [(one.status, one.duplicates) for one in case.files] == [("understood", 0), ("duplicate", 4)]
        assert [one.code for one in case.warnings] == ["same_content"]

    def test_a_bundle_taken_twice_counts_once(self) -> None:
        case = case_of({"a/ampdaemon.log": log(*self.LINES), "b/ampdaemon.log": log(*self.LINES, "12:30:00 c")})
        assert case.audit == Audit(1, 1, 1, 0, 0, 0)

    def test_a_run_of_lines_in_two_rotations_counts_once(self) -> None:
        case = case_of({"ampdaemon.log.1": log(*self.LINES), "ampdaemon.log": log(*self.LINES, "12:30:00 c")})
        assert case.audit == Audit(1, 1, 1, 0, 0, 0)

    def test_one_line_alone_is_no_copy(self) -> None:
        case = case_of(
            {
                "ampdaemon.log.1": log("12:00:00 x", "12:01:00 Fault Raised: 6"),
                "ampdaemon.log": log("12:01:00 Fault Raised: 6", "12:02:00 y"),
            }
        )
        assert case.audit.raises == 2


def with_policy(policy: str) -> RuleBook:
    rules = knowledge().rules
    changed = tuple(
        dataclasses.replace(rule, file=dataclasses.replace(rule.file, duplicate_raise=policy)) for rule in rules.faults
    )
    return dataclasses.replace(rules, faults=changed)


def disagreeing() -> RuleBook:
    """On Linux a second raise begins a new interval, elsewhere the last one counts."""
    linux = {rule.id: rule for rule in with_policy("restart").faults if rule.os == "linux"}
    book = with_policy("keep_last")
    return dataclasses.replace(book, faults=tuple(linux.get(rule.id, rule) for rule in book.faults))


def raised(second: int, fault_id: int = 6, count: int = 1) -> Signal:
    return said("fault_raised", second, fault_id, count)


def cleared(second: int, fault_id: int = 6, count: int = 1) -> Signal:
    return said("fault_cleared", second, fault_id, count)


def said(kind: Any, second: int, fault_id: int | None = None, count: int = 1) -> Signal:
    at = Moment.exactly(Instant.at_second(second))
    return Signal(kind, at, Evidence("a", second + 1, 0, ""), "r", "assumed", fault_id, count=count, order=second)


def observed(end: int, *holes: Hole) -> Observation:
    return dataclasses.replace(watched(said("suppressed", 0), end=Instant.at_second(end)), holes=holes)


def paired(signals: list[Signal], policy: str = "keep_first", system: str | None = "macos", end: int = 100) -> Paired:
    return pair(signals, observed(end), with_policy(policy), system)


def test_it_was_raised_no_later_than_the_line_that_cleared_it() -> None:
    begin = Moment.between(Instant.at_second(0), Instant.at_second(50), "ambiguous_local_time")
    seen = watched(dataclasses.replace(said("suppressed", 0), when=begin), end=Instant.at_second(100))
    (one,) = pair([cleared(30)], seen, knowledge().rules, "macos").intervals
    assert (one.raised.until, one.cleared.at) == (Instant.at_second(30), Instant.at_second(30))


def test_where_the_clear_is_a_range_it_was_raised_no_later_than_the_ranges_end() -> None:
    begin, end = (Moment.between(*map(Instant.at_second, one), "ambiguous_local_time") for one in ((0, 50), (30, 40)))
    seen = watched(dataclasses.replace(said("suppressed", 0), when=begin), end=Instant.at_second(100))
    (one,) = pair([dataclasses.replace(cleared(30), when=end)], seen, knowledge().rules, "macos").intervals
    assert one.raised.until == Instant.at_second(40)


class TestPolicies:
    """What a second raise means: the rule may say."""

    def test_keep_last_counts_from_the_last_raise(self) -> None:
        (one,) = paired([raised(0), raised(20), cleared(30)], "keep_last").intervals
        assert (one.raised.at, one.duration_s, one.duplicate_raises) == (Instant.at_second(20), (10, 10), 1)

    def test_restart_begins_a_new_interval_and_leaves_the_old_one_unknown(self) -> None:
        result = paired([raised(0), raised(20), cleared(30)], "restart")
        first, second = result.intervals
        assert first.cleared == Bound("between", Instant.at_second(0), Instant.at_second(20), "restarted")
        assert (first.state, first.duration_s) == ("unknown", (0, 20))
        assert (second.raised.at, second.duration_s, second.state) == (Instant.at_second(20), (10, 10), "cleared")
        assert result.audit == Audit(2, 1, 2, 0, 0, 0)

    def test_systems_that_disagree_keep_the_first(self) -> None:
        (one,) = pair([raised(0), raised(20)], observed(30), disagreeing(), None).intervals
        assert (one.raised.at, one.duplicate_raises) == (Instant.at_second(0), 1)

    def test_the_policy_is_that_of_the_hosts_system(self) -> None:
        assert [
            [one.raised.at for one in pair([raised(0), raised(20)], observed(30), disagreeing(), system).intervals]
            for system in ("macos", "linux")
        ] == [[Instant.at_second(20)], [Instant.at_second(0), Instant.at_second(20)]]

    def test_a_fault_that_only_another_system_has_is_unknown_here(self) -> None:
        rules = knowledge().rules
        only = dataclasses.replace(rules, faults=tuple(rule for rule in rules.faults if rule.os == "linux"))
        result = [pair([raised(0)], observed(30), only, system) for system in ("linux", "macos")]
        assert [one.audit.unknown_faults for one in result] == [0, 1]
        assert [one.intervals[0].title.key for one in result] == ["fault.name", "fault.unknown"]

    def test_the_vendors_faults_all_keep_the_first(self) -> None:
        assert {rule.file.duplicate_raise for rule in knowledge().rules.faults} == {"keep_first"}


def test_titles_name_the_rule_or_the_number() -> None:
    rules = knowledge().rules
    assert title_of(7, rules, "macos").params == {"rule": "cisco-secure-endpoint/macos/7-scan-service-failed-to-start"}
    assert (title_of(7, rules, "linux").key, title_of(7, rules, "linux").params) == ("fault.unknown", {"fault": 7})


def test_fault_zero_and_instant_zero_exist() -> None:
    (one,) = paired([raised(0, 0), cleared(0, 0)]).intervals
    assert (one.id, one.raised.at, one.duration_s, one.known) == ("f0-1", Instant(0), (0, 0), False)


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["fault_raised", "fault_cleared"]),
        st.sampled_from([6, 7, 99]),
        st.integers(0, 100),
        st.integers(1, 3),
    ),
    max_size=24,
)


def sequence(events: list[tuple[str, int, int, int]]) -> list[Signal]:
    ordered = sorted(events, key=lambda one: one[2])
    return [said(kind, at, fault_id, count) for kind, fault_id, at, count in ordered]


@PROPERTY
@given(
    events=EVENTS,
    policy=st.sampled_from(["keep_first", "keep_last", "restart"]),
    holes=st.lists(st.integers(0, 95), max_size=2),
)
def test_nothing_is_lost_whatever_is_hidden_and_whatever_the_policy(events: Any, policy: Any, holes: Any) -> None:
    signals = sequence(events)
    places = [Point(Moment.exactly(Instant.at_second(at)), 0, place) for at in holes for place in (at, at + 0.5)]
    spanned = observed(100, *itertools.starmap(Hole, sorted(zip(places[::2], places[1::2], strict=True), key=str)))
    result = pair(signals, spanned, with_policy(policy), "macos")
    audit, intervals = result.audit, result.intervals
    assert audit.raises == sum(one.count for one in signals if one.kind == "fault_raised")
    assert audit.clears == sum(one.count for one in signals if one.kind == "fault_cleared")
    assert audit.raises == sum(bool(one.raises) for one in intervals) + audit.duplicate_raises
    assert audit.clears == sum(one.clear is not None for one in intervals) + audit.orphan_clears
    assert audit.intervals == len(intervals)
    assert audit.unknown_faults == len({one.fault_id for one in intervals if not one.known})
    assert len({one.id for one in intervals}) == len(intervals)
    for one in intervals:
        lo, hi = one.duration_s
        assert lo >= 0
        assert hi is None or lo <= hi


@PROPERTY
@given(events=EVENTS)
def test_intervals_of_one_fault_never_overlap_and_closed_ones_are_exact(events: Any) -> None:
    intervals = paired(sequence(events)).intervals
    for fault_id in (6, 7, 99):
        mine = [one for one in intervals if one.fault_id == fault_id]
        for before, after in itertools.pairwise(mine):
            assert before.clear is not None
            assert before.cleared.at <= after.raised.at  # type: ignore[operator]
        for one in mine:
            if one.clear is not None and one.raises:
                exact = one.clear.when.earliest.since(one.raises[0].when.earliest)
                assert one.duration_s == (exact, exact)
            assert (one.state == "open") == (one.clear is None)


@PROPERTY
@given(events=EVENTS)
def test_pairing_agrees_with_a_few_lines_of_naive_python(events: Any) -> None:
    signals = sequence(events)
    expected: list[tuple[int, int | None, int | None]] = []
    for fault_id in (6, 7, 99):
        seen, begin = False, None
        for one in (each for each in signals if each.fault_id == fault_id):
            at = one.when.earliest.ns // 10**9
            if one.kind == "fault_raised" and begin is None:
                begin = at
            elif one.kind == "fault_cleared" and (begin is not None or not seen):
                expected.append((fault_id, begin, at))
                begin = None
            seen = True
        if begin is not None:
            expected.append((fault_id, begin, None))
    found = [
        (
            one.fault_id,
            None if one.raised.at is None else one.raised.at.ns // 10**9,
            None if one.clear is None or one.cleared.at is None else one.cleared.at.ns // 10**9,
        )
        for one in paired(signals).intervals
    ]
    assert sorted(found, key=str) == sorted(expected, key=str)


def test_intervals_stand_in_the_order_of_their_begins() -> None:
    case = case_of(
        log(
            "12:00:00 Fault Raised: 7",
            "12:01:00 Fault Raised: 6",
            "12:02:00 Fault Cleared: 7",
            "12:03:00 Fault Raised: 7",
        )
    )
    assert [one.id for one in case.intervals] == ["f7-1", "f6-1", "f7-2"]
    assert len(fault(case, 7)) == 2
    assert "assumption.raises_are_new" in keys(case.assumptions)
