"""k-means of people in partitions: each step adds up how many people are nearest to each centre, and where they are.

The steps are Lloyd's (1982), as scikit-learn's `KMeans` makes them on all people at once. Sums add up over partitions,
so the centres are the same, to rounding, however the people are cut. Where to begin is found on a sample.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.pipeline import Pipeline, make_pipeline
from threadpoolctl import threadpool_limits

from sctrain.analysis.gaps import Numbers
from sctrain.analysis.parts import Pairs, Partition
from sctrain.analysis.profiles_choice import SEED, STARTS
from sctrain.analysis.profiles_people import ANSWERED, chunks, gaps_of, prepared
from sctrain.cards import Cards

MOST, TOLERANCE = 300, 1e-4
"""Steps at most, and the share of the mean variance by which centres may still move: those of scikit-learn."""


class Sums(NamedTuple):
    """Of the people nearest to each of k centres: how many, the sum of their coordinates, and of squares."""

    n: NDArray[np.int64]
    total: Numbers
    squares: Numbers


class Sample(NamedTuple):
    """Some people's pairs [competencies, people], by the rising `draw` of each."""

    draw: NDArray[np.uint64]
    pairs: Pairs


def complete(cards: Cards) -> NDArray[np.int64]:
    """[pairs]: 1 where both marks are given."""
    importance, level = np.divmod(np.arange(cards.width**2), cards.width)
    return ((importance > 0) & (level > 0)).astype(np.int64)


def marked(part: Partition) -> NDArray[np.int64]:
    """[competencies]: how many people marked both, of a competency."""
    both = complete(part.cards)
    return np.array([both[row].sum() for row in part.cards.pairs], np.int64)


def _enough(cards: Cards, asked: int) -> NDArray[np.intp]:
    """Who marked enough of the `asked` competencies to be grouped, as `profiles_people.answering` has it."""
    both = complete(cards).astype(np.uint8)
    given = np.sum([both[row] for row in cards.pairs], axis=0, dtype=np.int64)
    return np.flatnonzero(given >= max(1, ANSWERED * asked))


def sample(part: Partition, asked: int, most: int, seed: int = SEED) -> Sample:
    """At most so many people who can be grouped. Their marks alone say who is drawn, so no partition matters.

    Those with the smallest numbers that a hash makes of their marks (bottom-k sampling, Cohen and Kaplan 2007); of
    equal answers all are drawn or none.
    """
    pairs = part.cards.pairs[:, _enough(part.cards, asked)]
    factors = np.random.default_rng(seed).integers(1 << 63, size=len(pairs), dtype=np.uint64) * np.uint64(2) + 1
    draw = np.zeros(pairs.shape[1], np.uint64)
    for factor, row in zip(factors, pairs, strict=True):
        draw = (draw ^ (row.astype(np.uint64) + 1)) * factor
        draw ^= draw >> np.uint64(29)
    return _fewer(Sample(draw, pairs), most)


def add_samples(most: int, some: Sequence[Sample]) -> Sample:
    """The sample of disjoint people together."""
    draws, pairs = zip(*some, strict=True)
    return _fewer(Sample(np.concatenate(draws), np.concatenate(pairs, axis=1)), most)


def _fewer(of: Sample, most: int) -> Sample:
    first = np.argsort(of.draw, kind="stable")[:most]
    return Sample(of.draw[first], of.pairs[:, first])


def begun(cards: Cards, k: int) -> Pipeline:
    """From gaps to one of k profiles, fitted to these people alone; as `profiles` fits its sample."""
    steps = (*prepared(), PCA(k - 1, svd_solver="full"), KMeans(k, n_init=STARTS, random_state=SEED))
    with threadpool_limits(1):
        return make_pipeline(*steps).fit(gaps_of(cards, np.arange(cards.n)).astype(float))


def points(part: Partition, before: Pipeline, asked: int) -> NDArray[np.float32]:
    """[people, coordinates] of who can be grouped, in the space that `before` leads to."""
    rows = _enough(part.cards, asked)
    with threadpool_limits(1):
        found = [before.transform(gaps_of(part.cards, rows[some])) for some in chunks(len(rows))]
    none = np.zeros((0, before[-1].n_components_))
    return np.concatenate([none, *found]).astype(np.float32)


def sums(of: NDArray[np.float32], centres: Numbers) -> Sums:
    """One step's sums over these points [people, coordinates]."""
    with threadpool_limits(1):
        near = ((centres**2).sum(axis=1) - 2 * of @ centres.T).argmin(axis=1)
    k = len(centres)
    exact = of.T.astype(float)
    total, squares = (np.array([np.bincount(near, one, minlength=k) for one in each]).T for each in (exact, exact**2))
    return Sums(np.bincount(near, minlength=k), total.astype(float), squares.astype(float))


def add_sums(some: Sequence[Sums]) -> Sums:
    """The sums of disjoint people together."""
    return Sums(*(np.sum(each, axis=0) for each in zip(*some, strict=True)))


def lloyd(step: Callable[[Numbers], Sums], start: Numbers) -> Numbers:
    """The k centres from `start` on, [k, coordinates]; `step` gives everybody's sums for centres.

    A centre that nobody is nearest to stays where it is.
    """
    centres = np.asarray(start, float)
    for _ in range(MOST):
        of = step(centres)
        moved = np.where(of.n[:, None] > 0, of.total / np.maximum(of.n, 1)[:, None], centres)
        n, mean = of.n.sum(), of.total.sum(axis=0) / max(of.n.sum(), 1)
        variance = float((of.squares.sum(axis=0) / max(n, 1) - mean**2).mean())
        shift = float(((moved - centres) ** 2).sum())
        centres = moved
        if shift <= TOLERANCE * variance:
            break
    return centres
