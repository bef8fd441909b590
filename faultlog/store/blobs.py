"""The files of bundles: written aside, made durable, then renamed; a name of ours, never one that was uploaded."""

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

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
    """A file that is being received; its hash is taken on the way."""

    def __init__(self, folder: Path) -> None:
        """Begin one.

        Raises:
            OSError: there is no space, or no right.
        """
        self.id = new_id()
        self._folder, self._digest = folder, hashlib.sha256()
        self.size = 0
        self.path = folder / INCOMING / self.id
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self.path.open("xb", buffering=0)

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

    def durable(self) -> Path:
        """Synchronise it, and put it where it stays.

        Raises:
            OSError: it is not safe there; it may not be taken for received.
        """
        os.fsync(self._file.fileno())
        self._file.close()
        target = place_of(self._folder, self.id)
        target.parent.mkdir(parents=True, exist_ok=True)
        self.path.rename(target)
        for folder in (target.parent, target.parent.parent):
            synchronised(folder)
        return target

    def drop(self) -> None:
        """Leave nothing of it."""
        with suppress(OSError):  # a file of a network that could not be written says so again
            self._file.close()
        for path in (self.path, place_of(self._folder, self.id)):
            with suppress(OSError):
                path.unlink()


@contextmanager
def receiving(folder: Path) -> Iterator[Incoming]:
    """A file that is received; nothing of it stays if that fails.

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
