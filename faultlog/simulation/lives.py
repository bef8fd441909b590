"""A random life from its seed to its bundle: what truly happens, then what is written, lost, rotated and packed."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from faultlog.model import NS, Instant
from faultlog.simulation.chances import Dice
from faultlog.simulation.containers import Content, Kind, pack, places, suffix
from faultlog.simulation.copies import Rotated, rotate, written
from faultlog.simulation.fates import Fate, fate
from faultlog.simulation.hosttime import HostTime, host_time
from faultlog.simulation.life import repeatable
from faultlog.simulation.readers import Reader, reader_of
from faultlog.simulation.scenarios import LogName
from faultlog.simulation.supporttool import Host, facts_of
from faultlog.simulation.written import Logs, lose, style_of, write
from faultlog.values import dataclass

_KINDS: tuple[Kind, ...] = ("folder", "zip", "zip", "tar.gz", "log")

_WORKSPACE = "workspace"
"""Where somebody put a copy of the connector's live log; read after it."""


@dataclass(frozen=True, slots=True)
class Lived:
    """A life, what is left of it, and what a reader can make of that."""

    host: Host
    fate: Fate
    time: HostTime
    kind: Kind
    lines: Logs
    """Every line that was written, lost ones included, in file order."""
    logs: dict[LogName, Rotated]
    reader: Reader
    extra: tuple[Content, ...]
    """Files of the bundle that are no log of the host's."""
    copied: bool
    """Whether the connector's live log stands in the bundle a second time."""

    @property
    def bundle(self) -> str:
        """The bundle's file name."""
        return f"{self.host.bundle}{suffix(self.kind)}"

    def folder(self, log: LogName) -> str:
        """Where a log lies below the bundle's own directory, with a slash."""
        return self.host.path(log).removeprefix(f"{self.host.bundle}/").rpartition("/")[0] + "/"

    def paths(self, log: LogName, name: str) -> tuple[str, ...]:
        """Where a reader finds a copy of a log."""
        below = [self.folder(log) + name]
        if self.copied and log == "connector" and name == "ampdaemon.log":
            below.append(f"{_WORKSPACE}/{name}")
        return tuple(place for path in below for place in places(self.kind, self.host.bundle, path))


def live(seed: int) -> Lived:
    """Let the connector of a seed live."""
    fated, dice = fate(seed), Dice(seed, "bundle")
    time, style, host = host_time(fated, seed), style_of(fated, seed), _host(fated, seed)
    kind: Kind = "twice" if dice.happens("taken twice") else dice.one_of(_KINDS)
    logs = lose(write(fated, time, style, host.name, seed), fated, time, style, host.name, seed)
    end, zone = time.shown(fated.scenario.end), time.zone(fated.scenario.end)
    rotated = {
        log: rotate(lines, host.path(log).rpartition("/")[2], end, zone, Dice(seed, "files", log))
        for log, lines in logs.items()
    }
    if kind == "log":
        kind, rotated = _alone(rotated)
    left = [one for copies in rotated.values() for one in written(copies.copies)]
    reader = reader_of(fated, time, left, seed, alone=kind == "log")
    copied = kind != "log" and bool(rotated["connector"].copies[-1].lines) and dice.happens("exact copy")
    extra = tuple(_extra(host, fated, reader, kind, end, dice))
    return Lived(host, fated, time, kind, logs, rotated, reader, extra, copied)


def _host(fated: Fate, seed: int) -> Host:
    guid = uuid.UUID(int=repeatable("random", seed, "guid").getrandbits(128), version=4)
    return Host(fated.scenario, "random", seed, f"sim-{fated.scenario.os}-{seed:04d}", str(guid))


def _alone(logs: dict[LogName, Rotated]) -> tuple[Kind, dict[LogName, Rotated]]:
    """One file of the connector's log and nothing else; the whole bundle where no file can stand alone."""
    whole = logs["connector"]
    plain = [copy for copy in whole.copies if copy.lines and not copy.name.endswith(".gz")]
    if not plain:
        return "zip", logs
    left = [
        replace(one, lost="not_collected") for copy in whole.copies if copy is not plain[-1] for one, _ in copy.lines
    ]
    return "log", {"connector": Rotated([plain[-1]], [*whole.lost, *left])}


def standing(fated: Fate) -> list[tuple[int, str | None]]:
    """The faults raised when the bundle is taken, with a severity each."""
    return [(stay.fault, stay.severity or "Major") for stay in fated.stays if stay.cleared is None]


def _extra(host: Host, fated: Fate, reader: Reader, kind: Kind, end: Instant, dice: Dice) -> Iterator[Content]:
    if reader.stated == "bundle":
        yield Content("etc/timezone", f"{fated.scenario.zone}\n".encode(), end)
    # A zip writes local times without their zone: when somebody asked is not settled there.
    status = dice.happens("status") and (kind not in {"zip", "twice"} or fated.scenario.zone == "UTC")
    for path, text in facts_of(host, standing(fated)).items():
        if status or not path.endswith("ampcli_status.txt"):
            yield Content(path.removeprefix(f"{host.bundle}/"), text.encode(), end)
    if dice.happens("console events"):
        yield Content("console-events.json", _console(host, fated, dice.between(-3, 200)).encode(), end)


def _console(host: Host, fated: Fate, later: int) -> str:
    """What the vendor's cloud received: every raise and clear, by a clock of its own, `later` seconds later."""
    events = []
    for told in fated.scenario.schedule:
        if told.kind in {"fault_raised", "fault_cleared"}:
            low, words = (0x43, "Fault Raised") if told.kind == "fault_raised" else (0x44, "Fault Cleared")
            name = f"{told.severity} {words}" if told.severity else words
            at = fated.instant(told.at).ns // NS + later
            computer = {"hostname": host.name, "fault_id": told.fault}
            events.append(
                {"timestamp": at, "event_type": name, "event_type_id": 0x41000000 + low, "computer": computer}
            )
    return json.dumps({"data": events}, indent=1) + "\n"


def write_life(lived: Lived, directory: Path) -> Path:
    """Write the bundle of a life.

    Raises:
        OSError: it cannot be written.
    """
    zone = lived.time.zone(lived.fate.scenario.end)
    files = [
        Content(lived.folder(log) + copy.name, copy.data, copy.modified)
        for log, rotated in lived.logs.items()
        for copy in rotated.copies
    ]
    if lived.copied:
        live_log = lived.logs["connector"].copies[-1]
        files.append(Content(f"{_WORKSPACE}/ampdaemon.log", live_log.data, live_log.modified))
    return pack(lived.kind, lived.host.bundle, [*files, *lived.extra], ZoneInfo(zone.key), directory)
