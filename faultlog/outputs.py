"""Where an answer goes that is asked for as a file; `-` is standard output."""

import errno
import os
import secrets
import select
import stat
import sys
from contextlib import suppress
from io import RawIOBase
from pathlib import Path
from typing import Final

from faultlog.errors import UsageError

_ONLY_THROUGH: Final = {errno.EBUSY, errno.EPERM, errno.EXDEV}
"""Why no other file can take the place of one: it is mounted by itself, or is another user's in a folder of all."""


def writable(target: str | None, inputs: list[str]) -> None:
    """Make sure, before long work, that an output can be written, and is none of the inputs.

    Raises:
        UsageError: it cannot; says why.
    """
    if target in {None, "-"}:
        return
    if not target:
        raise UsageError("an empty path names no file to write; give one, or - for standard output")
    if os.path.realpath(str(target)) in map(os.path.realpath, inputs):  # `resolve` fails at links that go in a circle
        raise UsageError(f"{target}: is the bundle itself; give another file")
    place = _place(str(target))
    if place.is_symlink() and not place.exists():
        raise UsageError(f"{target}: cannot be written, it is a link that leads back to itself; give another file")
    folder = place.parent if Path(str(target)).is_symlink() else Path(str(target)).parent
    if not folder.is_dir():
        raise UsageError(f"{target}: cannot be written, there is no folder {folder}; make it first")
    if place.is_dir():
        raise UsageError(f"{target}: is a folder; give the path of a file")
    if not os.access(place if place.exists() else folder, os.W_OK):
        raise UsageError(f"{target}: cannot be written, you may not; give another file")


def no_terminal(target: str, name: str) -> None:
    """Make sure that what only programs read goes to one.

    Raises:
        UsageError: it would go to a terminal.
    """
    if target == "-" and sys.stdout.isatty():
        raise UsageError(f"{name} is nothing to read on a terminal; give a file with -o FILE, or pipe it")


def apart(*targets: str | None) -> None:
    """Make sure that no two answers go into one file.

    Raises:
        UsageError: two do.
    """
    named = [one for one in targets if one is not None]
    files = [one if one == "-" else os.path.realpath(one) for one in named]
    for place, one in enumerate(named):
        if files[place] in files[:place]:
            raise UsageError(f"{one}: is asked to hold two answers; give each a file of its own")


def write(target: str, text: str) -> None:
    """Write an answer that programs read: UTF-8, whatever the terminal speaks.

    Raises:
        UsageError: it cannot be written; says why.
    """
    write_bytes(target, text.encode())


def write_private(target: str, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all.

    Raises:
        UsageError: it cannot be written; says why.
    """
    try:
        _put(Path(os.path.realpath(target)), text.encode(), mode=0o600)
    except OSError as error:
        raise UsageError(f"{target}: cannot be written: {error.strerror}; check the path and the space left") from None


def write_bytes(target: str, content: bytes) -> None:
    """Write an answer as it stands.

    Raises:
        UsageError: it cannot be written; says why.
    """
    if target == "-":
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    try:
        _put(_place(target), content)
    except OSError as error:
        raise UsageError(f"{target}: cannot be written: {error.strerror}; check the path and the space left") from None


def _place(target: str) -> Path:
    """What a path leads to; a link of the system's to what is open, such as `/dev/fd/63`, is what it is."""
    path = Path(target)
    opened = path.is_symlink() and path.exists() and path.absolute().parts[1:2] in {("dev",), ("proc",)}
    return path if opened else Path(os.path.realpath(target))


def _put(place: Path, content: bytes, mode: int | None = None) -> None:
    """Write a file, all of it: where that fails or is interrupted, what it held before stays as it was.

    Its rights are those of the file before it, unless a mode says otherwise from the begin.
    """
    held = place.stat() if place.exists() else None
    replaceable = held is None or (stat.S_ISREG(held.st_mode) and os.access(place.parent, os.W_OK))
    if not replaceable or place.is_symlink():
        _through(place, content, mode)
        return
    beside = (
        place.parent / f".faultlog-{secrets.token_hex(8)}"
    )  # short: the name of `place` may be as long as names get
    try:
        with beside.open("xb", buffering=0) as file:
            if mode is not None:
                beside.chmod(mode)
            _whole(file, content)
            os.fsync(file.fileno())
        if held is not None and mode is None:
            _belong_as(beside, held)
        beside.replace(place)
    except BaseException as error:
        with suppress(OSError):
            beside.unlink()
        if not isinstance(error, OSError) or error.errno not in _ONLY_THROUGH:
            raise
        _through(place, content, mode)


def _through(place: Path, content: bytes, mode: int | None) -> None:
    """Write a device, a pipe, or a file that nothing can take the place of; its rights it gets before it says more."""
    if mode is not None and place.is_file():
        with suppress(PermissionError):  # it is another user's, or where it lies there are no rights
            place.chmod(mode)
    with place.open("wb", buffering=0) as file:
        _whole(file, content)


def _whole(file: RawIOBase, content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[file.write(left) or 0 :]


def _belong_as(path: Path, held: os.stat_result) -> None:
    """Give a file the rights and, where this user may, the owner of the one that it will replace."""
    if hasattr(os, "chown"):
        with suppress(OSError):
            os.chown(path, held.st_uid, held.st_gid)
    path.chmod(stat.S_IMODE(held.st_mode))


def is_read() -> bool:
    """Whether anybody may still read standard output; a pipe without a reader says so before it is written to."""
    descriptor = sys.stdout.fileno()
    if not stat.S_ISFIFO(os.fstat(descriptor).st_mode) or not hasattr(select, "poll"):
        return True  # a terminal or a file; Windows cannot ask
    poll = select.poll()
    poll.register(descriptor, 0)
    return not any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll(0))
