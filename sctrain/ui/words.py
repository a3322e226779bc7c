"""Labels and choices for what charts and sentences call by code."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sctrain.catalogue import Catalogue
from sctrain.selection import Selection
from sctrain.ui import data, state
from sctrain.views import people

NOT_SAID = "not said"


def comparison(selection: Selection, known: Catalogue) -> str | None:
    """What is compared: the bar's choice, else city size rolled up, else the first there is."""
    usual = "city_size_band" if "city_size_band" in known.comparisons else next(iter(known.comparisons), None)
    return selection.by or usual


def groups(by: str, frame: pd.DataFrame) -> dict[str, str]:
    """Label by group code, in the catalogue's order; open dimensions are called by their codes."""
    labels = state.catalogue().comparisons[by].groups
    return {code: labels.get(code, code) for code in dict.fromkeys(frame["group"])}


def options(mix: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Label by dimension and option."""
    known = state.catalogue().dimensions
    pairs = zip(mix["dimension"], mix["option"], strict=True)
    return {(d, o): known[d].label_of(o) if o else NOT_SAID for d, o in pairs}


def dimensions_answered(mix: pd.DataFrame) -> list[str]:
    """The profile questions that anybody answered."""
    said = mix[(mix["option"] != "") & ((mix["n"].fillna(0) > 0) | mix["suppressed"].astype(bool))]
    return list(dict.fromkeys(said["dimension"]))


def of(mix: pd.DataFrame, dimension: str) -> pd.DataFrame:
    """The rows of one profile question."""
    return mix[mix["dimension"] == dimension].reset_index(drop=True)


def mix_options(mix: pd.DataFrame, name: str) -> dict[str, Any]:
    """What the answers to one profile question are drawn with."""
    dimension = state.catalogue().dimensions[name]
    labels = {option: label for (_, option), label in options(of(mix, name)).items()}
    return {"labels": labels, "title": dimension.label, "ordered": dimension.ordered, "k": data.threshold()}


def map_options(selection: Selection) -> dict[str, Any]:
    """What the importance-level map is drawn on."""
    known = state.catalogue()
    lines = data.crosshair(selection)
    return {"crosshair": lines, "scale": known.scale, "aspects": known.aspects, "cross": selection.cross}


def who(selection: Selection, mix: pd.DataFrame) -> str:
    """How many people there are, and the largest group of the first question that can be told."""
    n, labels = people(data.room(selection), selection), options(mix)
    shown = mix[~mix["suppressed"].astype(bool) & (mix["option"] != "") & (mix["n"].fillna(0) > 0)]
    lead = f"{n} {'person' if n == 1 else 'people'} answered"
    if shown.empty:
        return f"{lead}."
    top = shown[shown["dimension"] == shown["dimension"].iloc[0]].sort_values("n").iloc[-1]
    return f"{lead}; {top.n} of them ({top.share:.0%}) chose “{labels[(top.dimension, top.option)]}”."
