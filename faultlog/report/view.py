"""What the parts of the triage report share: the document, the page, and who is worse than whom."""

import shlex
from collections.abc import Iterable, Mapping, Sequence

from faultlog.model import LEVELS
from faultlog.report.document import CaseDocument
from faultlog.report.page import Page
from faultlog.report.rows import ClockStep, Examined, Finding, Interval, Pattern, Preceding
from faultlog.report.times import Times, nanoseconds
from faultlog.values import dataclass
from faultlog.wording import Wording, safe

Rank = tuple[int, int]
"""How urgent something is: smaller is worse."""

FINE: Rank = (4, 0)
"""From this rank on nothing is asked of the reader."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A case document as a reader sees it: in one language, on the host's clock, with what belongs together at hand."""

    doc: CaseDocument
    times: Times
    whole: CaseDocument
    """The case before a window of time was cut out of it: what the audit counts."""
    path: str
    """The bundle as it is named on the command line, quoted for a shell."""
    verdicts: Mapping[str, Sequence[Finding]]
    """By interval."""
    preceding: Mapping[str, Sequence[Preceding]]
    """By interval."""
    examined: Mapping[str, Examined]
    """By interval."""

    @property
    def wording(self) -> Wording:
        """The language it is said in."""
        return self.times.wording

    def explain(self, name: str) -> str:
        """The command that explains an interval; empty where nobody can type one."""
        return f"faultlog explain {safe(self.path)} {name}" if self.wording.takes_commands else ""

    def findings_of(self, interval: Interval) -> list[Finding]:
        """The verdicts on an interval, worst first."""
        return sorted(self.verdicts.get(interval.id, ()), key=lambda one: rank(one, interval))

    def set_back_in(self, interval: Interval) -> list[ClockStep]:
        """Where the clock was set back between an interval's raise and its clear, if one file shows both."""
        if not (interval.evidence and interval.raised.kind == interval.cleared.kind == "observed"):
            return []
        first, last = interval.evidence[0], interval.evidence[-1]
        if first.file != last.file:
            return []
        steps = (one for one in self.doc.clock_steps if one.file == first.file and first.line < one.line <= last.line)
        return [one for one in steps if (nanoseconds(one.after) or 0) < (nanoseconds(one.before) or 0)]

    def by_old_clock(self, finding: Finding) -> bool:
        """Whether a deadline is told by a clock that was set back before it showed that time."""
        anchor, deadline = finding.anchor, nanoseconds(finding.deadline_at)
        if anchor is None or deadline is None:
            return False
        line = anchor.evidence
        later = (one for one in self.doc.clock_steps if one.file == line.file and one.line > line.line)
        step = min(later, key=lambda one: one.line, default=None)
        return step is not None and (nanoseconds(step.after) or 0) < (nanoseconds(step.before) or 0) < deadline

    def name_of(self, interval: Interval) -> str:
        """What the interval's fault is called."""
        return self.wording.say(interval.title)


def seen(doc: CaseDocument, wording: Wording, path: str | None = None, whole: CaseDocument | None = None) -> Seen:
    """A document as it is seen; without a path, the bundle's own name stands in commands."""
    named = shlex.quote(doc.bundle.name) if path is None else path
    verdicts: dict[str, list[Finding]] = {}
    for finding in doc.findings:
        verdicts.setdefault(finding.interval or "", []).append(finding)
    preceding: dict[str, list[Preceding]] = {}
    for row in doc.preceding:
        preceding.setdefault(row.interval, []).append(row)
    examined = {one.interval: one for one in doc.examined}
    times = Times.of(doc, wording)
    return Seen(doc, times, doc if whole is None else whole, named, verdicts, preceding, examined)


@dataclass(frozen=True, slots=True)
class View(Seen):
    """A case document on its way to a page of a console."""

    page: Page

    @classmethod
    def of(cls, doc: CaseDocument, page: Page, path: str | None = None, whole: CaseDocument | None = None) -> "View":
        """The view of a document; without a path, the bundle's own name stands in commands."""
        one = seen(doc, page.wording, path, whole)
        return cls(one.doc, one.times, one.whole, one.path, one.verdicts, one.preceding, one.examined, page)


def rank(finding: Finding, interval: Interval) -> Rank:
    """How urgent a verdict is: still open and overdue first."""
    if finding.verdict == "breached":
        return (0 if interval.state == "open" else 1, -LEVELS.index(finding.level))
    return {"indeterminate": (2, 0), "pending": (2, 1), "met": FINE}[finding.verdict]


def mark_of(finding: Finding) -> str:
    """The mark of a verdict, a key of `page.MARKS`."""
    if finding.verdict != "breached":
        return finding.verdict
    return finding.level if finding.level in {"critical", "warning"} else "note"


def urgency(interval: Interval, findings: Sequence[Finding]) -> Rank:
    """How urgent an interval is: its worst verdict, or whether it is open where nothing is promised."""
    ranks = [rank(one, interval) for one in findings]
    unjudged = {"open": (3, 0), "unknown": (3, 1), "cleared": (4, 1)}[interval.state]
    return min(ranks, default=unjudged)


@dataclass(frozen=True, slots=True)
class Judged:
    """An interval with its verdicts."""

    interval: Interval
    findings: tuple[Finding, ...]
    rank: Rank


def judged(view: Seen) -> list[Judged]:
    """Every interval with its verdicts, in the document's order."""
    by_interval: dict[str, list[Finding]] = {}
    for finding in view.doc.findings:
        by_interval.setdefault(finding.interval, []).append(finding)
    rows = []
    for interval in view.doc.intervals:
        findings = sorted(by_interval.get(interval.id, []), key=lambda one: rank(one, interval))
        rows.append(Judged(interval, tuple(findings), urgency(interval, findings)))
    return rows


def by_fault(rows: Iterable[Judged]) -> list[list[Judged]]:
    """Intervals grouped by fault, the fault with the worst interval first."""
    groups: dict[int, list[Judged]] = {}
    for row in rows:
        groups.setdefault(row.interval.fault_id, []).append(row)
    return sorted(groups.values(), key=lambda group: min(one.rank for one in group))


def recurs(view: Seen, pattern: Pattern) -> bool:
    """Whether a pattern says that a fault comes back with something the vendor sends: such a one is a headline."""
    rule = view.wording.pattern_of(pattern.fault_id, pattern.pattern, view.doc.host.os)
    return pattern.outcome == "present" and rule is not None and rule.recurs_with is not None


def pattern_words(view: Seen, pattern: Pattern) -> str:
    """A pattern that is present, in the words of its rule; plainly where the rule is not here."""
    rule, say = view.wording.pattern_of(pattern.fault_id, pattern.pattern, view.doc.host.os), view.wording
    count, fault = len(pattern.evidence) // 2, pattern.fault_id
    if rule is None:
        return say.words("pattern.other", fault=fault, pattern=pattern.pattern)
    if rule.recurs_with is not None:
        return say.words("pattern.recurs_with", fault=fault, count=count, within_s=rule.recurs_with.within)
    if rule.chatters is not None:
        return say.words("pattern.chatters", fault=fault, raises=rule.chatters.raises, within_s=rule.chatters.within)
    if rule.stands is not None:
        return say.words("pattern.stands", fault=fault, stands_s=rule.stands)
    return say.words("pattern.severity_changes", fault=fault)
