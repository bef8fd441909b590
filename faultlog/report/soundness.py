"""What a case document keeps beyond the types of its parts: ids that are there, times in order, numbers that fit.

Whoever reads a saved document asks this, so that none that was changed by hand is drawn with times that cannot be.
"""

import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from faultlog.elapsed import LONGEST_S
from faultlog.errors import UnknownName
from faultlog.model import NS, Instant
from faultlog.report.rows import Cleared, File, Finding, Interval, Raised, Row, Span, Text, TimeZone
from faultlog.trails import STEP_S
from faultlog.values import dataclass
from faultlog.zones import zone_of

if TYPE_CHECKING:
    from faultlog.report.document import CaseDocument

Complaint = tuple[str, str]
"""A place in the document, dotted, and what is wrong there."""

MOST: Final = 2**63 - 1
"""The largest number that tables and databases take."""
MOST_S: Final = LONGEST_S
"""The longest time in seconds: more than the calendar has."""
SLACK_S: Final = 2.0
"""By how many seconds times may miss each other that were rounded or come from two clocks."""
EXTRACT: Final = "extract"
"""The warning of a document from which rows were left out."""
_STATED: Final[Mapping[str, tuple[str, ...]]] = {
    "observed": ("at",),
    "not_after": ("until",),
    "not_before": ("at",),
    "between": ("at", "until"),
}
"""Which instants an end states, by its kind."""


def complaints(doc: "CaseDocument") -> Iterator[Complaint]:
    """Everything that is wrong with a document, in its order."""
    known = _Known.of(doc)
    yield from known.doubled
    for place, row, value in _parts(doc, ""):
        for name, what in (*_number(row, value), *_checks(known, row, value)):
            yield (f"{place}.{name}" if name else place), what


@dataclass(frozen=True, slots=True)
class _Doubled:
    """Stands for an object that has a key twice."""

    key: str


def doubled_key(text: str) -> Iterator[Complaint]:
    """The first key that an object of a JSON text has twice: its readers would take one and leave the other."""
    try:
        whole = json.loads(text, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        yield "the whole text", str(error)
        return
    for place, _, value in _parts(whole, ""):
        if isinstance(value, _Doubled):
            yield f"{place}.{value.key}" if place else value.key, "stands twice"


def _object(pairs: list[tuple[str, object]]) -> object:
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    return _Doubled(Counter(key for key, _ in pairs).most_common(1)[0][0])


def _parts(value: Any, place: str, row: str = "") -> Iterator[tuple[str, str, Any]]:  # noqa: ANN401 (any part)
    """Every part of a document: its place, the name of the field that holds it, and itself."""
    yield place, row, value
    if isinstance(value, Row):
        kind: Any = type(value)
        for name, key in _keys(kind):
            yield from _parts(getattr(value, name), f"{place}.{key}" if place else key, key)
    elif isinstance(value, list | tuple):
        for number, one in enumerate(value):
            yield from _parts(one, f"{place}.{number}", row)
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from _parts(one, f"{place}.{key}" if place else key, key)


@cache
def _keys(kind: Any) -> list[tuple[str, str]]:  # noqa: ANN401 (a class of rows)
    return [(one.name, one.name.rstrip("_")) for one in fields(kind)]


def _number(key: str, value: object) -> Iterator[Complaint]:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return
    if key.endswith("_s") and not abs(value) <= MOST_S:
        yield "", "is a longer time than a calendar has"
    elif not abs(value) <= MOST:  # nor is what is no number
        yield "", f"is larger than {MOST}"


_VAGUE: Final = frozenset(
    {"assumption.zone_abbreviation", "assumption.zone_contradicted", "assumption.right_before_step"}
)
"""A zone may be several, or lines contradict it: how far a clock was set is then a range; the least of it is told. Nor
is all of it told where a clock was set back: of lines that stand between two others of one kind, what lies around them.
"""
_DISORDER: Final = "assumption.out_of_order"
"""So many lines stand out of order, each at most `STEP_S` before the one above it."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What other parts of a document may refer to."""

    files: frozenset[str]
    intervals: Mapping[str, Interval]
    """By their ids."""
    doubled: tuple[Complaint, ...]
    """What is named twice."""
    set_back_s: float
    """By how much the host's clock was set back, in all."""
    set_s: float
    """By how much it was set, either way."""
    whole: bool
    """Whether nothing was left out, as it is in the extract that a page holds of a long case."""

    @classmethod
    def of(cls, doc: "CaseDocument") -> "_Known":
        """What a document holds."""
        whole = all(one.code != EXTRACT for one in doc.warnings)
        steps = [_apart(one.after, one.before) for one in doc.clock_steps]
        vague = any(one.key in _VAGUE for one in doc.assumptions)
        steps += [math.inf] if vague or (steps and not whole) else []
        steps += [STEP_S * count for one in doc.assumptions if one.key == _DISORDER and (count := _count(one))]
        return cls(
            files=frozenset(one.path for one in doc.files),
            intervals={one.id: one for one in doc.intervals},
            doubled=tuple(_doubled(doc)),
            set_back_s=sum(max(0.0, step) for step in steps) + SLACK_S,
            set_s=sum(map(abs, steps)) + SLACK_S,
            whole=whole,
        )


def _count(assumption: Text) -> int:
    """How many lines an assumption is about; 0 where it does not say."""
    count = assumption.params.get("count")
    return min(max(0, count), MOST) if isinstance(count, int) else 0


def _doubled(doc: "CaseDocument") -> Iterator[Complaint]:
    """Ids, files and faults that are named a second time."""
    kinds = ("intervals", "findings", "remedies", "patterns", "contradictions")
    named = [(f"{kind}.{place}.id", one.id) for kind in kinds for place, one in enumerate(getattr(doc, kind))]
    yield from _again(named)
    yield from _again((f"files.{place}.path", one.path) for place, one in enumerate(doc.files))
    yield from _again((f"advice.{place}.fault_id", one.fault_id) for place, one in enumerate(doc.advice))


def _again(named: Iterable[tuple[str, object]]) -> Iterator[Complaint]:
    seen: dict[object, str] = {}
    for place, name in named:
        if seen.setdefault(name, place) != place:
            yield place, f"is {name!r} like {seen[name]}; each has its own"


def _apart(begin: str, end: str) -> float:
    """Seconds from one instant to another."""
    return (Instant.of(end).ns - Instant.of(begin).ns) / NS


def _checks(known: _Known, key: str, value: object) -> Iterator[Complaint]:
    check = _BY_KIND.get(type(value))
    if check is not None:
        yield from check(known, value)
    if known.whole and isinstance(value, Row):
        yield from _references(known, key, value)


def _references(known: _Known, key: str, row: Row) -> Iterator[Complaint]:
    """What a row says of a file or of an interval that must be there."""
    file, interval = getattr(row, "file", None), getattr(row, "interval", None)
    if key != "warnings" and file is not None and file not in known.files:
        yield "file", f"is {file[:80]!r}, which no entry of files is"
    if interval is None:
        return
    if interval not in known.intervals:
        yield "interval", f"is {interval[:80]!r}, which is the id of no interval"
    elif getattr(row, "fault_id", fault := known.intervals[interval].fault_id) != fault:
        yield "fault_id", f"is another than {fault}, the fault of {interval!r}"


def _zone(_known: _Known, zone: TimeZone) -> Iterator[Complaint]:
    try:
        zone_of(zone.name)
    except UnknownName as error:
        yield "name", str(error)


def _end(_known: _Known, end: Raised | Cleared) -> Iterator[Complaint]:
    stated = _STATED[end.kind]
    for name in ("at", "until"):
        if (getattr(end, name) is None) == (name in stated):
            yield name, f"{'must state an instant' if name in stated else 'must be null'} where kind is {end.kind!r}"
    if end.at is not None and end.until is not None and end.kind == "between" and _apart(end.at, end.until) < 0:
        yield "until", "is before at"


def _interval(known: _Known, one: Interval) -> Iterator[Complaint]:
    begin, end = one.raised, one.cleared
    first, last = begin.at or begin.until, end.until or end.at
    if first is not None and last is not None and _apart(first, last) < -known.set_back_s:
        yield "cleared", "is before raised"
    shortest, longest = one.duration_s
    if not 0 <= shortest <= (math.inf if longest is None else longest):
        yield "duration_s", "is no range from a shortest to a longest time"
    elif {begin.kind, end.kind} == {"observed"} and begin.at is not None and end.at is not None:
        passed = _apart(begin.at, end.at)
        if not shortest - known.set_s <= passed <= (math.inf if longest is None else longest) + known.set_s:
            yield "duration_s", "is not the time from raised to cleared"


def _finding(known: _Known, one: Finding) -> Iterator[Complaint]:
    stay = known.intervals.get(one.interval)
    if stay is None or one.deadline_at is None:
        return
    begin = stay.raised.at if one.anchor is None else one.anchor.at
    if begin is not None and abs(_apart(begin, one.deadline_at) - one.expectation.within_s) > known.set_s:
        yield "deadline_at", "is not within_s after what it counts from"
    end = stay.cleared.at if stay.cleared.kind == "observed" else None
    if one.margin_s is not None:
        yield from _margin(known, one, None if end is None else _apart(end, one.deadline_at))


def _margin(known: _Known, one: Finding, left_s: float | None) -> Iterator[Complaint]:
    """What is wrong with a margin, given the time from the clear to the deadline; `None` where it is not known."""
    margin = one.margin_s or 0.0
    if (one.verdict == "met" and margin < 0) or (one.verdict == "breached" and margin > 0):
        yield "margin_s", f"is no margin of what is {one.verdict}"
    elif left_s is not None and one.expectation.kind == "clears_within" and abs(margin) > abs(left_s) + known.set_s:
        yield "margin_s", "is a longer time than lies between the clear and the deadline"


def _file(known: _Known, one: File) -> Iterator[Complaint]:
    if one.first_at is not None and one.last_at is not None and _apart(one.first_at, one.last_at) < -known.set_back_s:
        yield "last_at", "is before first_at"


def _span(known: _Known, one: Span) -> Iterator[Complaint]:
    if _apart(one.from_, one.to) < -known.set_back_s:
        yield "to", "is before from"


_BY_KIND: Final[Mapping[type, Callable[[_Known, Any], Iterator[Complaint]]]] = {
    TimeZone: _zone,
    Raised: _end,
    Cleared: _end,
    Interval: _interval,
    Finding: _finding,
    File: _file,
    Span: _span,
}
