"""`/hosts/…`: what all bundles of a host tell together, on one time axis; and two of them chosen to be compared."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from faultlog.store.opening import Store
from faultlog.store.places import id_of
from faultlog.web import deeds
from faultlog.web.problems import not_found
from faultlog.web.site import page, wording_of
from faultlog.web.who import Analyst, Kept, Viewer, Who

router = APIRouter(include_in_schema=False)


@router.get("/hosts/{host:path}")
def host_page(request: Request, host: Annotated[str, Path(max_length=2000)], who: Viewer, store: Kept) -> HTMLResponse:
    """A host, by its id or as its cases name it."""
    return shown_host(request, who, store, host)


@router.post("/hosts/{host:path}")
def host_again(host: Annotated[str, Path(max_length=2000)], who: Analyst, store: Kept) -> Response:
    """Have the bundles of a host read together once more."""
    found = store.write(deeds.join_again, who, host)
    if found is None:
        raise not_found()
    return RedirectResponse(f"/hosts/{id_of(found)}", 303)


def shown_host(request: Request, who: Who, store: Store, host: str, wrong: str = "") -> HTMLResponse:
    """The page of a host; `wrong` is what was wrong with what its form asked for, a key of `web.problem`."""
    from faultlog.web import hostview

    found = store.read(hostview.found, who.team, host)
    if found is None:
        raise not_found()
    say = wording_of(request)
    said = say.words(f"web.problem.{wrong}.do") if wrong else ""
    return page(request, "host.html", who, 422 if wrong else 200, **hostview.values(found, say), wrong=said)
