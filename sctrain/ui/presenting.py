"""The presenter's way through saved views, and of those who follow: one step is one saved view.

`present=CODE` in the address shows that view large, with keys for the next one; `follow=1` goes wherever the
presenter goes.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import TypeVar
from urllib.parse import parse_qsl, urlsplit

import streamlit as st
from sqlalchemy import Connection

from sctrain.selection import KEYS, Selection
from sctrain.store import access, desk, queries, setup, stage
from sctrain.store.engine import store_url, writing
from sctrain.store.stage import View
from sctrain.ui import data, qr, roles, state
from sctrain.ui.herald import MOMENT
from sctrain.ui.shelf import kept
from sctrain.ui.titles import TITLES

T = TypeVar("T")
ARRIVE = "arrive"
LARGE = """<style>
[data-testid="stHeader"], [data-testid="stElementToolbar"], [data-testid="stExpander"] {display: none}
.st-key-bar, p.source, [class*="_controls"] {display: none}
@media (max-width: 899px) {.st-key-present_qr {display: none}}
@media (min-width: 900px) {
  [data-testid="stMainBlockContainer"] {padding: 0 1.2rem 4.2rem; margin-top: -1.6rem; max-width: none; zoom: 1.5}
  [data-testid="stVegaLiteChart"], .stPlotlyChart {width: calc(100% / 1.5) !important}
}
</style>"""
"""Everything half as large again. A chart takes its width in pixels of the screen, so it gets two thirds of them."""


def go(view: View, **modes: str) -> None:
    """Go to a view with the next run."""
    st.session_state[ARRIVE] = (view.page, view.query, modes)


def arrive(shown: st.Page, pages: dict[str, st.Page]) -> None:
    """Go where the last run was sent, before anything is drawn: first to the page, then to its view."""
    if ARRIVE not in st.session_state:
        return
    page, query, modes = st.session_state[ARRIVE]
    first = next(iter(pages))
    if (page or first) in pages and (page or first) != (shown.url_path or first):
        st.switch_page(pages[page or first], query_params={})
    del st.session_state[ARRIVE]
    asked = dict(parse_qsl(query)) | modes
    for key in KEYS:
        st.session_state[key] = asked.get(key, "")
    for mode in modes:
        st.session_state[mode] = modes[mode]


def follow() -> None:
    """Go with this run where the presenter is, if this session follows and has not seen that view."""
    event, seen = followed()
    if not event:
        return
    with data.engine().connect() as connection:
        shown = stage.shown(connection, event)
    if shown is not None and seen != shown.code:
        st.session_state["followed"] = shown.code
        go(shown, follow="1")


def followed() -> tuple[str, str]:
    """The event whose presenter this session follows, and the view it has gone along to; empty where there is none."""
    selection = st.session_state.get("selection")
    if not (st.session_state.get("follow") and selection and selection.events):
        return "", ""
    return selection.events[0], st.session_state.get("followed", "")


def on_the_wall(event: str) -> str:
    """The code of the view that the presenter shows, as it was a moment ago; empty where there is none."""
    return _on_the_wall(store_url(), event, int(monotonic() / MOMENT))


@kept(16)
def _on_the_wall(url: str, event: str, moment: int) -> str:  # noqa: ARG001 - all followers share one look
    with data.engine().connect() as connection:
        shown = stage.shown(connection, event)
    return shown.code if shown else ""


def bar(selection: Selection, code: str) -> None:
    """What the presenter has at the foot of the wall: back, on, reveal, and the QR code of the view."""
    event = selection.events[0]
    st.html(LARGE)
    with data.engine().connect() as connection:
        views, here = stage.deck(connection, event), stage.view(connection, code)
    token = roles.token("presenter", event)
    with st.container(key="present_bar", horizontal=True, vertical_alignment="center"):
        if token:
            _steps(views, code, event, token)
            with st.popover("Reveal", key="reveal_menu"):
                reveal(event, token, "bar")
        if here:
            st.caption(f"{here.title} · {_origin()}/v/{here.code}")
        if data.room(selection).is_demo:
            st.badge("Demo: made-up answers", color="orange")
        st.button("End", key="present_end", on_click=state.put, args=("present", []), type="tertiary")
    with st.container(key="present_qr"):
        if picture := qr.picture(f"{_origin()}/v/{code}"):
            st.image(picture, width=110)


def _steps(views: list[View], code: str, event: str, token: str) -> None:
    codes = [view.code for view in views]
    at = codes.index(code) if code in codes else -1
    for label, key, step in (("◀ Back", "ArrowLeft", at - 1), ("On ▶", "ArrowRight", at + 1)):
        there = 0 <= step < len(views)
        args = (event, token, views[step]) if there else ()
        st.button(label, key=f"step_{key}", shortcut=key, disabled=not there, on_click=_step, args=args)
    st.caption(f"{at + 1} of {len(views)}" if at >= 0 else f"{len(views)} views")


def _step(event: str, token: str, view: View) -> None:
    _write(lambda connection: stage.show(connection, token, event, view.code))
    go(view, present=view.code)


def reveal(event: str, token: str, where: str) -> None:
    """A switch for each topic: hidden from everybody, or shown."""
    with data.engine().connect() as connection:
        topics = setup.topics(setup.catalogue_of_event(connection, event))
        hidden = queries.hidden_topics(connection, [event])
    for topic, label in topics.items():
        key = f"reveal_{where}_{topic}"
        st.session_state[key] = topic not in hidden
        st.toggle(label, key=key, on_change=_reveal, args=(event, token, topic, topic not in hidden))


def _reveal(event: str, token: str, topic: str, shown: bool) -> None:
    def write(connection: Connection) -> None:
        access.demand(connection, token, "presenter", event)
        desk.reveal(connection, event, topic, shown)

    _write(write)


def told(views: int) -> str:
    """The finding of the presenter's page."""
    if not views:
        return "Nothing is on the presenter’s list yet"
    return "1 view is ready to be shown." if views == 1 else f"{views} views are ready to be shown."


def following(event: str) -> None:
    """The link for the audience that follows, with its QR code."""
    address = f"{_origin()}/?event={event}&follow=1"
    st.code(address, language=None, wrap_lines=True)
    if picture := qr.picture(address):
        st.image(picture, width=180)


def views(event: str) -> list[View]:
    """The presenter's list."""
    with data.engine().connect() as connection:
        return stage.deck(connection, event)


def deck(event: str, token: str, views: list[View]) -> None:
    """The presenter's list with what can be done to it."""
    codes = [view.code for view in views]
    for place, view in enumerate(views):
        with st.container(horizontal=True, vertical_alignment="center", key=f"deck_{view.code}"):
            st.button("Show", key=f"show_{view.code}", on_click=_step, args=(event, token, view), type="primary")
            others = [code for code in codes if code != view.code]
            up, down = ([*others[:at], view.code, *others[at:]] for at in (max(place - 1, 0), place + 1))
            for label, order in (("▲", up), ("▼", down), ("✕", others)):
                key = f"{label}_{view.code}"
                st.button(label, key=key, on_click=_order, args=(event, token, order), help=ORDER[label])
            st.markdown(f"**{place + 1}.** {_plain(view.title)} · `/v/{view.code}`")


ORDER = {"▲": "Earlier", "▼": "Later", "✕": "Take it off the list; the short link stays"}


def _order(event: str, token: str, codes: list[str]) -> None:
    _write(lambda connection: stage.order_deck(connection, token, event, codes))


def save(selection: Selection, page: str, title: str) -> View:
    """The view under a short code."""
    query = urlsplit(state.link(selection, page, frozen=selection.version is not None, version=data.version())).query
    return _write(lambda connection: stage.save_view(connection, selection.events[0], page, query, title))


def add(selection: Selection, page: str, title: str, token: str) -> None:
    """Put the view at the end of the presenter's list."""
    saved = save(selection, page, title)
    _write(lambda connection: stage.add_to_deck(connection, token, saved.code))
    st.toast("It is on the presenter’s list.")


def short_link(selection: Selection, page: str) -> None:
    """A button that makes a short link of this view, the link, and the presenter's list where one may add to it."""
    name, event = page or next(iter(TITLES)), selection.events[0]
    title = f"{TITLES[name]}: {selection.words(state.catalogue())}"
    made = st.session_state.get("short", {}).get((page, selection))
    if made:
        address = f"{_origin()}/v/{made}"
        st.code(address, language=None)
        if picture := qr.picture(address):
            st.image(picture, width=220)
    else:
        st.button("Make a short link", key="make_short", on_click=_make_short, args=(selection, page, title))
    if token := roles.token("presenter", event):
        label = "Add to the presenter’s list"
        st.button(label, key="add_deck", on_click=add, args=(selection, page, title, token))


def _make_short(selection: Selection, page: str, title: str) -> None:
    made = st.session_state.setdefault("short", {})
    made[page, selection] = save(selection, page, title).code


def _write(work: Callable[[Connection], T]) -> T:
    with writing(data.engine()) as connection:
        done = work(connection)
    data.changed()
    return done


def _origin() -> str:
    here = urlsplit(st.context.url or "http://localhost:8501")
    return f"{here.scheme}://{here.netloc}"


def _plain(text: str) -> str:
    return text.replace("[", "\\[").replace("*", "\\*").replace("`", "'")
