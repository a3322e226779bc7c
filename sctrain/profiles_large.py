"""The profiles of a room in partitions: found on a sample, moved by everybody, and told of everybody by sums."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from sctrain.analysis import lloyd, parts, profiles_placed
from sctrain.analysis.gaps import Numbers
from sctrain.analysis.lloyd import Sums
from sctrain.analysis.parts import Mask
from sctrain.analysis.profiles import FITTED, TRIED, jaccard, tried
from sctrain.analysis.profiles_choice import best
from sctrain.analysis.profiles_people import by_marks, gaps_of
from sctrain.analysis.profiles_placed import GONE, Placed
from sctrain.cards import Cards
from sctrain.errors import StaleError
from sctrain.partitions import Runner

NOBODY = np.zeros(0, np.int8)
"""The places of no people."""


@dataclass(frozen=True, eq=False)
class Sampled:
    """A sample of the people in the rows `where`, whose ratings a runner keeps; `n` of them can be grouped.

    They are those who marked enough of the `asked` competencies. `some` are at most FITTED of them, by their marks;
    numbers of profiles are tried on the few at the places `tried`, at most TRIED.
    """

    runner: Runner
    kept: Sequence[Any]
    where: Mask
    asked: int
    n: int
    some: Cards
    tried: NDArray[np.intp]


def sampled(runner: Runner, kept: Sequence[Any], cards: Cards, where: Mask) -> Sampled:
    """The sample of the people in the rows `where` of the cards: the same in whatever partitions.

    StaleError where somebody has withdrawn since the cards were read.
    """
    marked: NDArray[np.int64] = runner.total(parts.add_arrays, lloyd.marked, kept, where)
    asked = int((marked > 0).sum())
    found = runner.total(partial(lloyd.add_samples, FITTED), lloyd.sample, kept, where, asked, FITTED)
    if found.seen != cards.heads(where):
        raise StaleError(GONE)
    order = by_marks(found.pairs)
    some = Cards(cards.competencies, cards.low, cards.high, found.pairs[:, order])
    return Sampled(runner, kept, where, asked, found.n, some, np.flatnonzero(order < TRIED))


def begun(of: Sampled, k: int) -> tuple[Pipeline, Callable[[Numbers], Sums]]:
    """What the sample alone gives, and Lloyd's step over everybody: from centres to the sums of who is nearest."""
    model = lloyd.begun(of.some, k)
    points = of.runner.keep(lloyd.points, of.kept, model[:-1], of.where, of.asked)
    return model, partial(of.runner.total, lloyd.add_sums, lloyd.sums, points)


def centred(of: Sampled, k: int) -> Pipeline:
    """From gaps to one of k profiles of everybody: where some are not in the sample, they move its centres too.

    The sample gives the space and first centres as `analysis.profiles` finds them; then Lloyd's steps move these.
    """
    if of.n == of.some.n:
        return lloyd.begun(of.some, k)
    model, step = begun(of, k)
    model[-1].cluster_centers_ = lloyd.lloyd(step, model[-1].cluster_centers_)
    return model


def placed(
    runner: Runner, kept: Sequence[Any], cards: Cards, where: Mask, fewest: int, every: bool, say: Callable[[], None]
) -> Placed:
    """`analysis.profiles_placed.placed` of the people in the rows `where`, whose ratings a runner keeps.

    StaleError where somebody has withdrawn since the room was read.
    """
    of = sampled(runner, kept, cards, where)
    trials = tried(gaps_of(of.some, of.tried), fewest, every, say)
    rest = cards.heads(where) - of.n
    none = Placed(runner.total, (), trials, np.zeros(0), np.zeros(0, np.int64), of.n, rest, np.zeros((0, 0)), NOBODY)
    found = best(trials, fewest)
    if found is None:
        return none
    model = centred(of, found.k)
    called = runner.keep(profiles_placed.called, kept, model, where, of.asked)
    *sizes, left = runner.total(parts.add_arrays, profiles_placed.tallied, called, found.k).tolist()
    if (sum(sizes), left) != (of.n, rest):
        raise StaleError(GONE)
    if min(sizes) < fewest:  # enough of those it was tried on, too few of all
        return none
    places = runner.keep(profiles_placed.renamed, called, _by_size(model, sizes))
    gaps = gaps_of(of.some, np.arange(of.some.n))
    place = model.predict(gaps)
    return replace(
        none,
        crowds=list(zip(kept, places, strict=True)),
        jaccard=jaccard(found, place[of.tried]),
        sizes=np.sort(sizes)[::-1],
        gaps=gaps,
        place=place,
        model=model,
        asked=of.asked,
    )


def _by_size(model: Pipeline, sizes: Sequence[int]) -> NDArray[np.int8]:
    """What the profiles, and those in none, are called once the model calls the largest 0."""
    order = np.argsort(-np.array(sizes), kind="stable")
    model[-1].cluster_centers_ = model[-1].cluster_centers_[order]
    k = len(sizes)
    return np.array([*np.argsort(order), k, k + 1], np.int8)
