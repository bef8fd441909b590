"""Uploads whose database, disk or client goes away at the worst moment: nothing is told twice, nothing is lost."""

import asyncio
import threading
import time

import pytest
from sqlalchemy import event, select

from faultlog.store import jobs, opening, people
from faultlog.store.blobs import BUNDLES as FILES
from faultlog.store.blobs import INCOMING, place_of
from faultlog.store.litter import swept
from faultlog.store.schema import AUDIT, BUNDLES, JOBS
from faultlog.web import deeds
from faultlog.web.doors import Inflow
from faultlog.web.uploadable import Room
from faultlog.web.uploads import Way, upload
from faultlog.web.who import LOCAL, Who
from tests.store.failing import cut

LINE = b"2026-03-03T12:00:00Z a line\n"


def put(client, content=LINE, name="a.log"):
    return client.put("/api/v1/bundles", params={"name": name}, content=content)


def files(store):
    return sorted(one.name for kind in (INCOMING, FILES) for one in (store.folder / kind).rglob("*") if one.is_file())


def rows(store):
    """The bundles, each with a job and a note of who uploaded it, all three as they stood at one moment."""
    with store.engine.connect().execution_options(isolation_level="SERIALIZABLE") as db:
        found = sorted(db.execute(select(BUNDLES.c.id)).scalars())
        assert sorted(db.execute(select(JOBS.c.bundle_id)).scalars()) == found
        assert sorted(db.execute(select(AUDIT.c.object)).scalars()) == found
    return found


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_upload_whose_commit_was_not_answered_is_told_once_and_there_once(client, store, when):
    client.get("/")
    with cut(store, when) as cuts:
        answer = put(client)
    assert cuts.number == 1
    assert answer.status_code == 201
    assert rows(store) == files(store) == [answer.json()["id"]]
    assert (put(client).status_code, put(client).json()["id"]) == (200, answer.json()["id"])
    assert rows(store) == files(store) == [answer.json()["id"]]


@pytest.mark.parametrize(("when", "status"), [("before", 201), ("after", 200)])
def test_an_upload_whose_database_stays_away_can_be_said_again(client, store, monkeypatch, when, status):
    client.get("/")
    monkeypatch.setattr(opening, "PATIENCE_S", 0.0)
    with cut(store, when):
        answer = put(client)
    assert answer.status_code == 503
    assert answer.json()["title"] == "The database does not answer"
    assert len(files(store)) == 1
    assert rows(store) == ([] if when == "before" else files(store))
    again = put(client)
    assert again.status_code == status
    assert rows(store) == [again.json()["id"]]
    assert swept(store).ownerless == (1 if when == "before" else 0)
    assert files(store) == rows(store)


def test_a_log_that_cannot_be_copied_does_not_undo_what_is_durable(client, store, monkeypatch):
    if not store.is_sqlite:
        return  # PostgreSQL copies its log itself

    def forbid(connection, *_more):
        connection.set_authorizer(lambda _action, what, *_more: what == "wal_checkpoint")  # 1 is SQLITE_DENY

    client.get("/")
    monkeypatch.setattr(opening, "_LOG_BYTES", 0)
    event.listen(store.engine, "checkout", forbid)
    answer = put(client)
    assert answer.status_code == 201
    assert rows(store) == files(store) == [answer.json()["id"]]
    assert (store.folder / "faultlog.db-wal").stat().st_size


def test_a_request_that_is_ended_while_its_row_is_written_leaves_row_and_file(client, store):
    team = store.write(people.need_team, LOCAL)
    begun, on = threading.Event(), threading.Event()
    write = store.write

    def slow(work, *args):
        begun.set()
        on.wait(10)
        return write(work, *args)

    async def parts():
        yield LINE

    async def ended():
        task = asyncio.create_task(
            upload(store, Who(team, "kim", "analyst"), "a.log", parts(), Way(Room(1000, None, 0), Inflow()), {})
        )
        await asyncio.to_thread(begun.wait, 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        on.set()

    store.write = slow
    asyncio.run(ended())
    until = time.monotonic() + 10
    while not rows(store) and time.monotonic() < until:
        time.sleep(0.02)
    assert rows(store) == files(store) != []


def test_the_same_bytes_bring_a_file_back_that_was_lost(client, store, work):
    bundle = put(client).json()["id"]
    place_of(store.folder, bundle).unlink()
    work()
    assert store.read(jobs.latest, 1, bundle).reason == "vanished"
    assert put(client).status_code == 200
    assert files(store) == [bundle]
    assert place_of(store.folder, bundle).read_bytes() == LINE
    work()
    assert store.read(jobs.latest, 1, bundle).reason == "nothing_answerable"


def test_who_asks_again_at_the_same_time_has_one_job(client, store, work):
    bundle = put(client).json()["id"]
    work()
    who = Who(1, "kim", "analyst")
    threads = [threading.Thread(target=store.write, args=(deeds.again, who, bundle, {})) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    with store.engine.connect() as db:
        states = db.execute(select(JOBS.c.state).where(JOBS.c.bundle_id == bundle)).scalars().all()
    assert sorted(states) == ["quarantined", "queued"]
