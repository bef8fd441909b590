"""What memory a worker has that lives long: `python -m bench.worker_memory`. It should not grow with its jobs.

A worker of its own process works through a queue: small logs, each tenth a sample bundle of some thousand lines, each
twentieth a bundle of one of ten hosts that have several, so that hosts are joined too; each hundredth cannot be read.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from sqlalchemy import Connection, func, select

from faultlog.store import bundles, people
from faultlog.store.blobs import receiving
from faultlog.store.opening import Store, open_store
from faultlog.store.schema import JOBS

JOBS_NUMBER = int(os.environ.get("BENCH_JOBS", "1000"))
SAMPLE = Path(__file__).parents[1] / "sample_logs" / "fault6-breached-0001.zip"
LOG = "fault6-breached-0001/Library/Logs/Cisco/ampdaemon.log"


def content(at: int, sample: bytes) -> bytes:
    """A log, which no other is."""
    if at % 100 == 99:
        return f"nothing that is known {at}\n".encode()
    host = f"host-{at % 200 if at % 20 == 5 else at}".encode()
    lines = sample.splitlines(keepends=True)
    kept = lines if at % 10 == 0 else lines[: 20 + at % 30]
    return b"".join(kept).replace(b"sim-macos-0001", host) + b"# %d\n" % at


def queued(store: Store) -> None:
    """Keep all bundles, which queues their jobs."""
    with zipfile.ZipFile(SAMPLE) as archive:
        sample = archive.read(LOG)
    team = store.write(people.need_team, "bench")
    for at in range(JOBS_NUMBER):
        with receiving(store.folder) as incoming:
            incoming.write(content(at, sample))
            received = bundles.Received(incoming.id, f"{at:064x}", f"ampdaemon-{at}.log", incoming.size, {})
            incoming.durable()
            store.write(bundles.keep, team, received, "bench")
            incoming.close()


def ended(db: Connection) -> int:
    """How many jobs have ended."""
    return db.execute(select(func.count()).where(JOBS.c.state.not_in(("queued", "leased")))).scalar_one()


def left(db: Connection) -> int:
    """How many have not."""
    return db.execute(select(func.count()).where(JOBS.c.state.in_(("queued", "leased")))).scalar_one()


def held(pid: int) -> tuple[float, int]:
    """MB of memory that a process has, what it shares with its child counted as its own, and its open files."""
    (line,) = [one for one in Path(f"/proc/{pid}/status").read_text().splitlines() if one.startswith("VmRSS")]
    return int(line.split()[1]) * 1024 / 1e6, len(os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208 (no paths are wanted)


def main() -> None:
    """Measure, after each tenth of the jobs."""
    place = Path(tempfile.mkdtemp(prefix="faultlog-bench-"))
    try:
        store = open_store(place / "data")
        queued(store)
        worker = subprocess.Popen(
            [sys.executable, "-m", "faultlog", "worker", "--data", str(place / "data")], stderr=subprocess.DEVNULL
        )
        begun, next_ = time.perf_counter(), 1
        try:
            while store.read(left):
                done = store.read(ended)
                if done >= next_:
                    memory, files = held(worker.pid)
                    took = time.perf_counter() - begun
                    print(f"{done:>5,} jobs, {took:5.0f} s: {memory:6.1f} MB, {files} files", flush=True)
                    next_ = max(10, (done // (JOBS_NUMBER // 10) + 1) * (JOBS_NUMBER // 10))
                time.sleep(0.2)
        finally:
            worker.terminate()
            worker.wait()
            store.close()
    finally:
        shutil.rmtree(place, ignore_errors=True)


if __name__ == "__main__":
    main()
