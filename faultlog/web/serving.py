"""A server that runs: the application, and the workers beside it."""

import subprocess
import sys
from pathlib import Path

import uvicorn

from faultlog.store.opening import open_store
from faultlog.values import dataclass
from faultlog.web.app import create
from faultlog.web.settings import Settings


@dataclass(frozen=True, slots=True)
class Serving:
    """Where a server listens, what it keeps, and who works."""

    host: str
    port: int
    data: Path
    database: str | None
    workers: int


def serve(asked: Serving) -> None:
    """Serve until told to stop.

    Raises:
        UsageError: the store cannot be opened.
    """
    store = open_store(asked.data, asked.database)
    command = [sys.executable, "-m", "faultlog", "worker", "--data", str(asked.data)]
    command += ["--database", asked.database] if asked.database is not None else []
    working = [subprocess.Popen(command) for _ in range(asked.workers)]  # noqa: S603 (ourselves)
    try:
        uvicorn.run(create(Settings(store)), host=asked.host, port=asked.port, log_level="warning")
    finally:
        for one in working:
            one.terminate()
        store.close()
