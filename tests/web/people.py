"""Somebody of each kind, and what he shows."""

from contextlib import contextmanager
from dataclasses import dataclass

from argon2 import PasswordHasher
from fastapi.testclient import TestClient

from faultlog.store import people, sessions, tokens
from faultlog.store.passwords import hashed
from faultlog.web.app import create
from faultlog.web.security import proof_of
from faultlog.web.settings import Settings

ADDRESS = "http://127.0.0.1:8321"
PASSWORD = "correct horse battery"  # noqa: S105
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""What a password costs in tests."""


@dataclass
class Person:
    """A user, and a browser in which he is logged in."""

    id: int
    team: int
    name: str
    key: str

    @property
    def cookie(self):
        return {"cookie": f"faultlog={self.key}"}

    @property
    def proof(self):
        return {"x-csrf-token": proof_of(self.key)}

    @property
    def shown(self):
        return self.cookie | self.proof


def person(store, name, role, team="ours"):
    team = store.write(people.need_team, team)
    user = store.write(people.add, team, name, role, hashed(PASSWORD))
    return Person(user, team, name, store.write(sessions.begin, user, "192.0.2.1", "a browser"))


def bearer(store, one, name="nightly"):
    return {"authorization": f"Bearer {store.write(tokens.make, one.id, name)}"}


@contextmanager
def site(store, address=ADDRESS, **settings):
    with TestClient(create(Settings(store, **settings)), base_url=address, follow_redirects=False) as one:
        yield one
