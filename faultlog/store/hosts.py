"""Several bundles of one host: one case of them all, so that lines that stand in two of them count once.

A bundle's own case stays; where the case of all stands for it, it is not counted. Whatever changes the bundles of a
host, a new one, one that is analysed again, one that is deleted, removes a case of all that it would make untrue, and
queues a job that makes a new one: in the same transaction. All that changes the cases of a team waits for its turn.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Final, Literal

from sqlalchemy import Connection, and_, case, delete, func, select, update

from faultlog.fleet.units import case_of
from faultlog.report.document import CaseDocument
from faultlog.store.blobs import new_id
from faultlog.store.cases import Origin, put
from faultlog.store.jobs import Lease, State, end, enqueue_host, give_back
from faultlog.store.schema import BUNDLES, CASES, JOBS, TEAMS
from faultlog.values import dataclass

Ending = Literal["done", "again", "lost"]
"""Of a host's job: its case is kept; its bundles changed meanwhile, it is queued again; it was another's."""
_NOBODY: Final = "case:"
"""What the host of a case begins with that does not say whose it is."""


@dataclass(frozen=True, slots=True)
class Part:
    """A bundle of a host, as it was analysed alone."""

    bundle: str
    """Its id, and that of its case."""
    sha256: str
    name: str
    asked: Mapping[str, str]
    analysed_at: int
    joined: str | None
    """The case that stands for it."""


def finish(db: Connection, held: Lease, sha256: str, rules: str, doc: CaseDocument) -> bool:
    """End the job of a bundle with its case; whether it was still the worker's to end: if not, nothing is written.

    Args:
        db: the transaction.
        held: the worker's lease of a bundle's job.
        sha256: what identifies the bundle.
        rules: what decides the case besides.
        doc: what its analysis said.
    """
    in_turn(db, held.team)
    if held.bundle is None or not end(db, held, "done"):
        return False
    before = part_from(db, held.team, held.bundle)
    put(db, Origin(held.bundle, held.team, held.bundle, [sha256], sha256, rules), doc)
    now_of = db.execute(select(CASES.c.host).where(CASES.c.id == held.bundle)).scalar_one()
    join(db, held.team, {str(now_of), *before})
    return True


def in_turn(db: Connection, team: int) -> None:
    """Wait until nobody else changes the cases of a team; SQLite has one writer anyway."""
    db.execute(select(TEAMS.c.id).where(TEAMS.c.id == team).with_for_update(key_share=True))


def part_from(db: Connection, team: int, bundle: str) -> list[str]:
    """Remove the case that stands for a bundle and others, as it will not be true; the host of whose bundles it was."""
    row = db.execute(
        select(CASES.c.host, CASES.c.joined_id).where(CASES.c.team_id == team, CASES.c.bundle_id == bundle)
    ).one_or_none()
    if row is None:
        return []
    db.execute(delete(CASES).where(CASES.c.team_id == team, CASES.c.id == row.joined_id))
    return [str(row.host)]


def join(db: Connection, team: int, hosts: Collection[str]) -> None:
    """Queue the making of one case for those of some hosts that have several bundles."""
    for host in hosts:
        if not host.startswith(_NOBODY) and len(parts(db, team, host)) > 1:
            enqueue_host(db, team, host)


def parts(db: Connection, team: int, host: str) -> list[Part]:
    """The bundles of a host that were analysed, by their hashes."""
    found = db.execute(
        select(BUNDLES.c.id, BUNDLES.c.sha256, BUNDLES.c.name, BUNDLES.c.asked, CASES.c.analysed_at, CASES.c.joined_id)
        .join(CASES, CASES.c.bundle_id == BUNDLES.c.id)
        .where(CASES.c.team_id == team, CASES.c.host == host)
        .order_by(BUNDLES.c.sha256)
    )
    return [Part(row.id, row.sha256, row.name, json.loads(row.asked), row.analysed_at, row.joined_id) for row in found]


def apart(found: Sequence[Part]) -> bool:
    """Whether some bundles have no case of them all."""
    return len(found) > 1 and (found[0].joined is None or len({one.joined for one in found}) > 1)


@dataclass(frozen=True, slots=True)
class Joining:
    """How far the making of one case of all bundles of a host is, by its newest job."""

    state: State
    reason: str | None
    """Why they stay apart."""
    detail: str | None


def joining(db: Connection, team: int, host: str) -> Joining | None:
    """How far it is for a host of a team; `None` where nothing is to be joined."""
    asked = select(JOBS.c.state, JOBS.c.reason, JOBS.c.detail).where(JOBS.c.team_id == team, JOBS.c.host == host)
    row = db.execute(asked.order_by(JOBS.c.queued_at.desc(), JOBS.c.id).limit(1)).one_or_none()
    return None if row is None else Joining(row.state, row.reason, row.detail)


_newest = (
    select(
        JOBS.c.team_id,
        JOBS.c.host,
        JOBS.c.reason,
        JOBS.c.ended_at,
        func.row_number()
        .over(partition_by=(JOBS.c.team_id, JOBS.c.host), order_by=(JOBS.c.ended_at.desc(), JOBS.c.id))
        .label("rank"),
    )
    .where(JOBS.c.host.is_not(None), JOBS.c.state.in_(("done", "quarantined")))
    .subquery()
)
STRANGERS: Final = (
    select(_newest.c.team_id, _newest.c.host, _newest.c.ended_at)
    .where(_newest.c.rank == 1, _newest.c.reason == "several_hosts")
    .subquery("strangers")
)
"""Hosts whose bundles were found not to be of one: those analysed before `ended_at` only have its name."""
OF_STRANGERS: Final = and_(
    STRANGERS.c.team_id == CASES.c.team_id,
    STRANGERS.c.host == CASES.c.host,
    CASES.c.analysed_at <= STRANGERS.c.ended_at,
)
"""Which cases those are."""
APART: Final = case((STRANGERS.c.host.is_not(None), CASES.c.id), else_="")
"""What tells cases of one name apart, once they are joined with those: a stranger counts as a host of its own."""


def strangers(db: Connection, team: int) -> list[frozenset[str]]:
    """Bundles of a team by their hashes, those together that have one name and are not of one host."""
    asked = (
        select(CASES.c.host, BUNDLES.c.sha256)
        .join(BUNDLES, BUNDLES.c.id == CASES.c.bundle_id)
        .join(STRANGERS, OF_STRANGERS)
        .where(CASES.c.team_id == team)
    )
    found: dict[str, set[str]] = defaultdict(set)
    for host, sha256 in db.execute(asked):
        found[host].add(sha256)
    return [frozenset(found[host]) for host in sorted(found)]


def finish_host(db: Connection, held: Lease, joined: Sequence[Part], rules: str, doc: CaseDocument) -> Ending:
    """End the job of a host with the case of all its bundles.

    Nothing is written where the job is another worker's by now, or where a bundle that was read is not there any more
    as it was.

    Args:
        db: the transaction.
        held: the worker's lease of a host's job.
        joined: the bundles that were read.
        rules: what decides the case besides.
        doc: what their analysis said.
    """
    in_turn(db, held.team)
    there = {(one.bundle, one.analysed_at) for one in parts(db, held.team, held.host or "")}
    if not there.issuperset((one.bundle, one.analysed_at) for one in joined):
        return "again" if give_back(db, held) else "lost"
    if not end(db, held, "done"):
        return "lost"
    hashes = [one.sha256 for one in joined]
    origin = Origin(new_id(), held.team, None, hashes, case_of(hashes), rules)
    mine = CASES.c.bundle_id.in_([one.bundle for one in joined])
    older = select(CASES.c.joined_id).where(CASES.c.team_id == held.team, mine, CASES.c.joined_id.is_not(None))
    db.execute(delete(CASES).where(CASES.c.team_id == held.team, CASES.c.id.in_(older)))
    put(db, origin, doc)
    db.execute(update(CASES).where(CASES.c.team_id == held.team, mine).values(joined_id=origin.id))
    return "done"
