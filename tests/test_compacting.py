"""A lake's files merged into few: nobody sees a row twice or misses one, whatever happens meanwhile."""

import errno
import os
import shutil
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from faultlog.errors import UsageError
from faultlog.fleet import compacting
from faultlog.fleet.compacting import MERGED, compact, without
from faultlog.fleet.exchange import exchange
from faultlog.fleet.lake import Lake
from faultlog.fleet.running import run
from faultlog.fleet.sources import units
from faultlog.fleet.tables import TABLES, schema_of

from .lakes import Here, bundle, everything, filled, lake_at, rows, states

DAY = ("09:00:00 connector started", "10:00:00 Fault Raised: 6", "10:20:00 Fault Cleared: 6", "11:00:00 quiet")
NEXT = (*DAY[2:], "12:00:00 Fault Raised: 7")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Bundles of three hosts, in a lake."""
    place = tmp_path_factory.mktemp("made")
    paths = [str(bundle(place / "bundles" / f"{at}.zip", *DAY, guid=f"g-{at}")) for at in range(3)]
    filled(lake_at(place / "lake"), units(paths))
    return place


@pytest.fixture
def sources(made):
    """The paths of the bundles."""
    return sorted(map(str, (made / "bundles").iterdir()))


@pytest.fixture
def lake(made, tmp_path):
    """A lake of its own for each test."""
    shutil.copytree(made / "lake", tmp_path / "lake")
    return lake_at(tmp_path / "lake")


def files(lake: Lake) -> dict[str, list[str]]:
    """The names of each table's files."""
    return {table.name: sorted(one.name for one in lake.folder(table.name).iterdir()) for table in TABLES}


def cut(lake: Lake) -> list[Path]:
    """What stands aside."""
    return list((lake.root / "writing").iterdir())


def test_few_files_hold_the_same_rows(lake):
    before = everything(lake)
    done = compact(lake.root)
    assert [(one.table, one.before, one.after) for one in done] == [(table.name, 3, 1) for table in TABLES]
    assert everything(lake) == before
    assert not cut(lake)
    for table in TABLES:
        (file,) = lake.folder(table.name).iterdir()
        assert file.name.startswith(MERGED)
        assert pq.read_schema(file).equals(schema_of(table))


def test_again_it_does_nothing(lake):
    compact(lake.root)
    before = files(lake)
    assert all(one.before == one.after == 1 for one in compact(lake.root))
    assert files(lake) == before


def test_the_same_cases_merge_into_the_same_bytes(lake, tmp_path, sources):
    other = lake_at(tmp_path / "other")
    filled(other, units(sources[::-1]))
    compact(lake.root)
    compact(other.root)
    assert files(lake) == files(other)
    for table, (name,) in files(lake).items():
        assert (lake.folder(table) / name).read_bytes() == (other.folder(table) / name).read_bytes()


def test_a_run_afterwards_knows_what_was_merged_and_adds_beside_it(lake, tmp_path, sources):
    compact(lake.root)
    new = bundle(tmp_path / "new.zip", *DAY, guid="g-new")
    copy = bundle(tmp_path / "copy.zip", *DAY, guid="g-0")
    _, told = filled(lake, units([*sources, str(new), str(copy)]))
    assert states(told) == ["before"] * 3 + ["done", "same"]
    assert len(rows(lake, "hosts")) == 4
    assert {len(names) for names in files(lake).values()} == {2}
    before = everything(lake)
    compact(lake.root)
    assert {len(names) for names in files(lake).values()} == {1}
    assert everything(lake) == before


def test_a_host_is_joined_though_its_rows_were_merged(lake, tmp_path, sources):
    later = bundle(tmp_path / "later.zip", *NEXT, guid="g-1")
    whole = lake_at(tmp_path / "whole")
    filled(whole, units([*sources, str(later)]))
    compact(lake.root)
    filled(lake, units([str(later)]))
    assert everything(lake) == everything(whole)
    compact(lake.root)
    assert everything(lake) == everything(whole)


def test_rows_of_every_set_of_rules_are_merged(lake):
    other = Lake(lake.root, "f" * 16)
    for table in TABLES:
        other.folder(table.name).mkdir()
        for file in lake.folder(table.name).iterdir():
            (other.folder(table.name) / file.name).write_bytes(file.read_bytes())
    other.folder("cases").mkdir()
    for file in lake.folder("cases").iterdir():
        (other.folder("cases") / file.name).write_bytes(file.read_bytes())
    (lake.root / "rules" / f"{other.rules}.json").write_text("{}")
    assert {one.rules for one in compact(lake.root) if one.after == 1} == {lake.rules, other.rules}


def test_files_and_row_groups_are_bounded(lake, monkeypatch):
    before = everything(lake)
    monkeypatch.setattr(compacting, "GROUP_ROWS", 2)
    monkeypatch.setattr(compacting, "PART_ROWS", 4)
    compact(lake.root)
    parts = sorted(lake.folder("events").iterdir())
    about = [pq.read_metadata(one) for one in parts]
    assert [one.num_rows for one in about] == [5, 4]
    assert all(one.row_group(at).num_rows <= 2 for one in about for at in range(one.num_row_groups))
    assert everything(lake) == before
    full = {one.name: one.stat().st_ino for one in parts}
    compact(lake.root)
    assert {one.name: one.stat().st_ino for one in lake.folder("events").iterdir() if one.name in full} == full
    assert everything(lake) == before


class Killed(BaseException):
    """What nobody catches: the process is gone."""


STEPS = {
    "begin": (Lake, "put"),
    "build": (compacting, "_write"),
    "synchronise": (compacting, "_sync"),
    "exchange": (compacting, "exchange"),
    "finish": (compacting, "_finish"),
    "tidy": (compacting.shutil, "rmtree"),
}
"""At which a merge is killed: what it does next, and does not do any more."""


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_nobody_sees_a_row_twice_and_the_next_one_finishes(lake, monkeypatch, step):
    before = everything(lake)

    def die(*_given, **_named):
        raise Killed

    if step != "finish":
        monkeypatch.setattr(compacting, "_finish", unfinished(compacting._finish))
    monkeypatch.setattr(*STEPS[step], die)
    with pytest.raises(Killed):
        compact(lake.root)
    assert everything(lake) == before
    monkeypatch.undo()
    compact(lake.root)
    assert everything(lake) == before
    assert {len(names) for names in files(lake).values()} == {1}
    assert not cut(lake)


def unfinished(finish):
    """Who is killed tidies nothing up."""

    def finished(*given):
        if not isinstance(sys.exception() if hasattr(sys, "exception") else sys.exc_info()[1], Killed):
            finish(*given)

    return finished


def test_what_comes_while_it_merges_is_not_lost(lake, tmp_path, sources, monkeypatch):
    """A case that is written into the old folder in the last moment before the folders change places."""
    late, whole = str(bundle(tmp_path / "late.zip", *DAY, guid="g-late")), lake_at(tmp_path / "whole")
    filled(whole, units([*sources, late]))
    tables = iter(TABLES)

    def exchanged(one: Path, other: Path) -> None:
        if next(tables) is TABLES[3]:
            run(lake, Here(lake), units([late]), lambda _outcome: None)
        exchange(one, other)

    monkeypatch.setattr(compacting, "exchange", exchanged)
    compact(lake.root)
    assert everything(lake) == everything(whole)
    assert not cut(lake)


def test_a_case_that_is_not_wholly_in_the_lake_is_not_merged_since_it_will_be_written_again(lake, sources):
    before = everything(lake)
    case = rows(lake, "hosts")[0]["case"]
    lake.document(case).unlink()
    for one in lake.folder("sources").glob("*"):
        one.unlink()
    compact(lake.root)
    assert {len(names) for names in files(lake).values()} == {2}
    filled(lake, units(sources))
    assert everything(lake) == before


def test_where_folders_cannot_be_exchanged_it_is_refused_and_nothing_is_lost(lake, monkeypatch):
    before = everything(lake)

    def refuse(_one, _other):
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))

    monkeypatch.setattr(compacting, "exchange", refuse)
    with pytest.raises(UsageError, match=r"cannot be merged: Invalid argument; nothing is lost"):
        compact(lake.root)
    assert everything(lake) == before
    assert not cut(lake)


def test_two_folders_are_exchanged(tmp_path):
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    exchange(tmp_path / "one", tmp_path / "other")
    assert (tmp_path / "one" / "other").exists()
    assert (tmp_path / "other" / "one").exists()
    with pytest.raises(FileNotFoundError):
        exchange(tmp_path / "one", tmp_path / "missing")


def test_rows_are_taken_out_wherever_they_stand(lake, tmp_path):
    case = rows(lake, "hosts")[1]["case"]
    compact(lake.root)
    before = everything(lake)
    without(lake, [case])
    assert everything(lake) == {table: [row for row in found if row["case"] != case] for table, found in before.items()}
    assert lake.holds(case)
