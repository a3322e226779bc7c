"""Everybody placed in one of k profiles, here or in partitions: what is told of them adds up over people.

The place of a person is 0..k - 1, the largest profile first; k for who is looked at and in none; k + 1 for all others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from sctrain.analysis import lloyd, parts
from sctrain.analysis.counts import Groups, joint_counts
from sctrain.analysis.gaps import Numbers
from sctrain.analysis.parts import Mask, Partition
from sctrain.analysis.profiles import FEWEST, FITTED, Grouping, Sums, grouping, sums
from sctrain.analysis.profiles_choice import SEED, Trial
from sctrain.analysis.profiles_people import Gaps, Leanings, chunks, drawn, gaps_of
from sctrain.cards import Cards, Codes
from sctrain.errors import StaleError
from sctrain.frames import JointCounts

GONE = "somebody has withdrawn in this moment: please look again"
Places = NDArray[np.int8]
Crowd = tuple[Partition, Places]
"""Some people, and the place of each."""
Question = tuple[NDArray[np.integer], int]
"""Which of so many values each row gave."""


@dataclass(frozen=True, eq=False)
class Placed:
    """How people fall into k profiles, the largest first; none where no number of them is reliable.

    `total(add, work, crowds, *shared)` is the sum, made by `add`, of `work(crowd, *shared)`. `sizes[k]` people are in
    each profile, `n` were grouped, and `none` of those looked at were not; `jaccard` has one number a profile. `gaps`
    are of at most FITTED people, `place` the profile of each. `model` goes from gaps to what it calls the profiles;
    where people are in partitions to their places, for who marked enough of the `asked` competencies. `everyone` [n] is
    the place of each of the cards' people, where they are here.
    """

    total: Callable[..., Any]
    crowds: Sequence[Any]
    trials: list[Trial]
    jaccard: Numbers
    sizes: NDArray[np.int64]
    n: int
    none: int
    gaps: Gaps
    place: NDArray[np.integer]
    model: Pipeline | None = None
    asked: int = 0
    everyone: Places | None = None

    @property
    def k(self) -> int:
        """Number of profiles; 0 where there are none."""
        return len(self.jaccard)

    @cached_property
    def sums(self) -> Sums:
        """The sums of the leanings of each profile's people; there has to be a profile."""
        assert self.model is not None
        found: Sums = self.total(add_sums, leaned, self.crowds, self.model[0], self.k)
        return found

    def counts(self, codes: Sequence[str]) -> JointCounts:
        """Joint counts by profile, each with its code, before the gate. StaleError where somebody has withdrawn."""
        found: JointCounts = self.total(parts.add_counts, counted, self.crowds, tuple(codes))
        self._check(found.people)
        return found

    def given(self, questions: Sequence[Codes]) -> list[NDArray[np.int64]]:
        """Of each question [k + 1, values] how many people gave each value: by profile, and those in none.

        StaleError where somebody has withdrawn.
        """
        asked: list[Question] = [(codes.code, len(codes.values)) for codes in questions]
        cells: NDArray[np.int64] = self.total(parts.add_arrays, crossed, self.crowds, asked, self.k)
        ends = np.cumsum([(self.k + 1) * size for _, size in asked])[:-1]
        found = [some.reshape(self.k + 1, -1) for some in np.split(cells, ends)] if asked else []
        for people in found:
            self._check(people.sum(axis=1))
        return found

    def _check(self, people: NDArray[np.integer]) -> None:
        if (people != [*self.sizes, self.none][: len(people)]).any():
            raise StaleError(GONE)


def placed(
    cards: Cards,
    where: Mask,
    fewest: int = FEWEST,
    every: bool = True,
    say: Callable[[], None] = lambda: None,
) -> Placed:
    """The profiles of the people `where`, wherever their ratings are; otherwise as `profiles.grouping`."""
    if cards.elsewhere is not None:
        found: Placed = cards.elsewhere.placed(cards, where, fewest, every, say)
        return found
    return _here(cards, where, grouping(cards, where, fewest, every, say))


def _here(cards: Cards, where: Mask, found: Grouping) -> Placed:
    some = drawn(len(found.rows), FITTED, np.random.default_rng(SEED)) if found.k else np.zeros(0, np.intp)
    place = np.where(where, found.k, found.k + 1).astype(np.int8)
    if found.k:
        place[found.rows] = found.place
    crowd = Partition(cards, np.arange(cards.n, dtype=np.int32)), place
    n = len(found.rows)
    return Placed(
        lambda add, work, crowds, *shared: add([work(one, *shared) for one in crowds]),
        [crowd],
        found.trials,
        found.jaccard,
        found.sizes,
        n,
        int(where.sum()) - n,
        gaps_of(cards, found.rows[some]),
        found.place[some],
        found.model,
        everyone=place,
    )


# What is worked out of one crowd, where it is kept


def called(part: Partition, model: Pipeline, where: Mask, asked: int) -> Places:
    """[people] what the model calls the profile of each."""
    k = model[-1].n_clusters
    found = np.where(where[part.row], k, k + 1).astype(np.int8)
    rows = lloyd.enough(part, where, asked)
    with threadpool_limits(1):
        for some in chunks(len(rows)):
            found[rows[some]] = model.predict(gaps_of(part.cards, rows[some]))
    return found


def renamed(places: Places, names: Places) -> Places:
    """[people] the name of each place."""
    return names[places]


def tallied(places: Places, k: int) -> NDArray[np.int64]:
    """[k + 1] how many people are in each profile, and in none."""
    return np.bincount(places, minlength=k + 2)[: k + 1]


def leaned(crowd: Crowd, leanings: Leanings, k: int) -> Sums:
    """The sums of the leanings of each profile's people."""
    part, places = crowd
    rows = np.flatnonzero(places < k)
    return sums(part.cards, Grouping(rows, [], places[rows], np.zeros(k), Pipeline([("leanings", leanings)])))


def add_sums(some: Sequence[Sums]) -> Sums:
    """The sums of disjoint people together."""
    return Sums(*(np.sum(each, axis=0) for each in zip(*some, strict=True)))


def counted(crowd: Crowd, codes: tuple[str, ...]) -> JointCounts:
    """Joint counts by profile."""
    part, places = crowd
    return joint_counts(part.cards, Groups(codes, places, np.eye(len(codes), len(codes) + 2, dtype=bool)))


def crossed(crowd: Crowd, questions: Sequence[Question], k: int) -> NDArray[np.int64]:
    """Of each question, one after the other, [k + 1, values] how many people gave each value."""
    part, places = crowd
    none, tables = np.zeros(0, np.int64), []
    for code, size in questions:
        cell = places.astype(np.intp) * size + code[part.row]
        tables.append(np.bincount(cell, minlength=(k + 2) * size)[: (k + 1) * size])
    return np.concatenate([none, *tables])
