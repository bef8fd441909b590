"""`/api/v1/bundles`, `/jobs`, `/cases`: upload, watch, read, delete."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Connection

from faultlog.store import bundles, cases, jobs
from faultlog.store.bundles import Bundle
from faultlog.store.jobs import Job
from faultlog.store.litter import clear
from faultlog.web import deeds
from faultlog.web.api.description import KINDS
from faultlog.web.api.routes import LOCATION, ONLY_DECLARED, REFUSALS, Id, Redact, operation, refusals
from faultlog.web.api.shapes import BundleShape, JobShape, bundle_shape, job_shape
from faultlog.web.doors import doors_of
from faultlog.web.downloads import DOWNLOADS, attached, bundle_file
from faultlog.web.problems import not_found
from faultlog.web.redacting import redacted
from faultlog.web.uploadable import LONGEST, raw, room_of
from faultlog.web.uploads import Way, analyse_again, upload
from faultlog.web.who import Analyst, Kept, Viewer, settings_of

router = APIRouter(
    prefix="/api/v1",
    tags=["bundles"],
    responses=REFUSALS,
    generate_unique_id_function=operation,
    dependencies=ONLY_DECLARED,
)

_SAME: Final = {"model": BundleShape, "description": "The same bytes were there.", **LOCATION}
_CASE: Final = {"description": "The case document, `faultlog.case/1`.", "content": KINDS["CaseDocument"]}
_EXPORT: Final = {
    "description": "The file.",
    "content": {one.media: {} for one in DOWNLOADS.values()},
}

_FILE: Final = {"description": "Its bytes.", "content": {"application/octet-stream": {}}}

Export = Annotated[str, Path(json_schema_extra={"enum": list(DOWNLOADS)})]
Zone = Annotated[str | None, Query(max_length=64, description="The host's time zone.")]
Taken = Annotated[str | None, Query(max_length=40, description="When the bundle was taken.")]
Name = Annotated[str, Query(min_length=1, max_length=LONGEST, description="What the bundle is called.")]


@router.put(
    "/bundles",
    status_code=201,
    responses={200: _SAME, 201: LOCATION, **refusals(400, 408, 415, 429)},
    openapi_extra={"requestBody": {"required": True, "content": {"application/octet-stream": {}}}},
)
async def put_bundle(
    request: Request,
    response: Response,
    who: Analyst,
    name: Name,
    tz: Zone = None,
    taken: Taken = None,
) -> BundleShape:
    """Upload a bundle as the body. 201: it is safe, and queued; 200: the same bytes were there."""
    settings = settings_of(request)
    room = await run_in_threadpool(settings.store.read, room_of, who.team, settings.most_bytes)
    raw(request, room)
    asked = {key: value for key, value in (("tz", tz), ("taken", taken)) if value is not None}
    with doors_of(request).taking(who.team) as inflow:
        done = await upload(settings.store, who, name, request.stream(), Way(room, inflow), asked)
    response.status_code = 201 if done.is_new else 200
    response.headers["Location"] = f"/api/v1/bundles/{done.bundle}"
    return bundle_shape(*await run_in_threadpool(settings.store.read, _found, who.team, done.bundle))


@router.get("/bundles/{bundle}", responses=refusals(404))
def get_bundle(bundle: Id, who: Viewer, store: Kept) -> BundleShape:
    """A bundle, and how far its analysis is."""
    return bundle_shape(*store.read(_found, who.team, bundle))


@router.get("/bundles/{bundle}/file", response_class=Response, responses={200: _FILE, **refusals(404, 410)})
def get_file(bundle: Id, who: Analyst, store: Kept) -> Response:
    """The bundle as it was uploaded."""
    return bundle_file(store, who, bundle)


@router.delete("/bundles/{bundle}", status_code=204, responses=refusals(404))
def delete_bundle(bundle: Id, who: Analyst, store: Kept) -> None:
    """Delete a bundle with all that came of it."""
    if not store.write(deeds.delete, who, bundle):
        raise not_found()
    clear(store, bundle)


@router.post("/bundles/{bundle}/jobs", status_code=201, responses={201: LOCATION, **refusals(404, 409, 415)})
def post_job(
    response: Response, bundle: Id, who: Analyst, store: Kept, tz: Zone = None, taken: Taken = None
) -> JobShape:
    """Analyse a bundle again. An option that is given replaces what was; an empty one (`tz=`) takes it back."""
    given = {key: value for key, value in (("tz", tz), ("taken", taken)) if value is not None}
    job = analyse_again(store, who, bundle, given)
    response.headers["Location"] = f"/api/v1/jobs/{job}"
    return get_job(job, who, store)


@router.get("/jobs/{job}", responses=refusals(404))
def get_job(job: Id, who: Viewer, store: Kept) -> JobShape:
    """How far an analysis is."""
    found = store.read(jobs.job, who.team, job)
    if found is None:
        raise not_found()
    return job_shape(found)


@router.post("/jobs/{job}/cancel", responses=refusals(404, 415))
def cancel_job(job: Id, who: Analyst, store: Kept) -> JobShape:
    """Stop an analysis; one that has ended stays as it is."""
    store.write(deeds.cancel, who, job)
    return get_job(job, who, store)


@router.get("/cases/{case}", response_class=Response, responses={200: _CASE, **refusals(404, 503)})
async def get_case(request: Request, case: Id, who: Viewer, store: Kept, *, redact: Redact = False) -> Response:
    """The case document, as `faultlog triage --json` writes it."""
    if redact:
        kept = await redacted(request, store, who.team, "case", case)
    else:
        kept = await run_in_threadpool(store.read, cases.document_json, who.team, case)
    if kept is None:
        raise not_found()
    return Response(kept, media_type="application/json")


@router.get("/cases/{case}/exports/{name}", response_class=Response, responses={200: _EXPORT, **refusals(404, 503)})
async def get_export(
    request: Request, case: Id, name: Export, who: Viewer, store: Kept, *, redact: Redact = False
) -> Response:
    """A case as a file of some format."""
    return await attached(request, who, store, case, name, redact=redact)


def _found(db: Connection, team: int, name: str) -> tuple[Bundle, Job | None]:
    found = bundles.bundle(db, team, name)
    if found is None:
        raise not_found()
    return found, jobs.latest(db, team, name)
