"""The parts of a case put together: what was read, what changed, what was assumed, what went unread and unexplained."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from faultlog.bundle import Bundle
from faultlog.case import Advice, BundleReport, Case, Change, FileReport, Finding, Host, Pattern, Remedy, Snapshot, Tool
from faultlog.collecting import Collected
from faultlog.engine import Recognised
from faultlog.errors import NothingAnswerable
from faultlog.model import Signal, Text
from faultlog.observing import Observed
from faultlog.pairing import Paired
from faultlog.reading import FileReading, status_of
from faultlog.resolving import Timed
from faultlog.templates import Tally


@dataclass(frozen=True, slots=True)
class Known:
    """Everything found out on the way to a case."""

    bundle: Bundle
    tool: Tool
    host: Host
    logs: Collected
    timed: Timed
    heard: Recognised
    seen: Observed
    paired: Paired


def answerable(bundle: Bundle, logs: Collected) -> Collected:
    """The logs, if there are any.

    Raises:
        NothingAnswerable: the bundle holds no log; says what was looked for and what stood in the way.
    """
    if logs.series:
        return logs
    obstacles = "; ".join(sorted({f"{one.file or bundle.name}: {one.detail}" for one in logs.warnings})[:5])
    raise NothingAnswerable(
        f"{bundle.name}: no connector log in it; looked at any depth for ampdaemon.log*, ampscansvc*, system.log*, "
        f"messages*, syslog*, kern.log*, `ampcli status` output and console events"
        + (f" ({obstacles})" if obstacles else "; if a log has another name, give its path itself")
    )


def informed(host: Host, signals: Iterable[Signal]) -> Host:
    """The host with the connector version that its log states last, where the bundle states none."""
    stated = [signal.details["to"] for signal in signals if signal.kind == "version_changed"]
    if host.connector_version is not None or not stated:
        return host
    return Host(host.name, host.guid, host.os, host.os_version, stated[-1], host.time_zone)


def assemble(
    known: Known,
    findings: tuple[Finding, ...],
    remedies: tuple[Remedy, ...],
    patterns: tuple[Pattern, ...],
    advice: Mapping[int, tuple[Advice, ...]],
) -> Case:
    """Put the case together."""
    logs, timed = known.logs, known.timed
    unread = Tally()
    for reading in logs.readings:
        unread.merge(reading.unread)
    return Case(
        tool=known.tool,
        bundle=BundleReport(known.bundle.name, known.bundle.sha256, known.bundle.kind, timed.taken_at),
        host=known.host,
        files=tuple(sorted((*_read(logs.readings, timed), *map(_copy, logs.copies)), key=lambda one: one.path)),
        coverage=known.seen.coverage,
        intervals=known.paired.intervals,
        findings=findings,
        remedies=remedies,
        patterns=patterns,
        signals=known.seen.signals,
        snapshots=tuple(
            Snapshot(None, one.fault_ids, one.evidence.file)
            for one in known.heard.signals
            if one.kind == "status_snapshot"
        ),
        changes=tuple(_changes(known.seen.signals)),
        audit=known.paired.audit,
        unexplained=known.heard.unexplained.templates(),
        unread=unread.templates(),
        assumptions=tuple(_assumptions(known)),
        warnings=tuple(dict.fromkeys((*logs.warnings, *known.heard.warnings))),
        advice=advice,
    )


def _read(readings: Iterable[FileReading], timed: Timed) -> Iterable[FileReport]:
    for reading in readings:
        span = timed.span(reading)
        yield FileReport(
            path=reading.log.path,
            format="+".join(sorted(reading.formats)) or None,
            status=status_of(reading),
            bytes=reading.bytes,
            lines=reading.lines,
            examined=reading.lines,
            events=reading.understood_lines,
            continuations=reading.continuations,
            unread=reading.unread_lines,
            skipped=dict(sorted(reading.skipped.items())),
            sampled=reading.sampled,
            understood=reading.understood,
            first_at=span[0] if span else None,
            last_at=span[1] if span else None,
        )


def _copy(reading: FileReading) -> FileReport:
    """A file that holds the same bytes as another: all of its lines are duplicates."""
    return FileReport(
        path=reading.log.path, format=None, status="duplicate", bytes=reading.bytes, lines=reading.lines,
        examined=reading.lines, events=0, continuations=0, unread=0, duplicates=reading.lines,
    )  # fmt: skip


def _changes(signals: Iterable[Signal]) -> Iterable[Change]:
    """Versions that lines state, where they differ from what was stated before."""
    before: str | None = None
    for signal in signals:
        if signal.kind != "version_changed":
            continue
        after = signal.details["to"]
        origin = signal.details.get("from", before)
        if origin is not None and after not in {origin, before}:
            yield Change(signal.when.at, "connector_version", origin, after, signal.evidence)
        before = after


def _assumptions(known: Known) -> Iterable[Text]:
    """What the answer takes for granted, most consequential first."""
    yield from known.timed.assumptions
    yield from known.seen.assumptions
    if known.host.os is None and known.paired.intervals:
        yield Text("assumption.os_unknown")
    if known.host.connector_version is None and known.paired.intervals:
        yield Text("assumption.connector_unknown")
    if any(signal.provenance == "assumed" for signal in known.seen.signals):
        yield Text("assumption.wording")
    shapes = sorted({name for reading in known.logs.readings for name in reading.formats} & known.logs.assumed_formats)
    if shapes:
        yield Text("assumption.shape", {"formats": ", ".join(shapes)})
    if known.paired.audit.raises:
        yield Text("assumption.raise_is_raise")
