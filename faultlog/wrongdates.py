"""Dates on the other side of New Year that a clock showed by mistake, for a while, in one file or several."""

from collections.abc import Iterator, Sequence

from faultlog.model import Mark
from faultlog.trails import Trail, is_return, left_january, years_between


def note_wrong_dates(trails: Sequence[Trail]) -> None:
    """Note where January was left for a December, or December for a January, that was a wrong date.

    It was if stamps go on later, within a day, where they had left. The same stamp again is no such return, but what
    is written once a year.
    """
    left: tuple[Mark, Trail, Mark] | None = None
    for before, trail, after in _neighbours(trails):
        january = left_january(before.stamp, after.stamp)
        if not january and years_between(before.stamp, after.stamp) < 1:
            continue
        if left is None or left[0].stamp == after.stamp or not is_return(left[0].stamp, after.stamp):
            left = before, trail, after
            continue
        _, began, wrong = left
        if wrong.line not in began.turned:
            turned, line = (trail, after.line) if january else (began, wrong.line)
            turned.turned.setdefault(line, -1)
        left = None


def _neighbours(trails: Sequence[Trail]) -> Iterator[tuple[Mark, Trail, Mark]]:
    """Neighbouring lines between which a year may turn, in one file or two; the trail is of the second."""
    last: Mark | None = None
    for trail in trails:
        if trail.last is None:
            continue
        if last is not None:
            yield last, trail, trail.marks[0]
        yield from ((before, trail, after) for before, after in trail.neighbours())
        last = trail.last
