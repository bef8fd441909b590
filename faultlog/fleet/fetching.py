"""A bundle fetched, and its hash: what is local stays where it is, what is in an object store comes into the lake."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from faultlog.fleet.units import Unit
from faultlog.values import dataclass

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Fetched:
    """A bundle on this machine."""

    path: Path
    sha256: str
    """Of an archive its bytes; of a log its name too, and of a folder all names: they say what the bytes mean."""


def is_remote(name: str) -> bool:
    """Whether a name is an address."""
    scheme, found, _ = name.partition("://")
    return bool(found) and scheme.isalnum()


@contextmanager
def fetched(unit: Unit, aside: Path) -> Iterator[Fetched]:
    """A unit's bundle, for a while.

    Args:
        unit: which one.
        aside: a place for what is not here; it is removed afterwards.

    Raises:
        OSError: it cannot be read, as the system or the store says.
    """
    if not is_remote(unit.name):
        path = Path(unit.name)
        yield Fetched(path, hash_of(path))
        return
    import fsspec  # type: ignore[import-untyped]

    base = unit.name.rstrip("/").rpartition("/")[2] or "bundle"
    place = aside / base
    aside.mkdir()
    try:
        with fsspec.open(unit.name, "rb") as source, place.open("xb") as target:
            digest = _copied(source, target)
        yield Fetched(place, _named(digest, place))
    finally:
        place.unlink(missing_ok=True)
        aside.rmdir()


def hash_of(path: Path) -> str:
    """What identifies a bundle; see `Fetched.sha256`.

    Raises:
        OSError: something of it cannot be read.
    """
    if path.is_dir():
        return _hash_of_folder(path)
    with path.open("rb") as file:
        return _named(hashlib.file_digest(file, "sha256"), path)


def _named(digest: "hashlib._Hash", path: Path) -> str:
    """The hash of an archive, or of a log and its name."""
    from faultlog.archives.kinds import container

    with path.open("rb") as file:
        kind = container(file.read(512))
    if kind not in {"zip", "tar"} and not _is_compressed_tar(path.name):
        digest.update(b"\0" + os.fsencode(path.name))
    return digest.hexdigest()


def _is_compressed_tar(name: str) -> bool:
    return ".tar." in name or name.endswith((".tgz", ".tbz2", ".txz"))


def _hash_of_folder(top: Path) -> str:
    whole = hashlib.sha256()
    for path in sorted(_files(top)):
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").digest()
        whole.update(os.fsencode(path.relative_to(top)) + b"\0" + digest)
    return whole.hexdigest()


def _files(top: Path) -> Iterator[Path]:
    for folder, _, names in os.walk(top, onerror=_refuse):
        yield from (path for name in names if (path := Path(folder, name)).is_file() and not path.is_symlink())


def _refuse(error: OSError) -> None:
    raise error


def _copied(source: BinaryIO, target: BinaryIO) -> "hashlib._Hash":
    digest = hashlib.sha256()
    while chunk := source.read(_CHUNK):
        digest.update(chunk)
        target.write(chunk)
    return digest
