"""Which folder is a store, and whose rows are where: only who means to make a store makes one.

A folder whose rows are in PostgreSQL holds a note that says so, without its address: a command that forgets
`--database` would else find, and copy, a store without rows.
"""

from pathlib import Path
from typing import Final

from sqlalchemy import inspect
from sqlalchemy.exc import DBAPIError

from faultlog.errors import UsageError
from faultlog.store.opening import FILE, Store, open_store, reached

NOTE: Final = "rows-are-in-postgresql"
"""A file of the folder."""
_TELLS: Final = b"The rows of this store are in PostgreSQL: commands need --database beside --data.\n"


def founded(folder: Path, database: str | None) -> Store:
    """Open a store, which is made where it is missing; otherwise as `opening.open_store`.

    Raises:
        UsageError: it cannot be opened, or its rows are in PostgreSQL and no database was named; says why.
    """
    if database is None:
        _refuse_without_database(folder)
    store = open_store(folder, database)
    if database is not None:
        _note(folder)
    return store


def known(folder: Path, database: str | None) -> Store:
    """Open a store that somebody made; otherwise as `opening.open_store`.

    Raises:
        UsageError: there is none, or it cannot be opened; says why.
    """
    if database is None:
        _refuse_without_database(folder)
    if not _is_there(folder / (FILE if database is None else NOTE)):
        raise UsageError(
            f"there is no store in {folder}; --data names another, and with PostgreSQL --database is needed too"
        )
    if database is not None and not _has_tables(folder, database):
        raise UsageError("there is no store in the database that --database names; is it another?")
    return open_store(folder, database)


def _refuse_without_database(folder: Path) -> None:
    if _is_there(folder / NOTE) and not _is_there(folder / FILE):
        raise UsageError(f"{folder}: the rows of this store are in PostgreSQL; say --database too")


def _is_there(file: Path) -> bool:
    try:
        file.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise UsageError(f"{file.parent}: cannot be read: {error.strerror}") from None
    return True


def _note(folder: Path) -> None:
    if _is_there(folder / NOTE):
        return
    try:
        (folder / NOTE).write_bytes(_TELLS)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written: {error.strerror}") from None


def _has_tables(folder: Path, database: str) -> bool:
    store = reached(folder, database)
    try:
        return inspect(store.engine).has_table("alembic_version")
    except DBAPIError:
        return True  # who opens it says why it cannot be used
    finally:
        store.close()
