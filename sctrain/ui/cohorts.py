"""Words and cards of the page on cohorts."""

from __future__ import annotations

from dataclasses import replace
from html import escape

import streamlit as st

from sctrain.cohorts import Proposed, Recipe
from sctrain.selection import Selection
from sctrain.ui import data, peers
from sctrain.ui.base import Base
from sctrain.ui.page import of_people


def cards(met: Proposed) -> None:
    """Each recipe with its three reasons."""
    if met.told:
        st.html(f'<div class="cards">{"".join(_card(i, recipe) for i, recipe in enumerate(met.told, 1))}</div>')


def _card(place: int, recipe: Recipe) -> str:
    told = "".join(f'<p class="why">{escape(reason)}</p>' for reason in recipe.reasons)
    return f'<article class="card"><h3>{place}. Mixed by {escape(recipe.called)}</h3>{told}</article>'


def labels(selection: Selection) -> dict[str, str]:
    """What the comparisons are called."""
    return data.room(selection).compared_by


def base(met: Proposed, selection: Selection) -> Base:
    """What the figure stands on; the people mixed by each recipe stand in its row."""
    whole = of_people(selection, None)
    seats = str(size(met, selection))
    names = labels(selection)
    facts = {**whole.facts, "seats": seats}
    words = f"{whole.words} · cohorts of {seats}"
    return replace(whole, words=words, facts=facts, labelled=lambda f: f.assign(by_label=f["by"].map(names)))


def size(met: Proposed, selection: Selection) -> int:
    """How many seats the first recipe fills; as many as asked for where there is none."""
    return int(met.recipes["seats"].iloc[0]) if len(met.recipes) else selection.seats or peers.SEATS
