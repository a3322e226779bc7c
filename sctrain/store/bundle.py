"""One event as one file, to move it to another server: a zip of JSON Lines and a manifest.

What is in it follows from the schema: the rows that hang on the event, each as a JSON object, in an order and with
numbers of its own. Keys that a store gives out (ids, data versions) are counted within the event, so that the same
event gives the same bytes from whatever store. `docs/data.md` says what is carried, and what is not.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Column as SqlColumn
from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    DateTime,
    Engine,
    Integer,
    Table,
    func,
    insert,
    select,
)
from sqlalchemy.exc import DBAPIError, StatementError

from sctrain import cards
from sctrain.catalogue import from_json
from sctrain.errors import SelectionError, StoreError
from sctrain.store.engine import revisions, writing
from sctrain.store.queries import catalogue_of
from sctrain.store.schema import catalogue, change, event, item, metadata, questionnaire, saved_view
from sctrain.store.write import NewEvent, event_key, keep_event_key, version_of

KIND = "sctrain event bundle"
CARRIED = ("event", "answer", "sheet", "ranking", "note", "coding", "setup", "hidden", "draft", "desk", "locked",
           "saved_view", "ordering", "revision", "step")  # fmt: skip
"""Tables whose rows of the event are in the bundle as they are."""
SHARED = {
    "catalogue": "the one that the event asks",
    "questionnaire": "those that its answers fill in, and the one it asks now; told apart by what they ask",
    "item": "with its questionnaire",
    "change": "those of the event, numbered from 1",
    "setting": "only the key that the event's people are hashed with",
}
"""Tables that events share: what of them goes with one."""
LEFT = {
    "access": "links are signed with a key that is each store's own; the new one makes its own",
    "trail": "what was done to a store stays recorded there",
    "trash": "what was thrown away is put back where that was done",
    "course_list": "courses belong to a catalogue, not to one event; the new store may have another list",
}
"""Tables that stay where they are, and why."""
SEEN = ("revision.version",)
"""Columns whose data version is the one that somebody looked at, which may be another event's change."""
CHUNK = 20_000
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time that every part of a zip gets: the earliest there is."""
FROZEN = re.compile(r"(?:(?<=^)|(?<=&))v=(\d{1,9})(?=&|$)")
"""The data version in the query of a saved view."""
Row = dict[str, Any]


@dataclass(frozen=True)
class Moved:
    """An event that was written to a bundle or read from one, and how many rows it has in each part."""

    event: str
    title: str
    rows: dict[str, int]
    version: int


# Out of a store


def bundle(engine: Engine, code: str, file: Path) -> Moved:
    """Write all that the store holds of an event to a file; the same event gives the same bytes.

    SelectionError if there is no such event. The file is there whole or not at all.
    """
    part = file.with_name(f"{file.name}.part")
    try:
        part.touch(mode=0o600)  # it holds what single people said
        with _snapshot(engine) as connection, zipfile.ZipFile(part, "w") as out:
            moved = _write(connection, code, _Out(out))
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return moved


def _snapshot(engine: Engine) -> Connection:
    """A connection whose reads all see one state of the store."""
    connection = engine.connect()
    postgresql = engine.dialect.name == "postgresql"  # SQLite's transactions are snapshots by themselves
    return connection.execution_options(isolation_level="REPEATABLE READ") if postgresql else connection


class _Out:
    """The parts of a bundle as they are written, with their digests."""

    def __init__(self, out: zipfile.ZipFile) -> None:
        self._out = out
        self.parts: dict[str, Row] = {}

    def put(self, name: str, rows: Iterable[Row]) -> None:
        """A part of JSON Lines. Stored, not compressed: a bundle's bytes must not hang on the zlib at hand."""
        digest, n = hashlib.sha256(), 0
        with self._out.open(_info(f"{name}.jsonl"), "w", force_zip64=True) as part:
            for row in rows:
                line = _line(row)
                digest.update(line)
                part.write(line)
                n += 1
        self.parts[f"{name}.jsonl"] = {"rows": n, "sha256": digest.hexdigest()}

    def close(self, head: Row) -> None:
        """The manifest; its own digest is of all the rest of it."""
        whole = {**head, "parts": self.parts}
        whole["sha256"] = hashlib.sha256(_line(whole)).hexdigest()
        text = json.dumps(whole, ensure_ascii=False, indent=1) + "\n"
        self._out.writestr(_info("manifest.json"), text.encode())


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, EPOCH)
    info.create_system, info.external_attr = 3, 0o600 << 16  # whatever system it is made on
    return info


def _line(row: Row) -> bytes:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _write(connection: Connection, code: str, out: _Out) -> Moved:
    known = list(connection.scalars(select(event.c.code).order_by(event.c.code)))
    if code not in known:
        raise SelectionError("event", code, known)
    asked = connection.execute(select(event.c.catalogue, event.c.title).where(event.c.code == code)).one()
    versions = _versions(connection, code)
    numbers = {"change": {version: k for k, version in enumerate(versions, 1)}}
    forms, numbers["questionnaire"] = _questionnaires(connection, code, asked.catalogue)
    out.put("catalogue", _catalogue(connection, asked.catalogue))
    out.put("questionnaire", forms)
    out.put("change", _changes(connection, versions))
    out.put("key", _key(connection, code))
    for table in _carried():
        out.put(table.name, _rows(connection, code, table, numbers))
    out.close({"kind": KIND, "schema": revisions()[0], "event": code})
    rows = {name.removesuffix(".jsonl"): part["rows"] for name, part in out.parts.items()}
    return Moved(code, asked.title, rows, versions[-1] if versions else 0)


def _carried() -> list[Table]:
    """In an order in which what is pointed to comes first. StoreError where a table is there that nobody decided on."""
    undecided = [name for name in metadata.tables if name not in {*CARRIED, *SHARED, *LEFT}]
    if undecided:
        raise StoreError(f"nobody decided whether a bundle carries {', '.join(undecided)} (sctrain/store/bundle.py)")
    return [table for table in metadata.sorted_tables if table.name in CARRIED]


def _points_to(column: SqlColumn[Any]) -> str:
    """The table that a column refers to; `` for none."""
    return next((key.column.table.name for key in column.foreign_keys), "")


def _is_number(column: SqlColumn[Any]) -> bool:
    """Whether it is a number that the store gives each row of the table."""
    alone = len(column.table.primary_key.columns) == 1
    return column.primary_key and alone and isinstance(column.type, Integer) and not column.foreign_keys


def of_event(table: Table, code: str) -> ColumnElement[bool]:
    """Which rows of a carried table are the event's: its own, or those of rows that are."""
    if table is event:
        return event.c.code == code
    for column in table.c:
        if _points_to(column) == "event":
            return column == code
    for column in table.c:
        if _points_to(column) in CARRIED:
            parent = metadata.tables[_points_to(column)]
            return column.in_(select(next(iter(parent.primary_key))).where(of_event(parent, code)))
    raise StoreError(f"the rows of {table.name} hang on no event, so a bundle cannot carry them")


def _versions(connection: Connection, code: str) -> list[int]:
    """The data versions of an event: those its rows name, and those whose change says that it was the event's."""
    own = (change.c.note == code) & (change.c.kind == "event")
    own |= change.c.note.startswith(f"{code}: ", autoescape=True)
    found = set(connection.scalars(select(change.c.version).where(own)))
    for table in _carried():
        for column in (c for c in table.c if _points_to(c) == "change" and str(c) not in SEEN):
            found |= set(
                connection.scalars(select(column).where(of_event(table, code), column.is_not(None)).distinct())
            )
    return sorted(found)


def _changes(connection: Connection, versions: Sequence[int]) -> Iterator[Row]:
    for start in range(0, len(versions), 500):
        some = select(change).where(change.c.version.in_(versions[start : start + 500])).order_by(change.c.version)
        for row in connection.execute(some):
            yield {"at": _told(row.at), "kind": row.kind, "note": row.note}


def _key(connection: Connection, code: str) -> list[Row]:
    """What the event's people are hashed with; nothing where it has none: there is nobody to be known again."""
    people = [table for table in _carried() if "person" in table.c]
    held = (connection.scalar(select(func.count()).select_from(t).where(of_event(t, code))) for t in people)
    key = event_key(connection, code) if any(held) else None
    return [{"key": key.hex()}] if key else []


def _catalogue(connection: Connection, code: str) -> list[Row]:
    return [{"code": code, "body": connection.scalar(select(catalogue.c.body).where(catalogue.c.code == code))}]


def _questionnaires(connection: Connection, code: str, asked: str) -> tuple[list[Row], dict[int, int]]:
    """What the event asks or asked, in an order that hangs only on the content; the place of each by its id."""
    answered = {
        i
        for table in _carried()
        for column in table.c
        if _points_to(column) == "questionnaire"
        for i in connection.scalars(select(column).where(of_event(table, code)).distinct())
    }
    known = {i: form for i, form in _forms(connection, asked).items() if i in answered}
    content = sorted({_line(form) for form in (*known.values(), _newest(connection, asked))})
    places = {line: place for place, line in enumerate(content, 1)}
    return [json.loads(line) for line in content], {i: places[_line(form)] for i, form in known.items()}


def _forms(connection: Connection, asked: str) -> dict[int, Row]:
    """Every questionnaire of a catalogue by its id: its scale and its competencies in order."""
    rows = connection.execute(select(questionnaire).where(questionnaire.c.catalogue == asked)).all()
    items = select(item.c.competency).order_by(item.c.position)
    listed = {row.id: list(connection.scalars(items.where(item.c.questionnaire_id == row.id))) for row in rows}
    return {row.id: {"low": row.low, "high": row.high, "competencies": listed[row.id]} for row in rows}


def _newest(connection: Connection, asked: str) -> Row:
    """What is asked of who answers from now on."""
    known = catalogue_of(connection, asked)
    return {"low": known.scale.low, "high": known.scale.high, "competencies": list(known.codes)}


def _rows(connection: Connection, code: str, table: Table, numbers: dict[str, dict[int, int]]) -> Iterable[Row]:
    """The event's rows of a table as they stand in the bundle; notes in `numbers` which place each id has."""
    own = next((column for column in table.c if _is_number(column)), None)
    query = select(table).where(of_event(table, code))
    if own is None:  # sorted here: databases sort texts in different orders
        given = connection.execute(query)
        key = [column.name for column in table.primary_key if _points_to(column) != "event"]
        return sorted((_out(row._mapping, table, numbers) for row in given), key=lambda row: [row[k] for k in key])
    return _numbered(connection, query.order_by(own), table, own.name, numbers)


def _numbered(
    connection: Connection, query: Any, table: Table, own: str, numbers: dict[str, dict[int, int]]
) -> Iterator[Row]:
    places = numbers[table.name] = {}
    for row in connection.execution_options(yield_per=CHUNK).execute(query):
        places[row._mapping[own]] = len(places) + 1
        yield _out(row._mapping, table, numbers)


def _out(row: Any, table: Table, numbers: dict[str, dict[int, int]]) -> Row:
    return {c.name: _in_bundle(c, row[c.name], numbers) for c in _columns(table)}


def _columns(table: Table) -> list[SqlColumn[Any]]:
    """The columns that stand in a bundle: without the event, which is the same in all, and without numbers."""
    return [c for c in table.c if not (_points_to(c) == "event" or _is_number(c))]


def _in_bundle(column: SqlColumn[Any], value: Any, numbers: dict[str, dict[int, int]]) -> Any:
    if str(column) in SEEN:
        return _count(numbers["change"], value)
    if (to := _points_to(column)) in numbers and value is not None:
        return numbers[to][value]
    if column is saved_view.c.query:
        return FROZEN.sub(lambda found: f"v={_count(numbers['change'], int(found[1]))}", value)
    return _told(value)


def _count(versions: dict[int, int], at: int) -> int:
    """How many changes of the event there were at a data version of the store."""
    return sum(version <= at for version in versions)


def _told(value: Any) -> Any:
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


# Into a store


def unbundle(engine: Engine, file: Path, also: Callable[[Connection], None] = lambda _: None) -> Moved:
    """Bring in the event of a bundle, all of it or nothing; `also` is done in the same transaction.

    StoreError where the file is no bundle, was altered, or was made at another schema; where the store has an event
    of this code, or another catalogue under the code of the event's.
    """
    with _opened(file) as held:
        head = _checked(held, file)
        with writing(engine) as connection:
            try:
                moved = _Arrival(connection, held, file, head["event"]).read()
                also(connection)
                return moved
            except (DBAPIError, StatementError, KeyError, TypeError, ValueError) as error:
                raise StoreError(f"{file}: the store refuses this bundle, and keeps nothing of it: {error}") from error


DAMAGE = (
    *(KeyError, ValueError, TypeError, AttributeError, OSError, EOFError, RuntimeError),
    *(zipfile.BadZipFile, zlib.error),
)
"""What a file with a byte altered has been seen to raise; RuntimeError where it says that it is encrypted."""


def _opened(file: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError) as error:
        raise StoreError(f"{file} is no bundle, or not all of one: {error}") from error


def _checked(held: zipfile.ZipFile, file: Path) -> Row:
    """The manifest, if it is one of this program's schema and every part is as it says."""
    try:
        head = json.loads(held.read("manifest.json"))
        altered = list(_altered(held, head))
    except DAMAGE as error:
        raise StoreError(f"{file} is no bundle, or was altered: {error or type(error).__name__}") from error
    if head.get("kind") != KIND:
        raise StoreError(f"{file} is no bundle of an event: it says that it is {head.get('kind')!r}")
    if altered:
        raise StoreError(
            f"{file} was altered or damaged since it was made: {', '.join(altered)}; nothing was brought in"
        )
    _same_schema(str(head["schema"]), file)
    return head


def _altered(held: zipfile.ZipFile, head: Row) -> Iterator[str]:
    """The parts that are not as the manifest says, and itself where it is not as it was made."""
    if hashlib.sha256(_line({k: v for k, v in head.items() if k != "sha256"})).hexdigest() != head["sha256"]:
        yield "manifest.json"
    there = [name for name in held.namelist() if name != "manifest.json"]
    yield from sorted({*there} ^ {*head["parts"]} | {name for name in there if there.count(name) > 1})
    for name in sorted({*there} & {*head["parts"]}):
        digest = hashlib.sha256()
        with held.open(name) as part:
            for block in iter(lambda part=part: part.read(1 << 20), b""):  # type: ignore[misc]
                digest.update(block)
        if digest.hexdigest() != head["parts"][name]["sha256"]:
            yield name


def _same_schema(made_at: str, file: Path) -> None:
    newest, *older = revisions()
    if made_at in older:
        raise StoreError(
            f"{file} was made by an earlier sctrain (schema {made_at}; this one has {newest}): bring it into a store "
            "with that version, open the store with this one, and bundle the event again"
        )
    if made_at != newest:
        raise StoreError(
            f"{file} was made by a later sctrain (schema {made_at}; this one has {newest}): update sctrain here"
        )


@dataclass
class _Arrival:
    """An event on its way into a store; `ids` are the numbers that the store gave, in the order of each part."""

    connection: Connection
    held: zipfile.ZipFile
    file: Path
    code: str
    ids: dict[str, list[int]] = field(default_factory=dict)

    def read(self) -> Moved:
        NewEvent(self.code, "")  # the code stands in links, so it is checked like a new one
        if self.connection.scalar(select(event.c.code).where(event.c.code == self.code)) is not None:
            raise StoreError(f"{self.file}: there is an event {self.code!r} here already, and two are not merged")
        asked = self._catalogue()
        self.ids["questionnaire"] = [self._questionnaire(asked, form) for form in self._lines("questionnaire")]
        self._newest(asked)
        self._changes()
        for row in self._lines("key"):
            keep_event_key(self.connection, self.code, bytes.fromhex(row["key"]))
        rows = {table.name: self._table(table) for table in _carried()}
        title = self.connection.execute(select(event.c.title).where(event.c.code == self.code)).scalar_one()
        return Moved(self.code, title, rows, version_of(self.connection))

    def _lines(self, part: str) -> Iterator[Row]:
        with self.held.open(f"{part}.jsonl") as raw:
            for line in io.TextIOWrapper(raw, "utf-8", newline="\n"):
                yield json.loads(line)

    def _catalogue(self) -> str:
        (given,) = self._lines("catalogue")
        known = self.connection.scalar(select(catalogue.c.body).where(catalogue.c.code == given["code"]))
        if known is None:
            from_json(given["body"])  # refuses what is no catalogue
            self.connection.execute(insert(catalogue).values(**given))
        elif known != given["body"]:
            raise StoreError(
                f"{self.file}: the catalogue {given['code']!r} is here already and is another one (labels, entries or "
                "targets differ). Bring the event into a store of its own: set SCTRAIN_DB"
            )
        return str(given["code"])

    def _questionnaire(self, asked: str, form: Row) -> int:
        known = {_line(held): i for i, held in sorted(_forms(self.connection, asked).items())}
        return known.get(_line(form)) or self._ask(asked, form)

    def _ask(self, asked: str, form: Row) -> int:
        of = questionnaire.c.catalogue == asked
        last = self.connection.scalar(select(func.max(questionnaire.c.version)).where(of))
        scale = {"low": form["low"], "high": form["high"], "marks": cards.marks(form["low"], form["high"])}
        row = {"catalogue": asked, "version": (last or 0) + 1, "items": len(form["competencies"]), **scale}
        made = self.connection.execute(insert(questionnaire).values(row).returning(questionnaire.c.id)).scalar_one()
        items = [{"questionnaire_id": made, "position": p, "competency": c} for p, c in enumerate(form["competencies"])]
        self.connection.execute(insert(item), items)
        return int(made)

    def _newest(self, asked: str) -> None:
        """An older questionnaire that came in must not become what is asked from now on."""
        forms, wanted = _forms(self.connection, asked), _newest(self.connection, asked)
        if forms[max(forms)] != wanted:
            self._ask(asked, wanted)

    def _changes(self) -> None:
        base = version_of(self.connection)
        rows = [{**row, "at": datetime.fromisoformat(row["at"])} for row in self._lines("change")]
        self.ids["change"] = [base + k for k in range(1, len(rows) + 1)]
        if rows:
            numbered = zip(rows, self.ids["change"], strict=True)
            self.connection.execute(insert(change), [{**row, "version": version} for row, version in numbered])

    def _table(self, table: Table) -> int:
        """The rows of one part, in its order; each by itself where others point to it and its id must be known."""
        some: list[Row] = []
        n = 0
        refer = any(_points_to(column) == table.name for other in _carried() for column in other.c)
        number = next((c for c in table.c if refer and _is_number(c)), None)
        for row in (self._in_store(table, given) for given in self._lines(table.name)):
            n += 1
            if number is not None:
                made = self.connection.execute(insert(table).values(row).returning(number)).scalar_one()
                self.ids.setdefault(table.name, []).append(int(made))
                continue
            some.append(row)
            if len(some) == CHUNK:
                self.connection.execute(insert(table), some)
                some = []
        if some:
            self.connection.execute(insert(table), some)
        return n

    def _in_store(self, table: Table, given: Row) -> Row:
        columns = {column.name: column for column in _columns(table)}
        if set(given) != set(columns):
            raise ValueError(f"{table.name}.jsonl has other columns than the table: {', '.join(given)}")
        row = {name: self._value(column, given[name]) for name, column in columns.items()}
        return row | {c.name: self.code for c in table.c if _points_to(c) == "event"}

    def _value(self, column: SqlColumn[Any], value: Any) -> Any:
        if str(column) in SEEN:
            return self._version(value)
        if (ids := self.ids.get(_points_to(column))) is not None and value is not None:
            if not 1 <= value <= len(ids):
                raise ValueError(f"{column.table.name}.{column.name} names {value} of {len(ids)}")
            return ids[value - 1]
        if column is saved_view.c.query:
            return FROZEN.sub(lambda found: f"v={self._version(int(found[1]))}", value)
        return _READ.get(type(column.type), _same)(value) if value is not None else None

    def _version(self, count: int) -> int:
        """The data version here at which the event has so many changes; before the first of them, the one before."""
        ids = self.ids["change"]
        return ids[0] - 1 if count == 0 else ids[min(count, len(ids)) - 1]


def _same(value: Any) -> Any:
    return value


_READ: dict[type, Callable[[Any], Any]] = {Date: date.fromisoformat, DateTime: datetime.fromisoformat}
