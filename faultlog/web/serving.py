"""A server that runs: the application, the workers beside it, and what is done now and then."""

import ctypes
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from types import FrameType
from typing import Final

import uvicorn
from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError

from faultlog.child import Bounds, in_child
from faultlog.errors import UsageError
from faultlog.store import jobs, workers
from faultlog.store.founding import founded
from faultlog.store.litter import swept
from faultlog.store.opening import Store
from faultlog.store.people import are_any
from faultlog.values import dataclass
from faultlog.web.app import create
from faultlog.web.doors import Doors
from faultlog.web.logs import take_over
from faultlog.web.protocol import Bounded
from faultlog.web.security import is_loopback
from faultlog.web.settings import Settings
from faultlog.working.crew import Crew
from faultlog.working.telling import tell

PATIENCE_S: Final = 30.0
"""Seconds that uploads may go on once a server is told to stop. Tool default."""
AFTERWARDS_S: Final = 5
"""Seconds that other requests may go on after that. Tool default."""
SWEEPS_S: Final = 3600.0
"""Seconds between two looks for litter. Tool default."""
AT_ONCE: Final = 512
"""Connections at a time; who comes then is told to come again. Tool default."""
_ARENA_MAX: Final = -8
"""mallopt(3), of glibc: the most heaps."""
_MMAP_THRESHOLD: Final = -3
"""mallopt(3): bytes of a piece from which on it is fetched from the system, and given back."""
_TRIM_THRESHOLD: Final = -1
"""mallopt(3): bytes at the end of the heap from which on they are given back."""
_LARGE: Final = 1 << 20
IDLE_S: Final = 20
"""Seconds that a connection is kept on which nothing is asked. Tool default."""


LEAST_KEY: Final = 20
"""Characters of the key of `/metrics`. Tool default."""


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
    most_bytes: int = 8 << 30
    """Of one upload."""
    metrics: Path | None = None
    """The file with the key of `/metrics`."""
    more: tuple[str, ...] = ()
    """What workers are told besides: `--rules`, `--parsers`."""


def serve(asked: Serving) -> None:
    """Serve until told to stop: then uploads that are running may end, and no others begin.

    Raises:
        UsageError: the store cannot be opened, somebody else listens there, or anybody could do anything.
    """
    brought_up(asked)
    store = founded(asked.data, asked.database)
    try:
        settings = told(asked, store)
        with _listening(asked.host, asked.port) as listener:
            take_over()
            _one_heap()
            app = create(settings)
            server = Closing(_config(app, asked.reached), app.state.doors)
            with _crew(asked, store), _sweeper(store):
                tell("server started", database=store.said)
                print(f"faultlog serves {_address(listener)}", flush=True)  # noqa: T201 (who starts it reads where)
                server.run([listener])
    finally:
        store.close()


def brought_up(asked: Serving) -> None:
    """Bring the tables to this version, in a child: a server needs nothing of what that loads.

    Raises:
        UsageError: the store cannot be opened.
    """

    def opened() -> bytes:
        try:
            founded(asked.data, asked.database).close()
        except UsageError as error:
            return str(error).encode()
        return b""

    said = in_child(opened, Bounds())
    if said:
        raise UsageError(said.decode() if isinstance(said, bytes) else f"{asked.data}: cannot be opened: {said.detail}")


class Closing(uvicorn.Server):
    """A server that lets uploads end before it does."""

    def __init__(self, config: uvicorn.Config, doors: Doors) -> None:
        """Wrap what is served."""
        super().__init__(config)
        self._doors, self._until = doors, 0.0

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Be told to stop; told twice, stop at once."""
        del frame
        if self._doors.closing:
            self.should_exit = self.force_exit = True
        tell("stopping", signal=signal.Signals(sig).name, uploads=self._doors.inside)
        self._doors.closing, self._until = True, time.monotonic() + PATIENCE_S

    async def on_tick(self, counter: int) -> bool:
        """Whether to stop now."""
        if self._doors.closing and (not self._doors.inside or time.monotonic() >= self._until):
            self.should_exit = True
        return await super().on_tick(counter)


def _one_heap() -> None:
    """Have all threads take their memory from one heap, where the system's library gives each one of its own.

    Parts of uploads are taken from it too: fresh memory of the system for each costs more than what is done with it.
    """
    with suppress(OSError, AttributeError):
        library = ctypes.CDLL(None)
        library.mallopt(_ARENA_MAX, 1)
        library.mallopt(_MMAP_THRESHOLD, _LARGE)
        library.mallopt(_TRIM_THRESHOLD, 2 * _LARGE)


def _config(app: FastAPI, reached: Reached) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=Bounded,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=bool(reached.proxies),
        forwarded_allow_ips=list(reached.proxies),
        server_header=False,
        limit_concurrency=AT_ONCE,
        timeout_keep_alive=IDLE_S,
        timeout_graceful_shutdown=AFTERWARDS_S,
    )


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    """A socket at which people are awaited.

    Raises:
        UsageError: somebody else listens there, or the address is none of this machine.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        raise UsageError(
            f"{host} port {port}: cannot listen there: {error.strerror}; --port 0 takes any port that is free"
        ) from None
    with listener:
        yield listener


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


@contextmanager
def _crew(asked: Serving, store: Store) -> Iterator[None]:
    """The workers beside a server."""
    command = [sys.executable, "-m", "faultlog", "worker", "--tied", "--data", str(asked.data), *asked.more]
    command += ["--database", asked.database] if asked.database is not None else []

    def lost(pid: int) -> None:
        try:
            store.write(jobs.abandon, workers.owner_of(pid))
            store.write(workers.leave, workers.owner_of(pid))
        except SQLAlchemyError as error:  # its lease runs out all the same
            tell("error", error=type(error).__name__, said="a worker that ended cannot be noted")

    crew = Crew(command, asked.workers, lost)
    try:
        yield
    finally:
        crew.end()
        tell("stopped")


@contextmanager
def _sweeper(store: Store) -> Iterator[None]:
    """Somebody who removes what nobody needs: now, and each hour."""
    stop = Event()
    thread = Thread(target=_sweep, args=(store, stop), name="sweeper", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(AFTERWARDS_S)


def _sweep(store: Store, stop: Event) -> None:
    while not stop.is_set():
        try:
            done = swept(store)
            counted = {"incoming": done.incoming, "ownerless": done.ownerless, "expired": done.expired}
            tell("swept", **counted, vanished=list(done.vanished[:20]))
        except (SQLAlchemyError, OSError) as error:
            tell("error", error=type(error).__name__, said="nothing could be swept; tried again in an hour")
        stop.wait(SWEEPS_S)


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
    key = None if asked.metrics is None else key_in(asked.metrics)
    return Settings(store, asked.most_bytes, alone, reached.https, key, reached.names)


def key_in(file: Path) -> str:
    """The key that a file holds.

    Raises:
        UsageError: it cannot be read, or holds none that nobody guesses.
    """
    try:
        key = file.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it holds no key"
        raise UsageError(f"--metrics-token {file}: cannot be read: {why}") from None
    if len(key) < LEAST_KEY or not key.isprintable() or " " in key:
        raise UsageError(
            f"--metrics-token {file}: holds no key of at least {LEAST_KEY} characters; make one: openssl rand -hex 32"
        )
    return key
