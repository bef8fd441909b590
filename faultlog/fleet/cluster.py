"""A cluster works: units travel as JSON to the workers of a Dask scheduler, and their outcomes come back as JSON.

Each thread of a worker keeps a nursery, so that a bundle which ends its process ends neither the worker nor the work of
others. A lost worker or scheduler says nothing about a bundle: what it had is given again, and what was done already
is found in the lake.

Who reaches the port of a scheduler has its rights. Beyond this machine nothing is therefore said but under TLS, where
both sides show a certificate of the same authority; the cluster that is started here makes one of its own.
"""

import ipaddress
import json
import logging
import re
import socket
import ssl
import threading
import time
from asyncio import CancelledError
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Final

from faultlog.errors import FaultlogError, UsageError
from faultlog.extras import needed
from faultlog.fleet.executors import Nursery
from faultlog.fleet.lake import Lake, identity
from faultlog.fleet.setups import Setup, setup_json, setup_of
from faultlog.fleet.units import Outcome, Unit, outcome_json, outcome_of, unit_json, unit_of
from faultlog.values import dataclass

if TYPE_CHECKING:
    from distributed import Client, Future, LocalCluster, Security

PATIENCE_S: Final = 120.0
"""Seconds that a lost scheduler, or workers, are waited for. Tool default."""
_ADDRESS: Final = re.compile(r"(?:(?P<scheme>tcp|tls)://)?(?P<host>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+):[0-9]{1,5}")
_TRY_S: Final = 5.0
"""Seconds that one try to connect takes at most. Tool default."""
_ANSWERS_S: Final = 30.0
"""Seconds after which a scheduler that does not answer is lost. Tool default."""
_LOOK_S: Final = 1.0
"""Seconds between two looks at a scheduler. Tool default."""
_MOST_LOSSES: Final = 20
"""Losses with no outcome between them, after which a cluster is given up. Tool default."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a scheduler is, and how it is spoken to."""

    address: str | None = None
    """`tls://host:port`; on this machine `tcp://` too. `None`: a cluster that is started here, and ended."""
    ca: Path | None = None
    cert: Path | None = None
    key: Path | None = None
    """Files of the authority, the certificate and its key, as PEM."""
    patience_s: float = PATIENCE_S


def safe_reach(reach: Reach) -> Reach:
    """The same, if nobody else can listen in or take part.

    Raises:
        UsageError: the address is none, or is on another machine and without TLS; a certificate, or Dask, is missing.
    """
    needed("--executor dask", "fleet", "distributed")
    if reach.address is None:
        return reach
    found = _ADDRESS.fullmatch(reach.address)
    if found is None:
        raise UsageError(f"{reach.address}: is no address of a scheduler; it looks like tls://host:8786")
    files = {"--tls-ca": reach.ca, "--tls-cert": reach.cert, "--tls-key": reach.key}
    if found["scheme"] == "tls":
        _check_files(reach.address, files)
        _check_pem(reach)
    elif any(files.values()):
        raise UsageError(f"{reach.address}: certificates are for tls://; write tls:// before the host")
    elif not _is_loopback(found["host"]):
        raise UsageError(
            f"{reach.address}: without TLS whoever reaches that port runs programs there; start the scheduler with "
            "--protocol tls and certificates, and give tls:// with --tls-ca, --tls-cert and --tls-key"
        )
    return reach


def _check_files(address: str, files: Mapping[str, Path | None]) -> None:
    missing = [name for name, file in files.items() if file is None]
    if missing:
        raise UsageError(f"{address}: needs {', '.join(missing)}: both sides show a certificate")
    unread = [f"{name} {file}" for name, file in files.items() if file is not None and not file.is_file()]
    if unread:
        raise UsageError(f"{', '.join(unread)}: no such file")


def _check_pem(reach: Reach) -> None:
    """Make sure that the files hold what they should; a key that needs a password is asked for it by nobody."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    loads: dict[str, Callable[[], object]] = {
        f"--tls-ca {reach.ca}: no certificate": lambda: context.load_verify_locations(reach.ca),
        f"--tls-cert {reach.cert}, --tls-key {reach.key}: no certificate with its key, without a password": (
            lambda: context.load_cert_chain(reach.cert or "", reach.key, password="")
        ),
    }
    for what, load in loads.items():
        try:
            load()
        except (OSError, ValueError) as error:
            raise UsageError(f"{what}, as PEM: {error}") from None


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


class Dask:
    """The workers of a Dask scheduler."""

    def __init__(
        self, setup: Setup, lake: Lake, reach: Reach, workers: int, say: Callable[[str], None] = lambda _text: None
    ) -> None:
        """Connect to the scheduler, or start a cluster on this machine.

        Args:
            setup: what every worker is told.
            lake: what they have to see at its path, and by which rules.
            reach: where the scheduler is.
            workers: of the cluster that is started here.
            say: told what is waited for.

        Raises:
            UsageError: the address is not safe, or the scheduler's certificate is another authority's.
            FaultlogError: nobody answers.
        """
        self._reach, self._say = safe_reach(reach), say
        expected = {"rules_hash": lake.rules, "lake_id": identity(lake.root)}
        self._told = json.dumps(setup_json(setup) | expected)
        self._cluster = _started(workers) if reach.address is None else None
        self._client: Client | None = self._connected()

    def run(self, units: Iterable[Unit]) -> Iterator[Outcome]:
        """See `Executor`."""
        left, again, losses = iter(units), deque[Unit](), 0

        def following() -> Unit | None:
            return again.popleft() if again else next(left, None)

        while True:
            flight = _Flight(self._connection(), self._told, self._reach.patience_s)
            try:
                for outcome in flight.outcomes(following):
                    losses = 0
                    yield outcome
            except _LostError as error:
                losses += 1
                again.extend(flight.left)
                self._let_go()
                if losses > _MOST_LOSSES:
                    given_up = f"{self._reach.address}: the scheduler was lost {losses} times: {error}"
                    raise FaultlogError(_resumable(given_up)) from None
            else:
                return

    def close(self) -> None:
        """See `Executor`."""
        self._let_go()
        if self._cluster is not None:
            with suppress(*_GONE):
                self._cluster.close(timeout=10)

    def _connection(self) -> "Client":
        if self._client is None:
            self._client = self._connected()
        return self._client

    def _connected(self) -> "Client":
        """A connection; who does not answer is awaited for a while."""
        from distributed import Client

        to, until, told = self._cluster or self._reach.address, time.monotonic() + self._reach.patience_s, False
        while True:
            try:
                safely = _security(self._reach)
                return Client(to, security=safely, timeout=_TRY_S, set_as_default=False, name="faultlog")
            except Exception as error:  # noqa: BLE001 (sockets, certificates, versions)
                if _is_stranger(error):
                    raise UsageError(f"{to}: {_strangers(self._reach)}") from None
                if time.monotonic() >= until:
                    raise FaultlogError(_resumable(f"{to}: no scheduler answers: {_said(error)}")) from None
            if not told:
                self._say(f"{to}: no scheduler answers; it is awaited for {self._reach.patience_s:.0f} s")
            told = True
            time.sleep(0.2)

    def _let_go(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with suppress(*_GONE):
                client.close(timeout=5)


class _LostError(Exception):
    """The scheduler is gone, and what it had."""


class _Flight:
    """The units that a scheduler has, over one connection."""

    def __init__(self, client: "Client", told: str, patience_s: float) -> None:
        self._client, self._told, self._patience_s = client, told, patience_s
        self._working = dict["Future[str]", Unit]()
        self._refused = list[Unit]()
        self._ended = SimpleQueue["Future[str]"]()
        self._looked, self._most = 0.0, 0
        self._manned = time.monotonic()
        """When there was a worker."""

    @property
    def left(self) -> list[Unit]:
        """What has no outcome."""
        return [*self._working.values(), *self._refused]

    def outcomes(self, following: Callable[[], Unit | None]) -> Iterator[Outcome]:
        """The outcomes of what follows; at most twice as many units are on their way as there are threads.

        Raises:
            _LostError: the scheduler is gone.
            FaultlogError: no worker comes.
        """
        while True:
            self._look()
            while len(self._working) < self._most and (unit := following()) is not None:
                self._give(unit)
            if not self._working and self._most:
                return
            with suppress(Empty):
                future = self._ended.get(timeout=_LOOK_S)
                outcome = _outcome(future, self._working[future])
                del self._working[future]  # which lets the cluster forget it
                yield outcome

    def _give(self, unit: Unit) -> None:
        try:
            future = self._client.submit(work, self._told, json.dumps(unit_json(unit)), pure=False)
        except _GONE as error:
            self._refused.append(unit)
            raise _LostError(_said(error)) from None
        self._working[future] = unit
        future.add_done_callback(self._ended.put)

    def _look(self) -> None:
        """Whether the scheduler is there, and how many threads it has."""
        now = time.monotonic()
        if self._client.status != "running":
            raise _LostError("the connection was closed")
        if now - self._looked < _LOOK_S:
            return
        try:
            asked = getattr(self._client.scheduler, "identity")  # noqa: B009 (it makes its methods as they are asked for)
            about = self._client.sync(asked, n_workers=0, callback_timeout=_ANSWERS_S)
        except _GONE as error:
            raise _LostError(_said(error)) from None
        self._looked, self._most = now, 2 * int(about["total_threads"])
        if self._most:
            self._manned = now
        elif now - self._manned > self._patience_s:
            raise FaultlogError(_resumable(f"the scheduler at {about['address']} has no worker"))


_GONE: Final = (Exception, CancelledError)
"""What a connection raises that is closed, or closed while something is asked over it."""


def _said(error: BaseException) -> str:
    return str(error).strip().rstrip(".") or type(error).__name__


def _outcome(future: "Future[str]", unit: Unit) -> Outcome:
    """What became of a unit.

    Raises:
        _LostError: the scheduler was lost before it said so.
    """
    from distributed import KilledWorker

    try:
        error = future.exception(_ANSWERS_S) if future.status == "error" else None
        if error is None:
            return outcome_of(json.loads(future.result(_ANSWERS_S)))
    except _GONE as error:
        raise _LostError(_said(error)) from None
    if isinstance(error, KilledWorker):
        return Outcome(unit, "died", reason="signal", detail=f"{unit.name}: {_ended_workers(error)}")
    says = f"a worker could not work on it: {type(error).__name__}: {_said(error)}"
    return Outcome(unit, "failed", reason="worker", detail=f"{unit.name}: {says}")


def _ended_workers(error: Exception) -> str:
    ended = getattr(error, "allowed_failures", 3) + 1
    return f"{ended} workers ended while they worked on it"


def _is_stranger(error: Exception) -> bool:
    """Whether one side does not know who signed the other's certificate; what ends within a handshake says nothing."""
    return isinstance(error.__cause__, ssl.SSLCertVerificationError) or "UNKNOWN_CA" in f"{error} {error.__cause__}"


def _strangers(reach: Reach) -> str:
    return (
        f"its certificate is not signed by --tls-ca {reach.ca}, or it does not know who signed --tls-cert {reach.cert}"
    )


def _resumable(what: str) -> str:
    return f"{what}; what is done is in the lake: the same command goes on where it ended"


def _started(workers: int) -> "LocalCluster":
    """A cluster on this machine, which only who started it can use."""
    from distributed import LocalCluster

    _hush()
    return LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address=None,
        memory_limit=0,  # each bundle has bounds of its own
        security=True,
        silence_logs=logging.CRITICAL,  # of its processes too: one that asks while another closes is no news
    )


def _hush() -> None:
    """What Dask says of lost connections is said here, in one sentence."""
    for name in ("distributed", "distributed.client", "tornado.application"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _security(reach: Reach) -> "Security | None":
    from distributed import Security

    _hush()
    if reach.ca is None:
        return None
    return Security(
        require_encryption=True,
        tls_ca_file=str(reach.ca),
        tls_client_cert=str(reach.cert),
        tls_client_key=str(reach.key),
    )


_kept: Final = threading.local()
"""The nursery of each thread of a worker, and what it was told."""


def work(setup_json: str, unit_json: str) -> str:
    """What a worker is asked to do: texts only, in and out."""
    unit = unit_of(json.loads(unit_json))
    try:
        nursery = _nursery(setup_json)
        nursery.give(unit)
        outcome = nursery.taken()
    except _DiffersError as error:
        says = f"{unit.name}: the worker on {socket.gethostname()} {error}"
        outcome = Outcome(unit, "failed", reason=error.reason, detail=says)
    except UsageError as error:
        _forget()
        outcome = Outcome(unit, "failed", reason="worker", detail=f"{unit.name}: {error}")
    return json.dumps(outcome_json(outcome))


class _DiffersError(Exception):
    """A worker has not what the driver has."""

    def __init__(self, reason: str, what: str) -> None:
        self.reason = reason
        super().__init__(what)


def _nursery(told: str) -> Nursery:
    """The nursery of this thread; one that was told something else is ended.

    Raises:
        _DiffersError: this worker sees another lake, or has other rules.
    """
    if getattr(_kept, "told", None) != told:
        _forget()
        _kept.nursery = _like_the_driver(json.loads(told))
        _kept.told = told
    nursery: Nursery = _kept.nursery
    return nursery


def _like_the_driver(told: dict[str, Any]) -> Nursery:
    if identity(Path(told["lake"])) != told["lake_id"]:
        raise _DiffersError("other_lake", f"does not see the lake at {told['lake']}; mount it there")
    try:
        nursery = Nursery(setup_of(told))
    except UsageError as error:
        raise _DiffersError("other_rules", f"cannot use the rules: {error}") from None
    if nursery.rules != told["rules_hash"]:
        nursery.close()
        raise _DiffersError("other_rules", "has other rules or another faultlog; install there what is here")
    return nursery


def _forget() -> None:
    nursery: Nursery | None = getattr(_kept, "nursery", None)
    _kept.nursery = _kept.told = None
    if nursery is not None:
        nursery.close()
