"""A store opened: which database, which folder, and transactions in it.

SQLite is in WAL mode with `synchronous=FULL`: what is committed survives a loss of power. Who writes holds a lock file
until its transaction is durable and, now and then, copied from the log into the database: so one process at a time
writes, and none while another tidies up, which SQLite before 3.51.3 must not do (https://sqlite.org/wal.html,
"The WAL-Reset Bug"). PostgreSQL may refuse a transaction for no fault of its own, or restart: all of it is done again.
"""

import random
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    NoSuchModuleError,
    OperationalError,
    SQLAlchemyError,
    StatementError,
)

from faultlog.errors import UsageError
from faultlog.store.blobs import BUNDLES, INCOMING, synchronised
from faultlog.store.migrating import migrate
from faultlog.store.turns import HeldError, Turns, sqlite_said

T = TypeVar("T")
P = ParamSpec("P")
Work = Callable[Concatenate[Connection, P], T]
"""What is done in one transaction; it may be done again from its start."""

PATIENCE_S: Final = 60.0
"""Seconds for which a transaction is tried again, or waits for its turn. Tool default."""
_WAITS_MS: Final = 30_000
"""Milliseconds that a writer waits for another in SQLite. Tool default."""
_BRIEFLY_MS: Final = 200
"""Milliseconds that tidying up waits for who reads: it is tried again. Tool default."""
_AGAIN: Final = frozenset(
    {"40001", "40P01", "55P03", "57P01", "57P02", "57P03", "08006", "08003", "08001", "08000", "25P03"}
)
"""SQLSTATEs of what may go well another time: serialization, deadlock, locks, shutdown, connection, a long pause."""
_NO_ROOM: Final = "53100"
"""SQLSTATE of a full disk."""
_NO_ROOM_HERE: Final = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE})
_UNFIT: Final = frozenset({"22", "23", "54"})
"""Classes of SQLSTATEs: data, integrity, a limit of the program."""
_PAUSE_MS: Final = 60_000
"""Milliseconds that PostgreSQL lets a transaction wait for whoever began it, with all that it locks. Tool default."""
_LOG_BYTES: Final = 4 << 20
"""Bytes of SQLite's log from which it is tidied up. Tool default."""
_FAR: Final = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "glusterfs", "9p", "fuse.sshfs"})
"""File systems on which processes of several machines cannot share SQLite's log."""
_PRAGMAS: Final = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "wal_autocheckpoint=0",
    "mmap_size=0",
    "secure_delete=ON",
)
"""`secure_delete`: what is deleted is gone from the file too."""
FILE: Final = "faultlog.db"
LOCK: Final = "faultlog.lock"


class Store:
    """Rows and bundles."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        """Wrap what `open_store` made."""
        self.engine, self.folder = engine, folder
        self._turns = Turns(folder / FILE, folder / LOCK)

    @property
    def database(self) -> str | None:
        """What `open_store` was told: it may hold a password."""
        return None if self.is_sqlite else self.engine.url.render_as_string(hide_password=False)

    @property
    def is_sqlite(self) -> bool:
        """Whether its rows are in a file of SQLite."""
        return self.engine.dialect.name == "sqlite"

    @property
    def said(self) -> str:
        """Which database it is, for whoever runs a server."""
        return sqlite_said() if self.is_sqlite else "PostgreSQL"

    @property
    def is_gone(self) -> bool:
        """Whether its file of SQLite is not where it was, so that nothing is written; or else its folder of bundles."""
        return self._turns.is_gone if self.is_sqlite else not (self.folder / BUNDLES).is_dir()

    def read(self, work: Work[P, T], *args: P.args, **more: P.kwargs) -> T:
        """What some work reads, all of it as of one time.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: the database does not answer.
        """
        return self._done("SERIALIZABLE" if self.is_sqlite else "REPEATABLE READ", "BEGIN", work, *args, **more)

    def write(self, work: Work[P, T], *args: P.args, **more: P.kwargs) -> T:
        """What some work that writes returns, once it is durable.

        Raises:
            GoneError: its file of SQLite is not where it was.
            sqlalchemy.exc.SQLAlchemyError: the database refuses it, or does not answer.
        """
        if not self.is_sqlite:
            return self._done("READ COMMITTED", "BEGIN", work, *args, **more)
        with self._turns.taken(PATIENCE_S):
            done = self._done("SERIALIZABLE", "BEGIN IMMEDIATE", work, *args, **more)
            self._copy_log(_LOG_BYTES)
        return done

    def migrate(self) -> None:
        """Bring the tables to this version, while nobody else writes or tidies up.

        Raises:
            UsageError: the database cannot be used, or a newer version wrote it.
        """
        if not self.is_sqlite:
            migrate(self.engine)
            return
        try:
            with self._turns.first(PATIENCE_S):
                migrate(self.engine)
        except OperationalError as error:
            raise UsageError(f"{self.folder}: the database cannot be used: {error.orig}") from None

    def tidy(self) -> None:
        """Leave nothing in SQLite's log: what was deleted is then gone from there too.

        Raises:
            sqlalchemy.exc.OperationalError: it is not this one's turn within a minute.
        """
        if self.is_sqlite:
            with self._turns.taken(PATIENCE_S):
                self._copy_log(0)

    def close(self) -> None:
        """Let the database go."""
        self.engine.dispose()

    def _copy_log(self, least: int) -> None:
        """Copy what is in SQLite's log into the database, once there are more bytes of it.

        What is there is durable already: where it cannot be copied, for want of room perhaps, it is tried again later.
        """
        with suppress(FileNotFoundError, sqlite3.Error, SQLAlchemyError):
            if (self.folder / f"{FILE}-wal").stat().st_size > least:
                with self.engine.connect() as db:
                    raw = db.connection.driver_connection
                    if raw is not None:
                        raw.execute(f"PRAGMA busy_timeout={_BRIEFLY_MS}")
                        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
                        raw.execute(f"PRAGMA busy_timeout={_WAITS_MS}")

    def _done(self, level: str, begin: str, work: Work[P, T], *args: P.args, **more: P.kwargs) -> T:
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                options: dict[str, Any] = {"begin": begin} if self.is_sqlite else {"isolation_level": level}
                with self.engine.connect().execution_options(**options) as db, db.begin():
                    return work(db, *args, **more)
            except DBAPIError as error:
                if not is_passing(error) or time.monotonic() >= until:
                    raise
            time.sleep(random.uniform(0.05, 0.5))  # noqa: S311 (no secret)


def is_passing(error: DBAPIError) -> bool:
    """Whether the same transaction may go well another time."""
    if error.connection_invalidated or isinstance(error.orig, HeldError):
        return True
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return state in _AGAIN
    return "connection" in type(error.orig).__name__.lower() or "connection" in str(error.orig).lower()


def is_full(error: SQLAlchemyError) -> bool:
    """Whether the database has no room; then nothing of the transaction is there."""
    cause = error.orig if isinstance(error, DBAPIError) else None
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", None) in _NO_ROOM_HERE
    return getattr(cause, "sqlstate", None) == _NO_ROOM


def is_unfit(error: Exception) -> bool:
    """Whether a database never takes what a transaction writes: it is too large, or not what a column may hold."""
    if isinstance(error, (DataError, IntegrityError, OverflowError)):
        return True
    state = str(getattr(error.orig, "sqlstate", None)) if isinstance(error, DBAPIError) else ""
    return state[:2] in _UNFIT or (isinstance(error, StatementError) and not isinstance(error, DBAPIError))


def open_store(folder: Path, database: str | None = None) -> Store:
    """Open what is kept, and bring its tables to this version.

    Args:
        folder: where bundles are, and the file of SQLite; made where it is missing.
        database: the address of a PostgreSQL database, as `postgresql://user@host/name`; else SQLite in the folder.

    Raises:
        UsageError: it cannot be opened, or a newer version wrote it; says why.
    """
    try:
        for place in (folder, folder / INCOMING, folder / BUNDLES):
            place.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise UsageError(
            f"{folder}: cannot hold what is uploaded: {error.strerror}; give --data another folder"
        ) from None
    store = reached(folder, database)
    try:
        if store.is_sqlite:
            _begin_file(store.folder)
        store.migrate()
        _synchronise(store.folder)
    except BaseException:
        store.close()
        raise
    return Store(store.engine, store.folder)  # its file is there now


def _begin_file(folder: Path) -> None:
    """Have SQLite's file, empty where it is new, durably in its folder before there is anything in it.

    SQLite makes a folder durable itself, but does not look whether that went well; no later try mends what failed.

    Raises:
        UsageError: it cannot be made, or not be made durable.
    """
    if (folder / FILE).exists():
        return
    try:
        (folder / FILE).touch(mode=0o600)
    except OSError as error:
        raise UsageError(f"{folder / FILE}: cannot be made: {error.strerror}; give --data another folder") from None
    _synchronise(folder)


def _synchronise(folder: Path) -> None:
    """Make durable that a folder and its files are there, as SQLite's log is by now.

    Raises:
        UsageError: it cannot be made durable, so nothing may be taken for kept.
    """
    try:
        synchronised(folder)
        with suppress(PermissionError):  # who may not list its parent did not make it
            synchronised(folder.parent)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be made durable: {error.strerror}; check the disk") from None


def reached(folder: Path, database: str | None = None) -> Store:
    """A store that another process of this version has opened.

    Raises:
        UsageError: it cannot be opened.
    """
    folder = folder.absolute()  # a child that works elsewhere finds it too
    return Store(_postgres(database) if database is not None else _sqlite(folder), folder)


def _sqlite(folder: Path) -> Engine:
    _refuse_far(folder)
    engine = create_engine(
        f"sqlite:///{folder / FILE}", connect_args={"timeout": _WAITS_MS / 1000, "check_same_thread": False}
    )

    @event.listens_for(engine, "connect")
    def _connected(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # transactions begin where `_begun` says
        for pragma in (*_PRAGMAS, f"busy_timeout={_WAITS_MS}"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begun(db: Connection) -> None:
        db.exec_driver_sql(db.get_execution_options().get("begin", "BEGIN IMMEDIATE"))

    return engine


def _refuse_far(folder: Path) -> None:
    kind = _kind_of_mount(folder.resolve())
    if kind in _FAR:
        raise UsageError(
            f"{folder}: is on a file system of a network ({kind}), where SQLite may be damaged; "
            "give --data a folder of this machine, or --database postgresql://…"
        )


def _kind_of_mount(folder: Path, mounts: Path = Path("/proc/self/mounts")) -> str | None:
    """What kind of file system a folder is on; `None` where the system does not say."""
    try:
        lines = [line.split() for line in mounts.read_text(errors="replace").splitlines()]
    except OSError:
        return None
    over = [line for line in lines if len(line) > 2 and folder.is_relative_to(line[1].replace("\\040", " "))]
    return max(over, key=lambda line: len(line[1]), default=[None] * 3)[2]


def _postgres(address: str) -> Engine:
    try:
        url = make_url(address)
        if url.get_backend_name() != "postgresql":
            raise UsageError(f"--database {url.drivername}: only postgresql:// is known; without it SQLite is used")
        engine = create_engine(
            url.set(drivername="postgresql+psycopg"), pool_pre_ping=True, pool_size=10, max_overflow=20
        )
    except (ArgumentError, ValueError):
        raise UsageError("--database: is no address; it looks like postgresql://user@host/name") from None
    except (NoSuchModuleError, ModuleNotFoundError):
        raise UsageError("--database needs psycopg, which is not installed: pip install 'faultlog[postgres]'") from None

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: object) -> None:  # noqa: ANN401 (psycopg's, which need not be here)
        connection.execute(f"SET idle_in_transaction_session_timeout = {_PAUSE_MS}")
        connection.commit()

    return engine
