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
from typing import NamedTuple

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
"""The key of no programme; all others are 0 or more."""
Ties = tuple[int, ...]
"""A tie is a competency (its number) or a module that another requires (-1 - its number)."""


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


class Move(NamedTuple):
    """What may become of a state: the module is taken or not, and which `fresh` competencies it adds."""

    taken: bool
    target: int
    fresh: tuple[int, ...]


class Turn(NamedTuple):
    """A module's turn: the steps of hours it takes, and the moves from each state that may be reached.

    A state is a whole number whose bits are the open ties that are held.
    """

    module: int
    steps: int
    moves: dict[int, tuple[Move, ...]]


class _Module(NamedTuple):
    """What it covers, the ties it needs held, and whether it may be skipped and taken."""

    number: int
    covers: frozenset[int]
    needs: frozenset[int]
    may: tuple[bool, bool]


def path(offer: Offer, locked: Bools, left: Bools) -> list[Turn] | None:
    """The modules' turns, from state 0 to state 0; None where more than WIDEST ties would be open at once."""
    order = _order(offer)
    if order is None:
        return None
    before: Ties = ()
    turns, states = [], {0}
    for module, after in order:
        steps = int(offer.hours[module]) // offer.step
        one = _Module(
            module,
            frozenset(np.flatnonzero(offer.covers[module]).tolist()),
            frozenset(-1 - r for r in np.flatnonzero(offer.requires[module]).tolist()),
            (not locked[module], not left[module]),
        )
        may = {s: tuple(_moves(one, before, after, s)) for s in sorted(states)}
        turns.append(Turn(module, steps, may))
        states = {move.target for moves in may.values() for move in moves}
        before = after
    return turns


def _order(offer: Offer) -> list[tuple[int, Ties]] | None:
    """The modules, each with the ties that are open after it; None where more than WIDEST would be.

    Requirements come first. Greedy: the next is the one after which fewest ties are open, the earliest of equals.
    """
    ties, done = _ties(offer), set[int]()
    needs = [set(np.flatnonzero(line).tolist()) for line in offer.requires]
    order: list[tuple[int, Ties]] = []
    while len(done) < offer.n:
        free = [m for m in range(offer.n) if m not in done and needs[m] <= done]
        turn = min(((m, _open(ties, done | {m})) for m in free), key=lambda found: (len(found[1]), found[0]))
        if len(turn[1]) > WIDEST:
            return None
        order.append(turn)
        done.add(turn[0])
    return order


def _ties(offer: Offer) -> dict[int, set[int]]:
    """The modules of each tie."""
    shared = {c: set(np.flatnonzero(offer.covers[:, c]).tolist()) for c in range(offer.covers.shape[1])}
    found = {c: modules for c, modules in shared.items() if len(modules) > 1}
    for r in np.flatnonzero(offer.requires.any(axis=0)).tolist():
        found[-1 - r] = {r, *np.flatnonzero(offer.requires[:, r]).tolist()}
    return found


def _open(ties: dict[int, set[int]], done: set[int]) -> Ties:
    return tuple(tie for tie, modules in ties.items() if modules & done and not modules <= done)


def _moves(module: _Module, before: Ties, after: Ties, state: int) -> Iterator[Move]:
    held = {tie for i, tie in enumerate(before) if state >> i & 1}
    if module.may[False]:
        yield Move(False, _bits(after, held), ())
    if module.may[True] and module.needs <= held:
        fresh = tuple(sorted(module.covers - held))
        yield Move(True, _bits(after, held | module.covers | {-1 - module.number}), fresh)


def _bits(ties: Ties, held: set[int]) -> int:
    return sum(1 << i for i, tie in enumerate(ties) if tie in held)


def best(offer: Offer, turns: list[Turn], worth: Whole, halves: int) -> NDArray:
    """[budgets, columns] keys of the best programmes within 0, 1, 2 … steps of hours; negative where there is none.

    `worth[columns, competencies]` are units. Budgets reach to `halves` of an hour, in steps of `offer.step`.
    """
    keys = Keys(offer)
    budgets = min(halves, offer.total) // offer.step + 1
    found: NDArray = np.full((budgets, len(worth)), NONE, keys.dtype)
    for start in range(0, len(worth), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        found[:, part] = _through(keys, turns, keys.gain(worth[part].T), budgets)
    return found


def _through(keys: Keys, turns: list[Turn], gain: NDArray, budgets: int) -> NDArray:
    states: dict[int, NDArray] = {0: np.full((budgets, gain.shape[1]), keys.nothing, keys.dtype)}
    for turn in turns:
        after: dict[int, NDArray] = {}
        for state, moves in turn.moves.items():
            for move in moves:
                moved = _moved(states[state], turn, move, gain, keys.cost(turn.module))
                before = after.get(move.target)
                after[move.target] = moved if before is None else np.maximum(before, moved)
        states = after
    return states.get(0, np.full((budgets, gain.shape[1]), NONE, keys.dtype))


def _moved(table: NDArray, turn: Turn, move: Move, gain: NDArray, cost: int) -> NDArray:
    """[budgets, columns] after a move."""
    if not move.taken:
        return table
    moved = np.full_like(table, NONE)
    if turn.steps < len(table):
        there = table[: len(table) - turn.steps]
        moved[turn.steps :] = np.where(there < 0, NONE, there + gain[list(move.fresh)].sum(axis=0) + cost)
    return moved
