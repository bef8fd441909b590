"""Whoever writes waits for his turn, but not without end; and writes into the file that was opened, or not at all."""

import fcntl
import os
import shutil
import time
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy.exc import OperationalError

from faultlog.store import opening, people, turns
from faultlog.store.opening import FILE, LOCK, is_passing, open_store
from faultlog.store.turns import GoneError
from tests.web.people import person
from tests.web.test_api_bundles import left, put


@pytest.fixture
def store(tmp_path):
    """One of SQLite, whatever the other tests use."""
    one = open_store(tmp_path / "data")
    yield one
    one.close()


def removed(folder):
    shutil.rmtree(folder)


def replaced(folder):
    shutil.copy(folder / FILE, folder / "copy")
    (folder / "copy").replace(folder / FILE)


def made_anew(folder):
    shutil.rmtree(folder)
    open_store(folder).close()


@pytest.mark.parametrize("lose", [removed, replaced, made_anew])
def test_what_would_be_lost_is_refused_and_said(store, client, lose):
    assert put(client).status_code == 201
    kept = left(store)
    lose(store.folder)
    there = sorted(one.name for one in store.folder.rglob("*")) if store.folder.exists() else None
    refused = put(client, b"Mar  3 12:00:00 h ampdaemon: Fault Raised: 6\n")
    assert (refused.status_code, refused.json()["type"]) == (503, "urn:faultlog:gone")
    well = client.get("/healthz")
    assert (well.status_code, well.json()["database"]) == (503, "gone")
    with pytest.raises(GoneError):
        store.write(people.need_team, "another")
    with pytest.raises(GoneError):
        store.tidy()
    if there is None:
        assert not store.folder.exists()
    else:
        assert left(store) == (kept if lose is replaced else [])


def test_a_folder_that_is_put_back_is_used_again(store, tmp_path):
    store.folder.rename(tmp_path / "away")
    assert store.is_gone
    (tmp_path / "away").rename(store.folder)
    assert store.write(people.need_team, "ours")


def test_a_turn_that_never_ends_is_not_waited_for_and_a_probe_is_answered_meanwhile(store, client, monkeypatch):
    person(store, "ann", "admin")
    monkeypatch.setattr(opening, "PATIENCE_S", 2.0)
    answers = []

    def login():
        answers.append(client.post("/login", data={"name": "ann", "password": "wrong"}).status_code)

    with (store.folder / LOCK).open("ab") as stopped:
        fcntl.flock(stopped, fcntl.LOCK_EX)
        waiting, begun = [Thread(target=login) for _ in range(45)], time.monotonic()
        for one in waiting:
            one.start()
        time.sleep(0.3)
        assert client.get("/healthz").json()["database"] == "ok"
        assert not answers or time.monotonic() >= begun + 2.0
        with pytest.raises(OperationalError) as late:
            store.write(people.need_team, "ours")
        assert is_passing(late.value)
        who = f"process {os.getpid()}" if Path("/proc/locks").exists() else "another process"
        assert f"{who} does not let it go" in str(late.value.orig)
        for one in waiting:
            one.join()
    assert answers == [503] * 45
    assert store.write(people.need_team, "ours")


@pytest.mark.parametrize(
    ("line", "who"),
    [
        ("1: FLOCK  ADVISORY  WRITE 71 fe:00:{inode} 0 EOF", "process 71"),
        ("1: -> FLOCK  ADVISORY  WRITE 71 fe:00:{inode} 0 EOF", "another process"),
        ("1: POSIX  ADVISORY  WRITE 71 fe:00:{inode} 0 EOF", "another process"),
        ("1: FLOCK  ADVISORY  WRITE 71 fe:00:1{inode} 0 EOF", "another process"),
        ("1: FLOCK  ADVISORY  WRITE 0 fe:00:{inode} 0 EOF", "another process"),
        ("", "another process"),
        (None, "another process"),
    ],
    ids=["who has it", "who waits for it", "another kind", "another file", "outside a container", "nobody", "not told"],
)
def test_who_has_the_lock_is_told_as_far_as_the_system_tells(tmp_path, line, who):
    lock, locks = tmp_path / "lock", tmp_path / "locks"
    lock.touch()
    if line is not None:
        locks.write_text(line.format(inode=lock.stat().st_ino) + "\n")
    assert turns._holder(lock, locks) == who
