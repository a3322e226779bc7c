"""Words, lists and the empty state of the page on courses on offer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from sctrain import numerals
from sctrain.cards import JOIN
from sctrain.catalogue import Catalogue
from sctrain.courses import Covered, tables_that_ranked
from sctrain.frames.courses import VERDICTS
from sctrain.selection import Selection
from sctrain.ui import data, meeting
from sctrain.ui.base import Base
from sctrain.ui.page import finding, of_people

MEETS, NOBODY, CANNOT_TELL = VERDICTS
LISTS = {
    MEETS: ("For a need", "teaches something that survey or tables put first"),
    NOBODY: ("Nobody puts it first", "all it teaches is outside the core of survey and tables, and that can be told"),
    CANNOT_TELL: ("Cannot be told", "what it teaches may be in a core or not, or is none of these competencies"),
}
"""What a list of courses is called, and what it means."""


def no_list(selection: Selection) -> bool:
    """Say how a list of courses is brought in; False where there is one."""
    if len(data.offered(selection).offered):
        return False
    if selection.version is not None:
        finding(f"At data version {selection.version} there was no list of courses")
        st.write("Take “Frozen” off above to see the courses there are now.")
        return True
    finding("No list of courses on offer yet")
    st.write(
        "Keep what is on offer in a spreadsheet, a row for each course: code, title, provider, hours, language, "
        "method, competencies (by code or label, separated by ;) and link. Then the gaps without a course show here. "
        "A list to try it with comes with sctrain:"
    )
    st.code("python -m sctrain courses data/courses/example.csv", language=None)
    return True


def of_one_event(selection: Selection) -> Selection:
    """The people whose needs are covered: those of the tables' event, not compared."""
    return replace(selection, events=(data.table_room(selection).event.code,), by=None)


def base(selection: Selection) -> Base:
    """What the figure stands on: people, tables where they ranked competencies, and the list."""
    room = data.table_room(selection)
    one = of_one_event(selection)
    whole = meeting.base(one, room) if tables_that_ranked(room) else of_people(one, None)
    offer = data.offered(selection)
    words = f"{whole.words} · {numerals.count(len(offer.offered))} courses from {offer.origin or 'a list'}"
    facts = {**whole.facts, "courses_from": offer.origin}
    return Base(words, facts, lambda frame: whole.labelled(frame) if "competency" in frame else frame)


def listed(met: Covered, known: Catalogue) -> None:
    """The courses by what they are for, those for the most needs first."""
    told = "".join(_list(met.courses, verdict, known) for verdict in LISTS)
    st.html(f'<div class="lists">{told}</div>')


def _list(courses: pd.DataFrame, verdict: str, known: Catalogue) -> str:
    found = courses[courses["verdict"] == verdict].to_dict("records")
    rows = sorted(found, key=lambda row: -len(str(row["meets"]).split(JOIN)) if row["meets"] else 0)
    title, meaning = LISTS[verdict]
    items = "".join(_course(row, known) for row in rows)
    body = f"<ul>{items}</ul>" if items else "<p>none</p>"
    return f"<section><h3>{title} ({len(rows)})</h3><p>{meaning}</p>{body}</section>"


def _course(row: Mapping[Any, Any], known: Catalogue) -> str:
    """One course: its title as a link, what is known of it, and what it teaches that is needed."""
    title = escape(str(row["title"]))
    if row["link"]:
        title = f'<a href="{escape(str(row["link"]))}" rel="noopener noreferrer" target="_blank">{title}</a>'
    hours = "" if pd.isna(row["hours"]) else f"{numerals.two_digits(row['hours'])} hours"
    parts = (row["provider"], hours, row["method"], row["language"])
    about = " · ".join(escape(str(part)) for part in parts if part)
    codes = [code for code in str(row["meets"] or row["competencies"]).split(JOIN) if code]
    taught = "; ".join(escape(known.labels[code]) for code in codes if code in known.labels)
    said = f"<br><small>{'for' if row['meets'] else 'teaches'}: {taught}</small>" if taught else ""
    return f"<li>{title}{f'<br><small>{about}</small>' if about else ''}{said}</li>"
