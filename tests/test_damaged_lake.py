"""A lake whose files are damaged, or of another version: the file is named, and nothing is counted wrongly."""

import re

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from faultlog.errors import UsageError
from faultlog.fleet.compacting import compact
from faultlog.fleet.lake import known_lake
from faultlog.fleet.report.gathered import gathered
from faultlog.fleet.sources import units
from faultlog.fleet.units import Unit

from .lakes import TABLES, bundle, filled, lake_at

DAY = ("09:00:00 connector started", "10:00:00 Fault Raised: 6", "10:20:00 Fault Cleared: 6")
COUNTED = ("hosts", "intervals", "findings", "patterns", "coverage")


@pytest.fixture
def lake(tmp_path):
    lake = lake_at(tmp_path / "lake")
    filled(lake, [Unit(str(bundle(tmp_path / f"{at}.zip", *DAY, host=f"mac{at}"))) for at in range(2)])
    return lake


def cut(file):
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def emptied(file):
    file.write_bytes(b"")


def garbled(file):
    whole = file.read_bytes()
    file.write_bytes(whole[:4] + b"\x55" * (len(whole) // 2) + whole[4 + len(whole) // 2 :])


def of_no_host(file):
    pq.write_table(pq.read_table(file).drop_columns(["host"]), file)


def of_numbers(file):
    rows = pq.read_table(file)
    pq.write_table(rows.set_column(1, "host", pa.array([[1]] * len(rows))), file)


def a_folder(file):
    file.unlink()
    file.mkdir()


DAMAGES = (cut, emptied, garbled, of_no_host, of_numbers, a_folder)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_file_that_is_damaged_is_named_by_whoever_reads_it(lake, damage, tmp_path):
    for table in TABLES:
        damaged = max(lake.folder(table).iterdir(), key=lambda one: one.stat().st_size)
        sound = damaged.read_bytes()
        damage(damaged)
        told = f"{re.escape(str(damaged))}: (is damaged|has other columns)"
        with pytest.raises(UsageError, match=told):
            compact(lake.root)
        assert not list((lake.root / "writing").iterdir())
        if table in COUNTED:
            with pytest.raises(UsageError, match=told):
                gathered(lake.root, None)
        if damaged.is_dir():
            damaged.rmdir()
        damaged.write_bytes(sound)
    assert gathered(lake.root, None).bundles == 2


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_run_names_a_damaged_file_after_it_has_done_its_bundles(lake, damage, tmp_path):
    (damaged, _) = lake.folder("hosts").iterdir()
    damage(damaged)
    with pytest.raises(UsageError, match=re.escape(str(damaged))):
        filled(lake, units([str(bundle(tmp_path / "new.zip", *DAY, host="new"))]))
    assert len(list(lake.folder("cases").iterdir())) == 3


def test_a_column_that_only_a_newer_version_knows_is_not_lost(lake):
    file = next(lake.folder("files").iterdir())
    rows = pq.read_table(file)
    pq.write_table(rows.append_column("newer", pa.array(["x"] * len(rows))), file)
    with pytest.raises(UsageError, match=r"has other columns than this faultlog writes \(newer\)"):
        compact(lake.root)
    assert pq.read_table(file).column_names[-1] == "newer"


@pytest.mark.parametrize("damage", [cut, emptied, garbled])
def test_a_document_that_is_damaged_fails_its_bundle_and_does_not_condemn_it(lake, damage, tmp_path):
    for document in lake.folder("cases").iterdir():
        damage(document)
    copy = tmp_path / "copy.zip"
    copy.write_bytes((tmp_path / "0.zip").read_bytes())
    (outcome,) = filled(lake, units([str(copy)]))[1]
    assert (outcome.state, outcome.reason) == ("failed", "damaged")
    assert ".json.gz: is damaged: " in outcome.detail


@pytest.mark.parametrize("told", ["", "[]", "{"])
def test_rules_that_are_damaged_are_named(lake, told):
    (place,) = (lake.root / "rules").iterdir()
    place.write_text(told)
    with pytest.raises(UsageError, match=f"{place}: is damaged"):
        known_lake(lake.root)
    lake_at(lake.root)
    assert known_lake(lake.root)
