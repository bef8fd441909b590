"""What a log's clock shows now, where its last line and this machine's clock say so; else that nobody knows.

A line was written before it was read. So the log's clock shows at least the line's time and what went by since it was
read. That is believed as long as lines, when they arrive, agree with this machine's clock: a log whose lines are hours
off is of another zone or another machine, or comes late, and its silence says nothing about now.
"""

import os
from datetime import UTC
from pathlib import Path
from typing import Literal

from faultlog import zones
from faultlog.errors import UnknownName
from faultlog.model import NS, Instant
from faultlog.values import dataclass

AGREE_S = 60.0
"""A line that is read at most this long after, or before, its own time agrees with this machine. Tool default."""
RECENT_S = 600.0
"""A file last written at most this long ago is taken to be still in use when it is first read. Tool default."""
LATE_S = 2.0
"""A line may reach the file this much after its own time: silence counts up to then. Tool default."""
ASLEEP_S = 30.0
"""Where nothing was read for this long this machine slept, or its clock was set. Tool default."""

Doubt = Literal["quiet", "apart", "asleep", "gone"]
"""Why nobody knows: no line has arrived since the begin and the last one is old or differs from the file's date; lines
differ from this machine's clock; no line has arrived since this machine slept or its clock was set; the file cannot be
read under its name, so its writer may write elsewhere."""


@dataclass(frozen=True, slots=True)
class Present:
    """What is known of a log's clock."""

    at: Instant | None = None
    """A line's time; `None` where no line has a time."""
    read_s: float = 0.0
    """When it was read, or at the latest written, by this machine's clock: seconds since 1970."""
    doubt: Doubt | None = "quiet"
    apart_s: float = 0.0
    """Seconds that the line is ahead of this machine's clock; negative: behind."""

    @classmethod
    def at_begin(cls, at: Instant, modified_s: float, now_s: float) -> "Present":
        """By the last line of a file that is read for the first time, and when it was last written."""
        apart = at.ns / NS - modified_s
        recent = abs(apart) <= AGREE_S and 0 <= now_s - modified_s <= RECENT_S
        return cls(at, modified_s, None if recent else "quiet", apart)

    @classmethod
    def arrived(cls, at: Instant, now_s: float) -> "Present":
        """By a line that has just arrived."""
        apart = at.ns / NS - now_s
        return cls(at, now_s, None if abs(apart) <= AGREE_S else "apart", apart)

    def doubted(self, doubt: Doubt) -> "Present":
        """The same with a doubt, unless there is one."""
        return Present(self.at, self.read_s, self.doubt or doubt, self.apart_s)

    def seen_until(self, now_s: float) -> Instant | None:
        """Up to when, by the log's clock, silence has been seen; `None` where nobody knows."""
        if self.at is None or self.doubt is not None:
            return None
        seconds = max(0.0, now_s - self.read_s - LATE_S)
        return Instant(self.at.ns + round(seconds * NS), 9)


def local_zone() -> str | None:
    """The name of this machine's zone; `None` where it has none that is known."""
    try:
        named = os.environ.get("TZ", "").removeprefix(":") or str(Path("/etc/localtime").resolve())
        name = named.partition("zoneinfo/")[2] or named
        return name if zones.zone_of(name) is not UTC else "UTC"
    except (OSError, UnknownName):
        return None
