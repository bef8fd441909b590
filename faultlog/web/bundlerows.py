"""Bundles as rows of a page, each with where it stands."""

from collections.abc import Iterable

from faultlog.store.bundles import Bundle
from faultlog.store.jobs import Job
from faultlog.store.opening import Store
from faultlog.values import dataclass
from faultlog.web.shown import machine, minute, size
from faultlog.web.standing import OPEN, Standing, standing
from faultlog.web.who import Who
from faultlog.wording import Wording

Found = Iterable[tuple[Bundle, Job | None]]
"""Bundles, each with its newest job."""


@dataclass(frozen=True, slots=True)
class Row:
    """A bundle in a list."""

    id: str
    name: str
    size: str
    uploaded: str
    uploaded_machine: str
    standing: Standing


def rows(store: Store, who: Who, found: Found, say: Wording) -> list[Row]:
    """Bundles of a team as rows."""
    return [
        Row(one.id, one.name, size(one.size), minute(at), machine(at), standing(store, who.team, one, job, say))
        for one, job in found
        for at in (one.uploaded_at,)
    ]


def is_open(found: Found) -> bool:
    """Whether something is still to come of any of them."""
    return any(job is not None and job.state in OPEN for _, job in found)
