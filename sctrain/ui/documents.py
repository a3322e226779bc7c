"""The page Documents: what a report holds, how far it is, and the file when it is ready."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from sctrain import numerals
from sctrain.errors import SctrainError
from sctrain.report.contents import CHAPTERS
from sctrain.report.formats import FORMATS, HALF, Format, named
from sctrain.selection import PROGRAMME, Selection
from sctrain.ui import data
from sctrain.ui.background import Job
from sctrain.ui.page import nobody
from sctrain.views import people

OFTEN = 0.7
"""Seconds from one look at the progress to the next."""
WHOLE = (
    "All are of the people, tables and comparison that the bar above says, at the data version of this moment, and "
    "hold no number that the pages hide. A figure tells its n, filters, date and data version when it is copied alone."
)


def nothing(selection: Selection) -> bool:
    """Say that there is nothing to report; False where people or tables have spoken."""
    return not data.table_room(selection).tables and nobody(selection)


def told(selection: Selection) -> str:
    """Of whom the documents are."""
    n, tables = people(data.room(selection), selection), len(data.table_room(selection).tables)
    voices = [numerals.people(n)] if n else []
    voices += [numerals.tables(tables)] if tables else []
    return f"What {' and '.join(voices)} said, as documents to take along"


def held() -> None:
    """What a report holds."""
    st.write(WHOLE)
    chapters = "; ".join(chapter.title.lower() for chapter in CHAPTERS)
    st.caption(f"In the report: {chapters}; what is hidden, and why; every column with its formula and source.")


def reported(selection: Selection, by: str | None) -> Selection:
    """What decides a report: people, comparison, measures, the rules of the programme, and the data version of now."""
    given = {name: getattr(selection, name) for name in ("measure", "cross", *PROGRAMME)}
    return replace(selection.people, by=by, version=selection.version or data.version(), **given)


def desk(selection: Selection, by: str | None) -> None:
    """A line for each format: a button, then how far it is, then the file."""
    whole = reported(selection, by)
    for form, kind in FORMATS.items():
        with st.container(horizontal=True, vertical_alignment="center", key=f"format_{form}"):
            _format(whole, form, kind)


def _asked(whole: Selection, form: str) -> Selection | None:
    """The report of this view that was asked for in this session; at the data version it was asked for."""
    asked = st.session_state.get(f"document_{form}")
    return asked if asked and replace(asked, version=whole.version) == whole else None


def _job(whole: Selection, form: str) -> Job | None:
    asked = _asked(whole, form)
    return data.document(asked, form) if asked else None


def _format(whole: Selection, form: str, kind: Format) -> None:
    asked, job = _asked(whole, form), _job(whole, form)
    if asked is None or job is None or job.failed:
        _offer(whole, form, kind.name)
        st.write(_why(job) if job else f"{kind.use[:1].upper()}{kind.use[1:]}.")
    elif job.done:
        _ready(asked, form, kind, job.result())
        if asked.version != whole.version:
            _offer(whole, form, "Make it anew")
    else:
        _progress(whole, form)


def _offer(whole: Selection, form: str, label: str) -> None:
    st.button(f"{label} ({form.upper()})", key=f"make_{form}", on_click=_ask, args=(whole, form), width=220)


def _ask(whole: Selection, form: str) -> None:
    st.session_state[f"document_{form}"] = whole


def _ready(asked: Selection, form: str, kind: Format, data: bytes) -> None:
    name, label = named(asked, asked.version or 0, kind.ending), f"Download {kind.name.lower()} ({form.upper()})"
    save: dict[str, Any] = {"file_name": name, "mime": kind.media, "key": f"save_{form}", "on_click": "ignore"}
    st.download_button(label, data, type="primary", width=290, **save)
    st.write(f"{len(data) / 1e6:.1f} MB, of data version {asked.version}.")


def _why(job: Job) -> str:
    try:
        job.result()
    except SctrainError as error:
        return f"It could not be made: {error}"
    return ""


@st.fragment(run_every=OFTEN)
def _progress(whole: Selection, form: str) -> None:
    """How far it is; draws the page anew when it is done."""
    job = _job(whole, form)
    if job is None or job.done:
        st.rerun()
    done, of = job.progress
    step = "Working out the numbers …" if done < HALF else "Drawing and writing …"
    st.progress(done / of if of else 0.0, "Waiting for another computation …" if job.waiting else step)
