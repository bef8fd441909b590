"""What a simulated connector lives through: six scenarios as data, and the noise between what matters.

Offsets are seconds since the scenario's start. Every message of a schedule is one of the wordings that are
accepted for its signal; no message of the noise is, though one in seven comes close.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from faultlog.model import Instant, Severity, SignalKind
from faultlog.values import dataclass

LogName = Literal["connector", "scan_service", "system"]
"""Which of the host's logs a line stands in."""

TITLES: Mapping[int, str] = MappingProxyType(
    {
        3: "Disk access not granted",
        5: "Scan service user unavailable",
        6: "Scan service restarting frequently",
        7: "Scan service failed to start",
        10: "Reboot required to load kernel module or system extension",
        12: "Network filter not allowed",
    }
)
"""The vendor's names of the faults that the scenarios raise, by fault id."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How a line is written. The syslog shapes state neither year nor zone; the others may state both."""

    name: Literal["syslog", "syslog-debug", "iso", "unified"]
    digits: int = 0
    """Digits after the second's point, 0 to 9; the syslog shapes have none."""
    offset: Literal["Z", "+hh:mm", "+hhmm", ""] = ""
    """How the zone is stated; with `Z` the stamp is UTC, else it is the host's local time."""


@dataclass(frozen=True, slots=True)
class Happening:
    """Something true that leaves one line in a log."""

    at: float
    """Seconds since the scenario's start."""
    kind: SignalKind | Literal["file_scanned"]
    """What the line means; `file_scanned` names a path in flight, which is no signal of its own."""
    message: str
    """The line's words; `{epoch}` stands for the happening's own epoch second."""
    fault: int | None = None
    severity: Severity | None = None
    path: str | None = None
    """The file being scanned, where the message or the line before it names one."""
    version: str | None = None
    """Of the connector or of the definitions, where the message states it."""
    log: LogName = "connector"
    process: str = "ampdaemon"
    pid: int | None = None
    """Only for processes other than the connector's own, whose process ids the simulation gives."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a correct reading of the bundle answers to one question; stated by hand, not computed."""

    fault: int
    question: str
    """Kind and anchor of an expectation (`clears_within connector_started`), a remedy or a pattern."""
    answer: str
    margin_s: float | None = None
    """Seconds to spare, negative when late; `None` where nothing has a margin."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A stretch of one host's life and how its bundle is written."""

    description: str
    """One sentence for people."""
    os: Literal["macos", "linux"]
    os_version: str
    versions: tuple[str, ...]
    """Connector versions in the order they ran; the bundle states the last."""
    start: Instant
    duration: float
    """Seconds of observation."""
    kind: Literal["zip", "tar.gz"]
    zone: str
    """IANA name of the host's zone."""
    shapes: tuple[tuple[float, Shape], ...]
    """From which offset on the connector's logs have which shape, in order."""
    schedule: tuple[Happening, ...]
    pace: float
    """Mean seconds between two lines of daemon noise."""
    rotations: tuple[float, ...] = ()
    """Offsets at which the daemon's log was rotated, in order; copies from the second on are compressed."""
    running: bool = False
    """Whether the connector runs already when the log starts."""
    cut: bool = False
    """Whether the daemon's log starts inside a line and ends without a line end."""
    expected: tuple[Expected, ...] = ()

    @property
    def end(self) -> Instant:
        """When the bundle was taken."""
        return self.start.moved(self.duration)

    def shape_at(self, at: Instant) -> Shape:
        """The shape that the connector's logs have at an instant."""
        past = [shape for offset, shape in self.shapes if self.start.moved(offset) <= at]
        return past[-1] if past else self.shapes[0][1]


def _raised(at: float, message: str, fault: int, severity: Severity | None = None) -> tuple[Happening, ...]:
    return (Happening(at, "fault_raised", message, fault=fault, severity=severity),)


def _cleared(at: float, message: str, fault: int) -> tuple[Happening, ...]:
    return (Happening(at, "fault_cleared", message, fault=fault),)


def _stop(at: float, message: str = "connector stopped") -> tuple[Happening, ...]:
    return (Happening(at, "connector_stopped", message),)


def _start(at: float, version: str | None = None) -> tuple[Happening, ...]:
    """A start in three lines: announced, done two seconds later, its scan service another second later."""
    done = "connector started" if version is None else f"connector started, version {version}"
    return (
        Happening(at, "connector_started", "starting connector"),
        Happening(at + 2, "connector_started", done, version=version),
        Happening(at + 3, "scan_service_started", "scan service started"),
    )


_CRASHED = "scan service exited with signal 11 while scanning {path}"
_CRASHED_SILENTLY = "scan service exited with signal 11"


def _crash(at: float, path: str, words: str = _CRASHED) -> tuple[Happening, ...]:
    """The scan service dies on the file it announced a second before, and is back four seconds later."""
    scanning = f"scanning {path}"
    return (
        Happening(at - 1, "file_scanned", scanning, path=path, log="scan_service", process="ampscansvc"),
        Happening(at, "scan_service_exited", words.format(path=path), path=path),
        Happening(at + 4, "scan_service_started", "scan service started"),
    )


def _update(at: float, version: str, words: str = "loaded daily.cvd version {version}") -> tuple[Happening, ...]:
    return (Happening(at, "definitions_updated", words.format(version=version), version=version),)


def _boot(at: float, kernel: str) -> tuple[Happening, ...]:
    """The two lines that a starting Mac writes first."""
    return (
        Happening(at, "boot", "BOOT_TIME {epoch} 0", log="system", process="bootlog", pid=0),
        Happening(at + 3, "boot", kernel, log="system", process="kernel", pid=0),
    )


_DARWIN = "Darwin Kernel Version 20.2.0: Wed Dec  2 20:39:59 PST 2020; root:xnu-7195.60.75~1/RELEASE_X86_64"
_DMG = "/Users/mina/Downloads/quarterly-figures.dmg"
_ISO = "/home/build/images/nightly-1187.iso"
_RESTART = "clears_within connector_started"
_RAISE = "clears_within raised"

_FAULT6_BREACHED = Scenario(
    description=(
        "The scan service dies again and again on one disk image; fault 6 outlives the ten minutes after "
        "the connector's restart and is cleared 14 min 22 s late."
    ),
    os="macos",
    os_version="10.15.7",
    versions=("1.14.1",),
    start=Instant.of("2026-03-03T12:30:05.400Z"),
    duration=8250,
    kind="zip",
    zone="UTC",
    shapes=((0, Shape("syslog-debug")),),
    pace=22,
    rotations=(1500, 3900),
    schedule=(
        *_start(0),
        *_update(905, "27345"),
        *_crash(1865, _DMG),
        *_crash(2017, _DMG),
        *_crash(2100, _DMG, _CRASHED_SILENTLY),
        *_crash(2185, _DMG),
        *_raised(2190, "Fault Raised: 6 (Major): Scan service restarting frequently", 6, "Major"),
        *_stop(2215),
        *_start(2225),
        *_crash(2531, _DMG),
        *_crash(3010, _DMG, _CRASHED_SILENTLY),
        *_cleared(2225 + 1462, "Fault Cleared: 6", 6),
    ),
    expected=(
        Expected(6, _RESTART, "breached", -862),
        Expected(6, _RAISE, "breached", -897),
    ),
)

_FAULT6_IN_TIME = Scenario(
    description="Fault 6 is raised after three crashes and cleared, in time, six minutes after a restart.",
    os="linux",
    os_version="8.10",
    versions=("1.14.1",),
    start=Instant.of("2026-03-05T07:59:30.250Z"),
    duration=5400,
    kind="tar.gz",
    zone="UTC",
    shapes=((0, Shape("iso", digits=3, offset="Z")),),
    pace=16,
    rotations=(1800,),
    running=True,
    schedule=(
        *_update(610, "27346"),
        *_update(612, "27346", "definitions updated"),
        *_crash(2400, _ISO),
        *_crash(2461, _ISO),
        *_crash(2530, _ISO),
        *_raised(2532, "fault 6 raised (Major)", 6, "Major"),
        *_stop(2550, "stopping connector"),
        *_start(2562),
        Happening(
            2565,
            "connector_started",
            "Started Cisco Secure Endpoint.",
            log="system",
            process="systemd",
            pid=1,
        ),
        *_cleared(2562 + 360, "fault 6 cleared", 6),
    ),
    expected=(
        Expected(6, _RESTART, "met", 240),
        Expected(6, _RAISE, "met", 210),
    ),
)

_FAULT7_EVERY_UPDATE = Scenario(
    description="Fault 7 comes with each of three definitions updates, and each time a restart clears it.",
    os="macos",
    os_version="11.2.3",
    versions=("1.14.1",),
    start=Instant.of("2026-03-09T00:10:00.700Z"),
    duration=43200,
    kind="zip",
    zone="UTC",
    shapes=((0, Shape("iso", digits=6, offset="Z")),),
    pace=110,
    rotations=(14000, 28000),
    running=True,
    schedule=(
        *_update(3600, "27350"),
        *_raised(3725, "Fault Raised: 7 (Critical): Scan service failed to start", 7, "Critical"),
        *_stop(4800),
        *_start(4811),
        *_cleared(4811 + 95, "Fault Cleared: 7", 7),
        *_update(18000, "27351"),
        *_raised(18130, "fault 7 raised", 7),
        *_stop(19300),
        *_start(19312),
        *_cleared(19312 + 88, "fault 7 cleared", 7),
        *_update(32400, "27352"),
        *_raised(32515, "raised fault id=7", 7),
        *_stop(33900),
        *_start(33909),
        *_cleared(33909 + 101, "Fault Cleared (ID 7)", 7),
    ),
    expected=(
        Expected(7, "clears_after connector_started", "met", 505),
        Expected(7, "clears_after connector_started", "met", 512),
        Expected(7, "clears_after connector_started", "met", 499),
        Expected(7, "recurs_with definitions_updated", "present"),
    ),
)

_FAULT10_SURVIVES_REBOOT = Scenario(
    description="Fault 10 asks for a reboot, the host reboots, and the fault is still raised at the end.",
    os="macos",
    os_version="11.1",
    versions=("1.14.1",),
    start=Instant.of("2026-03-12T09:00:00Z"),
    duration=16200,
    kind="zip",
    zone="UTC",
    shapes=((0, Shape("syslog")),),
    pace=40,
    rotations=(6000,),
    schedule=(
        *_boot(0, _DARWIN),
        *_start(41),
        *_raised(
            4320,
            "Major Fault Raised: Reboot required to load kernel module or system extension",
            10,
            "Major",
        ),
        *_stop(9600),
        *_boot(9667, _DARWIN),
        *_start(9705),
    ),
    expected=(Expected(10, "remedy boot", "did_not_help"),),
)

_UPGRADE_CHANGES_SHAPE = Scenario(
    description=(
        "A connector upgrade changes how the same log writes its lines; fault 3 is raised in the old shape "
        "and cleared in the new one."
    ),
    os="macos",
    os_version="10.15.7",
    versions=("1.14.0", "1.14.1"),
    start=Instant.of("2026-03-17T23:30:00.318Z"),
    duration=9000,
    kind="tar.gz",
    zone="Asia/Seoul",
    shapes=((0, Shape("syslog")), (4500, Shape("iso", digits=3, offset="+hh:mm"))),
    pace=22,
    schedule=(
        *_start(5, "1.14.0"),
        *_update(1260, "27361"),
        *_raised(1805, "Fault Raised: Disk access not granted", 3),
        *_stop(4480),
        *_start(4510, "1.14.1"),
        Happening(4511, "version_changed", "upgraded from 1.14.0 to 1.14.1", version="1.14.1"),
        *_cleared(5640, "Fault Cleared: Full disk access not granted", 3),
    ),
)

_CUT_IN_THE_MIDDLE = Scenario(
    description="The log starts mid-line inside fault 12 and ends inside fault 5, without a line end.",
    os="macos",
    os_version="11.2.3",
    versions=("1.14.1",),
    start=Instant.of("2026-03-20T17:03:11.604999Z"),
    duration=7200,
    kind="tar.gz",
    zone="America/Los_Angeles",
    shapes=((0, Shape("unified", digits=6, offset="+hhmm")),),
    pace=22,
    running=True,
    cut=True,
    schedule=(
        *_cleared(1410, "Fault Cleared (ID 12)", 12),
        *_update(3000, "27364"),
        *_crash(4100, _DMG),
        *_raised(5415, "Fault Raised: 5 (Minor): Scan service user unavailable", 5, "Minor"),
    ),
)

SCENARIOS: Mapping[str, Scenario] = MappingProxyType(
    {
        "fault6-breached": _FAULT6_BREACHED,
        "fault6-in-time": _FAULT6_IN_TIME,
        "fault7-every-update": _FAULT7_EVERY_UPDATE,
        "fault10-survives-reboot": _FAULT10_SURVIVES_REBOOT,
        "upgrade-changes-shape": _UPGRADE_CHANGES_SHAPE,
        "cut-in-the-middle": _CUT_IN_THE_MIDDLE,
    }
)
"""Every scenario by its name."""

DAEMON_NOISE: tuple[tuple[str, str], ...] = (
    ("fileop", "file event queued: create {path}"),
    ("fileop", "file event dequeued after {m} ms, queue depth {n}"),
    ("fileop", "rename {path} -> {path}.part ignored by exclusion {m}"),
    ("fileop", "exclusion {m} matched {path}"),
    ("cache", "hash cache hit sha256={hex} age={n}s"),
    ("cache", "hash cache miss sha256={hex}"),
    ("cache", "cache trimmed to {n} entries"),
    ("cloud", "disposition lookup sha256={hex} answered in {m} ms: unknown"),
    ("cloud", "disposition lookup sha256={hex} answered in {m} ms: clean"),
    ("cloud", "connection to 192.0.2.{m} reused, {n} bytes sent"),
    ("netflow", "flow 192.0.2.{m}:{n} -> 198.51.100.{m}:443 allowed"),
    ("netflow", "flow table holds {n} entries"),
    ("procmon", "exec pid={n} path={path}"),
    ("procmon", "exit pid={n} status=0"),
    ("procmon", "parent of pid {n} resolved in {m} us"),
    ("scheduler", "timer {m} fired, next in {n} ms"),
    ("scheduler", "worker {m} took job {n}"),
    ("policy", "policy element {m} unchanged"),
    ("logger", "Set minimum reported log level to debug"),
    ("ipc", "request {n} from ampcli answered in {m} ms"),
)
"""What the daemon says in debug mode: module and message, with blanks `{n} {m} {hex} {path}`."""

SCAN_NOISE: tuple[tuple[str, str], ...] = (
    ("scan", "scanning {path}"),
    ("scan", "scan of {path} finished: clean in {m} ms"),
    ("engine", "archive member {m} of {path} skipped: larger than limit"),
    ("engine", "signature tables hold {n} entries"),
    ("ipc", "request {n} queued behind {m}"),
)
"""What the scan process says."""

NEAR_MISSES: tuple[tuple[str, str], ...] = (
    ("memory", "page fault {m} raised"),
    ("memory", "page fault {m} handled"),
    ("memory", "segfault raised by pid {n} in a watched process"),
    ("policy", "default raised"),
    ("fault", "no faults to raise"),
    ("fault", "fault {m} not raised"),
    ("fault", "Fault table unchanged"),
    ("scansvc", "scan service idle"),
    ("scansvc", "scan service queue holds {n} files"),
    ("cache", "version mismatch of index {m}, rebuilding"),
    ("scheduler", "priority of queue {m} raised to {n}"),
    ("defs", "definitions are current, next look in {n} s"),
    ("defs", "daily.cvd signature verified in {m} ms"),
    ("logger", "Shutdown file logger for module:ampsupport"),
)
"""What sounds like a signal and is none, in the connector's logs."""

MACOS_NOISE: tuple[tuple[str, str], ...] = (
    ("syslogd", "ASL Sender Statistics"),
    ("mds_stores", "index of volume {m} compacted in {n} ms"),
    ("kernel", "AppleThunderboltNHIType2::prePCIWake - power up complete - took {n} us"),
    ("kernel", "memorystatus: page fault {m} handled, {n} pages free"),
    ("loginwindow", "idle time {n} s"),
    ("powerd", "wake request {m} scheduled in {n} s"),
)
"""What other processes write into a Mac's system.log: process and message."""

LINUX_NOISE: tuple[tuple[str, str], ...] = (
    ("systemd", "Started Session {n} of user root."),
    ("systemd", "session-{n}.scope: Succeeded."),
    ("chronyd", "Selected source 192.0.2.{m}"),
    ("dhclient", "bound to 198.51.100.{m} -- renewal in {n} seconds."),
    ("kernel", "audit: rate limit {n} per second"),
    ("sshd", "Connection closed by 192.0.2.{m} port {n} [preauth]"),
)
"""What other processes write into a Linux host's messages: process and message."""
