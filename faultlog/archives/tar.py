"""Tar archives read forwards, one header at a time: ustar, pax, GNU long names, and the tars before them.

Formats: POSIX `pax` (IEEE 1003.1); GNU tar manual, "Basic Tar Format", for base-256 numbers and sparse files.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from faultlog.archives.kinds import Entry, checksum_holds, date_of
from faultlog.archives.streams import CHUNK, Budget, DamageError, Note, Slice, Stream
from faultlog.values import dataclass

_BLOCK = 512
_SKIPPED = {
    b"1": ("link", "a hard link; not followed"),
    b"2": ("link", "a symbolic link; not followed"),
    b"3": ("device", "a character device"),
    b"4": ("device", "a block device"),
    b"6": ("device", "a named pipe"),
}
_NO_DATA = b"123456V"  # whatever the size field of these says, no data follows
_SILENT = b"5DV"  # directories, lists of directories, volume labels
_EXTENSIONS = b"xXgLK"  # pax for the next entry (X: Solaris), pax for all, GNU long name, GNU long link
_HEADERS_OF_ALL = 16
"""Times the bound of one extended header, all of them together: reading their records takes longer than all else."""
_LENGTH = re.compile(rb"(\d{1,8}) ")
_SPARSE = ("sparse", "a sparse file; its holes are not filled in")


@dataclass(frozen=True, slots=True)
class _Header:
    """A tar header, or what extended headers say about the next one."""

    name: bytes | None = None
    size: int | None = None
    mtime: float | None = None
    type: bytes = b"0"
    mode: int | None = None
    sparse: bool = False


_NOTHING = _Header()
_OCTAL = re.compile(rb"[0-7]*")


def tar_entries(source: Stream, budget: Budget, note: Note) -> Iterator[Entry]:
    """The entries of a tar, in order. An entry's stream must be read before the next entry is asked for.

    Raises:
        DamageError: it ends here before its end: `truncated`, `corrupt`, `bomb_header`, or the budget's end.
    """
    tar = _Tar(source, budget)
    says = _NOTHING
    while (header := tar.header()) is not None:
        if header.type in _EXTENSIONS:
            says = tar.extension(header, says)
            continue
        if says is not _NOTHING:
            header, says = _merged(header, says), _NOTHING
        size = 0 if header.type in _NO_DATA else header.size or 0
        content = tar.content(size)
        if header.type not in _SILENT and (size or not (header.name or b"").endswith(b"/")):
            yield _entry(header, content)
        tar.pass_over(content)
    if tar.rest_is_data():
        note("trailing_data", "something follows the end of the tar; not read")


class _Tar:
    """Where the reading of a tar stands."""

    def __init__(self, source: Stream, budget: Budget) -> None:
        self._source = source
        self._budget = budget
        self._at = 0
        self._padding = 0
        self._extended = 0

    def header(self) -> _Header | None:
        """The next header; `None` at the end mark."""
        self._budget.enter()
        place = self._at
        block = self._take(_BLOCK)
        if not block.strip(b"\0"):
            return None
        size = _number(block[124:136])
        if size is None or not checksum_holds(block):
            raise DamageError("corrupt", f"no valid tar header at byte {place}; what follows is not read")
        sparse = block[156:157] == b"S"
        if sparse:
            self._pass_over_map(block[482])
        return _Header(_name(block), size, _number(block[136:148]), block[156:157], _number(block[100:108]), sparse)

    def extension(self, header: _Header, says: _Header) -> _Header:
        """What an extended header adds to what is known of the next entry."""
        size = header.size or 0
        most = self._budget.limits.header_bytes
        self._extended += size
        if size > most or self._extended > most * _HEADERS_OF_ALL:
            raise DamageError("bomb_header", f"a tar header of {size} bytes at byte {self._at}; not read on")
        data = self._take(size)
        self._take(-size % _BLOCK)
        if header.type == b"L":
            return replace(says, name=says.name or data.rstrip(b"\0"))
        return _pax(data, says, self._at) if header.type in b"xX" else says

    def content(self, size: int) -> Slice:
        """The next `size` bytes as a stream."""
        self._padding = -size % _BLOCK
        self._at += size
        return Slice(self._source, size)

    def pass_over(self, content: Slice) -> None:
        """Goes to the next header, whatever was read of the content."""
        content.skip()
        self._take(self._padding)

    def rest_is_data(self) -> bool:
        """Whether more than padding follows; reads to the end, so that the compression around is checked."""
        found = False
        while data := self._source.read(CHUNK):
            found = found or bool(data.strip(b"\0"))
        return found

    def _pass_over_map(self, more: int) -> None:
        """The further blocks of an old GNU sparse map; each says in its byte 504 whether one more follows."""
        while more:
            self._budget.enter()
            more = self._take(_BLOCK)[504]

    def _take(self, size: int) -> bytes:
        data = self._source.read(size) if size else b""
        while len(data) < size:
            piece = self._source.read(size - len(data)) if data else b""
            if not piece:
                place = self._at + len(data)
                raise DamageError("truncated", f"the tar ends at byte {place} without its end mark")
            data += piece
        self._at += size
        return data


def _entry(header: _Header, content: Slice) -> Entry:
    refused = _SPARSE if header.sparse else _SKIPPED.get(header.type)
    name = (header.name or b"").decode("utf-8", "surrogateescape")
    return Entry(name, date_of(header.mtime or 0), content if refused is None else None, refused, header.mode)


def _merged(header: _Header, says: _Header) -> _Header:
    return replace(
        header,
        name=header.name if says.name is None else says.name,
        size=header.size if says.size is None else says.size,
        mtime=header.mtime if says.mtime is None else says.mtime,
        sparse=header.sparse or says.sparse,
    )


def _pax(data: bytes, says: _Header, place: int) -> _Header:
    """Reads records of `<length> <key>=<value>` and a line feed; the length counts the whole record."""
    records = dict[bytes, bytes]()
    at = 0
    while at < len(data) and data[at] != 0:
        digits = _LENGTH.match(data, at)
        end = at + int(digits[1]) if digits else 0
        if digits is None or not digits.end() < end <= len(data):
            raise DamageError("corrupt", f"a malformed extended tar header before byte {place}; not read on")
        key, _, value = data[digits.end() : end - 1].partition(b"=")
        records[key] = value
        at = end
    return _told(records, says, place)


def _told(records: dict[bytes, bytes], says: _Header, place: int) -> _Header:
    """What records add to what is known; the name of a sparse file is the one its packer saw."""
    size, mtime = records.get(b"size"), records.get(b"mtime", b"")
    if size is not None and not re.fullmatch(rb"\d{1,18}", size):
        raise DamageError("corrupt", f"a tar header before byte {place} states no valid size; not read on")
    return replace(
        says,
        name=records.get(b"GNU.sparse.name", records.get(b"path", says.name)),
        size=says.size if size is None else int(size),
        mtime=float(mtime) if re.fullmatch(rb"\d{1,18}(\.\d*)?", mtime) else says.mtime,
        sparse=says.sparse or any(key.startswith(b"GNU.sparse.") for key in records),
    )


def _name(block: bytes) -> bytes:
    name, prefix = block[:100].split(b"\0")[0], block[345:500].split(b"\0")[0]
    return prefix + b"/" + name if prefix and block[257:263] == b"ustar\0" else name


def _number(field: bytes) -> int | None:
    """Octal digits, or base 256 after a byte 0x80; `None` for negative numbers and garbage."""
    if field[0] == 0x80:
        return int.from_bytes(field[1:], "big")
    text = field.split(b"\0")[0].strip()
    return int(text or b"0", 8) if _OCTAL.fullmatch(text) else None
