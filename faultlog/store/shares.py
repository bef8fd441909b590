"""Links that show one thing to whoever has them, for a while: the case of a bundle, a joined case, or a comparison."""

from typing import Final, Literal

from sqlalchemy import ColumnElement, Connection, Table, and_, insert, select, update

from faultlog.store.hosts import in_turn
from faultlog.store.keys import hash_of, new_key
from faultlog.store.schema import BUNDLES, CASES, COMPARISONS, SHARES
from faultlog.store.texts import now
from faultlog.values import dataclass

DAYS: Final = (1, 7, 30, 365)
"""How long a link may count. Tool default."""
_DAY_US: Final = 86_400_000_000
Kind = Literal["bundle", "case", "comparison"]
_TABLES: Final[dict[Kind, Table]] = {"bundle": BUNDLES, "case": CASES, "comparison": COMPARISONS}
_KINDS: Final[tuple[Kind, ...]] = tuple(_TABLES)


@dataclass(frozen=True, slots=True)
class Thing:
    """What a link shows: the link goes with it."""

    kind: Kind
    """`bundle`: whatever its case is by then; `case`: a joined case, which goes when a bundle of its host changes."""
    id: str


@dataclass(frozen=True, slots=True)
class Share:
    """A link that counts."""

    id: int
    created_by: str
    created_at: int
    """Microseconds since 1970 UTC."""
    until: int
    redacted: bool
    """Whether names are tokens in what it shows."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What a link shows, and whose that is."""

    team: int
    thing: Thing
    until: int
    redacted: bool


def thing_of_case(db: Connection, team: int, name: str) -> Thing | None:
    """What is shown of a case of a team, by its id or that of its bundle; `None` where there is neither."""
    found: tuple[Thing, ...] = (Thing("bundle", name), Thing("case", name))
    return next((one for one in found if _is_there(db, team, one)), None)


def make(db: Connection, team: int, thing: Thing, user: str, days: int, *, redacted: bool) -> str | None:
    """Make a link to something of a team; its key, which nobody can tell again. `None`: it is not there."""
    in_turn(db, team)
    if not _is_there(db, team, thing):
        return None
    key, at = new_key(), now()
    db.execute(
        insert(SHARES).values(
            hash=hash_of(key),
            team_id=team,
            created_by=user,
            created_at=at,
            until=at + days * _DAY_US,
            redacted=redacted,
            **{f"{thing.kind}_id": thing.id},
        )
    )
    return key


def shown(db: Connection, key: str) -> Shared | None:
    """What a link shows; `None` where it is revoked, has expired, or never was."""
    row = db.execute(select(SHARES).where(SHARES.c.hash == hash_of(key), _counts())).mappings().one_or_none()
    if row is None:
        return None
    kind = next(one for one in _KINDS if row[f"{one}_id"] is not None)
    return Shared(row["team_id"], Thing(kind, row[f"{kind}_id"]), row["until"], row["redacted"])


def of(db: Connection, team: int, thing: Thing) -> list[Share]:
    """The links to something of a team that count, the newest first."""
    asked = select(SHARES.c.id, SHARES.c.created_by, SHARES.c.created_at, SHARES.c.until, SHARES.c.redacted)
    found = asked.where(_shows(team, thing), _counts()).order_by(SHARES.c.id.desc())
    return [Share(*row) for row in db.execute(found)]


def revoke(db: Connection, team: int, thing: Thing, share: int) -> bool:
    """Let a link to something of a team show nothing any more; whether it did."""
    one = (_shows(team, thing), SHARES.c.id == share, _counts())
    return db.execute(update(SHARES).where(*one).values(revoked_at=now())).rowcount == 1


def _is_there(db: Connection, team: int, thing: Thing) -> bool:
    table = _TABLES[thing.kind]
    asked = select(table.c.id).where(table.c.team_id == team, table.c.id == thing.id)
    if thing.kind == "case":
        asked = asked.where(CASES.c.bundle_id.is_(None))
    return db.execute(asked).one_or_none() is not None


def _shows(team: int, thing: Thing) -> ColumnElement[bool]:
    return and_(SHARES.c.team_id == team, SHARES.c[f"{thing.kind}_id"] == thing.id)


def _counts() -> ColumnElement[bool]:
    return and_(SHARES.c.revoked_at.is_(None), SHARES.c.until > now())
