"""A list with tokens in the places of names: the whole of it as a file, which is read again before anybody gets it.

All names that a team's bundles, hosts and people have are met first, in the order in which bundles came, whatever is
asked for: a name has the same token in every list of the team, until a bundle is deleted or analysed again.
"""

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, select

from faultlog.redaction.cells import Cells, Names, is_token
from faultlog.report.document import harmless
from faultlog.store.opening import Store
from faultlog.store.schema import BUNDLES, CASE_TABLES, CASES, COMPARISONS
from faultlog.values import dataclass
from faultlog.web.listing import Asked, Column, Listing, every
from faultlog.web.rows import Told, csv_lines, told
from faultlog.web.tables import LISTINGS
from faultlog.working.orders import Order

MOST_ROWS: Final = 100_000
"""Rows of a list with tokens. Tool default."""
MOST_NAMES: Final = 200_000
"""Names of a team that tokens are given to, each counted once. Tool default."""
_HOSTS: Final = CASE_TABLES["hosts"]
_GUID: Final = re.compile(r"[0-9a-fA-F-]{16,36}")
_STRANGER: Final = "case:"
"""What a host is called that is known by one case only, behind which stands that."""
_NOBODY: Final = frozenset({"", "name:", "guid:"})
"""Cells that name nobody."""
_OWN: Final = re.compile(r"|true|false|-?\d[\d.e+-]*|[\d ]+|\d{4}-\d\d-\d\dT[\d:.]+Z")
"""All that a cell may say which holds no text: a flag, a number, numbers, an instant."""
_KINDS: Final[Mapping[str, Names]] = {"host": "host", "bundle": "document", "user": "user"}


class TooManyError(Exception):
    """There are more rows, or more names, than tokens are given to."""

    def __init__(self, what: str, most: int) -> None:
        self.what, self.most = what, most
        super().__init__(what)


@dataclass(frozen=True, slots=True)
class Name:
    """What a cell names, and what stands before it: `guid:`, `name:`."""

    before: str
    kind: Names
    text: str


def listed(store: Store, order: Order, file: Path) -> tuple[dict[str, Any], bytes]:
    """A list with tokens; where it cannot be had the head says in `refused` why not, and nothing is told of it.

    Args:
        store: where its rows are.
        order: which rows, as CSV or as JSON.
        file: where it is written first.
    """
    listing = LISTINGS[order.listing]
    try:
        cells = store.read(_written, listing, order, file)
    except TooManyError as error:
        return {"refused": "tokens_many", "what": error.what, "most": error.most}, b""
    if _tells(listing, cells, _CSV if order.format == "csv" else _JSON, file):
        return {"refused": "tokens_left"}, b""
    return {}, file.read_bytes()


def _written(db: Connection, listing: Listing, order: Order, file: Path) -> Cells:
    """The tokens of a list that was written; all of it is of one moment."""
    asked = Asked(order.sort, 1, dict(order.filters))

    def rows() -> Iterator[dict[str, Told]]:
        for row in every(lambda work, *args: work(db, *args), listing, order.team, asked):
            yield told(listing, row, order.language)

    cells = Cells()
    _meet(cells, _roster(db, order.team))
    for number, row in enumerate(rows()):
        if number == MOST_ROWS:
            raise TooManyError("rows", MOST_ROWS)
        for text in _texts(listing, row):
            cells.hear(text)
    cells.settle()
    private = ({one.key: _private(one, row, cells) for one in listing.columns} for row in rows())
    with file.open("w", encoding="utf-8", newline="") as out:
        out.writelines(csv_lines(listing, private) if order.format == "csv" else _json_lines(private))
    return cells


def _meet(cells: Cells, names: Iterable[Name]) -> None:
    met = set[Name]()
    for one in names:
        met.add(one)
        if len(met) > MOST_NAMES:
            raise TooManyError("names", MOST_NAMES)
        cells.meet(one.kind, one.text)


def _roster(db: Connection, team: int) -> Iterator[Name]:
    """All names of a team, in the order in which its bundles came."""
    called, of_bundle = _HOSTS.c.name.label("called"), CASES.c.bundle_id == BUNDLES.c.id
    bundles = select(BUNDLES.c.name, BUNDLES.c.uploaded_by, CASES.c.host, called).select_from(
        BUNDLES.outerjoin(CASES, of_bundle).outerjoin(_HOSTS, _HOSTS.c.case_id == CASES.c.id)
    )
    for row in db.execute(bundles.where(BUNDLES.c.team_id == team).order_by(BUNDLES.c.uploaded_at, BUNDLES.c.id)):
        yield Name("", "document", row.name)
        yield Name("", "user", row.uploaded_by)
        yield from _of_host(row.host, row.called)
    joined = select(CASES.c.host, called).outerjoin(_HOSTS, _HOSTS.c.case_id == CASES.c.id)
    mine = joined.where(CASES.c.team_id == team, CASES.c.bundle_id.is_(None))
    for of_all in db.execute(mine.order_by(CASES.c.analysed_at, CASES.c.id)):
        yield from _of_host(of_all.host, of_all.called)
    asked = select(COMPARISONS.c.asked_by).where(COMPARISONS.c.team_id == team)
    for user in db.execute(asked.order_by(COMPARISONS.c.asked_at, COMPARISONS.c.id)).scalars():
        yield Name("", "user", user)


def _of_host(key: str | None, called: str | None) -> Iterator[Name]:
    if called:
        yield Name("", "host", called)
    found = _by_key(key or "")
    if found is not None:
        yield found


def _by_key(key: str) -> Name | None:
    """What a host is known by; of one that is known by its case only nothing."""
    before, _, text = key.partition(":")
    if not text or key.startswith(_STRANGER):
        return None
    return Name(f"{before}:", "guid" if before == "guid" and _GUID.fullmatch(text) else "host", text)


def _named(column: Column, row: Mapping[str, Told]) -> Name | None:
    """What a cell names; none where it names nothing."""
    value = row[column.key]
    if column.names is None or not isinstance(value, str) or not value:
        return None
    if column.names == "host" and value == row["host"]:
        return _by_key(value)
    return Name("", _KINDS[column.names], value)


def _is_text(column: Column) -> bool:
    """Whether its cells are texts, of which nothing is known."""
    return column.kind in {"text", "word", "said"} and not column.values


def _texts(listing: Listing, row: Mapping[str, Told]) -> Iterator[str]:
    for one in listing.columns:
        value = row[one.key]
        if isinstance(value, str) and _is_text(one) and _named(one, row) is None:
            yield value


def _private(column: Column, row: Mapping[str, Told], cells: Cells) -> Told:
    """A cell with a token, or with tokens in it."""
    value, name = row[column.key], _named(column, row)
    if name is not None:
        return name.before + cells.name(name.kind, name.text)
    return cells.text(value) if isinstance(value, str) and _is_text(column) else value


def _json_lines(rows: Iterable[Mapping[str, Told]]) -> Iterator[str]:
    """A page that holds all rows, each in a line of its own."""
    yield '{"rows":[\n'
    number = 0
    for number, row in enumerate(rows, 1):
        line = harmless(json.dumps(row, ensure_ascii=False, allow_nan=False, separators=(",", ":")))
        yield f",\n{line}" if number > 1 else line
    yield f'\n],"total":{number},"next":null}}\n'


def _read_json(lines: Iterable[str]) -> Iterator[Mapping[str, str]]:
    for line in lines:
        if not line.startswith(('{"rows":[', "],")) and line.strip():
            row = json.loads(line.rstrip("\n,"))
            yield {key: _as_text(value) for key, value in row.items()}


def _as_text(value: Told) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return " ".join(map(str, value)) if isinstance(value, list) else json.dumps(value)


_Read = Callable[[Iterable[str]], Iterable[Mapping[str, str]]]
_CSV: Final[_Read] = csv.DictReader
_JSON: Final[_Read] = _read_json


def _tells(listing: Listing, cells: Cells, read: _Read, file: Path) -> bool:
    """Whether a list that was written tells a name: each cell of it is read again."""
    with file.open(encoding="utf-8", newline="") as lines:
        texts = chain.from_iterable(_proved(listing, row) for row in read(lines))
        try:
            return cells.are_left(texts)
        except _OddCellError:
            return True


class _OddCellError(Exception):
    """A cell says what such a cell never says."""


def _proved(listing: Listing, row: Mapping[str, str]) -> Iterator[str]:
    """The texts of a row; what is none is what it has to be.

    Raises:
        _OddCellError: something is not.
    """
    if list(row) != [one.key for one in listing.columns]:
        raise _OddCellError
    for one in listing.columns:
        cell = row[one.key]
        if one.names is not None and cell not in _NOBODY and not cell.startswith(_STRANGER):
            if not _is_told(one, cell):
                raise _OddCellError
        elif _is_text(one):
            yield cell
        elif cell not in one.values and _OWN.fullmatch(cell) is None:
            raise _OddCellError


def _is_told(column: Column, cell: str) -> bool:
    """Whether a cell that names something is a token."""
    before, _, text = cell.rpartition(":")
    if column.names != "host":
        return is_token(_KINDS[column.names or "host"], cell)
    return is_token("host", text) or (before == "guid" and is_token("guid", text))
