"""The timeline of a comparison: a lane for each fault, one of what was observed of OLD, one of NEW."""

from collections.abc import Iterable, Sequence

from faultlog.comparison import CHANGES
from faultlog.report.comparing import told_of
from faultlog.report.comparisons import ComparisonDocument, FaultChange, Stay
from faultlog.report.html.accounts import id_of
from faultlog.report.html.drawing import Axis, Bar, Drawing, Lane, offsets, piece, runs, ticks
from faultlog.report.html.lanes import CELLS, LEGEND, MOST_BARS, MOST_IN_ALL, MOST_LANES
from faultlog.report.html.observed import bars_of, between, by_kind, few, joined, thinned, unseen
from faultlog.report.html.pieces import deadlines, reach_of, stretch, unseen_ends
from faultlog.report.times import Times, ends_of, nanoseconds
from faultlog.wording import zone_named


def drawn(doc: ComparisonDocument, times: Times) -> Drawing | None:
    """The timeline; none where nothing is dated."""
    axis = _axis(doc)
    if axis is None:
        return None
    shown = doc.faults[:MOST_LANES]
    alone = alone_of(doc)
    lanes = [_lane(times, fault, axis, alone) for fault in shown]
    for key, side in (("old", doc.old), ("new", doc.new)):
        label = f"{times.wording.words(f'compare.{key}')} {side.bundle.name}"
        lanes.append(Lane(key, label, bars_of(times, few(by_kind(side.coverage), axis), axis, f"{label}, ")))
    bands = tuple(piece(axis, "hidden", begin, end) for begin, end in thinned(_hidden(doc, axis), axis))
    zone = zone_named(times.wording.zone)
    return Drawing(axis, tuple(lanes), bands, ticks(axis, times), offsets(axis, zone))


def legend(drawing: Drawing, times: Times) -> list[tuple[str, str]]:
    """Everything that is drawn, with its words."""
    say, used = times.wording, drawing.kinds
    found: list[tuple[str, str]] = [(one, say.words(f"compare.change.{one}")) for one in CHANGES if one in used]
    if "hidden" in used:
        used.add("blind")
    return found + [(kind, say.words(key)) for kind, key in LEGEND.items() if kind in used and key is not None]


def notes(doc: ComparisonDocument, times: Times) -> list[str]:
    """What is not drawn one by one."""
    say, more, alone = times.wording, len(doc.faults) - MOST_LANES, alone_of(doc)
    said = [say.counted("html.more_lanes", more)] if more > 0 else []
    crowded = any(len(fault.stays) > alone for fault in doc.faults[:MOST_LANES])
    return [*said, *([say.words("html.crowded", most=alone)] if crowded else [])]


def alone_of(doc: ComparisonDocument) -> int:
    """How many stays of one fault are drawn one by one, where so many faults have a lane."""
    return min(MOST_BARS, MOST_IN_ALL // max(1, min(MOST_LANES, len(doc.faults))))


def _axis(doc: ComparisonDocument) -> Axis | None:
    """From the first to the last instant of both bundles and of every stay."""
    ends: list[str | None] = [at for side in (doc.old, doc.new) for at in (side.first_at, side.last_at)]
    ends += [at for fault in doc.faults for stay in fault.stays for at in ends_of(told_of(stay))]
    known = [ns for at in ends if (ns := nanoseconds(at)) is not None]
    return Axis(min(known), max(known)) if known else None


def _lane(times: Times, fault: FaultChange, axis: Axis, alone: int) -> Lane:
    say = times.wording
    label = f"{fault.fault_id} {say.say(fault.title)} · {say.words(f'compare.change.{fault.change}')}"
    if len(fault.stays) <= alone:
        return Lane(str(fault.fault_id), label, tuple(_bar(times, stay, axis) for stay in fault.stays))
    return Lane(str(fault.fault_id), label, tuple(_together(times, fault.stays, axis)))


def _bar(times: Times, stay: Stay, axis: Axis) -> Bar:
    """One stay, coloured by what became of it."""
    say, told, best = times.wording, told_of(stay), stay.together or stay.new
    findings = () if best is None else best.findings
    said = (id_of(stay), say.words(f"compare.change.{stay.change}"), f"{told.fault_id} {say.say(told.title)}")
    label = ", ".join((*said, times.raised(told), times.cleared(told), times.duration(told)))
    parts = (*stretch(told, axis), *deadlines(findings, told, axis), *unseen_ends(told, axis))
    return Bar(label, parts, stay.change, stay.change, id_of(stay))


def _together(times: Times, stays: Sequence[Stay], axis: Axis) -> Iterable[Bar]:
    """Stays as bars that stand for several, by what became of them; what asks for attention is drawn on top."""
    say, cells = times.wording, CELLS // (MOST_LANES // 2)
    for change in reversed(CHANGES):
        told = [told_of(stay) for stay in stays if stay.change == change]
        spans = [reach for one in told if (reach := reach_of(one, axis)) is not None]
        for begin, end, count in runs(axis, spans, cells):
            ends = {"begin": times.second(begin), "end": times.second(end)}
            said = f"{say.words(f'compare.change.{change}')}, {say.counted('html.together', count, **ends)}"
            yield Bar(said, (piece(axis, "sure", begin, end),), change, change)


def _hidden(doc: ComparisonDocument, axis: Axis) -> list[tuple[int, int]]:
    """What neither bundle shows, in order."""
    seen = [one for side in (doc.old, doc.new) for one in between(unseen(by_kind(side.coverage), axis), axis)]
    return joined([*between(joined(seen), axis), *by_kind(doc.holes)["blind"]])
