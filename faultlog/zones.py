"""Time zones of a host: by name, by what its lines state, by abbreviation; never guessed from this machine."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from faultlog.errors import UnknownName
from faultlog.model import NS, Instant, TimeZone
from faultlog.stamps import ABBREVIATIONS, OFFSET, offset_of
from faultlog.values import dataclass

MAX_RUNS = 200
"""Changes of offset that a host's lines may state; more are no journey. Tool default."""

WORLD_S = (-12 * 3600, 14 * 3600)
"""The first and the last offset in use, in seconds east of UTC: Baker Island's and Kiritimati's."""

CHANGE_S = 7_200.0
"""No zone changes its offset by more at once: Troll's does by this. Source: the tz database since 2012."""

_YEARS = range(2012, 2041)
"""In which the days are known on which some zone changes its offset."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Run:
    """Lines in a row that state one UTC offset as their local time."""

    first: Instant
    last: Instant
    offset_s: int
    """Seconds east of UTC."""


def zone_of(name: str) -> tzinfo:
    """The zone of an IANA name (`Europe/Berlin`) or a fixed offset (`UTC+09:00`).

    Raises:
        UnknownName: there is none.
    """
    fixed = re.fullmatch(rf"(?:UTC)?({OFFSET})", name)
    if fixed:
        return timezone(timedelta(seconds=offset_of(fixed[1]) or 0))
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnknownName(
            f"unknown time zone {name!r}; give an IANA name such as Asia/Seoul, or an offset such as +09:00"
        ) from None


class Travelling(tzinfo):
    """The zone of a host whose lines state several offsets, one after the other: daylight saving time, or a journey.

    Between the last line that states one offset and the first that states the next, either may hold. `fold` 0 gives
    the offset of the earliest instant that a local time can be, 1 that of the latest.
    """

    def __init__(self, runs: Sequence[Run]) -> None:
        self._runs = tuple(runs)

    def utcoffset(self, civil: datetime | None) -> timedelta:
        """The offset that holds at a local time."""
        if civil is None:
            return timedelta(seconds=self._runs[-1].offset_s)
        fitting = self.offsets(civil)
        return timedelta(seconds=min(fitting) if civil.fold else max(fitting))

    def offsets(self, civil: datetime) -> list[int]:
        """Every offset, in seconds, that may hold at a local time."""
        local = int(civil.replace(tzinfo=UTC).timestamp())
        return self._fitting(local) or self._around(local)

    def dst(self, civil: datetime | None) -> timedelta | None:  # noqa: ARG002 (the signature is tzinfo's)
        """Unknown: lines state offsets, not why."""
        return None

    def tzname(self, civil: datetime | None) -> str:
        """The offset, written."""
        return offset_name(int(self.utcoffset(civil).total_seconds()))

    def _fitting(self, local: int) -> list[int]:
        """The offsets whose time on this host, stretched to its neighbours', holds the local time."""
        begins = [None, *(run.last.ns for run in self._runs[:-1])]
        ends = [*(run.first.ns for run in self._runs[1:]), None]
        return [
            run.offset_s
            for run, begin, end in zip(self._runs, begins, ends, strict=True)
            for at in ((local - run.offset_s) * NS,)
            if (begin is None or begin <= at) and (end is None or at <= end)
        ]

    def _around(self, local: int) -> list[int]:
        """A local time that was skipped: the offsets before and after."""
        for before, after in pairwise(self._runs):
            if (local - after.offset_s) * NS <= after.first.ns:
                return [before.offset_s, after.offset_s]
        return [self._runs[-1].offset_s]


class Unsettled(Travelling):
    """The zone of a host whose lines state several offsets in no order in time: any of them may hold at any time."""

    def offsets(self, civil: datetime) -> list[int]:  # noqa: ARG002 (the signature is its parent's)
        """Every offset that lines state."""
        return sorted({run.offset_s for run in self._runs})


class Unknown(Unsettled):
    """The zone of a host whose lines contradict the one that was taken: any of the world's."""

    def __init__(self, *, fits: bool) -> None:
        """Know nothing but what its lines bound.

        Args:
            fits: whether some offset keeps all of them in order; else the clock was set.
        """
        super().__init__([Run(Instant(0), Instant(0), offset) for offset in WORLD_S])
        self.fits = fits

    def apart(self, first: Instant, second: Instant) -> tuple[float, float | None]:
        """Seconds between two of its local times, each written as if it were UTC: at least, and at most.

        Its offset may have changed between them, where that of any zone of the world did.
        """
        if not self.fits:
            return 0.0, None
        changed = CHANGE_S if changes_between(first, second) else 0.0
        since = second.since(first)
        return max(0.0, since - changed), max(0.0, since + changed)


def changes_between(first: Instant, second: Instant) -> bool:
    """Whether the offset of some zone of the world may change from one local time to another one."""
    begin, end = (at.utc().date() for at in sorted((first, second)))
    if begin.year not in _YEARS or end.year not in _YEARS or (end - begin).days > 366:
        return True
    return any(begin - _DAY <= day <= end + _DAY for year in {begin.year, end.year} for day in _changing(year))


@cache
def _changing(year: int) -> frozenset[date]:
    """The days of a year in which the offset of some zone changes."""
    days = [datetime(year, 1, 1, tzinfo=UTC) + number * _DAY for number in range(367)]
    zones = [ZoneInfo(name) for name in available_timezones()]
    return frozenset(
        later.date()
        for zone in zones
        for earlier, later in pairwise(days)
        if zone.utcoffset(earlier.replace(tzinfo=zone)) != zone.utcoffset(later.replace(tzinfo=zone))
    )


def offsets_at(zone: tzinfo, civil: datetime) -> tuple[int, int]:
    """Seconds east of UTC that a local time may have in a zone: for `fold` 0 and 1; equal where it occurs once.

    The first is larger where the time occurs twice, smaller where it is skipped.
    """
    first, second = (zone.utcoffset(civil.replace(tzinfo=zone, fold=fold)) for fold in (0, 1))
    return (int(first.total_seconds()) if first else 0, int(second.total_seconds()) if second else 0)


def offsets_possible(zone: tzinfo, civil: datetime) -> tuple[int, ...]:
    """Every offset that a local time may have in a zone: more than two on a journey of several legs."""
    return tuple(zone.offsets(civil)) if isinstance(zone, Travelling) else offsets_at(zone, civil)


def choose_zone(option: str | None, stated: str | None, runs: Iterable[Run]) -> tuple[tzinfo, TimeZone]:
    """The zone for stamps that state none: the option, the bundle's word, the offsets that lines state, else UTC.

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
    stated_runs = sorted(runs, key=lambda one: (one.last, one.first))
    if not stated_runs:
        return UTC, TimeZone("UTC", "assumed")
    joined = joined_runs(stated_runs)
    last = (joined or stated_runs)[-1].offset_s
    if not joined:
        return Unsettled(stated_runs), TimeZone(offset_name(last), "lines")
    zone = timezone(timedelta(seconds=last)) if len(joined) == 1 else Travelling(joined)
    return zone, TimeZone(offset_name(last), "lines")


def joined_runs(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Runs of all logs as one sequence; none where they contradict each other or are too many to be a journey."""
    joined: list[Run] = []
    for run in sorted(runs, key=lambda one: (one.first, one.last, one.offset_s)):
        if joined and joined[-1].offset_s == run.offset_s:
            joined[-1] = Run(joined[-1].first, max(joined[-1].last, run.last), run.offset_s)
        elif joined and run.first < joined[-1].last:
            return ()
        else:
            joined.append(run)
    return tuple(joined) if len(joined) <= MAX_RUNS else ()


def offset_name(seconds: int) -> str:
    """An offset as a zone's name, e.g. `UTC+09:00`."""
    hours, minutes = divmod(abs(seconds) // 60, 60)
    return f"UTC{'-' if seconds < 0 else '+'}{hours:02d}:{minutes:02d}"


def offsets_meant(abbreviation: str, zone: tzinfo, civil: datetime) -> tuple[int, ...]:
    """What an abbreviation can mean on a host of this zone: the zone's own offset where it uses the abbreviation."""
    own = {
        offset
        for fold, offset in enumerate(offsets_at(zone, civil))
        if zone.tzname(civil.replace(tzinfo=zone, fold=fold)) == abbreviation
    }
    return tuple(own) or ABBREVIATIONS[abbreviation]
