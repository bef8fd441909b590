"""What truly happens in a random life: faults, starts, boots, exits and updates on the true time line.

Nothing here knows how it will be logged. All happenings stand a whole number of seconds after the begin of the life, no
two of them in the same second: so an order that is true is an order that can be seen.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from faultlog.model import NS, Instant, Severity
from faultlog.simulation.chances import Dice
from faultlog.simulation.scenarios import Happening, Scenario, Shape
from faultlog.values import dataclass

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Asia/Seoul")
"""Where hosts live: clocks that never change, change by an hour, by half of one, and one beside the full hours."""

_FAULTS = (6, 6, 6, 7, 7, 10, 13, 2, 14, 15, 18, 3, 99, 250)
"""Which faults befall a connector; the last two are no known ones."""
_EDGES = (599, 600, 601)
"""Seconds around the vendor's ten minutes."""
_SEVERITIES: tuple[Severity, ...] = ("Critical", "Major", "Minor")
_RAISED = (
    "Fault Raised: {fault}",
    "fault {fault} raised",
    "raised fault id={fault}",
    "Fault Raised (ID {fault})",
)
_RAISED_SEVERELY = (
    "{severity} Fault Raised: {fault}",
    "Fault Raised: {fault} ({severity})",
    "fault {fault} raised ({severity})",
)
_CLEARED = (
    "Fault Cleared: {fault}",
    "fault {fault} cleared",
    "cleared fault id={fault}",
    "Fault Cleared (ID {fault})",
)


@dataclass(frozen=True, slots=True)
class Stay:
    """A fault that is raised, in seconds since the begin of the life; `cleared` is `None` where it outlives it."""

    fault: int
    raised: int
    cleared: int | None
    severity: Severity | None


@dataclass(frozen=True, slots=True)
class Start:
    """A start of the connector, in seconds since the begin of the life."""

    at: int
    stopped: int | None
    """When the connector stopped before it; `None` where it crashed."""
    boot: int | None
    """When the host booted before it; `None` where it did not."""


@dataclass(frozen=True, slots=True)
class Fate:
    """A life: the scenario with its schedule, and what of it is asked about later."""

    scenario: Scenario
    stays: tuple[Stay, ...]
    starts: tuple[Start, ...]

    def instant(self, at: float) -> Instant:
        """The true instant of an offset."""
        return self.scenario.start.moved(at)


def fate(seed: int) -> Fate:
    """The life that belongs to a seed."""
    dice = Dice(seed, "fate")
    return _Fates(dice, _setting(dice)).spin()


def _setting(dice: Dice) -> Scenario:
    """Who lives, when and for how long; still without anything that happens."""
    zone, system = dice.one_of(ZONES), dice.one_of(("macos", "linux"))
    duration = dice.one_of((3600, 7200, 7200, 10800, 18000, 100_000))
    return Scenario(
        description="A random life.",
        os="macos" if system == "macos" else "linux",
        os_version=dice.one_of(("10.15.7", "11.0.0", "11.2.3", "10.14.6")) if system == "macos" else "8.10",
        versions=(dice.one_of(("1.11.1", "1.14.0", "1.14.1")),),
        start=_begin(dice, ZoneInfo(zone), duration),
        duration=duration,
        kind="zip",
        zone=zone,
        shapes=((0, Shape("syslog")),),
        schedule=(),
        pace=duration / dice.between(40, 90),
        running=True,
    )


def _begin(dice: Dice, zone: ZoneInfo, duration: int) -> Instant:
    """Some second of some year, with a fraction that every happening of the life shares."""
    year = dice.between(2023, 2027)
    ahead = timedelta(seconds=dice.between(0, duration))
    changes = _changes(zone, year)
    if dice.happens("begins near New Year"):
        begin = datetime(year, 12, 31, 23, 59, 59, tzinfo=zone) - ahead
    elif dice.happens("begins near a leap day"):
        begin = datetime(2024, 2, 29, 12, tzinfo=zone) - ahead
    elif changes and dice.happens("begins near a change of the zone's offset"):
        begin = dice.one_of(changes) - ahead
    else:
        begin = datetime(year, 1, 1, tzinfo=UTC) + timedelta(seconds=dice.between(0, 364 * 86400))
    return Instant(int(begin.timestamp()) * NS + dice.between(0, 999) * 1_000_000, 3)


@cache
def _changes(zone: ZoneInfo, year: int) -> tuple[datetime, ...]:
    """When the zone's offset changes in a year, to the hour before."""
    return tuple(_found_changes(zone, year))


def _found_changes(zone: ZoneInfo, year: int) -> Iterator[datetime]:
    hours = [datetime(year, 1, 1, tzinfo=UTC) + timedelta(hours=12 * number) for number in range(2 * 365)]
    for before, after in pairwise(hours):
        if before.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
            while before.astimezone(zone).utcoffset() == (before + timedelta(hours=1)).astimezone(zone).utcoffset():
                before += timedelta(hours=1)  # noqa: PLW2901 (it walks to the change)
            yield before


class _Fates:
    """The life in the making."""

    def __init__(self, dice: Dice, setting: Scenario) -> None:
        self._dice = dice
        self._setting = setting
        self._end = int(setting.duration)
        self._taken: set[int] = set()
        self._schedule: list[Happening] = []
        self._updates: list[int] = []

    def spin(self) -> Fate:
        """Decide everything."""
        starts = self._starts()
        for start in starts:
            self._start(start)
        self._update_and_upgrade(starts)
        for _ in range(self._dice.between(1, 4) if self._dice.happens("scan service dies") else 0):
            self._crash(starts)
        faults = dict.fromkeys(self._dice.one_of(_FAULTS) for _ in range(self._dice.between(1, 4)))
        stays = [stay for fault in faults for stay in self._stays(fault, starts)]
        schedule = tuple(sorted(self._schedule, key=lambda told: told.at))
        return Fate(replace(self._setting, schedule=schedule, versions=self._versions()), tuple(stays), tuple(starts))

    def _versions(self) -> tuple[str, ...]:
        later = [told.version for told in self._schedule if told.kind == "version_changed" and told.version]
        return (*self._setting.versions, *later)

    def _free(self, at: int) -> int:
        """The next second in which nothing happens yet."""
        while at in self._taken:
            at += 1
        self._taken.add(at)
        return at

    def _tell(self, at: int, kind: str, message: str, **facts: object) -> None:
        self._schedule.append(Happening(at, kind, message, **facts))  # type: ignore[arg-type]

    def _starts(self) -> list[Start]:
        """Starts, at times just within and just without the deadline that the one before armed."""
        starts: list[Start] = []
        at = 0
        for _ in range(self._dice.between(0, 4)):
            at += self._dice.one_of((*_EDGES, self._dice.between(200, 3000), self._dice.between(200, self._end)))
            if at > self._end - 200:
                break
            boot = at - 60 if self._dice.happens("boot") else None
            stopped = None if self._dice.happens("crash without a stop") else at - (90 if boot is not None else 15)
            starts.append(Start(at, stopped, boot))
            self._taken |= set(range(at - 95, at + 8))
        return starts

    def _start(self, start: Start) -> None:
        if start.stopped is not None:
            self._tell(start.stopped, "connector_stopped", self._dice.one_of(("connector stopped", "shutting down")))
        if start.boot is not None:
            self._boot(start.boot)
        self._tell(start.at, "connector_started", "starting connector")
        self._tell(start.at + 2, "connector_started", "connector started")
        self._tell(start.at + 3, "scan_service_started", "scan service started")
        if self._setting.os == "linux":
            words = "Started Cisco Secure Endpoint."
            self._tell(start.at + 4, "connector_started", words, log="system", process="systemd", pid=1)

    def _boot(self, at: int) -> None:
        if self._setting.os == "macos":
            self._tell(at, "boot", "BOOT_TIME {epoch} 0", log="system", process="bootlog", pid=0)
            words = "Darwin Kernel Version 20.2.0: Wed Dec  2 20:39:59 PST 2020"
            self._tell(at + 3, "boot", words, log="system", process="kernel", pid=0)
        else:
            self._tell(at, "boot", "Linux version 5.14.0-427.el9.x86_64", log="system", process="kernel")

    def _update_and_upgrade(self, starts: Sequence[Start]) -> None:
        for number in range(self._dice.between(0, 3)):
            at = self._free(self._dice.between(60, self._end - 60))
            if not _down(at, starts):
                self._updates.append(at)
                self._tell(at, "definitions_updated", f"definitions updated to version {27345 + number}")
        if starts and self._dice.happens("upgrade"):
            words, at = f"upgraded from {self._setting.versions[0]} to 1.14.2", starts[-1].at + 5
            self._tell(at, "version_changed", words, version="1.14.2")

    def _crash(self, starts: Sequence[Start]) -> None:
        """The scan service dies, often on the same file, and comes back."""
        at = self._dice.between(100, self._end - 100)
        if _down(at, starts) or _down(at + 10, starts) or self._taken & set(range(at - 2, at + 10)):
            return
        self._taken |= set(range(at - 2, at + 10))
        path = self._dice.one_of(("/srv/images/nightly.iso", "/srv/images/nightly.iso", "/home/mina/figures.dmg"))
        place = {"log": "scan_service", "process": "ampscansvc"}
        self._tell(at - 1, "file_scanned", f"scanning {path}", path=path, **place)
        named = self._dice.one_of((" while scanning " + path, ""))
        self._tell(at, "scan_service_exited", "scan service exited with signal 11" + named, path=path)
        self._tell(at + 5, "scan_service_started", "scan service started")

    def _stays(self, fault: int, starts: Sequence[Start]) -> Iterator[Stay]:
        at = 0
        for _ in range(self._dice.between(1, 4)):
            raised = self._raise_after(at, starts)
            if raised >= self._end - 5 or _down(raised, starts):
                return
            cleared = None if self._dice.happens("never cleared") else self._clear_after(raised, starts)
            if cleared is not None and _down(cleared, starts):
                cleared = next(start.at for start in starts if start.at > cleared) + self._dice.between(10, 300)
                cleared = self._free(cleared)
            severity = self._raise(fault, raised)
            if cleared is None or cleared >= self._end - 5:
                self._again(fault, raised, self._end, severity, starts)
                yield Stay(fault, raised, None, severity)
                return
            self._again(fault, raised, cleared, severity, starts)
            self._tell(cleared, "fault_cleared", self._dice.one_of(_CLEARED).format(fault=fault), fault=fault)
            yield Stay(fault, raised, cleared, severity)
            at = cleared

    def _raise_after(self, at: int, starts: Sequence[Start]) -> int:
        """Some time later: by itself, shortly before a start, or soon after an update of the definitions."""
        near = [start.at - self._dice.between(100, 900) for start in starts]
        near += [update + self._dice.one_of((60, 899, 900, 901)) for update in self._updates]
        fitting = [one for one in near if one > at]
        if fitting and self._dice.between(0, 2):
            return self._free(self._dice.one_of(fitting))
        return self._free(at + self._dice.between(20, max(60, (self._end - at) // 3)))

    def _clear_after(self, raised: int, starts: Sequence[Start]) -> int:
        """Around ten minutes after the raise or after a later start, or at some time."""
        anchors = [raised, *(start.at for start in starts if start.at > raised)]
        waits = (*_EDGES, self._dice.between(30, 900), self._dice.between(30, 6000))
        return self._free(self._dice.one_of(anchors) + self._dice.one_of(waits))

    def _raise(self, fault: int, at: int, severity: Severity | None = None) -> Severity | None:
        stated = severity or (self._dice.one_of(_SEVERITIES) if self._dice.between(0, 1) else None)
        words = self._dice.one_of(_RAISED if stated is None else _RAISED_SEVERELY)
        self._tell(at, "fault_raised", words.format(fault=fault, severity=stated), fault=fault, severity=stated)
        return stated

    def _again(self, fault: int, raised: int, until: int, severity: Severity | None, starts: Sequence[Start]) -> None:
        """A raise that is told again while the fault is raised, perhaps with another severity."""
        while self._dice.happens("raise told again"):
            at = self._free(self._dice.between(raised + 1, until - 1))
            if raised < at < until and not _down(at, starts):
                self._raise(fault, at, None if self._dice.happens("severity changes") else severity)


def _down(at: int, starts: Sequence[Start]) -> bool:
    """Whether the connector does not run."""
    began = ((start.stopped if start.stopped is not None else start.boot, start.at) for start in starts)
    return any(stopped is not None and stopped <= at < until for stopped, until in began)
