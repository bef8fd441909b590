"""Events and rules → signals: a pure function; signals stand in time order, within a rotation set in file order.

An event that names a fault and that no wording explains is **unexplained**: counted by template, never dropped.
"""

import heapq
import re
from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from faultlog.budget import TimeBudget
from faultlog.clock import HostClock
from faultlog.literals import MIN_LENGTH, WORD, Literals, plain
from faultlog.model import SEVERITIES, Event, Evidence, Instant, Mark, Moment, Signal, Step, Warn, number_of
from faultlog.needs import Needs
from faultlog.rulebook import FAULT, RuleBook, Wording
from faultlog.templates import Tally
from faultlog.values import dataclass

if TYPE_CHECKING:
    import regex

MAX_MESSAGE = 64 * 1024
"""Characters of a message that wordings are looked for in. Tool default."""

Demands = tuple[Literals, ...]
"""Sets of texts: of each of them one must occur."""

_GROUPS_OF_THE_ENGINE = frozenset({"fault_id", "fault_text", "severity", "count", "epoch"})
_FAULT_KINDS = frozenset({"fault_raised", "fault_cleared"})


@dataclass(frozen=True, slots=True)
class Interesting:
    """Which events the engine wants to see: with the texts of some wording, naming a fault, or of a watched process.

    It keeps the last pid of each watched process, so one object serves one rotation set.
    """

    rules: RuleBook
    wanted: tuple[Demands, ...]
    """Of each pattern, sets of texts: of each set one stands in whatever it matches, in lower case."""
    needs: Needs
    """The same as texts to look for anywhere, and each known fault text."""
    blind: bool
    """Whether some pattern requires no text, so that every line may matter."""
    texts: tuple[str, ...]
    """Every known fault text, in lower case."""
    processes: tuple[str, ...] | None
    """What the name of every watched process holds, in lower case; `None` where it may be any."""
    pids: dict[str, int] = field(default_factory=dict)
    watched: dict[str, bool] = field(default_factory=dict)
    """Whether a new pid of a process is a signal, by process."""

    @classmethod
    def of(cls, rules: RuleBook) -> "Interesting":
        """What these rules need to see."""
        wanted = dict.fromkeys(wording.demands for wording in rules.wordings if wording.text is not None)
        names = [name for one in rules.wordings if one.text is None for name in one.processes or ("*",)]
        parts = [max(re.split(r"[*?]|\[[^\]]*\]", name), key=len) for name in names]
        known = tuple(dict.fromkeys(parts)) if all(len(part) >= MIN_LENGTH for part in parts) else None
        texts = tuple(rules.texts)
        needs = Needs.of((*map(plain, wanted), *(((text,),) for text in texts)))
        return cls(rules, tuple(wanted), needs, () in wanted, texts, known)

    def in_text(self, text: str) -> bool:
        """Whether what an event writes may carry a signal or names a fault."""
        lower = text.lower()
        return self.needs.met_by(lower) or ("fault" in lower and FAULT.search(lower) is not None)

    def in_line(self, text: str) -> bool:
        """Whether an event may be wanted: for what it writes, or because it may be of a watched process."""
        return self.in_text(text) or self.processes is None or any(name in text.lower() for name in self.processes)

    def demands(self) -> tuple[Demands, ...] | None:
        """Sets of texts in lower case: each line that `in_line` wants has one of every set of some entry.

        `None` where it may want any line.
        """
        if self.blind or self.processes is None:
            return None
        named = [(frozenset([text]),) for text in (f"{WORD}fault", *self.texts, *self.processes)]
        return (*self.wanted, *named)

    def in_process(self, process: str | None, pid: int | None) -> bool:
        """Whether a watched process writes here under another pid than before."""
        if process is None or pid is None or not self._is_watched(process):
            return False
        changed = self.pids.get(process) != pid
        self.pids[process] = pid
        return changed

    def _is_watched(self, process: str) -> bool:
        if process not in self.watched:
            self.watched[process] = any(one.text is None and one.admits(process) for one in self.rules.wordings)
        return self.watched[process]


@dataclass(slots=True)
class Recognised:
    """What the engine makes of a host's events."""

    signals: list[Signal] = field(default_factory=list)
    """In time order; within one rotation set, in file order whatever the stamps say."""
    unexplained: Tally = field(default_factory=Tally)
    warnings: list[Warn] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Heard:
    """What the engine hears of one rotation set."""

    process: str | None
    """The process its lines belong to where they name none."""
    events: Sequence[Event]
    """In file order."""
    lines: Mapping[str, range]
    """The lines of each file that no other one holds, oldest file first."""
    unterminated: frozenset[str] = frozenset()
    """Files whose last line has no line end."""


def recognise(series: Sequence[Heard], rules: RuleBook, clock: HostClock, system: str | None) -> Recognised:
    """Turn the events of every rotation set into the host's signals.

    Args:
        series: every rotation set.
        rules: every wording.
        clock: the host's clock.
        system: `macos`, `linux` or `None`: decides which fault a text names.
    """
    result = Recognised()
    streams, patience = [], Patience()
    for heard in series:
        stream = _Stream(rules, clock, system, heard, result, patience)
        streams.append([signal for event in heard.events for signal in stream.take(event)] + stream.rest())
    result.warnings += patience.told(rules)
    told = ([replace(signal, series=series) for signal in stream] for series, stream in enumerate(streams))
    merged = heapq.merge(*told, key=lambda signal: signal.when.earliest)
    result.signals = [replace(signal, order=order) for order, signal in enumerate(merged)]
    return result


def _line(evidence: Evidence) -> tuple[str, int]:
    return evidence.file, evidence.line


def _skipped(event: Event, clock: HostClock) -> Warn:
    """That a line writes a local time which its zone skips, when clocks go forward."""
    name = clock.time_zone.name
    detail = (
        f"line {event.evidence.line} writes a local time that does not exist in {name}; another zone, or a wrong clock"
    )
    return Warn("skipped_local_time", event.evidence.file, detail)


def _stepped(step: Step) -> Signal:
    """That the clock was set right before a line."""
    return Signal("clock_stepped", step.after, step.evidence, "", "seen", since=step.before, step=step)


@dataclass(slots=True)
class Patience:
    """What the wordings, by their position in the rule book, have left for all of a host's logs."""

    budgets: defaultdict[int, TimeBudget] = field(default_factory=lambda: defaultdict(TimeBudget))
    timeouts: Counter[int] = field(default_factory=Counter)
    """On how many messages each ran out of time."""

    def matches(self, position: int, pattern: "regex.Pattern[str]", message: str) -> "list[regex.Match[str]]":
        """What a wording finds in a message: all of it, or what it found before it ran out of time."""
        found: list[regex.Match[str]] = []
        try:
            self.budgets[position].ask(len(message), partial(_find, found, pattern, message))
        except TimeoutError:
            self.timeouts[position] += 1
        return found

    def told(self, rules: RuleBook) -> Iterator[Warn]:
        """A warning for every wording that ran out of time."""
        for position, count in self.timeouts.items():
            rule = rules.wordings[position].rule
            yield Warn("rule_slow", None, f"a wording of {rule} ran out of time on {count} messages")


def _find(found: "list[regex.Match[str]]", pattern: "regex.Pattern[str]", message: str, limit_s: float) -> None:
    for match in pattern.finditer(message, timeout=limit_s, concurrent=False):
        found.append(match)


@dataclass(slots=True)
class _Stream:
    """The engine's memory of one rotation set."""

    rules: RuleBook
    clock: HostClock
    system: str | None
    heard: Heard
    result: Recognised
    patience: Patience = field(default_factory=Patience)
    pids: dict[str, int] = field(default_factory=dict)
    before: tuple[str, int, list[Signal]] = ("", 0, [])
    """File and last line of the event before, and its signals: what `repeated` speaks of."""
    steps: deque[Step] = field(init=False)
    """The steps of the clock that are still to come."""

    def __post_init__(self) -> None:
        self.steps = deque(step for name in self.heard.lines for step in self.clock.steps.get(name, ()))

    def take(self, event: Event) -> list[Signal]:
        """The signals of the next event, in file order."""
        stepped = self.steps_until(*_line(event.evidence))
        signals = self._signals(event)
        last = event.evidence.line + event.lines - 1
        self.before = (event.evidence.file, last, signals)
        if signals and event.stamp is not None and self.clock.skipped(*_line(event.evidence), event.stamp):
            self.result.warnings.append(_skipped(event, self.clock))
        if not signals and self.rules.names_fault(event.message[:MAX_MESSAGE].lower()):
            self.result.unexplained.add(event.message.partition("\n")[0], event.evidence)
        return [*stepped, *signals]

    def steps_until(self, file: str, line: int) -> list[Signal]:
        """The steps of the clock up to a line of a file that have not been told yet."""
        told = []
        while self.steps and self.clock.rank(*_line(self.steps[0].evidence)) <= self.clock.rank(file, line):
            told.append(_stepped(self.steps.popleft()))
        return told

    def _signals(self, event: Event) -> list[Signal]:
        when = self._moment(event)
        if event.format == "ampcli-status":
            return [self._snapshot(event)]
        if when is None:
            return []
        process = event.process if event.process is not None else self.heard.process
        found: list[tuple[int, Signal]] = []
        lower = event.message[:MAX_MESSAGE].lower()
        for position, wording in enumerate(self.rules.wordings):
            if not wording.may_match(lower) or not wording.admits(process):
                continue
            if wording.text is None:
                signals = [(0, signal) for signal in self._new_pid(event, wording, process, when)]
            else:
                signals = list(self._worded(event, wording, position, when))
            found += [] if any(signal.kind == wording.kind for _, signal in found) else signals
        ordered = [signal for _, signal in sorted(found, key=lambda one: one[0])]
        repeated = [signal for signal in ordered if signal.kind == "repeated"]
        return self._repetitions(event, repeated[0], ordered) if repeated else ordered

    def _worded(self, event: Event, wording: Wording, position: int, when: Moment) -> Iterator[tuple[int, Signal]]:
        """What one wording finds, each with its place in the message: one event may hold a raise and its clear."""
        message = event.message[:MAX_MESSAGE]
        if (pattern := wording.pattern_for(message.lower())) is None:
            return
        seen: set[int | None] = set()
        for match in self.patience.matches(position, pattern, message):
            groups = {key: text for key, text in match.groupdict().items() if text}
            if "fault_id" in groups and self._may_go_on(event, groups["fault_id"], match.end("fault_id")):
                continue
            signal = self._signal(event, wording, when, groups)
            if signal is not None and signal.fault_id not in seen:
                yield match.start(), signal
                seen |= {signal.fault_id} if event.format == "console-events" else set()

    def _may_go_on(self, event: Event, fault_id: str, end: int) -> bool:
        """Whether a fault's id ends a line that was cut, and another fault's begins like it: 1 may have been 18."""
        file, last = event.evidence.file, event.evidence.line + event.lines - 1
        cut = file in self.heard.unterminated and last + 1 == self.heard.lines[file].stop and end == len(event.message)
        return cut and self.rules.begins_other(fault_id)

    def _signal(self, event: Event, wording: Wording, when: Moment, groups: dict[str, str]) -> Signal | None:
        fault = None
        if wording.kind in _FAULT_KINDS:
            fault = self._fault(groups) if wording.fault is None else wording.fault
            if fault is None:
                return None
        epoch = number_of(groups.get("epoch"))
        if epoch is not None:
            when = Moment.exactly(Instant.at_second(epoch))
        before, count = event.neighbours[0], number_of(groups.get("count"))
        return Signal(
            wording.kind,
            when,
            event.evidence,
            wording.rule,
            wording.provenance,
            fault,
            SEVERITIES.get(groups.get("severity", "").lower()),
            MappingProxyType({key: text for key, text in groups.items() if key not in _GROUPS_OF_THE_ENGINE}),
            1 if count is None else count,
            self._at(event, before) if wording.kind == "suppressed" and before is not None else None,
        )

    def _fault(self, groups: dict[str, str]) -> int | None:
        if "fault_id" in groups:
            return number_of(groups["fault_id"])
        return self.rules.fault_of_text(groups["fault_text"], self.system) if "fault_text" in groups else None

    def _new_pid(self, event: Event, wording: Wording, process: str | None, when: Moment) -> Iterator[Signal]:
        if process is None or event.pid is None:
            return
        before = self.pids.get(process)
        self.pids[process] = event.pid
        if before is not None and before != event.pid:
            details = MappingProxyType({"from": str(before), "to": str(event.pid)})
            yield Signal(wording.kind, when, event.evidence, wording.rule, wording.provenance, details=details)

    def _repetitions(self, event: Event, repeated: Signal, found: Sequence[Signal]) -> list[Signal]:
        """What a folded line stands for: as many raises and clears as it quotes, or as the line right before it has."""
        carried = [signal for signal in found if signal.kind in _FAULT_KINDS]
        again = carried or [signal for signal in self._right_before(event) if signal.kind in _FAULT_KINDS]
        repeats = [replace(one, when=repeated.when, evidence=event.evidence, count=repeated.count) for one in again]
        return repeats or [repeated]

    def _right_before(self, event: Event) -> list[Signal]:
        """The signals of the line right before, in the file before where this is a file's first."""
        file, last, signals = self.before
        line = event.evidence.line
        if file == event.evidence.file:
            return signals if last + 1 == line else []
        files = list(self.heard.lines)
        follows = file in files and files.index(file) + 1 == files.index(event.evidence.file)
        own = self.heard.lines
        adjoin = follows and line == own[event.evidence.file].start and last + 1 == own[file].stop
        return signals if adjoin else []

    def _snapshot(self, event: Event) -> Signal:
        """What `ampcli status` said; when that was nothing in it says, so whoever asks must know better."""
        return Signal(
            "status_snapshot", Moment.exactly(Instant(0)), event.evidence, "", "seen",
            fault_ids=event.fault_ids, severities=event.severities, unnamed=event.unnamed,
        )  # fmt: skip

    def _moment(self, event: Event) -> Moment | None:
        """When the event's line was written; between its neighbours where it has no stamp, `None` without those."""
        if event.stamp is not None:
            return self._at(event, Mark(event.evidence.line, event.stamp))
        before, after = event.neighbours
        if before is None or after is None:
            return None
        earliest, latest = self._at(event, before).earliest, self._at(event, after).latest
        return Moment.between(earliest, latest, "no_stamp") if earliest <= latest else Moment.exactly(earliest)

    def _at(self, event: Event, mark: Mark) -> Moment:
        return self.clock.moment(event.evidence.file, mark.line, mark.stamp)

    def rest(self) -> list[Signal]:
        """The steps of the clock behind the last event."""
        return [_stepped(step) for step in self.steps]
