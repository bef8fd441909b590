"""What a cluster is told, and what it is not told: nothing leaves this machine but under TLS, and nothing but texts."""

import json
import time

import pytest
from distributed import KilledWorker

from faultlog.child import Bounds
from faultlog.errors import FaultlogError, UsageError
from faultlog.fleet import cluster
from faultlog.fleet.cluster import Dask, Reach, safe_reach, work
from faultlog.fleet.driving import Asked, drive
from faultlog.fleet.lake import identity, open_lake
from faultlog.fleet.setups import Setup, setup_json
from faultlog.fleet.units import Unit, outcome_of, unit_json
from faultlog.pipeline import Options
from tests.stores import free_port
from tests.system.certificates import certified

UNIT = Unit("/nowhere/a.zip", 3, "then")


@pytest.fixture
def certificate(tmp_path):
    shown = certified(tmp_path / "shown", "me")
    return {"ca": shown.ca, "cert": shown.cert, "key": shown.key}


@pytest.mark.parametrize(
    "address", ["tcp://127.0.0.1:8786", "127.0.0.1:8786", "localhost:8786", "tcp://[::1]:8786", None]
)
def test_this_machine_is_reached_without_tls(address):
    assert safe_reach(Reach(address)).address == address


@pytest.mark.parametrize(
    "address",
    ["tcp://10.0.0.5:8786", "scheduler.example:8786", "0.0.0.0:8786", "tcp://[2001:db8::1]:8786", "localhost.evil:1"],
)
def test_another_machine_is_not_reached_without_tls(address):
    with pytest.raises(UsageError, match="without TLS whoever reaches that port runs programs there"):
        safe_reach(Reach(address))


@pytest.mark.parametrize(
    "address",
    [
        "",
        "scheduler",
        "tcp://127.0.0.1",
        "ucx://127.0.0.1:1",
        "http://127.0.0.1:1",
        "tcp://127.0.0.1:1@evil:2",
        "tls://a b:1",
    ],
)
def test_what_is_no_address_is_refused(address, certificate):
    with pytest.raises(UsageError, match=r"is no address of a scheduler; it looks like tls://host:8786"):
        safe_reach(Reach(address, **certificate))


def test_tls_needs_a_certificate_of_this_side_too(certificate, tmp_path):
    assert safe_reach(Reach("tls://scheduler.example:8786", **certificate))
    with pytest.raises(UsageError, match=r"needs --tls-cert, --tls-key: both sides show a certificate"):
        safe_reach(Reach("tls://scheduler.example:8786", certificate["ca"]))
    missing = certificate | {"key": tmp_path / "none"}
    with pytest.raises(UsageError, match=r"--tls-key .*none: no such file"):
        safe_reach(Reach("tls://scheduler.example:8786", **missing))


@pytest.mark.parametrize("kind", ["ca", "cert", "key"])
def test_a_file_that_is_no_certificate_is_told_before_anybody_is_asked(certificate, tmp_path, kind):
    (tmp_path / "other").write_text("a letter")
    with pytest.raises(UsageError, match=rf"--tls-{kind} .*other.*: no certificate.*, as PEM: "):
        safe_reach(Reach("tls://scheduler.example:8786", **certificate | {kind: tmp_path / "other"}))


def test_certificates_for_a_plain_address_are_a_mistake(certificate):
    with pytest.raises(UsageError, match="write tls:// before the host"):
        safe_reach(Reach("127.0.0.1:8786", **certificate))


def test_an_address_that_is_not_safe_is_refused_before_anything_is_made(tmp_path):
    asked = Asked(tmp_path / "lake", Options(hashed=False), Bounds(), "dask", reach=Reach("tcp://10.0.0.5:8786"))
    with pytest.raises(UsageError):
        drive(asked, [], lambda _outcome: None)
    assert not any(tmp_path.iterdir())


def test_where_nobody_answers_the_run_can_be_resumed(tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "_TRY_S", 0.5)
    lake, begun = open_lake(tmp_path / "lake", "rules", {}), time.monotonic()
    with pytest.raises(FaultlogError, match=r"no scheduler answers.*the same command goes on where it ended"):
        Dask(_setup(lake), lake, Reach(f"tcp://127.0.0.1:{free_port()}", patience_s=0), 1)
    assert time.monotonic() - begun < 30


def test_a_worker_that_does_not_see_the_lake_says_so(tmp_path):
    lake = open_lake(tmp_path / "lake", "rules", {})
    for other in (tmp_path / "none", open_lake(tmp_path / "other", "rules", {}).root):
        outcome = _worked({**setup_json(_setup(lake)), "lake": str(other)}, lake)
        assert (outcome.state, outcome.reason) == ("failed", "other_lake")
        assert f"does not see the lake at {other}; mount it there" in outcome.detail


def test_a_worker_with_other_rules_says_so(tmp_path):
    lake = open_lake(tmp_path / "lake", "rules", {})
    outcome = _worked(setup_json(_setup(lake)), lake)
    assert (outcome.state, outcome.reason) == ("failed", "other_rules")
    assert "has other rules or another faultlog; install there what is here" in outcome.detail
    outcome = _worked(setup_json(_setup(lake)) | {"rules": [str(tmp_path / "mine")]}, lake)
    assert outcome.reason == "other_rules"
    assert "cannot use the rules" in outcome.detail


def test_a_unit_whose_workers_all_ended_is_tried_alone(monkeypatch):
    outcome = cluster._outcome(_Ended(KilledWorker("key", None, 3)), UNIT)
    assert (outcome.state, outcome.reason) == ("died", "signal")
    assert outcome.detail == "/nowhere/a.zip: 4 workers ended while they worked on it"


def test_a_worker_without_faultlog_is_named():
    outcome = cluster._outcome(_Ended(ModuleNotFoundError("No module named 'faultlog'")), UNIT)
    assert (outcome.state, outcome.reason) == ("failed", "worker")
    assert outcome.detail.endswith("a worker could not work on it: ModuleNotFoundError: No module named 'faultlog'")


class _Ended:
    status = "error"

    def __init__(self, error):
        self._error = error

    def exception(self, _timeout):
        return self._error


def _setup(lake):
    return Setup(str(lake.root), Options(hashed=False), Bounds())


def _worked(told, lake):
    asked = json.dumps(told | {"rules_hash": lake.rules, "lake_id": identity(lake.root)})
    return outcome_of(json.loads(work(asked, json.dumps(unit_json(UNIT)))))
