"""What a case says of the files of a bundle: what was read of each, and how much they wrote."""

from collections.abc import Mapping
from dataclasses import field
from types import MappingProxyType

from faultlog.model import FileStatus, Instant, Role
from faultlog.values import dataclass


@dataclass(frozen=True, slots=True)
class FileReport:
    """What was read of one log file.

    `lines = examined + passed_over`; `examined = events + continuations + unread + duplicates + skipped`.
    """

    path: str
    format: str | None
    """Names of the formats that understood it, joined by `+`; `None` when none did."""
    status: FileStatus
    bytes: int
    lines: int
    examined: int
    events: int
    continuations: int
    unread: int
    passed_over: int = 0
    duplicates: int = 0
    skipped: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    sampled: int = 0
    understood: int = 0
    first_at: Instant | None = None
    last_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class ActiveMinute:
    """How much the logs of one kind wrote in a minute."""

    at: Instant
    """When the minute begins."""
    log: Role
    lines: int
    warnings: int
    errors: int


@dataclass(frozen=True, slots=True)
class Voice:
    """How many lines of the logs of one kind one module of a process wrote at one level."""

    log: Role
    process: str | None
    module: str | None
    level: str | None
    lines: int
