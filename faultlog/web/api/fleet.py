"""`/api/v1/fleet`: what all cases of a team say together."""

from collections import OrderedDict
from threading import Lock
from typing import Final

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from faultlog.fleet.statistics.fleet import fleet_statistics
from faultlog.fleet.statistics.written import to_json
from faultlog.store import fleets
from faultlog.store.opening import Store
from faultlog.web.api.description import KINDS
from faultlog.web.api.routes import ONLY_DECLARED, REFUSALS, operation
from faultlog.web.who import Kept, Viewer

router = APIRouter(
    prefix="/api/v1",
    tags=["fleet"],
    responses=REFUSALS,
    generate_unique_id_function=operation,
    dependencies=ONLY_DECLARED,
)

_MOST: Final = 16
"""Answers that are remembered. Tool default."""
_FLEET: Final = {"description": "The statistics, `faultlog.fleet/1`.", "content": KINDS["FleetStatistics"]}


class Counted:
    """What was counted, until a case changes; who asks for the same at the same time waits for it."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._lock, self._kept = Lock(), OrderedDict[tuple[int, str], bytes]()

    def of(self, store: Store, team: int) -> bytes:
        """The statistics of a team's cases as JSON."""
        with self._lock:
            key = (team, store.read(fleets.fingerprint, team))
            if key not in self._kept:
                key, counted = store.read(_counted, team)
                self._kept[key] = counted
            self._kept.move_to_end(key)
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
            return self._kept[key]


def _counted(db: Connection, team: int) -> tuple[tuple[int, str], bytes]:
    """The statistics, and of which cases they are: as of one time."""
    return (team, fleets.fingerprint(db, team)), to_json(fleet_statistics(fleets.frames(db, team))).encode()


_COUNTED: Final = Counted()


@router.get("/fleet", response_class=Response, responses={200: _FLEET})
def get_fleet(who: Viewer, store: Kept) -> Response:
    """Statistics of all cases that are counted, as `faultlog fleet report --json` writes them."""
    return Response(_COUNTED.of(store, who.team), media_type="application/json")
