import pytest
from sqlalchemy import insert

from faultlog.store.schema import TEAMS
from faultlog.store.texts import now
from tests.databases import kept


@pytest.fixture
def store(tmp_path):
    with kept(tmp_path / "data") as one:
        yield one


@pytest.fixture
def team(store):
    def made(db):
        return db.execute(insert(TEAMS).values(name="ours", created_at=now()).returning(TEAMS.c.id)).scalar_one()

    return store.write(made)
