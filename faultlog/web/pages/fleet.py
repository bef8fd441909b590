"""`/fleet`: which faults a team's hosts have, how long they last, and whom to help, of all or of what is chosen."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from markupsafe import Markup

from faultlog.fleet.narrowing import Choice
from faultlog.store import fleets
from faultlog.store.opening import Store
from faultlog.store.schema import VERDICTS
from faultlog.web.choosing import choice_in, is_private, query_of
from faultlog.web.fleetlines import fleet_csv
from faultlog.web.fleetview import Fleets
from faultlog.web.site import language_of, page, wording_of
from faultlog.web.who import Kept, Viewer, Who
from faultlog.wording import Wording
from faultlog.working.orders import Order

router = APIRouter(include_in_schema=False)


@router.get("/fleet")
async def fleet_page(request: Request, who: Viewer, store: Kept) -> Response:
    """The report of a fleet, or that it is being counted; what cannot be a choice is none."""
    choice, say = choice_in(request.query_params), wording_of(request)
    counts: Fleets = request.app.state.fleets
    order = Order("page", who.team, language_of(request), redact=is_private(request.query_params), choice=choice)
    counted, is_whole = await counts.soon(store, order)
    if counted is not None and counted.title is None and not is_whole:
        counted = None  # where there was nothing there may be something by now
    if counted is None and request.headers.get("hx-request") == "true":  # the whole page looks again
        return Response(status_code=204, headers={"hx-redirect": f"/fleet?{request.url.query}"})
    told = await run_in_threadpool(_offered, store, who, order, say)
    told |= {"is_whole": is_whole, "query": request.url.query, "title": say.words("web.entry.fleet")}
    if counted is None:
        return page(request, "fleetwaits.html", who, **told)
    if counted.title is None:
        return page(request, "fleetless.html", who, **told)
    printed = {"heading": counted.heading, "body": counted.text.decode()}
    told |= {"title": counted.title, **{name: Markup(text) for name, text in printed.items()}}  # noqa: S704 (by a press)
    return page(request, "fleetful.html", who, **told)


@router.get("/fleet.json")
async def fleet_as_json(request: Request, who: Viewer, store: Kept) -> Response:
    """The numbers of the page."""
    return Response(await _numbers(request, who, store), media_type="application/json")


@router.get("/fleet.csv")
async def fleet_as_csv(request: Request, who: Viewer, store: Kept) -> Response:
    """The faults of the page, a line each."""
    lines = fleet_csv(await _numbers(request, who, store))
    named = {"content-disposition": 'attachment; filename="fleet.csv"'}
    return Response(lines, media_type="text/csv; charset=utf-8", headers=named)


async def _numbers(request: Request, who: Who, store: Store) -> bytes:
    counts: Fleets = request.app.state.fleets
    order = Order("numbers", who.team, redact=is_private(request.query_params), choice=choice_in(request.query_params))
    return (await counts.at_last(store, order)).text


def _offered(store: Store, who: Who, order: Order, say: Wording) -> dict[str, Any]:
    """What can be chosen, and what is."""
    from faultlog.web.lifeline import name_of

    offered, choice = store.read(fleets.offered, who.team), order.choice
    plain, private = query_of(choice), query_of(choice, redact=True)
    query = private if order.redact else plain
    return {
        "choice": choice,
        "is_chosen": choice != Choice(),
        "faults_offered": [(one, name_of(one, None, say)) for one in offered.faults],
        "verdicts": [(one, say.words(f"export.verdict.{one}")) for one in VERDICTS],
        "versions": offered.versions,
        "systems": offered.systems,
        "os_versions": offered.os_versions,
        "is_redacted": order.redact,
        "other": f"/fleet?{plain if order.redact else private}",
        "twins": [(kind, f"/fleet.{kind}" + (f"?{query}" if query else "")) for kind in ("csv", "json")],
    }
