"""A small language to write logs in tests, and the case that they give.

`log("12:00:00 Fault Raised: 6", "12:40:00 connector started")` is a log of 3 March 2026 in the plain ISO shape, written
by ampdaemon on the host mac; `"12:05:00 kernel| Darwin Kernel Version 20.1.0"` names another process, and an entry
without time stands as it is.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from faultlog.case import Case, FaultInterval, Finding, Pattern, Remedy
from faultlog.elapsed import STEADY, Point
from faultlog.grouping import first_of_groups
from faultlog.holes import Observation
from faultlog.identity import Told
from faultlog.model import Instant, Moment, Signal, SignalKind
from faultlog.pipeline import Knowledge, Options, analyze_with, load_knowledge

DAY = "2026-03-03"
BOOT = "kernel| Darwin Kernel Version 20.1.0"
"""A boot, as the kernel words it."""

_ENTRY = re.compile(r"(?P<time>\d\d:\d\d:\d\d(?:\.\d+)?) (?:(?P<process>[\w.-]+)\| )?(?P<message>.*)", re.DOTALL)


def log(*entries: str, end: str = "\n") -> str:
    """A log of these entries, one line each."""
    return "\n".join(map(_line, entries)) + end


def _line(entry: str) -> str:
    found = _ENTRY.fullmatch(entry)
    if found is None:
        return entry
    process = found["process"] or "ampdaemon[71]"
    return f"{DAY}T{found['time']}Z mac {process}: {found['message']}"


def on(time: str) -> Instant:
    """The instant of a time of that day."""
    return Instant.of(f"{DAY}T{time}Z")


def clock(seconds: float) -> str:
    """The time of the day, to the second or, where it has a fraction, the millisecond."""
    whole, rest = divmod(round(seconds * 1000), 1000)
    text = f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"
    return f"{text}.{rest:03d}" if rest else text


def watched(*signals: Signal, end: Instant | None = None) -> Observation:
    """One log that was observed without a hole, from the first of some signals to the last, or to an instant."""
    begin, last = signals[0].when, Moment.exactly(end) if end is not None else signals[-1].when
    return Observation((Point(begin, 0, float("-inf")), Point(last, 0, float("inf"))), (), 0)


def firsts(case: Case, kind: SignalKind) -> list[Instant | None]:
    """When each group of a kind of lines began."""
    groups = first_of_groups(case.signals, kind, watched(*case.signals), STEADY) if case.signals else ()
    return [one.signal.when.at for one in groups]


@cache
def knowledge() -> Knowledge:
    """The built-in formats and rules."""
    return load_knowledge(Options())


@cache
def warmed() -> None:
    """What a child of this process needs is loaded here, as a worker has it: once, not in each child."""
    from faultlog.fleet.warming import warm

    warm(knowledge(), Options())


def _silent(path: str, size: int) -> None:
    """Progress that nobody watches."""


def case_of(files: str | Mapping[str, str | bytes], *, full: bool = False, **told: Any) -> Case:
    """The case of a log named ampdaemon.log, or of files by path.

    Args:
        files: one log's text, or the content of each file.
        full: whether every line is read, and counted by minute.
        told: what the person says of the host, as in `Told`.
    """
    named: Mapping[str, str | bytes] = {"ampdaemon.log": files} if isinstance(files, str) else files
    with TemporaryDirectory() as folder:
        for name, text in named.items():
            path = Path(folder) / "bundle" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode() if isinstance(text, str) else text)
        given = Path(folder) / "bundle" / ("ampdaemon.log" if isinstance(files, str) else "")
        return analyze_with(knowledge(), [given], Options(told=Told(**told), full=full), _silent)


def fault(case: Case, fault_id: int) -> list[FaultInterval]:
    """The intervals of one fault."""
    return [interval for interval in case.intervals if interval.fault_id == fault_id]


def spans(case: Case, fault_id: int) -> list[tuple[str | None, str | None]]:
    """Times of the observed ends of a fault's intervals."""
    return [
        (time(one.raised.at), time(one.cleared.at if one.cleared.kind == "observed" else None))
        for one in fault(case, fault_id)
    ]


def time(instant: Instant | None) -> str | None:
    """The time of the day."""
    return None if instant is None else str(instant)[11:-1]


def finding(case: Case, after: str, interval: str = "f6-1") -> Finding | None:
    """The one finding of an interval for an anchor."""
    found = [one for one in case.findings if one.interval == interval and one.expectation.after == after]
    assert len(found) <= 1
    return found[0] if found else None


def verdict(case: Case, after: str, interval: str = "f6-1") -> str | None:
    """The verdict for an anchor; `None` where there is nothing to judge."""
    found = finding(case, after, interval)
    return None if found is None else found.verdict


def remedy(case: Case, interval: str) -> Remedy:
    """The one remedy row of an interval."""
    (found,) = [one for one in case.remedies if one.interval == interval]
    return found


def pattern(case: Case, name: str) -> Pattern:
    """The one row of a pattern."""
    (found,) = [one for one in case.patterns if one.pattern == name]
    return found


def kinds(case: Case) -> list[str]:
    """The signals' kinds, in their order."""
    return [signal.kind for signal in case.signals]


def keys(texts: Any) -> set[str]:
    """The keys of some texts."""
    return {text.key for text in texts}
