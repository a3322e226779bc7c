"""The best programmes within every budget at once, for many rooms, where only hours, locks and requirements bind.

A knapsack whose items share competencies and require one another: dynamic programming over the modules in an order in
which few of these ties are open at a time (Bodlaender 1988: dynamic programming over a decomposition of small width).
What is open (a competency that a chosen module covers and a later one covers, too; a module that a later one
requires) is a bit of the state. It is exact, and whole numbers keep it so.

A *key* puts programmes in order, in one whole number: what they cover, then fewer hours, then the earlier modules of
the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sctrain.analysis.programme import UNITS, Bools, Offer, Whole

WIDEST = 8
"""Most ties that may be open at once: each doubles the states."""
BITS = 62
"""Of a whole number that are used; a key that needs more is a Python number, which is slower."""
AT_ONCE = 256
"""Columns worked on together: their tables fit into the processor's cache."""
NONE = -1 << 62


@dataclass(frozen=True, eq=False)
class Keys:
    """How programmes of an offer are put into one whole number, and read from it again."""

    offer: Offer

    @property
    def most(self) -> int:
        """Steps of hours that all modules take."""
        return self.offer.total // self.offer.step

    @property
    def dtype(self) -> type:
        """Whole numbers of 64 bits where a key fits into them."""
        worth = UNITS + self.offer.covers.shape[1]
        return np.int64 if (((worth + 1) * (self.most + 1)) << self.offer.n).bit_length() <= BITS else object

    @property
    def nothing(self) -> int:
        """The key of the empty programme."""
        return self.most << self.offer.n

    def gain(self, worth: NDArray) -> NDArray:
        """What covering `worth` units adds to a key."""
        return (worth.astype(self.dtype) * (self.most + 1)) << self.offer.n

    def cost(self, module: int) -> int:
        """What choosing a module adds to a key, beside what it covers."""
        steps = int(self.offer.hours[module]) // self.offer.step
        return (1 << (self.offer.n - 1 - module)) - (steps << self.offer.n)

    def of(self, chosen: Bools | None, worth: Whole) -> int:
        """The key of a programme that covers these units; NONE of none."""
        if chosen is None:
            return NONE
        covered = int(worth[self.offer.covered(chosen)].sum()) * (self.most + 1) << self.offer.n
        return self.nothing + covered + sum(self.cost(int(m)) for m in np.flatnonzero(chosen))

    def chosen(self, key: NDArray) -> Bools:
        """[..., modules] of keys; nothing of a key that says there is no programme."""
        bits = [(key >> (self.offer.n - 1 - m)) & 1 for m in range(self.offer.n)]
        found: Bools = (np.stack(bits, axis=-1) == 1) & (key >= 0)[..., None]
        return found

    def worth(self, key: NDArray) -> Whole:
        """[...] units that are covered; -1 where there is no programme."""
        return np.where(key >= 0, (key >> self.offer.n) // (self.most + 1), -1).astype(np.int64)


@dataclass(frozen=True)
class _Turn:
    """A module's turn: which ties are open before and after it, and what it has to do with them.

    A tie is a competency (its number) or a module that another requires (-1 - its number).
    """

    module: int
    before: tuple[int, ...]
    after: tuple[int, ...]


def plan(offer: Offer) -> list[_Turn] | None:
    """The modules in an order that leaves few ties open; None where more than WIDEST would be.

    Requirements come first. Greedy: the next is the one after which fewest ties are open, the earliest of equals.
    """
    ties = _ties(offer)
    turns: list[_Turn] = []
    done: set[int] = set()
    before: tuple[int, ...] = ()
    while len(done) < offer.n:
        free = [m for m in range(offer.n) if m not in done and set(np.flatnonzero(offer.requires[m])) <= done]
        module, after = min(((m, _open(ties, done | {m})) for m in free), key=lambda found: (len(found[1]), found[0]))
        turns.append(_Turn(module, before, after))
        done.add(module)
        before = after
        if len(after) > WIDEST:
            return None
    return turns


def _ties(offer: Offer) -> dict[int, set[int]]:
    """The modules of each tie."""
    shared = {c: set(np.flatnonzero(offer.covers[:, c]).tolist()) for c in range(offer.covers.shape[1])}
    found = {c: modules for c, modules in shared.items() if len(modules) > 1}
    for r in np.flatnonzero(offer.requires.any(axis=0)).tolist():
        found[-1 - r] = {r, *np.flatnonzero(offer.requires[:, r]).tolist()}
    return found


def _open(ties: dict[int, set[int]], done: set[int]) -> tuple[int, ...]:
    return tuple(tie for tie, modules in ties.items() if modules & done and not modules <= done)


def best(offer: Offer, turns: list[_Turn], locked: Bools, left: Bools, worth: Whole, halves: int) -> NDArray:
    """[budgets, columns] keys of the best programmes within 0, 1, 2 … steps of hours; negative where there is none.

    `worth[columns, competencies]` are units. Budgets reach to `halves` of an hour, in steps of `offer.step`.
    """
    keys = Keys(offer)
    budgets = min(halves, offer.total) // offer.step + 1
    found: NDArray = np.full((budgets, len(worth)), NONE, keys.dtype)
    for start in range(0, len(worth), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        found[:, part] = _through(keys, turns, locked, left, keys.gain(worth[part].T), budgets)
    return found


def _through(keys: Keys, turns: list[_Turn], locked: Bools, left: Bools, gain: NDArray, budgets: int) -> NDArray:
    columns = gain.shape[1]
    states: dict[int, NDArray] = {0: np.full((budgets, columns), keys.nothing, keys.dtype)}
    for turn in turns:
        after: dict[int, NDArray] = {}
        for state, table in states.items():
            for target, moved in _moves(keys, turn, state, table, locked, left, gain):
                if target in after:
                    np.maximum(after[target], moved, out=after[target])
                else:
                    after[target] = moved
        states = after
    return states.get(0, np.full((budgets, columns), NONE, keys.dtype))


def _moves(
    keys: Keys, turn: _Turn, state: int, table: NDArray, locked: Bools, left: Bools, gain: NDArray
) -> Iterator[tuple[int, NDArray]]:
    """What becomes of a state if the module is not chosen, and if it is; copies that may be written to."""
    m, held = turn.module, {tie for i, tie in enumerate(turn.before) if state >> i & 1}
    if not locked[m]:
        yield _bits(turn.after, held), table.copy()
    needed = {-1 - r for r in np.flatnonzero(keys.offer.requires[m]).tolist()}
    steps = int(keys.offer.hours[m]) // keys.offer.step
    if left[m] or not needed <= held:
        return
    covers = set(np.flatnonzero(keys.offer.covers[m]).tolist())
    moved = np.full_like(table, NONE)
    if steps < len(table):
        added = gain[sorted(covers - held)].sum(axis=0) + keys.cost(m)
        there = table[: len(table) - steps]
        moved[steps:] = np.where(there < 0, NONE, there + added)
    yield _bits(turn.after, held | covers | {-1 - m}), moved


def _bits(ties: tuple[int, ...], held: set[int]) -> int:
    return sum(1 << i for i, tie in enumerate(ties) if tie in held)
