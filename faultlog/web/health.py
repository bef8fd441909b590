"""`/healthz` and `/metrics`: what machines ask of a server."""

import hmac
import shutil
import time
from typing import Final

from anyio import move_on_after
from anyio.to_thread import run_sync
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError

from faultlog.store import workers
from faultlog.store.blobs import INCOMING
from faultlog.store.opening import Store
from faultlog.web.metrics import TYPE, Counts
from faultlog.web.problems import not_found
from faultlog.web.who import known, settings_of, store_of

LEAST_ROOM: Final = 256 << 20
"""Bytes free on the disk of the bundles below which a server is not well. Tool default."""
PATIENCE_S: Final = 10.0
"""Seconds in which the database and the disk have to answer. Tool default."""
AT_ONCE: Final = 8
"""Looks at the database at a time. Tool default."""
_SILENT: Final = {"database": "does not answer", "disk": "unknown", "workers": "unknown"}
START_S: Final = 60.0
"""Seconds after the start in which there need be no worker yet. Tool default."""

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
async def health(request: Request) -> JSONResponse:
    """Whether all is well: 200, else 503; and what is not. It waits for no thread that other requests have."""
    store, found = store_of(request), _SILENT
    with move_on_after(PATIENCE_S):
        age_s = time.monotonic() - request.app.state.begun
        found = await run_sync(_found, store, age_s, limiter=request.app.state.probing, abandon_on_cancel=True)
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
    if store.is_gone:
        return {"database": "gone", "disk": _disk(store), "workers": "unknown"}
    try:
        number = store.read(workers.alive)
    except SQLAlchemyError:
        return {"database": "does not answer", "disk": _disk(store), "workers": "unknown"}
    working = "ok" if number else "starting" if age_s < START_S else "none"
    return {"database": "ok", "disk": _disk(store), "workers": working}


def _disk(store: Store) -> str:
    try:
        return "ok" if shutil.disk_usage(store.folder / INCOMING).free >= LEAST_ROOM else "full"
    except OSError:
        return "does not answer"
