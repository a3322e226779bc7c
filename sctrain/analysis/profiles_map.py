"""Where profiles lie: centres and half-content ellipses on the first two principal components, never single people."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import chi2
from sklearn.decomposition import PCA
from sklearn.pipeline import make_pipeline

from sctrain.analysis.gaps import Numbers
from sctrain.analysis.profiles_people import Gaps, prepared
from sctrain.frames import PROFILE_MAP

ARROWS = 6
"""How many competencies are drawn: those that the map is made of."""
HALF = float(np.sqrt(chi2.ppf(0.5, 2)))
"""Standard deviations from the centre of a normal cloud of two dimensions within which half of it lies."""
COLUMNS = ("n", "x", "y", "long", "short", "turn")


def places(
    gaps: Gaps,
    place: NDArray[np.integer],
    people: NDArray[np.integer],
    letters: Sequence[str],
    competencies: Sequence[str],
) -> pd.DataFrame:
    """PROFILE_MAP of gaps [people, competencies] and their profiles; `people[g]` is how many profile g has in all.

    Arrows are as long, together, as the map is wide: only their directions and proportions mean something.
    """
    leanings = make_pipeline(*prepared()).fit_transform(gaps)
    axes = PCA(2, svd_solver="full").fit(leanings)
    seen = axes.transform(leanings)
    rows = [
        ("profile", letter, int(n), *seen[place == g].mean(axis=0), *_ellipse(seen[place == g]))
        for g, (letter, n) in enumerate(zip(letters, people, strict=True))
    ]
    widest = max(float(np.hypot(row[3], row[4])) for row in rows)
    rows = sorted(rows, key=lambda row: row[1]) + _arrows(axes.components_.T, widest, competencies)
    frame = pd.DataFrame(rows, columns=["kind", "code", *COLUMNS]).assign(suppressed=False)
    return PROFILE_MAP.check(frame.astype({"n": "Int64"} | dict.fromkeys(COLUMNS[1:], float)))


def _arrows(towards: Numbers, widest: float, competencies: Sequence[str]) -> list[tuple]:
    length = np.hypot(*towards.T)
    chosen = np.argsort(-length, kind="stable")[:ARROWS]
    tips = towards / (length.max() or 1) * widest
    return [("competency", competencies[c], None, *tips[c], None, None, None) for c in chosen]


def _ellipse(points: Numbers) -> tuple[float, float, float]:
    """Half axes of the ellipse with half of a normal cloud, and the angle of the longer one in -π/2..π/2."""
    variance, axis = np.linalg.eigh(np.cov(points.T))
    short, long = HALF * np.sqrt(np.maximum(variance, 0))
    x, y = axis[:, 1] if axis[0, 1] >= 0 else -axis[:, 1]
    return float(long), float(short), float(np.arctan2(y, x))
