"""The parts every page is made of: its finding, its figures with their base and numbers, its empty states."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from sctrain.charts.theme import DARK, LIGHT, Look
from sctrain.frames import Frame
from sctrain.report import tables
from sctrain.selection import Selection
from sctrain.store.engine import store_url
from sctrain.ui import data, state
from sctrain.views import people

Make = Callable[..., alt.TopLevelMixin]


def look() -> Look:
    """The colours of the visitor's theme."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def finding(text: str) -> None:
    """The one sentence a page opens with."""
    st.title(text, anchor=False)


def figure(
    name: str,
    make: Make,
    frame: pd.DataFrame,
    contract: Frame,
    by: str | None = None,
    pick: str | None = None,
    **options: Any,
) -> None:
    """A chart with, under it, its base, its numbers and their downloads.

    `make(frame, look=…, **options)` draws it once for all visitors of one selection. `pick` is
    the field of a clicked mark that becomes the URL parameter of that name.
    """
    selection, colours = state.current(), look()
    told = repr(sorted(options.items()))
    spec = dict(_drawn(store_url(), data.version(), selection, name, colours.name, told, make, frame, options))
    key = f"chart_{name}"
    select: Any = {"on_select": state.picked(key, pick), "selection_mode": "pick"} if pick else {}
    st.vega_lite_chart(None, spec, width="stretch", theme=None, key=key, alt=spec.pop("description"), **select)
    _base(selection, by)
    _numbers(name, frame, contract, selection, by)


@st.cache_data(show_spinner=False, max_entries=512)
def _drawn(
    url: str,  # noqa: ARG001 - this and the next five are the key: together they decide what frame and options hold
    version: int,  # noqa: ARG001
    selection: Selection,  # noqa: ARG001
    name: str,  # noqa: ARG001
    colours: str,
    told: str,  # noqa: ARG001
    _make: Make,
    _frame: pd.DataFrame,
    _options: Mapping[str, Any],
) -> dict[str, Any]:
    return _make(_frame, look={"light": LIGHT, "dark": DARK}[colours], **_options).to_dict()


def _base(selection: Selection, by: str | None) -> None:
    room = data.room(selection)
    n = people(room, selection)
    base = f"n = {n} {'person' if n == 1 else 'people'}" if n is not None else f"fewer than {room.threshold} people"
    parts = [base, selection.words(room.catalogue)]
    if by:
        parts.append(f"compared by {room.catalogue.comparisons[by].label.lower()}")
    parts += [room.title + (" (demo)" if room.is_demo else ""), f"data version {room.version}"]
    st.html(f'<p class="base">{escape(" · ".join(parts))}</p>')


def _numbers(name: str, frame: pd.DataFrame, contract: Frame, selection: Selection, by: str | None) -> None:
    known = state.catalogue()
    table = tables.labelled(frame, known, by)
    base = tables.facts(data.room(selection), selection)
    stem = f"{name}-{selection.slug()}-v{base['data_version']}"
    with st.expander("The numbers", key=f"numbers_{name}"):
        st.dataframe(table, hide_index=True, alt=f"The numbers of the chart above: one row for each {contract.grain}")
        with st.container(horizontal=True):
            st.download_button(
                "CSV",
                lambda: tables.to_csv(table, base),
                f"{stem}.csv",
                "text/csv",
                key=f"csv_{name}",
                on_click="ignore",
            )
            st.download_button(
                "XLSX",
                lambda: tables.to_xlsx(table, base, contract),
                f"{stem}.xlsx",
                key=f"xlsx_{name}",
                on_click="ignore",
            )


def nobody(selection: Selection) -> bool:
    """Say why nothing can be shown and how to go on; False where something can."""
    room = data.room(selection)
    n = people(room, selection)
    if n:
        return False
    if not room.cards.n:
        finding("Nobody has answered yet")
        st.write("As soon as answers come in, they are shown here.")
        return True
    if n == 0:
        finding("Nobody gave this combination of answers")
    else:
        finding(f"Fewer than {room.threshold} people are in this selection, or outside it")
        st.write(
            f"So few could be recognised, and so could those who are left when the selection is taken from the whole. "
            f"Numbers are shown from {room.threshold} people on."
        )
    st.write("Take off a filter above, or choose more answers of one question.")
    return True
