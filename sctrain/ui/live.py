"""Open pages that follow the data: a new data version is drawn in them, and only what it changes.

Each session's page is known to the herald, which asks it what is due. For a newer data version that is the page and
the link, which are fragments for that: what is worked out and drawn for one viewer is replayed to the others. The bar
is drawn anew, with all the rest, only when what it offers has changed.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager, suppress
from copy import copy
from dataclasses import dataclass, field
from functools import cache
from random import uniform
from threading import Semaphore
from time import monotonic

import streamlit as st
from streamlit import config
from streamlit.runtime.scriptrunner import get_script_run_ctx

from sctrain import numerals
from sctrain.errors import SctrainError, StaleError
from sctrain.selection import Selection
from sctrain.ui import data, memory, presenting, progress, state
from sctrain.ui.herald import WHOLE
from sctrain.ui.progress import Progress
from sctrain.ui.shelf import kept
from sctrain.ui.titles import HEARS, TITLES

BAR_EVERY = 60.0
"""Seconds from which on a bar is drawn again for what it offers newly, where many pages are open.

In the first minutes almost every answer makes another filter large enough to be offered. Each page waits up to twice
as long, some more and some less, so that not all are drawn whole at once.
"""
SELDOM = 3600.0
"""Seconds between two looks of a browser of its own, which find nothing."""
PAGE, LINK, SINCE, PROGRESS = "page", "link", "since", "progress"
OWN = ("profiles", "programme", "documents", "live", "present", "bring_in")
"""Pages with a fragment of their own: fragments inside fragments show stale content (streamlit#16708)."""
STEADY = ("live", "present", "bring_in")
"""Pages that no data version changes: they say what the store says at the moment."""
ROOM = "live"
"""The page that says how far the room is."""
_turns = Semaphore(1)


@contextmanager
def turn() -> Iterator[None]:
    """Draw when it is one's turn: many threads that draw at once keep answers to phones waiting."""
    with _turns:
        yield


def redrawing() -> bool:
    """Whether only fragments are drawn, not everything."""
    context = get_script_run_ctx()
    return bool(context and context.fragment_ids_this_run)


@dataclass
class Open:
    """A page as a session has it open: what it shows, and at which data version."""

    path: str
    selection: Selection | None
    drawn: int
    look: str = ""
    follows: str = ""
    followed: str = ""
    around: tuple[Hashable, ...] = ()
    bar_again: float = field(default_factory=lambda: monotonic() + BAR_EVERY * uniform(1, 2))
    progress: Progress | None = None
    asked: int = 0
    owes_bar: bool = False

    @property
    def view(self) -> str:
        """What decides all that is drawn, but the data; pages of one selection share the most, so that comes first."""
        return repr((self.selection, self.look, self.path))

    @property
    def order(self) -> int:
        """Who follows the presenter goes before those who see new numbers."""
        return 0 if self.follows else 1

    def due(self) -> tuple[str, ...] | None:
        """What is to be drawn anew by now; frozen views only say what has come since."""
        if self.follows and presenting.on_the_wall(self.follows) not in ("", self.followed):
            return WHOLE
        newest = data.newest()
        if self.selection is None:
            return WHOLE if newest > self.drawn else None
        if self.selection.version is None and self._bar_is_due(newest):
            return WHOLE
        if self.path == ROOM and progress.now(self.selection.events[0]) != self.progress:
            return (PROGRESS,)
        return self._of_data(self.selection, newest) if newest > self.drawn else None

    def _of_data(self, selection: Selection, newest: int) -> tuple[str, ...] | None:
        """What a newer data version alters."""
        voice = HEARS.get(self.path)
        if self.path in STEADY or (voice and data.heard(newest, voice) <= self.drawn):
            self.drawn = newest
            return None
        if self.path in OWN:
            return WHOLE
        self.asked = newest
        return (SINCE,) if selection.version is not None else (LINK, PAGE)

    def _bar_is_due(self, newest: int) -> bool:
        """Whether the bar offers something else by now, and many open pages can afford to be drawn whole again."""
        if self.selection is None or (not self.owes_bar and newest <= self.drawn):
            return False
        self.owes_bar = data.surroundings(self.selection, newest) != self.around
        return self.owes_bar and (not data.herald().are_many() or monotonic() >= self.bar_again)


class Done(Exception):
    """A page is drawn as far as it goes. `st.stop()` would end the run before Streamlit forgets what it drew before."""


def _is_told() -> bool:
    """Whether the herald has page and link drawn anew; a choice in the page stays at the version that it shows."""
    context = get_script_run_ctx()
    if context is None or not context.fragment_ids_this_run:
        return False
    return set(context.fragment_storage.resolve_target([LINK, PAGE])) <= set(context.fragment_ids_this_run)


def watch() -> None:
    """Have the browser ask for the page when its connection is back: it does so only where a timer runs."""
    st.fragment(lambda: None, run_every=SELDOM)()


def page(shown: st.Page, query: Mapping[str, str]) -> None:
    """Draw the page, and have it told what is new."""
    selection, path = state.current(), shown.url_path or next(iter(TITLES))
    now = Open(path, selection, data.version(), st.context.theme.type or "", *presenting.followed())
    now.around = data.surroundings(selection, now.drawn)
    st.session_state["open"] = now
    data.herald().welcome(now)
    _draw(shown) if path in OWN else _page(shown, query)
    _settle()


def nothing() -> None:
    """Have a page that shows no data told as soon as there are some."""
    data.herald().welcome(Open("", None, data.newest(), "", *presenting.followed()))


@kept(1)
def _settle() -> None:
    """Once a page is drawn and all is imported, spare every run what never changes.

    To look through what is imported stops the garbage collector, and so everybody, for 0.2 s. To begin a run
    Streamlit looks through its 300 options six times for those of a theme.
    """
    gc.collect()
    gc.freeze()
    memory.hand_back()
    config.get_options_for_section = look_up = cache(config.get_options_for_section)
    config.on_config_parsed(look_up.cache_clear, force_connect=True)


@st.fragment(key=PAGE)
def _page(shown: st.Page, query: Mapping[str, str]) -> None:
    # A choice in the page changes the address, which the shell has: then everything is to be drawn.
    if any(st.session_state.get(key, "") != asked for key, asked in query.items()):
        st.rerun()
    if _is_told():
        st.session_state["open"].drawn = data.version()  # the link is drawn before it
    _draw(shown)


def _draw(shown: st.Page) -> None:
    with turn():
        try:
            with suppress(Done):
                copy(shown).run()  # a page object runs once
        except StaleError:  # somebody has withdrawn meanwhile
            data.changed()
            st.rerun()
        except SctrainError as error:
            st.error(str(error))


@st.fragment(key=LINK)
def link(draw: Callable[[], None]) -> None:
    """Draw what names the data version outside the page."""
    if _is_told():
        now: Open = st.session_state["open"]
        data.take(max(now.asked, now.drawn))
    draw()


@st.fragment(key=SINCE)
def since(selection: Selection) -> None:
    """Say of a frozen view how many answers have come since, and lead to them."""
    if selection.version is None:
        return
    if redrawing():
        st.session_state["open"].drawn = data.newest()
    if not (more := data.answers_since(selection)):
        return
    said = "1 answer" if more == 1 else f"{numerals.count(more)} answers"
    if st.button(f"{said} since: see now", key="see_now", on_click=state.put, args=("v", [])):
        st.rerun()
