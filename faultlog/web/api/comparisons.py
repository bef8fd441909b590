"""`/api/v1/comparisons`: have two bundles of a host compared, watch, read, delete."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from faultlog.store import comparisons
from faultlog.web import deeds
from faultlog.web.api.description import KINDS
from faultlog.web.api.routes import ONLY_DECLARED, POSSIBLE, REFUSALS, Id, Redact, operation, refusals
from faultlog.web.api.shapes import ComparisonShape, comparison_shape
from faultlog.web.problems import ProblemError, not_found
from faultlog.web.redacting import redacted
from faultlog.web.who import Analyst, Kept, Viewer

router = APIRouter(
    prefix="/api/v1",
    tags=["comparisons"],
    responses=REFUSALS,
    generate_unique_id_function=operation,
    dependencies=ONLY_DECLARED,
)

_SAME: Final = {"model": ComparisonShape, "description": "Somebody asked for it before."}
_DOCUMENT: Final = {
    "description": "The comparison document, `faultlog.comparison/1`.",
    "content": KINDS["ComparisonDocument"],
}

Old = Annotated[str, Query(max_length=100, description="The older bundle."), POSSIBLE]
New = Annotated[str, Query(max_length=100, description="The newer bundle."), POSSIBLE]


@router.put("/comparisons", status_code=201, responses={200: _SAME, **refusals(404)})
def put_comparison(response: Response, who: Analyst, store: Kept, old: Old, new: New) -> ComparisonShape:
    """Have two bundles compared. 201: it is queued; 200: it was asked for; one that failed is tried once more."""
    if old == new:
        raise ProblemError(422, "one_twice")
    asked = store.write(deeds.compare, who, old, new)
    if asked is None:
        raise not_found()
    response.status_code = 201 if asked[1] else 200
    response.headers["Location"] = f"/api/v1/comparisons/{asked[0]}"
    return get_comparison(asked[0], who, store)


@router.get("/comparisons/{comparison}", responses=refusals(404))
def get_comparison(comparison: Id, who: Viewer, store: Kept) -> ComparisonShape:
    """A comparison, and how far it is."""
    found = store.read(comparisons.comparison, who.team, comparison)
    if found is None:
        raise not_found()
    return comparison_shape(found)


@router.get(
    "/comparisons/{comparison}/document", response_class=Response, responses={200: _DOCUMENT, **refusals(404, 503)}
)
async def get_comparison_document(
    request: Request, comparison: Id, who: Viewer, store: Kept, *, redact: Redact = False
) -> Response:
    """The comparison document, as `faultlog compare --json` writes it."""
    if redact:
        kept = await redacted(request, store, who.team, "comparison", comparison)
    else:
        kept = await run_in_threadpool(store.read, comparisons.document_json, who.team, comparison)
    if kept is None:
        raise not_found()
    return Response(kept, media_type="application/json")


@router.delete("/comparisons/{comparison}", status_code=204, responses=refusals(404))
def delete_comparison(comparison: Id, who: Analyst, store: Kept) -> None:
    """Delete a comparison; the bundles stay."""
    if not store.write(deeds.delete_comparison, who, comparison):
        raise not_found()
    store.tidy()
