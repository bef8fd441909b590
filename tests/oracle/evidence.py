"""What a log shows: its lines as written, in their order, and where lines are missing.

Shares nothing with `faultlog`: it is the other side of the comparison.
"""

from dataclasses import dataclass, replace
from datetime import datetime

Kind = str
"""raise, clear, start, stop, boot, update, noise, suppressed ("suppressed N messages"), dropping ("begin to drop")."""


@dataclass(frozen=True)
class Line:
    """One line; `stamp` as the host's clock showed it, without zone, whole seconds."""

    stamp: datetime
    kind: Kind = "noise"
    fault: int = 0
    after_lost_file: bool = False
    """Whether a rotated file that is missing stood before this line."""


@dataclass(frozen=True)
class Log:
    """The lines of one log in file order, and the zone its stamps are in."""

    lines: tuple[Line, ...]
    zone: str = "UTC"

    def whole(self) -> "Log":
        """The same lines, none of them missing."""
        lines = (replace(line, kind="noise") if line.kind == "suppressed" else line for line in self.lines)
        return replace(self, lines=tuple(replace(line, after_lost_file=False) for line in lines))

    def holes(self) -> list[int]:
        """The lines before which anything may be hidden, since the line before them."""
        found, dropping = [], 0
        for number, line in enumerate(self.lines):
            if number and (dropping or line.after_lost_file or line.kind == "suppressed"):
                found.append(number)
            dropping += (line.kind == "dropping") - (line.kind == "suppressed" and dropping > 0)
        return found


@dataclass(frozen=True)
class Stay:
    """The lines that say one stay of a fault: its raise, its clear, and the raises in between, by line number."""

    fault: int
    raised: int | None
    cleared: int | None = None
    repeated: tuple[int, ...] = ()


def stays(log: Log, fault: int) -> list[Stay]:
    """The stays that the lines of a fault pair into: the first raise opens, a clear closes, nothing else does."""
    found: list[Stay] = []
    open_: Stay | None = None
    for number, line in enumerate(log.lines):
        if line.fault != fault or line.kind not in {"raise", "clear"}:
            continue
        if line.kind == "raise" and open_ is None:
            open_ = Stay(fault, number)
        elif line.kind == "raise":
            open_ = Stay(fault, open_.raised, None, (*open_.repeated, number))
        elif open_ is not None:
            found.append(Stay(fault, open_.raised, number, open_.repeated))
            open_ = None
        elif not found:
            found.append(Stay(fault, None, number))
    return [*found, open_] if open_ is not None else found


def orphans(log: Log, fault: int) -> int:
    """The clears that closed nothing and gave no stay either."""
    clears = sum(line.kind == "clear" and line.fault == fault for line in log.lines)
    return clears - sum(stay.cleared is not None for stay in stays(log, fault))
