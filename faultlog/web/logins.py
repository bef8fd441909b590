"""A name and a password tried: how often, how many at once, and what comes of it."""

from typing import Final, Literal, cast

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import Request
from sqlalchemy import Connection

from faultlog.store import attempts, audit, passwords, people, sessions
from faultlog.store.audit import Actor
from faultlog.store.people import User
from faultlog.store.texts import storable
from faultlog.values import dataclass
from faultlog.web.security import address_of
from faultlog.web.sessions import key_of
from faultlog.web.who import store_of

AT_ONCE: Final = 2
"""Passwords hashed at a time, 64 MiB each. Tool default."""
_MOST_WAITING: Final = 20
_BUSY_S: Final = 5
_NOWHERE: Final = "-"


@dataclass(frozen=True, slots=True)
class Refused:
    """A login that did not succeed: `key` names what is said, `web.login.…`."""

    status: int
    key: Literal["wrong", "attempts", "busy"]
    wait_s: int = 0
    """Seconds after which it may be tried again."""


async def tried(request: Request, name: str, password: str) -> User | Refused:
    """Whose name and password they are; counts against who tries too often.

    Whether there is no such user, his password is another, or he is disabled: it takes as long, and nobody is told.
    """
    limiter = _limiter(request)
    if limiter.statistics().tasks_waiting >= _MOST_WAITING:
        return Refused(503, "busy", _BUSY_S)
    store, address = store_of(request), address_of(request)
    called = people.fit_name(name) or storable(name)[: people.MOST_LETTERS]
    wait = await run_sync(store.write, attempts.admit, called, address or _NOWHERE)
    if wait:
        return Refused(429, "attempts", wait)
    user, kept = await run_sync(store.read, _kept, called)
    right = await run_sync(passwords.is_right, kept, password, limiter=limiter)
    if user is None or kept is None or not right:
        await run_sync(store.write, _failed, user, address)
        return Refused(401, "wrong")
    fresh = await run_sync(passwords.hashed, password, limiter=limiter) if passwords.is_old(kept) else None
    await run_sync(store.write, _succeeded, user, address, fresh)
    return user


async def hashed(request: Request, password: str) -> str:
    """What is kept of a new password; it counts among those that are hashed at a time."""
    return await run_sync(passwords.hashed, password, limiter=_limiter(request))


def begun(request: Request, user: User) -> str:
    """Log a user in, in a session that nobody had before; its key."""
    actor = Actor(user.team, user.name, address_of(request))
    return store_of(request).write(_begun, actor, user.id, request.headers.get("user-agent"), key_of(request))


def _limiter(request: Request) -> CapacityLimiter:
    return cast("CapacityLimiter", request.app.state.hashing)


def _kept(db: Connection, name: str) -> tuple[User | None, str | None]:
    user = people.user_named(db, name)
    return user, None if user is None else people.password_of(db, user.id)


def _failed(db: Connection, user: User | None, address: str | None) -> None:
    """What was typed for a name is not kept: it may have been a password."""
    actor = Actor(None, None, address) if user is None else Actor(user.team, user.name, address)
    audit.note(db, actor, "login.failed")


def _succeeded(db: Connection, user: User, address: str | None, fresh: str | None) -> None:
    attempts.forgive(db, user.name, address or _NOWHERE)
    if fresh is not None:
        people.set_password(db, user.team, user.id, fresh)


def _begun(db: Connection, actor: Actor, user: int, agent: str | None, before: str | None) -> str:
    if before is not None:
        sessions.drop(db, before)
    audit.note(db, actor, "login")
    return sessions.begin(db, user, actor.address, agent)
