"""A database that fails at the moment a test wants."""

import sqlite3
from contextlib import contextmanager


class Cut:
    """Commits of what is written that go wrong, the next so many of them: before they are done, or after."""

    def __init__(self, store, when, most):
        self._dialect, self._commit, self._write = store.engine.dialect, store.engine.dialect.do_commit, store.write
        self._when, self._most, self._writes = when, most, False
        self.number = 0

    def write(self, *args, **more):
        self._writes = True
        try:
            return self._write(*args, **more)
        finally:
            self._writes = False

    def commit(self, connection):
        if not self._writes or self.number >= self._most:
            self._commit(connection)
            return
        self.number += 1
        if self._when == "after":
            self._commit(connection)
        self._break(connection)

    def _break(self, connection):
        said = "the connection was closed unexpectedly"
        if self._dialect.name == "sqlite":
            if self._when == "before":
                connection.rollback()
            raise sqlite3.OperationalError(said)
        import psycopg

        connection.driver_connection.close()
        raise psycopg.OperationalError(said)


@contextmanager
def cut(store, when, most=1):
    """Commits whose answer is lost, `before` the database did it or `after`, for a while."""
    one = Cut(store, when, most)
    store.engine.dialect.do_commit, store.write = one.commit, one.write
    try:
        yield one
    finally:
        del store.engine.dialect.do_commit, store.write
