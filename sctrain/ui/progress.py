"""How far a live event is: what the room sees of itself while it answers."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

from sctrain.store import access, desk, phones, queries, setup
from sctrain.store.engine import store_url
from sctrain.ui import data
from sctrain.ui.shelf import kept

EVERY = 2.0
"""Seconds between two looks: somebody always begins, or gives in a list."""


@dataclass(frozen=True)
class Progress:
    """How far an event is: people who have sent or begun, lists given in by table, what is hidden, where to join."""

    sent: int
    begun: int
    lists: int
    tables: dict[int, int]
    hidden: tuple[str, ...]
    join: str


def now(event: str) -> Progress | None:
    """How far an event is, as it was a moment ago; None where nobody answers it live."""
    return _progress(store_url(), event, int(monotonic() / EVERY))


@kept(4)
def _progress(url: str, event: str, moment: int) -> Progress | None:  # noqa: ARG001 - all viewers share one look
    with data.engine().connect() as connection:
        how = setup.read(connection, event)
        if how is None:
            return None
        catalogue, counts = setup.catalogue_of_event(connection, event), phones.counts(connection, event)
        topics, hidden = setup.topics(catalogue), queries.hidden_topics(connection, [event])
        standing = desk.progress(connection, event)
        lists = [topic.code for topic in catalogue.topic]
        given = {n: _given(standing.get(n, {}), lists) for n in sorted({*range(1, how.tables + 1), *standing})}
        here = [link for link in access.links(connection, event) if link.role == "participant" and not link.revoked]
        join = f"/j/{access.token_of(connection, here[-1].jti)}" if here and not how.closed else ""
        veiled = tuple(label for code, label in topics.items() if code in hidden)
        return Progress(counts["sent"], counts["begun"], len(lists), given, veiled, join)


def _given(parts: dict[str, desk.Part], lists: list[str]) -> int:
    return sum(topic in parts and bool(parts[topic].content) for topic in lists)
