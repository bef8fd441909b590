"""Tokens of programs: each may do what its user may, until he revokes it or is disabled."""

from typing import Final

from sqlalchemy import Connection, insert, select, update

from faultlog.store.keys import hash_of, new_key
from faultlog.store.people import USER_COLUMNS, User
from faultlog.store.schema import TEAMS, TOKENS, USERS
from faultlog.store.texts import now, storable
from faultlog.values import dataclass

PREFIX: Final = "flt_"
"""By which a scanner of repositories knows a token that was left there."""
USED_US: Final = 60_000_000
"""Microseconds for which it is not noted again that a token is used. Tool default."""
MOST_LETTERS: Final = 100


@dataclass(frozen=True, slots=True)
class Token:
    """What a program shows."""

    id: int
    name: str
    created_at: int
    """Microseconds since 1970 UTC."""
    used_at: int | None

    @property
    def is_due(self) -> bool:
        """Whether it should be noted that it is used."""
        return self.used_at is None or now() - self.used_at > USED_US


def make(db: Connection, user: int, name: str) -> str:
    """Make a token of a user; what it is, which nobody can tell again."""
    key = new_key(PREFIX)
    called = storable(name)[:MOST_LETTERS]
    db.execute(insert(TOKENS).values(user_id=user, name=called, hash=hash_of(key), created_at=now()))
    return key


def holder(db: Connection, key: str) -> tuple[Token, User] | None:
    """A token that counts, and whose it is."""
    asked = (
        select(*_COLUMNS, *USER_COLUMNS)
        .join(USERS, TOKENS.c.user_id == USERS.c.id)
        .join(TEAMS, USERS.c.team_id == TEAMS.c.id)
        .where(TOKENS.c.hash == hash_of(key), TOKENS.c.revoked_at.is_(None), USERS.c.disabled_at.is_(None))
    )
    row = db.execute(asked).one_or_none()
    return None if row is None else (Token(*row[: len(_COLUMNS)]), User(*row[len(_COLUMNS) :]))


def used(db: Connection, token: int) -> None:
    """Note that a token is used."""
    db.execute(update(TOKENS).where(TOKENS.c.id == token).values(used_at=now()))


def of_user(db: Connection, user: int) -> list[Token]:
    """The tokens of a user that count."""
    asked = select(*_COLUMNS).where(TOKENS.c.user_id == user, TOKENS.c.revoked_at.is_(None))
    return [Token(*row) for row in db.execute(asked.order_by(TOKENS.c.id))]


def revoke(db: Connection, user: int, token: int) -> bool:
    """Let a token of a user count no more; whether it did."""
    his = (TOKENS.c.user_id == user, TOKENS.c.id == token, TOKENS.c.revoked_at.is_(None))
    return db.execute(update(TOKENS).where(*his).values(revoked_at=now())).rowcount == 1


_COLUMNS: Final = (TOKENS.c.id, TOKENS.c.name, TOKENS.c.created_at, TOKENS.c.used_at)
