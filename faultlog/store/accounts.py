"""What is done to accounts at the terminal of the server: all teams are there; noted for the team it concerns."""

from collections.abc import Callable

from sqlalchemy import Connection, exists, func, select

from faultlog.store import people, sessions, tokens
from faultlog.store.audit import Action, Actor, note
from faultlog.store.bounds import exact_size
from faultlog.store.people import Bounds, Role, Team, User
from faultlog.store.schema import BUNDLES, TEAMS, USERS


def add(db: Connection, team: str, name: str, role: Role, password: str) -> None:
    """Add a user to a team, which is made where it is missing.

    Args:
        db: the transaction.
        team: as `people.fit_name` gives it.
        name: likewise.
        role: what he may.
        password: as `passwords.hashed` gives it.

    Raises:
        TakenError: there is one of that name, in any team.
    """
    at = people.need_team(db, team)
    people.add(db, at, name, role, password)
    note(db, Actor(at, None, None), "user.add", name, role)


def unseen(db: Connection) -> list[tuple[str, int]]:
    """The teams that have bundles and no user who may see them, each with how many: of a server without accounts."""
    whose = BUNDLES.join(TEAMS, BUNDLES.c.team_id == TEAMS.c.id)
    seen = exists().where(USERS.c.team_id == TEAMS.c.id, USERS.c.disabled_at.is_(None))
    asked = select(TEAMS.c.name, func.count()).select_from(whose).where(~seen).group_by(TEAMS.c.name)
    return [(name, count) for name, count in db.execute(asked.order_by(TEAMS.c.name))]


def disable(db: Connection, name: str) -> bool:
    """Let a user do nothing any more; whether there is one of that name."""
    return _on(db, name, "user.disable", people.disable)


def enable(db: Connection, name: str) -> bool:
    """Let a user log in again; whether there is one of that name."""
    return _on(db, name, "user.enable", people.enable)


def set_password(db: Connection, name: str, password: str) -> bool:
    """Give a user another password, as `passwords.hashed` gives it; whether there is one of that name."""
    return _on(db, name, "user.password", lambda db, team, user: people.set_password(db, team, user, password))


def make_token(db: Connection, name: str, called: str) -> str | None:
    """Make a token of a user; what it is, `None` where there is nobody of that name who may do anything."""
    user = people.user_named(db, name)
    if user is None or user.disabled_at is not None:
        return None
    note(db, Actor(user.team, None, None), "token.make", called, user.name)
    return tokens.make(db, user.id, called)


def bound(db: Connection, name: str, bounds: Bounds) -> Team | None:
    """Say how much a team may keep and for how long; `None` where there is no team of that name."""
    before = people.team_named(db, name)
    if before is None:
        return None
    return bound_by(db, Actor(before.id, None, None), before, bounds)


def bound_by(db: Connection, actor: Actor, team: Team, bounds: Bounds) -> Team:
    """The same by somebody, of a team that is there; how it is bounded then."""
    people.bound(db, team.id, bounds)
    now_of = people.team(db, team.id)
    quota = "none" if now_of.quota_bytes is None else exact_size(now_of.quota_bytes)
    keep = "none" if now_of.keep_days is None else now_of.keep_days
    note(db, actor, "team.bound", team.name, f"quota {quota}, keep-days {keep}")
    return now_of


def listed(db: Connection) -> list[User]:
    """All users of all teams."""
    return people.users(db, None)


def _on(db: Connection, name: str, action: Action, deed: Callable[[Connection, int, int], bool]) -> bool:
    user = people.user_named(db, name)
    if user is None:
        return False
    deed(db, user.team, user.id)
    if action != "user.enable":
        sessions.end_all(db, user.id)
    note(db, Actor(user.team, None, None), action, user.name)
    return True
