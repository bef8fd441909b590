"""Which file of a rotation set is older: by the lines that two files share, by their names, and by the time of lines.

Names are made by the tool that rotated the files; stamps are made by a clock that may be set. So names are believed as
long as the stamps agree with them, or one setting of the clock explains why they do not. Where names would need a clock
that was set again and again, right between two files each time, they were changed, and the times of the lines decide.
"""

import graphlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from itertools import groupby, pairwise

from faultlog.extents import Extent, by_time
from faultlog.values import dataclass

Number = tuple[str, int]
"""A rotation set as its names tell it, and a rotation number in it: 0 for the live file, upwards into the past."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a log, for its order."""

    path: str
    extent: Extent | None
    """`None` where no line of it is stamped."""
    begins: frozenset[Number]
    """The numbers of the files that begin with its first line: its own, and of the copies that it holds."""
    ends: frozenset[Number]
    """The numbers of the files that end with its last line."""
    inside: frozenset[Number] = frozenset()
    """The numbers of the other copies that it holds."""

    @property
    def numbers(self) -> frozenset[Number]:
        """Every number that stands for it."""
        return self.begins | self.ends | self.inside


@dataclass(frozen=True, slots=True)
class Ordered:
    """The files of one log, oldest first, each with its rotation number; a step of more than one is a missing file."""

    files: Sequence[tuple[str, int]]
    doubt: tuple[str, str] | None = None
    """What to warn of where names and times disagree: the file and the sentence."""


@dataclass(frozen=True, slots=True)
class _Set:
    parts: Sequence[Part]
    followers: frozenset[tuple[str, str]]
    """Files of which the one ends with lines that begin the other."""
    by_path: Mapping[str, Part] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_path", {part.path: part for part in self.parts})


def in_order(parts: Sequence[Part], followers: Iterable[tuple[str, str]] = ()) -> Ordered:
    """Put the files of one log in order.

    Args:
        parts: the files; those that nothing distinguishes keep their order.
        followers: paths of two files of which the first ends with lines that begin the second.
    """
    log = _Set(parts, frozenset(followers))
    named = _by_name(log)
    timed = _by_time(log, named or sorted(parts, key=lambda part: -_newest(part)))
    if named is None and timed is None:
        order = sorted(parts, key=lambda part: -_newest(part))
        return Ordered(_counted(order, _whatever(order)), _undecided(order))
    if named is None or (timed is not None and not _agree(named)):
        assert timed is not None  # noqa: S101 (one of the two is there)
        if named is None or _set_back(named) is None:
            return Ordered(_counted(timed, _whatever(timed)), _renamed(timed))
        return Ordered(_counted(named, _by_numbers(log, named)), _set_back(named))
    return Ordered(_counted(named, _by_numbers(log, named)))


def _by_name(log: _Set) -> list[Part] | None:
    """The order that numbers and shared lines tell, times where they leave it open; `None` where they go in circles."""
    before: dict[str, set[str]] = {part.path: set() for part in log.parts}
    for one, other in (*log.followers, *_neighbours(log.parts)):
        before[other].add(one)
    sorter = graphlib.TopologicalSorter(before)
    try:
        sorter.prepare()
    except graphlib.CycleError:
        return None
    places = {part.path: place for place, part in enumerate(log.parts)}
    ready, result = list(sorter.get_ready()), []
    while ready:
        path = min(ready, key=lambda one: (_begin(log.by_path[one]), places[one]))
        ready.remove(path)
        result.append(log.by_path[path])
        sorter.done(path)
        ready += sorter.get_ready()
    return result


def _neighbours(parts: Iterable[Part]) -> Iterable[tuple[str, str]]:
    """Paths of files whose numbers follow each other, whatever is missing between them; the older one first."""
    told = sorted((series, -number, part.path) for part in parts for series, number in part.numbers)
    for _, names in groupby(told, key=lambda one: one[0]):
        places = [[path for _, _, path in same] for _, same in groupby(names, key=lambda one: one[1])]
        yield from ((one, other) for old, new in pairwise(places) for one in old for other in new if one != other)


def _by_time(log: _Set, otherwise: Sequence[Part]) -> list[Part] | None:
    """The order that stamps tell; files whose stamps tell none stay where they are `otherwise`."""
    stamped = _stamped(otherwise)
    order = by_time(part.extent for part in stamped if part.extent is not None)
    if order is None:
        return None
    sooner = iter(order)
    found = [stamped[next(sooner)] if _is_stamped(part) else part for part in otherwise]
    places = {part.path: place for place, part in enumerate(found)}
    return found if all(places[one] < places[other] for one, other in log.followers) else None


def _agree(order: Sequence[Part]) -> bool:
    """Whether time goes on from file to file."""
    return not any(_is_later(one, other) for one, other in pairwise(_stamped(order)))


def _stamped(parts: Iterable[Part]) -> list[Part]:
    return list(filter(_is_stamped, parts))


def _is_stamped(part: Part) -> bool:
    """Whether its stamps may tell where it belongs: a clock that had not been set shows any date."""
    return part.extent is not None and not part.extent.unset


def _begin(part: Part) -> float:
    return float("inf") if part.extent is None else part.extent.first


def _newest(part: Part) -> int:
    return min(number for _, number in part.numbers)


def _is_later(one: Part, other: Part) -> bool:
    """Whether a file holds lines that are later than the first of another."""
    return one.extent is not None and other.extent is not None and not one.extent.is_before(other.extent)


Step = Callable[[Part, Part], int]
"""How far apart the numbers of two neighbouring files are: more than 1 where a file may be missing between them."""


def _counted(order: Sequence[Part], step: Step) -> list[tuple[str, int]]:
    """Numbers for files, oldest first; the newest has the lowest that there is."""
    if not order:
        return []
    numbers = [min(_newest(part) for part in order)]
    for one, other in reversed(list(pairwise(order))):
        numbers.append(numbers[-1] + step(one, other))
    return [(part.path, number) for part, number in zip(order, reversed(numbers), strict=True)]


def _by_numbers(log: _Set, order: Sequence[Part]) -> Step:
    """What lies between two files, by their numbers, unless lines that both have show that nothing does.

    A file without lines has no place of its own: nothing is missing before it if it follows any file, and what is
    missing after it tells the last file with lines as well.
    """
    places = {part.path: place for place, part in enumerate(order)}

    def step(one: Part, other: Part) -> int:
        if (one.path, other.path) in log.followers:
            return 1
        before = order[: places[other.path]]
        if other.extent is not None:
            places_back = range(len(before) - 1, 0, -1)
            before = before[next((place for place in places_back if before[place].extent is not None), 0) :]
        if any(1 in _gaps(part, other) for part in before):
            return 1
        return min((gap for gap in _gaps(one, other) if gap > 1), default=2)

    return step


def _gaps(one: Part, other: Part) -> list[int]:
    """How many numbers a file is before another, in each rotation set that names both."""
    return [old - new for series, old in one.ends for place, new in other.begins if place == series]


def _whatever(order: Sequence[Part]) -> Step:
    """What lies between two files whose numbers are wrong: nothing if no number is missing, else perhaps something."""
    told = sorted({number for part in order for number in part.numbers})
    missing = any(one[0] == other[0] and other[1] - one[1] > 1 for one, other in pairwise(told))
    return lambda _one, _other: 2 if missing else 1


def _names(order: Iterable[Part]) -> str:
    return ", ".join(part.path.rpartition("/")[2] for part in order)


def _renamed(order: Sequence[Part]) -> tuple[str, str]:
    sentence = f"the files' numbers contradict the times of their lines, which decide; oldest first: {_names(order)}"
    return order[-1].path, sentence


def _undecided(order: Sequence[Part]) -> tuple[str, str]:
    sentence = f"numbers, times and common lines contradict each other; taken in this order: {_names(order)}"
    return order[-1].path, sentence


def _set_back(order: Sequence[Part]) -> tuple[str, str] | None:
    """What to warn of if a clock that was set back once, between two files, explains their times; else `None`."""
    files = _stamped(order)
    turns = [(one, other) for one, other in pairwise(files) if _is_later(one, other)]
    if len(turns) != 1 or _is_later(files[-1], files[0]):
        return None
    ((one, other),) = turns
    sentence = (
        f"its lines are older than those of {one.path.rpartition('/')[2]}, which its name says was written before; "
        "taken for a clock that was set back; if the files were renamed, give them their names back"
    )
    return other.path, sentence
