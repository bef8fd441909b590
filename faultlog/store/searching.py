"""Where words stand among what a team has: in lines that are evidence, in the names of bundles and of hosts."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Connection, case, func, or_, select

from faultlog.store.schema import BUNDLES, CASE_TABLES, CASES
from faultlog.store.texts import folded, written_as
from faultlog.values import dataclass

_EVENTS: Final = CASE_TABLES["events"]
_HOSTS: Final = CASE_TABLES["hosts"]
_INTERVALS: Final = CASE_TABLES["intervals"]


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is evidence."""

    bundle: str
    name: str
    """Of the bundle."""
    host: str | None
    fault: int | None
    at: int | None
    """Microseconds since 1970 UTC."""
    file: str
    line: int | None
    text: str
    interval: str | None
    """The stay of its fault that it belongs to, by its id in the case."""


@dataclass(frozen=True, slots=True)
class Named:
    """A bundle by its name, or a host by its name, its number or its newest bundle."""

    bundle: str
    name: str
    host: str | None
    uploaded_at: int


def lines(db: Connection, team: int, words: str, faults: Collection[int], most: int, skip: int) -> list[Line]:
    """Lines that hold some words, or that tell of one of some faults; of the newest cases first.

    Args:
        db: the transaction.
        team: whose.
        words: what is looked for, as it is: nothing in it stands for anything else.
        faults: numbers of faults that are meant too.
        most: how many are wanted.
        skip: how many of the first are not.
    """
    inside: ColumnElement[bool] = _EVENTS.c.folded.contains(folded(words), autoescape=True)
    if faults:
        inside = or_(inside, _EVENTS.c.fault_id.in_(faults))
    cells = (_EVENTS.c[name] for name in ("case_id", "fault_id", "at", "file", "line", "text"))
    rows = db.execute(
        select(*cells, BUNDLES.c.name.label("bundle"), _HOSTS.c.name.label("host_name"))
        .join(BUNDLES, BUNDLES.c.id == _EVENTS.c.case_id)  # what all bundles of a host say stands in its bundles too
        .outerjoin(_HOSTS, _HOSTS.c.case_id == _EVENTS.c.case_id)
        .where(_EVENTS.c.team_id == team, inside)
        .order_by(_EVENTS.c.row.desc())
        .limit(most)
        .offset(skip)
    ).all()
    stays = _stays(db, {row.case_id for row in rows})
    return [
        Line(
            row.case_id,
            row.bundle,
            row.host_name,
            row.fault_id,
            row.at,
            row.file,
            row.line,
            row.text,
            _stay(stays.get((row.case_id, row.fault_id), ()), row.at),
        )
        for row in rows
    ]


def bundles(db: Connection, team: int, words: str, most: int, skip: int) -> list[Named]:
    """Bundles whose names hold some words: those of that very name first, then the newest."""
    asked = (
        select(BUNDLES.c.id, BUNDLES.c.name, BUNDLES.c.uploaded_at, _HOSTS.c.name.label("host_name"))
        .outerjoin(_HOSTS, _HOSTS.c.case_id == BUNDLES.c.id)
        .where(BUNDLES.c.team_id == team, holds(db, BUNDLES.c.name, words))
        .order_by(_place(words, BUNDLES.c.name), BUNDLES.c.uploaded_at.desc(), BUNDLES.c.id)
        .limit(most)
        .offset(skip)
    )
    return [Named(row.id, row.name, row.host_name, row.uploaded_at) for row in db.execute(asked)]


def hosts(db: Connection, team: int, words: str, most: int, skip: int) -> list[Named]:
    """Hosts whose names, or what else names them, hold some words: of each its newest bundle.

    Those that are called so come first, then those whose names begin so, each by name.
    """
    rank = func.row_number().over(
        partition_by=CASES.c.host, order_by=(_HOSTS.c.last_at.desc().nulls_last(), CASES.c.bundle_id)
    )
    inside = or_(holds(db, _HOSTS.c.name, words), holds(db, CASES.c.host, words))
    found = (
        select(CASES.c.bundle_id, CASES.c.host, _HOSTS.c.name, BUNDLES.c.uploaded_at, rank.label("rank"))
        .join(_HOSTS, _HOSTS.c.case_id == CASES.c.id)
        .join(BUNDLES, BUNDLES.c.id == CASES.c.bundle_id)
        .where(CASES.c.team_id == team, CASES.c.host.not_like("case:%"), inside)
        .subquery()
    )
    order = (_place(words, found.c.name, found.c.host), func.lower(func.coalesce(found.c.name, found.c.host)))
    asked = select(found).where(found.c.rank == 1).order_by(*order, found.c.host).limit(most).offset(skip)
    return [Named(row.bundle_id, row.name or row.host, row.host, row.uploaded_at) for row in db.execute(asked)]


def holds(db: Connection, column: Column[Any], words: str) -> ColumnElement[bool]:
    """Whether a name holds some words, in small letters or large; `%` and `_` in them are just that."""
    if db.dialect.name == "sqlite":  # whose LIKE takes large letters for small ones anyway, and at once
        return or_(*(column.contains(one, autoescape=True) for one in written_as(words)))
    return or_(*(column.icontains(one, autoescape=True) for one in written_as(words)))


def _place(words: str, *names: ColumnElement[Any]) -> ColumnElement[int]:
    """What comes first: a name that is the words, then one that begins with them."""
    small = words.lower()
    is_one = or_(*(func.lower(name).in_((small, f"guid:{small}", f"name:{small}")) for name in names))
    begins = or_(*(name.istartswith(words, autoescape=True) for name in names))
    return case((is_one, 0), (begins, 1), else_=2)


_Stay = tuple[str, int | None, int | None]
"""Its id in the case, its first and its last instant."""


def _stays(db: Connection, bundles: Collection[str]) -> Mapping[tuple[str, int | None], Sequence[_Stay]]:
    """The stays of each fault in some bundles."""
    i = _INTERVALS.c
    begin, end = func.coalesce(i.raised_at, i.raised_until), func.coalesce(i.cleared_until, i.cleared_at)
    found: dict[tuple[str, int | None], list[_Stay]] = {}
    asked = select(i.case_id, i.fault_id, i.id, begin, end).where(i.case_id.in_(bundles)).order_by(i.row)
    for bundle, fault, name, first, last in db.execute(asked):
        found.setdefault((bundle, fault), []).append((name, first, last))
    return found


def _stay(stays: Sequence[_Stay], at: int | None) -> str | None:
    """The stay that an instant belongs to; its end too, since that is where the line that clears it stands."""
    inside = (name for name, begin, end in stays if at is not None and (begin or at) <= at <= (end or at))
    return next(inside, stays[0][0] if len(stays) == 1 else None)
