"""A table whose rows are all at hand, none of them in a database: in an order that is asked for, as JSON, as CSV."""

from collections.abc import Mapping, Sequence

from fastapi import Request
from fastapi.responses import Response

from faultlog.values import dataclass
from faultlog.web.answers import HarmlessJSON
from faultlog.web.pages.lists import Head
from faultlog.web.problems import misread, refused
from faultlog.web.rows import csv_text
from faultlog.wording import Wording

Cell = str | int | list[str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table."""

    address: str
    """Of its page."""
    columns: Mapping[str, bool]
    """By their keys, each with whether it holds numbers."""
    rows: Sequence[Mapping[str, Cell]]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page names of it, as it names a listing."""

    heads: list[Head]
    rows: Sequence[Mapping[str, Cell]]
    total: int
    twins: list[tuple[str, str]]


def shown(request: Request, sheet: Sheet, say: Wording) -> Shown:
    """A table for a page.

    Raises:
        ProblemError: its order is asked for by no column.
    """
    sort = _sort(request, sheet)
    heads = [_head(sheet, key, numeric, sort, say) for key, numeric in sheet.columns.items()]
    asked = f"?sort={sort}" if "sort" in request.query_params else ""
    twins = [(kind, f"{sheet.address}.{kind}{asked}") for kind in ("csv", "json")]
    return Shown(heads, _ordered(sheet, sort), len(sheet.rows), twins)


def as_json(request: Request, sheet: Sheet) -> Response:
    """The table as JSON, like a listing.

    Raises:
        ProblemError: its order is asked for by no column.
    """
    rows = _ordered(sheet, _sort(request, sheet))
    return HarmlessJSON({"rows": [dict(one) for one in rows], "total": len(rows), "next": None})


def as_csv(request: Request, sheet: Sheet) -> Response:
    """The table as CSV, like a listing.

    Raises:
        ProblemError: its order is asked for by no column.
    """
    rows = [[_plain(row[key]) for key in sheet.columns] for row in _ordered(sheet, _sort(request, sheet))]
    name = f'attachment; filename="{sheet.address.rpartition("/")[2]}.csv"'
    text = csv_text([list(sheet.columns), *rows])
    return Response(text, media_type="text/csv; charset=utf-8", headers={"content-disposition": name})


def _sort(request: Request, sheet: Sheet) -> str:
    sort = request.query_params.get("sort") or next(iter(sheet.columns))
    if sort.removeprefix("-") not in sheet.columns:
        raise refused(misread({"type": "literal_error", "ctx": {"expected": ", ".join(sheet.columns)}}, "sort"))
    return sort


def _ordered(sheet: Sheet, sort: str) -> Sequence[Mapping[str, Cell]]:
    key = sort.removeprefix("-")
    return sorted(sheet.rows, key=lambda row: _rank(row[key]), reverse=sort.startswith("-"))


def _rank(cell: Cell) -> tuple[int, str]:
    return (cell, "") if isinstance(cell, int) else (0, _plain(cell).casefold())


def _plain(cell: Cell) -> str:
    return "; ".join(cell) if isinstance(cell, list) else str(cell)


def _head(sheet: Sheet, key: str, numeric: bool, sort: str, say: Wording) -> Head:  # noqa: FBT001 (of the column)
    now = {key: "ascending", f"-{key}": "descending"}.get(sort)
    other = f"-{key}" if now == "ascending" or (now is None and numeric) else key
    return Head(say.words(f"web.column.{key}"), f"{sheet.address}?sort={other}", now, numeric)
