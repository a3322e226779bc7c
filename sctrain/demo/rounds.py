"""In which order the made-up people put a short list, before the debate and after it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sctrain.cards import JOIN
from sctrain.catalogue import Catalogue

SHORTLIST = {
    "innovative_procurement": 1.6,
    "data_management": 1.1,
    "citizen_participation": 0.8,
    "investment_appraisal": 0.3,
    "cross_department": 0.0,
}
"""What was put in order, and how much the room likes it before, in the units of Gumbel noise."""
MOVER, BOOST = "cross_department", 2.4
"""What the debate moved up, and by how much, among people of small and medium cities."""
SETTLED = 0.45
"""How much people change their minds about everything, in the same units."""
SILENT = 0.1
"""The share of people who leave out a round."""


def shortlist(catalogue: Catalogue) -> tuple[str, ...]:
    """The competencies of the short list that the catalogue has; none if it has fewer than two of them."""
    found = tuple(code for code in SHORTLIST if code in catalogue.codes)
    return found if len(found) > 1 else ()


def orders(catalogue: Catalogue, people: pd.DataFrame, seed: int) -> pd.DataFrame:
    """`person`, `round` and `options` (`a+b+c`, best first) of these SUBMISSIONS; equal for an equal seed.

    The orders are draws of the Plackett-Luce model (Plackett 1975). One competency moves up among the people of
    small and medium cities; the others stay where they were, but for some noise.
    """
    options = shortlist(catalogue)
    rng = np.random.default_rng([seed, len(SHORTLIST)])  # of its own: it moves nothing else of the room
    n = len(people)
    liking = np.array([SHORTLIST[option] for option in options]) + rng.gumbel(size=(n, len(options)))
    changed = liking + SETTLED * rng.standard_normal(liking.shape)
    changed += BOOST * np.outer(_smaller(catalogue, people), np.array(options) == MOVER)
    parts = [_round(name, people, options, liked, rng) for name, liked in (("before", liking), ("after", changed))]
    return pd.concat(parts if options else [part.iloc[:0] for part in parts], ignore_index=True)


def _smaller(catalogue: Catalogue, people: pd.DataFrame) -> NDArray[np.bool_]:
    """[n] who is of a small or medium city."""
    size = catalogue.dimensions.get("city_size")
    members = size.members("small_medium") if size else ()
    return people["city_size"].isin(list(members)).to_numpy(bool)


def _round(
    name: str, people: pd.DataFrame, options: tuple[str, ...], liking: NDArray[np.float64], rng: np.random.Generator
) -> pd.DataFrame:
    texts = [JOIN.join(options[i] for i in best) for best in np.argsort(-liking, axis=1)]
    frame = pd.DataFrame({"person": people["person"], "round": name, "options": pd.Series(texts, dtype="str")})
    return frame[rng.random(len(people)) >= SILENT]
