"""How a live event is set up, and which of its topics are hidden until they are revealed.

Hiding is a rule about data: what is hidden does not leave the store, whoever asks (`queries.cards`,
`queries.replies`, `sheets.sheets`), at whatever data version.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from sctrain.cards import JOIN
from sctrain.catalogue import Catalogue
from sctrain.errors import StoreError
from sctrain.store import steps
from sctrain.store.queries import NOTES_TOPIC, REPLIES, SURVEY, catalogue_of
from sctrain.store.schema import event, hidden, setup
from sctrain.store.write import NewEvent, new_event, raise_version, still_kept

ROUNDS = ("", "before", "after")
"""Which minute of ordering may be open."""
LISTS = ("languages", "shortlist")
ENDS = ("erase", "anonymise")
"""What may become of an event after the day until which it is kept."""


@dataclass(frozen=True)
class Setup:
    """How a live event runs. The form is offered in `languages`; `shortlist` is what is put in order in a minute.

    `ends_at` is when the tables are to be done, an ISO time in UTC; `round` which minute of ordering is open;
    `stage` the code of the view that the presenter shows. After `retain_until` the event is erased or made anonymous,
    as `at_end` says; `ended_on` is when it was made anonymous. With `steps` what people answered is shown as it
    stood at the last step (`store.steps`), until the event is closed.
    """

    tables: int = 0
    languages: tuple[str, ...] = ("en",)
    retain_until: date | None = None
    closed: bool = False
    ends_at: str = ""
    shortlist: tuple[str, ...] = ()
    round: str = ""
    stage: str = ""
    at_end: str = "erase"
    ended_on: date | None = None
    steps: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.tables <= 99:
            raise StoreError(f"{self.tables} tables are not within 0..99")
        if self.round not in ROUNDS:
            raise StoreError(f"the round {self.round!r} is none of 'before', 'after' and '' (none is open)")
        if self.at_end not in ENDS:
            raise StoreError(f"at the end of its time an event is {' or '.join(ENDS)}d, not {self.at_end!r}")
        for odd in (code for code in (*self.languages, *self.shortlist) if not re.fullmatch("[A-Za-z0-9_]+", code)):
            raise StoreError(f"{odd!r} is no code of a language or of an entry of the short list")
        if self.ends_at and not _is_time(self.ends_at):
            raise StoreError(f"{self.ends_at!r} is no ISO time, such as 2026-11-30T10:30:00+00:00")


def _is_time(text: str) -> bool:
    try:
        return bool(datetime.fromisoformat(text))
    except ValueError:
        return False


def topics(catalogue: Catalogue) -> dict[str, str]:
    """What can be hidden, by code: the survey, the replies, the ranked lists, and what tables wrote."""
    lists = {topic.code: f"Tables: {topic.label}" for topic in catalogue.topic}
    rest = {SURVEY: "The survey: marks and who answered", REPLIES: "Replies to the session’s questions"}
    return rest | lists | {NOTES_TOPIC: "What tables wrote"}


def usually_hidden(catalogue: Catalogue) -> tuple[str, ...]:
    """What a new event hides until it is revealed: all that the tables give in."""
    return (*(topic.code for topic in catalogue.topic), NOTES_TOPIC)


def make_event(connection: Connection, new: NewEvent, given: Catalogue, how: Setup, hide: Iterable[str]) -> None:
    """Set up a live event; StoreError if there is one of this code. For a write transaction."""
    if connection.scalar(select(event.c.code).where(event.c.code == new.code)) is not None:
        raise StoreError(f"there is an event {new.code!r} already: give the new one a code of its own")
    new_event(connection, new, given)
    connection.execute(insert(setup).values(event=new.code, **_row(how)))
    for topic in dict.fromkeys(hide):
        connection.execute(insert(hidden).values(event=new.code, topic=_topic(topic, given)))


def change_event(connection: Connection, new: NewEvent, how: Setup) -> None:
    """Give an event other words, dates and numbers; its code, catalogue and answers stay. For a write transaction."""
    kept = ("title", "held_on", "place", "threshold")
    version, before = raise_version(connection, "event", f"{new.code}: set-up"), read(connection, new.code)
    steps.keep(connection, new.code)  # the next ones may be of other numbers of people
    found = connection.execute(
        update(event).where(event.c.code == new.code).values({name: getattr(new, name) for name in kept})
    )
    if not found.rowcount:
        raise StoreError(f"there is no event {new.code!r}")
    put(connection, new.code, **_row(how))
    if how.steps and not (before and before.steps):  # what was there was shown to everybody
        steps.keep(connection, new.code, closed_at=version)


def close(connection: Connection, code: str) -> None:
    """Take no more answers of an event. Where its numbers go on in steps, what still waits is shown from now on.

    For a write transaction.
    """
    put(connection, code, closed=True)
    if steps.thresholds(connection, [code]):
        version = raise_version(connection, "event", f"{code}: closed")
        steps.keep(connection, code, closed_at=version)


def put(connection: Connection, code: str, **values: Any) -> None:
    """Set fields of an event's set-up, which is made if it has none. Raises no data version.

    A list is a tuple of codes, or the text that the store has of it. StoreError where there is no such event or
    a value is none that a `Setup` can have.
    """
    event_row(connection, code)
    given: dict[str, Any] = {name: _list(value) if name in LISTS else value for name, value in values.items()}
    if values.get("closed") is False:
        still_kept(connection, code)
    row = _row(replace(read(connection, code) or Setup(), **given))
    values = {name: row[name] for name in values}
    if not connection.execute(update(setup).where(setup.c.event == code).values(**values)).rowcount:
        connection.execute(insert(setup).values(event=code, **values))


def read(connection: Connection, code: str) -> Setup | None:
    """How an event is set up; None for one that was only imported."""
    row = connection.execute(select(setup).where(setup.c.event == code)).one_or_none()
    if row is None:
        return None
    held = {name: value for name, value in row._mapping.items() if name != "event"}
    return Setup(**held | {name: _list(held[name]) for name in LISTS})


def event_row(connection: Connection, code: str) -> NewEvent:
    """Title, date, place and threshold of an event; StoreError if there is none."""
    columns = [event.c[name] for name in ("code", "title", "held_on", "place", "threshold", "is_demo")]
    row = connection.execute(select(*columns).where(event.c.code == code)).one_or_none()
    if row is None:
        raise StoreError(f"there is no event {code!r}")
    return NewEvent(**row._mapping)


def set_hidden(connection: Connection, code: str, topic: str, hide: bool) -> bool:
    """Hide a topic or reveal it; whether that changed anything. For a write transaction."""
    _topic(topic, catalogue_of_event(connection, code))
    here = (hidden.c.event == code) & (hidden.c.topic == topic)
    held = connection.scalar(select(hidden.c.topic).where(here)) is not None
    if held == hide:
        return False
    raise_version(connection, "event", f"{code}: {topic} {'hidden' if hide else 'revealed'}")
    connection.execute(insert(hidden).values(event=code, topic=topic) if hide else delete(hidden).where(here))
    return True


def catalogue_of_event(connection: Connection, code: str) -> Catalogue:
    """What an event asks; StoreError if there is no such event."""
    found = connection.scalar(select(event.c.catalogue).where(event.c.code == code))
    if found is None:
        raise StoreError(f"there is no event {code!r}")
    return catalogue_of(connection, found)


def _topic(topic: str, catalogue: Catalogue) -> str:
    if topic not in topics(catalogue):
        raise StoreError(f"there is no topic {topic!r} to hide; there are: {', '.join(topics(catalogue))}")
    return topic


def _row(how: Setup) -> dict[str, Any]:
    held = dict(vars(how))
    return held | {name: JOIN.join(held[name]) for name in LISTS}


def _list(value: str | Iterable[str]) -> tuple[str, ...]:
    return tuple(filter(None, value.split(JOIN) if isinstance(value, str) else value))
