"""What is worked out of one partition, where it is kept: sums of whole numbers, which add up over partitions.

A *row* is a profile: everybody who answered all questions about themselves alike. All partitions number the rows in
the same way, so groups and filters are sent to them as sets of rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sctrain.analysis.counts import Groups, add, joint_counts
from sctrain.analysis.moments import products
from sctrain.cards import Cards, Codes, tally
from sctrain.differencing import cells
from sctrain.errors import StaleError
from sctrain.frames import JointCounts

BETWEEN = "\x1f"
"""Between the values of a profile: it occurs in no code."""
Pairs = NDArray[np.uint8 | np.uint16]
Mask = NDArray[np.bool_]
T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Rows:
    """The profiles that occur, sorted, and how many people have each."""

    keys: pa.Array
    people: NDArray[np.int64]

    def profile(self, dimensions: Sequence[str]) -> dict[str, Codes]:
        """[rows] of each dimension, as `queries.cards` numbers its values."""
        columns = pc.split_pattern(self.keys, BETWEEN)
        found = {}
        for i, dimension in enumerate(dimensions):
            coded = pc.list_element(columns, i).dictionary_encode()
            order = np.argsort(names := np.array(coded.dictionary.to_pylist(), object), kind="stable")
            code = np.argsort(order, kind="stable")[coded.indices.to_numpy()]
            found[dimension] = Codes(tuple(names[order]), code.astype(np.int32))
        return found


@dataclass(frozen=True, eq=False)
class Partition:
    """The decoded ratings of n people, without their profile: `row` [n] says which one each has."""

    cards: Cards
    row: NDArray[np.int32]


def rows(cards: Cards) -> Rows:
    """The profiles of these people."""
    first, cell = cells([codes.code for codes in cards.profile.values()], cards.n)
    return add_rows([Rows(_keys(cards, first), tally(cell, len(first)))])


def add_rows(some: Sequence[Rows]) -> Rows:
    """The profiles of disjoint people as one."""
    table = pa.table(
        {
            "key": pa.concat_arrays([one.keys for one in some]),
            "people": np.concatenate([one.people for one in some]),
        }
    )
    summed = table.group_by("key").aggregate([("people", "sum")]).sort_by("key")
    return Rows(summed["key"].combine_chunks(), summed["people_sum"].to_numpy())


def _keys(cards: Cards, of: NDArray[np.intp]) -> pa.Array:
    columns = [
        pc.take(pa.array(codes.values, pa.string()), pa.array(codes.code[of])) for codes in cards.profile.values()
    ]
    return pc.binary_join_element_wise(*columns, BETWEEN)


def placed(cards: Cards, among: Rows) -> Partition:
    """The same people by the rows of all partitions. StaleError where one of them has none: the store has changed."""
    first, cell = cells([codes.code for codes in cards.profile.values()], cards.n)
    place = pc.index_in(_keys(cards, first), value_set=among.keys)
    if place.null_count:
        raise StaleError("answers were withdrawn or revealed while they were counted: please look again")
    bare = Cards(cards.competencies, cards.low, cards.high, cards.pairs)
    return Partition(bare, place.to_numpy().astype(np.int32)[cell])


def counted(part: Partition, groups: Groups, where: Mask | None) -> JointCounts:
    """`joint_counts` of groups of rows, and of the people in the rows `where`."""
    people = Groups(groups.codes, groups.value[part.row], groups.member)
    return joint_counts(part.cards, people, None if where is None else where[part.row])


def given(part: Partition, sets: Sequence[tuple[int, NDArray[np.integer]]], size: int) -> NDArray[np.int64]:
    """[sets, rows] of `size` rows: how many people gave one of these pairs to a competency, by its place."""
    found = np.zeros((len(sets), size), np.int64)
    for counts, (competency, pairs) in zip(found, sets, strict=True):
        held = np.zeros(part.cards.width**2, bool)
        held[pairs] = True
        counts += tally(part.row[held[part.cards.pairs[competency]]], size)
    return found


def multiplied(part: Partition, table: NDArray[np.float32], where: Mask) -> NDArray[np.int64]:
    """`moments.products` of the people in the rows `where`."""
    return products(part.cards.pairs[:, where[part.row]], table)


def picked(part: Partition, where: Mask) -> Pairs:
    """[competencies, people]: the pairs of the people in the rows `where`."""
    return part.cards.pairs[:, where[part.row]]


def scale(cards: Cards) -> tuple[int, int]:
    """Both ends of the scale."""
    return cards.low, cards.high


# How results of partitions become one


def first(some: Sequence[T]) -> T:
    """One of those that are all the same."""
    return some[0]


def add_counts(some: Sequence[JointCounts]) -> JointCounts:
    """The counts of disjoint people as one."""
    return add(*some)


def add_arrays(some: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Their sum, place by place."""
    return np.asarray(np.sum(some, axis=0))


def beside(some: Sequence[Pairs]) -> Pairs:
    """[competencies, people] of all of them."""
    return np.concatenate(some, axis=1)
