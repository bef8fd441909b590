"""`/cases/…`: what came of a bundle, or how far its analysis is."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from faultlog.store import bundles, jobs
from faultlog.web.problems import not_found
from faultlog.web.site import page
from faultlog.web.who import Kept, Viewer

router = APIRouter(include_in_schema=False)


@router.get("/cases/{bundle}")
def case_page(request: Request, bundle: str, who: Viewer, store: Kept) -> HTMLResponse:
    """The case of a bundle."""
    found = store.read(bundles.bundle, who.team, bundle)
    if found is None:
        raise not_found()
    return page(request, "case.html", who, bundle=found, job=store.read(jobs.latest, who.team, bundle))
