"""Bundles of a few lines, and a lake that this process fills itself: no child, so that a test may interfere."""

import hashlib
import io
import json
import tarfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow.dataset as ds
import pyarrow.parquet as pq

from faultlog.fleet import tables
from faultlog.fleet.lake import Lake, open_lake
from faultlog.fleet.running import Tally, run
from faultlog.fleet.setups import decides, rules_hash
from faultlog.fleet.task import Work, perform
from faultlog.fleet.unions import join
from faultlog.fleet.units import Outcome, Unit
from faultlog.pipeline import Knowledge, Options

from .logs import knowledge, log

OPTIONS = Options(hashed=False)
TABLES = tuple(one.name for one in tables.TABLES)
MONDAY = ("09:00:00 connector started", "10:00:00 Fault Raised: 6", "10:20:00 Fault Cleared: 6", "11:00:00 quiet")
TUESDAY = (*MONDAY[1:], "12:00:00 Fault Raised: 7", "13:00:00 quiet")
"""What a host's log says on one day, and in a bundle that was taken on the next: they share most of their lines."""


def bundle(place: Path, *entries: str, guid: str | None = None, host: str = "mac", note: str = "") -> Path:
    """A zip with a log of some entries, as `logs.log` writes them."""
    text = log(*entries).replace(" mac ", f" {host} ")
    files = {"ampdaemon.log": text.encode(), "note.txt": note.encode()}
    if guid is not None:
        files["local.xml"] = f"<config><agent><uuid>{guid}</uuid></agent></config>".encode()
    place.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(place, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 3, 4, 0, 0, 0)), content)
    return place


def tarred(files: Mapping[str, bytes]) -> bytes:
    """A tar archive."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in files.items():
            about = tarfile.TarInfo(name)
            about.size, about.mtime = len(content), 1_772_600_000
            archive.addfile(about, io.BytesIO(content))
    return out.getvalue()


class Here:
    """Who works is this process."""

    def __init__(
        self, lake: Lake, performed: Callable[[Work, Unit], Outcome] = perform, knowing: Knowledge | None = None
    ) -> None:
        self._work = Work(lake, knowing or knowledge(), OPTIONS)
        self._performed = performed

    def run(self, units: Iterable[Unit]) -> Iterator[Outcome]:
        for unit in units:
            yield self._performed(self._work, unit)

    def close(self) -> None:
        """Nothing to let go of."""


def lake_at(root: Path, options: Options = OPTIONS) -> Lake:
    """A lake of the built-in rules."""
    tool = knowledge().tool
    return open_lake(root, rules_hash(tool, options), decides(tool, options))


def filled(lake: Lake, named: Iterable[Unit | Outcome]) -> tuple[Tally, list[Outcome]]:
    """A run: what it came to, and what was told of each bundle and host."""
    told = list[Outcome]()
    tally = run(lake, Here(lake), named, told.append)
    return Tally(tally.counts, join(lake, Here(lake), told.append)), told


def rows(lake: Lake, table: str) -> list[dict[str, Any]]:
    """All rows of a table, as a plain reader finds them, sorted."""
    found = [row for file in lake.folder(table).glob("*.parquet") for row in pq.read_table(file).to_pylist()]
    return sorted(found, key=repr)


def everything(lake: Lake) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables."""
    return {table: rows(lake, table) for table in TABLES}


def states(told: Iterable[Outcome]) -> list[str]:
    """What was told, in order."""
    return [one.state for one in told]


def canonical(lake: Path) -> str:
    """The hash of the tables: the same for the same rows, in whatever files and order; a row twice is another lake."""
    whole = hashlib.sha256()
    for table in TABLES:
        found = sorted(hashed_rows(lake, table))
        whole.update(f"{table} {len(found)}\n".encode() + b"".join(found))
    return whole.hexdigest()


def hashed_rows(lake: Path, table: str) -> list[bytes]:
    """The hash of each row of a table, in no order."""
    files = [str(file) for file in lake.glob(f"{table}/**/*.parquet")]
    batches = ds.dataset(files, partitioning="hive").to_batches() if files else []
    return [_hashed(row) for batch in batches for row in batch.to_pylist()]


def _hashed(row: dict[str, object]) -> bytes:
    return hashlib.sha256(json.dumps(row, sort_keys=True, default=str).encode()).digest()
