"""Verdicts: the contract's own examples to the second, deadlines, their edges, holes, and what no cut may turn."""

import gzip
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faultlog.case import Case
from tests.conftest import EXAMPLES
from tests.logs import BOOT, case_of, clock, fault, finding, keys, log, spans, time, verdict

PROPERTY = settings(max_examples=EXAMPLES // 2)

RAISE, CLEAR, START, STOP = "Fault Raised: 6", "Fault Cleared: 6", "connector started", "connector stopped"


def lines(*entries: str) -> Case:
    """`12:00 raise` and the like."""
    words = {
        "raise": RAISE,
        "clear": CLEAR,
        "start": START,
        "stop": STOP,
        "end": "nothing of note",
        "begin": "nothing of note",
    }
    full = []
    for entry in entries:
        at, what = entry.split(" ", 1)
        full.append(f"{at if at.count(':') == 2 else at + ':00'} {words.get(what, what)}")
    return case_of(log(*full), os="macos")


def row(case: Case, after: str, interval: str = "f6-1") -> tuple[object, ...] | None:
    """Verdict, margin, deadline, breaches and level."""
    found = finding(case, after, interval)
    if found is None:
        return None
    return found.verdict, found.margin_s, time(found.deadline_at), found.breaches, found.level


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        (["12:00 raise", "12:05 clear"], ("met", 300, "12:10:00", 0, "none")),
        (["12:00 raise", "12:10 clear"], ("met", 0, "12:10:00", 0, "none")),
        (["12:00 raise", "12:10:01 clear"], ("breached", -1, "12:10:00", 1, "warning")),
        (["12:00:00.000 raise", "12:10:00.001 clear"], ("breached", -0.001, "12:10:00.000", 1, "warning")),
        (["12:00 raise", "12:10:00.001 clear"], ("indeterminate", None, "12:10:00", 0, "info")),
        (["12:00 raise", "12:10:01.000 clear"], ("indeterminate", None, "12:10:00", 0, "info")),
        (["12:00 raise", "12:10:01.001 clear"], ("breached", None, "12:10:00", 1, "warning")),
        (["12:00:00.500 raise", "12:10:00 clear"], ("indeterminate", None, "12:10:00.500", 0, "info")),
        (["12:00:00.500 raise", "12:09:59 clear"], ("met", None, "12:10:00.500", 0, "none")),
        (["12:00 raise", "12:30 clear"], ("breached", -1200, "12:10:00", 1, "warning")),
        (["12:00 raise", "12:09:59 end"], ("pending", None, "12:10:00", 0, "info")),
        (["12:00 raise", "12:10 end"], ("pending", None, "12:10:00", 0, "info")),
        (["12:00 raise", "12:10:01 end"], ("breached", -1, "12:10:00", 1, "critical")),
        (["12:00 raise", "13:00 end"], ("breached", -3000, "12:10:00", 1, "critical")),
        (["12:00 raise"], ("pending", None, "12:10:00", 0, "info")),
        (["12:00 raise", "12:00 clear"], ("met", 600, "12:10:00", 0, "none")),
        (["12:00 raise", "12:08 raise", "12:10:01 clear"], ("breached", -1, "12:10:00", 1, "warning")),
        (["12:00 raise", "12:01 stop", "12:30 start", "12:31 clear"], ("breached", -1260, "12:10:00", 1, "warning")),
        (["12:00 raise", "12:01 stop", "12:30 end"], ("breached", -1200, "12:10:00", 1, "critical")),
        (["12:00:00.5 raise", "12:10:00.5 clear"], ("met", 0, "12:10:00.5", 0, "none")),
    ],
)
def test_ten_minutes_after_the_raise(entries: list[str], expected: tuple[object, ...]) -> None:
    assert row(lines(*entries), "raised") == expected


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        # the contract's own examples
        (["12:00 raise", "12:30 start", "12:39:59 clear"], ("met", 1, "12:40:00", 0, "none")),
        (["12:00 raise", "12:30 start", "12:40:00 clear"], ("met", 0, "12:40:00", 0, "none")),
        (["12:00 raise", "12:30 start", "12:40:01 clear"], ("breached", -1, "12:40:00", 1, "critical")),
        (["12:00 start", "12:03 raise", "12:10:30 clear"], None),
        (["12:00 raise", "12:30 start", "12:35 end"], ("pending", None, "12:40:00", 0, "info")),
        # edges
        (["12:00 raise", "12:30 start", "12:40 end"], ("pending", None, "12:40:00", 0, "info")),
        (["12:00 raise", "12:30 start", "12:40:01 end"], ("breached", -1, "12:40:00", 1, "critical")),
        (["12:00 raise", "12:30 start", "12:40 start", "12:41 clear"], ("breached", -60, "12:40:00", 1, "critical")),
        (["12:00 raise", "12:30 start", "12:40 start", "12:40 clear"], ("met", 0, "12:40:00", 0, "none")),
        (["12:00 raise", "12:30 start", "12:39:59 start", "12:49:59 clear"], ("met", 0, "12:49:59", 0, "none")),
        (["12:00 raise", "12:30 start", "12:39:59 start", "12:50 clear"], ("breached", -1, "12:49:59", 1, "critical")),
        (
            ["12:00 raise", "12:30 start", "12:35 start", "12:43 start", "12:52 clear"],
            ("met", 60, "12:53:00", 0, "none"),
        ),
        # none, before, at the ends
        (["12:00 raise", "12:05 clear"], None),
        (["12:00 raise", "13:00 clear"], None),
        (["12:00 raise", "13:00 end"], ("pending", None, None, 0, "info")),
        (["12:00 start", "12:03 raise", "12:30 end"], ("pending", None, None, 0, "info")),
        (["12:00 start", "12:00:01 raise", "12:30 clear"], None),
        (["12:00 raise", "12:00 start", "12:10:01 clear"], ("breached", -1, "12:10:00", 1, "critical")),
        (["12:00 raise", "12:20 start", "12:20 clear"], None),
        (["12:00 raise", "12:20 clear", "12:21 start", "13:00 end"], None),
        # several deadlines: each that passes is counted, the first is reported
        (["12:00 raise", "12:30 start", "13:00 start", "13:30 end"], ("breached", -3000, "12:40:00", 2, "critical")),
        (["12:00 raise", "12:30 start", "13:00 start", "13:05 end"], ("breached", -1500, "12:40:00", 1, "critical")),
        (["12:00 raise", "12:30 start", "13:00 start", "13:05 clear"], ("breached", -1500, "12:40:00", 1, "critical")),
        (
            ["12:00 raise", "12:30 start", "12:40 start", "12:50 start", "13:00:01 clear"],
            ("breached", -1201, "12:40:00", 3, "critical"),
        ),
        (
            ["12:00 raise", "12:05 start", "12:09 start", "12:30 start", "13:30 clear"],
            ("breached", -4260, "12:19:00", 2, "critical"),
        ),
        # dead spans let deadlines run
        (["12:00 raise", "12:30 start", "12:31 stop", "13:00 end"], ("breached", -1200, "12:40:00", 1, "critical")),
        (
            ["12:00 raise", "12:30 start", "12:31 stop", "12:45 start", "12:46 clear"],
            ("breached", -360, "12:40:00", 1, "critical"),
        ),
        (["12:00 raise", "12:30 start", "12:31 stop", "12:35 start", "12:45 clear"], ("met", 0, "12:45:00", 0, "none")),
        (
            ["12:00 raise", "12:30 start", "12:30:05 stop", "12:30:10 start", "12:40:05 clear"],
            ("met", 5, "12:40:10", 0, "none"),
        ),
        (
            ["12:00 raise", "12:30 start", "12:30:10 start", "12:40:05 clear"],
            ("breached", -5, "12:40:00", 1, "critical"),
        ),
    ],
)
def test_ten_minutes_after_the_connectors_start(entries: list[str], expected: tuple[object, ...] | None) -> None:
    assert row(lines(*entries), "connector_started") == expected


@pytest.mark.parametrize(("cleared", "late"), [("12:39:59", 1799), ("12:40:00", 1800), ("12:40:01", 1801)])
def test_the_three_examples_are_late_after_their_raise(cleared: str, late: int) -> None:
    case = lines("12:00 raise", "12:30 start", f"{cleared} clear")
    assert row(case, "raised") == ("breached", -late, "12:10:00", 1, "warning")


def test_the_raise_after_the_last_start_is_met_within_its_own_ten_minutes() -> None:
    assert row(lines("12:00 start", "12:03 raise", "12:10:30 clear"), "raised") == ("met", 150, "12:13:00", 0, "none")


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        (["12:00 raise", "12:30 start", "12:40 clear"], ("met", 0, "12:40:00", 0, "none")),
        (["12:00 raise", "12:30 start", "12:40:01 clear"], ("breached", -1, "12:40:00", 1, "critical")),
        (["12:00 raise", "12:30 start", "12:39 start", "12:45 clear"], ("breached", -300, "12:40:00", 1, "critical")),
        (["12:00 raise", "12:30 start", "13:00 start", "14:00 end"], ("breached", -4800, "12:40:00", 1, "critical")),
        (["12:00 raise", "12:30 start", "12:40 end"], ("pending", None, "12:40:00", 0, "info")),
        (["12:00 raise", "12:30 start", "12:40:01 end"], ("breached", -1, "12:40:00", 1, "critical")),
        (["12:00 raise", "14:00 end"], ("pending", None, None, 0, "info")),
        (["12:00 raise", "14:00 clear"], None),
        (["12:00 start", "12:01 raise", "14:00 clear"], None),
        (["12:00 raise", "12:30 start", "12:31 stop", "12:50 end"], ("breached", -600, "12:40:00", 1, "critical")),
    ],
)
def test_fault_7_is_judged_at_the_first_start_only(entries: list[str], expected: tuple[object, ...] | None) -> None:
    words = [entry.replace("raise", "Fault Raised: 7").replace("clear", "Fault Cleared: 7") for entry in entries]
    case = lines(*words)
    assert row(case, "connector_started", "f7-1") == expected
    assert row(case, "raised", "f7-1") is None


class TestHoles:
    """Fault 6 raised 12:00, started 12:30, and a blind hole."""

    BEFORE = ("12:00:00 Fault Raised: 6", "12:30:00 connector started", "12:36:00 x")

    def holed(self, before: tuple[str, ...], *after: str) -> Case:
        return case_of(
            {"ampdaemon.log.3": log("11:00:00 x"), "ampdaemon.log.2": log(*before), "ampdaemon.log": log(*after)}
        )

    def suppressed(self, before: tuple[str, ...], *after: str) -> Case:
        first, *rest = after
        return case_of(log("11:00:00 x", *before, f"{first.split(' ')[0]} suppressed 4000 messages", *rest))

    @pytest.mark.parametrize("way", ["holed", "suppressed"])
    def test_a_clear_after_the_hole_is_indeterminate_after_the_start(self, way: str) -> None:
        case = getattr(self, way)(self.BEFORE, "12:55:00 x", "12:57:00 Fault Cleared: 6")
        assert row(case, "connector_started") == ("indeterminate", None, "12:40:00", 0, "info")
        (one,) = case.intervals
        assert (one.may_be_several, one.duration_s) == (True, (2160, 3420))

    @pytest.mark.parametrize("way", ["holed", "suppressed"])
    def test_no_clear_at_all_is_indeterminate(self, way: str) -> None:
        case = getattr(self, way)(self.BEFORE, "12:55:00 x", "14:00:00 x")
        assert row(case, "connector_started") == ("indeterminate", None, "12:40:00", 0, "info")
        assert case.intervals[0].state == "unknown"

    @pytest.mark.parametrize("way", ["holed", "suppressed"])
    @pytest.mark.parametrize("clear", ["12:57:00 Fault Cleared: 6", "12:57:00 x"])
    def test_uncleared_past_the_deadline_before_the_hole_is_breached(self, way: str, clear: str) -> None:
        before = (*self.BEFORE[:2], "12:50:00 x")
        found = finding(getattr(self, way)(before, "12:55:00 x", clear), "connector_started")
        assert found is not None
        assert (found.verdict, time(found.deadline_at), found.breaches, found.level) == (
            "breached",
            "12:40:00",
            1,
            "critical",
        )
        assert found.margin_s is not None
        assert found.margin_s <= -600

    @pytest.mark.parametrize("way", ["holed", "suppressed"])
    def test_after_the_raise_it_is_breached_before_the_hole_anyway(self, way: str) -> None:
        case = getattr(self, way)(self.BEFORE, "12:55:00 x", "12:57:00 Fault Cleared: 6")
        assert verdict(case, "raised") == "breached"

    @pytest.mark.parametrize("way", ["holed", "suppressed"])
    def test_cleared_by_the_deadline_is_met_whatever_the_hole_hides(self, way: str) -> None:
        case = getattr(self, way)(
            ("12:00:00 Fault Raised: 6", "12:01:00 connector started", "12:02:00 x"),
            "12:05:00 x",
            "12:08:00 Fault Cleared: 6",
        )
        assert (verdict(case, "raised"), verdict(case, "connector_started")) == ("met", "met")

    @pytest.mark.parametrize("way", ["holed", "suppressed"])
    def test_a_hole_that_ends_before_the_deadline_may_hide_a_clear(self, way: str) -> None:
        case = getattr(self, way)(("12:00:00 Fault Raised: 6", "12:02:00 x"), "12:05:00 x", "12:30:00 Fault Cleared: 6")
        assert verdict(case, "raised") == "indeterminate"

    @pytest.mark.parametrize("way", ["holed", "suppressed"])
    def test_a_hole_may_hide_the_only_start(self, way: str) -> None:
        case = getattr(self, way)(("12:00:00 Fault Raised: 6", "12:02:00 x"), "12:05:00 x", "12:30:00 Fault Cleared: 6")
        assert verdict(case, "connector_started") == "indeterminate"

    @pytest.mark.parametrize("way", ["holed", "suppressed"])
    def test_a_start_after_the_hole_is_no_anchor(self, way: str) -> None:
        case = getattr(self, way)(
            ("12:00:00 Fault Raised: 6", "12:02:00 x"), "12:05:00 x", "12:06:00 connector started", "13:00:00 x"
        )
        assert verdict(case, "connector_started") == "indeterminate"

    @pytest.mark.parametrize("way", ["holed", "suppressed"])
    def test_a_deadline_at_the_begin_of_the_hole_was_not_seen_to_pass(self, way: str) -> None:
        case = getattr(self, way)(("12:00:00 Fault Raised: 6", "12:10:00 x"), "12:15:00 x", "13:00:00 x")
        assert verdict(case, "raised") == "indeterminate"

    def test_holes_before_the_raise_and_after_the_clear_hide_nothing_of_it(self) -> None:
        case = case_of(
            {
                "ampdaemon.log.5": log("10:00:00 x"),
                "ampdaemon.log.3": log("11:00:00 x", "12:00:00 Fault Raised: 6", "12:10:01 Fault Cleared: 6"),
                "ampdaemon.log": log("13:00:00 x"),
            }
        )
        assert row(case, "raised") == ("breached", -1, "12:10:00", 1, "warning")
        assert finding(case, "connector_started") is None

    @pytest.mark.parametrize("number", [7])
    def test_fault_7_too(self, number: int) -> None:
        before = (f"12:00:00 Fault Raised: {number}", "12:30:00 connector started", "12:36:00 x")
        assert verdict(self.holed(before, "12:55:00 x", "12:57:00 x"), "connector_started", "f7-1") == "indeterminate"
        late = (*before[:2], "12:50:00 x")
        assert verdict(self.holed(late, "12:55:00 x"), "connector_started", "f7-1") == "breached"

    def test_a_file_cut_short_is_a_hole(self) -> None:
        noise = [f"12:0{index // 60}:{index % 60:02d} {sha256(bytes([index])).hexdigest()}" for index in range(1, 240)]
        packed = gzip.compress(log("12:00:00 Fault Raised: 6", *noise).encode(), mtime=0)
        new = log("12:30:00 x", "13:00:00 Fault Cleared: 6")
        whole = case_of({"ampdaemon.log.1.gz": packed, "ampdaemon.log": new})
        cut = case_of({"ampdaemon.log.1.gz": packed[: len(packed) // 2], "ampdaemon.log": new})
        assert (verdict(whole, "raised"), verdict(cut, "raised")) == ("breached", "indeterminate")
        assert [one.reason for one in cut.coverage if one.kind == "blind"] == ["truncated"]
        assert cut.intervals[0].may_be_several
        assert next(one for one in cut.files if "log.1" in one.path).skipped["truncated"] == 1

    def test_suppression_on_the_first_line_after_a_rotation_hides_what_was_before_it(self) -> None:
        case = case_of(
            {
                "ampdaemon.log.1": log("12:00:00 Fault Raised: 6"),
                "ampdaemon.log": log("12:30:00 suppressed 400 messages", "13:00:00 x"),
            }
        )
        assert verdict(case, "raised") == "indeterminate"

    def test_what_is_kept_in_every_history_is_met_though_a_hole_lies_before_the_last_start(self) -> None:
        case = case_of(
            log(
                "12:00:00 Fault Raised: 6",
                "12:01:00 connector started",
                "12:02:00 x",
                "12:03:00 suppressed 9 messages",
                "12:10:00 connector started",
                "12:12:00 Fault Cleared: 6",
            )
        )
        assert verdict(case, "connector_started") == "met"
        assert verdict(case, "raised") == "indeterminate"

    def test_suppression_within_one_second_may_hide_a_clear(self) -> None:
        case = case_of(log("12:00:00 Fault Raised: 6", "12:00:00 suppressed 400 messages", "13:00:00 x"))
        assert verdict(case, "raised") == "indeterminate"

    def test_a_raise_on_the_first_line_after_a_hole_is_judged_by_what_follows(self) -> None:
        case = self.holed(("11:30:00 x",), "12:00:00 Fault Raised: 6", "12:30:00 Fault Cleared: 6")
        holed = case_of(
            {"ampdaemon.log.2": log("11:00:00 x"), "ampdaemon.log": log("12:00:00 Fault Raised: 6", "12:30:00 x")}
        )
        assert (verdict(case, "raised"), verdict(holed, "raised")) == ("breached", "breached")


class TestOneSecond:
    """Lines of one second: inside one file, file order is the order."""

    @pytest.mark.parametrize(("number", "expected"), [(6, "pending"), (7, "pending")])
    def test_a_start_before_the_raise_arms_nothing(self, number: int, expected: str) -> None:
        case = lines("12:00 start", f"12:00 Fault Raised: {number}", "13:00 end")
        assert verdict(case, "connector_started", f"f{number}-1") == expected

    def test_a_start_after_the_raise_does(self) -> None:
        assert verdict(lines("12:00 raise", "12:00 start", "13:00 end"), "connector_started") == "breached"


class TestUnknownStart:
    """A clear whose raise was not seen."""

    def test_a_start_whose_deadline_passes_uncleared_is_breached_whenever_it_was_raised(self) -> None:
        case = lines("12:00 begin", "12:05 start", "12:20 clear")
        assert row(case, "connector_started") == ("breached", -300, "12:15:00", 1, "critical")

    def test_a_start_that_is_met_leaves_those_before_the_log_open(self) -> None:
        assert verdict(lines("12:00 begin", "12:05 start", "12:07 clear"), "connector_started") == "indeterminate"

    def test_fault_7(self) -> None:
        case = lines("12:00 begin", "12:05 start", "12:20 Fault Cleared: 7")
        late_by_what_is_unknown = ("breached", None, None, 1, "critical")
        assert row(case, "connector_started", "f7-1") == late_by_what_is_unknown, "an earlier start may be the first"
        assert (
            verdict(lines("12:00 begin", "12:05 start", "12:07 Fault Cleared: 7"), "connector_started", "f7-1")
            == "indeterminate"
        )


class TestInexactTimes:
    """Moments that are ranges: a verdict only where it holds for all of them."""

    def case(self, *entries: str) -> Case:
        return case_of(log(*entries))

    def test_a_raise_between_two_lines(self) -> None:
        case = self.case("12:00:00 a", "[f] Fault Raised: 6", "12:01:00 b", "12:10:30 Fault Cleared: 6")
        assert row(case, "raised") == ("indeterminate", None, None, 0, "info")
        assert "exact_time" in finding(case, "raised").headline.key  # type: ignore[union-attr]
        assert (
            verdict(self.case("12:00:00 a", "[f] Fault Raised: 6", "12:01:00 b", "12:10:00 Fault Cleared: 6"), "raised")
            == "met"
        )
        late = self.case("12:00:00 a", "[f] Fault Raised: 6", "12:01:00 b", "12:11:01 Fault Cleared: 6")
        assert row(late, "raised") == ("breached", None, None, 1, "warning")

    def test_a_clear_between_two_lines(self) -> None:
        entries = ("12:00:00 Fault Raised: 6", "12:05:00 a", "[f] Fault Cleared: 6")
        assert row(self.case(*entries, "12:10:00 b"), "raised") == ("met", None, "12:10:00", 0, "none")
        assert verdict(self.case(*entries, "12:10:01 b"), "raised") == "indeterminate"

    def test_a_start_whose_line_stands_before_the_raise(self) -> None:
        case = self.case(
            "11:59:00 a", "[f] connector started", "[f] Fault Raised: 6", "12:01:00 b", "12:20:00 Fault Cleared: 6"
        )
        assert verdict(case, "connector_started") is None
        after = self.case(
            "11:59:00 a", "[f] Fault Raised: 6", "[f] connector started", "12:01:00 b", "12:20:00 Fault Cleared: 6"
        )
        assert verdict(after, "connector_started") == "breached"

    def test_a_start_in_another_log_that_may_lie_before_the_raise(self) -> None:
        daemon = log("11:59:00 a", "[f] Fault Raised: 6", "12:01:00 b", "12:20:00 Fault Cleared: 6")
        system = log("11:00:00 systemd| x", "12:00:00 ampdaemon| connector started", "12:30:00 systemd| x")
        case = case_of({"ampdaemon.log": daemon, "messages": system})
        assert verdict(case, "connector_started") == "indeterminate"

    def test_a_start_whose_line_stands_before_the_clear(self) -> None:
        case = self.case(
            "12:00:00 Fault Raised: 6", "12:05:00 a", "[f] connector started", "[f] Fault Cleared: 6", "12:06:00 b"
        )
        assert verdict(case, "connector_started") == "met"
        seven = self.case(
            "12:00:00 Fault Raised: 7", "12:05:00 a", "[f] connector started", "[f] Fault Cleared: 7", "12:06:00 b"
        )
        assert verdict(seven, "connector_started", "f7-1") == "met"


class TestWhatAFindingCarries:
    """One entry per expectation and interval, with its chain of evidence."""

    def test_the_expectation_and_its_source(self) -> None:
        after_raise, after_start = lines("12:00 raise", "12:30 start", "12:40:01 clear").findings
        assert (after_raise.expectation.kind, after_raise.expectation.after, after_raise.expectation.within_s) == (
            "clears_within",
            "raised",
            600,
        )
        assert after_start.rule == "cisco-secure-endpoint/macos/6-scan-service-restarting#ten-minutes-after-start"
        assert "vendor" in after_start.expectation.source
        seven = lines("12:00 Fault Raised: 7", "12:30 start", "12:40:01 end").findings[0]
        assert (seven.expectation.kind, seven.expectation.after) == ("clears_after", "connector_started")
        assert "tool default" in seven.expectation.source

    def test_the_anchor_is_the_raise_or_the_start_that_armed_the_deadline(self) -> None:
        case = lines("12:00 raise", "12:30 start", "12:35 start", "12:50 clear")
        raised, started = (finding(case, after) for after in ("raised", "connector_started"))
        assert raised is not None and started is not None  # noqa: PT018
        assert raised.anchor is not None and started.anchor is not None  # noqa: PT018
        assert (raised.anchor.signal, time(raised.anchor.at), raised.anchor.evidence.line) == ("raised", "12:00:00", 1)
        assert (started.anchor.signal, time(started.anchor.at), started.anchor.evidence.line) == (
            "connector_started",
            "12:35:00",
            3,
        )
        assert (time(started.deadline_at), started.margin_s) == ("12:45:00", -300)

    def test_what_is_pending_has_its_anchor_too(self) -> None:
        case = lines("12:00 raise", "12:04 start", "12:05 end")
        found = [finding(case, after) for after in ("raised", "connector_started")]
        assert [
            (one.verdict, one.anchor.signal, time(one.anchor.at), one.anchor.evidence.line)
            for one in found
            if one is not None and one.anchor is not None
        ] == [("pending", "raised", "12:00:00", 1), ("pending", "connector_started", "12:04:00", 2)]
        assert [why.text.key for why in found[1].why] == [
            "why.raised",
            "why.start.arms",
            "why.deadline.pending",
            "why.log_ends",
            "why.missing.end",
            "why.assumed_wording",
        ]

    def test_the_chain_of_evidence_names_every_line(self) -> None:
        found = finding(lines("12:00 raise", "12:30 start", "12:35 start", "12:50 clear"), "connector_started")
        assert found is not None
        assert [(step.text.key, step.evidence.line if step.evidence else None) for step in found.why] == [
            ("why.raised", 1),
            ("why.start.seen", 2),
            ("why.start.arms", 3),
            ("why.deadline.breached", None),
            ("why.cleared", 4),
            ("why.assumed_wording", None),
        ]

    def test_a_finding_on_an_assumed_wording_says_so(self) -> None:
        assert all(
            "why.assumed_wording" in keys(step.text for step in one.why)
            for one in lines("12:00 raise", "12:30 end").findings
        )

    def test_a_pending_start_says_what_is_awaited(self) -> None:
        found = finding(lines("12:00 raise", "12:30 end"), "connector_started")
        assert found is not None
        assert found.headline.key == "finding.clears_within.connector_started.pending.start"
        assert {"why.missing.start", "why.log_ends"} <= keys(step.text for step in found.why)

    def test_a_hole_is_named(self) -> None:
        case = case_of(
            {"ampdaemon.log.2": log("12:00:00 Fault Raised: 6", "12:05:00 x"), "ampdaemon.log": log("12:30:00 x")}
        )
        found = finding(case, "raised")
        assert found is not None
        assert {"why.hole", "why.missing.hole"} <= keys(step.text for step in found.why)

    def test_a_raise_that_was_not_seen_is_named(self) -> None:
        found = finding(lines("12:00 begin", "12:30 clear"), "raised")
        assert found is not None
        assert found.why[0].text.key == "why.raise_not_seen"
        assert found.headline.key == "finding.clears_within.raised.breached.cleared.unknown"

    def test_without_a_raise_nothing_is_said_of_a_start_but_that_it_is_missing(self) -> None:
        found = finding(lines("12:00 begin", "12:20 start", "12:25 clear"), "connector_started")
        assert found is not None
        assert found.headline.key == "finding.clears_within.connector_started.indeterminate.raise"
        assert "why.missing.raise" in keys(step.text for step in found.why)

    def test_what_was_kept_needs_no_advice(self) -> None:
        assert finding(lines("12:00 raise", "12:05 clear"), "raised").advice == ()  # type: ignore[union-attr]
        assert finding(lines("12:00 raise", "12:15 clear"), "raised").advice != ()  # type: ignore[union-attr]

    def test_only_6_and_7_are_expected_of_anything(self) -> None:
        case = lines(*(f"12:00 Fault Raised: {number}" for number in range(20)), "12:30 start", "18:00 end")
        assert {one.fault_id for one in case.findings} == {6, 7}

    def test_every_interval_has_its_own_findings(self) -> None:
        case = lines(
            "12:00 raise", "12:05 clear", "12:10 raise", "12:11 start", "12:30 clear", "12:40 raise", "12:41 end"
        )
        assert [(one.id, one.verdict) for one in case.findings] == [
            ("f6-1-ten-minutes-after-raise", "met"),
            ("f6-2-ten-minutes-after-raise", "breached"),
            ("f6-2-ten-minutes-after-start", "breached"),
            ("f6-3-ten-minutes-after-raise", "pending"),
            ("f6-3-ten-minutes-after-start", "pending"),
        ]

    def test_unknown_system_judges_each_promise_once(self) -> None:
        case = case_of(log("12:00:00 Fault Raised: 6", "12:30:00 connector started", "12:45:00 x"))
        assert len(case.findings) == 2
        assert "assumption.os_unknown" in keys(case.assumptions)

    def test_unknown_system_gives_both_systems_advice_with_each_finding(self) -> None:
        case = case_of(log("12:00:00 Fault Raised: 6", "12:30:00 x"))
        rules = {str(one.text.params["rule"]).split("/")[1] for one in case.findings[0].advice}
        assert rules == {"linux", "macos"}

    def test_a_reboot_arms_nothing_by_itself(self) -> None:
        assert row(lines("12:00 raise", f"12:10 {BOOT}", "12:30 clear"), "connector_started") is None


LINE = st.tuples(
    st.sampled_from(["raise", "clear", "start", "stop", "other", "dup"]),
    st.sampled_from([1, 7, 29, 30, 60, 299, 300, 600, 601, 900]),
)
LIFE = st.lists(LINE, min_size=2, max_size=14)


def lived(life: list[tuple[str, int]], *, duplicates: bool = True) -> list[str]:
    """The log of a connector's life: fault 6 raised and cleared in turn, duplicates in between, at random distances."""
    at, is_open, entries = 43200, False, ["12:00:00 begin"]
    for what, gap in life:
        at += gap
        words = {"start": START, "stop": STOP}.get(what, "nothing of note")
        if what in {"raise", "clear"}:
            words, is_open = (CLEAR, False) if is_open else (RAISE, True)
        elif what == "dup" and is_open and duplicates:
            words = RAISE
        entries.append(f"{clock(at)} {words}")
    return entries


def verdicts(case: Case) -> dict[tuple[str | None, str], tuple[str, float | None]]:
    by_id = {one.id: one for one in case.intervals}
    return {
        (time(by_id[one.interval].raised.at), one.expectation.after): (one.verdict, one.margin_s)
        for one in case.findings
    }


def never_turned_around(part: Case, whole: Case) -> None:
    told, truth = verdicts(part), verdicts(whole)
    for key, (found, _) in told.items():
        if key[0] is None:  # the raise was lost: some interval of the whole log must have been breached
            assert found != "breached" or "breached" in {
                one for (_, after), (one, _) in truth.items() if after == key[1]
            }
            continue
        other = truth.get(key, (None, None))[0]
        assert (found, other) not in {("met", "breached"), ("breached", "met")}
        if found == "breached":
            assert other == "breached"


def expected_after_raise(raised: int, cleared: int | None, end: int) -> str:
    if cleared is not None:
        return "met" if cleared <= raised + 600 else "breached"
    return "breached" if end > raised + 600 else "pending"


def expected_after_start(raised: int, cleared: int | None, end: int, starts: list[int]) -> str | None:
    """The contract once more: simulate the timer second by second of interest."""
    inside = [at for at in starts if at >= raised and (cleared is None or at < cleared)]
    if not inside:
        return None if cleared is not None else "pending"
    last = end if cleared is None else cleared
    deadline = inside[0] + 600
    for at in inside[1:]:
        if at >= deadline:
            break
        deadline = at + 600
    if last > deadline:
        return "breached"
    return "met" if cleared is not None else "pending"


def told_starts(story: list[tuple[int, str]]) -> list[int]:
    """Seconds of the starts: further ones less than 30 s after the first, with no stop between, are the same."""
    starts: list[int] = []
    stopped = True
    for second, entry in story:
        if entry.endswith(STOP):
            stopped = True
        elif entry.endswith(START):
            if stopped or second - starts[-1] >= 30:
                starts.append(second)
            stopped = False
    return starts


def told_stays(story: list[tuple[int, str]]) -> list[tuple[int, int | None]]:
    """Seconds of each raise with its clear; `None` while it is open."""
    stays: list[tuple[int, int | None]] = []
    for second, entry in story:
        is_open = bool(stays) and stays[-1][1] is None
        if entry.endswith(RAISE) and not is_open:
            stays.append((second, None))
        elif entry.endswith(CLEAR) and is_open:
            stays[-1] = (stays[-1][0], second)
    return stays


@PROPERTY
@given(life=LIFE)
def test_verdicts_agree_with_the_contract_written_down_once_more(life: list[tuple[str, int]]) -> None:
    entries = lived(life)
    case = case_of(log(*entries))
    seconds = [sum(gap for _, gap in life[:index]) for index in range(len(life) + 1)]
    story = list(zip(seconds, entries, strict=True))
    starts, stays = told_starts(story), told_stays(story)
    assert [one.duration_s[1] for one in case.intervals] == [None if c is None else c - r for r, c in stays]
    for number, (began, cleared) in enumerate(stays, 1):
        after_raise = expected_after_raise(began, cleared, seconds[-1])
        after_start = expected_after_start(began, cleared, seconds[-1], starts)
        assert verdict(case, "raised", f"f6-{number}") == after_raise
        assert verdict(case, "connector_started", f"f6-{number}") == after_start


@PROPERTY
@given(life=LIFE, where=st.floats(0, 1))
def test_no_later_line_turns_a_verdict_around(life: list[tuple[str, int]], where: float) -> None:
    entries = lived(life)
    kept = entries[: 1 + int(where * (len(entries) - 1))]
    part, whole = case_of(log(*kept)), case_of(log(*entries))
    never_turned_around(part, whole)
    for one, truth in zip(fault(part, 6), fault(whole, 6), strict=False):
        assert one.raised == truth.raised
        assert one.duration_s[0] <= truth.duration_s[0]
        assert one.duration_s[1] is None or one.duration_s == truth.duration_s


@PROPERTY
@given(life=LIFE, where=st.floats(0, 1))
def test_no_earlier_line_turns_a_verdict_around(life: list[tuple[str, int]], where: float) -> None:
    """Without repetitions: that a raise seen is a raise is an assumption every case lists."""
    entries = lived(life, duplicates=False)
    kept = entries[int(where * (len(entries) - 1)) :]
    part, whole = case_of(log(*kept)), case_of(log(*entries))
    truths = {cleared: one for (_, cleared), one in zip(spans(whole, 6), fault(whole, 6), strict=True)}
    for (_, cleared), one in zip(spans(part, 6), fault(part, 6), strict=True):
        truth = truths[cleared]
        assert one.duration_s[0] <= truth.duration_s[0]
        assert one.duration_s[1] is None or truth.duration_s[1] is None or truth.duration_s[1] <= one.duration_s[1]
        for each in (each for each in part.findings if each.interval == one.id):
            expected = verdict(whole, each.expectation.after, truth.id)
            assert (each.verdict, expected) not in {("met", "breached"), ("breached", "met")}
            if one.raised.kind == "not_after":
                assert each.verdict != "met"


@PROPERTY
@given(life=LIFE, first=st.floats(0, 1), last=st.floats(0, 1))
def test_no_missing_rotation_turns_a_verdict_around(life: list[tuple[str, int]], first: float, last: float) -> None:
    """Three rotations of one log, of which the middle one is lost."""
    entries = lived(life, duplicates=False)
    one, two = sorted(1 + int(where * (len(entries) - 1)) for where in (first, last))
    old, middle, new = entries[:one], entries[one:two], entries[two:]
    if not new or old[-1].split(" ")[0] == new[0].split(" ")[0]:
        return
    whole = case_of(log(*entries))
    part = case_of(
        {
            "ampdaemon.log.2": log(*old),
            **({} if middle else {"ampdaemon.log.1": log(old[-1])}),
            "ampdaemon.log": log(*new),
        }
    )
    never_turned_around(part, whole)
    truths = {time(each.raised.at): each for each in whole.intervals}
    for each in part.intervals:
        truth = truths.get(time(each.raised.at))
        if truth is not None and each.raises and middle:
            lo, hi = each.duration_s
            assert lo <= truth.duration_s[0]
            assert hi is None or truth.duration_s[0] <= hi
