"""A bundle fetched, and its hash: what is local stays where it is, what is in an object store comes into the lake.

A store is asked a few times, and then is unreachable: botocore alone would ask it for minutes. Who may read is known
from the environment of whoever reads, as `AWS_ACCESS_KEY_ID` and the like.
"""

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, Final

from faultlog.fleet.units import Unit
from faultlog.values import dataclass

_CHUNK = 1 << 20
_LONGEST: Final = 255
"""Bytes that the name of a file may have; that of an object may have 1024."""
_S3: Final = frozenset({"s3", "s3a"})
_S3_BOUNDS: Final = {
    "connect_timeout": 5,
    "read_timeout": 30,
    "retries": {"mode": "standard", "total_max_attempts": 3},
}
"""Seconds, and how often botocore asks. Tool default."""
_S3_ROUNDS: Final = 2
"""How often s3fs has botocore ask. Tool default."""
_NUMBERS: Final = {FileNotFoundError: errno.ENOENT, PermissionError: errno.EACCES, TimeoutError: errno.ETIMEDOUT}
_UNKNOWN: Final = frozenset({"NoCredentialsError", "PartialCredentialsError", "TokenRetrievalError", "ProfileNotFound"})
"""What botocore raises who does not know who asks."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A bundle on this machine."""

    path: Path
    sha256: str
    """Of an archive its bytes; of a log its name too, and of a folder all names: they say what the bytes mean."""
    changed: str | None = None
    """See `changed_of`, from before it was hashed; `None` of a copy of our own."""

    def stands(self) -> bool:
        """Whether it is still what was hashed.

        Raises:
            OSError: it is not there any more.
        """
        return self.changed is None or self.changed == changed_of(self.path)


def is_remote(name: str) -> bool:
    """Whether a name is an address."""
    scheme, found, _ = name.partition("://")
    return bool(found) and scheme.isalnum()


def is_s3(name: str) -> bool:
    """Whether a name is an address of S3, or of what speaks like it."""
    return name.partition("://")[0] in _S3


def store_of(address: str) -> tuple[Any, str]:
    """The store of an address, as fsspec has it, and the path in it."""
    import fsspec  # type: ignore[import-untyped]

    options = {"config_kwargs": _S3_BOUNDS} if is_s3(address) else {}
    store, path = fsspec.core.url_to_fs(address, use_listings_cache=False, **options)
    if is_s3(address):
        store.retries = _S3_ROUNDS
    return store, path


def prepare_for(name: str) -> None:
    """Load what fetches such a name, and ask nobody: who forks does it once for all its children."""
    if is_remote(name):
        import fsspec

        with suppress(ImportError, ValueError):  # it is said when it is fetched
            fsspec.get_filesystem_class(name.partition("://")[0])


@contextmanager
def refusals() -> Iterator[None]:
    """Each error of a store as an `OSError` with a number.

    Raises:
        OSError: what the store or the system refused.
    """
    try:
        yield
    except Exception as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise OSError(_number(error), str(error) or type(error).__name__) from error


def _number(error: Exception) -> int:
    if type(error).__name__ in _UNKNOWN:
        return errno.EACCES
    return next((number for kind, number in _NUMBERS.items() if isinstance(error, kind)), errno.EHOSTUNREACH)


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
        changed = changed_of(path)
        yield Fetched(path, hash_of(path), changed)
        return
    place = aside / _base(unit.name)
    aside.mkdir()
    try:
        with refusals():
            store, name = store_of(unit.name)
            with store.open(name, "rb") as source, place.open("xb") as target:
                digest = _copied(source, target)
        yield Fetched(place, _named(digest, place))
    finally:
        place.unlink(missing_ok=True)
        aside.rmdir()


def _base(address: str) -> str:
    """The last name of an address, as a file may be called: of a long one the end."""
    base = address.rstrip("/").rpartition("/")[2]
    return "bundle" if base in {"", ".", ".."} else os.fsdecode(os.fsencode(base)[-_LONGEST:])


def changed_of(path: Path) -> str:
    """What differs once a bundle does: when it was changed; of a folder the newest change, and how many files it has.

    Raises:
        OSError: it cannot be looked at.
    """
    if not path.is_dir():
        return str(path.stat().st_mtime_ns)
    newest, number = 0, 0
    for file in files_in(path):
        newest, number = max(newest, file.lstat().st_mtime_ns), number + 1
    return f"{newest}/{number}"


def hash_of(path: Path) -> str:
    """What identifies a bundle; see `Fetched.sha256`.

    Raises:
        OSError: something of it cannot be read.
    """
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        return _hash_of_folder(path)
    if not stat.S_ISREG(mode):  # who reads a pipe may wait forever, and a device may never end
        raise OSError(errno.ENXIO, os.strerror(errno.ENXIO))
    with path.open("rb") as file:
        return _named(hashlib.file_digest(file, "sha256"), path)


def _named(digest: "hashlib._Hash", path: Path) -> str:
    with path.open("rb") as file:
        return identified(digest, path.name, file.read(512))


def identified(digest: "hashlib._Hash", name: str, head: bytes) -> str:
    """What identifies an archive, or a log and its name.

    Args:
        digest: of all its bytes.
        name: what it is called.
        head: its first 512 bytes.
    """
    from faultlog.archives.kinds import container

    if container(head) not in {"zip", "tar"} and not _is_compressed_tar(name):
        digest.update(b"\0" + os.fsencode(name))
    return digest.hexdigest()


def _is_compressed_tar(name: str) -> bool:
    return ".tar." in name or name.endswith((".tgz", ".tbz2", ".txz"))


def _hash_of_folder(top: Path) -> str:
    whole = hashlib.sha256()
    for path in sorted(files_in(top)):
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").digest()
        whole.update(os.fsencode(path.relative_to(top)) + b"\0" + digest)
    return whole.hexdigest()


def files_in(top: Path) -> Iterator[Path]:
    """The files in a folder, however deep, links left out.

    Raises:
        OSError: a folder cannot be listed.
    """
    left = [top]
    while left:
        with os.scandir(left.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    left.append(Path(entry.path))
                elif entry.is_file(follow_symlinks=False):
                    yield Path(entry.path)


def _copied(source: BinaryIO, target: BinaryIO) -> "hashlib._Hash":
    digest = hashlib.sha256()
    while chunk := source.read(_CHUNK):
        digest.update(chunk)
        target.write(chunk)
    return digest
