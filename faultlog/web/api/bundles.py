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
from faultlog.web.api.routes import REFUSALS, Id, operation, refusals
from faultlog.web.api.shapes import BundleShape, JobShape, bundle_shape, job_shape
from faultlog.web.downloads import DOWNLOADS, attached
from faultlog.web.problems import not_found
from faultlog.web.uploads import upload
from faultlog.web.who import Analyst, Kept, Viewer, settings_of

router = APIRouter(prefix="/api/v1", tags=["bundles"], responses=REFUSALS, generate_unique_id_function=operation)

_SAME: Final = {"model": BundleShape, "description": "The same bytes were there."}
_CASE: Final = {"description": "The case document, `faultlog.case/1`.", "content": KINDS["CaseDocument"]}
_EXPORT: Final = {
    "description": "The file.",
    "content": {one.media: {} for one in DOWNLOADS.values()},
}

Export = Annotated[str, Path(json_schema_extra={"enum": list(DOWNLOADS)})]
Name = Annotated[str, Query(min_length=1, max_length=255, description="What the bundle is called.")]


@router.put(
    "/bundles",
    status_code=201,
    responses={200: _SAME, **refusals(400, 413, 415, 507)},
    openapi_extra={"requestBody": {"required": True, "content": {"application/octet-stream": {}}}},
)
async def put_bundle(
    request: Request,
    response: Response,
    who: Analyst,
    name: Name,
    tz: Annotated[str | None, Query(max_length=64, description="The host's time zone.")] = None,
    taken: Annotated[str | None, Query(max_length=40, description="When the bundle was taken.")] = None,
) -> BundleShape:
    """Upload a bundle as the body. 201: it is safe, and queued; 200: the same bytes were there."""
    settings = settings_of(request)
    asked = {key: value for key, value in (("tz", tz), ("taken", taken)) if value is not None}
    done = await upload(settings.store, who, name, request.stream(), settings.most_bytes, asked)
    response.status_code = 201 if done.is_new else 200
    response.headers["Location"] = f"/api/v1/bundles/{done.bundle}"
    return bundle_shape(*await run_in_threadpool(settings.store.read, _found, who.team, done.bundle))


@router.get("/bundles/{bundle}", responses=refusals(404))
def get_bundle(bundle: Id, who: Viewer, store: Kept) -> BundleShape:
    """A bundle, and how far its analysis is."""
    return bundle_shape(*store.read(_found, who.team, bundle))


@router.delete("/bundles/{bundle}", status_code=204, responses=refusals(404))
def delete_bundle(bundle: Id, who: Analyst, store: Kept) -> None:
    """Delete a bundle with all that came of it."""
    if not store.write(deeds.delete, who, bundle):
        raise not_found()
    clear(store, bundle)


@router.get("/jobs/{job}", responses=refusals(404))
def get_job(job: Id, who: Viewer, store: Kept) -> JobShape:
    """How far an analysis is."""
    found = store.read(jobs.job, who.team, job)
    if found is None:
        raise not_found()
    return job_shape(found)


@router.post("/jobs/{job}/cancel", responses=refusals(404))
def cancel_job(job: Id, who: Analyst, store: Kept) -> JobShape:
    """Stop an analysis; one that has ended stays as it is."""
    store.write(deeds.cancel, who, job)
    return get_job(job, who, store)


@router.get("/cases/{case}", response_class=Response, responses={200: _CASE, **refusals(404)})
def get_case(case: Id, who: Viewer, store: Kept) -> Response:
    """The case document, as `faultlog triage --json` writes it."""
    kept = store.read(cases.document_json, who.team, case)
    if kept is None:
        raise not_found()
    return Response(kept, media_type="application/json")


@router.get("/cases/{case}/exports/{name}", response_class=Response, responses={200: _EXPORT, **refusals(404, 503)})
async def get_export(request: Request, case: Id, name: Export, who: Viewer, store: Kept) -> Response:
    """A case as a file of some format."""
    return await attached(request, who, store, case, name)


def _found(db: Connection, team: int, name: str) -> tuple[Bundle, Job | None]:
    found = bundles.bundle(db, team, name)
    if found is None:
        raise not_found()
    return found, jobs.latest(db, team, name)
