"""The files beside a log that had its name before: which they are, in which order, what they hold."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from faultlog.archives.names import without_compression
from faultlog.bundle import Bundle
from faultlog.errors import BundleError
from faultlog.rotation import numbers_of, series_of

EDGE = 256
"""Bytes that tell a file from another: its first ones, and those before the place that was read to. Tool default."""
MOST_SIBLINGS = 1_000
"""Files beside a log that are looked at. Tool default."""


class NotHadError(Exception):
    """A file cannot be read, or not to its end."""


def beside(log: Path) -> list[Path]:
    """The other files of a log's rotation set, by name."""
    own = series_of("", log.name)
    try:
        others = sorted(one for one in log.parent.iterdir() if one.name != log.name)
    except OSError:
        return []
    return [one for one in others if series_of("", without_compression(one.name)) == own][:MOST_SIBLINGS]


def numbered(siblings: list[Path]) -> dict[int, list[Path]]:
    """Siblings by their rotation number, 1 for the newest; several where names do not tell which is older.

    A file that stands there compressed as well counts once, as it is.
    """
    bases = [without_compression(one.name) for one in siblings]
    first = dict(reversed(list(zip(bases, siblings, strict=True))))
    found: dict[int, list[Path]] = {}
    for base, number in zip(bases, numbers_of(bases), strict=True):
        if number and first[base] not in found.setdefault(number, []):
            found[number].append(first[base])
    return found


def contents(path: Path) -> Iterator[bytes]:
    """The bytes of a file, decompressed.

    Raises:
        NotHadError: it cannot be read, or it ends early; what was read is valid.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise NotHadError
        for member in Bundle([path], hashed=False).members():
            yield from member.chunks()
            if member.cut is not None:
                raise NotHadError
    except (BundleError, OSError) as error:
        raise NotHadError from error


def head_of(path: Path) -> bytes:
    """The first bytes of a file; none where it cannot be read."""
    try:
        return next(contents(path), b"")[:EDGE]
    except NotHadError:
        return b""


def rest_of(path: Path, head: bytes, edge: bytes, place: int) -> Iterator[bytes] | None:
    """What a file holds behind a place, where it is the log that was read up to there.

    Args:
        path: the file.
        head: the first bytes of the log.
        edge: the bytes that were read last, up to the place.
        place: how many bytes were read.
    """
    chunks = contents(path)
    at, kept = 0, b""
    try:
        for chunk in chunks:
            if not at and not chunk.startswith(head[: len(chunk)]):
                return None
            at, kept = at + len(chunk), kept[-EDGE:] + chunk
            if at >= place:
                behind = len(kept) - (at - place)
                return _from(kept[behind:], chunks) if kept[:behind].endswith(edge) else None
    except NotHadError:
        return None
    return None


def _from(first: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from chunks


def is_file(path: Path, opened: int | None) -> bool:
    """Whether a path names the file that a descriptor has open."""
    try:
        return opened is not None and os.path.samestat(path.stat(), os.fstat(opened))
    except OSError:
        return False
