"""The audit trail: what was done to the store and when, to which event and to how much of it; never what it says.

It is added to in the transaction that does it, so it tells of nothing that was undone, and the database refuses to
alter or delete a line of it. Who did it is not in it: a link has no name, and a command line has the system's own log.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import Connection, insert, select

from sctrain.store.schema import trail

Act = Literal[
    "import",
    "refused rows",
    "withdrawal",
    "erase",
    "anonymise",
    "backup",
    "restore",
    "bundle",
    "unbundle",
    "put back",
    "empty table",
]
"""What is noted."""


@dataclass(frozen=True)
class Line:
    """One line: when (ISO, UTC), what, to which event (`` for the whole store), and how much (None: not counted)."""

    at: str
    act: str
    event: str
    n: int | None


def note(connection: Connection, act: Act, event: str = "", n: int | None = None) -> None:
    """Add a line. Within the write transaction that does what it tells."""
    at = datetime.now(UTC).isoformat(timespec="seconds")
    connection.execute(insert(trail).values(at=at, act=act, event=event, n=n))


def lines(connection: Connection) -> list[Line]:
    """All of it, the newest first."""
    columns = [trail.c[name] for name in Line.__dataclass_fields__]
    return [Line(**row._mapping) for row in connection.execute(select(*columns).order_by(trail.c.id.desc()))]
