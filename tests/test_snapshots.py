"""`ampcli status` against the logs: agreement moves a bound, a difference is said, and nothing is claimed of a gap."""

import io
import tarfile
import zipfile
from collections.abc import Iterable

import pytest

from faultlog.case import Bound, Case, Contradiction
from faultlog.model import NS, Text
from tests.logs import case_of, fault, keys, log, on, verdict


def status(*faults: int, severity: str = "Major") -> str:
    listed = f"Fault IDs: {', '.join(map(str, faults))}\n" if faults else ""
    described = "".join(f"ID {one} - {severity}: whatever.\n" for one in faults)
    return f"Status: Connected\nFaults: {len(faults) or 'None'}\n{listed}{described}"


def bundle(text: str, ended: str, *asked: tuple[str, str], more: Iterable[tuple[str, str, str]] = ()) -> Case:
    """The case of a tar with a log that was last modified at a time, and answers of `ampcli status` each at its own."""
    files = [("ampdaemon.log", ended, text), *((f"status{n}.txt", *one) for n, one in enumerate(asked)), *more]
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, modified, content in files:
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(content.encode()), on(modified).ns // NS
            archive.addfile(info, io.BytesIO(content.encode()))
    return case_of({"bundle.tar": packed.getvalue()})


def kinds(case: Case) -> list[tuple[str, str, str | None]]:
    return [(one.id, one.kind, one.interval) for one in case.contradictions]


def only(case: Case) -> Contradiction:
    (one,) = case.contradictions
    return one


OPEN = log("11:00:00 x", "12:00:00 Fault Raised: 6 (Major)", "12:30:00 x")


class TestAfterTheEndOfTheLog:
    """Between the log's last line and the asking nothing was observed."""

    def test_a_fault_that_is_open_and_listed_was_seen_open_twice(self) -> None:
        case = bundle(OPEN, "12:30:05", ("12:35:00", status(6)))
        (one,) = case.intervals
        assert one.cleared == Bound("not_before", at=on("12:35:00"), reason="snapshot")
        assert (one.state, one.may_be_several, one.duration_s) == ("open", True, (1800, None))
        assert [(row.at, row.agrees) for row in case.snapshots] == [(on("12:35:00"), True)]
        assert case.contradictions == ()
        assert "assumption.snapshot" in keys(case.assumptions)

    def test_a_fault_across_a_clock_that_was_set_is_weighed_too(self) -> None:
        text = log("12:00:00 Fault Raised: 6", "12:05:00 x", "12:01:00 x", "12:06:00 Fault Cleared: 6", "12:30:00 x")
        case = bundle(text, "12:30:00", ("12:35:00", status()))
        assert case.intervals[0].cleared.reason == "clock_step"
        assert [row.agrees for row in case.snapshots] == [True]

    def test_it_moves_no_verdict_since_it_may_have_cleared_and_come_back(self) -> None:
        case = bundle(log("12:00:00 Fault Raised: 6", "12:05:00 x"), "12:05:00", ("12:30:00", status(6)))
        assert verdict(case, "raised") == "pending"

    def test_a_fault_that_is_open_and_not_listed_cleared_in_between(self) -> None:
        case = bundle(OPEN, "12:30:05", ("12:35:00", status()))
        (one,) = case.intervals
        assert one.cleared == Bound("between", at=on("12:30:00"), until=on("12:35:00"), reason="snapshot")
        assert (one.state, one.duration_s) == ("unknown", (1800, 2100))
        assert kinds(case) == [("f6-status", "not_listed", "f6-1")]
        assert only(case).level == "warning"
        assert case.snapshots[0].agrees is False

    def test_a_breach_before_the_end_stays_one_and_is_over(self) -> None:
        found = [one for one in bundle(OPEN, "12:30:05", ("12:35:00", status())).findings if one.verdict == "breached"]
        assert [(one.level, one.margin_s) for one in found] == [("warning", None)]
        assert found[0].headline.key.endswith("breached.cleared.unknown")
        assert "why.not_listed" in keys(step.text for step in found[0].why)

    def test_a_deadline_after_the_asking_was_met(self) -> None:
        case = bundle(log("12:00:00 Fault Raised: 6", "12:05:00 x"), "12:05:00", ("12:10:00", status()))
        assert verdict(case, "raised") == "met"

    def test_a_deadline_before_the_asking_cannot_be_decided(self) -> None:
        case = bundle(log("12:00:00 Fault Raised: 6", "12:05:00 x"), "12:05:00", ("12:10:01", status()))
        assert verdict(case, "raised") == "indeterminate"

    def test_a_fault_that_no_line_raises_is_told_and_makes_no_interval(self) -> None:
        case = bundle(OPEN, "12:30:05", ("12:35:00", status(6, 18)))
        assert [one.id for one in case.intervals] == ["f6-1"]
        assert kinds(case) == [("f18-status", "listed", None)]

    def test_a_fault_that_had_cleared_is_back(self) -> None:
        text = log("12:00:00 Fault Raised: 6", "12:05:00 Fault Cleared: 6", "12:30:00 x")
        case = bundle(text, "12:30:00", ("12:35:00", status(6)))
        assert kinds(case) == [("f6-status", "listed_again", "f6-1")]
        assert verdict(case, "raised") == "met"
        assert only(case).evidence[-1].text.endswith("Fault Cleared: 6")


class TestWhileTheLogWasObserved:
    """A difference refutes the log's silence about that fault: no verdict may rest on it."""

    def test_agreement_changes_nothing(self) -> None:
        case = bundle(OPEN, "12:30:00", ("12:20:00", status(6)))
        assert case.intervals == bundle(OPEN, "12:30:00").intervals
        assert case.snapshots[0].agrees is True

    def test_a_clear_that_no_line_shows_leaves_the_deadline_open(self) -> None:
        case = bundle(OPEN, "12:30:00", ("12:20:00", status()))
        (one,) = case.intervals
        assert one.cleared == Bound("between", at=on("12:00:00"), until=on("12:20:00"), reason="snapshot")
        assert one.duration_s == (0, 1200)
        assert verdict(case, "raised") == "indeterminate"
        assert kinds(case) == [("f6-status", "not_listed", "f6-1")]
        at = on("12:20:00")
        assert only(case).headline == Text("contradiction.not_listed", {"fault": 6, "at": str(at)})
        assert (only(case).level, only(case).at) == ("warning", at)

    def test_a_raise_that_no_line_shows_leaves_a_breach_open(self) -> None:
        text = log("12:00:00 Fault Raised: 6", "12:15:00 Fault Cleared: 6", "12:40:00 x")
        assert verdict(bundle(text, "12:40:00", ("12:30:00", status())), "raised") == "breached"
        assert verdict(bundle(text, "12:40:00", ("12:30:00", status(6))), "raised") == "indeterminate"

    def test_other_faults_are_judged_as_before(self) -> None:
        text = log("12:00:00 Fault Raised: 6", "12:01:00 Fault Raised: 18", "12:40:00 x")
        case = bundle(text, "12:40:00", ("12:30:00", status(6)))
        assert verdict(case, "raised") == "breached"
        assert kinds(case) == [("f18-status", "not_listed", "f18-1")]

    def test_after_a_hole_a_listed_fault_is_open_until_the_end(self) -> None:
        """Without the answer it may have cleared in the hole; from it on, the log would show a clear."""
        rotated = [("ampdaemon.log.2", "12:05:00", log("12:00:00 Fault Raised: 6", "12:05:00 x"))]
        late = log("12:20:00 x", "12:50:00 x")
        (before,) = fault(bundle(late, "12:50:00", more=rotated), 6)
        (after,) = fault(bundle(late, "12:50:00", ("12:30:00", status(6)), more=rotated), 6)
        assert (before.state, before.cleared.reason) == ("unknown", "hole")
        assert after.cleared == Bound("not_before", at=on("12:50:00"), reason="log_ends")
        assert (after.state, after.may_be_several) == ("open", True)

    def test_after_a_hole_a_fault_that_is_not_listed_cleared_in_it(self) -> None:
        rotated = [("ampdaemon.log.2", "12:05:00", log("12:00:00 Fault Raised: 6", "12:05:00 x"))]
        case = bundle(log("12:20:00 x", "12:50:00 x"), "12:50:00", ("12:30:00", status()), more=rotated)
        (one,) = case.intervals
        assert one.cleared == Bound("between", at=on("12:05:00"), until=on("12:30:00"), reason="snapshot")

    @pytest.mark.parametrize("asked", ["11:59:55", "12:00:05"])
    @pytest.mark.parametrize("faults", [(), (6,)])
    def test_seconds_around_a_raise_either_answer_is_right(self, asked: str, faults: tuple[int, ...]) -> None:
        case = bundle(OPEN, "12:30:00", (asked, status(*faults)))
        assert (case.contradictions, case.snapshots[0].agrees) == ((), True)
        assert case.intervals == bundle(OPEN, "12:30:00").intervals

    def test_an_answer_from_before_the_log_is_compared_with_nothing(self) -> None:
        case = bundle(OPEN, "12:30:00", ("10:00:00", status(18)))
        assert (case.contradictions, case.snapshots[0].agrees) == ((), None)

    def test_two_answers_are_compared_each_at_its_time(self) -> None:
        case = bundle(OPEN, "12:30:00", ("12:35:00", status(6)), ("11:30:00", status()))
        assert [row.agrees for row in case.snapshots] == [True, True]
        assert case.contradictions == ()

    def test_of_several_answers_each_difference_has_its_own_name(self) -> None:
        case = bundle(OPEN, "12:30:00", ("12:20:00", status(18)), ("12:10:00", status()))
        assert sorted(kinds(case)) == [
            ("f18-status-2", "listed", None),
            ("f6-status-1", "not_listed", "f6-1"),
        ]
        assert [row.agrees for row in case.snapshots] == [False, False]
        listed = next(one for one in case.contradictions if one.fault_id == 18)
        assert listed.headline == Text("contradiction.listed", {"fault": 18, "at": str(on("12:20:00"))})
        assert [one.file.rpartition("/")[2] for one in listed.evidence] == ["status0.txt"]


class TestWhenItWasAsked:
    """The file's modification time says it, if a log's own agrees with its last line."""

    @pytest.mark.parametrize("copied", ["21:30:00", "12:41:00", "03:30:00"])
    def test_file_times_of_a_copy_or_of_another_zone_say_nothing(self, copied: str) -> None:
        case = bundle(OPEN, copied, ("12:20:00", status()))
        assert [(row.at, row.agrees) for row in case.snapshots] == [(None, None)]
        assert case.intervals == bundle(OPEN, copied).intervals
        assert verdict(case, "raised") == "breached"
        assert (only(case).level, only(case).at) == ("info", None)

    def test_one_log_that_agrees_by_chance_does_not_make_a_local_time_utc(self) -> None:
        """A zip of a host nine hours east; its older log ends in lines of a clock that was nine hours ahead."""
        older = log("02:00:00 x", "11:30:00 x")
        zipped = {"ampdaemon.log.1": (older, 11), "ampdaemon.log": (OPEN, 21), "status.txt": (status(), 21)}
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for name, (content, hour) in zipped.items():
                archive.writestr(zipfile.ZipInfo(name, (2026, 3, 3, hour, 30, 0)), content)
        case = case_of({"bundle.zip": packed.getvalue()})
        assert [(row.at, row.agrees) for row in case.snapshots] == [(None, None)]
        assert verdict(case, "raised") == "breached"

    def test_what_holds_at_the_end_of_the_log_is_confirmed_all_the_same(self) -> None:
        assert bundle(OPEN, "21:30:00", ("21:30:00", status(6))).snapshots[0].agrees is True


def test_another_severity_is_told_since_it_can_change_while_the_fault_is_raised() -> None:
    case = bundle(OPEN, "12:30:05", ("12:35:00", status(6, severity="Critical")))
    assert kinds(case) == [("f6-status-severity", "other_severity", "f6-1")]
    assert (only(case).headline.params["stated"], only(case).headline.params["recorded"]) == ("Critical", "Major")
    assert (only(case).level, case.snapshots[0].agrees) == ("info", True)


def test_an_answer_without_any_log_is_compared_with_nothing() -> None:
    case = case_of({"status.txt": status(18)})
    assert (case.contradictions, case.snapshots[0].agrees) == ((), None)


def test_an_answer_that_counts_more_faults_than_it_names_says_nothing_of_those_it_does_not_name() -> None:
    """Perhaps an older connector prints no ids; then the open fault is one of those it counts."""
    case = bundle(OPEN, "12:30:05", ("12:20:00", "Status: Connected\nFaults: 1 Major\n"))
    assert (case.contradictions, case.snapshots[0].agrees) == ((), None)
    assert verdict(case, "raised") == "breached"
    assert case.intervals == bundle(OPEN, "12:30:05").intervals
