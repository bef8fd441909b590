"""From when to when a file's lines were written, compared with other files before year and zone are known."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from faultlog.model import NS, Stamp
from faultlog.trails import STEP_S, Trail, civil_ns, is_unset
from faultlog.turns import turns_of
from faultlog.values import dataclass

YEAR_S = 366 * 86_400.0
"""After so long a stamp without year comes again; one day too many orders no two days otherwise."""

EAST_S, WEST_S = 14 * 3600.0, 12 * 3600.0
"""Local time is at most so far ahead of UTC, and behind it."""


@dataclass(frozen=True, slots=True)
class Extent:
    """The time of a file's lines: seconds on a scale that the files compared with it share."""

    first: float
    last: float
    steady: bool
    """Whether its stamps tell where it belongs: no jump in it, less than half a year where they write none."""
    unset: bool = False
    """Whether clocks that were never set show such times: they tell nothing of where it belongs."""

    def is_before(self, other: "Extent") -> bool:
        """Whether all of it was written before the other file, but for lines that stand out of order."""
        return self.steady and other.steady and self.last <= other.first + STEP_S

    def is_apart(self, other: "Extent") -> bool:
        """Whether no moment belongs to both."""
        return self.steady and other.steady and (self.last < other.first or other.last < self.first)


def extents_of(trails: Sequence[Trail]) -> list[Extent | None]:
    """The extent of each file; `None` where no line of it is stamped."""
    ends = [None if one.last is None else (one.marks[0].stamp, one.last.stamp) for one in trails]
    stamps = [stamp for pair in ends if pair is not None for stamp in pair]
    yearless = any(stamp.year is None for stamp in stamps)
    blurred = len({(stamp.offset_s is None, stamp.abbreviation) for stamp in stamps}) > 1
    places = [_seconds(stamp, yearless=yearless) for stamp in stamps]
    if yearless:
        places = _unrolled(places)
    fits = not yearless or max(places) - min(places) < YEAR_S / 2
    scale = iter(zip(stamps, places, strict=True))
    found: list[Extent | None] = []
    for trail, pair in zip(trails, ends, strict=True):
        if pair is None:
            found.append(None)
            continue
        first, last = (_blur(*next(scale), blurred=blurred) for _ in pair)
        steady = fits and not turns_of([trail]).jumps and last[1] >= first[0]
        found.append(Extent(first[0], last[1], steady, all(map(is_unset, pair))))
    return found


def _seconds(stamp: Stamp, *, yearless: bool) -> float:
    return civil_ns(replace(stamp, year=None) if yearless else stamp, 2000) / NS


def _unrolled(places: Sequence[float]) -> list[float]:
    """Places in a year, each moved by whole years to where it lies nearest to the first of them."""
    return [one - YEAR_S * round((one - places[0]) / YEAR_S) for one in places]


def _blur(stamp: Stamp, place: float, *, blurred: bool) -> tuple[float, float]:
    """Earliest and latest place: wide for a local time beside stamps that state other zones."""
    if not blurred or stamp.offset_s is not None:
        return place, place
    return place - EAST_S, place + WEST_S


def by_time(extents: Iterable[Extent]) -> list[int] | None:
    """The numbers of some files in the order of their time; `None` where their times do not tell it."""
    files = list(extents)
    order = sorted(range(len(files)), key=lambda one: (files[one].first, files[one].last))
    follow = all(files[one].is_before(files[other]) for one, other in pairwise(order))
    return order if follow and all(one.steady for one in files) else None
