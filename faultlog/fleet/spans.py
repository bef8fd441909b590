"""Spans of time as pairs of seconds since 1970, both ends included: their union, its length, what lies in it."""

import bisect
from collections.abc import Iterable, Sequence

Spans = Sequence[tuple[float, float]]
"""Spans that neither overlap nor touch, in order."""


def united(spans: Iterable[tuple[float, float]]) -> Spans:
    """What several spans cover together.

    >>> united([(4, 6), (0, 2), (2, 3)])
    [(0, 3), (4, 6)]
    """
    found: list[tuple[float, float]] = []
    for begin, end in sorted(spans):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((begin, end))
    return found


def length(spans: Spans) -> float:
    """Seconds that spans cover, to the microsecond, which is as well as seconds since 1970 are known."""
    return round(sum(end - begin for begin, end in spans), 6)


def holds(spans: Spans, at: float) -> bool:
    """Whether an instant lies in one of them.

    >>> holds([(0, 3), (4, 6)], 3), holds([(0, 3), (4, 6)], 3.5)
    (True, False)
    """
    index = bisect.bisect_right(spans, (at, float("inf"))) - 1
    return index >= 0 and at <= spans[index][1]


def common(spans: Spans, begin: float, end: float) -> Spans:
    """What spans have in common with one more.

    >>> common([(0, 3), (4, 6)], 2, 5)
    [(2, 3), (4, 5)]
    """
    first = max(0, bisect.bisect_right(spans, (begin, float("inf"))) - 1)
    found = []
    for one in spans[first:]:
        if one[0] > end:
            break
        if one[1] >= begin:
            found.append((max(begin, one[0]), min(end, one[1])))
    return found
