"""The one filter bar: event, filters, comparison and link, drawn once, in the shell."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from sctrain import peers
from sctrain.catalogue import DIMENSIONS, Catalogue
from sctrain.selection import KEYS, Selection
from sctrain.store.queries import Event
from sctrain.ui import data, live, presenting, qr, state, words
from sctrain.ui.titles import COMPARING, TITLES


def bar(selection: Selection, known: Catalogue, events: list[Event], page: str) -> None:
    """Draw the bar; what is chosen reaches the page by the URL."""
    name = page or next(iter(TITLES))
    with st.container(horizontal=True, vertical_alignment="center", key="bar"):
        _events(selection, events)
        with st.popover("Filter", key="filter_menu"):
            _filters(selection, known)
        _compare(selection, name)
        with st.popover("Link", key="link_menu"):
            _link(replace(selection, by=_compared(selection, name)), page)
        if any(event.is_demo for event in events if event.code in selection.events):
            st.badge("Demo: made-up answers", color="orange")
        _taken(selection, known)


def _events(selection: Selection, events: list[Event]) -> None:
    titles = {event.code: event.title for event in events}
    look = {"placeholder": titles[selection.events[0]], "width": 330, "label_visibility": "collapsed"}
    asks = {event.code: event.catalogue for event in events}
    state.choose_many(
        "event", "Event", list(titles), lambda code: titles.get(code, code), adopt=partial(_adopt_events, asks), **look
    )


def _adopt_events(asks: dict[str, str], key: str) -> None:
    """Events of one catalogue are pooled; one of another catalogue takes their place, and nothing else stays."""
    before, now = state.asked(key), st.session_state[f"pick_{key}"]
    new = [code for code in now if code not in before]
    if new and any(asks[code] != asks[new[0]] for code in now):
        for other in KEYS:
            state.put(other, [])
        now = new
    state.put(key, now)


def _filters(selection: Selection, known: Catalogue) -> None:
    offered = data.filters_offered(selection)
    for name, dimension in known.dimensions.items():
        if offered.get(name) or selection.filter(name):
            named = partial(data.room(selection).label, name)
            state.choose_many(name, dimension.label, offered.get(name, ()), named, placeholder="everyone")
    st.caption(
        "Only answers with enough people are offered, so that nobody can be picked out. "
        "Several of one question mean any of them; several questions mean all of them."
    )


def _compared(selection: Selection, page: str) -> str | None:
    """What the page compares people by: what the bar says, else what is usual there; what the link says elsewhere."""
    if page not in COMPARING:
        return selection.by
    return peers.compared_by(data.room(selection), selection) if page == "peers" else words.comparison(selection)


def _compare(selection: Selection, page: str) -> None:
    if (usual := _compared(selection, page)) and page in COMPARING:
        options = {code: f"Compare by {label.lower()}" for code, label in data.room(selection).compared_by.items()}
        look = {"width": 260, "label_visibility": "collapsed"}
        state.choose_one("by", "Compare by", options, usual, drops=("groups",), **look)


def _link(selection: Selection, page: str) -> None:
    here = state.link(selection, page, frozen=False, version=data.version())
    st.write("**This view**, with the answers as they come in")
    st.code(here, language=None, wrap_lines=True)
    if picture := qr.picture(here):
        st.image(picture, width=220)
    if "//127.0.0.1" in here or "//localhost" in here:
        st.caption("Only this machine opens this address. For phones in the room see “Two commands” in the README.")
    presenting.short_link(selection, page)
    st.write("**The same numbers for good**, as they are now")
    live.link(partial(_frozen, selection, page))


def _frozen(selection: Selection, page: str) -> None:
    st.code(state.link(selection, page, frozen=True, version=data.version()), language=None, wrap_lines=True)


def _taken(selection: Selection, known: Catalogue) -> None:
    """One button for each thing that is switched on; it takes that off."""
    for name, codes in selection.filters:
        dimension = known.dimensions[name]
        for code in codes:
            label = f"{dimension.label}: {data.room(selection).label(name, code)} ✕"
            rest = [c for c in codes if c != code]
            st.button(
                label, key=f"off_{name}_{code}", on_click=state.put, args=(name, rest), help="Take this filter off"
            )
    if selection.version is not None:
        st.button(f"Frozen at data version {selection.version} ✕", key="off_v", on_click=state.put, args=("v", []))
    live.since(selection)
    if len(selection.filters) > 1:
        st.button("Take all off", key="off_all", on_click=_clear, type="tertiary")


def _clear() -> None:
    for key in KEYS:
        if key in (*DIMENSIONS, "v"):
            state.put(key, [])
