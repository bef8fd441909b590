"""A simulated host, and what a support tool would take from it.

Where its logs lie, which other files tell who it is, and the archive they are packed in.
"""

import gzip
import shutil
import tarfile
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

from faultlog.model import NS, Instant
from faultlog.simulation.life import LAYOUTS, Line, stamp
from faultlog.simulation.scenarios import TITLES, LogName, Scenario, Shape
from faultlog.values import dataclass

NOTICE = "Made by faultlog simulate; not a real log of any host.\n"
_SYSTEM_SHAPE = Shape("syslog")
_LOGS: Mapping[str, Mapping[LogName, str]] = MappingProxyType(
    {
        "macos": {
            "connector": "Library/Logs/Cisco/ampdaemon.log",
            "scan_service": "Library/Logs/Cisco/ampscansvc.log",
            "system": "private/var/log/system.log",
        },
        "linux": {
            "connector": "var/log/cisco/ampdaemon.log",
            "scan_service": "var/log/cisco/ampscansvc.log",
            "system": "var/log/messages",
        },
    }
)


@dataclass(frozen=True, slots=True)
class Host:
    """Whose bundle it is."""

    scenario: Scenario
    title: str
    """The scenario's name."""
    seed: int
    name: str
    """The host's name, as its lines state it."""
    guid: str

    @property
    def bundle(self) -> str:
        """The bundle's name, without the archive's suffix: also the one directory inside it."""
        return f"{self.title}-{self.seed:04d}"

    def path(self, log: LogName) -> str:
        """Where a log lies inside the bundle, not rotated."""
        return f"{self.bundle}/{_LOGS[self.scenario.os][log]}"

    def shape(self, log: LogName, at: Instant) -> Shape:
        """The shape that a log's lines have at an instant; system logs never change theirs."""
        return _SYSTEM_SHAPE if log == "system" else self.scenario.shape_at(at)

    def render(self, line: Line) -> bytes:
        """The line as it stands in its file, with its line end."""
        shape = self.shape(line.file, line.at)
        written = stamp(line.at, shape, ZoneInfo(self.scenario.zone))
        return (LAYOUTS[shape.name](line, written, self.name) + "\n").encode()

    def stated(self, log: LogName, at: Instant) -> str:
        """The instant that a line of this log states: cut to the digits of its shape."""
        digits = self.shape(log, at).digits
        unit = 10 ** (9 - digits)
        return str(Instant(at.ns // unit * unit, digits))


@dataclass(frozen=True, slots=True)
class Member:
    """A file of the bundle: its path there, where its bytes wait, and its modification time."""

    path: str
    source: Path
    modified: Instant


def _status(host: Host, standing: Sequence[tuple[int, str | None]]) -> str:
    """What `ampcli status` prints when the bundle is taken; its local time states no zone."""
    local = datetime.fromtimestamp(host.scenario.end.moved(-600).ns // NS, ZoneInfo(host.scenario.zone))
    half = "PM" if local.hour >= 12 else "AM"
    clock = f"{(local.hour - 1) % 12 + 1:02d}:{local.minute:02d}:{local.second:02d} {half}"
    counts = Counter(severity for _, severity in standing)
    faults = ", ".join(f"{count} {severity}" for severity, count in counts.items())
    lines = [
        "Status: Connected",
        f"Mode: {'Degraded' if standing else 'Normal'}",
        "Scan: Ready for scan",
        f"Last Scan: {local.date().isoformat()} {clock}",
        "Policy: Simulated Policy (#1)",
        f"Faults: {faults or 'None'}",
    ]
    if standing:
        lines.append(f"Fault IDs: {', '.join(str(fault) for fault, _ in standing)}")
    lines += [
        f"ID {fault} - {severity}: {TITLES.get(fault, 'A fault without a name')}." for fault, severity in standing
    ]
    return "\n".join(lines) + "\n"


_GLOBAL = """<?xml version="1.0" encoding="UTF-8"?>
<Signature><Object><config><agent><version>{version}</version></agent></config></Object></Signature>
"""
_LOCAL = """<?xml version="1.0" encoding="UTF-8"?>
<config><agent><uuid>{guid}</uuid></agent></config>
"""
_PLIST = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
\t<key>ProductName</key>
\t<string>macOS</string>
\t<key>ProductVersion</key>
\t<string>{os_version}</string>
</dict>
</plist>
"""
_RELEASE = 'NAME="AlmaLinux"\nID="almalinux"\nID_LIKE="rhel centos fedora"\nVERSION_ID="{os_version}"\n'
_FACTS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "macos": {
            "Library/Application Support/Cisco/AMP for Endpoints Connector/global.xml": _GLOBAL,
            "Library/Application Support/Cisco/AMP for Endpoints Connector/local.xml": _LOCAL,
            "System/Library/CoreServices/SystemVersion.plist": _PLIST,
        },
        "linux": {
            "opt/cisco/amp/etc/global.xml": _GLOBAL,
            "opt/cisco/amp/etc/local.xml": _LOCAL,
            "etc/os-release": _RELEASE,
        },
    }
)


def facts_of(host: Host, standing: Sequence[tuple[int, str | None]]) -> dict[str, str]:
    """What is no log, by path inside the bundle: who the host is, its status, and that all is invented.

    `standing` are the faults still raised, with their severities.
    """
    scenario = host.scenario
    blanks = {"version": scenario.versions[-1], "guid": host.guid, "os_version": scenario.os_version}
    facts = {
        "SYNTHETIC.txt": f"{NOTICE}Scenario {host.title}, seed {host.seed}. {scenario.description}\n",
        "ampcli_status.txt": _status(host, standing),
        **{path: template.format(**blanks) for path, template in _FACTS[scenario.os].items()},
    }
    return {f"{host.bundle}/{path}": text for path, text in facts.items()}


def write_facts(host: Host, standing: Sequence[tuple[int, str | None]], spool: Path) -> list[Member]:
    """Write what is no log into the spool directory; see `facts_of`."""
    members = []
    for number, (path, text) in enumerate(facts_of(host, standing).items()):
        source = spool / f"fact-{number}"
        source.write_text(text, encoding="utf-8", newline="\n")
        members.append(Member(path, source, host.scenario.end))
    return members


def pack_zip(host: Host, members: Iterable[Member], target: Path) -> None:
    """Stored, with the host's local time as zip's zoneless one, readable files, made on Unix."""
    with zipfile.ZipFile(target, "w") as archive:
        for member in members:
            local = datetime.fromtimestamp(member.modified.ns // NS, ZoneInfo(host.scenario.zone))
            info = zipfile.ZipInfo(member.path, local.timetuple()[:6])
            info.create_system, info.external_attr = 3, 0o100644 << 16
            info.file_size = member.source.stat().st_size
            with member.source.open("rb") as source, archive.open(info, "w") as place:
                shutil.copyfileobj(source, place, 1 << 20)


def pack_tar(host: Host, members: Iterable[Member], target: Path) -> None:
    """Gzipped with the bundle's date and no name; owned by root."""
    mtime = host.scenario.end.ns // NS
    with (
        target.open("wb") as raw,
        gzip.GzipFile("", "wb", compresslevel=1, fileobj=raw, mtime=mtime) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for member in members:
            info = tarfile.TarInfo(member.path)
            info.size, info.mtime, info.mode = member.source.stat().st_size, member.modified.ns // NS, 0o644
            info.uname = info.gname = "root"
            with member.source.open("rb") as source:
                archive.addfile(info, source)
