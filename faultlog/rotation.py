"""Which files are one log: rotation sets, their numbers, and what a file is to the host, all by base name."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from faultlog.model import Role
from faultlog.values import dataclass

_SUFFIX = re.compile(
    r"(?P<stem>.+?)(?:\.(?P<number>\d{1,4})"
    r"|[-.](?P<date>20\d{2}-?[01]\d-?[0-3]\d)(?:[-T._]?(?P<time>\d{2}(?::?\d{2}){0,2}))?"
    r"|[-.](?P<epoch>1\d{9}))?"
)
_BEFORE_EXTENSION = re.compile(r"(?P<name>[A-Za-z_]+)(?P<suffix>[-.]\d[-.\dT_:]*)(?P<extension>\.log)")
"""`ampdaemon.1.log`: logrotate's option `extension` puts the suffix before it."""

_COPY = re.compile(
    r"(?P<name>.+?)(?: ?\(\d{1,3}\)| - [Cc]opy|[ ._-][Cc]opy| - 복사본| 복사본|의 사본|\.(?:bak|old|orig|save)|~)"
)
"""`ampdaemon.log (1)`, `ampdaemon - Copy.log`: a name that browsers, file managers and people give to another copy."""

_ROLES: Final[Sequence[tuple[re.Pattern[str], Role]]] = (
    (re.compile(r"ampdaemon\.log"), "connector"),
    (re.compile(r"ampscansvc.*"), "scan_service"),
    (re.compile(r"system\.log|messages|syslog|kern\.log"), "system"),
)
"""By stem, whatever folder it stands in: the vendor's names, and the usual names of system logs."""

PROCESSES: Final[dict[Role, str]] = {"connector": "ampdaemon", "scan_service": "ampscansvc"}
"""The process whose log a file is: lines that name none are its."""


@dataclass(frozen=True, slots=True)
class Name:
    """A file name taken apart."""

    stem: str
    number: int | None
    date: str | None
    time: str = ""
    """The digits behind the date: hour, perhaps minute and second."""


def take_apart(base: str) -> Name:
    """A base name without compression suffix, split into its stem and rotation suffix.

    >>> take_apart("ampdaemon.log.3")
    Name(stem='ampdaemon.log', number=3, date=None, time='')
    >>> take_apart("messages-20260308").date
    '20260308'
    """
    base = _without_copy(base)
    inner = _BEFORE_EXTENSION.fullmatch(base)
    found = _SUFFIX.fullmatch(inner["name"] + inner["extension"] + inner["suffix"] if inner is not None else base)
    if found is None:
        return Name(base, None, None)
    if found["epoch"]:
        written = datetime.fromtimestamp(int(found["epoch"]), UTC)
        return Name(found["stem"], None, f"{written:%Y%m%d}", f"{written:%H%M%S}")
    date = found["date"]
    return Name(
        found["stem"],
        int(found["number"]) if found["number"] else None,
        date.replace("-", "") if date else None,
        (found["time"] or "").replace(":", ""),
    )


def _without_copy(base: str) -> str:
    """The name that a file had before somebody copied it beside itself."""
    stem, dot, extension = base.rpartition(".")
    copied = _COPY.fullmatch(stem) if extension == "log" else None
    plain = f"{copied['name']}{dot}{extension}" if copied is not None else base
    found = _COPY.fullmatch(plain)
    return found["name"] if found is not None else plain


def role_of(base: str) -> Role | None:
    """What a file of this base name is to the host; `None` where the name says nothing."""
    stem = take_apart(base).stem
    return next((role for pattern, role in _ROLES if pattern.fullmatch(stem)), None)


def series_of(path: str, base: str) -> str:
    """The rotation set a file belongs to: its folder and its stem."""
    folder, slash, _ = path.rpartition("/")
    return f"{folder}{slash}{take_apart(base).stem}"


def are_nested(one: str, other: str) -> bool:
    """Whether the folder of one rotation set is that of the other, or lies in it, or around it.

    >>> are_nested("var/log/a.log", "var/log/old/a.log"), are_nested("var/log/a.log", "home/a.log")
    (True, False)
    """
    folders = sorted((series.rpartition("/")[0] for series in (one, other)), key=len)
    return not folders[0] or f"{folders[1]}/".startswith(f"{folders[0]}/")


def numbers_of(bases: Sequence[str]) -> list[int]:
    """The rotation numbers of the files of one rotation set: 0 for the live file, upwards into the past.

    A number counts backwards in time (`.10` is older than `.9`), a date forwards; where copies count from `.0` the
    live file stands before it.

    Args:
        bases: their base names, compression suffix removed.

    >>> numbers_of(["a.log", "a.log.0", "a.log.1"])
    [0, 1, 2]
    >>> numbers_of(["messages-20251228", "messages", "messages-20260104"])
    [2, 0, 1]
    """
    names = [take_apart(base) for base in bases]
    from_zero = any(name.number == 0 for name in names)
    dates = sorted({(name.date, name.time) for name in names if name.date is not None}, reverse=True)
    return [_rotation(name, dates, from_zero) for name in names]


def _rotation(name: Name, dates: Sequence[tuple[str, str]], from_zero: bool) -> int:  # noqa: FBT001 (a fact of the set, no mode)
    if name.date is not None:
        return dates.index((name.date, name.time)) + 1
    return 0 if name.number is None else name.number + from_zero
