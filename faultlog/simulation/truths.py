"""The truth of a random life as `faultlog.truth/1`: true instants, whatever the log shows, and what a reader can know.

Beside the keys of every truth (see `faultlog.simulating`), whose instants are true ones here:

* `options`: what a person has to tell, as in `faultlog.identity.Told`; `zone_stated`: who states the zone;
  `zone_moved`: whether the host's offset changes;
* `clock`: from when on the clock was ahead by how many seconds, and which zone's time the host kept;
* `reading`: by log, from which line on its stamps are read as how many seconds ahead of the truth, and how many seconds
  they advance from the line before;
* `starts`: each start of the connector with its stop and boot; `exits`, `updates`: true instants;
* `signals` and `in_flight`: `at` is true, `read_at` what a reader takes the line for, `certain` whether nothing else
  fits, `places` where it stands (file and line; several where a file is in the bundle twice), `lost` why it stands
  nowhere;
* `intervals`: each with `open_questions`, why the evidence does not give it exactly; `decidable` where there are none;
* `holes`: what the connector's log lost inside, from the line before to the line after, in true instants.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from faultlog.model import NS, Instant
from faultlog.simulation.fates import Stay
from faultlog.simulation.lives import Lived, standing
from faultlog.simulation.scenarios import LogName
from faultlog.simulation.supporttool import NOTICE
from faultlog.simulation.written import Written
from faultlog.values import dataclass

_ENDS = frozenset({"log_starts", "log_ends", "not_collected"})
"""Losses outside of what is observed."""
_HOUR_NS = 3_600_000_000_000


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a life, and what became of it."""

    one: Written
    log: LogName
    lost: str | None
    places: tuple[tuple[str, int], ...]

    @property
    def kind(self) -> str | None:
        """What it means; `None` for noise."""
        return None if self.one.line.happening is None else self.one.line.happening.kind

    @property
    def at(self) -> Instant:
        """When it truly was written."""
        return self.one.line.at


_Read = tuple[_Line, int]
"""A line that is left, and by how many nanoseconds it is read too late."""


def _lines(lived: Lived) -> list[_Line]:
    """Every line of every log with its fate, log by log in file order."""
    found: dict[int, tuple[tuple[str, int], ...]] = {}
    lost: dict[int, str | None] = {}
    for log, rotated in lived.logs.items():
        lost |= {id(one.line): one.lost for one in rotated.lost}
        for copy in rotated.copies:
            paths = lived.paths(log, copy.name)
            found |= {id(one.line): tuple((path, number) for path in paths) for one, number in copy.lines}
    return [
        _Line(
            one,
            log,
            None if id(one.line) in found else lost.get(id(one.line), "not_collected"),
            found.get(id(one.line), ()),
        )
        for log, lines in lived.lines.items()
        for one in lines
    ]


def truth_of(lived: Lived) -> str:
    """The truth as JSON."""
    scenario, lines = lived.fate.scenario, _lines(lived)
    told = [_signal(lived, line, before) for before, line in zip([None, *lines], lines, strict=False) if line.kind]
    told.sort(key=lambda one: str(one["at"]))
    kept = [(line, lived.reader.ahead_ns(line.one)) for line in lines if line.lost is None]
    stays = [_interval(lived, stay, lines, kept) for stay in lived.fate.stays]
    observed = [line.at for line in lines if line.log == "connector" and line.lost is None]
    document = {
        "schema": "faultlog.truth/1",
        "synthetic": NOTICE.strip(),
        "bundle": lived.bundle,
        "scenario": "random",
        "seed": lived.host.seed,
        "host": lived.host.name,
        "guid": lived.host.guid,
        "os": scenario.os,
        "os_version": scenario.os_version,
        "versions": scenario.versions,
        "zone": scenario.zone,
        "zone_stated": lived.reader.stated,
        "zone_moved": lived.reader.moved,
        "options": {"tz": scenario.zone} if lived.reader.stated == "told" else {},
        "taken_at": str(scenario.end),
        "clock": _clock(lived),
        "reading": {log: list(_reading(lived, lines, log)) for log in lived.logs},
        "observed": {"from": str(min(observed)), "to": str(max(observed))} if observed else None,
        "connector_starts": [str(lived.fate.instant(start.at)) for start in lived.fate.starts],
        "starts": list(_starts(lived)),
        "boots": [str(lived.fate.instant(start.boot)) for start in lived.fate.starts if start.boot is not None],
        "exits": [one["at"] for one in told if one["kind"] == "scan_service_exited"],
        "updates": [one["at"] for one in told if one["kind"] == "definitions_updated"],
        "intervals": sorted(stays, key=lambda stay: str(stay["raised"])),
        "open_faults": [fault for fault, _ in standing(lived.fate)],
        "expected": [],
        "holes": list(_holes(line for line in lines if line.log == "connector")),
        "noise_lines": sum(line.kind is None for line in lines if line.lost is None),
        "files": list(_files(lived)),
        "signals": [one for one in told if one["kind"] != "file_scanned"],
        "in_flight": [one for one in told if one["kind"] == "file_scanned"],
    }
    return json.dumps(document, indent=1) + "\n"


def _clock(lived: Lived) -> dict[str, object]:
    return {
        "errors": [{"from": str(since), "ahead_s": ahead} for since, ahead in lived.time.errors],
        "zones": [{"from": str(since), "zone": zone} for since, zone in lived.time.zones],
    }


def _reading(lived: Lived, lines: Iterable[_Line], log: LogName) -> Iterator[dict[str, object]]:
    """From which line on a log is read as how many seconds ahead of the truth."""
    kept = [line.one for line in lines if line.log == log and line.lost is None]
    for before, one in zip([None, *kept], kept, strict=False):
        ahead, since = lived.reader.ahead_ns(one), one if before is None else before
        if before is None or ahead != lived.reader.ahead_ns(before):
            shown = lived.reader.read(one).at.since(lived.reader.read(since).at)
            yield {"from": str(one.line.at), "ahead_s": ahead / NS, "shown_s": shown}


def _starts(lived: Lived) -> Iterator[dict[str, object]]:
    for start in lived.fate.starts:
        offsets = {"at": start.at, "stopped": start.stopped, "boot": start.boot}
        yield {name: None if at is None else str(lived.fate.instant(at)) for name, at in offsets.items()}


def _files(lived: Lived) -> Iterator[dict[str, object]]:
    for log, rotated in lived.logs.items():
        for copy in rotated.copies:
            stands = lived.paths(log, copy.name)
            yield {"path": stands[0], "again": stands[1:], "lines": copy.count, "bytes": copy.size}


def _signal(lived: Lived, line: _Line, before: _Line | None) -> dict[str, object]:
    told, read = line.one.line.happening, lived.reader.read(line.one)
    assert told is not None  # noqa: S101 (noise is no signal)
    folded = line.one.count > 1 or (before is not None and before.one.line.happening is told)
    orphan = folded and (before is None or before.lost is not None)
    return {
        "kind": "repeated" if orphan else told.kind,
        "at": str(line.at),
        "read_at": str(read.at),
        "certain": read.certain,
        "fault_id": told.fault,
        "severity": told.severity,
        "path": told.path,
        "version": told.version,
        "count": line.one.count,
        "log": line.log,
        "text": line.one.text,
        "places": line.places,
        "lost": line.lost,
    }


def _interval(lived: Lived, stay: Stay, lines: Sequence[_Line], kept: Sequence[_Read]) -> dict[str, object]:
    steady = _steady(lived, stay, kept)
    questions = [*dict.fromkeys(_questions(lived, stay, lines)), *([] if steady else ["clock set"])]
    return {
        "fault_id": stay.fault,
        "raised": str(lived.fate.instant(stay.raised)),
        "cleared": None if stay.cleared is None else str(lived.fate.instant(stay.cleared)),
        "severity": stay.severity,
        "decidable": not questions,
        "open_questions": questions,
    }


def _questions(lived: Lived, stay: Stay, lines: Sequence[_Line]) -> Iterator[str]:
    """Why the evidence does not give a stay exactly."""
    daemon = [line for line in lines if line.log == "connector"]
    ends = [place for place, line in enumerate(daemon) if _is_end(stay, line)]
    until = len(daemon) if stay.cleared is None else ends[-1] + 1
    inside = daemon[ends[0] : until]
    yield from ["clear before lost"] if _follows_lost_clear(stay, daemon[: ends[0]]) else []
    yield from (f"{end.kind} lost: {end.lost}" for end in _ends(inside, stay) if end.lost is not None)
    yield from (line.lost for line in inside if line.lost is not None and line.lost not in _ENDS)
    yield from ("suppressed" for line in inside if line.kind in {"suppressed", "dropping"})
    open_drop = [line.kind for line in daemon[: ends[0]] if line.kind in {"suppressed", "dropping"} and not line.lost]
    yield from ["suppressed"] if open_drop[-1:] == ["dropping"] else []
    yield from ("uncertain time" for end in _ends(inside, stay) if not lived.reader.read(end.one).certain)
    yield from ["precision"] if len({end.one.shape.digits for end in _ends(inside, stay)}) > 1 else []


def _follows_lost_clear(stay: Stay, before: Sequence[_Line]) -> bool:
    """Whether the raise looks like the repetition of an earlier one, because the clear between them was lost."""
    told = [line for line in before if line.one.line.happening and line.one.line.happening.fault == stay.fault]
    clears = [place for place, line in enumerate(told) if line.kind == "fault_cleared"]
    return bool(clears) and told[clears[-1]].lost is not None


def _is_end(stay: Stay, line: _Line) -> bool:
    told = line.one.line.happening
    if told is None or told.fault != stay.fault or told.kind not in {"fault_raised", "fault_cleared"}:
        return False
    return told.at == (stay.raised if told.kind == "fault_raised" else stay.cleared)


def _ends(inside: Sequence[_Line], stay: Stay) -> list[_Line]:
    return [inside[0]] if stay.cleared is None else [inside[0], inside[-1]]


def _steady(lived: Lived, stay: Stay, kept: Sequence[_Read]) -> bool:
    """Whether every log of the host is read as equally wrong from well before the raise to well after the clear."""
    if any(" kernel: [" in line.one.text for line, _ in kept):
        return len({ahead for _, ahead in kept}) <= 1  # an uptime says that the clock was set, not when
    margin = _HOUR_NS + max((abs(ahead) for _, ahead in kept), default=0)
    begin = lived.fate.instant(stay.raised).ns - margin
    end = lived.fate.instant(lived.fate.scenario.duration if stay.cleared is None else stay.cleared).ns + margin
    return len({ahead for line, ahead in kept if begin <= line.at.ns <= end}) <= 1


def _holes(lines: Iterable[_Line]) -> Iterator[dict[str, object]]:
    every = list(lines)
    place = 0
    for lost, run in groupby(every, key=lambda line: line.lost):
        group = list(run)
        if lost is not None and lost not in _ENDS:
            around = every[max(0, place - 1) : place + len(group) + 1]
            yield {"reason": lost, "from": str(around[0].at), "to": str(around[-1].at), "lines": len(group)}
        place += len(group)
