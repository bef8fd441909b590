"""A host's clock, found from all of its logs at once: the zone of unmarked stamps, the years of lines without one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC

from faultlog import clock
from faultlog.clock import HostClock, Years
from faultlog.collecting import Collected, Series
from faultlog.identity import Told, date_in_name
from faultlog.model import Instant, Text
from faultlog.reading import FileReading


@dataclass(frozen=True, slots=True)
class Timed:
    """A host's logs with the clock that dates their lines."""

    series: tuple[Series, ...]
    clock: HostClock
    taken_at: Instant | None
    """When the bundle was taken, as far as anything says."""
    assumptions: tuple[Text, ...]

    def span(self, reading: FileReading) -> tuple[Instant, Instant] | None:
        """First and last instant of a file's stamped lines; the last is the latest that was reached."""
        if reading.first is None or reading.trail.last is None:
            return None
        path, first, last = reading.log.path, reading.first, reading.trail.last
        begin = self.clock.moment(path, first.line, first.stamp).earliest
        end = self.clock.moment(path, last.line, last.stamp).latest
        return (begin, end) if begin <= end else (end, begin)


def resolve(logs: Collected, told: Told, bundle_name: str) -> Timed:
    """Find the host's clock.

    Raises:
        UnknownName: the zone that the person names does not exist.
        NothingAnswerable: lines without year, and nothing says which year it is.
    """
    offsets = {offset for reading in logs.readings for offset in reading.offsets}
    zone, time_zone = clock.choose_zone(told.tz, logs.clues.first("zone"), offsets)
    years: Years = {}
    assumptions: list[Text] = []
    named = date_in_name(bundle_name)
    for series in logs.series:
        newest, source = _newest(series.readings, told, named, logs.readings)
        years |= clock.years_of([(one.log.path, one.trail) for one in series.readings], newest, zone)
        if newest is not None and source != "told" and _leaves_years_out(series.readings):
            assumptions.append(
                Text(f"assumption.year.{source}", {"file": series.readings[-1].log.path, "date_at": str(newest)})
            )
    unmarked = [reading.log.path.rpartition("/")[2] for reading in logs.readings if _leaves_zone_out(reading)]
    if time_zone.source == "assumed" and unmarked:
        assumptions.insert(0, Text("assumption.zone", {"files": ", ".join(unmarked)}))
    dates = [reading.log.modified for reading in logs.readings if reading.log.modified is not None]
    return Timed(
        tuple(logs.series),
        HostClock(zone, time_zone, years),
        told.taken or named or max(dates, default=None),
        tuple(assumptions),
    )


def _newest(
    readings: Sequence[FileReading], told: Told, named: Instant | None, others: Iterable[FileReading]
) -> tuple[Instant | None, str]:
    """The newest trusted date of a rotation set, and who says so."""
    if told.taken is not None:
        return told.taken, "told"
    if named is not None:
        return named, "bundle_name"
    dates = [reading.log.modified for reading in readings if reading.log.modified is not None]
    if dates:
        return max(dates), "file_date"
    written = [
        clock.instant_of(mark.stamp, mark.stamp.year, UTC)
        for reading in others
        for mark in reading.trail.all()
        if mark.stamp.year is not None
    ]
    return max(written, default=None), "sibling"


def _leaves_years_out(readings: Iterable[FileReading]) -> bool:
    return any(mark.stamp.year is None for reading in readings for mark in reading.trail.all())


def _leaves_zone_out(reading: FileReading) -> bool:
    return any(mark.stamp.offset_s is None for mark in reading.trail.all())
