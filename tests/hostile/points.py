"""An operation broken off at one call of the system after another: `python -m tests.hostile.points upload EIO 100`.

This process loads all there is to load. For each point it forks a child, has strace attached to it, and lets it begin:
so only calls of the operation are hit. The answer is JSON.
"""

import ctypes
import json
import os
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from faultlog.store import jobs, opening
from faultlog.store.opening import FILE
from faultlog.values import dataclass
from tests.hostile.operations import OPERATIONS

FAULTS = {
    "EIO": "openat read pread64 write pwrite64 fsync fdatasync ftruncate rename unlink mkdir",
    "ENOSPC": "openat write pwrite64 fsync fdatasync ftruncate rename mkdir mmap",
    "SIGKILL": "openat read pread64 write pwrite64 fsync fdatasync ftruncate rename unlink mkdir"
    " mmap close fcntl flock",
}
"""At which calls each fault comes."""
_ANY = 0x59616D61, -1
"""prctl(2): PR_SET_PTRACER, of whoever wants."""
_CALL = re.compile(r"^(?:\d+ +)?(?P<name>\w+)\((?P<rest>.*)")
_TOLD = re.compile(r"^(?:\d+ +)?write\(\d+<pipe:")
_WRITTEN = re.compile(r"^(?:\d+ +)?p?write(?:64)?\(\d+<(?P<path>[^>]*)>")
_SYNCED = re.compile(r"^(?:\d+ +)?f(?:data)?sync\(\d+<(?P<path>[^>]*)>\)\s+= (?P<code>-?\d+)(?P<injected>.*INJECTED)?")


@dataclass(frozen=True, slots=True)
class Point:
    """The k-th call of one kind of an operation."""

    call: str
    at: int


class Line:
    """One operation, its folder, and what became of it at each point."""

    def __init__(self, name: str, place: Path) -> None:
        self._place = place
        self.operation = OPERATIONS[name](place / "template")

    def calls(self, fault: str) -> list[Point]:
        """Every point of an undisturbed run."""
        _, _, lines = self._run(None, fault)
        number = Counter(found["name"] for line in lines if (found := _CALL.match(line)))
        return [Point(call, at + 1) for call in FAULTS[fault].split() for at in range(number[call])]

    def tried(self, point: Point, fault: str) -> tuple[bool, list[str]]:
        """Whether the point was hit, and what was wrong afterwards."""
        told, code, lines = self._run(point, fault)
        hit = any("INJECTED" in line for line in lines) or (fault == "SIGKILL" and code == -9)
        wrong = [] if code in {0, 3, -9} else [f"it ended with {code}"]
        wrong += _forgiven(lines) if set(told) - {"failed"} else []
        try:
            wrong += self.operation.wrong(self._place / "run", told)
        except Exception as error:  # noqa: BLE001 (whatever it is, it is wrong)
            wrong.append(f"it does not start again: {type(error).__name__}: {error}")
        return hit, wrong

    def _run(self, point: Point | None, fault: str) -> tuple[list[str], int, list[str]]:
        """What was told, how it ended, and what strace saw."""
        run, seen = self._place / "run", self._place / "seen"
        shutil.rmtree(run, ignore_errors=True)
        shutil.copytree(self.operation.template, run)
        begin, go = os.pipe()
        heard, mouth = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(go)
            os.close(heard)
            self._live(run, begin, mouth)
        os.close(begin)
        os.close(mouth)
        strace = subprocess.Popen(_strace(child, seen, point, fault), stderr=subprocess.DEVNULL)
        while b"TracerPid:\t0\n" in Path(f"/proc/{child}/status").read_bytes():
            if strace.poll() is not None:
                raise RuntimeError("strace may not attach itself")
            time.sleep(0.001)
        os.write(go, b"x")
        os.close(go)
        with os.fdopen(heard, "rb") as said:
            told = said.read().decode().split()
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        strace.wait()
        return told, code, seen.read_text(errors="replace").splitlines()

    def _live(self, run: Path, begin: int, mouth: int) -> None:
        code = 4
        try:
            ctypes.CDLL(None).prctl(*_ANY)
            select.select([begin], [], [])  # no call at which a fault comes
            self.operation.work(run, lambda said: _say(mouth, said))
            code = 0
        except (*self.operation.refusals, MemoryError, DeafError):
            code = 3
        except BaseException:  # noqa: BLE001 (said, and told by how it ends)
            import traceback

            traceback.print_exc()
        finally:
            os._exit(code)


class DeafError(Exception):
    """Nobody hears what is told."""


def _say(mouth: int, said: str) -> None:
    try:
        os.write(mouth, said.encode() + b"\n")
    except OSError:
        raise DeafError from None


def _strace(child: int, seen: Path, point: Point | None, fault: str) -> list[str]:
    asked = ["strace", "-y", "-s", "0", "-p", str(child), "-o", str(seen)]
    if point is None:
        return [*asked, "-e", "trace=" + ",".join(FAULTS[fault].split())]
    how = "signal=SIGKILL" if fault == "SIGKILL" else f"error={fault if point.call != 'mmap' else 'ENOMEM'}"
    return [
        *asked,
        "-e",
        f"trace={point.call},fsync,fdatasync,write,pwrite64",
        "-e",
        f"inject={point.call}:{how}:when={point.at}",
    ]


def _forgiven(lines: Sequence[str]) -> Iterator[str]:
    """What was told although it may not be on the disk: a failed `fsync` is not mended by another one.

    One may fail that went well before, if nothing was written since: a folder's, at none of which SQLite looks, or a
    log's before it is copied. And the database's: what is copied there is in the log as well, and is copied anew. And a
    journal's: SQLite then begins no log, and writes another one.
    """
    told = [at for at, line in enumerate(lines) if _TOLD.match(line)]
    well = set[str]()
    for line in lines[: told[-1]]:  # what fails afterwards nobody was told
        if changed := _WRITTEN.match(line):
            well.discard(changed["path"])
        found = _SYNCED.match(line)
        if found is None or found["path"].endswith((FILE, f"{FILE}-journal")):
            continue
        if found["code"] == "0":
            well.add(found["path"])
        elif found["path"] not in well:
            yield f"it was told, though {Path(found['path']).name} was not synchronised"


def chosen(every: Sequence[Point], most: int) -> list[Point]:
    """So many of them, from all over."""
    return [every[at * len(every) // most] for at in range(most)] if most < len(every) else list(every)


def main(name: str, fault: str, most: int) -> None:
    """Try some points."""
    jobs.LEASE_US, opening.PATIENCE_S = 1, 2.0
    shared = Path("/dev/shm")  # noqa: S108 (a disk that takes no time)
    with tempfile.TemporaryDirectory(dir=shared if os.access(shared, os.W_OK) else None) as place:
        tempfile.tempdir = str(place)
        line = Line(name, Path(place))
        every = line.calls(fault)
        tried = held = hits = 0
        worst, lost = 0.0, []
        for point in chosen(every, most):
            begun = time.monotonic()
            hit, wrong = line.tried(point, fault)
            worst = max(worst, time.monotonic() - begun)
            tried, held, hits = tried + 1, held + (not wrong), hits + hit
            lost += [f"{point.call} {point.at}: {one}" for one in wrong]
    print(json.dumps({"every": len(every), "tried": tried, "hits": hits, "held": held, "lost": lost, "s": worst}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
