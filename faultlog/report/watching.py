"""What is noticed in followed logs, said: a line for a person, or a JSON object for a program."""

from collections.abc import Iterable, Iterator, Sequence

from rich.text import Text

from faultlog.case import FaultInterval, Finding
from faultlog.model import Instant
from faultlog.report.page import DIM, MARKS, MOST_RAW, Page
from faultlog.report.watchlines import advised, command_of, watch_line, written
from faultlog.values import dataclass
from faultlog.watching.advised import Todo
from faultlog.watching.notices import Notice
from faultlog.watching.stream import path_of
from faultlog.wording import Wording, safe

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
MOST_ADVICE = 3
"""Advice that a passed deadline shows; a command tells the rest. Tool default."""
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
            known = _known(since_at=notice.at, until_at=notice.until, detail=notice.detail or None)
            return self.wording.words(f"watch.log.{notice.fate}", file=notice.files[0], **known)
        text = "" if notice.evidence is None else notice.evidence.text[:MOST_RAW]
        return self.wording.words(f"watch.{notice.event}", text=text)

    def _history(self, notice: Notice) -> str:
        say = self.wording
        if notice.at is None:
            return say.words("watch.history.empty")
        faults = "; ".join(self._open(one, notice.findings) for one in notice.intervals) or say.words("watch.none_open")
        faults += say.counted("watch.ended", notice.cleared) if notice.cleared else ""
        faults += say.counted("watch.mentions", notice.unexplained) if notice.unexplained else ""
        if notice.passed_over:
            faults += say.counted("watch.passed_over", notice.passed_over)
        if notice.understood * 2 < notice.lines - notice.passed_over:
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

    def todo(self, notice: Notice) -> Iterator[str]:
        """What to do, a sentence for each line: all of it once a deadline has passed, else how it begins."""
        for one in notice.todo:
            advice = advised(one, self.wording)
            if not advice:
                yield self.wording.words("todo.none", fault=one.fault_id)
            elif notice.event == "breached":
                yield self.wording.words("todo.now")
                yield from (f"{number}. {said}" for number, said in enumerate(advice[:MOST_ADVICE], 1))
                if len(advice) > MOST_ADVICE:
                    yield self._more(one)
            else:
                yield self.wording.words("watch.todo", fault=one.fault_id, advice=advice[0])
                if len(advice) > 1:
                    yield self._more(one)

    def _more(self, one: Todo) -> str:
        return self.wording.words("watch.todo.more", command=command_of(one.fault_id))

    def _name(self, interval: FaultInterval) -> str:
        return self.wording.say(interval.title)

    def _duration(self, interval: FaultInterval) -> str:
        lowest, highest = interval.duration_s
        said, say = self.wording.duration, self.wording.words
        if highest is None:
            return say("duration.at_least", low=said(lowest))
        return said(lowest) if lowest == highest else say("duration.range", low=said(lowest), high=said(highest))


def render_notice(notice: Notice, page: Page, beside: Page) -> None:
    """Show a notice on one line, with the log's time before it; what to do stands below, indented.

    What is no answer goes to the page beside.
    """
    teller = Teller(page.wording)
    said = teller.sentence(notice)
    if notice.event in _ASIDE:
        (page if notice.event in _ANSWERS else beside).line(said)
    else:
        _of_fault(notice, said, page)
    for one in teller.todo(notice):
        page.line(f"    {one}")


def _of_fault(notice: Notice, said: str, page: Page) -> None:
    """A line about a fault: when, its mark, what, and which line of the log says so."""
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
    """A notice as one line of JSON."""
    return written(watch_line(notice, wording, Teller(wording).sentence(notice)))


def _to_second(at: Instant) -> Instant:
    """The second that holds an instant."""
    return Instant.at_second(at.ns // 1_000_000_000)


def _first(instants: Iterable[Instant | None]) -> Instant | None:
    return min((one for one in instants if one is not None), default=None)


def _known(**values: object) -> dict[str, object]:
    """Blanks that have a value; of instants as the catalogues want them."""
    return {name: str(value) for name, value in values.items() if value is not None}
