"""Patterns over the raises of a fault: **present**, **absent** or **unknown**; in the words of ISA-18.2."""

from collections.abc import Sequence
from itertools import groupby
from typing import Literal

from faultlog.case import FaultInterval, Host, Pattern
from faultlog.elapsed import Course, Point
from faultlog.grouping import first_of_groups
from faultlog.holes import Observation
from faultlog.model import Evidence, Instant, Presence, Signal, Text
from faultlog.rulebook import RuleBook
from faultlog.rulefiles import Chatters, PatternRule, RecursWith
from faultlog.values import dataclass


@dataclass(frozen=True, slots=True)
class History:
    """What is known of one fault on one host."""

    intervals: tuple[FaultInterval, ...]
    signals: Sequence[Signal]
    seen: Observation
    course: Course

    @property
    def raises(self) -> tuple[Signal, ...]:
        """Every raise that was seen, duplicates included."""
        return tuple(signal for interval in self.intervals for signal in interval.raises)

    @property
    def unseen(self) -> "Missing":
        """Why something may have been hidden."""
        if self.seen.ends is not None:
            return "hole"
        return "silence" if self.seen.reason == "contradicted" else "log"

    def unbroken(self, first: Signal, last: Signal) -> bool:
        """Whether nothing between two lines can be hidden."""
        return self.seen.unbroken(Point.of(first), Point.of(last))

    def seen_until(self, signal: Signal) -> Instant:
        """How far the unbroken observation that holds a line reaches."""
        if self.seen.ends is None:
            return signal.when.earliest
        end = self.seen.ends[1]
        holes = self.seen.between(Point.of(signal), end)
        return (holes[0].begin if holes else end).when.earliest


Missing = Literal["updates", "severity", "ends", "end", "hole", "log", "silence", "raise"]
"""What may be missing to tell a pattern: names a text `missing.*`."""

Answer = tuple[Presence, tuple[Evidence, ...], Missing | None]
"""Whether it is there, the lines that show it, and what is missing where that is unknown."""


def patterns(
    intervals: Sequence[FaultInterval],
    signals: Sequence[Signal],
    seen: Observation,
    rules: RuleBook,
    host: Host,
    course: Course,
) -> tuple[Pattern, ...]:
    """One row per pattern and fault that was raised, by fault id and in the rule's order."""
    rows = []
    stays: dict[int, list[FaultInterval]] = {}
    for interval in intervals:
        stays.setdefault(interval.fault_id, []).append(interval)
    for fault_id in sorted(stays):
        history = History(tuple(stays[fault_id]), signals, seen.of(fault_id), course)
        answered: set[str] = set()
        for rule in rules.candidates(fault_id, host.os):
            for pattern in rule.file.patterns:
                if pattern.id not in answered:
                    answered.add(pattern.id)
                    rows.append(_row(fault_id, pattern, history))
    return tuple(rows)


def _row(fault_id: int, pattern: PatternRule, history: History) -> Pattern:
    outcome, evidence, lack = _answer(pattern, history)
    missing = None if lack is None else Text(f"missing.{lack}")
    return Pattern(f"f{fault_id}-{pattern.id}", fault_id, pattern.id, outcome, evidence, missing)


def _answer(pattern: PatternRule, history: History) -> Answer:
    if pattern.recurs_with is not None:
        return _recurs_with(pattern.recurs_with, history)
    if pattern.chatters is not None:
        return _chatters(pattern.chatters, history)
    if pattern.stands is not None:
        return _stands(pattern.stands, history)
    return _severity_changes(history)


def _recurs_with(rule: RecursWith, history: History) -> Answer:
    """Raised within a time of each of several consecutive updates; a raise belongs to the latest update before it."""
    firsts = first_of_groups(history.signals, rule.event, history.seen, history.course)
    updates = [first.signal for first in firsts]
    if len(updates) < rule.at_least:
        return "unknown", (), "updates"
    hits = [_hit(update, after, rule, history) for update, after in zip(updates, [*updates[1:], None], strict=True)]
    raised = [hit if isinstance(hit, Signal) else None for hit in hits]
    for first in range(len(updates) - rule.at_least + 1):
        run = [hit for hit in raised[first : first + rule.at_least] if hit is not None]
        last = updates[first + rule.at_least - 1]
        if len(run) == rule.at_least and history.unbroken(updates[first], last):
            pairs = ((update, hit) for update, hit in zip(updates, raised, strict=True) if hit is not None)
            return "present", tuple(signal.evidence for pair in pairs for signal in pair), None
    whole = history.unbroken(updates[0], updates[-1])
    if whole and _longest_run(hits) < rule.at_least:
        return "absent", (), None
    ended = [hit for hit in hits if isinstance(hit, Instant)]
    ends = history.seen.ends
    at_the_end = whole and ends is not None and all(seen >= ends[1].when.earliest for seen in ended)
    return "unknown", (), "end" if at_the_end else history.unseen


def _hit(update: Signal, after: Signal | None, rule: RecursWith, history: History) -> Signal | Instant | None:
    """The first raise that belongs to an update; where observation ends too early to say, the instant it ends."""
    begin, limit = update.when.latest, update.when.latest.moved(rule.within)
    for signal in history.raises:
        if begin <= signal.when.earliest <= limit and (after is None or signal.when.latest < after.when.earliest):
            return signal
    needed = limit if after is None else min(limit, after.when.earliest)
    seen = history.seen_until(update)
    return None if seen >= needed else seen


def _longest_run(hits: Sequence[object]) -> int:
    """Length of the longest run of updates that are, or may be, followed by a raise."""
    return max((len(list(run)) for missed, run in groupby(hit is None for hit in hits) if not missed), default=0)


def _chatters(rule: Chatters, history: History) -> Answer:
    """Raised anew several times within a time; a repetition while it is raised is no new raise."""
    firsts = [interval.raises[0] for interval in history.intervals if interval.raises]
    runs = [firsts[index : index + rule.raises] for index in range(len(firsts) - rule.raises + 1)]
    lengths = [history.course.between(Point.of(run[0]), Point.of(run[-1])) for run in runs]
    for run, length in zip(runs, lengths, strict=True):
        if length.most is not None and length.most <= rule.within:
            return "present", tuple(signal.evidence for signal in run), None
    begins = _begins(history)
    possible = [
        history.course.between(first, last).least
        for first, last in zip(begins, begins[rule.raises - 1 :], strict=False)
    ]
    if not _whole(history):
        return "unknown", (), history.unseen
    if all(length > rule.within for length in possible):
        return "absent", (), None
    return "unknown", (), "ends" if all(interval.raises for interval in history.intervals) else "raise"


def _begins(history: History) -> list[Point]:
    """Where each stay began, or before which place where its raise was not seen."""
    begins = []
    for interval in history.intervals:
        if interval.raises:
            begins.append(Point.of(interval.raises[0]))
        elif interval.clear is not None:
            begins.append(history.seen.since(Point.of(interval.clear)))
    return begins


def _stands(limit: float, history: History) -> Answer:
    """Raised for a long time without a clear."""
    standing = [interval for interval in history.intervals if interval.duration_s[0] >= limit]
    if standing:
        return "present", tuple(line for interval in standing for line in interval.evidence), None
    longest = [interval.duration_s[1] for interval in history.intervals]
    return ("absent", (), None) if all(one is not None and one < limit for one in longest) else ("unknown", (), "ends")


def _severity_changes(history: History) -> Answer:
    """Raises of one interval that state different severities."""
    for interval in history.intervals:
        if len({one.severity for one in interval.severities}) > 1:
            return "present", interval.evidence, None
    if not any(interval.severities for interval in history.intervals):
        return "unknown", (), "severity"
    return ("absent", (), None) if _whole(history) else ("unknown", (), history.unseen)


def _whole(history: History) -> bool:
    """Whether nothing is hidden from the begin of observation to its end."""
    return history.seen.ends is not None and not history.seen.holes
