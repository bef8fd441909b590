"""`/fleet`: which faults a team's hosts have, how long they last, and whom to help, of all or of what is chosen."""

from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from markupsafe import Markup

from faultlog.store import fleets
from faultlog.web.fleetview import Fleets
from faultlog.web.site import language_of, page, wording_of
from faultlog.web.who import Kept, Viewer
from faultlog.working.orders import Choice, Order

router = APIRouter(include_in_schema=False)

_MOST_FAULT: Final = 99_999
Text = Annotated[str, Query(max_length=100)]


@router.get("/fleet")
async def fleet_page(
    request: Request,
    who: Viewer,
    store: Kept,
    fault: Text = "",
    version: Text = "",
    os: Text = "",
    since: Text = "",
    until: Text = "",
) -> Response:
    """The report of a fleet, or that it is being counted; what cannot be a choice is none."""
    from faultlog.web.lifeline import name_of

    number = int(fault) if fault.isascii() and fault.isdecimal() and int(fault) <= _MOST_FAULT else None
    choice, say = Choice(number, version, os, _day(since), _day(until)), wording_of(request)
    counts: Fleets = request.app.state.fleets
    counted, is_whole = await counts.soon(store, Order("page", who.team, language_of(request), choice=choice))
    if counted is not None and counted.title is None and not is_whole:
        counted = None  # where there was nothing there may be something by now
    if counted is None and request.headers.get("hx-request") == "true":  # the whole page looks again
        return Response(status_code=204, headers={"hx-redirect": f"/fleet?{request.url.query}"})
    offered = await run_in_threadpool(store.read, fleets.offered, who.team)
    told: dict[str, Any] = {
        "choice": choice,
        "is_chosen": choice != Choice(),
        "is_whole": is_whole,
        "query": request.url.query,
        "faults_offered": [(one, name_of(one, None, say)) for one in offered.faults],
        "versions": offered.versions,
        "systems": offered.systems,
        "title": say.words("web.entry.fleet"),
    }
    if counted is None:
        return page(request, "fleetwaits.html", who, **told)
    if counted.title is None:
        return page(request, "fleetless.html", who, **told)
    body = Markup(counted.text.decode())  # noqa: S704 (what the press printed)
    return page(request, "fleetful.html", who, **(told | {"title": counted.title, "body": body}))


def _day(text: str) -> str:
    """A day of the calendar, else nothing."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""
