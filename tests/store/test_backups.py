import hashlib
import io
import json
import tarfile
import threading
from contextlib import contextmanager, suppress
from dataclasses import replace

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError

from faultlog import holding
from faultlog.errors import UsageError
from faultlog.pipeline import Options
from faultlog.store import backups, bundles, jobs, opening
from faultlog.store.blobs import BUNDLES as FILES
from faultlog.store.blobs import place_of
from faultlog.store.opening import open_store
from faultlog.store.schema import TEAMS as TABLE
from faultlog.working.worker import Worker
from tests.databases import filled, kept
from tests.store.failing import cut
from tests.store.test_jobs import SAMPLES, uploaded


def _with_a_case(store):
    """The team whose case it is."""
    team = store.write(
        lambda db: db.execute(insert(TABLE).values(name="ours", created_at=1).returning(TABLE.c.id)).scalar_one()
    )
    uploaded(store, team, SAMPLES / "fault6-breached-0001.zip")
    worker = Worker(store, Options())
    while worker.work_once():
        pass
    return team


@pytest.fixture
def full_of(tmp_path):
    """A store with a case, and whose case it is."""
    with filled(tmp_path / "full", _with_a_case) as both:
        yield both


@pytest.fixture
def full(full_of):
    return full_of[0]


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    """A copy of a store with a case."""
    folder = tmp_path_factory.mktemp("copied")
    with filled(folder / "data", _with_a_case) as (store, _):
        backups.back_up(store, folder / "F.tar")
    return folder / "F.tar"


def rows(store):
    with store.engine.connect() as db:
        return {name: list(backups._ordered(db, table)) for name, table in backups._TABLES.items()}


def files(folder):
    return {one.name: one.read_bytes() for one in (folder / FILES).rglob("*") if one.is_file()}


def test_a_copy_is_restored_as_it_was_and_goes_on(full_of, tmp_path):
    full, team = full_of
    copied = backups.back_up(full, tmp_path / "F.tar")
    with kept(tmp_path / "new") as new:
        assert backups.restore(new, tmp_path / "F.tar") == copied
        assert rows(new) == rows(full)
        assert files(new.folder) == files(full.folder)
        log = tmp_path / "ampdaemon.log"
        log.write_text("one more\n")
        assert uploaded(new, team, log)
        with pytest.raises(UsageError, match="not empty"):
            backups.restore(new, tmp_path / "F.tar")
    assert [one.name for one in full.folder.iterdir() if one.name.startswith(".")] == []


def test_a_copy_is_its_owners_alone_unless_the_one_before_was_not(full, tmp_path):
    place = tmp_path / "F.tar"
    backups.back_up(full, place)
    assert place.stat().st_mode & 0o777 == 0o600
    place.chmod(0o640)
    backups.back_up(full, place)
    assert place.stat().st_mode & 0o777 == 0o640


def test_it_moves_to_a_folder_without_a_server(full, tmp_path):
    backups.back_up(full, tmp_path / "F.tar")
    moved = open_store(tmp_path / "sqlite")
    backups.restore(moved, tmp_path / "F.tar")
    assert rows(moved) == rows(full)
    moved.close()


def test_a_damaged_copy_is_refused_and_leaves_nothing(full, tmp_path):
    backups.back_up(full, tmp_path / "F.tar")
    whole = (tmp_path / "F.tar").read_bytes()
    (bundle,) = files(full.folder)
    at = whole.index(f"files/{bundle}".encode()) + 2000
    with kept(tmp_path / "new") as new:
        empty = rows(new)
        for content in (
            whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :],
            whole[: len(whole) // 2],
            whole[:5000],
            b"no tar",
            b"",
        ):
            (tmp_path / "bad.tar").write_bytes(content)
            with pytest.raises(UsageError, match=r"no whole copy"):
                backups.restore(new, tmp_path / "bad.tar")
        assert rows(new) == empty
        assert [one for one in new.folder.rglob("*") if one.is_file() and not one.name.startswith("faultlog.")] == []


def changed(source, target, name, change):
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for member in old:
            content = old.extractfile(member).read()
            if member.name == name:
                content = change(content)
                member.size = len(content)
            new.addfile(member, io.BytesIO(content))


ABOUT, HASHES, TEAMS = "faultlog-backup.json", "hashes.json", "rows/teams.jsonl"
DEEP = b"[" * 200_000


def row(**cells):
    """Change some cells of each row of a table; `None` takes the column away."""

    def change(content):
        found = [json.loads(line) | cells for line in content.splitlines()]
        return b"".join(
            json.dumps({name: value for name, value in one.items() if value is not None}).encode() + b"\n"
            for one in found
        )

    return change


def made(source, target, changes=(), left_out=(), added=()):
    """A copy of other members than those of another, whose hashes are right unless they are changed themselves."""
    changes, hashes = dict(changes), {}
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for member in [one for one in old if one.name not in left_out]:
            content = old.extractfile(member).read()
            content = json.dumps(hashes).encode() if member.name == HASHES else content
            content = changes[member.name](content) if member.name in changes else content
            if "/" in member.name:
                hashes[member.name] = hashlib.sha256(content).hexdigest()
            member.size = len(content)
            new.addfile(member, io.BytesIO(content))
        for member in added:
            new.addfile(member)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        *((name, lambda _, wrong=wrong: wrong) for name in (ABOUT, HASHES) for wrong in (b"[]", b"1", DEEP, b"\xff")),
        (HASHES, lambda _: b"[[1]]"),
        *(
            ("rows/bundles.jsonl", lambda _, wrong=wrong: wrong)
            for wrong in (b"[]\n", b"1\n", b"{}\n", DEEP, b"\xff\n")
        ),
        (TEAMS, lambda _: b"\n"),
        (TEAMS, row(evil=1)),
        (TEAMS, row(name=None)),
        (TEAMS, row(name=[1])),
        (TEAMS, row(name=1)),
        (TEAMS, row(name="\ud800")),
        (TEAMS, row(created_at="x")),
        (TEAMS, row(created_at=True)),
        (TEAMS, row(created_at=10**30)),
        (TEAMS, row(id=2**31)),
        ("rows/jobs.jsonl", row(stop=1)),
        ("rows/jobs.jsonl", row(state="root")),
        ("rows/cases.jsonl", row(document={})),
        ("rows/cases.jsonl", row(document={"base64": "!"})),
        ("rows/cases.jsonl", row(document="x")),
        (TEAMS, lambda content: content * 2),
    ],
)
def test_a_copy_of_anybodys_making_is_refused_and_leaves_nothing(copied, tmp_path, name, change):
    made(copied, tmp_path / "evil.tar", {name: change})
    refused(tmp_path)


@pytest.mark.parametrize("name", [ABOUT, HASHES, TEAMS, "rows/bundles.jsonl"])
def test_a_copy_that_lacks_something_is_refused(copied, tmp_path, name):
    made(copied, tmp_path / "evil.tar", left_out=[name])
    refused(tmp_path)


def test_a_copy_with_something_else_in_it_is_refused(copied, tmp_path):
    for name in (TEAMS, "rows/evil.jsonl", "rows/../../x.jsonl", ABOUT):
        made(copied, tmp_path / "evil.tar", added=[tarfile.TarInfo(name)])
        refused(tmp_path)


def test_a_file_that_says_it_is_large_and_holds_nothing_is_not_written(tmp_path, monkeypatch):
    """GNU's sparse files: 300 MB of a block of 512 bytes."""
    block = bytearray(tarfile.TarInfo(ABOUT).tobuf(tarfile.GNU_FORMAT))
    block[156:157], block[482] = b"S", 0
    block[124:136] = block[386:398] = block[398:410] = b"%011o\0" % 0
    block[483:495] = b"%011o\0" % (300 << 20)
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    (tmp_path / "evil.tar").write_bytes(bytes(block) + bytes(1024))
    with tarfile.open(tmp_path / "evil.tar") as archive:
        assert [(one.issparse(), one.size) for one in archive] == [(True, 300 << 20)]
    refused(tmp_path)


def refused(tmp_path):
    with kept(tmp_path / "evil") as new:
        empty = rows(new)
        with pytest.raises(UsageError, match=r"no whole copy"):
            backups.restore(new, tmp_path / "evil.tar")
        assert rows(new) == empty
        assert [one for one in new.folder.rglob("*") if one.is_file() and not one.name.startswith("faultlog.")] == []


def test_a_copy_of_a_newer_version_is_refused(full, tmp_path):
    backups.back_up(full, tmp_path / "F.tar")
    changed(
        tmp_path / "F.tar",
        tmp_path / "new.tar",
        "faultlog-backup.json",
        lambda content: json.dumps(json.loads(content) | {"revision": "9999", "version": "9.0"}).encode(),
    )
    with kept(tmp_path / "new") as new, pytest.raises(UsageError, match=r"faultlog 9\.0"):
        backups.restore(new, tmp_path / "new.tar")


def test_a_store_that_lost_a_file_says_which(full, tmp_path):
    (bundle,) = files(full.folder)
    place_of(full.folder, bundle).unlink()
    with pytest.raises(UsageError, match=bundle):
        backups.back_up(full, tmp_path / "F.tar")
    assert not (tmp_path / "F.tar").exists()


def test_a_copy_taken_while_bundles_come_and_go_is_one_of_one_time(store, team, tmp_path):
    over = threading.Event()

    def come_and_go():
        at = 0
        while not over.is_set():
            log = tmp_path / f"ampdaemon.log.{at}"
            log.write_text(f"number {at}\n" * 50)
            name = uploaded(store, team, log)
            if at % 3 == 0:
                store.write(bundles.forget, team, name)
                bundles.remove_file(store.folder, name)
            at += 1

    thread = threading.Thread(target=come_and_go)
    thread.start()
    try:
        for at in range(3):
            backups.back_up(store, tmp_path / f"{at}.tar")
    finally:
        over.set()
        thread.join()
    for at in range(3):
        with kept(tmp_path / f"new{at}") as new:
            backups.restore(new, tmp_path / f"{at}.tar")
            found = rows(new)
            assert {one["id"] for one in found["bundles"]} == set(files(new.folder))
            assert {one["bundle_id"] for one in found["jobs"]} == set(files(new.folder))
            while (held := new.write(jobs.lease, "w")) is not None:
                assert new.write(jobs.end, held, "done")


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_restore_whose_commit_was_not_answered_is_whole(full, tmp_path, when):
    copied = backups.back_up(full, tmp_path / "F.tar")
    with kept(tmp_path / "new") as new:
        with cut(new, when) as cuts:
            assert backups.restore(new, tmp_path / "F.tar") == copied
        assert cuts.number == 1
        assert rows(new) == rows(full)
        assert files(new.folder) == files(full.folder)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_restore_that_lost_its_database_keeps_what_may_count_and_can_be_said_again(full, tmp_path, monkeypatch, when):
    copied = backups.back_up(full, tmp_path / "F.tar")
    with kept(tmp_path / "new") as new:
        monkeypatch.setattr(opening, "PATIENCE_S", 0.0)
        with cut(new, when), pytest.raises(DBAPIError):
            backups.restore(new, tmp_path / "F.tar")
        assert set(files(new.folder)) == {one["id"] for one in rows(new)["bundles"]}
        assert bool(files(new.folder)) == (when == "after")
        assert backups.restore(new, tmp_path / "F.tar") == replace(copied, was_there=when == "after")
        assert rows(new) == rows(full)
        assert files(new.folder) == files(full.folder)


def test_a_copy_that_is_restored_twice_is_there_once_and_a_file_that_is_missing_comes_back(full, tmp_path):
    copied = backups.back_up(full, tmp_path / "F.tar")
    with kept(tmp_path / "new") as new:
        backups.restore(new, tmp_path / "F.tar")
        (bundle,) = files(new.folder)
        place_of(new.folder, bundle).unlink()
        assert backups.restore(new, tmp_path / "F.tar") == copied
        assert backups.restore(new, tmp_path / "F.tar") == replace(copied, was_there=True)
        assert rows(new) == rows(full)
        assert files(new.folder) == files(full.folder)


class EndedError(BaseException):
    """A process that was killed: nothing of it tidies up."""


def test_a_restore_that_is_killed_at_any_step_can_be_said_again(full, tmp_path, monkeypatch):
    """Each step in turn is its last: files unpacked, files put in their places, batches of rows, the commit."""
    copied = backups.back_up(full, tmp_path / "F.tar")
    with kept(tmp_path / "new") as new:
        for last in range(1, 1000):
            with steps(monkeypatch, last) as done, suppress(EndedError):
                backups.restore(new, tmp_path / "F.tar")
            if not done.ended:
                break
            assert not any(rows(new).values()), last
        assert last > 20
        assert backups.restore(new, tmp_path / "F.tar") == replace(copied, was_there=True)
        assert rows(new) == rows(full)
        assert files(new.folder) == files(full.folder)


@contextmanager
def steps(monkeypatch, last):
    """End a restore at one of its steps, and let nothing of it tidy up."""

    class Steps:
        number, ended = 0, False

        def of(self, real):
            def step(*args):
                self.number += 1
                if self.number == last:
                    self.ended = True
                    raise EndedError
                return real(*args)

            return step

    done = Steps()
    with monkeypatch.context() as patched:
        for name in ("_copied", "_placed", "_batches", "_go_on"):
            patched.setattr(backups, name, done.of(getattr(backups, name)))
        patched.setattr(backups, "remove_ownerless", lambda _store: None)
        patched.setattr(holding.shutil, "rmtree", lambda _place, **_more: None)
        yield done
