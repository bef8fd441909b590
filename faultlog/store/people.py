"""Teams, and the users in them: who there is, what they may, whether they still may it."""

import unicodedata
from collections.abc import Mapping
from typing import Any, Final, Literal

from sqlalchemy import Connection, Select, exists, insert, select, update
from sqlalchemy.exc import IntegrityError

from faultlog.store.schema import TEAMS, USERS
from faultlog.store.texts import now
from faultlog.values import dataclass

Role = Literal["viewer", "analyst", "admin"]
MOST_LETTERS: Final = 64
"""Of a name. Tool default."""
_SIGNS: Final = frozenset("._@+-")


@dataclass(frozen=True, slots=True)
class Team:
    """Who see each other's bundles."""

    id: int
    name: str
    quota_bytes: int | None
    """What its bundles may take; anything where `None`."""
    keep_days: int | None
    """How long they are kept; for ever where `None`."""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who has an account."""

    id: int
    team: int
    team_name: str
    name: str
    role: Role
    created_at: int
    """Microseconds since 1970 UTC."""
    disabled_at: int | None


class TakenError(Exception):
    """A name that somebody has."""


def fit_name(name: str) -> str | None:
    """A name of a user or a team as it is kept, the same however it is typed; `None` where it cannot be one.

    >>> fit_name("Kim@Seoul"), fit_name("kim seoul"), fit_name("")
    ('kim@seoul', None, None)
    """
    plain = unicodedata.normalize("NFKC", name.strip()).casefold()
    fits = 0 < len(plain) <= MOST_LETTERS and all(one.isalnum() or one in _SIGNS for one in plain)
    return plain if fits else None


def team_named(db: Connection, name: str) -> Team | None:
    """A team, by its name as `fit_name` gives it."""
    row = db.execute(_TEAMS.where(TEAMS.c.name == name)).one_or_none()
    return None if row is None else Team(*row)


def team(db: Connection, team: int) -> Team:
    """A team that is there."""
    return Team(*db.execute(_TEAMS.where(TEAMS.c.id == team)).one())


def teams(db: Connection) -> list[Team]:
    """All there are, for whoever runs the server."""
    return [Team(*row) for row in db.execute(_TEAMS.order_by(TEAMS.c.name))]


def need_team(db: Connection, name: str) -> int:
    """The team of that name; made where it is missing."""
    found = team_named(db, name)
    if found is not None:
        return found.id
    try:
        with db.begin_nested():
            made = db.execute(insert(TEAMS).values(name=name, created_at=now()).returning(TEAMS.c.id))
            return int(made.scalar_one())
    except IntegrityError:  # somebody else made it meanwhile
        return int(db.execute(select(TEAMS.c.id).where(TEAMS.c.name == name)).scalar_one())


Bounds = Mapping[Literal["quota_bytes", "keep_days"], int | None]
"""What is said of how much a team may keep, and for how long; `None` is no bound, what is not named stays."""


def bound(db: Connection, team: int, bounds: Bounds) -> None:
    """Say how much a team may keep, and for how long."""
    db.execute(update(TEAMS).where(TEAMS.c.id == team).values(dict(bounds)))


def are_any(db: Connection) -> bool:
    """Whether anybody has an account, disabled or not."""
    return bool(db.execute(select(exists(select(USERS.c.id)))).scalar_one())


def add(db: Connection, team: int, name: str, role: Role, password: str) -> int:
    """Add a user; which one.

    Args:
        db: the transaction.
        team: whose.
        name: as `fit_name` gives it.
        role: what he may.
        password: as `passwords.hashed` gives it.

    Raises:
        TakenError: there is one of that name, in any team.
    """
    values = {"team_id": team, "name": name, "role": role, "password": password, "created_at": now()}
    try:
        return int(db.execute(insert(USERS).values(**values).returning(USERS.c.id)).scalar_one())
    except IntegrityError:
        raise TakenError(name) from None


def user_named(db: Connection, name: str) -> User | None:
    """A user of any team, by the name he logs in with."""
    return _one(db, USER_ROWS.where(USERS.c.name == name))


def user(db: Connection, team: int, user: int) -> User | None:
    """A user of a team."""
    return _one(db, USER_ROWS.where(USERS.c.team_id == team, USERS.c.id == user))


def users(db: Connection, team: int | None) -> list[User]:
    """The users of a team; all there are where `None`, for whoever runs the server."""
    asked = USER_ROWS if team is None else USER_ROWS.where(USERS.c.team_id == team)
    return [User(*row) for row in db.execute(asked.order_by(TEAMS.c.name, USERS.c.name))]


def password_of(db: Connection, user: int) -> str | None:
    """What is kept of a user's password; `None` where he has none, or is disabled."""
    asked = select(USERS.c.password).where(USERS.c.id == user, USERS.c.disabled_at.is_(None))
    return db.execute(asked).scalar_one_or_none()


def set_password(db: Connection, team: int, user: int, password: str) -> bool:
    """Keep another password, as `passwords.hashed` gives it; whether there is such a user."""
    return _changed(db, team, user, password=password)


def set_role(db: Connection, team: int, user: int, role: Role) -> bool:
    """Let a user do more or less from now on; whether there is such a user."""
    return _changed(db, team, user, role=role)


def disable(db: Connection, team: int, user: int) -> bool:
    """Let a user do nothing any more: no session and no token of his counts; whether there is such a user."""
    return _changed(db, team, user, disabled_at=now())


def enable(db: Connection, team: int, user: int) -> bool:
    """Let a user log in again; whether there is such a user."""
    return _changed(db, team, user, disabled_at=None)


_TEAMS: Final = select(TEAMS.c.id, TEAMS.c.name, TEAMS.c.quota_bytes, TEAMS.c.keep_days)
USER_COLUMNS: Final = (
    USERS.c.id,
    USERS.c.team_id,
    TEAMS.c.name,
    USERS.c.name,
    USERS.c.role,
    USERS.c.created_at,
    USERS.c.disabled_at,
)
"""What a `User` is made of, in its order."""
USER_ROWS: Final = select(*USER_COLUMNS).join(TEAMS, USERS.c.team_id == TEAMS.c.id)


def _one(db: Connection, asked: "Select[Any]") -> User | None:
    row = db.execute(asked).one_or_none()
    return None if row is None else User(*row)


def _changed(db: Connection, team: int, user: int, **values: str | int | None) -> bool:
    done = db.execute(update(USERS).where(USERS.c.team_id == team, USERS.c.id == user).values(**values))
    return done.rowcount == 1
