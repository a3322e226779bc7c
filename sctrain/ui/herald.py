"""Tells open pages what is new: one after another, from the server.

A timer in each browser would have every page ask every two seconds, which takes 4 ms of a core and as much again for
the messages about it, and all who find something new at the same time would draw at the same time. So one thread
looks for all, and has Streamlit run a page anew as if its browser had asked for it. The next page is told when that
one is drawn. With many pages open it rests between two, so that answers from phones are taken meanwhile.
"""

from __future__ import annotations

import logging
from asyncio import run_coroutine_threadsafe
from collections.abc import Callable
from itertools import groupby
from math import inf
from threading import Event, Lock, Thread
from time import monotonic, sleep
from typing import Protocol

from streamlit.errors import StreamlitAPIException
from streamlit.runtime import exists, get_instance
from streamlit.runtime.app_session import AppSession, AppSessionState
from streamlit.runtime.scriptrunner import RerunData, ScriptRunner, get_script_run_ctx
from streamlit.runtime.session_manager import SessionManager

from sctrain.errors import SctrainError

MOMENT = 0.25
"""Seconds between two looks for something new."""
CROWD = 20
"""Open pages from which on they are many."""
FRESH = 0.75
"""Seconds for which many pages are told of the same data, so that what they share is worked out once."""
SHARE = 0.95
"""Of the time, at most, in which one of many pages is being drawn."""
LONGEST = 2.0
"""Seconds for which the next page waits for one that is told."""
AGAIN = 10.0
"""Seconds until everything is drawn again for a page that it did not help."""
WHOLE = ("",)
"""Instead of the keys of fragments: everything is to be drawn anew."""
_log = logging.getLogger(__name__)


class Page(Protocol):
    """A page that somebody has open; `view` is the same for all who see the same, `order` says who is told first."""

    @property
    def view(self) -> str:
        """What decides all that is drawn, but the data."""

    @property
    def order(self) -> int:
        """Whose number is less is told before others."""

    def due(self) -> tuple[str, ...] | None:
        """The keys of the fragments to be drawn anew now, `WHOLE`, or None while all that is shown is true."""


class Herald:
    """Knows the open pages by their sessions. `refresh` finds out what is new."""

    def __init__(self, refresh: Callable[[], object]) -> None:
        self._refresh, self._refreshed = refresh, -inf
        self._pages: dict[str, Page] = {}
        self._whole: dict[str, tuple[Page, float]] = {}
        self._lock, self._somebody = Lock(), Event()
        self._thread: Thread | None = None

    def welcome(self, page: Page) -> None:
        """Tell this page from now on; it takes the place of what its session had open. Where no server is: nothing."""
        context = get_script_run_ctx()
        if context is None or _session(context.session_id) is None:
            return
        with self._lock:
            self._pages[context.session_id] = page
            self._somebody.set()
            if self._thread is None:
                self._thread = Thread(target=self._tell, name="herald", daemon=True)
                self._thread.start()

    def are_many(self) -> bool:
        """Whether many pages are open."""
        return len(self._pages) > CROWD

    def _tell(self) -> None:
        while True:
            self._somebody.wait()
            try:
                self.round()
            except Exception:  # noqa: BLE001 - a store that is away for a moment: nobody is told until it is back
                _log.exception("open pages could not be told what is new")
            sleep(MOMENT)

    def round(self) -> None:
        """Tell everybody once, where they are not as they should be; those who see the same one after another.

        So each view is worked out once.
        """
        with self._lock:
            open_now = sorted(self._pages.items(), key=lambda one: (one[1].order, one[1].view))
        for _, alike in groupby(open_now, key=lambda one: one[1].view):
            if not self.are_many() or monotonic() - self._refreshed >= FRESH:
                self._refresh()
                self._refreshed = monotonic()
            for session, page in alike:
                try:
                    self._look_after(session, page)
                except Exception:  # noqa: BLE001 - one that cannot be told keeps nobody else from it
                    _log.exception("an open page could not be told what is new")

    def _look_after(self, session: str, page: Page) -> None:
        if not _is_known(session):
            self._leave(session, page)
            return
        there = _session(session)
        if there is None or (due := self._due(session, page)) is None:
            return
        began = monotonic()
        if run_anew(there, due, LONGEST, lambda: self._pages.get(session) is page):
            if due == WHOLE:
                self._whole[session] = page, monotonic()
            if self.are_many():
                sleep((monotonic() - began) * (1 / SHARE - 1))

    def _due(self, session: str, page: Page) -> tuple[str, ...] | None:
        """What is due. Everything is drawn for the same page once: one that it helps takes its place."""
        try:
            due = page.due()
        except SctrainError:  # it says so itself as it is drawn
            due = WHOLE
        last, at = self._whole.get(session, (None, -inf))
        return None if due == WHOLE and last is page and monotonic() - at < AGAIN else due

    def _leave(self, session: str, page: Page) -> None:
        with self._lock:
            if self._pages.get(session) is page:
                del self._pages[session]
                self._whole.pop(session, None)
            if not self._pages:
                self._somebody.clear()


def _sessions() -> SessionManager | None:
    """The sessions of this server; None where none runs, as in tests of pages."""
    return getattr(get_instance(), "_session_mgr", None) if exists() else None


def _session(session: str) -> AppSession | None:
    """The session, while a browser is connected to it."""
    found = there.get_active_session_info(session) if (there := _sessions()) else None
    return found.session if found else None


def _is_known(session: str) -> bool:
    """Whether there is the session still, if only for a browser that may come back."""
    there = _sessions()
    return there is not None and there.get_session_info(session) is not None


def run_anew(session: AppSession, fragments: tuple[str, ...], within: float, still: Callable[[], bool]) -> bool:
    """Have a session draw these fragments anew, or everything, and wait for it so many seconds.

    False where it is drawing already, is not `still` as it was, or the server has more to do than it can.
    """
    asked = run_coroutine_threadsafe(_start(session, fragments, still), session._event_loop)
    try:
        drawing = asked.result(within)
    except TimeoutError:
        asked.cancel()
        return False
    if drawing is not None:
        drawing.join(within)
    return drawing is not None


async def _start(session: AppSession, fragments: tuple[str, ...], still: Callable[[], bool]) -> Thread | None:
    """On the event loop: begin a run as Streamlit does for what a browser asks. Its public way takes one fragment."""
    if session._scriptrunner is not None or session._state == AppSessionState.SHUTDOWN_REQUESTED or not still():
        return None
    last = session._client_state
    session._create_scriptrunner(
        RerunData(
            query_string=last.query_string,
            widget_states=last.widget_states,  # none is new; but with None what the last run set counts as set just now
            page_script_hash=last.page_script_hash,
            fragment_id_queue=_found(session, fragments),
            is_auto_rerun=True,
            context_info=last.context_info if last.HasField("context_info") else None,
        )
    )
    runner: ScriptRunner | None = session._scriptrunner
    return runner._script_thread if runner else None


def _found(session: AppSession, fragments: tuple[str, ...]) -> list[str]:
    """The fragments of these keys; none where one of them was not drawn, so that everything is."""
    try:
        return session._fragment_storage.resolve_target(fragments) if fragments != WHOLE else []
    except StreamlitAPIException:
        return []
