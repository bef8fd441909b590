"""What a server costs: `make bench-serve`. Uploads of any size at one speed and one memory; pages while a queue works.

Each size is uploaded by `curl -T` over loopback to a server of its own, with its hash taken and its file synchronised.
Beside it, in the same run: `dd` writes the same file and synchronises it, and `tee` writes it while `sha256sum` takes
its hash, then it is synchronised. Then many bundles are uploaded at once, and pages are loaded, several at a time,
until the queue is empty; beside it, the same pages of the same server with nothing to do. What is lost is counted.

A server is measured as it is installed: its modules are compiled once, by a start that does not count.
"""

import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any, Final

from faultlog.values import dataclass

SIZES_MB: Final = tuple(map(int, os.environ.get("BENCH_MB", "100 1000 4000").split()))
AT_ONCE: Final = int(os.environ.get("BENCH_UPLOADS", "50"))
SAMPLES: Final = Path(__file__).parents[1] / "sample_logs"
PAGES: Final = ("/", "/bundles", "/hosts", "/fleet", "/rules/6", "/search?q=host", "/api/v1/bundles", "CASE")
"""What people look at while a queue works; CASE is a bundle's own page."""
READERS: Final = 2
"""Who load pages at the same time."""
QUIET_S: Final = 10.0
"""Seconds for which pages are loaded of a server with nothing to do."""
MOST_S: Final = 900.0
"""Seconds after which a queue that is not empty has lost something."""
MIB_PER_S: Final = 250.0
RSS_MB: Final = 80.0
P99_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Row:
    """One sentence of the goal: what was measured, what was to be reached, and what somebody else takes."""

    what: str
    measured: str
    goal: str
    met: bool
    beside: str = ""
    ratio: float | None = None


def main() -> None:
    """Measure all, and print a table of it."""
    place = Path(tempfile.mkdtemp(prefix="faultlog-bench-"))
    rows: list[Row] = []
    try:
        with server(place / "first", 0, place) as (address, _):
            put(address, *next(bundles()))  # what is compiled for the first time is not measured
        for megabytes in SIZES_MB:
            rows += uploaded(place, megabytes)
        rows += busy(place)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {sys.version.split()[0]}")
    for line in table(rows):
        print(line)


def table(rows: list[Row]) -> Iterator[str]:
    r"""The rows as Markdown.

    >>> print(*table([Row("upload of 100 MB", "300 MiB/s", "≥ 250 MiB/s", True, "dd 400 MiB/s", 0.75)]), sep="\\n")
    | | what | measured | goal | beside it, in the same run | ratio |
    |-|-|-|-|-|-|
    | ✓ | upload of 100 MB | 300 MiB/s | ≥ 250 MiB/s | dd 400 MiB/s | 0.75 × |
    """
    yield "| | what | measured | goal | beside it, in the same run | ratio |"
    yield "|-|-|-|-|-|-|"
    for row in rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.2f} ×"
        cells = ("✓" if row.met else "✗", row.what, row.measured, row.goal, row.beside, ratio)
        yield f"| {' | '.join(cells)} |"


@contextmanager
def server(data: Path, workers: int, place: Path) -> Iterator[tuple[str, int]]:
    """The address of a server, and its process number.

    Args:
        data: its folder.
        workers: beside it.
        place: where modules are compiled to, for all servers of a run.
    """
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(place / "compiled")
    command = [sys.executable, "-m", "faultlog", "serve", "--data", str(data), "--port", "0", "--workers", str(workers)]
    with data.with_suffix(".log").open("wb") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment)
    assert process.stdout is not None  # noqa: S101 (asked for)
    try:
        yield process.stdout.readline().split()[-1].rstrip("/"), process.pid
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def memory_mb(pid: int, name: str) -> float:
    """`VmRSS`, the memory that a process has, or `VmHWM`, the most that it had, in MB."""
    (line,) = [one for one in Path(f"/proc/{pid}/status").read_text().splitlines() if one.startswith(name)]
    return int(line.split()[1]) * 1024 / 1e6


def timed(command: str, **names: Path) -> float:
    """Seconds that a command of a shell takes."""
    begun = time.perf_counter()
    environment = {**os.environ, **{name: str(path) for name, path in names.items()}}
    subprocess.run(["sh", "-ec", command], check=True, env=environment)  # noqa: S607 (our own)
    return time.perf_counter() - begun


def uploaded(place: Path, megabytes: int) -> Iterator[Row]:
    """Upload one body: how fast, and what it takes of memory."""
    body, copy = place / "body.log", place / "copy"
    with body.open("wb") as out:
        for at in range(megabytes):
            out.write((b"2026-03-03T12:00:00Z host ampdaemon[71]: %06d " % at).ljust(1_000_000 - 1, b"x") + b"\n")
    mib = megabytes * 1e6 / (1 << 20)
    alone = timed('dd if="$body" of="$copy" bs=1M conv=fsync status=none', body=body, copy=copy)
    copy.unlink()
    hashing = 'tee "$copy" < "$body" | sha256sum > /dev/null; sync "$copy"'
    hashed = timed(hashing, body=body, copy=copy)
    copy.unlink()
    data = place / f"data-{megabytes}"
    with server(data, 0, place) as (address, pid):
        asked(f"{address}/healthz")  # FastAPI puts its routes together when it is first asked
        before = memory_mb(pid, "VmRSS")
        took = timed(f'curl -sfS -o /dev/null -T "$body" "{address}/api/v1/bundles?name=body.log"', body=body)
        most = memory_mb(pid, "VmHWM")
    shutil.rmtree(data)
    body.unlink()
    yield Row(
        f"upload of {megabytes:,} MB",
        f"{mib / took:.0f} MiB/s",
        f"≥ {MIB_PER_S:.0f} MiB/s",
        mib / took >= MIB_PER_S,
        f"`tee` + `sha256sum` + `sync` {mib / hashed:.0f} MiB/s; `dd conv=fsync`, no hash {mib / alone:.0f} MiB/s",
        hashed / took,
    )
    yield Row(
        "the server's memory meanwhile", f"{most:.1f} MB at most", f"≤ {RSS_MB:.0f} MB", most <= RSS_MB,
        f"itself before {before:.1f} MB", most / before,
    )  # fmt: skip


def bundles() -> Iterator[tuple[str, bytes]]:
    """Bundles of as many hosts."""
    with zipfile.ZipFile(SAMPLES / "fault6-breached-0001.zip") as sample:
        log = sample.read("fault6-breached-0001/Library/Logs/Cisco/ampdaemon.log")
    for at in range(AT_ONCE):
        yield f"ampdaemon-{at}.log", log.replace(b"sim-macos-0001", f"host-{at}".encode())


def put(address: str, name: str, content: bytes) -> dict[str, Any]:
    """Upload; what is answered, once it is durable."""
    request = urllib.request.Request(f"{address}/api/v1/bundles?name={name}", data=content, method="PUT")  # noqa: S310
    with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310
        told: dict[str, Any] = json.loads(answer.read())
        return told


def asked(address: str) -> Any:  # noqa: ANN401 (JSON)
    """What an address of the API answers."""
    with urllib.request.urlopen(address, timeout=120) as answer:  # noqa: S310
        return json.loads(answer.read())


def loaded(address: str) -> float:
    """Seconds that a page takes."""
    begun = time.perf_counter()
    with urllib.request.urlopen(address, timeout=120) as answer:  # noqa: S310
        answer.read()
    return time.perf_counter() - begun


class Reading:
    """People who load pages over and over, several at once, until they are told to stop."""

    def __init__(self, pages: list[str]) -> None:
        """Begin."""
        self.took, self._over = list[tuple[float, str]](), Event()
        self._pool = ThreadPoolExecutor(READERS)
        self._all = [self._pool.submit(self._read, pages[at:] + pages[:at]) for at in range(0, len(pages), READERS)]

    def _read(self, pages: list[str]) -> None:
        while not self._over.is_set():
            for one in pages:
                self.took.append((loaded(one), one))

    def end(self) -> list[tuple[float, str]]:
        """The seconds of every load, each with its page, the longest last."""
        self._over.set()
        for one in self._all:
            one.result()
        self._pool.shutdown()
        return sorted(self.took)


def percentile(took: list[tuple[float, str]], share: float) -> tuple[float, str]:
    """What so many of all loads took at most, and the page.

    >>> percentile([(float(at), "/") for at in range(1, 101)], 0.99)
    (99.0, '/')
    """
    return took[max(0, math.ceil(len(took) * share) - 1)]


def busy(place: Path) -> Iterator[Row]:
    """Upload many at once and read pages until all are analysed: what is lost, how long pages take, what it holds."""
    data = place / "busy"
    with server(data, 2, place) as (address, pid):
        begun = time.perf_counter()
        early = Reading([f"{address}/", f"{address}/bundles"])
        with ThreadPoolExecutor(AT_ONCE) as pool:
            told = list(pool.map(lambda one: put(address, *one), bundles()))
        received = time.perf_counter() - begun
        took = early.end()
        pages = [address + one.replace("CASE", f"/cases/{told[0]['id']}") for one in PAGES]
        late = Reading(pages)
        states = waited(address, told, begun + MOST_S)
        analysed = time.perf_counter() - begun
        took = sorted(took + late.end())
        quiet = Reading(pages)
        time.sleep(QUIET_S)
        idle, most = quiet.end(), memory_mb(pid, "VmHWM")
    kept = sum(1 for one in (data / "bundles").rglob("*") if one.is_file())
    lost = AT_ONCE - min(len({one["id"] for one in told}), states.count("done"), kept)
    yield Row(
        f"{AT_ONCE} uploads at once", f"{lost} lost; received in {received:.1f} s, analysed in {analysed:.1f} s",
        "0 lost", lost == 0 and kept == AT_ONCE,
    )  # fmt: skip
    slowest, calm = percentile(took, 0.99), percentile(idle, 0.99)
    yield Row(
        "pages while the queue works",
        f"p99 {slowest[0]:.2f} s, median {percentile(took, 0.5)[0]:.2f} s, of {len(took)}; "
        f"longest {took[-1][0]:.2f} s, {took[-1][1].removeprefix(address)}",
        f"p99 < {P99_S:.0f} s",
        slowest[0] < P99_S,
        f"with nothing to do p99 {calm[0]:.2f} s, median {percentile(idle, 0.5)[0]:.2f} s",
        slowest[0] / calm[0],
    )
    yield Row("the server's memory, every page shown", f"{most:.1f} MB at most", "no goal", met=True)


def waited(address: str, told: list[dict[str, Any]], until: float) -> list[str]:
    """How the jobs of bundles end."""
    states = list[str]()
    while time.perf_counter() < until:
        states = [str(asked(address + one["links"]["job"])["state"]) for one in told]
        if not {"queued", "leased"}.intersection(states):
            break
        time.sleep(0.5)
    return states


if __name__ == "__main__":
    main()
