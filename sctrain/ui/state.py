"""The selection in the URL: hidden inputs hold its codes, the widgets one sees show labels.

A bound Streamlit widget writes what it *shows* into the URL. Labels change and are translated, so
each parameter has a bound text input of codes that nobody sees; a visible widget reads its value
from there before it is drawn and writes it back when it is used. Links, Back and page changes then
follow from the bound inputs alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit

import streamlit as st

from sctrain.catalogue import Catalogue
from sctrain.selection import KEYS, SEPARATOR, Selection, from_query

MODES = ("present", "follow")
"""How a view is shown, beside what it shows: the presenter's step, and whether one follows the presenter."""
HIDE = "<style>.st-key-url_state {display: none}</style>"


def url_inputs() -> dict[str, str]:
    """Draw the bound inputs (once, in the shell) and return what the URL says, by key."""
    with st.container(key="url_state"):
        st.html(HIDE)
        return {key: st.text_input(key, key=key, bind="query-params") for key in (*KEYS, *MODES)}


def put(key: str, codes: Sequence[str]) -> None:
    """Set a parameter; to be called from callbacks only. The URL and the page follow."""
    st.session_state[key] = SEPARATOR.join(codes)


def remember(selection: Selection, catalogue: Catalogue) -> None:
    """What this run of the script looks at, for the page that is drawn next."""
    st.session_state["selection"], st.session_state["catalogue"] = selection, catalogue


def current() -> Selection:
    """The selection of this run."""
    return st.session_state["selection"]


def catalogue() -> Catalogue:
    """The catalogue of this run's events."""
    return st.session_state["catalogue"]


def parsed(query: dict[str, str], known: Catalogue, events: Sequence[str]) -> tuple[Selection, list[str]]:
    """The selection the URL asks for, and in words what of it is unknown."""
    return from_query(query, known, events)


def choose_many(
    key: str,
    label: str,
    options: Sequence[str],
    labels: Callable[[str], str],
    adopt: Callable[[str], None] | None = None,
    **look: Any,
) -> None:
    """A multiselect of labels whose codes are the URL parameter `key`."""
    chosen = asked(key)
    offered = [*options, *(code for code in chosen if code not in options)]
    st.session_state[f"pick_{key}"] = chosen
    st.multiselect(
        label, offered, format_func=labels, key=f"pick_{key}", on_change=adopt or _adopt_many, args=(key,), **look
    )


def _adopt_many(key: str) -> None:
    put(key, st.session_state[f"pick_{key}"])


def choose_one(
    key: str, label: str, options: dict[str, str], default: str, drops: tuple[str, ...] = (), **look: Any
) -> str:
    """A selectbox of labels (code -> label) whose code is the URL parameter `key`.

    Another choice empties the parameters that it `drops`.
    """
    st.session_state[f"pick_{key}"] = next((code for code in asked(key) if code in options), default)
    return st.selectbox(
        label,
        list(options),
        format_func=options.__getitem__,
        key=f"pick_{key}",
        on_change=_adopt_one,
        args=(key, drops),
        **look,
    )


def _adopt_one(key: str, drops: tuple[str, ...]) -> None:
    put(key, [st.session_state[f"pick_{key}"]])
    for other in drops:
        put(other, [])


def choose_number(key: str, label: str, low: int, high: int, default: int, **look: Any) -> int:
    """A slider over whole numbers, whose number is the URL parameter `key`."""
    given = "".join(asked(key))
    number = int(given) if given.isdecimal() else default
    st.session_state[f"pick_{key}"] = min(max(number, low), high)
    return st.slider(label, low, high, key=f"pick_{key}", on_change=_adopt_number, args=(key,), **look)


def _adopt_number(key: str) -> None:
    put(key, [str(st.session_state[f"pick_{key}"])])


def asked(key: str) -> list[str]:
    """The codes the URL has for a parameter."""
    return [code for code in st.session_state.get(key, "").split(SEPARATOR) if code]


def picked(chart: str, field: str) -> Callable[[], None]:
    """A chart's on_select callback: the clicked mark's `field` becomes the URL parameter of that name."""

    def adopt() -> None:
        marks = st.session_state[chart]["selection"].get("pick", [])
        if marks and marks[0].get(field):
            put(field, [marks[0][field]])

    return adopt


def link(selection: Selection, page: str, frozen: bool, version: int) -> str:
    """The full address of a view; every parameter is written, so that it says the same next year."""
    query = selection.query() | ({"v": str(selection.version or version)} if frozen else {})
    if not frozen:
        query.pop("v", None)
    here = urlsplit(st.context.url or "http://localhost:8501")
    return f"{here.scheme}://{here.netloc}/{page}?{urlencode(query)}"
