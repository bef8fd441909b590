"""Power that is lost at any moment: what was acknowledged is there, whole, and what was deleted is not."""

import os
import random
import shutil
import tempfile
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from faultlog.store import bundles
from faultlog.store.blobs import place_of
from faultlog.store.litter import swept
from faultlog.store.opening import open_store
from faultlog.store.schema import CASES
from tests.hostile.operations import bundle
from tests.hostile.power import Disk, recorded

CRASHES = int(os.environ.get("FAULTLOG_CRASHES", "240"))
SEED = int(os.environ.get("FAULTLOG_SEED", "7"))

pytestmark = pytest.mark.timeout(3600)


@pytest.fixture(scope="module")
def quick():
    """A folder on a disk that takes no time."""
    shared = Path("/dev/shm")  # noqa: S108 (our own folder is made there)
    with tempfile.TemporaryDirectory(dir=shared if os.access(shared, os.W_OK) else None) as place:
        yield Path(place)


@pytest.fixture(scope="module")
def run(quick, tracing):
    steps = recorded(quick)
    told = [step.path.split()[0] for step in steps if step.kind == "told"]
    assert (told.count("kept"), told.count("gone"), told.count("analysed"), told[-1]) == (14, 3, 2, "swept")
    assert {step.kind for step in steps} == {"write", "size", "sync", "make", "folder", "move", "remove", "told"}
    return steps, str(quick / "data")


class Told:
    """What somebody believes by some moment."""

    def __init__(self, steps):
        self.kept, self.going, self.gone, self.analysed = {}, set(), set(), set()
        for step in steps:
            if step.kind == "told":
                self._hear(*step.path.split())

    def _hear(self, what, *facts):
        if what == "kept":
            self.kept[facts[1]] = bundle(f"host-{facts[0]}")
        elif what == "going":
            self.going.add(facts[0])
        elif what == "gone":
            self.gone.add(facts[0])
        elif what == "analysed":
            self.analysed = set(self.kept)


def wrong_of(place, told):
    """What is not as somebody believes it is."""
    store = open_store(place)
    try:
        said = store.read(lambda db: db.exec_driver_sql("PRAGMA integrity_check").scalar_one())
        if said != "ok":
            yield f"the database: {said}"
        if swept(store).vanished:
            yield "a row has no file"
        yield from wrong_rows(store, told)
        rows = store.read(bundles.known)
        for one in rows & set(told.kept):
            if place_of(place, one).read_bytes() != told.kept[one]:
                yield f"{one} is not what was uploaded"
        files = {one.name for kind in ("incoming", "bundles") for one in (place / kind).rglob("*") if one.is_file()}
        if files != rows:
            yield f"{len(files - rows)} files belong to nobody"
    finally:
        store.close()


def wrong_rows(store, told):
    """What is not as it should be in tables."""
    rows = store.read(bundles.known)
    analysed = store.read(lambda db: set(db.execute(select(CASES.c.bundle_id)).scalars()))
    if missing := set(told.kept) - told.going - rows:
        yield f"{len(missing)} that were acknowledged are not there"
    if told.gone & rows:
        yield "one that was deleted is there"
    if told.analysed - told.going - analysed:
        yield "a case is not there"


def lost(steps, root, place, moments, seed):
    """Of each moment at which power is lost, what is wrong afterwards."""
    chance = random.Random(seed)  # noqa: S311 (no secret)
    at, disk = 0, Disk(root)
    for moment in sorted(moments):
        for step in steps[at:moment]:
            disk.do(step)
        at = moment
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        disk.lose_power(chance, place)
        try:
            yield list(wrong_of(place, Told(steps[:moment])))
        except Exception as error:  # noqa: BLE001 (whatever it is, it is wrong)
            yield [f"it does not start: {type(error).__name__}: {error}"]


def test_nothing_that_was_acknowledged_is_lost_with_the_power(run, quick, figure):
    steps, root = run
    chance, begun = random.Random(SEED), time.monotonic()  # noqa: S311 (no secret)
    moments = [chance.randrange(len(steps) + 1) for _ in range(CRASHES)]
    wrong = list(lost(steps, root, quick / "after", moments, SEED))
    assert [one for one in wrong if one] == []
    held = sum(not one for one in wrong)
    figure("T7", "losses of power while bundles come and go", tried=CRASHES, held=held, s=time.monotonic() - begun)


WITHOUT = {
    "its bundles": lambda path: "/incoming/" in path,
    "its folders": lambda path: "." not in Path(path).name and "/incoming/" not in path,
    "its log": lambda path: path.endswith("-wal"),
}


@pytest.mark.parametrize("what", WITHOUT)
def test_a_store_that_did_not_synchronise_would_lose_something(run, quick, what):
    steps, root = run
    careless = [one for one in steps if one.kind != "sync" or not WITHOUT[what](one.path)]
    assert len(careless) < len(steps)
    chance = random.Random(SEED)  # noqa: S311 (no secret)
    moments = [chance.randrange(len(careless) + 1) for _ in range(60)]
    assert any(lost(careless, root, quick / "careless", moments, SEED))
