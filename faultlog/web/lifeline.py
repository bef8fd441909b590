"""All bundles of a host on one time axis: what is known together, a lane for each fault; below, a lane for each bundle.

Bundles that have no case together speak for themselves: their faults have lanes of their own, which say whose they are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from faultlog.model import Instant
from faultlog.report.html.drawing import Axis, Bar, Drawing, Lane, offsets, piece, ticks
from faultlog.report.html.lanes import LEGEND, MOST_LANES, of_faults
from faultlog.report.html.observed import bars_of, by_kind, few, joined, thinned, unseen
from faultlog.report.ledger import carrying
from faultlog.report.times import Times, ends_of, nanoseconds
from faultlog.report.view import Seen as View
from faultlog.store.places import Host, Seen
from faultlog.values import dataclass
from faultlog.wording import Wording, zone_named

MOST_BUNDLES: Final = 30
"""Bundles that get a lane, the newest. Tool default."""
_US: Final = 1000
"""Nanoseconds in a microsecond."""

_Ends = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Told:
    """A case that is counted of a host."""

    case: str
    bundle: str
    """The name of its bundle, where others speak for themselves too; else empty."""
    view: View


def drawn(host: Host, told: Sequence[Told], seen: Sequence[Seen], say: Wording) -> Drawing | None:
    """The timeline of a host; none where nothing is dated.

    Args:
        host: with its bundles.
        told: the cases that are counted, the newest first.
        seen: what each bundle's logs tell of.
        say: the language, and the zone of the times.
    """
    axis = _axis(host, told, seen)
    if axis is None:
        return None
    times = _times(axis, say)
    faults = [lane for one in told for lane in _faults(one, axis)][:MOST_LANES]
    bands = tuple(piece(axis, "hidden", begin, end) for begin, end in thinned(_hidden(told, axis), axis))
    lanes = (*faults, *_bundles(host, seen, axis, times))
    return Drawing(axis, lanes, bands, ticks(axis, times), offsets(axis, zone_named(say.zone)))


def legend(drawing: Drawing, say: Wording) -> list[tuple[str, str]]:
    """Everything that is drawn, with its words."""
    used = drawing.kinds | ({"blind"} if "hidden" in drawing.kinds else set())
    known = ((kind, key) for kind, key in LEGEND.items() if kind in used)
    return [(kind, kind.capitalize() if key is None else say.words(key)) for kind, key in known]


def day_of(drawing: Drawing, say: Wording) -> str:
    """The date that its times leave out, and their zone."""
    times = _times(drawing.axis, say)
    return " ".join(part for part in (times.day, times.zone) if part)


def _times(axis: Axis, say: Wording) -> Times:
    return Times(say, *(str(Instant(ns // _US * _US)) for ns in (axis.begin, axis.end)))


def name_of(fault: int, system: str | None, say: Wording) -> str:
    """A fault as the rules call it; empty where none describes it."""
    rules = say.rules_of(fault, system) or say.rules_of(fault, None)
    return say.choose(rules[0].file.name) if rules else ""


def _axis(host: Host, told: Sequence[Told], seen: Sequence[Seen]) -> Axis | None:
    ends = [at * _US for one in host.bundles for at in (one.first_at, one.last_at) if at is not None]
    ends += [at * _US for one in seen for at in (one.begin, one.end)]
    stays = [at for one in told for stay in one.view.doc.intervals for at in ends_of(stay)]
    ends += [ns for at in stays if (ns := nanoseconds(at)) is not None]
    return Axis(min(ends), max(ends)) if ends else None


def _faults(told: Told, axis: Axis) -> Iterable[Lane]:
    """The lanes of a case's faults, which lead to its page."""
    for lane in of_faults(told.view, axis):
        bars = tuple(_leading(bar, told.case) for bar in lane.bars)
        label = f"{lane.label} · {told.bundle}" if told.bundle else lane.label
        yield Lane(lane.key, label, bars)


def _leading(bar: Bar, case: str) -> Bar:
    return bar if bar.target is None else replace(bar, target=f"/cases/{case}#{bar.target}")


def _hidden(told: Sequence[Told], axis: Axis) -> list[_Ends]:
    """What none of the cases shows."""
    found = [(axis.begin, axis.end)]
    for one in told:
        found = _both(found, unseen(by_kind(carrying(one.view)), axis))
    return found


def _both(some: Sequence[_Ends], others: Sequence[_Ends]) -> list[_Ends]:
    """What lies in a span of each."""
    met = ((max(begin, first), min(end, last)) for begin, end in some for first, last in others)
    return [(begin, end) for begin, end in met if begin < end]


def _bundles(host: Host, seen: Sequence[Seen], axis: Axis, times: Times) -> Iterable[Lane]:
    """A lane for each bundle: what it tells of, between its begin and its end."""
    for one in reversed(host.bundles[:MOST_BUNDLES]):
        known = _known([span for span in seen if span.bundle == one.bundle])
        if not any(known.values()) and one.first_at is not None and one.last_at is not None:
            known["live"] = [(one.first_at * _US, one.last_at * _US)]
        bars = bars_of(times, few(known, axis), axis, f"{one.name}, ")
        opening = (Bar(bar.label, bar.pieces, "none", bar.pieces[0].kind, f"/cases/{one.bundle}") for bar in bars)
        yield Lane(f"bundle-{one.bundle}", one.name, tuple(opening))


def _known(seen: Sequence[Seen]) -> dict[str, list[_Ends]]:
    known: dict[str, list[_Ends]] = {"live": [], "dead": [], "blind": []}
    for one in seen:
        known[one.kind].append((one.begin * _US, one.end * _US))
    return {kind: joined(spans) for kind, spans in known.items()}
