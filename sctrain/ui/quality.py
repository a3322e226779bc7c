"""Words and lists of the page Data quality, and the organiser's review list."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from sctrain import quality
from sctrain.frames.quality import CHECKS
from sctrain.numerals import count
from sctrain.quality import Quality
from sctrain.selection import Selection
from sctrain.store.engine import store_url
from sctrain.store.trail import Line
from sctrain.store.twins import Fast, Twin
from sctrain.ui import data, roles
from sctrain.ui.shelf import kept

REVIEW = {
    "group": "equal answers",
    "at": "import of",
    "n": "rows",
    "person": "who, as the store calls them",
    "seconds": "seconds",
    "submitted_at": "sent",
    "version": "data version",
    "note": "came with",
}


def of_event(selection: Selection) -> Selection:
    """The whole first event of a selection: by filters, few people could be subtracted from one another."""
    return quality.of_event(selection)


@kept(32)
def _read(url: str, version: int, selection: Selection) -> Quality:  # noqa: ARG001 - a key, as the version is
    return quality.read(data.engine(), data.room(selection))


def read(selection: Selection) -> Quality:
    """How carefully the survey of an event was filled in."""
    return _read(store_url(), data.version(), selection)


def told(found: Quality) -> None:
    """Each thing that is looked for, with the people it is found of; and what cannot be told."""
    lines = [f"- {CHECKS[row['check']].capitalize()}: {_people(row)}" for row in found.frame.to_dict("records")]
    st.markdown("\n".join(lines))
    st.write(
        "None of it proves anything, and nothing is left out for it: somebody may think the same of everything, "
        f"and two people may agree. {quality.CANNOT}"
    )
    st.caption(quality.SPEED)


def _people(row: dict) -> str:
    if not row["people"]:
        return "not known, since no file told how long it took"
    if row["suppressed"]:
        return f"hidden, since fewer than {data.threshold()} people have it, or do not have it"
    return f"{count(int(row['n']))} of {count(int(row['people']))} people"


def review(selection: Selection) -> None:
    """Equal and fast answers and refused rows, for who has an organiser's link; for others where to find one."""
    with st.expander("For the organiser: answer by answer", key="review"):
        event = selection.events[0]
        if not (token := roles.token("organiser", event)):
            st.write(
                "Open the organiser’s link, which sctrain prints when it starts, to review them here. "
                "On the command line: `python -m sctrain quality --review`."
            )
            return
        found = quality.review(data.engine(), token, event)
        st.write("They are listed, never deleted: who sent a form twice may withdraw one by the personal code.")
        _listed("Answers that are equal in every mark and all of the profile", found.twins)
        if found.within is not None:
            _listed(f"Answers filled in within less than {found.within:.0f} seconds", found.fast)
        _listed("Rows that an import refused, which are not stored", found.refused)


def _listed(title: str, rows: Sequence[Twin | Fast | Line]) -> None:
    """A list under its title, or that there is none."""
    st.subheader(title, anchor=False)
    if not rows:
        st.write("There are none.")
        return
    frame = pd.DataFrame([vars(row) for row in rows]).reindex(columns=[*REVIEW])
    st.dataframe(frame.dropna(axis=1, how="all").rename(columns=REVIEW), hide_index=True, alt=title)
