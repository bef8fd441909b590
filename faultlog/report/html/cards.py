"""What went wrong, one card for each fault, the worst first: verdicts, key instants, and what to do."""

from collections.abc import Iterable, Sequence

from faultlog.report import sources, verdicts
from faultlog.report.html.cutting import cut
from faultlog.report.page import MARKS
from faultlog.report.rows import Advice, Remedy
from faultlog.report.sourced import sourced
from faultlog.report.view import FINE, Judged, Seen, by_fault, judged, pattern_words, recurs
from faultlog.values import dataclass
from faultlog.wording import Wording

MOST_CARDS = 30
"""Faults and other news that get a card, the worst. Tool default."""
MOST_INTERVALS = 3
"""Intervals of one fault that are told in its card, the worst. Tool default."""


@dataclass(frozen=True, slots=True)
class Badge:
    """A sign and a word; `kind` is its class."""

    kind: str
    sign: str
    word: str


@dataclass(frozen=True, slots=True)
class News:
    """A sentence with its badge, what stands below it, and the id of what it speaks of."""

    badge: Badge
    said: str
    facts: tuple[str, ...] = ()
    target: str | None = None
    page: str = ""
    """Where that is; empty where it is the same page."""


@dataclass(frozen=True, slots=True)
class Advised:
    """What to do; its condition nobody could check, and what became of it where it was tried."""

    text: str
    condition: str | None
    tried: str | None
    source: str


@dataclass(frozen=True, slots=True)
class Card:
    """Everything to say first about one fault, or about one other thing."""

    kind: str
    title: str
    news: tuple[News, ...]
    heading: str = ""
    advice: tuple[Advised, ...] = ()
    notes: tuple[str, ...] = ()
    fault: int | None = None
    """Which it is about."""
    about: str = ""
    """Where what is known of it stands; empty where that is on no page."""


def badge(mark: str, say: Wording) -> Badge:
    """The badge of a mark of `report.page.MARKS`."""
    sign, _, key = MARKS[mark]
    return Badge(mark, sign, say.words(key))


def cards(view: Seen) -> list[Card]:
    """What went wrong, the worst first; that nothing was seen; where sources differ; what is hardly understood."""
    groups = by_fault(judged(view))
    found = [_fault(view, group) for group in groups[:MOST_CARDS]]
    place = verdicts.urgent(groups[:MOST_CARDS])
    found[place:place] = [_listed(view, one) for one in sources.listed_only(view)][:MOST_CARDS]
    if not groups:
        found.append(_none(view))
    found += [_difference(view, one.id) for one in view.doc.contradictions[:MOST_CARDS]]
    weak = [file for file in view.doc.files if verdicts.hardly_understood(file)][:MOST_CARDS]
    for file in weak:
        news = News(badge("unread", view.wording), verdicts.hardly_words(view, file))
        found.append(Card("unread", cut(file.path), (news,), notes=(view.wording.words("headline.teach"),)))
    return found


def _none(view: Seen) -> Card:
    whole = view.whole.intervals
    outside = "none_raised", view.wording.counted("headline.outside", len(whole))
    mark, said = outside if whole else verdicts.nothing_raised(view)
    return Card(mark, view.wording.words("html.nothing"), (News(badge(mark, view.wording), said),))


def _listed(view: Seen, one: sources.Listed) -> Card:
    """A fault that the connector itself lists, and no line of a log: no more is known of it."""
    news = News(badge("open", view.wording), one.said)
    return Card("open", one.title, (news,), notes=(one.to_do,), fault=one.fault)


def _difference(view: Seen, name: str) -> Card:
    one = next(one for one in view.doc.contradictions if one.id == name)
    mark = "warning" if one.level == "warning" else "note"
    news = News(badge(mark, view.wording), view.wording.say(one.headline), (one.id,), one.interval)
    title = f"{one.fault_id} {sources.name_of(view, one.fault_id)}"
    return Card(mark, title, (news,), notes=(sources.meaning(view, one),), fault=one.fault_id)


def _fault(view: Seen, group: Sequence[Judged]) -> Card:
    """Everything to say first about one fault."""
    first, say = group[0].interval, view.wording
    urgent = sorted((row for row in group if row.rank < FINE), key=lambda row: row.rank)
    news = [one for row in urgent[:MOST_INTERVALS] for one in _urgent(view, row)]
    more = len(urgent) - MOST_INTERVALS
    recurring = (one for one in view.doc.patterns if one.fault_id == first.fault_id and recurs(view, one))
    news += [News(badge("note", view.wording), pattern_words(view, one), (one.id,)) for one in recurring]
    news += [News(badge("met", view.wording), said) for said in verdicts.kept_words(view, group)]
    ended = verdicts.ended_words(view, group)
    news += [] if ended is None else [News(badge("cleared", view.wording), ended)]
    severity = "" if first.severity is None else f" ({first.severity})"
    title = say.words("html.fault", fault=first.fault_id, name=f"{view.name_of(first)}{severity}")
    heading, advice, note = _to_do(view, group)
    told = say.counted("html.more_intervals", more) if more > 0 else ""
    return Card(
        news[0].badge.kind, title, tuple(news), heading, advice, tuple(filter(None, (told, note))), first.fault_id
    )


def _urgent(view: Seen, row: Judged) -> Iterable[News]:
    """What is urgent about an interval: the facts stand below the last sentence."""
    said = list(verdicts.unkept(view, row))
    for place, (mark, sentence) in enumerate(said, 1):
        facts = tuple(verdicts.facts(view, row, named=False)) if place == len(said) else ()
        yield News(badge(mark, view.wording), sentence, facts, row.interval.id)


def _to_do(view: Seen, group: Sequence[Judged]) -> tuple[str, tuple[Advised, ...], str]:
    """A heading with advice, or a note where there is none."""
    say, fault = view.wording, group[0].interval.fault_id
    advice = tuple(_advised(view, one, tried) for one, tried in verdicts.advice_of(view.doc, fault))
    if not advice:
        return "", (), say.words("todo.none", fault=fault)
    if not verdicts.asks(view, group):
        return "", (), say.words("todo.if_it_returns", command=f"faultlog rules show {fault}")
    over = all(row.interval.state == "cleared" for row in group)
    return say.words("todo.over" if over else "todo.now"), advice, ""


def _advised(view: Seen, advice: Advice, tried: Remedy | None = None) -> Advised:
    say = view.wording
    return Advised(
        say.say(advice.text),
        None if advice.condition is None else say.say(advice.condition),
        None if tried is None else say.words("todo.tried", time=view.times.both(tried.at)),
        sourced(advice.source, say),
    )
