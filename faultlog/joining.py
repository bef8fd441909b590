"""Rotation sets put together from the files of a bundle, wherever they stand: each file once, oldest first."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from faultlog.extents import extents_of
from faultlog.ordering import Number, Part, in_order
from faultlog.overlaps import Copy, Found, Shared
from faultlog.rotation import are_nested, numbers_of
from faultlog.series import Series
from faultlog.trails import STEP_S
from faultlog.values import dataclass

JOIN_S = 3600.0
"""Files of two folders follow each other if no more time than this passes between their lines. Tool default."""

MAX_SETS = 200
"""Of more rotation sets, none is taken to go on in another folder: a gap between them stays a hole. Tool default."""


@dataclass(slots=True)
class _Log:
    """Files that are one log."""

    kept: list[Found]
    copies: list[Copy]

    @property
    def sets(self) -> set[str]:
        """The rotation sets, as names tell them, that it is made of."""
        return {one.reading.log.series for one in (*self.kept, *(copy.inner for copy in self.copies))}


def joined(shared: Shared) -> list[Series]:
    """The rotation sets, by path.

    Sets are one where files of theirs share lines, or where one goes on in another folder.
    """
    numbers = _numbers([*shared.kept, *(copy.inner for copy in shared.copies)])
    logs = list(_logs(shared))
    for older, newer in list(_continued(logs, numbers)):
        logs.remove(older)
        label = _label(newer.kept, numbers)
        for one in older.kept:
            numbers[one.path] = (label, numbers[one.path][1])
        newer.kept[:0] = older.kept
        newer.copies += older.copies
    found = {_label(log.kept, numbers): log for log in logs}
    return [_series(found[label], label, numbers, shared) for label in sorted(found)]


def _numbers(found: Iterable[Found]) -> dict[str, Number]:
    """By path: rotation set and number of each file, as its name tells them."""
    sets: dict[str, list[Found]] = defaultdict(list)
    for one in found:
        sets[one.reading.log.series].append(one)
    return {
        one.path: (series, number)
        for series, files in sets.items()
        for one, number in zip(files, numbers_of([one.base for one in files]), strict=True)
    }


def _logs(shared: Shared) -> Iterator[_Log]:
    """The files of each log: of one rotation set by name, or of several whose files share lines."""
    near: dict[str, set[str]] = {one.reading.log.series: set() for one in shared.kept}
    ties = [(copy.inner, copy.outer) for copy in shared.copies] + shared.followers
    for one, other in ties:
        if one.kin == other.kin:
            a, b = one.reading.log.series, other.reading.log.series
            near.setdefault(a, set()).add(b)
            near.setdefault(b, set()).add(a)
    while near:
        sets = _reached(next(iter(near)), near)
        kept = [one for one in shared.kept if one.reading.log.series in sets]
        inside = [copy for copy in shared.copies if copy.outer in kept and copy.inner.kin == copy.outer.kin]
        yield _Log(kept, inside)
        near = {series: others for series, others in near.items() if series not in sets}


def _reached(start: str, near: Mapping[str, set[str]]) -> set[str]:
    """Everything that hangs together with a rotation set."""
    seen, waiting = {start}, [start]
    while waiting:
        new = near[waiting.pop()] - seen
        seen |= new
        waiting += new
    return seen


def _label(files: Iterable[Found], numbers: Mapping[str, Number]) -> str:
    """What a log is called: as the rotation set of its newest file by name."""
    return min((numbers[one.path][1], numbers[one.path][0]) for one in files)[1]


def _continued(logs: Sequence[_Log], numbers: Mapping[str, Number]) -> Iterator[tuple[_Log, _Log]]:
    """Logs of which the first goes on as the second, which lies in a folder around or below its own.

    As with logrotate's `olddir`: numbers go on where the others end, so does time, and no other log fits.
    """
    fitting: list[tuple[_Log, _Log]] = []
    single = [log for log in logs if len(log.sets) == 1]
    for one, other in combinations(single if len(single) <= MAX_SETS else [], 2):
        if one.kept[0].kin == other.kept[0].kin and are_nested(*one.sets, *other.sets):
            fitting += [pair for pair in ((one, other), (other, one)) if _goes_on(*pair, numbers)]
    met = [id(log) for pair in fitting for log in pair]
    yield from (pair for pair in fitting if all(met.count(id(log)) == 1 for log in pair))


def _goes_on(older: _Log, newer: _Log, numbers: Mapping[str, Number]) -> bool:
    """Whether a log goes on in another folder, by numbers, hosts and the time of its lines."""
    old, new = ({one.path: numbers[one.path][1] for one in log.kept} for log in (older, newer))
    if min(old.values()) != max(new.values()) + 1:
        return False
    before = min(older.kept, key=lambda one: old[one.path])
    after = max(newer.kept, key=lambda one: new[one.path])
    end, begin = extents_of([before.reading.trail, after.reading.trail])
    if end is None or begin is None or not (end.steady and begin.steady) or not before.may_be_of(after):
        return False
    return -STEP_S <= begin.first - end.last <= JOIN_S


def _series(log: _Log, label: str, numbers: Mapping[str, Number], shared: Shared) -> Series:
    """The files of a log in order, each with its number."""
    extents = extents_of([one.reading.trail for one in log.kept])
    parts = [
        Part(one.path, extent, *_names(one, log.copies, numbers)) for one, extent in zip(log.kept, extents, strict=True)
    ]
    inside = {one.path for one in log.kept}
    ordered = in_order(parts, [(one.path, other.path) for one, other in shared.followers if one.path in inside])
    readings = {one.path: one.reading for one in log.kept}
    for path, number in ordered.files:
        readings[path].log = replace(readings[path].log, series=label, rotation=number)
    if ordered.doubt is not None:
        readings[ordered.doubt[0]].warn("rotation_order", ordered.doubt[1])
    files = [readings[path] for path, _ in ordered.files]
    return Series(files[-1].log.role, files)


def _names(
    one: Found, copies: Iterable[Copy], numbers: Mapping[str, Number]
) -> tuple[frozenset[Number], frozenset[Number], frozenset[Number]]:
    """The numbers of what begins with a file's first line, ends with its last, and of what else stands in it."""
    mine, held = numbers[one.path], [copy for copy in copies if copy.outer is one]
    begins = frozenset([mine, *(numbers[copy.inner.path] for copy in held if copy.begins)])
    ends = frozenset([mine, *(numbers[copy.inner.path] for copy in held if copy.ends)])
    return begins, ends, frozenset(numbers[copy.inner.path] for copy in held)
