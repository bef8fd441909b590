"""Rows of a listing as JSON, as CSV, and as the cells of a page."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from urllib.parse import quote

from faultlog.model import Instant
from faultlog.report.exports.spreadsheet import neutral
from faultlog.store.places import id_of
from faultlog.values import dataclass
from faultlog.web.listing import Column, Listing, Value
from faultlog.web.shown import size, written
from faultlog.wording import Language, Wording, safe

Told = str | int | float | bool | list[int] | None
"""A value as JSON has it."""

_BADGES: Final[Mapping[str, str]] = {
    "breached": "critical",
    "info": "note",
    "none": "plain",
    "queued": "plain",
    "leased": "note",
    "done": "met",
    "failed": "warning",
    "quarantined": "unread",
    "cancelled": "plain",
    "unknown": "note",
}
"""What a value's badge looks like; others have a look of their own name."""
_NOTHING: Final = "–"
_SHORT: Final = 24
"""Characters of a value that a page keeps on one line. Tool default."""
_NUMBERS: Final = frozenset({"integer", "number", "duration", "bytes"})


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as a page shows it."""

    text: str
    link: str | None = None
    badge: str | None = None
    at: str | None = None
    """An instant as a program reads it."""
    numeric: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return self.text == _NOTHING

    @property
    def is_long(self) -> bool:
        """Whether it needs several words' room."""
        return len(self.text) > _SHORT


def told(listing: Listing, row: Mapping[str, Value], language: Language) -> dict[str, Told]:
    """A row as JSON has it: instants as ISO 8601 in UTC, lengths of time in seconds, sentences in a language."""
    return {one.key: _told(one, row[one.key], language) for one in listing.columns}


def _told(column: Column, value: Value, language: Language) -> Told:
    if value is None:
        return None
    match column.kind:
        case "instant":
            return written(int(value))
        case "numbers":
            return [int(one) for one in json.loads(str(value))]
        case "said":
            return _sentence(str(value), language)
        case _:
            return value


def _sentence(value: str, language: Language) -> str:
    return str(json.loads(value)[language])


def csv_lines(listing: Listing, rows: Iterable[Mapping[str, Told]]) -> Iterator[str]:
    """Rows as CSV (RFC 4180), a line at a time, the names of the columns first.

    Args:
        listing: of what.
        rows: as JSON has them.
    """
    yield _line([one.key for one in listing.columns])
    for row in rows:
        yield _line([_plain(value) for value in row.values()])


def csv_text(rows: Iterable[Iterable[str]]) -> str:
    """Rows of texts as CSV; no spreadsheet runs one."""
    return "".join(_line([neutral(safe(cell)) for cell in row]) for row in rows)


def _line(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


def _plain(value: Told) -> str:
    """A cell that no spreadsheet runs; numbers are our own and stay as they are."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return " ".join(map(str, value))
    return neutral(safe(value)) if isinstance(value, str) else repr(value)


def cells(listing: Listing, row: Mapping[str, Value], say: Wording) -> list[Cell]:
    """A row as a page shows it."""
    return [_cell(one, row, say) for one in listing.columns if not one.hidden]


def _cell(column: Column, row: Mapping[str, Value], say: Wording) -> Cell:
    value = row[column.key]
    if column.shown is not None:
        return Cell(column.shown(row, say), _link(column, row))
    if value is None or value == "[]":
        return Cell(_NOTHING, numeric=column.kind in _NUMBERS)
    if column.words is not None and column.kind == "word":
        return Cell(said(column.words, str(value), say))
    if column.words is not None:
        return Cell(said(column.words, str(value), say), badge=_BADGES.get(str(value), str(value)))
    if column.kind == "instant":
        second = str(Instant(int(value) // 1_000_000 * 1_000_000_000, 0))
        return Cell(second.removesuffix("Z").replace("T", " "), at=written(int(value)))
    return Cell(_shown(column, value, say), _link(column, row), numeric=column.kind in _NUMBERS)


def said(words: str, value: str, say: Wording) -> str:
    """What a value is called."""
    return say.words(f"{words}.{value}")


def _shown(column: Column, value: Value, say: Wording) -> str:
    match column.kind:
        case "bytes":
            return size(int(value or 0))
        case "duration":
            return ("−" if float(value or 0) < 0 else "") + say.duration(float(value or 0))
        case "numbers":
            return ", ".join(map(str, json.loads(str(value))))
        case "said":
            return _sentence(str(value), say.language)
        case "integer":
            return f"{value:,}"
        case _:
            return _called(column, str(value), say)


def _called(column: Column, value: str, say: Wording) -> str:
    """What a value is called; one without a name is told as it is."""
    key = f"{column.called}.{value}"
    return say.words(key) if column.called is not None and say.has(key) else value


def _link(column: Column, row: Mapping[str, Value]) -> str | None:
    """The page that says more, where all that its address names is there."""
    if column.link is None:
        return None
    named = {key: quote(str(value), safe="") for key, value in row.items() if value is not None}
    if row.get("host") is not None:
        named["host_id"] = id_of(str(row["host"]))
    try:
        return column.link.format_map(named)
    except KeyError:
        return None
