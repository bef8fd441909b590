"""Cases that exports are tried on: those of the samples, and one with every kind of end and with hostile text."""

from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import pytest

from faultlog.pipeline import Options, analyze
from faultlog.report.document import CaseDocument, document
from faultlog.report.exports.timeline import Timeline
from faultlog.report.rows import Cleared, Raised
from faultlog.wording import Wording
from tests.logs import case_of, knowledge, log

ROOT = Path(__file__).parents[3]
SAMPLES = sorted(path.name for path in (ROOT / "sample_logs").iterdir() if path.name.endswith((".zip", ".tar.gz")))
HOSTILE = "=cmd|' /C calc'!A0 | <script>alert(1)</script> \x1b[31m\u202e\r\n**x** ![i](http://a)"

ENDS = {
    "ampdaemon.log.3": log(
        "11:00:00.250 x", "11:00:01 Fault Cleared: 12", "11:00:02.5 connector started, version 1.14.0"
    ),
    "ampdaemon.log.1": log(
        "12:00:00.1 Fault Raised: 6 (Major)", "12:10:00 connector stopped", "12:20:00 connector started",
        "12:21:00 Fault Raised: 3 (Critical)", "12:22:00 suppressed 40 messages", "12:23:00 Fault Cleared: 3",
    ),
    "ampdaemon.log": log(
        "12:30:00 upgraded from 1.14.0 to 1.14.1", "12:31:00 Fault Raised: 10", "12:40:00.123456789 Fault Cleared: 6",
        "12:41:00 Fault Raised: 99", "12:45:00 connector started", "12:50:00 x", end="",
    ),
}  # fmt: skip


@cache
def sample(name: str) -> CaseDocument:
    """The case of a sample bundle."""
    return document(analyze([ROOT / "sample_logs" / name], Options()))


@cache
def ends() -> CaseDocument:
    """A case whose intervals end in every way, one of them after a hole."""
    return document(case_of(ENDS))


@cache
def hostile() -> CaseDocument:
    """The same, with text in it that wants to be run, rendered or obeyed."""
    doc = ends()
    intervals = [
        replace(one, evidence=[replace(line, file=HOSTILE, text=HOSTILE) for line in one.evidence])
        for one in doc.intervals
    ]
    host = replace(doc.host, name=HOSTILE)
    changes = [replace(one, to=HOSTILE) for one in doc.changes]
    return replace(doc, host=host, intervals=intervals, changes=changes, bundle=replace(doc.bundle, name=HOSTILE))


@cache
def bounds() -> CaseDocument:
    """A case with an interval for every pair of bounds, also such that cross, and a clock that was set back."""
    early, first, then, last = (f"2026-03-03T{hour}:00:00Z" for hour in (10, 11, 12, 13))
    raised = [
        Raised("observed", first, None, None), Raised("not_after", None, then, "log_starts"),
        Raised("between", first, then, "hole"), Raised("between", early, last, "year_unknown"),
    ]  # fmt: skip
    cleared = [
        Cleared("observed", last, None, None), Cleared("not_before", then, None, "log_ends"),
        Cleared("between", first, last, "snapshot"), Cleared("observed", early, None, "clock_step"),
    ]  # fmt: skip
    one = ends().intervals[0]
    pairs = [(begin, end) for begin in raised for end in cleared]
    intervals = [
        replace(one, id=f"f6-{number}", fault_id=6 + number % 3, raised=begin, cleared=end, duration_s=(0.0, None))
        for number, (begin, end) in enumerate(pairs, 1)
    ]
    return replace(ends(), intervals=intervals, findings=[], remedies=[])


EVERY = [*(partial(sample, name) for name in SAMPLES), ends, hostile, bounds]
"""What makes each of them, once a test asks for it."""
each_case = pytest.mark.parametrize("doc", range(len(EVERY)), indirect=True)
"""A test of each of them."""


def timeline(doc: CaseDocument, language: str = "en") -> Timeline:
    """The timeline of a case."""
    return Timeline.of(doc, Wording(language, knowledge().rules, doc.host.time_zone.name))
