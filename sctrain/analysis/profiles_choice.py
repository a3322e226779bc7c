"""How many groups a matrix of people falls into, if any: what is found again, and apart more than one cloud.

People are rows of numbers without holes in them. A *room* is drawn from them, each person counted once;
a *cloud* is as many made-up people with the same covariance and no groups: on the main traits any degree
is as frequent as another, so that what lies between two groups is no emptier than they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import sklearn
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_rand_score, silhouette_score
from threadpoolctl import threadpool_limits

from sctrain.frames import LETTERS, PROFILE_CHOICE

Numbers = NDArray[np.float64]
Labels = NDArray[np.integer]

SEED = 2018
MOST = len(LETTERS)
STARTS, STARTS_ANEW = 25, 3
"""Of KMeans: for the groups themselves, and in rooms and clouds."""
ROOMS, CLOUDS, CLOUDS_ANEW = 30, 40, 15
"""Drawn for each number of groups; the last are the clouds of which rooms are drawn in turn."""
FEWEST = 20
"""People below whom nothing is looked for: what is found in so few is chance."""
DIFFERENT = 3
"""Least different ways of answering for each group that is tried."""
STABLE, FOUND_AGAIN = 0.65, 0.6
"""Least stability, and Jaccard of the least stable group (Hennig 2007: below .6 it should not be trusted)."""
CLEAR = 0.15
"""Least share by which the groups are tighter than a cloud’s: also among 10^6 people, where any share is sure."""
SURE = 2.5
"""Standard deviations of clouds by which the groups must be tighter."""


def group(people: Numbers, k: int, reduce: bool = True, starts: int = STARTS, seed: int = SEED) -> tuple[Labels, float]:
    """Group of each row, 0..k-1, and the share of all spread that is left within groups.

    With `reduce` in the plane of the first k - 1 principal components, where k centres lie (Ding & He 2004).
    """
    seen = PCA(min(k - 1, *people.shape), svd_solver="full").fit_transform(people) if reduce else people
    found = KMeans(k, n_init=starts, random_state=seed).fit(seen)
    whole = float(((seen - seen.mean(axis=0)) ** 2).sum())
    return found.labels_, float(found.inertia_) / whole if whole else 1.0


@dataclass(frozen=True, eq=False)
class Trial:
    """What trying k groups gave; what was not worked out is NaN.

    `within` is the share of all spread that is left within groups; `jaccard` has one number a group, in the
    order of `labels`. `tight` is the share by which the groups are tighter than those of clouds, `luck` what
    clouds reach by chance; `stability_null` is the stability of clouds.
    """

    k: int
    labels: Labels
    within: float
    stability: float
    jaccard: Numbers
    silhouette: float
    tight: float = np.nan
    luck: float = np.nan
    stability_null: float = np.nan

    @property
    def smallest(self) -> int:
        """People in the smallest group."""
        return int(np.bincount(self.labels, minlength=self.k).min())

    def found_again(self, fewest: int) -> bool:
        """Whether the same groups are found in rooms drawn anew, each of enough people."""
        return self.stability >= STABLE and self.jaccard.min() >= FOUND_AGAIN and self.smallest >= fewest

    def reliable(self, fewest: int) -> bool:
        """Whether, moreover, they are apart as parts of one cloud are not; never where no cloud was drawn."""
        return self.found_again(fewest) and self.tight >= max(CLEAR, self.luck)


def trial(people: Numbers, k: int, reduce: bool = True, rooms: int = ROOMS, seed: int = SEED) -> Trial:
    """k groups, tried on rooms drawn from the people; no cloud yet."""
    rng = np.random.default_rng([seed, k])
    labels, within = group(people, k, reduce, seed=seed)
    anew = [_room(people, k, reduce, rng) for _ in range(rooms)]
    jaccard = np.mean([_jaccard(labels, room, k) for room in anew], axis=0)
    width = float(silhouette_score(people, labels)) if 1 < len(np.unique(labels)) < len(people) else np.nan
    return Trial(k, labels, within, _agreement(anew), jaccard, width)


def against_clouds(tried: Trial, people: Numbers, reduce: bool = True, clouds: int = CLOUDS, seed: int = SEED) -> Trial:
    """The same trial with what clouds give. Cluster index: Liu et al. 2008, whose cloud is normal: less strict."""
    drawn = _clouds(people, tried.k, clouds, seed)
    within = np.array([group(cloud, tried.k, reduce, STARTS_ANEW, seed)[1] for cloud in drawn])
    luck = SURE * float(within.std(ddof=1) / within.mean())
    return replace(tried, tight=1 - tried.within / float(within.mean()), luck=luck)


def stable_clouds(
    tried: Trial, people: Numbers, reduce: bool = True, clouds: int = CLOUDS_ANEW, seed: int = SEED
) -> Trial:
    """The same trial with how stable the groups of clouds are: two rooms of each."""
    rng = np.random.default_rng([seed, tried.k, 1])
    drawn = _clouds(people, tried.k, clouds, seed)
    alike = [_agreement([_room(cloud, tried.k, reduce, rng) for _ in range(2)]) for cloud in drawn]
    return replace(tried, stability_null=float(np.mean(alike)))


def choose(
    people: Numbers,
    fewest: int,
    most: int = MOST,
    reduce: bool = True,
    every: bool = True,
    say: Callable[[], None] = lambda: None,
    seed: int = SEED,
) -> list[Trial]:
    """A trial of each number of groups, 2..most; `fewest` people are to be in a group.

    Without `every`, clouds are drawn only where they decide. `say` is called after each.
    """
    found = []
    quick = sklearn.config_context(assume_finite=True, skip_parameter_validation=True)
    with threadpool_limits(1), quick:
        for k in tries(len(people), fewest, min(most, len(np.unique(people, axis=0)) // DIFFERENT)):
            tried = trial(people, k, reduce, seed=seed)
            if every or tried.found_again(fewest):
                tried = against_clouds(tried, people, reduce, seed=seed)
            found.append(stable_clouds(tried, people, reduce, seed=seed) if every else tried)
            say()
    return found


def tries(n: int, fewest: int, most: int = MOST) -> range:
    """The numbers of groups to try among n people."""
    return range(2, min(most, n // fewest) + 1) if n >= FEWEST else range(0)


def best(trials: list[Trial], fewest: int) -> Trial | None:
    """The reliable trial that is tightest in standard deviations of clouds; None where none is reliable."""
    return max((t for t in trials if t.reliable(fewest)), key=lambda t: t.tight / t.luck, default=None)


def choice(trials: Sequence[Trial], fewest: int) -> pd.DataFrame:
    """PROFILE_CHOICE; how many are in the smallest is missing where they are fewer than `fewest`."""
    rows = [
        {
            "k": t.k,
            "stability": t.stability,
            "stability_null": t.stability_null,
            "tight": t.tight,
            "tight_null": t.luck,
            "jaccard": float(t.jaccard.min()),
            "silhouette": t.silhouette,
            "smallest": t.smallest if t.smallest >= fewest else None,
            "reliable": t.reliable(fewest),
        }
        for t in trials
    ]
    frame = pd.DataFrame(rows, columns=PROFILE_CHOICE.names)
    return PROFILE_CHOICE.check(frame.astype({"k": "int64", "smallest": "Int64", "reliable": bool}))


def _room(people: Numbers, k: int, reduce: bool, rng: np.random.Generator) -> Labels:
    """[n] groups of a room drawn with replacement, each person once; -1 for who was not drawn."""
    n = len(people)
    drawn = np.unique(rng.integers(0, n, n))
    labels = np.full(n, -1)
    labels[drawn] = group(people[drawn], k, reduce, STARTS_ANEW)[0]
    return labels


def _clouds(people: Numbers, k: int, clouds: int, seed: int) -> Iterator[Numbers]:
    """Made-up people with the same spread on each component: even on the first k - 1, on the others normal."""
    rng = np.random.default_rng([seed, k, 0])
    spread = np.linalg.svd(people - people.mean(axis=0), compute_uv=False) / np.sqrt(max(len(people) - 1, 1))
    for _ in range(clouds):
        cloud = rng.standard_normal((len(people), len(spread)))
        cloud[:, : k - 1] = rng.uniform(-np.sqrt(3), np.sqrt(3), cloud[:, : k - 1].shape)
        yield cloud * spread


def _agreement(rooms: list[Labels]) -> float:
    """Mean adjusted Rand index of neighbouring rooms, on the people of both."""
    pairs = zip(rooms, rooms[1:] + rooms[: len(rooms) > 2], strict=False)
    both = [(a[(a >= 0) & (b >= 0)], b[(a >= 0) & (b >= 0)]) for a, b in pairs]
    return float(np.mean([adjusted_rand_score(a, b) for a, b in both]))


def _jaccard(labels: Labels, room: Labels, k: int) -> Numbers:
    """[k] of each group the best |A ∩ B| / |A ∪ B| with a group of the room, among the people drawn."""
    seen = room >= 0
    common = np.zeros((k, k))
    np.add.at(common, (labels[seen], room[seen]), 1)
    union = common.sum(axis=1)[:, None] + common.sum(axis=0) - common
    best_match: Numbers = (common / np.maximum(union, 1)).max(axis=1)
    return best_match
