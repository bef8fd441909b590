"""The timeline of a case: a lane for each fault, then events, what was observed, and strips of what was written."""

from collections.abc import Iterable, Sequence

from faultlog.report.html.drawing import (
    Axis,
    Bar,
    Drawing,
    Lane,
    Piece,
    offsets,
    piece,
    runs,
    sign,
    ticks,
)
from faultlog.report.html.observed import bars_of, by_kind, few, thinned, unseen
from faultlog.report.html.pieces import deadlines, reach_of, stretch, unseen_ends
from faultlog.report.html.strips import strips
from faultlog.report.ledger import carrying
from faultlog.report.rows import Interval, Signal, Span
from faultlog.report.times import ends_of, nanoseconds
from faultlog.report.view import Judged, Seen, by_fault, judged
from faultlog.wording import zone_named

MOST_LANES = 40
"""Faults that get a lane, the worst. Tool default."""
MOST_BARS = 60
"""Intervals of one fault that are drawn one by one; more are drawn together where they lie close. Tool default."""
MOST_IN_ALL = 600
"""Intervals of all faults that are drawn one by one. Tool default."""
CELLS = 1_200
"""Stretches in all lanes together into which such intervals are sorted. Tool default."""
MOST_SIGNS = 60
"""Events of one kind that are drawn one by one. Tool default."""

EVENTS = (
    "connector_started", "connector_stopped", "boot", "scan_service_exited", "definitions_updated", "policy_changed",
    "version_changed",
)  # fmt: skip
"""Kinds of signals that are drawn as events."""


def drawn(view: Seen) -> Drawing | None:
    """The timeline; none where nothing is dated."""
    spans = carrying(view)
    axis = _axis(view, spans)
    if axis is None:
        return None
    lanes = of_faults(view, axis)
    events = _events(view, axis)
    if events:
        lanes.append(Lane("events", view.wording.words("bars.events"), events))
    known = by_kind(spans)
    known["blind"] = unseen(known, axis)
    lanes.append(Lane("observed", view.wording.words("bars.observed"), bars_of(view.times, few(known, axis), axis)))
    bands = tuple(piece(axis, "hidden", begin, end) for begin, end in thinned(known["blind"], axis))
    zone = zone_named(view.wording.zone)
    return Drawing(axis, tuple(lanes), bands, ticks(axis, view.times), offsets(axis, zone), strips(view, axis))


def of_faults(view: Seen, axis: Axis) -> list[Lane]:
    """A lane for each fault, the worst first."""
    groups = by_fault(judged(view))[:MOST_LANES]
    alone = _alone(groups)
    crowded = [group for group in groups if len(group) > alone]
    cells = max(20, CELLS // max(1, sum(len(_kinds(group)) for group in crowded)))
    return [
        _together(view, group, axis, min(240, cells)) if len(group) > alone else _one_by_one(view, group, axis)
        for group in groups
    ]


LEGEND = {
    "critical": None, "major": None, "minor": None, "none": "html.no_severity", "unsure": "bars.unsure",
    "onwards": "bars.onwards", "before": "bars.before", "deadline": "html.deadline", "breach": "html.overdue",
    **{kind: f"signal.{kind}" for kind in EVENTS}, "live": "bars.live", "dead": "bars.dead", "blind": "bars.blind",
}  # fmt: skip
"""What is explained below the timeline, with the key of its words; severities are named as logs name them."""


def legend(view: Seen, drawing: Drawing) -> list[tuple[str, str]]:
    """Everything that is drawn, with its words."""
    used = drawing.kinds
    known = ((kind, key) for kind, key in LEGEND.items() if kind in used)
    return [(kind, kind.capitalize() if key is None else view.wording.words(key)) for kind, key in known]


def notes(view: Seen) -> list[str]:
    """What is not drawn one by one."""
    groups, say = by_fault(judged(view)), view.wording
    more = len(groups) - MOST_LANES
    said = [say.counted("html.more_lanes", more)] if more > 0 else []
    alone = _alone(groups[:MOST_LANES])
    crowded = any(len(group) > alone for group in groups[:MOST_LANES])
    return [*said, *([say.words("html.crowded", most=alone)] if crowded else [])]


def _alone(groups: Sequence[Sequence[Judged]]) -> int:
    """How many intervals of one fault are drawn one by one, where so many faults have a lane."""
    return min(MOST_BARS, MOST_IN_ALL // max(1, len(groups)))


def _axis(view: Seen, spans: Sequence[Span]) -> Axis | None:
    """From the first to the last instant of what was observed and of every interval."""
    ends: list[str | None] = [at for span in spans for at in (span.from_, span.to)]
    ends += [at for one in view.doc.intervals for at in ends_of(one)]
    known = [ns for at in ends if (ns := nanoseconds(at)) is not None]
    return Axis(min(known), max(known)) if known else None


def _one_by_one(view: Seen, group: Sequence[Judged], axis: Axis) -> Lane:
    """One fault's intervals, each a bar."""
    return Lane(*_named(view, group), tuple(_bar(view, row, axis) for row in group))


def _named(view: Seen, group: Sequence[Judged]) -> tuple[str, str]:
    """The key and the label of a fault's lane."""
    first = group[0].interval
    return str(first.fault_id), f"{first.fault_id} {view.name_of(first)}"


def _kinds(group: Sequence[Judged]) -> dict[tuple[str, str], list[Interval]]:
    """Intervals that are filtered alike: by severity and state, the most telling last, where they are drawn on top."""
    kinds: dict[tuple[str, str], list[Interval]] = {}
    for row in group:
        kinds.setdefault((severity_of(row.interval), row.interval.state), []).append(row.interval)
    order = ("none", "minor", "major", "critical")
    return dict(sorted(kinds.items(), key=lambda one: (order.index(one[0][0]), one[0][1])))


def severity_of(interval: Interval) -> str:
    """The severity as a class of the page."""
    return "none" if interval.severity is None else interval.severity.lower()


def _together(view: Seen, group: Sequence[Judged], axis: Axis, cells: int) -> Lane:
    """One fault's intervals as bars that stand for several, each with how many begin in it."""
    bars: list[Bar] = []
    for (severity, state), intervals in _kinds(group).items():
        known = [reach for one in intervals if (reach := reach_of(one, axis)) is not None]
        for begin, end, count in runs(axis, known, cells):
            said = view.wording.counted(
                "html.together", count, begin=view.times.second(begin), end=view.times.second(end)
            )
            bars.append(Bar(said, (piece(axis, "sure", begin, end),), severity, state))
    return Lane(*_named(view, group), tuple(bars))


def _bar(view: Seen, row: Judged, axis: Axis) -> Bar:
    """One interval: what is certain, what is not, its deadlines, and its ends that nobody saw."""
    interval, times = row.interval, view.times
    label = ", ".join(
        (interval.id, f"{interval.fault_id} {view.name_of(interval)}", times.raised(interval), times.cleared(interval),
         times.duration(interval), *(view.wording.say(one.headline) for one in row.findings))
    )  # fmt: skip
    parts = (*_stay(view, interval, axis), *deadlines(row.findings, interval, axis), *unseen_ends(interval, axis))
    return Bar(label, parts, severity_of(interval), interval.state, interval.id)


def _stay(view: Seen, interval: Interval, axis: Axis) -> Iterable[Piece]:
    """From the raise to the clear; in parts where the clock was set back meanwhile."""
    steps = view.set_back_in(interval)
    if steps:
        begins = (interval.raised.at, *(step.after for step in steps))
        ends = (*(step.before for step in steps), interval.cleared.at)
        for begun, ended in zip(begins, ends, strict=True):
            yield piece(axis, "sure", *sorted((nanoseconds(begun) or axis.begin, nanoseconds(ended) or axis.end)))
        return
    yield from stretch(interval, axis)


def _events(view: Seen, axis: Axis) -> tuple[Bar, ...]:
    """Starts, boots, updates and exits; many of one kind together."""
    found: list[Bar] = []
    for kind in EVENTS:
        dated = [(one, ns) for one in view.doc.signals if one.kind == kind and (ns := nanoseconds(one.at)) is not None]
        inside = [(one, ns) for one, ns in dated if axis.holds(ns)]
        found += _signs(view, kind, inside, axis)
    return tuple(found)


def _signs(view: Seen, kind: str, found: Sequence[tuple[Signal, int]], axis: Axis) -> Iterable[Bar]:
    name = view.wording.words(f"signal.{kind}")
    if len(found) <= MOST_SIGNS:
        for one, ns in found:
            yield Bar(f"{name}, {view.times.both(one.at)}", (sign(axis, kind, ns),), "none", "event")
        return
    for begin, end, count in runs(axis, [(ns, ns) for _, ns in found], MOST_SIGNS):
        span = view.wording.words("span", begin=view.times.second(begin), end=view.times.second(end))
        yield Bar(f"{name}, {span}: {count:,}", (sign(axis, kind, (begin + end) // 2),), "none", "event")
