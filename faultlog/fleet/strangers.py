"""Whether bundles that share nothing but a host's name can be of one host.

A host writes one connector log. Bundles of one host whose connector logs overlap in time share lines, then; bundles
of two hosts that have one name share none.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations

from faultlog.model import Instant
from faultlog.report.document import CaseDocument
from faultlog.report.rows import Warn
from faultlog.rotation import role_of

_SHARING = frozenset({"same_content", "contained", "overlap"})
"""Warnings of a file whose lines stand in another one, which they name."""

Span = tuple[int, int]


def stranger(joined: CaseDocument, alone: Sequence[tuple[str, CaseDocument]]) -> str | None:
    """Why bundles cannot be of one host; `None` where nothing speaks against it.

    Args:
        joined: what they say together.
        alone: the name and what it says by itself, of each in the order in which they were joined.
    """
    systems = sorted({doc.host.os for _, doc in alone if doc.host.os is not None})
    if len(systems) > 1:
        return f"they have its name, but some are of {systems[0]} and some of {systems[1]}"
    places = list(_places([name for name, _ in alone]))
    shared = [{place for place in places if _concerns(place, one)} for one in joined.warnings if one.code in _SHARING]
    for (one, (_, doc)), (other, (_, second)) in combinations(zip(places, alone, strict=True), 2):
        at = _overlap(doc, second)
        if at is not None and not _tied(one, other, shared):
            return f"{one} and {other} have its name and no line in common, though both have lines of {at}"
    return None


def _places(names: Sequence[str]) -> Iterator[str]:
    """What the paths of each bundle begin with: its name, numbered from 2 where it was met before."""
    met = Counter[str]()
    for name in names:
        met[name] += 1
        yield name if met[name] == 1 else f"{name}#{met[name]}"


def _concerns(place: str, warning: Warn) -> bool:
    """Whether a warning is about a file of a bundle."""
    return any(
        said == place or f"{place}/" in said or f"{place}!/" in said for said in (warning.file or "", warning.detail)
    )


def _tied(one: str, other: str, shared: Sequence[set[str]]) -> bool:
    """Whether two bundles share lines, perhaps by way of others."""
    reached, before = {one}, set[str]()
    while reached != before:
        before = reached
        reached = reached.union(*(places for places in shared if places & reached))
    return other in reached


def _overlap(one: CaseDocument, other: CaseDocument) -> str | None:
    """An instant of which both have lines of a connector's log, where there is one."""
    for begin, end in _spans(one):
        for first, last in _spans(other):
            at = max(begin, first)
            if at < min(end, last):
                return str(Instant(at))
    return None


def _spans(doc: CaseDocument) -> list[Span]:
    return [
        (Instant.of(one.first_at).ns, Instant.of(one.last_at).ns)
        for one in doc.files
        if one.first_at is not None and one.last_at is not None and _is_connectors(one.path)
    ]


def _is_connectors(path: str) -> bool:
    return role_of(path.rpartition("/")[2].removesuffix(".gz")) == "connector"
