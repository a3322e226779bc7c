"""What organisers make of an event, in versions: every save is appended, none is altered, and nobody is named.

A *document* is an event's programme or its strategy. Its newest revision *stands*, unless that was put *beside*:
saved by somebody who had an older one before them, and kept so that nothing is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import Connection, Engine, func, insert, select

from sctrain.errors import InputError, SelectionError, StaleError
from sctrain.store import setup
from sctrain.store.access import demand
from sctrain.store.desk import CONTROL
from sctrain.store.engine import writing
from sctrain.store.schema import revision
from sctrain.store.write import version_of

Document = Literal["programme", "strategy"]
BESIDE = "beside"
LARGEST = 1_000_000
"""Characters of one revision."""


class OutdatedError(StaleError):
    """Somebody saved meanwhile: what was given is kept as the revision `number`, beside `stands`, which stands."""

    def __init__(self, document: str, based_on: int, number: int, stands: int) -> None:
        super().__init__(
            f"somebody saved version {stands} of the {document} while you worked on version {based_on}; "
            f"yours is kept as version {number}: compare them, and restore the one that is to stand"
        )
        self.number, self.stands = number, stands


@dataclass(frozen=True)
class Head:
    """Of one revision: its number, which it was made from, how (edit, restore, beside), the data version, and when."""

    number: int
    based_on: int
    kind: str
    version: int
    at: str


def append(
    engine: Engine,
    token: str,
    event: str,
    document: Document,
    based_on: int,
    content: Callable[[Connection], str],
    kind: Literal["edit", "restore"] = "edit",
) -> Head:
    """Append a revision made from `based_on` (0: from none); `content` is called in the same transaction.

    AccessError where the link is no organiser's of the event, SelectionError where there is no revision
    `based_on`, InputError where it is too long. OutdatedError where another one stands by now: both are kept.
    """
    with writing(engine) as connection:
        demand(connection, token, "organiser", event)
        setup.event_row(connection, event)
        numbers = [head.number for head in history(connection, event, document)]
        if based_on not in (0, *numbers):
            raise SelectionError(f"version of the {document}", str(based_on), numbers)
        stands = standing(connection, event, document)
        text = content(connection)
        if len(text) > LARGEST:
            raise InputError(f"the {document} is too long: {len(text)} characters, of {LARGEST} at most")
        made = Head(
            max(numbers, default=0) + 1,
            based_on,
            kind if based_on == stands else BESIDE,
            version_of(connection),
            datetime.now(UTC).isoformat(timespec="seconds"),
        )
        connection.execute(insert(revision).values(event=event, document=document, content=text, **vars(made)))
    if made.kind == BESIDE:
        raise OutdatedError(document, based_on, made.number, stands)
    return made


def standing(connection: Connection, event: str, document: Document) -> int:
    """The number of the revision that stands; 0 where there is none."""
    found = connection.scalar(select(func.max(revision.c.number)).where(*_of(event, document), _in_line))
    return found or 0


def history(connection: Connection, event: str, document: Document) -> list[Head]:
    """Every revision, the newest first, those kept beside too."""
    columns = [revision.c[name] for name in Head.__dataclass_fields__]
    query = select(*columns).where(*_of(event, document)).order_by(revision.c.number.desc())
    return [Head(**row._mapping) for row in connection.execute(query)]


def read(connection: Connection, event: str, document: Document, number: int) -> tuple[Head, str]:
    """A revision with its content; SelectionError where there is none of this number."""
    query = select(revision).where(*_of(event, document), revision.c.number == number)
    row = connection.execute(query).one_or_none()
    if row is None:
        known = [head.number for head in history(connection, event, document)]
        raise SelectionError(f"version of the {document}", str(number), known)
    return Head(**{name: row._mapping[name] for name in Head.__dataclass_fields__}), row.content


def text(field: str, given: str, longest: int) -> str:
    """A text without control signs and runs of spaces; InputError where it is longer than `longest` characters."""
    plain = " ".join(CONTROL.sub(" ", given).split())
    if len(plain) > longest:
        raise InputError(f"{field}: {len(plain)} characters, of {longest} at most: “{plain[:40]}…”")
    return plain


def hidden_by(topic: str, hidden: frozenset[str]) -> bool:
    """Whether one of these topics, joined by +, is hidden."""
    return bool(hidden & set(topic.split("+")))


_in_line = revision.c.kind != BESIDE


def _of(event: str, document: str) -> tuple:
    return revision.c.event == event, revision.c.document == document
