"""How a stamp may be written: the dates that are tried, and the layout that a text around a time of day has.

Dates of one **family** read the same digits in another order: which one is meant, values must say, never a guess.
"""

import re
from collections.abc import Iterator
from functools import cache

from faultlog.layouts import AFTERNOON, DIRECTIVES, pattern_of
from faultlog.stamps import ABBREVIATIONS, OFFSET
from faultlog.values import dataclass

_ORDERS: tuple[tuple[str, ...], ...] = (
    ("%-d.%-m.", "%-m.%-d."),
    ("%d%m%Y", "%m%d%Y"),
    *(
        orders
        for mark in ("/", ".", "-")
        for orders in (
            (f"%-d{mark}%-m{mark}%Y", f"%-m{mark}%-d{mark}%Y"),
            (f"%-d{mark}%-m{mark}%y", f"%-m{mark}%-d{mark}%y", f"%y{mark}%-m{mark}%-d"),
            (f"%-d{mark}%-m", f"%-m{mark}%-d"),
        )
    ),
)
"""Families with several orders."""
_PLAIN: tuple[str, ...] = (
    "%Y-%-m-%-d", "%Y/%-m/%-d", "%Y.%-m.%-d", "%Y. %-m. %-d.", "%Y년 %-m월 %-d일", "%Y%m%d",
    "%e %b %Y", "%e-%b-%Y", "%e/%b/%Y", "%e. %b %Y", "%e %B %Y", "%e-%b-%y", "%Y %b %e", "%Y-%b-%d",
    "%b %e %Y", "%b %e, %Y", "%B %e, %Y", "%b %e", "%B %e", "%e %b", "%e-%b", "%b/%d",
)  # fmt: skip
FAMILIES: tuple[tuple[str, ...], ...] = (*((one,) for one in _PLAIN), *_ORDERS)
"""Dates that are tried, padded or not; those of one family read the same text."""
GLOG = "%m%d"
"""The date of glog and klog, right behind the letter of a level: month before day by their own documentation."""

_MONTH_NAME = re.compile(DIRECTIVES["%b"])
_BETWEEN = r"""(?P<between>T|[ \t_,;|:\-]{1,3}|[ ]at[ ]|"?[ ,;]{0,2}[A-Za-z][\w.]{0,15}="?|",[ ]?"\w{1,16}":[ ]?")"""
_HALF = rf"(?P<half>[ ]?(?:{DIRECTIVES['%p']})(?![A-Za-z]))"
_ZONE = rf"(?P<zone>[ ]?(?:Z|UTC|GMT|{OFFSET}|{'|'.join(sorted(ABBREVIATIONS))})(?![A-Za-z0-9]))"
_TIME = (
    rf"(?:(?P<early>{'|'.join(map(re.escape, AFTERNOON))})[ ])?"
    r"(?P<hour>[0-2]?[0-9])(?P<mark>[:.\-h])[0-5][0-9](?P<mark2>(?P=mark)|m)[0-5][0-9]"
    rf"(?P<fraction>[.,][0-9]{{1,9}}|:[0-9]{{3}})?{_HALF}?{_ZONE}?(?P<year>[ ](?:19|20)[0-9]{{2}}(?![0-9]|[-/.][0-9]))?"
)
_COMPACT = rf"(?P<compact>[0-2][0-9][0-5][0-9][0-5][0-9])(?P<fraction>[.,][0-9]{{1,9}})?{_ZONE}?"
_WEEKDAY = rf"(?:(?P<weekday>{DIRECTIVES['%A']}|{DIRECTIVES['%a']})(?P<after>,?[ ]))?"
_NOT_INSIDE = r"(?<![0-9])(?<![0-9][-/.:])"
_ALONE = r"(?![0-9])"


@dataclass(frozen=True, slots=True)
class Form:
    """A layout that a text was found to have, and where."""

    layout: str
    start: int
    end: int
    date: str
    """The date in it."""


@cache
def _searches(date: str) -> tuple["re.Pattern[str]", ...]:
    """Date before time, and time before date."""
    written = pattern_of(date)
    start = _NOT_INSIDE if date[1] not in "bB" else "(?<![A-Za-z])"
    if date == GLOG:
        return (re.compile(rf"(?<=\b[A-Z]){written}(?P<between>[ ]){_TIME}{_ALONE}"),)
    if date == "%Y%m%d":
        compact = re.compile(rf"{start}{written}(?P<between>[T_ \-]?){_COMPACT}{_ALONE}")
        return compact, re.compile(rf"{start}{written}{_BETWEEN}{_TIME}{_ALONE}")
    forward = re.compile(rf"{_WEEKDAY}{start}{written}{_BETWEEN}{_TIME}{_ALONE}")
    return forward, re.compile(rf"{_NOT_INSIDE}{_TIME}{_BETWEEN}(?P<late>{written}){_ALONE}")


_EPOCH = re.compile(
    r"(?<![0-9.])(?P<seconds>1[0-9]{9}(?:\.[0-9]{1,9})?)(?![0-9.])|(?<![0-9.])1[0-9]{12}(?:[0-9]{3}){0,2}(?![0-9.])"
)


def forms_in(text: str) -> Iterator[Form]:
    """Every stamp that a text may write; of each layout the first."""
    months = _MONTH_NAME.search(text) is not None
    for family in (*FAMILIES, (GLOG,)):
        if not _may_hold(text, family[0], months=months):
            continue
        found = [each for search in _searches(family[0]) if (each := search.search(text)) is not None]
        for each in found:
            yield from (Form(_layout(each, date), each.start(), each.end(), date) for date in family)
        others = [search for date in family[1:] for search in _searches(date)] if not found else []
        for each in (one for search in others if (one := search.search(text)) is not None):
            yield from (Form(_layout(each, date), each.start(), each.end(), date) for date in family)
    for number in _EPOCH.finditer(text):
        yield Form("epoch" if number["seconds"] else "%s%f", number.start(), number.end(), "")


@cache
def _marks(date: str) -> tuple[frozenset[str], bool]:
    """What a date must hold: its signs, and whether a month's name."""
    return frozenset(re.sub(r"%-?[A-Za-z]| ", "", date)), "%b" in date or "%B" in date


def _may_hold(text: str, date: str, *, months: bool) -> bool:
    """Whether a text holds the signs of a date; most lines lack those of most dates."""
    signs, named = _marks(date)
    return (months or not named) and all(sign in text for sign in signs)


def _layout(found: "re.Match[str]", date: str) -> str:
    parts = found.groupdict()
    time = _time(parts)
    if parts.get("late"):
        return time + _literal(found["between"]) + date
    weekday = parts.get("weekday")
    day = "" if not weekday else ("%a" if len(weekday) == 3 else "%A") + found["after"]
    return day + date + _literal(found["between"]) + time


def _time(parts: "dict[str, str | None]") -> str:
    zone, year = parts.get("zone") or "", parts.get("year") or ""
    written = zone.strip()
    last = "" if not zone else zone[: len(zone) - len(written)] + ("%Z" if written in ABBREVIATIONS else "%z")
    if parts.get("compact"):
        return f"%H%M%S%.f{last}"
    half, early, mark = parts.get("half") or "", parts.get("early"), parts["mark"]
    hour = "%-I" if half or early else "%-H"
    fraction = ":%f" if (parts["fraction"] or "").startswith(":") else "%.f"
    after = half[: len(half) - len(half.strip())] + "%p" if half else ""
    body = f"{hour}{mark}%M{parts['mark2']}%S{fraction}{after}{last}"
    return ("%p " if early else "") + body + (" %Y" if year else "")


def _literal(text: str) -> str:
    return text.replace("%", "%%")
