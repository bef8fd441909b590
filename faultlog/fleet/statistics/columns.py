"""Columns of frames as plain values."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from faultlog.model import NS, Instant

if TYPE_CHECKING:
    import pandas as pd


def parts(frame: "pd.DataFrame", column: str) -> "Iterator[tuple[Any, pd.DataFrame]]":
    """The rows of each value of a column, the values in order; rows without a value are left out."""
    for value in sorted(frame[column].dropna().unique().tolist()):
        yield value, frame[frame[column] == value]


def text(value: object) -> str | None:
    """A cell that holds a text, or nothing."""
    return value if isinstance(value, str) else None


def seconds(column: "pd.Series[pd.Timestamp]") -> list[float]:
    """Instants as seconds since 1970; not a number where there is none."""
    lasted: list[float] = (column - datetime(1970, 1, 1, tzinfo=UTC)).dt.total_seconds().tolist()
    return lasted


def instant(at: "pd.Timestamp | None") -> str | None:
    """An instant as reports write it.

    >>> import pandas as pd
    >>> instant(pd.Timestamp("2026-03-02T01:00:00.5Z")), instant(pd.NaT)
    ('2026-03-02T01:00:00.500000Z', None)
    """
    import pandas as pd

    if at is None or pd.isna(at):
        return None
    ns = at.as_unit("ns").value
    return str(Instant(ns, 6 if ns % NS else 0))
