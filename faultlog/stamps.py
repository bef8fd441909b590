"""Stamps as lines write them: the only module that parses time.

A **stamp** is perhaps without year or zone; the **clock** of a host makes a `Moment` of it, late.
"""

import calendar
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

from faultlog.errors import UsageError
from faultlog.model import NS, Instant, Stamp
from faultlog.values import dataclass

Layout = Literal["syslog", "iso", "epoch", "any"]
"""How a format writes its stamps. `any` asks dateutil, slowly."""

FIRST_YEAR, LAST_YEAR = 1969, 9998
"""Years in which a stamp of a log can lie; a clock that was never set shows 1969 west of Greenwich. Every instant of
them exists in every zone, and so does the year after."""

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
OFFSET = r"[+-](?:[01][0-9]|2[0-3]):?[0-5][0-9]"
"""An offset as lines write it: `+09:00`, `-0700`."""

_TAIL = re.compile(rf"(?:[.,](\d{{1,9}}))? ?(Z|{OFFSET})?")
_EPOCH = re.compile(r"([0-9]{1,10})(?:\.([0-9]{0,9}))?")
_GREENWICH = frozenset({"UTC", "GMT", "Z"})


def _hours(*each: float) -> tuple[int, ...]:
    return tuple(int(one * 3600) for one in each)


ABBREVIATIONS: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {
        "ACST": _hours(9.5), "AEDT": _hours(11), "AEST": _hours(10), "AST": _hours(-4, 3), "AWST": _hours(8),
        "BST": _hours(1, 6), "CDT": _hours(-5, -4), "CEST": _hours(2), "CET": _hours(1), "CST": _hours(-6, 8, -5),
        "EDT": _hours(-4), "EEST": _hours(3), "EET": _hours(2), "EST": _hours(-5, 10), "HKT": _hours(8),
        "IST": _hours(5.5, 2, 1), "JST": _hours(9), "KST": _hours(9), "MDT": _hours(-6), "MSK": _hours(3),
        "MST": _hours(-7, 8), "NPT": _hours(5.75), "NZDT": _hours(13), "NZST": _hours(12), "PDT": _hours(-7),
        "PST": _hours(-8, 8), "SGT": _hours(8), "WEST": _hours(1), "WET": _hours(0),
    }
)  # fmt: skip
"""Offsets that an abbreviation can mean: IST is India, Israel and Ireland. Source: the tz database's own usage."""


def read_stamp(layout: Layout, text: str) -> Stamp | None:
    """The stamp that a text writes, or `None` where it writes none that a log can have.

    31 February is no date, +25:00 no offset, and a year before `FIRST_YEAR` or after `LAST_YEAR` none of a log.

    >>> stamp = read_stamp("syslog", "Mar  3 14:47:34")
    >>> stamp.month, stamp.day, stamp.hour, stamp.year, stamp.offset_s
    (3, 3, 14, None, None)
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
        nanoseconds_of(fraction or ""), len(fraction or ""), offset_of(offset),
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
def offset_of(text: str | None) -> int | None:
    """Seconds east of UTC that an offset writes; `Z` is zero."""
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
    return stamp_of(Instant(int(whole) * NS + nanoseconds_of(fraction), len(fraction)))


def nanoseconds_of(fraction: str) -> int:
    """What the digits behind a second's point are worth; none are worth nothing."""
    return int(fraction.ljust(9, "0"))


def stamp_of(instant: Instant) -> Stamp:
    """The stamp that writes an instant in UTC."""
    whole, rest = divmod(instant.ns, NS)
    civil = datetime.fromtimestamp(whole, UTC)
    return Stamp(civil.month, civil.day, civil.hour, civil.minute, civil.second, civil.year, rest, instant.digits, 0)


def _read_any(text: str, *, dayfirst: bool = False) -> Stamp | None:
    """Ask dateutil twice with different defaults: what differs was not in the text."""
    from dateutil import parser

    readings = []
    zone = _WrittenZone()
    for default in (datetime(2000, 1, 1), datetime(2004, 2, 2)):  # noqa: DTZ001 (naive on purpose: is a zone written?)
        try:
            readings.append(parser.parse(text, default=default, tzinfos=zone, dayfirst=dayfirst))
        except (ValueError, ArithmeticError):  # a number too large for a date, or for its own library of decimals
            return None
    first, second = readings
    year = first.year if first.year == second.year else None
    if (first.month, first.day) != (second.month, second.day) or not _is_of_a_log(year):
        return None
    offset = first.utcoffset()
    return Stamp(
        first.month, first.day, first.hour, first.minute, first.second, year,
        first.microsecond * 1000, 6 if first.microsecond else 0,
        None if offset is None else int(offset.total_seconds()), zone.abbreviation,
    )  # fmt: skip


@dataclass(slots=True)
class _WrittenZone:
    """What dateutil makes of a zone it met; an abbreviation that is one is kept, since it may mean several zones."""

    abbreviation: str | None = None

    def __call__(self, name: str | None, offset_s: int | None) -> tzinfo | None:
        """The zone of an offset or of Greenwich.

        Raises:
            ValueError: letters that are no zone; an offset of a day or more.
        """
        if offset_s is not None:
            return timezone(timedelta(seconds=offset_s))
        if name is None or name in _GREENWICH:
            return None if name is None else UTC
        if name not in ABBREVIATIONS:
            raise ValueError(name)
        self.abbreviation = name
        return None


def read_date(text: str, option: str) -> Instant:
    """A date or time that a person typed, UTC unless it says otherwise.

    Raises:
        UsageError: it is none, lacks the year, or can be two dates.
    """
    stamp = read_stamp("iso", text.strip()) or _read_any(text)
    year_leads = text.strip()[:4].isdecimal()  # then the month follows
    if not year_leads and stamp != _read_any(text, dayfirst=True):
        raise UsageError(f"{option}: {text!r} can be two dates; write the year, the month and the day, like 2026-03-09")
    if stamp is None or stamp.year is None or stamp.abbreviation is not None:
        raise UsageError(f"{option}: {text!r} is no date; write it like 2026-03-09 or 2026-03-09T12:00:00Z")
    return instant_of(stamp, stamp.year, timezone(timedelta(seconds=stamp.offset_s or 0)))


def instant_of(stamp: Stamp, year: int, zone: tzinfo) -> Instant:
    """The instant of a stamp in a given year and zone; the earlier one where a local time occurs twice."""
    civil = datetime(year, stamp.month, stamp.day, stamp.hour, stamp.minute, stamp.second, tzinfo=zone)
    return Instant(int(civil.timestamp()) * NS + stamp.nanosecond, stamp.digits)
