"""The one gate where small numbers are hidden, before anything is drawn, printed or downloaded.

A number is *small* when fewer than `threshold` people stand behind it, or behind what a reader gets
by taking it from the total (its *complement*). Thresholds in use elsewhere run from 3 (INE Portugal)
to 10 (ONS); ours is 5 unless the event says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sctrain.frames import JointCounts

THRESHOLD = 5
Numbers = NDArray[np.integer] | NDArray[np.floating]


def hide_small(
    n: Numbers, threshold: int, total: int | None = None, also: NDArray[np.bool_] | None = None
) -> NDArray[np.bool_]:
    """Which of these counts of different people to hide, when `total` (their sum if not given) is shown too.

    Who is in the total and in no count is cover for what is hidden, and hidden as well.
    """
    unlisted = max(0, int((n.sum() if total is None else total) - n.sum()))
    member = np.eye(n.size, n.size + 1, dtype=bool)
    return hide_groups(np.append(n.ravel(), unlisted), member, threshold, also)


def hide_groups(
    people: Numbers, member: NDArray[np.bool_], threshold: int, also: NDArray[np.bool_] | None = None
) -> NDArray[np.bool_]:
    """[groups]: which groups to hide, when all people together are shown beside them.

    `people[v]` gave profile value v, and `member[g, v]` says that group g has them; groups may overlap.
    Hidden are groups of 1 to threshold - 1 people, those that leave so few outside them, and `also`.
    Then, as long as all people without the shown groups would tell what must not be told, the smallest
    shown group. Zero stays: nobody is behind it.
    """
    n = member @ people
    hidden = small(n, threshold) | ((n > 0) & small(people.sum() - n, threshold))
    hidden |= np.zeros(n.shape, bool) if also is None else also & (n > 0)
    while (shown := ~hidden & (n > 0)).any():
        outside = int(people[~member[shown].any(axis=0)].sum())
        if not _told(n[hidden], outside, threshold):
            break
        hidden[np.flatnonzero(shown)[n[shown].argmin()]] = True
    return hidden


def _told(hidden: Numbers, outside: int, threshold: int) -> bool:
    """Whether the people outside the shown groups are too few, one hidden group, or hidden groups at their bound."""
    if 0 < outside < threshold:
        return True
    all_small = hidden.size > 0 and int(hidden.max()) < threshold
    at_bound = all_small and outside in (hidden.size, hidden.size * (threshold - 1))
    return at_bound or (hidden.size == 1 and outside == int(hidden[0]))


def small(n: Numbers, threshold: int) -> NDArray[np.bool_]:
    """Which counts have somebody, but fewer than threshold people, behind them."""
    return (n > 0) & (n < threshold)


@dataclass(frozen=True, eq=False)
class Split:
    """How people fall into groups: `people[v]` and `n[v, c]` of each profile value, `member[g, v]`.

    `margins` are sets of groups whose sum is another view's group, such as the classes of a roll-up.
    """

    people: Numbers
    n: Numbers
    member: NDArray[np.bool_]
    margins: tuple[tuple[int, ...], ...] = ()


def gate(
    counts: JointCounts, threshold: int, whole: JointCounts | None = None, split: Split | None = None
) -> JointCounts:
    """The counts with every small cell emptied and marked hidden.

    `whole` is the same groups without filters: a cell is also hidden where its difference from that
    is small, since both can be seen. `split` says who is in the groups, where there are groups.
    """
    n, everyone = counts.n, whole or counts
    hidden = small(n, threshold) | small(everyone.n - n, threshold)
    hidden |= (small(counts.people, threshold) | small(everyone.people - counts.people, threshold))[:, None]
    if split is not None:
        hidden |= hide_split(split.people, split, threshold, np.asarray(hidden.all(axis=1)))[:, None]
        for c in range(n.shape[1]):
            hidden[:, c] |= hide_split(split.n[:, c], split, threshold, hidden[:, c])
    return counts.hide(hidden)


def hide_split(people: Numbers, split: Split, threshold: int, also: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """[groups]: what groups of a split hide of one number of its profile values, `also` in any case."""
    hidden = also.copy()
    while True:
        before = hidden.copy()
        for margin in split.margins:
            rows = list(margin)
            inside = split.member[rows].any(axis=0)
            hidden[rows] |= hide_groups(people[inside], split.member[rows][:, inside], threshold, hidden[rows])
        hidden |= hide_groups(people, split.member, threshold, hidden)
        if (hidden == before).all():
            return hidden


def enough(held: NDArray[np.bool_], threshold: int, weight: Numbers | None = None) -> bool:
    """Whether a filter for these people may be offered: enough in it, and enough or none outside.

    Each place stands for as many people as its weight, or for one.
    """
    n, all_ = (held.sum(), held.size) if weight is None else (weight[held].sum(), weight.sum())
    return bool(n >= threshold and not 0 < all_ - n < threshold)
