"""A process that reads archives, each in a child with limits: `python -m tests.hostile.archives.reader TREE`.

It speaks JSON, an object a line. A child tells what it found, what it cost, and whatever it did to anything outside:
Python tells an audit hook of every file opened to be written, of every folder, link and connection made.
"""

import hashlib
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

from faultlog import bundle as bundles
from faultlog.bundle import Bundle, Limits
from faultlog.caseparts import IN_THE_WAY
from faultlog.child import Bounds, Death, in_child
from faultlog.errors import BundleError, FaultlogError
from faultlog.pipeline import Options, analyze_with, load_knowledge

BOUNDS = Bounds(cpu_s=30, wall_s=60.0)
"""Memory as for every bundle; time so that what hangs is seen, and does not hang the tests."""
_TOUCHING = (
    *("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.symlink", "os.link", "os.chmod", "os.chown"),
    *("os.truncate", "os.utime", "os.exec", "os.system", "os.posix_spawn", "os.fork", "subprocess.Popen"),
    *("socket.connect", "socket.bind", "socket.getaddrinfo", "shutil.rmtree", "ctypes.dlopen"),
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


class Watch:
    """What this process did outside of the one file it was given and the folder for temporary files."""

    def __init__(self, tree: str, given: str) -> None:
        self.escapes: list[str] = []
        self._tree, self._given, self._scratch = tree, given, tempfile.gettempdir()

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if event in _TOUCHING:
            self.escapes.append(f"{event} {args!r}"[:200])
        elif event == "open" and isinstance(args[0], str | bytes):
            path, flags = str(Path.cwd() / os.fsdecode(args[0])), args[2] or 0
            writes = bool(flags & _WRITING) and not path.startswith(self._scratch)
            reads = path.startswith((self._tree, "/etc/passwd")) and path != self._given
            if writes or (reads and not path.startswith(self._scratch)):
                self.escapes.append(f"open {path} {flags:o}"[:200])


class Counting:
    """Stands for the temporary file of a nested zip; counts what is written to all of them."""

    written = 0

    def __init__(self, **how: Any) -> None:
        self._file = _SPOOLED(**how)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def write(self, data: bytes) -> int:
        """Writes, and counts."""
        Counting.written += len(data)
        return self._file.write(data)


_SPOOLED = tempfile.SpooledTemporaryFile


def read(path: str, limits: Limits) -> dict[str, Any]:
    """What a bundle holds: `refused`, or `members` with size, hash and cut; its `kind`; `warned` as code and file."""
    warned: list[list[str | None]] = []
    members: dict[str, tuple[int, str, str | None]] = {}
    told: dict[str, Any] = {"kind": "file", "members": members, "warned": warned}
    try:
        bundle = Bundle([path], limits)
        told["kind"] = bundle.kind
        try:
            for member in bundle.members():
                size, digest = 0, hashlib.sha256()
                for chunk in member.chunks():
                    size += len(chunk)
                    digest.update(chunk)
                members[member.path] = (size, digest.hexdigest(), member.cut)
        finally:
            warned += [[warn.code, warn.file] for warn in bundle.warnings]
    except BundleError as error:
        told["refused"] = error.reason
    return told


def flat(path: str, limits: Limits) -> dict[str, Any]:
    """`read`, but archives in archives stay closed, as another program leaves them."""
    unfold = bundles._Tour._unfold

    def closed(tour: Any, item: Any) -> Iterator[Any]:
        return tour._leaf(item) if item.level else unfold(tour, item)

    bundles._Tour._unfold = closed  # type: ignore[method-assign]
    return read(path, limits)


def triage(path: str, limits: Limits) -> dict[str, Any]:
    """What `faultlog triage` makes of it: `answered`, or why not; codes of what it warns of."""
    try:
        case = analyze_with(KNOWLEDGE, [path], Options(limits=limits), lambda *_: None)
    except BundleError as error:
        return {"refused": error.reason}
    except FaultlogError as error:
        return {"unanswered": type(error).__name__, "why": str(error)[:300]}
    return {"answered": len(case.intervals), "warned": sorted({warn.code for warn in case.warnings})}


def both(path: str, limits: Limits) -> dict[str, Any]:
    """`read` and `triage`, which have to agree on what is refused; seconds of processor time of the longer one.

    But where nothing that was read is a log, what the one warned of may be why the other has no answer.
    """
    begun = time.process_time()
    told = read(path, limits)
    between = time.process_time()
    told["triaged"] = triage(path, limits)
    told["longest"] = max(between - begun, time.process_time() - between)
    refused = told["triaged"].get("refused")
    if told.get("refused") != refused and not (
        refused in IN_THE_WAY and refused in {code for code, _ in told["warned"]}
    ):
        told["crashed"] = f"the reader and triage differ: {told}"
    return told


WAYS: dict[str, Callable[[str, Limits], dict[str, Any]]] = {"read": read, "flat": flat, "triage": triage, "both": both}


def tended(asked: dict[str, Any]) -> dict[str, Any]:
    """The answer to one question, made in a child."""

    def answer() -> bytes:
        watch = Watch(sys.argv[1], asked["path"])
        tempfile.SpooledTemporaryFile = Counting  # type: ignore[assignment,misc]
        sys.addaudithook(watch)
        begun = time.process_time()
        try:
            told = WAYS[asked["way"]](asked["path"], Limits(**asked["limits"]))
        except Exception as error:  # noqa: BLE001 - a crash is what is looked for
            told = {"crashed": repr(error)}
        told["s"] = told.pop("longest", time.process_time() - begun)
        told["MiB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        told["disk"] = Counting.written
        told["escapes"] = watch.escapes
        return json.dumps(told).encode("utf-8", "surrogatepass")

    heard = in_child(answer, BOUNDS)
    return {"died": f"{heard.cause}: {heard.detail}"} if isinstance(heard, Death) else json.loads(heard)


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    KNOWLEDGE = load_knowledge(Options())
    for line in sys.stdin:
        print(json.dumps(tended(json.loads(line))), flush=True)
