"""Where things stand among the cases of a team: its hosts, their bundles, and which faults each has now."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Final

from sqlalchemy import Connection, Row, Select, select

from faultlog.store.schema import BUNDLES, CASE_TABLES, CASES
from faultlog.values import dataclass

_HOSTS: Final = CASE_TABLES["hosts"]
_INTERVALS: Final = CASE_TABLES["intervals"]


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
    """Faults that were seen open at its end."""


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
        """The bundle that tells how it is now."""
        return self.bundles[0]


def id_of(host: str) -> str:
    """How a host is called in addresses, whatever its name has in it.

    >>> id_of("name:seoul/1")
    'b6953f91193e4ed9'
    """
    return sha256(host.encode()).hexdigest()[:16]


def hosts(db: Connection, team: int) -> list[Host]:
    """All hosts of a team, by their names."""
    return sorted(_hosts(db, team, _of(team)), key=lambda one: ((one.name or "~").lower(), one.host))


def host(db: Connection, team: int, asked: str) -> Host | None:
    """One of them, by its id or as `fleet.tables.host_of` says it; `None` where there is none."""
    every = db.execute(
        select(CASES.c.host).where(CASES.c.team_id == team, CASES.c.bundle_id.is_not(None)).distinct()
    ).scalars()
    found = next((one for one in every if asked in {one, id_of(one)}), None)
    return None if found is None else next(iter(_hosts(db, team, _of(team).where(CASES.c.host == found))), None)


@dataclass(frozen=True, slots=True)
class Stay:
    """A stay of a fault as a bundle of a host tells of it; instants are microseconds since 1970 UTC."""

    bundle: str
    id: str
    """In the bundle's case."""
    fault: int
    severity: str | None
    state: str
    raised: tuple[str, int | None, int | None]
    """What is known of its begin, `fleet.tables` says how: kind, at, until."""
    cleared: tuple[str, int | None, int | None]
    length: tuple[float, float | None]
    """Seconds, at least and at most."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A span of time that a bundle's logs of faults tell of, or do not: `live`, `dead`, `blind`."""

    bundle: str
    kind: str
    begin: int
    end: int


def stays(db: Connection, team: int, of: Host) -> list[Stay]:
    """The stays of all faults of a host, each once: as the bundle that saw most of it tells."""
    i = _INTERVALS.c
    found: dict[object, Stay] = {}
    asked = select(_INTERVALS).where(i.team_id == team, i.case_id.in_([one.bundle for one in of.bundles]))
    for row in db.execute(asked.order_by(i.row)):
        stay = Stay(
            row.case_id,
            row.id,
            row.fault_id,
            row.severity,
            row.state,
            (row.raised_kind, row.raised_at, row.raised_until),
            (row.cleared_kind, row.cleared_at, row.cleared_until),
            (row.duration_min_s, row.duration_max_s),
        )
        key = (stay.fault, stay.raised)
        if key not in found or _saw(found[key]) < _saw(stay):
            found[key] = stay
    return list(found.values())


def seen(db: Connection, team: int, of: Host) -> list[Seen]:
    """What the logs of a host's bundles tell of."""
    c = CASE_TABLES["coverage"].c
    inside = c.case_id.in_([one.bundle for one in of.bundles])
    asked = select(c.case_id, c.kind, c.from_at, c.to_at).where(c.team_id == team, inside, c.of_faults.is_(True))
    known = asked.where(c.from_at.is_not(None), c.to_at.is_not(None)).order_by(c.row)
    return [Seen(*row) for row in db.execute(known)]


def _saw(stay: Stay) -> tuple[bool, float]:
    return stay.cleared[0] != "not_before", stay.length[0]


def having(db: Connection, team: int) -> Mapping[int, Sequence[Host]]:
    """By fault, the hosts that have it now: it was open at the end of their newest bundle."""
    found: dict[int, list[Host]] = defaultdict(list)
    for one in hosts(db, team):
        for fault in one.newest.open_faults:
            found[fault].append(one)
    return found


def _of(team: int) -> Select[tuple[object, ...]]:
    cells = (_HOSTS.c.name, _HOSTS.c.first_at, _HOSTS.c.last_at, _HOSTS.c.os, _HOSTS.c.os_version)
    more = (_HOSTS.c.connector_version, CASES.c.host, CASES.c.bundle_id, BUNDLES.c.uploaded_at)
    return (
        select(*cells, *more, BUNDLES.c.name.label("bundle"))
        .join(BUNDLES, BUNDLES.c.id == CASES.c.bundle_id)
        .join(_HOSTS, _HOSTS.c.case_id == CASES.c.id)
        .where(CASES.c.team_id == team, CASES.c.bundle_id.is_not(None))
    )


def _hosts(db: Connection, team: int, asked: Select[tuple[object, ...]]) -> list[Host]:
    open_in = _open_in(db, team)
    by_host: dict[str, list[Row[tuple[object, ...]]]] = defaultdict(list)
    for row in db.execute(asked):
        by_host[row.host].append(row)
    return [_host(name, rows, open_in) for name, rows in by_host.items()]


def _open_in(db: Connection, team: int) -> Mapping[str, tuple[int, ...]]:
    asked = select(_INTERVALS.c.case_id, _INTERVALS.c.fault_id).where(
        _INTERVALS.c.team_id == team, _INTERVALS.c.state == "open"
    )
    found: dict[str, set[int]] = defaultdict(set)
    for bundle, fault in db.execute(asked):
        found[bundle].add(fault)
    return {bundle: tuple(sorted(faults)) for bundle, faults in found.items()}


def _host(host: str, rows: "Sequence[Row[tuple[object, ...]]]", open_in: Mapping[str, tuple[int, ...]]) -> Host:
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
            open_in.get(row.bundle_id, ()),
        )
        for row in rows
    ]
    held.sort(key=lambda one: (one.last_at or 0, one.uploaded_at, one.bundle), reverse=True)
    named = {row.bundle_id: row.name for row in rows}
    name = next((named[one.bundle] for one in held if named[one.bundle]), None)
    return Host(id_of(host), host, name, tuple(held))
