"""The ten-minute rule over time: promises broken, not decided and kept, by the week in which their time began."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from faultlog.fleet.report.picture import Easel, Picture, keyed, line
from faultlog.fleet.report.scales import Even, rounds
from faultlog.fleet.report.telling import NOTHING, Telling, number, percent
from faultlog.fleet.statistics.breaches import Promise
from faultlog.report.charts.canvas import MARGIN, WIDTH, Canvas
from faultlog.report.charts.marks import Box, Shape
from faultlog.report.charts.palette import PAPER, SOFT, UNSURE, Paint
from faultlog.values import dataclass

MOST_BARS = 54
"""Bars; with more weeks, each bar is several. Tool default."""
MOST_BLOCKS = 6
"""Promises that are drawn, those with the most verdicts. Tool default."""
HEIGHT, AXIS = 110.0, 44.0
BROKEN, KEPT = Paint("#7d0a1e", "#5a0615"), Paint("#a9d6f0", "#3b7ea6")


@dataclass(frozen=True, slots=True)
class Bar:
    """Some weeks together."""

    monday: date
    breached: int
    undecided: int
    met: int

    @property
    def total(self) -> int:
        """All verdicts."""
        return self.breached + self.undecided + self.met


@dataclass(frozen=True, slots=True)
class Weeks:
    """Weeks side by side, from the first with any verdict to the last."""

    first: date
    wide: int
    """Weeks that stand for a bar."""
    count: int


def weeks_of(promises: Sequence[Promise], most: int = MOST_BARS) -> Weeks | None:
    """As few weeks to a bar as `most` bars allow; `None` without a week."""
    mondays = [date.fromisoformat(week.monday) for one in promises for week in one.weeks]
    if not mondays:
        return None
    count = (max(mondays) - min(mondays)).days // 7 + 1
    wide = -(-count // most)
    return Weeks(min(mondays), wide, -(-count // wide))


def bars_of(promise: Promise, weeks: Weeks) -> list[Bar]:
    """The bars of a promise, those of weeks without a verdict as well."""
    sums = [[0, 0, 0] for _ in range(weeks.count)]
    for one in promise.weeks:
        place = (date.fromisoformat(one.monday) - weeks.first).days // 7 // weeks.wide
        counts = (one.breached.n, one.pending + one.indeterminate, one.breached.of - one.breached.n)
        sums[place] = [before + more for before, more in zip(sums[place], counts, strict=True)]
    return [Bar(weeks.first + timedelta(7 * weeks.wide * place), *each) for place, each in enumerate(sums)]


def promise_name(telling: Telling, one: Promise) -> str:
    """The fault, and what is promised of it."""
    promised = telling.words(f"promise.{one.expectation}.{one.after}", within_s=one.within_s)
    return f"{telling.name(one.fault_id)}: {promised}"


def breaches(easel: Easel) -> Picture | None:
    """The picture, where any promise was judged in a known week."""
    telling, promises = easel.telling, easel.telling.fleet.promises
    weeks = weeks_of(promises)
    if weeks is None:
        return None
    every = [(one, bars_of(one, weeks)) for one in promises if one.weeks]
    shown = sorted(every, key=lambda pair: -sum(bar.total for bar in pair[1]))[:MOST_BLOCKS]
    canvas, head = easel.begun("weeks", telling.counted("fleet.report.weeks.note", weeks.wide))
    for one, bars in shown:
        _block(canvas, easel, one, bars)
    keyed(
        canvas,
        [
            (Box(0, 0, 0, 0, paint.fill, paint.edge, paint.hatch), telling.words(f"fleet.report.weeks.{name}"))
            for name, paint in (("breached", BROKEN), ("undecided", UNSURE), ("met", KEPT))
        ],
    )
    names = ("promise", "week", "breached", "met", "undecided", "of_decided")
    rows = (row for one, bars in every for row in _rows(telling, one, bars))
    return easel.ended(canvas, head, _said(telling), easel.table(names, rows, 2, 3, 4, 5))


def _said(telling: Telling) -> str:
    promises = telling.fleet.promises
    undecided = sum(week.pending + week.indeterminate for one in promises for week in one.weeks)
    return telling.words(
        "fleet.report.weeks.alternative",
        breached=f"{sum(one.breached.n for one in promises):,}",
        of=f"{sum(one.breached.of for one in promises):,}",
        undecided=f"{undecided:,}",
    )


def _rows(telling: Telling, promise: Promise, bars: Sequence[Bar]) -> Iterable[tuple[str, ...]]:
    for bar in bars:
        if bar.total:
            year, week, _ = bar.monday.isocalendar()
            decided = bar.breached + bar.met
            counts = (f"{one:,}" for one in (bar.breached, bar.met, bar.undecided))
            share = percent(bar.breached / decided) if decided else NOTHING
            yield promise_name(telling, promise), f"{year}-W{week:02d}", *counts, share


def _block(canvas: Canvas, easel: Easel, promise: Promise, bars: Sequence[Bar]) -> None:
    telling = easel.telling
    whole = f"{telling.share(promise.breached)} {telling.words('fleet.report.weeks.breached')}"
    wide = canvas.width(whole, 12)
    canvas.write(promise_name(telling, promise), (MARGIN, canvas.top), 14, WIDTH - 2 * MARGIN - wide - 20)
    canvas.write(whole, (WIDTH - MARGIN - wide, canvas.top + 2), 12, wide + 4, SOFT)
    canvas.top += 40
    _plot(canvas, bars)


def _plot(canvas: Canvas, bars: Sequence[Bar]) -> None:
    top, left, right = canvas.top, MARGIN + AXIS, WIDTH - MARGIN
    marks = rounds(max(bar.total for bar in bars), 3)
    y = Even(0, marks[-1], top + HEIGHT, top)
    for value in marks:
        if value == int(value):
            line(canvas, (left, y.at(value)), (right, y.at(value)))
            said = number(value)
            canvas.write(said, (left - 6 - canvas.width(said, 11), y.at(value) - 7), 11, AXIS, SOFT)
    step, named = (right - left) / len(bars), left
    for place, bar in enumerate(bars):
        at = left + place * step
        _bar(canvas, bar, y, (at, min(step, 90.0)))
        said = f"{bar.monday:%Y-%m-%d}"
        size = canvas.width(said, 11)
        begin = min(at, right - size)
        if begin >= named:
            canvas.write(said, (begin, top + HEIGHT + 9), 11, size + 2, SOFT)
            named = begin + max(size + 10, (right - left) / 12)
    canvas.put(Shape(((left, top + HEIGHT), (right, top + HEIGHT)), None, SOFT, 1, closed=False))
    canvas.top = top + HEIGHT + 36


def _bar(canvas: Canvas, bar: Bar, y: Even, place: tuple[float, float]) -> None:
    """Broken promises lie at the bottom, on the line from which they are counted; how many stands above the bar."""
    left, wide = place
    inner, base = max(1.5, wide - max(1.0, 0.2 * wide)), 0
    for value, paint in ((bar.breached, BROKEN), (bar.undecided, UNSURE), (bar.met, KEPT)):
        if value:
            low, high = y.at(base), y.at(base + value)
            canvas.put(Box(left, high, inner, low - high, paint.fill, paint.edge, paint.hatch, 0.6))
            base += value
    said = f"{bar.breached:,}/{bar.total:,}"
    size = canvas.width(said, 10)
    if bar.total and size <= wide:
        canvas.put(Box(left, y.at(base) - 16, size, 13, PAPER))  # no line runs through it
        canvas.write(said, (left, y.at(base) - 15), 10, size + 2, SOFT)
