"""The life of a simulated connector, and how its lines are written.

Schedule and noise are played in time order into lines without a shape; a layout writes a line in one.
"""

import heapq
import itertools
import random
import zlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from faultlog.model import NS, Instant
from faultlog.simulation.scenarios import (
    DAEMON_NOISE,
    LINUX_NOISE,
    MACOS_NOISE,
    NEAR_MISSES,
    SCAN_NOISE,
    Happening,
    LogName,
    Scenario,
    Shape,
)
from faultlog.values import dataclass

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Filler:
    """What the noise of the connector's processes holds besides what they say of themselves."""

    near_misses: tuple[tuple[str, str], ...] = NEAR_MISSES
    """Module and message, with blanks as in `DAEMON_NOISE`."""
    share: float = 0.15
    """Of them, among all lines of noise; 0 to 1."""
    tick: int = 0
    """Nanoseconds between two lines of filled noise; with 0, those of about 8 KiB share one stamp."""


USUAL = Filler()
"""What nobody asked to be otherwise."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line that a process wrote, before it has a shape."""

    at: Instant
    file: LogName
    process: str
    pid: int | None
    level: str
    module: str
    message: str
    happening: Happening | None = None
    """What it tells; `None` for noise."""


@dataclass(frozen=True, slots=True)
class Source:
    """Something that makes noise for as long as its process runs."""

    log: LogName
    gap: float
    """Mean seconds between two lines."""
    noise: tuple[tuple[str, str], ...]
    steady: bool = False
    """Whether every gap is the mean."""


def _sources(scenario: Scenario) -> tuple[Source, ...]:
    pace = scenario.pace
    return (
        Source("connector", pace, DAEMON_NOISE),
        Source("scan_service", pace * 2.5, SCAN_NOISE),
        Source("connector", 300, (("cloud", "heartbeat {n} acknowledged in {m} ms"),), steady=True),
        Source("connector", 1800, (("policy", "policy fetched, serial {n}, unchanged"),), steady=True),
        Source("system", pace * 6, MACOS_NOISE if scenario.os == "macos" else LINUX_NOISE),
    )


def repeatable(*parts: object) -> random.Random:
    """A generator that gives the same numbers for the same parts, on every machine."""
    return random.Random("/".join(str(part) for part in parts))  # noqa: S311 - repeatable on purpose


def noise(rng: random.Random, source: Source, os: str, filler: Filler) -> tuple[str, str]:
    """Module (or process) and message of one line of noise."""
    nearly = source.log != "system" and not source.steady and rng.random() < filler.share
    module, template = rng.choice(filler.near_misses if nearly else source.noise)
    home = "/Users" if os == "macos" else "/home"
    stem, suffix = rng.choice(("report", "build", "photo", "index")), rng.choice(("pdf", "o", "jpg", "db"))
    return module, template.format(
        n=rng.randrange(1, 10000),
        m=rng.randrange(1, 100),
        hex=f"{rng.getrandbits(64):016x}",
        path=f"{home}/{rng.choice(('mina', 'jonas', 'aiko'))}/work/{stem}-{rng.randrange(1000)}.{suffix}",
    )


@dataclass(frozen=True, slots=True)
class Span:
    """The daemon's life from a start to the next stop."""

    since: Instant
    until: Instant
    pid: int


class Life:
    """The host from the scenario's start to its end: plays schedule and noise in time order, once."""

    def __init__(self, scenario: Scenario, rng: random.Random, filler: Filler = USUAL) -> None:
        self.lines: list[Line] = []
        self.spans: list[Span] = []
        self._scenario = scenario
        self._filler = filler
        self._rng = rng
        self._pid = rng.randrange(80, 400)
        self._daemon: tuple[Instant, int] | None = (scenario.start, self._fork()) if scenario.running else None
        self._scan = self._fork() if scenario.running else None
        self._busy = False
        self._order = itertools.count()
        self._queue: list[tuple[float, int, Happening | Source]] = []
        for happening in scenario.schedule:
            self._push(happening.at, happening)
        for source in _sources(scenario):
            self._push(source.gap * rng.random(), source)

    def play(self) -> None:
        """Fill `lines` and `spans`."""
        while self._queue:
            at, _, what = heapq.heappop(self._queue)
            if isinstance(what, Happening):
                self._happen(what)
            else:
                self._tick(at, what)
        if self._daemon is not None:
            self._stop(self._scenario.end)

    def _push(self, at: float, what: Happening | Source) -> None:
        if at <= self._scenario.duration:
            heapq.heappush(self._queue, (at, next(self._order), what))

    def _fork(self) -> int:
        self._pid += self._rng.randrange(3, 90)
        return self._pid

    def _start(self, at: Instant) -> None:
        if self._daemon is None:
            self._daemon = (at, self._fork())

    def _stop(self, at: Instant) -> None:
        if self._daemon is not None:
            self.spans.append(Span(self._daemon[0], at, self._daemon[1]))
        self._daemon = self._scan = None

    def _happen(self, happening: Happening) -> None:
        at = self._scenario.start.moved(happening.at)
        if happening.kind == "connector_started":
            self._start(at)
        elif happening.kind == "boot":
            self._pid = self._rng.randrange(80, 200)
        elif happening.kind == "scan_service_started":
            self._scan, self._busy = self._fork(), False
        elif happening.kind == "file_scanned":
            self._busy = True
        self.lines.append(self._told(at, happening))
        if happening.kind == "connector_stopped":
            self._stop(at)
        elif happening.kind == "scan_service_exited":
            self._scan = None

    def _told(self, at: Instant, happening: Happening) -> Line:
        pids = {"ampdaemon": self._daemon and self._daemon[1], "ampscansvc": self._scan}
        module = happening.kind.partition("_")[0]
        level = "warning" if happening.kind in {"fault_raised", "scan_service_exited"} else "info"
        message = happening.message.format(epoch=at.ns // NS)
        pid = pids.get(happening.process, happening.pid)
        return Line(at, happening.log, happening.process, pid, level, module, message, happening)

    def _tick(self, at: float, source: Source) -> None:
        gap = source.gap if source.steady else source.gap * (0.1 + 1.8 * self._rng.random())
        self._push(at + gap, source)
        module, message = noise(self._rng, source, self._scenario.os, self._filler)
        instant = self._scenario.start.moved(at)
        if source.log == "system":
            if not self._down(at):
                pid = self._system_pid(module)
                self.lines.append(Line(instant, "system", module, pid, "info", module, message))
        elif source.log == "connector" and self._daemon is not None:
            self.lines.append(Line(instant, "connector", "ampdaemon", self._daemon[1], "debug", module, message))
        elif source.log == "scan_service" and self._scan is not None and not self._busy:
            self.lines.append(Line(instant, "scan_service", "ampscansvc", self._scan, "debug", module, message))

    def _system_pid(self, process: str) -> int | None:
        if process == "kernel":
            return 0 if self._scenario.os == "macos" else None
        return zlib.crc32(process.encode()) % 900 + 1

    def _down(self, at: float) -> bool:
        """Whether the host is off: between a connector stop and a boot less than five minutes later."""
        stops = [told.at for told in self._scenario.schedule if told.kind == "connector_stopped"]
        boots = [told.at for told in self._scenario.schedule if told.kind == "boot"]
        return any(stop <= at < boot < stop + 300 for stop in stops for boot in boots)


def stamp(at: Instant, shape: Shape, zone: ZoneInfo) -> str:
    """The time as the shape writes it, cut (not rounded) to its digits."""
    local = datetime.fromtimestamp(at.ns // NS, UTC if shape.offset == "Z" else zone)
    clock = f"{local.hour:02d}:{local.minute:02d}:{local.second:02d}"
    if shape.name in {"syslog", "syslog-debug"}:
        return f"{_MONTHS[local.month - 1]} {local.day:2d} {clock}"
    fraction = f".{at.ns % NS:09d}"[: shape.digits + 1] if shape.digits else ""
    between = "T" if shape.name == "iso" else " "
    return f"{local.year:04d}-{local.month:02d}-{local.day:02d}{between}{clock}{fraction}{_offset(local, shape)}"


def _offset(local: datetime, shape: Shape) -> str:
    if shape.offset in {"", "Z"}:
        return shape.offset
    east = local.utcoffset()
    minutes = 0 if east is None else round(east.total_seconds() / 60)
    colon = ":" if shape.offset == "+hh:mm" else ""
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}{colon}{abs(minutes) % 60:02d}"


def _plain(line: Line, stamp: str, host: str) -> str:
    tag = line.process if line.pid is None else f"{line.process}[{line.pid}]"
    return f"{stamp} {host} {tag}: {line.message}"


def _debug(line: Line, stamp: str, host: str) -> str:
    place = zlib.crc32(line.message.partition(" ")[0].encode()) % 1900 + 1
    module = f"[{line.module}]:[{line.level}]-[{line.module}_processor.c@{place}]:[{_thread(line)}]"
    return f"{stamp} {host} {line.process}[{line.pid}]: {module}: {line.message}"


def _unified(line: Line, stamp: str, host: str) -> str:  # noqa: ARG001 - `log show` does not name the host
    columns = f"{stamp} 0x{_thread(line):<8x} {'Default':<11} {'0x0':<20} {line.pid:<6} {0:<4}"
    return f"{columns} {line.process}: (ampcore) [com.cisco.endpoint:{line.module}] {line.message}"


def _thread(line: Line) -> int:
    return 200000 + (line.pid or 0) * 7 + len(line.module)


LAYOUTS: Mapping[str, Callable[[Line, str, str], str]] = MappingProxyType(
    {
        "syslog": _plain,
        "syslog-debug": _debug,
        "iso": _plain,
        "unified": _unified,
    }
)
"""How a shape lays out line, stamp and host name, by the shape's name; without line end."""
