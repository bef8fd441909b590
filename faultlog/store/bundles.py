"""Bundles that were uploaded: a row each, once for the same bytes of a team, with the job that analyses it."""

import json
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from faultlog.store.blobs import place_of
from faultlog.store.hosts import in_turn, join, part_from
from faultlog.store.jobs import Job, enqueue, latest
from faultlog.store.schema import BUNDLES, COMPARISONS, JOBS, TEAMS
from faultlog.store.texts import now, storable
from faultlog.values import dataclass


@dataclass(frozen=True, slots=True)
class Received:
    """A file that is safe where it stays, and has no row yet."""

    id: str
    sha256: str
    """As `fleet.fetching.hash_of` says."""
    name: str
    size: int
    asked: Mapping[str, str]
    """Options of its analysis: `tz`, `taken`."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """One that was uploaded."""

    id: str
    sha256: str
    name: str
    size: int
    asked: Mapping[str, str]
    uploaded_by: str
    uploaded_at: int
    """Microseconds since 1970 UTC."""


class QuotaError(Exception):
    """A team may not keep as much."""

    def __init__(self, quota: int, used: int) -> None:
        self.quota, self.used = quota, used
        super().__init__(f"{used:,} of {quota:,} bytes are used")


class BusyError(Exception):
    """A bundle is being analysed as it was asked for before."""


def keep(db: Connection, team: int, received: Received, user: str) -> str:
    """Make a received file a bundle, and queue its analysis; what names the bundle.

    Where the team has the same bytes already, that is the name of the bundle that was there, and nothing changes.

    Raises:
        QuotaError: the team may not keep it.
    """
    in_turn(db, team)
    quota = db.execute(select(TEAMS.c.quota_bytes).where(TEAMS.c.id == team)).scalar_one()
    held = db.execute(
        select(BUNDLES.c.id).where(BUNDLES.c.team_id == team, BUNDLES.c.sha256 == received.sha256)
    ).scalar_one_or_none()
    if held is not None:
        return str(held)
    kept = used(db, team)
    if quota is not None and kept + received.size > quota:
        raise QuotaError(quota, kept)
    at = now()
    db.execute(
        insert(BUNDLES).values(
            id=received.id,
            team_id=team,
            sha256=received.sha256,
            name=storable(received.name),
            size=received.size,
            asked=json.dumps(dict(received.asked)),
            uploaded_by=user,
            uploaded_at=at,
        )
    )
    enqueue(db, team, received.id, at)
    return received.id


def ask_anew(db: Connection, team: int, name: str, asked: Mapping[str, str]) -> None:
    """Have a bundle analysed with other options from now on. What it was compared with has to be compared anew.

    Raises:
        BusyError: somebody analyses it with those that were; no job of it may begin meanwhile.
    """
    in_turn(db, team)
    open_ = select(JOBS.c.state).where(JOBS.c.bundle_id == name, JOBS.c.state.in_(("queued", "leased")))
    if "leased" in db.execute(open_.with_for_update()).scalars().all():
        raise BusyError
    db.execute(
        update(BUNDLES).where(BUNDLES.c.team_id == team, BUNDLES.c.id == name).values(asked=json.dumps(dict(asked)))
    )
    db.execute(delete(COMPARISONS).where((COMPARISONS.c.old_id == name) | (COMPARISONS.c.new_id == name)))


def used(db: Connection, team: int) -> int:
    """Bytes that a team's bundles take."""
    return int(
        db.execute(select(func.coalesce(func.sum(BUNDLES.c.size), 0)).where(BUNDLES.c.team_id == team)).scalar_one()
    )


def bundle(db: Connection, team: int, name: str) -> Bundle | None:
    """A bundle of a team, by its id."""
    row = db.execute(select(BUNDLES).where(BUNDLES.c.team_id == team, BUNDLES.c.id == name)).one_or_none()
    return None if row is None else _bundle(row)


def newest(db: Connection, team: int, most: int) -> list[tuple[Bundle, Job | None]]:
    """The bundles of a team that were uploaded last, each with its newest job."""
    last_first = (BUNDLES.c.uploaded_at.desc(), BUNDLES.c.id)
    rows = db.execute(select(BUNDLES).where(BUNDLES.c.team_id == team).order_by(*last_first).limit(most))
    return [(one, latest(db, team, one.id)) for one in map(_bundle, rows.all())]


def forget(db: Connection, team: int, name: str) -> bool:
    """Delete a bundle with all that came of it; whether it was there. Its file goes afterwards: see `swept`.

    The case of all bundles of its host goes too, since it quotes this one; the others get a new one.
    """
    in_turn(db, team)
    hosts = part_from(db, team, name)
    done = db.execute(delete(BUNDLES).where(BUNDLES.c.team_id == team, BUNDLES.c.id == name))
    join(db, team, hosts)
    return done.rowcount == 1


def stale(db: Connection, team: int, days: int) -> list[str]:
    """The bundles of a team that are older than it keeps them."""
    before = now() - days * 86_400_000_000
    found = db.execute(select(BUNDLES.c.id).where(BUNDLES.c.team_id == team, BUNDLES.c.uploaded_at < before))
    return [str(one) for one in found.scalars()]


def known(db: Connection) -> set[str]:
    """The ids of all bundles of all teams: whose file has none of these belongs to nobody."""
    return set(db.execute(select(BUNDLES.c.id)).scalars())


def remove_file(folder: Path, name: str) -> None:
    """Remove the file of a bundle that has no row any more.

    Raises:
        OSError: it cannot be removed.
    """
    place_of(folder, name).unlink(missing_ok=True)


def _bundle(row: "Row[tuple[object, ...]]") -> Bundle:
    cells = row._mapping  # noqa: SLF001 (how SQLAlchemy says it)
    return Bundle(
        cells["id"],
        cells["sha256"],
        cells["name"],
        cells["size"],
        json.loads(cells["asked"]),
        cells["uploaded_by"],
        cells["uploaded_at"],
    )
