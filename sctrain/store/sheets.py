"""Table sheets in the store: kept like answers, never altered, replaced by a correction."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Engine, Table, insert, or_, select, update

from sctrain.errors import StoreError
from sctrain.frames import NOTES, RANKINGS, SHEETS, Sheets
from sctrain.store.engine import writing
from sctrain.store.queries import NOTES_TOPIC, OF_TABLES, hidden_topics
from sctrain.store.schema import event, note, ranking, sheet
from sctrain.store.write import Written, raise_version, version_of


def add_sheets(engine: Engine, code: str, given: Sheets, origin: str = "") -> Written:
    """Store the sheets of an event, all or none; Written counts tables.

    A table whose sheet is there already as it is, is left alone; another sheet of it replaces the
    old one. When nothing changes, neither does the data version.
    """
    SHEETS.check(given.sheets)
    with writing(engine) as connection:
        if connection.scalar(select(event.c.code).where(event.c.code == code)) is None:
            raise StoreError(f"there is no event {code!r}")
        return put_sheets(connection, code, _by_table(given), origin)


@dataclass(frozen=True)
class SheetRows:
    """One table's sheet as the store's rows have it: `head` is `members` and `mix`; then its rankings and its notes."""

    head: dict[str, Any]
    rankings: list[dict[str, Any]] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all stands on it."""
        return not (any(self.head.values()) or self.rankings or self.notes)

    @property
    def digest(self) -> str:
        """The same for the same sheet."""
        listed = sorted(self.rankings, key=lambda row: (row["topic"], row["option"]))
        content = json.dumps([[self.head], listed, sorted(self.notes, key=lambda row: row["line"])], sort_keys=True)
        return hashlib.blake2b(content.encode(), digest_size=16).hexdigest()


def put_sheets(connection: Connection, code: str, given: Mapping[int, SheetRows], origin: str) -> Written:
    """The same within a write transaction, of an event that there is, by table."""
    digests = {number: rows.digest for number, rows in given.items()}
    standing = (sheet.c.event == code) & sheet.c.replaced_in.is_(None)
    there = connection.execute(select(sheet.c.table_number, sheet.c.content).where(standing)).all()
    known = {row.table_number: row.content for row in there}
    todo = [number for number, digest in digests.items() if known.get(number) != digest]
    corrected = [number for number in todo if number in known]
    if not todo:
        return Written(0, 0, len(digests), version_of(connection))
    version = raise_version(connection, "answers", OF_TABLES[0] + origin)
    connection.execute(update(sheet).where(standing, sheet.c.table_number.in_(corrected)).values(replaced_in=version))
    for number in todo:
        _insert(connection, code, number, given[number], version)
    return Written(len(todo) - len(corrected), len(corrected), len(digests) - len(todo), version)


def tables_with_sheets(connection: Connection, code: str) -> frozenset[int]:
    """The tables of an event whose sheet stands."""
    standing = (sheet.c.event == code) & sheet.c.replaced_in.is_(None)
    return frozenset(connection.scalars(select(sheet.c.table_number).where(standing)))


def _by_table(given: Sheets) -> dict[int, SheetRows]:
    def of(frame: pd.DataFrame, number: int) -> list[dict]:
        return _rows(frame[frame["table_number"] == number].drop(columns="table_number"))

    heads = {row.pop("table_number"): row for row in _rows(given.sheets.drop(columns="row"))}
    return {n: SheetRows(head, of(given.rankings, n), of(given.notes, n)) for n, head in heads.items()}


def _rows(frame: pd.DataFrame) -> list[dict]:
    plain = frame.astype(object).where(frame.notna(), None)
    return [{name: getattr(v, "item", lambda v=v: v)() for name, v in row.items()} for row in plain.to_dict("records")]


def _insert(connection: Connection, code: str, number: int, given: SheetRows, version: int) -> None:
    made = insert(sheet).values(event=code, table_number=number, content=given.digest, version=version, **given.head)
    sheet_id = connection.execute(made.returning(sheet.c.id)).scalar_one()
    for table, listed in ((ranking, given.rankings), (note, given.notes)):
        if rows := [{"sheet_id": sheet_id, **row} for row in listed]:
            connection.execute(insert(table), rows)


def sheets(connection: Connection, code: str, version: int | None = None) -> Sheets:
    """What the tables of an event had given in at a data version (None: now), but for what is hidden now."""
    hide = hidden_topics(connection, [code])
    stands: list = [sheet.c.replaced_in.is_(None)]
    if version is not None:
        stands = [sheet.c.version <= version, or_(sheet.c.replaced_in.is_(None), sheet.c.replaced_in > version)]
    rows = select(sheet.c.table_number, sheet.c.members, sheet.c.mix, sheet.c.id.label("row"))
    heads = connection.execute(rows.where(sheet.c.event == code, *stands).order_by(sheet.c.table_number)).all()
    ids = {row.row: row.table_number for row in heads}
    return Sheets(
        SHEETS.check(pd.DataFrame(heads, columns=SHEETS.names).astype({"members": "Int64"})),
        RANKINGS.check(_read(connection, ranking, RANKINGS.names[1:], ids, ranking.c.topic.not_in(hide))),
        NOTES.check(
            _read(connection, note, NOTES.names[1:], {} if NOTES_TOPIC in hide else ids).astype({"answers": "Int64"})
        ),
    )


def _read(
    connection: Connection, table: Table, names: Sequence[str], ids: dict[int, int], *shown: ColumnElement[bool]
) -> pd.DataFrame:
    columns = [table.c[name] for name in names]
    rows_of = select(table.c.sheet_id, *columns).where(table.c.sheet_id.in_(ids), *shown)
    query = rows_of.order_by(table.c.sheet_id, *columns)
    rows = connection.execute(query).all()
    frame = pd.DataFrame(rows, columns=["table_number", *names])
    return frame.assign(table_number=frame["table_number"].map(ids).astype("int64"))
