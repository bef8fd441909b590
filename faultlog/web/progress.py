"""`/api/v1/jobs/{job}/events`: how far an analysis is, as it goes on."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Final

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from faultlog.store import jobs
from faultlog.store.jobs import Job
from faultlog.store.opening import Store
from faultlog.web.api.routes import ONLY_DECLARED, REFUSALS, Id, operation, refusals
from faultlog.web.api.shapes import job_shape
from faultlog.web.doors import doors_of
from faultlog.web.problems import ProblemError, not_found
from faultlog.web.standing import OPEN
from faultlog.web.who import Kept, Viewer, known

LOOK_S: Final = 1.0
"""Seconds between two looks. Tool default."""
BEAT_S: Final = 15.0
"""Seconds after which something is said though nothing changed, lest somebody on the way gives up. Tool default."""
LIFE_S: Final = 600.0
"""Seconds after which a stream ends, for a browser to ask again. Tool default."""
MOST: Final = 200
"""Streams at a time; whoever comes then looks at the job itself. Tool default."""
AGAIN_S: Final = 10
"""Seconds after which it may ask for a stream again. Tool default."""
_HEADERS: Final = {"cache-control": "no-store", "x-accel-buffering": "no"}

router = APIRouter(
    prefix="/api/v1",
    tags=["bundles"],
    responses=REFUSALS,
    generate_unique_id_function=operation,
    dependencies=ONLY_DECLARED,
)


class Streams:
    """How many there are."""

    def __init__(self) -> None:
        """None yet."""
        self.count = 0


_EVENTS: Final = {
    "description": "Events `job`, each a job as JSON; the last is how it ended.",
    "content": {"text/event-stream": {}},
}


@router.get(
    "/jobs/{job}/events",
    response_class=StreamingResponse,
    responses={200: _EVENTS, **refusals(404, 503)},
)
async def job_events(request: Request, job: Id, who: Viewer, store: Kept) -> StreamingResponse:
    """Watch a job until it ends."""
    streams: Streams = request.app.state.streams
    first = await run_in_threadpool(store.read, jobs.job, who.team, job)
    if first is None:
        raise not_found()
    if streams.count >= MOST:
        raise ProblemError(503, "streams", wait_s=AGAIN_S)
    told = _told(request, streams, store, who.team, first)
    return StreamingResponse(told, media_type="text/event-stream", headers=_HEADERS)


async def _told(request: Request, streams: Streams, store: Store, team: int, job: Job) -> AsyncIterator[str]:
    """The events of a stream: what is there now, each change, and a comment where there is none for long."""
    streams.count += 1
    try:
        yield f"retry: 2000\n\n{_event(job)}"
        said, until = time.monotonic(), time.monotonic() + LIFE_S
        while job.state in OPEN and time.monotonic() < until and not doors_of(request).closing:
            if await request.is_disconnected():
                return
            await asyncio.sleep(LOOK_S)
            now = await run_in_threadpool(_looked, request, store, team, job.id)
            if now is None:
                return
            if now != job or time.monotonic() - said > BEAT_S:
                yield _event(now) if now != job else ": still here\n\n"
                said = time.monotonic()
            job = now
    finally:
        streams.count -= 1


def _looked(request: Request, store: Store, team: int, job: str) -> Job | None:
    """A job as it is now; `None` where it is gone, and where who watches is not logged in any more, or may not."""
    who = known(request)
    return None if who is None or who.team != team else store.read(jobs.job, team, job)


def _event(job: Job) -> str:
    return f"event: job\ndata: {job_shape(job).model_dump_json()}\n\n"
