"""How much was written each minute: strips below the lanes, and the same as a table for whoever does not see them."""

from collections.abc import Callable, Iterable, Mapping

from faultlog.report.busy import MINUTE, by_minute, columns
from faultlog.report.html.drawing import COLUMNS, STRIP, Axis, Drawing, Strip
from faultlog.report.view import Seen

LEAST = 1.5
"""Pixels that a column is high at least where anything was written. Tool default."""
LENGTHS = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720)
"""Minutes that a row of the table may stand for; more are whole days."""
DAY = 1_440
"""Minutes."""
MOST_ROWS = 24
"""Rows of the table, but for one more where the first minute lies within one. Tool default."""


def strips(view: Seen, axis: Axis) -> tuple[Strip, ...]:
    """A strip each of lines, warnings and errors; none where not every line was read."""
    if not view.doc.activity:
        return ()
    counted = by_minute(view.doc.activity, axis.begin, axis.end)
    return tuple(_strip(view, name, counts, axis) for name, counts in counted.items())


def _strip(view: Seen, name: str, counts: Mapping[int, int], axis: Axis) -> Strip:
    busiest = max(counts, key=counts.__getitem__, default=axis.begin)
    most, label = counts.get(busiest, 0), view.wording.words(f"chart.row.{name}")
    said = view.wording.words(
        "html.strip" if most else "html.strip.none",
        row=label, count=f"{sum(counts.values()):,}", most=f"{most:,}", time=view.times.second(busiest),
    )  # fmt: skip
    span = max(1, axis.end - axis.begin)
    shown = columns(counts, axis.begin, axis.end, lambda at: min(COLUMNS - 1e-6, COLUMNS * (at - axis.begin) / span))
    most_said = view.wording.words("chart.most", count=f"{most:,}")
    return Strip(name, f"{label} · {most_said}", said, _outline(shown, most), counts)


def _outline(shown: Mapping[int, int], most: int) -> str:
    """An SVG path around the columns; neighbours of one height are one step of it."""
    path, before = f"M0 {STRIP}", float(STRIP)
    for column in range(COLUMNS):
        count = shown.get(column, 0)
        top = round(STRIP - max(LEAST, STRIP * count / most), 1) if count else float(STRIP)
        if top != before:
            path, before = f"{path}H{column}V{top:g}", top
    return f"{path}H{COLUMNS}V{STRIP}z"


def written(view: Seen, drawing: Drawing) -> list[tuple[str, ...]]:
    """The strips as a table: from when to when, lines, warnings, errors, and the most lines of one minute."""
    if not drawing.strips:
        return []
    length = _length(drawing.axis)
    places = range(drawing.axis.begin // length, drawing.axis.end // length + 1)
    cells = [_grouped(one.counts, length, places[0], sum) for one in drawing.strips]
    cells.append(_grouped(drawing.strips[0].counts, length, places[0], max))
    return [(_span(view, length * place, length), *(f"{one.get(place, 0):,}" for one in cells)) for place in places]


def _length(axis: Axis) -> int:
    """Nanoseconds that a row of the table stands for: it begins at a multiple of them."""
    whole = (axis.end - axis.begin) // MINUTE + 1
    days = -(-whole // (MOST_ROWS * DAY)) * DAY
    return MINUTE * next((one for one in LENGTHS if one * MOST_ROWS >= whole), days)


def _grouped(
    counts: Mapping[int, int], length: int, first: int, made: Callable[[Iterable[int]], int]
) -> Mapping[int, int]:
    """What is made of the counts of each row; a minute belongs to the row that it begins in, or to the first."""
    found: dict[int, list[int]] = {}
    for at, count in counts.items():
        found.setdefault(max(first, at // length), []).append(count)
    return {place: made(some) for place, some in found.items()}


def _span(view: Seen, begin: int, length: int) -> str:
    return view.wording.words("span", begin=view.times.second(begin), end=view.times.second(begin + length))
