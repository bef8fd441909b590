"""What a lake says, whatever order it was filled in: one hash over the rows of its tables, sorted."""

import hashlib
import json
from pathlib import Path

from faultlog.fleet.tables import TABLES


def canonical(lake: Path) -> str:
    """The hash of the tables: the same for the same rows, in whatever files and order; a row twice is another lake."""
    whole = hashlib.sha256()
    for table in TABLES:
        rows = sorted(hashed_rows(lake, table.name))
        whole.update(f"{table.name} {len(rows)}\n".encode() + b"".join(rows))
    return whole.hexdigest()


def hashed_rows(lake: Path, table: str) -> list[bytes]:
    """The hash of each row of a table, in no order."""
    import pyarrow.dataset as ds  # type: ignore[import-untyped]

    files = [str(file) for file in lake.glob(f"{table}/**/*.parquet")]
    batches = ds.dataset(files, partitioning="hive").to_batches() if files else []
    return [_hashed(row) for batch in batches for row in batch.to_pylist()]


def _hashed(row: dict[str, object]) -> bytes:
    return hashlib.sha256(json.dumps(row, sort_keys=True, default=str).encode()).digest()
