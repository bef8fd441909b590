"""Nobody takes part in a cluster who shows no certificate of its authority, and nothing listens where nobody asked."""

import socket
import ssl
import subprocess
import sys
from pathlib import Path

import pytest
from distributed import Client, Security
from distributed.deploy.local import LocalCluster

from faultlog.simulating import simulate
from tests.system.certificates import Shown, certified
from tests.system.clusters import HERE, Cluster, listens_at
from tests.waiting import until

TRIES = 5
"""Of each stranger at each door: twenty in all, and those of whole clients."""
RUN = [sys.executable, "-m", "faultlog", "fleet", "run"]


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    return certified(tmp_path_factory.mktemp("certificates") / "ours", "ours")


@pytest.fixture(scope="module")
def theirs(tmp_path_factory):
    return certified(tmp_path_factory.mktemp("certificates") / "theirs", "theirs")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory, ours):
    one = Cluster(tmp_path_factory.mktemp("cluster") / "parts", ours, {}, workers=1)
    try:
        until(lambda: "Registered to" in one.workers[0].said)
        yield one
    finally:
        one.close()


def test_every_process_listens_on_this_machine_only(cluster):
    doors = {part.name: listens_at(part.process.pid) for part in cluster.parts}
    assert f"{HERE}:{cluster.port}" in doors["scheduler"]
    assert all(doors.values())
    assert {door.rpartition(":")[0] for found in doors.values() for door in found} == {HERE}


def test_who_speaks_plainly_is_not_answered(cluster):
    for port in _doors(cluster):
        for _ in range(TRIES):
            with socket.create_connection((HERE, port), timeout=10) as plain:
                plain.sendall(b"\0" * 8 + b"let me in" * 20)
                assert _plain_answer(plain) in {b"", b"\x15"}, "nothing, or an alert of TLS"


def test_who_shows_another_authority_or_nothing_is_not_answered(cluster, ours, theirs):
    for port in _doors(cluster):
        for at in range(TRIES):
            context = ssl.create_default_context(cafile=str(ours.ca))
            context.check_hostname = False
            if at % 2:
                context.load_cert_chain(str(theirs.cert), str(theirs.key))
            with pytest.raises((ssl.SSLError, ConnectionError)):
                _heard(context, port)


def test_who_belongs_to_it_is_answered_or_the_refusals_would_prove_nothing(cluster, ours):
    with Client(cluster.address, security=_security(ours), timeout=20, set_as_default=False) as client:
        assert client.submit(sum, [1, 2]).result(timeout=30) == 3


def test_a_whole_client_is_refused(cluster, theirs):
    for address, security in ((cluster.address, _security(theirs)), (cluster.address.replace("tls", "tcp"), None)):
        with pytest.raises((OSError, TypeError)):
            Client(address, security=security, timeout=2, set_as_default=False)


def test_a_fleet_with_another_authority_is_told_in_one_sentence(cluster, theirs, tmp_path):
    told = _run(tmp_path, "--scheduler", cluster.address, *theirs.options)
    assert told.returncode == 2
    assert "Traceback" not in told.stderr
    assert f"{cluster.address}: its certificate is not signed by --tls-ca {theirs.ca}" in told.stderr


def test_who_shows_a_certificate_that_the_scheduler_does_not_know_is_told_in_one_sentence(
    cluster, ours, theirs, tmp_path
):
    mixed = Shown(ours.ca, theirs.cert, theirs.key)
    told = _run(tmp_path, "--scheduler", cluster.address, *mixed.options, "--patience", "1")
    assert told.returncode == 2
    assert "Traceback" not in told.stderr
    refused = f"{cluster.address}: its certificate is not signed by --tls-ca {ours.ca}, or it does not know who signed"
    unanswered = f"{cluster.address}: no scheduler answers: "  # TLS 1.3 does not always tell why
    assert refused in told.stderr or unanswered in told.stderr


def test_a_scheduler_without_workers_is_told_in_one_sentence(ours, tmp_path):
    empty = Cluster(tmp_path / "cluster", ours, {}, workers=0)
    try:
        until(lambda: "Scheduler at" in empty.scheduler.said)
        simulate(tmp_path / "bundles", "fault6-in-time", size=8192)
        told = _run(tmp_path, "--scheduler", empty.address, *ours.options, "--patience", "1")
    finally:
        empty.close()
    assert told.returncode == 2
    assert "has no worker; what is done is in the lake" in told.stderr
    assert "Traceback" not in told.stderr


def test_a_cluster_that_is_started_here_listens_here_and_to_its_owner_only(tmp_path):
    from faultlog.fleet.cluster import _started

    cluster: LocalCluster = _started(1)
    try:
        assert cluster.scheduler_address.startswith(f"tls://{HERE}:")
        pids = [None, *(worker.process.pid for worker in cluster.workers.values())]
        doors = {door for pid in pids for door in listens_at(pid or "self")}
        assert len(doors) >= 3
        assert {door.rpartition(":")[0] for door in doors} == {HERE}
        with pytest.raises((OSError, TypeError)):
            Client(cluster.scheduler_address.replace("tls", "tcp"), timeout=2, set_as_default=False)
    finally:
        cluster.close(timeout=10)


def _doors(cluster: Cluster) -> list[int]:
    """The ports where the scheduler and a worker are spoken to."""
    said = cluster.workers[0].said.split("Start worker at:")[1].split()[0]
    return [cluster.port, int(said.rpartition(":")[2])]


def _plain_answer(plain: socket.socket) -> bytes:
    try:
        return plain.recv(1)
    except ConnectionError:
        return b""


def _heard(context: ssl.SSLContext, port: int) -> bytes:
    """What a door answers; TLS 1.3 refuses a certificate only after the handshake of this side."""
    with socket.create_connection((HERE, port), 10) as door, context.wrap_socket(door) as secured:
        secured.sendall(b"\0" * 8)
        answer = secured.recv(1)
    if not answer:
        raise ConnectionResetError("the door was shut")
    return answer


def _security(shown) -> Security:
    return Security(
        require_encryption=True,
        tls_ca_file=str(shown.ca),
        tls_client_cert=str(shown.cert),
        tls_client_key=str(shown.key),
    )


def _run(folder: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    (folder / "bundles").mkdir(exist_ok=True)
    command = [*RUN, str(folder / "bundles"), "--lake", str(folder / "lake"), "--executor", "dask", *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
