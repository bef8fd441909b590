"""All that a team has, as the frames that a fleet is counted from."""

import hashlib

from sqlalchemy import Connection, select

from faultlog.fleet.reading import READ, Frames, counted
from faultlog.store.cases import frame
from faultlog.store.hosts import strangers
from faultlog.store.schema import CASES


def frames(db: Connection, team: int) -> Frames:
    """The frames of a team's cases, as those of a lake that was filled with the same bundles.

    Their `rules` names every set of rules that one of the cases was made with, joined by `+`.
    """
    made = select(CASES.c.rules).where(CASES.c.team_id == team, CASES.c.joined_id.is_(None)).distinct()
    rules = sorted(db.execute(made).scalars())
    return counted({name: frame(db, team, name) for name in READ}, "+".join(rules), strangers(db, team))


def fingerprint(db: Connection, team: int) -> str:
    """What differs once the cases of a team do that are counted."""
    asked = select(CASES.c.id, CASES.c.analysed_at).where(CASES.c.team_id == team, CASES.c.joined_id.is_(None))
    told = [f"{row.id} {row.analysed_at}" for row in db.execute(asked.order_by(CASES.c.id))]
    told += [" ".join(sorted(one)) for one in strangers(db, team)]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()
