"""The API is what its description says, whatever is asked."""

import json
import os
from concurrent.futures import ThreadPoolExecutor

import jsonschema
import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from openapi_spec_validator import validate
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance
from sqlalchemy.exc import OperationalError

from faultlog.fleet.statistics.fleet import fleet_statistics
from faultlog.fleet.statistics.written import fleet_schema, to_json
from faultlog.store import fleets
from faultlog.web.app import create
from faultlog.web.downloads import DOWNLOADS
from faultlog.web.settings import Settings
from tests.lakes import bundle

MANY = 50
EXAMPLES = int(os.environ.get("FAULTLOG_API_EXAMPLES", "3"))
"""Of each operation; `make soak` asks for more."""
MONDAY = ("09:00:00 connector started", "10:00:00 Fault Raised: 6", "11:00:00 quiet")


pytestmark = pytest.mark.timeout(600 if EXAMPLES < MANY else 3600)


@pytest.fixture(scope="module")
def site(kept_site, tmp_path_factory):
    """Whoever asks a server with a bundle."""
    store, client, work = kept_site
    file = bundle(tmp_path_factory.mktemp("bundles") / "monday.zip", *MONDAY)
    client.put("/api/v1/bundles", params={"name": file.name}, content=file.read_bytes())
    work()
    return store, client


def test_the_description_is_openapi_and_every_operation_has_a_name_of_its_own(site):
    _, client = site
    told = client.get("/api/v1/openapi.json").json()
    validate(told)
    operations = [one for methods in told["paths"].values() for one in methods.values()]
    names = [one["operationId"] for one in operations]
    assert len(names) == len(set(names)) > 15
    for one in operations:
        assert one["responses"]["422"]["content"].keys() == {"application/problem+json"}
        assert one.get("description"), one["operationId"]


REFUSED = {"401", "403", "411", "413", "421", "422", "503", "507"}
"""What may come of any operation: who asks, what, how; and how the server is."""


def test_every_refusal_that_can_come_is_declared_as_a_problem(site):
    _, client = site
    told = client.get("/api/v1/openapi.json").json()
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemShape"}}}
    for address, methods in told["paths"].items():
        for method, one in methods.items():
            declared = {status for status in one["responses"] if int(status) >= 400}
            wanted = REFUSED | ({"404"} if "{" in address else set()) | ({"415"} if method == "post" else set())
            assert declared >= wanted, one["operationId"]
            assert all(one["responses"][status]["content"] == problem for status in declared), one["operationId"]
            for status in declared & {"429", "503"}:
                assert "Retry-After" in one["responses"][status]["headers"]
    assert told["paths"]["/api/v1/bundles"]["put"]["responses"].keys() >= {"400", "408", "415", "429"}
    assert "409" in told["paths"]["/api/v1/bundles/{bundle}/jobs"]["post"]["responses"]


def test_what_the_server_itself_refuses_is_declared_too(client, store, monkeypatch):
    """Names, lengths, pages elsewhere, a database that is gone: before any route, and of every one of them."""
    strange = [
        ({"host": "evil.example"}, 421),
        ({"origin": "https://evil.example"}, 403),
        ({"transfer-encoding": "chunked"}, 411),
        ({"content-length": "70000"}, 413),
    ]
    client.app.state.settings = Settings(store, allowed_hosts=("here.example",))
    shown = create(Settings(store, allowed_hosts=("here.example",)))
    with TestClient(shown, base_url="http://127.0.0.1:8321") as one:
        for headers, status in strange:
            answer = one.post("/api/v1/jobs/none/cancel", headers=headers)
            assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")

    def gone(*_args):
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(store, "read", gone)
    answer = client.get("/api/v1/bundles")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_address_that_is_known_says_what_it_answers(client):
    answer = client.patch("/api/v1/bundles")
    assert answer.status_code == 405
    assert answer.headers["allow"]
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/", "/healthz", "/api/v1/bundles", "/static/none", "/nowhere"])
def test_whoever_asks_first_gets_the_answers_head_without_its_body(client, path):
    whole, head = client.get(path), client.head(path)
    assert head.content == b""
    assert head.status_code == whole.status_code != 405
    assert head.headers["content-type"] == whole.headers["content-type"]
    assert head.headers["content-length"] == whole.headers["content-length"] != "0"


def test_the_description_is_made_once_however_many_ask_first(store):
    app = create(Settings(store))
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: app.openapi(), range(4)))
    assert all(one is made[0] for one in made)


def test_a_fleet_is_counted_as_the_command_counts_it(site):
    store, client = site
    answer = client.get("/api/v1/fleet")
    jsonschema.validate(answer.json(), fleet_schema())
    team = 1
    assert answer.text == to_json(fleet_statistics(store.read(fleets.frames, team)))
    assert answer.json()["scope"]["bundles"] == 1
    assert client.get("/api/v1/fleet").content == answer.content


def test_a_fleet_without_cases_is_one(client):
    answer = client.get("/api/v1/fleet")
    jsonschema.validate(answer.json(), fleet_schema())
    assert answer.json()["scope"]["bundles"] == 0


def test_a_fleet_is_counted_anew_when_a_bundle_is_deleted(client, work, tmp_path):
    file = bundle(tmp_path / "monday.zip", *MONDAY)
    put = client.put("/api/v1/bundles", params={"name": file.name}, content=file.read_bytes())
    work()
    assert client.get("/api/v1/fleet").json()["scope"]["stays"] == 1
    client.delete(put.headers["location"])
    assert client.get("/api/v1/fleet").json()["scope"]["stays"] == 0


@pytest.mark.parametrize("name", DOWNLOADS)
def test_a_case_is_a_file_of_every_format(site, name):
    _, client = site
    case = client.get("/api/v1/cases").json()["rows"][0]["case"]
    answer = client.get(f"/api/v1/cases/{case}/exports/{name}")
    assert answer.status_code == 200
    assert answer.content
    assert answer.headers["content-disposition"].startswith("attachment; ")


@pytest.mark.parametrize("mode", GenerationMode)
def test_whatever_is_asked_the_answer_is_as_described_and_no_fault_of_the_server(site, mode):
    """Every operation of the description, asked in ways that it allows and in ways that it does not."""
    store, _ = site
    schema = schemathesis.openapi.from_asgi(
        "/api/v1/openapi.json", create(Settings(store, allowed_hosts=("testserver", "localhost")))
    )
    asked = 0
    for result in schema.get_all_operations():
        operation = result.ok()
        if not operation.path.endswith("/events"):  # a stream: see the tests of progress
            asked += _asked(operation, mode)
    assert asked >= EXAMPLES


def _asked(operation, mode):
    """Ask an operation some times; how often.

    That a cursor is one of ours, a zone exists, a body is a bundle, and two bundles are not one, no schema says: those
    may be refused.
    """
    count = 0
    name = operation.definition.raw["operationId"]
    asks_more = name.startswith("list_") or name in {"put_bundle", "post_job", "put_comparison"}
    excluded = [positive_data_acceptance] if asks_more else []

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES,
        derandomize=EXAMPLES < MANY,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    def ask(case):
        nonlocal count
        count += 1
        case.call_and_validate(excluded_checks=excluded, timeout=120)  # a press loads for a while

    try:
        ask()
    except Unsatisfiable:  # of an operation that takes nothing, nothing can be wrong
        assert mode is GenerationMode.NEGATIVE
    return count


def test_no_answer_of_the_lists_is_more_than_it_declares(site):
    _, client = site
    told = client.get("/api/v1/openapi.json").json()
    for name in ("bundles", "jobs", "cases", "intervals", "findings", "events", "hosts"):
        declared = told["paths"][f"/api/v1/{name}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        whole = {**declared, "components": told["components"]}
        jsonschema.validate(json.loads(client.get(f"/api/v1/{name}").text), whole)
