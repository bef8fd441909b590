"""The end of a job: what it says and that it ended are there together, whatever fails between."""

import os
import signal
import sqlite3
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import DataError, OperationalError, StatementError

from faultlog.pipeline import Options
from faultlog.store import comparisons, hosts, people
from faultlog.store.schema import CASE_TABLES, CASES, COMPARISONS, JOBS
from faultlog.working import analysing
from faultlog.working import worker as working
from faultlog.working.worker import Worker
from tests.databases import filled
from tests.lakes import bundle
from tests.store.failing import cut
from tests.store.test_hosts import FRIDAY, GUID, MONDAY, TUESDAY
from tests.store.uploading import uploaded


class BrokenError(Exception):
    """Whatever ends a transaction in its midst."""


def everything(store):
    """All that an analysis may change, but for signs of life."""

    def read(db):
        jobs = db.execute(select(JOBS.c.id, JOBS.c.state, JOBS.c.token, JOBS.c.host).order_by(JOBS.c.id)).all()
        cases = db.execute(select(CASES.c.id, CASES.c.joined_id, CASES.c.analysed_at).order_by(CASES.c.id)).all()
        made = db.execute(select(COMPARISONS.c.id, COMPARISONS.c.document.is_not(None))).all()
        rows = {
            one.name: db.execute(select(func.count()).select_from(one)).scalar_one() for one in CASE_TABLES.values()
        }
        return jobs, cases, made, rows

    return store.read(read)


@pytest.fixture(scope="module")
def made():
    return Worker(None, Options())


@pytest.fixture
def worker(store, made):
    made._store = store
    return made


def _waits(store, kind):
    """Have the job of some kind be the next of a store."""
    worker, team = Worker(store, Options()), store.write(people.need_team, "ours")
    days = {"monday": MONDAY, "tuesday": TUESDAY, "friday": FRIDAY}
    with TemporaryDirectory() as place:
        files = [bundle(Path(place, f"{name}.zip"), *day, guid=GUID, note=name) for name, day in days.items()]
        ids = [uploaded(store, team, file) for file in files[:2]]
        if kind == "bundle":
            worker.work_once()
            return
        while worker.work_once():
            pass
        if kind == "host":  # in place of a case that is there
            uploaded(store, team, files[2])
            worker.work_once()
        else:
            assert store.write(comparisons.ask, team, *ids, "tester")


WAITING = {kind: partial(_waits, kind=kind) for kind in ("bundle", "host", "comparison")}


@pytest.fixture
def waiting(tmp_path, made, kind):
    """A store in which the job of some kind is the next, and who does it."""
    with filled(tmp_path / "waiting", WAITING[kind]) as (store, _):
        made._store = store
        yield store, made


@pytest.mark.parametrize("kind", ["bundle", "host", "comparison"])
def test_an_end_that_breaks_at_any_statement_leaves_everything_as_it_was(waiting, monkeypatch, kind):
    store, worker = waiting
    ending, given, broken = _spied(monkeypatch, kind)
    with pytest.raises(BrokenError):
        worker.work_once()
    leased = everything(store)
    assert [one.state for one in leased[0]].count("leased") == 1
    for number in range(2, 200):
        broken[0] = number
        try:
            store.write(ending, *given)
            break
        except BrokenError:
            assert everything(store) == leased, number
    assert number > (4 if kind != "comparison" else 2)
    assert everything(store) != leased
    assert [one.state for one in everything(store)[0]].count("leased") == 0
    while worker.work_once():
        pass
    assert {one.state for one in everything(store)[0]} == {"done"}


def _spied(monkeypatch, kind):
    """What ends a job of a kind, and what it was given; it breaks at its first statement, or at another."""
    place, name = {
        "bundle": (working, "finish"),
        "host": (working, "finish_host"),
        "comparison": (comparisons, "finish"),
    }[kind]
    real, broken, given = getattr(place, name), [1], []

    def ending(db, *args):
        given[:] = args
        counted = [0]

        def before(*_statement):
            counted[0] += 1
            if counted[0] == broken[0]:
                raise BrokenError

        event.listen(db, "before_cursor_execute", before)
        return real(db, *args)

    monkeypatch.setattr(place, name, ending)
    return ending, given, broken


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", ["bundle", "host", "comparison"])
def test_an_end_whose_commit_was_not_answered_is_there_once(waiting, when):
    store, worker = waiting
    real, ends = store.write, []

    def write(work, *args):
        if work in {hosts.finish, hosts.finish_host, comparisons.finish}:
            ends.append(work)
            with cut(store, when):
                return real(work, *args)
        return real(work, *args)

    store.write = write
    while worker.work_once():
        pass
    assert ends
    jobs, cases, made, _ = everything(store)
    assert {one.state for one in jobs} == {"done"}
    assert len({one.joined_id for one in cases if one.joined_id is not None}) == 1
    assert [one.joined_id for one in cases].count(None) == 1
    assert all(one[1] for one in made)


@pytest.mark.parametrize("dies", ["at its start", "when it has read all", "when it has said half"])
@pytest.mark.parametrize("times", [1, 2])
def test_a_child_that_dies_leaves_nothing_and_has_one_more_try(store, team, worker, tmp_path, monkeypatch, dies, times):
    about = uploaded(store, team, bundle(tmp_path / "a.zip", *MONDAY))
    _dying(monkeypatch, tmp_path / "count", dies, times)
    while worker.work_once():
        pass
    jobs, cases, _, rows = everything(store)
    assert [one.state for one in jobs] == ["done" if times == 1 else "quarantined"]
    assert [one.id for one in cases] == ([about] if times == 1 else [])
    assert any(rows.values()) == (times == 1)


def _dying(monkeypatch, count, dies, times):
    """Let so many children die at some step."""
    answer, write, parent = analysing._answer, os.write, os.getpid()

    def step(here):
        if dies == here and os.getpid() != parent and (not count.exists() or count.stat().st_size < times):
            with count.open("ab") as out:
                out.write(b"x")
            os.kill(os.getpid(), signal.SIGKILL)

    def answered(*args):
        step("at its start")
        said = answer(*args)
        step("when it has read all")
        return said

    def written(file, content):
        half = 0 if os.getpid() == parent else len(content) // 2
        if half:
            write(file, content[:half])
            step("when it has said half")
        return half + write(file, content[half:])

    monkeypatch.setattr(analysing, "_answer", answered)
    monkeypatch.setattr(os, "write", written)


class LongError(sqlite3.OperationalError):
    """As PostgreSQL says that a row is too long for an index."""

    sqlstate = "54000"


TOO_LONG = OperationalError("INSERT", {}, LongError("index row size 4000 exceeds btree version 4 maximum 2704"))


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("bundle", DataError("INSERT", {}, sqlite3.DataError("string or blob too big"))),
        ("bundle", StatementError("not a boolean", "INSERT", {}, TypeError("Not a boolean value: 7"))),
        ("bundle", OverflowError("Python int too large to convert to SQLite INTEGER")),
        ("host", TOO_LONG),
        ("comparison", TOO_LONG),
    ],
)
def test_what_the_database_never_takes_is_the_end_of_its_job_and_not_of_the_worker(waiting, monkeypatch, kind, error):
    store, worker = waiting
    place, name = {
        "bundle": (hosts, "put"),
        "host": (hosts, "put"),
        "comparison": (comparisons, "end"),
    }[kind]

    def refuse(*_given):
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(place, name, refuse)
        assert worker.work_once()
    (ended,) = [one for one in store.read(_ends) if one.state == "quarantined"]
    assert (ended.reason, ended.detail.partition(": ")[0]) == (
        "not_kept",
        "the database does not take what its analysis says",
    )
    while worker.work_once():
        pass
    assert {one.state for one in store.read(_ends)} == {"done", "quarantined"}


@pytest.mark.parametrize("kind", ["bundle"])
def test_a_fault_of_the_database_ends_no_bundle(waiting, monkeypatch):
    store, worker = waiting

    def refuse(*_given):
        raise OperationalError("INSERT", {}, sqlite3.OperationalError("no such table: cases"))

    monkeypatch.setattr(hosts, "put", refuse)
    with pytest.raises(OperationalError):
        worker.work_once()
    assert "quarantined" not in {one.state for one in store.read(_ends)}


def _ends(db):
    return db.execute(select(JOBS.c.state, JOBS.c.reason, JOBS.c.detail)).all()
