"""Links that show one case to whoever has them, for a while."""

from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, insert, select, update

from faultlog.store.keys import hash_of, new_key
from faultlog.store.schema import BUNDLES, SHARES
from faultlog.store.texts import now
from faultlog.values import dataclass

DAYS: Final = (1, 7, 30, 365)
"""How long a link may count. Tool default."""
_DAY_US: Final = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Share:
    """A link that counts."""

    id: int
    created_by: str
    created_at: int
    """Microseconds since 1970 UTC."""
    until: int


@dataclass(frozen=True, slots=True)
class Shared:
    """What a link shows."""

    team: int
    bundle: str
    until: int


def make(db: Connection, team: int, bundle: str, user: str, days: int) -> str | None:
    """Make a link to the case of a team's bundle; its key, which nobody can tell again. `None`: no such bundle."""
    asked = select(BUNDLES.c.id).where(BUNDLES.c.team_id == team, BUNDLES.c.id == bundle)
    if db.execute(asked).one_or_none() is None:
        return None
    key, at = new_key(), now()
    db.execute(
        insert(SHARES).values(
            hash=hash_of(key),
            team_id=team,
            bundle_id=bundle,
            created_by=user,
            created_at=at,
            until=at + days * _DAY_US,
        )
    )
    return key


def shown(db: Connection, key: str) -> Shared | None:
    """What a link shows; `None` where it is revoked, has expired, or never was."""
    asked = select(SHARES.c.team_id, SHARES.c.bundle_id, SHARES.c.until)
    row = db.execute(asked.where(SHARES.c.hash == hash_of(key), _counts())).one_or_none()
    return None if row is None else Shared(*row)


def of_bundle(db: Connection, team: int, bundle: str) -> list[Share]:
    """The links to a team's bundle that count, the newest first."""
    asked = select(SHARES.c.id, SHARES.c.created_by, SHARES.c.created_at, SHARES.c.until).where(
        SHARES.c.team_id == team, SHARES.c.bundle_id == bundle, _counts()
    )
    return [Share(*row) for row in db.execute(asked.order_by(SHARES.c.id.desc()))]


def revoke(db: Connection, team: int, bundle: str, share: int) -> bool:
    """Let a link to a team's bundle show nothing any more; whether it did."""
    one = (SHARES.c.team_id == team, SHARES.c.bundle_id == bundle, SHARES.c.id == share, _counts())
    return db.execute(update(SHARES).where(*one).values(revoked_at=now())).rowcount == 1


def _counts() -> ColumnElement[bool]:
    return and_(SHARES.c.revoked_at.is_(None), SHARES.c.until > now())
