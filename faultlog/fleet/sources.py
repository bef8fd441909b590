"""Where bundles are: folders, patterns, lists, object stores. They are listed as they are worked on, never all at once.

In a folder each archive is a bundle, and each folder that looks like an unpacked bundle: it holds a connector's log, or
`Library/Logs/Cisco` or `var/log/cisco`. What a pattern or a list names is a bundle, whatever it is called. What is come
by beside bundles is told, and is none of them.
Names of files are absolute: workers, and later runs that join the bundles of a host, may stand in other folders.
"""

import glob
import itertools
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from faultlog.fleet.fetching import changed_of, is_remote, is_s3, refusals, store_of
from faultlog.fleet.task import failed
from faultlog.fleet.units import Outcome, Unit
from faultlog.rotation import role_of
from faultlog.values import dataclass

_ARCHIVES = (".zip", ".tar", ".tgz", ".tbz2", ".txz", ".tar.gz", ".tar.bz2", ".tar.xz")
_LOG = re.compile(r"\.log(?![0-9a-z])", re.IGNORECASE)
"""In the name of a log, rotated, compressed or copied ones too."""
_Object = tuple[str, Mapping[str, Any]]
"""A path in a store, and what the store says of it."""
PAGE = 1000
"""Objects that S3 lists at a time."""
_LOGS = (("Library", "Logs", "Cisco"), ("var", "log", "cisco"), ("private", "var", "log", "cisco"))


@dataclass(frozen=True, slots=True)
class Beside:
    """What a listing came by that is no bundle, and counts as none."""

    folder: str
    logs: int = 0
    """Logs that lie in it and in no bundle; none: it was named, and holds no bundle."""
    pattern: str = ""
    """What names these logs, each as a bundle of its own."""


Told = Callable[[Beside], None]


def units(sources: Iterable[str], tell: Told = lambda _beside: None) -> Iterator[Unit | Outcome]:
    """The bundles of some sources, in order of their names; a source that cannot be listed is an outcome.

    Args:
        sources: folders, bundles, patterns and addresses.
        tell: told what else is come by.
    """
    for source in sources:
        if "\0" in source:  # no system has such a name, and Python says so in its own way
            yield _nowhere(source)
            continue
        try:
            yield from _remote(source, tell) if is_remote(source) else _local(source, tell)
        except OSError as error:
            yield failed(Unit(source), error)


def listed(lines: Iterable[bytes]) -> Iterator[str]:
    """The sources that a list names, one a line, in whatever bytes the system names them."""
    return (os.fsdecode(name) for line in lines if (name := line.rstrip(b"\r\n")))


def _nowhere(source: str) -> Outcome:
    return Outcome(Unit(source), "failed", reason="vanished", detail=f"{source}: nothing has such a name")


def _local(source: str, tell: Told) -> Iterator[Unit | Outcome]:
    path = Path(source).absolute()
    if path.is_dir():
        yield from [_unit(path)] if _is_bundle(path) else _some(_within(path, tell), str(path), tell)
    elif path.exists():
        yield _unit(path)
    else:
        named = sorted(glob.iglob(source, recursive=True)) if glob.has_magic(source) else ()  # noqa: PTH207
        for name in named:
            yield from _local(name, tell)
        if not named:
            yield _nowhere(str(path))


def _some(found: Iterator[Unit | Outcome], source: str, tell: Told) -> Iterator[Unit | Outcome]:
    """What was found; that it is nothing is told."""
    first = next(found, None)
    if first is None:
        tell(Beside(source))
        return
    yield first
    yield from found


def _within(top: Path, tell: Told) -> Iterator[Unit | Outcome]:
    """The bundles in a folder, however deep; what cannot be looked at is an outcome, and the rest goes on."""
    left = _entries(top, tell)
    while left:
        entry = left.pop()
        path = Path(entry.path)
        try:
            if entry.is_dir(follow_symlinks=False):
                if _is_bundle(path):
                    yield _unit(path)
                else:
                    left += _entries(path, tell)
            elif entry.name.lower().endswith(_ARCHIVES) and entry.is_file():
                yield _unit(path)
        except OSError as error:
            yield failed(Unit(str(path)), error)


def _entries(folder: Path, tell: Told) -> list["os.DirEntry[str]"]:
    """What is in a folder, the last name first; logs in it are told."""
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda one: one.name, reverse=True)
    logs = [one.name for one in found if _is_log(one.name) and one.is_file(follow_symlinks=False)]
    if logs:
        tell(Beside(str(folder), len(logs), _naming(f"{glob.escape(str(folder))}/", logs)))
    return found


def _is_log(name: str) -> bool:
    return bool(_LOG.search(name)) and not name.lower().endswith(_ARCHIVES)


def _naming(before: str, logs: Iterable[str]) -> str:
    """The pattern that names logs."""
    return f"{before}*.log" if all(one.endswith(".log") for one in logs) else f"{before}*.log*"


def _is_bundle(folder: Path) -> bool:
    """Whether a folder looks like an unpacked bundle."""
    if any(folder.joinpath(*place).is_dir() for place in _LOGS):
        return True
    with os.scandir(folder) as entries:
        return any(role_of(one.name) == "connector" and not one.is_dir(follow_symlinks=False) for one in entries)


def _unit(path: Path) -> Unit:
    try:
        about = path.stat()
    except OSError:
        return Unit(str(path))
    return Unit(str(path), None if path.is_dir() else about.st_size, changed_of(path))


def _remote(source: str, tell: Told) -> Iterator[Unit | Outcome]:
    """The archives below an address, what a pattern matches, or the object of that very name."""
    scheme, bundles, others, logs = source.partition("://")[0], 0, 0, 0
    with refusals():
        store, path = store_of(source)
        for name, about in _objects(store, path, _pages if is_s3(source) else _walked):
            if glob.has_magic(path) or name == path or name.lower().endswith(_ARCHIVES):
                bundles += 1
                yield _object(scheme, name, about)
            else:
                others, logs = others + 1, logs + _is_log(name.rpartition("/")[2])
    if logs:
        tell(Beside(source, logs, f"{source.rstrip('/')}/**/*.log*"))
    if others and not bundles:
        tell(Beside(source))
    elif not bundles:
        yield _nowhere(source)


def _objects(store: Any, path: str, below: Callable[[Any, str], Iterator[_Object]]) -> Iterator[_Object]:  # noqa: ANN401
    """What an address means: the objects that a pattern matches, one object, or all below it."""
    if glob.has_magic(path) and not _is_object(store, path):
        from fsspec.utils import glob_translate  # type: ignore[import-untyped]

        matches, folder = re.compile(glob_translate(path)).match, _before_magic(path)
        yield from ((name, about) for name, about in below(store, folder) if matches(name))
        return
    about = store.info(path)
    yield from [(path, about)] if about["type"] == "file" else below(store, path)


def _is_object(store: Any, path: str) -> bool:  # noqa: ANN401 (fsspec tells no types)
    """Whether an object has the very name that looks like a pattern, as `odd [1].zip` does."""
    try:
        return bool(store.info(path)["type"] == "file")
    except OSError:
        return False


def _before_magic(pattern: str) -> str:
    """The folder that a pattern names without doubt."""
    parts = pattern.split("/")
    return "/".join(itertools.takewhile(lambda part: not glob.has_magic(part), parts[:-1]))


def _pages(store: Any, path: str) -> Iterator[_Object]:  # noqa: ANN401 (fsspec tells no types)
    """The objects of S3 below a path, a page at a time: a million of them are never held."""
    bucket, _, folder = path.partition("/")
    asked = {"Bucket": bucket, "Prefix": folder and f"{folder}/", "MaxKeys": PAGE}
    while True:
        page = store.call_s3("list_objects_v2", **asked)
        yield from ((f"{bucket}/{one['Key']}", one) for one in page.get("Contents", ()) if one["Key"][-1] != "/")
        if not page.get("IsTruncated"):
            return
        asked["ContinuationToken"] = page["NextContinuationToken"]


def _walked(store: Any, path: str) -> Iterator[_Object]:  # noqa: ANN401 (fsspec tells no types)
    """The objects of another store below a path, a folder at a time."""
    for _, _, files in store.walk(path, detail=True, on_error="raise"):
        yield from ((files[name]["name"], files[name]) for name in sorted(files))


def _object(scheme: str, name: str, about: Mapping[str, Any]) -> Unit:
    changed = next((str(about[key]) for key in ("ETag", "etag", "LastModified", "mtime") if about.get(key)), None)
    size = about.get("size", about.get("Size"))
    return Unit(f"{scheme}://{name.lstrip('/')}", size, changed)
