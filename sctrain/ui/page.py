"""The parts every page is made of: its finding, its figures with their base and numbers, its empty states."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from html import escape
from typing import Any

import altair as alt
import pandas as pd
import pyarrow as pa
import streamlit as st

from sctrain import numerals
from sctrain.catalogue import Catalogue
from sctrain.charts.theme import DARK, LIGHT, Look
from sctrain.frames import Frame
from sctrain.notes import NoteRoom
from sctrain.report import tables
from sctrain.selection import Selection
from sctrain.store import setup
from sctrain.store.engine import store_url
from sctrain.store.queries import NOTES_TOPIC, SURVEY
from sctrain.tables import TableRoom
from sctrain.ui import data, live, state
from sctrain.ui.base import Base, waiting
from sctrain.ui.shelf import frame_number, kept
from sctrain.views import people
from sctrain.voices import contents, of_one_event

Make = Callable[..., alt.TopLevelMixin]


ON_THE_WALL = 7
"""Rows of a chart that can be read from the last row of the room, without scrolling."""


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
    base: Base | None = None,
    **options: Any,
) -> None:
    """A chart with, under it, its base, its numbers and their downloads.

    `make(frame, look=…, **options)` draws it once for all visitors of one selection. `pick` is
    the field of a clicked mark that becomes the URL parameter of that name. `base` is what it stands
    on where that is not the people of the selection.
    """
    selection, chart = state.current(), f"chart_{name}"
    if options.get("top") and st.session_state.get("present"):
        options["top"] = min(options["top"], ON_THE_WALL)
    base = base or of_people(selection, by)
    # All that decides what the frame and the options hold, as one text: what is drawn for it is drawn once. A frame
    # that is kept says more than the selection: those who compare by other things may share it.
    held = (frame_number(frame) or selection, store_url(), data.version())
    key = repr((*held, look().name, name, by, base.words, sorted(options.items())))
    drawn: Any = {"_make": make, "_frame": frame, "_look": look(), "_options": options}
    if pick:  # a chart that can be clicked is a widget: its specification is cached, not its element
        spec = dict(_specification(key=key, **drawn))
        on_select = state.picked(chart, pick)
        st.vega_lite_chart(None, spec, key=chart, alt=spec.pop("description"), on_select=on_select, **CHART)
        _say(base)
    else:
        _drawn(key=key, _base=base, **drawn)
    _numbers(key, name, frame, contract, by, base, partial(make, frame, **options))


def _say(base: Base) -> None:
    st.html(f'<p class="base">{escape(base.words)}</p>')


def flow(
    name: str,
    make: Callable[..., Any],
    say: Callable[..., str],
    frame: pd.DataFrame,
    contract: Frame,
    base: Base,
    **options: Any,
) -> None:
    """The same for a Plotly figure; `say(frame, **options)` is its alternative text."""
    key = repr((store_url(), data.version(), state.current(), look().name, name))
    _flown(key=key, _make=make, _say=say, _frame=frame, _look=look(), _options=options)
    _say(base)
    _numbers(key, name, frame, contract, None, base)


@st.cache_data(show_spinner=False, max_entries=64)
def _flown(
    key: str,  # noqa: ARG001 - Streamlit finds the entry by it
    _make: Callable[..., Any],
    _say: Callable[..., str],
    _frame: pd.DataFrame,
    _look: Look,
    _options: Mapping[str, Any],
) -> None:
    bare = {"displayModeBar": False, "displaylogo": False}
    alternative = _say(_frame, **_options)
    st.plotly_chart(_make(_frame, look=_look, **_options), theme=None, config=bare, alt=alternative)


CHART: Any = {"width": "stretch", "theme": None}


@st.cache_data(show_spinner=False, max_entries=512)
def _drawn(key: str, _base: Base, **_drawn: Any) -> None:
    spec = dict(_specification(key=key, **_drawn))
    st.vega_lite_chart(None, spec, alt=spec.pop("description"), **CHART)
    _say(_base)


@st.cache_data(show_spinner=False, max_entries=512)  # named arguments: to find out names costs a look at the signature
def _specification(
    key: str,  # noqa: ARG001 - Streamlit finds the entry by it
    _make: Make,
    _frame: pd.DataFrame,
    _look: Look,
    _options: Mapping[str, Any],
) -> dict[str, Any]:
    spec = _make(_frame, look=_look, **_options).to_dict()
    # As Arrow bytes Streamlit takes the data as they are, in every run; a list it would convert each time.
    return spec | {"data": {"name": "rows"}, "datasets": {"rows": _arrow(spec["data"]["values"])}}


def _arrow(rows: list[dict[str, Any]]) -> bytes:
    names = dict.fromkeys(name for row in rows for name in row)
    table = pa.table({name: pa.array([row.get(name) for row in rows], from_pandas=True) for name in names})
    out = pa.BufferOutputStream()
    with pa.ipc.new_stream(out, table.schema) as stream:
        stream.write_table(table)
    return out.getvalue().to_pybytes()


def of_people(selection: Selection, by: str | None) -> Base:
    """The people of a selection: n, filters, comparison, event and data version."""
    room = data.room(selection)
    words, facts = _told_of(store_url(), data.version(), selection, by, date.today())
    return Base(words, facts, lambda frame: tables.labelled(frame, room, by))


@kept(512)
def _told_of(
    url: str,  # noqa: ARG001 - a key, as the version is
    version: int,  # noqa: ARG001
    selection: Selection,
    by: str | None,
    today: date,
) -> tuple[str, Mapping[str, str]]:
    room = data.room(selection)
    n = people(room, selection)
    parts = [f"hidden to protect fewer than {room.threshold} people" if n is None else f"n = {numerals.people(n)}"]
    parts.append(selection.words(room.catalogue, room.label))
    if by:
        parts.append(f"compared by {room.catalogue.comparisons[by].label.lower()}")
    parts += [room.title + (" (demo)" if room.is_demo else ""), f"data version {room.version}", *waiting(room)]
    return " · ".join(parts), tables.facts(room, replace(selection, by=by), today)


def _numbers(
    key: str,
    name: str,
    frame: pd.DataFrame,
    contract: Frame,
    by: str | None,
    base: Base,
    draw: Make | None = None,
) -> None:
    box = st.expander("The numbers", key=f"numbers_{name}", on_change="rerun")
    if live.redrawing() and not box.open:
        return  # to open them draws them: so a new data version costs each open page half as much
    with box:
        told = f"The numbers of what stands above: one row for each {contract.grain}"
        _table(key=key, alternative=told, _rows=lambda: base.labelled(frame))
        if box.open:  # at the end of each run Streamlit goes through the files that all sessions may fetch
            _files(name, frame, contract, by, base, draw)


def _files(
    name: str, frame: pd.DataFrame, contract: Frame, by: str | None, base: Base, draw: Make | None = None
) -> None:
    stem = f"{name}-{replace(state.current(), by=by).slug()}-v{base.facts['data_version']}"
    csv = lambda: tables.to_csv(base.labelled(frame), base.facts)  # noqa: E731
    xlsx = lambda: tables.to_xlsx(base.labelled(frame), base.facts, contract)  # noqa: E731
    with st.container(horizontal=True):
        st.download_button("CSV", csv, f"{stem}.csv", "text/csv", key=f"csv_{name}", on_click="ignore")
        st.download_button("XLSX", xlsx, f"{stem}.xlsx", key=f"xlsx_{name}", on_click="ignore")
        if draw:
            svg, png = (partial(_picture, draw, base, form) for form in ("svg", "png"))
            st.download_button("SVG", svg, f"{stem}.svg", "image/svg+xml", key=f"svg_{name}", on_click="ignore")
            st.download_button("PNG", png, f"{stem}.png", "image/png", key=f"png_{name}", on_click="ignore")


PICTURE = 900
"""Width of a figure that is taken along, in px: nearly every chart has its labels left of the marks."""


def _picture(draw: Make, base: Base, form: str) -> bytes:
    """A figure as a file, with its base in it; drawn when somebody asks for it."""
    from sctrain.report import figures  # the painter takes a while to load, and most visitors take no picture

    made = figures.drawn(draw().to_dict(), base.on(date.today()).words, width=PICTURE)
    return made.png() if form == "png" else made.svg.encode("utf-8")


@st.cache_data(show_spinner=False, max_entries=512)
def _table(key: str, alternative: str, _rows: Callable[[], pd.DataFrame]) -> None:  # noqa: ARG001 - key as above
    st.dataframe(_rows(), hide_index=True, alt=alternative)


def numbers(name: str, frame: pd.DataFrame, contract: Frame, base: Base, by: str | None = None) -> None:
    """The base and the numbers of what is told without a chart."""
    key = repr((store_url(), data.version(), state.current(), name, by))
    _say(base)
    _numbers(key, name, frame, contract, by, base)


def veiled(hidden: Collection[str], known: Catalogue, *topics: str) -> bool:
    """Say that one of these topics is hidden until it is revealed; False where none is."""
    for topic in (topic for topic in topics if topic in hidden):
        finding("This is hidden until the presenter reveals it")
        st.write(
            f"{setup.topics(known)[topic]}: nobody is served this yet. As soon as it is revealed, it is shown here."
        )
        return True
    return False


def no_tables(selection: Selection, room: TableRoom) -> bool:
    """Say that no table has spoken, or has nothing to rank, and how to go on; False where there are lists."""
    lists = [topic.code for topic in room.catalogue.topic]
    if room.tables and lists and not set(lists) <= room.hidden:
        _of_one_event(selection, room.event.title)
        return False
    if lists and veiled(room.hidden, room.catalogue, *lists):
        return True
    if room.tables:
        finding("There is no list that tables could rank")
        st.write("The catalogue of this event has no topics. What tables wrote is on the page Challenges.")
        return True
    if selection.version is not None:
        finding(f"At data version {selection.version} no table had given in a sheet")
        st.write("Take “Frozen” off above to see the sheets there are now.")
        return True
    finding("No table has given in a sheet yet")
    st.write("As soon as sheets come in, they are shown here. From a file:")
    st.code("python -m sctrain import-tables FILE", language=None)
    return True


def _of_one_event(selection: Selection, title: str) -> None:
    if len(selection.events) > 1:
        st.info(f"Tables speak for one event; this is {title}.")


def of_tables_only(selection: Selection) -> None:
    """Say that filters, where some are on, do not reach what tables said."""
    if selection.filters:
        st.caption("Filters choose people. What tables said is not filtered.")


def no_lines(selection: Selection, room: NoteRoom) -> bool:
    """Say that no table has written a line, and how to go on; False where one has."""
    if len(room.noted):
        _of_one_event(selection, room.event.title)
        return False
    if veiled(room.hidden, room.catalogue, NOTES_TOPIC):
        return True
    finding("No table has written anything down yet")
    st.write("Challenges, solutions and conclusions come in with the tables’ sheets. From a file:")
    st.code("python -m sctrain import-tables FILE", language=None)
    return True


def no_meeting(selection: Selection, room: TableRoom) -> bool:
    """Say which of the two voices is missing; False where both can be heard."""
    if no_tables(selection, room) or nobody(of_one_event(selection, room)):
        return True
    if contents(room.catalogue) is None:
        finding("The tables of this event rank no competencies")
        st.write("So there is nothing to set beside the survey. What they do rank is on the page Tables.")
        return True
    return veiled(room.hidden, room.catalogue, contents(room.catalogue) or "")


def nobody(selection: Selection) -> bool:
    """Say why nothing can be shown and how to go on; False where something can."""
    room = data.room(selection)
    n = people(room, selection)
    if n:
        return False
    if veiled(room.hidden, room.catalogue, SURVEY):
        return True
    if not room.cards.n and room.waiting:
        finding(f"Fewer than {room.threshold} people have answered")
        st.write(f"{waiting(room)[0]}.")
        return True
    if not room.cards.n and selection.version is not None:
        finding(f"At data version {selection.version} nobody had answered")
        st.write("Take “Frozen” off above to see the answers there are now.")
        return True
    if not room.cards.n:
        finding("Nobody has answered yet")
        st.write("As soon as answers come in, they are shown here.")
        return True
    if n == 0:
        finding("Nobody gave this combination of answers")
    elif room.filling:
        finding("Filters wait until no more answers are taken")
        st.write(
            f"The numbers of this event go on in steps of {room.threshold} people. Of a part of the room a step could "
            "tell single people; take the filter off above to see everybody."
        )
        return True
    else:
        finding(f"Fewer than {room.threshold} people are in this selection, or would follow from it")
        st.write(
            f"So few could be recognised, and so could those who are left when the selection is taken from the whole, "
            f"or from other views. Numbers are shown from {room.threshold} people on."
        )
    st.write("Take off a filter above, or choose more answers of one question.")
    return True
