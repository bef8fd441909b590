"""A host's clock, found from all of its logs at once: the zone of unmarked stamps, the years of lines without one."""

from collections.abc import Iterable, Sequence
from datetime import UTC

from faultlog import years, zones
from faultlog.clock import HostClock, clock_of, contradiction, without_zone
from faultlog.collecting import Collected
from faultlog.filereading import FileReading
from faultlog.identity import Told, date_in_name
from faultlog.jumps import disordered
from faultlog.model import Evidence, Instant, Mark, Moment, Text
from faultlog.series import Series
from faultlog.stamps import ABBREVIATIONS, FIRST_YEAR, instant_of
from faultlog.trails import FIRST_SET_YEAR
from faultlog.values import dataclass
from faultlog.zones import Run

FIRST_SET = Instant.of(f"{FIRST_SET_YEAR}-01-01T00:00:00Z")
"""A file's date before this is that of a clock that had not been set."""


@dataclass(frozen=True, slots=True)
class Timed:
    """A host's logs with the clock that dates their lines."""

    series: tuple[Series, ...]
    clock: HostClock
    taken_at: Instant | None
    """When the bundle was taken, as far as anything says."""
    assumptions: tuple[Text, ...]

    def moment(self, reading: FileReading, mark: Mark) -> Moment:
        """When a stamped line of a file was written."""
        return self.clock.moment(reading.log.path, mark.line, mark.stamp)

    def span(self, reading: FileReading) -> tuple[Instant, Instant] | None:
        """First and last instant of a file's stamped lines, as far as they are certain."""
        if reading.first is None or reading.trail.last is None:
            return None
        first = reading.first
        begin, end = self.moment(reading, first).latest, self.moment(reading, reading.trail.last).earliest
        turned = [one for one in self.clock.steps.get(reading.log.path, ()) if one.seconds < 0 and not one.set_right]
        inside = [step for step in turned if step.evidence.line > first.line]
        begin = min([begin, *(step.after.latest for step in inside)])
        end = max([end, *(step.before.earliest for step in inside)])
        if begin > end:  # their times are ranges, and no time is certain but of a line whose own is
            begin = end = begin if self.moment(reading, first).at is not None else end
        return begin, end


def resolve(logs: Collected, told: Told, bundle_name: str) -> Timed:
    """Find the host's clock.

    Raises:
        UnknownName: the zone that the person names does not exist.
        NothingAnswerable: lines without year, and nothing says which year it is.
    """
    runs = [_run(*ends) for reading in logs.readings for ends in reading.trail.runs]
    zone, time_zone = zones.choose_zone(told.tz, logs.clues.first("zone"), runs)
    found: years.Years = {}
    assumptions: list[Text] = []
    named = date_in_name(bundle_name)
    for series in logs.series:
        newest, source = _newest(series.readings, told, named, logs.readings)
        of_series = years.years_of(series.trails, newest, zone)
        if newest is not None and source in {"file_date", "sibling_date"}:
            going_on = years.without_silence(series.trails, of_series, newest, zone)
            source, of_series = source if going_on == of_series else "going_on", going_on
        found |= of_series
        if newest is not None and source != "told" and leaves_years_out(series.readings):
            assumptions.append(
                Text(f"assumption.year.{source}", {"file": series.readings[-1].log.path, "date_at": str(newest)})
            )
    trails = [series.trails for series in logs.series]
    clock = clock_of(trails, zone, time_zone, found)
    against = contradiction(clock, trails)
    if against is not None:
        clock = without_zone(clock, trails)
    assumptions = [*_zone_assumed(logs, clock, against), *assumptions]
    if any(_ambiguous(mark) for reading in logs.readings for mark in reading.trail.all()):
        assumptions.append(Text("assumption.zone_abbreviation"))
    assumptions += _out_of_order(logs)
    dates = [reading.log.modified for reading in logs.readings if reading.log.modified is not None]
    return Timed(
        tuple(logs.series),
        clock,
        told.taken or named or max(dates, default=None),
        tuple(assumptions),
    )


def _zone_assumed(logs: Collected, clock: HostClock, against: Evidence | None) -> Iterable[Text]:
    """What is taken for granted of the zone of lines that state none."""
    unmarked = [reading.log.path.rpartition("/")[2] for reading in logs.readings if leaves_zone_out(reading)]
    files, name = {"files": ", ".join(unmarked)}, clock.time_zone.name
    if against is not None:
        yield Text("assumption.zone_contradicted", files | {"zone": name, "place": f"{against.file}:{against.line}"})
    elif unmarked and clock.time_zone.source == "assumed":
        yield Text("assumption.zone", files)
    elif unmarked and clock.time_zone.source == "lines":
        moved = "assumption.zone_moved" if isinstance(clock.zone, zones.Travelling) else "assumption.zone_of_lines"
        key = "assumption.zone_unsettled" if isinstance(clock.zone, zones.Unsettled) else moved
        yield Text(key, files | {"zone": name})


def _out_of_order(logs: Collected) -> Iterable[Text]:
    """Which files hold lines that are taken for lines out of order."""
    counts = {
        reading.log.path: count
        for series in logs.series
        for reading, count in zip(series.readings, disordered([trail for _, trail in series.trails]), strict=True)
    }
    files = [reading.log.path for reading in logs.readings if counts.get(reading.log.path)]
    if files:
        names = ", ".join(path.rpartition("/")[2] for path in files)
        yield Text("assumption.out_of_order", {"files": names, "count": sum(counts[path] for path in files)})


def _newest(
    readings: Sequence[FileReading], told: Told, named: Instant | None, others: Sequence[FileReading]
) -> tuple[Instant | None, str]:
    """The newest trusted date of a rotation set, and who says so.

    A file's own date before that of its lines, or before any connector, is one of a clock that was wrong at its end.
    """
    if told.taken is not None:
        return told.taken, "told"
    if named is not None:
        return named, "bundle_name"
    dates, written = _modified(readings), _written(readings)
    if dates and max(dates).moved(years.SLACK_S) >= max(written, default=FIRST_SET):
        return max(dates), "file_date"
    if dates and written:
        return max(written), "lines"
    written = _written(others)
    if written:
        return max(written), "sibling"
    newest = max(_modified(others), default=None)
    return newest, "file_date" if newest in dates else "sibling_date"


def _written(readings: Iterable[FileReading]) -> list[Instant]:
    """The dates that lines write."""
    return [
        instant_of(mark.stamp, mark.stamp.year, UTC)
        for reading in readings
        for mark in reading.trail.all()
        if mark.stamp.year is not None and mark.stamp.year >= FIRST_SET_YEAR
    ]


def _modified(readings: Iterable[FileReading]) -> list[Instant]:
    """The modification times of files."""
    return [one.log.modified for one in readings if one.log.modified is not None]


def _run(first: Mark, last: Mark) -> Run:
    """Lines that state one offset, in time; a year that they do not write does not matter for a journey's order."""
    zone = years.zone_at(first.stamp, UTC)
    begin, end = (instant_of(one.stamp, one.stamp.year or FIRST_YEAR, zone) for one in (first, last))
    return Run(min(begin, end), max(begin, end), first.stamp.offset_s or 0)


def _ambiguous(mark: Mark) -> bool:
    """Whether a line writes its zone as an abbreviation that several zones share."""
    abbreviation = mark.stamp.abbreviation
    return abbreviation is not None and len(ABBREVIATIONS[abbreviation]) > 1


def leaves_years_out(readings: Iterable[FileReading]) -> bool:
    """Whether some line of these files states no year."""
    return any(mark.stamp.year is None for reading in readings for mark in reading.trail.all())


def leaves_zone_out(reading: FileReading) -> bool:
    """Whether some line of this file states no zone."""
    return bool(reading.trail.meetings) or any(mark.stamp.offset_s is None for mark in reading.trail.all())
