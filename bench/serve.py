"""What a server costs: `make bench-serve`. Uploads of any size at one speed and one memory; pages while a queue works.

Each size is uploaded by `curl -T` over loopback to a server of its own, with its hash taken and its file synchronised;
beside it, for comparison, what `dd` writes to the same disk with a synchronisation. Then fifty bundles are uploaded at
once, and pages are loaded until the queue is empty.
"""

import json
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

from faultlog.store.opening import open_store

SIZES_MB = tuple(map(int, os.environ.get("BENCH_MB", "100 1000 4000").split()))
AT_ONCE = int(os.environ.get("BENCH_UPLOADS", "50"))
SAMPLES = Path(__file__).parents[1] / "sample_logs"
PAGES = ("/", "/bundles", "/hosts", "/api/v1/bundles")


@contextmanager
def server(data: Path, workers: int) -> Iterator[tuple[str, int]]:
    """The address of a server, and its process number."""
    open_store(data).close()  # tables are made once, by what a server does not need afterwards
    command = [sys.executable, "-m", "faultlog", "serve", "--data", str(data), "--port", "0", "--workers", str(workers)]
    log = data.with_suffix(".log").open("wb")
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
    assert process.stdout is not None  # noqa: S101 (asked for)
    try:
        yield process.stdout.readline().split()[-1].rstrip("/"), process.pid
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()
        log.close()


def peak_mb(pid: int) -> float:
    """The most memory that a process had, in MB."""
    (line,) = [one for one in Path(f"/proc/{pid}/status").read_text().splitlines() if one.startswith("VmHWM")]
    return int(line.split()[1]) * 1024 / 1e6


def uploaded(place: Path, megabytes: int) -> None:
    """Upload one body, and print what it cost."""
    body = place / "body.log"
    with body.open("wb") as out:
        for at in range(megabytes):
            out.write((b"2026-03-03T12:00:00Z host ampdaemon[71]: %06d " % at).ljust(1_000_000 - 1, b"x") + b"\n")
    begun = time.perf_counter()
    subprocess.run(
        ["dd", f"if={body}", f"of={place / 'copy'}", "bs=1M", "conv=fsync", "status=none"],  # noqa: S607
        check=True,
    )
    copied = time.perf_counter() - begun
    with server(place / f"data-{megabytes}", 0) as (address, pid):
        before = peak_mb(pid)
        begun = time.perf_counter()
        subprocess.run(
            ["curl", "-sfS", "-o", "/dev/null", "-T", str(body), f"{address}/api/v1/bundles?name=body.log"],  # noqa: S607
            check=True,
        )
        took = time.perf_counter() - begun
        mib = megabytes * 1e6 / (1 << 20)
        print(
            f"{megabytes:>6,} MB: {mib / took:7.1f} MiB/s (dd {mib / copied:.1f}), "
            f"server {before:.0f} MB at its start, at most {peak_mb(pid):.0f} MB",
            flush=True,
        )
    for one in (body, place / "copy"):
        one.unlink()


def bundles() -> Iterator[tuple[str, bytes]]:
    """Bundles of as many hosts."""
    with zipfile.ZipFile(SAMPLES / "fault6-breached-0001.zip") as sample:
        log = sample.read("fault6-breached-0001/Library/Logs/Cisco/ampdaemon.log")
    for at in range(AT_ONCE):
        yield f"ampdaemon-{at}.log", log.replace(b"sim-macos-0001", f"host-{at}".encode())


def put(address: str, name: str, content: bytes) -> str:
    """Upload; the job."""
    request = urllib.request.Request(f"{address}/api/v1/bundles?name={name}", data=content, method="PUT")  # noqa: S310
    with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310
        return str(json.loads(answer.read())["links"]["job"])


def loaded(address: str, page: str) -> float:
    """Seconds that a page takes."""
    begun = time.perf_counter()
    with urllib.request.urlopen(address + page, timeout=120) as answer:  # noqa: S310
        answer.read()
    return time.perf_counter() - begun


def busy(place: Path) -> None:
    """Upload many at once and load pages until all are analysed; print what was lost and how long pages took."""
    with server(place / "busy", 2) as (address, pid):
        begun, took = time.perf_counter(), list[float]()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            jobs = list(pool.map(lambda one: put(address, *one), bundles()))
        received = time.perf_counter() - begun
        left = set(jobs)
        while left and time.perf_counter() - begun < 600:
            took += [loaded(address, page) for page in PAGES]
            left = {one for one in left if _state(address, one) in {"queued", "leased"}}
        done = sum(_state(address, one) == "done" for one in jobs)
        took.sort()
        print(
            f"{AT_ONCE} at once: received in {received:.1f} s, {done} analysed after "
            f"{time.perf_counter() - begun:.1f} s; "
            f"{len(took)} pages meanwhile: median {took[len(took) // 2] * 1000:.0f} ms, "
            f"p99 {took[len(took) * 99 // 100] * 1000:.0f} ms; server at most {peak_mb(pid):.0f} MB",
            flush=True,
        )


def _state(address: str, job: str) -> str:
    with urllib.request.urlopen(address + job, timeout=120) as answer:  # noqa: S310
        return str(json.loads(answer.read())["state"])


def main() -> None:
    """Measure all."""
    place = Path(tempfile.mkdtemp(prefix="faultlog-bench-"))
    try:
        for megabytes in SIZES_MB:
            uploaded(place, megabytes)
        busy(place)
    finally:
        shutil.rmtree(place, ignore_errors=True)


if __name__ == "__main__":
    main()
