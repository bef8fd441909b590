"""What nobody needs any more, removed: what killed processes left, what has run out, what a team keeps no longer.

A bundle is whole while its row and its file are both there. A file without a row was never acknowledged, or its row is
deleted: it goes, once no process that lives is about to write its row, and none that was killed has it on its way to
the database. A row without a file stays, for somebody to look: nothing of ours makes one.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Connection, delete, select, text

from faultlog.holding import is_held, is_held_folder, removed, removed_folder
from faultlog.store import attempts, audit, bundles, comparisons, sessions, workers
from faultlog.store.audit import Actor
from faultlog.store.blobs import ASIDE, INCOMING, place_of
from faultlog.store.blobs import BUNDLES as FILES
from faultlog.store.opening import Store
from faultlog.store.schema import BUNDLES, SESSIONS, TEAMS
from faultlog.store.texts import now
from faultlog.values import dataclass


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


def swept(store: Store) -> Swept:
    """Remove it, from files and tables.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: the database does not answer.
    """
    incoming = sum(map(removed, _files(store.folder / INCOMING)))
    for one in store.folder.glob(f"{ASIDE}*"):
        removed_folder(one)
    expired = _expire(store)
    ownerless = remove_ownerless(store)
    store.write(_run_out)
    store.tidy()
    vanished = store.read(_vanished, store.folder, store.read(bundles.known))
    return Swept(incoming, ownerless, expired, vanished)


def remove_ownerless(store: Store) -> int:
    """Remove the files of bundles that have no row and will get none; how many.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: the database does not answer.
    """
    files = {one.name: one for one in _files(store.folder / FILES)}
    known = store.read(bundles.known)
    alone = [name for name, file in files.items() if name not in known and not is_held(file)]
    if not alone or any(map(is_held_folder, store.folder.glob(f"{ASIDE}*"))):  # a copy is restored, or made
        return 0
    rowless = set(alone) - store.write(_known_at_last)
    return sum(removed(files[name]) for name in rowless)


def _known_at_last(db: Connection) -> set[str]:
    """The bundles that have a row, once nobody is writing one: neither who lives nor who was killed meanwhile."""
    if db.dialect.name == "postgresql":
        db.execute(text(f"LOCK TABLE {BUNDLES.name} IN SHARE MODE"))
    return bundles.known(db)


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
    attempts.forget(db, at)
    workers.forget_silent(db)


def _vanished(db: Connection, folder: Path, known: set[str]) -> tuple[str, ...]:
    """Of the bundles that were there, those that still are and have no file."""
    missing = [one for one in sorted(known) if not place_of(folder, one).exists()]
    return tuple(one for one in missing if db.execute(select(BUNDLES.c.id).where(BUNDLES.c.id == one)).first())


def _files(folder: Path) -> Iterator[Path]:
    """The files in a folder, or in folders of it."""
    for place, _, names in os.walk(folder):
        for name in names:
            yield Path(place, name)
