"""What the page of a host shows: what its bundles tell together, on one time axis."""

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import Connection

from faultlog.report.document import CaseDocument
from faultlog.report.html.cards import Card, cards
from faultlog.report.manual import system_name
from faultlog.report.view import seen
from faultlog.store import cases, hosts, places
from faultlog.store.hosts import Joining
from faultlog.store.places import Held, Host, Seen, id_of
from faultlog.values import dataclass
from faultlog.web import lifeline
from faultlog.web.leading import leading
from faultlog.web.lifeline import Told
from faultlog.web.shown import minute
from faultlog.web.standing import OPEN
from faultlog.wording import Wording

MOST_CASES: Final = 8
"""Cases of a host that are shown, the newest, where its bundles have several. Tool default."""

_LASTING: Final = frozenset({"several_hosts", "asked", "too_large"})
"""Why bundles stay apart until there are others of the host: another try makes nothing of them."""


@dataclass(frozen=True, slots=True)
class Row:
    """A bundle in the table."""

    id: str
    name: str
    first: str
    last: str
    uploaded: str
    states: str
    open_faults: str
    apart: bool
    """Whether its own case counts."""


@dataclass(frozen=True, slots=True)
class Part:
    """What a case says first, that is counted of a host."""

    case: str
    title: str
    """Whose it is."""
    cards: Sequence[Card]


@dataclass(frozen=True, slots=True)
class Found:
    """What is kept of a host."""

    host: Host
    seen: Sequence[Seen]
    documents: Sequence[tuple[str, CaseDocument]]
    joining: Joining | None


def found(db: Connection, team: int, asked: str) -> Found | None:
    """What is kept of a host, by its id or as its cases name it."""
    one = places.host(db, team, asked)
    if one is None:
        return None
    documents = ((case, cases.document(db, team, case)) for case in one.cases[:MOST_CASES])
    kept = [(case, doc) for case, doc in documents if doc is not None]
    return Found(one, places.seen(db, team, one), kept, hosts.joining(db, team, one.host))


def values(found: Found, say: Wording) -> Mapping[str, object]:
    """What the page's template is given."""
    one = found.host
    say = say.on_clock_of(found.documents[0][1].host.time_zone.name)
    told = [_told(one, case, doc, say) for case, doc in found.documents]
    drawing = lifeline.drawn(one, told, found.seen, say)
    return {
        "say": say,
        "title": one.name or say.words("web.host.unknown_of", name=one.newest.name),
        "host": one,
        "states": _states(one.newest, say),
        "together": _together(found, say),
        "again": id_of(one.host) if _may_be_otherwise(found) else "",
        "now": _now(found, say),
        "parts_told": [_part(one, each, say) for each in told],
        "more_cases": max(0, len(one.cases) - MOST_CASES),
        "drawing": drawing,
        "legend": [] if drawing is None else lifeline.legend(drawing, say),
        "day": "" if drawing is None else lifeline.day_of(drawing, say),
        "rows": [_row(one, held, say) for held in one.bundles],
        "most": lifeline.MOST_BUNDLES,
    }


def _told(host: Host, case: str, doc: CaseDocument, say: Wording) -> Told:
    bundles = host.bundles_of(case)
    return Told(case, bundles[0].name if len(host.cases) > 1 and len(bundles) == 1 else "", seen(doc, say))


def _together(found: Found, say: Wording) -> tuple[str, list[str], str]:
    """How the bundles are taken, what that means, and why: the kind of a card, sentences, a message in English."""
    host, joining, count = found.host, found.joining, len(found.host.bundles)
    by_name = [say.say(one) for one in found.documents[0][1].assumptions if one.key == "assumption.joined_by_name"]
    if count == 1:
        return "", [], ""
    if len(host.cases) == 1:
        return "cleared", [say.words("web.host.together", count=count), *by_name], ""
    if joining is None or joining.state in OPEN or joining.state == "done":
        return "note", [say.words("web.host.joining")], ""
    key = f"web.host.apart.{joining.reason}"
    said = say.words(key if say.has(key) else f"web.host.apart.{joining.state}")
    return "warning", [say.words("web.host.apart"), said], joining.detail or ""


def _may_be_otherwise(found: Found) -> bool:
    """Whether bundles are apart that another try may join."""
    joining = found.joining
    tried = joining is not None and joining.state not in OPEN and joining.state != "done"
    return tried and len(found.host.cases) > 1 and joining is not None and joining.reason not in _LASTING


def _now(found: Found, say: Wording) -> list[tuple[int, str]]:
    """The faults that were seen open at the end of the newest case."""
    doc = found.documents[0][1]
    faults = sorted({one.fault_id for one in doc.intervals if one.state == "open"})
    return [(fault, lifeline.name_of(fault, found.host.newest.os, say)) for fault in faults]


def _part(host: Host, told: Told, say: Wording) -> Part:
    """What a case says first, with links to its page."""
    bundles = host.bundles_of(told.case)
    title = (
        say.words("web.host.says", name=bundles[0].name) if len(bundles) == 1 else say.words("web.host.say_together")
    )
    return Part(told.case, title, [leading(one, f"/cases/{told.case}") for one in cards(told.view)])


def _row(host: Host, held: Held, say: Wording) -> Row:
    first, last = ("–" if at is None else minute(at) for at in (held.first_at, held.last_at))
    faults = ", ".join(str(fault) for fault in held.open_faults) or say.words("web.host.none")
    states, apart = _states(held, say), len(host.cases) > 1 and held.joined is None
    return Row(held.bundle, held.name, first, last, minute(held.uploaded_at), states, faults, apart)


def _states(held: Held, say: Wording) -> str:
    system = " ".join(part for part in (system_name(held.os or ""), held.os_version) if part)
    version = held.connector_version
    return " · ".join(part for part in (version and say.words("web.host.connector", version=version), system) if part)
