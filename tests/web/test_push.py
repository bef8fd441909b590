"""`faultlog triage --push`, and what the page of the API shows, with a server that listens."""

import json
import re
import shlex
import shutil
import socket
import subprocess
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest
from typer.testing import CliRunner

from faultlog import pushing
from faultlog.cli import app
from faultlog.errors import UsageError
from faultlog.pipeline import Options
from faultlog.pushing import VARIABLE, PushError, Target, push, sendable, target_of
from faultlog.web.settings import Settings
from faultlog.working.worker import Worker
from tests.stores import free_port
from tests.web.live import listening

ROOT = Path(__file__).parents[2]
BREACHED = ROOT / "sample_logs" / "fault6-breached-0001.zip"


@pytest.fixture
def run():
    """Do what a command line asks."""
    return lambda *words: CliRunner().invoke(app, list(words))


@pytest.fixture
def address(store):
    with listening(Settings(store)) as one:
        yield one


@pytest.fixture
def answering():
    """A server that answers everything alike: a status, headers and a body."""
    running = []

    def at(status, body=b"", **headers):
        class Handler(BaseHTTPRequestHandler):
            def do_PUT(self):
                self.rfile.read(int(self.headers["content-length"]))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                """Say nothing."""

        server = HTTPServer(("127.0.0.1", 0), Handler)
        running.append((server, Thread(target=server.serve_forever, args=(0.01,))))
        running[-1][1].start()
        return Target(f"http://127.0.0.1:{server.server_address[1]}", None)

    yield at
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()


def pushed(target, path=BREACHED, **asked):
    sent = []
    return push(path, target, asked, lambda _name, size: sent.append(size)), sum(sent)


def test_a_bundle_is_pushed_once_and_its_page_is_said(address, client, run):
    done = run("triage", str(BREACHED), "--push", address, "--tz", "UTC")
    assert done.exit_code == 0, done.stderr
    assert "Fault 6" in done.stdout
    page = done.stdout.splitlines()[-1]
    assert page.startswith(f"{address}/cases/")
    (bundle,) = client.get("/api/v1/bundles").json()["rows"]
    assert page.endswith(bundle["id"])
    again, sent = pushed(Target(address, None))
    assert (again.page, again.is_new, sent) == (page, False, BREACHED.stat().st_size)


def test_where_the_answer_is_json_the_page_is_said_beside_it(address, run):
    done = run("triage", str(BREACHED), "--json", "-", "--push", address)
    assert json.loads(done.stdout)["schema"] == "faultlog.case/1"
    assert done.stderr.splitlines()[-1].startswith(f"{address}/cases/")


def test_too_large_is_said_in_the_servers_words_though_it_does_not_read_all(store, tmp_path):
    large = tmp_path / "large.log"
    large.write_bytes(b"a line of a log\n" * (1 << 20))
    with listening(Settings(store, most_bytes=1 << 20)) as address, pytest.raises(PushError) as refused:
        pushed(Target(address, None), large)
    assert "large.log was not taken" in str(refused.value)
    assert "413" in str(refused.value)


def test_who_is_not_known_is_told_how_to_get_a_token(answering):
    body = json.dumps({"title": "Log in first", "detail": "."}).encode()
    target = answering(401, body)
    with pytest.raises(PushError, match=r"the server asks who sends; make a token on the page /account"):
        pushed(target)
    with pytest.raises(PushError, match=r"nobody is known by this token"):
        pushed(Target(target.address, "flt_x"))


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (200, b"<html>", "no faultlog server"),
        (200, b"[]", "no faultlog server"),
        (200, b"[" * 500_000, "no faultlog server"),
        (200, b'{"a":' * 200_000, "no faultlog server"),
        (200, b'{"links": {"page": "https://elsewhere.example"}}', "no faultlog server"),
        (404, b"not found", "status 404 from what is perhaps no faultlog server"),
        (507, b'{"title": "No space left", "detail": "Tell whoever runs it."}', "No space left: Tell whoever runs it."),
    ],
)
def test_what_answers_strangely_is_said(answering, status, body, said):
    with pytest.raises(PushError) as refused:
        pushed(answering(status, body))
    assert said in str(refused.value)


def test_a_token_follows_nobody_elsewhere(answering):
    target = answering(307, location="https://elsewhere.example/")
    with pytest.raises(PushError, match=r"the server sends to https://elsewhere.example/; give that address"):
        pushed(Target(target.address, "flt_x"))


def test_who_cannot_be_reached_is_said():
    with pytest.raises(PushError, match=r"cannot be reached \(Connection refused\); check the address"):
        pushed(Target(f"http://127.0.0.1:{free_port()}", None))
    with pytest.raises(PushError, match="cannot be reached"):
        pushed(Target("http://nowhere.invalid", None))


def test_who_hangs_up_is_said():
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up():
            other, _ = server.accept()
            other.close()

        thread = Thread(target=hang_up)
        thread.start()
        with pytest.raises(PushError, match="ended the connection before it answered"):
            pushed(Target(f"http://127.0.0.1:{server.getsockname()[1]}", None))
        thread.join()


@pytest.mark.parametrize(
    ("first", "again"),
    [
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 10),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"a"),
        (b"HTTP/1.1 200 OK\r\nX: ", b"a"),
    ],
)
def test_an_answer_that_has_no_end_is_waited_for_so_long_and_no_longer(monkeypatch, first, again):
    monkeypatch.setattr(pushing, "_WAITS_S", 0.5)
    over = Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip():
            other, _ = server.accept()
            with other, suppress(OSError):
                other.recv(1 << 16)
                other.sendall(first)
                while not over.wait(0.05):
                    other.sendall(again)

        thread = Thread(target=drip)
        thread.start()
        try:
            with pytest.raises(PushError, match="no whole answer"):
                pushed(Target(f"http://127.0.0.1:{server.getsockname()[1]}", None))
        finally:
            over.set()
            thread.join()


def test_a_server_without_tls_is_not_asked_with_it(address):
    with pytest.raises(PushError, match="speaks no TLS"):
        pushed(Target(address.replace("http", "https"), None))


@pytest.mark.parametrize("wrong", ["ftp://x", "http://", "http://x:99999", "http://x y", "http://x\r\ny", ""])
def test_an_address_that_is_none_is_refused_before_anything_is_read(wrong, run):
    done = run("triage", str(BREACHED), "--push", wrong)
    assert isinstance(done.exception, UsageError)
    assert "looks like https://" in str(done.exception)


def test_a_token_is_of_a_file_or_of_the_environment(tmp_path):
    file = tmp_path / "token"
    file.write_text("flt_file\n")
    other = {VARIABLE: "flt_other"}
    assert target_of("x", file, other).token == "flt_file"  # noqa: S105
    assert target_of("x", None, other).token == other[VARIABLE]
    assert target_of("x", None, {}).token is None
    with pytest.raises(UsageError, match="cannot be read"):
        target_of("x", tmp_path / "none", {})
    with pytest.raises(UsageError, match="has blanks or strange characters"):
        target_of("x", None, {VARIABLE: "a\nb"})


def test_what_cannot_be_sent_is_said(tmp_path):
    for path, said in (("-", "standard input has no name"), (str(tmp_path), "pack it"), ("none", "no such file")):
        with pytest.raises(UsageError, match=said):
            sendable(path)


@pytest.mark.timeout(600)
def test_the_page_of_the_api_shows_what_works(address, store, tmp_path):
    """Every command of the page, in its order, each after the jobs before it; the names are those of the answers."""
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    page = (ROOT / "docs" / "api.md").read_text()
    commands = [line[2:] for block in re.findall(r"(?s)```console\n(.*?)```", page) for line in block.splitlines()]
    assert len(commands) == page.count("$ curl ") > 0
    (tmp_path / "sample_logs").symlink_to(ROOT / "sample_logs")
    worker, names, silent = Worker(store, Options()), {}, []
    for name, file in (("OLDER", "old.tar.gz"), ("NEWER", "new.tar.gz")):
        names[name] = pushed(Target(address, None), ROOT / "sample_logs" / "pair" / file)[0].page.rpartition("/")[2]
    for one in commands:
        while worker.work_once():
            pass
        said = curl(one, address, names, tmp_path)
        if " -T " in one:
            told = json.loads(said)
            names |= {"BUNDLE": told["id"], "JOB": told["links"]["job"].rpartition("/")[2]}
        elif " -X PUT " in one:
            names["COMPARISON"] = json.loads(said)["id"]
        silent += [] if said else [one]
    assert [one for one in commands if " DELETE " in one or " -OJ " in one] == silent
    assert (tmp_path / BREACHED.name).read_bytes() == BREACHED.read_bytes()


def curl(command, address, names, folder):
    """What a command prints, which fails where the server refuses."""
    for name, value in names.items():
        command = command.replace(f"${name}", value)
    assert "$" not in command
    words = shlex.split(command.replace("http://127.0.0.1:8321", address))
    return subprocess.run(
        [*words, "--fail"], check=True, capture_output=True, text=True, cwd=folder, timeout=300
    ).stdout
