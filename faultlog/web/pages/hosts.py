"""`/hosts/…`: what all bundles of a host tell together, on one time axis; and two of them chosen to be compared."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse

from faultlog.web.problems import not_found
from faultlog.web.site import page, wording_of
from faultlog.web.who import Kept, Viewer

router = APIRouter(include_in_schema=False)


@router.get("/hosts/{host:path}")
def host_page(request: Request, host: Annotated[str, Path(max_length=2000)], who: Viewer, store: Kept) -> HTMLResponse:
    """A host, by its id or as its cases name it."""
    from faultlog.web import hostview

    found = store.read(hostview.found, who.team, host)
    if found is None:
        raise not_found()
    return page(request, "host.html", who, **hostview.values(found, wording_of(request)))
