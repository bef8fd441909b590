"""The span of time that a picture shows, laid onto its width."""

from collections.abc import Iterable, Sequence

from faultlog.model import NS
from faultlog.report.document import CaseDocument
from faultlog.report.rows import Span
from faultlog.report.times import ends_of, nanoseconds
from faultlog.report.window import Ends
from faultlog.values import dataclass

ROOM = 14.0
"""Pixels left and right of what is known, for arrows. Tool default."""
SHORTEST = 10 * NS
"""The least time that a picture spans, so that a single line has a place. Tool default."""
FURTHER = 4
"""A deadline or a status after the end of all logs is shown if it lies within this part of the span. Tool default."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Instants laid onto pixels."""

    begin: int
    """Nanoseconds since 1970."""
    end: int
    left: float
    right: float

    @property
    def span(self) -> int:
        """Nanoseconds from the begin to the end."""
        return self.end - self.begin

    def x(self, ns: int) -> float:
        """The pixel of an instant, held inside the picture."""
        inner = self.right - self.left - 2 * ROOM
        at = self.left + ROOM + inner * (ns - self.begin) / self.span
        return min(self.right, max(self.left, at))

    def holds(self, ns: int) -> bool:
        """Whether an instant is shown."""
        return self.begin <= ns <= self.end


def frame_of(doc: CaseDocument, spans: Sequence[Span], window: Ends, *, left: float, right: float) -> Frame | None:
    """The time that a case spans, or the window that was asked for; `None` where nothing is dated."""
    known = [ns for at in _ends(doc, spans) if (ns := nanoseconds(at)) is not None]
    if not known:
        return None
    begin, end = min(known), max(known)
    ahead = [ns for one in doc.findings if (ns := nanoseconds(one.deadline_at)) is not None]
    ahead += [ns for one in doc.snapshots if (ns := nanoseconds(one.at)) is not None]
    end = max([end, *(ns for ns in ahead if ns <= end + (end - begin) // FURTHER)])
    since, until = (None if one is None else one.ns for one in window)
    begin, end = (min(begin, until or begin), end) if since is None else (since, max(end, since))
    end = end if until is None else until
    missing = max(0, SHORTEST - (end - begin))
    return Frame(begin - missing // 2, end + (missing + 1) // 2, left, right)


def _ends(doc: CaseDocument, spans: Sequence[Span]) -> Iterable[str | None]:
    for span in spans:
        yield from (span.from_, span.to)
    for one in doc.intervals:
        yield from ends_of(one)
    if not spans and not doc.intervals:
        yield from (at for file in doc.files for at in (file.first_at, file.last_at))
