"""Run by `test_time_travel` in a process of its own: the cases of some paths on several made-up days, as JSON.

Usage: `python elsewhere.py CHECKOUT DAY,DAY,… PATH…`. Time stands still at each day; what asks for it gets that.
"""

import datetime as dt
import json
import sys
import time

TAKEN = (None, "2026-01-05")


class Today:
    """The made-up day: seconds since 1970."""

    seconds = 0.0


class FakedDateTime(dt.datetime):
    """The present is the made-up day."""

    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(Today.seconds, tz)

    @classmethod
    def utcnow(cls):
        return cls.fromtimestamp(Today.seconds, dt.UTC).replace(tzinfo=None)

    @classmethod
    def today(cls):
        return cls.fromtimestamp(Today.seconds)


class FakedDate(dt.date):
    """Today is the made-up day."""

    @classmethod
    def today(cls):
        return cls.fromtimestamp(Today.seconds)


def fake_the_clock() -> None:
    """Whoever imports a clock from now on gets the faked one."""
    localtime, gmtime = time.localtime, time.gmtime
    time.time = lambda: Today.seconds
    time.time_ns = lambda: int(Today.seconds * 1e9)
    time.localtime = lambda seconds=None: localtime(Today.seconds if seconds is None else seconds)
    time.gmtime = lambda seconds=None: gmtime(Today.seconds if seconds is None else seconds)
    dt.datetime, dt.date = FakedDateTime, FakedDate


def said_of(path: str, taken: str | None) -> str:
    """The bytes of a case document, or why there is none."""
    from faultlog.errors import FaultlogError
    from faultlog.identity import Told
    from faultlog.pipeline import Options, analyze_with
    from faultlog.report.document import to_json
    from faultlog.stamps import read_date
    from tests.logs import knowledge

    try:
        told = Told(taken=None if taken is None else read_date(taken, "--taken"))
        return to_json(analyze_with(knowledge(), [path], Options(told=told), lambda path, size: None))
    except FaultlogError as error:
        return f"{type(error).__name__}: {error}"


def main(checkout: str, days: str, *paths: str) -> None:
    """Print what is said of each path on any of the days, with and without the day on which it was taken."""
    sys.path.insert(0, checkout)
    fake_the_clock()
    said: dict[str, set[str]] = {}
    for day in days.split(","):
        Today.seconds = dt.datetime.fromisoformat(day).timestamp()
        assert (str(dt.date.today()), time.time()) == (day[:10], Today.seconds)  # noqa: DTZ011 - the fake is in place
        for path in paths:
            for taken in TAKEN:
                said.setdefault(f"{path} {taken}", set()).add(said_of(path, taken))
    print(json.dumps({key: sorted(texts) for key, texts in said.items()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
