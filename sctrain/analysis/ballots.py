"""What tables ranked, as arrays: ballots, their points, and who beats whom.

A *ballot* is one table's list of one topic. Options a table left out are tied below all it
ranked ("last": a table leaves out what it does not want) or enter no comparison ("ignore").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sctrain.analysis.gaps import Numbers
from sctrain.catalogue import MOST_OPTIONS
from sctrain.errors import FrameError, SelectionError

Unranked = Literal["last", "ignore"]
UNRANKED = ("last", "ignore")


@dataclass(frozen=True, eq=False)
class Ballots:
    """The lists of one topic: `positions[v, k]` is the place of option k on ballot v, 0 = unranked.

    Ties share a place. `weight[v]` is how many tables gave this ballot (one each, if not given),
    `tables[v]` the table's number. Ballots that rank nothing are taken out and counted as `silent`.
    Raises FrameError where shapes do not fit, a place is negative or a weight is no count.
    """

    options: tuple[str, ...]
    positions: NDArray[np.int16]
    weight: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    tables: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    silent: int = 0

    def __post_init__(self) -> None:
        positions = np.asarray(self.positions)
        n = len(positions)
        weight = self.weight if len(self.weight) else np.ones(n, np.int64)
        tables = self.tables if len(self.tables) else np.arange(1, n + 1)
        if positions.shape != (n, len(self.options)) or len(weight) != n or len(tables) != n:
            raise FrameError(f"ballots: {positions.shape} places do not fit {len(self.options)} options and {n} tables")
        if len(set(self.options)) < len(self.options) or len(self.options) > MOST_OPTIONS:
            raise FrameError(
                f"ballots: options must differ and be at most {MOST_OPTIONS}; here are {len(self.options)}"
            )
        if (positions < 0).any() or (np.asarray(weight) < 0).any() or (np.asarray(weight) % 1 != 0).any():
            raise FrameError("ballots: places and weights are counts, and one is negative or a fraction")
        heard = (positions > 0).any(axis=1)
        object.__setattr__(self, "positions", positions[heard].astype(np.int16))
        object.__setattr__(self, "weight", np.asarray(weight)[heard].astype(np.int64))
        object.__setattr__(self, "tables", np.asarray(tables)[heard].astype(np.int64))
        object.__setattr__(self, "silent", self.silent + int(np.asarray(weight)[~heard].sum()))

    @property
    def n(self) -> int:
        """Tables that ranked something."""
        return int(self.weight.sum())

    def places(self, unranked: Unranked = "last") -> NDArray[np.float32]:
        """[ballots, options] places to compare: unranked is infinite, or NaN, which is before and after nothing."""
        if unranked not in UNRANKED:
            raise SelectionError("rule for unranked options", unranked, UNRANKED)
        absent = np.inf if unranked == "last" else np.nan
        return np.where(self.positions > 0, self.positions, np.float32(absent)).astype(np.float32)

    def merged(self) -> Ballots:
        """The same ballots in one order, whatever the order of tables and options: by code, equal ones as one."""
        by_code = np.argsort(self.options)
        positions, which = np.unique(self.positions[:, by_code], axis=0, return_inverse=True)
        weight = np.bincount(which.ravel(), self.weight, len(positions)).astype(np.int64)
        return Ballots(tuple(self.options[k] for k in by_code), positions, weight, silent=self.silent)

    def complete(self) -> Ballots:
        """Only those that rank every option."""
        return self.only(np.all(self.positions > 0, axis=1))

    def of_ranked_options(self) -> Ballots:
        """Only the options that a table ranked: on the others nobody agreed or disagreed."""
        asked = np.any(self.positions[self.weight > 0] > 0, axis=0)
        options = tuple(option for option, kept in zip(self.options, asked, strict=True) if kept)
        return Ballots(options, self.positions[:, asked], self.weight, self.tables, self.silent)

    def only(self, kept: NDArray[np.bool_]) -> Ballots:
        """The ballots that are kept."""
        return Ballots(self.options, self.positions[kept], self.weight[kept], self.tables[kept], self.silent)


def ballots(rankings: pd.DataFrame, topic: str, options: Sequence[str], tables: Sequence[int]) -> Ballots:
    """The ballots of one topic in RANKINGS; of `tables`, all that handed in a sheet, the others are silent.

    Raises FrameError where an option is not among `options` or a table not among `tables`.
    """
    rows = rankings[rankings["topic"] == topic]
    for column, known in (("option", options), ("table_number", tables)):
        odd = rows.loc[~rows[column].isin(list(known)), column].tolist()
        if odd:
            raise FrameError(f"RANKINGS.{column}: {odd[0]!r} is not one of {', '.join(map(str, known))}")
    positions = np.zeros((len(tables), len(options)), np.int16)
    at = tuple(
        pd.Index(list(known)).get_indexer(pd.Index(rows[column]))
        for column, known in (("table_number", tables), ("option", options))
    )
    positions[at] = rows["position"].to_numpy(np.int16)
    return Ballots(tuple(options), positions, tables=np.array(tables, np.int64))


class Points(NamedTuple):
    """Of each ballot and option: comparisons won, ties as halves, and comparisons made."""

    won: Numbers
    made: Numbers


def points(ballots: Ballots, unranked: Unranked = "last") -> Points:
    """Borda points [ballots, options] in the half-point form, which needs no special case for ties."""
    places = ballots.places(unranked)
    absent = np.isnan(places)
    won = np.zeros(places.shape)
    for k, place in enumerate(places.T):
        won[:, k] = (place[:, None] < places).sum(axis=1) + ((place[:, None] == places).sum(axis=1) - 1) / 2
    made = (~absent).sum(axis=1, keepdims=True) - 1.0
    return Points(np.where(absent, 0, won), np.where(absent, 0, made))


def borda(scored: Points, weights: NDArray) -> Numbers:
    """Borda scores [rooms, options]: points over the points that could be had, 0..1; NaN where none could.

    `weights` [rooms, ballots] says how often each ballot is in each room. With unranked last this
    is the mean over tables of points / (options - 1). Borda 1784.
    """
    weights = np.asarray(weights, float)
    with np.errstate(invalid="ignore"):
        return (weights @ scored.won) / (weights @ scored.made)


def pairwise(ballots: Ballots, weights: NDArray, unranked: Unranked = "last") -> Numbers:
    """How many tables place a strictly before b [rooms, a, b]."""
    places, weights = ballots.places(unranked), np.asarray(weights, float)
    rows = [weights @ (place[:, None] < places) for place in places.T]
    return np.stack(rows, axis=1)


def copeland(before: Numbers) -> Numbers:
    """Copeland scores [rooms, options]: options beaten by majority minus options lost to. Copeland 1951."""
    return np.sign(before - before.swapaxes(-1, -2)).sum(axis=-1)


def redrawn(ballots: Ballots, draws: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Rooms [draws, ballots]: how often each ballot is in a room of as many tables drawn with replacement."""
    return rng.multinomial(ballots.n, ballots.weight / ballots.n, size=draws)
