"""Choices and words of the Compare page, where groups of people are set side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from html import escape

import streamlit as st

from sctrain.analysis.findings import listed
from sctrain.catalogue import Catalogue
from sctrain.frames import MEASURES
from sctrain.selection import Selection
from sctrain.ui import data, state
from sctrain.ui.controls import QUIET
from sctrain.ui.page import finding
from sctrain.views import MOST_COMPARED, Sides

SMALL_CITIES = "city_size_band"
"""The comparison that the day was held for: small and medium cities beside large ones."""


def nothing(selection: Selection, by: str | None) -> bool:
    """Say why no group can be compared and how to go on; False where one can."""
    if by and data.sides(selection, by).able:
        return False
    if by is None:
        finding("Nobody said what group they are in")
        st.write("Groups can be compared as soon as the answers come with a profile: role, discipline, city size …")
        return True
    finding(f"By {state.catalogue().comparisons[by].label.lower()} there are no two sides to compare")
    st.write(
        "Everybody here is in one group, or each group has too few people in it or outside it: "
        f"numbers are shown from {data.threshold()} people on."
    )
    st.write("Compare by something else above, or take off a filter.")
    return True


def controls(selection: Selection, by: str, competencies: int) -> None:
    """Which groups are compared, how many competencies are shown, and the way to the small-city lens."""
    labels, met = data.room(selection).group_labels(by), data.sides(selection, by)
    shown = {"ten": "Show ten", "all": f"Show all {competencies}"}
    # A link may ask for more groups than can be chosen: they are left out in words, not refused.
    look = {
        "max_selections": max(MOST_COMPARED, len(state.asked("groups"))),
        "placeholder": "Choose up to three groups",
    }
    with st.container(horizontal=True, key="compare_controls"):
        named = partial(_named, labels)
        state.choose_many("groups", "Groups", met.able, named, adopt=partial(_adopt, by), width=620, **look, **QUIET)
        state.choose_one("show", "Show", shown, "ten", width=150, **QUIET)
        if small := _small_cities(selection, by):
            st.button("Small-city lens", key="small_city_lens", type="tertiary", on_click=_put, args=small)


def _named(labels: Mapping[str, str], code: str) -> str:
    return labels.get(code, code)


def _adopt(by: str, key: str) -> None:
    """Groups are those of a comparison, so a link that names them has to name it too."""
    _put(by, st.session_state[f"pick_{key}"])


def _put(by: str, groups: Iterable[str]) -> None:
    state.put("by", [by])
    state.put("groups", list(groups))


def _small_cities(selection: Selection, by: str) -> tuple[str, tuple[str, ...]] | None:
    """What the lens compares; None where it cannot, or is what one sees."""
    if SMALL_CITIES not in state.catalogue().comparisons:
        return None
    able = data.sides(selection, SMALL_CITIES).able
    seen = by == SMALL_CITIES and data.sides(selection, by).reference
    return (SMALL_CITIES, able) if len(able) == 2 and not seen else None


def told(selection: Selection, by: str) -> None:
    """Who is set against whom, who stands on both sides, and whom a link asks for in vain."""
    room, met = data.room(selection), data.sides(selection, by)
    labels = room.group_labels(by)
    said = [_against(met, labels)]
    if (room.groups(by).member.sum(axis=0) > 1).any():
        said.append("Some people gave several answers: a person may be in both groups." if met.reference else SEVERAL)
    many = [labels[code] for code in met.left_out if code in met.able]
    none = [_named(labels, code) for code in met.left_out if code not in met.able]
    said += [f"At most {MOST_COMPARED} groups are compared at once; left out: {listed(many)}."] * bool(many)
    said += [f"Not compared, as too few people are in it or outside it: {listed(none)}."] * bool(none)
    st.html(f'<p class="base">{escape(" ".join(said))}</p>')


SEVERAL = "Some people gave several answers: a person may be in several groups, and is never in the rest of their own."


def _against(met: Sides, labels: Mapping[str, str]) -> str:
    if met.reference is not None:
        return f"{_names(met, labels)} are set against each other."
    if len(met.groups) == 1:
        return f"{_names(met, labels)} is set against the rest: everyone who is not in it."
    return f"{_names(met, labels)} are each set against their own rest: everyone who is not in the group."


def _names(met: Sides, labels: Mapping[str, str]) -> str:
    return listed([labels[code] for code in (*met.groups, met.reference) if code is not None])


def in_words(sentences: Iterable[str]) -> None:
    """Each row of the comparison as a sentence."""
    with st.expander("In words, competency by competency", key="in_words"):
        st.html(f'<ul class="depends">{"".join(f"<li>{escape(text)}</li>" for text in sentences)}</ul>')


def ranked(known: Catalogue) -> None:
    """Which measure ranks the needs of both groups."""
    measures = {code: f"Rank by {name}" for code, name in MEASURES.items()}
    state.choose_one("measure", f"Rank {len(known.codes)} competencies by", measures, "mwds", width=350, **QUIET)
