"""Zip archives, believed only once their directory, their end records and their members agree.

Format: PKWARE APPNOTE 6.3.10. Stored and deflated members are read, the two that every packer writes.
"""

import re
import stat
import struct
from collections.abc import Iterator
from datetime import UTC, datetime

from faultlog.archives.inflate import Inflated
from faultlog.archives.kinds import Entry, date_of
from faultlog.archives.streams import Budget, Checked, Note, RawFile, Span, Stream
from faultlog.errors import BundleError
from faultlog.model import Instant
from faultlog.values import dataclass

_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = struct.Struct("<4sLQL")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LENGTHS = struct.Struct("<3H")
"""Of name, extra blocks and comment, from byte 28 of a record on."""
_LOCAL = struct.Struct("<4s5H3L2H")
_LONGEST_COMMENT = 65_535
_FULL = 0xFFFFFFFF  # the field is too small: the zip64 block has the value
_ENCRYPTED = 0x2041  # flag bits 0 (encrypted), 6 (strongly), 13 (its directory too)
_NOTHING = b"\3\0"  # deflated
_UNIX_MAKERS = (3, 19)  # Unix and Darwin: the high half of the attributes is a file mode


@dataclass(frozen=True, slots=True)
class _End:
    """What the end-of-directory record states, and where it stands."""

    count: int
    size: int
    offset: int
    place: int
    """Where the directory must end."""


@dataclass(frozen=True, slots=True)
class _Record:
    """A member as the central directory describes it."""

    name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int
    stamp: tuple[int, int, bytes]
    """Date and time of DOS, and Info-ZIP's block."""
    mode: int


def zip_entries(file: RawFile, name: str, budget: Budget, note: Note) -> Iterator[Entry]:
    """The entries of a zip, in its directory's order, once the whole of it was found to be consistent.

    Raises:
        BundleError: its directory is missing (`truncated`), too large (`bomb_members`, `bomb_header`), or at
            odds with the members (`zip_overlap`, `zip_inconsistent`).
        DamageError: the file cannot be read, or the budget ends.
    """
    return _Zip(file, name, budget, note).entries()


class _Zip:
    def __init__(self, file: RawFile, name: str, budget: Budget, note: Note) -> None:
        self._file = file
        self._size = file.size()
        self._shown = name
        self._budget = budget
        self._note = note

    def entries(self) -> Iterator[Entry]:
        end = self._end64(self._end())
        records = list(self._records(end))
        shift = max(0, end.place - end.size - end.offset)
        if shift:
            self._note("prepended_data", f"{shift} bytes stand before the zip; not read")
        starts = [self._start(record, record.offset + shift) for record in records]
        spans = [
            (record.offset + shift, start + record.packed)
            for record, start in zip(records, starts, strict=True)
            if start is not None
        ]
        first = min((begin for begin, _ in spans), default=shift)
        if first > shift and None not in starts:
            self._note("prepended_data", f"{first - shift} bytes stand before the first member; not read")
        self._check_overlap(spans, max(end.place - end.size, end.offset))
        for record, start in zip(records, starts, strict=True):
            if not _is_folder(record):
                yield self._entry(record, start)

    def _end(self) -> _End:
        """Finds the end-of-directory record: the one whose comment ends with the file."""
        size = self._size
        start = max(0, size - _END.size - _LONGEST_COMMENT)
        tail = self._file.read_at(start, size - start)
        last = len(tail) - _END.size
        places = [found.start() for found in re.finditer(rb"PK\x05\x06", tail) if found.start() <= last]
        if not places:
            raise self._cut_short()
        ends = [place + _END.size + _END.unpack_from(tail, place)[7] for place in places]
        exact = [place for place, end in zip(places, ends, strict=True) if end == len(tail)]
        if len(exact) > 1:
            raise self._inconsistent("it has two directories")
        if not exact:
            self._note("trailing_data", "something follows the end of the zip; not read")
        place = exact[0] if exact else places[-1]
        _, disk, _, _, count, length, offset, _ = _END.unpack_from(tail, place)
        if disk not in (0, 0xFFFF):
            raise BundleError("unsupported", f"{self._shown} is one part of a split zip; join the parts first")
        return _End(count, length, offset, start + place)

    def _end64(self, end: _End) -> _End:
        """The zip64 record's figures where there is one; it must stand right before, and not contradict."""
        locator = self._file.read_at(max(0, end.place - _LOCATOR.size), _LOCATOR.size)
        place = end.place - _LOCATOR.size - _END64.size
        if place >= 0 and locator.startswith(b"PK\x06\x07"):
            record = self._file.read_at(place, _END64.size)
            magic, length, *_, count, size, offset = _END64.unpack(record)
            if _LOCATOR.unpack(locator)[2] not in (
                place,
                offset + size,
            ):  # the latter: something was put before the zip
                raise self._inconsistent("its zip64 record is not where it is said to be")
            pairs = ((end.count, count, 0xFFFF), (end.size, size, _FULL), (end.offset, offset, _FULL))
            agrees = all(short in (long, full) for short, long, full in pairs)
            if magic != b"PK\x06\x06" or length != _END64.size - 12 or not agrees:
                raise self._inconsistent("its two end records contradict each other")
            end = _End(count, size, offset, place)
        self._check_size(end)
        return end

    def _check_size(self, end: _End) -> None:
        limits = self._budget.limits
        if end.count > limits.members:
            raise self._too_many()
        if end.size > limits.directory_bytes:
            raise BundleError(
                "bomb_header",
                f"{self._shown} has a directory of {end.size} bytes, more than the {limits.directory_bytes} allowed; "
                "not opened",
            )
        if end.size > end.place:
            raise self._cut_short()
        missing = end.offset - (end.place - end.size)
        if missing > 0:
            self._note("truncated", f"{missing} bytes are missing inside the zip")

    def _records(self, end: _End) -> Iterator[_Record]:
        data = self._file.read_at(end.place - end.size, end.size)
        self._check_count(data, end.count)  # first: a lie costs next to nothing, however many zips tell it
        at = 0
        while at < len(data):
            self._budget.enter()
            record, at = self._record(data, at)
            yield record

    def _check_count(self, data: bytes, stated: int) -> None:
        """That a directory holds whole records, as many as stated, and no more than allowed."""
        at = count = 0
        while at < len(data):
            count += 1
            if count > self._budget.limits.members:
                raise self._too_many()
            if not data.startswith(b"PK\x01\x02", at) or at + _CENTRAL.size > len(data):
                raise self._inconsistent("its directory is damaged")
            at += _CENTRAL.size + sum(_LENGTHS.unpack_from(data, at + 28))
        if at > len(data):
            raise self._inconsistent("its directory is damaged")
        if count != stated:
            raise self._inconsistent(f"it states {stated} members and lists {count}")

    def _record(self, data: bytes, at: int) -> tuple[_Record, int]:
        """The record at an offset of the directory, and the offset of the next."""
        field = _CENTRAL.unpack_from(data, at)
        _, made, _, flags, method, time, date, crc, packed, size, names, extras, comment, *_ = field
        start = at + _CENTRAL.size
        name, extra = data[start : start + names], data[start + names : start + names + extras]
        blocks = dict(_extra_blocks(extra))
        size, packed, offset = self._wide([size, packed, field[16]], blocks.get(1, b""))
        mode = field[15] >> 16 if made >> 8 in _UNIX_MAKERS else 0
        stamp = (date, time, blocks.get(0x5455, b""))
        record = _Record(name, flags, method, crc, packed, size, offset, stamp, mode)
        return record, start + names + extras + comment

    def _wide(self, fields: list[int], block: bytes) -> list[int]:
        """The fields, from the zip64 block where the 32 bits of the record were too few."""
        if _FULL not in fields:
            return fields
        wide = [value for (value,) in struct.iter_unpack("<Q", block[: len(block) // 8 * 8])]
        if fields.count(_FULL) > len(wide):
            raise self._inconsistent("the size or place of a member is missing")
        return [wide.pop(0) if value == _FULL else value for value in fields]

    def _start(self, record: _Record, offset: int) -> int | None:
        """Where a member's bytes start; `None` where its own header is destroyed.

        Raises:
            BundleError: its own header describes another member.
        """
        header = self._file.read_at(offset, _LOCAL.size) if offset < self._size else b""
        if len(header) < _LOCAL.size or not header.startswith(b"PK\x03\x04"):
            return None
        _, _, flags, method, *_, packed, size, names, extras = _LOCAL.unpack(header)
        name = self._file.read_at(offset + _LOCAL.size, names)
        elsewhere = bool(flags & 8) or _FULL in (packed, size)
        agrees = elsewhere or (packed, size) == (record.packed, record.size)
        if (name, method) != (record.name, record.method) or not agrees:
            raise self._inconsistent("a member and the directory disagree on its name, method or size")
        start: int = offset + _LOCAL.size + names + extras
        return start

    def _check_overlap(self, spans: list[tuple[int, int]], directory: int) -> None:
        spans.sort()
        following = [start for start, _ in spans[1:]] + [directory]
        if any(end > start for (_, end), start in zip(spans, following, strict=False)):
            raise BundleError(
                "zip_overlap",
                f"{self._shown} has members that share bytes, as a zip bomb has; not opened",
            )

    def _entry(self, record: _Record, start: int | None) -> Entry:
        refused = _refusal(record)
        if refused is None and start is None:
            refused = ("corrupt", f"no zip header where the directory places it, byte {record.offset}")
        content: Stream | None = None
        if refused is None and start is not None:
            content = Span(self._file, start, record.packed)
            if record.method:
                content = Inflated(content, "deflate", self._budget, self._note)
            content = Checked(content, record.size, record.crc)
        return Entry(_name(record), _date(*record.stamp), content, refused, stat.S_IMODE(record.mode) or None)

    def _cut_short(self) -> BundleError:
        return BundleError("truncated", f"{self._shown} is a zip cut short: its directory is missing; copy it again")

    def _too_many(self) -> BundleError:
        allowed = self._budget.limits.members
        return BundleError(
            "bomb_members", f"{self._shown} has more than the {allowed:,} members allowed; give its logs alone"
        )

    def _inconsistent(self, what: str) -> BundleError:
        return BundleError("zip_inconsistent", f"{self._shown} contradicts itself: {what}; make the zip again")


def _is_folder(record: _Record) -> bool:
    """Whether it is a folder, and holds nothing: of nothing, deflate makes two bytes."""
    return record.packed <= len(_NOTHING) and (record.name.endswith(b"/") or stat.S_ISDIR(record.mode))


def _refusal(record: _Record) -> tuple[str, str] | None:
    kind = stat.S_IFMT(record.mode)
    if kind == stat.S_IFLNK:
        return ("link", "a symbolic link; not followed")
    piped = kind == stat.S_IFIFO and record.packed > 0  # packed from standard input, whose mode is written down
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR) and not piped:
        return ("device", "neither a file nor a directory")
    if record.flags & _ENCRYPTED:
        return ("encrypted", "encrypted; unpack it with its password and pass the folder")
    if record.method not in (0, 8):
        return (
            "unsupported_method",
            f"compressed by method {record.method}; only stored and deflated are read",
        )
    return None


def _name(record: _Record) -> str:
    """UTF-8 where it is (many tools forget to say so), else the code page of DOS."""
    try:
        return record.name.decode("utf-8")
    except UnicodeDecodeError:
        return record.name.decode("cp437")


def _extra_blocks(extra: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(extra):
        tag, size = struct.unpack_from("<HH", extra, at)
        yield tag, extra[at + 4 : at + 4 + size]
        at += 4 + size


def _date(date: int, time: int, block: bytes) -> Instant | None:
    """The UTC stamp of Info-ZIP's block; else the DOS fields, whose unstated zone is taken as UTC."""
    if len(block) >= 5 and block[0] & 1:
        return date_of(int.from_bytes(block[1:5], "little"))
    try:
        stamp = datetime(
            1980 + (date >> 9),
            date >> 5 & 15,
            date & 31,
            time >> 11,
            time >> 5 & 63,
            (time & 31) * 2,
            tzinfo=UTC,
        )
    except ValueError:
        return None
    return date_of(stamp.timestamp())
