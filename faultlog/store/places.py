"""Where things stand among the cases of a team: its hosts, their bundles, and which faults each has now."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Final

from sqlalchemy import Connection, Row, Select, func, select

from faultlog.store.hosts import APART, OF_STRANGERS, STRANGERS
from faultlog.store.schema import BUNDLES, CASE_TABLES, CASES
from faultlog.values import dataclass

_HOSTS: Final = CASE_TABLES["hosts"]


@dataclass(frozen=True, slots=True)
class Held:
    """A bundle of a host that was analysed."""

    bundle: str
    name: str
    uploaded_at: int
    first_at: int | None
    """Of its lines; instants are microseconds since 1970 UTC."""
    last_at: int | None
    connector_version: str | None
    os: str | None
    os_version: str | None
    open_faults: tuple[int, ...]
    """Faults that were seen open at its end, as it tells alone."""
    joined: str | None
    """The case of several bundles of the host that stands for its own."""

    @property
    def case(self) -> str:
        """The case that is counted of it."""
        return self.joined or self.bundle


@dataclass(frozen=True, slots=True)
class Host:
    """A host, by what its newest bundle says of it."""

    id: str
    """Which of the team's hosts it is, in addresses."""
    host: str
    """As `fleet.tables.host_of` says it."""
    name: str | None
    bundles: tuple[Held, ...]
    """The newest first."""

    @property
    def newest(self) -> Held:
        """The bundle that ends last."""
        return self.bundles[0]

    @property
    def cases(self) -> tuple[str, ...]:
        """The cases that are counted of it, the newest first; of several bundles together, or of one."""
        return tuple(dict.fromkeys(one.case for one in self.bundles))

    def bundles_of(self, case: str) -> list[Held]:
        """The bundles that a case is made of."""
        return [one for one in self.bundles if one.case == case]


def id_of(host: str) -> str:
    """How a host is called in addresses, whatever its name has in it.

    >>> id_of("name:seoul/1")
    'b6953f91193e4ed9'
    """
    return sha256(host.encode()).hexdigest()[:16]


def host(db: Connection, team: int, asked: str) -> Host | None:
    """One of them, by its id or as `fleet.tables.host_of` says it; `None` where there is none."""
    every = db.execute(
        select(CASES.c.host).where(CASES.c.team_id == team, CASES.c.bundle_id.is_not(None)).distinct()
    ).scalars()
    found = next((one for one in every if asked in {one, id_of(one)}), None)
    return None if found is None else _host(found, db.execute(_of(team).where(CASES.c.host == found)).all())


@dataclass(frozen=True, slots=True)
class Seen:
    """A span of time that a bundle's logs of faults tell of, or do not: `live`, `dead`, `blind`."""

    bundle: str
    kind: str
    begin: int
    end: int


def seen(db: Connection, team: int, of: Host) -> list[Seen]:
    """What the logs of a host's bundles tell of."""
    c = CASE_TABLES["coverage"].c
    inside = c.case_id.in_([one.bundle for one in of.bundles])
    asked = select(c.case_id, c.kind, c.from_at, c.to_at).where(c.team_id == team, inside, c.of_faults.is_(True))
    known = asked.where(c.from_at.is_not(None), c.to_at.is_not(None)).order_by(c.row)
    return [Seen(*row) for row in db.execute(known)]


@dataclass(frozen=True, slots=True)
class Having:
    """A case of a host in which a fault stands, or stood."""

    case: str
    name: str | None


def having(db: Connection, team: int) -> Mapping[int, Sequence[Having]]:
    """By fault, the hosts that have it now: it was seen open at the end of the newest case that is counted of each."""
    rank = func.row_number().over(
        partition_by=(CASES.c.host, APART), order_by=(_HOSTS.c.last_at.desc().nulls_last(), CASES.c.id)
    )
    newest = (
        select(CASES.c.id, CASES.c.open_faults, _HOSTS.c.name, rank.label("rank"))
        .join(_HOSTS, _HOSTS.c.case_id == CASES.c.id)
        .outerjoin(STRANGERS, OF_STRANGERS)
        .where(CASES.c.team_id == team, CASES.c.joined_id.is_(None))
        .subquery()
    )
    asked = select(newest).where(newest.c.rank == 1, newest.c.open_faults != "[]")
    found: dict[int, list[Having]] = defaultdict(list)
    for row in db.execute(asked.order_by(func.lower(func.coalesce(newest.c.name, "~")), newest.c.id)):
        for fault in json.loads(row.open_faults):
            found[fault].append(Having(row.id, row.name))
    return found


MOST_FIRED: Final = 20
"""Cases that are named in which a fault stood, the newest. Tool default."""


@dataclass(frozen=True, slots=True)
class Fired:
    """Where a fault stood, in all cases that are counted."""

    stays: int
    cases: int
    verdicts: Mapping[str, int]
    """Its findings, by verdict."""
    newest: Sequence[Having]
    """Cases, those that were analysed last first."""


def fired(db: Connection, team: int, fault: int) -> Fired:
    """Where a fault of a team's hosts stood."""
    i, f = CASE_TABLES["intervals"].c, CASE_TABLES["findings"].c
    of_team = (CASES.c.team_id == team, CASES.c.joined_id.is_(None))
    counts = select(func.count(), func.count(i.case_id.distinct())).join(CASES, CASES.c.id == i.case_id)
    stays, cases = db.execute(counts.where(*of_team, i.fault_id == fault)).one()
    verdicts = select(f.verdict, func.count()).join(CASES, CASES.c.id == f.case_id).group_by(f.verdict)
    told = {str(verdict): int(count) for verdict, count in db.execute(verdicts.where(*of_team, f.fault_id == fault))}
    mine = select(i.case_id).where(i.team_id == team, i.fault_id == fault)
    newest = select(CASES.c.id, _HOSTS.c.name).join(_HOSTS, _HOSTS.c.case_id == CASES.c.id)
    rows = db.execute(
        newest.where(*of_team, CASES.c.id.in_(mine)).order_by(CASES.c.analysed_at.desc(), CASES.c.id).limit(MOST_FIRED)
    )
    return Fired(stays, cases, told, [Having(*row) for row in rows])


def _of(team: int) -> Select[tuple[object, ...]]:
    cells = (_HOSTS.c.name, _HOSTS.c.first_at, _HOSTS.c.last_at, _HOSTS.c.os, _HOSTS.c.os_version)
    more = (_HOSTS.c.connector_version, CASES.c.host, CASES.c.bundle_id, CASES.c.open_faults, CASES.c.joined_id)
    return (
        select(*cells, *more, BUNDLES.c.uploaded_at, BUNDLES.c.name.label("bundle"))
        .join(BUNDLES, BUNDLES.c.id == CASES.c.bundle_id)
        .join(_HOSTS, _HOSTS.c.case_id == CASES.c.id)
        .where(CASES.c.team_id == team, CASES.c.bundle_id.is_not(None))
    )


def _host(host: str, rows: "Sequence[Row[tuple[object, ...]]]") -> Host:
    held = [
        Held(
            row.bundle_id,
            row.bundle,
            row.uploaded_at,
            row.first_at,
            row.last_at,
            row.connector_version,
            row.os,
            row.os_version,
            tuple(json.loads(row.open_faults)),
            row.joined_id,
        )
        for row in rows
    ]
    held.sort(key=lambda one: (one.last_at or 0, one.uploaded_at, one.bundle), reverse=True)
    named = {row.bundle_id: row.name for row in rows}
    name = next((named[one.bundle] for one in held if named[one.bundle]), None)
    return Host(id_of(host), host, name, tuple(held))
