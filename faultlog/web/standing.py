"""Where a bundle stands, in one line: waiting, worked on, given up, or what its case says first."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from faultlog.store import cases
from faultlog.store.bundles import Bundle
from faultlog.store.jobs import Job, State
from faultlog.store.opening import Store
from faultlog.values import dataclass
from faultlog.web.shown import minute, size
from faultlog.wording import Wording

if TYPE_CHECKING:
    from faultlog.report.html.cards import Badge

OPEN: Final = frozenset({"queued", "leased"})
"""States in which something is still to come."""
_HOPELESS: Final = frozenset(
    [
        "unreadable",
        "unsupported",
        "bomb_header",
        "bomb_members",
        "truncated",
        "zip_inconsistent",
        "zip_overlap",
        "encrypted",
        "bomb_depth",
        "several_hosts",
        "vanished",
    ]
)
"""Reasons that stay as long as the file is what it is."""
_SIGNS: Final[Mapping[State, tuple[str, str]]] = {
    "queued": ("plain", "○"),
    "leased": ("note", "◔"),
    "failed": ("warning", "!"),
    "quarantined": ("unread", "!"),
    "cancelled": ("plain", "–"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What is said of a bundle first."""

    badge: "Badge"
    said: str
    host: str = ""
    as_of: str = ""
    """When that was so, where it is of a case whose lines have a time."""


def standing(store: Store, team: int, bundle: Bundle, job: Job | None, say: Wording) -> Standing:
    """Where a bundle of a team stands."""
    if job is None or job.state != "done":
        return of_job(job, say)
    first = store.read(cases.first, team, bundle.id)
    return of_job(None, say) if first is None else _of_case(first, say)


def of_job(job: Job | None, say: Wording) -> Standing:
    """Where a bundle without a case stands."""
    from faultlog.report.html.cards import Badge

    state: State = "cancelled" if job is None else job.state
    kind, sign = _SIGNS[state]
    badge = Badge(kind, sign, say.words(f"web.state.{state}"))
    return Standing(badge, "" if job is None else _told(job, say))


def _of_case(first: cases.First, say: Wording) -> Standing:
    from faultlog.report.html.cards import badge

    as_of = "" if first.last_at is None else say.words("web.as_of", when=minute(first.last_at))
    return Standing(badge(first.mark, say), first.said[say.language], first.host or say.words("host.unknown"), as_of)


def why(job: Job, say: Wording) -> str:
    """Why there is no case."""
    key = f"web.why.{job.reason}"
    return say.words(key if say.has(key) else f"web.why.{job.state}")


def may_do_better(job: Job | None) -> bool:
    """Whether the analysis of a bundle that has no case may end otherwise another time."""
    return job is None or job.state != "quarantined" or job.reason not in _HOPELESS


def to_do(job: Job | None, say: Wording) -> str:
    """What one does about a bundle that has no case."""
    if job is None:
        return say.words("web.do.cancelled")
    key, otherwise = f"web.do.{job.reason}", job.state if may_do_better(job) else "hopeless"
    return say.words(key if say.has(key) else f"web.do.{otherwise}")


def reading(job: Job, say: Wording) -> str:
    """What is being read, and how much was."""
    if job.stop:
        return say.words("web.stopping")
    if job.reading is None:
        return say.words("web.beginning")
    return say.words("web.reading", file=job.reading, size=size(job.done_bytes))


def _told(job: Job, say: Wording) -> str:
    if job.state == "leased":
        return reading(job, say)
    return why(job, say) if job.state in {"failed", "quarantined"} else ""
