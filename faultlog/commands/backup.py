"""`faultlog backup` and `faultlog restore`: a store copied as one file, and made again from it."""

from pathlib import Path
from typing import Annotated

import typer

from faultlog.commands.serve import Data, Database, needed
from faultlog.errors import UsageError


def backup(
    out: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="The copy; replaced once it is whole.")],
    data: Data = Path("faultlog-data"),
    database: Database = None,
) -> None:
    """Copy what a server keeps to one file, while it serves."""
    needed()
    from faultlog import outputs
    from faultlog.store.backups import back_up
    from faultlog.store.founding import known

    if str(out) == "-":
        raise UsageError("a copy takes its place once it is whole: give a file to -o")
    outputs.writable(str(out), [])
    store = known(data, database)
    try:
        done = back_up(store, out)
    except OSError as error:
        raise UsageError(f"{error.filename or out}: cannot be written: {error.strerror}") from None
    finally:
        store.close()
    typer.echo(f"{out}: {done.bundles:,} bundles with {done.bytes:,} bytes, {done.rows:,} rows")


def restore(
    copy: Annotated[Path, typer.Argument(metavar="FILE", help="What faultlog backup wrote.")],
    data: Data = Path("faultlog-data"),
    database: Database = None,
) -> None:
    """Fill an empty store from a copy; it may be in the other database."""
    needed()
    from sqlalchemy.exc import SQLAlchemyError

    from faultlog.store import backups
    from faultlog.store.founding import founded
    from faultlog.store.opening import is_full

    store = founded(data, database)
    try:
        done = backups.restore(store, copy)
    except OSError as error:
        raise UsageError(f"{error.filename or copy}: cannot be restored: {error.strerror}") from None
    except SQLAlchemyError as error:
        said = "the database has no room" if is_full(error) else "the database does not answer"
        raise UsageError(f"{copy}: {said}: all of it is restored or nothing; say it again, that does no harm") from None
    finally:
        store.close()
    said = "all of it is already there, nothing was done: " if done.was_there else ""
    typer.echo(f"{data}: {said}{done.bundles:,} bundles with {done.bytes:,} bytes, {done.rows:,} rows")
