"""What the audit of a team notes."""

from sqlalchemy import select

from faultlog.store.schema import AUDIT


def deeds(db, team):
    """What was done, the newest first."""
    return db.execute(select(AUDIT).where(AUDIT.c.team_id == team).order_by(AUDIT.c.id.desc())).all()
