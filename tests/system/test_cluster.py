"""A fleet on a real cluster: mutual TLS, bundles in an object store, and processes that are killed at random.

`FAULTLOG_BUNDLES` and `FAULTLOG_KILLS` say how many of each; `make soak` has more, and poison among the bundles.
"""

import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from faultlog.fleet.lake import Lake, known_lake
from faultlog.fleet.sources import units
from faultlog.simulating import simulate
from tests.lakes import canonical, hashed_rows
from tests.stores import store
from tests.system.certificates import certified
from tests.system.clusters import Cluster, Part

BUNDLES = int(os.environ.get("FAULTLOG_BUNDLES", "200"))
KILLS = int(os.environ.get("FAULTLOG_KILLS", "60"))
POISON = -(-BUNDLES // 100)
SCENARIOS = ("fault6-breached", "fault6-in-time", "fault10-survives-reboot", "cut-in-the-middle")
RUN = [sys.executable, "-m", "tests.system.poisoned", "fleet", "run"]
TWICE = 3
"""Bundles that have two names."""

pytestmark = pytest.mark.timeout(900 + 5 * KILLS + BUNDLES)


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    return certified(tmp_path_factory.mktemp("certificates") / "ours", "faultlog")


@pytest.fixture(scope="module")
def stranger(tmp_path_factory):
    return certified(tmp_path_factory.mktemp("certificates") / "theirs", "somebody else")


def test_nothing_is_lost_and_nothing_twice_whoever_is_killed(tmp_path, shown):
    with store() as s3:
        _fill(s3.client(), tmp_path / "made")
        alone = Part("alone", [*RUN, "s3://fleet", "--lake", str(tmp_path / "alone"), "--executor", "serial"],
                     tmp_path / "alone.log", s3.environment)  # fmt: skip
        cluster = Cluster(tmp_path / "cluster", shown, s3.environment, preload="tests.system.poisoned")
        command = [*RUN, "s3://fleet", "--lake", str(tmp_path / "lake"), "--executor", "dask"]
        command += ["--scheduler", cluster.address, *shown.options]
        driver = Part("driver", command, tmp_path / "driver.log", s3.environment)
        try:
            killed = _disturbed(cluster, driver, tmp_path / "lake")
            assert alone.process.wait() == 0, alone.said
        finally:
            cluster.close()
            driver.kill()
            alone.kill()
    print(killed)
    assert killed.total() == KILLS
    assert "Traceback" not in driver.said
    assert f"{BUNDLES:,} bundles\n" in driver.said
    undisturbed, disturbed = _decided(tmp_path / "alone"), _decided(tmp_path / "lake")
    assert disturbed == undisturbed
    assert len(disturbed) == BUNDLES
    states = Counter(state for state, _, _ in disturbed.values())
    assert states["same"] == TWICE
    assert states["quarantined"] == POISON
    assert {name for name, (state, *_) in disturbed.items() if state == "quarantined"} == set(_poison())
    assert states["done"] + states["warned"] == BUNDLES - TWICE - POISON
    assert len(hashed_rows(tmp_path / "lake", "hosts")) == BUNDLES - TWICE - POISON
    assert canonical(tmp_path / "lake") == canonical(tmp_path / "alone")


def _fill(client, made: Path) -> None:
    """Bundles of several lives, some of them under a second name, and poison."""
    client.create_bucket(Bucket="fleet")
    for name in _poison():
        client.put_object(Bucket="fleet", Key=name.removeprefix("s3://fleet/"), Body=name.encode())
    number = BUNDLES - TWICE - POISON
    each = -(-number // len(SCENARIOS))
    for at, scenario in enumerate(SCENARIOS):
        simulate(made / scenario, scenario, seed=1 + at * each, size=8192, hosts=each)
    archives = sorted(one for one in made.glob("*/*") if one.suffix in {".zip", ".gz"})[:number]
    assert len(archives) == number
    for at, archive in enumerate(archives):
        client.put_object(Bucket="fleet", Key=f"{archive.parent.name}/{archive.name}", Body=archive.read_bytes())
        if at < TWICE:
            client.put_object(Bucket="fleet", Key=f"zz-again/{archive.name}", Body=archive.read_bytes())
    shutil.rmtree(made)


def _poison() -> list[str]:
    return [f"s3://fleet/fault6-breached/poison-{at}.zip" for at in range(POISON)]


def _disturbed(cluster: Cluster, driver: Part, lake: Path) -> Counter[str]:
    """Kill some, whenever some more bundles are done; who is killed is started again. How often each was."""
    chance, killed, at = random.Random(BUNDLES + KILLS), Counter[str](), 1  # noqa: S311 (repeatable on purpose)
    while driver.process.poll() != 0:
        assert driver.process.poll() in {None, -9}, driver.said
        driver.tend()
        cluster.tend()
        done, left = _number_decided(lake), KILLS - killed.total()
        if left and done >= at:
            parts = [driver, cluster.scheduler, *cluster.workers]
            for part in chance.sample(parts, min(left, chance.randint(1, len(parts)))):
                time.sleep(chance.uniform(0, 0.3))
                killed[part.name] += part.kill()
            rounds = max((KILLS - killed.total()) / 2.5, 1)
            at = done + 1 + int(chance.uniform(0, 2) * max(BUNDLES - 20 - done, 0) / (rounds + 1) / 1.2)
        time.sleep(0.1)
    return killed


def _number_decided(lake: Path) -> int:
    return sum(1 for _ in lake.glob("sources/*/*.json"))


def _decided(lake: Path) -> dict[str, tuple[str, str | None, str | None]]:
    (rules,) = known_lake(lake)
    return {one.unit.name: (one.state, one.case, one.reason) for one in Lake(lake, rules).sources()}


def test_a_cluster_that_is_started_here_fills_the_same_lake(tmp_path):
    simulate(tmp_path / "made", "random", seed=7, hosts=6)
    bundles = len(list(units([str(tmp_path / "made")])))
    for executor in ("serial", "dask"):
        command = [*RUN, str(tmp_path / "made"), "--lake", str(tmp_path / executor), "--executor", executor]
        told = subprocess.run([*command, "--workers", "2"], capture_output=True, text=True, timeout=200, check=True)
        assert told.stdout.splitlines()[0] == f"{bundles} bundles"
        assert [line for line in told.stderr.splitlines() if "is passed over" not in line] == []
    assert canonical(tmp_path / "serial") == canonical(tmp_path / "dask")
    assert _decided(tmp_path / "serial") == _decided(tmp_path / "dask")
    assert len(_decided(tmp_path / "dask")) == bundles >= 5  # one life is a plain log, which a folder passes over
    assert hashed_rows(tmp_path / "dask", "hosts")
