"""Connector versions beside each other: how long a fault takes to clear under each, and whether chance explains it."""

from faultlog.fleet.report.picture import Easel, Picture, dashed, line
from faultlog.fleet.report.scales import Magnitude, times_between
from faultlog.fleet.report.telling import NOTHING, Telling, number
from faultlog.fleet.statistics.clearing import WITHIN_S
from faultlog.fleet.statistics.versions import Comparison, Group
from faultlog.report.charts.canvas import NAMES, PLOT, SUMS, Canvas
from faultlog.report.charts.marks import Box, Shape
from faultlog.report.charts.palette import ALARM, BAND, INK, SOFT

MOST_ROWS = 12
"""Comparisons that are drawn, those least like chance. Tool default."""
UNLIKELY = 0.05
"""Corrected probability below which a difference is named. Tool default."""
ROW = 22.0
ONE, OTHER = "#0a4a7a", "#c0560f"


def probability(p: float) -> str:
    """A probability: at least a thousandth is written out.

    >>> probability(0.2345), probability(0.00001)
    ('0.23', '< 0.001')
    """
    return "< 0.001" if p < 0.001 else f"{p:.2g}"


def version_comparison(easel: Easel) -> Picture | None:
    """The picture, where any two versions had enough stays to be compared."""
    telling, found = easel.telling, easel.telling.fleet.versions
    if not found.comparisons:
        return None
    shown = found.comparisons[:MOST_ROWS]
    canvas, head = easel.begun("versions", _note(telling), telling.words("fleet.report.versions.caution"))
    known = [WITHIN_S, *(end for one in shown for group in (one.first, one.second) for end in _ends(group))]
    marks = times_between(min(known), max(known))
    scale = Magnitude(marks[0], max(marks[-1], *known), PLOT[0] + 6, PLOT[1] - 6)
    top = canvas.top
    for one in shown:
        _pair(canvas, easel, one, scale)
    for mark in marks:
        line(canvas, (scale.at(mark), top), (scale.at(mark), canvas.top + 4))
    dashed(canvas, scale.at(WITHIN_S), top, canvas.top + 4, ALARM)
    _axis(canvas, easel, marks, scale)
    unlikely = sum(one.p_corrected < UNLIKELY for one in found.comparisons)
    said = telling.counted("fleet.report.versions.alternative", found.made, unlikely=f"{unlikely:,}")
    names = ("fault", *(2 * ("version", "stays", "cleared", "median")), "ratio", "p", "p_holm")
    rows = (_told(easel, one) for one in found.comparisons)
    return easel.ended(canvas, head, said, easel.table(names, rows, 2, 3, 6, 7, 9, 10, 11))


def _note(telling: Telling) -> str:
    found = telling.fleet.versions
    return telling.counted(
        "fleet.report.versions.note",
        found.made,
        few=telling.many("versions", len(found.too_few)),
        stays=found.least_stays,
        cleared=found.least_cleared,
    )


def _ends(group: Group) -> list[float]:
    median = group.median_s
    return [max(1.0, one) for one in (median.value, median.low, median.high) if one is not None]


def _pair(canvas: Canvas, easel: Easel, one: Comparison, scale: Magnitude) -> None:
    telling = easel.telling
    canvas.under(Box(NAMES[0], canvas.top, SUMS[1] - NAMES[0], 3 * ROW + 2, BAND))
    room = SUMS[0] - NAMES[0] - 20  # nothing else stands in this row
    canvas.write(telling.name(one.first.fault_id), (NAMES[0] + 6, canvas.top + 3), 13, room, INK)
    said = telling.words("fleet.report.versions.p", p=probability(one.p_corrected))
    canvas.write(said, (SUMS[0], canvas.top + 3), 12, SUMS[1] - SUMS[0], INK if one.p_corrected < UNLIKELY else SOFT)
    canvas.top += ROW
    for group, colour in ((one.first, ONE), (one.second, OTHER)):
        _group(canvas, easel, group, scale, colour)
    canvas.top += 10


def _group(canvas: Canvas, easel: Easel, group: Group, scale: Magnitude, colour: str) -> None:
    telling, middle, median = easel.telling, canvas.top + ROW / 2, group.median_s
    canvas.write(group.version, (NAMES[0] + 22, canvas.top + 2), 13, NAMES[1] - NAMES[0] - 22)
    counts = telling.words(
        "fleet.report.versions.counts", stays=telling.many("stays", group.stays), events=f"{group.cleared:,}"
    )
    canvas.write(counts, (SUMS[0], canvas.top + 2), 12, SUMS[1] - SUMS[0], SOFT)
    if median.value is None:
        said = telling.words("fleet.report.median_unreached")
        canvas.write(said, (PLOT[0] + 8, canvas.top + 3), 12, PLOT[1] - PLOT[0] - 8, SOFT)
    else:
        left = scale.at(median.value if median.low is None else median.low)
        right = PLOT[1] if median.high is None else scale.at(median.high)
        canvas.put(Shape(((left, middle), (right, middle)), None, colour, 2, closed=False))
        _dot(canvas, scale.at(median.value), middle, colour)
    canvas.top += ROW


def _dot(canvas: Canvas, at: float, middle: float, colour: str) -> None:
    """One version is a square, the other a diamond: colour is not all that tells them apart."""
    if colour == ONE:
        canvas.put(Box(at - 5, middle - 5, 10, 10, colour))
    else:
        points = ((at, middle - 7), (at + 7, middle), (at, middle + 7), (at - 7, middle))
        canvas.put(Shape(points, colour))


def _axis(canvas: Canvas, easel: Easel, marks: tuple[float, ...], scale: Magnitude) -> None:
    taken = PLOT[0]
    for mark in marks:
        said = easel.telling.length(mark)
        size = canvas.width(said, 11)
        begin = min(max(scale.at(mark) - size / 2, PLOT[0]), PLOT[1] - size)
        if begin >= taken:
            canvas.write(said, (begin, canvas.top + 6), 11, size + 2, SOFT)
            taken = begin + size + 6
    canvas.top += 26


def _told(easel: Easel, one: Comparison) -> tuple[str, ...]:
    groups = (cell for group in (one.first, one.second) for cell in _cells(easel, group))
    ratio = one.test.hazard_ratio
    said = NOTHING if ratio.value is None else number(ratio.value)
    band = "" if ratio.low is None or ratio.high is None else f" ({number(ratio.low)}–{number(ratio.high)})"
    chances = (probability(one.test.p), probability(one.p_corrected))
    return (easel.telling.name(one.first.fault_id), *groups, f"{said}{band}", *chances)


def _cells(easel: Easel, group: Group) -> tuple[str, ...]:
    telling, median = easel.telling, group.median_s
    said = telling.words("fleet.report.unreached") if median.value is None else telling.length(median.value)
    return (group.version, f"{group.stays:,}", f"{group.cleared:,}", f"{said} ({telling.band(median)})")
