"""Whoever works on a fleet, the lake says the same."""

import shutil

import pytest

from faultlog.child import Bounds
from faultlog.fleet.driving import Asked, drive
from faultlog.fleet.lake import open_lake
from faultlog.fleet.sources import units
from faultlog.pipeline import Options
from faultlog.simulating import simulate

from .lakes import canonical, hashed_rows


@pytest.fixture(scope="module")
def bundles(tmp_path_factory):
    """Seven bundles, and one of them under another name."""
    folder = tmp_path_factory.mktemp("bundles")
    simulate(folder, "random", seed=5, hosts=7)
    shutil.copy(next(folder.glob("*.zip")), folder / "again.zip")
    return folder


@pytest.fixture(scope="module")
def serial(tmp_path_factory, bundles):
    return _driven(tmp_path_factory.mktemp("serial") / "lake", bundles, "serial")


def test_one_process_and_several_fill_the_same_lake(tmp_path, bundles, serial):
    several = _driven(tmp_path / "several", bundles, "processes")
    assert serial.tally.bundles == several.tally.bundles >= 6
    assert serial.tally.counts == several.tally.counts
    assert serial.tally.of("same") == {None: 1}
    assert len(hashed_rows(serial.lake.root, "hosts")) == serial.tally.bundles - 1
    assert canonical(serial.lake.root) == canonical(several.lake.root)


def test_a_row_more_is_another_lake(tmp_path, serial):
    lake = shutil.copytree(serial.lake.root, tmp_path / "lake")
    file = next(lake.glob("intervals/*/*.parquet"))
    shutil.copy(file, file.with_name("twice.parquet"))
    assert canonical(lake) != canonical(serial.lake.root)


def test_a_case_counts_for_the_first_name_whoever_ends_before_it_is_done(tmp_path):
    lake = open_lake(tmp_path / "lake", "rules", {})
    assert lake.claim("case", "first.zip")
    assert not lake.claim("case", "second.zip")
    assert lake.claim("case", "first.zip")
    assert not any((lake.root / "writing").iterdir())


def test_an_empty_lake_has_a_hash(tmp_path):
    first, second = (open_lake(tmp_path / name, "rules", {}).root for name in ("first", "second"))
    assert canonical(first) == canonical(second)


def _driven(lake, bundles, executor):
    asked = Asked(lake, Options(hashed=False), Bounds(), executor, 2)
    return drive(asked, units([str(bundles)]), lambda _outcome: None)
