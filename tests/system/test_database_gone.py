"""PostgreSQL that goes away at the worst moment: between a commit and its answer, or again and again."""

import signal
import socket
import threading
import time
from contextlib import contextmanager, suppress

import pytest
from sqlalchemy import select

from faultlog.store.blobs import BUNDLES as FILES
from faultlog.store.blobs import INCOMING
from faultlog.store.founding import founded
from faultlog.store.schema import AUDIT, BUNDLES, JOBS
from tests.logs import log
from tests.serving import Process, Server, put, quick
from tests.system.postgres import serving

LOG = log("09:00:00 connector started", "10:00:00 Fault Raised: 6").encode()

pytestmark = pytest.mark.timeout(300)


class Cutter:
    """Stands between the program and PostgreSQL, and cuts the connection at the commit of a bundle's row."""

    def __init__(self, port):
        self._server, self.when, self.cuts = port, None, 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self._listener.close()

    def _accept(self):
        with suppress(OSError):
            while True:
                client = self._listener.accept()[0]
                server = socket.create_connection(("127.0.0.1", self._server))
                threading.Thread(target=self._ask, args=(client, server), daemon=True).start()

    def _ask(self, client, server):
        quiet, writes = threading.Event(), False
        threading.Thread(target=self._answer, args=(server, client, quiet), daemon=True).start()
        with suppress(OSError):
            while data := client.recv(1 << 16):
                writes = writes or b"INSERT INTO bundles" in data
                ends = b"COMMIT\0" in data
                if writes and ends and self.when is not None:
                    when, self.when = self.when, None
                    self.cuts += 1
                    if when == "after":
                        quiet.set()
                        server.sendall(data)
                        time.sleep(0.5)
                    break
                writes = writes and not ends
                server.sendall(data)
        for one in (client, server):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    @staticmethod
    def _answer(server, client, quiet):
        with suppress(OSError):
            while data := server.recv(1 << 16):
                if not quiet.is_set():
                    client.sendall(data)


@pytest.fixture(scope="module")
def database():
    with serving() as one:
        yield one


def files(folder):
    return sorted(one.name for kind in (INCOMING, FILES) for one in (folder / kind).rglob("*") if one.is_file())


def rows(store):
    """The bundles, each with its one job and its one note of who uploaded it."""
    with store.engine.connect() as db:
        found = sorted(db.execute(select(BUNDLES.c.id)).scalars())
        assert sorted(db.execute(select(JOBS.c.bundle_id).where(JOBS.c.host.is_(None))).scalars()) == found
        assert sorted(db.execute(select(AUDIT.c.object)).scalars()) == found
    return found


@contextmanager
def site(store, *words, program):
    one = Server(store.folder, "--workers", 0, *words, program=program)
    try:
        yield one
        one.signal(signal.SIGTERM)
        assert one.wait() == 0
        assert "Traceback" not in "".join(one.lines)
    finally:
        if not one.is_over():
            one.kill()


def test_a_commit_whose_answer_is_lost_is_told_once_and_leaves_one_row(database, tmp_path):
    cutter = Cutter(database.port)
    address = database.address.replace(str(database.port), str(cutter.port))
    store = founded(tmp_path / "data", database.address)
    with site(store, "--database", address, program=quick()) as server:
        server.get("/api/v1/bundles")
        for at, when in enumerate(("before", "after")):
            cutter.when = when
            status, about = put(server.port, "ampdaemon.log", LOG + b"# %d\n" % at)
            assert (status, cutter.cuts) == (201, at + 1)
            assert about["id"] in rows(store)
            assert rows(store) == files(store.folder)
            assert put(server.port, "ampdaemon.log", LOG + b"# %d\n" % at) == (200, about)
            assert len(rows(store)) == at + 1
    with site(store, "--database", address, program=quick(patience_s=0.0)) as server:
        for at, (when, then) in enumerate((("before", 201), ("after", 200)), 2):
            cutter.when = when
            status, said = put(server.port, "ampdaemon.log", LOG + b"# %d\n" % at)
            assert (status, said["title"]) == (503, "The database does not answer")
            assert set(rows(store)) <= set(files(store.folder))
            assert put(server.port, "ampdaemon.log", LOG + b"# %d\n" % at)[0] == then
            assert len(rows(store)) == at + 1
    with site(store, "--database", database.address, program=quick()) as server:
        assert server.until("swept")[0]["ownerless"] == 1
    assert rows(store) == files(store.folder)
    store.close()
    cutter.close()


def test_a_database_that_ends_again_and_again_loses_nothing(database, tmp_path):
    store = founded(tmp_path / "data", database.address)
    before = rows(store)
    worker = Process("worker", "--data", store.folder, "--database", database.address, program=quick())
    with site(store, "--database", database.address, program=quick()) as server:
        worker.until("worker started")
        over, acknowledged = threading.Event(), []

        def upload():
            at = 0
            while not over.is_set():
                answer = put(server.port, "ampdaemon.log", LOG + b"# again %d\n" % at)
                if answer is not None and answer[0] in {200, 201}:
                    acknowledged.append(answer[1]["id"])
                    at += 1

        thread = threading.Thread(target=upload)
        thread.start()
        try:
            for _ in range(4):
                time.sleep(0.7)
                database.stop("immediate")
                database.start()
            until = time.monotonic() + 60
            while len(acknowledged) < 4 and time.monotonic() < until:
                time.sleep(0.05)
        finally:
            over.set()
            thread.join()
        assert len(acknowledged) == len(set(acknowledged)) > 3
        new = sorted(set(rows(store)) - set(before))
        assert new == sorted(acknowledged) == files(store.folder)
        until = time.monotonic() + 120
        while states(store) != {"done"} and time.monotonic() < until:
            time.sleep(0.1)
        assert states(store) == {"done"}
        assert not worker.is_over()
        worker.signal(signal.SIGTERM)
        assert worker.wait() == 0
    store.close()


def states(store):
    """Of the jobs of bundles whose files are here."""
    with store.engine.connect() as db:
        return set(db.execute(select(JOBS.c.state).where(JOBS.c.bundle_id.in_(files(store.folder)))).scalars())
