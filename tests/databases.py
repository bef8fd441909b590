"""Stores for tests: SQLite in a folder, or the PostgreSQL that `FAULTLOG_TEST_DATABASE` names."""

import os
import uuid
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine, text

from faultlog.store.opening import FILE, open_store

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


@cache
def empty_file():
    """The file of SQLite of an empty store: making its tables takes longer than most tests."""
    with TemporaryDirectory() as place:
        open_store(Path(place)).close()
        assert not list(Path(place).glob(f"{FILE}-*"))  # all of it is in the one file
        return Path(place, FILE).read_bytes()


@cache
def _filled(fill):
    """A folder with a store in which something was done, and what that said."""
    place = TemporaryDirectory()
    with kept(Path(place.name, "data")) as store:
        said = fill(store)
    return place, said


@contextmanager
def filled(folder, fill):
    """A store in which something was done, and what that said; a folder that says all is made once, and copied."""
    if SERVER is None:
        place, said = _filled(fill)
        copytree(Path(place.name, "data"), folder)
        with kept(folder) as store:
            yield store, said
        return
    with kept(folder) as store:
        yield store, fill(store)


@contextmanager
def kept(folder):
    """A store that is empty, or what was kept in a folder before."""
    with database() as address:
        if address is None and not (folder / FILE).exists():
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            (folder / FILE).write_bytes(empty_file())
        store = open_store(folder, address)
        try:
            yield store
        finally:
            store.close()
