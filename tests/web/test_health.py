import json
import logging
import time
from contextlib import contextmanager
from urllib.parse import quote

import pytest
from sqlalchemy.exc import OperationalError

from faultlog.errors import UsageError
from faultlog.store import workers
from faultlog.web import health
from faultlog.web.logs import Teller
from faultlog.web.serving import key_in
from tests.web.people import bearer, person, site
from tests.web.test_api_bundles import left, put

EVIL = 'x\n{"event": "request", "who": "root"}\x1b[31m\u2028'


def told(capsys, event):
    lines = [json.loads(one) for one in capsys.readouterr().err.splitlines()]
    return [one for one in lines if one["event"] == event]


def value(content, name):
    (found,) = [line.rpartition(" ")[2] for line in content.splitlines() if line.rpartition(" ")[0] == name]
    return float(found)


@contextmanager
def failing(store, monkeypatch):
    def refused(*_args, **_more):
        raise OperationalError("SELECT secret", {"who": "secret"}, Exception("gone"))

    with monkeypatch.context() as patched:
        patched.setattr(store, "read", refused)
        yield


def test_it_is_well_while_the_database_answers_and_a_worker_lives(client, store, monkeypatch):
    assert client.get("/healthz").json() == {"status": "ok", "database": "ok", "disk": "ok", "workers": "starting"}
    client.app.state.begun = time.monotonic() - health.START_S - 1
    nobody = client.get("/healthz")
    assert (nobody.status_code, nobody.json()["workers"]) == (503, "none")
    store.write(workers.hear, "here/1")
    assert client.get("/healthz").status_code == 200
    with failing(store, monkeypatch):
        broken = client.get("/healthz")
    assert (broken.status_code, broken.json()["database"]) == (503, "does not answer")
    assert "secret" not in broken.text
    monkeypatch.setattr(health, "LEAST_ROOM", 1 << 60)
    assert client.get("/healthz").json()["disk"] == "full"


def test_what_is_counted_is_what_happened(client, work):
    content = put(client).request.content
    put(client, b"\0" * 100)
    assert value(client.get("/metrics").text, 'faultlog_jobs{reason="",state="queued"}') == 1
    work()
    said = client.get("/metrics").text
    route = 'method="PUT",route="/api/v1/bundles"'
    assert value(said, f'faultlog_http_requests_total{{{route},status="201"}}') == 1
    assert value(said, f'faultlog_http_requests_total{{{route},status="415"}}') == 1
    assert value(said, 'faultlog_http_received_bytes_total{route="/api/v1/bundles"}') == len(content) + 100
    assert value(said, 'faultlog_jobs{reason="",state="done"}') == 1
    assert value(said, "faultlog_queue_oldest_seconds") == 0
    assert value(said, "faultlog_bundle_bytes") == len(content)


def test_addresses_that_are_made_up_are_one_row(client):
    for at in range(20):
        client.get(f"/made-up-{at}")
        client.get(f"/shared/made-up-{at}")
    said = client.get("/metrics").text
    assert "made-up" not in said
    assert value(said, 'faultlog_http_requests_total{method="GET",route="(none)",status="404"}') == 20


def test_numbers_are_for_who_runs_the_server_and_for_no_team(store):
    """They count what all teams do: to an administrator of one there is nothing here."""
    with site(store, metrics_key="a key of who runs it") as client:
        chief = person(store, "chief", "admin")
        for shown in (bearer(store, chief), chief.shown, {}, {"authorization": "Bearer a key"}, {"authorization": "x"}):
            assert client.get("/metrics", headers=shown).status_code == 404
        answer = client.get("/metrics", headers={"authorization": "Bearer a key of who runs it"})
        assert b"faultlog_bundles" in answer.content
        assert client.get("/bundles", headers={"authorization": "Bearer a key of who runs it"}).status_code == 401
    with site(store) as client:
        assert client.get("/metrics", headers={"authorization": "Bearer None"}).status_code == 404


def test_a_server_of_this_machine_alone_tells_its_numbers_to_who_sits_there(client):
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", headers={"x-forwarded-for": "192.0.2.7"}).status_code == 404


@pytest.mark.parametrize(("content", "says"), [("short", "at least 20 characters"), (None, "cannot be read")])
def test_a_key_that_is_none_is_refused_at_the_start(tmp_path, content, says):
    file = tmp_path / "key"
    if content is not None:
        file.write_text(content)
    with pytest.raises(UsageError, match=says):
        key_in(file)
    file.write_text("0123456789abcdef0123456789abcdef\n")
    assert key_in(file) == "0123456789abcdef0123456789abcdef"


def test_a_request_is_one_line_that_nobody_can_forge(client, capsys):
    capsys.readouterr()
    client.get("/shared/the-key-of-a-link", headers={"user-agent": EVIL.encode("latin-1", "replace")})
    client.get(f"/{quote(EVIL)}")
    err = capsys.readouterr().err
    lines = [json.loads(one) for one in err.splitlines()]
    assert [(one["event"], one["route"], one["status"]) for one in lines] == [
        ("request", "/shared/{key}", 404),
        ("request", "(none)", 404),
    ]
    assert "the-key-of-a-link" not in err
    assert err.isascii()
    assert "\x1b" not in err


def test_what_libraries_log_is_one_line_too(capsys):
    error = ValueError(EVIL)
    record = logging.getLogger("uvicorn.error").makeRecord(
        "uvicorn.error", logging.ERROR, __file__, 1, "%s went wrong", (EVIL,), (type(error), error, None)
    )
    Teller().emit(record)
    (line,) = capsys.readouterr().err.splitlines()
    said = json.loads(line)
    assert (said["event"], said["level"], said["error"], said["said"]) == ("log", "error", "ValueError", EVIL)


def test_a_mistake_of_ours_is_a_sentence_and_a_line_in_the_log(client, capsys, monkeypatch):
    capsys.readouterr()
    monkeypatch.setattr("faultlog.web.api.bundles.bundle_shape", lambda *_args: 1 // 0)
    answer = put(client)
    assert (answer.status_code, answer.json()["title"]) == (500, "A mistake of ours")
    assert answer.headers["x-content-type-options"] == "nosniff"
    (line,) = told(capsys, "error")
    assert (line["error"], line["request"]) == ("ZeroDivisionError", answer.headers["x-request-id"])


def test_a_database_that_does_not_answer_is_a_sentence(client, store, monkeypatch, capsys):
    put(client)
    with failing(store, monkeypatch):
        answer = client.get("/api/v1/jobs/x")
    assert (answer.status_code, answer.json()["title"]) == (503, "The database does not answer")
    assert "secret" not in answer.text + capsys.readouterr().err


def test_a_server_that_closes_takes_no_upload_and_answers_all_else(client, store):
    client.app.state.doors.closing = True
    refused = put(client)
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "10")
    assert refused.json()["title"] == "Just a moment"
    assert client.get("/").status_code == 200
    assert left(store) == []
    assert client.app.state.doors.inside == 0
