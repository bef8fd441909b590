import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

from sqlalchemy import insert, select, update

from faultlog import holding
from faultlog.store import attempts, bundles, sessions, workers
from faultlog.store.blobs import ASIDE, INCOMING, place_of, receiving
from faultlog.store.blobs import BUNDLES as FILES
from faultlog.store.litter import swept
from faultlog.store.schema import ATTEMPTS, AUDIT, BUNDLES, SESSIONS, TEAMS, USERS, WORKERS
from faultlog.store.texts import now
from tests.noted import deeds
from tests.store.test_jobs import BREACHED, uploaded
from tests.store.uploading import received

DAY_US = 86_400_000_000


def files(store):
    return sorted(one.name for kind in (INCOMING, FILES) for one in (store.folder / kind).rglob("*") if one.is_file())


def test_what_is_received_stays_and_what_a_killed_server_was_receiving_goes_at_once(store):
    broken = store.folder / INCOMING / "half"
    broken.write_bytes(b"of it")
    with receiving(store.folder) as incoming:
        incoming.write(b"some")
        assert swept(store).incoming == 1
        assert files(store) == [incoming.id]
        incoming.write(b" more")
        incoming.durable()
        assert swept(store).ownerless == 0
    assert files(store) == [incoming.id]
    incoming.close()
    assert swept(store).ownerless == 1
    assert files(store) == []


def test_a_file_that_is_begun_while_somebody_tidies_up_is_begun_anew(store, monkeypatch):
    lock, taken = holding.fcntl.flock, []

    def late(file, how):
        if how == holding.fcntl.LOCK_EX and not taken:
            taken.append(holding.removed(next((store.folder / INCOMING).iterdir())))
        lock(file, how)

    monkeypatch.setattr(holding.fcntl, "flock", late)
    with receiving(store.folder) as incoming:
        incoming.write(b"a line")
        incoming.durable()
    incoming.close()
    assert taken == [True]
    assert files(store) == [incoming.id]


def test_a_file_that_got_no_row_goes_and_those_of_bundles_stay(store, team):
    bundle = uploaded(store, team)
    alone = received(store, BREACHED)
    done = swept(store)
    assert (done.ownerless, done.vanished) == (1, ())
    assert files(store) == [bundle]
    assert alone.id != bundle


def test_a_file_whose_row_is_on_its_way_stays(store, team):
    about, written, on = received(store, BREACHED), Event(), Event()

    def slow(db):
        bundles.keep(db, team, about, "tester")
        written.set()
        on.wait(10)

    with ThreadPoolExecutor(2) as pool:
        row = pool.submit(store.write, slow)
        written.wait(10)
        done = pool.submit(swept, store)
        time.sleep(0.3)
        assert not done.done()
        on.set()
        row.result()
        assert done.result().ownerless == 0
    assert files(store) == [about.id]


def test_what_is_set_aside_for_a_copy_stays_while_that_is_made(store):
    with holding.held_folder(ASIDE, store.folder) as place:
        (place / "files").mkdir()
        alone = received(store, BREACHED)
        assert swept(store).ownerless == 0
        assert (place / "files").exists()
    left = store.folder / f"{ASIDE}left"
    left.mkdir()
    (left / "lock").touch()
    assert files(store) == [alone.id]
    assert swept(store).ownerless == 1
    assert not left.exists()


def test_a_row_without_its_file_is_told_and_stays(store, team):
    bundle = uploaded(store, team)
    place_of(store.folder, bundle).unlink()
    assert swept(store).vanished == (bundle,)
    assert store.read(bundles.bundle, team, bundle) is not None


def test_a_team_keeps_bundles_for_as_many_days_as_it_says(store, team):
    bundle = uploaded(store, team)
    assert swept(store).expired == 0
    store.write(lambda db: db.execute(update(TEAMS).values(keep_days=30)))
    store.write(lambda db: db.execute(update(BUNDLES).values(uploaded_at=now() - 29 * DAY_US)))
    assert swept(store).expired == 0
    store.write(lambda db: db.execute(update(BUNDLES).values(uploaded_at=now() - 31 * DAY_US)))
    assert swept(store).expired == 1
    assert files(store) == []
    (deed,) = store.read(deeds, team)
    assert (deed.action, deed.object, deed.user) == ("bundle.expire", bundle, None)
    assert BREACHED.name in deed.detail


def test_what_has_run_out_goes_and_what_counts_stays(store, team):
    def made(db):
        user = db.execute(
            insert(USERS).values(team_id=team, name="kim", role="viewer", created_at=now()).returning(USERS.c.id)
        ).scalar_one()
        sessions.begin(db, user, None, None)
        row = {"user_id": user, "created_at": 1}
        db.execute(insert(SESSIONS).values(hash="over", seen_at=now(), until=1, **row))
        db.execute(insert(SESSIONS).values(hash="idle", seen_at=now() - sessions.IDLE_US - 1, until=now() * 2, **row))
        attempts.admit(db, "kim", "192.0.2.7")
        db.execute(insert(ATTEMPTS).values(what="old", at=now() - attempts.WINDOW_US - 1))
        workers.hear(db, "here/1")
        db.execute(insert(WORKERS).values(owner="gone/2", started_at=1, seen_at=1))

    store.write(made)
    swept(store)
    with store.engine.connect() as db:
        assert len(db.execute(select(SESSIONS)).all()) == 1
        assert "old" not in db.execute(select(ATTEMPTS.c.what)).scalars().all()
        assert len(db.execute(select(ATTEMPTS)).all()) == 3
        assert db.execute(select(WORKERS.c.owner)).scalars().all() == ["here/1"]


def test_nothing_of_a_deleted_bundle_can_be_read_from_any_file(store, team):
    if not store.is_sqlite:
        return  # what PostgreSQL keeps of it is its VACUUM's matter
    secret = b"secret-of-a-name-0xfeed"
    log = store.folder.parent / f"{secret.decode()}.log"
    log.write_bytes(b"2026-03-03 12:00:00 " + secret)
    bundle = uploaded(store, team, log)
    assert any(secret in one.read_bytes() for one in store.folder.rglob("*") if one.is_file())
    assert store.write(bundles.forget, team, bundle)
    bundles.remove_file(store.folder, bundle)
    swept(store)
    assert [one for one in store.folder.rglob("*") if one.is_file() and secret in one.read_bytes()] == []


def test_audit_has_a_row_for_no_team_that_keeps_everything(store, team):
    uploaded(store, team)
    store.write(lambda db: db.execute(update(BUNDLES).values(uploaded_at=1)))
    swept(store)
    with store.engine.connect() as db:
        assert db.execute(select(AUDIT)).all() == []
