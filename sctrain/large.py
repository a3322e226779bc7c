"""A room whose ratings are read, kept and counted in partitions on the cluster that `SCTRAIN_DASK` names.

This process holds the profiles that occur with how many people have each; what is asked of the ratings is asked of
all partitions and added up. The privacy gate works on the sums, as it does on a room that is read here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine

from sctrain import partitions, profiles_large, views
from sctrain.analysis import parts
from sctrain.analysis.counts import Groups
from sctrain.analysis.parts import Rows
from sctrain.analysis.profiles_placed import Placed
from sctrain.cards import Cards, tally
from sctrain.errors import StaleError
from sctrain.frames import JointCounts
from sctrain.partitions import Runner
from sctrain.selection import Selection
from sctrain.store import parts as stored
from sctrain.store.queries import Event
from sctrain.views import Room

LARGE = 100_000
"""Answers from which on a room is read in partitions: a smaller one is read here sooner than it is asked elsewhere."""
SIZE = 250_000
"""Ids of a partition: 30 MB while it is read, 9 MB to keep it."""
Pairs = NDArray[np.uint8 | np.uint16]
Mask = NDArray[np.bool_]


def read(engine: Engine, selection: Selection, large: int | None = None) -> Room:
    """The room of a selection: as `views.read`, or where `SCTRAIN_DASK` is set and it is large, in partitions.

    Such a room has counts, ranks, profiles and people of each group; whoever needs single people reads `views.read`.
    ClusterError where the cluster cannot be used, StoreError where a worker cannot read its part.
    """
    runner = partitions.chosen()
    if runner is None:
        return views.read(engine, selection)
    return in_partitions(engine, selection, runner, large=LARGE if large is None else large)


def in_partitions(engine: Engine, selection: Selection, runner: Runner, size: int = SIZE, large: int = 0) -> Room:
    """The room of a selection, its ratings in partitions of `size` ids; of fewer than `large` answers, here."""
    return views.read(engine, selection, partial(_cards, engine, runner, size, large))


def _cards(
    engine: Engine,
    runner: Runner,
    size: int,
    large: int,
    connection: Connection,
    events: Sequence[Event],
    version: int,
    competencies: tuple[str, ...],
) -> Cards:
    spans = stored.spans(connection, size)
    if not spans or sum(event.answers for event in events) < large:
        return views.whole(connection, events, version, competencies)
    codes = tuple(event.code for event in events)
    asked = views.dimensions(events)
    return gathered(runner, stored.Source(stored.address(engine), codes, version, competencies, asked), spans)


def gathered(runner: Runner, source: stored.Source, spans: Sequence[stored.Span]) -> Cards:
    """Cards of all spans, whose ratings stay where they were read: a row for each profile."""
    whole = runner.keep(partial(stored.read, source), spans)
    rows: Rows = runner.total(parts.add_rows, parts.rows, whole)
    low, high = runner.total(parts.first, parts.scale, whole)
    kept = runner.keep(parts.placed, whole, rows)
    none = np.zeros((0, len(rows.people)), np.uint8)
    elsewhere = Ratings(runner, kept, rows.people)
    return Cards(source.competencies, low, high, none, rows.profile(source.dimensions), rows.people, elsewhere)


@dataclass(frozen=True, eq=False)
class Ratings:
    """`cards.Elsewhere` of partitions that a runner keeps; `weight` [rows] people have each profile."""

    runner: Runner
    kept: Sequence[Any]
    weight: NDArray[np.int64]

    def counted(self, groups: Groups, where: Mask | None) -> JointCounts:
        """`joint_counts` of all partitions. StaleError where somebody has withdrawn since the room was read."""
        small = Groups(groups.codes, groups.value.astype(np.min_scalar_type(groups.member.shape[1])), groups.member)
        found: JointCounts = self.runner.total(parts.add_counts, parts.counted, self.kept, small, where)
        rows = slice(None) if where is None else where
        people = groups.member.astype(np.int64) @ tally(groups.value[rows], groups.member.shape[1], self.weight[rows])
        if (people != found.people).any():
            raise StaleError("somebody has withdrawn in this moment: please look again")
        return found

    def given(self, sets: Sequence[tuple[int, NDArray[np.integer]]]) -> NDArray[np.int64]:
        """[sets, rows] people of each row who gave one of these pairs to a competency."""
        found: NDArray[np.int64] = self.runner.total(
            parts.add_arrays, parts.given, self.kept, list(sets), len(self.weight)
        )
        return found

    def products(self, table: NDArray[np.float32], where: Mask) -> NDArray[np.int64]:
        """`moments.products` of the people in the rows `where`."""
        found: NDArray[np.int64] = self.runner.total(parts.add_arrays, parts.multiplied, self.kept, table, where)
        return found

    def people(self, where: Mask) -> Pairs:
        """[competencies, people]: the pairs of the people in the rows `where`, by partition and id."""
        found: Pairs = self.runner.total(parts.beside, parts.picked, self.kept, where)
        return found

    def placed(self, cards: Cards, where: Mask, fewest: int, every: bool, say: Callable[[], None]) -> Placed:
        """`profiles_large.placed` of the people in the rows `where` of their cards."""
        return profiles_large.placed(self.runner, self.kept, cards, where, fewest, every, say)
