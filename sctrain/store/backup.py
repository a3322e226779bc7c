"""A copy of the whole store while it is in use, and back again: all of it or nothing, checked both ways.

SQLite copies by its own backup interface (https://www.sqlite.org/backup.html), in one step and within one read
transaction: the copy is one state of the store, writers do not wait for it, and what they write does not restart it.
PostgreSQL has programs of its own for this, and they are named.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, delete, insert, make_url, select, text
from sqlalchemy.exc import DatabaseError

from sctrain.errors import StorageError, StoreError
from sctrain.store import trail
from sctrain.store.engine import open_store, revisions, still_open
from sctrain.store.faults import told
from sctrain.store.health import broken_links, counts, database_file, examine, is_sound
from sctrain.store.phones import forget
from sctrain.store.schema import change, draft, event, metadata
from sctrain.store.schema import trail as trail_table
from sctrain.store.write import version_of

OTHER = (
    "this store is a {name} database, which has programs of its own: `pg_dump --format=custom --file=FILE DATABASE` "
    "copies it while it is in use, `pg_restore --clean --if-exists --dbname=DATABASE FILE` brings it back"
)
RESTORED = "restored from a backup"


@dataclass(frozen=True)
class Copy:
    """A copy of a store: where it is, its schema, data version, rows by table, and when its last change was made."""

    file: Path
    schema: str
    version: int
    rows: dict[str, int]
    changed_at: str

    @property
    def answers(self) -> int:
        """How many answers it holds, also those that were replaced."""
        return self.rows.get("answer", 0)


@dataclass(frozen=True)
class Restored:
    """What came back, where that which was there is kept (None: nothing was), and the data version now.

    `withdrawn` counts the people who had withdrawn since the copy was made, and were erased from it again.
    """

    copy: Copy
    kept: Path | None
    version: int
    withdrawn: int
    damaged: bool = False


# Out of a store


def backup(engine: Engine, to: Path, now: datetime | None = None) -> Copy:
    """Copy the store to a file, or into a folder under a name made of the time and the data version.

    The schema stays as it is: an engine of `engine.connect` copies a store before it is brought to a newer one.
    The copy is checked before it takes its name: the file is there whole or not at all. It holds all that the store
    holds, so it is readable for its owner alone. StoreError where `to` is the store itself, or a file that is no
    backup and would be lost.
    """
    source = _own_file(engine.url)
    if not source.exists():
        raise StoreError(f"there is no store at {source} yet")
    to = _named(engine, to, now or datetime.now(UTC)) if to.is_dir() else to
    _may_take(to, source)
    part = to.with_name(f"{to.name}.part")
    try:
        part.unlink(missing_ok=True)
        part.parent.mkdir(parents=True, exist_ok=True)
        part.touch(mode=0o600)
        expected = _copy(engine, part)
        _seal(part)
        found = look_into(part)
        if found.rows != expected:
            raise StoreError(f"the copy has other rows than the store had, so it was thrown away: {to} is not written")
        _to_disk(part)
        part.replace(to)
        _to_disk(to.parent)
    except OSError as error:
        raise StoreError(f"{to} cannot be written, so there is no backup: {error.strerror or error}") from error
    finally:
        for rest in (part, *_beside(part)):
            rest.unlink(missing_ok=True)
    return Copy(to, found.schema, found.version, found.rows, found.changed_at)


def _own_file(url: URL) -> Path:
    name = url.get_backend_name()
    if name != "sqlite":
        raise StoreError(OTHER.format(name="PostgreSQL" if name == "postgresql" else name))
    file = database_file(url)
    if file is None:
        raise StoreError("this store is in memory only, and cannot be copied")
    return file


def _named(engine: Engine, folder: Path, now: datetime) -> Path:
    """A name that is free, however the clock stands."""
    with engine.connect() as connection:
        stem = f"sctrain-{now:%Y%m%d-%H%M%S}-v{version_of(connection)}"
    free = (folder / f"{stem}{extra}.db" for extra in ("", *(f"-{n}" for n in range(2, 10_000))))
    return next(file for file in free if not file.exists())


def _may_take(to: Path, source: Path) -> None:
    if to.exists() and to.samefile(source):
        raise StoreError(f"{to} is the store itself: give the backup a name of its own")
    if to.exists() and not _is_database(to):
        raise StoreError(f"{to} is there, and is no backup: it is left alone; give the backup another name")


def _is_database(file: Path) -> bool:
    with file.open("rb") as held:
        return held.read(16) == b"SQLite format 3\0"


def _copy(engine: Engine, part: Path) -> dict[str, int]:
    """Copy what one read transaction sees; how many rows of each table that were."""
    with engine.connect() as connection, closing(sqlite3.connect(part, isolation_level=None)) as target:
        rows = counts(connection)  # the transaction begins with the first read, and the copy sees the same
        try:
            connection.connection.driver_connection.backup(target, pages=-1)  # type: ignore[union-attr]
            target.execute("PRAGMA journal_mode = DELETE")  # one file that can be opened where nothing can be written
        except sqlite3.Error as error:
            raise (told(error, str(part)) or StoreError(f"{part}: {error}")) from error
    return rows


SEAL = (60, 68)
"""Where SQLite's header has four bytes each for whoever uses the file (https://www.sqlite.org/fileformat.html)."""
MODE = 18
"""Where the header says whether the file was opened as a store since: 1 as we leave a copy, 2 with a log beside it."""


def _digest(file: Path) -> bytes:
    """What the whole file is known by, but for the places of the seal: eight bytes."""
    digest = hashlib.blake2b(digest_size=8)
    with file.open("rb") as held:
        head = bytearray(held.read(100))
        for place in SEAL:
            head[place : place + 4] = bytes(4)
        digest.update(head)
        for block in iter(lambda: held.read(1 << 20), b""):
            digest.update(block)
    return digest.digest()


def _seal(file: Path) -> None:
    """Note in a finished copy what it is known by: SQLite finds a broken page, not an altered letter in one."""
    seal = _digest(file)
    with file.open("r+b") as held:
        for place, part in zip(SEAL, (seal[:4], seal[4:]), strict=True):
            held.seek(place)
            held.write(part)


def _is_altered(file: Path) -> bool:
    """Whether a copy is not as it was sealed; one that was opened since, or was copied by hand, has no seal."""
    with file.open("rb") as held:
        head = held.read(100)
    seal = b"".join(head[place : place + 4] for place in SEAL)
    return head[MODE] == 1 and any(seal) and seal != _digest(file)


def _to_disk(path: Path) -> None:
    """Wait until the system has it on the disk; of a folder, its list of names."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _beside(file: Path) -> tuple[Path, ...]:
    """The files that SQLite keeps beside a database."""
    return tuple(file.with_name(f"{file.name}{ending}") for ending in ("-wal", "-shm", "-journal"))


# Into a store


def look_into(file: Path) -> Copy:
    """What a copy holds, read without altering anything.

    StoreError where there is none, it is damaged or incomplete, is no store of sctrain, or was made by a later one.
    """
    if not file.is_file():
        raise StoreError(f"there is no file {file}")
    if file.stat().st_size == 0 or not _is_database(file):
        raise StoreError(f"{file} is no backup of a store, or its beginning is damaged")
    if _is_altered(file):
        raise StoreError(
            f"{file} was altered or damaged since it was made, and cannot be restored: take another backup"
        )
    with _reading(file) as connection:
        faults = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check")]
        if faults != ["ok"]:
            raise StoreError(f"{file} is damaged, and cannot be restored: {faults[0]}; take an earlier backup")
        rows = counts(connection)
        if "alembic_version" not in rows or "answer" not in rows:
            raise StoreError(f"{file} is a database, but not one of sctrain")
        return _checked(connection, file, rows)


@contextmanager
def _reading(file: Path) -> Iterator[Connection]:
    # `immutable`: a copy is read where it lies, also on a disk that can only be read, and gets no file beside it.
    address = f"sqlite:///file:{quote(str(file.resolve()))}?mode=ro&immutable=1&uri=true"
    engine = create_engine(address)
    try:
        with engine.connect() as connection:
            yield connection
    except DatabaseError as error:
        raise StoreError(f"{file} is damaged, and cannot be restored: {error.orig}; take an earlier backup") from error
    finally:
        engine.dispose()


def _checked(connection: Connection, file: Path, rows: dict[str, int]) -> Copy:
    schema = str(connection.scalar(text("SELECT version_num FROM alembic_version")))
    if schema not in revisions():
        raise StoreError(
            f"{file} was made by a later sctrain (schema {schema}, this one knows up to {revisions()[0]}): "
            "update sctrain, then restore it"
        )
    if broken := broken_links(connection):
        raise StoreError(f"{file} is damaged, and cannot be restored: rows that name what is not there: {broken}")
    last = text("SELECT version, at FROM change ORDER BY version DESC LIMIT 1")
    version, at = tuple(connection.execute(last).one_or_none() or (0, ""))
    return Copy(file, schema, int(version), rows, str(at)[:19])


def restore(url: str, file: Path, now: datetime | None = None) -> Restored:
    """Put what a backup holds in the place of what the store holds, all of it or nothing; servers may go on meanwhile.

    First the copy is checked and brought to the newest schema beside the store; only then is the store touched. What
    it held is kept as a backup beside it. Who has withdrawn since the copy was made is erased from it again. The data
    version goes on from the higher of both, so that no page shows what it remembers of the other. StoreError where
    the copy cannot be restored; nothing is altered then.
    """
    target, copy, now = _own_file(make_url(url)), look_into(file), now or datetime.now(UTC)
    with _brought_up(file, target) as working:
        if not target.exists():
            working.replace(target)
            return Restored(copy, None, copy.version, 0)
        if not _is_sound(url):
            kept = _set_aside(target, now)
            working.replace(target)
            return Restored(copy, kept, copy.version, 0, damaged=True)
        engine = open_store(url)
        try:
            restored = _put_in(engine, copy, working, _beside_store(target, "before-restore", now))
            _check_again(engine, restored)
        finally:
            engine.dispose()
    return restored


@contextmanager
def _brought_up(file: Path, target: Path) -> Iterator[Path]:
    """A copy of the backup beside the store, at the newest schema; thrown away if it has not taken its place."""
    working = target.with_name(f"{target.name}.restoring")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        for rest in (working, *_beside(working)):
            rest.unlink(missing_ok=True)
        working.touch(mode=0o600)
        shutil.copyfile(file, working)
        engine = open_store(f"sqlite:///{working}")  # a schema of before is migrated here, not in the store
        with engine.connect() as connection:
            for pragma in ("user_version = 0", "application_id = 0", "wal_checkpoint(TRUNCATE)"):
                connection.exec_driver_sql(f"PRAGMA {pragma}")
                connection.commit()
        engine.dispose()
        _to_disk(working)
        yield working
    except OSError as error:
        raise StoreError(f"{file} cannot be restored to {target}: {error.strerror or error}") from error
    finally:
        for rest in (working, *_beside(working)):
            rest.unlink(missing_ok=True)


def _is_sound(url: str) -> bool:
    """Whether what is there can be read, and so be kept; StorageError for all that is no damage, such as a lock."""
    try:
        engine = open_store(url)
        try:
            return is_sound(engine)
        finally:
            engine.dispose()
    except StorageError as error:
        if error.kind != "damaged":
            raise
        return False


def _set_aside(target: Path, now: datetime) -> Path:
    """Keep a damaged store as it is under another name; its log must be gone before another file takes its place."""
    kept = _beside_store(target, "damaged", now)
    for held, copied in zip((target, *_beside(target)), (kept, *_beside(kept)), strict=True):
        if held.exists():
            shutil.copyfile(held, copied)
            _to_disk(copied)
    for rest in _beside(target):
        rest.unlink(missing_ok=True)
    return kept


def _beside_store(target: Path, why: str, now: datetime) -> Path:
    names = (f"{target.stem}.{why}-{now:%Y%m%d-%H%M%S}{extra}.db" for extra in ("", *(f"-{n}" for n in range(2, 999))))
    return next(target.with_name(name) for name in names if not target.with_name(name).exists())


def _put_in(engine: Engine, copy: Copy, working: Path, kept: Path) -> Restored:
    """Replace every row in one transaction, which other writers wait for: none of theirs falls between old and new."""
    with engine.connect().execution_options(writes=True) as connection:
        raw = connection.connection.driver_connection
        raw.execute("ATTACH DATABASE ? AS copy", (str(working),))  # type: ignore[union-attr]
        try:
            with connection.begin():
                connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
                backup(engine, kept)
                gone, before = _withdrawn(connection), version_of(connection)
                _replace_rows(connection)
                erased = _erase(connection, gone)
                version = max(before, version_of(connection)) + 1
                row = {"at": datetime.now(UTC), "kind": "event", "note": RESTORED}
                connection.execute(insert(change).values(version=version, **row))
                trail.note(connection, "restore", n=copy.answers)
                still_open(connection)
        finally:
            raw.execute("DETACH DATABASE copy")  # type: ignore[union-attr]
    return Restored(copy, kept, version, erased)


def _replace_rows(connection: Connection) -> None:
    """All but the trail: what was done stays told, also what the copy knows nothing of."""
    replaced = [table for table in metadata.sorted_tables if table is not trail_table]
    for table in reversed(replaced):
        connection.execute(delete(table))
    for table in replaced:
        names = ", ".join(f'"{column.name}"' for column in table.c)
        connection.exec_driver_sql(f'INSERT INTO main."{table.name}" ({names}) SELECT {names} FROM copy."{table.name}"')


def _withdrawn(connection: Connection) -> list[tuple[str, str]]:
    """Who has withdrawn from which event, where the copy calls people by the same names."""
    salts = (f"SELECT value FROM {place}.setting WHERE name = 'salt'" for place in ("main", "copy"))
    ours, theirs = (connection.exec_driver_sql(query).scalar() for query in salts)
    rows = select(draft.c.event, draft.c.person).where(draft.c.state == "withdrawn")
    return [(row.event, row.person) for row in connection.execute(rows)] if ours == theirs else []


def _erase(connection: Connection, gone: list[tuple[str, str]]) -> int:
    """Erase again who has withdrawn meanwhile; how many of them the copy held something of."""
    erased = 0
    known = set(connection.scalars(select(event.c.code)))
    for code, person in (pair for pair in gone if pair[0] in known):
        erased += forget(connection, code, person)
    return erased


def _check_again(engine: Engine, restored: Restored) -> None:
    faults = [f"{one.what}: {one.said}" for one in examine(engine) if one.is_fault]
    if faults:
        raise StoreError(
            f"{restored.copy.file} was restored, and is not in order: {'; '.join(faults)}. "
            f"What was there before is kept in {restored.kept}"
        )
