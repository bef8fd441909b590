"""What is noticed in followed logs, said: a line for a person, or a JSON object for a program."""

import json
from collections.abc import Iterable, Sequence

from rich.text import Text

from faultlog.case import FaultInterval, Finding
from faultlog.model import Instant
from faultlog.report.document import harmless
from faultlog.report.page import DIM, MARKS, MOST_RAW, Page
from faultlog.values import dataclass
from faultlog.watching.notices import Notice
from faultlog.watching.stream import path_of
from faultlog.wording import Wording, safe

SCHEMA = "faultlog.watch/1"
"""What each JSON line says it is."""

_MARKS = {
    "raised": "open",
    "raised_again": "open",
    "cleared": "cleared",
    "cleared_unseen": "cleared",
    "undecided": "indeterminate",
}
"""How an event is marked, where its verdict does not say so."""
_ASIDE = frozenset({"log", "clock", "unread", "unexplained", "history"})
"""What is told about the watching itself, not about a fault."""
_ANSWERS = frozenset({"history", "unexplained"})
"""What of that belongs to the answer."""


@dataclass(frozen=True, slots=True)
class Teller:
    """Says notices in one language."""

    wording: Wording

    def sentence(self, notice: Notice) -> str:
        """The whole notice as one sentence."""
        match notice.event:
            case "history":
                return self._history(notice)
            case "log" | "clock" | "unexplained" | "unread":
                return self._of_log(notice)
            case "verdict" | "undecided":
                return self.wording.say(notice.findings[0].headline)
            case "breached":
                return self._breached(notice)
            case _:
                return self._of_fault(notice)

    def _of_log(self, notice: Notice) -> str:
        """What a log is, and lines of it that mean nothing here."""
        if notice.event == "clock":
            return self._clock(notice)
        if notice.event == "log":
            return self.wording.words(f"watch.log.{notice.fate}", file=notice.files[0], detail=notice.detail)
        text = "" if notice.evidence is None else notice.evidence.text[:MOST_RAW]
        return self.wording.words(f"watch.{notice.event}", text=text)

    def _history(self, notice: Notice) -> str:
        say = self.wording
        if notice.at is None:
            return say.words("watch.history.empty")
        faults = "; ".join(self._open(one, notice.findings) for one in notice.intervals) or say.words("watch.none_open")
        faults += say.counted("watch.ended", notice.cleared) if notice.cleared else ""
        faults += say.counted("watch.mentions", notice.unexplained) if notice.unexplained else ""
        if notice.understood * 2 < notice.lines:
            faults += say.words("watch.share", understood=f"{notice.understood:,}")
        key = "watch.history.one" if notice.lines == 1 else "watch.history"
        return say.words(key, lines=f"{notice.lines:,}", at=str(notice.at), faults=faults)

    def _open(self, interval: FaultInterval, findings: Sequence[Finding]) -> str:
        mine = [one for one in findings if one.interval == interval.id and one.deadline_at is not None]
        passed = _first(one.deadline_at for one in mine if one.verdict == "breached")
        due = _first(one.deadline_at for one in mine if one.verdict == "pending")
        filled = _known(raised_at=interval.raised.at, overdue_at=passed, due_at=due)
        return self.wording.words("watch.open", fault=interval.fault_id, name=self._name(interval), **filled)

    def _clock(self, notice: Notice) -> str:
        apart = notice.apart_s or 0.0
        way = "ahead" if apart > 0 else "behind"
        key = way if notice.doubt == "apart" else notice.doubt or "understood"
        return self.wording.words(
            f"watch.clock.{key}", file=notice.files[0], at=str(notice.at), apart_s=float(round(abs(apart)))
        )

    def _breached(self, notice: Notice) -> str:
        (finding,) = notice.findings
        promise = finding.expectation
        if notice.interval is None or finding.deadline_at is None or notice.until is None:
            return self.wording.say(finding.headline)
        said = self.wording.words(
            f"watch.breached.{promise.kind}.{promise.after}",
            fault=finding.fault_id,
            name=self._name(notice.interval),
            within_s=promise.within_s,
            deadline_at=str(finding.deadline_at),
            until_at=str(_to_second(notice.until)),
        )
        since = notice.silent_since
        return said if since is None else self.wording.words("watch.silent", said=said, last_at=str(since))

    def _of_fault(self, notice: Notice) -> str:
        """A raise or a clear."""
        interval = notice.interval
        if interval is None:
            return self.wording.words(f"watch.{notice.event}", fault=notice.fault_id)
        due = _first(one.deadline_at for one in notice.findings if one.verdict == "pending")
        return self.wording.words(
            f"watch.{notice.event}",
            fault=interval.fault_id,
            name=self._name(interval),
            duration=self._duration(interval),
            **_known(severity=interval.severity, due_at=due),
        )

    def _name(self, interval: FaultInterval) -> str:
        return self.wording.say(interval.title)

    def _duration(self, interval: FaultInterval) -> str:
        lowest, highest = interval.duration_s
        said, say = self.wording.duration, self.wording.words
        if highest is None:
            return say("duration.at_least", low=said(lowest))
        return said(lowest) if lowest == highest else say("duration.range", low=said(lowest), high=said(highest))


def render_notice(notice: Notice, page: Page, beside: Page) -> None:
    """Show a notice on one line, with the log's time before it; what is no answer goes to the page beside."""
    said = Teller(page.wording).sentence(notice)
    if notice.event in _ASIDE:
        (page if notice.event in _ANSWERS else beside).line(said)
        return
    sign, style, word = MARKS[_mark(notice)]
    head = Text(f"{sign} {page.wording.words(word)}", style=style)
    head.append(" " * max(1, page.label_width - head.cell_len))
    own = notice.at if notice.evidence is not None and notice.at is not None else notice.seen_at
    line = Text.assemble(f"{page.wording.instant(str(own))}  ", head, said)
    if notice.evidence is not None:
        line.append(f"  {safe(path_of(notice.evidence.file))}:{notice.evidence.line}", style=DIM)
    page.line(line)


def _mark(notice: Notice) -> str:
    if notice.event not in {"verdict", "breached"}:
        return _MARKS[notice.event]
    (finding,) = notice.findings
    return {"met": "met", "indeterminate": "indeterminate"}.get(finding.verdict, finding.level)


def to_json_line(notice: Notice, wording: Wording) -> str:
    """A notice as one line of JSON; what does not belong to its event is null or left empty."""
    line = notice.evidence
    row = {
        "schema": SCHEMA,
        "event": notice.event,
        "at": _written(notice.at),
        "seen_at": _written(notice.seen_at),
        "fault_id": notice.fault_id,
        "interval": None if notice.interval is None else _interval(notice.interval),
        "findings": [_finding(one) for one in notice.findings],
        "until": _written(notice.until),
        "by": None if notice.event != "breached" else "line" if notice.silent_since is None else "clock",
        "evidence": None
        if line is None
        else {"file": path_of(line.file), "line": line.line, "offset": line.offset, "text": line.text},
        "open": [_interval(one) for one in notice.intervals],
        "files": list(notice.files),
        "fate": notice.fate,
        "detail": notice.detail or None,
        "doubt": notice.doubt,
        "apart_s": notice.apart_s,
        "message": Teller(wording).sentence(notice),
    }
    return harmless(json.dumps(row, ensure_ascii=False))


def _interval(one: FaultInterval) -> dict[str, object]:
    """An interval as the case document has it, as far as it matters while it goes on."""
    return {
        "id": one.id,
        "fault_id": one.fault_id,
        "known": one.known,
        "severity": one.severity,
        "raised_at": _written(one.raised.at),
        "cleared_at": _written(one.cleared.at) if one.cleared.kind == "observed" else None,
        "state": one.state,
        "duration_s": list(one.duration_s),
    }


def _finding(one: Finding) -> dict[str, object]:
    return {
        "id": one.id,
        "rule": one.rule,
        "kind": one.expectation.kind,
        "after": one.expectation.after,
        "within_s": one.expectation.within_s,
        "verdict": one.verdict,
        "deadline_at": _written(one.deadline_at),
        "margin_s": one.margin_s,
        "breaches": one.breaches,
        "level": one.level,
    }


def _written(at: Instant | None) -> str | None:
    return None if at is None else str(at)


def _to_second(at: Instant) -> Instant:
    """The second that holds an instant."""
    return Instant.at_second(at.ns // 1_000_000_000)


def _first(instants: Iterable[Instant | None]) -> Instant | None:
    return min((one for one in instants if one is not None), default=None)


def _known(**values: object) -> dict[str, object]:
    """Blanks that have a value; of instants as the catalogues want them."""
    return {name: str(value) for name, value in values.items() if value is not None}
