"""What surrounds every page: navigation, the filter bar, the demo mark, and words for what is missing."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape

import streamlit as st

from sctrain.catalogue import Catalogue, read_catalogue
from sctrain.errors import SctrainError, StaleError
from sctrain.selection import Selection
from sctrain.store.queries import Event
from sctrain.ui import bar, data, live, menu, presenting, state
from sctrain.ui.titles import IMPORT, TITLES
from sctrain.views import choose


def shell() -> None:
    """Draw everything, the page last."""
    with live.turn():
        menus = menu.menus()
        page = st.navigation(menus, position="top")
        presenting.follow()
        presenting.arrive(page, {one.url_path or menu.FIRST: one for pages in menus.values() for one in pages})
        st.set_page_config(page_title=f"{page.title} · sctrain", layout="wide", page_icon=menu.ICON)
        st.html(menu.STYLE)
        with st.container(key="scripts"):  # the style hides it
            st.html(menu.SCRIPTS, unsafe_allow_javascript=True)
            live.watch()
        query = state.url_inputs()
        try:
            ready = _prepare(query, page.url_path)
        except StaleError:  # somebody has withdrawn meanwhile
            data.changed()
            st.rerun()
        except SctrainError as error:
            ready = False
            st.error(str(error))
    if ready:
        live.page(page, query)
    else:
        live.nothing()


def _prepare(query: dict[str, str], page: str) -> bool:
    """Read the URL and draw the bar; False where there is nothing to draw a page from."""
    data.refresh()
    events = data.events()
    if not events:
        return _begin(page)
    asked = [code for code in query["event"].split(".") if code in {event.code for event in events}]
    chosen, left_out = choose(events, tuple(asked))
    known = data.catalogue(chosen[0].catalogue)
    selection, dropped = state.parsed(query, known, [event.code for event in events])
    selection = replace(selection, events=tuple(event.code for event in chosen))
    if selection.version is not None and not 0 < selection.version <= data.version():
        dropped.append(f"data version {selection.version}")
        selection = replace(selection, version=None)
    state.remember(selection, known)
    if query["present"]:
        presenting.bar(selection, query["present"])
    bar.bar(selection, known, events, page)
    _say(selection, known, dropped, [_why(event, chosen[0].catalogue) for event in left_out])
    return True


def _begin(page: str) -> bool:
    """What an empty store shows: how to fill it, or the page that does."""
    if page == IMPORT:
        state.remember(Selection(()), read_catalogue())
        return True
    st.title("No answers yet")
    st.write("The store is empty. Make the demo workshop, or bring in a survey of your own:")
    st.code("python -m sctrain demo\npython -m sctrain import FILE", language=None)
    st.write(f"With the organiser’s link you can also upload one: **{TITLES[IMPORT]}**, in the menu.")
    return False


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
