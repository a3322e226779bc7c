"""Who spoke, and what was answered: profile shares, answer rates and one competency's table.

The privacy gate is applied by the caller, who passes what to hide; shares of hidden rows are
missing, never zero.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from sctrain.analysis.gaps import Numbers, whole
from sctrain.cards import Codes, tally
from sctrain.errors import FrameError, SelectionError
from sctrain.frames import ANSWERED, JOINT, MIX, JointCounts


def mix(
    profile: Mapping[str, Codes],
    where: NDArray[np.bool_],
    options: Mapping[str, tuple[str, ...]],
    hidden: Mapping[str, NDArray[np.bool_]] | None = None,
    weight: NDArray[np.integer] | None = None,
) -> pd.DataFrame:
    """MIX: how many of the people `where` gave each of these options; `` stands for "not said".

    Who names several options counts in each. `hidden` marks, by dimension and in the order of its
    options, whose numbers are left out. Each place stands for as many people as its weight, or for one.
    """
    heavy = None if weight is None else weight[where]
    parts = [
        _blank(_shares(name, profile[name], given, where, heavy), ("n", "share", "share_low", "share_high"), veil)
        for name, given in options.items()
        for veil in [(hidden or {}).get(name, np.zeros(len(given), bool))]
    ]
    return MIX.check(pd.concat(parts, ignore_index=True)) if parts else MIX.empty()


def wilson(n: NDArray[np.integer], total: int, level: float = 0.95) -> tuple[Numbers, Numbers]:
    """The interval of each share n / total (Wilson 1927), within 0..1; NaN where total is 0."""
    if total == 0:
        return np.full(np.shape(n), np.nan), np.full(np.shape(n), np.nan)
    z2, share = ndtri((1 + level) / 2) ** 2, np.asarray(n) / total
    middle = (share + z2 / (2 * total)) / (1 + z2 / total)
    reach = np.sqrt(z2 * (share * (1 - share) / total + z2 / (4 * total**2))) / (1 + z2 / total)
    return np.clip(middle - reach, 0, 1), np.clip(middle + reach, 0, 1)


def answered(counts: JointCounts, dont_know: NDArray[np.integer] | None = None) -> pd.DataFrame:
    """ANSWERED: what share of one group's people marked both, one or neither, by competency.

    `dont_know` [competencies] is how many of them said that they do not know; None where nobody could.
    """
    _one_group(counts)
    cells, people = counts.cells[0].astype(float), float(counts.people[0])
    shares = {
        "both": cells[:, 1:, 1:].sum(axis=(1, 2)),
        "importance_only": cells[:, 1:, 0].sum(axis=1),
        "level_only": cells[:, 0, 1:].sum(axis=1),
        "neither": cells[:, 0, 0],
        "dont_know": np.full(len(cells), np.nan) if dont_know is None else dont_know.astype(float),
    }
    frame = pd.DataFrame(
        {
            "competency": list(counts.competencies),
            "n": counts.people[0],
            **{name: sums / people if people else np.nan for name, sums in shares.items()},
        }
    )
    return ANSWERED.check(_blank(frame, ("n", *shares), counts.hidden[0]))


def joint(counts: JointCounts, competency: str, hidden: NDArray[np.bool_] | None = None) -> pd.DataFrame:
    """JOINT: how many of one group gave each pair of marks to a competency.

    `hidden` [importance, level] marks cells left out; where the gate hides the competency, all are.
    """
    _one_group(counts)
    if competency not in counts.competencies:
        raise SelectionError("competency", competency, counts.competencies)
    place = counts.competencies.index(competency)
    pairs = counts.pairs[0, place]
    veiled = np.full(pairs.shape, counts.hidden[0, place]) | (False if hidden is None else hidden)
    marks = counts.values.astype(int)
    frame = pd.DataFrame(
        {
            "importance": np.repeat(marks, len(marks)),
            "level": np.tile(marks, len(marks)),
            "n": pairs.ravel(),
            "share": pairs.ravel() / pairs.sum() if pairs.any() else np.nan,
        }
    )
    return JOINT.check(_blank(frame, ("n", "share"), veiled.ravel()))


def _shares(
    dimension: str,
    codes: Codes,
    options: tuple[str, ...],
    where: NDArray[np.bool_],
    heavy: NDArray[np.integer] | None,
) -> pd.DataFrame:
    people = tally(codes.code[where], len(codes.values), heavy)
    n, total = codes.member(options) @ people, int(people.sum())
    low, high = wilson(n, total)
    return pd.DataFrame(
        {
            "dimension": dimension,
            "option": list(options),
            "n": n,
            "share": n / total if total else np.nan,
            "share_low": low,
            "share_high": high,
        }
    )


def _blank(frame: pd.DataFrame, numbers: tuple[str, ...], hidden: NDArray[np.bool_]) -> pd.DataFrame:
    kept = {name: frame[name].astype(float).mask(hidden) for name in numbers}
    counted = whole(np.asarray(kept.pop("n"), np.float64))
    return frame.assign(n=counted, suppressed=hidden, **kept)


def _one_group(counts: JointCounts) -> None:
    if len(counts.groups) != 1:
        raise FrameError(f"JointCounts: one group is needed, there are {len(counts.groups)}: {counts.groups}")
