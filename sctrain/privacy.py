"""The one gate where small numbers are hidden, before anything is drawn, printed or downloaded.

A number is *small* when fewer than `threshold` people stand behind it, or behind what a reader gets
by taking it from the total (its *complement*). Thresholds in use elsewhere run from 3 (INE Portugal)
to 10 (ONS); ours is 5 unless the event says otherwise.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sctrain.frames import JointCounts

THRESHOLD = 5
Numbers = NDArray[np.integer] | NDArray[np.floating]


def hide_small(
    n: Numbers,
    threshold: int,
    total: int | None = None,
    also: NDArray[np.bool_] | None = None,
) -> NDArray[np.bool_]:
    """Which of these counts to hide, when `total` (their sum if not given) is shown beside them.

    Hidden are counts from 1 to threshold - 1, those that leave so few outside them, and what is
    `also` to be hidden. Then, as long as subtraction would tell what is hidden (one count alone, or
    fewer than threshold people together), the smallest shown one. Zero stays: nobody is behind it.
    """
    total = int(n.sum() if total is None else total)
    unlisted = max(0, total - int(n.sum()))  # people in the total who are in no listed cell
    hidden = small(n, threshold) | ((n > 0) & small(total - n, threshold))
    hidden |= np.zeros(n.shape, bool) if also is None else also & (n > 0)
    while _told(n[hidden], unlisted, threshold) and (~hidden & (n > 0)).any():
        shown = np.flatnonzero(~hidden & (n > 0))
        hidden[shown[n[shown].argmin()]] = True
    return hidden


def _told(hidden: Numbers, unlisted: int, threshold: int) -> bool:
    if not hidden.size:  # those who did not say are no group: nothing that is known singles them out
        return False
    return int(hidden.sum()) + unlisted < threshold or (hidden.size == 1 and unlisted == 0)


def small(n: Numbers, threshold: int) -> NDArray[np.bool_]:
    """Which counts have somebody, but fewer than threshold people, behind them."""
    return (n > 0) & (n < threshold)


def gate(
    counts: JointCounts,
    threshold: int,
    total: JointCounts | None = None,
    whole: JointCounts | None = None,
) -> JointCounts:
    """The counts with every small cell emptied and marked hidden.

    `total` is the same people without groups, `whole` the same groups without filters: a cell is
    also hidden where its difference from either is small, since both can be seen on another view.
    """
    n, total = counts.n, total or counts
    everyone = whole or counts
    hidden = small(n, threshold) | small(everyone.n - n, threshold)
    hidden |= (small(counts.people, threshold) | small(everyone.people - counts.people, threshold))[:, None]
    if len(counts.groups) > 1 or counts.groups[0] is not None:
        hidden |= hide_small(counts.people, threshold, int(total.people[0]))[:, None]
        for c in range(n.shape[1]):
            hidden[:, c] |= hide_small(n[:, c], threshold, int(total.n[0, c]), also=hidden[:, c])
    return counts.hide(hidden)


def enough(held: NDArray[np.bool_], threshold: int) -> bool:
    """Whether a filter for these people may be offered: enough in it, and enough or none outside."""
    n = int(held.sum())
    return n >= threshold and not 0 < held.size - n < threshold
