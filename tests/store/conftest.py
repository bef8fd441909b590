import pytest
from sqlalchemy import insert

from faultlog.store.schema import TEAMS
from faultlog.store.texts import now
from tests.databases import kept
from tests.logs import warmed


@pytest.fixture(scope="session", autouse=True)
def _warmed():
    warmed()


@pytest.fixture
def store(tmp_path):
    with kept(tmp_path / "data") as one:
        yield one


@pytest.fixture
def team(store):
    def made(db):
        return db.execute(insert(TEAMS).values(name="ours", created_at=now()).returning(TEAMS.c.id)).scalar_one()

    return store.write(made)
