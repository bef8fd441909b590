"""Readers of SQLite's file while somebody writes and copies the log: nobody is told that it is locked."""

import os
import threading
import time

import pytest
from sqlalchemy.exc import SQLAlchemyError

from faultlog.store import bundles, opening, people
from faultlog.store.opening import open_store
from faultlog.web.who import LOCAL
from tests.hostile.operations import bundle, uploaded

READERS = 8
SECONDS = float(os.environ.get("FAULTLOG_SECONDS", "5"))

pytestmark = pytest.mark.timeout(SECONDS + 300)


def test_eight_read_while_one_writes_and_the_log_is_copied(tmp_path, monkeypatch, figure):
    monkeypatch.setattr(opening, "_LOG_BYTES", 1)  # after each transaction
    over, locked, reads = threading.Event(), set(), [0] * READERS
    store = open_store(tmp_path / "data")
    team = store.write(people.need_team, LOCAL)

    def read(reader):
        mine = open_store(tmp_path / "data")
        while not over.is_set():
            try:
                assert len(mine.read(bundles.newest, team, 20)) <= 20
                reads[reader] += 1
            except SQLAlchemyError:
                locked.add(reader)
        mine.close()

    readers = [threading.Thread(target=read, args=(at,)) for at in range(READERS)]
    for one in readers:
        one.start()
    until, kept = time.monotonic() + SECONDS, set()
    while time.monotonic() < until or not all(reads):
        kept.add(uploaded(store, team, bundle(f"host-{len(kept)}", 1)))
        if len(kept) % 5 == 0:
            store.tidy()
    over.set()
    for one in readers:
        one.join()
    assert store.read(bundles.known) == kept
    assert all(reads)
    store.close()
    figure("T8c", "readers beside who writes", tried=READERS, held=READERS - len(locked))
    assert not locked
