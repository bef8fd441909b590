"""On which days which faults were raised: a row for each fault, a column for each day or for several together."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from faultlog.fleet.report.picture import Easel, Picture, keyed
from faultlog.fleet.report.telling import percent
from faultlog.fleet.statistics.fleet import Fault
from faultlog.fleet.statistics.heat import Heat, Row
from faultlog.report.charts.canvas import NAMES, PLOT, SUMS, Canvas, Line
from faultlog.report.charts.marks import Box
from faultlog.report.charts.palette import BAND, FAINT, LIVE, PAPER, SOFT
from faultlog.values import dataclass

MOST_COLUMNS = 62
"""Columns; with more days, each column is several. Tool default."""
MOST_ROWS = 24
"""Faults, the most prevalent. Tool default."""
WIDTHS = (1, 7, 14, 28, 91, 182, 364, 728, 3640)
"""Days that a column may stand for."""
ROW, STRIP = 24.0, 28.0
SHADES = (
    (0.01, "#fbe3b3"), (0.02, "#f8cd84"), (0.05, "#f0b05a"), (0.1, "#e18a36"), (0.25, "#c2591f"), (0.5, "#8f2c15"),
    (1.0, "#4f0610"),
)  # fmt: skip
"""Colours up to a share, each darker than the one before, in grey as well."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Days of one fault in one column."""

    raised: int
    observed: int

    @property
    def fill(self) -> str | None:
        """Its colour; `None` where nothing was observed."""
        if not self.observed:
            return None
        if not self.raised:
            return BAND
        part = self.raised / self.observed
        return next(colour for most, colour in SHADES if part <= most)


@dataclass(frozen=True, slots=True)
class Columns:
    """Days side by side."""

    first: date
    days: int
    """That a column stands for."""
    count: int

    def of(self, day: date) -> int:
        """The column of a day."""
        return (day - self.first).days // self.days

    def begin(self, column: int) -> date:
        """The first day of a column."""
        return self.first + timedelta(self.days * column)


def columns_of(days: Iterable[date], most: int = MOST_COLUMNS) -> Columns | None:
    """As few days to a column as `most` columns allow, from Monday on where a column is weeks; `None` without a day."""
    known = sorted(days)
    if not known:
        return None
    first, last = known[0], known[-1]
    wide = next((one for one in WIDTHS if _count(first, last, one) <= most), WIDTHS[-1])
    begin = first if wide == 1 else first - timedelta(first.weekday())
    return Columns(begin, wide, _count(first, last, wide))


def _count(first: date, last: date, wide: int) -> int:
    begin = first if wide == 1 else first - timedelta(first.weekday())
    return (last - begin).days // wide + 1


def cells_of(heat: Heat, row: Row, columns: Columns) -> list[Cell]:
    """Host-days of a fault, column by column."""
    raised, observed = [0] * columns.count, [0] * columns.count
    for one, hosts in zip(heat.days, row.hosts, strict=True):
        place = columns.of(date.fromisoformat(one.day))
        raised[place] += hosts
        observed[place] += one.observed.hosts
    return [Cell(*both) for both in zip(raised, observed, strict=True)]


def heat_map(easel: Easel) -> Picture | None:
    """The picture, where any fault was raised on a day of which something was observed."""
    telling, heat = easel.telling, easel.telling.fleet.heat
    by_fault = {one.fault_id: one for one in heat.rows if any(one.hosts)}
    faults = [one for one in telling.faults if one.fault_id in by_fault]
    columns = columns_of(date.fromisoformat(one.day) for one in heat.days)
    if columns is None or not faults:
        return None
    shown = faults[:MOST_ROWS]
    notes = [telling.counted("fleet.report.heat.note", columns.days)]
    if len(faults) > len(shown):
        notes.append(telling.counted("fleet.report.more_faults", len(faults) - len(shown)))
    canvas, head = easel.begun("heat", *notes)
    every = [(one, cells_of(heat, by_fault[one.fault_id], columns)) for one in faults]
    rows = every[: len(shown)]
    canvas.write(telling.words("fleet.report.heat.ever"), (SUMS[0], canvas.top - 4), 11, SUMS[1] - SUMS[0], SOFT)
    canvas.top += 14
    for one, cells in rows:
        _row(canvas, easel, one, cells)
    _strip(canvas, easel, [cell.observed for cell in rows[0][1]])
    _axis(canvas, columns)
    _key(canvas, easel)
    names = ("fault", "from", "raised_days", "observed_days", "share")
    told = (row for one, cells in every for row in _table(easel, one, cells, columns))
    return easel.ended(canvas, head, _said(easel, rows, columns), easel.table(names, told, 2, 3, 4))


def _said(easel: Easel, rows: Sequence[tuple[Fault, list[Cell]]], columns: Columns) -> str:
    fault, worst = max(((one, cell) for one, cells in rows for cell in cells if cell.observed), key=_worst)
    return easel.telling.words(
        "fleet.report.heat.alternative",
        faults=easel.telling.many("faults", len(rows)),
        columns=easel.telling.many("columns", columns.count),
        fault=easel.telling.name(fault.fault_id),
        share=percent(worst.raised / worst.observed),
        of=f"{worst.observed:,}",
    )


def _worst(one: tuple[Fault, Cell]) -> tuple[float, int]:
    return one[1].raised / one[1].observed, one[1].raised


def _row(canvas: Canvas, easel: Easel, one: Fault, cells: Sequence[Cell]) -> None:
    canvas.write(easel.telling.name(one.fault_id), (NAMES[0], canvas.top + 2), 13, NAMES[1] - NAMES[0])
    step = (PLOT[1] - PLOT[0]) / len(cells)
    begin = 0
    for place in range(1, len(cells) + 1):
        if place < len(cells) and cells[place].fill == cells[begin].fill and cells[begin].fill in {None, BAND}:
            continue  # what says nothing is one box, so that the picture stays small
        _cell(canvas, (PLOT[0] + begin * step, (place - begin) * step), cells[begin].fill)
        begin = place
    canvas.write(easel.telling.share(one.prevalence.hosts), (SUMS[0], canvas.top + 3), 12, SUMS[1] - SUMS[0], SOFT)
    canvas.top += ROW


def _cell(canvas: Canvas, place: tuple[float, float], fill: str | None) -> None:
    left, wide = place
    gap = 1.0 if wide > 5 else 0.0
    if fill is None:
        canvas.put(Box(left, canvas.top, wide - gap, ROW - 3, PAPER, FAINT, "////", 0.0))
    else:
        canvas.put(Box(left, canvas.top, wide - gap, ROW - 3, fill))


def _strip(canvas: Canvas, easel: Easel, observed: Sequence[int]) -> None:
    """How many host-days each column is out of, as bars below it: where they are low, a dark cell says little."""
    canvas.write(
        easel.telling.words("fleet.report.heat.out_of"), (NAMES[0], canvas.top + 8), 11, NAMES[1] - NAMES[0], SOFT
    )
    step, most, bottom = (PLOT[1] - PLOT[0]) / len(observed), max(observed), canvas.top + STRIP
    for place, one in enumerate(observed):
        if one:
            high = max(1.0, (STRIP - 4) * one / most)
            canvas.put(Box(PLOT[0] + place * step, bottom - high, max(1.0, step - 1), high, LIVE))
    said = easel.telling.words("fleet.report.heat.most", most=f"{most:,}")
    canvas.write(said, (SUMS[0], canvas.top + 8), 11, SUMS[1] - SUMS[0], SOFT)
    canvas.top = bottom + 4


def _axis(canvas: Canvas, columns: Columns) -> None:
    """Days below their columns, where there is room."""
    step, labels = (PLOT[1] - PLOT[0]) / columns.count, Line(canvas, canvas.top + 2, 11)
    form = "%m-%d" if columns.days == 1 and columns.first.year == columns.begin(columns.count - 1).year else "%Y-%m-%d"
    for place in _spread(columns.count):
        labels.put(f"{columns.begin(place):{form}}", PLOT[0] + (place + 0.5) * step, SOFT)
    canvas.top += 22


def _spread(count: int) -> list[int]:
    """Columns that are named: the first, and others evenly."""
    apart = max(1, -(-count // 10))
    return list(range(0, count, apart))


def _key(canvas: Canvas, easel: Easel) -> None:
    telling = easel.telling
    swatches = [(Box(0, 0, 0, 0, BAND, FAINT), telling.words("fleet.report.heat.none"))]
    lower = 0.0
    for most, colour in SHADES:
        said = telling.words("fleet.report.heat.up_to", low=f"{100 * lower:g}", high=percent(most))
        swatches.append((Box(0, 0, 0, 0, colour), said))
        lower = most
    swatches.append((Box(0, 0, 0, 0, PAPER, FAINT, "////"), telling.words("fleet.report.heat.unobserved")))
    keyed(canvas, swatches)


def _table(easel: Easel, one: Fault, cells: Sequence[Cell], columns: Columns) -> Iterable[tuple[str, ...]]:
    for place, cell in enumerate(cells):
        if cell.raised:
            part = percent(cell.raised / cell.observed) if cell.observed else "–"
            begin = columns.begin(place).isoformat()
            yield easel.telling.name(one.fault_id), begin, f"{cell.raised:,}", f"{cell.observed:,}", part
