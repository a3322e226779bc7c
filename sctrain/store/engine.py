"""Open the store: SQLite beside the project unless `SCTRAIN_DB` names another database."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError

from sctrain.errors import StorageError, StoreError
from sctrain.store.faults import told, translate

ROOT = Path(__file__).parents[2]
MIGRATIONS = Path(__file__).parent / "migrations"
WRITE_LOCK = 0x5C7A1  # any number, the same in every process: the key of PostgreSQL's advisory lock
SERVER: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "pool_pre_ping": True}
"""How PostgreSQL is used: what one transaction reads is one state of the store, as with SQLite; and a connection that
the server has ended meanwhile is made anew before it is used."""

WAIT = "busy_timeout = 30000"
PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",  # an answer is acknowledged when it would survive a power cut
    "foreign_keys = ON",
    WAIT,
    "secure_delete = ON",  # who withdraws is not left in the file's free pages
)
# Nobody waits for a writer that hangs longer than SQLite lets them, and the server ends one that does nothing.
NEXT_WRITER = (
    "SELECT set_config('lock_timeout', :wait, true), "
    "set_config('idle_in_transaction_session_timeout', :idle, true), pg_advisory_xact_lock(:key)"
)
TURN = {"wait": "30s", "idle": "5min", "key": WRITE_LOCK}


def store_url() -> str:
    """`SCTRAIN_DB`, else the embedded SQLite file in `var/`."""
    return os.environ.get("SCTRAIN_DB") or f"sqlite:///{ROOT / 'var' / 'sctrain.db'}"


def kept_files() -> Path:
    """The folder for files beside a store that is none itself: `SCTRAIN_FILES`, else `var/`; made if need be.

    Several server processes of one store share it.
    """
    folder = Path(os.environ.get("SCTRAIN_FILES") or ROOT / "var")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def open_store(url: str | None = None) -> Engine:
    """An engine on a store that is at the newest schema; makes the file and migrates if needed.

    Raises StoreError where the database cannot be opened or is newer than this program. Whatever is read or written
    through it raises StorageError where the file or its disk does not allow it.
    """
    engine = connect(url)
    migrate(engine)
    return engine


def connect(url: str | None = None) -> Engine:
    """An engine with our settings on a store, whose schema is left as it is."""
    try:
        where = make_url(url or store_url())
    except ArgumentError as error:
        raise StoreError(f"SCTRAIN_DB is no database address: {url or store_url()!r} ({error})") from error
    engine = create_engine(where, **(SERVER if where.get_backend_name() == "postgresql" else {}))
    event.listen(engine, "handle_error", translate, retval=True)
    if engine.dialect.name == "sqlite":
        _make_folder(where.database)
        event.listen(engine, "connect", _sqlite_settings)
        event.listen(engine, "begin", _sqlite_begin)
    return engine


def _make_folder(database: str | None) -> None:
    if database and database != ":memory:" and not database.startswith("file:"):
        Path(database).parent.mkdir(parents=True, exist_ok=True)


def _sqlite_settings(connection: sqlite3.Connection, _: Any) -> None:
    connection.isolation_level = None  # the `begin` listener opens transactions, not the driver
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begin(connection: Connection) -> None:
    # IMMEDIATE: a writer that waits at the start never has to undo what it has read.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One write transaction; writers queue, so that data versions commit in their order."""
    postgresql = engine.dialect.name == "postgresql"
    # A state of the store is seen from the first statement on, and that one waits for the writer before: so here each
    # statement sees the newest state, which nobody alters once the lock is ours.
    how = {"isolation_level": "READ COMMITTED"} if postgresql else {}
    with engine.connect().execution_options(writes=True, **how) as connection, connection.begin():
        if postgresql:
            connection.execute(text(NEXT_WRITER), TURN)
        yield connection
        still_open(connection)


def empty_log(engine: Engine) -> bool:
    """Bring SQLite's log into the database and empty it, since what was erased stands in it until then; whether it is.

    Waits a moment only where somebody reads. https://www.sqlite.org/pragma.html#pragma_wal_checkpoint
    """
    if engine.dialect.name != "sqlite":
        return True
    with engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        try:
            raw.execute("PRAGMA busy_timeout = 200")
            busy = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except sqlite3.Error as error:
            raise told(error, str(engine.url.database)) or error from error
        finally:
            raw.execute(f"PRAGMA {WAIT}")
    return busy == 0


def still_open(connection: Connection) -> None:
    """To be asked before a commit: StorageError where there is nothing left to commit.

    SQLite undoes a whole transaction by itself on some errors; the driver would then commit nothing, and not say so.

    https://www.sqlite.org/lang_transaction.html, "Response To Errors Within A Transaction"
    """
    if connection.dialect.name == "sqlite" and not connection.connection.driver_connection.in_transaction:  # type: ignore[union-attr]
        raise StorageError("disk", "the database undid this by itself, so nothing of it was stored; try again")


def revisions() -> list[str]:
    """The schema's revisions that this program knows, the newest first."""
    return sorted((script.name.split("_")[0] for script in (MIGRATIONS / "versions").glob("0*.py")), reverse=True)


def revision(connection: Connection) -> str | None:
    """The schema's revision of a store; None where it has no table yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def migrate(engine: Engine) -> None:
    """Bring the schema to the newest revision; StoreError if it is from a later program."""
    known = revisions()
    with engine.connect() as connection:
        current = revision(connection)
    if current == known[0]:
        return
    if current and current not in known:
        raise StoreError(f"{engine.url!r} was made by a later sctrain (schema {current}); update sctrain to open it")
    from alembic import command, config  # half a second that a store which is up to date does not wait

    steps = config.Config()
    steps.set_main_option("script_location", str(MIGRATIONS))
    with writing(engine) as connection:
        steps.attributes["connection"] = connection
        command.upgrade(steps, "head")
