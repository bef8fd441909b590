"""A loss of power, without one: what a real run wrote is recorded, and of it the disk is made as it may be at a moment.

strace tells every write with its bytes, every `fsync`, and every name that was given or taken. What was not synced
may be there or not, in sectors of 512 bytes, each as old or as new as any write since left it; a name that was given or
taken is so for certain once its folder was synchronised. `python -m tests.hostile.power FOLDER` is the run.
"""

import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, Literal

from faultlog.pipeline import Options
from faultlog.store import litter, opening, people
from faultlog.store.opening import open_store
from faultlog.values import dataclass
from faultlog.web import deeds
from faultlog.web.who import LOCAL, Who
from faultlog.working.worker import Worker
from tests.hostile.operations import bundle, uploaded

SECTOR: Final = 512
UPLOADS: Final = 14
_CALLS: Final = "openat,write,pwrite64,fsync,fdatasync,ftruncate,rename,unlink,mkdir"
_CALL: Final = re.compile(rb"^(?:\d+ +)?(?P<name>\w+)\((?P<args>.*)\) += (?P<code>-?\d+)(?:<.*>)?$")
_TEXT: Final = re.compile(rb'"((?:\\x[0-9a-f]{2})*)"')
_OPEN: Final = re.compile(rb"^(\d+)<([^>]*)>")
_MARK: Final = "/dev/null"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a run did to its folder, or told."""

    kind: Literal["write", "size", "sync", "make", "folder", "move", "remove", "told"]
    path: str
    """Of what; of `told` what was told."""
    at: int = 0
    data: bytes = b""
    to: str = ""


def recorded(place: Path) -> list[Step]:
    """What a run does in a folder that is made for it.

    Args:
        place: a folder; the run has `data` in it.
    """
    seen = place / "seen"
    words = [sys.executable, "-m", "tests.hostile.power", str(place / "data")]
    asked = ["strace", "-f", "--seccomp-bpf", "-y", "-xx", "-s", "50000000", "-e", f"trace={_CALLS}", "-o", str(seen)]
    subprocess.run([*asked, *words], check=True)
    with seen.open("rb") as lines:
        return list(_steps(_whole(lines), os.fsencode(place / "data")))


def _whole(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Calls that another process interrupted are put together."""
    waiting = dict[bytes, bytes]()
    for line in (one.rstrip(b"\n") for one in lines):
        process = line.partition(b" ")[0]
        if line.endswith(b"<unfinished ...>"):
            waiting[process] = line.removesuffix(b"<unfinished ...>").rstrip()
        elif b" resumed>" in line[:60]:
            yield waiting.pop(process) + line.partition(b" resumed>")[2]
        else:
            yield line


def _steps(lines: Iterator[bytes], root: bytes) -> Iterator[Step]:
    eye = _Eye()
    for line in lines:
        found = _CALL.match(line)
        if found is None or int(found["code"]) < 0:
            continue
        name, args = found["name"].decode(), found["args"]
        texts = [bytes.fromhex(one.replace(b"\\x", b"").decode()) for one in _TEXT.findall(args)]
        opened = _OPEN.match(args) if name != "openat" else None
        path = os.fsdecode(_unhexed(opened[2]) if opened else texts[0])
        if path == _MARK and name == "write":
            yield Step("told", texts[0].decode())
        elif path.startswith(os.fsdecode(root)) and not path.endswith(("-shm", ".lock")):
            step = eye.seen(name, path, args, texts)
            if step is not None:
                yield step


class _Eye:
    """Makes steps of calls; knows where a file ends to which is written in a row, and which there are."""

    def __init__(self) -> None:
        self._ends = dict[str, int]()

    def seen(self, name: str, path: str, args: bytes, texts: Sequence[bytes]) -> Step | None:
        """The step that a call was; `None` of one that changes nothing."""
        if name == "openat":
            return self._made(path) if b"O_CREAT" in args and path not in self._ends else None
        if name == "write":
            self._ends[path] = self._ends.get(path, 0) + len(texts[0])
            return Step("write", path, self._ends[path] - len(texts[0]), texts[0])
        if name in {"rename", "unlink"}:
            end = self._ends.pop(path, 0)
            if name == "unlink":
                return Step("remove", path)
            self._ends[os.fsdecode(texts[1])] = end
            return Step("move", path, to=os.fsdecode(texts[1]))
        if name == "mkdir":
            return Step("folder", path)
        return _of_opened(name, path, args, texts)

    def _made(self, path: str) -> Step:
        self._ends[path] = 0
        return Step("make", path)


def _of_opened(name: str, path: str, args: bytes, texts: Sequence[bytes]) -> Step:
    if name in {"fsync", "fdatasync"}:
        return Step("sync", path)
    at = int(args.rpartition(b", ")[2])
    return Step("write", path, at, texts[0]) if name == "pwrite64" else Step("size", path, at)


def _unhexed(text: bytes) -> bytes:
    """A path behind a descriptor; `-xx` writes it like a text."""
    return bytes.fromhex(text.replace(b"\\x", b"").decode()) if text.startswith(b"\\x") else text


class _File:
    """What is on the disk for certain, and what was written since."""

    def __init__(self) -> None:
        self.safe = bytearray()
        self.since = list[Step]()

    def synchronise(self) -> None:
        self.safe = self.after(lambda _step, _sector: True)
        self.since = []

    def after(self, kept) -> bytearray:
        content = bytearray(self.safe)
        for step in self.since:
            if step.kind == "size":
                if kept(step, -1):
                    del content[step.at :]
                    content.extend(bytes(step.at - len(content)))
                continue
            for sector in range(step.at // SECTOR, -(-(step.at + len(step.data)) // SECTOR)):
                if kept(step, sector):
                    begin, end = max(step.at, sector * SECTOR), min(step.at + len(step.data), (sector + 1) * SECTOR)
                    content.extend(bytes(max(0, end - len(content))))
                    content[begin:end] = step.data[begin - step.at : end - step.at]
        return content


class Disk:
    """A disk while steps are done, one after another."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._now = dict[str, _File]()
        self._certain = list[tuple[Step, _File | None]]()
        self._open = list[tuple[Step, _File | None]]()
        """Names that were given or taken, of which a loss of power may leave any."""

    def do(self, step: Step) -> None:
        """One more step."""
        if step.kind in {"write", "size"}:
            if (file := self._now.get(step.path)) is not None:
                file.since.append(step)
        elif step.kind == "sync":
            self._synchronise(step.path)
        elif step.kind != "told":
            file = _File() if step.kind == "make" else self._now.pop(step.path, None)
            if file is not None and step.kind != "remove":
                self._now[step.to or step.path] = file
            self._open.append((step, file))

    def _synchronise(self, path: str) -> None:
        if path in self._now:
            self._now[path].synchronise()
        self._certain += [one for one in self._open if _folder_of(one[0]) == path]
        self._open = [one for one in self._open if _folder_of(one[0]) != path]

    def lose_power(self, chance: random.Random, place: Path) -> None:
        """Make a folder of what is left."""
        files, folders = _names([*self._certain, *_some(chance, self._open)])
        for path in sorted(folders, key=len):
            (place / os.path.relpath(path, self._root)).mkdir(parents=True, exist_ok=True)
        for path, file in files.items():
            if str(Path(path).parent) in folders | {self._root}:
                (place / os.path.relpath(path, self._root)).write_bytes(file.after(_reached(chance, file)))
        if chance.random() < 0.5:
            (place / f"{opening.FILE}-shm").write_bytes(chance.randbytes(32 << 10))


def _names(given: Sequence[tuple[Step, _File | None]]) -> tuple[dict[str, _File], set[str]]:
    """Which files there are, by their paths, and which folders."""
    files, folders = dict[str, _File](), set[str]()
    for step, file in given:
        if step.kind == "folder":
            folders.add(step.path)
            continue
        files.pop(step.path, None)
        if file is not None and step.kind != "remove":
            files[step.to or step.path] = file
    return files, folders


def _folder_of(step: Step) -> str:
    return str(Path(step.to or step.path).parent)


def _some(chance: random.Random, steps: Sequence[tuple[Step, _File | None]]) -> list[tuple[Step, _File | None]]:
    """All, none, the first, or any."""
    how = chance.randrange(4)
    if how < 2:
        return list(steps) if how else []
    if how == 2:
        return list(steps[: chance.randrange(len(steps) + 1)])
    return [one for one in steps if chance.random() < 0.5]


def _reached(chance: random.Random, file: _File):
    how, number = chance.randrange(4), {id(step): at for at, step in enumerate(file.since)}
    if how < 2:
        return lambda _step, _sector: bool(how)
    until = dict[int, int]()

    def kept(step: Step, sector: int) -> bool:
        """A sector is as one of the writes left it."""
        most = until.setdefault(sector if how == 2 else 0, chance.randrange(len(number) + 1))
        return number[id(step)] < most

    return kept


def main(folder: Path) -> None:
    """Upload, analyse, delete, tidy up; tell each once it is certain."""
    opening._LOG_BYTES = 100 << 10
    mouth = os.open(_MARK, os.O_WRONLY)
    store = open_store(folder)
    team = store.write(people.need_team, LOCAL)
    who = Who(team, "kim", "analyst")
    worker = Worker(store, Options())
    kept = list[str]()
    for at in range(UPLOADS):
        kept.append(uploaded(store, team, bundle(f"host-{at}"), f"{at}.zip"))
        os.write(mouth, f"kept {at} {kept[-1]}".encode())
        if at in {3, 9}:
            while worker.work_once():
                pass
            os.write(mouth, f"analysed {at}".encode())
        if at % 4 == 2:
            gone = kept.pop(0)
            os.write(mouth, f"going {gone}".encode())
            store.write(deeds.delete, who, gone)
            os.write(mouth, f"gone {gone}".encode())
            litter.clear(store, gone)
    litter.swept(store)
    os.write(mouth, b"swept")
    store.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
