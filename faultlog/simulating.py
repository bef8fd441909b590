"""A connector that lives, faults and logs: bundles whose truth is known, for tests, benches and the demo.

A scenario's schedule and generated noise are played in time order (a discrete-event simulation), every line
is written in the shape of its moment, the daemon's log is rotated, and everything is packed as a support tool
might. The same scenario, seed and size give the same bytes (compressed ones with the same zlib); neither
clock, environment nor locale is read. Every bundle says that it is synthetic.

`<name>.truth.json` beside a bundle is `faultlog.truth/1`; instants are ISO UTC, as precise as their lines:

* `host`, `guid`, `os`, `os_version`, `versions`, `zone`, `scenario`, `seed`, `bundle`, `taken_at`;
  `observed`, from the first to the last stamp of the daemon's log;
* `signals`: what the schedule's lines mean, by time: `kind`, `at`, `file`, `line` (from 1), `offset` (bytes,
  decompressed), `text`. A start line that states a version is two signals;
* `in_flight`: likewise the lines that name the file which the scan service is about to die on;
* `intervals`: `raised` is null where the log starts inside the fault, `cleared` where it ends inside it;
* `connector_starts`: the first line of each start; `boots`: the epochs stated; `open_faults`: as in the
  status snapshot;
* `files`: lines, noise lines, bytes, first and last instant of each log; `noise_lines` in all;
* `expected`: verdicts, outcomes and presences, stated by hand in the scenario.
"""

import gzip
import heapq
import itertools
import json
import random
import tempfile
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, field
from pathlib import Path
from zoneinfo import ZoneInfo

from faultlog.errors import UnknownName, UsageError
from faultlog.model import NS, Instant
from faultlog.simulation.life import LAYOUTS, USUAL, Filler, Life, Line, Source, Span, noise, repeatable, stamp
from faultlog.simulation.lives import live, write_life
from faultlog.simulation.scenarios import DAEMON_NOISE, SCENARIOS, Happening, LogName, Scenario
from faultlog.simulation.supporttool import NOTICE, Host, Member, pack_tar, pack_zip, write_facts
from faultlog.simulation.truths import truth_of
from faultlog.values import dataclass

__all__ = ["RANDOM", "SCENARIOS", "Filler", "Line", "Scenario", "simulate"]

RANDOM = "random"
"""The name of the scenario that the seed decides; its truth has more to say, see `faultlog.simulation.truths`."""

_BLOCK = 8192
"""Bytes of a pre-rendered block of noise; its lines share one stamp."""
_BLOCKS = 64
"""Different blocks of each run of the daemon, taken in turn."""


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Bytes of one or more whole lines that stand at one instant."""

    at: Instant
    data: bytes
    lines: int
    line: Line | None = None
    """The one line, unless it is a block of noise."""


def _chunks(host: Host, lines: Iterable[Line]) -> Iterator[_Chunk]:
    return (_Chunk(line.at, host.render(line), 1, line) for line in lines)


def _bulk(host: Host, spans: Sequence[Span], size: int, filler: Filler) -> Iterator[_Chunk]:
    """About `size` bytes of noise, spread evenly over the spans. Memory: the blocks of one span."""
    rng = repeatable(host.title, host.seed, "bulk")
    if size < _BLOCK:
        return
    alive = sum(span.until.ns - span.since.ns for span in spans)
    step = max(alive * _BLOCK // size, 1)
    turn = itertools.count()
    zone = ZoneInfo(host.scenario.zone)
    for span in spans:
        shape = host.scenario.shape_at(span.since)
        width = len(stamp(span.since, shape, zone))
        blocks = _blocks(host, span, width, rng, filler)
        for ns in range(span.since.ns + step // 2, span.until.ns, step):
            data, lines = blocks[next(turn) % _BLOCKS]
            for at, count in _ticks(ns, lines, filler.tick):
                data = data.replace(b"\0" * width, stamp(at, shape, zone).encode(), count)
            yield _Chunk(Instant(ns), data, lines)


def _ticks(ns: int, lines: int, tick: int) -> Iterator[tuple[Instant, int]]:
    """The stamps of a block's lines, each with how many lines have it; -1 for all."""
    if not tick:
        return iter([(Instant(ns), -1)])
    return ((Instant(ns + line * tick), 1) for line in range(lines))


def _blocks(host: Host, span: Span, width: int, rng: random.Random, filler: Filler) -> list[tuple[bytes, int]]:
    """Blocks of about `_BLOCK` bytes with their numbers of lines; `width` NULs stand where a stamp goes."""
    layout = LAYOUTS[host.scenario.shape_at(span.since).name]
    source = Source("connector", 0, DAEMON_NOISE)
    blocks = []
    for _ in range(_BLOCKS):
        lines: list[str] = []
        room = _BLOCK
        while room > 0:
            module, message = noise(rng, source, host.scenario.os, filler)
            line = Line(span.since, "connector", "ampdaemon", span.pid, "debug", module, message)
            lines.append(layout(line, "\0" * width, host.name) + "\n")
            room -= len(lines[-1])
        blocks.append(("".join(lines).encode(), len(lines)))
    return blocks


@dataclass(frozen=True, slots=True)
class _Signal:
    """What one line means, as the truth states it."""

    kind: str
    at: str
    fault_id: int | None
    severity: str | None
    path: str | None
    version: str | None
    file: str
    line: int
    offset: int
    text: str


@dataclass(slots=True)
class _File:
    """What is counted of one log or rotated copy."""

    path: str
    lines: int = 0
    noise_lines: int = 0
    bytes: int = 0
    first_at: str | None = None
    last_at: str | None = None


@dataclass(slots=True)
class _Interval:
    """A fault's stay, as far as the log shows it."""

    fault_id: int | None
    raised: str | None
    cleared: str | None
    severity: str | None


@dataclass(slots=True)
class _Truth:
    """What is known of a bundle while it is being written."""

    signals: list[_Signal] = field(default_factory=list)
    files: list[_File] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)


def _write_logs(host: Host, life: Life, size: int | None, filler: Filler, spool: Path) -> _Truth:
    """Write every log of the host into the spool directory, the daemon's oldest copy first."""
    truth = _Truth()
    for suffix, chunks in _copies(host, life, size, filler):
        _write_log(host, truth, "connector", suffix, _cut(chunks) if host.scenario.cut else chunks, spool)
    others: tuple[LogName, ...] = ("scan_service", "system")
    for log in others:
        lines = [line for line in life.lines if line.file == log]
        _write_log(host, truth, log, "", _chunks(host, lines), spool)
    truth.signals.sort(key=lambda signal: Instant.of(signal.at))
    return truth


def _copies(host: Host, life: Life, size: int | None, filler: Filler) -> Iterator[tuple[str, Iterator[_Chunk]]]:
    """The daemon's log as it was rotated: suffix and content, oldest copy first, the live file last."""
    since = host.scenario.start
    daemon = [line for line in life.lines if line.file == "connector"]
    for age, offset in zip(range(len(host.scenario.rotations), 0, -1), host.scenario.rotations, strict=True):
        until = host.scenario.start.moved(offset)
        lines = [line for line in daemon if since <= line.at < until]
        yield (f".{age}.gz" if age > 1 else ".1"), _chunks(host, lines)
        since = until
    lines = [line for line in daemon if line.at >= since]
    wanted = (size or 0) - sum(len(host.render(line)) for line in lines)
    spans = [Span(max(span.since, since), span.until, span.pid) for span in life.spans if span.until > since]
    bulk = _bulk(host, spans, wanted, filler)
    yield "", heapq.merge(_chunks(host, lines), bulk, key=lambda chunk: chunk.at)


def _cut(chunks: Iterator[_Chunk]) -> Iterator[_Chunk]:
    """The chunks without half of the first line, hence without its stamp, and without the last line end."""
    head, held = next(chunks), next(chunks)
    first_stamped = held.at if head.lines == 1 else head.at
    yield _Chunk(first_stamped, head.data[head.data.index(b"\n") // 2 :], head.lines)
    for chunk in chunks:
        yield held
        held = chunk
    yield _Chunk(held.at, held.data.removesuffix(b"\n"), held.lines, held.line)


def _write_log(host: Host, truth: _Truth, log: LogName, suffix: str, chunks: Iterable[_Chunk], spool: Path) -> None:
    """Write one log or rotated copy, compressed when its suffix says so, and note what stands where."""
    file, target = _File(host.path(log) + suffix), spool / f"log-{len(truth.files)}"
    first = last = None
    with target.open("wb") as raw:
        for chunk in chunks:
            if chunk.line is None or chunk.line.happening is None:
                file.noise_lines += chunk.lines
            else:
                truth.signals += _signals(host, chunk.line, chunk.line.happening, file)
            raw.write(chunk.data)
            file.lines += chunk.lines
            file.bytes += len(chunk.data)
            first, last = chunk.at if first is None else first, chunk.at
    file.first_at = None if first is None else host.stated(log, first)
    file.last_at = None if last is None else host.stated(log, last)
    modified = host.scenario.end if last is None else last
    if suffix.endswith(".gz"):
        target.write_bytes(gzip.compress(target.read_bytes(), compresslevel=6, mtime=modified.ns // NS))
    truth.files.append(file)
    truth.members.append(Member(file.path, target, modified))


def _signals(host: Host, line: Line, told: Happening, file: _File) -> list[_Signal]:
    """What the next line of a file means; a start that states a version means two things."""
    versioned = told.kind == "connector_started" and told.version is not None
    kinds = (told.kind, "version_changed") if versioned else (told.kind,)
    at, text = host.stated(line.file, line.at), host.render(line).decode().removesuffix("\n")
    facts = (told.fault, told.severity, told.path, told.version)
    return [_Signal(kind, at, *facts, file.path, file.lines + 1, file.bytes, text) for kind in kinds]


def _intervals(signals: Iterable[_Signal]) -> list[_Interval]:
    """Raises and clears in time order, joined; each severity is that of the raise."""
    intervals: list[_Interval] = []
    standing: dict[int | None, _Interval] = {}
    for signal in signals:
        fault = signal.fault_id
        if signal.kind == "fault_raised":
            standing[fault] = _Interval(fault, signal.at, None, signal.severity)
            intervals.append(standing[fault])
        elif signal.kind == "fault_cleared" and fault in standing:
            standing.pop(fault).cleared = signal.at
        elif signal.kind == "fault_cleared":
            intervals.append(_Interval(fault, None, signal.at, None))
    return intervals


def _standing(intervals: Iterable[_Interval]) -> list[tuple[int, str]]:
    """The faults still raised, with their severities; Major where the raise states none."""
    return [
        (interval.fault_id, interval.severity or "Major")
        for interval in intervals
        if interval.cleared is None and interval.fault_id is not None
    ]


def _starts(signals: Iterable[_Signal]) -> list[str]:
    """The instants of the starts: "starting" and "started" without a stop between are one, at the first."""
    starts: list[str] = []
    running = False
    for signal in signals:
        if signal.kind == "connector_started" and not running:
            starts.append(signal.at)
        if signal.kind in {"connector_started", "connector_stopped"}:
            running = signal.kind == "connector_started"
    return starts


def _document(host: Host, truth: _Truth) -> str:
    """The truth as JSON; see the head of this module."""
    scenario = host.scenario
    live = truth.files[len(scenario.rotations)]
    intervals = _intervals(truth.signals)
    document = {
        "schema": "faultlog.truth/1",
        "synthetic": NOTICE.strip(),
        "bundle": f"{host.bundle}.{scenario.kind}",
        "scenario": host.title,
        "seed": host.seed,
        "host": host.name,
        "guid": host.guid,
        "os": scenario.os,
        "os_version": scenario.os_version,
        "versions": scenario.versions,
        "zone": scenario.zone,
        "taken_at": str(Instant.at_second(scenario.end.ns // NS)),
        "observed": {"from": truth.files[0].first_at, "to": live.last_at},
        "connector_starts": _starts(truth.signals),
        "boots": [signal.at for signal in truth.signals if "BOOT_TIME" in signal.text],
        "intervals": [asdict(interval) for interval in intervals],
        "open_faults": [fault for fault, _ in _standing(intervals)],
        "expected": [asdict(expected) for expected in scenario.expected],
        "noise_lines": sum(file.noise_lines for file in truth.files),
        "files": [asdict(file) for file in truth.files],
        "signals": [asdict(signal) for signal in truth.signals if signal.kind != "file_scanned"],
        "in_flight": [asdict(signal) for signal in truth.signals if signal.kind == "file_scanned"],
    }
    return json.dumps(document, indent=1) + "\n"


def _bundle(host: Host, size: int | None, filler: Filler, directory: Path) -> Path:
    """Write one bundle and its truth; each appears whole under its name."""
    life = Life(host.scenario, repeatable(host.title, host.seed), filler)
    life.play()
    target = directory / f"{host.bundle}.{host.scenario.kind}"
    with tempfile.TemporaryDirectory(prefix=".simulate-", dir=directory) as place:
        spool = Path(place)
        truth = _write_logs(host, life, size, filler, spool)
        members = truth.members + write_facts(host, _standing(_intervals(truth.signals)), spool)
        packed = spool / target.name
        (pack_zip if host.scenario.kind == "zip" else pack_tar)(host, members, packed)
        packed.replace(target)
    (directory / f"{host.bundle}.truth.json").write_text(_document(host, truth), encoding="utf-8", newline="\n")
    return target


def _host(scenario: str, seed: int, scenarios: Mapping[str, Scenario]) -> Host:
    if scenario not in scenarios:
        raise UnknownName(f"no scenario {scenario!r}; there are {', '.join((*scenarios, RANDOM))}")
    lived = scenarios[scenario]
    guid = uuid.UUID(int=repeatable(scenario, seed, "guid").getrandbits(128), version=4)
    return Host(lived, scenario, seed, f"sim-{lived.os}-{seed:04d}", str(guid))


def _random(seed: int, directory: Path) -> Path:
    """Write the bundle of a random life and its truth."""
    lived = live(seed)
    truth = directory / f"{lived.host.bundle}.truth.json"
    truth.write_text(truth_of(lived), encoding="utf-8", newline="\n")
    return write_life(lived, directory)


def simulate(
    directory: Path,
    scenario: str,
    seed: int = 1,
    size: int | None = None,
    hosts: int = 1,
    filler: Filler = USUAL,
    scenarios: Mapping[str, Scenario] = SCENARIOS,
) -> tuple[Path, ...]:
    """Write one bundle per host, named `<scenario>-<seed>`, each with its truth beside it.

    Args:
        directory: where to write; made if missing. While it is written, a bundle needs twice its room.
        scenario: a name in `scenarios`, or `RANDOM` for a life that the seed decides.
        seed: of the first host; every further host has the next one, hence its own name, GUID and noise.
        size: bytes of noise the live `ampdaemon.log` shall have, to about 8 KiB per run of the daemon;
            `None` for the scenario's own noise, which a random life always has. Memory stays constant.
        hosts: how many bundles, at least 1.
        filler: what the noise holds of near-misses; a random life decides that itself.
        scenarios: those to choose from, where it shall not be the built-in ones.

    Returns:
        The bundles' paths, in order of their seeds.

    Raises:
        UnknownName: no such scenario.
        UsageError: the directory cannot be written, or `size` or `hosts` make no sense.
    """
    if hosts < 1 or (size is not None and size < 0):
        raise UsageError(f"cannot simulate {hosts} hosts of {size} bytes; take one host or more")
    if scenario == RANDOM and size is not None:
        raise UsageError("a random life decides its own size; leave the size out")
    seeds = range(seed, seed + hosts)
    chosen = [] if scenario == RANDOM else [_host(scenario, one, scenarios) for one in seeds]
    try:
        directory.mkdir(parents=True, exist_ok=True)
        if scenario == RANDOM:
            return tuple(_random(one, directory) for one in seeds)
        return tuple(_bundle(host, size, filler, directory) for host in chosen)
    except OSError as problem:
        raise UsageError(f"cannot write bundles into {directory}: {problem.strerror or problem}") from problem
