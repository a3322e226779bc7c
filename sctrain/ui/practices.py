"""The page on work practices: a city's own check, kept in the address alone, and what it says."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape

import pandas as pd
import streamlit as st

from sctrain.catalogue import Catalogue, Practice
from sctrain.frames.practices import OFTEN
from sctrain.practices import Answer, Practised, answer, labels
from sctrain.report import practices as printed
from sctrain.report.tables import facts
from sctrain.selection import Selection
from sctrain.ui import data, state
from sctrain.ui.base import Base
from sctrain.ui.page import finding, of_people

INTRO = (
    "How often does your own city do this today: 1 never, 2 seldom, 3 sometimes, 4 often, 5 always? The question mark "
    "lists what that would be. Your marks stand in the address of this page and nowhere else: send the link, or print."
)


def nothing(known: Catalogue) -> bool:
    """Say that the survey knows no practices; False where it does."""
    if known.practice:
        return False
    finding("The catalogue of this survey names no work practices")
    st.write("A practice is a `[[practice]]` in the catalogue; each competency names the practices it serves.")
    return True


def answered(selection: Selection, known: Catalogue, met: Practised) -> Answer:
    """What the check in the address says beside the room."""
    return answer(known, met, selection.check or "0" * len(known.practice))


def marks(found: Answer) -> dict[str, float]:
    """The city's own marks by practice, on the survey's scale; those not said left out."""
    said = found.checked[found.checked["own"].notna()]
    return dict(zip(said["practice"], said["mark"], strict=True))


def check(selection: Selection, known: Catalogue) -> None:
    """The questions of the check, each with the activities of its practice; answers go into the address."""
    st.write(INTRO)
    asked = selection.check or "0" * len(known.practice)
    with st.container(horizontal=True, gap="medium", key="check_controls"):
        for practice, digit in zip(known.practice, asked, strict=True):
            _ask(practice, int(digit), known)


def _ask(practice: Practice, digit: int, known: Catalogue) -> None:
    key = f"pick_check_{practice.code}"
    st.session_state[key] = digit or None
    activities = "\n".join(f"- {_plain(activity)}" for activity in practice.activities)
    st.segmented_control(
        _plain(practice.label),
        range(1, len(OFTEN) + 1),
        format_func=_named,
        key=key,
        help=f"{_plain(practice.sentence)}\n\n{activities}",
        width=350,
        on_change=_adopt,
        args=([p.code for p in known.practice],),
    )


def _named(mark: int) -> str:
    """The ends in words; five words would be wider than a phone."""
    return f"{mark} {OFTEN[mark - 1]}" if mark in (1, len(OFTEN)) else str(mark)


def _adopt(codes: list[str]) -> None:
    digits = "".join(str(st.session_state.get(f"pick_check_{code}") or 0) for code in codes)
    state.put("check", [digits] if digits.strip("0") else [])


def _plain(text: str) -> str:
    """A text in which nothing is Markdown."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)


def result(found: Answer, selection: Selection, known: Catalogue) -> None:
    """What to start with, the activities of the first practices, and the sheet to print."""
    if not marks(found):
        return
    st.write(f"**{_plain(found.sentence)}**")
    practices = {practice.code: practice for practice in known.practice}
    st.html(f'<div class="cards">{"".join(_card(practices[code]) for code in found.first)}</div>')
    based_on = facts(data.room(selection), selection.people)

    def sheet() -> str:
        return printed.sheet(known, found.checked, found.sentence, found.first, based_on)

    st.download_button("Sheet to print (HTML)", sheet, "work-practices.html", "text/html", on_click="ignore")


def _card(practice: Practice) -> str:
    items = "".join(f"<li>{escape(activity)}</li>" for activity in practice.activities)
    return f'<article class="card"><h3>{escape(practice.label)}</h3><ul>{items}</ul></article>'


def base(selection: Selection, known: Catalogue) -> Base:
    """What a figure about practices stands on."""
    whole, names = of_people(selection, None), labels(known)
    return replace(whole, labelled=lambda frame: _labelled(frame, names))


def _labelled(frame: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    if "practice" not in frame:
        return frame
    found = frame.copy()
    found.insert(1, "practice_label", found["practice"].map(names))
    return found
