"""What may be broken off at any call of the system: an upload, an analysis, a run of a fleet, an answer to a file.

Each is done in a folder that is a copy of one that was made once. What it tells, it has told somebody who believes it.
Afterwards the program starts again in that folder, as it would after the end of a process, and all must be well.
"""

import hashlib
import io
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest import mock

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, select

from faultlog import outputs
from faultlog.errors import FaultlogError
from faultlog.fleet.sources import units
from faultlog.pipeline import Options
from faultlog.store import bundles, jobs, opening, people
from faultlog.store.blobs import place_of
from faultlog.store.litter import swept
from faultlog.store.opening import FILE, LOCK, Store, open_store
from faultlog.store.schema import AUDIT, BUNDLES, CASE_TABLES, CASES, JOBS, METADATA
from faultlog.web import uploads
from faultlog.web.doors import Inflow
from faultlog.web.problems import ProblemError
from faultlog.web.uploadable import Room
from faultlog.web.who import LOCAL, Who
from faultlog.working import worker as working
from faultlog.working.worker import Worker
from tests import lakes
from tests.logs import log

Tell = Callable[[str], None]
DAY = ("09:00:00 connector started", "10:00:00 Fault Raised: 6", "10:20:00 Fault Cleared: 6", "11:00:00 quiet")
PART = 16 << 10
"""Bytes that come of an upload at a time."""


def bundle(seed: str, files: int = 5) -> bytes:
    """A zip of so many files, one of them a log; the others are of bytes that nothing makes smaller."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(_dated("ampdaemon.log"), log(*DAY).replace(" mac ", f" {seed} "))
        for at in range(files - 1):
            noise = b"".join(hashlib.sha256(f"{seed} {at} {part}".encode()).digest() for part in range(256))
            archive.writestr(_dated(f"noise-{at}.bin"), noise)
    return out.getvalue()


def _dated(name: str) -> zipfile.ZipInfo:
    """The same at any time."""
    return zipfile.ZipInfo(name, (2026, 3, 4, 0, 0, 0))


def uploaded(store: Store, team: int, content: bytes, name: str = "a.zip") -> str:
    """What the server does with a body; nobody else waits for anything meanwhile."""

    async def parts():
        for at in range(0, len(content), PART):
            yield content[at : at + PART]

    async def here(work, *args):
        return work(*args)

    way = uploads.Way(Room(1 << 30, None, 0), Inflow())
    with mock.patch.object(uploads, "run_in_threadpool", here):
        coming = uploads.upload(store, Who(team, "kim", "analyst"), name, parts(), way, {})
        try:
            coming.send(None)
        except StopIteration as end:
            return end.value.bundle
    raise AssertionError("an upload waits for somebody")


def wrong_of(store: Store, whole: dict[str, bytes]) -> Iterator[str]:
    """What is not as it must be in a store that was swept: only these bundles, each whole, and nothing else."""
    with store.engine.connect() as db:
        said = db.exec_driver_sql("PRAGMA integrity_check").scalar_one()
        if said != "ok":
            yield f"the database: {said}"
        if db.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
            yield "rows of nobody"
        rows = sorted(db.execute(select(BUNDLES.c.id)).scalars())
        of_jobs = sorted(db.execute(select(JOBS.c.bundle_id).where(JOBS.c.bundle_id.is_not(None))).scalars())
        noted = sorted(db.execute(select(AUDIT.c.object)).scalars())
    if rows != sorted(whole):
        yield f"bundles {rows}, not {sorted(whole)}"
    if of_jobs != rows or noted != rows:
        yield f"jobs of {of_jobs}, notes of {noted}"
    for one, content in whole.items():
        place = place_of(store.folder, one)
        if not place.exists() or place.read_bytes() != content:
            yield f"{one}: its file is not what was uploaded"
    ours = {store.folder / FILE, store.folder / LOCK, *(place_of(store.folder, one) for one in whole)}
    ours |= {store.folder / f"{FILE}-wal", store.folder / f"{FILE}-shm"}
    yield from (f"left behind: {one.name}" for one in store.folder.rglob("*") if one.is_file() and one not in ours)


class Upload:
    """A server starts, and receives a bundle."""

    refusals = (ProblemError, FaultlogError, OSError, opening.SQLAlchemyError)

    def __init__(self, place: Path) -> None:
        self.template = place
        self.new, old = bundle("new"), bundle("old")
        store = open_store(place)
        self._team = store.write(people.need_team, LOCAL)
        self._old = {uploaded(store, self._team, old): old}
        store.close()

    def work(self, place: Path, tell: Tell) -> None:
        store = open_store(place)
        tell(uploaded(store, self._team, self.new))

    def wrong(self, place: Path, told: list[str]) -> Iterator[str]:
        """What is wrong after the next start, and after the same bytes came once more."""
        store = open_store(place)
        if swept(store).vanished:
            yield "a row has no file"
        new = dict.fromkeys(told, self.new)
        rows = store.read(bundles.known) - set(self._old)
        if len(rows) > 1:
            yield "it is there twice"
        yield from wrong_of(store, self._old | (new or dict.fromkeys(rows, self.new)))
        again = uploaded(store, self._team, self.new)
        if rows and {again} != rows:
            yield "it is there once more"
        yield from wrong_of(store, self._old | {again: self.new})
        store.close()


class Analysis:
    """A worker opens the store and does what is to be done; its children are others."""

    refusals = (FaultlogError, OSError, opening.SQLAlchemyError)

    def __init__(self, place: Path) -> None:
        self.template = place
        working.warm(lakes.knowledge(), Options())
        self._worker = Worker(None, Options())  # type: ignore[arg-type]  # each time that of another folder
        store = open_store(place)
        team = store.write(people.need_team, LOCAL)
        self._whole = {uploaded(store, team, content): content for content in (bundle("mac"),)}
        store.close()
        tried = place.with_name("tried")
        shutil.copytree(place, tried)
        self.work(tried, lambda _said: None)
        store = open_store(tried)
        self._right = self._said(store)
        store.close()
        shutil.rmtree(tried)

    def work(self, place: Path, tell: Tell) -> None:
        store = open_store(place)
        self._work(store, tell)
        store.close()

    def _work(self, store: Store, tell: Tell) -> None:
        self._worker._store = store
        self._worker._open = None
        while self._worker.work_once(told=lambda _event, facts: tell(str(facts["state"]))):
            pass

    @staticmethod
    def _said(store: Store) -> object:
        columns = [one for one in CASES.c if one.name != "analysed_at"]
        with store.engine.connect() as db:
            rows = [sorted(map(repr, db.execute(select(*columns)).all()))]
            rows += [sorted(map(repr, db.execute(select(table)).all())) for table in CASE_TABLES.values()]
            return rows, {one.state for one in db.execute(select(JOBS)).all()}

    def wrong(self, place: Path, told: list[str]) -> Iterator[str]:
        """What is wrong after another worker did what was left."""
        store = open_store(place)
        if swept(store).vanished:
            yield "a row has no file"
        if "done" in told and self._said(store) != self._right:
            yield "it was told to be done, and is not"
        failed = store.read(lambda db: [one for one in db.execute(select(JOBS)).all() if one.state == "failed"])
        for one in failed:  # the disk was full, say: whoever sees it asks once more
            store.write(jobs.again, one.team_id, one.bundle_id)
            store.write(lambda db, one=one: db.execute(JOBS.delete().where(JOBS.c.id == one.id)))
        self._work(store, lambda _said: None)
        if self._said(store) != self._right:
            yield f"the case is another one: {self._said(store)[1]}"  # type: ignore[index]
        yield from wrong_of(store, self._whole)
        store.close()


class Fleet:
    """A run over three bundles, of which two are one host's, into a lake that is made."""

    refusals = (FaultlogError, OSError)

    def __init__(self, place: Path) -> None:
        self.template = place / "none"
        self.template.mkdir(parents=True)
        lakes.knowledge()
        self._named = [
            str(lakes.bundle(place / f"{at}.zip", *DAY[: 2 + at], host=host))
            for at, host in enumerate(("one", "two", "two"))
        ]
        tried = place / "tried"
        self.work(tried, lambda _said: None)
        self._right = lakes.everything(lakes.lake_at(tried / "lake"))
        shutil.rmtree(tried)

    def work(self, place: Path, tell: Tell) -> None:
        place = place / "lake"
        tally, _ = lakes.filled(lakes.lake_at(place), units(self._named))
        failed = any(state == "failed" for state, _ in tally.counts | tally.hosts)
        tell("failed" if failed else "whole")

    def wrong(self, place: Path, told: list[str]) -> Iterator[str]:
        """What is wrong after the same run once more."""
        place = place / "lake"
        lake = lakes.lake_at(place)
        if told == ["whole"] and lakes.everything(lake) != self._right:
            yield "it was told to be whole, and is not"
        lakes.filled(lake, units(self._named))
        if lakes.everything(lake) != self._right:
            yield "the lake says something else"


class Migration:
    """A folder without a store gets one: all steps of the tables, of which there is one so far."""

    refusals = (FaultlogError, OSError, opening.SQLAlchemyError)

    def __init__(self, place: Path) -> None:
        self.template = place
        place.mkdir()
        open_store(place.with_name("warm")).close()  # what it loads is loaded

    def work(self, place: Path, tell: Tell) -> None:
        open_store(place).close()
        tell("migrated")

    def wrong(self, place: Path, _told: list[str]) -> Iterator[str]:
        """What is wrong with the tables, before and after the next start."""
        store = opening.reached(place)
        with store.engine.connect() as db:
            begun, whole = inspect(db).get_table_names(), self._whole(db)
        if begun and not whole:
            yield f"some tables are there: {begun}"
        store.close()
        store = open_store(place)
        with store.engine.connect() as db:
            if not self._whole(db) or db.exec_driver_sql("PRAGMA integrity_check").scalar_one() != "ok":
                yield "the tables are not those of this version"
        store.close()

    @staticmethod
    def _whole(db: Connection) -> bool:
        return compare_metadata(MigrationContext.configure(db), METADATA) == []


class Answer:
    """An answer written in place of an older one."""

    refusals = (FaultlogError,)

    def __init__(self, place: Path) -> None:
        self.template, self._old, self._new = place, b"old" * 9_000, b"new" * 90_000
        place.mkdir()
        (place / "case.json").write_bytes(self._old)

    def work(self, place: Path, tell: Tell) -> None:
        outputs.write_bytes(str(place / "case.json"), self._new)
        tell("written")

    def wrong(self, place: Path, told: list[str]) -> Iterator[str]:
        """What is wrong with the file."""
        held = (place / "case.json").read_bytes()
        if held != self._new and (told or held != self._old):
            yield "it is neither the one nor the other"
        outputs.write_bytes(str(place / "case.json"), self._new)
        if (place / "case.json").read_bytes() != self._new:
            yield "it cannot be written any more"


OPERATIONS = {"upload": Upload, "analysis": Analysis, "fleet": Fleet, "migration": Migration, "answer": Answer}
