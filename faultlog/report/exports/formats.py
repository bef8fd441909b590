"""Every format that a timeline is written in, in one table."""

from collections.abc import Callable, Mapping
from pathlib import PurePath
from types import MappingProxyType
from typing import Final

from faultlog.errors import UnknownName, UsageError
from faultlog.extras import needed
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
    like: str | None = None
    """The ending of another format that it is written like."""
    needs: str | None = None
    """A library that is installed as the extra named like the format."""

    def left_out(self, timeline: Timeline) -> list[TimelineRow]:
        """The rows that it has no place for."""
        return [row for row in timeline.rows if self.dated and not instants_of(row)]


FORMATS: Final[Mapping[str, Format]] = MappingProxyType(
    {
        one.name: one
        for one in (
            Format("table", table_of, suffix=".txt"),
            Format("csv", csv_of, suffix=".csv"),
            Format("jsonl", jsonl_of, suffix=".jsonl"),
            Format("parquet", parquet_of, binary=True, suffix=".parquet", needs="pyarrow"),
            Format("timesketch", timesketch_of, dated=True, like=".jsonl"),
            Format("ocsf", ocsf_of, like=".jsonl"),
            Format("perfetto", perfetto_of, dated=True),
            Format("markdown", markdown_of, suffix=".md"),
        )
    }
)
"""By name, in the order in which they are listed."""


def format_asked(name: str | None, output: str) -> Format:
    """The format that is asked for by its name, or else by how the output's name ends; the table where neither says.

    >>> format_asked(None, "timeline.CSV").name, format_asked(None, "-").name
    ('csv', 'table')

    Raises:
        UnknownName: there is none of this name; names those there are.
        UsageError: name and ending contradict each other, the ending says nothing, or what it needs is not installed.
    """
    suffix = PurePath(output).suffix.lower()
    meant = next((one for one in FORMATS.values() if one.suffix == suffix), None)
    if name is not None:
        found = format_named(name)
        if meant is not None and meant.name != "table" and suffix not in {found.suffix, found.like}:
            raise UsageError(
                f"{output}: ends in {suffix}, which asks for {meant.name}, and --format asks for {name}; "
                "give the file another name, or leave --format out"
            )
        return found
    if meant is None and suffix:
        known = ", ".join(one.suffix for one in FORMATS.values() if one.suffix is not None)
        raise UsageError(
            f"{output}: {suffix} asks for no format; let it end in one of {known}, "
            f"or choose with --format: {', '.join(FORMATS)}"
        )
    return format_named("table" if meant is None else meant.name)


def format_named(name: str) -> Format:
    """The format of a name, ready to be used.

    Raises:
        UnknownName: there is none; names those there are.
        UsageError: it needs what is not installed.
    """
    found = FORMATS.get(name)
    if found is None:
        raise UnknownName(f"no timeline format is called {name!r}; there are {', '.join(FORMATS)}")
    if found.needs is not None:
        needed(name, name, found.needs)
    return found
