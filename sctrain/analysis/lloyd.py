"""k-means of people in partitions: each step adds up how many people are nearest to each centre, and where they are.

The steps are Lloyd's (1982), as scikit-learn's `KMeans` makes them on all people at once. Sums add up over partitions,
so the centres are the same however the people are cut. Where to begin is found on a sample.
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
from sctrain.analysis.parts import Mask, Pairs, Partition
from sctrain.analysis.profiles_choice import SEED, STARTS
from sctrain.analysis.profiles_people import chunks, gaps_of, least, prepared
from sctrain.cards import Cards

MOST, TOLERANCE = 300, 1e-4
"""Steps at most, and the share of the mean variance by which centres may still move: those of scikit-learn."""
FINE = 1024
"""Parts of a scale point to which coordinates are kept: their sums are then exact, and so in any order the same."""


class Sums(NamedTuple):
    """Of the people nearest to each of k centres: how many, the sum of their coordinates, and of squares."""

    n: NDArray[np.int64]
    total: Numbers
    squares: Numbers


class Sample(NamedTuple):
    """Some people's pairs [competencies, people], by the rising `draw` of each: drawn from `n` of the `seen` people."""

    draw: NDArray[np.uint64]
    pairs: Pairs
    n: int
    seen: int


def complete(cards: Cards) -> NDArray[np.int64]:
    """[pairs]: 1 where both marks are given."""
    importance, level = np.divmod(np.arange(cards.width**2), cards.width)
    return ((importance > 0) & (level > 0)).astype(np.int64)


def marked(part: Partition, where: Mask) -> NDArray[np.int64]:
    """[competencies]: how many people of the rows `where` marked both, of a competency."""
    both, inside = complete(part.cards), where[part.row]
    return np.array([both[row[inside]].sum() for row in part.cards.pairs], np.int64)


def enough(part: Partition, where: Mask, asked: int) -> NDArray[np.intp]:
    """Who of the rows `where` marked enough of the `asked` competencies, as `profiles_people.answering` has it."""
    both = complete(part.cards).astype(np.uint8)
    given = np.sum([both[row] for row in part.cards.pairs], axis=0, dtype=np.int64)
    return np.flatnonzero(where[part.row] & (given >= least(asked)))


def sample(part: Partition, where: Mask, asked: int, most: int, seed: int = SEED) -> Sample:
    """At most so many people who can be grouped. Their answers alone say who is drawn, so no partition matters.

    Those with the smallest numbers that a hash makes of their marks and their row (bottom-k sampling, Cohen and Kaplan
    2007); of people who answered everything alike all are drawn or none.
    """
    rows = enough(part, where, asked)
    pairs = part.cards.pairs[:, rows]
    factors = np.random.default_rng(seed).integers(1 << 63, size=1 + len(pairs), dtype=np.uint64) * np.uint64(2) + 1
    draw = np.zeros(len(rows), np.uint64)
    for factor, given in zip(factors, (part.row[rows], *pairs), strict=True):
        draw = (draw ^ (given.astype(np.uint64) + 1)) * factor
        draw ^= draw >> np.uint64(29)
    return _fewer(Sample(draw, pairs, len(rows), int(where[part.row].sum())), most)


def add_samples(most: int, some: Sequence[Sample]) -> Sample:
    """The sample of disjoint people together."""
    draws, pairs, n, seen = zip(*some, strict=True)
    return _fewer(Sample(np.concatenate(draws), np.concatenate(pairs, axis=1), sum(n), sum(seen)), most)


def _fewer(of: Sample, most: int) -> Sample:
    first = np.argsort(of.draw, kind="stable")[:most]
    return of._replace(draw=of.draw[first], pairs=of.pairs[:, first])


def begun(cards: Cards, k: int) -> Pipeline:
    """From gaps to one of k profiles, fitted to these people alone; as `profiles` fits its sample."""
    steps = (*prepared(), PCA(k - 1, svd_solver="full"), KMeans(k, n_init=STARTS, random_state=SEED))
    with threadpool_limits(1):
        return make_pipeline(*steps).fit(gaps_of(cards, np.arange(cards.n)).astype(float))


def points(part: Partition, before: Pipeline, where: Mask, asked: int) -> NDArray[np.float32]:
    """[people, coordinates] of who can be grouped, in the space that `before` leads to, to 1/FINE."""
    rows = enough(part, where, asked)
    with threadpool_limits(1):
        found = [before.transform(gaps_of(part.cards, rows[some]).astype(float)) for some in chunks(len(rows))]
    none = np.zeros((0, before[-1].n_components_))
    return (np.round(np.concatenate([none, *found]) * FINE) / FINE).astype(np.float32)


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
