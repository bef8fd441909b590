"""A real cluster of processes on this machine: a scheduler and workers, started again whenever they ended."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from tests.stores import free_port
from tests.system.certificates import Shown

DASK = [sys.executable, "-m", "dask"]
HERE = "127.0.0.1"


class Part:
    """A program that is started again when it has ended."""

    def __init__(self, name: str, command: Sequence[str], log: Path, environment: Mapping[str, str]) -> None:
        self.name, self.starts = name, 0
        self._command, self._log, self._environment = command, log, {**os.environ, **environment}
        self.process = self._started()

    def tend(self) -> None:
        """Start it again, if it has ended."""
        if self.process.poll() is not None:
            self.process = self._started()

    def kill(self) -> bool:
        """End it as the system would; whether it ran."""
        runs = self.process.poll() is None
        self.process.kill()
        self.process.wait()
        return runs

    @property
    def said(self) -> str:
        """All that it wrote."""
        return self._log.read_text(errors="replace")

    def _started(self) -> "subprocess.Popen[bytes]":
        self.starts += 1
        with self._log.open("ab") as log:
            return subprocess.Popen(self._command, stdout=log, stderr=log, env=self._environment)


class Cluster:
    """A scheduler and its workers, that listen on this machine only."""

    def __init__(
        self, folder: Path, shown: Shown, environment: Mapping[str, str], workers: int = 2, preload: str = ""
    ) -> None:
        folder.mkdir()
        self.port = free_port()
        self.address = f"tls://{HERE}:{self.port}"
        place = ["--host", HERE, "--protocol", "tls", "--no-dashboard", "--dashboard-address", f"{HERE}:0"]
        secured = [*place, *shown.dask_options]
        scheduler = [*DASK, "scheduler", "--port", str(self.port), *secured]
        scratch = ["--local-directory", str(folder / "scratch"), *(["--preload", preload] if preload else [])]
        worker = [*DASK, "worker", self.address, *secured, "--nthreads", "1", "--no-nanny", "--memory-limit", "0"]
        self.scheduler = Part("scheduler", scheduler, folder / "scheduler.log", environment)
        self.workers = [
            Part(f"worker {at}", [*worker, *scratch], folder / f"worker-{at}.log", environment) for at in range(workers)
        ]

    @property
    def parts(self) -> list[Part]:
        """Every process."""
        return [self.scheduler, *self.workers]

    def tend(self) -> None:
        """Start again what has ended."""
        for part in self.parts:
            part.tend()

    def close(self) -> None:
        """End it."""
        for part in self.parts:
            part.kill()


def listens_at(pid: int) -> set[str]:
    """Where a process listens: `address:port` of each TCP socket."""
    inodes = set()
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            inodes.add(str(entry.readlink()))
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            cells = line.split()
            if cells[3] == "0A" and f"socket:[{cells[9]}]" in inodes:
                found.add(_address(cells[1]))
    return found


def _address(cell: str) -> str:
    host, _, port = cell.partition(":")
    if len(host) == 8:
        host = ".".join(str(part) for part in reversed(bytes.fromhex(host)))
    return f"{host}:{int(port, 16)}"
