"""What surrounds every page: navigation, the filter bar, the demo mark, and words for what is missing."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape
from pathlib import Path

import streamlit as st

from sctrain.catalogue import Catalogue
from sctrain.errors import SctrainError
from sctrain.selection import Selection
from sctrain.store.queries import Event
from sctrain.ui import bar, data, state
from sctrain.ui.titles import SECTIONS, TITLES
from sctrain.views import choose

PAGES = Path(__file__).resolve().parents[2] / "pages"
STYLE = Path(__file__).with_name("style.css")
SCRIPTS = "".join(
    f"<script>{Path(__file__).with_name(name).read_text(encoding='utf-8')}</script>"
    for name in ("history.js", "anchor.js")
)


def shell() -> None:
    """Draw everything, the page last."""
    first = next(iter(TITLES))
    pages = {
        name: st.Page(PAGES / f"{name}.py", title=title, url_path=name, default=name == first)
        for name, title in TITLES.items()
    }
    menus = {section: [pages[name] for name in names if name in pages] for section, names in SECTIONS.items()}
    page = st.navigation(menus, position="top")
    icon = str(STYLE.with_name("icon.png"))
    st.set_page_config(page_title=f"{page.title} · sctrain", layout="wide", page_icon=icon)
    st.html(STYLE)
    with st.container(key="scripts"):  # the style hides it
        st.html(SCRIPTS, unsafe_allow_javascript=True)
    query = state.url_inputs()
    try:
        if _prepare(query, "" if page.url_path == first else page.url_path):
            page.run()
    except SctrainError as error:
        st.error(str(error))


def _prepare(query: dict[str, str], page: str) -> bool:
    """Read the URL and draw the bar; False where there is nothing to draw a page from."""
    data.refresh()
    events = data.events()
    if not events:
        st.title("No answers yet")
        st.write("The store is empty. Make the demo workshop, or bring in a survey of your own:")
        st.code("python -m sctrain demo\npython -m sctrain import FILE --mapping MAP.toml", language=None)
        return False
    asked = [code for code in query["event"].split(".") if code in {event.code for event in events}]
    chosen, left_out = choose(events, tuple(asked))
    known = data.catalogue(chosen[0].catalogue)
    selection, dropped = state.parsed(query, known, [event.code for event in events])
    selection = replace(selection, events=tuple(event.code for event in chosen))
    if selection.version is not None and not 0 < selection.version <= data.version():
        dropped.append(f"data version {selection.version}")
        selection = replace(selection, version=None)
    state.remember(selection, known)
    bar.bar(selection, known, events, page)
    _say(selection, known, dropped, [_why(event, chosen[0].catalogue) for event in left_out])
    return True


def _say(selection: Selection, known: Catalogue, dropped: list[str], left_out: list[str]) -> None:
    if dropped:
        st.info(f"This link asks for {_plain(', '.join(dropped))}, which is not known here. The rest of it is shown.")
    if left_out:
        st.info(f"Not shown together with the others: {'; '.join(left_out)}.")
    if known.catalogue.source and not data.room(selection).is_demo:
        st.html(f'<p class="source">{escape(known.catalogue.source)}</p>')


def _why(event: Event, catalogue: str) -> str:
    """An event that is not pooled, and the reason."""
    other = event.catalogue != catalogue
    reason = "it asks other competencies" if other else f"fewer than {event.threshold} people have answered"
    return f"{_plain(event.title)}, as {reason}"


def _plain(text: str) -> str:
    """A text from outside, in which nothing is Markdown."""
    return re.sub(r"([^\w\s“”,])", r"\\\1", text)


shell()
