"""A bundle opened: every regular file in it as a stream of bytes, under one budget, nothing extracted.

A bundle is a folder, an archive (zip, tar, compressed tar), a compressed file, a plain file, standard input,
or several of these; archives inside are opened too. What a thing is, its content says, never its name. Names
are shown, escaped, and never used to open anything. What cannot be read becomes a warning; only a bundle that
cannot be opened at all is a `BundleError`.
"""

import hashlib
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, cast

from faultlog.archives.disk import Given, code_of, look, modified_at, open_file, unreadable, unsupported
from faultlog.archives.inflate import Compression, Inflated
from faultlog.archives.kinds import Container, Entry, container, date_of, foreign
from faultlog.archives.names import base_of, is_finder_litter, shown, without_compression
from faultlog.archives.streams import CHUNK, Budget, DamageError, Limits, Metered, Note, Peekable, RawFile
from faultlog.archives.tar import tar_entries
from faultlog.archives.zip import zip_entries
from faultlog.errors import BundleError, UsageError
from faultlog.model import Instant, Warn
from faultlog.values import dataclass

__all__ = ["DEFAULT_LIMITS", "Bundle", "Limits", "Member"]

DEFAULT_LIMITS = Limits()
"""The limits that hold unless others are asked for."""
_IN_MEMORY = 8 << 20
_AT_ONCE = 1 << 13
"""Bytes that a decompressor is asked for at least: each header of a tar by itself costs more than all else."""
_MOST_OF_A_KIND = 1000


@dataclass(frozen=True, slots=True)
class _Item:
    """A stream that may be a log or a container."""

    stream: Peekable
    disk: RawFile
    """The file on disk, or standard input, that it comes from."""
    path: str
    base: str
    inner: str
    """What comes before the paths of its members."""
    modified: Instant | None = None
    given: bool = False
    level: int = 0
    """Containers around it."""
    itself: bool = False
    """Whether the stream is the file on disk, which can seek."""


class Member:
    r"""One regular file of the bundle, valid until the next one is asked for.

    Attributes:
        path: its place in the bundle, `/`-separated; nested archives are joined by `!/`; safe to show, not to
            open: control and bidirectional characters are written as `\xNN` or `U+NNNN`.
        base: the last component, without `.gz`, `.bz2` or `.xz` where that compression was undone.
        modified: the modification time the gzip header, archive or file system states, where it is a date.
        given: whether the user named this very file, or piped it in.
        cut: after reading, why it ended early (`truncated`, `corrupt`, `bomb_size`, …); `None` if it did not.
    """

    def __init__(self, item: _Item, tour: "_Tour") -> None:
        self.path = item.path
        self.base = item.base
        self.modified = item.modified
        self.given = item.given
        self.cut: str | None = None
        self._head = item.stream.peek()
        self._stream = Metered(item.stream, tour.budget)
        self._disk = item.disk
        self._tour = tour
        self._valid = True

    def head(self) -> bytes:
        """Its first bytes, 512 if there are as many; `chunks` gives them again."""
        return self._head

    def chunks(self) -> Iterator[bytes]:
        """Its bytes in pieces of at most 256 KiB, decompressed as they are asked for; may be left unread.

        Raises:
            RuntimeError: another member has been asked for since.
        """
        self._disk.used = True
        while True:
            if not self._valid:
                raise RuntimeError(f"{self.path} was passed: read a member before asking for the next")
            try:
                data = self._stream.read(CHUNK)
            except DamageError as damage:
                self.cut = damage.code
                self._tour.tell(damage, self.path)
                return
            if not data:
                return
            yield data

    def close(self) -> None:
        """Ends its validity; its bundle does that."""
        self._valid = False


class Bundle:
    """What the user gave, ready to be read.

    Attributes:
        limits: what reading may cost.
        name: last component of the path, or the first of several, with how many more; `-` for standard input.
        kind: `directory`, `zip`, `tar`, `tar.gz`, `tar.bz2`, `tar.xz`, `gz`, `bz2`, `xz`, `file`, `stdin` or
            `several`.
        warnings: filled while `members` runs; another run adds only what is new.
    """

    def __init__(
        self,
        paths: Sequence[Path | str],
        limits: Limits = DEFAULT_LIMITS,
        stdin: BinaryIO | None = None,
        *,
        hashed: bool = True,
    ) -> None:
        """Looks at each path; `-` is standard input, which is `stdin` or else the process's own.

        What is not `hashed` has no `sha256`; that takes as long as all else where little of a large log matters.

        Raises:
            UsageError: no path is given.
            BundleError: one is `missing`, `unreadable`, an archive of an `unsupported` kind, or the `disk` fails.
        """
        if not paths:
            raise UsageError("no bundle given: name a folder, an archive, a log file, or - for standard input")
        self.limits = limits
        self.warnings: list[Warn] = []
        self._given = [look(path, limits) for path in paths]
        several = len(self._given) > 1
        self.name = self._given[0].name + (f" and {len(paths) - 1} more" if several else "")
        self.kind = "several" if several else self._given[0].kind
        self._stdin = stdin
        self._stdin_read = False
        self._hashed = hashed
        self._sha256: str | None = None

    @property
    def sha256(self) -> str | None:
        """Hex digest of the file's bytes; `None` where they are not hashed.

        Of a folder or of several paths: of the lines `<path> NUL <digest> LF`, sorted, of the files that were
        read.

        Raises:
            RuntimeError: `members` has not been run to its end.
        """
        if self._hashed and self._sha256 is None:
            raise RuntimeError("the digest is known once all members were asked for")
        return self._sha256

    @property
    def can_be_read_again(self) -> bool:
        """Whether `members` may run a second time: standard input flows by once."""
        return all(given.path is not None for given in self._given)

    def members(self) -> Iterator[Member]:
        """Every regular file: sorted for folders, in the archive's order for archives.

        Raises:
            UsageError: standard input has been read before.
            BundleError: while iterating, and only for a single archive: it is damaged or hostile as a whole.
        """
        if any(given.path is None for given in self._given):
            if self._stdin_read:
                raise UsageError("standard input can be read only once: save it to a file and pass that")
            self._stdin_read = True
        return self._run()

    def _run(self) -> Iterator[Member]:
        sole = len(self._given) == 1
        tour = _Tour(self.limits, self.warnings, sole=sole, hashed=self._hashed and self._sha256 is None)
        for given in self._given:
            yield from tour.visit(given, self._stdin)
        if tour.budget.over is not None:
            tour.tell(tour.budget.over, None)
        if self._hashed and self._sha256 is None:
            self._sha256 = tour.digest(whole=self.kind not in ("directory", "several"))


class _Tour:
    """One run through a bundle: its budget, its warnings, the names met and the files read."""

    def __init__(self, limits: Limits, warnings: list[Warn], *, sole: bool, hashed: bool) -> None:
        self.budget = Budget(limits)
        self._limits = limits
        self._warnings = warnings
        self._told = set(warnings)
        self._counts = Counter(warn.code for warn in warnings)
        self._sole = sole
        self._hashed = hashed
        self._names: Counter[str] = Counter()
        self._digests: dict[str, str] = {}

    def warn(self, code: str, path: str | None, detail: str) -> None:
        """Adds a warning unless it stands there; a thousand of one code at most."""
        if self._counts[code] > _MOST_OF_A_KIND or (warn := Warn(code, path, detail)) in self._told:
            return
        self._counts[code] += 1
        if self._counts[code] > _MOST_OF_A_KIND:
            warn = Warn(code, None, f"and more: only {_MOST_OF_A_KIND} of a kind are listed")
        self._told.add(warn)
        self._warnings.append(warn)

    def tell(self, damage: DamageError, path: str | None) -> None:
        """Makes a warning of damage, unless it is one already."""
        if not damage.told:
            damage.told = True
            self.warn(damage.code, path, damage.detail)

    def digest(self, *, whole: bool) -> str:
        """The digest of the one file, or of all files that were read."""
        if whole:
            return next(iter(self._digests.values()))
        lines = sorted(f"{path}\0{digest}\n" for path, digest in self._digests.items())
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    def visit(self, given: Given, stdin: BinaryIO | None) -> Iterator[Member]:
        """The members of one given path."""
        if self.budget.over is not None:
            return
        if given.path is None:
            raw = RawFile(sys.stdin.buffer if stdin is None else stdin, self.budget, hashed=self._hashed)
            yield from self._whole(self._top(raw, given))
        elif given.kind == "directory":
            inner = "" if self._sole else f"{self._unique(given.name)}/"
            for name, path in self._files(given.path):
                yield from self._found(inner, name, path)
        else:
            yield from self._named(given, given.path)

    def _top(self, raw: RawFile, given: Given) -> _Item:
        name = given.name if self._sole else self._unique(given.name)
        return _Item(Peekable(raw), raw, name, given.name, "" if self._sole else f"{name}!/", given=True)

    def _named(self, given: Given, path: Path) -> Iterator[Member]:
        """What a file holds that the user named."""
        try:
            handle = open_file(path, follow=True)
        except OSError as error:
            raise unreadable(given.name, error) from None
        with closing(handle):
            item = self._top(RawFile(handle, self.budget, hashed=self._hashed), given)
            yield from self._whole(replace(item, modified=modified_at(handle), itself=True))

    def _found(self, inner: str, name: str, path: Path) -> Iterator[Member]:
        """What a file holds that was found in a folder."""
        place, base = self._place(inner, name)
        try:
            handle = open_file(path, follow=False)
        except OSError as error:
            self.warn(code_of(error), place, f"cannot be opened: {error.strerror}")
            return
        with closing(handle):
            raw = RawFile(handle, self.budget, hashed=self._hashed)
            item = _Item(Peekable(raw), raw, place, base, f"{place}!/", modified_at(handle), itself=True)
            yield from self._whole(item)

    def _whole(self, item: _Item) -> Iterator[Member]:
        yield from self._unfold(item)
        if self._hashed and (item.disk.used or (self._sole and item.given)):
            self._digests[item.path] = item.disk.sha256()

    def _files(self, top: Path) -> Iterator[tuple[str, Path]]:
        """Names and paths of the regular files below a folder; links are not followed."""
        waiting = self._children("", top)
        while waiting and self.budget.over is None:
            name, entry = waiting.pop()
            if is_finder_litter(name):
                continue
            if entry.is_symlink():
                self.warn("link", shown(name, self._limits).text, "a symbolic link; not followed")
            elif entry.is_dir(follow_symlinks=False):
                waiting += self._children(f"{name}/", Path(entry.path))
            elif entry.is_file(follow_symlinks=False):
                yield name, Path(entry.path)
            else:
                self.warn("device", shown(name, self._limits).text, "neither a file nor a folder; not opened")

    def _children(self, prefix: str, folder: Path) -> list[tuple[str, "os.DirEntry[str]"]]:
        """Names and entries of a folder, last first."""
        found = []
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    self.budget.enter()
                    found.append((prefix + entry.name, entry))
        except OSError as error:
            self.warn(code_of(error), shown(prefix, self._limits).text, f"cannot be listed: {error.strerror}")
        except DamageError as damage:
            self.tell(damage, shown(prefix, self._limits).text if prefix else None)
        return sorted(found, key=lambda one: os.fsencode(one[0]), reverse=True)

    def _unfold(self, item: _Item) -> Iterator[Member]:
        """The item itself where it is no container, else what is in it."""
        if self.budget.over is not None:
            return
        head = item.stream.peek()
        if item.stream.failed is not None:
            self.tell(item.stream.failed, item.path)  # what it is nobody knows, so perhaps nobody reads it
        kind = container(head)
        label = foreign(head)
        if kind is None and label is not None:
            self._refuse(unsupported(item.path, label), item)
        elif kind is None:
            yield from self._leaf(item)
        elif item.level >= self._limits.depth:
            self.warn(
                "bomb_depth",
                item.path,
                f"it lies in {item.level} containers already; not opened: "
                "unpack it by hand and give the file that lies in it",
            )
        else:
            yield from self._opened(item, kind)

    def _leaf(self, item: _Item) -> Iterator[Member]:
        if self.budget.visit():
            member = Member(item, self)
            yield member
            member.close()
        if self.budget.over is not None:
            self.tell(self.budget.over, item.path)

    def _opened(self, item: _Item, kind: Container) -> Iterator[Member]:
        if kind == "tar":
            yield from self._entries(tar_entries(item.stream, self.budget, self._note(item)), item)
        elif kind != "zip":
            yield from self._inflated(item, kind)
        elif item.itself:
            yield from self._zip(item.disk, item)
        else:
            yield from self._spooled(item)

    def _inflated(self, item: _Item, kind: Compression) -> Iterator[Member]:
        """What a compressed stream holds; a tar in it lies no deeper than the stream."""
        modified = (_gzip_date(item.stream.peek()) if kind == "gz" else None) or item.modified
        inner = Peekable(Inflated(item.stream, kind, self.budget, self._note(item)), _AT_ONCE)
        if container(inner.peek()) == "tar":
            yield from self._entries(tar_entries(inner, self.budget, self._note(item)), item)
            return
        base = without_compression(item.base)
        level = item.level + 1
        yield from self._unfold(replace(item, stream=inner, base=base, modified=modified, level=level, itself=False))

    def _zip(self, file: RawFile, item: _Item) -> Iterator[Member]:
        yield from self._entries(zip_entries(file, item.path, self.budget, self._note(item)), item)

    def _spooled(self, item: _Item) -> Iterator[Member]:
        """A zip needs seeking: the container's own bytes, no member's, go to memory or an unnamed file."""
        import tempfile

        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
            metered = Metered(item.stream, self.budget)
            try:
                while data := metered.read(CHUNK):
                    spool.write(data)
            except DamageError as damage:
                self.tell(damage, item.path)
            except OSError as error:
                self.warn("no_space", item.path, f"cannot be kept while it is read: {error.strerror}")
                return
            if self.budget.over is None:
                yield from self._zip(RawFile(cast("BinaryIO", spool)), item)

    def _entries(self, entries: Iterator[Entry], item: _Item) -> Iterator[Member]:
        """What the entries of an archive hold, until it breaks."""
        item.disk.used = True
        try:
            for entry in entries:
                yield from self._entry(entry, item)
                if self.budget.over is not None:
                    break
        except DamageError as damage:
            self.tell(damage, item.path)
        except BundleError as error:
            self._refuse(error, item)

    def _entry(self, entry: Entry, item: _Item) -> Iterator[Member]:
        if is_finder_litter(entry.name):
            return
        place, base = self._place(item.inner, entry.name)
        if entry.refused is not None and self.budget.visit():
            self.warn(entry.refused[0], place, entry.refused[1])
        if entry.stream is not None:
            stream, level = Peekable(entry.stream), item.level + 1
            yield from self._unfold(_Item(stream, item.disk, place, base, f"{place}!/", entry.modified, level=level))

    def _refuse(self, error: BundleError, item: _Item) -> None:
        """Raises the error where it means the whole bundle, else makes a warning of it."""
        if self._sole and item.given and item.level == 0:
            raise error
        self.warn(error.reason, item.path, str(error))

    def _note(self, item: _Item) -> Note:
        return lambda code, detail: self.warn(code, item.path, detail)

    def _place(self, inner: str, name: str) -> tuple[str, str]:
        """Path and base of a member by its name; says so when the name is odd or met before."""
        safe = shown(name, self._limits)
        place = self._unique(inner + safe.text)
        if safe.suspicious is not None:
            self.warn("name_suspicious", place, safe.suspicious)
        return place, base_of(safe.text)

    def _unique(self, path: str) -> str:
        """The path, numbered from 2 where it was met before."""
        place = path
        while place in self._names:
            self._names[path] += 1
            place = f"{path}#{self._names[path]}"
        self._names[place] = 1
        if place != path:
            self.warn("name_duplicate", place, "another member has the same name")
        return place


def _gzip_date(head: bytes) -> Instant | None:
    """MTIME of a gzip header (RFC 1952): seconds since 1970, 0 for none."""
    return date_of(int.from_bytes(head[4:8], "little"))
