"""What nobody needs any more, removed: what killed processes left, what has run out, what a team keeps no longer.

A bundle is whole while its row and its file are both there. A file without a row was never acknowledged, or its row is
deleted: it goes, once it is old enough that nobody can be about to write its row. A row without a file stays, for
somebody to look: nothing of ours makes one.
"""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, delete, select

from faultlog.store import attempts, audit, bundles, comparisons, sessions, workers
from faultlog.store.audit import Actor
from faultlog.store.blobs import ASIDE, INCOMING, place_of
from faultlog.store.blobs import BUNDLES as FILES
from faultlog.store.opening import Store
from faultlog.store.schema import ATTEMPTS, BUNDLES, SESSIONS, TEAMS
from faultlog.store.texts import now
from faultlog.values import dataclass

DAY_S: Final = 86_400.0
"""What was not written to for that long is received by nobody. Tool default."""
HOUR_S: Final = 3_600.0
"""What is that old will get no row any more. Tool default."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What was removed, and what is wrong."""

    incoming: int
    """Uploads that were broken off by the end of a process."""
    ownerless: int
    """Files of bundles without a row."""
    expired: int
    """Bundles that their teams keep no longer."""
    vanished: tuple[str, ...]
    """Bundles whose file is not there."""


def swept(store: Store, present: Callable[[], float] = time.time) -> Swept:
    """Remove it, from files and tables.

    Args:
        store: whose.
        present: the time, in seconds since 1970.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: the database does not answer.
    """
    incoming = _remove(_older(store.folder / INCOMING, present() - DAY_S))
    for one in store.folder.glob(f"{ASIDE}*"):
        if one.lstat().st_mtime < present() - DAY_S:
            shutil.rmtree(one, ignore_errors=True)
    expired = _expire(store)
    files = list(_older(store.folder / FILES, present() - HOUR_S))  # before the rows: none is younger than its row
    known = store.read(bundles.known)
    ownerless = _remove(one for one in files if one.name not in known)
    store.write(_run_out)
    store.tidy()
    vanished = store.read(_vanished, store.folder, known)
    return Swept(incoming, ownerless, expired, vanished)


def clear(store: Store, bundle: str) -> None:
    """Leave nothing of a bundle whose row was deleted.

    Raises:
        OSError: its file cannot be removed.
    """
    bundles.remove_file(store.folder, bundle)
    store.tidy()


def _expire(store: Store) -> int:
    number = 0
    for team, days in store.read(_bounded):
        for one in store.read(bundles.stale, team, days):
            if store.write(_let_go, team, one, days):
                number += 1
            with suppress(OSError):  # the next sweep finds it without a row
                bundles.remove_file(store.folder, one)
    return number


def _let_go(db: Connection, team: int, name: str, days: int) -> bool:
    about = bundles.bundle(db, team, name)
    if about is None:
        return False
    server = Actor(team, None, None)
    audit.note(db, server, "bundle.expire", name, f"{about.name}: older than {days} days")
    comparisons.note_gone(db, server, team, name)
    return bundles.forget(db, team, name)


def _bounded(db: Connection) -> list[tuple[int, int]]:
    """The teams that keep bundles for some days only."""
    rows = db.execute(select(TEAMS.c.id, TEAMS.c.keep_days).where(TEAMS.c.keep_days.is_not(None)))
    return [(int(team), int(days)) for team, days in rows]


def _run_out(db: Connection) -> None:
    at = now()
    db.execute(delete(SESSIONS).where((SESSIONS.c.until < at) | (SESSIONS.c.seen_at < at - sessions.IDLE_US)))
    db.execute(delete(ATTEMPTS).where(ATTEMPTS.c.at <= at - attempts.WINDOW_US))
    workers.forget_silent(db)


def _vanished(db: Connection, folder: Path, known: set[str]) -> tuple[str, ...]:
    """Of the bundles that were there, those that still are and have no file."""
    missing = [one for one in sorted(known) if not place_of(folder, one).exists()]
    return tuple(one for one in missing if db.execute(select(BUNDLES.c.id).where(BUNDLES.c.id == one)).first())


def _older(folder: Path, than: float) -> Iterator[Path]:
    """The files in a folder, or in folders of it, that were not written to since then, in seconds since 1970."""
    for place, _, names in os.walk(folder):
        for name in names:
            path = Path(place, name)
            with suppress(OSError):
                if path.lstat().st_mtime < than:
                    yield path


def _remove(files: Iterator[Path]) -> int:
    number = 0
    for one in files:
        with suppress(OSError):
            one.unlink()
            number += 1
    return number
