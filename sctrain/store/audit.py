"""What a store holds, row by row, for those who check it against what people were told."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, select, text

from sctrain.catalogue import DIMENSIONS
from sctrain.store.schema import answer, desk


@dataclass(frozen=True)
class Revision:
    """What was put on a part of a table's desk, and when in the order of that part."""

    table: int
    part: str
    number: int
    content: Any


@dataclass(frozen=True)
class Soundness:
    """What the database says of itself: `ok` where its pages are whole, and how it waits for the disk.

    `synchronous` and `journal` are SQLite's settings of our connections; `` for other databases, which keep
    their own.
    """

    integrity: str
    synchronous: str = ""
    journal: str = ""

    @property
    def holds(self) -> bool:
        """Whether it is whole, and what is called stored outlives a power cut."""
        return self.integrity == "ok" and self.synchronous in ("", "FULL")


def answers(connection: Connection, event: str) -> list[dict[str, Any]]:
    """Every answer of an event, also those that were replaced, in the order they came; `person` is the pseudonym."""
    names = ("person", "replaced_in", "table_number", *DIMENSIONS, "ratings", "replies")
    rows = select(*(answer.c[name] for name in names)).where(answer.c.event == event).order_by(answer.c.id)
    return [dict(row._mapping) for row in connection.execute(rows)]


def revisions(connection: Connection, event: str) -> list[Revision]:
    """All that was ever put on the desks of an event, in order."""
    key = (desk.c.table_number, desk.c.part, desk.c.revision)
    rows = connection.execute(select(*key, desk.c.content).where(desk.c.event == event).order_by(*key))
    return [Revision(table, part, number, json.loads(content)) for table, part, number, content in rows]


SYNCHRONOUS = ("OFF", "NORMAL", "FULL", "EXTRA")
"""What SQLite's numbers for the setting mean."""


def soundness(engine: Engine) -> Soundness:
    """Whether the database is whole, and the settings that every connection of ours has."""
    with engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            return Soundness("ok" if connection.scalar(text("SELECT 1")) == 1 else "no answer")
        told = [connection.scalar(text(f"PRAGMA {what}")) for what in ("integrity_check", "synchronous")]
        journal = connection.scalar(text("PRAGMA journal_mode"))
    return Soundness(str(told[0]), SYNCHRONOUS[int(told[1] or 0)], str(journal))
