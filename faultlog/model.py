"""The nouns of faultlog as frozen values. Durations are seconds, instants are UTC, `[raised, cleared)` is half open.

A **bundle** opens into **log files**, whose lines a **log format** turns into **events**, which the **rules** turn
into *raised* and *cleared* **signals**, which **pairing** joins into **fault intervals**, which **expectations**
judge; with everything unread, unpaired and unobserved they make a **case** that **reports** draw.
"""

import re
from collections.abc import Mapping
from dataclasses import field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Literal, Self

from faultlog.values import dataclass

NS = 1_000_000_000
"""Nanoseconds in a second."""

Severity = Literal["Critical", "Major", "Minor"]
"""The vendor's severity words. A severity belongs to a raise, never to a fault id."""

SEVERITIES: Mapping[str, Severity] = MappingProxyType({"critical": "Critical", "major": "Major", "minor": "Minor"})
"""Every severity by its word in lower case."""

SignalKind = Literal[
    "fault_raised",
    "fault_cleared",
    "connector_started",
    "connector_stopped",
    "boot",
    "scan_service_started",
    "scan_service_exited",
    "definitions_updated",
    "version_changed",
    "policy_changed",
    "scan_begun",
    "scan_done",
    "suppressed",
    "dropping",
    "repeated",
    "status_snapshot",
    "clock_stepped",
]
"""What a line can mean. `repeated`, `suppressed` and `dropping` speak about other lines; `scan_begun` and
`scan_done` are asked only of the lines before others."""

Provenance = Literal["vendor", "seen", "assumed", "learned", "user"]
"""How a wording or a shape is known: vendor's text, verbatim public sample, guess, user's log, user's word."""

Role = Literal["connector", "scan_service", "system", "status", "console"]
"""What a log file is to the host: who writes it, hence what its silence means."""

Reason = Literal[
    "log_starts",
    "log_ends",
    "hole",
    "clock_step",
    "year_unknown",
    "ambiguous_local_time",
    "no_stamp",
    "console_only",
    "console_clock",
    "contradicted",
    "snapshot",
    "restarted",
]
"""Why an end of an interval is not one exact instant."""

Verdict = Literal["met", "breached", "pending", "indeterminate"]
FileStatus = Literal["understood", "partly_understood", "not_understood", "empty", "duplicate"]
Outcome = Literal["helped", "did_not_help", "not_tried", "unknown"]
Presence = Literal["present", "absent", "unknown"]
State = Literal["cleared", "open", "unknown"]
Level = Literal["none", "info", "warning", "critical"]
"""How much a finding asks of the reader; `--fail-on` compares against it. `met` is `none`."""

LEVELS: tuple[Level, ...] = ("none", "info", "warning", "critical")
"""Levels, mildest first."""

_ISO = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z")


def number_of(text: str | None) -> int | None:
    """The whole number that a text writes in at most ten digits; `None` where it is none, or longer: no log means it.

    >>> number_of("71"), number_of("-71"), number_of("9" * 5000), number_of(None)
    (71, None, None, None)
    """
    return int(text) if text is not None and len(text) <= 10 and text.isdecimal() else None


@dataclass(frozen=True, slots=True, order=True)
class Instant:
    """A point on the UTC time line, with as many fraction digits as its log wrote.

    >>> str(Instant(1_500_000_000, digits=3))
    '1970-01-01T00:00:01.500Z'
    >>> Instant.of("1970-01-01T00:00:01.500Z").ns
    1500000000
    """

    ns: int
    """Nanoseconds since 1970-01-01T00:00:00Z."""
    digits: int = field(default=0, compare=False)
    """Digits after the second's point, 0 to 9; how it was written, not how well it is known."""

    @classmethod
    def of(cls, text: str) -> Self:
        """The instant that `str` wrote.

        Raises:
            ValueError: the text is not `YYYY-MM-DDTHH:MM:SS[.fraction]Z`.
        """
        found = _ISO.fullmatch(text)
        if found is None:
            raise ValueError(f"not an instant: {text!r}")
        whole = datetime.fromisoformat(found[1] + "+00:00")
        fraction = found[2] or ""
        seconds = int(whole.timestamp())
        return cls(seconds * NS + int(fraction.ljust(9, "0") or 0), len(fraction))

    @classmethod
    def at_second(cls, epoch: int) -> Self:
        """The instant `epoch` whole seconds after 1970."""
        return cls(epoch * NS)

    def moved(self, seconds: float) -> "Instant":
        """This instant `seconds` later (earlier when negative), written as precisely."""
        return Instant(self.ns + round(seconds * NS), self.digits)

    def since(self, other: "Instant") -> float:
        """Seconds from `other` to this instant; negative when this one is earlier."""
        return (self.ns - other.ns) / NS

    def utc(self) -> datetime:
        """The same instant as an aware `datetime`, cut to microseconds."""
        whole, rest = divmod(self.ns, NS)
        return datetime.fromtimestamp(whole, UTC).replace(microsecond=rest // 1000)

    def __str__(self) -> str:
        whole, rest = divmod(self.ns, NS)
        text = datetime.fromtimestamp(whole, UTC).strftime("%Y-%m-%dT%H:%M:%S")
        fraction = f".{rest:09d}"[: self.digits + 1] if self.digits else ""
        return f"{text.rjust(19, '0')}{fraction}Z"


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time as a log line writes it: a civil time, perhaps without year or zone. The clock makes an instant of it."""

    month: int
    day: int
    hour: int
    minute: int
    second: int
    year: int | None = None
    nanosecond: int = 0
    digits: int = 0
    """Fraction digits that were written."""
    offset_s: int | None = None
    """Seconds east of UTC where the line states them; `None` where it does not."""
    abbreviation: str | None = None
    """A zone's abbreviation that the line writes instead, which may mean several zones: `CST`."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A stamped line of a file."""

    line: int
    """1-based line number."""
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class Moment:
    """When something happened, as well as it is known: in `[earliest, latest]`, both included."""

    earliest: Instant
    latest: Instant
    reason: Reason | None = None
    """Why it is a range; `None` exactly when it is a point."""

    def __post_init__(self) -> None:
        if self.latest < self.earliest:
            raise ValueError("a moment cannot end before it begins")
        if (self.reason is None) != (self.earliest == self.latest):
            raise ValueError("a range needs its reason, a point has none")

    @classmethod
    def exactly(cls, at: Instant) -> Self:
        """A moment known to be this instant."""
        return cls(at, at)

    @classmethod
    def between(cls, earliest: Instant, latest: Instant, reason: Reason) -> Self:
        """A moment no earlier than one instant and no later than another; a point where they are one."""
        return cls(earliest, latest, reason if earliest < latest else None)

    @property
    def at(self) -> Instant | None:
        """The instant where it is exactly known."""
        return self.earliest if self.reason is None else None


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence without its language: a key into the catalogues and what fills its blanks."""

    key: str
    params: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Evidence:
    """One line of one file, so that a person can look it up."""

    file: str
    """Path inside the bundle; nested archives are joined by `!/`."""
    line: int
    """1-based line number."""
    offset: int
    """0-based byte offset of the line's first byte in the (decompressed) file."""
    text: str
    """The line as it stands, undecodable bytes replaced, without its line end."""


@dataclass(frozen=True, slots=True)
class Step:
    """The clock was set between two stamped lines of a rotation set."""

    evidence: Evidence
    """The line after it."""
    before: Moment
    """When the line before it was written, by its own stamp."""
    after: Moment
    """When the line after it was written, by its own stamp."""
    seconds: float
    """Negative: set back by this; positive: set forward by at most this."""
    within: tuple[Instant, Instant]
    """It happened while other logs of the host, or this clock where it was right, showed something between these."""
    exact: bool
    """Whether it certainly was a step, right between two neighbouring lines."""

    @property
    def set_right(self) -> bool:
        """Whether the clock was only wrong for a while: before it was set back, or from then on until it was right."""
        return self.seconds < 0 and (self.within[0] > self.after.latest or self.within[1] < self.before.earliest)

    @property
    def sets_right(self) -> bool:
        """Whether it ends a time in which the clock was wrong, the begin of which is a step of its own."""
        return self.seconds > 0 and self.within[0] > self.before.latest


@dataclass(frozen=True, slots=True)
class LogFile:
    """A file of the bundle that is read as a log."""

    path: str
    """Path inside the bundle; nested archives are joined by `!/`."""
    role: Role
    series: str
    """The rotation set it belongs to: its path without the rotation suffix."""
    rotation: int = 0
    """0 for the live file, 1 for the copy rotated last, and so on upwards into the past."""
    modified: Instant | None = None
    """The modification time that the archive or file system states, where it is a date at all."""


@dataclass(frozen=True, slots=True)
class Event:
    """A line that a log format understands, with its continuation lines joined."""

    evidence: Evidence
    format: str
    """Name of the log format that read it."""
    message: str
    """The line's own words; continuation lines follow after a line feed."""
    stamp: Stamp | None = None
    """`None` for shapes that carry no time."""
    neighbours: tuple[Mark | None, Mark | None] = (None, None)
    """The nearest stamped line before it in the file and, for a line without stamp of its own, the nearest after it."""
    host: str | None = None
    process: str | None = None
    pid: int | None = None
    module: str | None = None
    level: str | None = None
    lines: int = 1
    """Lines it takes, continuation lines included."""
    fault_ids: tuple[int, ...] = ()
    """What a status snapshot lists."""
    severities: Mapping[int, Severity] = field(default_factory=lambda: MappingProxyType({}))
    """What a status snapshot says of those it lists."""
    unnamed: int = 0
    """Faults that a status snapshot counts and does not name."""
    guid: str | None = None
    """Whose event the console says this is."""


@dataclass(frozen=True, slots=True)
class Template:
    """Lines that are alike but for numbers, paths and names: their common shape, how many, and the first of them."""

    template: str
    count: int
    example: Evidence


@dataclass(frozen=True, slots=True)
class Signal:
    """What a line means: a raise, a clear, a start; with the line as evidence."""

    kind: SignalKind
    when: Moment
    evidence: Evidence
    rule: str
    """The rule file that recognised it, e.g. `cisco-secure-endpoint/signals/connector_started`."""
    provenance: Provenance
    fault_id: int | None = None
    severity: Severity | None = None
    details: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """What the wording captured: `path`, `version`, `from`, …"""
    count: int = 1
    """How many such lines it stands for: more than one where a logger folded repetitions."""
    since: Moment | None = None
    """For `suppressed`: the stamped line before, from which on anything may have happened."""
    fault_ids: tuple[int, ...] = ()
    """For `status_snapshot`: the faults it lists."""
    severities: Mapping[int, Severity] = field(default_factory=lambda: MappingProxyType({}))
    """For `status_snapshot`: what it says of them."""
    unnamed: int = 0
    """For `status_snapshot`: faults that it counts and does not name, so that one it does not list may be raised."""
    also: tuple[Evidence, ...] = ()
    """Lines of another source that tell the same: the console's account of a raise or clear that a log shows."""
    order: int = 0
    """Its place among the host's signals: within one file, file order, also where stamps are equal."""
    series: int = 0
    """Which rotation set it stands in: within one, `order` is the order of lines."""
    step: Step | None = None
    """For `clock_stepped`: what is known of it."""


@dataclass(frozen=True, slots=True)
class Warn:
    """Something went wrong and something is left to report."""

    code: str
    file: str | None
    detail: str


@dataclass(frozen=True, slots=True)
class TimeZone:
    """Which zone the unmarked stamps of this host are read in, and who says so."""

    name: str
    source: Literal["lines", "bundle", "option", "assumed"]
