"""`/healthz` and `/metrics`: what machines ask of a server."""

import hmac
import shutil
import time
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError

from faultlog.store import workers
from faultlog.store.opening import Store
from faultlog.web.metrics import TYPE, Counts
from faultlog.web.problems import not_found
from faultlog.web.who import Kept, known, settings_of

LEAST_ROOM: Final = 256 << 20
"""Bytes free on the disk of the bundles below which a server is not well. Tool default."""
START_S: Final = 60.0
"""Seconds after the start in which there need be no worker yet. Tool default."""

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
def health(request: Request, store: Kept) -> JSONResponse:
    """Whether all is well: 200, else 503; and what is not."""
    found = _found(store, time.monotonic() - request.app.state.begun)
    well = all(one in {"ok", "starting"} for one in found.values())
    return JSONResponse({"status": "ok" if well else "unwell", **found}, 200 if well else 503)


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """What is counted, of all teams: for who runs the server, by its own key, and no account of a team.

    Raises:
        ProblemError: it is anybody else; to him there is nothing here.
    """
    if not _runs_it(request):
        raise not_found()
    counts: Counts = request.app.state.counts
    return Response(counts.text(), headers={"content-type": TYPE})


def _runs_it(request: Request) -> bool:
    """Whether somebody shows the key of `/metrics`, or sits at the machine of a server that has no accounts."""
    scheme, _, shown = request.headers.get("authorization", "").partition(" ")
    key = settings_of(request).metrics_key
    if scheme.lower() == "bearer":
        return key is not None and hmac.compare_digest(shown.strip().encode(), key.encode())
    who = known(request)
    return who is not None and who.id is None


def _found(store: Store, age_s: float) -> dict[str, str]:
    try:
        number = store.read(workers.alive)
    except SQLAlchemyError:
        return {"database": "does not answer", "disk": _disk(store), "workers": "unknown"}
    working = "ok" if number else "starting" if age_s < START_S else "none"
    return {"database": "ok", "disk": _disk(store), "workers": working}


def _disk(store: Store) -> str:
    try:
        return "ok" if shutil.disk_usage(store.folder).free >= LEAST_ROOM else "full"
    except OSError:
        return "does not answer"
