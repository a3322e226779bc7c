"""What to hide of a grid of groups and options, so that no hidden number can be worked out from those shown.

A *grid* counts how many of each group chose each option. Its *levels* are sets of groups that everybody is split
into, such as city sizes and their roll-ups; its *parts* are sets of options of which each person of the part chose
one. What all groups of a level, or all options of a part, have together is shown as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sctrain import privacy
from sctrain.privacy import Split

Hidden = NDArray[np.bool_]
Parts = Sequence[Sequence[int]]
EXACT = 1e-6


@dataclass(frozen=True, eq=False)
class Grid(Split):
    """`people[v]` replied and `n[v, o]` chose option o, of each profile value; `member[g, v]` are the groups.

    `levels` and `margins` are places of groups; a margin's sum is another group of the grid.
    """

    levels: tuple[tuple[int, ...], ...] = ()

    @property
    def chose(self) -> NDArray[np.integer]:
        """[groups, options] who chose it."""
        return np.asarray(self.member @ self.n, int)

    @property
    def replied(self) -> NDArray[np.integer]:
        """[groups] who replied."""
        return np.asarray(self.member @ self.people, int)

    @property
    def sums(self) -> Iterator[tuple[list[int], Hidden]]:
        """Groups whose sum is shown, and the profile values that it is a sum of.

        Margins come first: what they hide covers itself in their level, too.
        """
        for margin in self.margins:
            yield list(margin), np.asarray(self.member[list(margin)].any(axis=0))
        for level in self.levels:
            yield list(level), np.ones(self.member.shape[1], bool)


def hide(grid: Grid, threshold: int, parts: Parts = (), also: Hidden | None = None) -> Hidden:
    """[groups, options]: which counts to hide, when everyone's are shown beside those of the groups.

    Hidden are counts of 1 to threshold - 1 people, those that leave so few of the group who did not choose it,
    groups of so few, and `also`; then what would tell these by subtraction from everyone, from a margin, from the
    other options of a part, or from several such sums together. Zero may be shown: nobody is behind it.
    """
    people = _along(grid, grid.people, threshold, np.zeros(len(grid.member), bool))
    n, replied = grid.chose, grid.replied[:, None]
    hidden = privacy.small(n, threshold) | privacy.small(replied - n, threshold) | people[:, None]
    hidden |= False if also is None else also
    while True:
        before = hidden.copy()
        hidden = _columns(grid, threshold, _rows(grid, threshold, parts, hidden))
        if parts and len(grid.member) > 1 and (hidden == before).all():
            hidden = _cover(n, hidden, told(grid, parts, hidden))
        if (hidden == before).all():
            return hidden


def _along(grid: Grid, people: privacy.Numbers, threshold: int, hidden: Hidden) -> Hidden:
    """[groups]: what groups of one count have to hide of each other."""
    found = hidden.copy()
    for rows, inside in grid.sums:
        found[rows] |= privacy.hide_groups(people[inside], grid.member[rows][:, inside], threshold, found[rows])
    return found


def _columns(grid: Grid, threshold: int, hidden: Hidden) -> Hidden:
    """Of each option, groups add up to everyone: those who chose it, and those who did not."""
    found = hidden.copy()
    for option in range(hidden.shape[1]):
        for side in (grid.n[:, option], grid.people - grid.n[:, option]):
            found[:, option] = _along(grid, side, threshold, found[:, option])
    return found


def _rows(grid: Grid, threshold: int, parts: Parts, hidden: Hidden) -> Hidden:
    """Within each group, the options of each part add up to what they have together."""
    n, found = grid.chose, hidden.copy()
    for part in map(list, parts):
        for group in range(len(found)):
            found[group, part] |= privacy.hide_small(n[group, part], threshold, also=found[group, part])
    return found


def told(grid: Grid, parts: Parts, hidden: Hidden) -> Hidden:
    """[groups, options]: which hidden counts of somebody are a sum or difference of what is shown.

    Shown are all other counts, those of everyone, and what each part has in each group. What is known of one
    profile is known: that of a group of its own, and that nobody of a larger group chose an option.
    """
    n, cells = grid.chose, np.eye(hidden.shape[1])
    asked = np.argwhere(hidden & (n > 0))
    found = np.zeros_like(hidden)
    if not len(asked):
        return found
    known = [np.kron(grid.member[g], cells[o]) for g, o in np.argwhere(~hidden)]
    known += [np.kron(np.ones(grid.member.shape[1]), cell) for cell in cells]
    known += [np.kron(group, cells[list(part)].sum(axis=0)) for group in grid.member for part in parts]
    known_whole = ~hidden & ((n == 0) | (grid.member.sum(axis=1) == 1)[:, None])
    open_ = (grid.member.T.astype(int) @ known_whole == 0).ravel()
    shown = np.array(known)[:, open_].T
    shown = shown[:, shown.any(axis=0)]
    wanted = np.array([np.kron(grid.member[g], cells[o]) for g, o in asked])[:, open_].T
    rest = wanted - shown @ np.linalg.lstsq(shown, wanted, rcond=None)[0]
    found[tuple(asked.T)] = np.abs(rest).max(axis=0, initial=0) < EXACT
    return found


def _cover(n: NDArray[np.integer], hidden: Hidden, told: Hidden) -> Hidden:
    """The same, with one more count hidden for the first that is told: the smallest of its group, else of its option.

    A count of nobody only where there is no other; any where nothing is left in group and option.
    """
    for group, option in np.argwhere(told)[:1]:
        row, column = np.zeros_like(hidden), np.zeros_like(hidden)
        row[group], column[:, option] = True, True
        for place in (row & (n > 0), column & (n > 0), row, column, np.ones_like(hidden)):
            if (place & ~hidden).any():
                found = hidden.copy()
                found[np.unravel_index(np.where(place & ~hidden, n, n.max() + 1).argmin(), n.shape)] = True
                return found
    return hidden


def few(grid: Grid, threshold: int, hidden: Hidden, closed: Hidden) -> Hidden:
    """[groups]: of which hidden counts of a single option one may say that they are fewer than threshold.

    Those that are, in groups that are not `closed` (hidden whole), as long as 1 to threshold - 1 people all stay
    possible: what is shown of everyone or of a margin must not narrow it, where the other hidden counts of open
    groups are then known to be larger.
    """
    found: Hidden = hidden & ~closed & privacy.small(grid.chose[:, 0], threshold)
    while True:
        before = found.copy()
        for rows, inside in grid.sums:
            outside = int(grid.n[inside & ~grid.member[rows][~hidden[rows]].any(axis=0), 0].sum())
            kinds = (found, hidden & ~found & ~closed, hidden & closed)
            found[rows] &= _ambiguous(outside, threshold, *(int(kind[rows].sum()) for kind in kinds))
        if (found == before).all():
            return found


def _ambiguous(outside: int, threshold: int, few: int, larger: int, closed: int) -> bool:
    """Whether each of these few may be from 1 to threshold - 1 people, of so many outside what is shown."""
    others = few - 1
    least = 0 if larger else outside - (threshold - 1) * (others + closed)
    return outside - threshold * larger - others >= threshold - 1 and least <= 1
