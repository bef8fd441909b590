"""One concept for every table of the site: what it lists, and from the parameters of an address to a page of rows.

A page goes on where the one before ended, by the value and the id of its last row: what is added meanwhile neither
repeats a row nor hides one. Rows are those of one team, always.
"""

import base64
import binascii
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Literal

from sqlalchemy import BigInteger, ColumnElement, Connection, FromClause, Integer, Select, and_, func, or_, select

from faultlog.store.people import Role
from faultlog.store.texts import folded, storable
from faultlog.values import dataclass
from faultlog.wording import Wording

Kind = Literal["text", "word", "integer", "number", "instant", "duration", "bytes", "flag", "numbers", "said"]
"""What a column holds: a text, one of few words, a number of things, a number, microseconds since 1970 UTC, seconds,
bytes, whether something is so, a JSON list of numbers, a sentence in each language as JSON."""
Matching = Literal["equal", "contains", "folded", "since", "until"]
"""How a filter compares: the same; some of the text, in capitals or not; the same of a text that is kept folded; an
instant not before, or before it."""
Named = Literal["host", "bundle", "user"]
"""Whom or what a name names; a host also as `guid:…` or `name:…`."""
Value = str | int | float | bool | None

MOST: Final = 200
"""Rows of a page. Tool default."""
USUAL: Final = 50
"""Rows of a page where nobody says. Tool default."""
_BATCH: Final = 1000
"""Rows that are read at once where all are wanted. Tool default."""
_UNSORTED: Final = frozenset({"numbers", "said", "flag"})
_LARGEST: Final = (1 << 63) - 1
_LARGEST_INTEGER: Final = (1 << 31) - 1


@dataclass(frozen=True, slots=True)
class Column:
    """One column."""

    key: str
    kind: Kind
    of: ColumnElement[Any]
    about: str
    """What it holds, for whoever reads the API's description; in English."""
    link: str | None = None
    """The page that says more: an address with keys of the row in braces; `host_id` is how addresses call its host."""
    words: str | None = None
    """What its values are called: `<words>.<value>` in the catalogues; a page shows them as badges."""
    called: str | None = None
    """The same, of values that are no badges; one that is in no catalogue is shown as it is."""
    hidden: bool = False
    """Whether a page leaves it out; programs are told."""
    filled: bool = False
    """Whether every row has it."""
    values: tuple[str, ...] = ()
    """All that it may be, where they are few."""
    shown: Callable[[Mapping[str, Value], Wording], str] | None = None
    """How a page says it, where other columns of the row have part in that."""
    names: Named | None = None
    """Whose names its values are, which are tokens as a whole where there are tokens."""
    order: ColumnElement[Any] | None = None
    """By what rows are sorted, where that is not its own value; a text too where it is one."""

    @property
    def sorted_by(self) -> ColumnElement[Any]:
        """By what rows are sorted."""
        return self.of if self.order is None else self.order

    @property
    def is_sortable(self) -> bool:
        """Whether rows can be in its order."""
        return self.kind not in _UNSORTED


@dataclass(frozen=True, slots=True)
class Filter:
    """A parameter that leaves rows out."""

    key: str
    of: ColumnElement[Any]
    about: str
    """What it asks for, in English."""
    matching: Matching = "equal"
    kind: Literal["text", "integer"] = "text"
    values: tuple[str, ...] = ()
    """All that may be asked for, where they are few."""
    words: str | None = None
    """What they are called, as of a column."""
    hidden: bool = False
    """Whether a page has no field for it: links use it."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A table of the site."""

    name: str
    """Of its address, and its title, `web.list.name`."""
    about: str
    """What a row is, in English."""
    source: FromClause
    team: ColumnElement[Any]
    id: ColumnElement[Any]
    """What tells rows apart."""
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...]
    usual: str
    """Its order where nobody says: a column, after `-` the other way round."""
    meant: ColumnElement[bool] | None = None
    """Which rows are meant as long as nobody asks for those of one case."""
    place: str = ""
    """What its address begins with."""
    least: Role = "viewer"
    """Who may see it."""
    has_tokens: bool = False
    """Whether it is told with tokens for names too: not where its rows quote lines, or say how something went."""
    has_own_page: bool = False
    """Whether its page is more than the table, and somebody else's."""

    @property
    def address(self) -> str:
        """Of its page."""
        return f"{self.place}/{self.name}"

    @property
    def orders(self) -> tuple[str, ...]:
        """All orders that may be asked for."""
        return tuple(way + one.key for one in self.columns if one.is_sortable for way in ("", "-"))

    def column(self, key: str) -> Column:
        """A column by its key."""
        return next(one for one in self.columns if one.key == key)


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks of a listing."""

    sort: str
    size: int
    filters: Mapping[str, Value]
    after: str | None = None
    """Where the page before ended."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A page of rows."""

    rows: tuple[Mapping[str, Value], ...]
    total: int
    """Rows on all pages."""
    after: str | None
    """What the next page goes on after; `None` where this is the last."""


Page = tuple[tuple[Mapping[str, Value], ...], str | None]
"""Rows, and what the next page goes on after."""


class StrangeCursorError(Exception):
    """An address goes on after a row of another listing or order, or after none at all."""


def listed(db: Connection, listing: Listing, team: int, asked: Asked) -> Rows:
    """A page of a listing.

    Raises:
        StrangeCursorError: the page goes on after nothing that is known.
    """
    chosen = _chosen(listing, team, asked)
    total = db.execute(select(func.count()).select_from(chosen.order_by(None).subquery())).scalar_one()
    rows, after = _some(db, chosen, listing, asked)
    return Rows(rows, total, after)


def _some(db: Connection, chosen: Select[Any], listing: Listing, asked: Asked) -> Page:
    """The rows of a page, and what the next one goes on after."""
    found = db.execute(_ordered(chosen, listing, asked).limit(asked.size + 1)).mappings().all()
    rows = found[: asked.size]
    after = _cursor(asked.sort, dict(rows[-1])) if len(found) > asked.size else None
    return tuple({one.key: row[one.key] for one in listing.columns} for row in rows), after


def every(read: Callable[..., Page], listing: Listing, team: int, asked: Asked) -> Iterator[Mapping[str, Value]]:
    """All rows of a listing, some at a time; nobody counts them for that.

    Args:
        read: `Store.read`.
        listing: of what.
        team: whose.
        asked: which, and in which order.
    """
    chosen, after = _chosen(listing, team, asked), asked.after
    while True:
        rows, after = read(_some, chosen, listing, Asked(asked.sort, _BATCH, asked.filters, after))
        yield from rows
        if after is None:
            return


def _chosen(listing: Listing, team: int, asked: Asked) -> Select[Any]:
    """The rows that are asked for."""
    cells = [one.of.label(one.key) for one in listing.columns]
    order = listing.column(asked.sort.removeprefix("-")).sorted_by
    query = select(*cells, order.label("_value"), listing.id.label("_id")).select_from(listing.source)
    query = query.where(listing.team == team)
    if listing.meant is not None and asked.filters.get("case") is None:
        query = query.where(listing.meant)
    for one in listing.filters:
        value = asked.filters.get(one.key)
        if value is not None:
            query = query.where(_matches(one, value))
    return query


def _matches(one: Filter, value: Value) -> ColumnElement[bool]:
    told = storable(value) if isinstance(value, str) else value
    match one.matching:
        case "contains":
            return one.of.icontains(told, autoescape=True)
        case "folded":
            return one.of.contains(folded(str(told)), autoescape=True)
        case "since":
            return one.of >= told
        case "until":
            return one.of < told
        case _:
            return one.of == told


def _ordered(query: Select[Any], listing: Listing, asked: Asked) -> Select[Any]:
    """Rows in order, after those of the pages before: those without a value stand last, equal ones by their id."""
    column, down = listing.column(asked.sort.removeprefix("-")), asked.sort.startswith("-")
    order, name = column.sorted_by, listing.id
    if asked.after is not None:
        value, last = _read_cursor(asked, column, name)
        behind = (
            and_(order.is_(None), name > last) if value is None else _behind(order, value, down=down, row=name > last)
        )
        query = query.where(behind)
    return query.order_by(order.is_(None), order.desc() if down else order, name)


def _behind(order: ColumnElement[Any], value: Value, *, down: bool, row: ColumnElement[bool]) -> ColumnElement[bool]:
    beyond = order < value if down else order > value
    return or_(beyond, and_(order == value, row), order.is_(None))


def _cursor(sort: str, row: Mapping[str, Any]) -> str:
    told = json.dumps([sort, row["_value"], row["_id"]], separators=(",", ":"))
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def _read_cursor(asked: Asked, column: Column, name: ColumnElement[Any]) -> tuple[Any, Any]:
    """The value and the id of the row that a page goes on after."""
    text = asked.after or ""
    try:
        sort, value, last = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True))
    except (ValueError, binascii.Error, TypeError, RecursionError):
        raise StrangeCursorError from None
    kind: type = int if name.type.python_type is int else str
    if sort != asked.sort or not _fits(value, column) or type(last) is not kind or not _storable(last, name):
        raise StrangeCursorError
    return value, last


def _fits(value: object, column: Column) -> bool:
    """Whether a column may hold a value."""
    if value is None:
        return True
    allowed: Mapping[str, tuple[type, ...]] = {
        "text": (str,),
        "word": (str,),
        "number": (int, float),
        "duration": (int, float),
    }
    return type(value) in allowed.get(column.kind, (int,)) and _storable(value, column.of)


def _storable(value: object, of: ColumnElement[Any]) -> bool:
    """Whether a value can be compared with those of a column."""
    if isinstance(value, str):
        return storable(value) == value
    is_small = isinstance(of.type, Integer) and not isinstance(of.type, BigInteger)
    return not isinstance(value, int | float) or abs(value) <= (_LARGEST_INTEGER if is_small else _LARGEST)
