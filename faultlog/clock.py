"""The clock of a host: from stamps to moments, and the steps it took.

Years, zone and jumps come from the whole host; a **moment** is an instant where they decide it and a range where they
do not. A local time that occurs twice is solved by the order of the lines where that can be; a jump back that the
repeated hour explains is no step.
"""

import bisect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from datetime import UTC, datetime, timedelta, tzinfo

from faultlog.jumps import Jump, Spot, meetings_of
from faultlog.model import NS, Evidence, Instant, Moment, Stamp, Step, TimeZone
from faultlog.trails import AHEAD_S, STEP_S, Trail
from faultlog.turns import turns_of
from faultlog.values import dataclass
from faultlog.years import Years
from faultlog.zones import Unsettled, offsets_at, offsets_meant, offsets_possible

NO_STEP_S = 1.0
"""A jump forward that shrinks below this once the zone is known was daylight saving time. Tool default."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file stands among the files of its rotation set."""

    series: int
    number: int
    """0 for the oldest."""


@dataclass(frozen=True, slots=True)
class _Fold:
    """The clock of a repeated hour went back between two lines: the ones before are early, the ones after late."""

    number: int
    line: int
    civil: datetime
    """Local time of the line after."""
    span: timedelta


@dataclass(frozen=True, slots=True)
class HostClock:
    """What turns the stamps of one host into moments."""

    zone: tzinfo
    time_zone: TimeZone
    years: Years
    """By file path: (line, year) of each mark without a written year, in line order; a mark holds until the next."""
    places: Mapping[str, Place] = field(default_factory=dict)
    folds: Mapping[int, Sequence[_Fold]] = field(default_factory=dict)
    """By rotation set: where file order shows a repeated hour."""
    steps: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)
    """By file path, in line order."""

    def moment(self, path: str, line: int, stamp: Stamp) -> Moment:
        """When a stamped line was written.

        A local time that occurs twice, when clocks go back, is a range of the zone's own step unless the lines around
        it decide; one that is skipped, or an abbreviation that means several zones, is a range as well.
        """
        civil = self.civil(path, line, stamp)
        if stamp.offset_s is not None:
            return Moment.exactly(_instant(civil, stamp, stamp.offset_s))
        offsets = sorted(set(self._offsets(stamp, civil)), reverse=True)
        side = self._side(path, line, civil) if len(offsets) > 1 and stamp.abbreviation is None else None
        if side is not None:
            offsets = offsets[1:] if side else offsets[:1]
        first, last = (_instant(civil, stamp, offset) for offset in (offsets[0], offsets[-1]))
        return Moment.exactly(first) if first == last else Moment.between(first, last, "ambiguous_local_time")

    def skipped(self, path: str, line: int, stamp: Stamp) -> bool:
        """Whether the stamp is a local time that the zone skips."""
        if stamp.offset_s is not None or stamp.abbreviation is not None:
            return False
        first, second = offsets_at(self.zone, self.civil(path, line, stamp))
        return first < second

    def civil(self, path: str, line: int, stamp: Stamp) -> datetime:
        """The local time a stamped line writes, to the second, without a zone."""
        year = self._year(path, line) if stamp.year is None else stamp.year
        return datetime(year, stamp.month, stamp.day, stamp.hour, stamp.minute, stamp.second)  # noqa: DTZ001 (civil)

    def rank(self, path: str, line: int) -> tuple[int, int]:
        """Where a line stands among those of its rotation set: lines of older files rank lower."""
        return self.places[path].number, line

    def near(self, place: Place | None, civil: datetime) -> list[_Fold]:
        """The jumps back in the repeated hour that holds a local time, of one rotation set."""
        found = () if place is None else self.folds.get(place.series, ())
        return [fold for fold in found if abs(fold.civil - civil) <= fold.span]

    def _offsets(self, stamp: Stamp, civil: datetime) -> tuple[int, ...]:
        if stamp.abbreviation is not None:
            return offsets_meant(stamp.abbreviation, self.zone, civil)
        return offsets_possible(self.zone, civil)

    def _side(self, path: str, line: int, civil: datetime) -> int | None:
        """Which of its times a repeated local time is: 0 the first, 1 a later one, `None` where nothing says."""
        place = self.places.get(path)
        near = self.near(place, civil)
        if place is None or len(near) != 1:
            return None
        early, late = offsets_at(self.zone, civil)
        if timedelta(seconds=early - late) != near[0].span:
            return None
        return int(self.rank(path, line) >= (near[0].number, near[0].line))

    def _year(self, path: str, line: int) -> int:
        stretches = self.years[path]
        return stretches[max(0, bisect.bisect_right(stretches, line, key=lambda stretch: stretch[0]) - 1)][1]


def _instant(civil: datetime, stamp: Stamp, offset_s: int) -> Instant:
    seconds = int(civil.replace(tzinfo=UTC).timestamp()) - offset_s
    return Instant(seconds * NS + stamp.nanosecond, stamp.digits)


Trails = Sequence[Sequence[tuple[str, Trail]]]
"""Path and trail of each file, rotation set by rotation set, oldest file first."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A jump between two lines of a rotation set."""

    series: int
    paths: Sequence[str]
    """Of its files, oldest first."""
    jump: Jump

    @property
    def path(self) -> str:
        """The file of the line after."""
        return self.paths[self.jump.after.file]

    @property
    def place(self) -> Place:
        """Where that file stands."""
        return Place(self.series, self.jump.after.file)

    def moment(self, clock: HostClock, spot: Spot) -> Moment:
        """When a line of it was written."""
        return clock.moment(self.paths[spot.file], spot.line, spot.stamp)

    def civil(self, clock: HostClock, spot: Spot) -> datetime:
        """The local time that a line of it writes."""
        return clock.civil(self.paths[spot.file], spot.line, spot.stamp)


def clock_of(series: Trails, zone: tzinfo, time_zone: TimeZone, years: Years) -> HostClock:
    """The clock of a host whose zone and years are known: repeated hours and steps, by the order of lines."""
    places = {
        path: Place(index, number) for index, files in enumerate(series) for number, (path, _) in enumerate(files)
    }
    plain = HostClock(zone, time_zone, years, places)
    jumps = [seen for number, files in enumerate(series) for seen in _jumps(number, files)]
    folds: dict[int, list[_Fold]] = {}
    for seen in jumps:
        for fold in _fold(plain, seen):
            folds.setdefault(seen.place.series, []).append(fold)
    known = replace(plain, folds=folds)
    steps: dict[str, list[Step]] = {}
    apart = {(seen.place, seen.jump.after.line) for seen in jumps}
    met = (seen for seen in _back(known, series) if (seen.place, seen.jump.after.line) not in apart)
    for seen in [*jumps, *met]:
        for step in _step(known, seen):
            steps.setdefault(seen.path, []).append(step)
    return replace(
        known, steps={path: tuple(sorted(found, key=lambda one: one.evidence.line)) for path, found in steps.items()}
    )


def contradiction(clock: HostClock, series: Trails) -> Evidence | None:
    """A line that comes before the one above it, if the zone that was taken for lines that state none is right.

    One of the two states none, the other its own. So that zone is wrong, or the clock was set between them.
    """
    against = (seen for seen in _back(clock, series) if any(_states_none(spot.stamp) for spot in _ends(seen.jump)))
    return next(
        (Evidence(seen.path, one.after.line, one.offset, one.text) for seen in against for one in [seen.jump]), None
    )


def _back(clock: HostClock, series: Trails) -> Iterable[_Seen]:
    """Lines that write something else of their zone than the line above, and come before it by more than a disorder."""
    for number, files in enumerate(series):
        paths = [path for path, _ in files]
        for jump in meetings_of([trail for _, trail in files]):
            seen = _Seen(number, paths, jump)
            seconds = seen.moment(clock, jump.after).latest.since(seen.moment(clock, jump.before).earliest)
            if seconds < -STEP_S:
                yield replace(seen, jump=replace(jump, seconds=seconds))


def _ends(jump: Jump) -> tuple[Spot, Spot]:
    return jump.before, jump.after


def _states_none(stamp: Stamp) -> bool:
    return stamp.offset_s is None and stamp.abbreviation is None


def _jumps(number: int, files: Sequence[tuple[str, Trail]]) -> Iterable[_Seen]:
    """The jumps of a rotation set, those between its files included."""
    paths = [path for path, _ in files]
    return [_Seen(number, paths, jump) for jump in turns_of([trail for _, trail in files]).jumps]


def _fold(clock: HostClock, seen: _Seen) -> Iterable[_Fold]:
    """The repeated hour that explains a jump back: both lines in it, and no further apart than it is long."""
    jump, stamp = seen.jump, seen.jump.before.stamp
    unmarked = stamp.offset_s is None and stamp.abbreviation is None
    if jump.seconds >= 0 or jump.scattered or jump.since is not None or not unmarked:
        return
    if isinstance(clock.zone, Unsettled):  # nothing says that an hour repeats
        return
    before, after = (seen.civil(clock, mark) for mark in (jump.before, jump.after))
    (first, second), other = offsets_at(clock.zone, before), offsets_at(clock.zone, after)
    span = timedelta(seconds=first - second)
    if span > timedelta(0) and (first, second) == other and before - after <= span:
        yield _Fold(seen.place.number, jump.after.line, after, span)


def _step(clock: HostClock, seen: _Seen) -> Iterable[Step]:
    """The step that a jump shows; none where daylight saving time explains it."""
    jump = seen.jump
    folds = list(_fold(clock, seen))
    if folds and len(clock.near(seen.place, folds[0].civil)) == 1:
        return
    shown, after = seen.moment(clock, jump.before), seen.moment(clock, jump.after)
    seconds = _seconds(jump, shown, after)
    if -STEP_S <= seconds < NO_STEP_S:
        return
    before, until = _around(clock, seen) or (shown, after)
    within = (min(before.earliest, until.earliest), max(before.latest, until.latest))
    exact = jump.elapsed_s is None and not jump.scattered and not folds
    evidence = Evidence(seen.path, jump.after.line, jump.offset, jump.text)
    yield Step(evidence, shown, after, seconds, within, exact)


def _around(clock: HostClock, seen: _Seen) -> tuple[Moment, Moment] | None:
    """Of a clock set back and right again: what it showed before and after that; `None` of any other step."""
    if seen.jump.since is None or seen.jump.until is None:
        return None
    return seen.moment(clock, seen.jump.since), seen.moment(clock, seen.jump.until)


def _seconds(jump: Jump, shown: Moment, after: Moment) -> float:
    """How far the clock was set, by the instants where they are known: daylight saving time may lie between.

    0 where uptime and stamps agree after all.
    """
    if jump.scattered:
        return jump.seconds
    if jump.elapsed_s is not None:
        ahead = after.latest.since(shown.earliest) - jump.elapsed_s
        return ahead if ahead > AHEAD_S else 0.0
    moved = after.latest.since(shown.earliest)
    known = shown.at is not None and after.at is not None
    return moved if (moved < 0) == (jump.seconds < 0) else 0.0 if known else jump.seconds
