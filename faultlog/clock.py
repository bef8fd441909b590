"""From stamps to instants: the only module that parses time.

A **stamp** is what a line writes, perhaps without year or zone. The **clock** of a host makes a `Moment` of it, late,
when the whole rotation set has been seen: years are found walking back from the newest trusted date, zones come from
the option, the bundle or the lines, and what is assumed is said.
"""

import bisect
import calendar
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil import parser as dateutil_parser

from faultlog.errors import NothingAnswerable, UnknownName, UsageError
from faultlog.model import NS, Instant, Mark, Moment, Stamp, TimeZone

Layout = Literal["syslog", "iso", "epoch", "any"]
"""How a format writes its stamps. `any` asks dateutil, slowly."""

FIRST_YEAR, LAST_YEAR = 1970, 9998
"""Years in which a stamp of a log can lie. Every instant of them exists in every zone, and so does the year after."""

SLACK_S = 86_400.0
"""A log may end this much after the date its bundle states: zones differ and clocks are set by hand. Tool default."""

_MONTHS = {name: number for number, name in enumerate(calendar.month_abbr) if name}
_MONTH = "|".join(_MONTHS)

PATTERNS: Mapping[str, str] = {
    "syslog": rf"(?:{_MONTH}) [ 0-3]?[0-9] [0-2][0-9]:[0-5][0-9]:[0-5][0-9](?:[.,][0-9]{{1,9}})?",
    "iso": (
        r"[0-9]{4}-[01][0-9]-[0-3][0-9][T ][0-2][0-9]:[0-5][0-9]:[0-5][0-9](?:[.,][0-9]{1,9})?"
        r"(?: ?(?:Z|[+-][0-2][0-9]:?[0-5][0-9]))?"
    ),
    "epoch": r"[0-9]{9,10}(?:\.[0-9]{1,9})?",
    "any": r"\S.*?",
}
"""What `{stamp}` in a format's line pattern stands for, by layout."""

_SYSLOG = re.compile(rf"({_MONTH}) ([ 0-3]?[0-9]) (\d\d):(\d\d):(\d\d)")
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)")
_OFFSET = r"[+-](?:[01][0-9]|2[0-3]):?[0-5][0-9]"
_TAIL = re.compile(rf"(?:[.,](\d{{1,9}}))? ?(Z|{_OFFSET})?")
_EPOCH = re.compile(r"([0-9]{1,10})(?:\.([0-9]{0,9}))?")
_GREENWICH = frozenset({"UTC", "GMT", "Z"})


def read_stamp(layout: Layout, text: str) -> Stamp | None:
    """The stamp that a text writes, or `None` where it writes none that a log can have.

    31 February is no date, +25:00 no offset, and a year before `FIRST_YEAR` or after `LAST_YEAR` none of a log.

    >>> read_stamp("syslog", "Mar  3 14:47:34")
    Stamp(month=3, day=3, hour=14, minute=47, second=34, year=None, nanosecond=0, digits=0, offset_s=None)
    """
    if layout == "any":
        return _read_any(text)
    if layout == "epoch":
        return _read_epoch(text)
    head = 19 if layout == "iso" else text.rfind(":") + 3
    whole = _read_whole(layout, text[:head])
    tail = _TAIL.fullmatch(text, head)
    if whole is None or tail is None:
        return None
    fraction, offset = tail[1], tail[2]
    if fraction is None and offset is None:
        return whole
    return Stamp(
        whole.month, whole.day, whole.hour, whole.minute, whole.second, whole.year,
        int(fraction.ljust(9, "0")) if fraction else 0, len(fraction or ""), _offset(offset),
    )  # fmt: skip


@lru_cache(maxsize=4096)
def _read_whole(layout: Layout, text: str) -> Stamp | None:
    """A stamp to the second; cached, since a chatty log writes thousands of lines in one second."""
    if layout == "iso":
        found = _ISO.fullmatch(text)
        return _checked(*(int(part) for part in found.groups())) if found else None
    found = _SYSLOG.fullmatch(text)
    if found is None:
        return None
    return _checked(None, _MONTHS[found[1]], *(int(part) for part in found.groups()[1:]))


def _checked(year: int | None, month: int, day: int, hour: int, minute: int, second: int) -> Stamp | None:
    if not _is_of_a_log(year):
        return None
    try:
        datetime(2000 if year is None else year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    return Stamp(month, day, hour, minute, second, year)


def _is_of_a_log(year: int | None) -> bool:
    return year is None or FIRST_YEAR <= year <= LAST_YEAR


@lru_cache(maxsize=64)
def _offset(text: str | None) -> int | None:
    """Seconds east of UTC; `Z` is zero."""
    if text is None:
        return None
    if text == "Z":
        return 0
    sign = -1 if text[0] == "-" else 1
    return sign * (int(text[1:3]) * 3600 + int(text[-2:]) * 60)


def _read_epoch(text: str) -> Stamp | None:
    found = _EPOCH.fullmatch(text)
    if found is None:
        return None
    whole, fraction = found[1], found[2] or ""
    return stamp_of(Instant(int(whole) * NS + int(fraction.ljust(9, "0") or 0), len(fraction)))


def stamp_of(instant: Instant) -> Stamp:
    """The stamp that writes an instant in UTC."""
    whole, rest = divmod(instant.ns, NS)
    civil = datetime.fromtimestamp(whole, UTC)
    return Stamp(civil.month, civil.day, civil.hour, civil.minute, civil.second, civil.year, rest, instant.digits, 0)


def _read_any(text: str) -> Stamp | None:
    """Ask dateutil twice with different defaults: what differs was not in the text."""
    readings = []
    for default in (datetime(2000, 1, 1), datetime(2004, 2, 2)):  # noqa: DTZ001 (naive on purpose: is a zone written?)
        try:
            readings.append(dateutil_parser.parse(text, default=default, tzinfos=_written_zone))
        except (ValueError, OverflowError):
            return None
    first, second = readings
    year = first.year if first.year == second.year else None
    if (first.month, first.day) != (second.month, second.day) or not _is_of_a_log(year):
        return None
    offset = first.utcoffset()
    return Stamp(
        first.month, first.day, first.hour, first.minute, first.second, year,
        first.microsecond * 1000, 6 if first.microsecond else 0,
        None if offset is None else int(offset.total_seconds()),
    )  # fmt: skip


def _written_zone(name: str | None, offset_s: int | None) -> tzinfo | None:
    """What dateutil makes of a zone it met.

    Raises:
        ValueError: an abbreviation, since one abbreviation means several zones; an offset of a day or more.
    """
    if offset_s is not None:
        return timezone(timedelta(seconds=offset_s))
    if name is None:
        return None
    if name in _GREENWICH:
        return UTC
    raise ValueError(name)


def read_date(text: str, option: str) -> Instant:
    """A date or time that a person typed, UTC unless it says otherwise.

    Raises:
        UsageError: it is none, or lacks the year.
    """
    stamp = read_stamp("iso", text.strip()) or _read_any(text)
    if stamp is None or stamp.year is None:
        raise UsageError(f"{option}: {text!r} is no date; write it like 2026-03-09 or 2026-03-09T12:00:00Z")
    return instant_of(stamp, stamp.year, timezone(timedelta(seconds=stamp.offset_s or 0)))


def zone_of(name: str) -> tzinfo:
    """The zone of an IANA name (`Europe/Berlin`) or a fixed offset (`UTC+09:00`).

    Raises:
        UnknownName: there is none.
    """
    fixed = re.fullmatch(rf"(?:UTC)?({_OFFSET})", name)
    if fixed:
        return timezone(timedelta(seconds=_offset(fixed[1]) or 0))
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnknownName(
            f"unknown time zone {name!r}; give an IANA name such as Asia/Seoul, or an offset such as +09:00"
        ) from None


def instant_of(stamp: Stamp, year: int, zone: tzinfo) -> Instant:
    """The instant of a stamp in a given year and zone; the earlier one where a local time occurs twice."""
    civil = datetime(year, stamp.month, stamp.day, stamp.hour, stamp.minute, stamp.second, tzinfo=zone)
    return Instant(int(civil.timestamp()) * NS + stamp.nanosecond, stamp.digits)


@dataclass(slots=True)
class Trail:
    """The marks of one file: first and last stamped lines, turns of how years are written, New Year, leap days.

    All lines between two neighbouring marks share one year.
    """

    marks: list[Mark] = field(default_factory=list)
    last: Mark | None = None
    leap: bool = False
    """Whether a 29 February stands among the marks since the last turn; one is enough."""

    def add(self, mark: Mark) -> None:
        """Note the next stamped line, in file order."""
        previous = self.last
        self.last = mark
        if previous is None:
            self.marks.append(self.last)
        elif self._matters(previous.stamp, mark.stamp):
            if self.marks[-1] is not previous:
                self.marks.append(previous)
            self.marks.append(self.last)

    def _matters(self, before: Stamp, after: Stamp) -> bool:
        """Whether a line turns the way years are found: written or not, New Year, or the first 29 February since."""
        if (before.year is None) != (after.year is None) or _turns(before, after):
            self.leap = _is_leap_day(after)
            return True
        first = after.year is None and _is_leap_day(after) and not self.leap
        self.leap = self.leap or first
        return first

    def all(self) -> list[Mark]:
        """Every mark, the last stamped line included."""
        if self.last is None or self.marks[-1] is self.last:
            return self.marks
        return [*self.marks, self.last]


STEP_S = 2.0
"""A stamp at most this much before the one above it was written out of order; more is a step. Tool default."""


def stepped_back(before: Stamp, after: Stamp) -> float:
    """Seconds by which the clock was set back between two neighbouring lines; 0 where it was not.

    December after January, without years, is a step of months, not a New Year; lines that write different things about
    their year or zone cannot be compared here.
    """
    if before.offset_s == after.offset_s and _written(before) <= _written(after):
        return 0.0
    if (before.year is None, before.offset_s is None) != (after.year is None, after.offset_s is None):
        return 0.0
    back = _civil_ns(before) - _civil_ns(after)
    return back / NS if back > STEP_S * NS and not _turns(before, after) else 0.0


def _written(stamp: Stamp) -> tuple[int, ...]:
    """The parts of a stamp that order it among stamps of one zone: cheap, since every line is asked."""
    return (stamp.year or 0, stamp.month, stamp.day, stamp.hour, stamp.minute, stamp.second)


def _civil_ns(stamp: Stamp) -> int:
    year = 2000 if stamp.year is None else stamp.year
    civil = datetime(year, stamp.month, stamp.day, stamp.hour, stamp.minute, stamp.second, tzinfo=UTC)
    return (int(civil.timestamp()) - (stamp.offset_s or 0)) * NS + stamp.nanosecond


def _turns(before: Stamp, after: Stamp) -> bool:
    """Whether New Year lies between two neighbouring lines that write no year."""
    return before.year is None and after.year is None and before.month == 12 and after.month == 1


@dataclass(frozen=True, slots=True)
class HostClock:
    """What turns the stamps of one host into moments."""

    zone: tzinfo
    time_zone: TimeZone
    years: Mapping[str, tuple[tuple[int, int], ...]]
    """By file path: (line, year) of each mark without a written year, in line order; a mark holds until the next."""

    def moment(self, path: str, line: int, stamp: Stamp) -> Moment:
        """When a stamped line was written.

        A local time that occurs twice, when clocks go back, is a range of the zone's own step.
        """
        year = self._year(path, line) if stamp.year is None else stamp.year
        if stamp.offset_s is not None:
            return Moment.exactly(instant_of(stamp, year, timezone(timedelta(seconds=stamp.offset_s))))
        early = instant_of(stamp, year, self.zone)
        civil = datetime(year, stamp.month, stamp.day, stamp.hour, stamp.minute, stamp.second, tzinfo=self.zone, fold=1)
        step = civil.replace(fold=0).utcoffset(), civil.utcoffset()
        if step[0] is None or step[1] is None or step[0] <= step[1]:
            return Moment.exactly(early)
        return Moment(early, early.moved((step[0] - step[1]).total_seconds()), "ambiguous_local_time")

    def _year(self, path: str, line: int) -> int:
        stretches = self.years[path]
        return stretches[bisect.bisect_right(stretches, line, key=lambda stretch: stretch[0]) - 1][1]


def choose_zone(option: str | None, stated: str | None, offsets: Iterable[int]) -> tuple[tzinfo, TimeZone]:
    """The zone for stamps that state none: the option, the bundle's word, the one offset that lines state, else UTC.

    Raises:
        UnknownName: the option names no zone.
    """
    if option is not None:
        return zone_of(option), TimeZone(option, "option")
    if stated is not None:
        try:
            return zone_of(stated), TimeZone(stated, "bundle")
        except UnknownName:
            pass
    distinct = set(offsets)
    if len(distinct) == 1:
        seconds = distinct.pop()
        zone = timezone(timedelta(seconds=seconds))
        return zone, TimeZone(_offset_name(seconds), "lines")
    return UTC, TimeZone("UTC", "assumed")


def _offset_name(seconds: int) -> str:
    hours, minutes = divmod(abs(seconds) // 60, 60)
    return f"UTC{'-' if seconds < 0 else '+'}{hours:02d}:{minutes:02d}"


Years = dict[str, tuple[tuple[int, int], ...]]
"""By file path: (line, year) of each mark without a written year, in line order."""


@dataclass(slots=True)
class _WalkBack:
    """The state of a walk from the newest line of a rotation set to the oldest."""

    limit: Instant | None
    """No line still to be met is later than this (but for `SLACK_S`)."""
    year: int | None = None
    after: Stamp | None = None
    run: list[tuple[str, int, int]] = field(default_factory=list)
    """(path, line, year) of the marks whose years depend on each other, newest first."""
    leaps: list[int] = field(default_factory=list)
    """The years of those among them that are a 29 February."""
    settled: list[tuple[str, int, int]] = field(default_factory=list)

    def dated(self, stamp: Stamp, zone: tzinfo) -> None:
        """A line that writes its year: everything before it starts from there."""
        self._begin_anew(instant_of(stamp, stamp.year or 0, zone))

    def undated(self, path: str, mark: Mark, zone: tzinfo) -> None:
        """A line that writes none: the year of the line after it, less one across New Year."""
        year = self._before(mark.stamp, zone)
        if year is None:
            year = _latest_year(mark.stamp, self.limit, zone, path)
        if _is_leap_day(mark.stamp):
            self.leaps.append(year)
        self.year = year
        self.run.append((path, mark.line, year))

    def _before(self, stamp: Stamp, zone: tzinfo) -> int | None:
        """The year that hangs on the line after; `None` where there is none, or none that fits both.

        Where no years fit all leap days of a run, years of silence lie before the line after it.
        """
        if self.year is None or self.after is None:
            return None
        year = self.year - _turns(stamp, self.after)
        shift = _years_back_to_leap_years([*self.leaps, year]) if _is_leap_day(stamp) else 0
        if shift is None or year - shift < FIRST_YEAR:
            oldest = instant_of(self.after, self.year, _zone_at(self.after, zone))
            self._begin_anew(oldest if self.year > FIRST_YEAR + 8 else self.limit)
            return None
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
    walk = _WalkBack(newest)
    for path, trail in reversed(series):
        for mark in reversed(trail.all()):
            if mark.stamp.year is None:
                walk.undated(path, mark, zone)
            else:
                walk.dated(mark.stamp, _zone_at(mark.stamp, zone))
            walk.after = mark.stamp
    known = [*walk.settled, *walk.run]
    return {path: tuple(sorted((line, year) for where, line, year in known if where == path)) for path, _ in series}


def _is_leap_day(stamp: Stamp) -> bool:
    return (stamp.month, stamp.day) == (2, 29)


def _years_back_to_leap_years(years: Sequence[int]) -> int | None:
    """The fewest years back that make all of them leap years; `None` where 40 do not."""
    return next((back for back in range(41) if all(calendar.isleap(year - back) for year in years)), None)


def _zone_at(stamp: Stamp, zone: tzinfo) -> tzinfo:
    return zone if stamp.offset_s is None else timezone(timedelta(seconds=stamp.offset_s))


def _latest_year(stamp: Stamp, limit: Instant | None, zone: tzinfo, path: str) -> int:
    """The latest year in which the stamp exists and is no later than the limit."""
    if limit is None:
        raise NothingAnswerable(
            f"{path}: its lines state no year, and nothing says when the bundle was taken; add --taken DATE"
        )
    newest = min(limit.utc().year + 1, LAST_YEAR)
    for year in range(newest, max(newest - 10, 1), -1):
        exists = calendar.isleap(year) or not _is_leap_day(stamp)
        if exists and instant_of(stamp, year, zone) <= limit.moved(SLACK_S):
            return year
    raise NothingAnswerable(f"{path}: its lines state no year, and {limit} is no date of a log; add --taken DATE")
