"""Which logs may speak about faults, and what was observed of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from faultlog.case import Coverage
from faultlog.collecting import Series
from faultlog.coverage import Ledger, Stretch, ledger_of, spans_of
from faultlog.elapsed import Course
from faultlog.model import Instant, Signal, Text
from faultlog.resolving import Timed


@dataclass(frozen=True, slots=True)
class Observed:
    """A host's signals beside what was observed."""

    signals: tuple[Signal, ...]
    """Those that are judged, in time order."""
    faults: Ledger
    """Of the logs that carry fault lines."""
    watched: Mapping[str, Ledger]
    """By event, of the logs that would show it."""
    coverage: tuple[Coverage, ...]
    """Every rotation set's own spans."""
    assumptions: tuple[Text, ...]
    course: Course
    """Where the host's clock was set."""


def observe(timed: Timed, signals: Sequence[Signal]) -> Observed:
    """Lay out what was observed.

    Fault lines are the connector's log's to write; where a bundle has none, they are taken from whatever logs carry
    some. Console events are no continuous observation: they are judged only where no log speaks.
    """
    heard = [signal for signal in signals if signal.kind != "status_snapshot"]
    consoles = {one.log.path for series in timed.series if series.role == "console" for one in series.readings}
    logs = [series for series in timed.series if series.role not in {"console", "status"}]
    local = [signal for signal in heard if signal.evidence.file not in consoles]
    judged = local if any(signal.fault_id is not None for signal in local) or not consoles else heard
    assumptions = (
        [Text("assumption.console_left_out")] if consoles and judged is local and len(local) < len(heard) else []
    )
    carrying = _carrying(logs, judged)
    faults = _ledger(timed, carrying, judged) if judged is local else Ledger(())
    system = _ledger(timed, _showing_boots(logs, judged), judged)
    coverage = sorted(
        (span for series in logs for span in _ledger(timed, [series], judged).spans),
        key=lambda span: (span.from_, span.to, span.file or "", span.kind),
    )
    return Observed(
        tuple(judged),
        faults,
        {"boot": system, "connector_started": faults},
        tuple(coverage),
        tuple(assumptions),
        Course(tuple(one for one in judged if one.kind == "clock_stepped"), _last_lines(timed)),
    )


def _last_lines(timed: Timed) -> dict[int, Instant]:
    """What the last stamped line of each rotation set shows."""
    return {
        number: timed.moment(reading, reading.trail.last).earliest
        for number, series in enumerate(timed.series)
        for reading in series.readings
        if reading.trail.last is not None
    }


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


def _ledger(timed: Timed, series: Sequence[Series], signals: Sequence[Signal]) -> Ledger:
    files = {reading.log.path for one in series for reading in one.readings}
    hides = {"suppressed", "dropping"}
    mine = [signal for signal in signals if signal.kind not in hides or signal.evidence.file in files]
    return ledger_of([spans_of(_stretches(timed, one)) for one in series], mine)


def _stretches(timed: Timed, series: Series) -> list[Stretch]:
    spans = [(reading, timed.span(reading)) for reading in series.readings]
    return [
        Stretch(reading.log.path, reading.log.rotation, span[0], span[1], cut=reading.cut is not None)
        for reading, span in spans
        if span is not None
    ]
