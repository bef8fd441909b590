"""Lanes put on the picture: a bar for each interval, its deadlines and breaches, and what the fault comes to."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from faultlog.report.charts.canvas import NAMES, SUMS, Canvas, Line, polygon
from faultlog.report.charts.frame import Frame
from faultlog.report.charts.lanes import Lane
from faultlog.report.charts.marks import Box, Shape
from faultlog.report.charts.palette import ALARM, BAND, INK, PAPER, SEVERITIES, SHADE, SOFT, UNSURE, Paint
from faultlog.report.charts.stays import Stay, Stretch
from faultlog.report.rows import Finding, Interval
from faultlog.report.times import Times
from faultlog.values import dataclass

NARROWEST = 3.0
"""Pixels of the shortest interval. Tool default."""
MOST_LABELS = 6
"""Labels along one line of a lane. Tool default."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a lane uses its height, in pixels from its top."""

    height: float
    bar: tuple[float, float]
    """Top and height of the bars."""
    above: tuple[float, ...]
    """Tops of lines for when an interval was."""
    below: tuple[float, ...]
    """Tops of lines for how late it was."""
    columns: int
    """Lines beside the lane."""


STYLES = (
    (3, Style(98, (31, 20), (4,), (58, 76), 3)),
    (10, Style(56, (11, 16), (), (35,), 2)),
    (20, Style(34, (9, 16), (), (), 1)),
)
"""Up to how many lanes each is used."""
COMPACT = Style(26, (8, 11), (), (), 1)


def style_of(lanes: Sequence[Lane]) -> Style:
    """How high each lane is: less, the more there are; without lines for how late, where nothing is."""
    style = next((one for most, one in STYLES if len(lanes) <= most), COMPACT)
    if style.below and not any(lane.breaches for lane in lanes):
        return replace(style, height=max(style.height - 18 * len(style.below), 18 * style.columns + 14), below=())
    return style


def draw_lanes(canvas: Canvas, lanes: Sequence[Lane], frame: Frame, times: Times) -> None:
    """Put every lane on the picture, one below the other."""
    style = style_of(lanes)
    for place, lane in enumerate(lanes):
        if place % 2 == 0:
            canvas.under(Box(NAMES[0] - 8, canvas.top, SUMS[1] - NAMES[0] + 16, style.height, BAND))
        _breaches(canvas, lane, frame, style)
        _bars(canvas, lane.stays, frame, style)
        _deadlines(canvas, lane, frame, style)
        _labels(canvas, lane, frame, (style, times))
        _columns(canvas, lane, style, times)
        canvas.top += style.height


def _breaches(canvas: Canvas, lane: Lane, frame: Frame, style: Style) -> None:
    top, height = canvas.top + style.bar[0] - 4, style.bar[1] + 8
    reach = [(frame.x(one.begin), max(frame.x(one.end), frame.x(one.begin) + NARROWEST)) for one in lane.breaches]
    for left, right in _joined(reach):
        canvas.put(Box(left, top, right - left, height, SHADE, ALARM), "breach")


def _joined(spans: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Spans of pixels, those that touch as one."""
    joined: list[tuple[float, float]] = []
    for left, right in sorted(spans):
        if joined and left <= joined[-1][1] + 0.5:
            joined[-1] = joined[-1][0], max(right, joined[-1][1])
        else:
            joined.append((left, right))
    return joined


def _bars(canvas: Canvas, stays: Sequence[Stay], frame: Frame, style: Style) -> None:
    """The bars, milder ones first, so that what is worst stays visible where many share a pixel."""
    order = [(False, None), *((sure, kind) for sure in (True,) for kind in (None, "Minor", "Major", "Critical"))]
    parts: dict[tuple[bool, str | None], list[tuple[float, float]]] = {key: [] for key in order}
    for stay in stays:
        for one in stay.stretches:
            key = (True, one.severity) if one.sure else (False, None)
            parts[key].append(_wide(frame.x(one.begin), frame.x(one.end)))
    top, height = canvas.top + style.bar[0], style.bar[1]
    for (sure, severity), spans in parts.items():
        paint, sign = (SEVERITIES[severity], f"severity.{severity}") if sure else (UNSURE, "unsure")
        for left, right in _joined(spans):
            _area(canvas, Box(left, top, right - left, height), paint, sign)
    for stay in stays:
        _tips(canvas, stay, frame, (top, height))


def _wide(left: float, right: float) -> tuple[float, float]:
    return left, max(right, left + NARROWEST)


def _area(canvas: Canvas, box: Box, paint: Paint, sign: str) -> None:
    hatch = paint.hatch if box.width > 5 else ""
    canvas.put(Box(box.left, box.top, box.width, box.height, paint.fill, paint.edge, hatch), sign)


def _tips(canvas: Canvas, stay: Stay, frame: Frame, bar: tuple[float, float]) -> None:
    """An arrow for an end that was not reached, a torn edge for one that was not seen."""
    left, right = frame.x(stay.reach[0]), _wide(frame.x(stay.reach[0]), frame.x(stay.reach[1]))[1]
    if stay.begins == "unseen" and stay.reach[0] >= frame.begin:
        torn(canvas, (left, -1), bar, "begin")
    if stay.ends == "open":
        arrow(canvas, right, bar, _last(stay.stretches))
    elif stay.ends == "unseen":
        torn(canvas, (right, 1), bar, "end")


def _last(stretches: Sequence[Stretch]) -> str | None:
    return max(stretches, key=lambda one: one.end).severity


def arrow(canvas: Canvas, left: float, bar: tuple[float, float], severity: str | None) -> None:
    """A head that says: and on."""
    top, height = bar
    paint = SEVERITIES[severity]
    points = ((left, top - 3), (left + 11, top + height / 2), (left, top + height + 3))
    canvas.put(Shape(points, paint.fill, INK), "open")


def torn(canvas: Canvas, edge: tuple[float, int], bar: tuple[float, float], sign: str) -> None:
    """A torn edge at a pixel, with some of what nobody saw on its side, left (-1) or right (1)."""
    at, side = edge
    top, height = bar
    steps = 4
    teeth = tuple((at + (3 if step % 2 else -3), top - 2 + (height + 4) * step / steps) for step in range(steps + 1))
    canvas.put(Box(min(at, at + 11 * side), top, 11, height, UNSURE.fill, UNSURE.edge, UNSURE.hatch, 0))
    canvas.put(Shape(teeth, None, PAPER, 5, closed=False))
    canvas.put(Shape(teeth, None, INK, 1.5, closed=False), sign)


TRIANGLE = ((0.0, 0.0), (1.0, 0.0), (0.5, 1.0))


def _deadlines(canvas: Canvas, lane: Lane, frame: Frame, style: Style) -> None:
    """A mark at each deadline, filled where it passed uncleared; one for those that share a place."""
    top, height = canvas.top + style.bar[0], style.bar[1]
    last: dict[bool, float] = {}
    for one in sorted(lane.deadlines, key=lambda one: one.at):
        broken, at = one.finding.verdict == "breached", frame.x(one.at)
        if at < last.get(broken, -9) + 4:
            continue
        last[broken] = at
        deadline(canvas, at, (top, height), broken=broken)


def deadline(canvas: Canvas, at: float, bar: tuple[float, float], *, broken: bool) -> None:
    """The mark of one deadline."""
    top, height = bar
    canvas.put(Shape(((at, top - 4), (at, top + height + 4)), None, PAPER, 3.5, closed=False))
    canvas.put(Shape(((at, top - 4), (at, top + height + 4)), None, INK, 1.5, closed=False))
    sign = "deadline.passed" if broken else "deadline"
    canvas.put(Shape(polygon(at, top - 8, 9, TRIANGLE), INK if broken else PAPER, INK, 1.2), sign)


def _labels(canvas: Canvas, lane: Lane, frame: Frame, look: tuple[Style, Times]) -> None:
    """How late, beside the breaches; where there is room also when each interval was. The worst first."""
    style, times = look
    below = [Line(canvas, canvas.top + top, 12) for top in style.below]
    for one in lane.breaches[: MOST_LABELS * len(below)]:
        middle = (frame.x(one.begin) + frame.x(one.end)) / 2
        said = [late(canvas, one.finding, whence=whence) for whence in (True, False)]
        any(line.put(one, middle, ALARM) for one in said for line in below)
    above = [Line(canvas, canvas.top + top, 12) for top in style.above]
    for stay in sorted(lane.stays, key=lambda one: one.reach[0] - one.reach[1])[:MOST_LABELS]:
        middle = (frame.x(stay.reach[0]) + frame.x(stay.reach[1])) / 2
        any(line.put(_when(canvas, stay.interval, times), middle, SOFT) for line in above)


def _when(canvas: Canvas, interval: Interval, times: Times) -> str:
    begin = times.short(interval.raised.at) if interval.raised.kind == "observed" else "…"
    end = times.short(interval.cleared.at) if interval.cleared.kind == "observed" else "…"
    return canvas.wording.words("span", begin=begin, end=end)


def late(canvas: Canvas, finding: Finding, *, whence: bool = False) -> str:
    """By how much a promise was broken, and from what its deadline counts."""
    say = canvas.wording
    so_far = finding.headline.key.endswith((".open", ".open.unknown"))
    key = "chart.late.unknown" if finding.margin_s is None else "chart.late.so_far" if so_far else "chart.late"
    margin = {} if finding.margin_s is None else {"margin_s": abs(finding.margin_s)}
    said = say.words(key, **margin)
    after = f"chart.after.{finding.expectation.after}"
    return f"{said} · {say.words(after)}" if whence and say.has(after) else said


def _columns(canvas: Canvas, lane: Lane, style: Style, times: Times) -> None:
    """The fault's name left of its lane, what it comes to right of it."""
    name = f"{lane.fault}\u00a0 {canvas.wording.say(lane.rows[0].interval.title)}"
    state, verdict = _state(canvas, lane, times), _verdict(canvas, lane)
    if style.columns == 1:
        top, size = canvas.top + (style.height - 16) / 2, 12
        canvas.write(name, (NAMES[0], top), size, NAMES[1] - NAMES[0])
        said, colour = verdict if verdict[1] == ALARM else (state, INK)
        canvas.write(said, (SUMS[0], top), size, SUMS[1] - SUMS[0], colour)
        return
    named = canvas.wrapped(name, 13, NAMES[1] - NAMES[0], style.columns - 1)
    _beside(canvas, style, NAMES, [*((line, INK) for line in named), (_ids(lane), SOFT)])
    _beside(canvas, style, SUMS, [(state, INK), verdict])


def _beside(canvas: Canvas, style: Style, column: tuple[float, float], lines: Sequence[tuple[str, str]]) -> None:
    """Lines of a column about the middle of the lane's bars; the last is the smaller one."""
    written = [(said, colour) for said, colour in lines if said]
    top = canvas.top + max(6, style.bar[0] + (style.bar[1] - 18 * len(written)) / 2)
    for place, (said, colour) in enumerate(written):
        size = 12 if 0 < place == len(written) - 1 else 13
        canvas.write(said, (column[0], top + 18 * place), size, column[1] - column[0], colour)


def _ids(lane: Lane) -> str:
    ids = [row.interval.id for row in lane.rows]
    named = ids[0] if len(ids) == 1 else f"{ids[0]} … {ids[-1]}"
    severity = lane.worst.interval.severity
    return named if severity is None else f"{severity} · {named}"


def _state(canvas: Canvas, lane: Lane, times: Times) -> str:
    """How long it was raised, or how often and how long at most."""
    say = canvas.wording
    opened = any(row.interval.state == "open" for row in lane.rows)
    if len(lane.rows) == 1:
        lasted = times.duration(lane.rows[0].interval)
        return say.words("chart.still_open", duration=lasted) if opened else lasted
    return say.words("chart.stays.open" if opened else "chart.stays", count=f"{len(lane.rows):,}")


def _verdict(canvas: Canvas, lane: Lane) -> tuple[str, str]:
    """The worst verdict in a few words, and its colour; empty where nothing is promised."""
    if not lane.worst.findings:
        return "", SOFT
    worst = lane.worst.findings[0]
    if worst.verdict == "breached":
        return late(canvas, worst), ALARM
    return canvas.wording.words(f"chart.verdict.{worst.verdict}"), SOFT
