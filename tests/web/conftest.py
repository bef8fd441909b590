import pytest
from fastapi.testclient import TestClient

from faultlog.pipeline import Options
from faultlog.web.app import create
from faultlog.web.settings import Settings
from faultlog.working.worker import Worker
from tests.databases import kept


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
    with kept(tmp_path_factory.mktemp("site") / "data") as store:
        worker = Worker(store, Options())

        def work():
            while worker.work_once():
                pass

        with TestClient(create(Settings(store)), base_url="http://127.0.0.1:8321") as client:
            yield store, client, work
