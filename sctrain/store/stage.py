"""Saved views: short links, the presenter's list of them, and which one is on the wall now."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select, update

from sctrain.errors import InputError, StoreError
from sctrain.store import setup, trash
from sctrain.store.access import code as random_code
from sctrain.store.access import demand
from sctrain.store.schema import saved_view

LONGEST = 2_000
"""Characters of a view's query."""


@dataclass(frozen=True)
class View:
    """A page and the query of its address, under a short code. `position` is its place in the presenter's list."""

    code: str
    event: str
    page: str
    query: str
    title: str
    position: int | None = None

    @property
    def address(self) -> str:
        """The address it stands for, without the server."""
        return f"/{self.page}?{self.query}" if self.query else f"/{self.page}"


def save_view(connection: Connection, event: str, page: str, query: str, title: str) -> View:
    """The view under a short code, made if it has none yet. Anybody may: it shows what they see. For a write."""
    if len(query) > LONGEST or not query.isprintable() or not re.fullmatch(r"[a-z_]{0,40}", page):
        raise InputError(f"a view has a page and a query of at most {LONGEST} printable characters")
    setup.event_row(connection, event)
    here = (saved_view.c.event == event) & (saved_view.c.page == page) & (saved_view.c.query == query)
    if (row := connection.execute(select(saved_view).where(here)).first()) is not None:
        return View(**row._mapping)
    made = View(random_code(6), event, page, query, _plain(title)[:200])
    connection.execute(insert(saved_view).values(vars(made)))
    return made


def view(connection: Connection, code: str) -> View | None:
    """The view of a short code; None if there is none."""
    row = connection.execute(select(saved_view).where(saved_view.c.code == code.upper())).one_or_none()
    return View(**row._mapping) if row else None


def deck(connection: Connection, event: str) -> list[View]:
    """The views of the presenter's list, in their order."""
    listed = select(saved_view).where(saved_view.c.event == event, saved_view.c.position.is_not(None))
    return [View(**row._mapping) for row in connection.execute(listed.order_by(saved_view.c.position))]


def add_to_deck(connection: Connection, token: str, code: str) -> None:
    """Put a saved view at the end of its event's list. For a presenter's write."""
    found = view(connection, code)
    if found is None:
        raise StoreError(f"there is no saved view {code!r}")
    demand(connection, token, "presenter", found.event)
    last = connection.scalar(select(func.max(saved_view.c.position)).where(saved_view.c.event == found.event))
    if found.position is None:
        _place(connection, found.code, (last or 0) + 1)


def order_deck(connection: Connection, token: str, event: str, codes: Sequence[str]) -> None:
    """Make these views the list, in this order; others stay as short links. For a presenter's write.

    StoreError where the event has no such view.
    """
    demand(connection, token, "presenter", event)
    places = dict.fromkeys(_own(connection, event, code).code for code in codes)
    connection.execute(update(saved_view).where(saved_view.c.event == event).values(position=None))
    for place, code in enumerate(places, 1):
        _place(connection, code, place)


def forget(connection: Connection, token: str, code: str) -> None:
    """Delete a saved view; its short link leads nowhere until `trash.put_back`. For a presenter's write."""
    found = view(connection, code)
    if found is not None:
        demand(connection, token, "presenter", found.event)
        trash.keep(connection, "view", found.event, found.title, vars(found))
        connection.execute(delete(saved_view).where(saved_view.c.code == found.code))


def show(connection: Connection, token: str, event: str, code: str) -> None:
    """Say which view is on the wall, for those who follow; `` for none. For a presenter's write.

    StoreError where the event has no such view.
    """
    demand(connection, token, "presenter", event)
    setup.put(connection, event, stage=_own(connection, event, code).code if code else "")


def shown(connection: Connection, event: str) -> View | None:
    """The view on the wall; None where the presenter has shown none."""
    held = setup.read(connection, event)
    return view(connection, held.stage) if held and held.stage else None


def _own(connection: Connection, event: str, code: str) -> View:
    found = view(connection, code)
    if found is None or found.event != event:
        raise StoreError(f"event {event!r} has no saved view {code!r}")
    return found


def _plain(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _place(connection: Connection, code: str, position: int) -> None:
    connection.execute(update(saved_view).where(saved_view.c.code == code).values(position=position))
