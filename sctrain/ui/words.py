"""Labels for what charts and sentences call by code."""

from __future__ import annotations

import pandas as pd

from sctrain.catalogue import Catalogue
from sctrain.ui import state

NOT_SAID = "not said"


def groups(by: str | None, frame: pd.DataFrame | None) -> dict[str, str]:
    """Label by group code, in the catalogue's order; open dimensions are called by their codes."""
    if by is None or frame is None:
        return {}
    labels = state.catalogue().comparisons[by].groups
    present = list(dict.fromkeys(frame["group"]))
    return {code: label for code, label in labels.items() if code in present} or {code: code for code in present}


def options(mix: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Label by dimension and option."""
    known = state.catalogue().dimensions
    pairs = zip(mix["dimension"], mix["option"], strict=True)
    return {(d, o): known[d].label_of(o) if o else NOT_SAID for d, o in pairs}


def options_of(dimension: str, mix: pd.DataFrame) -> dict[str, str]:
    """Label by option of one dimension."""
    return {o: label for (d, o), label in options(mix).items() if d == dimension}


def usual_comparison(known: Catalogue) -> str | None:
    """What to compare by where nothing is chosen: city size rolled up, else the first there is."""
    return "city_size_band" if "city_size_band" in known.comparisons else next(iter(known.comparisons), None)
