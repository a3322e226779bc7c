"""Rating cards: one short text per answer, and the same ratings as a matrix.

A *card* is two characters per competency, importance then level, in questionnaire order.
`.` is "not answered"; a digit, then a letter above 9, is the mark itself.
A *pair* is one competency's two marks as one small number: `importance * (points + 1) + level`,
where 0 is "not answered" and 1..points count up from the low end of the scale.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

MARKS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MISSING = "."
JOIN = "+"
"""Between the codes of a profile question with several answers."""


def marks(low: int, high: int) -> str:
    """The characters a card of this scale may hold, `.` first."""
    return MISSING + MARKS[low : high + 1]


def encode(importance: NDArray[np.integer], level: NDArray[np.integer], low: int = 1) -> list[str]:
    """Cards of two integer matrices [n, competencies]: 0 not answered, 1.. from the low end."""
    n, items = importance.shape
    table = np.frombuffer((MISSING + MARKS[low:]).encode(), np.uint8)
    text = np.empty((n, items, 2), np.uint8)
    text[:, :, 0], text[:, :, 1] = table[importance], table[level]
    return text.reshape(n, 2 * items).view(f"S{2 * items}").ravel().astype(str).tolist() if n else []


def decode(text: bytes, items: int, low: int, high: int) -> NDArray[np.uint8 | np.uint16]:
    """Pairs [items, n] of the joined cards; a mark outside the scale raises ValueError."""
    known = np.frombuffer(marks(low, high).encode(), np.uint8).astype(int)
    kind = np.uint8 if known.size**2 < 256 else np.uint16
    outside = np.iinfo(kind).max
    # Two marks at once, as the 16-bit number they are in memory: a third of the time of one by one.
    table = np.full(1 << 16, outside, kind)
    table[known[:, None] + 256 * known] = np.arange(known.size**2).reshape(known.size, known.size)
    pairs = table[np.frombuffer(text, "<u2").reshape(-1, items)]
    if pairs.size and pairs.max() == outside:
        raise ValueError(f"a card holds a mark outside {marks(low, high)}")
    return np.ascontiguousarray(pairs.T)


@dataclass(frozen=True, eq=False)
class Codes:
    """One profile dimension of n answers: `code[i]` points into `values`.

    A value is an option's code, several joined by `+`, or `` for "not said". Places are kept in the smallest type
    that holds them all: of 10^6 answers each takes a byte rather than four or eight.
    """

    values: tuple[str, ...]
    code: NDArray[np.integer]

    def __post_init__(self) -> None:
        """Make the places small."""
        object.__setattr__(self, "code", compact(self.code, len(self.values)))

    @cached_property
    def options(self) -> tuple[str, ...]:
        """The single options that occur, sorted, "not said" left out."""
        return tuple(sorted({o for value in self.values for o in value.split(JOIN) if o}))

    def put(self, value: str, other: str) -> Codes:
        """The same answers with one value in place of another."""
        names = [other if v == value else v for v in self.values]
        values = tuple(sorted(set(names)))
        place = np.array([values.index(name) for name in names], np.int32)
        return Codes(values, place[self.code])

    def member(self, options: tuple[str, ...]) -> NDArray[np.bool_]:
        """[options, values]: whether a value holds the option; `` stands for "not said"."""
        held = [set(value.split(JOIN)) for value in self.values]
        return np.array([[o in h for h in held] for o in options], bool).reshape(len(options), len(held))

    def holds(self, options: tuple[str, ...]) -> NDArray[np.bool_]:
        """[n]: whether an answer holds any of these options."""
        held: NDArray[np.bool_] = np.any(self.member(options), axis=0)
        return held[self.code]


def compact(code: NDArray[np.integer], size: int) -> NDArray[np.integer]:
    """The same places 0..size - 1 (-1 for none) in the smallest type that holds them."""
    return code.astype(np.min_scalar_type(-max(size, 1)), copy=False)


def tally(code: NDArray[np.integer], size: int, weight: NDArray[Any] | None = None) -> NDArray[np.int64]:
    """[size]: how many people have each code 0..size - 1, each place as many as its weight, or one."""
    return np.bincount(code, weight, minlength=size).astype(np.int64, copy=False)  # floats are exact below 2^53


class Elsewhere(Protocol):
    """The ratings of people who are read and counted in partitions; `Cards` of them have a row for each profile.

    `where` [rows] says whose ratings are meant, None for everyone's.
    """

    def counted(self, groups: Any, where: NDArray[np.bool_] | None) -> Any:
        """`analysis.counts.joint_counts`, of groups of rows."""
        ...

    def given(self, sets: Sequence[tuple[int, NDArray[np.integer]]]) -> NDArray[np.int64]:
        """[sets, rows]: how many people of each row gave one of these pairs to a competency, by its place."""
        ...

    def products(self, table: NDArray[np.float32], where: NDArray[np.bool_]) -> NDArray[np.int64]:
        """`analysis.moments.products`: sums and cross-products of what pairs stand for."""
        ...

    def people(self, where: NDArray[np.bool_]) -> NDArray[np.uint8 | np.uint16]:
        """[competencies, people]: the pairs of these few people."""
        ...

    def placed(self, cards: Cards, where: NDArray[np.bool_], fewest: int, every: bool, say: Callable[[], None]) -> Any:
        """`analysis.profiles_placed.placed`: the profiles of the people in these rows of the cards."""
        ...


@dataclass(frozen=True, eq=False)
class Cards:
    """The ratings of n answers, decoded: read-only, one per events and data version.

    Where the ratings are `elsewhere`, `pairs` has no competency, and each of n rows is a profile that `weight` people
    have.
    """

    competencies: tuple[str, ...]
    low: int
    high: int
    pairs: NDArray[np.uint8 | np.uint16]
    profile: dict[str, Codes] = field(default_factory=dict)
    weight: NDArray[np.int64] | None = None
    elsewhere: Elsewhere | None = None

    @property
    def n(self) -> int:
        """Number of answers; of rows where the ratings are elsewhere."""
        return self.pairs.shape[1]

    def heads(self, where: NDArray[np.bool_] | None = None) -> int:
        """How many people there are, or of those `where` [n]."""
        if self.weight is None:
            return self.n if where is None else int(where.sum())
        return int((self.weight if where is None else self.weight[where]).sum())

    def laid_out(self, competencies: tuple[str, ...]) -> Cards:
        """The same answers by these competencies; one that nobody was asked is not answered."""
        if competencies == self.competencies:
            return self
        pairs = np.zeros((len(competencies), self.n), self.pairs.dtype)
        for row, code in enumerate(competencies):
            if code in self.competencies:
                pairs[row] = self.pairs[self.competencies.index(code)]
        pairs.setflags(write=False)
        return replace(self, competencies=competencies, pairs=pairs)

    @property
    def width(self) -> int:
        """Cells along one side of a joint table: the points, and "not answered"."""
        return self.high - self.low + 2
