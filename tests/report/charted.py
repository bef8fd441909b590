"""Case documents for pictures, written by hand: what matters is where things lie, not how they were found."""

from dataclasses import replace
from pathlib import Path

from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

from faultlog.model import NS, Instant
from faultlog.report.document import CaseDocument, document
from faultlog.report.rows import (
    ActiveMinute,
    Anchor,
    Change,
    Cleared,
    ClockStep,
    Evidence,
    Expectation,
    Finding,
    Interval,
    Raised,
    SeverityAt,
    Signal,
    Span,
    Text,
)
from tests.logs import case_of, log

TOLERANCE = 6.0
"""Root of the mean square of the difference of two pictures, of 255: letters may be set a little differently."""


def differs(one: Path, other: Path) -> float:
    """How much two pictures differ, in grey; wholly where their sizes do."""
    first, second = (Image.open(path).convert("L") for path in (one, other))
    if first.size != second.size:
        return 255.0
    return float(ImageStat.Stat(ImageChops.difference(first, second)).rms[0])


EPOCH = 1_772_500_000
LINE = Evidence(file="b/ampdaemon.log", line=1, offset=0, text="a line")
SEVERITIES = ("Critical", "Major", "Minor", None)


def at(second: float) -> str:
    return str(Instant(round((EPOCH + second) * NS)))


def interval(fault, number, begin, end, severity="Major", state="cleared", title=None) -> Interval:
    """One interval; `begin` `None` was not seen, `state` says what is known of the end."""
    raised = (
        Raised(kind="not_after", at=None, until=at(end if begin is None else 0), reason="log_starts")
        if begin is None
        else Raised(kind="observed", at=at(begin), until=None, reason=None)
    )
    cleared = (
        Cleared(kind="observed", at=at(end), until=None, reason=None)
        if state == "cleared"
        else Cleared(kind="not_before", at=at(end), until=None, reason="log_ends")
    )
    lasted = end - (0 if begin is None else begin)
    return Interval(
        id=f"f{fault}-{number}",
        fault_id=fault,
        known=True,
        title=title or Text(key="fault.name", params={"rule": f"cisco-secure-endpoint/macos/{fault}-some-fault"}),
        severity=severity,
        severities=[] if severity is None else [SeverityAt(at=None if begin is None else at(begin), severity=severity)],
        raised=raised,
        cleared=cleared,
        state=state,
        duration_s=(lasted, lasted if state == "cleared" and begin is not None else None),
        duplicate_raises=0,
        may_be_several=False,
        evidence=[LINE],
    )


def finding(one: Interval, deadline, late, after="connector_started") -> Finding:
    """The verdict on an interval: missed by so many seconds, or kept where it is negative."""
    said = "met" if late < 0 else f"breached.{'cleared' if one.state == 'cleared' else 'open'}"
    return Finding(
        id=f"{one.id}-{after}",
        rule=f"r#{after}",
        fault_id=one.fault_id,
        interval=one.id,
        expectation=Expectation(kind="clears_within", after=after, within_s=600, source="vendor"),
        verdict="met" if late < 0 else "breached",
        deadline_at=at(deadline),
        margin_s=-late,
        breaches=int(late >= 0),
        anchor=Anchor(signal=after, at=at(deadline - 600), evidence=LINE),
        headline=Text(
            key=f"finding.clears_within.{after}.{said}",
            params={"fault": one.fault_id, "within_s": 600, "margin_s": abs(late)},
        ),
        advice=[],
        why=[],
        level="none" if late < 0 else "critical",
    )


def signal(kind, second, fault=None) -> Signal:
    return Signal(kind=kind, at=at(second), fault_id=fault, severity=None, evidence=LINE)


def span(begin, end, kind="live") -> Span:
    reason = {"live": "logged", "dead": "connector_stopped", "blind": "rotation_missing"}[kind]
    return Span(from_=at(begin), to=at(end), observed=kind != "blind", kind=kind, reason=reason, file="b/ampdaemon.log")


def case(intervals=(), *, zone="UTC", **parts) -> CaseDocument:
    """A document of these rows, on a host of its own."""
    empty = document(case_of(log("12:00:00 nothing")))
    zoned = replace(empty.host.time_zone, name=zone)
    host = replace(empty.host, name="mac-0042", os="macos", os_version="11.2.3", time_zone=zoned)
    whole = {"files": [], "coverage": [], "signals": [], "changes": [], **parts}
    return replace(empty, host=host, intervals=list(intervals), **whole)


def busy(faults, length, zone="UTC", activity=False) -> CaseDocument:
    """So many faults in so many seconds, each with several intervals, some late, some open; events and holes."""
    intervals, findings = [], []
    for number in range(faults):
        fault, step = number + 1, length / 4
        for turn in range(1 + number % 3):
            begin = (number * 37 % 50) / 50 * step + turn * step
            end = begin + step * (0.1 + (number * 13 % 7) / 9)
            state = "open" if turn == number % 3 and number % 4 == 0 else "cleared"
            end = length if state == "open" else end
            one = interval(fault, turn + 1, begin, end, SEVERITIES[number % 4], state)
            intervals.append(one)
            if number % 5 < 2:
                findings.append(finding(one, begin + (end - begin) / 3, (end - begin) * 2 / 3))
            elif number % 5 == 2:
                findings.append(finding(one, end + 1, -1))
    kinds = ("connector_started", "connector_stopped", "boot", "definitions_updated", "scan_service_exited")
    signals = [signal(kind, length * part / 40) for place, kind in enumerate(kinds) for part in range(place, 40, 7)]
    changes = [Change(at=at(length / 3), what="policy", from_="a", to="b", evidence=LINE)]
    edges = [(0, 0.3, "live"), (0.3, 0.34, "dead"), (0.34, 0.6, "live"), (0.6, 0.68, "blind"), (0.68, 1, "live")]
    spans = [span(length * begin, length * end, kind) for begin, end, kind in edges]
    steps = [ClockStep(file="b/ampdaemon.log", line=1, before=at(length / 2), after=at(length / 2 - 9))]
    minutes = [
        ActiveMinute(
            at=at(60 * one), log="connector", lines=20 + one * 37 % 90, warnings=one * 7 % 11, errors=one % 50 // 47
        )
        for one in range(int(length // 60) if activity else 0)
    ]
    return case(
        intervals,
        zone=zone,
        findings=findings,
        signals=signals,
        changes=changes,
        coverage=spans,
        clock_steps=steps,
        activity=minutes,
    )


ODD = st.text(alphabet="abc $한글\u4e2d\u202e<&\x1b\n^_{}\\", max_size=40)


@st.composite
def cases(draw) -> CaseDocument:
    """Any number of faults at any times, with a name that nobody would give a host."""
    length = draw(st.sampled_from([1, 300, 7_200, 86_400, 13_000_000]))
    moment = st.integers(0, 1000).map(lambda share: share * length / 1000)
    intervals, findings = [], []
    for fault in draw(st.lists(st.integers(1, 99_999), max_size=45, unique=True)):
        begin, end = sorted((draw(moment), draw(moment)))
        state = draw(st.sampled_from(["cleared", "open", "unknown"]))
        seen = None if draw(st.integers(0, 3)) == 0 else begin
        one = interval(fault, 1, seen, end, draw(st.sampled_from(SEVERITIES)), state)
        intervals.append(one)
        if draw(st.booleans()):
            findings.append(finding(one, begin, draw(st.integers(-600, 90_000_000))))
    kinds = ["connector_started", "connector_stopped", "boot", "definitions_updated", "scan_service_exited"]
    signals = [signal(draw(st.sampled_from(kinds)), second) for second in draw(st.lists(moment, max_size=30))]
    spans = [
        span(*sorted(draw(st.tuples(moment, moment))), kind)
        for kind in draw(st.lists(st.sampled_from(["live", "dead", "blind"]), max_size=4))
    ]
    zone = draw(st.sampled_from(["UTC", "Asia/Seoul", "Europe/Berlin", "UTC+05:45", "Australia/Lord_Howe"]))
    made = case(intervals, zone=zone, findings=findings, signals=signals, coverage=spans)
    return replace(made, host=replace(made.host, name=draw(ODD)), bundle=replace(made.bundle, name=draw(ODD)))
