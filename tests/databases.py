"""Where tests keep their stores: SQLite files, or under `SCTRAIN_ON=postgresql` databases of a cluster of their own.

The cluster is made when the first store is asked for and thrown away at the end: a few files in a temporary folder and
one server on a socket in it. It does not wait for the disk, as nothing of it is to outlive the tests.
"""

import atexit
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, inspect, make_url, text
from support import missing

from sctrain.store.engine import MIGRATIONS, open_store

POSTGRESQL = os.environ.get("SCTRAIN_ON") == "postgresql"
NUMBERS = count(1)
MADE: dict[tuple[Path, str], tuple[str, str]] = {}
"""By folder and name: which database a new one is a copy of, and its own name."""
HURRIED = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "autovacuum": "off"}
"""Settings of a server whose data may be lost with the machine."""
EMPTY, MIGRATED = "template0", "sctrain"
FREE: dict[str, list[str]] = {}
"""Databases that no test uses any more, by what they are copies of: to put rows back costs a tenth of a new one."""
KEEP = """
DROP SCHEMA IF EXISTS kept CASCADE; CREATE SCHEMA kept;
DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('CREATE TABLE kept.%1$I AS TABLE public.%1$I', name);
    END LOOP;
END $$;
CREATE TABLE kept.counters AS SELECT sequencename AS name, last_value FROM pg_sequences WHERE schemaname = 'public'
"""
PUT_BACK = """
SET session_replication_role = replica;
DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('DELETE FROM public.%I', name);
        EXECUTE format('INSERT INTO public.%1$I SELECT * FROM kept.%1$I', name);
    END LOOP;
    PERFORM setval(format('public.%I', c.name)::regclass, coalesce(c.last_value, 1), c.last_value IS NOT NULL)
    FROM kept.counters c;
END $$
"""


def of_sqlite(reason: str) -> pytest.MarkDecorator:
    """Marks a test that is about SQLite itself, and so is not run on PostgreSQL."""
    return pytest.mark.skipif(POSTGRESQL, reason=f"about SQLite: {reason}")


def of_postgresql() -> pytest.MarkDecorator:
    """Marks a test that is about PostgreSQL itself."""
    return pytest.mark.skipif(not POSTGRESQL, reason="about PostgreSQL: run with SCTRAIN_ON=postgresql")


def examples(many: int) -> int:
    """How many examples of a property to try: a tenth on PostgreSQL, where each statement is a message to a server."""
    return max(3, many // 10) if POSTGRESQL else many


def elsewhere(reason: str) -> pytest.MarkDecorator:
    """Marks a test whose reads others try on PostgreSQL, and that is not run there another time."""
    return pytest.mark.skipif(POSTGRESQL, reason=f"its reads are tried by others: {reason}")


def address(folder: Path, name: str = "store", of: str = MIGRATED) -> str:
    """The address of a store: the same for the same folder and name, as a file's is.

    It is at the newest schema where that saves time, but for `of=EMPTY`: nobody has opened that before.
    """
    if not POSTGRESQL:
        return f"sqlite:///{folder / name}.db"
    return _database(folder, name, of)


def copied(store: str, folder: Path, name: str = "store") -> str:
    """The address of a copy of a store that nobody has open."""
    if POSTGRESQL:
        of = make_url(store).database
        if of not in FREE:
            FREE[of] = []
            server().admin(KEEP, of)
        return _database(folder, name, of)
    shutil.copy(make_url(store).database, folder / f"{name}.db")
    return address(folder, name)


@contextmanager
def at_revision(store: str, revision: str) -> Iterator[Connection]:
    """A transaction on a new store at a past revision of the schema."""
    steps = Config()
    steps.set_main_option("script_location", str(MIGRATIONS))
    engine = create_engine(store)
    with engine.begin() as connection:
        steps.attributes["connection"] = connection
        command.upgrade(steps, revision)
        yield connection
    engine.dispose()


def everything(engine: Engine, *names: str) -> str:
    """All rows of these tables (none: of all), as one text."""
    with engine.connect() as connection:
        listed = names or sorted(inspect(connection).get_table_names())
        return "\n".join(str(row) for name in listed for row in connection.execute(text(f"SELECT * FROM {name}")))


@contextmanager
def let_go() -> Iterator[None]:
    """Let others have at its end what was made within it."""
    before = set(MADE)
    yield
    for key in set(MADE) - before:
        of, made = MADE.pop(key)
        if of in FREE:
            server().admin(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{made}'")
            FREE[of].append(made)
        else:
            server().admin(f"DROP DATABASE {made} WITH (FORCE)")


def fresh(of: str = MIGRATED) -> str:
    """The address of one more database on this run's server."""
    made = f"d{next(NUMBERS)}"
    cluster().make(made, of)
    return cluster().url(made)


def _database(folder: Path, name: str, of: str) -> str:
    if (folder, name) not in MADE:
        if FREE.get(of):
            made = FREE[of].pop()
            server().admin(PUT_BACK, made)
        else:
            made = make_url(fresh(of)).database
        MADE[folder, name] = of, made
    return server().url(MADE[folder, name][1])


@cache
def cluster() -> "Cluster":
    """The server of this run, with a database `sctrain` at the newest schema to copy."""
    made = server()
    made.make(MIGRATED, EMPTY)
    open_store(made.url(MIGRATED)).dispose()
    made.admin(KEEP, MIGRATED)
    FREE[MIGRATED] = []
    return made


@cache
def server() -> "Cluster":
    """The server of this run."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if not found:
        missing("postgres", "there is no /usr/lib/postgresql")
    made = Cluster(found[-1], **HURRIED)
    os.environ["SCTRAIN_FILES"] = str(made.folder / "files")
    return made


class Cluster:
    """A PostgreSQL server of our own, on a socket in a temporary folder, until the run ends."""

    def __init__(self, programs: Path, **settings: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="sctrain-pg-"))
        self.programs = programs
        # It refuses to run as root, as which CI runs.
        self._as = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
        if self._as:
            shutil.chown(self.folder, "postgres", "postgres")
        how = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        self._run("initdb", *how, f"--pgdata={self.folder / 'data'}", check=True)
        self._settings = [f"-c{name}={value}" for name, value in settings.items()]
        self.start()
        atexit.register(self.close)

    def _run(self, program: str, *args: str, check: bool) -> None:
        self._given = {"cwd": self.folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **self._as}
        subprocess.run([self.programs / program, *args], check=check, **self._given)

    def start(self) -> None:
        """Start the server and wait until it answers."""
        own = ["-D", self.folder / "data", "-k", self.folder, "-clisten_addresses=", *self._settings]
        self._server = subprocess.Popen([self.programs / "postgres", *own], **self._given)
        while not self._answers():
            if self._server.poll() is not None:
                raise RuntimeError(f"PostgreSQL ended with {self._server.returncode}")
            time.sleep(0.02)

    def _answers(self) -> bool:
        try:
            self.admin("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def admin(self, statement: str, database: str = "postgres") -> None:
        """Run a statement outside of any transaction, as the cluster's owner."""
        with psycopg.connect(f"host={self.folder} user=postgres dbname={database}", autocommit=True) as connection:
            connection.execute(statement)

    def make(self, name: str, of: str) -> None:
        """A new database, a copy of another that nobody has open."""
        self.admin(f"CREATE DATABASE {name} TEMPLATE {of}")

    def url(self, name: str) -> str:
        """The address of one of its databases."""
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def stop(self, how: int = 2) -> None:
        """Stop the server by a signal: 2 (INT) breaks off what runs, 3 (QUIT) is a crash."""
        self._server.send_signal(how)
        self._server.wait(30)

    def dumped(self, database: str, into: str) -> None:
        """Bring the dump of one database into another, as docs/server.md says."""
        at = [f"--host={self.folder}", "--username=postgres"]
        dump = self.folder / f"{database}.dump"
        self._run("pg_dump", *at, "--format=custom", f"--file={dump}", database, check=True)
        self._run("pg_restore", *at, "--clean", "--if-exists", f"--dbname={into}", str(dump), check=True)

    def close(self) -> None:
        """Stop it and throw its data away."""
        if self._server.poll() is None:
            self.stop(3)
        shutil.rmtree(self.folder, ignore_errors=True)
