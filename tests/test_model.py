"""The nouns: instants, moments and bounds that refuse to contradict themselves."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faultlog.case import Bound, Case, Coverage, FaultInterval, SeverityAt
from faultlog.filereport import FileReport
from faultlog.model import LEVELS, NS, Evidence, Instant, Moment, Signal, Text
from tests.logs import case_of, log, on

PROPERTY = settings()  # as many inputs as conftest says, more in `make soak`
LINE = Evidence("ampdaemon.log", 1, 0, "x")


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-03T12:30:00Z",
        "2026-03-03T12:30:00.1Z",
        "2026-03-03T12:30:00.100Z",
        "2026-03-03T12:30:00.000000001Z",
        "1969-12-31T23:59:59.999Z",
        "0001-01-01T00:00:00Z",
        "2024-02-29T23:59:59Z",
    ],
)
def test_an_instant_is_written_as_it_was_read(text: str) -> None:
    assert str(Instant.of(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-03-03",
        "2026-03-03T12:30:00",
        "2026-03-03T12:30:00+00:00",
        "2026-03-03 12:30:00Z",
        "2026-03-03T12:30:00.Z",
        "2026-03-03T12:30:00.0000000001Z",
        "2026-02-30T12:30:00Z",
        "2026-03-03T24:30:00Z",
        "2026-03-03T12:30:00Zx",
    ],
)
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (any of them)
        Instant.of(text)


@PROPERTY
@given(ns=st.integers(-(10**18), 4 * 10**18))
def test_every_instant_survives_being_written_with_nine_digits(ns: int) -> None:
    instant = Instant(ns, 9)
    assert Instant.of(str(instant)) == instant
    assert str(Instant.of(str(instant))) == str(instant)


@PROPERTY
@given(ns=st.integers(-(10**18), 4 * 10**18), digits=st.integers(0, 9))
def test_fewer_digits_cut_and_never_round_up(ns: int, digits: int) -> None:
    written = Instant.of(str(Instant(ns, digits)))
    assert 0 <= ns - written.ns < 10 ** (9 - digits)


@PROPERTY
@given(ns=st.integers(0, 2 * 10**18), seconds=st.integers(-(10**6), 10**6))
def test_moving_and_measuring_are_inverse(ns: int, seconds: int) -> None:
    instant = Instant(ns)
    assert instant.moved(seconds).since(instant) == seconds


def test_digits_do_not_distinguish_instants() -> None:
    assert Instant(NS, 0) == Instant(NS, 3)
    assert hash(Instant(NS, 0)) == hash(Instant(NS, 3))
    assert Instant(1) > Instant(0, 9)


def test_an_instant_as_datetime_is_aware_and_cut_to_microseconds() -> None:
    assert Instant(1_999_999_999).utc() == datetime(1970, 1, 1, 0, 0, 1, 999_999, tzinfo=UTC)
    assert Instant.at_second(0).utc() == datetime(1970, 1, 1, tzinfo=UTC)


def test_a_moved_instant_keeps_its_digits() -> None:
    assert str(Instant.of("2026-03-03T12:00:00.250Z").moved(600)) == "2026-03-03T12:10:00.250Z"


def test_a_moment_is_a_point_without_reason_or_a_range_with_one() -> None:
    assert Moment.exactly(on("12:00:00")).at == on("12:00:00")
    assert Moment.between(on("12:00:00"), on("12:00:01"), "hole").at is None
    assert Moment.between(on("12:00:00"), on("12:00:00"), "hole") == Moment.exactly(on("12:00:00"))
    with pytest.raises(ValueError, match="cannot end"):
        Moment(on("12:00:01"), on("12:00:00"), "hole")
    with pytest.raises(ValueError, match="needs its reason"):
        Moment(on("12:00:00"), on("12:00:01"))
    with pytest.raises(ValueError, match="needs its reason"):
        Moment(on("12:00:00"), on("12:00:00"), "hole")


@pytest.mark.parametrize(
    ("kind", "at", "until", "reason"),
    [
        ("observed", None, None, None),
        ("observed", "12:00:00", "12:01:00", None),
        ("not_after", "12:00:00", None, "log_starts"),
        ("not_after", None, "12:00:00", None),
        ("not_before", None, "12:00:00", "log_ends"),
        ("not_before", "12:00:00", None, None),
        ("between", "12:00:00", None, "no_stamp"),
        ("between", "12:00:00", "12:01:00", None),
    ],
)
def test_a_bound_that_lacks_or_has_too_much_is_refused(kind: Any, at: Any, until: Any, reason: Any) -> None:
    with pytest.raises(ValueError, match=f"a bound of kind {kind}"):
        Bound(kind, on(at) if at else None, on(until) if until else None, reason)


def test_bounds_know_their_outermost_instants() -> None:
    noon, one = on("12:00:00"), on("13:00:00")
    assert (Bound("observed", at=noon).earliest, Bound("observed", at=noon).latest) == (noon, noon)
    late = Bound("not_after", until=one, reason="log_starts")
    assert (late.earliest, late.latest) == (None, one)
    early = Bound("not_before", at=noon, reason="log_ends")
    assert (early.earliest, early.latest) == (noon, None)
    ranged = Bound.of(Moment.between(noon, one, "no_stamp"))
    assert (ranged.kind, ranged.earliest, ranged.latest, ranged.reason) == ("between", noon, one, "no_stamp")
    assert Bound.of(Moment.exactly(noon)) == Bound("observed", at=noon)


def test_the_severity_of_an_interval_is_the_last_one_recorded() -> None:
    noon = on("12:00:00")
    raised, clear = (
        Signal(kind, Moment.exactly(noon), LINE, "r", "assumed", 18) for kind in ("fault_raised", "fault_cleared")
    )
    bare = FaultInterval(
        "f18-1",
        18,
        True,
        Text("t"),
        Bound("observed", at=noon),
        Bound("observed", at=noon),
        "cleared",
        (0.0, 0.0),
        raises=(raised,),
        clear=clear,
    )
    assert bare.severity is None
    assert bare.evidence == (LINE, LINE)
    told = FaultInterval(
        "f18-1",
        18,
        True,
        Text("t"),
        Bound("observed", at=noon),
        Bound("not_before", at=noon, reason="log_ends"),
        "open",
        (0.0, None),
        (SeverityAt(noon, "Major"), SeverityAt(noon, "Critical")),
        raises=(raised,),
    )
    assert told.severity == "Critical"
    assert told.evidence == (LINE,)


@pytest.mark.parametrize(("kind", "observed"), [("live", True), ("dead", True), ("blind", False)])
def test_only_a_blind_span_is_not_observed(kind: Any, observed: bool) -> None:
    assert Coverage(on("12:00:00"), on("13:00:00"), kind, "why", None).observed is observed


def test_levels_stand_mildest_first() -> None:
    assert LEVELS == ("none", "info", "warning", "critical")


def test_a_case_is_answerable_when_any_line_was_understood() -> None:
    case = case_of(log("12:00:00 nothing of note"))
    assert case.answerable
    mute = FileReport("x", None, "not_understood", 1, 1, 1, 0, 0, 1)
    assert not Case(**{name: getattr(case, name) for name in Case.__slots__} | {"files": (mute,)}).answerable
    assert not Case(**{name: getattr(case, name) for name in Case.__slots__} | {"files": ()}).answerable


def test_values_are_frozen() -> None:
    with pytest.raises(AttributeError):
        Instant(0).ns = 1  # type: ignore[misc]
