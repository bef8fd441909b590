"""Servers for a while: one that is asked in its own process, and one that listens, in a thread."""

import time
from contextlib import contextmanager
from threading import Thread

import uvicorn
from fastapi.testclient import TestClient

from faultlog.pipeline import Options
from faultlog.web.app import create
from faultlog.web.protocol import Bounded
from faultlog.web.settings import Settings
from faultlog.working.worker import Worker
from tests.stores import free_port


@contextmanager
def working(store):
    """Whoever asks a store's server, and who does all jobs."""
    worker = Worker(store, Options())

    def work():
        while worker.work_once():
            pass

    with TestClient(create(Settings(store)), base_url="http://127.0.0.1:8321") as client:
        yield client, work


def put_all(client, files):
    """The ids of bundles that somebody uploads, one after the other."""
    answers = [client.put("/api/v1/bundles", params={"name": one.name}, content=one.read_bytes()) for one in files]
    assert {answer.status_code for answer in answers} == {201}
    return [answer.json()["id"] for answer in answers]


@contextmanager
def listening(settings):
    """The address of a server, for a while."""
    port = free_port()
    told = {"http": Bounded, "ws": "none", "log_level": "critical", "lifespan": "on", "timeout_keep_alive": 5}
    server = uvicorn.Server(uvicorn.Config(create(settings), "127.0.0.1", port, **told))
    thread = Thread(target=server.run)
    thread.start()
    try:
        until = time.monotonic() + 60
        while not server.started:
            assert time.monotonic() < until
            time.sleep(0.01)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()
