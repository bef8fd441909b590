"""`/`: where bundles are uploaded."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from faultlog.web.site import page
from faultlog.web.who import Viewer

router = APIRouter(include_in_schema=False)


@router.get("/")
def front(request: Request, who: Viewer) -> HTMLResponse:
    """Upload, and what was uploaded last."""
    return page(request, "front.html", who)
