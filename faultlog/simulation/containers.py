"""What a bundle comes in: a folder, a zip, a tar, one log alone, or a zip with the same zip twice.

The same files give the same bytes. Nothing is compressed: compressed bytes differ with the library that makes them.
"""

import io
import os
import tarfile
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from faultlog.model import NS, Instant
from faultlog.simulation.copies import stored_gzip
from faultlog.values import dataclass

Kind = Literal["folder", "zip", "tar.gz", "log", "twice"]
"""`log` is the connector's live log alone, `twice` a zip with one zip two times in it."""

_DOS_BEGIN = 315_619_200
"""1 January 1980 and a day: the first that zip can write, in every zone."""


@dataclass(frozen=True, slots=True)
class Content:
    """A file of a bundle."""

    path: str
    """Below the bundle's own directory."""
    data: bytes
    modified: Instant
    """By the host's clock."""


def suffix(kind: Kind) -> str:
    """What the bundle's name ends in."""
    return {"folder": "", "zip": ".zip", "tar.gz": ".tar.gz", "log": ".log", "twice": ".zip"}[kind]


def places(kind: Kind, root: str, path: str) -> tuple[str, ...]:
    """Where a file of the bundle is found: its paths as a reader of the bundle states them."""
    if kind == "twice":
        return tuple(f"{turn}/{root}.zip!/{root}/{path}" for turn in ("first", "second"))
    return {"folder": (path,), "zip": (f"{root}/{path}",), "tar.gz": (f"{root}/{path}",), "log": (f"{root}.log",)}[kind]


def pack(kind: Kind, root: str, files: Sequence[Content], zone: ZoneInfo, directory: Path) -> Path:
    """Write a bundle.

    Args:
        kind: what it comes in; a `log` is the first of the files.
        root: name of the bundle's own directory.
        files: what it holds.
        zone: the host's: zip writes local times.
        directory: where to write.

    Raises:
        OSError: it cannot be written.
    """
    target = directory / f"{root}{suffix(kind)}"
    if kind == "folder":
        _folder(target, files)
    elif kind == "log":
        _place(target, files[0])
    elif kind == "tar.gz":
        target.write_bytes(stored_gzip(_tar(root, files), max(one.modified for one in files)))
    else:
        whole = _zip([(f"{root}/{one.path}", one) for one in files], zone)
        target.write_bytes(whole if kind == "zip" else _twice(root, whole, max(one.modified for one in files), zone))
    return target


def _place(target: Path, one: Content) -> None:
    target.write_bytes(one.data)
    os.utime(target, ns=(one.modified.ns, one.modified.ns))


def _folder(target: Path, files: Sequence[Content]) -> None:
    for one in files:
        place = target / one.path
        place.parent.mkdir(parents=True, exist_ok=True)
        _place(place, one)


def _zip(members: Sequence[tuple[str, Content]], zone: ZoneInfo) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, one in members:
            local = datetime.fromtimestamp(max(one.modified.ns // NS, _DOS_BEGIN), zone)
            info = zipfile.ZipInfo(path, local.timetuple()[:6])
            info.create_system, info.external_attr = 3, 0o100644 << 16
            archive.writestr(info, one.data)
    return buffer.getvalue()


def _twice(root: str, whole: bytes, modified: Instant, zone: ZoneInfo) -> bytes:
    return _zip([(f"{turn}/{root}.zip", Content("", whole, modified)) for turn in ("first", "second")], zone)


def _tar(root: str, files: Sequence[Content]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for one in files:
            info = tarfile.TarInfo(f"{root}/{one.path}")
            info.size, info.mtime, info.mode = len(one.data), max(0, one.modified.ns // NS), 0o644
            info.uname = info.gname = "root"
            archive.addfile(info, io.BytesIO(one.data))
    return buffer.getvalue()
