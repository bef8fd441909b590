"""What stood before a raise more often than in the same log's quiet time: preceded it, which is not why it happened.

For each interval the windows before its raise and its duplicates are taken together. A window ends at the raise or
clear of the same fault before it, so that no line is counted for two. Lines that are signals themselves are left out
on both sides. **Quiet** is the sample of the same rotation set where it lies in nobody's window. Messages are masked,
then mined; `chance` says how likely it is that any template stands out as much without a reason.

Where more raises came than windows are kept, the later ones count as quiet time: that makes `p` larger, never smaller.
"""

import bisect
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from typing import NamedTuple

from faultlog import chance
from faultlog.before import MOST_WINDOWS, Before, Cell, Window
from faultlog.case import Examined, FaultInterval, Preceding
from faultlog.mining import Miner
from faultlog.model import Mark, Moment, Signal, Text
from faultlog.templates import OTHER
from faultlog.values import dataclass

LEAST_LINES = 10
"""Lines before the raises of an interval below which nothing is compared. Tool default."""
LEAST_SAMPLED = 50
"""Quiet lines below which nothing is compared. Tool default."""
LEAST_COUNT = 2
"""Lines of a template below which it gets no row: once is no more often. Tool default."""
MOST_ROWS = 10
"""Rows of one interval, the least likely ones. Tool default."""

Place = tuple[str, int]
"""File and line."""


@dataclass(frozen=True, slots=True)
class Log:
    """One file of a host, as far as the lines before are concerned."""

    path: str
    series: int
    """Its rotation set."""
    before: Before
    moment: Callable[[Mark], Moment]
    """When a stamped line of it was written."""


Minute = tuple[str, Cell]
"""A minute of a file."""
Lines = Counter[tuple[Minute, str]]
"""How many lines of a window or a sample say what, by minute and masked message."""


class _Counted(NamedTuple):
    """Lines by what they say."""

    total: int
    lines: Counter[str]
    """By mined template."""
    minutes: Counter[str]
    """Minutes in which it is said, by mined template."""
    sizes: Counter[int]
    """Minutes by how many lines they hold."""


class _Quiet(NamedTuple):
    """What some rotation sets say where nothing is raised, and the templates of all of them."""

    counted: _Counted
    templates: Mapping[str, str]
    """By masked message, the mined template."""


@dataclass(slots=True)
class _Host:
    """Everything that windows are cut from."""

    logs: Mapping[str, Log]
    series: Mapping[int, Sequence[Log]]
    """The files of each rotation set."""
    windows: Mapping[str, Mapping[int, Window]]
    """By file and line, those of lines that were recognised as raises."""
    spoken: Mapping[str, Sequence[int]]
    """By file, the lines that are signals, in order."""
    ends: Mapping[tuple[str, int | None], Sequence[int]]
    """By file and fault, the lines of its raises and clears, in order."""
    quiets: dict[frozenset[int], _Quiet] = field(default_factory=dict)

    def quiet(self, series: frozenset[int]) -> _Quiet:
        """The quiet time of some rotation sets."""
        if series not in self.quiets:
            self.quiets[series] = self._quiet([log for one in sorted(series) for log in self.series[one]])
        return self.quiets[series]

    def _quiet(self, logs: Sequence[Log]) -> _Quiet:
        found: Lines = Counter()
        masked: set[str] = set()
        for log in logs:
            spans = [(window.first, window.line) for window in self.windows.get(log.path, {}).values()]
            sample, spoken = log.before.sample, frozenset(self.spoken.get(log.path, ()))
            outside = [one for one in sample if not any(low <= one.line <= high for low, high in spans)]
            found.update(((log.path, one.cell), one.template) for one in outside if one.line not in spoken)
            masked.update(one.template for one in sample)
            masked.update(one for window in log.before.windows for one in window.templates if one is not None)
        templates = _mined(masked)
        return _Quiet(_counted(found, templates), templates)

    def window(self, place: Place, fault_id: int) -> Lines:
        """The lines before a raise that count: behind the fault's raise or clear before, and no signals."""
        path, line = place
        window, ends = self.windows[path][line], self.ends[path, fault_id]
        before = bisect.bisect_left(ends, line)
        floor = ends[before - 1] if before else 0
        said: list[str | None] = list(window.templates)
        for one in self._signals(path, window):
            said[one - window.first] = None
        found: Lines = Counter()
        for begin, end, cell in window.stretches(floor):
            for template, count in Counter(said[begin:end]).items():
                if template is not None:
                    found[(path, cell), template] += count
        return found

    def _signals(self, path: str, window: Window) -> Sequence[int]:
        spoken = self.spoken[path]
        return spoken[bisect.bisect_left(spoken, window.first) : bisect.bisect_left(spoken, window.line)]


def preceding(
    intervals: Iterable[FaultInterval], signals: Sequence[Signal], logs: Iterable[Log]
) -> tuple[tuple[Preceding, ...], tuple[Examined, ...]]:
    """What stood before the raises of each interval, and what was looked at to say so.

    Args:
        intervals: of one host.
        signals: every signal of the host.
        logs: every log of the host, with the lines before its raises.
    """
    host = _host(signals, logs)
    rows: list[Preceding] = []
    examined: list[Examined] = []
    for interval in intervals:
        found, looked = _before(interval, host)
        rows += found
        examined.append(looked)
    return tuple(rows), tuple(examined)


def _host(signals: Sequence[Signal], logs: Iterable[Log]) -> _Host:
    by_path = {log.path: log for log in logs}
    series: dict[int, list[Log]] = defaultdict(list)
    for log in by_path.values():
        series[log.series].append(log)
    raised = {_place(one) for one in signals if one.kind == "fault_raised"}
    ends: dict[tuple[str, int | None], list[int]] = defaultdict(list)
    spoken: dict[str, list[int]] = defaultdict(list)
    for one in sorted(signals, key=_place):
        path, line = _place(one)
        ends[path, one.fault_id].append(line)
        spoken[path].append(line)
    windows = {
        path: {window.line: window for window in log.before.windows if (path, window.line) in raised}
        for path, log in by_path.items()
    }
    return _Host(by_path, series, windows, spoken, ends)


def _before(interval: FaultInterval, host: _Host) -> tuple[list[Preceding], Examined]:
    places = dict.fromkeys(map(_place, interval.raises))
    kept = [(path, line) for path, line in places if line in host.windows.get(path, ())]
    inside = sum((host.window(place, interval.fault_id) for place in kept), Lines())
    quiet = host.quiet(frozenset(host.logs[path].series for path, _ in kept))
    missing = _missing(bool(places), len(kept), inside.total(), quiet.counted.total)
    looked = Examined(interval.id, len(kept), inside.total(), quiet.counted.total, missing)
    if missing is not None:
        return [], looked
    return _rows(interval.id, _counted(inside, quiet.templates), quiet.counted), looked


def _missing(raised: bool, kept: int, lines: int, sampled: int) -> Text | None:  # noqa: FBT001 (a fact, no mode)
    """Why nothing can be compared; `None` where something can."""
    if not raised:
        return Text("preceding.raise_not_seen")
    if not kept:
        return Text("preceding.not_kept", {"most": MOST_WINDOWS})
    if lines < LEAST_LINES:
        return Text("preceding.few_lines", {"lines": lines, "least": LEAST_LINES})
    if sampled < LEAST_SAMPLED:
        return Text("preceding.few_sampled", {"lines": sampled, "least": LEAST_SAMPLED})
    return None


def _rows(interval: str, inside: _Counted, outside: _Counted) -> list[Preceding]:
    """The templates that stood there more often than expected, the least likely first."""
    room = chance.Room(inside.sizes, outside.sizes)
    names = sorted(inside.lines | outside.lines)
    every = [
        chance.Seen(inside.lines[name], inside.minutes[name], outside.lines[name], outside.minutes[name])
        for name in names
    ]
    rows = []
    for name, one, p in zip(names, every, chance.surprises(every, room), strict=True):
        expected = room.expected(one.quiet)
        if one.count >= LEAST_COUNT and one.count > expected and name != OTHER:
            rows.append(Preceding(interval, name, one.count, _short(expected), _short(one.count / expected), _short(p)))
    return sorted(rows, key=lambda row: (row.p, -row.lift, row.template))[:MOST_ROWS]


def _counted(lines: Lines, templates: Mapping[str, str]) -> _Counted:
    count: Counter[str] = Counter()
    held: Counter[Minute] = Counter()
    said: set[tuple[Minute, str]] = set()
    for (minute, masked), number in lines.items():
        name = templates[masked]
        count[name] += number
        held[minute] += number
        said.add((minute, name))
    return _Counted(lines.total(), count, Counter(name for _, name in said), Counter(held.values()))


def _short(value: float) -> float:
    """Three digits: more would be noise, and would differ between machines."""
    return float(f"{value:.3g}")


def _place(signal: Signal) -> Place:
    return signal.evidence.file, signal.evidence.line


def _mined(masked: Iterable[str]) -> dict[str, str]:
    """The mined template of each masked message, whatever order they came in."""
    ordered = sorted(masked)
    miner = Miner()
    for text in ordered:
        miner.add(text)
    return {text: miner.template_of(text) for text in ordered}
