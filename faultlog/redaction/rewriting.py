"""A bundle written anew, with tokens in the places of values: in files, in their names, in archives inside archives.

What cannot be looked into is left out: an encrypted member, an archive of an unknown kind, bytes that are no text. The
rest keeps its order, times and modes.
"""

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from faultlog.archives.disk import modified_at, open_file
from faultlog.archives.inflate import Compression, Inflated
from faultlog.archives.kinds import Entry, container, date_of, foreign
from faultlog.archives.names import base_of, escaped, is_finder_litter, without_compression
from faultlog.archives.streams import CHUNK, Budget, DamageError, Limits, Metered, Peekable, RawFile
from faultlog.archives.tar import tar_entries
from faultlog.archives.zip import zip_entries
from faultlog.errors import BundleError
from faultlog.model import NS, Instant
from faultlog.redaction.mapfile import is_map
from faultlog.redaction.packing import Member, Packer, Spool, TarPacker, ZipPacker, compress
from faultlog.redaction.replacing import Replacer, told
from faultlog.values import dataclass

_WIDEST: Final = rb"\xff\xfe\0\0|\0\0\xfe\xff|(?:[^\0]\0{3}){4}|(?:\0{3}[^\0]){4}"
"""Begins UTF-32, in which nothing is replaced."""
_BINARY: Final = re.compile(
    _WIDEST + rb"|"
    rb"bplist0|SQLite format 3\0|\x7fELF|[\xca-\xcf]\xfa\xed\xfe|\xca\xfe\xba\xbe|\x89PNG|GIF8|\xff\xd8\xff|%PDF-"
    rb"|MZ\x90"
    rb"|\xd0\xcf\x11\xe0|OggS|ID3|RIFF|\0\0\0.ftyp|\x00asm|Cr24|LZ4|lrzip"
)
_MARK: Final = re.compile(rb"\xff\xfe|\xfe\xff")
"""Begins UTF-16, in which any byte may stand."""
_CONTROLS: Final = bytes(
    code for code in range(256) if (code >= 0x20 and code != 0x7F) or code in b"\0\b\t\n\v\f\r\x1b"
)
_FEW: Final = 4
_SHARE: Final = 100
_OUT: Final = re.compile(r"[/\\]|[A-Za-z]:[/\\]|(?:.*[/\\])?\.\.(?:[/\\]|$)", re.DOTALL)
"""Leads out of the folder that an archive is unpacked into."""
_SUFFIX: Final = re.compile(r"(?=(?:\.[^./]{1,8}){0,4}$)")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that was not copied, since nobody could say what it holds."""

    path: str
    """Where it would stand, by its new name."""
    code: str
    """The reason, in one word: `binary`, `encrypted`, …"""


@dataclass(frozen=True, slots=True)
class _Made:
    """A file written anew."""

    content: Spool
    damage: str | None = None
    """Why its own bytes ended early, where they did."""


@dataclass(frozen=True, slots=True)
class _Item:
    """A file to be written anew."""

    name: str
    """What it is called, without the suffix of a compression."""
    stream: Peekable
    place: str
    modified: Instant | None
    level: int = 0
    """Containers around it."""
    file: RawFile | None = None
    """Itself as a file that can seek, where it is one."""


class _LeftOutError(Exception):
    """A file cannot be copied; says why, in one word."""


class Rewriter:
    """Writes bundles anew.

    Attributes:
        left_out: what was not copied.
        kept: how many files were.
        outside: how many names lead out of the folder that they are unpacked into.
    """

    def __init__(self, replacer: Replacer, limits: Limits, folder: Path) -> None:
        """Args: what replaces, what reading may cost, where large files may lie on their way, without a name."""
        self.left_out: list[LeftOut] = []
        self.kept = 0
        self.outside = 0
        self._replacer = replacer
        self._limits = limits
        self._folder = folder
        self._budget = Budget(limits)

    def names(self, names: Iterable[str]) -> list[str]:
        """New names of several files that will stand beside each other."""
        given = _Names(self._replacer)
        return [given.of(name) for name in names]

    def bundle(self, path: Path, target: Path, *, sole: bool = True) -> None:
        """Write one given path anew; whether it is the only one decides what its members are called.

        Raises:
            BundleError: it is an archive that cannot be opened.
            OSError: it cannot be read or written.
        """
        if path.is_dir():
            self._folder_of(path, target, "" if sole else f"{target.name}/")
            return
        with closing(open_file(path, follow=True)) as handle:
            raw = RawFile(handle, self._budget)
            place = "" if sole else target.name
            made = self._made(_Item(_plain(path.name), Peekable(raw), place, modified_at(handle), file=raw), sole=True)
            if made is not None:
                _write(target, made.content, handle.fileno())

    def _folder_of(self, path: Path, target: Path, prefix: str) -> None:
        names = _Names(self._replacer)
        target.mkdir()
        for name, found in self._files(path):
            new = names.of(name)
            try:
                handle = open_file(found, follow=False)
            except OSError:
                self._leave(prefix + new, "unreadable")
                continue
            with closing(handle):
                raw = RawFile(handle, self._budget)
                made = self._made(_Item(_plain(name), Peekable(raw), prefix + new, modified_at(handle), file=raw))
                if made is not None:
                    place = target / new
                    place.parent.mkdir(parents=True, exist_ok=True)
                    _write(place, made.content, handle.fileno())

    def _files(self, top: Path) -> Iterator[tuple[str, Path]]:
        """Names and paths of the regular files below a folder, sorted; links are not followed."""
        waiting = [("", top)]
        while waiting:
            name, path = waiting.pop()
            if is_finder_litter(name):
                continue
            if name and path.is_symlink():
                self._leave(self._replacer.text(name), "link")
            elif path.is_dir():
                prefix = f"{name}/" if name else ""
                found = [(f"{prefix}{child.name}", Path(child.path)) for child in os.scandir(path)]
                waiting += sorted(found, key=lambda one: os.fsencode(one[0]), reverse=True)
            elif path.is_file():
                yield name, path
            else:
                self._leave(self._replacer.text(name), "device")

    def _leave(self, place: str, code: str) -> None:
        self.left_out.append(LeftOut(place, code))

    def _made(self, item: _Item, *, sole: bool = False) -> _Made | None:
        """A file written anew; `None` where it is left out."""
        try:
            made = self._content(item)
        except _LeftOutError as why:
            self._leave(item.place, str(why))
        except DamageError as damage:
            self._leave(item.place, damage.code)
        except BundleError as error:
            if sole:
                raise
            self._leave(item.place, error.reason)
        else:
            return made
        return None

    def _content(self, item: _Item) -> _Made:
        head = item.stream.peek()
        kind = container(head)
        if kind is None:
            if foreign(head) is not None:
                raise _LeftOutError("unsupported")
            return self._text(item, head)
        if item.level >= self._limits.depth:
            raise _LeftOutError("bomb_depth")
        if kind == "tar":
            return self._tar(item, item.stream)
        if kind == "zip":
            return self._zip(item)
        return self._compressed(item, kind)

    def _text(self, item: _Item, head: bytes) -> _Made:
        if is_map(item.name, head):
            raise _LeftOutError("private_map")
        if _BINARY.match(head):
            raise _LeftOutError("binary")
        if not self._budget.visit():
            raise _LeftOutError("bomb_members")
        reader = _Reader(Metered(item.stream, self._budget), trusted=_MARK.match(head) is not None)
        with self._spool() as spool:
            for data in self._replacer.replaced(reader.chunks(), told(item.name)):
                spool.file.write(data)
            if reader.is_binary or (reader.damage or "").startswith(("bomb", "unreadable")):
                raise _LeftOutError("binary" if reader.is_binary else reader.damage)
        self.kept += 1
        return _Made(spool, reader.damage)

    @contextmanager
    def _spool(self) -> Iterator[Spool]:
        """A spool to be filled; it is forgotten where that fails."""
        spool = Spool(self._folder)
        try:
            yield spool
        except BaseException:
            spool.close()
            raise

    def _compressed(self, item: _Item, kind: Compression) -> _Made:
        stated = date_of(int.from_bytes(item.stream.peek()[4:8], "little")) if kind == "gz" else None
        inner = Peekable(Inflated(item.stream, kind, self._budget, _unheard))
        if container(inner.peek()) == "tar":
            made = self._tar(item, inner)
        else:
            made = self._content(_Item(item.name, inner, item.place, stated or item.modified, item.level + 1))
        with closing(made.content), self._spool() as spool:
            compress(made.content, spool.file, kind, stated, None if item.stream.damage else made.damage)
        return _Made(spool, made.damage)

    def _tar(self, item: _Item, stream: Peekable) -> _Made:
        with self._spool() as spool:
            damage = self._pack(tar_entries(stream, self._budget, _unheard), TarPacker(spool.file), item)
        return _Made(spool, damage)

    def _zip(self, item: _Item) -> _Made:
        if item.file is None:
            held = Spool(self._folder)
            with closing(held):
                metered = Metered(item.stream, self._budget)
                while data := metered.read(CHUNK):
                    held.file.write(data)
                return self._zipped(RawFile(held.file), item)
        return self._zipped(item.file, item)

    def _zipped(self, file: RawFile, item: _Item) -> _Made:
        with self._spool() as spool:
            damage = self._pack(zip_entries(file, item.place, self._budget, _unheard), ZipPacker(spool.file), item)
        return _Made(spool, damage)

    def _pack(self, entries: Iterator[Entry], packer: Packer, item: _Item) -> str | None:
        """Write the members of an archive; says why it ended early, where it did."""
        names = _Names(self._replacer)
        damage = None
        try:
            for entry in entries:
                if not is_finder_litter(entry.name):
                    self._member(entry, names.of(entry.name), packer, item)
        except DamageError as error:
            damage = error.code
        packer.close(damage)
        return damage

    def _member(self, entry: Entry, name: str, packer: Packer, item: _Item) -> None:
        place = f"{item.place}!/{name}" if item.place else name
        if entry.stream is None:
            self._leave(place, entry.refused[0] if entry.refused else "unreadable")
            return
        made = self._made(_Item(_plain(entry.name), Peekable(entry.stream), place, entry.modified, item.level + 1))
        if made is not None:
            cut = entry.stream.damage.code if entry.stream.damage is not None else None
            self.outside += _OUT.match(name) is not None
            with closing(made.content):
                packer.add(Member(name, made.content, entry.modified, entry.mode, cut))


class _Reader:
    """The bytes of a file, and whether they are text."""

    def __init__(self, stream: Metered, *, trusted: bool) -> None:
        self.damage: str | None = None
        self._stream = stream
        self._trusted = trusted
        self._controls = 0
        self._size = 0

    @property
    def is_binary(self) -> bool:
        """Whether more of it is control characters than a log ever holds."""
        return not self._trusted and self._controls > _FEW + self._size // _SHARE

    def chunks(self) -> Iterator[bytes]:
        """The bytes, up to where they break."""
        while True:
            try:
                data = self._stream.read(CHUNK)
            except DamageError as damage:
                self.damage = damage.code
                return
            if not data or self.is_binary:
                return
            self._controls += len(data.translate(None, _CONTROLS))
            self._size += len(data) - data.count(0)
            yield data


class _Names:
    """New names of the members of one container: never one for two."""

    def __init__(self, replacer: Replacer) -> None:
        self._replacer = replacer
        self._given: dict[str, str] = {}
        self._taken: set[str] = set()
        self._numbers: dict[str, int] = {}
        """By name the last number that made another of it."""

    def of(self, name: str) -> str:
        """The name with tokens; what stood under one name before still does."""
        if name not in self._given:
            new = wanted = escaped(self._replacer.text(name))
            number = self._numbers.get(wanted, 1)
            while new in self._taken:
                number += 1
                new = _SUFFIX.sub(f"~{number}", wanted, count=1)
            self._numbers[wanted] = number
            self._taken.add(new)
            self._given[name] = new
        return self._given[name]


def _plain(name: str) -> str:
    """The name of a file without its folder and the suffix of a compression."""
    return without_compression(base_of(name))


def _write(place: Path, content: Spool, like: int) -> None:
    """Write a file with the time and mode of another that is open."""
    told = os.fstat(like)
    with closing(content), place.open("xb") as file:
        for data in content.chunks():
            file.write(data)
    place.chmod(told.st_mode & 0o777)
    os.utime(place, ns=(told.st_mtime_ns // NS * NS, told.st_mtime_ns // NS * NS))


def _unheard(code: str, detail: str) -> None:
    """What analysing says anyway."""
    del code, detail
