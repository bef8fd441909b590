"""Lanes: a fault's intervals, with their deadlines and breaches; the worst faults where there is not room for all."""

from collections.abc import Iterable, Sequence

from faultlog.report.charts.frame import Frame
from faultlog.report.charts.stays import Stay, Times, stay_of
from faultlog.report.rows import Finding
from faultlog.report.times import nanoseconds
from faultlog.report.view import Judged, Seen, by_fault, judged
from faultlog.values import dataclass

MOST_LANES = 40
"""Faults that get a lane, the worst. Tool default."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """Until when a fault had to clear."""

    at: int
    finding: Finding


@dataclass(frozen=True, slots=True)
class Breach:
    """The time from a deadline until the fault cleared, or as long as it was seen uncleared."""

    begin: int
    end: int
    finding: Finding


@dataclass(frozen=True, slots=True)
class Lane:
    """One fault."""

    fault: int
    rows: tuple[Judged, ...]
    """Its intervals with their verdicts, those without a date included."""
    stays: tuple[Stay, ...]
    deadlines: tuple[Deadline, ...]
    breaches: tuple[Breach, ...]
    """Worst first."""

    @property
    def worst(self) -> Judged:
        """The most urgent interval."""
        return min(self.rows, key=lambda row: row.rank)


def lanes_of(view: Seen, frame: Frame, blind: Sequence[Times]) -> tuple[list[Lane], list[int]]:
    """The lanes, worst fault first, and the faults for which there is no room."""
    groups = by_fault(judged(view))
    shown = [_lane(view, group, frame, blind) for group in groups[:MOST_LANES]]
    return shown, [group[0].interval.fault_id for group in groups[MOST_LANES:]]


def _lane(view: Seen, group: Sequence[Judged], frame: Frame, blind: Sequence[Times]) -> Lane:
    stays = [stay for row in group if (stay := stay_of(view, row.interval, frame, blind)) is not None]
    worst = sorted(group, key=lambda row: row.rank)
    deadlines = [one for row in group for one in _deadlines(row, frame)]
    breaches = [one for row in worst for one in _breaches(row, frame)]
    return Lane(group[0].interval.fault_id, tuple(group), tuple(stays), tuple(deadlines), tuple(breaches))


def _deadlines(row: Judged, frame: Frame) -> Iterable[Deadline]:
    for finding in row.findings:
        at = nanoseconds(finding.deadline_at)
        if at is not None and frame.holds(at):
            yield Deadline(at, finding)


def _breaches(row: Judged, frame: Frame) -> Iterable[Breach]:
    cleared = row.interval.cleared
    end = nanoseconds(cleared.at if cleared.at is not None else cleared.until)
    for finding in row.findings:
        at = nanoseconds(finding.deadline_at)
        if finding.verdict != "breached" or at is None or end is None:
            continue
        if at <= min(end, frame.end) and end >= frame.begin:
            yield Breach(at, end, finding)
