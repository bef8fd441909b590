"""The page of a comparison: what became of each fault, both bundles on one timeline, every stay with its accounts."""

from collections import Counter
from collections.abc import Iterable, Sequence

from markupsafe import Markup

from faultlog.comparison import CHANGES, Change
from faultlog.report.about import versions
from faultlog.report.comparing import (
    EXPECTED,
    MOST_FAULTS,
    last_of,
    names_of,
    shared_words,
    stays_of,
    times_of,
    told_of,
    what_words,
    whose,
)
from faultlog.report.comparisons import ComparisonDocument, FaultChange, HostChange, Side, Stay
from faultlog.report.footing import said_once
from faultlog.report.html.accounts import change_badge, id_of, row_of
from faultlog.report.html.cards import Card, News, badge
from faultlog.report.html.case import MOST_JSON, MOST_LISTED, Listed
from faultlog.report.html.content import MOST_ROWS
from faultlog.report.html.cutting import cut
from faultlog.report.html.embedding import comparison_embedded
from faultlog.report.html.sides import drawn, legend, notes
from faultlog.report.html.skeleton import page, part
from faultlog.report.html.stays import quoted
from faultlog.report.rows import Interval
from faultlog.report.stopped import warned
from faultlog.report.times import Times
from faultlog.wording import Wording


def render_comparison_html(doc: ComparisonDocument, wording: Wording, *, path: str) -> str:
    """The page: one file of at most 2 MB, that asks nobody for anything; same document, same bytes.

    Args:
        doc: the comparison.
        wording: its language, and the zone of its times.
        path: both bundles as words of a command, quoted.
    """
    return page("comparison.html", wording, **values(doc, wording, path), json=comparison_embedded(doc, MOST_JSON))


def values(doc: ComparisonDocument, wording: Wording, path: str) -> dict[str, object]:
    """What `comparison.html` names, but for the document as `json`, which a page in another frame need not carry.

    Args:
        doc: the comparison.
        wording: its language, and the zone of its times.
        path: both bundles as words of a command, quoted.
    """
    times, stays = times_of(doc, wording), stays_of(doc)
    drawing = drawn(doc, times)
    host = whose(doc, wording)
    return {
        "title": f"{host[0]}: {names_of(doc)}",
        "names": names_of(doc),
        "tool": doc.tool,
        "host": host,
        "notes": _about(doc, times),
        "day": " ".join(part for part in (times.day, times.zone) if part),
        "cards": _cards(doc, times),
        "tiles": _tiles(doc, wording),
        "drawing": drawing,
        "legend": [] if drawing is None else legend(drawing, times),
        "timeline_label": "" if drawing is None else wording.counted("html.compare.timeline_label", drawing.faults),
        "drawn_notes": notes(doc, times),
        "listed": _listed(times, stays, path),
        "choices": _choices(stays, wording),
        "holes": [(times.both(one.from_), times.both(one.to)) for one in doc.holes[:MOST_ROWS]],
        "more_holes": max(0, len(doc.holes) - MOST_ROWS),
        "changes": [_changed(times, one) for one in doc.changes[-MOST_ROWS:]],
        "bundles": [_bundle(wording, key, side) for key, side in (("old", doc.old), ("new", doc.new))],
        "warnings": list(_warnings(doc, wording)),
        "assumptions": said_once(wording, doc.assumptions)[:MOST_ROWS],
    }


def _about(doc: ComparisonDocument, times: Times) -> list[str]:
    """Whose clock it is, and what stands in both."""
    say = times.wording
    return [say.words("zone.stated", zone=doc.host.time_zone.name), *shared_words(doc, say)]


def _cards(doc: ComparisonDocument, times: Times) -> list[Card]:
    """A card for each change that there is, those first that ask for attention."""
    say = times.wording
    by_change = {change: [one for one in doc.faults if one.change == change] for change in CHANGES}
    found = [_card(times, change, faults) for change, faults in by_change.items() if faults]
    none = News(badge("none_raised", say), say.words("compare.none"))
    return found or [Card("none_raised", say.words("html.nothing"), (none,))]


def _card(times: Times, change: Change, faults: Sequence[FaultChange]) -> Card:
    say, more = times.wording, len(faults) - MOST_FAULTS
    word = say.words(f"compare.change.{change}")
    title = say.counted("html.compare.card", len(faults), change=word[0].upper() + word[1:])
    news = tuple(one for fault in faults[:MOST_FAULTS] for one in _news(times, fault))
    return Card(change, title, news, notes=(say.counted("html.compare.more", more),) if more > 0 else ())


def _news(times: Times, fault: FaultChange) -> Iterable[News]:
    """What became of a fault, how far that is known, and what is promised of its last stay and not kept."""
    say, stay = times.wording, last_of(fault)
    told, best = told_of(stay), stay.together or stay.new
    doubt = () if fault.doubt is None else (say.words("compare.as_far_as_seen", why=say.say(fault.doubt)),)
    broken = (
        () if best is None or stay.change == "past" else tuple(one for one in best.findings if one.verdict != "met")
    )
    facts = (*doubt, *(say.say(one.headline) for one in broken), *_when(times, told))
    said = say.words(f"compare.said.{fault.change}", fault=fault.fault_id, name=say.say(fault.title))
    yield News(change_badge(fault.change, say), said, facts, id_of(stay))


def _when(times: Times, told: Interval) -> Iterable[str]:
    """When a fault was raised and cleared, and for how long it was."""
    say, still = times.wording, told.cleared.kind == "not_before"
    yield say.words("fact.raised", time=times.raised(told))
    yield times.cleared(told) if still else say.words("fact.cleared", time=times.cleared(told))
    yield times.duration(told)


def _tiles(doc: ComparisonDocument, say: Wording) -> list[tuple[str, str]]:
    """How many faults changed how."""
    counts = Counter(one.change for one in doc.faults)
    return [(f"{counts[change]:,}", say.words(f"compare.change.{change}")) for change in CHANGES]


def _listed(times: Times, stays: Sequence[Stay], path: str) -> Listed:
    """As many stays as the page can bear, those first that ask for attention."""
    markups: list[Markup] = []
    room = MOST_LISTED
    for stay in stays:
        markup = part("stay", times.wording, row_of(times, stay, path))
        room -= len(markup.encode())
        if room < 0:
            break
        markups.append(markup)
    return Listed(Markup("").join(markups), len(markups), len(stays))


def _choices(stays: Sequence[Stay], say: Wording) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """What stays can be filtered by: name, label, and the values there are."""
    told = [told_of(stay) for stay in stays]
    faults = {one.fault_id: f"{one.fault_id} {say.say(one.title)}" for one in told}
    changes = dict.fromkeys(stay.change for stay in stays)
    return [
        ("fault", say.words("column.fault"), [(str(fault), name) for fault, name in sorted(faults.items())]),
        ("state", say.words("column.change"), [(one, say.words(f"compare.change.{one}")) for one in changes]),
    ]


def _changed(times: Times, one: HostChange) -> tuple[str, ...]:
    """A change of the host, when, and which line tells of it."""
    say = times.wording
    place = say.words("html.compare.stated") if one.evidence is None else quoted(say, one.evidence).place
    ends = (cut(one.from_ or "–"), cut(one.to or "–"))
    return (what_words(say, one.what), *ends, times.both(one.at), place)


def _bundle(say: Wording, key: str, side: Side) -> tuple[str, ...]:
    span = Times(say, side.first_at, side.last_at).span
    states = " · ".join(versions(side.host, say))
    name = f"{say.words(f'compare.{key}')} {cut(side.bundle.name)}"
    return (name, span, states, side.bundle.sha256 or "–")


def _warnings(doc: ComparisonDocument, say: Wording) -> Iterable[str]:
    for one in [one for one in doc.warnings if one.code not in EXPECTED][:MOST_ROWS]:
        place = f"{cut(one.file)}: " if one.file is not None else ""
        yield f"! {place}{cut(warned(say, one))}"
