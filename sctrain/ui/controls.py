"""The choices a page offers beside the bar; each is a URL parameter."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from sctrain.catalogue import Catalogue
from sctrain.frames import MEASURES
from sctrain.ui import state, words


def gaps(competencies: int) -> None:
    """Which measure ranks, in which order, and how many are shown."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="gap_controls"):
        measures = {code: name.capitalize() for code, name in MEASURES.items()}
        state.choose_one("measure", "Rank by", measures, "mwds", width=300)
        state.choose_one(
            "sort", "Order", {"need": "Greatest need first", "questionnaire": "As asked"}, "need", width=210
        )
        state.choose_one("show", "Show", {"ten": "Ten", "all": f"All {competencies}"}, "ten", width=110)


def crosshair() -> None:
    """Where the quadrants of the map are divided."""
    lines = {"mean": "the mean of all", "midpoint": "the middle of the scale", "median": "the median of all"}
    state.choose_one("cross", "Divide the map at", lines, "mean", width=300)


def comparison(known: Catalogue) -> str | None:
    """The comparison of the bar, or the usual one where nothing is compared."""
    return state.current().by or words.usual_comparison(known)


def competency(known: Catalogue, gaps: pd.DataFrame) -> str:
    """The competency looked at: the one clicked or chosen, else the greatest need."""
    first = gaps.sort_values("rank", kind="stable")["competency"].iloc[0]
    return state.choose_one("competency", "Competency (or click one in a chart above)", dict(known.labels), first)
