"""The tables of an older version brought to this one, step by step; one of a newer version is refused."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, Engine, text
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
            if _revision(db) != newest():
                _upgrade(db)
    except DBAPIError as error:
        said = str(error.orig).strip().splitlines()[0]
        raise UsageError(f"{engine.url.render_as_string()}: the database cannot be used: {said}") from None


def newest() -> str:
    """The revision of this version."""
    return ScriptDirectory(str(FOLDER)).get_current_head() or ""


def _revision(db: Connection) -> str | None:
    return MigrationContext.configure(db).get_current_revision()


def _upgrade(db: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = db
    try:
        command.upgrade(config, "head")
    except CommandError:
        raise UsageError("the database was written by a newer faultlog; install that, or use another folder") from None
