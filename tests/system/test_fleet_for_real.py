"""A fleet run as a person starts it: real limits, and a driver that is killed while it works."""

import lzma
import random
import signal
import subprocess
import sys
import time
import zlib
from pathlib import Path

import pytest

from faultlog.child import Bounds
from faultlog.fleet.executors import Nursery, Processes, Serial
from faultlog.fleet.lake import Lake
from faultlog.fleet.running import run
from faultlog.fleet.setups import Setup
from faultlog.fleet.sources import units
from faultlog.fleet.units import Outcome
from faultlog.simulating import simulate
from tests.lakes import OPTIONS, bundle, everything, filled, lake_at, rows, tarred
from tests.logs import log

DAY = ("09:00:00 connector started", "10:00:00 Fault Raised: 6", "10:20:00 Fault Cleared: 6", "11:00:00 quiet")
KILLS = 4


@pytest.fixture
def lake(tmp_path):
    return lake_at(tmp_path / "lake")


def hungry() -> bytes:
    """A tar.xz that says that it needs 128 MiB to be unpacked, whatever is in it."""
    packed = bytearray(lzma.compress(tarred({"ampdaemon.log": log(*DAY).encode()}), filters=[_LZMA]))
    packed[16] = 30  # its dictionary: 2 << (30 / 2 + 11) bytes
    packed[20:24] = zlib.crc32(packed[12:20]).to_bytes(4, "little")
    return bytes(packed)


_LZMA = {"id": lzma.FILTER_LZMA2, "dict_size": 1 << 16}


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS keeps no limit of address space")
def test_one_bundle_of_ten_needs_too_much_memory_and_the_others_do_not_notice(tmp_path, lake):
    for at in range(9):
        bundle(tmp_path / "bundles" / f"{at:02}.zip", *DAY, host=f"mac{at}")
    (tmp_path / "bundles" / "04b.tar.xz").write_bytes(hungry())
    nursery = Nursery(Setup(str(lake.root), OPTIONS, Bounds(64 << 20, 60, 60)))
    told = list[Outcome]()
    try:
        tally = run(lake, Processes((nursery,)), units([str(tmp_path / "bundles")]), told.append)
        again = run(lake, Serial(nursery), units([str(tmp_path / "bundles")]), lambda _outcome: None)
    finally:
        nursery.close()
    assert tally.counts == {("done", None): 9, ("quarantined", "memory"): 1}
    assert told[-1].detail == f"{tmp_path}/bundles/04b.tar.xz: needed more than 64 MiB"
    assert len(rows(lake, "hosts")) == 9
    assert again.counts == {("before", None): 10}


@pytest.mark.timeout(600)
def test_a_driver_that_is_killed_now_and_then_comes_to_the_same_lake_as_one_that_is_not(tmp_path):
    place = tmp_path / "bundles"
    simulate(place, "random", 11, hosts=12)
    later = (*DAY[2:], "12:00:00 Fault Raised: 7")
    for at, entries in enumerate((DAY, later)):
        bundle(place / f"same-host-{at}.zip", *entries, guid="g-1")
    whole, lake = lake_at(tmp_path / "whole"), lake_at(tmp_path / "lake")
    filled(whole, units([str(place)]))
    chance = random.Random(6)  # noqa: S311 (when it is killed)
    for number in range(KILLS):
        driver = started(place, lake.root)
        while decided(lake) <= 2 * number and driver.poll() is None:
            time.sleep(0.02)
        time.sleep(chance.uniform(0, 0.3))
        driver.send_signal(signal.SIGKILL)
        driver.communicate()
        assert driver.returncode == -signal.SIGKILL, "it was done before it was killed"
    driver = started(place, lake.root)
    out, _ = driver.communicate()
    assert driver.returncode == 0
    assert out.splitlines()[0] == f"{len(list(units([str(place)])))} bundles".encode()
    assert everything(lake) == everything(whole)


def decided(lake: Lake) -> int:
    return len(list(lake.folder("sources").iterdir()))


def started(place: Path, root: Path) -> "subprocess.Popen[bytes]":
    words = ("fleet", "run", str(place), "--lake", str(root), "--executor", "serial")
    return subprocess.Popen([sys.executable, "-m", "faultlog", *words], stdout=subprocess.PIPE)
