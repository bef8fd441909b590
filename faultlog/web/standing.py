"""Where a bundle stands, in one line: waiting, worked on, given up, or what its case says first."""

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from faultlog.report.document import CaseDocument
from faultlog.store import cases
from faultlog.store.bundles import Bundle
from faultlog.store.jobs import Job, State
from faultlog.store.opening import Store
from faultlog.values import dataclass
from faultlog.web.shown import size
from faultlog.wording import Wording

if TYPE_CHECKING:
    from faultlog.report.html.cards import Badge

OPEN: Final = frozenset({"queued", "leased"})
"""States in which something is still to come."""
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


def standing(store: Store, team: int, bundle: Bundle, job: Job | None, say: Wording) -> Standing:
    """Where a bundle of a team stands."""
    if job is None or job.state != "done":
        return of_job(job, say)
    return _first(_Kept(store, team, bundle.id, job.id, say))


def of_job(job: Job | None, say: Wording) -> Standing:
    """Where a bundle without a case stands."""
    from faultlog.report.html.cards import Badge

    state: State = "cancelled" if job is None else job.state
    kind, sign = _SIGNS[state]
    badge = Badge(kind, sign, say.words(f"web.state.{state}"))
    return Standing(badge, "" if job is None else _told(job, say))


def of_case(doc: CaseDocument, say: Wording) -> Standing:
    """What a case says first."""
    from faultlog.report import about
    from faultlog.report.html.cards import cards
    from faultlog.report.view import seen

    view = seen(doc, say)
    first = cards(view)[0].news[0]
    return Standing(first.badge, first.said, about.host(view)[0])


def why(job: Job, say: Wording) -> str:
    """Why there is no case."""
    key = f"web.why.{job.reason}"
    return say.words(key if say.has(key) else f"web.why.{job.state}")


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


class _Kept:
    """Where the case that a job made is; two of the same job are one."""

    def __init__(self, store: Store, team: int, bundle: str, job: str, say: Wording) -> None:
        self.store, self.team, self.bundle, self.say = store, team, bundle, say
        self._key = (team, bundle, job, say.language)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Kept) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)


@lru_cache(maxsize=2000)
def _first(kept: _Kept) -> Standing:
    """What a case says first; it is remembered, since lists ask often and a case does not change."""
    doc = kept.store.read(cases.document, kept.team, kept.bundle)
    return (
        of_job(None, kept.say)
        if doc is None
        else of_case(doc, Wording(kept.say.language, kept.say.rules, doc.host.time_zone.name))
    )
