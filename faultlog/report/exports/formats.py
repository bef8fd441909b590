"""Every format that a timeline is written in, in one table."""

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import PurePath
from types import MappingProxyType
from typing import Final

from faultlog.errors import UnknownName, UsageError
from faultlog.report.exports.columns import TimelineRow
from faultlog.report.exports.jsonlines import jsonl_of
from faultlog.report.exports.markdown import markdown_of
from faultlog.report.exports.ocsf import ocsf_of
from faultlog.report.exports.parquet import parquet_of
from faultlog.report.exports.perfetto import perfetto_of
from faultlog.report.exports.plain import table_of
from faultlog.report.exports.spreadsheet import csv_of
from faultlog.report.exports.timeline import Timeline, instants_of
from faultlog.report.exports.timesketch import timesketch_of
from faultlog.values import dataclass


@dataclass(frozen=True, slots=True)
class Format:
    """How a timeline is written."""

    name: str
    write: Callable[[Timeline], bytes]
    binary: bool = False
    """Whether it is nothing for a terminal."""
    dated: bool = False
    """Whether it can hold only what has an instant."""
    suffix: str | None = None
    """How a file's name ends that asks for it."""
    needs: str | None = None
    """A library that is installed as the extra named like the format."""

    def left_out(self, timeline: Timeline) -> list[TimelineRow]:
        """The rows that it has no place for."""
        return [row for row in timeline.rows if self.dated and not instants_of(row)]


FORMATS: Final[Mapping[str, Format]] = MappingProxyType(
    {
        one.name: one
        for one in (
            Format("table", table_of),
            Format("csv", csv_of, suffix=".csv"),
            Format("jsonl", jsonl_of, suffix=".jsonl"),
            Format("parquet", parquet_of, binary=True, suffix=".parquet", needs="pyarrow"),
            Format("timesketch", timesketch_of, dated=True),
            Format("ocsf", ocsf_of),
            Format("perfetto", perfetto_of, dated=True),
            Format("markdown", markdown_of, suffix=".md"),
        )
    }
)
"""By name, in the order in which they are listed."""


def format_of(output: str) -> str:
    """The name of the format that an output's name asks for by how it ends; else the table.

    >>> format_of("timeline.CSV"), format_of("-")
    ('csv', 'table')
    """
    suffix = PurePath(output).suffix.lower()
    return next((one.name for one in FORMATS.values() if one.suffix == suffix), "table")


def format_named(name: str) -> Format:
    """The format of a name, ready to be used.

    Raises:
        UnknownName: there is none; names those there are.
        UsageError: it needs what is not installed.
    """
    found = FORMATS.get(name)
    if found is None:
        raise UnknownName(f"no timeline format is called {name!r}; there are {', '.join(FORMATS)}")
    if found.needs is not None and find_spec(found.needs) is None:
        raise UsageError(f"{name} needs {found.needs}, which is not installed: pip install 'faultlog[{name}]'")
    return found
