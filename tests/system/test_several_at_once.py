"""Several servers and workers of one store at once: nobody does what another is at, or writes what is not his."""

import fcntl
import os
import signal
import threading
import zipfile
from contextlib import contextmanager, nullcontext

import psycopg
import pytest
from sqlalchemy import select, text

from faultlog.store.founding import founded
from faultlog.store.opening import LOCK
from faultlog.store.schema import CASES, JOBS
from tests.logs import log
from tests.serving import Process, Server, put, quick
from tests.system.postgres import serving
from tests.waiting import until

UPLOADS = 24
LEASE_S = 2.0

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module", params=["SQLite", "PostgreSQL"])
def server(request):
    with serving() if request.param == "PostgreSQL" else nullcontext() as one:
        yield one


@pytest.fixture
def database(server):
    """The address of an empty database, or none."""
    if server is not None:
        with psycopg.connect(server.address) as db:
            db.execute("DROP SCHEMA public CASCADE")
            db.execute("CREATE SCHEMA public")
    return server and server.address


@pytest.fixture
def store(tmp_path, database):
    one = founded(tmp_path / "data", database)
    yield one
    one.close()


@contextmanager
def running(*processes):
    """They are ended, whatever happens."""
    try:
        yield
    finally:
        for one in processes:
            if not one.is_over():
                one.signal(signal.SIGCONT)
                one.kill()


def told(store, database):
    return ["--data", store.folder, *(["--database", database] if database else [])]


def jobs(store):
    with store.engine.connect() as db:
        return db.execute(select(JOBS)).all()


def large(place):
    """A bundle whose analysis takes a while."""
    text = log(
        "09:00:00 connector started",
        "10:00:00 Fault Raised: 6",
        *(f"11:{at // 60 % 60:02}:{at % 60:02} quiet" for at in range(300_000)),
    )
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ampdaemon.log", text)
    return place.read_bytes()


def stopped_outside_a_turn(process, store):
    """Whether a process was stopped while it wrote nothing; else it goes on.

    One stopped in the midst of its turn keeps it from all others, and what it wrote may be seen before its turn ends.
    """
    process.signal(signal.SIGSTOP)
    os.waitid(os.P_PID, process.pid, os.WSTOPPED)
    if is_written(store):
        process.signal(signal.SIGCONT)
        return False
    return True


def is_written(store):
    """Whether somebody is at writing into a store."""
    if not store.is_sqlite:
        begun = "SELECT count(*) FROM pg_stat_activity WHERE xact_start IS NOT NULL AND pid <> pg_backend_pid()"
        with store.engine.connect() as db:
            return db.execute(text(f"{begun} AND backend_type = 'client backend'")).scalar_one() > 0
    with (store.folder / LOCK).open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def test_a_worker_that_wakes_up_beyond_its_lease_writes_nothing(store, database, tmp_path):
    words = told(store, database)
    server = Server(*words[1:], "--workers", 0, program=quick(LEASE_S))
    sleeper = Process("worker", *words, program=quick(LEASE_S))
    with running(server, sleeper):
        sleeper.until("worker started")
        status, about = put(server.port, "large.zip", large(tmp_path / "large.zip"))
        assert status == 201
        until(lambda: [one.state for one in jobs(store)] == ["leased"])
        until(lambda: stopped_outside_a_turn(sleeper, store))
        (job,) = jobs(store)
        assert (job.state, job.token) == ("leased", 1)
        other = Process("worker", *words, program=quick(LEASE_S))
        with running(other):
            assert other.until("job")[0]["state"] == "done"
            before = case(store)
            sleeper.signal(signal.SIGCONT)
            assert sleeper.until("job")[0]["state"] == "lost"
            assert case(store) == before
            (job,) = jobs(store)
            assert (job.bundle_id, job.state, job.token, job.tries) == (about["id"], "done", 2, 2)
            for one in (other, sleeper, server):
                one.signal(signal.SIGTERM)
                assert one.wait() == 0


def case(store):
    with store.engine.connect() as db:
        return db.execute(select(CASES.c.id, CASES.c.analysed_at, CASES.c.joined_id)).all()


def test_two_servers_and_their_workers_do_everything_once(store, database):
    _, data, *more = told(store, database)
    servers = [Server(data, *more, "--workers", 1) for _ in range(2)]
    with running(*servers):
        for one in servers:
            one.until("worker started")
        answers = [[None, None] for _ in range(UPLOADS)]

        def upload(side):
            for at in range(UPLOADS):
                content = log("09:00:00 connector started", "10:00:00 Fault Raised: 6").replace(" mac ", f" host-{at} ")
                answers[at][side] = put(servers[side].port, "ampdaemon.log", content.encode())

        threads = [threading.Thread(target=upload, args=(side,)) for side in (0, 1)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert [sorted(status for status, _ in both) for both in answers] == [[200, 201]] * UPLOADS
        assert all(one["id"] == two["id"] for (_, one), (_, two) in answers)
        until(lambda: {one.state for one in jobs(store)} == {"done"})
        for one in servers:
            one.signal(signal.SIGTERM)
            assert one.wait() == 0
    done = [line["job"] for one in servers for line in one.told("job")]
    assert sorted(done) == sorted(one.id for one in jobs(store))
    assert [(one.token, one.tries) for one in jobs(store)] == [(1, 1)] * UPLOADS
    workers = {line["worker"] for one in servers for line in one.told("worker started")}
    assert {one.owner for one in jobs(store)} <= workers
    assert len(workers) == 2
