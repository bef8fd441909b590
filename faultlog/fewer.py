"""Spans of what was observed, as few as a document can bear; time that was hidden stays hidden."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from faultlog.case import Coverage

MOST_SPANS = 200
"""Spans of one kind. Tool default."""


def fewer(spans: Iterable[Coverage], most: int = MOST_SPANS) -> tuple[Coverage, ...]:
    """At most so many spans of each kind, in time order; the same ones where they are no more.

    Of too many stops the shortest count as logged: both hide nothing. Of too many others those that lie closest are
    one, for `several` reasons. Where spans overlap then, what is blind is meant.
    """
    kinds: dict[str, list[Coverage]] = {"live": [], "dead": [], "blind": []}
    for span in dict.fromkeys(spans):
        kinds[span.kind].append(span)
    stops = sorted(kinds["dead"], key=lambda span: span.from_.ns - span.to.ns)
    kinds["dead"] = stops[:most]
    kinds["live"] += [replace(span, kind="live") for span in stops[most:]]
    found = [one for some in kinds.values() for one in _closest_joined(some, most)]
    return tuple(sorted(found, key=lambda span: (span.from_, span.to, span.file or "", span.kind)))


def _closest_joined(spans: Sequence[Coverage], most: int) -> Sequence[Coverage]:
    if len(spans) <= most:
        return spans
    touching = _joined(spans, 0)
    gaps = sorted(after.from_.ns - before.to.ns for before, after in pairwise(touching))
    return touching if len(touching) <= most else _joined(touching, gaps[len(touching) - most - 1])


def _joined(spans: Iterable[Coverage], apart: int) -> list[Coverage]:
    """Those no further apart than so many nanoseconds as one."""
    found: list[Coverage] = []
    for span in sorted(spans, key=lambda span: (span.from_, span.to)):
        before = found[-1] if found else None
        if before is not None and span.from_.ns - before.to.ns <= apart:
            end = max(before.to, span.to)
            found[-1] = replace(before, to=end, reason="several", file=None)
        else:
            found.append(span)
    return found
