"""What is told while logs are followed, as values without language; `report.watching` says them."""

from typing import Literal

from faultlog.case import FaultInterval, Finding
from faultlog.model import Evidence, Instant
from faultlog.values import dataclass
from faultlog.watching.advised import Todo
from faultlog.watching.present import Doubt
from faultlog.watching.tail import Fate

Event = Literal[
    "history",
    "raised",
    "raised_again",
    "cleared",
    "cleared_unseen",
    "breached",
    "undecided",
    "verdict",
    "unexplained",
    "unread",
    "clock",
    "log",
]
"""`history`: what the logs held at the begin. `breached`: a deadline passed and the fault is still open. `undecided`: a
promise cannot be judged any more. `verdict`: what became of a promise, told when the fault clears. `cleared_unseen`: a
clear without a raise. `unexplained`: a line names a fault and no rule explains it. `unread`: a line that no format
understands. `clock`: what is known of a log's clock. `log`: what became of a file."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that is told. What does not belong to its event is `None` or empty."""

    event: Event
    seen_at: Instant
    """When it was noticed, by this machine's clock."""
    at: Instant | None = None
    """When it happened, by the log's clock; of lines that cannot be had, when the last one before them was written."""
    evidence: Evidence | None = None
    interval: FaultInterval | None = None
    fault_id: int | None = None
    findings: tuple[Finding, ...] = ()
    """The one that is told of; of a raise, those that its deadlines come from; of the history, those of open faults."""
    todo: tuple[Todo, ...] = ()
    """What to do: about the fault that is raised or overdue; of the history, about each that is open."""
    until: Instant | None = None
    """Up to when, by the log's clock, no clear was seen; of lines that cannot be had, when the first one behind them
    was written."""
    silent_since: Instant | None = None
    """The last line's time, where no line shows that the deadline passed: the clock says so."""
    intervals: tuple[FaultInterval, ...] = ()
    """Of the history: the faults that are open."""
    lines: int = 0
    """Of the history: lines that were read."""
    understood: int = 0
    """Those of them that a format understands."""
    passed_over: int = 0
    """Those of them that lie far behind the begin of a file and that no rule needs: they were not read."""
    cleared: int = 0
    """Of the history: stays that are over."""
    unexplained: int = 0
    """Of the history: lines that name a fault and that no rule explains."""
    files: tuple[str, ...] = ()
    """The logs it is about."""
    fate: Fate | None = None
    detail: str = ""
    doubt: Doubt | None = None
    apart_s: float | None = None
    """Seconds that a log's clock is ahead of this machine's; negative: behind."""
