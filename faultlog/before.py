"""The lines before: what one log says before each raise and each end of the scan service, and in its quiet time.

All of it is a property of the text: the same bytes give the same lines, whatever the chunks they arrive in. A
**window** is the lines before a raise: at most 4 MiB of the same file, and none of which the stamps say that it is
more than ten minutes older. The **sample** stands for the rest: the lines of the file's fixed sample that a format
understands. A **flight** is the file whose scan had begun and not ended when the scan service went away.

Only lines of windows and samples are masked, and only lines before the scan service's ends are asked for files:
keeping the last 4 MiB is all that another line costs.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from faultlog.budget import TimeBudget
from faultlog.bulk import Bulk, Columns
from faultlog.formats import LogFormat
from faultlog.lines import Line
from faultlog.literals import plain
from faultlog.model import Mark, Role, Stamp
from faultlog.rulebook import RuleBook, Wording
from faultlog.templates import Masks
from faultlog.trails import forward_s
from faultlog.values import dataclass

if TYPE_CHECKING:
    import regex

REACH_BYTES = 4 * 1024 * 1024
"""Bytes before a line that are looked at."""
REACH_S = 600.0
"""Seconds before a line, by the stamps as written, that are looked at. Tool default."""
MOST_WINDOWS = 10
"""Raises of one fault and file whose lines before are kept, the first ones. Tool default."""
MOST_FLIGHTS = 500
"""Ends of the scan service in one file before which the file being scanned is looked for. Tool default."""

Cell = tuple[int, ...]
"""A minute of a log, by its stamps as written: month, day, hour and minute; a line's number where none has a stamp."""


@dataclass(slots=True, eq=False)
class Kept:
    """An understood line as it is kept until 4 MiB have gone by."""

    line: int
    offset: int
    stamp: Stamp | None
    """Its own, or that of the line before where it has none."""
    message: str

    @property
    def last(self) -> int:
        """Its offset, as of several in a row."""
        return self.offset

    def columns(self, masks: Masks) -> Columns:
        """What it says."""
        return Columns([self.stamp], [masks.of(self.message)])

    def after(self, offset: int) -> int:
        """How many of them begin before an offset."""
        return int(self.offset < offset)

    def messages(self, texts: "Texts") -> Iterator[tuple[int, str]]:
        """Which of them hold one of some texts, latest first, and what they say."""
        if texts is None or any(text in self.message.lower() for text in texts):
            yield 0, self.message


@dataclass(slots=True, eq=False)
class Rows:
    """Lines in a row as they stand, read once anybody asks."""

    line: int
    """The first one's number."""
    offset: int
    raw: bytes
    """What holds them."""
    start: int
    """Where in it they begin."""
    end: int
    bulk: Bulk
    """Reads them."""
    follows: LogFormat | None
    """What read the line before them."""
    stamp: Stamp | None = None
    """That of the last one, where it is known."""
    _columns: Columns | None = None

    @property
    def last(self) -> int:
        """Offset of the last line."""
        return self.offset + self.raw.rfind(b"\n", self.start, self.end - 1) + 1 - self.start

    def columns(self, masks: Masks) -> Columns:  # noqa: ARG002 (what reads them has its own)
        """What they say."""
        if self._columns is None:
            self._columns = self.bulk.columns(self.raw, self.start, self.end, self.follows)
        return self._columns

    def after(self, offset: int) -> int:
        """How many of them begin before an offset."""
        place = self.start + offset - self.offset
        return 0 if place <= self.start else self.raw.count(b"\n", self.start, place - 1) + 1

    def messages(self, texts: "Texts") -> Iterator[tuple[int, str]]:
        """Which of them hold one of some texts, latest first, and what they say."""
        read = self.raw[self.start : self.end].decode("utf-8", "replace").removesuffix("\n")
        lines = read.split("\n")
        for place in range(len(lines) - 1, -1, -1) if texts is None else reversed(lines_with(read.lower(), texts)):
            message = self.bulk.message(lines[place].removesuffix("\r"), self.follows)
            if message is not None:
                yield place, message

    def backward(self) -> Iterator[Line]:
        """The lines, latest first."""
        number, end = self.line + self.raw.count(b"\n", self.start, self.end) - 1, self.end
        while end > self.start:
            begin = max(self.start, self.raw.rfind(b"\n", 0, end - 1) + 1)
            offset = self.offset + begin - self.start
            yield Line(number, offset, self.raw[begin : end - 1], end - begin, terminated=True)
            number, end = number - 1, begin


Texts = Sequence[str] | None
"""Texts in lower case of which one is looked for; `None` where anything may be meant."""


def lines_with(lower: str, texts: Sequence[str]) -> list[int]:
    r"""Which lines hold one of some texts.

    >>> lines_with("a scan\nnothing\nscan and scan", ["scan", "and"])
    [0, 2]
    """
    found: set[int] = set()
    for text in texts:
        line = since = 0
        place = lower.find(text)
        while place >= 0:
            line, since = line + lower.count("\n", since, place), place
            found.add(line)
            place = lower.find(text, place + 1)
    return sorted(found)


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
    first: int
    """The first one that a format understands; the raise's own where there is none."""
    templates: tuple[str | None, ...]
    """By line what it says, masked; `None` where no format understands it."""
    cells: tuple[tuple[int, Cell], ...]
    """From which line on they lie in which cell."""

    @property
    def lines(self) -> "tuple[Said, ...]":
        """Each of the lines that a format understands."""
        return tuple(
            Said(self.first + place, cell, template)
            for begin, end, cell in self.stretches()
            for place, template in enumerate(self.templates[begin:end], begin)
            if template is not None
        )

    def stretches(self, after: int = 0) -> "Iterator[tuple[int, int, Cell]]":
        """Where stretches of one cell begin and end among the lines behind one."""
        floor = max(0, after + 1 - self.first)
        ends = [*(begin - self.first for begin, _ in self.cells[1:]), len(self.templates)]
        for (begin, cell), end in zip(self.cells, ends, strict=False):
            if end > floor:
                yield max(floor, begin - self.first), end, cell

    @classmethod
    def of(cls, line: int, parts: "Iterable[Part]") -> "Window":
        """That of a line, from what stands before it, latest first."""
        first = line
        templates: list[str | None] = []
        cells: list[tuple[int, Cell]] = []
        for part in reversed([*parts]):
            if not templates:
                first = part.line
            templates += [None] * (part.line - first - len(templates))
            templates += part.columns.templates
            cells += part.cells()
        told = next((place for place, one in enumerate(templates) if one is not None), len(templates))
        templates = [] if told == len(templates) else [*templates[told:], *[None] * (line - first - len(templates))]
        first = line if not templates else first + told
        changes = [one for one, before in zip(cells, [None, *cells], strict=False) if not before or one[1] != before[1]]
        return cls(line, first, tuple(templates), tuple(changes))


class Part(NamedTuple):
    """Lines in a row of which each was kept."""

    line: int
    """The first one's number."""
    columns: Columns

    def cells(self) -> "Iterator[tuple[int, Cell]]":
        """From which line on they lie in which cell."""
        before: Stamp | None = None
        for number, (stamp, template) in enumerate(zip(*self.columns, strict=True), self.line):
            if template is not None and (stamp is None or stamp is not before):
                before = stamp
                yield number, _cell(number, stamp)


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
    tells: Texts = None
    """Of these one stands in whatever tells that the scan of a file begins or ends."""

    @classmethod
    def of(cls, rules: RuleBook) -> "Leads":
        """Those of a rule book."""

        def worded(wordings: Iterable[Wording], *kinds: str) -> tuple[Wording, ...]:
            return tuple(one for one in wordings if one.kind in kinds and one.text is not None)

        raised = worded(rules.wordings, "fault_raised")
        ended = worded(rules.wordings, "scan_service_exited", "scan_service_started")
        needed = tuple(dict.fromkeys(plain(one.demands) for one in (*raised, *ended)))
        begun, done = worded(rules.scans, "scan_begun"), worded(rules.scans, "scan_done")
        told = [plain(one.demands)[:1] for one in (*begun, *done)]
        tells = tuple(dict.fromkeys(text for first in told for texts in first for text in texts))
        return cls(raised, ended, begun, done, needed, tells if all(told) else None)

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
    _sampled: list[Kept | Rows] = field(default_factory=list, compare=False)
    flights: list[Flight] = field(default_factory=list)
    raises: Counter[str] = field(default_factory=Counter)
    """Lines that may be raises, by what names the fault."""
    ends: int = 0
    _kept: deque[Kept | Rows] = field(default_factory=deque)
    _pid: int | None = None
    _budgets: defaultdict[int, TimeBudget] = field(default_factory=lambda: defaultdict(TimeBudget), compare=False)
    """What each wording has left."""
    _masks: Masks = field(default_factory=Masks, compare=False)

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

    def rows(self, rows: Rows) -> None:
        """Keep lines in a row, and let go of what lies too far back."""
        self._kept.append(rows)
        end = rows.last
        while end - self._kept[0].last > REACH_BYTES:
            self._kept.popleft()

    def backward(self) -> Iterator[Line]:
        """The lines in a row that are kept, latest first."""
        return chain.from_iterable(one.backward() for one in reversed(self._kept) if isinstance(one, Rows))

    def sampled(self, line: int) -> None:
        """Take the line noted last into the sample, if it is this one."""
        noted = self._kept[-1] if self._kept else None
        if noted is not None and noted.line == line:
            self._sampled.append(noted)

    @property
    def sample(self) -> list[Said]:
        """The lines of the sample that a format understands, masked: of most logs nobody asks for them."""
        found = [Part(one.line, one.columns(self._masks)) for one in self._sampled]
        return [
            Said(one.line, _cell(one.line, one.columns.stamps[0]), text)
            for one in found
            if (text := one.columns.templates[0]) is not None
        ]

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
                self.windows.append(Window.of(line, self._parts(line, self._kept[-1].stamp)))
        if self._found(self.leads.ended, message) is not None:
            self._end(line, self._kept[-1].stamp)

    def finish(self) -> None:
        """Close the file: its scan log may stop because the scan service did. What was kept is let go."""
        if self.role == "scan_service" and self._kept:
            self._end(self._last_line() + 1, None)
        self._kept.clear()

    def _last_line(self) -> int:
        """The last line that a format understood."""
        for kept in reversed(self._kept):
            for place, template in reversed([*enumerate(kept.columns(self._masks).templates, kept.line)]):
                if template is not None:
                    return place
        return 0

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
        for kept, low, high in self._back(line, stamp):
            for place, message in kept.messages(self.leads.tells):
                at = kept.columns(self._masks).stamps[place] if low <= place < high else None
                ended = self._path(self.leads.done, message) if low <= place < high else None
                begun = None if ended is not None or at is None else self._path(self.leads.begun, message)
                if ended is not None:
                    done.add(ended)
                elif begun is not None and begun not in done and at is not None:
                    until = None if stamp is None else Mark(line, stamp)
                    self.flights.append(Flight(line, begun, Mark(kept.line + place, at), until))
                    return

    def _parts(self, line: int, stamp: Stamp | None) -> Iterator[Part]:
        for kept, low, high in self._back(line, stamp):
            stamps, templates = kept.columns(self._masks)
            yield Part(kept.line + low, Columns(stamps[low:high], templates[low:high]))

    def _back(self, line: int, stamp: Stamp | None) -> Iterator[tuple[Kept | Rows, int, int]]:
        """What is kept before a line, latest first, and which of its lines lie in reach: as far back as ten minutes."""
        near, reach = stamp, self._kept[-1].last - REACH_BYTES if self._kept else 0
        for kept in reversed(self._kept):
            stamps = kept.columns(self._masks).stamps
            low, high = kept.after(reach), min(len(stamps), line - kept.line)
            for place in range(high - 1, low - 1, -1):
                at = stamps[place]
                if at is None or at is near:
                    continue
                near, stamp = at, stamp or at
                if forward_s(near, stamp) > REACH_S:
                    low = place + 1
                    break
            if low < high:
                yield kept, low, high
            if low > 0:
                return

    def _path(self, wordings: Sequence[Wording], message: str) -> str | None:
        return (self._found(wordings, message) or {}).get("path")

    def _found(self, wordings: Sequence[Wording], message: str) -> dict[str, str] | None:
        """The captures of the first wording that a message has."""
        lower = message.lower()
        for wording in wordings:
            budget = self._budgets[id(wording)]
            if budget.is_spent or not wording.may_match(lower):
                continue
            pattern = wording.pattern_for(lower)
            if pattern is None:
                continue
            try:
                match = budget.ask(len(message), partial(_searched, pattern, message))
            except TimeoutError:
                continue
            if match is not None:
                fixed = {} if wording.fault is None else {"fault_id": str(wording.fault)}
                return {name: text for name, text in match.groupdict().items() if text} | fixed
        return None


def _searched(pattern: "regex.Pattern[str]", message: str, limit_s: float) -> "regex.Match[str] | None":
    return pattern.search(message, timeout=limit_s, concurrent=False)


def _cell(line: int, at: Stamp | None) -> Cell:
    return (line,) if at is None else (at.month, at.day, at.hour, at.minute)
