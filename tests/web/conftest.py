import time

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from faultlog.pipeline import Options
from faultlog.web import app
from faultlog.web import presses as beside
from faultlog.web.app import create
from faultlog.web.presses import Presses
from faultlog.web.settings import Settings
from faultlog.working.worker import Worker
from tests.databases import kept
from tests.logs import warmed
from tests.web.live import working


@pytest.fixture(scope="session", autouse=True)
def _warmed():
    warmed()


@pytest.fixture
def store(tmp_path):
    with kept(tmp_path / "data") as one:
        yield one


@pytest.fixture
def client(store):
    with TestClient(create(Settings(store)), base_url="http://127.0.0.1:8321") as one:
        yield one


@pytest.fixture(scope="session")
def knowing():
    """A worker of no store; what it knows is loaded once."""
    return Worker(None, Options())


@pytest.fixture
def work(store, knowing):
    """Do all jobs."""

    def done():
        knowing._store = store
        while knowing.work_once():
            pass

    return done


@pytest.fixture(scope="module")
def kept_site(tmp_path_factory):
    """A store, whoever asks its server, and who does all jobs: for tests that only look."""
    with kept(tmp_path_factory.mktemp("site") / "data") as store, working(store) as (client, work):
        yield store, client, work


@pytest.fixture(scope="session", autouse=True)
def _presses():
    """The same press for all servers of these tests: loading what it needs takes seconds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(beside, "AT_ONCE", 1)
        presses = Presses()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "Presses", lambda: Shared(presses))
        yield
    presses.end()


@pytest.fixture(scope="session", autouse=True)
def _routes():
    """The same routes for all applications of these tests: what FastAPI makes of them takes longer than most tests."""
    kept, include = {}, FastAPI.include_router

    def included(one, router):
        if id(router) in kept:
            one.router.routes.append(kept[id(router)])
        else:
            include(one, router)
            kept[id(router)] = one.router.routes[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FastAPI, "include_router", included)
        yield


class Shared:
    """Presses that go on when a server ends."""

    def __init__(self, presses):
        self.ask = presses.ask

    def end(self):
        pass


@pytest.fixture
def counted():
    """Load a page until nothing of it is being counted any more."""

    def loaded(client, address):
        until = time.monotonic() + 120
        while time.monotonic() < until:
            answer = client.get(address)
            if "data-look-again" not in answer.text and 'id="older"' not in answer.text:
                return answer
            time.sleep(0.1)
        raise TimeoutError(address)

    return loaded
