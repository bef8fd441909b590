"""Disks of 2 to 64 MiB that are full, wherever something is written: that is said, and the next goes well."""

import random
import shutil
import tempfile
import time
import zipfile

import pytest
from sqlalchemy import select

from faultlog.fleet.sources import units
from faultlog.pipeline import Options
from faultlog.store import bundles, jobs, people
from faultlog.store.opening import FILE, open_store
from faultlog.store.schema import CASES
from faultlog.web.problems import ProblemError
from faultlog.web.who import LOCAL
from faultlog.working import worker as working
from faultlog.working.worker import Worker
from tests import lakes
from tests.databases import empty_file
from tests.doors import faultlog
from tests.hostile.operations import DAY, bundle, uploaded, wrong_of
from tests.logs import log
from tests.system.small import disk

MIB = 1 << 20
SIZES = (2, 4, 6, 8, 12, 16, 24, 32, 48, 64)

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def worker():
    return Worker(None, Options())


@pytest.fixture
def disks(tmp_path, figure):
    """Disks of all sizes, one after another; what held is told in the end."""
    done, begun = [], time.monotonic()

    def each():
        for size in SIZES:
            with disk(tmp_path / f"disk-{size}", size) as small:
                yield size, small
            done.append(size)

    def told(where):
        figure("T8", f"full disks: {where}", tried=len(SIZES), held=len(done), s=time.monotonic() - begun)

    return each, told


def opened(place):
    """A store that is made, with its team."""
    place.mkdir(exist_ok=True)
    (place / FILE).write_bytes(empty_file())
    store = open_store(place)
    return store, store.write(people.need_team, LOCAL)


def refused(store, team, content):
    with pytest.raises(ProblemError) as problem:
        uploaded(store, team, content)
    assert problem.value.about.key == "disk_full"
    assert store.read(bundles.newest, team, 10) is not None


def test_an_upload(disks):
    each, told = disks
    for size, small in each():
        store, team = opened(small.place / "data")
        old = bundle("old", 2)
        kept = {uploaded(store, team, old): old}
        free = shutil.disk_usage(small.place).free
        refused(store, team, b"2026-03-03T11:00:00Z mac ampdaemon[71]: quiet\n" * (size * MIB // 46))
        assert shutil.disk_usage(small.place).free >= free - MIB // 4
        new = bundle("new", 2)
        kept[uploaded(store, team, new)] = new
        assert list(wrong_of(store, kept)) == []
        store.close()
    told("an upload")


@pytest.mark.parametrize("left", [0, 20_000], ids=["the database", "its log"])
def test_a_row(disks, left):
    each, told = disks
    for _, small in each():
        store, team = opened(small.place / "data")
        small.fill(left)
        refused(store, team, bundle("a", 1) if left else bundle("a"))
        small.empty()
        new = bundle("b", 2)
        assert list(wrong_of(store, {uploaded(store, team, new): new})) == []
        store.close()
    told("the database's log" if left else "the database")


def test_what_a_worker_writes(disks, worker, monkeypatch):
    each, told = disks
    monkeypatch.setattr(working, "PAUSE_S", 0.01)
    for _, small in each():
        store, team = opened(small.place / "data")
        content = bundle("a", 1)
        kept = {uploaded(store, team, content): content}
        store.tidy()
        small.fill(30_000)
        worker._store, errors = store, []

        def happened(event, _facts, errors=errors, small=small):
            errors.extend([event] if event == "error" else [])
            small.empty()

        (one,) = kept
        worker.work(
            lambda store=store, team=team, one=one: store.read(jobs.latest, team, one).state == "done", happened
        )
        assert errors
        assert store.read(jobs.latest, team, one).tries == 1
        assert store.read(lambda db: db.execute(select(CASES.c.bundle_id)).scalars().all()) == [one]
        assert list(wrong_of(store, kept)) == []
        store.close()
    told("a case")


def test_what_is_unpacked(disks, worker, tmp_path, monkeypatch):
    each, told = disks
    inner, outer = tmp_path / "inner.zip", tmp_path / "outer.zip"
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("ampdaemon.log", log(*DAY))
        archive.writestr("noise.bin", random.Random(7).randbytes(12 * MIB))  # noqa: S311 (no secret)
    with zipfile.ZipFile(outer, "w") as archive:
        archive.write(inner, "inner.zip")
    store, team = opened(tmp_path / "data")
    worker._store = store
    one = uploaded(store, team, outer.read_bytes())
    for size, small in each():
        small.fill(size * MIB // 16)
        with monkeypatch.context() as patched:
            patched.setattr(tempfile, "tempdir", str(small.place))
            worker.work_once()
            job = store.read(jobs.latest, team, one)
            assert (job.state, job.reason) == ("failed", "disk_full")
            assert [file.name for file in small.place.iterdir()] == ["filler"]
        store.write(jobs.again, team, one)
        worker.work_once()
        assert store.read(jobs.latest, team, one).state == "done"
        store.write(jobs.again, team, one)
    store.close()
    told("what is unpacked")


def test_a_report(disks, tmp_path):
    each, told = disks
    source = lakes.bundle(tmp_path / "a.zip", *DAY)
    for _, small in each():
        target = small.place / "case.json"
        target.write_text("old")
        small.fill(4096)
        done = faultlog("triage", source, "--json", target)
        assert done.returncode == 2
        assert "cannot be written: No space left on device" in " ".join(done.stderr.split())
        assert target.read_text() == "old"
        assert sorted(one.name for one in small.place.iterdir()) == ["case.json", "filler"]
        small.empty()
        assert faultlog("triage", source, "--json", target).returncode == 0
        assert target.read_text().startswith("{")
    told("a report")


def test_a_lake(disks, tmp_path):
    each, told = disks
    named = [str(lakes.bundle(tmp_path / f"{at}.zip", *DAY, host=f"mac{at}")) for at in range(2)]
    right = lakes.lake_at(tmp_path / "right")
    lakes.filled(right, units(named))
    for size, small in each():
        lake = lakes.lake_at(small.place / "lake")
        small.fill(size * 1024)
        _, said = lakes.filled(lake, units(named))
        assert {(one.state, one.reason) for one in said} <= {("failed", "disk_full"), ("done", None)}
        assert "failed" in lakes.states(said)
        small.empty()
        assert set(lakes.states(lakes.filled(lake, units(named))[1])) <= {"done", "before"}
        assert lakes.everything(lake) == lakes.everything(right)
        assert not list((small.place / "lake" / "writing").iterdir())
    told("a lake")
