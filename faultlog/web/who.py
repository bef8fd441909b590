"""Who asks: a user of a team, or whoever reaches a server that only this machine reaches and that has no accounts.

Every route that shows or changes what a team has depends on `Viewer`, `Analyst`, `Admin` or `Owner`; a request that
changes something and comes with a cookie has to show the token of its page, whatever route it is for.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Final, cast

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Connection

from faultlog.store import people, sessions, tokens
from faultlog.store.audit import Actor
from faultlog.store.opening import Store
from faultlog.store.people import Role, User
from faultlog.values import dataclass
from faultlog.web.problems import ProblemError
from faultlog.web.security import SAFE, address_of, is_forwarded, is_proven, proof_of
from faultlog.web.sessions import key_of
from faultlog.web.settings import Settings

_ORDER: Final[tuple[Role, ...]] = ("viewer", "analyst", "admin")
LOCAL: Final = "local"


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody who may do something."""

    team: int
    user: str
    role: Role
    address: str | None = None
    id: int | None = None
    """Of his account; `None` where there are none."""
    session: str | None = None
    """Which of his sessions it is; `None` where he shows no cookie."""
    csrf: str = ""
    """What a page shows when it changes something; empty where there is no cookie that others could use."""
    token: int | None = None
    """Which of his tokens it is; `None` where he shows none."""

    def may(self, role: Role) -> bool:
        """Whether this is somebody of that role, or of more."""
        return _ORDER.index(self.role) >= _ORDER.index(role)

    @property
    def actor(self) -> Actor:
        """Him as the audit notes it."""
        return Actor(self.team, self.user, self.address)


def settings_of(request: Request) -> Settings:
    """What the server was told."""
    return cast("Settings", request.app.state.settings)


def store_of(request: Request) -> Store:
    """What the server keeps."""
    return settings_of(request).store


async def somebody(request: Request) -> Who:
    """Who asks; what he asks for is his own wish.

    Raises:
        ProblemError: nobody that is known, or a page of somebody else asks in his name.
    """
    who = await run_in_threadpool(known, request)
    if who is None:
        raise ProblemError(401, "login")
    if who.csrf and request.method not in SAFE and not await is_proven(request, who.csrf):
        raise ProblemError(403, "csrf")
    request.state.who, request.state.csrf = who, who.csrf
    return who


def known(request: Request) -> Who | None:
    """Who asks, by what he shows: a token, else a cookie, else nothing where nothing is needed; `None`: nobody."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return _by_token(request, key.strip())
    found = _by_cookie(request)
    return found if found is not None else _by_nothing(request)


def _by_token(request: Request, key: str) -> Who | None:
    store = store_of(request)
    found = store.read(tokens.holder, key)
    if found is None:
        return None
    token, user = found
    if token.is_due:
        store.write(tokens.used, token.id)
    return _who(request, user, token=token.id)


def _by_cookie(request: Request) -> Who | None:
    store = store_of(request)
    key = key_of(request)
    found = None if key is None else store.read(sessions.holder, key)
    if key is None or found is None:
        return None
    session, user = found
    if session.is_due:
        store.write(sessions.seen, session.hash)
    return _who(request, user, session.hash, proof_of(key))


def _by_nothing(request: Request) -> Who | None:
    settings = settings_of(request)
    if not settings.open or is_forwarded(request):
        return None
    accounts, team = settings.store.read(_local)
    if accounts:
        return None
    return Who(team or settings.store.write(people.need_team, LOCAL), LOCAL, "admin", address_of(request))


def _local(db: Connection) -> tuple[bool, int | None]:
    """Whether there are accounts; and the team of a server that has none."""
    team = people.team_named(db, LOCAL)
    return people.are_any(db), None if team is None else team.id


def _who(request: Request, user: User, session: str | None = None, csrf: str = "", token: int | None = None) -> Who:
    return Who(user.team, user.name, user.role, address_of(request), user.id, session, csrf, token)


def analyst(who: Annotated[Who, Depends(somebody)]) -> Who:
    """Who asks, and may change what is kept.

    Raises:
        ProblemError: somebody who may only look.
    """
    return _allowed(who, "analyst")


def admin(who: Annotated[Who, Depends(somebody)]) -> Who:
    """Who asks, and may change who may.

    Raises:
        ProblemError: somebody who may not.
    """
    return _allowed(who, "admin")


def owner(who: Annotated[Who, Depends(somebody)]) -> Who:
    """Who asks, and is logged in himself: no program changes who may what, and no token makes another.

    Raises:
        ProblemError: a program, or there are no accounts.
    """
    if who.id is None:
        raise ProblemError(403, "no_accounts")
    if who.session is None:
        raise ProblemError(403, "session")
    return who


def governor(who: Annotated[Who, Depends(admin)]) -> Who:
    """An administrator who is logged in himself.

    Raises:
        ProblemError: it is none, or a program.
    """
    return owner(who)


def still(db: Connection, who: Who, role: Role) -> None:
    """Make sure, in the transaction of what he does, that who was let in may do it still: that may be long ago.

    Whoever changes what others may waits for the turn of the team first, and so does this one's transaction.

    Raises:
        ProblemError: he is disabled, what he showed counts no more, or he may do less.
    """
    if who.id is None:
        return
    now_of = people.user(db, who.team, who.id)
    if now_of is None or now_of.disabled_at is not None or not _counts(db, who.id, who):
        raise ProblemError(401, "login")
    _allowed(replace(who, role=now_of.role), role)


def _counts(db: Connection, user: int, who: Who) -> bool:
    """Whether his session or his token counts."""
    if who.session is not None:
        return any(one.hash == who.session for one in sessions.of_user(db, user))
    return any(one.id == who.token for one in tokens.of_user(db, user))


def _allowed(who: Who, role: Role) -> Who:
    if not who.may(role):
        raise ProblemError(403, "role", role=role)
    return who


Viewer = Annotated[Who, Depends(somebody)]
Analyst = Annotated[Who, Depends(analyst)]
Admin = Annotated[Who, Depends(admin)]
Owner = Annotated[Who, Depends(owner)]
Governor = Annotated[Who, Depends(governor)]
ASKERS: Final[Mapping[Role, Any]] = {"viewer": Viewer, "analyst": Analyst, "admin": Admin}
"""Who asks, for a route that is made for somebody of at least that role."""
Kept = Annotated[Store, Depends(store_of)]
