"""Which logs may speak about faults, and what was observed of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from faultlog.alignment import Difference
from faultlog.case import ConsoleClock, Coverage
from faultlog.consoleclock import clock_of
from faultlog.coverage import Ledger, Stretch, dead_spans, ledger_of, spans_of
from faultlog.elapsed import Course
from faultlog.filereading import FileReading
from faultlog.holes import Observation, united
from faultlog.losses import Part, observation_of
from faultlog.model import Instant, Signal, Text
from faultlog.reconcile import Met, meet
from faultlog.resolving import Timed, leaves_years_out, leaves_zone_out
from faultlog.series import Series
from faultlog.snapshots import Asked, asked_at, comparable, refuted
from faultlog.values import dataclass


@dataclass(frozen=True, slots=True)
class Observed:
    """A host's signals beside what was observed."""

    signals: tuple[Signal, ...]
    """Those that are judged, in time order."""
    faults: Observation
    """Of the logs that carry fault lines."""
    ledger: Ledger
    """The same as spans of time."""
    watched: Mapping[str, Observation]
    """By event, of the logs that would show it."""
    coverage: tuple[Coverage, ...]
    """Every rotation set's own spans, and the holes between the sets that carry fault lines."""
    assumptions: tuple[Text, ...]
    course: Course
    """Where the host's clock was set."""
    asked: tuple[Asked, ...]
    """What `ampcli status` said, and when."""
    unshown: tuple[Signal, ...]
    """Console events that the logs should show and do not."""
    console_clock: ConsoleClock | None
    seen_twice: int
    """Raises and clears that a log and the console both tell of."""


def observe(timed: Timed, signals: Sequence[Signal]) -> Observed:
    """Lay out what was observed.

    Fault lines are the connector's log's to write; where a bundle has none, they are taken from whatever logs carry
    some. Console events are no continuous observation: they add what they tell, their silence proves nothing.
    """
    files = {one.log.path for series in timed.series if series.role == "console" for one in series.readings}
    logs = [series for series in timed.series if series.role not in {"console", "status"}]
    heard = [signal for signal in signals if signal.kind != "status_snapshot"]
    local = [signal for signal in heard if signal.evidence.file not in files]
    carrying = _carrying(logs, local)
    told = _Told.of(local)
    ledger = _ledger(timed, carrying, told)
    met = meet(local, [signal for signal in heard if signal.evidence.file in files], ledger)
    asked = _asked(timed, carrying, signals)
    doubted = {signal.fault_id for signal in met.unshown if signal.fault_id is not None}
    ledger = replace(ledger, refuted=frozenset(doubted.union(refuted(asked, met.signals, ledger))))
    faults = replace(_observation(timed, carrying, met.signals), refuted=ledger.refuted)
    boots = _observation(timed, _showing_boots(logs, local), met.signals)
    own = [span for series in logs for span in _ledger(timed, [series], told).spans]
    between = [span for span in ledger.spans if span.reason == "not_logged"]
    coverage = sorted(
        (*own, *between),
        key=lambda span: (span.from_, span.to, span.file or "", span.kind),
    )
    return Observed(
        met.signals,
        faults,
        ledger,
        {"boot": boots, "connector_started": faults},
        tuple(coverage),
        tuple(_assumed(met, asked, ledger)),
        Course(tuple(one for one in met.signals if one.kind == "clock_stepped"), timed.clock.zone),
        tuple(asked),
        met.unshown,
        None if met.difference is None else _console_clock(timed, carrying, met.difference),
        met.seen_twice,
    )


def _assumed(met: Met, asked: Iterable[Asked], ledger: Ledger) -> Iterable[Text]:
    """What is taken for granted where two sources meet."""
    for one in asked:
        if one.at is not None and comparable(one, ledger):
            yield Text("assumption.snapshot", {"file": one.listing.evidence.file, "at": str(one.at)})
    if met.left_out:
        yield Text("assumption.console_left_out", {"count": met.left_out})
    if met.lone and met.difference is None and ledger.spans:
        yield Text("assumption.console_clock")


def _asked(timed: Timed, carrying: Sequence[Series], signals: Iterable[Signal]) -> list[Asked]:
    """The answers of `ampcli status`, by time; those of unknown time last."""
    modified = {one.log.path: one.log.modified for series in timed.series for one in series.readings}
    ends = [(one.log.modified, span[1]) for series in carrying for one in series.readings if (span := timed.span(one))]
    answers = (one for one in signals if one.kind == "status_snapshot")
    asked = [Asked(one, asked_at(modified[one.evidence.file], ends)) for one in answers]
    return sorted(asked, key=lambda one: (one.at is None, one.at or Instant(0), one.listing.evidence.file))


def _console_clock(timed: Timed, carrying: Sequence[Series], difference: Difference) -> ConsoleClock:
    """The difference of the clocks, and what it suggests where lines leave out their zone or year."""
    readings = [one for series in carrying for one in series.readings]
    end = max((span[1] for one in readings if (span := timed.span(one))), default=Instant(0))
    offset = end.utc().astimezone(timed.clock.zone).utcoffset()
    east = offset.total_seconds() if offset is not None and any(map(leaves_zone_out, readings)) else None
    return clock_of(difference, east, years_left_out=leaves_years_out(readings))


def _carrying(logs: Sequence[Series], signals: Iterable[Signal]) -> list[Series]:
    """The rotation sets whose silence about faults is evidence."""
    files = {signal.evidence.file for signal in signals if signal.fault_id is not None}
    own = [series for series in logs if series.role == "connector"]
    speaking = [series for series in logs if any(one.log.path in files for one in series.readings)]
    return own or speaking or list(logs)


def _showing_boots(logs: Sequence[Series], signals: Iterable[Signal]) -> list[Series]:
    """The rotation sets whose silence about boots is evidence: system logs, and whatever showed a boot."""
    files = {signal.evidence.file for signal in signals if signal.kind == "boot"}
    return [one for one in logs if one.role == "system" or any(reading.log.path in files for reading in one.readings)]


@dataclass(frozen=True, slots=True)
class _Told:
    """What the signals of a host say of unobserved time."""

    dead: Sequence[Coverage]
    hiding: Mapping[str, Sequence[Signal]]
    """By file, those that say that lines are left out, in order."""

    @classmethod
    def of(cls, signals: Sequence[Signal]) -> "_Told":
        hiding = defaultdict[str, list[Signal]](list)
        for signal in signals:
            if signal.kind in {"suppressed", "dropping"}:
                hiding[signal.evidence.file].append(signal)
        return cls(list(dead_spans(signals)), hiding)


def _ledger(timed: Timed, series: Sequence[Series], told: _Told) -> Ledger:
    files = (reading.log.path for one in series for reading in one.readings)
    hiding = sorted((signal for path in files for signal in told.hiding.get(path, ())), key=lambda one: one.order)
    each = (_parts(timed, one) for one in series)
    return ledger_of([spans_of([part.stretch for part in parts], lost) for parts, lost in each], told.dead, hiding)


def _observation(timed: Timed, series: Sequence[Series], signals: Sequence[Signal]) -> Observation:
    of = defaultdict[int | None, list[Signal]](list)
    for signal in signals:
        of[signal.series].append(signal)
    numbers = {id(one): number for number, one in enumerate(timed.series)}
    every = ((numbers[id(one)], *_parts(timed, one)) for one in series)
    return united(observation_of(number, parts, of[number], lost=lost) for number, parts, lost in every)


def _parts(timed: Timed, series: Series) -> tuple[list[Part], str | None]:
    """The files of a rotation set that have stamps, and why lines behind the last of them are missing.

    A missing file and a cut end are holes, an empty file is none.
    """
    parts: list[Part] = []
    lost: str | None = None
    before: FileReading | None = None
    for reading in series.readings:
        if before is not None and before.log.rotation - reading.log.rotation > 1:
            lost = lost or "rotation_missing"
        part = _part(timed, reading, lost)
        if part is not None:
            parts.append(part)
            lost = None
        if reading.cut is not None:
            lost = "truncated"
        elif part is None and reading.unread_lines:
            lost = lost or "not_understood"
        before = reading
    return parts, lost


def _part(timed: Timed, reading: FileReading, lost: str | None) -> Part | None:
    span, first, last = timed.span(reading), reading.first, reading.trail.last
    if span is None or first is None or last is None:
        return None
    ends = ((mark.line, timed.moment(reading, mark)) for mark in (first, last))
    return Part(Stretch(reading.log.path, *span, lost), *ends)
