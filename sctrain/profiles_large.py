"""The profiles of a room in partitions: begun on a sample, then moved by everybody."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from sctrain.analysis import lloyd, parts
from sctrain.analysis.gaps import Numbers
from sctrain.analysis.lloyd import Sums
from sctrain.analysis.profiles import FITTED
from sctrain.cards import Cards
from sctrain.large import Ratings


def centred(cards: Cards, k: int, fitted: int = FITTED) -> Pipeline:
    """From gaps to one of k profiles of everybody who can be grouped, whose ratings are in partitions.

    The sample, of `fitted` people at most, gives the space and first centres as `analysis.profiles` finds them; then
    Lloyd's steps over all move these. The last step's `cluster_centers_` are the same, to rounding, in any partitions.
    """
    model, step = begun(cards, k, fitted)
    model[-1].cluster_centers_ = lloyd.lloyd(step, model[-1].cluster_centers_)
    return model


def begun(cards: Cards, k: int, fitted: int = FITTED) -> tuple[Pipeline, Callable[[Numbers], Sums]]:
    """What the sample alone gives, and Lloyd's step over everybody: from centres to the sums of who is nearest."""
    ratings = cards.elsewhere
    assert isinstance(ratings, Ratings)
    total, kept = ratings.runner.total, ratings.kept
    marked: NDArray[np.int64] = total(parts.add_arrays, lloyd.marked, kept)
    asked = int((marked > 0).sum())
    drawn = total(partial(lloyd.add_samples, fitted), lloyd.sample, kept, asked, fitted)
    model = lloyd.begun(Cards(cards.competencies, cards.low, cards.high, drawn.pairs), k)
    points = ratings.runner.keep(lloyd.points, kept, model[:-1], asked)
    return model, partial(total, lloyd.add_sums, lloyd.sums, points)
