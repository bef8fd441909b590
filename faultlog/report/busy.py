"""How much was written each minute, of all logs together, and how that fits into fewer columns than minutes."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from faultlog.model import NS
from faultlog.report.rows import ActiveMinute
from faultlog.report.times import nanoseconds

MINUTE = 60 * NS
COUNTS = ("lines", "warnings", "errors")
"""What is counted of a minute."""


def by_minute(
    minutes: Iterable[ActiveMinute], begin: float = -math.inf, end: float = math.inf
) -> Mapping[str, Mapping[int, int]]:
    """Each of `COUNTS` by the first nanosecond of each minute that touches a time, of all logs together."""
    lines, warnings, errors = Counter[int](), Counter[int](), Counter[int]()
    for one in minutes:
        at = nanoseconds(one.at)
        if at is not None and at + MINUTE > begin and at <= end:
            lines[at] += one.lines
            warnings[at] += one.warnings
            errors[at] += one.errors
    return dict(zip(COUNTS, (lines, warnings, errors), strict=True))


def columns(counts: Mapping[int, int], begin: int, end: int, column: Callable[[int], float]) -> dict[int, int]:
    """The busiest minute of each column that a minute touches.

    Args:
        counts: one of what `by_minute` counted.
        begin: where the first column begins, in nanoseconds since 1970.
        end: where the last one ends.
        column: how many columns lie before an instant.
    """
    found: dict[int, int] = {}
    for at, count in counts.items():
        first = int(column(max(at, begin)))
        last = math.ceil(column(min(at + MINUTE, end)) - 0.005) - 1
        for place in range(first, max(first, last) + 1):
            found[place] = max(count, found.get(place, 0))
    return found
