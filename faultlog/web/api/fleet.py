"""`/api/v1/fleet`: what all cases of a team say together."""

from typing import Final

from fastapi import APIRouter, Request, Response

from faultlog.web.api.description import KINDS
from faultlog.web.api.routes import ONLY_DECLARED, REFUSALS, operation, refusals
from faultlog.web.choosing import Asked, choice_of
from faultlog.web.fleetview import Fleets
from faultlog.web.who import Kept, Viewer
from faultlog.working.orders import Order

router = APIRouter(
    prefix="/api/v1",
    tags=["fleet"],
    responses=REFUSALS,
    generate_unique_id_function=operation,
    dependencies=ONLY_DECLARED,
)

_FLEET: Final = {"description": "The statistics, `faultlog.fleet/1`.", "content": KINDS["FleetStatistics"]}


@router.get("/fleet", response_class=Response, responses={200: _FLEET, **refusals(503)})
async def get_fleet(request: Request, who: Viewer, store: Kept, asked: Asked) -> Response:
    """Statistics of all cases that are counted, as `faultlog fleet report --json` writes them; or of a part of them."""
    counts: Fleets = request.app.state.fleets
    counted = await counts.at_last(store, Order("numbers", who.team, redact=asked.redact, choice=choice_of(asked)))
    return Response(counted.text, media_type="application/json")
