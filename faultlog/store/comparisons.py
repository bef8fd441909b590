"""Two bundles that are compared: asked for, made by a job, and kept as a document until one of them is deleted."""

import gzip

from sqlalchemy import Connection, insert, select, update

from faultlog.store.blobs import new_id
from faultlog.store.bundles import Bundle, bundle
from faultlog.store.jobs import Lease, State, end, enqueue_comparison
from faultlog.store.schema import COMPARISONS, JOBS
from faultlog.values import dataclass


@dataclass(frozen=True, slots=True)
class Asked:
    """A comparison that somebody wants."""

    id: str
    old: Bundle
    new: Bundle


@dataclass(frozen=True, slots=True)
class Made:
    """How far a comparison is."""

    document: bytes | None
    """The comparison document as JSON; `None` while there is none."""
    state: State | None
    """Of its newest job; `None` where nobody asked for it."""
    detail: str | None
    """Why there is none."""


def ask(db: Connection, team: int, old: str, new: str) -> bool:
    """Have two bundles of a team compared, unless that was done; whether both are there."""
    if bundle(db, team, old) is None or bundle(db, team, new) is None:
        return False
    found = db.execute(
        select(COMPARISONS.c.id, COMPARISONS.c.document.is_not(None).label("made")).where(
            COMPARISONS.c.team_id == team, COMPARISONS.c.old_id == old, COMPARISONS.c.new_id == new
        )
    ).one_or_none()
    if found is not None and found.made:
        return True
    comparison = new_id() if found is None else str(found.id)
    if found is None:
        db.execute(insert(COMPARISONS).values(id=comparison, team_id=team, old_id=old, new_id=new))
    enqueue_comparison(db, team, comparison)
    return True


def asked(db: Connection, team: int, comparison: str) -> Asked | None:
    """Which bundles a comparison of a team is of; `None` where one was deleted."""
    row = db.execute(
        select(COMPARISONS.c.old_id, COMPARISONS.c.new_id).where(
            COMPARISONS.c.team_id == team, COMPARISONS.c.id == comparison
        )
    ).one_or_none()
    old, new = (None, None) if row is None else (bundle(db, team, row.old_id), bundle(db, team, row.new_id))
    return None if old is None or new is None else Asked(comparison, old, new)


def made(db: Connection, team: int, old: str, new: str) -> Made:
    """How far the comparison of two bundles of a team is."""
    row = db.execute(
        select(COMPARISONS.c.document, JOBS.c.state, JOBS.c.detail)
        .join(JOBS, JOBS.c.comparison_id == COMPARISONS.c.id)
        .where(COMPARISONS.c.team_id == team, COMPARISONS.c.old_id == old, COMPARISONS.c.new_id == new)
        .order_by(JOBS.c.queued_at.desc(), JOBS.c.id)
        .limit(1)
    ).one_or_none()
    if row is None:
        return Made(None, None, None)
    return Made(None if row.document is None else gzip.decompress(row.document), row.state, row.detail)


def finish(db: Connection, held: Lease, document: bytes) -> bool:
    """End the job of a comparison with its document; whether it was still the worker's to end."""
    if not end(db, held, "done"):
        return False
    kept = gzip.compress(document, 6, mtime=0)
    db.execute(update(COMPARISONS).where(COMPARISONS.c.id == held.comparison).values(document=kept))
    return True
