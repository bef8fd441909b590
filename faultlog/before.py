"""The lines before: what one log says before each raise and each end of the scan service, and in its quiet time.

All of it is a property of the text: the same bytes give the same lines, whatever the chunks they arrive in. A
**window** is the lines before a raise: at most 4 MiB of the same file, and none of which the stamps say that it is
more than ten minutes older. The **sample** stands for the rest: the lines of the file's fixed sample that a format
understands. A **flight** is the file whose scan had begun and not ended when the scan service went away.

Only lines of windows and samples are masked, and only lines before the scan service's ends are asked for files:
keeping the last 4 MiB is all that another line costs.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from faultlog.bulk import Bulk
from faultlog.literals import plain
from faultlog.model import Mark, Role, Stamp
from faultlog.rulebook import TIMEOUT_S, RuleBook, Wording
from faultlog.templates import Masks
from faultlog.trails import forward_s

REACH_BYTES = 4 * 1024 * 1024
"""Bytes before a line that are looked at."""
REACH_S = 600.0
"""Seconds before a line, by the stamps as written, that are looked at. Tool default."""
MOST_WINDOWS = 10
"""Raises of one fault and file whose lines before are kept, the first ones. Tool default."""
MOST_FLIGHTS = 500
"""Ends of the scan service in one file before which the file being scanned is looked for. Tool default."""
MOST_TIMEOUTS = 20
"""Messages on which a wording may run out of time before it is left out of a file. Tool default."""

Cell = tuple[int, ...]
"""A minute of a log, by its stamps as written: month, day, hour and minute; a line's number where none has a stamp."""


class Kept(NamedTuple):
    """An understood line as it is kept until 4 MiB have gone by."""

    line: int
    offset: int
    stamp: Stamp | None
    """Its own, or that of the line before where it has none."""
    message: str

    @property
    def last(self) -> int:
        """Its offset, as of a batch of one."""
        return self.offset

    def lines(self) -> "Iterator[Kept]":
        """Itself, as of a batch of one."""
        yield self


class Batch(NamedTuple):
    """Understood lines in a row that one format reads, in one minute, as they stand."""

    line: int
    """The first one's number."""
    offset: int
    stamp: Stamp | None
    """That of the last one."""
    raw: bytes
    """All of them, with their line ends."""
    total: int
    """How many they are."""
    bulk: Bulk
    """Reads them, once anybody asks."""

    @property
    def last(self) -> int:
        """Offset of the last line."""
        return self.offset + self.raw.rfind(b"\n", 0, len(self.raw) - 1) + 1

    def lines(self) -> Iterator[Kept]:
        """Each of them, latest first."""
        read = enumerate(self.bulk.messages(self.raw, 0, len(self.raw)), self.line)
        kept = [Kept(number, self.offset + one[0], one[1], one[2]) for number, one in read if one is not None]
        yield from reversed(kept)


class Passed(NamedTuple):
    """Lines in a row that were passed over, as they stand."""

    line: int
    """The first one's number."""
    offset: int
    raw: bytes
    """What holds them."""
    start: int
    """Where in it they begin."""
    end: int
    total: int
    """How many they are."""
    bulk: Bulk
    """Reads them, once anybody asks."""
    stamp: Stamp | None = None
    """That of none of them is known."""

    @property
    def last(self) -> int:
        """Offset of the last line."""
        return self.offset + self.raw.rfind(b"\n", self.start, self.end - 1) + 1 - self.start

    def lines(self) -> Iterator[Kept]:
        """Each of them that a format understands, latest first."""
        read = enumerate(self.bulk.messages(self.raw, self.start, self.end), self.line)
        kept = [
            Kept(number, self.offset + one[0] - self.start, one[1], one[2]) for number, one in read if one is not None
        ]
        yield from reversed(kept)


@dataclass(frozen=True, slots=True)
class Said:
    """A line of a window or of the sample."""

    line: int
    cell: Cell
    template: str
    """Its message, masked."""


@dataclass(frozen=True, slots=True)
class Window:
    """The lines before a line that may be a raise, oldest first."""

    line: int
    """The raise's own."""
    lines: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Flight:
    """The file whose scan had begun and not ended before a line."""

    line: int
    """The line that shows the scan service's end, or the first of its next life; the one after the file's last."""
    path: str
    begun: Mark
    """The line that says that its scan begins."""
    until: Mark | None
    """`line`, where it has a stamp; `None` where the file stops."""


@dataclass(frozen=True, slots=True)
class Leads:
    """The wordings that ask for the lines before."""

    raised: tuple[Wording, ...] = ()
    ended: tuple[Wording, ...] = ()
    """The scan service exits, or starts anew."""
    begun: tuple[Wording, ...] = ()
    """The scan of a file begins."""
    done: tuple[Wording, ...] = ()
    """The scan of a file ends."""
    demands: tuple[tuple[tuple[str, ...], ...], ...] = ()
    """Of each of those of raises and ends, sets of texts: of each set one stands in what it matches, in lower case."""

    @classmethod
    def of(cls, rules: RuleBook) -> "Leads":
        """Those of a rule book."""

        def worded(wordings: Iterable[Wording], *kinds: str) -> tuple[Wording, ...]:
            return tuple(one for one in wordings if one.kind in kinds and one.text is not None)

        raised = worded(rules.wordings, "fault_raised")
        ended = worded(rules.wordings, "scan_service_exited", "scan_service_started")
        needed = tuple(dict.fromkeys(plain(one.demands) for one in (*raised, *ended)))
        return cls(raised, ended, worded(rules.scans, "scan_begun"), worded(rules.scans, "scan_done"), needed)

    def may_lead(self, lower: str) -> bool:
        """Whether a message, in lower case, may be a raise or an end of the scan service."""
        return any(all(any(text in lower for text in texts) for texts in demands) for demands in self.demands)


NO_LEADS = Leads()
"""Nothing asks for the lines before."""


@dataclass(slots=True)
class Before:
    """What one file says before its raises and ends of the scan service, and its sample; fed line by line."""

    leads: Leads = NO_LEADS
    role: Role = "connector"
    windows: list[Window] = field(default_factory=list)
    _sampled: list[Kept | Batch] = field(default_factory=list, compare=False)
    flights: list[Flight] = field(default_factory=list)
    raises: Counter[str] = field(default_factory=Counter)
    """Lines that may be raises, by what names the fault."""
    ends: int = 0
    _kept: deque[Kept | Batch | Passed] = field(default_factory=deque)
    _pid: int | None = None
    _timeouts: Counter[int] = field(default_factory=Counter)
    _masks: Masks = field(default_factory=Masks, compare=False)
    _said: dict[int, Said] = field(default_factory=dict, compare=False)
    """By line: windows overlap, and masking is what costs."""

    def note(self, line: int, offset: int, stamp: Stamp | None, message: str, pid: int | None) -> None:
        """Keep the next understood line, and let go of what lies too far back."""
        kept = self._kept
        if self.role == "scan_service" and pid is not None:
            if self._pid not in {None, pid}:
                self._end(line, stamp)
            self._pid = pid
        if stamp is None and kept:
            stamp = kept[-1].stamp
        kept.append(Kept(line, offset, stamp, message))
        while offset - kept[0].last > REACH_BYTES:
            kept.popleft()

    def batch(self, batch: Batch) -> None:
        """Keep the next understood lines of the writer before, and let go of what lies too far back."""
        self._kept.append(batch)
        end = batch.last
        while end - self._kept[0].last > REACH_BYTES:
            self._kept.popleft()

    def passed(self, lines: Passed) -> None:
        """Keep lines that were passed over, and let go of what lies too far back."""
        self._kept.append(lines)
        while lines.last - self._kept[0].last > REACH_BYTES:
            self._kept.popleft()

    def sampled(self, line: int) -> None:
        """Take the line noted last into the sample, if it is this one."""
        noted = self._kept[-1] if self._kept else None
        if noted is not None and not isinstance(noted, Passed) and noted.line == line:
            self._sampled.append(noted)

    @property
    def sample(self) -> list[Said]:
        """The lines of the sample that a format understands, masked: of most logs nobody asks for them."""
        self._sampled = [kept for one in self._sampled for kept in one.lines()]
        return [self._masked(one) for one in self._sampled if isinstance(one, Kept)]

    def ask(self, line: int, message: str) -> None:
        """Look at what was kept if an event may be a raise or an end of the scan service.

        Args:
            line: the event's first line, which was noted last.
            message: what it says, continuation lines included.
        """
        if not self._kept or self._kept[-1].line != line or not self.leads.may_lead(message.lower()):
            return
        named = self._named(message)
        if named is not None:
            self.raises[named] += 1
            if self.raises[named] <= MOST_WINDOWS:
                said = [self._masked(one) for one in self._back(line, self._kept[-1].stamp)]
                self.windows.append(Window(line, tuple(reversed(said))))
        if self._found(self.leads.ended, message) is not None:
            self._end(line, self._kept[-1].stamp)

    def finish(self) -> None:
        """Close the file: its scan log may stop because the scan service did. What was kept is let go."""
        if self.role == "scan_service" and self._kept:
            last = next((one.line for batch in reversed(self._kept) for one in batch.lines()), 0)
            self._end(last + 1, None)
        self._kept.clear()

    def _masked(self, one: Kept) -> Said:
        said = self._said.get(one.line)
        if said is None:
            said = self._said[one.line] = Said(one.line, _cell(one), self._masks.of(one.message))
        return said

    def _named(self, message: str) -> str | None:
        """What names the fault that a message may raise."""
        groups = self._found(self.leads.raised, message)
        return None if groups is None else str(groups.get("fault_id") or groups.get("fault_text") or "").lower()

    def _end(self, line: int, stamp: Stamp | None) -> None:
        """Note the file that was being scanned, the last one begun that was not done."""
        self.ends += 1
        if self.ends > MOST_FLIGHTS:
            return
        done: set[str] = set()
        for one in self._back(line, stamp):
            ended = self._path(self.leads.done, one.message)
            begun = None if ended is not None else self._path(self.leads.begun, one.message)
            if ended is not None:
                done.add(ended)
            elif begun is not None and begun not in done and one.stamp is not None:
                until = None if stamp is None else Mark(line, stamp)
                self.flights.append(Flight(line, begun, Mark(one.line, one.stamp), until))
                return

    def _back(self, line: int, stamp: Stamp | None) -> Iterator[Kept]:
        """The kept lines before a line, latest first, as far back as ten minutes."""
        near, reach = stamp, self._kept[-1].last - REACH_BYTES if self._kept else 0
        for one in (kept for batch in reversed(self._kept) for kept in batch.lines()):
            if one.line >= line:
                continue
            if one.offset < reach:
                return
            if one.stamp is not None and one.stamp != near:
                near = one.stamp
                if stamp is None:
                    stamp = near
                if forward_s(near, stamp) > REACH_S:
                    return
            yield one

    def _path(self, wordings: Sequence[Wording], message: str) -> str | None:
        return (self._found(wordings, message) or {}).get("path")

    def _found(self, wordings: Sequence[Wording], message: str) -> dict[str, str] | None:
        """The captures of the first wording that a message has."""
        lower = message.lower()
        for wording in wordings:
            if not wording.may_match(lower) or self._timeouts[id(wording)] >= MOST_TIMEOUTS:
                continue
            pattern = wording.pattern_for(lower)
            if pattern is None:
                continue
            try:
                match = pattern.search(message, timeout=TIMEOUT_S)
            except TimeoutError:
                self._timeouts[id(wording)] += 1
                continue
            if match is not None:
                fixed = {} if wording.fault is None else {"fault_id": str(wording.fault)}
                return {name: text for name, text in match.groupdict().items() if text} | fixed
        return None


def _cell(one: Kept) -> Cell:
    at = one.stamp
    return (one.line,) if at is None else (at.month, at.day, at.hour, at.minute)
