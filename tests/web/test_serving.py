import errno
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from faultlog.errors import UsageError
from faultlog.store.blobs import INCOMING
from faultlog.web.serving import Serving, serve
from faultlog.working import crew
from faultlog.working.crew import Crew
from tests.databases import kept
from tests.serving import Server, changed, put
from tests.store.test_jobs import BREACHED


@pytest.fixture
def data(tmp_path):
    with kept(tmp_path / "data") as store:
        return store.folder


def ends(pid, within_s=30):
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


@pytest.mark.timeout(300)
def test_a_server_works_and_ends_with_its_workers_when_it_is_told_to(data):
    server = Server(data, "--workers", 1)
    (started,) = server.until("worker started", 120)
    status, about = put(server.port, BREACHED.name, BREACHED.read_bytes())
    assert status == 201
    assert server.until("job", 120)[0]["state"] == "done"
    assert server.get(about["links"]["job"])["state"] == "done"
    assert server.get("/healthz")["status"] == "ok"
    with pytest.raises(UsageError, match="cannot listen there"):
        serve(Serving("127.0.0.1", server.port, data, None, 0))

    worker = int(started["worker"].rpartition("/")[2])
    os.kill(worker, signal.SIGKILL)
    (ended,) = server.until("worker ended")
    assert (ended["pid"], ended["code"]) == (worker, -signal.SIGKILL)
    waiting = socket.create_connection(("127.0.0.1", server.port))
    waiting.sendall(b"PUT /api/v1/bundles?name=a.log HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 30\r\n\r\n2026-")
    while not list((data / INCOMING).iterdir()):
        time.sleep(0.02)
    server.signal(signal.SIGTERM)
    server.until("stopping")
    assert put(server.port, "b.log", b"2026-03-03T12:00:00Z x\n")[0] == 503
    waiting.sendall(b"03-03T12:00:00Z a line..\n")
    assert b" 201 " in waiting.recv(1 << 16).partition(b"\r\n")[0]
    waiting.close()
    assert server.wait(60) == 0
    assert "Traceback" not in "".join(server.lines)
    assert all(json.loads(line) for line in server.lines)


@pytest.mark.timeout(300)
def test_workers_end_with_a_server_that_is_killed_and_slow_clients_are_let_go(data):
    server = Server(data, "--workers", 1, "--most", "1k", program=changed(web__protocol__HEAD_S=1.0))
    worker = int(server.until("worker started", 120)[0]["worker"].rpartition("/")[2])
    assert put(server.port, "a.log", b"x" * 1001)[0] == 413
    with socket.create_connection(("127.0.0.1", server.port)) as long:
        long.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"x" * 300_000)
        assert b" 400 " in long.recv(1 << 16).partition(b"\r\n")[0]
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as silent:
        silent.sendall(b"GET / HTTP/1.1\r\nHo")
        assert silent.recv(100) == b""
    server.kill()
    assert ends(worker)


def test_a_worker_that_cannot_start_is_tried_again_after_longer_and_longer_pauses(monkeypatch, capsys):
    monkeypatch.setattr(crew, "FIRST_PAUSE_S", 0.1)
    monkeypatch.setattr(crew, "LOOK_S", 0.01)
    lost = []
    one = Crew([sys.executable, "-S", "-c", "raise SystemExit(3)"], 1, lost.append)
    until = time.monotonic() + 30
    while len(lost) < 4 and time.monotonic() < until:
        time.sleep(0.02)
    one.end()
    said = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["again_in_s"] for line in said][:4] == [0.1, 0.2, 0.4, 0.8]
    assert {line["code"] for line in said} == {3}
    assert len(set(lost)) == len(lost)


def test_a_worker_for_whom_the_system_has_no_room_is_tried_again(monkeypatch, capsys):
    monkeypatch.setattr(crew, "FIRST_PAUSE_S", 0.01)
    monkeypatch.setattr(crew, "LOOK_S", 0.01)
    start, refused = subprocess.Popen, [1, 2]

    def started(*args, **more):
        if refused:
            refused.pop()
            raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")
        return start(*args, **more)

    monkeypatch.setattr(crew.subprocess, "Popen", started)
    one = Crew([sys.executable, "-S", "-c", "input()"], 1, lambda _pid: None)
    until = time.monotonic() + 30
    while one._places[0].process is None and time.monotonic() < until:
        time.sleep(0.02)
    assert one._places[0].process is not None
    one.end()
    said = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(line["event"], line["again_in_s"]) for line in said] == [
        ("worker not started", 0.01),
        ("worker not started", 0.02),
    ]


def test_workers_end_with_their_input_and_who_does_not_is_killed(monkeypatch):
    monkeypatch.setattr(crew, "PATIENCE_S", 0.5)
    before = threading.active_count()
    kind = Crew([sys.executable, "-S", "-c", "input()"], 2, lambda _pid: None)
    stubborn = Crew([sys.executable, "-S", "-c", "import time; time.sleep(60)"], 1, lambda _pid: None)
    places = [place for one in (kind, stubborn) for place in one._places]
    while not all(place.process for place in places):
        time.sleep(0.02)
    time.sleep(0.5)
    pids = [place.process.pid for place in places]
    kind.end()
    stubborn.end()
    assert all(ends(pid) for pid in pids)
    assert threading.active_count() == before
