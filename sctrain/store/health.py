"""Whether a store is whole: its file, its links between rows, its cards, its versions, and how it waits for the disk.

Nothing is altered. What is found is told as facts for who runs the server: counts, never what anybody answered.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, and_, exists, func, or_, select, text

from sctrain.catalogue import from_json
from sctrain.errors import CatalogueError, StoreError
from sctrain.store.audit import soundness
from sctrain.store.engine import revision, revisions
from sctrain.store.schema import answer, catalogue, change, desk, event, item, metadata, questionnaire, setup

SPACE = 3
"""How many times the size of the database should be free on its disk: for its log, a backup, and growth."""
LEAST_SPACE = 100_000_000
"""Bytes that should be free however small it is."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: whether it holds, and what was found. A hint asks for attention, no more."""

    what: str
    holds: bool
    said: str
    is_hint: bool = False

    @property
    def is_fault(self) -> bool:
        """Whether the store should not go on like this."""
        return not (self.holds or self.is_hint)


def examine(engine: Engine, today: date | None = None) -> list[Finding]:
    """All that can be found out about a store; of an older schema only what all have. StorageError where it is unread.

    StoreError where there is none.
    """
    place = database_file(engine.url)
    if place is not None and not place.exists():
        raise StoreError(f"there is no store at {place} yet")
    found = list(_file(engine))
    if not all(one.holds for one in found[:1]):
        return found
    with engine.connect() as connection:
        schema = revision(connection)
        if schema != (newest := revisions()[0]):
            said = f"{schema}: is brought to {newest} as sctrain opens it; `backup` copies it as it is"
            return [*found, Finding("schema", False, said, is_hint=True), *_links(connection)]
        looks = (_links, _cards, _questionnaires, _versions, _corrections, _desks, _clock)
        found += [one for look in looks for one in look(connection)]
        found += _retention(connection, today or datetime.now(UTC).date())
    return found + list(_disk(engine))


def is_sound(engine: Engine) -> bool:
    """Whether every page of the database is whole and every row names only what is there: so that it can be copied."""
    if not all(one.holds for one in _file(engine) if one.what == "file"):
        return False
    with engine.connect() as connection:
        return not any(one.is_fault for one in _links(connection))


def _file(engine: Engine) -> Iterator[Finding]:
    sound = soundness(engine)
    yield Finding(
        "file", sound.integrity == "ok", "every page is whole" if sound.integrity == "ok" else sound.integrity
    )
    if sound.synchronous:
        waits = sound.synchronous in ("FULL", "EXTRA")
        said = "stored means on the disk" if waits else "what is called stored may be lost by a power cut"
        yield Finding("synchronous", waits, f"{sound.synchronous}: {said}")
        logs = sound.journal == "wal"
        yield Finding("journal", logs, f"{sound.journal}: {'readers and writers do not wait' if logs else 'not wal'}")


def _links(connection: Connection) -> Iterator[Finding]:
    """Rows that name a row which is not there; PostgreSQL does not let them be."""
    if connection.dialect.name != "sqlite":
        return
    enforced = connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    yield Finding("rules", enforced, "the database enforces its rules" if enforced else "foreign keys are not enforced")
    broken = broken_links(connection)
    said = ", ".join(f"{table}: {n}" for table, n in broken.items())
    yield Finding(
        "links", not broken, f"rows that name what is not there: {said}" if broken else "every row is at home"
    )


def broken_links(connection: Connection) -> dict[str, int]:
    """How many rows of each table name a row that is not there."""
    found: dict[str, int] = {}
    for row in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        found[row[0]] = found.get(row[0], 0) + 1
    return found


def _cards(connection: Connection) -> Iterator[Finding]:
    """Every answer's card must be one of its questionnaire, and that one of its event's catalogue."""
    joined = answer.join(questionnaire, answer.c.questionnaire_id == questionnaire.c.id)
    joined = joined.join(event, answer.c.event == event.c.code)
    other = func.trim(answer.c.ratings, questionnaire.c.marks) != ""
    length = func.length(answer.c.ratings) != 2 * questionnaire.c["items"]
    odd = or_(length, other, questionnaire.c.catalogue != event.c.catalogue)
    n = connection.scalar(select(func.count()).select_from(joined).where(odd)) or 0
    of = connection.scalar(select(func.count()).select_from(answer)) or 0
    yield Finding("cards", n == 0, f"{of - n} of {of} answers fit their questionnaire")


def _questionnaires(connection: Connection) -> Iterator[Finding]:
    """A questionnaire has as many items as it says, in places 0, 1, …; and every catalogue can be read."""
    listed = select(item.c.questionnaire_id, func.count().label("n"), func.max(item.c.position).label("last"))
    counted = listed.group_by(item.c.questionnaire_id).subquery()
    joined = questionnaire.outerjoin(counted, counted.c.questionnaire_id == questionnaire.c.id)
    wrong = or_(counted.c.n.is_(None), counted.c.n != questionnaire.c["items"], counted.c.last != counted.c.n - 1)
    ids = list(connection.scalars(select(questionnaire.c.id).select_from(joined).where(wrong)))
    yield Finding("questionnaires", not ids, f"with other items than they say: {ids}" if ids else "all are complete")
    unread = [code for code, body in connection.execute(select(catalogue.c.code, catalogue.c.body)) if not _reads(body)]
    yield Finding("catalogues", not unread, f"cannot be read: {', '.join(unread)}" if unread else "all can be read")


def _reads(body: str) -> bool:
    try:
        return bool(from_json(body))
    except (CatalogueError, ValueError):
        return False


def _versions(connection: Connection) -> Iterator[Finding]:
    """A hole in the data versions is left by a restore; a row that names a version in one would be lost to links."""
    first, last, n = connection.execute(
        select(func.min(change.c.version), func.max(change.c.version), func.count()).select_from(change)
    ).one()
    missing = (last or 0) - (first or 1) + 1 - n if n else 0
    lost = 0
    for table in metadata.sorted_tables:
        for column in (c for c in table.c if any(key.column is change.c.version for key in c.foreign_keys)):
            named = select(func.count()).where(column.is_not(None), column.not_in(select(change.c.version)))
            lost += connection.scalar(named) or 0
    gaps = f", {missing} numbers are not used (a restore leaves such)" if missing else ""
    said = f"{n} changes, the newest is {last or 0}{gaps}"
    yield Finding("versions", lost == 0, f"{lost} rows name a version that is not there" if lost else said)


def _corrections(connection: Connection) -> Iterator[Finding]:
    """An answer that was replaced has one that came in its place, of the same person in the same version."""
    later = answer.alias()
    place = and_(later.c.event == answer.c.event, later.c.person == answer.c.person)
    follows = exists().where(place, later.c.version == answer.c.replaced_in)
    lost = select(func.count()).select_from(answer).where(answer.c.replaced_in.is_not(None), ~follows)
    n = connection.scalar(lost) or 0
    said = f"{n} answers were replaced by one that is not there" if n else "each has what came in its place"
    yield Finding("corrections", n == 0, said)


def _desks(connection: Connection) -> Iterator[Finding]:
    """The revisions of each part of a table's desk are 1, 2, …"""
    parts = select(func.count().label("n"), func.max(desk.c.revision).label("last"))
    counted = parts.group_by(desk.c.event, desk.c.table_number, desk.c.part).subquery()
    n = connection.scalar(select(func.count()).select_from(counted).where(counted.c.n != counted.c.last)) or 0
    said = f"{n} parts of tables’ sheets lack a revision" if n else "no change of a table’s sheet is missing"
    yield Finding("tables", n == 0, said)


def _clock(connection: Connection) -> Iterator[Finding]:
    """Versions say what came first, not times: a clock that went back harms nothing, and one may want to know."""
    times = list(connection.scalars(select(change.c.at).order_by(change.c.version)))
    back = sum(later < earlier for earlier, later in pairwise(times))
    told = f"it went back {back} times between changes; the order is that of the versions, which is right"
    yield Finding("clock", back == 0, told if back else "it never went back between two changes", is_hint=True)


def _retention(connection: Connection, today: date) -> Iterator[Finding]:
    due = select(setup.c.event).where(setup.c.retain_until < today, setup.c.ended_on.is_(None))
    codes = sorted(connection.scalars(due))
    said = f"past their date, to be purged: {', '.join(codes)}" if codes else "no event is past its date"
    yield Finding("retention", not codes, said, is_hint=True)


def _disk(engine: Engine) -> Iterator[Finding]:
    file = database_file(engine.url)
    if file is None or not file.is_file():
        return
    size, free = file.stat().st_size, shutil.disk_usage(file.parent).free
    said = f"{size / 1e6:.1f} MB in use, {free / 1e9:.1f} GB free"
    yield Finding("disk", free >= max(LEAST_SPACE, SPACE * size), said, is_hint=True)


def database_file(url: URL) -> Path | None:
    """The file of an SQLite store; None for other databases, and for one in memory."""
    name = url.database if url.get_backend_name() == "sqlite" else None
    if not name or name == ":memory:":
        return None
    return Path(name.removeprefix("file:").split("?")[0])


def counts(connection: Connection) -> dict[str, int]:
    """How many rows each table of the database has, in whatever schema."""
    names = [row[0] for row in connection.execute(text(TABLES[connection.dialect.name]))]
    return {name: connection.scalar(text(f'SELECT count(*) FROM "{name}"')) or 0 for name in sorted(names)}


TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    "postgresql": "SELECT table_name FROM information_schema.tables "
    "WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'",
}
"""Where a database lists its tables."""
