"""PostgreSQL that is stopped, or ends connections, at random moments under load: nothing is lost, all says the same."""

import os
import random
import signal
import threading
import time

import psycopg
import pytest
from sqlalchemy import select

from faultlog.store.founding import founded
from faultlog.store.schema import CASES
from tests.logs import log
from tests.serving import Process, put, quick
from tests.system.postgres import serving
from tests.system.test_database_gone import files, rows, site, states

ENDS = int(os.environ.get("FAULTLOG_ENDS", "20"))
SEED = int(os.environ.get("FAULTLOG_SEED", "7"))
BUNDLES = 12
ALL_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'
"""

pytestmark = pytest.mark.timeout(600 + 10 * ENDS)


def content(at):
    return log("09:00:00 connector started", "10:00:00 Fault Raised: 6").replace(" mac ", f" host-{at} ").encode()


def said(store):
    """What all cases say."""
    columns = (CASES.c.sha256, CASES.c.rules, CASES.c.host, CASES.c.mark, CASES.c.headline, CASES.c.faults)
    with store.engine.connect() as db:
        return sorted(map(tuple, db.execute(select(*columns)).all()))


class Uploader(threading.Thread):
    """Uploads the same bundles again and again, until all are taken and it is told to stop."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self._port, self.over, self.taken = port, threading.Event(), set()

    def run(self):
        at = 0
        while not self.over.is_set() or len(self.taken) < BUNDLES:
            answer = put(self._port, "ampdaemon.log", content(at % BUNDLES))
            if answer is not None and answer[0] in {200, 201}:
                self.taken.add(answer[1]["id"])
                at += 1


def worked(folder, address, disturb):
    """What is said in the end of some bundles."""
    store = founded(folder, address)
    told = ("--database", address) if address else ()
    worker = Process("worker", "--data", store.folder, *told, program=quick())
    with site(store, *told, program=quick()) as server:
        worker.until("worker started")
        uploader = Uploader(server.port)
        uploader.start()
        try:
            disturb()
        finally:
            uploader.over.set()
            uploader.join()
        assert sorted(uploader.taken) == rows(store) == files(store.folder)
        until = time.monotonic() + 120
        while states(store) != {"done"} and time.monotonic() < until:
            time.sleep(0.1)
        assert states(store) == {"done"}
        worker.signal(signal.SIGTERM)
        assert worker.wait() == 0
    found = said(store)
    store.close()
    return found


def test_what_is_said_is_the_same_however_often_the_database_ends(tmp_path, figure):
    chance, begun = random.Random(SEED), time.monotonic()  # noqa: S311 (no secret)
    with serving() as database:

        def disturb():
            for at in range(ENDS):
                time.sleep(chance.uniform(0.05, 0.4))
                if at % 2:
                    database.stop("immediate")
                    database.start()
                else:
                    with psycopg.connect(database.address) as db:
                        db.execute(ALL_OTHERS)

        disturbed = worked(tmp_path / "postgres", database.address, disturb)
    took = time.monotonic() - begun
    assert len(disturbed) == BUNDLES
    assert disturbed == worked(tmp_path / "sqlite", None, lambda: None)
    figure("T8b", "PostgreSQL stopped, or its connections ended, under load", tried=ENDS, held=ENDS, s=took)
