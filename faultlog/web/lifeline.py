"""All bundles of a host on one time axis: a lane for each fault, and one for each bundle, from its begin to its end."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from faultlog.model import Instant
from faultlog.report.html.drawing import (
    COLUMNS,
    Axis,
    Bar,
    Drawing,
    Lane,
    Piece,
    offsets,
    piece,
    runs,
    tick_instants,
    ticks,
)
from faultlog.report.html.lanes import LEGEND, MOST_BARS, MOST_LANES
from faultlog.report.html.observed import bars_of, few, joined, thinned, unseen
from faultlog.report.html.pieces import reach_of, stretch, unseen_ends
from faultlog.report.rows import Cleared, Interval, Raised, Text
from faultlog.report.times import Times
from faultlog.store.places import Host, Seen, Stay
from faultlog.wording import Wording, zone_named

MOST_BUNDLES: Final = 30
"""Bundles that get a lane, the newest. Tool default."""
_US: Final = 1000
"""Nanoseconds in a microsecond."""


def drawn(host: Host, stays: Sequence[Stay], seen: Sequence[Seen], say: Wording) -> Drawing | None:
    """The timeline of a host; none where nothing is dated."""
    axis = _axis(host, stays, seen)
    if axis is None:
        return None
    times = _times(axis, say)
    lanes = [*_faults(host, stays, axis, times), *_bundles(host, seen, axis, times)]
    hidden = thinned(unseen(_known(seen), axis), axis) if seen else []
    labels = [times.short(str(Instant(ns - ns % 1_000_000_000))) for ns in tick_instants(axis)]
    bands = tuple(piece(axis, "hidden", begin, end) for begin, end in hidden)
    return Drawing(axis, tuple(lanes), bands, ticks(labels), offsets(axis, zone_named(say.zone)))


def day(drawing: Drawing, say: Wording) -> str:
    """What its times leave out, and their zone."""
    times = _times(drawing.axis, say)
    return " ".join(part for part in (times.day, times.zone) if part)


def _times(axis: Axis, say: Wording) -> Times:
    return Times(say, _iso(axis.begin // _US), _iso(axis.end // _US))


def legend(drawing: Drawing, say: Wording) -> list[tuple[str, str]]:
    """Everything that is drawn, with its words."""
    used = drawing.kinds | ({"blind"} if "hidden" in drawing.kinds else set())
    known = ((kind, key) for kind, key in LEGEND.items() if kind in used)
    return [(kind, kind.capitalize() if key is None else say.words(key)) for kind, key in known]


def name_of(fault: int, system: str | None, say: Wording) -> str:
    """A fault as the rules call it; empty where none describes it."""
    rules = say.rules_of(fault, system) or say.rules_of(fault, None)
    return say.choose(rules[0].file.name) if rules else ""


def _axis(host: Host, stays: Sequence[Stay], seen: Sequence[Seen]) -> Axis | None:
    ends = [at for one in host.bundles for at in (one.first_at, one.last_at)]
    ends += [at for one in stays for at in (*one.raised[1:], *one.cleared[1:])]
    ends += [at for one in seen for at in (one.begin, one.end)]
    known = [at for at in ends if at is not None]
    return Axis(min(known) * _US, max(known) * _US) if known else None


def _faults(host: Host, stays: Sequence[Stay], axis: Axis, times: Times) -> list[Lane]:
    """A lane for each fault, those that are open now first."""
    by_fault: dict[int, list[Stay]] = defaultdict(list)
    for one in stays:
        by_fault[one.fault].append(one)
    now = host.newest.open_faults
    first = sorted(by_fault, key=lambda fault: (fault not in now, fault))[:MOST_LANES]
    return [_lane(host, fault, by_fault[fault], axis, times) for fault in first]


def _lane(host: Host, fault: int, stays: Sequence[Stay], axis: Axis, times: Times) -> Lane:
    label = f"{fault} {name_of(fault, host.newest.os, times.wording)}".strip()
    if len(stays) > MOST_BARS:
        return Lane(str(fault), label, tuple(_together(stays, axis, times)))
    names = {one.bundle: one.name for one in host.bundles}
    return Lane(str(fault), label, tuple(_bar(one, label, names[one.bundle], axis, times) for one in stays))


def _bar(stay: Stay, label: str, bundle: str, axis: Axis, times: Times) -> Bar:
    interval = _interval(stay)
    said = ", ".join(
        (label, times.raised(interval), times.cleared(interval), times.duration(interval), f"{bundle}: {stay.id}")
    )
    parts = (*stretch(interval, axis), *unseen_ends(interval, axis))
    return Bar(said, parts, _severity(stay), stay.state, f"/cases/{stay.bundle}#{stay.id}")


def _together(stays: Sequence[Stay], axis: Axis, times: Times) -> list[Bar]:
    known = [reach for one in stays if (reach := reach_of(_interval(one), axis)) is not None]
    found = []
    for begin, end, count in runs(axis, known, COLUMNS // 6):
        ends = {"begin": times.short(_iso(begin // _US)), "end": times.short(_iso(end // _US))}
        said = times.wording.counted("html.together", count, **ends)
        found.append(Bar(said, (piece(axis, "sure", begin, end),), "none", "cleared"))
    return found


def _severity(stay: Stay) -> str:
    return "none" if stay.severity is None else stay.severity.lower()


def _interval(stay: Stay) -> Interval:
    """A stay as the drawing of a case takes it."""
    no_name = Text("", {})
    raised, cleared = (_ends(*one) for one in (stay.raised, stay.cleared))
    values: dict[str, Any] = {"severity": stay.severity, "state": stay.state, "raised": Raised(**raised)}
    values |= {"cleared": Cleared(**cleared), "duration_s": stay.length, "title": no_name}
    return Interval(
        id=stay.id,
        fault_id=stay.fault,
        known=True,
        severities=[],
        duplicate_raises=0,
        may_be_several=False,
        evidence=[],
        **values,
    )


def _ends(kind: str, at: int | None, until: int | None) -> dict[str, Any]:
    return {"kind": kind, "at": _iso(at), "until": _iso(until), "reason": None}


def _bundles(host: Host, seen: Sequence[Seen], axis: Axis, times: Times) -> list[Lane]:
    """A lane for each bundle: what it tells of, between its begin and its end."""
    found = []
    for one in reversed(host.bundles[:MOST_BUNDLES]):
        known = _known([span for span in seen if span.bundle == one.bundle])
        if not any(known.values()) and one.first_at is not None and one.last_at is not None:
            known["live"] = [(one.first_at * _US, one.last_at * _US)]
        ends = [(bar.label, bar.pieces) for bar in bars_of(times, few(known, axis), axis, f"{one.name}, ")]
        bars = tuple(_opening(said, pieces, one.bundle) for said, pieces in ends)
        found.append(Lane(f"bundle-{one.bundle}", one.name, bars))
    return found


def _opening(said: str, pieces: tuple[Piece, ...], bundle: str) -> Bar:
    return Bar(said, pieces, "none", pieces[0].kind, f"/cases/{bundle}")


def _known(seen: Sequence[Seen]) -> dict[str, list[tuple[int, int]]]:
    known: dict[str, list[tuple[int, int]]] = {"live": [], "dead": [], "blind": []}
    for one in seen:
        known[one.kind].append((one.begin * _US, one.end * _US))
    return {kind: joined(spans) for kind, spans in known.items()}


def _iso(at: int | None) -> Any:  # noqa: ANN401 (an instant of a document, which is text)
    return None if at is None else str(Instant(at * _US))
