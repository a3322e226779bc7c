"""The room while it answers: how many have, how far the tables are, and where to join. Never what they said."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from time import monotonic
from urllib.parse import urlsplit

import streamlit as st

from sctrain import numerals
from sctrain.store import access, desk, phones, queries, setup
from sctrain.store.engine import store_url
from sctrain.ui import data, qr
from sctrain.ui.page import finding
from sctrain.ui.shelf import kept

EVERY = 3.0
"""Seconds between two looks."""


@dataclass(frozen=True)
class Progress:
    """How far an event is: people who have sent or begun, lists given in by table, what is hidden, where to join."""

    sent: int
    begun: int
    lists: int
    tables: dict[int, int]
    hidden: tuple[str, ...]
    join: str


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


@st.fragment(run_every=EVERY)
def live(event: str) -> None:
    """The room as it is now; drawn anew every few seconds."""
    now = _progress(store_url(), event, int(monotonic() / 2))
    if now is None:
        finding("This event was brought in from a file: nobody answers it live")
        st.write("To set up a live event, start sctrain and open the organiser’s link that it prints.")
        return
    finding(_sentence(now))
    left, right = st.columns([2, 3], gap="large")
    with left:
        _join(now)
    with right:
        _tables(now)


def _sentence(now: Progress) -> str:
    begun = f" ({now.begun} more have begun)" * bool(now.begun)
    said = f"{numerals.people(now.sent)} {'has' if now.sent == 1 else 'have'} answered{begun}"
    if not now.tables:
        return f"{said}."
    done = sum(n > 0 for n in now.tables.values())
    return f"{said}; {done} of {numerals.tables(len(now.tables))} {'has' if done == 1 else 'have'} begun their sheet."


def _join(now: Progress) -> None:
    if not now.join:
        st.write("Answers are not taken now.")
        return
    here = urlsplit(st.context.url or "http://localhost:8501")
    address = f"{here.scheme}://{here.netloc}{now.join}"
    if picture := qr.picture(address):
        st.image(picture, width=320, caption="Answer on your phone: about five minutes, no name")
    st.code(address, language=None, wrap_lines=True)


def _tables(now: Progress) -> None:
    rows = "".join(f"<tr><th scope='row'>Table {n}<td>{_bar(done, now.lists)}" for n, done in now.tables.items())
    if rows:
        st.html(f"<table class='progress'><caption>Lists given in, of {now.lists}</caption>{rows}</table>")
    if now.hidden:
        st.caption(f"Hidden until the presenter reveals it: {escape('; '.join(now.hidden))}.")


def _bar(done: int, lists: int) -> str:
    return f"<meter min='0' max='{lists}' value='{done}' aria-label='lists given in'></meter> {done}"
