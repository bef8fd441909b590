"""Archives tried in a tree that would show whatever left its place."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.conftest import ROOT

ABSOLUTE = "/faultlog-escaped"
"""Where members with an absolute name want to be."""
DEEP = "a/b/c/work"


class Reading:
    """A reader at work in the innermost folder of a tree of files that nobody may touch."""

    def __init__(self, tree: Path, process: "subprocess.Popen[str]") -> None:
        self.work = tree / DEEP
        self._process = process

    def __call__(self, path: Path, way: str = "read", **limits: int) -> dict[str, Any]:
        """What came of one archive, read in one way of `reader.WAYS`."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"path": str(path), "way": way, "limits": limits}) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def tried(self, name: str, data: bytes, way: str = "read", **limits: int) -> dict[str, Any]:
        """What came of these bytes as a file, which is gone afterwards."""
        path = self.work / name
        path.write_bytes(data)
        try:
            return self(path, way, **limits)
        finally:
            path.unlink()


@contextmanager
def reading(top: Path) -> Iterator[Reading]:
    """A reader; afterwards the tree around it must be what it was, and nothing stands where names pointed."""
    tree = top / "tree"
    (tree / DEEP).mkdir(parents=True)
    scratch = tree / "scratch"
    scratch.mkdir()
    for place in ("", "a", "a/b", "a/b/c"):
        for name in ("x", "x.log", "escaped", "etc/passwd"):
            path = tree / place / name
            path.parent.mkdir(exist_ok=True)
            path.write_text("nobody may touch this\n")
    before = _state(tree)
    environment = {**os.environ, "TMPDIR": str(scratch), "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.hostile.archives.reader", str(tree)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=tree / DEEP,
        env=environment,
    ) as process:
        yield Reading(tree, process)
        process.stdin.close()  # type: ignore[union-attr]
    assert process.returncode == 0
    assert _state(tree) == before
    assert not os.path.lexists(ABSOLUTE)


def _state(tree: Path) -> dict[str, tuple[int, int, str]]:
    """Of each file and folder: mode, time of its last change where it is a file, hash."""
    state = {}
    for path in sorted(tree.rglob("*")):
        told = path.lstat()
        data = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        state[str(path)] = (told.st_mode, told.st_mtime_ns if data else 0, hashlib.sha256(data).hexdigest())
    return state


def harmless(told: dict[str, Any], most_s: float = 10.0) -> bool:
    """Whether an archive was read or refused without harm: no crash, no death, nothing outside, in bounds."""
    return not (told.keys() & {"died", "crashed"} or told["escapes"] or told["s"] > most_s or told["MiB"] > 512)


def outcome(told: dict[str, Any]) -> str:
    """What a person reviews: what became of it, of which members with how many bytes, and what was warned of.

    >>> outcome({"members": {"a": (3, "ab", None)}, "warned": [["link", "b"]]})
    'read [a:3] link@b'
    """
    if harm := told.get("died") or told.get("crashed"):
        return harm
    said = f"refused {told['refused']}" if "refused" in told else "read"
    members = [f"{path}:{size}{f'!{cut}' if cut else ''}" for path, (size, _, cut) in told["members"].items()]
    warned = [f"{code}@{file}" if file else code for code, file in told["warned"]]
    return " ".join([said, "[" + " ".join(members) + "]", *warned])
