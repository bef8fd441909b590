"""`/login`, `/logout`."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection

from faultlog.store import audit, sessions
from faultlog.store.audit import Actor
from faultlog.web.entry import LOGIN, way_back
from faultlog.web.logins import Refused, begun, tried
from faultlog.web.sessions import hand, key_of, take
from faultlog.web.site import page, wording_of
from faultlog.web.who import Kept, Viewer, known

router = APIRouter(include_in_schema=False)


@router.get("/login")
def login_page(request: Request, next: str = "/") -> Response:  # noqa: A002 (as addresses of the whole web call it)
    """Where somebody logs in; on to where he wanted to go, if he is logged in."""
    if known(request) is not None:
        return RedirectResponse(way_back(next), 303)
    return _page(request, next)


@router.post("/login")
async def login(
    request: Request,
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002
) -> Response:
    """Log in."""
    user = await tried(request, name, password)
    if isinstance(user, Refused):
        again = _page(request, next, name, user)
        if user.wait_s:
            again.headers["retry-after"] = str(user.wait_s)
        return again
    response = RedirectResponse(way_back(next), 303)
    hand(request, response, await run_in_threadpool(begun, request, user))
    return response


@router.post("/logout")
def logout(request: Request, who: Viewer, store: Kept) -> Response:
    """End the session of this browser."""
    key = key_of(request)
    if key is not None and who.session is not None:
        store.write(_left, who.actor, key)
    response = RedirectResponse(LOGIN, 303)
    take(request, response)
    return response


def _page(request: Request, wanted: str, name: str = "", refused: Refused | None = None) -> HTMLResponse:
    title = wording_of(request).words("web.login")
    status = 200 if refused is None else refused.status
    values = {"wanted": way_back(wanted), "name": name, "refused": refused}
    return page(request, "login.html", None, status, title=title, **values)


def _left(db: Connection, actor: Actor, key: str) -> None:
    sessions.drop(db, key)
    audit.note(db, actor, "logout")
