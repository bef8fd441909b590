"""Where bundles are: folders, patterns, lists, object stores. They are listed as they are worked on, never all at once.

In a folder each archive is a bundle, and each folder that looks like an unpacked bundle: it holds a connector's log, or
`Library/Logs/Cisco` or `var/log/cisco`. What a pattern or a list names is a bundle, whatever it is called.
"""

import glob
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from faultlog.fleet.fetching import is_remote
from faultlog.fleet.task import failed
from faultlog.fleet.units import Outcome, Unit
from faultlog.rotation import role_of

_ARCHIVES = (".zip", ".tar", ".tgz", ".tbz2", ".txz", ".tar.gz", ".tar.bz2", ".tar.xz")
_LOGS = (("Library", "Logs", "Cisco"), ("var", "log", "cisco"), ("private", "var", "log", "cisco"))


def units(sources: Iterable[str]) -> Iterator[Unit | Outcome]:
    """The bundles of some sources, in order of their names; a source that cannot be listed is an outcome."""
    for source in sources:
        try:
            yield from _remote(source) if is_remote(source) else _local(source)
        except OSError as error:
            yield failed(Unit(source), error)
        except Exception as error:  # noqa: BLE001 (each store has errors of its own)
            yield Outcome(Unit(source), "failed", reason="unreachable", detail=f"{source}: {error}")


def listed(lines: Iterable[str]) -> Iterator[str]:
    """The sources that a list names, one a line."""
    return (name for line in lines if (name := line.rstrip("\n")))


def _local(source: str) -> Iterator[Unit | Outcome]:
    path = Path(source)
    if path.is_dir():
        yield from [_unit(path)] if _is_bundle(path) else _within(path)
    elif path.exists() or not glob.has_magic(source):
        yield _unit(path)
    else:
        found = False
        for name in sorted(glob.iglob(source, recursive=True)):  # noqa: PTH207 (absolute patterns too)
            found = True
            yield from _local(name)
        if not found:
            yield Outcome(Unit(source), "failed", reason="vanished", detail=f"{source}: nothing has such a name")


def _within(folder: Path) -> Iterator[Unit | Outcome]:
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda one: one.name)
    for entry in found:
        path = Path(entry.path)
        if entry.is_dir(follow_symlinks=False):
            try:
                yield from [_unit(path)] if _is_bundle(path) else _within(path)
            except OSError as error:
                yield failed(Unit(str(path)), error)
        elif entry.is_file() and entry.name.lower().endswith(_ARCHIVES):
            yield _unit(path)


def _is_bundle(folder: Path) -> bool:
    """Whether a folder looks like an unpacked bundle."""
    if any(folder.joinpath(*place).is_dir() for place in _LOGS):
        return True
    with os.scandir(folder) as entries:
        return any(role_of(one.name) == "connector" and one.is_file() for one in entries)


def _unit(path: Path) -> Unit:
    try:
        about = path.stat()
    except OSError:
        return Unit(str(path))
    size = None if path.is_dir() else about.st_size
    return Unit(str(path), size, _changed(path) if path.is_dir() else str(about.st_mtime_ns))


def _changed(folder: Path) -> str:
    """What differs once a file in a folder does: the newest change and the number of its files."""
    newest, number = 0, 0
    for top, _, names in os.walk(folder):
        for name in names:
            about = os.lstat(Path(top, name))
            newest, number = max(newest, about.st_mtime_ns), number + 1
    return f"{newest}/{number}"


def _remote(source: str) -> Iterator[Unit]:
    """The archives below an address, or what it names itself."""
    import fsspec  # type: ignore[import-untyped]

    scheme = source.partition("://")[0]
    store, path = fsspec.core.url_to_fs(source)
    if not glob.has_magic(path) and store.isfile(path):
        yield _object(scheme, store.info(path))
        return
    if glob.has_magic(path):
        found = store.glob(path, detail=True)
        yield from (_object(scheme, found[name]) for name in sorted(found) if found[name]["type"] == "file")
        return
    for _, _, files in store.walk(path, detail=True):
        inside = (files[name] for name in sorted(files))
        yield from (_object(scheme, one) for one in inside if one["name"].lower().endswith(_ARCHIVES))


def _object(scheme: str, about: dict[str, Any]) -> Unit:
    changed = next((str(about[key]) for key in ("ETag", "etag", "LastModified", "mtime") if about.get(key)), None)
    return Unit(f"{scheme}://{about['name'].lstrip('/')}", about.get("size"), changed)
