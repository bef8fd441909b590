"""The page of a case: the answer first, its timeline, every interval with its evidence, and what it all stands on."""

from collections.abc import Sequence

from markupsafe import Markup

from faultlog.report import about, footing, sources
from faultlog.report.document import CaseDocument
from faultlog.report.html import content
from faultlog.report.html.cards import cards
from faultlog.report.html.embedding import embedded
from faultlog.report.html.lanes import drawn, legend, notes, severity_of
from faultlog.report.html.skeleton import page, part
from faultlog.report.html.stays import all_known, worst_first
from faultlog.report.html.strips import written
from faultlog.report.view import FINE, Judged, Seen, seen
from faultlog.report.window import Ends, within
from faultlog.values import dataclass
from faultlog.wording import Wording

MOST_LISTED = 650_000
"""Bytes of the list of intervals: what is longer ends with the worst that fit. Tool default."""
MOST_JSON = 550_000
"""Bytes of the case document in the page. Tool default."""


@dataclass(frozen=True, slots=True)
class Listed:
    """The intervals of a page, as markup, in the document's order, and how many there are in all."""

    markup: Markup
    count: int
    total: int


def render_html(doc: CaseDocument, wording: Wording, *, path: str | None = None, window: Ends = (None, None)) -> str:
    """The page: one file of at most 2 MB, that asks nobody for anything; same document, same bytes.

    Args:
        doc: the case.
        wording: its language, and the zone of its times.
        path: the bundle as it was named on the command line, quoted; its own name where nobody says.
        window: show only what touches this time; counts, yield and audit stay those of the whole case.
    """
    view = seen(within(doc, *window), wording, path, doc)
    ordered = worst_first(view)
    json = embedded(doc, [row.interval.id for row in ordered], MOST_JSON)
    return page("case.html", wording, **_values(view, ordered, window), json=json)


def values(doc: CaseDocument, wording: Wording) -> dict[str, object]:
    """What `case.html` names, but for the document as `json`, which a page in another frame need not carry.

    Args:
        doc: the case.
        wording: its language, and the zone of its times.
    """
    view = seen(doc, wording)
    return _values(view, worst_first(view), (None, None))


def _values(view: Seen, ordered: Sequence[Judged], window: Ends) -> dict[str, object]:
    doc, wording, first, drawing = view.whole, view.wording, cards(view), drawn(view)
    return {
        "title": f"{about.host(view)[0]}: {first[0].news[0].said}",
        "bundle": doc.bundle,
        "tool": doc.tool,
        "host": about.host(view),
        "notes": [
            about.zone(view),
            *about.changes(view),
            *filter(None, [about.window(view, window)]),
        ],
        "day": " ".join(part for part in (view.times.day, view.times.zone) if part),
        "cards": first,
        "tiles": content.tiles(view),
        "drawing": drawing,
        "legend": [] if drawing is None else legend(view, drawing),
        "timeline_label": "" if drawing is None else wording.counted("html.timeline_label", drawing.faults),
        "drawn_notes": notes(view),
        "listed": _listed(view, ordered),
        "choices": _choices(view, ordered),
        "sections": _sections(view) | {"written": [] if drawing is None else written(view, drawing)},
    }


def _listed(view: Seen, ordered: Sequence[Judged]) -> Listed:
    """As many intervals as the page can bear, the worst of them."""
    signals = {(one.evidence.file, one.evidence.line): one for one in view.doc.signals}
    drawn_: dict[str, Markup] = {}
    room = MOST_LISTED
    for one in ordered:
        markup = part("interval", view.wording, all_known(view, one, signals), one.rank < FINE)
        room -= len(markup.encode())
        if room < 0:
            break
        drawn_[one.interval.id] = markup
    inside = (drawn_[one.id] for one in view.doc.intervals if one.id in drawn_)
    return Listed(Markup("").join(inside), len(drawn_), len(ordered))


def _choices(view: Seen, ordered: Sequence[Judged]) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """What intervals can be filtered by: name, label, and the values there are."""
    say, intervals = view.wording, [one.interval for one in ordered]
    faults = {str(one.fault_id): f"{one.fault_id} {view.name_of(one)}" for one in intervals}
    severities = {severity_of(one): one.severity or "–" for one in intervals}
    states = {one.state: say.words(f"state.{one.state}") for one in intervals}
    known = (("fault", faults), ("severity", severities), ("state", states))
    return [
        (name, say.words(f"column.{name}"), sorted(values.items(), key=lambda one: (len(one[0]), one[0])))
        if name == "fault"
        else (name, say.words(f"column.{name}"), sorted(values.items()))
        for name, values in known
    ]


def _sections(view: Seen) -> dict[str, object]:
    """What the answer stands on, section by section."""
    doc = view.doc
    folder, files = content.files(view)
    return {
        "offenders": content.offenders(view),
        "told": content.told(view),
        "sources": sources.others(view),
        "holes": content.holes(view)[: content.MOST_ROWS],
        "more_holes": max(0, len(content.holes(view)) - content.MOST_ROWS),
        "steps": content.steps(view),
        "assumptions": footing.assumed(view)[: content.MOST_ROWS],
        "folder": folder,
        "files": files,
        "reading": content.reading_notes(view),
        "unread": content.shapes((one.count, one.template) for one in doc.unread),
        "unexplained": content.shapes((one.count, one.template) for one in doc.unexplained),
        "audit": footing.laws(view),
    }
