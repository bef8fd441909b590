"""The clock of a host: from stamps to moments, and the steps it took.

Years, zone and jumps come from the whole host; a **moment** is an instant where they decide it and a range where they
do not. A local time that occurs twice is solved by the order of the lines where that can be; a jump back that the
repeated hour explains is no step.
"""

import bisect
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from math import ceil

from faultlog.jumps import Jump, Spot, comparable, meetings_of, returns_of
from faultlog.model import NS, Evidence, Instant, Moment, Stamp, Step, TimeZone
from faultlog.trails import AHEAD_S, STEP_S, Trail
from faultlog.turns import turns_of
from faultlog.values import dataclass
from faultlog.years import Years
from faultlog.zones import WORLD_S, Unknown, Unsettled, offsets_at, offsets_meant, offsets_possible

NO_STEP_S = 1.0
"""A jump forward that shrinks below this once the zone is known was daylight saving time. Tool default."""

QUARTER_S = 900
"""Every offset in use is a multiple of this."""

SEASON_S = 3_600.0
"""Of one host, summer's offset and winter's lie no further apart."""


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

    def local(self, clock: HostClock, spot: Spot) -> Instant:
        """The local time that a line of it writes, as if it were UTC."""
        return _instant(self.civil(clock, spot), spot.stamp, 0)

    def civil(self, clock: HostClock, spot: Spot) -> datetime:
        """The local time that a line of it writes, to the second."""
        return clock.civil(self.paths[spot.file], spot.line, spot.stamp)


def clock_of(series: Trails, zone: tzinfo, time_zone: TimeZone, years: Years) -> HostClock:
    """The clock of a host whose zone and years are known: repeated hours and steps, by the order of lines."""
    return _clock(series, HostClock(zone, time_zone, years), ())


def _clock(series: Trails, plain: HostClock, more: Iterable[_Seen]) -> HostClock:
    """The clock of a host, whose lines show some more jumps than their order does."""
    places = {
        path: Place(index, number) for index, files in enumerate(series) for number, (path, _) in enumerate(files)
    }
    plain = replace(plain, places=places)
    jumps, returns = list(_seen(series, lambda trails: turns_of(trails).jumps)), list(_seen(series, returns_of))
    folds: dict[int, list[_Fold]] = {}
    for seen in [*jumps, *returns]:
        for fold in _fold(plain, seen):
            folds.setdefault(seen.place.series, []).append(fold)
    known = replace(plain, folds=folds)
    steps = _steps(known, jumps, [*returns, *_back(known, series), *more])
    return replace(known, steps=steps)


def _steps(clock: HostClock, jumps: Iterable[_Seen], others: Iterable[_Seen]) -> dict[str, tuple[Step, ...]]:
    """The steps that jumps show, by file in line order; others count where none of those leads to the same line."""
    steps: defaultdict[str, list[Step]] = defaultdict(list)
    for seen in jumps:
        steps[seen.path] += _step(clock, seen)
    lines = {(path, step.evidence.line) for path, found in steps.items() for step in found}
    for seen in others:
        if (seen.path, seen.jump.after.line) not in lines:
            steps[seen.path] += (found := list(_step(clock, seen)))
            lines |= {(seen.path, step.evidence.line) for step in found}
    return {path: tuple(sorted(found, key=lambda one: one.evidence.line)) for path, found in steps.items() if found}


def contradiction(clock: HostClock, series: Trails) -> Evidence | None:
    """A line that comes before the one above it, if the zone that was taken for lines that state none is right.

    One of the two states none, the other its own. So that zone is wrong, or the clock was set between them.
    """
    first = next(_against(clock, series), None)
    if first is None:
        return None
    return Evidence(first.path, first.jump.after.line, first.jump.offset, first.jump.text)


def without_zone(clock: HostClock, series: Trails) -> HostClock:
    """The clock of a host whose lines contradict the zone that was taken; where none fits them, it was set there."""
    zone = Unknown(fits=_fits(clock, series))
    shown = [] if zone.fits else [replace(one, jump=replace(one.jump, apart=True)) for one in _against(clock, series)]
    return _clock(series, replace(clock, zone=zone), shown)


def _fits(clock: HostClock, series: Trails) -> bool:
    """Whether some offset may keep all lines in order: each day one in use, and those of all days a season apart.

    Beside a line that states its offset, one that states none bounds its own.
    """
    least, most = defaultdict[date, float](lambda: WORLD_S[0]), defaultdict[date, float](lambda: WORLD_S[1])
    for seen in _met(series):
        before, after = seen.jump.before, seen.jump.after
        day = seen.civil(clock, after).date()
        if _states_no_zone(before) and after.stamp.offset_s is not None:
            least[day] = max(least[day], seen.local(clock, before).since(seen.moment(clock, after).earliest) - STEP_S)
        elif _states_no_zone(after) and before.stamp.offset_s is not None:
            most[day] = min(most[day], seen.local(clock, after).since(seen.moment(clock, before).earliest) + STEP_S)
    each = all(ceil(least[day] / QUARTER_S) * QUARTER_S <= most[day] for day in {*least, *most})
    return each and max(least.values(), default=WORLD_S[0]) - min(most.values(), default=WORLD_S[1]) <= SEASON_S


def _against(clock: HostClock, series: Trails) -> Iterator[_Seen]:
    """Where the zone that was taken for lines that state none has one come before the line above."""
    for seen in _back(clock, series):
        if _states_no_zone(seen.jump.before) != _states_no_zone(seen.jump.after):
            yield seen


def _states_no_zone(spot: Spot) -> bool:
    return spot.stamp.offset_s is None and spot.stamp.abbreviation is None


def _back(clock: HostClock, series: Trails) -> Iterable[_Seen]:
    """Lines that write something else of year or zone than the line above, and come before it: no mere disorder."""
    for seen in _met(series):
        before, after = (seen.moment(clock, spot) for spot in (seen.jump.before, seen.jump.after))
        seconds = after.latest.since(before.earliest)
        if seconds < -STEP_S:
            yield replace(seen, jump=replace(seen.jump, seconds=seconds))


def _met(series: Trails) -> Iterable[_Seen]:
    """Neighbouring lines that write different things of year or zone."""
    return _seen(series, meetings_of)


def _seen(series: Trails, jumps_of: Callable[[Sequence[Trail]], Iterable[Jump]]) -> Iterable[_Seen]:
    for number, files in enumerate(series):
        paths = [path for path, _ in files]
        yield from (_Seen(number, paths, jump) for jump in jumps_of([trail for _, trail in files]))


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
    exact = jump.elapsed_s is None and not jump.apart and not jump.scattered and not folds
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
    if jump.scattered or jump.apart:
        return jump.seconds
    if jump.elapsed_s is not None:
        ahead = after.latest.since(shown.earliest) - jump.elapsed_s
        return ahead if ahead > AHEAD_S else 0.0
    moved = after.latest.since(shown.earliest)
    if not comparable(jump):
        return min(moved, 0.0)
    known = shown.at is not None and after.at is not None
    return moved if (moved < 0) == (jump.seconds < 0) else 0.0 if known else jump.seconds
