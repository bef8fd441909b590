"""Where what faultlog says of a small log differs from what should be said of it."""

from datetime import UTC, datetime
from typing import Any

from faultlog.report.document import CaseDocument, document
from tests.logs import case_of
from tests.oracle.answers import Answer, End, Finding, Interval, answer
from tests.oracle.small import Small


def case_document(small: Small) -> CaseDocument:
    """What faultlog says."""
    told: dict[str, Any] = {} if small.log.zone == "UTC" else {"tz": small.log.zone}
    if small.log.zone == "UTC" and small.shape.startswith("syslog"):
        told = {"tz": "UTC", "taken": small.taken()}
    return document(case_of(small.files(), os="macos", **told))


def differences(small: Small) -> list[str]:
    """Where faultlog and the oracle disagree, one sentence each; empty where they agree."""
    expected, said = answer(small.log), case_document(small)
    found = _of_intervals(expected, said)
    return found or [*_of_findings(expected, said), *_of_remedies(expected, said), *_of_patterns(expected, said)]


def shrunk(small: Small) -> Small:
    """The same log with as few lines as still make a difference."""
    for simpler in small.simpler():
        if differences(simpler):
            return shrunk(simpler)
    return small


def _of_intervals(expected: Answer, said: CaseDocument) -> list[str]:
    here = {one.id: one for one in expected.intervals}
    there = {one.id: one for one in said.intervals}
    if set(here) != set(there):
        return [f"intervals {sorted(there)} should be {sorted(here)}"]
    found = []
    for name, interval in here.items():
        row = there[name]
        ours = _interval_row(interval)
        theirs = {
            "raised": (row.raised.kind, _whole(row.raised.at), _whole(row.raised.until)),
            "cleared": (row.cleared.kind, _whole(row.cleared.at), _whole(row.cleared.until)),
            "state": row.state,
            "duration": row.duration_s,
            "repeated": row.duplicate_raises,
            "may_be_several": row.may_be_several,
        }
        found += [f"{name}: {key} {theirs[key]} should be {ours[key]}" for key in ours if ours[key] != theirs[key]]
    return found


def _interval_row(interval: Interval) -> dict[str, object]:
    return {
        "raised": _end_row(interval.raised),
        "cleared": _end_row(interval.cleared),
        "state": interval.state,
        "duration": interval.duration,
        "repeated": interval.repeated,
        "may_be_several": interval.may_be_several,
    }


def _end_row(end: End) -> tuple[str, str | None, str | None]:
    return end.kind, _written(end.at), _written(end.until)


def _whole(instant: str | None) -> str | None:
    return None if instant is None else instant.replace(".000000", "")


def _written(seconds: int | None) -> str | None:
    return None if seconds is None else f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _seconds(instant: str | None) -> int | None:
    return None if instant is None else int(datetime.fromisoformat(instant).timestamp())


def _of_findings(expected: Answer, said: CaseDocument) -> list[str]:
    there = {(one.interval, one.expectation.after): one for one in said.findings}
    found = []
    for key in sorted(set(expected.findings) | set(there)):
        ours, theirs = expected.findings.get(key), there.get(key)
        if ours is None or theirs is None or ours.verdict != theirs.verdict:
            found.append(f"{key}: {theirs and theirs.verdict} should be {ours and _row(ours)}")
        elif theirs.verdict != "indeterminate":
            found += _of_numbers(key, ours, _seconds(theirs.deadline_at), theirs.margin_s, theirs.breaches)
    return found


def _row(finding: Finding) -> str:
    return f"{finding.verdict}, margins {sorted(map(str, finding.margins))[:6]}"


def _of_numbers(
    key: tuple[str, str], ours: Finding, deadline: int | None, margin: float | None, breaches: int
) -> list[str]:
    found = []
    if deadline not in ours.deadlines | ({None} if len(ours.deadlines) > 1 else set()):
        found.append(f"{key}: deadline {deadline} should be one of {ours.deadlines}")
    known = [each for each in ours.margins if each is not None]
    if margin is None and len(ours.margins) == 1 and known and deadline is not None:
        found.append(f"{key}: no margin, should be {known}")
    elif margin is not None and None not in ours.margins and not min(known) <= margin <= max(known):
        found.append(f"{key}: margin {margin} should be in {min(known)} to {max(known)}")
    if breaches != ours.breaches:
        found.append(f"{key}: {breaches} breaches should be {ours.breaches}")
    return found


def _of_remedies(expected: Answer, said: CaseDocument) -> list[str]:
    """Differences; where the clock was set, faultlog does not follow which lines are one boot: unknown will do."""
    there = {one.interval: one.outcome for one in said.remedies if one.fault_id == 10}
    found = []
    for key, outcome in expected.remedies.items():
        enough = {outcome, "unknown"} if said.clock_steps else {outcome}
        if there.get(key) not in enough:
            found.append(f"{key}: remedy {there.get(key)} should be {outcome}")
    return found


def _of_patterns(expected: Answer, said: CaseDocument) -> list[str]:
    there = {one.fault_id: one.outcome for one in said.patterns if one.pattern == "chattering"}
    ours = expected.chatter
    return [
        f"fault {key}: chatter {there.get(key)} should be {ours[key]}" for key in ours if ours[key] != there.get(key)
    ]
