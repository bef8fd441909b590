"""The years of lines that write none, found late and over a whole rotation set: walking back from its newest date.

31 December before 1 January is New Year; any other step backwards is none. A 29 February forces a leap year.
"""

import calendar
from collections.abc import Sequence
from dataclasses import field
from datetime import timedelta, timezone, tzinfo

from faultlog.errors import NothingAnswerable
from faultlog.model import Instant, Mark, Stamp
from faultlog.stamps import FIRST_YEAR, LAST_YEAR, instant_of
from faultlog.trails import FIRST_SET_YEAR, Trail, is_leap_day
from faultlog.turns import Turned, turns_of
from faultlog.values import dataclass

SLACK_S = 86_400.0
"""A log may end this much after the date its bundle states: zones differ and clocks are set by hand. Tool default."""

Years = dict[str, tuple[tuple[int, int], ...]]
"""By file path: (line, year) of each mark without a written year, in line order."""


@dataclass(slots=True)
class _WalkBack:
    """The state of a walk from the newest line of a rotation set to the oldest."""

    turned: Turned
    """Where wrong dates make years begin other than they seem."""
    limit: Instant | None
    """No line still to be met is later than this (but for `SLACK_S`)."""
    year: int | None = None
    after: Mark | None = None
    file: int = 0
    """The number of the file in which the line after stands."""
    trail: Trail = field(default_factory=Trail)
    """What it is."""
    run: list[tuple[str, int, int]] = field(default_factory=list)
    """(path, line, year) of the marks whose years depend on each other, newest first."""
    leaps: list[int] = field(default_factory=list)
    """The years of those among them that are a 29 February."""
    settled: list[tuple[str, int, int]] = field(default_factory=list)

    def dated(self, stamp: Stamp, zone: tzinfo) -> None:
        """A line that writes its year: everything before it starts from there, unless its clock had not been set."""
        if (stamp.year or 0) < FIRST_SET_YEAR and self.limit is not None:
            self._begin_anew(self.limit)
            return
        self._begin_anew(instant_of(stamp, stamp.year or 0, zone))

    def undated(self, path: str, mark: Mark, zone: tzinfo) -> None:
        """A line that writes none: the year of the line after it, less one across New Year."""
        year = self._before(mark.stamp, zone)
        if year is None:
            year = _latest_year(mark.stamp, self.limit, zone, path)
        if is_leap_day(mark.stamp):
            self.leaps.append(year)
        self.year = year
        self.run.append((path, mark.line, year))

    def _before(self, stamp: Stamp, zone: tzinfo) -> int | None:
        """The year that hangs on the line after; `None` where there is none, or none that fits both.

        Where no years fit all leap days of a run, years of silence lie before the line after it.
        """
        if self.year is None or self.after is None:
            return None
        seeming = self.trail.turn(stamp, self.after)
        year = self.year - self.turned.get((self.file, self.after.line), seeming)
        shift = _years_back_to_leap_years([*self.leaps, year]) if is_leap_day(stamp) else 0
        if shift is None or year - shift < FIRST_YEAR:
            oldest = instant_of(self.after.stamp, self.year, zone_at(self.after.stamp, zone))
            self._begin_anew(oldest if self.year > FIRST_YEAR + 8 else self.limit)
            return None
        if shift:
            self.leaps = [leap - shift for leap in self.leaps]
            self.run = [(path, line, known - shift) for path, line, known in self.run]
        return year - shift

    def _begin_anew(self, limit: Instant | None) -> None:
        """What was met so far keeps its years; what is still to be met does not hang on it."""
        self.limit = limit
        self.year = None
        self.settled += self.run
        self.run, self.leaps = [], []


def years_of(series: Sequence[tuple[str, Trail]], newest: Instant | None, zone: tzinfo) -> Years:
    """Find the years of one rotation set, walking back from its newest trusted date.

    Args:
        series: path and trail of each file, oldest first.
        newest: an instant no line of the set is later than; a line that writes its year replaces it on the way back.
        zone: the zone of unmarked stamps.

    Raises:
        NothingAnswerable: lines without year, and no date after them to walk back from.
    """
    walk = _WalkBack(turns_of([trail for _, trail in series]).turned, newest)
    for number, (path, trail) in reversed(list(enumerate(series))):
        for mark in reversed(trail.all()):
            if mark.stamp.year is None:
                walk.undated(path, mark, zone)
            else:
                walk.dated(mark.stamp, zone_at(mark.stamp, zone))
            walk.after, walk.file, walk.trail = mark, number, trail
    found: dict[str, list[tuple[int, int]]] = {path: [] for path, _ in series}
    for path, line, year in (*walk.settled, *walk.run):
        found[path].append((line, year))
    return {path: tuple(sorted(years)) for path, years in found.items()}


def without_silence(series: Sequence[tuple[str, Trail]], found: Years, newest: Instant, zone: tzinfo) -> Years:
    """The same years, less the whole years of silence that nothing but the date of a copy makes.

    A file's date is that of its last line; where it is none, the file was copied, and the lines without year that
    follow the last dated one go on from there as soon as they can.

    Args:
        series: path and trail of each file, oldest first.
        found: what `years_of` found for them.
        newest: the file's date from which it walked back.
        zone: the zone of unmarked stamps.
    """
    marks = [(path, mark) for path, trail in series for mark in trail.all()]
    begin = max((place for place, (_, mark) in enumerate(marks, 1) if mark.stamp.year is not None), default=0)
    if begin in {0, len(marks)}:
        return found
    known = {(path, line): year for path, lines in found.items() for line, year in lines}
    tail = [(path, mark, known[path, mark.line]) for path, mark in marks[begin:]]
    dated, (_, last, year) = marks[begin - 1][1].stamp, tail[-1]
    if (dated.year or 0) < FIRST_SET_YEAR or newest <= _instant(last.stamp, year, zone).moved(SLACK_S):
        return found
    after = _instant(dated, dated.year or 0, zone).moved(-SLACK_S)
    back = _silent_years([(mark.stamp, year) for _, mark, year in tail], after, zone)
    moved = {(path, mark.line): year - back for path, mark, year in tail}
    return {path: tuple((line, moved.get((path, line), year)) for line, year in lines) for path, lines in found.items()}


def _silent_years(lines: Sequence[tuple[Stamp, int]], after: Instant, zone: tzinfo) -> int:
    """By how many years, at most, lines can be moved back so that their first one is not before an instant."""
    (first, year), leaps = lines[0], [year for stamp, year in lines if is_leap_day(stamp)]
    return next(
        (
            back
            for back in range(year - after.utc().year, 0, -1)
            if all(calendar.isleap(leap - back) for leap in leaps) and _instant(first, year - back, zone) >= after
        ),
        0,
    )


def _instant(stamp: Stamp, year: int, zone: tzinfo) -> Instant:
    return instant_of(stamp, year, zone_at(stamp, zone))


def _years_back_to_leap_years(years: Sequence[int]) -> int | None:
    """The fewest years back that make all of them leap years; `None` where 40 do not."""
    return next((back for back in range(41) if all(calendar.isleap(year - back) for year in years)), None)


def zone_at(stamp: Stamp, zone: tzinfo) -> tzinfo:
    """The zone a stamp is read in: the offset it states, else the host's."""
    return zone if stamp.offset_s is None else timezone(timedelta(seconds=stamp.offset_s))


def _latest_year(stamp: Stamp, limit: Instant | None, zone: tzinfo, path: str) -> int:
    """The latest year in which the stamp exists and is no later than the limit."""
    if limit is None:
        raise NothingAnswerable(
            f"{path}: its lines state no year, and nothing says when the bundle was taken; add --taken DATE"
        )
    newest = min(limit.utc().year + 1, LAST_YEAR)
    for year in range(newest, max(newest - 10, 1), -1):
        exists = calendar.isleap(year) or not is_leap_day(stamp)
        if exists and instant_of(stamp, year, zone) <= limit.moved(SLACK_S):
            return year
    raise NothingAnswerable(f"{path}: its lines state no year, and {limit} is no date of a log; add --taken DATE")
