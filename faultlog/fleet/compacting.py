"""Many small files of a table merged into few, and rows taken out of merged ones.

A table's folder is built anew beside the lake's tables, then the two folders exchange their names at once: whoever
reads sees all rows once, before and after. What was merged is written down first, so that after a kill the next
`fleet compact` or `fleet run` finishes: what came into the old folder meanwhile moves into the new one, and the old one
goes.
"""

import fcntl
import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from faultlog.errors import UsageError
from faultlog.fleet.damage import alike, sound
from faultlog.fleet.exchange import exchange
from faultlog.fleet.lake import Lake, known_lake
from faultlog.fleet.tables import TABLES, Table, schema_of
from faultlog.values import dataclass

if TYPE_CHECKING:
    import pyarrow as pa  # type: ignore[import-untyped]

MERGED: Final = "merged-"
"""What the names of merged files begin with."""
PART_ROWS: Final = 1 << 20
"""Rows of a merged file that is full, and stays as it is. Tool default."""
GROUP_ROWS: Final = 1 << 17
"""Most rows of a row group, which is what is in memory at a time. Tool default."""


@dataclass(frozen=True, slots=True)
class Compacted:
    """What became of one table, of one set of rules."""

    rules: str
    table: str
    before: int
    after: int
    """How many files it has."""


def compact(root: Path) -> list[Compacted]:
    """Merge the files of each table.

    Raises:
        UsageError: there is no lake, a file of it is damaged, or it is on a file system that cannot exchange two
            folders at once.
    """
    done = list[Compacted]()
    for rules in known_lake(root):
        lake = Lake(root, rules)
        with alone(lake):
            for table in TABLES:
                before = len(_files(lake, table))
                try:
                    _merge(lake, table)
                except OSError as error:
                    raise UsageError(
                        f"{lake.folder(table.name)}: cannot be merged: {error.strerror}; nothing is lost. A lake on a "
                        "file system of a network is copied to a local disk to be merged"
                    ) from None
                done.append(Compacted(rules, table.name, before, len(_files(lake, table))))
    return done


def without(lake: Lake, cases: Collection[str]) -> None:
    """Take the rows of cases out of the tables, wherever they stand; `hosts` last.

    Raises:
        OSError: the lake cannot be read or written.
        UsageError: a file of it is damaged.
    """
    if not cases and not any((lake.root / "writing").glob(f"{MERGED}*.json")):
        return
    with alone(lake), lake.leaving(cases):
        for table in TABLES if cases else ():
            for case in cases:
                lake.file(table.name, case).unlink(missing_ok=True)
            for part in _files(lake, table):
                if part.name.startswith(MERGED):
                    with sound(part):
                        _thin(lake, table, part, cases)


@contextmanager
def alone(lake: Lake) -> Iterator[None]:
    """Nobody else merges; what was begun is finished first."""
    with (lake.root / "lake.json").open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        for begun in sorted((lake.root / "writing").glob(f"{MERGED}*.json")):
            _finish(lake.root, begun)
        yield


def _files(lake: Lake, table: Table) -> list[Path]:
    folder = lake.folder(table.name)
    return sorted(folder.glob("*.parquet")) if folder.is_dir() else []


def _merge(lake: Lake, table: Table) -> None:
    """Build a table's folder anew, and let it take the old one's place."""
    files = _files(lake, table)
    merged = [one for one in files if _is_to_merge(lake, one)]
    if len(merged) < 2:
        return
    begun = lake.root / "writing" / f"{MERGED}{uuid.uuid4().hex}.json"
    told = {"folder": str(lake.folder(table.name).relative_to(lake.root)), "files": [one.name for one in merged]}
    lake.put(begun, json.dumps(told).encode())
    new = begun.with_suffix("")
    new.mkdir()
    try:
        for one in set(files).difference(merged):
            os.link(one, new / one.name)
        _write(table, merged, new)
        _sync(new)
        exchange(new, lake.folder(table.name))
        _sync(lake.folder(table.name).parent)
    finally:
        _finish(lake.root, begun)


def _is_to_merge(lake: Lake, file: Path) -> bool:
    """Whether a file is small; one of a case that is not wholly in the lake will be written again."""
    import pyarrow.parquet as pq  # type: ignore[import-untyped]

    if file.name.startswith(MERGED):
        with sound(file):
            return bool(pq.read_metadata(file).num_rows < PART_ROWS)
    return lake.holds(file.stem)


def _write(table: Table, files: Iterable[Path], folder: Path) -> None:
    """The rows of some files, in as few new ones as may be."""
    import pyarrow.parquet as pq

    name = hashlib.sha256("\n".join(sorted(one.name for one in files)).encode()).hexdigest()[:16]
    writer, rows, number = None, 0, 0
    for group in _groups(table, files):
        if writer is None or rows >= PART_ROWS:
            if writer is not None:
                writer.close()
            place = folder / f"{MERGED}{name}-{number:03}.parquet"
            writer, rows, number = pq.ParquetWriter(place, schema_of(table), compression="zstd"), 0, number + 1
        writer.write_table(group, row_group_size=GROUP_ROWS)
        rows += group.num_rows
    if writer is not None:
        writer.close()


def _groups(table: Table, files: Iterable[Path]) -> Iterator["pa.Table"]:
    """The rows of some files, as many at a time as make a row group."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = schema_of(table)
    held, rows = [schema.empty_table()], 0
    for file in files:
        with suppress(FileNotFoundError), sound(file):  # its rows were taken out meanwhile
            read = pq.ParquetFile(file)
            alike(file, read.schema_arrow, schema)
            alike(file, schema, read.schema_arrow)  # a column that only a newer version knows would be lost
            for batch in read.iter_batches(GROUP_ROWS):
                held.append(pa.Table.from_batches([batch.select(schema.names)], schema))
                rows += batch.num_rows
                if rows >= GROUP_ROWS:
                    yield pa.concat_tables(held)
                    held, rows = [schema.empty_table()], 0
    yield pa.concat_tables(held)


def _finish(root: Path, begun: Path) -> None:
    """Tidy up after a merge, however far it came.

    Where the folders were exchanged, the one aside is the old one: what it holds beside what was merged came late.
    """
    folder = begun.with_suffix("")
    told = json.loads(begun.read_bytes())
    merged, table = set(told["files"]), root / told["folder"]
    names = {one.name for one in folder.glob("*")} if folder.is_dir() else set[str]()
    if names & merged:
        for name in sorted(names - merged):
            if not (table / name).exists():
                (folder / name).rename(table / name)
    shutil.rmtree(folder, ignore_errors=True)
    begun.unlink()


def _thin(lake: Lake, table: Table, part: Path, cases: Collection[str]) -> None:
    """Take the rows of cases out of a merged file."""
    import pyarrow.compute as pc  # type: ignore[import-untyped]
    import pyarrow.dataset as ds  # type: ignore[import-untyped]
    import pyarrow.parquet as pq

    gone = ds.field("case").isin(list(cases))
    if pq.read_table(part, columns=["case"], filters=gone).num_rows == 0:
        return
    aside, rows = lake.aside(), pq.ParquetFile(part)
    with pq.ParquetWriter(aside, schema_of(table), compression="zstd") as writer:
        for number in range(rows.num_row_groups):
            writer.write_table(rows.read_row_group(number).filter(~pc.field("case").isin(list(cases))))
    _sync(aside)
    aside.replace(part)


def _sync(place: Path) -> None:
    """Have a file, or the names in a folder and what they name, survive a loss of power."""
    for one in (*(place.glob("*") if place.is_dir() else ()), place):
        handle = os.open(one, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
