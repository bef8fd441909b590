import fcntl

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from faultlog.errors import UsageError
from faultlog.store import migrating, opening
from faultlog.store.migrating import FOLDER, newest
from faultlog.store.opening import FILE, LOCK, open_store
from faultlog.store.schema import METADATA
from faultlog.store.turns import sqlite_said


def test_the_steps_make_exactly_the_tables_of_this_version(store):
    with store.engine.connect() as db:
        options = {"compare_type": True, "compare_server_default": True}
        assert compare_metadata(MigrationContext.configure(db, opts=options), METADATA) == []


def test_the_newest_step_is_known_without_alembic():
    assert ScriptDirectory(str(FOLDER)).get_current_head() == newest()


def test_what_a_newer_version_wrote_is_refused(store):
    store.write(lambda db: db.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    with pytest.raises(UsageError, match="the database was written by a newer faultlog; install that"):
        open_store(store.folder, store.database)


def test_tables_that_no_step_made_are_told(store, tmp_path, monkeypatch):
    monkeypatch.setattr(migrating, "_upgrade", lambda _db: None)  # alembic, where it cannot list the steps
    store.write(lambda db: db.execute(text("UPDATE alembic_version SET version_num = '0001'")))
    for folder, database in [(store.folder, store.database), (tmp_path / "new", None)]:
        with pytest.raises(UsageError, match="versions: cannot be read, so the database has not the tables"):
            open_store(folder, database)


def test_nothing_is_written_into_a_database_whose_name_may_be_lost(tmp_path, monkeypatch):
    def lost(folder):
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as failing:
        failing.setattr(opening, "synchronised", lost)
        with pytest.raises(UsageError, match="cannot be made durable: Input/output error; check the disk"):
            open_store(tmp_path)
    assert (tmp_path / FILE).read_bytes() == b""
    open_store(tmp_path).close()


def test_nobody_migrates_while_another_writes(store, monkeypatch):
    if not store.is_sqlite:
        return  # PostgreSQL has a lock of its own
    monkeypatch.setattr("faultlog.store.opening.PATIENCE_S", 0.1)
    with (store.folder / LOCK).open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(UsageError, match="does not let it go"):
            open_store(store.folder)
    open_store(store.folder).close()


def test_which_sqlite_it_is_and_what_holds_of_its_bug_is_said(store):
    assert sqlite_said((3, 40, 1)) == "SQLite 3.40.1: its WAL-reset bug is not met, since one process at a time writes"
    assert sqlite_said((3, 53, 0)) == "SQLite 3.53.0"
    assert store.said.startswith("SQLite " if store.is_sqlite else "PostgreSQL")
