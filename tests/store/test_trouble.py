"""A worker whose database has no room, or does not answer, waits; the bundle it had is not to blame."""

import errno
import os
import sqlite3
import time

import pytest
from sqlalchemy.exc import OperationalError

from faultlog.archives.streams import DamageError, RawFile
from faultlog.errors import UsageError
from faultlog.pipeline import Options
from faultlog.store import jobs, opening
from faultlog.store.blobs import BUNDLES
from faultlog.store.founding import founded
from faultlog.store.turns import GoneError, HeldError
from faultlog.working import analysing
from faultlog.working import worker as working
from faultlog.working.labour import labour
from faultlog.working.worker import Worker
from tests.lakes import bundle
from tests.store.test_hosts import MONDAY
from tests.store.uploading import uploaded


def full():
    cause = sqlite3.OperationalError("database or disk is full")
    cause.sqlite_errorcode = sqlite3.SQLITE_FULL
    return OperationalError("", {}, cause)


def away():
    return OperationalError("", {}, sqlite3.OperationalError("the connection is closed"))


def held():
    return OperationalError("", {}, HeldError("process 71 does not let it go"))


@pytest.fixture(scope="module")
def made():
    return Worker(None, Options())


@pytest.fixture
def worker(store, made, monkeypatch):
    made._store, made._next = store, 0.0
    for name in ("PAUSE_S", "LOOK_S", "BEAT_S"):
        monkeypatch.setattr(working, name, 0.01)
    return made


@pytest.mark.parametrize(
    ("trouble", "said"),
    [(full, "has no room"), (away, "does not answer"), (held, "does not answer: process 71 does not let it go")],
)
@pytest.mark.parametrize("what", ["hear", "_leased", "beat", "finish", "_left"])
def test_it_waits_and_the_job_is_done_at_its_first_try(store, team, worker, tmp_path, monkeypatch, what, trouble, said):
    about = uploaded(store, team, bundle(tmp_path / "a.zip", *MONDAY))
    real, failed, told = store.write, [], []

    def write(work, *args):
        if work.__name__ == what and len(failed) < 3:
            failed.append(what)
            raise trouble()
        return real(work, *args)

    def stopped():
        return store.read(jobs.latest, team, about).state == "done"

    if what == "beat":
        answer = analysing._answer
        monkeypatch.setattr(analysing, "_answer", lambda *args: (time.sleep(0.2), answer(*args))[1])
    fork, forked = os.fork, []
    monkeypatch.setattr(os, "fork", lambda: (forked.append(fork()), forked[-1])[1])
    monkeypatch.setattr(store, "write", write)
    worker.work(stopped, lambda event, facts: told.append((event, facts.get("said"))))
    assert failed
    assert forked
    job = store.read(jobs.latest, team, about)
    assert (job.state, job.tries) == ("done", 1)
    wrong = [("error", f"the database {said}; tried again in 0 s")] * (0 if what == "_left" else len(failed))
    assert told == [*wrong, ("job", None)]
    for child in forked:
        with pytest.raises(ChildProcessError):
            os.waitpid(child, os.WNOHANG)


def test_what_else_goes_wrong_ends_it(store, worker, monkeypatch):
    def write(_work, *_args):
        raise OperationalError("", {}, sqlite3.OperationalError("no such column"))

    monkeypatch.setattr(store, "write", write)
    with pytest.raises(OperationalError):
        worker.work(lambda: False, lambda *_: None)


def test_a_worker_without_room_for_a_child_says_so_of_the_job_and_goes_on(store, team, worker, tmp_path, monkeypatch):
    about = uploaded(store, team, bundle(tmp_path / "a.zip", *MONDAY))

    def none(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(analysing.tempfile, "mkdtemp", none)
        assert worker.work_once()
    job = store.read(jobs.latest, team, about)
    assert (job.state, job.reason, job.detail) == ("failed", "disk", "No space left on device")
    assert store.write(jobs.again, team, about)
    assert worker.work_once()
    assert store.read(jobs.latest, team, about).state == "done"


def test_a_bundle_that_the_disk_does_not_read_is_not_to_blame(store, team, worker, tmp_path, monkeypatch):
    about = uploaded(store, team, bundle(tmp_path / "a.zip", *MONDAY))

    def failing(_file, offset, _size):
        raise DamageError("disk", f"reading stops at byte {offset}")

    with monkeypatch.context() as patched:
        patched.setattr(RawFile, "read_at", failing)
        assert worker.work_once()
    job = store.read(jobs.latest, team, about)
    assert (job.state, job.reason) == ("failed", "disk")
    assert store.write(jobs.again, team, about)
    assert worker.work_once()
    assert store.read(jobs.latest, team, about).state == "done"


def test_a_folder_that_cannot_be_made_durable_is_no_store(tmp_path, monkeypatch):
    def failing(folder):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(opening, "synchronised", failing)
    with pytest.raises(UsageError, match=r"data: cannot be made durable: Input/output error"):
        opening.open_store(tmp_path / "data")


def test_a_worker_whose_folder_is_gone_stops_and_blames_no_bundle(store, team, worker, tmp_path):
    about = uploaded(store, team, bundle(tmp_path / "a.zip", *MONDAY))
    for place in (store.folder, store.folder / BUNDLES):
        place.rename(tmp_path / "elsewhere")
        if place == store.folder or not store.is_sqlite:
            with pytest.raises(GoneError):
                worker.work(lambda: False, lambda *_: None)
        (tmp_path / "elsewhere").rename(place)
    assert store.read(jobs.latest, team, about).state == "queued"
    worker.work_once()
    assert (store.read(jobs.latest, team, about).state, store.read(jobs.latest, team, about).tries) == ("done", 1)


def test_a_folder_that_goes_while_a_bundle_is_looked_for_is_not_the_bundle_s_fault(
    store, team, worker, tmp_path, monkeypatch
):
    about = uploaded(store, team, bundle(tmp_path / "a.zip", *MONDAY))

    def gone(_folder, _bundle):
        store.folder.rename(tmp_path / "elsewhere")
        return store.folder / "nothing"

    monkeypatch.setattr(working, "place_of", gone)
    with pytest.raises(GoneError):
        worker.work(lambda: False, lambda *_: None)
    (tmp_path / "elsewhere").rename(store.folder)
    assert store.read(jobs.latest, team, about).state in {"queued", "leased"}


def test_it_says_so_and_makes_no_folder(store, tmp_path):
    def stopped():
        store.folder.rename(tmp_path / "elsewhere")
        return False

    founded(store.folder, store.database).close()
    with pytest.raises(UsageError, match="data: was removed or replaced while a worker was at it; put it back, and"):
        labour(store.folder, store.database, Options(), stopped)
    assert not store.folder.exists()
