"""All that a team has: as the frames that a fleet is counted from, and what of it can be chosen."""

import hashlib
from typing import Any, Final

from sqlalchemy import Column, Connection, func, select

from faultlog.fleet.reading import READ, Frames, counted
from faultlog.store.cases import frame
from faultlog.store.hosts import strangers
from faultlog.store.schema import CASE_TABLES, CASES, JOBS
from faultlog.values import dataclass

OUTCOMES: Final = ("done", "failed", "quarantined")
"""How a bundle's job ends that counts."""


@dataclass(frozen=True, slots=True)
class Offered:
    """What of a fleet can be chosen."""

    faults: tuple[int, ...]
    versions: tuple[str, ...]
    systems: tuple[str, ...]
    os_versions: tuple[str, ...]


def frames(db: Connection, team: int) -> Frames:
    """The frames of a team's cases, as those of a lake that was filled with the same bundles.

    Their `rules` names every set of rules that one of the cases was made with, joined by `+`.
    """
    made = select(CASES.c.rules).where(CASES.c.team_id == team, CASES.c.joined_id.is_(None)).distinct()
    rules = sorted(db.execute(made).scalars())
    return counted({name: frame(db, team, name) for name in READ}, "+".join(rules), strangers(db, team))


def fingerprint(db: Connection, team: int) -> str:
    """What differs once the cases of a team do that are counted, or what became of its bundles."""
    asked = select(CASES.c.id, CASES.c.analysed_at).where(CASES.c.team_id == team, CASES.c.joined_id.is_(None))
    told = [f"{row.id} {row.analysed_at}" for row in db.execute(asked.order_by(CASES.c.id))]
    told += [" ".join(sorted(one)) for one in strangers(db, team)]
    ended = select(JOBS.c.state, func.count(), func.max(JOBS.c.ended_at)).group_by(JOBS.c.state).order_by(JOBS.c.state)
    of_bundles = ended.where(JOBS.c.team_id == team, JOBS.c.bundle_id.is_not(None), JOBS.c.state.in_(OUTCOMES))
    told += [str(tuple(row)) for row in db.execute(of_bundles)]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def offered(db: Connection, team: int) -> Offered:
    """What can be chosen of a team's cases."""
    hosts, stays = CASE_TABLES["hosts"].c, CASE_TABLES["intervals"].c
    return Offered(
        tuple(_told(db, team, stays.fault_id)),
        tuple(_told(db, team, hosts.connector_version)),
        tuple(_told(db, team, hosts.os)),
        tuple(_told(db, team, hosts.os_version)),
    )


def _told(db: Connection, team: int, column: "Column[Any]") -> list[Any]:
    """What the cases that are counted say somewhere."""
    of_cases = CASES.c.id == column.table.c.case_id
    asked = select(column).join(CASES, of_cases).where(CASES.c.team_id == team, CASES.c.joined_id.is_(None))
    return sorted(db.execute(asked.where(column.is_not(None)).distinct()).scalars())
