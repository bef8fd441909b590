"""What a person asks for on the command line, as values: options, a window of time, and the words that ask it again."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from faultlog import stamps, zones
from faultlog.errors import UsageError
from faultlog.model import Instant

if TYPE_CHECKING:
    from faultlog.identity import Told
    from faultlog.pipeline import Options


def told(
    tz: str | None,
    taken: str | None,
    system: Literal["macos", "linux"] | None,
    version: str | None,
    connector: str | None,
) -> "Told":
    """What the person knows of the host.

    Raises:
        UsageError: an option means nothing; says why.
    """
    from faultlog.identity import Told, version_told  # who only asks needs nothing of what answers

    if tz is not None:
        zones.zone_of(tz)
    return Told(
        os=system,
        os_version=version_told("--os-version", version),
        connector=version_told("--connector", connector),
        taken=None if taken is None else stamps.read_date(taken, "--taken"),
        tz=tz,
    )


def options(
    known: "Told", rules: list[Path] | None, parsers: list[Path] | None, *, full: bool, jobs: int | None, kept: bool
) -> "Options":
    """All that is asked besides the bundle; without a number of jobs, one for each core; whether the case is kept."""
    from faultlog.pipeline import Options

    return Options(known, tuple(rules or ()), tuple(parsers or ()), full=full, jobs=jobs or cores(), hashed=kept)


def cores() -> int:
    """Cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS and Windows do not say
        return os.cpu_count() or 1


def words(**given: object) -> list[str]:
    """Options as they were given, for a command that has to ask the same."""
    each = [(name, one) for name, value in given.items() for one in (value if isinstance(value, list) else [value])]
    named = [(f"--{name.replace('_', '-')}", one) for name, one in each if one is not None]
    return [word for name, one in named for word in ((name,) if one is True else (name, str(one)))]


def window(since: str | None, until: str | None) -> tuple[Instant | None, Instant | None]:
    """What is shown of a case.

    Raises:
        UsageError: one of them is no time, or nothing lies between them.
    """
    begin = None if since is None else stamps.read_date(since, "--since")
    end = None if until is None else stamps.read_date(until, "--until")
    if begin is not None and end is not None and end < begin:
        raise UsageError(f"--since {since} is after --until {until}: nothing lies between them; exchange the two")
    return begin, end
