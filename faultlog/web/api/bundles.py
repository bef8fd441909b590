"""`/api/v1/bundles`, `/jobs`, `/cases`: upload, watch, read, delete."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Connection

from faultlog.store import bundles, cases, jobs
from faultlog.store.bundles import Bundle
from faultlog.store.jobs import Job
from faultlog.web import deeds
from faultlog.web.api.shapes import BundleShape, JobShape, ProblemShape, bundle_shape, job_shape
from faultlog.web.problems import not_found
from faultlog.web.uploads import upload
from faultlog.web.who import Analyst, Kept, Viewer, settings_of

router = APIRouter(prefix="/api/v1", tags=["bundles"], responses={404: {"model": ProblemShape}})

Name = Annotated[str, Query(min_length=1, max_length=255, description="What the bundle is called.")]


@router.put("/bundles", status_code=201, responses={200: {"model": BundleShape}, 413: {"model": ProblemShape}})
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
    return bundle_shape(*settings.store.read(_found, who.team, done.bundle))


@router.get("/bundles/{bundle}")
def get_bundle(bundle: str, who: Viewer, store: Kept) -> BundleShape:
    """A bundle, and how far its analysis is."""
    return bundle_shape(*store.read(_found, who.team, bundle))


@router.delete("/bundles/{bundle}", status_code=204)
def delete_bundle(bundle: str, who: Analyst, store: Kept) -> None:
    """Delete a bundle with all that came of it."""
    if not store.write(deeds.delete, who, bundle):
        raise not_found()
    bundles.remove_file(store.folder, bundle)
    store.tidy()


@router.get("/jobs/{job}")
def get_job(job: str, who: Viewer, store: Kept) -> JobShape:
    """How far an analysis is."""
    found = store.read(jobs.job, who.team, job)
    if found is None:
        raise not_found()
    return job_shape(found)


@router.post("/jobs/{job}/cancel")
def cancel_job(job: str, who: Analyst, store: Kept) -> JobShape:
    """Stop an analysis; one that has ended stays as it is."""
    store.write(deeds.cancel, who, job)
    return get_job(job, who, store)


@router.get("/cases/{bundle}", response_class=Response, responses={200: {"content": {"application/json": {}}}})
def get_case(bundle: str, who: Viewer, store: Kept) -> Response:
    """The case document, as `faultlog triage --json` writes it."""
    kept = store.read(cases.document_json, who.team, bundle)
    if kept is None:
        raise not_found()
    return Response(kept, media_type="application/json")


def _found(db: Connection, team: int, name: str) -> tuple[Bundle, Job | None]:
    found = bundles.bundle(db, team, name)
    if found is None:
        raise not_found()
    return found, jobs.latest(db, team, name)
