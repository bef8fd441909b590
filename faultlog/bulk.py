"""Lines read many at a time: what no rule can need, of one writer, in one minute, all read alike by one format.

Whatever it takes is what reading line by line would have made of it: an event that nobody keeps. What is of
interest, what is sampled, what may be continued and what reads otherwise is left to reading line by line.
"""

from collections.abc import Iterator, Sequence
from dataclasses import field
from itertools import pairwise
from typing import NamedTuple

from faultlog.choosing import Choice
from faultlog.formats import LogFormat, Reading
from faultlog.lines import BLANKS, Block
from faultlog.model import Stamp
from faultlog.sieve import Sieve
from faultlog.templates import Masks
from faultlog.twins import BLANK, OwnTwins, Twin, Twins, Writer, groups_of, is_meant, likenesses
from faultlog.values import dataclass

LEAST, MOST = 2 * 1024, 128 * 1024
"""Bytes of lines that are looked up at a time: more while it goes well, fewer where lines of many writers take turns.
Tool default."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Lines that were taken at once."""

    written: str
    """The stamp of the first of them, as it writes it."""
    stamp: Stamp
    """What that says."""
    last: Stamp
    """What the last of them writes; those between lie between."""
    raw: bytes
    twins: Sequence[Twin]
    """How each of them is read."""

    @property
    def count(self) -> int:
        """How many they are."""
        return len(self.twins)


class Columns(NamedTuple):
    """What lines in a row say."""

    stamps: list[Stamp | None]
    """By line; `None` where it writes none."""
    templates: list[str | None]
    """By line its message, masked; `None` where no format understands it."""


@dataclass(slots=True)
class Bulk:
    """What reads the lines of one file many at a time."""

    choice: Choice
    sieve: Sieve
    masks: Masks = field(default_factory=Masks)
    _before: tuple[LogFormat, str, Reading] | None = None
    """What read the line before and how, until anybody asks for lines like it."""
    _own: OwnTwins | None = None
    """The lines of its writer, where they can be told."""
    _writers: dict[tuple[str, Writer], OwnTwins] = field(default_factory=dict)
    _formats: dict[str, Twins] = field(default_factory=dict)
    _told: dict[Twin | None, str] = field(default_factory=dict)
    """What lines say, masked."""
    _room: int = LEAST
    _vain: int = 0
    """How often in a row nothing could be taken."""
    _resting: int = 0
    """How often nothing is tried."""

    def read(self, one: LogFormat, text: str, reading: Reading) -> None:
        """Note what read the line before, and how."""
        self._before = one, text, reading

    def _like(self) -> OwnTwins | None:
        """The lines of the writer of the line before; `None` where nobody can tell how they would be read."""
        if self._before is not None:
            one, text, reading = self._before
            self._before = None
            writer = Writer.of(one, text, reading)
            self._own = None if writer is None else self._written_by(writer)
        return self._own

    def _written_by(self, writer: Writer) -> OwnTwins:
        key = (writer.format.name, writer)
        if key not in self._writers:
            if len(self._writers) >= MOST_WRITERS:
                self._writers.clear()
            self._writers[key] = OwnTwins(writer, self._read_by(writer.format))
        return self._writers[key]

    def take(self, block: Block, start: int, until: int) -> Iterator[Taken]:
        """Lines of a block from a place on, none of which begins at `until` or behind it."""
        if self._resting:
            self._resting -= 1
            return
        own, begin = self._like(), start
        end = start if own is None else min(until, self.sieve.next(block, start))
        while own is not None and start < end:
            stop = _line_end(block.raw, start, min(end, start + self._room))
            for taken in self._runs(own, block.raw, start, stop):
                yield taken
                start += len(taken.raw)
            if start < stop:
                self._room = LEAST
                break
            self._room = min(MOST, 2 * self._room)
        self._vain = 0 if start > begin else self._vain + 1
        self._resting = min(MOST_RESTING, max(0, self._vain - PATIENCE))

    def one(self, block: Block, start: int) -> Taken | None:
        """The one line that begins at a place, if it is like the line read last and nothing goes on from it."""
        raw, own = block.raw, self._like()
        end = raw.find(b"\n", start, block.end)
        if own is None or end < 0 or raw[end + 1 : end + 2] in BLANKS:
            return None
        line = raw[start:end]
        (twin,) = own.look(line, [line])[0] or [None]
        stamp = None if twin is None else own.twins.stamp(line[: twin.stamp])
        if twin is None or stamp is None:
            return None
        return Taken(line[: twin.stamp].decode("ascii"), stamp, stamp, raw[start : end + 1], [twin])

    def _runs(self, own: OwnTwins, raw: bytes, start: int, end: int) -> Iterator[Taken]:
        """The first of some whole lines, as many as the writer wrote one after the other, minute by minute."""
        some = raw[start:end]
        lines = some.split(b"\n")
        lines.pop()
        twins, heads = own.look(some, lines)
        lines.append(raw[end : end + 1])
        count = len(heads) - (lines[len(heads)][:1] in BLANKS)
        heads = heads[: _ascending(heads[: max(0, count)])]
        for first, last in groups_of(heads, own.writer.minute):
            stamps = [own.writer.stamp(heads[place]) for place in (first, last - 1)]
            read = [own.twins.stamp(stamp) for stamp in stamps]
            if read[0] is None or read[1] is None:
                return
            size = sum(map(len, lines[first:last])) + last - first
            run = raw[start : start + size]
            yield Taken(stamps[0].decode("ascii"), read[0], read[1], run, twins[first:last])  # type: ignore[arg-type]
            start += size

    def columns(self, raw: bytes, start: int, end: int, after: LogFormat | None) -> Columns:
        """What the lines of a part of a block say that follow a line of some format."""
        columns = Columns([], [])
        one, room = after, LEAST
        while start < end:
            stop = _line_end(raw, start, min(end, start + room))
            read, last = self._said(one, raw[start:stop], columns)
            start += read
            room = min(MOST, 2 * room) if last is one else LEAST
            one = last
        return columns

    def _said(self, one: LogFormat | None, raw: bytes, columns: Columns) -> tuple[int, LogFormat | None]:
        """Add what some lines say, up to the first that another format reads: how many bytes, and which format."""
        lines = raw.split(b"\n")
        if not lines[-1]:
            lines.pop()
        if one is None:
            stamp, template, after = self._single(one, lines[0])
            columns.stamps.append(stamp)
            columns.templates.append(template)
            return len(lines[0]) + 1, after
        twins = self._read_by(one)
        found = twins.look(likenesses(raw)[: len(lines)], lines)
        stamps = twins.stamps_of(found, lines)
        templates: list[str | None] = list(map(self._told.get, found))
        after = one
        for place in () if all(templates) and all(stamps) else _odd(found, stamps, templates):
            twin, line = found[place], lines[place]
            if twin is not None and (stamps[place] or not twin.stamp):
                templates[place] = self._template(twin, line)
                continue
            stamps[place], templates[place], after = self._single(one, line)
            if after is not one:
                del lines[place + 1 :], stamps[place + 1 :], templates[place + 1 :]
                break
        columns.stamps.extend(stamps)
        columns.templates.extend(templates)
        return (len(raw) if after is one else sum(map(len, lines)) + len(lines)), after

    def _template(self, twin: Twin, line: bytes) -> str:
        """What one line says, masked; remembered where its digits do not matter."""
        message = twin.said(line)
        template = self.masks.of(message)
        if not is_meant(message):
            if len(self._told) >= MOST_TOLD:
                self._told.clear()
            self._told[twin] = template
        return template

    def _single(self, one: LogFormat | None, line: bytes) -> tuple[Stamp | None, str | None, LogFormat | None]:
        """What one line says, and the format that reads lines from there on."""
        text = line.decode("utf-8", "replace").removesuffix("\r")
        read = self.choice.read(text, "" if one is None else one.name) if text.strip(BLANK) else None
        if read is None:
            return None, None, one
        return read[1].stamp, self.masks.of(read[1].groups["message"]), read[0]

    def message(self, text: str, after: LogFormat | None) -> str | None:
        """What one line says that follows one of some format; `None` where no format understands it."""
        read = self.choice.read(text, "" if after is None else after.name) if text.strip(BLANK) else None
        return None if read is None else read[1].groups["message"]

    def _read_by(self, one: LogFormat) -> Twins:
        if one.name not in self._formats:
            self._formats[one.name] = Twins.of(self.choice, one)
        return self._formats[one.name]


PATIENCE, MOST_RESTING = 16, 64
"""How often in a row nothing can be taken before lines are read one by one for a while, and how many at most: trying
takes as long as reading a few of them. Tool default."""
MOST_TOLD = 10_000
"""Masked messages that are remembered at a time. Tool default."""
MOST_WRITERS = 64
"""Writers of one file whose lines are remembered at a time. Tool default."""


def _odd(found: Sequence[Twin | None], stamps: Sequence[Stamp | None], templates: Sequence[str | None]) -> list[int]:
    """Which lines have to be asked themselves what they say."""
    return [
        place
        for place, (twin, stamp, template) in enumerate(zip(found, stamps, templates, strict=True))
        if twin is None or template is None or (stamp is None and twin.stamp)
    ]


def _line_end(raw: bytes, start: int, until: int) -> int:
    """Where the last line ends that ends before a place; where the first one ends if none does."""
    return raw.rfind(b"\n", start, until) + 1 or raw.find(b"\n", until) + 1 or len(raw)


def _ascending(keys: Sequence[bytes]) -> int:
    """How many come before the first that is less than the one before it."""
    if keys == sorted(keys):
        return len(keys)
    return next(place for place, (one, other) in enumerate(pairwise(keys), 1) if other < one)
