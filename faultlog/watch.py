"""Follows live logs: raises, clears and breaches as they happen. The same pure pipeline over kept signals.

Whenever lines have arrived or a deadline may have passed, all that is kept is judged anew, and what is new since the
last time is told. A deadline that passes in silence is told as soon as the clock says so, if the log's clock is
understood (`watching.present`).
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from faultlog.case import FaultInterval, Finding
from faultlog.errors import UsageError
from faultlog.filereading import FileReading
from faultlog.identity import Clues, Told
from faultlog.model import Instant, Signal
from faultlog.pipeline import Knowledge
from faultlog.resolving import Timed
from faultlog.watching.advised import todo
from faultlog.watching.judged import Judged, Key, judged, key_of, last_line, timed_of, wanted
from faultlog.watching.notices import Notice
from faultlog.watching.present import ASLEEP_S, Present, local_zone
from faultlog.watching.stream import Place, Stream, path_of
from faultlog.watching.tail import Tail, Turn

POLL_S = 0.5
"""Seconds between two looks at the files. Tool default."""

MOST_SHAPES = 1_000
"""Shapes of unexplained lines that are told. Tool default."""

NOTHING_TOLD = Told()

Ended = tuple[Turn, FileReading | None]
"""What became of a file, and the one that ended by it, where lines behind it may be lost."""


def follow(
    paths: Sequence[str],
    knowledge: Knowledge,
    told: Told = NOTHING_TOLD,
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
    listening: Callable[[], bool] = lambda: True,
) -> Iterator[tuple[Notice, str]]:
    """Follow logs of one host for as long as anybody listens: what is noticed, and the zone of their times.

    A log that is not there is waited for.

    Args:
        paths: the logs.
        knowledge: formats and rules.
        told: what the person says of the host; the zone of stamps that state none is else this machine's.
        clock: seconds since 1970.
        sleep: waits so many seconds.
        listening: asked before each look.

    Raises:
        UsageError: a path is no log that can be followed, or is given twice; says why.
    """
    watcher = Watcher(_paths(paths), knowledge, told, clock)
    try:
        while listening():
            for notice in watcher.poll():
                yield notice, watcher.zone
            sleep(POLL_S)
    finally:
        watcher.close()


def _paths(paths: Sequence[str]) -> list[Path]:
    for path in paths:
        if path in {"", "-"}:
            raise UsageError("watch follows files by their paths; for standard input use faultlog triage -")
        if Path(path).is_dir():
            raise UsageError(f"{path}: is a folder; give the log itself, e.g. {Path(path) / 'ampdaemon.log'}")
        if paths.count(path) > 1:
            raise UsageError(f"{path}: is given twice")
    return [Path(path) for path in paths]


class _Log:
    """One log that is followed."""

    def __init__(self, path: Path, knowledge: Knowledge) -> None:
        self.tail = Tail(path)
        self.stream = Stream(path, knowledge.formats, knowledge.rules)
        self._present = Present()
        self.found_now = False
        """Whether the file was found in this look."""
        self.unread_told = False
        self._last: Place | None = None

    def look(self, now_s: float) -> tuple[bool, list[Ended]]:
        """Read what was written: whether there is anything to judge, and what became of the file."""
        arrived, turns = False, list[Ended]()
        self.found_now = False
        for one in self.tail.poll(now_s):
            if isinstance(one, bytes):
                self.stream.take(one)
                arrived = True
                continue
            self.found_now = self.found_now or one.fate == "found"
            turns.append((one, self._ended_by(one)))
        waited = self.stream.pause() if self.found_now or not arrived else False
        return arrived or waited, turns

    def _ended_by(self, turn: Turn) -> FileReading | None:
        """End the file that was read, if it is another one from now on; it, where lines behind it may be lost."""
        if turn.fate in {"rotated", "truncated", "lost", "between"}:
            self.stream.end_file("truncated" if turn.fate == "lost" else None)
        return self.stream.tear() if turn.fate in {"gap", "lost"} else None

    def tell_time(self, timed: Timed, now_s: float) -> None:
        """Compare the last line's time with this machine's clock, if that line is new."""
        last = last_line(timed, self.stream)
        if last is None or last[0] == self._last:
            return
        self._last, at = last
        begins = self.found_now
        self._present = Present.at_begin(at, self.tail.modified_s, now_s) if begins else Present.arrived(at, now_s)

    def slept(self) -> None:
        """This machine slept, or its clock was set."""
        self._present = self._present.doubted("asleep")

    @property
    def present(self) -> Present:
        """What is known of its clock now."""
        return self._present.doubted("gone") if self.tail.in_trouble else self._present


class Watcher:
    """What is known of followed logs, look after look."""

    def __init__(self, paths: Sequence[Path], knowledge: Knowledge, told: Told, clock: Callable[[], float]) -> None:
        self._logs = [_Log(path, knowledge) for path in paths]
        self._rules = knowledge.rules
        self._told = told
        self._clock = clock
        self._clues = Clues()
        for path in paths:
            self._clues.path(str(path.absolute()))
        self._looked_s: float | None = None
        self._known: Judged | None = None
        self._seen: frozenset[Key] = frozenset()
        """Signals that were told."""
        self._muted: frozenset[Key] = frozenset()
        self._gone: Counter[int] = Counter()
        """By fault, stays that ended and were let go."""
        self._verdicts: dict[str, tuple[str, int]] = {}
        """By finding: its verdict and how many deadlines had passed."""
        self._shapes: set[str] = set()
        """Templates of unexplained lines that were told."""
        self._doubts: dict[Path, str] = {}
        """The doubt of each log's clock that was told last; empty where there was none."""

    @property
    def zone(self) -> str:
        """The zone that times are shown in."""
        return "UTC" if self._known is None else self._known.host.time_zone.name

    def close(self) -> None:
        """Let go of the files."""
        for log in self._logs:
            log.tail.close()

    def poll(self) -> list[Notice]:
        """Look once: what is new."""
        begun_s = self._clock()
        slept = self._looked_s is not None and not 0 <= begun_s - self._looked_s <= ASLEEP_S
        looks = [(log, *log.look(begun_s)) for log in self._logs]
        seen_at, told = _instant(self._clock()), list[Notice]()
        for log in self._logs if slept else ():
            log.slept()
        if any(arrived or turns for _, arrived, turns in looks) or slept or self._falls_due(begun_s):
            timed = self._timed(seen_at)
            told += [one for log, _, turns in looks for one in self._turned(log, turns, timed, seen_at)]
            told += self._judge(timed, begun_s, seen_at)
        self._looked_s = self._clock()
        return told

    def _timed(self, seen_at: Instant) -> Timed:
        """The clock of the host, by all that is kept."""
        streams = [log.stream for log in self._logs]
        self._take_own_zone(streams)
        return timed_of(streams, self._clues, replace(self._told, taken=seen_at))

    def _turned(self, log: _Log, turns: Iterable[Ended], timed: Timed, seen_at: Instant) -> Iterator[Notice]:
        """What became of a file."""
        for turn, ended in turns:
            if turn.fate == "found" and self._known is None:
                continue
            since, until = (None, None) if ended is None else log.stream.around(ended, timed)
            file = str(log.tail.path)
            yield Notice("log", seen_at, since, until=until, files=(file,), fate=turn.fate, detail=turn.detail)

    def _falls_due(self, begun_s: float) -> bool:
        """Whether a deadline may have passed though no line has arrived."""
        until = self._silent_until(begun_s)
        return self._known is None or (until is not None and self._known.falls_due(until))

    def _judge(self, timed: Timed, begun_s: float, seen_at: Instant) -> list[Notice]:
        """Judge all that is kept anew: what is new since the last time."""
        for log in self._logs:
            log.tell_time(timed, self._clock())
        until = self._silent_until(begun_s)
        now = judged(timed, self._clues, self._told, self._rules, self._muted, until).numbered(self._gone)
        told = [*(self._history(now, seen_at) if self._known is None else self._news(now, seen_at))]
        told += [*self._doubted(now, seen_at), *self._not_understood(now, seen_at)]
        self._verdicts = {one.id: (one.verdict, one.breaches) for one in now.findings}
        self._let_go(now)
        self._known = now
        return told

    def _take_own_zone(self, streams: Iterable[Stream]) -> None:
        """Where no line states an offset, this machine's zone is the host's: it is where the logs are written."""
        stated = any(reading.trail.runs for one in streams for reading in one.readings)
        zone = None if stated else local_zone()
        self._clues.found["zone"] = [] if zone is None else [zone]

    def _silent_until(self, begun_s: float) -> Instant | None:
        """Up to when all logs that carry fault lines were silent; `None` where nobody knows."""
        spoken = [log for log in self._logs if log.present.at is not None]
        carrying = [log for log in spoken if log.stream.role == "connector"] or spoken
        ends = [log.present.seen_until(begun_s) for log in carrying]
        known = [end for end in ends if end is not None]
        return min(known) if known and len(known) == len(ends) else None

    def _history(self, now: Judged, seen_at: Instant) -> Iterator[Notice]:
        yield Notice(
            "history",
            seen_at,
            at=now.spoken,
            intervals=now.opened,
            findings=tuple(finding for one in now.opened for finding in now.findings_of(one)),
            todo=tuple(todo(one, now, self._rules) for one in now.opened),
            cleared=len(now.intervals) - len(now.opened),
            lines=sum(log.stream.lines for log in self._logs),
            understood=sum(log.stream.understood for log in self._logs),
            passed_over=sum(log.stream.passed_over for log in self._logs),
            unexplained=sum(one.count for one in now.heard.unexplained.templates()),
            files=tuple(str(log.tail.path) for log in self._logs),
        )
        self._shapes.update(one.template for one in now.heard.unexplained.templates())

    def _news(self, now: Judged, seen_at: Instant) -> Iterator[Notice]:
        """The raises and clears that were not told, and the verdicts that have changed."""
        for signal in now.signals:
            if signal.kind in {"fault_raised", "fault_cleared"} and key_of(signal) not in self._seen:
                yield from self._raised_or_cleared(signal, now, seen_at)
        for interval in now.opened:
            for finding in now.findings_of(interval):
                yield from self._changed(interval, finding, now, seen_at)

    def _raised_or_cleared(self, signal: Signal, now: Judged, seen_at: Instant) -> Iterator[Notice]:
        """A raise with what to do, or a clear with what became of the promises."""
        mine = [one for one in now.intervals if one.fault_id == signal.fault_id]
        notice = Notice("cleared_unseen", seen_at, signal.when.earliest, signal.evidence, fault_id=signal.fault_id)
        if signal.kind == "fault_raised":
            interval = next(one for one in mine if any(signal is other for other in one.raises))
            notice = replace(notice, interval=interval, findings=now.findings_of(interval))
            first = signal is interval.raises[0]
            advised = (todo(interval, now, self._rules),) if first else ()
            yield replace(notice, event="raised" if first else "raised_again", todo=advised)
            return
        over = next((one for one in mine if one.clear is signal and one.raises), None)
        if over is None:
            yield notice
            return
        yield replace(notice, event="cleared", interval=over)
        for finding in now.findings_of(over):
            yield replace(notice, event="verdict", evidence=None, interval=over, findings=(finding,))

    def _changed(self, interval: FaultInterval, finding: Finding, now: Judged, seen_at: Instant) -> Iterator[Notice]:
        """That a deadline of an open fault has passed, or that its promise cannot be judged any more."""
        verdict, breaches = self._verdicts.get(finding.id, ("pending", 0))
        if finding.breaches > breaches:
            due, spoken = finding.deadline_at, now.spoken
            yield Notice(
                "breached",
                seen_at,
                at=due,
                interval=interval,
                fault_id=interval.fault_id,
                findings=(finding,),
                todo=(todo(interval, now, self._rules),),
                until=now.until,
                silent_since=spoken if due is not None and spoken is not None and spoken <= due else None,
            )
        elif finding.verdict == "indeterminate" and verdict == "pending":
            yield Notice("undecided", seen_at, interval=interval, fault_id=interval.fault_id, findings=(finding,))

    def _doubted(self, now: Judged, seen_at: Instant) -> Iterator[Notice]:
        """What is known of each log's clock: told at the begin, and when it changes while a fault is open."""
        for log in self._logs:
            path, present = log.tail.path, log.present
            if present.at is None or self._doubts.get(path, "nothing") == (present.doubt or ""):
                continue
            if path in self._doubts and present.doubt is not None and not now.opened:
                continue
            self._doubts[path] = present.doubt or ""
            yield Notice(
                "clock", seen_at, at=present.at, files=(str(path),), doubt=present.doubt, apart_s=present.apart_s
            )

    def _not_understood(self, now: Judged, seen_at: Instant) -> Iterator[Notice]:
        """Lines that name a fault and that no rule explains, once for each shape; the first one that nothing reads."""
        for one in now.heard.unexplained.templates():
            if len(self._shapes) < MOST_SHAPES and one.template not in self._shapes:
                self._shapes.add(one.template)
                yield Notice("unexplained", seen_at, evidence=one.example, files=(path_of(one.example.file),))
        for log in self._logs:
            unread = next((one for reading in log.stream.readings for one in reading.unread.templates()), None)
            if unread is not None and not log.unread_told:
                log.unread_told = True
                yield Notice("unread", seen_at, evidence=unread.example, files=(str(log.tail.path),))

    def _let_go(self, now: Judged) -> None:
        """Keep what still counts: the last stay of each fault, and what later lines may hang on."""
        kept = wanted(now)
        for log in self._logs:
            log.stream.keep({place for place, _, _ in kept})
        there = {place for log in self._logs for place in log.stream.places}
        signals = {key_of(one) for one in now.signals if one.kind != "clock_stepped"}
        self._seen = frozenset(signals)
        self._muted = frozenset(key for key in (signals | self._muted) - kept if key[0] in there)
        stays = Counter(one.fault_id for one in now.intervals)
        self._gone.update({fault: count - 1 for fault, count in stays.items()})


def _instant(seconds: float) -> Instant:
    """An instant of this machine's clock, to the second."""
    return Instant.at_second(int(seconds))
