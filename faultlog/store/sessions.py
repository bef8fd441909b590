"""Who is logged in: a row for each browser, ended by its owner, by an administrator, or by time."""

from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, select, update

from faultlog.store.keys import hash_of, new_key
from faultlog.store.people import USER_COLUMNS, User
from faultlog.store.schema import SESSIONS, TEAMS, USERS
from faultlog.store.texts import now, storable
from faultlog.values import dataclass

IDLE_US: Final = 12 * 3_600_000_000
"""Microseconds after which a session that nobody uses has ended. Tool default."""
LIFE_US: Final = 7 * 86_400_000_000
"""Microseconds after which any session has ended. Tool default."""
SEEN_US: Final = 300_000_000
"""Microseconds for which it is not noted again that a session is used. Tool default."""
_AGENT: Final = 200


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is logged in."""

    hash: str
    """Names it; who has that does not have the session."""
    created_at: int
    """Microseconds since 1970 UTC."""
    seen_at: int
    address: str | None
    agent: str | None
    """What the browser calls itself."""

    @property
    def is_due(self) -> bool:
        """Whether it should be noted that it is used."""
        return now() - self.seen_at > SEEN_US


def begin(db: Connection, user: int, address: str | None, agent: str | None) -> str:
    """Log a user in; the key of his session. Sessions that have ended go."""
    key, at = new_key(), now()
    db.execute(delete(SESSIONS).where((SESSIONS.c.until < at) | (SESSIONS.c.seen_at < at - IDLE_US)))
    db.execute(
        insert(SESSIONS).values(
            hash=hash_of(key),
            user_id=user,
            created_at=at,
            seen_at=at,
            until=at + LIFE_US,
            address=address,
            agent=None if agent is None else storable(agent[:_AGENT]),
        )
    )
    return key


def holder(db: Connection, key: str) -> tuple[Session, User] | None:
    """A session that counts, by its key, and whose it is."""
    asked = (
        select(*_COLUMNS, *USER_COLUMNS)
        .join(USERS, SESSIONS.c.user_id == USERS.c.id)
        .join(TEAMS, USERS.c.team_id == TEAMS.c.id)
        .where(SESSIONS.c.hash == hash_of(key), USERS.c.disabled_at.is_(None), _counts())
    )
    row = db.execute(asked).one_or_none()
    return None if row is None else (Session(*row[: len(_COLUMNS)]), User(*row[len(_COLUMNS) :]))


def seen(db: Connection, hash_: str) -> None:
    """Note that a session is used."""
    db.execute(update(SESSIONS).where(SESSIONS.c.hash == hash_, _counts()).values(seen_at=now()))


def of_user(db: Connection, user: int) -> list[Session]:
    """The sessions of a user that count, the newest first."""
    asked = select(*_COLUMNS).where(SESSIONS.c.user_id == user, _counts())
    return [Session(*row) for row in db.execute(asked.order_by(SESSIONS.c.seen_at.desc(), SESSIONS.c.hash))]


def end(db: Connection, user: int, hash_: str) -> bool:
    """End a session of a user; whether it was there."""
    return db.execute(delete(SESSIONS).where(SESSIONS.c.user_id == user, SESSIONS.c.hash == hash_)).rowcount == 1


def drop(db: Connection, key: str) -> None:
    """End a session by its key, for whoever has that."""
    db.execute(delete(SESSIONS).where(SESSIONS.c.hash == hash_of(key)))


def end_all(db: Connection, user: int, but: str | None = None) -> int:
    """End all sessions of a user, but perhaps one; how many there were."""
    his = SESSIONS.c.user_id == user
    return db.execute(delete(SESSIONS).where(his if but is None else and_(his, SESSIONS.c.hash != but))).rowcount


_COLUMNS: Final = (
    SESSIONS.c.hash,
    SESSIONS.c.created_at,
    SESSIONS.c.seen_at,
    SESSIONS.c.address,
    SESSIONS.c.agent,
)


def _counts() -> ColumnElement[bool]:
    at = now()
    return and_(SESSIONS.c.until >= at, SESSIONS.c.seen_at >= at - IDLE_US)
