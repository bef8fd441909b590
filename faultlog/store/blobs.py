"""The files of bundles: written aside, made durable, then renamed; a name of ours, never one that was uploaded."""

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

from faultlog.holding import held_file

INCOMING: Final = "incoming"
BUNDLES: Final = "bundles"
ASIDE: Final = ".aside-"
"""How folders begin in which a copy of a store is made, or one is made of a copy."""


def new_id() -> str:
    """128 bits that nobody guesses, as 22 letters that any address takes."""
    return secrets.token_urlsafe(16)


def place_of(folder: Path, bundle: str) -> Path:
    """Where the file of a bundle is."""
    return folder / BUNDLES / hashlib.sha256(bundle.encode()).hexdigest()[:2] / bundle


class Incoming:
    """A file that is being received; its hash is taken on the way.

    It is held until it is closed or dropped: who tidies up leaves it, though it has no row yet.
    """

    def __init__(self, folder: Path) -> None:
        """Begin one.

        Raises:
            OSError: there is no space, no right, or the folder is not there any more, which nobody makes anew.
        """
        self._folder, self._digest = folder, hashlib.sha256()
        self.size = 0
        self.id, self._file = self._begun()

    def _begun(self) -> tuple[str, IO[bytes]]:
        while True:
            name = new_id()
            file = held_file(self._folder / INCOMING / name)
            if file is not None:
                return name, file

    @property
    def path(self) -> Path:
        """Where it is while it is received."""
        return self._folder / INCOMING / self.id

    def write(self, part: bytes) -> None:
        """Add some bytes.

        Raises:
            OSError: they cannot be written.
        """
        left = memoryview(part)
        self._digest.update(left)
        self.size += len(left)
        while left:
            left = left[self._file.write(left) or 0 :]

    def named(self, name: str, head: bytes) -> str:
        """What identifies it, as `fleet.fetching.hash_of` says of the same file under that name."""
        from faultlog.fleet.fetching import identified

        return identified(self._digest.copy(), name, head)

    def durable(self) -> None:
        """Synchronise it, and put it where it stays.

        Raises:
            OSError: it is not safe there; it may not be taken for received.
        """
        os.fsync(self._file.fileno())
        self._put(self.path, self.id)

    def stand_in(self, bundle: str) -> None:
        """Put it, which is durable, where the file of another bundle of the same bytes is missing.

        Raises:
            OSError: it cannot be put there.
        """
        self._put(place_of(self._folder, self.id), bundle)

    def _put(self, path: Path, bundle: str) -> None:
        target = place_of(self._folder, bundle)
        target.parent.mkdir(exist_ok=True)
        path.rename(target)
        for folder in (target.parent, target.parent.parent, self._folder):
            synchronised(folder)

    def close(self) -> None:
        """Hold it no more: it has a row, or the next who tidies up sees whether it has."""
        self._file.close()

    def drop(self) -> None:
        """Leave nothing of it."""
        for path in (self.path, place_of(self._folder, self.id)):
            with suppress(OSError):
                path.unlink()
        with suppress(OSError):  # a file of a network that could not be written says so again
            self._file.close()


@contextmanager
def receiving(folder: Path) -> Iterator[Incoming]:
    """A file that is received; nothing of it stays if that fails. Else it is still held.

    Raises:
        OSError: it cannot be written.
    """
    incoming = Incoming(folder)
    try:
        yield incoming
    except BaseException:
        incoming.drop()
        raise


def synchronised(folder: Path) -> None:
    """Make durable which names a folder has.

    Raises:
        OSError: it cannot.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
