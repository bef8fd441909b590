"""The parts of a case put together: what was read, what changed, what was assumed, what went unread and unexplained."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from faultlog import formats
from faultlog.bundle import Bundle
from faultlog.case import (
    Advice,
    Audit,
    BundleReport,
    Case,
    Finding,
    Host,
    Pattern,
    Remedy,
    Tool,
)
from faultlog.changes import changes
from faultlog.collecting import Collected
from faultlog.engine import Recognised
from faultlog.errors import BundleError, NothingAnswerable
from faultlog.filereading import FileReading
from faultlog.filereport import ActiveMinute, FileReport, Voice
from faultlog.leftovers import Grounds, assumed
from faultlog.model import NS, FileStatus, Instant, Role, Signal, Text
from faultlog.observing import Observed
from faultlog.offenders import offenders
from faultlog.preceding import Log, preceding
from faultlog.reconcile import unshown_events
from faultlog.resolving import Timed
from faultlog.templates import Tally
from faultlog.values import dataclass
from faultlog.weighing import Weighed

MINUTE_NS = 60 * NS


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
    audit: Audit
    weighed: Weighed


IN_THE_WAY: Final = ("no_space", "disk", "encrypted", "bomb_depth")
"""Codes of warnings that may be why there is no log; the first of them is told."""


def answerable(bundle: Bundle, logs: Collected) -> Collected:
    """The logs, if there are any.

    Raises:
        NothingAnswerable: the bundle holds no log; says what was looked for and what stood in the way.
        BundleError: likewise, where what stood in the way has a name of its own: a disk, a password, a depth.
    """
    if logs.series:
        return logs
    obstacles = "; ".join(sorted({f"{one.file or bundle.name}: {one.detail}" for one in logs.warnings})[:5])
    hindered = min((one.code for one in logs.warnings if one.code in IN_THE_WAY), key=IN_THE_WAY.index, default=None)
    refusal = NothingAnswerable if hindered is None else partial(BundleError, hindered)
    raise refusal(
        f"{bundle.name}: no connector log in it; looked at any depth for ampdaemon.log*, ampscansvc*, system.log*, "
        f"messages*, syslog*, kern.log*, `ampcli status` output and console events"
        + (f" ({obstacles})" if obstacles else "; if a log has another name, give its path itself")
    )


def informed(host: Host, signals: Iterable[Signal]) -> Host:
    """The host with the connector version that its log states last, where the bundle states none."""
    stated = [signal.details["to"] for signal in signals if signal.kind == "version_changed"]
    if host.connector_version is not None or not stated:
        return host
    return replace(host, connector_version=stated[-1])


def assemble(
    known: Known,
    findings: tuple[Finding, ...],
    remedies: tuple[Remedy, ...],
    patterns: tuple[Pattern, ...],
    advice: Mapping[int, tuple[Advice, ...]],
) -> Case:
    """Put the case together."""
    logs, timed = known.logs, known.timed
    intervals, signals, lines = known.weighed.intervals, known.seen.signals, _logs(timed)
    preceded, examined = preceding(intervals, signals, lines)
    return Case(
        tool=known.tool,
        bundle=BundleReport(known.bundle.name, known.bundle.sha256, known.bundle.kind, timed.taken_at),
        host=known.host,
        files=tuple(sorted((*_read(logs.readings, timed), *map(_copy, logs.copies)), key=lambda one: one.path)),
        coverage=known.seen.coverage,
        activity=_activity(logs.readings, timed),
        voices=_voices(logs.readings),
        intervals=intervals,
        findings=findings,
        remedies=remedies,
        patterns=patterns,
        signals=signals,
        snapshots=known.weighed.snapshots,
        contradictions=(
            *known.weighed.contradictions,
            *unshown_events(known.seen.unshown, intervals),
        ),
        console_clock=known.seen.console_clock,
        changes=changes(signals, known.seen.faults, known.seen.course),
        preceding=preceded,
        examined=examined,
        offenders=offenders(intervals, signals, lines),
        audit=replace(known.audit, seen_twice=known.seen.seen_twice),
        unexplained=known.heard.unexplained.templates(),
        unread=_unread(logs.readings).templates(),
        assumptions=(
            *known.timed.assumptions,
            *_whose_console(known),
            *known.seen.assumptions,
            *assumed(_grounds(known)),
        ),
        warnings=tuple(dict.fromkeys((*logs.warnings, *known.heard.warnings))),
        advice=advice,
    )


def _logs(timed: Timed) -> tuple[Log, ...]:
    """The logs with what stands before their raises."""
    return tuple(
        Log(reading.log.path, number, reading.before, partial(timed.moment, reading))
        for number, series in enumerate(timed.series)
        for reading in series.readings
    )


def _grounds(known: Known) -> Grounds:
    used = {name for reading in known.logs.readings for name in reading.formats}
    shapes = tuple(sorted(used & known.logs.assumed_formats))
    sampled = tuple(reading.log.path for reading in known.logs.readings if reading.passed_over)
    return Grounds(known.host, known.audit, known.seen.signals, shapes, tuple(sorted(known.logs.hosts)), sampled)


def _whose_console(known: Known) -> Iterable[Text]:
    """That console events beside logs that do not say whose they are were taken to be of one host."""
    stated, console = (known.logs.clues.found.get(what) for what in ("guid", "guid by console"))
    if console and not stated and known.seen.ledger.spans:
        yield Text("assumption.console_host", {"guid": console[0]})


def _unread(readings: Iterable[FileReading]) -> Tally:
    total = Tally()
    for reading in readings:
        total.merge(reading.unread)
    return total


def _read(readings: Iterable[FileReading], timed: Timed) -> Iterable[FileReport]:
    for reading in readings:
        span = timed.span(reading)
        yield FileReport(
            path=reading.log.path,
            format="+".join(sorted(reading.formats)) or None,
            status=status_of(reading),
            bytes=reading.bytes,
            lines=reading.lines,
            examined=reading.lines - reading.passed_over,
            passed_over=reading.passed_over,
            events=reading.understood_lines,
            continuations=reading.continuations,
            unread=reading.unread_lines,
            duplicates=reading.duplicates,
            skipped=dict(sorted(reading.skipped.items())),
            sampled=reading.sampled,
            understood=reading.understood,
            first_at=span[0] if span else None,
            last_at=span[1] if span else None,
        )


def _activity(readings: Iterable[FileReading], timed: Timed) -> tuple[ActiveMinute, ...]:
    """The minutes of all logs, those of one kind together; where a line's time is a range, the earliest counts."""
    counts: dict[tuple[int, Role], list[int]] = {}
    for reading in readings:
        for one in reading.activity.minutes if reading.activity is not None else ():
            minute = timed.moment(reading, one.first).earliest.ns // MINUTE_NS * MINUTE_NS
            count = counts.setdefault((minute, reading.log.role), [0, 0, 0])
            count[:] = count[0] + one.lines, count[1] + one.warnings, count[2] + one.errors
    return tuple(ActiveMinute(Instant(minute), role, *counts[minute, role]) for minute, role in sorted(counts))


def _voices(readings: Iterable[FileReading]) -> tuple[Voice, ...]:
    """Who wrote the logs that were read in full, those of one kind together, the loudest first."""
    counts: Counter[tuple[Role, formats.Voice]] = Counter()
    for reading in readings:
        for voice, lines in reading.activity.voices.items() if reading.activity is not None else ():
            counts[reading.log.role, voice] += lines
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0][0], [part or "" for part in item[0][1]]))
    return tuple(Voice(role, *voice, lines) for (role, voice), lines in ordered)


def status_of(reading: FileReading) -> FileStatus:
    """How far a file was understood, in one word."""
    if reading.lines == reading.skipped["blank"]:
        return "empty"
    if not reading.understood_lines:
        return "not_understood"
    return "understood" if reading.understood * 2 >= reading.sampled else "partly_understood"


def _copy(reading: FileReading) -> FileReport:
    """A file whose bytes all stand in another: all of its lines are duplicates."""
    name, size, lines = reading.log.path, reading.bytes, reading.lines
    return FileReport(name, None, "duplicate", size, lines, lines, 0, 0, 0, duplicates=lines)
