"""Stores for tests: SQLite in a folder, or the PostgreSQL that `FAULTLOG_TEST_DATABASE` names."""

import os
import uuid
from contextlib import contextmanager

from sqlalchemy import create_engine, text

from faultlog.store.opening import open_store

SERVER = os.environ.get("FAULTLOG_TEST_DATABASE")


@contextmanager
def database():
    """The address of an empty database, for a while; `None` is SQLite in the store's folder."""
    if SERVER is None:
        yield None
        return
    name = f"test_{uuid.uuid4().hex}"
    server = create_engine(SERVER.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with server.connect() as db:
        db.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield SERVER.rpartition("/")[0] + "/" + name
    finally:
        with server.connect() as db:
            db.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        server.dispose()


@contextmanager
def kept(folder):
    """A store that is empty."""
    with database() as address:
        store = open_store(folder, address)
        try:
            yield store
        finally:
            store.close()
