"""What `ampcli status` says against the intervals of its time: where it differs, and which bounds it moves.

Between the end of a log and the asking nothing is observed. A fault that was open before and is listed after it was
seen open twice, and may have cleared and come back in between; one that is not listed cleared in between.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from faultlog.case import Bound, Contradiction, ContradictionKind, FaultInterval, Snapshot
from faultlog.coverage import Ledger
from faultlog.elapsed import Course, Point
from faultlog.model import Instant, Level, Moment, Severity, Text
from faultlog.snapshots import Asked, comparable, near
from faultlog.values import dataclass


@dataclass(frozen=True, slots=True)
class Weighed:
    """What the answers of `ampcli status` add to a host's intervals."""

    intervals: tuple[FaultInterval, ...]
    snapshots: tuple[Snapshot, ...]
    contradictions: tuple[Contradiction, ...]


def weigh(intervals: Sequence[FaultInterval], asked: Sequence[Asked], ledger: Ledger, course: Course) -> Weighed:
    """Compare each answer with the intervals at its time; where nobody knows it, with the end of the logs.

    Args:
        intervals: of the logs.
        asked: the answers.
        ledger: what was observed of the logs that carry fault lines.
        course: where the host's clock was set.
    """
    known = {one.id: one for one in intervals}
    snapshots, contradictions = [], []
    for number, one in enumerate(asked, 1):
        found: list[Contradiction] = []
        if comparable(one, ledger):
            suffix = "" if len(asked) == 1 else f"-{number}"
            found = list(_differences(one, tuple(known.values()), suffix))
            known |= {stay.id: stay for stay in _narrowed(one, tuple(known.values()), ledger, course)}
        listing = one.listing
        agrees = _agrees(one, found) if comparable(one, ledger) else None
        severities = tuple(listing.severities.get(fault) for fault in listing.fault_ids)
        snapshots.append(Snapshot(one.at, listing.fault_ids, listing.evidence.file, agrees, severities))
        contradictions += found
    return Weighed(tuple(known.values()), tuple(snapshots), tuple(contradictions))


def _agrees(asked: Asked, found: Sequence[Contradiction]) -> bool | None:
    """At an unknown time a difference may be none: it may have been asked before the raise; nor without every name."""
    if any(one.kind != "other_severity" for one in found):
        return None if asked.at is None else False
    return None if asked.listing.unnamed else True


def _stays(intervals: Iterable[FaultInterval], at: Instant | None) -> dict[int, FaultInterval]:
    """The last stay of each fault that had begun by then."""
    found: dict[int, FaultInterval] = {}
    for one in intervals:
        begin = one.raised.latest
        if at is None or (begin is not None and begin <= at):
            found[one.fault_id] = one
    return found


def _unsure(intervals: Iterable[FaultInterval], at: Instant | None) -> set[int]:
    """Faults of which an end lies so near to the asking, or is so badly known, that either answer is right."""
    if at is None:
        return set()
    ends = ((one.fault_id, end) for one in intervals for end in (one.raised, one.cleared))
    return {
        fault
        for fault, end in ends
        if end.at is not None
        and end.latest is not None
        and near(Moment.between(end.at, end.latest, end.reason or "hole"), at)
    }


def _is_open(stay: FaultInterval | None, at: Instant | None) -> bool:
    """Whether the logs show a stay open then, as far as they reach."""
    if stay is None:
        return False
    end = stay.cleared
    return end.latest is None or (at is not None and end.at is not None and at < end.at)


def _differences(asked: Asked, intervals: Sequence[FaultInterval], suffix: str) -> Iterable[Contradiction]:
    stays, unsure, listing = _stays(intervals, asked.at), _unsure(intervals, asked.at), asked.listing
    for fault in sorted({*listing.fault_ids, *stays} - unsure):
        stay = stays.get(fault)
        if fault in listing.fault_ids and not _is_open(stay, asked.at):
            yield _contradiction("listed" if stay is None else "listed_again", fault, stay, asked, suffix)
        elif asked.lists(fault) is False and _is_open(stay, asked.at):
            yield _contradiction("not_listed", fault, stay, asked, suffix)
        elif fault in listing.fault_ids and stay is not None and _other_severity(stay, asked, fault):
            yield _contradiction("other_severity", fault, stay, asked, f"-severity{suffix}")


def _other_severity(stay: FaultInterval, asked: Asked, fault: int) -> bool:
    recorded, stated = _recorded(stay, asked.at), asked.listing.severities.get(fault)
    return recorded is not None and stated is not None and recorded != stated


def _recorded(stay: FaultInterval, at: Instant | None) -> Severity | None:
    """The severity that the logs recorded last before the asking."""
    known = [one.severity for one in stay.severities if at is None or one.at is None or one.at <= at]
    return known[-1] if known else None


def _contradiction(
    kind: ContradictionKind, fault: int, stay: FaultInterval | None, asked: Asked, suffix: str
) -> Contradiction:
    listing = asked.listing
    params: dict[str, object] = {"fault": fault} | ({} if asked.at is None else {"at": str(asked.at)})
    if kind == "other_severity" and stay is not None:
        params |= {"stated": listing.severities[fault], "recorded": _recorded(stay, asked.at)}
    level: Level = "info" if asked.at is None or kind == "other_severity" else "warning"
    return Contradiction(
        id=f"f{fault}-status{suffix}",
        kind=kind,
        fault_id=fault,
        interval=None if stay is None else stay.id,
        at=asked.at,
        headline=Text(f"contradiction.{kind}", params),
        level=level,
        evidence=(listing.evidence, *(stay.evidence[-1:] if stay is not None else ())),
    )


def _narrowed(
    asked: Asked, intervals: Sequence[FaultInterval], ledger: Ledger, course: Course
) -> Iterable[FaultInterval]:
    """The stays without a clear, with what the answer adds to where they end."""
    if asked.at is None:
        return
    unsure = _unsure(intervals, asked.at)
    for stay in _stays(intervals, asked.at).values():
        if stay.cleared.kind != "not_before" or stay.fault_id in unsure:
            continue
        listed = asked.lists(stay.fault_id)
        if listed is False:
            yield _gone(stay, asked.at, course)
        elif listed and stay.cleared.at is not None and stay.cleared.at < asked.at:
            yield _seen_again(stay, asked.at, ledger.of(stay.fault_id))


def _gone(stay: FaultInterval, at: Instant, course: Course) -> FaultInterval:
    """It cleared after it was last seen open, and before the asking."""
    assert stay.cleared.at is not None  # noqa: S101 (a bound of kind not_before has it)
    seen = min(stay.cleared.at, at)
    whole = course.between(Point.of(stay.raises[0]), Point(Moment.exactly(at)))
    return replace(
        stay,
        cleared=Bound("between", at=seen, until=at, reason="snapshot"),
        state="unknown",
        duration_s=(stay.duration_s[0], whole.most),
    )


def _seen_again(stay: FaultInterval, at: Instant, ledger: Ledger) -> FaultInterval:
    """It is open again, or still: it may have cleared and come back where nothing was observed.

    From the asking on the log's own observation counts again, where it goes on.
    """
    after = ledger.end is None or at > ledger.end
    reach = at if after else ledger.seen_until(at)
    ends = after or ledger.reaches_end(reach)
    return replace(
        stay,
        cleared=Bound("not_before", at=reach, reason="snapshot" if after else "log_ends" if ends else "hole"),
        state="open" if ends and ledger.end is not None else "unknown",
        may_be_several=True,
    )
