"""Words and lists of the page Data quality, and the organiser's review list."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from sctrain import quality
from sctrain.frames.quality import CHECKS
from sctrain.numerals import count
from sctrain.quality import Quality
from sctrain.selection import Selection
from sctrain.store.engine import store_url
from sctrain.ui import data, roles
from sctrain.ui.shelf import kept

REVIEW = {
    "group": "equal answers",
    "person": "who, as the store calls them",
    "submitted_at": "sent",
    "version": "data version",
    "note": "came with",
}


def of_event(selection: Selection) -> Selection:
    """The whole first event of a selection: by filters, few people could be subtracted from one another."""
    return quality.of_event(selection)


@kept(32)
def _read(url: str, version: int, selection: Selection) -> Quality:  # noqa: ARG001 - a key, as the version is
    return quality.read(data.room(selection))


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
    if row["suppressed"]:
        return f"hidden, since fewer than {data.threshold()} people have it, or do not have it"
    return f"{count(int(row['n']))} of {count(int(row['people']))} people"


def review(selection: Selection) -> None:
    """The answers that are equal, for who has an organiser's link, and for others where to find one."""
    with st.expander("For the organiser: answers that are equal", key="review"):
        event = selection.events[0]
        if not (token := roles.token("organiser", event)):
            st.write(
                "Open the organiser’s link, which sctrain prints when it starts, to review them here. "
                "On the command line: `python -m sctrain quality --review`."
            )
            return
        found = quality.review(data.engine(), token, event)
        if not found:
            st.write("No two answers are equal in every mark and all of the profile.")
            return
        st.write("They are listed, never deleted: who sent a form twice may withdraw one by the personal code.")
        frame = pd.DataFrame([vars(twin) for twin in found]).rename(columns=REVIEW)
        st.dataframe(frame, hide_index=True, alt="The answers that are equal, by group")
