"""Joint counts of importance and level by group: one pass over the cards serves every gap page.

A *group* is a set of profile values (one option, or a roll-up of several); a person whose
profile names several options is in several groups. Counts add up over events and partitions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sctrain.cards import Cards, Codes
from sctrain.errors import FrameError
from sctrain.frames import JointCounts

BLOCK = 65_536
"""Answers counted at once: their base codes stay in the processor's cache."""
TALLY = 1 << 23
"""Most cells tallied at once (64 MB); more competencies than that are counted in turn."""
CROSSED = "|"
"""Between the two codes of a crossed group: it occurs in no code."""


@dataclass(frozen=True, eq=False)
class Groups:
    """Groups of n people, which may overlap: `value[i]` of person i, `member[g, value]`."""

    codes: tuple[str | None, ...]
    value: NDArray[np.integer]
    member: NDArray[np.bool_]

    def holds(self, group: int) -> NDArray[np.bool_]:
        """[n]: who is in the group at this position."""
        return self.member[group][self.value]


def everyone(n: int) -> Groups:
    """One group, named None, of all n people."""
    return Groups((None,), np.zeros(n, np.int32), np.ones((1, 1), bool))


def groups_by(codes: Codes, members: Mapping[str, tuple[str, ...]]) -> Groups:
    """Groups in the order of `members`: whoever holds any of a group's options is in it.

    Without `members` (an open dimension) each option that occurs is a group, sorted.
    """
    members = members or {option: (option,) for option in codes.options}
    held = [codes.member(options).any(axis=0) for options in members.values()]
    return Groups(tuple(members), codes.code, np.array(held, bool).reshape(len(members), len(codes.values)))


def cross(first: Groups, second: Groups) -> Groups:
    """Every group of the first with every group of the second, coded `first|second`."""
    codes = tuple(f"{a}{CROSSED}{b}" for a in first.codes for b in second.codes)
    value = first.value.astype(np.int64) * second.member.shape[1] + second.value
    return Groups(codes, value, np.kron(first.member, second.member))


def joint_counts(
    cards: Cards,
    groups: Groups | None = None,
    where: NDArray[np.bool_] | None = None,
    weights: NDArray[np.float64] | None = None,
) -> JointCounts:
    """How many of the people `where` marked each pair, for every competency and group.

    Whole numbers, or sums of `weights` (then `people` is a sum of weights too). Each distinct
    profile value is counted once and summed into its groups, so overlap costs nothing.
    """
    groups = groups or everyone(cards.n)
    if cards.elsewhere is not None:
        found: JointCounts = cards.elsewhere.counted(groups, where)
        return found
    rows = slice(None) if where is None else np.flatnonzero(where)
    value, heavy = groups.value[rows], None if weights is None else weights[rows]
    member = groups.member.astype(float)
    at_once = max(1, TALLY // (member.shape[1] * cards.width**2 or 1))
    cells = [
        member @ _tally(cards.pairs[i : i + at_once], rows, value, (member.shape[1], cards.width**2), heavy)
        for i in range(0, len(cards.competencies), at_once)
    ]
    people = member @ np.bincount(value, heavy, minlength=member.shape[1])
    shape = (len(groups.codes), len(cards.competencies), cards.width, cards.width)
    counted = np.concatenate(cells).transpose(1, 0, 2).reshape(shape)
    if weights is None:  # float sums of whole numbers are exact below 2^53
        counted, people = counted.astype(np.int64), people.astype(np.int64)
    return JointCounts(groups.codes, cards.competencies, cards.low, counted, people)


def add(*counts: JointCounts) -> JointCounts:
    """The counts of disjoint parts as one. FrameError where they do not speak of the same cells."""
    first = counts[0]
    for part in counts:
        for name in ("groups", "competencies", "low", "points"):
            if getattr(part, name) != getattr(first, name):
                raise FrameError(f"JointCounts: {name} {getattr(part, name)} cannot be added to {getattr(first, name)}")
        if part.hidden.any():
            raise FrameError("JointCounts: cells hidden by the privacy gate cannot be added; add first, then hide")
    cells = np.sum([part.cells for part in counts], axis=0)
    return replace(first, cells=cells, people=np.sum([part.people for part in counts], axis=0))


def _tally(
    pairs: NDArray[np.uint8 | np.uint16],
    rows: slice | NDArray[np.intp],
    value: NDArray[np.integer],
    shape: tuple[int, int],
    weights: NDArray[np.float64] | None,
) -> NDArray[np.float64]:
    """[competencies, values, pairs] of the chosen rows: one bincount a competency and block."""
    size = shape[0] * shape[1]
    found = np.zeros((len(pairs), size))
    step = max(BLOCK, size)
    for start in range(0, len(value), step):
        block = slice(start, start + step)
        base = value[block].astype(np.intp) * shape[1]
        heavy = None if weights is None else weights[block]
        marked = pairs[:, block if isinstance(rows, slice) else rows[block]]
        for tally, codes in zip(found, marked, strict=True):
            tally += np.bincount(base + codes, heavy, minlength=size)
    return found.reshape(len(pairs), *shape)
