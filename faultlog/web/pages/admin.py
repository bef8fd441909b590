"""`/admin/users`, `/admin/team`: who may what in a team, and how much it may keep."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection

from faultlog.store import accounts, audit, bundles, passwords, people, sessions
from faultlog.store.audit import Action
from faultlog.store.bounds import bytes_of, days_of, exact_size
from faultlog.store.hosts import in_turn
from faultlog.store.people import Bounds, Role, User
from faultlog.store.schema import ROLES
from faultlog.web.api.lists import rows_of
from faultlog.web.api.routes import Number
from faultlog.web.governing import USERS_LIST
from faultlog.web.logins import hashed
from faultlog.web.pages.lists import shown
from faultlog.web.problems import ProblemError, not_found
from faultlog.web.querying import read_query
from faultlog.web.shown import machine, minute, size
from faultlog.web.site import page, wording_of
from faultlog.web.who import Governor, Kept, Who, still, store_of

router = APIRouter(prefix="/admin", include_in_schema=False)
_USERS = "/admin/users"


@router.get("/users")
def users_page(request: Request, who: Governor) -> HTMLResponse:
    """Who is in the team, and what it may keep."""
    return _page(request, who)


@router.post("/users")
async def add_user(
    request: Request,
    who: Governor,
    name: Annotated[str, Form()] = "",
    role: Annotated[Role, Form()] = "viewer",
    password: Annotated[str, Form()] = "",
) -> Response:
    """Add a user to the team."""
    called = people.fit_name(name)
    flaw = "name.unfit" if called is None else _flaw(called, password)
    if called is None or flaw is not None:
        return await run_in_threadpool(_page, request, who, flaw, 422)
    kept = await hashed(request, password)
    try:
        await run_in_threadpool(store_of(request).write, _added, who, called, role, kept)
    except people.TakenError:  # perhaps in another team: who tries many names is seen
        await run_in_threadpool(store_of(request).write, audit.note, who.actor, "user.taken", called)
        return await run_in_threadpool(_page, request, who, "name.taken", 409)
    return RedirectResponse(_USERS, 303)


@router.post("/team")
def bound_team(
    request: Request,
    who: Governor,
    store: Kept,
    quota: Annotated[str, Form(max_length=40)] = "",
    keep_days: Annotated[str, Form(max_length=40)] = "",
    sure: Annotated[int, Form(ge=0)] = 0,
) -> Response:
    """Say how much the team may keep, and for how long; what is empty is no bound."""
    asked = {"quota": quota.strip(), "keep_days": keep_days.strip()}
    most, days = bytes_of(asked["quota"]), days_of(asked["keep_days"])
    flaw = (
        "team.quota"
        if asked["quota"] and most is None
        else "team.days"
        if asked["keep_days"] and days is None
        else None
    )
    if flaw is not None:
        return _page(request, who, flaw, 422, asked=asked)
    gone = store.write(_bounded, who, {"quota_bytes": most, "keep_days": days}, sure)
    if gone:
        return _page(request, who, "team.gone", 409, asked=asked, gone=gone)
    return RedirectResponse(_USERS, 303)


@router.post("/users/{user}/role")
def change_role(user: Number, who: Governor, store: Kept, role: Annotated[Role, Form()]) -> Response:
    """Let a user do more or less."""
    return store.write(_on, who, user, "user.role", partial(_role, role=role), role)


@router.post("/users/{user}/disable")
def disable_user(user: Number, who: Governor, store: Kept) -> Response:
    """Let a user do nothing any more."""
    return store.write(_on, who, user, "user.disable", _disabled)


@router.post("/users/{user}/enable")
def enable_user(user: Number, who: Governor, store: Kept) -> Response:
    """Let a user log in again."""
    return store.write(_on, who, user, "user.enable", _enabled)


@router.post("/users/{user}/sessions/end")
def end_sessions(user: Number, who: Governor, store: Kept) -> Response:
    """End all sessions of a user."""
    return store.write(_on, who, user, "user.sessions", _ended)


@router.post("/users/{user}/password")
async def set_password(
    request: Request, user: Number, who: Governor, password: Annotated[str, Form()] = ""
) -> Response:
    """Give a user another password; his sessions end."""
    store = store_of(request)
    found = await run_in_threadpool(store.read, people.user, who.team, user)
    if found is None:
        raise not_found()
    flaw = _flaw(found.name, password)
    if flaw is not None:
        return await run_in_threadpool(_page, request, who, flaw, 422)
    kept = await hashed(request, password)
    deed = partial(_password, password=kept)
    return await run_in_threadpool(store.write, _on, who, user, "user.password", deed)


def _page(
    request: Request,
    who: Who,
    said: str | None = None,
    status: int = 200,
    asked: Mapping[str, str] | None = None,
    gone: int = 0,
) -> HTMLResponse:
    """The page of users and bounds.

    Args:
        request: what was asked.
        who: who asks.
        said: what went wrong, a key below `web`.
        status: of the answer.
        asked: bounds as they were sent, where they are not taken.
        gone: bundles that would be deleted.
    """
    store, query = store_of(request), read_query(USERS_LIST, request.query_params)
    of_team, rows = store.read(_of_team, who.team), rows_of(store, who, USERS_LIST, query)
    there = {one.id: one for one in store.read(people.users, who.team)}
    users = [there[int(row["id"] or 0)] for row in rows.rows if row["id"] in there]
    of_team |= {"users": users, "listing": shown(request, USERS_LIST, query, rows), "gone": gone}
    of_team |= {} if asked is None else {"bounds": asked}
    told = {"title": wording_of(request).words("web.users"), "said": said, "roles": ROLES, "least": passwords.LEAST}
    return page(request, "users.html", who, status, minute=minute, machine=machine, size=size, **told, **of_team)


def _of_team(db: Connection, team: int) -> dict[str, object]:
    found = people.team(db, team)
    bounds = {
        "quota": "" if found.quota_bytes is None else exact_size(found.quota_bytes),
        "keep_days": "" if found.keep_days is None else str(found.keep_days),
    }
    return {"team": found, "used": bundles.used(db, team), "bounds": bounds}


def _flaw(name: str, password: str) -> str | None:
    flaw = passwords.flaw(name, password)
    return None if flaw is None else f"password.{flaw}"


def _added(db: Connection, who: Who, name: str, role: Role, password: str) -> None:
    in_turn(db, who.team)
    still(db, who, "admin")
    people.add(db, who.team, name, role, password)
    audit.note(db, who.actor, "user.add", name, role)


def _bounded(db: Connection, who: Who, bounds: Bounds, sure: int) -> int:
    """Bound the team, unless more bundles would go than somebody is sure of; then how many, and nothing is done."""
    in_turn(db, who.team)
    still(db, who, "admin")
    days = bounds["keep_days"]
    gone = 0 if days is None else len(bundles.stale(db, who.team, days))
    if gone > sure:
        return gone
    accounts.bound_by(db, who.actor, people.team(db, who.team), bounds)
    return 0


def _on(
    db: Connection,
    who: Who,
    user: int,
    action: Action,
    deed: Callable[[Connection, User], None],
    detail: str | None = None,
) -> Response:
    """Do something to another user of the team, and note it; back to the list.

    Raises:
        ProblemError: there is none, it is the administrator himself, or he is none any more: no team loses its last
            one by mistake.
    """
    in_turn(db, who.team)
    still(db, who, "admin")
    found = people.user(db, who.team, user)
    if found is None:
        raise not_found()
    if found.id == who.id:
        raise ProblemError(409, "yourself")
    deed(db, found)
    audit.note(db, who.actor, action, found.name, detail)
    return RedirectResponse(_USERS, 303)


def _role(db: Connection, user: User, role: Role) -> None:
    people.set_role(db, user.team, user.id, role)


def _disabled(db: Connection, user: User) -> None:
    people.disable(db, user.team, user.id)
    sessions.end_all(db, user.id)


def _enabled(db: Connection, user: User) -> None:
    people.enable(db, user.team, user.id)


def _ended(db: Connection, user: User) -> None:
    sessions.end_all(db, user.id)


def _password(db: Connection, user: User, password: str) -> None:
    people.set_password(db, user.team, user.id, password)
    sessions.end_all(db, user.id)
