"""Who this is: host, GUID, operating system, versions, and when the bundle was taken, each from where it is stated.

Clues are gathered while the bundle is read; the option a person gives wins over every clue.
"""

import plistlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import UTC
from typing import Literal, cast
from xml.etree.ElementTree import Element, ParseError
from xml.parsers.expat import ExpatError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from faultlog import stamps
from faultlog.case import Host
from faultlog.errors import UsageError
from faultlog.model import Instant, TimeZone, Warn
from faultlog.values import dataclass

MAX_BYTES = 1024 * 1024
"""Bytes read of a file that may say who this is. Tool default."""
_LONGEST = 255
"""Characters of a name that a host can have (RFC 1123, POSIX's `HOST_NAME_MAX`), and of what else names one."""

System = Literal["macos", "linux"]

_NAMES = frozenset(
    {"global.xml", "local.xml", "systemversion.plist", "os-release", "timezone", "sw_vers.txt", "hostname"}
)
_PATHS: tuple[tuple[re.Pattern[str], System], ...] = (
    (re.compile(r"(^|/)Library/(Logs/Cisco|Application Support/Cisco)/|(^|/)private/var/log/"), "macos"),
    (re.compile(r"(?s)^(?!(?:.*/)?private/var/log/)(?:.*/)?var/log/cisco/"), "linux"),
)
_KERNELS: tuple[tuple[re.Pattern[str], System], ...] = (
    (re.compile(r"\bDarwin Kernel Version \d|^BOOT_TIME \d"), "macos"),
    (re.compile(r"\bLinux version \d"), "linux"),
)
_ASSIGNMENT = re.compile(r"""(?m)^([A-Z0-9_]+)=(["']?)([^"'\r\n]*)\2\r?$""")
_NAME_DATE = re.compile(r"(?<!\d)(20\d\d)[-_.]?([01]\d)[-_.]?([0-3]\d)(?!\d)")


_BROKEN = (
    ParseError, ExpatError, DefusedXmlException, plistlib.InvalidFileException, RecursionError,
    ValueError, ArithmeticError, AttributeError, LookupError, TypeError,
)  # fmt: skip
"""What the readers of XML and property lists raise on hostile files; the last five are mistakes of theirs."""


@dataclass(slots=True)
class Clues:
    """What the bundle says about its host, file by file."""

    found: dict[str, list[str]] = field(default_factory=dict)
    """By what is stated (`guid`, `os`, `connector_version`, …): the distinct values, first found first."""
    warnings: list[Warn] = field(default_factory=list)

    def note(self, what: str, value: str | None) -> None:
        """Note a value that something states."""
        if value and value not in self.found.setdefault(what, []):
            self.found[what].append(value)

    def path(self, path: str) -> None:
        """Note what a file's place says."""
        for pattern, system in _PATHS:
            if pattern.search(path):
                self.note("os by place", system)

    def message(self, message: str) -> None:
        """Note what an event's words say."""
        for pattern, system in _KERNELS:
            if pattern.search(message):
                self.note("os by kernel", system)

    def file(self, path: str, base: str, content: bytes) -> None:
        """Note what a file that states such things says; a broken one becomes a warning."""
        try:
            for what, value in _stated(base.lower(), content):
                self.note(what, value)
        except _BROKEN as error:
            self.warnings.append(Warn("identity_unreadable", path, f"{base} cannot be read: {type(error).__name__}"))

    def first(self, *whats: str) -> str | None:
        """The value stated first by the first of these sources that states any."""
        return next((self.found[what][0] for what in whats if self.found.get(what)), None)


def is_clue(base: str) -> bool:
    """Whether a file of this name may say who this is."""
    return base.lower() in _NAMES


def _stated(base: str, content: bytes) -> Iterable[tuple[str, str | None]]:
    if base == "global.xml":
        yield "connector_version", _text(fromstring(content), "Signature/Object/config/agent/version")
    elif base == "local.xml":
        yield "guid", _text(fromstring(content), "config/agent/uuid")
    elif base == "systemversion.plist":
        stated = plistlib.loads(content)
        yield "os", "macos"
        yield "os_version", _version(stated.get("ProductVersion") if isinstance(stated, dict) else None)
    else:
        yield from _stated_as_text(base, content.decode("utf-8", "replace"))


def _stated_as_text(base: str, text: str) -> Iterable[tuple[str, str | None]]:
    if base == "os-release":
        stated = {found[1]: found[3] for found in _ASSIGNMENT.finditer(text)}
        yield "os", "linux"
        yield "os_version", _version(stated.get("VERSION_ID"))
    elif base == "sw_vers.txt":
        found = re.search(r"(?m)^ProductVersion:\s*(\S+)", text)
        yield "os", "macos"
        yield "os_version", _version(found[1] if found else None)
    elif base == "timezone":
        yield "zone", text.strip()
    elif base == "hostname":
        yield "host", text.strip()[:_LONGEST] or None


def _text(root: Element, path: str) -> str | None:
    """The text at an absolute path without name spaces."""
    names = path.split("/")
    here = [root] if _local(root.tag) == names[0] else []
    for name in names[1:]:
        here = [child for one in here for child in one if _local(child.tag) == name]
    return next((one.text.strip()[:_LONGEST] for one in here if one.text and one.text.strip()), None)


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]


def _version(value: object) -> str | None:
    return value if isinstance(value, str) and re.fullmatch(r"\d{1,5}(\.\d{1,5}){0,3}", value) else None


@dataclass(frozen=True, slots=True)
class Told:
    """What the person who asks says of the host; it wins over what the bundle says."""

    os: System | None = None
    os_version: str | None = None
    connector: str | None = None
    taken: Instant | None = None
    tz: str | None = None


def version_told(option: str, value: str | None) -> str | None:
    """A version that a person gives.

    Raises:
        UsageError: it is none.
    """
    if value is not None and _version(value) is None:
        raise UsageError(f"{option}: {value!r} is no version; write numbers with points, e.g. 1.14.1")
    return value


def identify(clues: Clues, hosts: Mapping[str, int], told: Told, zone: TimeZone) -> Host:
    """Put the clues together.

    Args:
        clues: what the bundle's files say.
        hosts: host names the lines carry, by number of lines.
        told: what the person says.
        zone: the zone of stamps that state none.

    Raises:
        UsageError: the bundle holds several connectors, by their GUIDs.
    """
    stated = [guid for what in ("guid", "guid by console") for guid in clues.found.get(what, [])]
    guids = list({guid.strip("{}").lower(): guid for guid in reversed(stated)}.values())[::-1]
    if len(guids) > 1:
        cure = "; of console events keep those of one connector" if clues.found.get("guid by console") else ""
        raise UsageError(
            f"these are {len(guids)} connectors, not one: GUIDs {', '.join(guids)}; triage them one by one{cure}"
        )
    system = told.os or _system(clues)
    same_system = system is not None and system == clues.first("os", "os by place", "os by kernel")
    return Host(
        name=_host(hosts) or clues.first("host"),
        guid=guids[0] if guids else None,
        os=system,
        os_version=told.os_version or (clues.first("os_version") if same_system else None),
        connector_version=told.connector or clues.first("connector_version"),
        time_zone=zone,
    )


def _host(hosts: Mapping[str, int]) -> str | None:
    """The name most lines carry, of those that can be one."""
    names = (name for name in hosts if len(name) <= _LONGEST)
    return max(names, key=lambda name: (hosts[name], name), default=None)


def _system(clues: Clues) -> System | None:
    """The operating system, where the best source that speaks says one thing."""
    for what in ("os", "os by kernel", "os by place"):
        stated = clues.found.get(what, [])
        if len(stated) == 1:
            return cast("System", stated[0])
        if stated:
            return None
    return None


def date_in_name(name: str) -> Instant | None:
    """The end of the day that a bundle's name states, if it states one that exists."""
    for year, month, day in _NAME_DATE.findall(name):
        stamp = stamps.read_stamp("iso", f"{year}-{month}-{day}T23:59:59Z")
        if stamp is not None:
            return stamps.instant_of(stamp, int(year), UTC)
    return None
