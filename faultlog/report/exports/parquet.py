"""Parquet: the rows with an explicit schema, units and meanings in the fields' metadata."""

import io
from datetime import datetime
from typing import TYPE_CHECKING

from faultlog.errors import UsageError
from faultlog.model import Instant
from faultlog.report.exports.columns import COLUMNS, SCHEMA, Cell, Column
from faultlog.report.exports.timeline import Timeline
from faultlog.report.times import nanoseconds

if TYPE_CHECKING:
    import pyarrow as pa  # type: ignore[import-untyped]


def parquet_of(timeline: Timeline) -> bytes:
    """The rows as a Parquet file; instants are UTC, cut to the microsecond.

    Raises:
        UsageError: a number of them is beyond 64 bits, which only a document written by hand holds.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq  # type: ignore[import-untyped]

    schema = parquet_schema().with_metadata({"schema": SCHEMA, "faultlog": timeline.doc.tool.version})
    cells = [row.cells() for row in timeline.rows]
    try:
        columns = [
            pa.array([_value(one, row[one.name]) for row in cells], schema.field(one.name).type) for one in COLUMNS
        ]
    except OverflowError:
        raise UsageError("a number in it is larger than Parquet can hold; take csv or jsonl") from None
    out = io.BytesIO()
    pq.write_table(pa.table(columns, schema=schema), out)
    return out.getvalue()


def parquet_schema() -> "pa.Schema":
    """The columns as Arrow types."""
    import pyarrow as pa

    types = {
        "text": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "instant": pa.timestamp("us", tz="UTC"),
        "flag": pa.bool_(),
    }
    return pa.schema([pa.field(one.name, types[one.type], metadata=_metadata(one)) for one in COLUMNS])


def _metadata(column: Column) -> dict[str, str]:
    unit = {} if column.unit is None else {"unit": column.unit}
    return {"description": column.says, **unit}


def _value(column: Column, value: Cell) -> Cell | datetime:
    """A cell as Arrow takes it; an instant that no calendar has is none."""
    if column.type != "instant":
        return value
    at = None if value is None else str(value)
    return Instant.of(at).utc() if at is not None and nanoseconds(at) is not None else None
