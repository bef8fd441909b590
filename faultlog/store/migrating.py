"""The tables of an older version brought to this one, step by step; one of a newer version is refused."""

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from faultlog.errors import UsageError

FOLDER: Final = Path(__file__).parent / "migrations"
_LOCK: Final = 0x6661756C74
"""Of PostgreSQL: who migrates is alone."""


def migrate(engine: Engine) -> None:
    """Bring the tables to this version; each step is whole or not there.

    Raises:
        UsageError: the database cannot be used, or a newer version wrote it.
    """
    try:
        with engine.connect().execution_options(begin="BEGIN IMMEDIATE") as db, db.begin():
            if engine.dialect.name == "postgresql":
                db.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            if _revision(db) != (asked := newest()):
                _upgrade(db)
                _refuse_other_than(asked, db)
    except DBAPIError as error:
        said = str(error.orig).strip().splitlines()[0]
        raise UsageError(f"{engine.url.render_as_string()}: the database cannot be used: {said}") from None


def newest() -> str:
    """The revision of this version; the files of the steps are named so that alembic need not be loaded to say it."""
    return max(one.name.partition("_")[0] for one in (FOLDER / "versions").glob("[0-9]*_*.py"))


def _revision(db: Connection) -> str | None:
    if not inspect(db).has_table("alembic_version"):
        return None
    found: str | None = db.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return found


def _refuse_other_than(asked: str, db: Connection) -> None:
    """Alembic takes a folder that it cannot list for one without steps, and is content."""
    if _revision(db) != asked:
        raise UsageError(
            f"{FOLDER / 'versions'}: cannot be read, so the database has not the tables of this version; check the disk"
        )


def _upgrade(db: Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util.exc import CommandError

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = db
    try:
        command.upgrade(config, "head")
    except CommandError:
        raise UsageError("the database was written by a newer faultlog; install that, or use another folder") from None
