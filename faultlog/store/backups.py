"""A store copied as one file, and made again from it: rows as JSON lines, files as they are, a hash of each.

The rows are those of one transaction. Files never change: each is linked aside in that transaction, so that it is there
though its bundle is deleted meanwhile. The same file is read by either database.

A restore puts files in their places, then writes all rows in one transaction. Whatever ends it, files without rows are
litter, and it can be said again: where the rows are there already, and are exactly those of the copy, they were written
by a transaction whose answer was lost, or by somebody who said the same.
"""

import base64
import hashlib
import io
import json
import os
import re
import shutil
import stat
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final

from sqlalchemy import Connection, Integer, Table, func, insert, select, text
from sqlalchemy.exc import SQLAlchemyError, StatementError

from faultlog.errors import UsageError
from faultlog.holding import held_folder
from faultlog.release import VERSION
from faultlog.store.blobs import ASIDE, place_of, synchronised
from faultlog.store.copyrows import parsed, row_of
from faultlog.store.litter import remove_ownerless
from faultlog.store.migrating import newest
from faultlog.store.opening import Store, is_unfit
from faultlog.store.schema import ATTEMPTS, BUNDLES, METADATA, SESSIONS, WORKERS
from faultlog.values import dataclass

_TABLES: Final[Mapping[str, Table]] = {
    one.name: one for one in METADATA.sorted_tables if one not in (SESSIONS, ATTEMPTS, WORKERS)
}
"""Those that are copied, each after what it names; who was logged in is not."""
_MEMBER: Final = re.compile(r"rows/([a-z_]+)\.jsonl|files/([A-Za-z0-9_-]{22})")
_ABOUT, _HASHES = "faultlog-backup.json", "hashes.json"
_MOST_ABOUT: Final = 64 << 20
_TRIES: Final = 3
_AT_ONCE: Final = 500
"""Rows written at a time. Tool default."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy holds."""

    bundles: int
    rows: int
    bytes: int
    """Of files."""
    was_there: bool = False
    """Whether the store that it was to fill held all of it before, rows and files."""


class _GoneError(Exception):
    """A file that was not there any more when it was wanted."""


def back_up(store: Store, target: Path) -> Copied:
    """Copy a store to a file, which is there when it is whole; its owner's alone, unless one of that name was not.

    Raises:
        OSError: it cannot be written.
        UsageError: the store has lost a file.
    """
    with held_folder(ASIDE, store.folder) as aside:
        for tries in range(_TRIES):
            place = aside / str(tries)
            try:
                rows = store.read(_set_aside, store.folder, place)
                break
            except _GoneError as gone:
                lost = gone
        else:
            raise UsageError(f"the file of bundle {lost} is not there; delete the bundle first, then copy the rest")
        partial = target.with_name(f".{target.name}.partial")
        try:
            with partial.open("wb") as out:
                partial.chmod(stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o600)
                sizes = _written(out, place)
                os.fsync(out.fileno())
            partial.rename(target)
        finally:
            partial.unlink(missing_ok=True)
        synchronised(target.resolve().parent)
    return Copied(len(sizes), rows, sum(sizes))


def restore(store: Store, source: Path) -> Copied:
    """Fill an empty store from a copy; all of it or nothing. Where the store holds exactly that, it is made whole.

    Raises:
        OSError: it cannot be read, or not be written.
        UsageError: the store is not empty, or the copy is damaged or of another version.
        sqlalchemy.exc.SQLAlchemyError: the database does not answer: all may be there or nothing; to be said again.
    """
    try:
        with held_folder(ASIDE, store.folder) as place:
            return _restored(store, place, source)
    except BaseException:
        with suppress(SQLAlchemyError, OSError):  # it can be said again all the same
            remove_ownerless(store)
        raise


def _restored(store: Store, place: Path, source: Path) -> Copied:
    try:
        _unpacked(source, place)
        _sound(place)
        _paired(place)
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise UsageError(f"{source}: is no whole copy of a store: {error}") from None
    held = store.read(_holds, place)
    if held is False:
        raise UsageError(f"{store.folder}: the store is not empty; restore into a new folder and an empty database")
    files = sorted((place / "files").iterdir())
    was_there = held is True and all(place_of(store.folder, one.name).exists() for one in files)
    placed = [_placed(store.folder, one) for one in files]
    try:
        rows = store.write(_filled, place)
    except (StatementError, OverflowError) as error:
        if not is_unfit(error):
            raise
        raise UsageError(
            f"{source}: the database does not take its rows: it is no whole copy of a store, or the store was filled "
            "meanwhile; nothing was restored"
        ) from None
    return Copied(len(placed), rows, sum(one.stat().st_size for one in placed), was_there)


def _set_aside(db: Connection, folder: Path, place: Path) -> int:
    """Rows as files of JSON lines, and a link to each file; how many rows."""
    for kind in ("rows", "files"):
        (place / kind).mkdir(parents=True)
    count = 0
    for name, table in _TABLES.items():
        with (place / "rows" / f"{name}.jsonl").open("w", encoding="utf-8") as out:
            for row in _ordered(db, table):
                out.write(json.dumps(row) + "\n")
                count += 1
    with db.execute(select(BUNDLES.c.id).execution_options(yield_per=_AT_ONCE)) as found:
        for bundle in found.scalars():  # so many at a time: no transaction is let wait for long
            try:
                (place / "files" / bundle).hardlink_to(place_of(folder, bundle))
            except FileNotFoundError:
                raise _GoneError(bundle) from None
    return count


def _ordered(db: Connection, table: Table) -> Iterator[dict[str, Any]]:
    """The rows of a table, each after those of the same table that it names."""
    own = [one.parent for one in table.foreign_keys if one.column.table is table]
    order = [*(column.is_not(None) for column in own), *table.primary_key.columns]
    for row in db.execute(select(table).order_by(*order).execution_options(yield_per=_AT_ONCE)).mappings():
        yield {
            name: {"base64": base64.b64encode(value).decode()} if isinstance(value, bytes) else value
            for name, value in row.items()
        }


def _written(out: IO[bytes], place: Path) -> list[int]:
    """Write what was set aside; the sizes of the files of bundles."""
    hashes, sizes = dict[str, str](), list[int]()
    with tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT) as archive:
        about = {"format": 1, "version": VERSION, "revision": newest(), "at": datetime.now(UTC).isoformat()}
        _add(archive, _ABOUT, json.dumps(about).encode())
        for kind in ("rows", "files"):
            for one in sorted((place / kind).iterdir()):
                with one.open("rb") as content:
                    reader = _Hashed(content)
                    member = tarfile.TarInfo(f"{kind}/{one.name}")
                    member.size, member.mode = os.fstat(content.fileno()).st_size, 0o600
                    archive.addfile(member, reader)
                hashes[member.name] = reader.digest
                sizes += [member.size] if kind == "files" else []
        _add(archive, _HASHES, json.dumps(hashes).encode())
    return sizes


class _Hashed(io.RawIOBase):
    """A file whose hash is taken while it is read."""

    def __init__(self, content: IO[bytes]) -> None:
        self._content, self._digest = content, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Some more of it."""
        part = self._content.read(size)
        self._digest.update(part)
        return part

    @property
    def digest(self) -> str:
        """The hash of what was read."""
        return self._digest.hexdigest()


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o600
    archive.addfile(member, io.BytesIO(content))


def _unpacked(source: Path, place: Path) -> None:
    """Unpack a copy under names of ours, and make sure that it is whole.

    Raises:
        ValueError: it is not; says why.
        UsageError: another version wrote it.
    """
    for kind in ("rows", "files"):
        (place / kind).mkdir()
    found, hashes = dict[str, str](), dict[str, Any]()
    with tarfile.open(source, mode="r|") as archive:
        for name, content in _members(archive):
            if name == _ABOUT:
                _fitting(parsed(content.read(_MOST_ABOUT)))
            elif name == _HASHES:
                hashes = parsed(content.read(_MOST_ABOUT))
            elif _is_of_it(name) and name not in found:
                found[name] = _copied(content, place / name)
            else:
                raise ValueError(f"{name!r} is not of it")
    if not hashes or found != hashes:
        wrong = sorted(one for one in {*found, *hashes} if found.get(one) != hashes.get(one))
        raise ValueError(f"{', '.join(wrong[:3]) or 'its end'}: missing or changed")


def _members(archive: tarfile.TarFile) -> Iterator[tuple[str, IO[bytes]]]:
    """What a copy holds, of which the first says what wrote it; a sparse file says a size that nobody sent."""
    for number, member in enumerate(archive):
        content = archive.extractfile(member) if member.isreg() and not member.issparse() else None
        if content is None:
            raise ValueError(f"{member.name!r} is no file")
        if (number == 0) != (member.name == _ABOUT):
            raise ValueError(f"{_ABOUT} is not its beginning")
        yield member.name, content


def _is_of_it(name: str) -> bool:
    known = _MEMBER.fullmatch(name)
    return known is not None and (known[1] is None or known[1] in _TABLES)


def _sound(place: Path) -> None:
    """Make sure that the rows of a copy are those of our tables.

    Raises:
        ValueError: they are not; says which.
    """
    for name, table in _TABLES.items():
        file = place / "rows" / f"{name}.jsonl"
        if not file.exists():
            raise ValueError(f"rows/{file.name}: missing or changed")
        with file.open(encoding="utf-8") as lines:
            for line in lines:
                row_of(table, line)


def _paired(place: Path) -> None:
    """Make sure that the files of a copy are those of its bundles.

    Raises:
        ValueError: they are not.
    """
    with (place / "rows" / f"{BUNDLES.name}.jsonl").open(encoding="utf-8") as lines:
        if {json.loads(line)["id"] for line in lines} != {one.name for one in (place / "files").iterdir()}:
            raise ValueError("its files are not those of its bundles")


def _fitting(about: Mapping[str, Any]) -> None:
    if about.get("format") != 1 or about.get("revision") != newest():
        raise UsageError(
            f"the copy was written by faultlog {about.get('version')}, whose tables are not those of {VERSION}; "
            "restore it with that version, then install this one"
        )


def _copied(content: IO[bytes], target: Path) -> str:
    reader = _Hashed(content)
    with target.open("xb") as out:
        shutil.copyfileobj(reader, out, 1 << 20)
        out.flush()
        os.fsync(out.fileno())
    return reader.digest


def _placed(folder: Path, file: Path) -> Path:
    target = place_of(folder, file.name)
    target.parent.mkdir(parents=True, exist_ok=True)
    file.rename(target)
    for one in (target.parent, target.parent.parent):
        synchronised(one)
    return target


def _holds(db: Connection, place: Path) -> bool | None:
    """Whether a store holds the rows of a copy, and no others; `None` where it is empty."""
    if not any(db.execute(select(func.count()).select_from(one)).scalar_one() for one in _TABLES.values()):
        return None
    for name, table in _TABLES.items():
        with (place / "rows" / f"{name}.jsonl").open(encoding="utf-8") as lines:
            if _sum(json.dumps(row) + "\n" for row in _ordered(db, table)) != _sum(lines):
                return False
    return True


def _sum(lines: Iterable[str]) -> int:
    """What many lines come to, in whatever order: databases sort text each in its own way."""
    return sum(int.from_bytes(hashlib.sha256(line.encode()).digest()) for line in lines)


def _filled(db: Connection, place: Path) -> int:
    """Write all rows, unless they are there; how many."""
    held = _holds(db, place)
    if held is False:
        raise UsageError("the store was filled meanwhile; nothing was restored")
    count = 0
    for name, table in _TABLES.items():
        with (place / "rows" / f"{name}.jsonl").open(encoding="utf-8") as lines:
            for rows in _batches(table, lines):
                if held is None:
                    db.execute(insert(table), rows)
                count += len(rows)
        _go_on(db, table)
    return count


def _batches(table: Table, lines: IO[str]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for line in lines:
        batch.append(row_of(table, line))
        if len(batch) == _AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _go_on(db: Connection, table: Table) -> None:
    """Have PostgreSQL number further rows after those that came with their numbers; SQLite does so itself."""
    (key, *more) = table.primary_key.columns
    if db.dialect.name != "postgresql" or more or not isinstance(key.type, Integer) or key.foreign_keys:
        return
    highest = db.execute(select(func.max(key))).scalar_one()
    if highest is not None:
        asked = text("SELECT setval(pg_get_serial_sequence(:name, :key), :highest)")
        db.execute(asked, {"name": table.name, "key": key.name, "highest": highest})
