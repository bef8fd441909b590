"""`/compare?old=…&new=…`: what became of each fault between two bundles of a host."""

import shlex
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection

from faultlog.store import bundles, comparisons
from faultlog.store.bundles import Bundle
from faultlog.store.comparisons import Made
from faultlog.web.problems import not_found
from faultlog.web.site import page, wording_of
from faultlog.web.standing import OPEN
from faultlog.web.who import Analyst, Kept, Viewer
from faultlog.wording import Wording

router = APIRouter(include_in_schema=False)

Id = Annotated[str, Query(max_length=64)]


@router.get("/compare")
def compare_page(request: Request, who: Viewer, store: Kept, old: Id = "", new: Id = "") -> HTMLResponse:
    """The comparison; while there is none, how far it is, or why."""
    found = store.read(_found, who.team, old, new)
    if found is None:
        raise not_found()
    older, newer, made = found
    say = wording_of(request)
    told: dict[str, object] = {"old": older, "new": newer}
    if made.document is not None:
        from faultlog.report.comparisons import comparison_read
        from faultlog.report.html.comparison import values

        doc = comparison_read(made.document)
        say = Wording(say.language, say.rules, doc.host.time_zone.name)
        shown = values(doc, say, shlex.join([newer.name, older.name]))
        return page(request, "compared.html", who, say=say, **(shown | told))
    told |= {"title": say.words("web.compare.title"), "made": made, "is_open": made.state in OPEN}
    return page(request, "comparing.html", who, **told)


@router.post("/compare")
def compare(
    who: Analyst,
    store: Kept,
    old: Annotated[str, Form(max_length=64)] = "",
    new: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Have two bundles compared."""
    if old == new or not store.write(comparisons.ask, who.team, old, new):
        raise not_found()
    return RedirectResponse(f"/compare?old={old}&new={new}", 303)


def _found(db: Connection, team: int, old: str, new: str) -> tuple[Bundle, Bundle, Made] | None:
    older, newer = bundles.bundle(db, team, old), bundles.bundle(db, team, new)
    if older is None or newer is None or old == new:
        return None
    return older, newer, comparisons.made(db, team, old, new)
