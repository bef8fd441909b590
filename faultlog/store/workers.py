"""Who works on jobs, on whatever machine: a row each, which says when it was heard of last."""

import os
import socket
from typing import Final

from sqlalchemy import Connection, delete, func, insert, select, update

from faultlog.store.schema import WORKERS
from faultlog.store.texts import clock, storable

SILENT_US: Final = 45_000_000
"""Microseconds after which a worker that was not heard of does not count. Tool default."""
_OVER_US: Final = 3_600_000_000


def owner_of(pid: int | None = None) -> str:
    """What a process of this machine is called as a worker; this one where none is named."""
    return f"{socket.gethostname()}/{os.getpid() if pid is None else pid}"


def hear(db: Connection, owner: str) -> None:
    """Note that a worker lives."""
    at, name = clock(db), storable(owner)
    if not db.execute(update(WORKERS).where(WORKERS.c.owner == name).values(seen_at=at)).rowcount:
        db.execute(insert(WORKERS).values(owner=name, started_at=at, seen_at=at))


def leave(db: Connection, owner: str) -> None:
    """Note that a worker has ended."""
    db.execute(delete(WORKERS).where(WORKERS.c.owner == storable(owner)))


def alive(db: Connection) -> int:
    """How many workers there are."""
    return db.execute(select(func.count()).where(WORKERS.c.seen_at > clock(db) - SILENT_US)).scalar_one()


def forget_silent(db: Connection) -> int:
    """Forget those that were not heard of for an hour; how many."""
    return db.execute(delete(WORKERS).where(WORKERS.c.seen_at < clock(db) - _OVER_US)).rowcount
