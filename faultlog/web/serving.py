"""A server that runs: the application, and the workers beside it."""

import subprocess
import sys
from pathlib import Path

import uvicorn

from faultlog.errors import UsageError
from faultlog.store.opening import Store, open_store
from faultlog.store.people import are_any
from faultlog.values import dataclass
from faultlog.web.app import create
from faultlog.web.security import is_loopback
from faultlog.web.settings import Settings


@dataclass(frozen=True, slots=True)
class Reached:
    """How people reach a server."""

    https: bool = False
    proxies: tuple[str, ...] = ()
    """Addresses of proxies that say who asks."""
    names: tuple[str, ...] = ()
    """By which it may be reached, in small letters."""


@dataclass(frozen=True, slots=True)
class Serving:
    """Where a server listens, what it keeps, and who works."""

    host: str
    port: int
    data: Path
    database: str | None
    workers: int
    reached: Reached = Reached()


def serve(asked: Serving) -> None:
    """Serve until told to stop.

    Raises:
        UsageError: the store cannot be opened, or anybody could do anything.
    """
    store = open_store(asked.data, asked.database)
    settings = told(asked, store)
    command = [sys.executable, "-m", "faultlog", "worker", "--data", str(asked.data)]
    command += ["--database", asked.database] if asked.database is not None else []
    working = [subprocess.Popen(command) for _ in range(asked.workers)]  # noqa: S603 (ourselves)
    try:
        uvicorn.run(
            create(settings),
            host=asked.host,
            port=asked.port,
            log_level="warning",
            proxy_headers=bool(asked.reached.proxies),
            forwarded_allow_ips=list(asked.reached.proxies),
            server_header=False,
        )
    finally:
        for one in working:
            one.terminate()
        store.close()


def told(asked: Serving, store: Store) -> Settings:
    """What the application is told: without accounts it serves this machine alone.

    Raises:
        UsageError: others would reach it, and there is no account.
    """
    reached = asked.reached
    alone = is_loopback(asked.host) and not reached.https and not reached.proxies
    if not alone and not store.read(are_any):
        raise UsageError(
            f"--host {asked.host}: others reach this address, and there is no account; "
            "make one first: faultlog user add NAME --team TEAM --role admin"
        )
    return Settings(store, open=alone, https=reached.https, allowed_hosts=reached.names)
