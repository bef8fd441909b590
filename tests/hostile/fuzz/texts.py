"""Lines and stamps of any bytes: nothing is lost, chunks do not matter, and a stamp that was read can be written."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

import regex

from faultlog import before, layouts, lines, stamps
from faultlog import reading as reader
from faultlog.before import Leads
from faultlog.engine import Interesting
from faultlog.errors import UnknownName, UsageError
from faultlog.model import NS, Instant, LogFile, Stamp
from faultlog.pipeline import Knowledge, Options, load_knowledge
from faultlog.zones import Run, choose_zone, offset_name, offsets_possible, zone_of

LONGEST = 64
LOG = LogFile("ampdaemon.log", "connector", "ampdaemon.log")
ANY = 200
"""Characters that dateutil is asked about: a line pattern holds it to what stands before a message."""


def pieces(data: bytes) -> tuple[list[bytes], bytes]:
    """The rest of some bytes cut as their first one says, and the rest itself."""
    size, rest = (data[0] if data else 0) + 1, data[1:]
    return [rest[at : at + size] for at in range(0, len(rest), size)], rest


def split(data: bytes) -> None:
    """The line reader, with lines cut at 64 bytes so that short inputs reach what long ones do."""
    chunks, whole = pieces(data)
    usual, lines.MAX_LINE = lines.MAX_LINE, LONGEST
    try:
        found = list(lines.split(chunks))
        assert found == list(lines.split([whole]))
    finally:
        lines.MAX_LINE = usual
    wanted = whole.split(b"\n")
    wanted = wanted if wanted[-1] else wanted[:-1]
    assert [one.raw for one in found] == [one[:LONGEST] for one in wanted]
    assert sum(one.size for one in found) == len(whole)
    assert [one.number for one in found] == list(range(1, len(found) + 1))
    assert all(whole[one.offset :].startswith(one.raw) for one in found)
    assert all(one.text is not None for one in found)


def stamp(data: bytes) -> None:
    """A stamp in the layouts that have a name, and a date that a person typed."""
    text = data.decode("utf-8", "replace")[:ANY]
    for layout in layouts.NAMED:
        _is_whole(layouts.read(layout, text))
    with suppress(UsageError):
        assert isinstance(stamps.read_date(text, "--since"), Instant)


def layout(data: bytes) -> None:
    """A layout of a stranger's, in the first line, and a stamp in the second."""
    first, _, second = data.decode("utf-8", "replace").partition("\n")
    try:
        layouts.known(first)
    except ValueError:
        return
    read = layouts.read(first, second[:ANY])
    _is_whole(read)
    if read is not None and first not in layouts.NAMED:
        assert regex.fullmatch(layouts.pattern_of(first), second[:ANY], timeout=1), "a line would not hold it"


def zone(data: bytes) -> None:
    """A zone by name, in the first line; the zone of what lines state, in the others: start, length, offset."""
    first, *rest = data.split(b"\n")
    try:
        zones = [zone_of(first.decode("utf-8", "replace"))]
    except UnknownName:
        zones = []
    if not any(one.strip() for one in rest) and not zones:
        return
    made, named = choose_zone(None, None, _runs(rest))
    assert zone_of(named.name) is not None
    for one in [made, *zones]:
        for civil in (datetime(2026, 3, 29, 2, 30), datetime(1970, 1, 1), datetime(9998, 12, 31)):  # noqa: DTZ001
            offsets = offsets_possible(one, civil)
            assert offsets
            assert all(abs(seconds) < 86_400 for seconds in offsets)
            for fold in (0, 1):
                aware = civil.replace(tzinfo=one, fold=fold)
                assert aware.astimezone(UTC) - aware == timedelta(0)


def formats(data: bytes) -> None:
    """Each format on one line; none takes more than its time, and what it reads is a part of the line."""
    text = lines.Line(1, 0, data, len(data), terminated=True).text
    for one in _knowledge().formats:
        if one.pattern is None:
            continue
        reading = one.read(text)
        if reading is not None:
            _is_whole(reading.stamp)
            assert all(value in text for name, value in reading.groups.items() if name != "level")


def reading(data: bytes) -> None:
    """A whole log file: each line is read, continued or left unread, however it arrives and whoever asks."""
    chunks, whole = pieces(data)
    known = _knowledge()
    interests = (_interest, lambda: _LineByLine(_interest()))
    usual, before.REACH_BYTES = (before.REACH_BYTES, reader.SAMPLE_LINES, reader.SAMPLE_GRID), 900
    reader.SAMPLE_LINES, reader.SAMPLE_GRID = 3, 700
    try:
        asked = ((cut, make) for cut in (chunks, [whole]) for make in interests)
        results = [reader.read(LOG, cut, known.formats, make(), leads=_leads()) for cut, make in asked]
    finally:
        before.REACH_BYTES, reader.SAMPLE_LINES, reader.SAMPLE_GRID = usual
    first = results[0]
    assert all(one == first for one in results[1:])
    assert (first.bytes, first.lines) == (len(whole), whole.count(b"\n") + (whole[-1:] not in (b"", b"\n")))
    assert first.lines == (
        first.understood_lines + first.continuations + first.unread_lines + first.passed_over + first.skipped.total()
    )


def _interest() -> Interesting:
    """The engine's interest in a rotation set: it remembers what it has seen of one."""
    return replace(_wanted(), pids={}, watched={})


@cache
def _wanted() -> Interesting:
    return Interesting.of(_knowledge().rules)


@cache
def _leads() -> Leads:
    return Leads.of(_knowledge().rules)


class _LineByLine:
    """The engine's interest, told in a way that leaves every line to be asked."""

    def __init__(self, inner: Interesting) -> None:
        self.in_text, self.in_process = inner.in_text, inner.in_process

    def in_line(self, text: str) -> bool:
        return True

    def demands(self) -> None:
        return None


def _is_whole(read: Stamp | None) -> None:
    """A stamp that was read is a moment of a log, and says the same when it is written and read again."""
    if read is None:
        return
    year = 2000 if read.year is None else read.year
    assert 0 <= read.nanosecond < NS
    instant = stamps.instant_of(read, year, UTC)
    text = f"{year:04d}-{read.month:02d}-{read.day:02d}T{read.hour:02d}:{read.minute:02d}:{read.second:02d}"
    fraction = f".{read.nanosecond:09d}"[: read.digits + 1] if read.digits else ""
    offset = "" if read.offset_s is None else offset_name(read.offset_s).removeprefix("UTC")
    again = stamps.read_stamp("iso", text + fraction + offset)
    assert again is not None
    assert stamps.instant_of(again, year, UTC) == instant
    assert again.offset_s == read.offset_s


def _runs(rows: list[bytes]) -> Iterator[Run]:
    at = 0
    for row in rows[:300]:
        start, length, offset = (int.from_bytes(row[place : place + 4], "little") for place in (0, 4, 8))
        at = max(0, at + start - (1 << 31))
        yield Run(Instant(at * NS), Instant((at + length) * NS), (offset % 2879 - 1439) * 60)


@cache
def _knowledge() -> Knowledge:
    return load_knowledge(Options())
