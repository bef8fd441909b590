"""`/hosts/…`: all bundles of a host on one time axis, and two of them chosen to be compared."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import Connection

from faultlog.store import places
from faultlog.store.places import Held, Host, Seen, Stay
from faultlog.values import dataclass
from faultlog.web.problems import not_found
from faultlog.web.shown import minute
from faultlog.web.site import page, wording_of
from faultlog.web.who import Kept, Viewer
from faultlog.wording import Wording

router = APIRouter(include_in_schema=False)


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


@router.get("/hosts/{host:path}")
def host_page(request: Request, host: Annotated[str, Path(max_length=2000)], who: Viewer, store: Kept) -> HTMLResponse:
    """A host, by its id or as its cases name it."""
    from faultlog.web import lifeline

    found = store.read(_found, who.team, host)
    if found is None:
        raise not_found()
    (one, stays, seen), say = found, wording_of(request)
    drawing = lifeline.drawn(one, stays, seen, say)
    told = {
        "title": one.name or say.words("host.unknown"),
        "host": one,
        "states": _states(one.newest),
        "now": [(fault, lifeline.name_of(fault, one.newest.os, say)) for fault in one.newest.open_faults],
        "drawing": drawing,
        "legend": [] if drawing is None else lifeline.legend(drawing, say),
        "rows": [_row(held, say) for held in one.bundles],
        "most": lifeline.MOST_BUNDLES,
    }
    return page(request, "host.html", who, **told)


def _found(db: Connection, team: int, asked: str) -> tuple[Host, list[Stay], list[Seen]] | None:
    one = places.host(db, team, asked)
    return None if one is None else (one, places.stays(db, team, one), places.seen(db, team, one))


def _row(held: Held, say: Wording) -> Row:
    first, last = ("–" if at is None else minute(at) for at in (held.first_at, held.last_at))
    faults = ", ".join(str(fault) for fault in held.open_faults) or say.words("web.host.none")
    return Row(held.bundle, held.name, first, last, minute(held.uploaded_at), _states(held), faults)


def _states(held: Held) -> str:
    system = " ".join(part for part in (held.os, held.os_version) if part)
    return " · ".join(part for part in (held.connector_version, system) if part)
