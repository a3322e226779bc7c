"""Open pages that follow the data: a new data version is drawn in them, and only what it changes.

Each open page has one timer, `watch`. When there is a newer data version, it has the page and the link drawn
anew, which are fragments for that: what is worked out and drawn for one viewer is replayed to the others. The
bar is drawn anew, with all the rest, only when what it offers has changed.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from functools import cache
from threading import Semaphore
from time import monotonic, thread_time
from typing import NoReturn

import streamlit as st
from streamlit import config
from streamlit.runtime.scriptrunner import RerunData, RerunException, ScriptRunContext, get_script_run_ctx

from sctrain import numerals
from sctrain.errors import SctrainError, StaleError
from sctrain.selection import Selection
from sctrain.ui import data, pace, presenting, state
from sctrain.ui.shelf import kept
from sctrain.ui.titles import HEARS, TITLES

BAR_EVERY = 60.0
"""Seconds from which on a bar is drawn again for what it offers newly, where many pages are open.

In the first minutes almost every answer makes another filter large enough to be offered.
"""
MOMENT = 0.6
"""Seconds for which a look waits for its turn to draw, before it leaves it to the next look."""
PAGE, LINK, SINCE = "page", "link", "since"
OWN = ("profiles", "programme", "documents", "live", "present", "bring_in")
"""Pages with a fragment of their own: fragments inside fragments show stale content (streamlit#16708)."""
STEADY = ("live", "present", "bring_in")
"""Pages that no data version changes: they say what the store says at the moment."""
_turns = Semaphore(1)


@contextmanager
def turn() -> Iterator[None]:
    """Draw when it is one's turn: many threads that draw at once keep answers to phones waiting."""
    with _turns:
        began = thread_time()
        try:
            yield
        finally:
            pace.worked(thread_time() - began)


def _is_free() -> bool:
    """Whether nobody is drawing, now or in a moment."""
    if free := _turns.acquire(timeout=MOMENT):
        _turns.release()
    return free


def redrawing() -> bool:
    """Whether only fragments are drawn, not everything."""
    context = get_script_run_ctx()
    return bool(context and context.fragment_ids_this_run)


def watch() -> None:
    """Have the page drawn anew when there is a newer data version; frozen views only say what has come since."""
    st.session_state["every"] = every = pace.every()
    st.fragment(_look, run_every=every)()


def _look() -> None:
    context = get_script_run_ctx()
    if context is None or not redrawing():
        return  # everything is being drawn
    pace.looked(st.session_state["every"])
    drawn, selection = st.session_state.get("version"), st.session_state.get("selection")
    if selection and selection.events and st.session_state.get("follow") and presenting.follow(selection.events[0]):
        st.rerun()
    if drawn is None or (newest := data.newest()) <= (watched := max(drawn, st.session_state.get("watched", 0))):
        return
    if (voice := st.session_state["hears"]) and data.heard(newest, voice) <= watched:
        st.session_state["watched"] = newest
        return  # only the other voice has spoken
    if not _is_free():
        return  # others are being drawn; this page asks again in two seconds, and answers to phones need not wait
    st.session_state["watched"] = newest
    if selection and selection.version is not None:
        _redraw(context, [SINCE])
    if selection is None:
        st.rerun()
    with turn():
        data.take(newest)
        is_due = _bar_is_due(selection)
    if is_due or not (st.session_state["live"] or st.session_state["steady"]):
        st.rerun()
    if st.session_state["live"]:
        _redraw(context, [LINK, PAGE])


def _bar_is_due(selection: Selection) -> bool:
    """Whether the bar offers something else by now, and many open pages can afford to be drawn whole again."""
    if data.surroundings(selection) == st.session_state.get("surroundings"):
        return False
    return not pace.are_many() or monotonic() - st.session_state.get("bar_drawn", 0) >= BAR_EVERY


def _redraw(context: ScriptRunContext, fragments: list[str]) -> NoReturn:
    """Rerun the fragments of page and link: `st.rerun(key)`, which Streamlit allows to callbacks only."""
    raise RerunException(
        RerunData(
            query_string=context.query_string,
            page_script_hash=context.page_script_hash,
            fragment_id_queue=context.fragment_storage.resolve_target(fragments),
            is_fragment_scoped_rerun=True,
            cached_message_hashes=context.cached_message_hashes,
            context_info=context.context_info,
        )
    )


def page(shown: st.Page, query: Mapping[str, str]) -> None:
    """Draw the page so that `watch` can draw it anew."""
    st.session_state["live"], st.session_state["steady"] = shown.url_path not in OWN, shown.url_path in STEADY
    st.session_state["surroundings"] = data.surroundings(state.current())
    st.session_state["bar_drawn"] = monotonic()
    st.session_state["hears"] = HEARS.get(shown.url_path or next(iter(TITLES)))
    _page(shown, query) if st.session_state["live"] else _draw(shown)
    _settle()


@kept(1)
def _settle() -> None:
    """Once a page is drawn and all is imported, spare every run what never changes.

    To look through what is imported stops the garbage collector, and so everybody, for 0.2 s. To begin a run
    Streamlit looks through its 300 options six times for those of a theme.
    """
    gc.collect()
    gc.freeze()
    config.get_options_for_section = look_up = cache(config.get_options_for_section)
    config.on_config_parsed(look_up.cache_clear, force_connect=True)


@st.fragment(key=PAGE)
def _page(shown: st.Page, query: Mapping[str, str]) -> None:
    # A choice in the page changes the address, which the shell has: then everything is to be drawn.
    if any(st.session_state.get(key, "") != asked for key, asked in query.items()):
        st.rerun()
    _draw(shown)


def _draw(shown: st.Page) -> None:
    with turn():
        try:
            copy(shown).run()  # a page object runs once
        except StaleError:
            st.rerun()
        except SctrainError as error:
            st.error(str(error))


@st.fragment(key=LINK)
def link(draw: Callable[[], None]) -> None:
    """Draw what names the data version outside the page."""
    draw()


@st.fragment(key=SINCE)
def since(selection: Selection) -> None:
    """Say of a frozen view how many answers have come since, and lead to them."""
    if selection.version is None or not (more := data.answers_since(selection)):
        return
    said = "1 answer" if more == 1 else f"{numerals.count(more)} answers"
    if st.button(f"{said} since: see now", key="see_now", on_click=state.put, args=("v", [])):
        st.rerun()
