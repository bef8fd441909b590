"""What the user gave, on disk: looked at once, opened without following links or waiting for pipes."""

import errno
import os
import stat
from contextlib import closing
from pathlib import Path
from typing import BinaryIO, Final, cast

from faultlog.archives.inflate import Compression, Inflated
from faultlog.archives.kinds import container, date_of, foreign
from faultlog.archives.names import escaped, shown
from faultlog.archives.streams import Budget, Limits, Peekable, RawFile
from faultlog.errors import BundleError
from faultlog.model import NS, Instant
from faultlog.values import dataclass

_OF_FILES: Final = frozenset(
    {errno.EACCES, errno.EPERM, errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.ENXIO}
)
"""Why a file or folder cannot be opened that is no fault of the disk, and stays as it is."""


@dataclass(frozen=True, slots=True)
class Given:
    """A path the user named."""

    path: Path | None
    """`None` for standard input."""
    name: str
    kind: str


def look(path: Path | str, limits: Limits) -> Given:
    """What stands at a path; `-` is standard input.

    Raises:
        BundleError: it is `missing`, `unreadable`, an archive of an `unsupported` kind, or the `disk` fails.
    """
    if str(path) == "-":
        return Given(None, "-", "stdin")
    path = Path(path)
    name = shown(path.name or path.absolute().name or "/", limits).text
    try:
        if path.is_dir():
            os.scandir(path).close()
            return Given(path, name, "directory")
        with closing(open_file(path, follow=True)) as handle:
            return Given(path, name, _kind(handle, name, limits))
    except (FileNotFoundError, NotADirectoryError):
        where = escaped(str(path))
        raise BundleError("missing", f"no such file or directory: {where} - check the path") from None
    except (OSError, ValueError) as error:
        raise unreadable(escaped(str(path)), error) from None


def _kind(handle: BinaryIO, name: str, limits: Limits) -> str:
    """The kind of a file, by its first bytes and those inside its compression."""
    stream = Peekable(RawFile(handle))
    head = stream.peek()
    if stream.failed is not None:
        raise BundleError("disk", f"cannot read {name}: {stream.failed.detail} - check the disk")
    kind = container(head)
    label = foreign(head)
    if kind is None:
        if label is not None:
            raise unsupported(name, label)
        return "file"
    if kind in ("tar", "zip"):
        return kind
    inner = Inflated(stream, cast("Compression", kind), Budget(limits), lambda _code, _detail: None)
    return f"tar.{kind}" if container(Peekable(inner).peek()) == "tar" else kind


def open_file(path: Path, *, follow: bool) -> BinaryIO:
    """Opens a regular file; what else is there, even since just now, is neither followed nor waited for.

    Raises:
        OSError: it cannot be opened, or is no regular file.
    """
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
    if not follow:
        flags |= getattr(os, "O_NOFOLLOW", 0)
    number = os.open(path, flags)
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise OSError(0, "it is a device or a pipe; to read a stream, pass - and pipe it in")
    return os.fdopen(number, "rb")


def modified_at(handle: BinaryIO) -> Instant | None:
    """When an open file was modified, in whole seconds, where that is a date."""
    return date_of(os.fstat(handle.fileno()).st_mtime_ns // NS)


def unreadable(name: str, error: OSError | ValueError) -> BundleError:
    """The error for a path that exists and cannot be read."""
    why = error.strerror if isinstance(error, OSError) else str(error)
    to_do = "" if isinstance(error, OSError) and error.errno == 0 else " - check the path and your permissions"
    return BundleError(code_of(error), f"cannot read {name}: {why}{to_do}")


def code_of(error: OSError | ValueError) -> str:
    """What a warning is called: `unreadable` where the file is the cause, else `disk`: another time it may go well."""
    of_file = not isinstance(error, OSError) or not error.errno or error.errno in _OF_FILES
    return "unreadable" if of_file else "disk"


def unsupported(name: str, label: str) -> BundleError:
    """The error for an archive of a kind that is not read."""
    return BundleError("unsupported", f"{name} is a {label}, which is not opened; unpack it and pass the folder")
