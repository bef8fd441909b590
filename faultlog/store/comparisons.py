"""Two bundles that are compared: asked for, made by a job, and kept as a document until one of them is deleted.

A comparison quotes both bundles: it goes with whichever goes first, by hand or because its team keeps it no longer.
"""

import gzip
import json
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, or_, select, update

from faultlog.comparison import CHANGES, Change
from faultlog.report.comparisons import comparison_read
from faultlog.store import audit
from faultlog.store.audit import Actor
from faultlog.store.blobs import new_id
from faultlog.store.bundles import Bundle, bundle
from faultlog.store.hosts import in_turn
from faultlog.store.jobs import Job, Lease, end, enqueue_comparison, latest_of
from faultlog.store.schema import COMPARISONS
from faultlog.store.texts import now
from faultlog.values import dataclass


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two bundles that somebody wants compared."""

    id: str
    old: Bundle
    new: Bundle
    asked_by: str
    asked_at: int
    """Microseconds since 1970 UTC."""
    is_made: bool
    """Whether there is a document."""
    job: Job | None
    """The newest."""


def ask(db: Connection, team: int, old: str, new: str, user: str) -> tuple[str, bool] | None:
    """Have two bundles of a team compared; what names the comparison, and whether nobody asked for it before.

    One that was made stays as it is; one that could not be is tried once more. `None` where one of them is not there.
    """
    in_turn(db, team)
    if old == new or bundle(db, team, old) is None or bundle(db, team, new) is None:
        return None
    found = db.execute(
        select(COMPARISONS.c.id, COMPARISONS.c.document.is_not(None).label("made")).where(
            COMPARISONS.c.team_id == team, COMPARISONS.c.old_id == old, COMPARISONS.c.new_id == new
        )
    ).one_or_none()
    name = new_id() if found is None else str(found.id)
    if found is None:
        db.execute(
            insert(COMPARISONS).values(id=name, team_id=team, old_id=old, new_id=new, asked_by=user, asked_at=now())
        )
    if found is None or not found.made:
        enqueue_comparison(db, team, name)
    return name, found is None


def again(db: Connection, team: int, name: str) -> bool:
    """Queue a comparison of a team once more; whether it is there. What was made stays until there is another."""
    in_turn(db, team)
    if comparison(db, team, name) is None:
        return False
    enqueue_comparison(db, team, name)
    return True


def comparison(db: Connection, team: int, name: str) -> Comparison | None:
    """A comparison of a team, by its id."""
    made = COMPARISONS.c.document.is_not(None).label("made")
    cells = [COMPARISONS.c[one] for one in ("id", "old_id", "new_id", "asked_by", "asked_at")]
    row = db.execute(select(*cells, made).where(COMPARISONS.c.team_id == team, COMPARISONS.c.id == name)).one_or_none()
    return None if row is None else _comparison(db, team, row)


def _comparison(db: Connection, team: int, row: "Row[*tuple[Any, ...]]") -> Comparison | None:
    old, new = bundle(db, team, row.old_id), bundle(db, team, row.new_id)
    if old is None or new is None:
        return None
    return Comparison(row.id, old, new, row.asked_by, row.asked_at, row.made, latest_of(db, team, row.id))


def document_json(db: Connection, team: int, name: str) -> bytes | None:
    """The comparison document as JSON; `None` where there is none, or not yet."""
    kept = db.execute(
        select(COMPARISONS.c.document).where(COMPARISONS.c.team_id == team, COMPARISONS.c.id == name)
    ).scalar_one_or_none()
    return None if kept is None else gzip.decompress(kept)


def forget(db: Connection, team: int, name: str) -> bool:
    """Delete a comparison with its jobs; whether it was there."""
    done = db.execute(delete(COMPARISONS).where(COMPARISONS.c.team_id == team, COMPARISONS.c.id == name))
    return done.rowcount == 1


def note_gone(db: Connection, actor: Actor, team: int, bundle_: str) -> None:
    """Note of each comparison of a bundle that it goes with the bundle."""
    quoting = or_(COMPARISONS.c.old_id == bundle_, COMPARISONS.c.new_id == bundle_)
    found = db.execute(select(COMPARISONS.c.id).where(COMPARISONS.c.team_id == team, quoting)).scalars()
    for one in sorted(found):
        audit.note(db, actor, "comparison.delete", one, f"with bundle {bundle_}")


@dataclass(frozen=True, slots=True)
class Made:
    """What is kept of a comparison once it is made."""

    change: Change | None
    """What most asks for attention of what became of faults; `None` where no fault is told of."""
    faults: tuple[int, ...]
    """Those of which that is true."""
    document: bytes
    """As JSON, gzipped."""


def made(document: bytes) -> Made:
    """What is kept of a comparison document, which is JSON."""
    changes = {one.fault_id: one.change for one in comparison_read(document).faults}
    first = min(changes.values(), key=CHANGES.index, default=None)
    faults = tuple(sorted(fault for fault, change in changes.items() if change == first))
    return Made(first, faults, gzip.compress(document, 6, mtime=0))


def finish(db: Connection, held: Lease, made: Made) -> bool:
    """End the job of a comparison with what was made; whether it was still the worker's to end."""
    if not end(db, held, "done"):
        return False
    told = {"change": made.change, "faults": json.dumps(made.faults), "document": made.document, "redacted": None}
    db.execute(update(COMPARISONS).where(COMPARISONS.c.id == held.comparison).values(**told))
    return True
