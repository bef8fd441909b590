"""What was observed, as bars of a lane: what was logged, over it where the connector was stopped, over both holes."""

from collections.abc import Iterable, Sequence

from faultlog.report.html.drawing import Axis, Bar, piece, runs
from faultlog.report.rows import Span
from faultlog.report.times import Times, nanoseconds

MOST_SPANS = 60
"""Spans of one kind that are drawn one by one; of more, those that lie close are drawn together. Tool default."""

Ends = tuple[int, int]
"""Begin and end in nanoseconds since 1970."""


def bars_of(times: Times, ends: Sequence[tuple[str, int, int]], axis: Axis, before: str = "") -> tuple[Bar, ...]:
    """A bar for each span that `by_kind` and `few` left; `before` is what its label begins with."""
    return tuple(
        Bar(
            f"{before}{times.wording.words(f'bars.{kind}')}, {times.second(begin)} – {times.second(end)}",
            (piece(axis, kind, begin, end),),
            "none",
            kind,
        )
        for kind, begin, end in ends
    )


def by_kind(spans: Iterable[Span]) -> dict[str, list[Ends]]:
    """The dated spans of each kind, the most telling kind last."""
    known: dict[str, list[Ends]] = {"live": [], "dead": [], "blind": []}
    for span in spans:
        begin, end = nanoseconds(span.from_), nanoseconds(span.to)
        if begin is not None and end is not None:
            known[span.kind].append((begin, end))
    return known


def few(known: dict[str, list[Ends]], axis: Axis) -> list[tuple[str, int, int]]:
    """Kind, begin and end: spans of one kind that touch as one, close ones together if there are many."""
    return [(kind, begin, end) for kind, some in known.items() for begin, end in thinned(joined(some), axis)]


def thinned(spans: Sequence[Ends], axis: Axis) -> list[Ends]:
    """Spans in order, close ones together if there are many."""
    return list(spans) if len(spans) <= MOST_SPANS else [run[:2] for run in runs(axis, spans, MOST_SPANS)]


def unseen(known: dict[str, list[Ends]], axis: Axis) -> list[Ends]:
    """What is hidden of the time that is drawn: where it is blind, and where no log reaches."""
    return joined([*known["blind"], *between(joined([one for some in known.values() for one in some]), axis)])


def joined(spans: Iterable[Ends]) -> list[Ends]:
    """Spans that touch as one, in order."""
    found: list[Ends] = []
    for begin, end in sorted(spans):
        if found and begin <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((begin, end))
    return found


def between(spans: Sequence[Ends], axis: Axis) -> list[Ends]:
    """What lies between such spans, before the first and after the last."""
    begins = [axis.begin, *(end for _, end in spans)]
    ends = [*(begin for begin, _ in spans), axis.end]
    return [(begin, end) for begin, end in zip(begins, ends, strict=True) if begin < end]
