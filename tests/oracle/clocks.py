"""How the host's clock may have run: every way to give the lines of a log their instants.

A repeated hour gives a stamp two readings; file order decides between them where it can. A clock that was set back
leaves open how long the silence before it was: a few lengths stand for all of them, those at which something changes.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC
from functools import cache
from itertools import product
from zoneinfo import ZoneInfo

from tests.oracle.evidence import Line, Log

JITTER = 2
"""Seconds a line may stand before the one above it: lines out of order, not a clock that was set."""
DAY = 86400
UNSET = 30 * DAY
"""Seconds: a longer leap shows a clock that had not been set before it."""
EVER = 10**11
"""Seconds that stand for any length of time."""
TURNING = (0, 30, 600)
"""Distances in seconds at which an answer changes."""


@dataclass(frozen=True)
class Clock:
    """One reading of a log: of each line the instant that it states, and the second at which it was really written."""

    utc: tuple[int, ...]
    real: tuple[int, ...]


@cache
def clocks(log: Log) -> list[Clock]:
    """All readings of a log."""
    return [
        Clock(utc, real)
        for utc in _fewest_steps(product(*(_readings(line, log.zone) for line in log.lines)))
        for real in _real(log, utc)
    ]


@cache
def loose(log: Log) -> frozenset[int]:
    """The lines of which nobody knows how long after the line before they were written."""
    gaps = [
        [clock.real[number] - clock.real[number - 1] for clock in clocks(log)] for number in range(1, len(log.lines))
    ]
    return frozenset(number for number, each in enumerate(gaps, 1) if len(set(each)) > 1)


def _readings(line: Line, zone: str) -> list[int]:
    place = ZoneInfo(zone)
    found = {int(line.stamp.replace(tzinfo=place, fold=fold).astimezone(UTC).timestamp()) for fold in (0, 1)}
    return sorted(found)


def _fewest_steps(readings: Iterable[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Those that need the clock to have been set back least often: an hour that repeats explains a jump of itself."""
    each = [(len(_steps(utc)), utc) for utc in readings]
    fewest = min(steps for steps, _ in each)
    return [utc for steps, utc in each if steps == fewest]


def _steps(utc: tuple[int, ...]) -> list[int]:
    return [number for number in range(1, len(utc)) if utc[number] < utc[number - 1] - JITTER]


def _real(log: Log, utc: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """The ways real time may have gone on where the clock was set."""
    return _go_on(log, utc, (utc[0],), {})


def _go_on(
    log: Log, utc: tuple[int, ...], real: tuple[int, ...], right_again: dict[int, int]
) -> Iterator[tuple[int, ...]]:
    at = len(real)
    if at == len(utc):
        yield real
        return
    if at in right_again:
        before = right_again[at]
        least = max(real[-1], real[before] + utc[at] - utc[before])
        gaps = [least - real[-1], least - real[-1] + EVER]
    elif utc[at] - utc[at - 1] > UNSET:
        gaps = sorted({length for length in _lengths(log, utc, real) if length < EVER} | {utc[at] - utc[at - 1]})
    elif utc[at] >= utc[at - 1] - JITTER:
        gaps = [utc[at] - utc[at - 1]]
    else:
        gaps = sorted(_lengths(log, utc, real))
        right_again = right_again | _leap(utc, at)
    for gap in gaps:
        yield from _go_on(log, utc, (*real, real[-1] + gap), right_again)


def _leap(utc: tuple[int, ...], at: int) -> dict[int, int]:
    """The line at which a clock that fell behind by a day or more is right again, and the line before it fell."""
    if utc[at - 1] - utc[at] < DAY:
        return {}
    again = [number for number in range(at + 1, len(utc)) if utc[number] - utc[number - 1] >= DAY]
    return {again[0]: at - 1} if again else {}


def _lengths(log: Log, utc: tuple[int, ...], real: tuple[int, ...]) -> set[int]:
    """Lengths of the silence before a step that put a line of either side just before, at or just after a turning."""
    at = len(real)
    found = {0, 1, EVER}
    for before, after in product(_telling(log, range(at)), _telling(log, range(at, len(utc)))):
        least = real[-1] - real[before] + utc[after] - utc[at]
        found |= {turn - least + edge for turn in TURNING for edge in (-1, 0, 1)}
    return {length for length in found if length >= 0}


def _telling(log: Log, numbers: range) -> list[int]:
    ends = {numbers[0], numbers[-1]}
    return [number for number in numbers if number in ends or log.lines[number].kind != "noise"]
