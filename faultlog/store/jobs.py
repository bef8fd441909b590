"""The queue: who works on what, for how long, and what came of it.

A job is leased for a while, and its worker says now and then that it lives. Where it does not, another worker may lease
the job; each lease has a token greater than the one before. Whoever ends a job shows its token: a worker that was taken
for dead, and is not, ends nothing. A job that lost several workers is taken for the cause.
"""

from typing import Final, Literal

from sqlalchemy import Connection, Row, Update, and_, func, insert, or_, select, update

from faultlog.store.blobs import new_id
from faultlog.store.schema import BUNDLES, JOBS
from faultlog.store.texts import clock, now, storable
from faultlog.values import dataclass

State = Literal["queued", "leased", "done", "failed", "quarantined", "cancelled"]
End = Literal["done", "failed", "quarantined", "cancelled"]

LEASE_US: Final = 30_000_000
"""Microseconds that a worker may be silent. Tool default."""
MOST_TRIES: Final = 4
"""Leases of a job that lost all its workers; then it is quarantined. Tool default."""
_OPEN: Final = ("queued", "leased")


@dataclass(frozen=True, slots=True)
class Job:
    """The analysis of one bundle, or of all of a host, or a comparison."""

    id: str
    bundle: str | None
    """Which is analysed."""
    host: str | None
    """Of which all bundles are analysed together."""
    comparison: str | None
    """Which is made."""
    name: str | None
    """Of the bundle."""
    state: State
    tries: int
    stop: bool
    """Whether somebody wants it cancelled."""
    done_bytes: int
    reading: str | None
    """Which file is being read."""
    reason: str | None
    detail: str | None
    queued_at: int
    started_at: int | None
    ended_at: int | None


@dataclass(frozen=True, slots=True)
class Lease:
    """A job that somebody has for now."""

    job: str
    team: int
    token: int
    bundle: str | None
    """Which is analysed."""
    host: str | None
    """Of which all bundles are analysed together."""
    comparison: str | None = None
    """Which is made."""


def enqueue(db: Connection, team: int, bundle: str, at: int) -> str:
    """Queue the analysis of a bundle; what names the job."""
    return _queued(db, team, at, bundle_id=bundle)


def enqueue_host(db: Connection, team: int, host: str) -> None:
    """Queue the analysis of all bundles of a host together, unless it is queued.

    One that is queued stays so until this transaction ends: whoever leases it then sees what this one changed.
    """
    queued = select(JOBS.c.id).where(JOBS.c.team_id == team, JOBS.c.host == host, JOBS.c.state == "queued")
    if db.execute(queued.with_for_update()).first() is None:
        _queued(db, team, now(), host=host)


def enqueue_comparison(db: Connection, team: int, comparison: str) -> None:
    """Queue a comparison, unless it is queued or being made."""
    open_ = select(JOBS.c.id).where(JOBS.c.comparison_id == comparison, JOBS.c.state.in_(_OPEN))
    if db.execute(open_).first() is None:
        _queued(db, team, now(), comparison_id=comparison)


def _queued(db: Connection, team: int, at: int, **what: str) -> str:
    """Queue a job of something: the newest of it, even where the clock went back."""
    job = new_id()
    same = (JOBS.c[name] == value for name, value in what.items())
    ahead = select(func.max(JOBS.c.queued_at)).where(JOBS.c.team_id == team, JOBS.c.queued_at >= at, *same)
    last = db.execute(ahead).scalar_one()
    db.execute(
        insert(JOBS).values(
            id=job,
            team_id=team,
            **what,
            state="queued",
            token=0,
            tries=0,
            stop=False,
            done_bytes=0,
            queued_at=at if last is None else last + 1,
        )
    )
    return job


def lease(db: Connection, owner: str) -> Lease | None:
    """The next job, for a worker; `None` where there is none. One that nobody could end is quarantined.

    Hosts come after bundles: for a bundle somebody waits, and each may be one more of the host.
    """
    at = clock(db)
    free = or_(JOBS.c.state == "queued", and_(JOBS.c.state == "leased", JOBS.c.until < at))
    while True:
        row = db.execute(
            select(JOBS)
            .where(free)
            .order_by(JOBS.c.host.is_not(None), JOBS.c.queued_at, JOBS.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).one_or_none()
        if row is None:
            return None
        if row.stop or row.tries >= MOST_TRIES:
            state, reason = ("cancelled", None) if row.stop else ("quarantined", "worker")
            detail = None if row.stop else f"{row.tries} workers ended while they worked on it"
            db.execute(_ended(row.id, state, reason, detail, at))
            continue
        token = row.token + 1
        db.execute(
            update(JOBS)
            .where(JOBS.c.id == row.id)
            .values(
                state="leased",
                token=token,
                tries=row.tries + 1,
                owner=storable(owner),
                until=at + LEASE_US,
                started_at=at,
                done_bytes=0,
                reading=None,
            )
        )
        return Lease(row.id, row.team_id, token, row.bundle_id, row.host, row.comparison_id)


def beat(db: Connection, held: Lease, done_bytes: int, reading: str | None) -> bool:
    """Say that a worker lives, and how far it is; whether it should go on: the lease is still its own, and wanted."""
    done = db.execute(
        update(JOBS)
        .where(JOBS.c.id == held.job, JOBS.c.token == held.token, JOBS.c.state == "leased", JOBS.c.stop.is_(False))
        .values(
            until=clock(db) + LEASE_US, done_bytes=done_bytes, reading=None if reading is None else storable(reading)
        )
    )
    return done.rowcount == 1


def end(db: Connection, held: Lease, state: End, reason: str | None = None, detail: str | None = None) -> bool:
    """End a job; whether it was still the worker's to end. What it wrote in this transaction counts only then."""
    done = db.execute(
        _ended(held.job, state, reason, detail, now()).where(JOBS.c.token == held.token, JOBS.c.state == "leased")
    )
    return done.rowcount == 1


def give_back(db: Connection, held: Lease) -> bool:
    """Let another worker have a job, as if it had not been leased; whether it was still this one's."""
    done = db.execute(
        update(JOBS)
        .where(JOBS.c.id == held.job, JOBS.c.token == held.token, JOBS.c.state == "leased")
        .values(state="queued", until=None, tries=JOBS.c.tries - 1)
    )
    return done.rowcount == 1


def abandon(db: Connection, owner: str) -> int:
    """Let others have at once what a worker had that is known to have ended; how many jobs. Its lease counts as one."""
    done = db.execute(
        update(JOBS).where(JOBS.c.owner == storable(owner), JOBS.c.state == "leased").values(state="queued", until=None)
    )
    return done.rowcount


def cancel(db: Connection, team: int, job: str) -> bool:
    """Ask that a job stops; whether it was there and had not ended."""
    done = db.execute(
        update(JOBS).where(JOBS.c.id == job, JOBS.c.team_id == team, JOBS.c.state.in_(_OPEN)).values(stop=True)
    )
    db.execute(
        update(JOBS)
        .where(JOBS.c.id == job, JOBS.c.team_id == team, JOBS.c.state == "queued")
        .values(state="cancelled", ended_at=now())
    )
    return done.rowcount == 1


def again(db: Connection, team: int, bundle: str) -> str | None:
    """Queue a bundle's analysis once more, unless it is queued or being worked on; what names the job."""
    open_ = db.execute(
        select(JOBS.c.id).where(JOBS.c.team_id == team, JOBS.c.bundle_id == bundle, JOBS.c.state.in_(_OPEN))
    ).first()
    return str(open_.id) if open_ is not None else enqueue(db, team, bundle, now())


def job(db: Connection, team: int, name: str) -> Job | None:
    """A job of a team, by its id."""
    row = db.execute(_JOBS.where(JOBS.c.team_id == team, JOBS.c.id == name)).one_or_none()
    return None if row is None else _job(row)


def latest(db: Connection, team: int, bundle: str) -> Job | None:
    """The newest job of a bundle of a team."""
    of_bundle = _JOBS.where(JOBS.c.team_id == team, JOBS.c.bundle_id == bundle)
    row = db.execute(of_bundle.order_by(JOBS.c.queued_at.desc(), JOBS.c.id).limit(1)).one_or_none()
    return None if row is None else _job(row)


def latest_of(db: Connection, team: int, comparison: str) -> Job | None:
    """The newest job of a comparison of a team."""
    of_two = _JOBS.where(JOBS.c.team_id == team, JOBS.c.comparison_id == comparison)
    row = db.execute(of_two.order_by(JOBS.c.queued_at.desc(), JOBS.c.id).limit(1)).one_or_none()
    return None if row is None else _job(row)


_JOBS: Final = select(JOBS, BUNDLES.c.name).outerjoin(BUNDLES, JOBS.c.bundle_id == BUNDLES.c.id)


def _job(row: "Row[tuple[object, ...]]") -> Job:
    cells = row._mapping  # noqa: SLF001 (how SQLAlchemy says it)
    plain = ("id", "host", "name", "state", "tries", "stop", "done_bytes", "reading", "reason", "detail")
    return Job(
        bundle=cells["bundle_id"],
        comparison=cells["comparison_id"],
        **{name: cells[name] for name in (*plain, "queued_at", "started_at", "ended_at")},
    )


def _ended(job: str, state: str, reason: str | None, detail: str | None, at: int) -> Update:
    said = None if detail is None else storable(detail)
    return (
        update(JOBS)
        .where(JOBS.c.id == job)
        .values(state=state, reason=reason, detail=said, ended_at=at, until=None, reading=None)
    )
