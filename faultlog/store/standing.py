"""How a store stands as a whole: jobs by state and reason, how long the oldest waits, who works. No team's secrets."""

from sqlalchemy import Connection, func, select

from faultlog.store import workers
from faultlog.store.schema import BUNDLES, JOBS
from faultlog.store.texts import now
from faultlog.values import dataclass


@dataclass(frozen=True, slots=True)
class Standing:
    """It, at one time."""

    jobs: tuple[tuple[str, str, int], ...]
    """State, reason (empty where there is none), how many."""
    waiting_s: float
    """Seconds that the oldest job waits that nobody has; 0 where none waits."""
    workers: int
    bundles: int
    stored_bytes: int


def standing(db: Connection) -> Standing:
    """How a store stands."""
    number = func.count()
    jobs = db.execute(select(JOBS.c.state, JOBS.c.reason, number).group_by(JOBS.c.state, JOBS.c.reason)).all()
    oldest = db.execute(select(func.min(JOBS.c.queued_at)).where(JOBS.c.state == "queued")).scalar_one()
    bundles, size = db.execute(select(number, func.coalesce(func.sum(BUNDLES.c.size), 0)).select_from(BUNDLES)).one()
    return Standing(
        tuple(sorted((state, reason or "", count) for state, reason, count in jobs)),
        0.0 if oldest is None else max(0, now() - oldest) / 1e6,
        workers.alive(db),
        bundles,
        int(size),
    )
