"""`/account`: what somebody has himself: his password, where he is logged in, tokens of his programs."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection

from faultlog.store import audit, passwords, people, sessions, tokens
from faultlog.web.api.routes import Id, Number
from faultlog.web.logins import Refused, hashed, tried
from faultlog.web.problems import not_found
from faultlog.web.shown import browser, machine, minute
from faultlog.web.site import page, wording_of
from faultlog.web.who import Kept, Owner, Who, store_of

router = APIRouter(prefix="/account", include_in_schema=False)


@router.get("")
def account_page(request: Request, who: Owner) -> HTMLResponse:
    """All of it."""
    return _page(request, who)


@router.post("/sessions/end")
def end_others(who: Owner, store: Kept) -> Response:
    """End all sessions but this."""
    store.write(_ended_others, who)
    return RedirectResponse("/account", 303)


@router.post("/sessions/{session}/end")
def end_session(session: Id, who: Owner, store: Kept) -> Response:
    """End a session."""
    if not store.write(_ended, who, session):
        raise not_found()
    return RedirectResponse("/account", 303)


@router.post("/tokens")
def make_token(request: Request, who: Owner, store: Kept, name: Annotated[str, Form()] = "") -> HTMLResponse:
    """Make a token, and show it this once."""
    if not name.strip():
        return _page(request, who, "token.name", 422)
    key = store.write(_made, who, name.strip())
    title = wording_of(request).words("web.made.token")
    return page(request, "key.html", who, title=title, kind="token", key=key, back="/account")


@router.post("/tokens/{token}/revoke")
def revoke_token(token: Number, who: Owner, store: Kept) -> Response:
    """Revoke a token."""
    if not store.write(_revoked, who, token):
        raise not_found()
    return RedirectResponse("/account", 303)


@router.post("/password")
async def change_password(
    request: Request,
    who: Owner,
    current: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    """Take another password; all other sessions end."""
    flaw = "again" if password != again else passwords.flaw(who.user, password)
    if flaw is not None:
        return await run_in_threadpool(_page, request, who, f"password.{flaw}", 422)
    user = await tried(request, who.user, current)
    if isinstance(user, Refused):
        refused = await run_in_threadpool(_page, request, who, f"login.{user.key}", user.status, user.wait_s)
        if user.wait_s:
            refused.headers["retry-after"] = str(user.wait_s)
        return refused
    kept = await hashed(request, password)
    await run_in_threadpool(store_of(request).write, _changed, who, kept)
    return RedirectResponse("/account", 303)


def _page(request: Request, who: Who, said: str | None = None, status: int = 200, wait_s: int = 0) -> HTMLResponse:
    """The page, perhaps with what went wrong: a key below `web`."""
    has = store_of(request).read(_has, who)
    told = {"said": said, "wait_s": wait_s, "least": passwords.LEAST}
    title = wording_of(request).words("web.account")
    return page(
        request,
        "account.html",
        who,
        status,
        title=title,
        minute=minute,
        machine=machine,
        browser=browser,
        **told,
        **has,
    )


def _id(who: Who) -> int:
    """Of his account, which every `Owner` has."""
    assert who.id is not None  # noqa: S101 (see `who.owner`)
    return who.id


def _has(db: Connection, who: Who) -> dict[str, object]:
    return {
        "team": people.team(db, who.team).name,
        "sessions": sessions.of_user(db, _id(who)),
        "tokens": tokens.of_user(db, _id(who)),
    }


def _ended_others(db: Connection, who: Who) -> None:
    sessions.end_all(db, _id(who), who.session)
    audit.note(db, who.actor, "session.end")


def _ended(db: Connection, who: Who, session: str) -> bool:
    was = sessions.end(db, _id(who), session)
    if was:
        audit.note(db, who.actor, "session.end")
    return was


def _made(db: Connection, who: Who, name: str) -> str:
    audit.note(db, who.actor, "token.make", name)
    return tokens.make(db, _id(who), name)


def _revoked(db: Connection, who: Who, token: int) -> bool:
    was = tokens.revoke(db, _id(who), token)
    if was:
        audit.note(db, who.actor, "token.revoke", str(token))
    return was


def _changed(db: Connection, who: Who, password: str) -> None:
    people.set_password(db, who.team, _id(who), password)
    sessions.end_all(db, _id(who), who.session)
    audit.note(db, who.actor, "password")
