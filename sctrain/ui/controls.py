"""The choices a page offers beside the bar; each is a URL parameter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from sctrain.catalogue import Catalogue
from sctrain.frames import MEASURES
from sctrain.ui import state, words

QUIET: Any = {"label_visibility": "collapsed"}
"""The chosen option says what the choice is about; the label is there for screen readers."""


def gaps(competencies: int) -> None:
    """Which measure ranks, in which order, and how many are shown."""
    measures = {code: f"Rank by {name}" for code, name in MEASURES.items()}
    with st.container(horizontal=True, key="gap_controls"):
        state.choose_one("measure", "Rank by", measures, "mwds", width=350, **QUIET)
        orders = {"need": "Greatest need first", "questionnaire": "In the order they were asked"}
        state.choose_one("sort", "Order", orders, "need", width=270, **QUIET)
        shown = {"ten": "Show ten", "all": f"Show all {competencies}"}
        state.choose_one("show", "Show", shown, "ten", width=150, **QUIET)


def needs(known: Catalogue) -> None:
    """Which measure says what is needed, how many competencies are shown, and which one is marked."""
    measures = {code: f"Survey ranked by {name}" for code, name in MEASURES.items()}
    with st.container(horizontal=True, key="need_controls"):
        state.choose_one("measure", "Rank by", measures, "mwds", width=450, **QUIET)
        shown = {"ten": "Show the first ten of each", "all": f"Show all {len(known.codes)}"}
        state.choose_one("show", "Show", shown, "ten", width=260, **QUIET)
        _mark("competency", known.labels)


def crosshair() -> None:
    """Where the quadrants of the map are divided."""
    lines = {"mean": "mean of all", "midpoint": "middle of the scale", "median": "median of all"}
    lines = {code: f"Divide at the {line}" for code, line in lines.items()}
    state.choose_one("cross", "Divide the map at", lines, "mean", width=300, **QUIET)


def competency(known: Catalogue, gaps: pd.DataFrame) -> str:
    """The competency looked at: the one clicked or chosen, else the greatest need."""
    first = words.greatest_need(gaps)
    return state.choose_one("competency", "Competency", dict(known.labels), first, help="Or click one in a chart above")


def _mark(key: str, labels: Mapping[str, str]) -> None:
    """Which row of the charts is outlined: by the keyboard what a click does, and none as well."""
    rows = {"": "Mark nothing"} | {code: f"Mark {label}" for code, label in labels.items()}
    state.choose_one(key, "Mark", rows, "", width=260, **QUIET)


def topic(known: Catalogue) -> str:
    """Which of the ranked lists is looked at, how many of its options, and which one is marked."""
    topics = {entry.code: entry.label for entry in known.topic}
    with st.container(horizontal=True, key="topic_controls"):
        chosen = state.choose_one("topic", "Topic", topics, next(iter(topics)), width=350, drops=("option",), **QUIET)
        shown = {"ten": "Show ten", "all": "Show all"}
        state.choose_one("show", "Show", shown, "ten", width=150, **QUIET)
        _mark("option", known.options_of(chosen))
    return chosen


def listed(known: Catalogue) -> str:
    """Which of the ranked lists is looked at."""
    topics = {entry.code: entry.label for entry in known.topic}
    return state.choose_one("topic", "Topic", topics, next(iter(topics)), width=350, drops=("option",), **QUIET)


def challenge(raised: dict[str, str]) -> str:
    """The challenge whose lines are read: the one clicked or chosen, else the first."""
    hint = "Or click one in the chart above"
    return state.choose_one("challenge", "Challenge", raised, next(iter(raised)), help=hint)
