"""The coverage ledger: live, dead and blind spans, and how far unbroken observation reaches."""

from collections.abc import Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from faultlog.case import Coverage
from faultlog.coverage import Ledger, Stretch, dead_spans, ledger_of, spans_of
from faultlog.model import Evidence, Instant, Moment, Signal
from tests.logs import BOOT, case_of, log, time

PROPERTY = settings()  # as many inputs as conftest says, more in `make soak`


def sec(seconds: int) -> Instant:
    return Instant.at_second(seconds)


def stretch(number: int, first: int, last: int, lost: str | None = None) -> Stretch:
    return Stretch(f"log.{number}", sec(first), sec(last), lost)


def ledger(series: Sequence[Sequence[Coverage]], signals: Sequence[Signal] = ()) -> Ledger:
    return ledger_of(series, list(dead_spans(signals)), signals)


def drawn(spans: Any) -> list[tuple[int, int, str, str]]:
    return [(one.from_.ns // 10**9, one.to.ns // 10**9, one.kind, one.reason) for one in spans]


def signal(kind: Any, at: int, file: str = "log.0", since: int | None = None) -> Signal:
    before = None if since is None else Moment.exactly(sec(since))
    return Signal(kind, Moment.exactly(sec(at)), Evidence(file, 1, 0, ""), "r", "assumed", since=before)


def coverage(case: Any) -> list[tuple[str | None, str | None, str, str]]:
    return [(time(one.from_), time(one.to), one.kind, one.reason) for one in case.coverage]


def test_silence_inside_a_continuous_rotation_set_is_observed() -> None:
    assert drawn(spans_of([stretch(2, 0, 10), stretch(1, 20, 30), stretch(0, 30, 40)])) == [
        (0, 10, "live", "logged"),
        (10, 20, "live", "rotated"),
        (20, 30, "live", "logged"),
        (30, 40, "live", "logged"),
    ]


def test_a_missing_rotation_number_is_a_blind_hole() -> None:
    spans = spans_of([stretch(3, 0, 10), stretch(1, 20, 30, "rotation_missing")])
    assert drawn(spans) == [
        (0, 10, "live", "logged"),
        (10, 20, "blind", "rotation_missing"),
        (20, 30, "live", "logged"),
    ]
    assert [one.observed for one in spans] == [True, False, True]


def test_a_file_cut_short_is_followed_by_a_blind_hole() -> None:
    assert drawn(spans_of([stretch(1, 0, 10), stretch(0, 20, 30, "truncated")]))[1] == (10, 20, "blind", "truncated")


def test_a_cut_last_file_hides_nothing_that_was_observed_and_all_behind_its_end() -> None:
    spans = spans_of([stretch(0, 0, 10)], "truncated")
    assert drawn(spans) == [(0, 10, "live", "logged"), (10, 10, "blind", "truncated")]
    found = ledger([spans], [])
    assert (found.seen_until(sec(3)), found.reaches_end(sec(10)), found.is_cut) == (sec(10), False, True)


def test_what_another_set_saw_lies_behind_a_cut_end() -> None:
    found = ledger([spans_of([stretch(0, 0, 10)], "truncated"), spans_of([stretch(0, 5, 20)])], [])
    assert (found.is_cut, found.reaches_end(sec(20))) == (False, True)


def test_files_that_overlap_in_time_do_not_overlap_in_the_ledger() -> None:
    assert drawn(spans_of([stretch(1, 0, 10), stretch(0, 5, 20)])) == [
        (0, 10, "live", "logged"),
        (10, 20, "live", "logged"),
    ]
    assert drawn(spans_of([stretch(1, 0, 10), stretch(0, 5, 8)])) == [(0, 10, "live", "logged")]


def test_a_stop_opens_a_dead_span_until_the_next_start() -> None:
    found = ledger(
        [spans_of([stretch(0, 0, 100)])],
        [signal("connector_stopped", 10), signal("connector_stopped", 12), signal("connector_started", 30)],
    )
    assert drawn(found.spans) == [
        (0, 10, "live", "logged"),
        (10, 30, "dead", "connector_stopped"),
        (30, 100, "live", "logged"),
    ]


def test_a_stop_without_a_start_is_no_dead_span_yet() -> None:
    assert drawn(ledger([spans_of([stretch(0, 0, 100)])], [signal("connector_stopped", 10)]).spans) == [
        (0, 100, "live", "logged")
    ]


def test_suppressed_messages_are_a_blind_hole_from_the_line_before() -> None:
    found = ledger([spans_of([stretch(0, 0, 100)])], [signal("suppressed", 40, since=20)])
    assert drawn(found.spans) == [
        (0, 20, "live", "logged"),
        (20, 40, "blind", "suppressed"),
        (40, 100, "live", "logged"),
    ]


def test_suppressed_messages_hide_even_in_a_dead_span() -> None:
    found = ledger(
        [spans_of([stretch(0, 0, 100)])],
        [signal("connector_stopped", 10), signal("suppressed", 40, since=20), signal("connector_started", 60)],
    )
    assert [span[2] for span in drawn(found.spans)] == ["live", "dead", "blind", "dead", "live"]


def test_a_dead_span_does_not_fill_a_blind_hole() -> None:
    spans = spans_of([stretch(3, 0, 10), stretch(1, 50, 90, "rotation_missing")])
    found = ledger([spans], [signal("connector_stopped", 5), signal("connector_started", 60)])
    assert drawn(found.spans) == [
        (0, 5, "live", "logged"),
        (5, 10, "dead", "connector_stopped"),
        (10, 50, "blind", "rotation_missing"),
        (50, 60, "dead", "connector_stopped"),
        (60, 90, "live", "logged"),
    ]


def test_what_one_set_observed_fills_another_sets_hole() -> None:
    holed, whole = spans_of([stretch(3, 0, 10), stretch(1, 50, 90, "rotation_missing")]), spans_of([stretch(0, 5, 60)])
    assert all(one.observed for one in ledger([holed, whole], []).spans)


def test_a_gap_between_sets_is_a_blind_hole() -> None:
    found = ledger(
        [[Coverage(sec(0), sec(10), "live", "logged", "a")], [Coverage(sec(20), sec(30), "live", "logged", "b")]], []
    )
    assert drawn(found.spans)[1] == (10, 20, "blind", "not_logged")


@PROPERTY
@given(
    lasts=st.lists(
        st.tuples(st.integers(0, 20), st.integers(0, 20), st.sampled_from([None, "truncated"])), min_size=1, max_size=6
    ),
    stops=st.lists(st.integers(0, 150), max_size=3),
    holes=st.lists(st.tuples(st.integers(0, 150), st.integers(0, 30)), max_size=3),
)
def test_a_ledger_is_gapless_ordered_and_consistent(lasts: Any, stops: Any, holes: Any) -> None:
    at, files = 0, []
    for number, (gap, length, lost) in enumerate(lasts):
        at += gap
        files.append(stretch(number, at, at + length, lost))
        at += length
    signals = [signal("connector_stopped", one) for one in stops] + [
        signal("connector_started", one + 7) for one in stops
    ]
    signals += [signal("suppressed", one + length, since=one) for one, length in holes]
    signals.sort(key=lambda one: one.when.earliest)
    found = ledger([spans_of(files)], signals)
    assert (found.begin, found.end) == (files[0].first, max(one.last for one in files))
    for before, after in zip(found.spans, found.spans[1:], strict=False):
        assert before.to == after.from_


def test_the_case_shows_every_hole_with_its_reason() -> None:
    case = case_of(
        {
            "ampdaemon.log.3": log("11:00:00 x", "11:30:00 x"),
            "ampdaemon.log.1": log("12:00:00 x", "12:10:00 connector stopped", "12:20:00 connector started"),
            "ampdaemon.log": log("12:30:00 x", "12:40:00 suppressed 8 messages", "13:00:00 x"),
        }
    )
    assert coverage(case) == [
        ("11:00:00", "11:30:00", "live", "logged"),
        ("11:30:00", "12:00:00", "blind", "rotation_missing"),
        ("12:00:00", "12:10:00", "live", "logged"),
        ("12:10:00", "12:20:00", "dead", "connector_stopped"),
        ("12:20:00", "12:30:00", "live", "rotated"),
        ("12:30:00", "12:40:00", "blind", "suppressed"),
        ("12:40:00", "13:00:00", "live", "logged"),
    ]
    assert [one.observed for one in case.coverage] == [one.kind != "blind" for one in case.coverage]


def test_a_host_that_is_down_is_a_dead_span_until_its_boot() -> None:
    case = case_of(
        log("12:00:00 x", "12:10:00 connector stopped", f"12:15:00 {BOOT}", "12:16:00 connector started", "12:20:00 x")
    )
    assert ("12:10:00", "12:15:00", "dead", "connector_stopped") in coverage(case)


def test_rotations_named_by_date_have_no_numbers_to_miss() -> None:
    case = case_of({"ampdaemon.log-20260301": log("11:00:00 x"), "ampdaemon.log": log("12:00:00 x", "12:01:00 y")})
    assert {one.kind for one in case.coverage} == {"live"}
