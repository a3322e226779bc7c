"""The room while it answers: how many have, how far the tables are, and where to join. Never what they said."""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit

import streamlit as st

from sctrain import numerals
from sctrain.ui import progress, qr
from sctrain.ui.live import PROGRESS
from sctrain.ui.page import finding
from sctrain.ui.progress import Progress


@st.fragment(key=PROGRESS)
def live(event: str) -> None:
    """The room as it is now; drawn anew as it goes on."""
    st.session_state["open"].progress = now = progress.now(event)
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
