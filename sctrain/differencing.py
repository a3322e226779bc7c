"""Which views may be shown side by side, so that none of few people follows from them by adding and subtracting.

A *cell* is everybody who gave the same answers to the profile questions: no filter tells them apart. A *view* is a
set of cells, with the number of people in it. Who sees several views knows every sum and difference of them, each
as often as they like: the *span* of the views. As long as no set of 1 to threshold - 1 people lies in the span of
all views that anybody may ever ask for, nobody learns of so few, whatever is asked in whatever order (Chin and
Ozsoyoglu 1982, auditing of sums). What lies in the span of views that are shown may be shown as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache, reduce
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from sctrain.cards import tally
from sctrain.privacy import Numbers, Split, hide_split, small

EXACT = 1e-7
GRID = 1e8
DENSE = 4
AT_ONCE = 400
PAIRED = 200
"""Up to so many small cells, sets of three and four of them are looked for as well."""
STEP = "step"
"""The question whose groups are who was shown at each moment of a room that went on in steps: nobody asks for parts
of them, and everybody may have noted them."""
Mask = NDArray[np.bool_]
Reals = NDArray[np.float64]
Places = NDArray[np.intp] | slice
"""Where some people are among all; a slice for everyone, which copies nothing."""


def basis(views: Mask | Reals, start: Reals | None = None) -> Reals:
    """[cells, views] an orthonormal basis of the span of these views [views, cells], in their order.

    A view that those before it tell has no part in it: zeros. `start` is the basis of the first ones.
    """
    known = np.asarray(views, float)
    found = np.zeros(known.shape[::-1])
    first = 0 if start is None else start.shape[1]
    found[:, :first] = 0 if start is None else start
    for place in range(first, len(known)):
        before, rest = found[:, :place], known[place]
        for _ in range(2):  # once more, against rounding
            rest = rest - before @ (rest @ before)
        length = np.sqrt(rest @ rest)
        found[:, place] = rest / length if length > EXACT else 0
    return found


def free(of: Reals) -> Reals:
    """[cells, 4]: four ways, taken at random, in which the numbers of cells could differ while all views stay.

    `of` is a basis. A set of cells whose number stays in each of them stays in all: it follows from the views.
    """
    ways = np.random.default_rng(1).normal(size=(len(of), 4))
    for _ in range(2):
        ways = ways - of @ (of.T @ ways)
    return np.asarray(ways)


def follows(ways: Reals, sets: Mask | Reals) -> Mask:
    """[sets]: which of these sets [sets, cells] follow from the views that leave the cells these ways."""
    found: Mask = np.abs(sets @ ways).max(axis=1, initial=0) < EXACT
    return found


def told(ways: Reals, n: Numbers, threshold: int) -> Reals:
    """[found, cells] sets of fewer than `threshold` people that follow, none where there are none.

    `n` people are in each cell. Sets of up to four cells are looked for, of a great many small cells only those of
    one and of two; of many that follow, some are found. A cell that is counted twice has twice its people.
    """
    few = np.flatnonzero((n > 0) & (n < threshold))
    sums = _sums(len(few))
    rows = np.vstack([ways[few], np.zeros((1, ways.shape[1]))])
    weight = np.append(n[few], 0)[sums].sum(axis=0)
    if (weight >= threshold).any():
        sums, weight = sums[:, weight < threshold], weight[weight < threshold]
    key = np.rint(GRID * (rows[sums[0], 0] + rows[sums[1], 0])).astype(np.int64)
    order = np.lexsort((weight, key))
    sums, weight, key = sums[:, order], weight[order], key[order]
    for off in (0, -1, 1):  # what cancels in truth may fall on either side of a line of the grid
        other = np.minimum(np.searchsorted(key, off - key[::-1])[::-1], len(key) - 1)
        hits = np.flatnonzero(key[other] == off - key)
        together = weight[hits] + weight[other[hits]]
        hits = hits[(together > 0) & (together < threshold)][:AT_ONCE]
        both = np.vstack([sums[:, hits], sums[:, other[hits]]])
        both = both[:, np.abs(rows[both].sum(axis=0)).max(axis=1, initial=0) < EXACT]
        if both.size:
            places = np.append(few, len(n))[both] + (len(n) + 1) * np.arange(both.shape[1])
            counted = np.bincount(places.ravel(), minlength=both.shape[1] * (len(n) + 1))
            return np.asarray(counted.reshape(both.shape[1], -1)[:, :-1], float)
    return np.zeros((0, len(n)))


@lru_cache(maxsize=64)
def _sums(cells: int) -> NDArray[np.intp]:
    """[2, sums] the places of each two cells, of each one and nothing, and of nothing twice; nothing comes last."""
    one = np.array([np.arange(cells), np.full(cells, cells)])
    sums = np.array(np.triu_indices(cells + 1, 1)) if cells <= PAIRED else one
    found = np.append(sums, [[cells], [cells]], axis=1)
    found.setflags(write=False)
    return found


def keep(views: Mask, n: Numbers, threshold: int, named: Mask | None = None) -> tuple[Mask, Reals]:
    """Which of these views [views, cells] to show, the first ones rather than the last, and what that leaves free.

    As long as a set of few people follows, the view goes without which those before it would not tell it. Of the
    `named` sets [sets, cells] those of few people are looked for however many cells they have.
    """
    shown, known = np.ones(len(views), bool), np.array(views, float)
    few = np.zeros((0, len(n))) if named is None else named[small(named @ n, threshold)].astype(float)
    of = basis(known)
    while len(found := np.vstack([told(ways := free(of), n, threshold), few[follows(ways, few)]])):
        while len(found):  # with fewer views fewer sets follow, never others
            parts = np.abs(found @ of) > EXACT
            first = int((parts.shape[1] - 1 - parts[:, ::-1].argmax(axis=1)).min())
            shown[first], known[first] = False, 0
            of = basis(known, of[:, :first])
            found = found[follows(free(of), found)]
    return shown, ways


COMPLETE = 5
"""Up to this threshold sets of few people have so few cells that all of them are looked for; above it, those that
groups can name as well."""
UNANSWERED = 10
"""Of named sets with so many people more than may be told, there may be few who answered."""
LIMIT = 150
"""In rooms of up to so many people all questions are looked at together; in larger ones those of a view."""
MOST = 3
"""Questions that one view of a larger room may combine."""
CELLS = 400
"""Where a view of a larger room has more cells than this, only its differences from coarser views are looked at."""


@dataclass(frozen=True, eq=False)
class Asked:
    """A profile question and groups of its answers: `code` [n] is everyone's, `held[group, code]` who is in a group.

    `margins` are sets of groups whose sum is another view's group, as in `privacy.Split`.
    """

    question: str
    code: NDArray[np.integer]
    held: Mask
    margins: tuple[tuple[int, ...], ...] = ()

    def among(self, people: Places) -> Asked:
        """The same question to these people alone."""
        return replace(self, code=self.code[people])

    def cells(self, first: NDArray[np.intp]) -> Mask:
        """[groups, cells] of cells by one person of each."""
        return np.asarray(self.held[:, self.code[first]])


@dataclass(frozen=True, eq=False)
class Guard:
    """What may be shown of the views of one event's room, of n people who were `asked` profile questions.

    `codes` has their answers by question, before any were put together; `answered(c)` says who answered competency c.
    A *row* is a number that each view has: of its people, then of those who answered each competency. With `weight`
    each place stands for so many people, and `answered(c)` says how many of them.
    """

    codes: Mapping[str, NDArray[np.integer]]
    asked: Sequence[Asked]
    answered: Callable[[int], Mask | NDArray[np.integer]]
    people: int
    threshold: int
    weight: NDArray[np.integer] | None = None
    _families: dict[tuple[str, ...], Family] = field(default_factory=dict)

    def may(self, parts: Sequence[Asked], rows: int) -> Mask:
        """[rows, groups]: whether the first rows may be shown of who passes all parts; the last one has the groups."""
        names = tuple({part.question for part in parts} & set(self.codes))
        groups = len(parts[-1].held)
        if self.people > LIMIT and len(names) < 2:  # its groups exclude one another: their own gate is enough
            return np.ones((rows, groups), bool)
        if self.people > LIMIT and len(names) > MOST:
            return np.zeros((rows, groups), bool)
        family = self._family(names)
        masks = [part.cells(family.first) for part in parts]
        if self.people > LIMIT and len(family.first) > CELLS:
            return np.array([family.apart(row, masks) for row in range(rows)])
        return np.array([family.may(row, reduce(np.logical_and, masks)) for row in range(rows)])

    def _family(self, names: tuple[str, ...]) -> Family:
        chosen = tuple(name for name in self.codes if self.people <= LIMIT or name in names)
        if chosen not in self._families:
            places = self.people if self.weight is None else len(self.weight)
            first, cell = cells([self.codes[name] for name in chosen], places)
            of = [asked for asked in self.asked if asked.question in chosen]
            self._families[chosen] = Family(of, first, cell, self.answered, self.threshold, self.weight)
        return self._families[chosen]


@dataclass(frozen=True, eq=False)
class Pool:
    """What may be shown of several rooms together: what each of them shows of its own people, whose places are given.

    So events that are pooled tell nothing that they do not tell each for itself, however they are pooled.
    """

    rooms: Sequence[tuple[Places, Guard | Pool]]

    def may(self, parts: Sequence[Asked], rows: int) -> Mask:
        """As `Guard.may`."""
        return reduce(np.logical_and, [of.may([p.among(people) for p in parts], rows) for people, of in self.rooms])


class Family:
    """Views that are looked at together: those of some questions, of one, two or three options at once."""

    def __init__(
        self,
        asked: Sequence[Asked],
        first: NDArray[np.intp],
        cell: NDArray[np.intp],
        answered: Callable[[int], Mask | NDArray[np.integer]],
        threshold: int,
        weight: NDArray[np.integer] | None = None,
    ) -> None:
        self.first, self._answered, self._weight = first, answered, weight
        self._cell = cell.astype(np.min_scalar_type(len(first)))  # of 10^6 people there may be many families
        self._asked, self._k = asked, threshold
        self._free: dict[int, Reals | None] = {}
        self._n: dict[int, NDArray[np.integer]] = {}
        # Of each question the largest group first: where one has to go, it is the smallest.
        orders = [np.argsort(-(of.cells(first) @ self._count(0)), kind="stable") for of in asked]
        held = [of.cells(first)[order] for of, order in zip(asked, orders, strict=True)]
        self._held = np.vstack([np.zeros((0, len(first)), bool), *held])
        self._order = np.concatenate([np.zeros(0, int), *orders])
        self._question = np.repeat(np.arange(len(asked)), [len(order) for order in orders])
        names = [of.question for of in asked]
        self._name = np.array([names.index(name) for name in names], int)[self._question]
        self._is_asked = np.array([name != STEP for name in names], bool)[self._question]
        self._shown = np.zeros(0, bool)

    def may(self, row: int, sets: Mask) -> Mask:
        """[sets]: of which of these sets of cells the number may be shown in a row."""
        n = self._count(row)
        people, ways = sets @ n, self._ways(row)
        fixed = np.ones(len(sets), bool) if ways is None else follows(ways, sets[:, n > 0])
        return np.asarray((people == 0) | (fixed & (people >= self._k)))

    def apart(self, row: int, parts: Sequence[Mask]) -> Mask:
        """[sets]: the same, looking no further than at who is in a view, or would be with one part less."""
        n = self._count(row)
        people = reduce(np.logical_and, parts) @ n
        found = ~small(people, self._k)
        for i in range(len(parts)):
            coarser = reduce(np.logical_and, [part for j, part in enumerate(parts) if j != i])
            found &= ~small(coarser @ n - people, self._k)
        return np.asarray(found)

    def _count(self, row: int) -> NDArray[np.integer]:
        """[cells] how many people a row counts."""
        if row not in self._n:
            given = self._answered(row - 1) if row else self._weight
            if self._weight is not None:
                self._n[row] = tally(self._cell, len(self.first), given)
            else:
                self._n[row] = tally(self._cell if given is None else self._cell[given], len(self.first))
        return self._n[row]

    def _ways(self, row: int) -> Reals | None:
        """What the shown views of a row leave free; None where every cell is large, so that no sum can be small."""
        if row not in self._free:
            self._free[row] = self._audit(row) if small(self._count(row), self._k).any() else None
        return self._free[row]

    def _audit(self, row: int) -> Reals:
        allowed, n = self._allowed(row), self._count(row)
        if row and self._ways(0) is not None:
            allowed &= self._shown
        named = self._named[:, n > 0] if self._k > COMPLETE else None
        kept, ways = keep(self._views.sets[allowed][:, n > 0], n[n > 0], self._k, named)
        if not row:
            self._shown = allowed.copy()
            self._shown[allowed] = kept
        return ways

    def _allowed(self, row: int) -> Mask:
        """[views]: those of enough people, that leave nobody or enough of each view they are a part of."""
        views = self._views
        people = views.sets @ self._count(row)
        apart = small(people[views.parents] - people[:, None], self._k).any(axis=1)
        found: Mask = ~small(people, self._k) & ~apart
        found[views.depth == 1] &= self._alone
        for depth in (2, 3):
            these = views.depth == depth
            found[these] &= found[views.parents[these]].all(axis=1)
        return found

    @cached_property
    def _named(self) -> Mask:
        """[sets, cells] who gave an option, or one of two of a question, or not, and another: where they may be few."""
        each = range(len(self._asked))
        two = [(a, b) for i in each for a, b in combinations(np.flatnonzero(self._question == i).tolist(), 2)]
        some = np.vstack([self._held, ~self._held, *[(self._held[a] | self._held[b])[None] for a, b in two]])
        found = np.vstack([some, *(some & held for held in self._held)])
        return np.unique(found[small(found @ self._count(0), self._k + UNANSWERED)], axis=0)

    @cached_property
    def _alone(self) -> Mask:
        """[options]: which are shown where nothing else is asked."""
        n = self._count(0)
        hidden = np.zeros(len(self._held), bool)
        for i, asked in enumerate(self._asked):
            of = self._question == i
            split = Split(n, n[:, None], asked.cells(self.first), asked.margins)
            hidden[np.flatnonzero(of)] = hide_split(n, split, self._k, small(split.member @ n, self._k))[
                self._order[of]
            ]
        return ~hidden

    @cached_property
    def _views(self) -> _Views:
        alone = [(i,) for i in np.flatnonzero(self._alone & self._is_asked).tolist()]
        two = self._finer(alone)
        return _Views.of(self._held, two, self._finer(two))

    def _finer(self, views: Sequence[tuple[int, ...]]) -> list[tuple[int, ...]]:
        """Views with an option of one question more, of enough people and of so many fewer; the largest first."""
        n, shown = self._count(0), self._alone
        found: dict[tuple[int, ...], int] = {}
        for view in views:
            inside = self._held[list(view)].all(axis=0) * n
            people = self._held @ inside
            fits = shown & (people >= self._k) & (inside.sum() - people >= self._k)
            fits &= self._is_asked & (np.arange(len(shown)) > view[-1]) & ~np.isin(self._name, self._name[list(view)])
            found |= {(*view, i): int(people[i]) for i in np.flatnonzero(fits).tolist()}
        return sorted(found, key=lambda view: (-found[view], view))


@dataclass(frozen=True, eq=False)
class _Views:
    """Everyone, each option, and two and three at once: `sets[view, cell]`, up to three `parents`, `depth` 0 to 3."""

    sets: Mask
    parents: NDArray[np.intp]
    depth: NDArray[np.intp]

    @classmethod
    def of(cls, held: Mask, two: Sequence[tuple[int, ...]], three: Sequence[tuple[int, ...]]) -> _Views:
        place = {view: 1 + len(held) + i for i, view in enumerate(two)}
        three = [t for t in three if {t[:2], t[1:], t[::2]} <= set(place)]
        parents = [(1 + i, 1 + j, 1 + j) for i, j in two] + [(place[t[:2]], place[t[1:]], place[t[::2]]) for t in three]
        sets = [np.ones(held.shape[1], bool), *held, *(held[list(view)].all(axis=0) for view in (*two, *three))]
        depth = np.repeat([0, 1, 2, 3], [1, len(held), len(two), len(three)])
        return cls(np.array(sets), np.array([(0, 0, 0)] * (1 + len(held)) + parents, np.intp), depth)


def cells(codes: Sequence[NDArray[np.integer]], people: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """(one person of each cell, the cell of each person) of people with these codes [questions][people]."""
    cell, size = np.zeros(people, np.int64), 1
    for code in codes:
        cell, size = cell * (int(code.max(initial=0)) + 1) + code, size * (int(code.max(initial=0)) + 1)
        if size > DENSE * (people + 1):
            cell = np.unique(cell, return_inverse=True)[1]
            size = int(cell.max(initial=0)) + 1
    some = np.full(size, -1, np.intp)
    some[cell] = np.arange(people)
    there = some >= 0
    return some[there], (np.cumsum(there) - 1)[cell]
