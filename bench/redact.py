"""What a bundle that can be shared costs: `python -m bench.redact`; BENCH_MB= of text, and an eighth of it beside.

A zip is written that holds one log of seven tenths of all bytes and logs of a megabyte each beside it: a line in eight
names a user, a document, an address or a host, of 25,000 in all, and each the host that writes. `faultlog redact`
writes it anew. Measured are seconds, the memory of the process, and the disk that it takes besides the bundle: what
lies beside the result meanwhile, also in files without a name. Everything is removed afterwards.
"""

import os
import random
import stat
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from faultlog.values import dataclass

MB: Final = int(os.environ.get("BENCH_MB", "1000"))
MEGA: Final = 1_000_000
_SHARE: Final = 7
"""Tenths of all bytes that one log holds."""
_FLUSH: Final = 10_000
_SECONDS_A_DAY: Final = 86_400
_SAYINGS: Final = (
    "scanned /Users/{user}/Documents/report-{number}.docx in {number} ms",
    "connection from 10.43.{a}.{b} accepted",
    "session of user={user} on host-{a:02d}.corp.example.net closed",
    "uploaded /Users/{user}/Downloads/archive-{number}.zip, sha256 pending",
)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run took."""

    wall_s: float
    cpu_s: float
    rss_mb: float
    disk_mb: float
    bundle_mb: float
    said: str


def main() -> int:
    """Measure an eighth, then all of it."""
    print("| text | bundle | wall s | CPU s | memory MB | disk beside the result, MB |\n|-|-|-|-|-|-|")
    for size in (MB // 8, MB):
        with tempfile.TemporaryDirectory(prefix="faultlog-bench-") as place:
            bundle = _bundle(Path(place) / "bundle.zip", size * MEGA)
            cost = _redacted(bundle, Path(place) / "out")
        print(
            f"| {size} MB | {cost.bundle_mb:.0f} MB | {cost.wall_s:.0f} | {cost.cpu_s:.0f} | {cost.rss_mb:.0f}"
            f" | {cost.disk_mb:.0f} |",
            flush=True,
        )
        print(cost.said, file=sys.stderr)
    return 0


def _bundle(target: Path, size: int) -> Path:
    """A zip of one large log and many small ones, one after the other in time."""
    large, clock = size * _SHARE // 10, iter(range(10**9))
    sizes = [MEGA] * ((size - large) // MEGA)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number, each in enumerate(sizes):
            _log(archive, f"b/old/{number:04d}/ampdaemon.log", each, clock)
        _log(archive, "b/Library/Logs/Cisco/ampdaemon.log", large, clock)
    return target


def _log(archive: zipfile.ZipFile, name: str, size: int, clock: Iterator[int]) -> None:
    chance = random.Random(name)  # noqa: S311 (no secret)
    with archive.open(name, "w", force_zip64=True) as file:
        written = 0
        while written < size:
            block = "".join(_line(chance, next(clock)) for _ in range(_FLUSH)).encode()[: size - written]
            written += file.write(block)


def _line(chance: random.Random, turn: int) -> str:
    day, second = divmod(turn // 200, _SECONDS_A_DAY)
    hour, minute = divmod(second // 60, 60)
    at = f"2026-03-{day + 1:02d}T{hour:02d}:{minute:02d}:{second % 60:02d}Z"
    if turn % 8:
        said = f"scan of file {turn} done, {turn % 97} ms, verdict clean, cache {turn % 5000}"
    else:
        number, person, a, b = (
            chance.randrange(20_000),
            chance.randrange(60),
            chance.randrange(20),
            chance.randrange(256),
        )
        said = _SAYINGS[turn // 8 % len(_SAYINGS)].format(user=f"person{person:02d}", number=number, a=a, b=b)
    return f"{at} karo-mbp ampdaemon[71]: {said}\n"


def _redacted(bundle: Path, target: Path) -> Cost:
    """What `faultlog redact` takes for a bundle."""
    target.mkdir()
    words = [sys.executable, "-m", "faultlog", "redact", str(bundle), "-o", str(target / "shared.zip")]
    began, disk = time.monotonic(), 0
    with (target.parent / "said").open("w+") as said:
        process = subprocess.Popen(words, stdout=said, stderr=said, env={**os.environ, "TMPDIR": str(target)})
        while True:
            ended, _, used = os.wait4(process.pid, os.WNOHANG)
            if ended:
                break
            disk = max(disk, _disk(process.pid, target))
            time.sleep(0.05)
        wall_s = time.monotonic() - began
        said.seek(0)
        told = said.read()
    cpu_s, size = used.ru_utime + used.ru_stime, bundle.stat().st_size
    return Cost(wall_s, cpu_s, used.ru_maxrss / 1024, disk / MEGA, size / MEGA, told)


def _disk(process: int, folder: Path) -> int:
    """Bytes of disk below a folder, and of files without a name that a process has open."""
    found = {}
    for path in (*folder.rglob("*"), *Path(f"/proc/{process}/fd").glob("*")):
        with suppress(OSError):
            told = path.stat()
            if stat.S_ISREG(told.st_mode) and (told.st_nlink == 0 or folder in path.parents):
                found[told.st_ino] = told.st_blocks * 512
    return sum(found.values())


if __name__ == "__main__":
    sys.exit(main())
