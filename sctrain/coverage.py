"""Whether intervals hold what they say: how often 95 % of them do, in made-up rooms whose truth is known.

A *room* is people drawn from a *population*: marks are normal, rounded to 1..5, and shifted up or down
together by the person. Its true means are sums over the normal distribution, not another simulation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr

from sctrain.analysis.compare import differences
from sctrain.analysis.counts import Groups, joint_counts
from sctrain.analysis.gaps import Numbers, competition_rank, gaps
from sctrain.analysis.ranks import SEED, rank_intervals, with_ranks
from sctrain.cards import Cards
from sctrain.frames import JointCounts

POINTS = 5
NEED = np.linspace(1, 0, 12)
"""Twelve competencies from the greatest need down: the true gaps of neighbours are 0.09 to 0.17 points apart."""
CLOSE = 0.5 + (NEED - 0.5) / 5
"""The same, five times as close: an order that few people can tell."""


def usual(need: Numbers) -> Numbers:
    """[importance and level, competencies] what people mean before rounding."""
    importance = 3.55 + 0.65 * need
    return np.array([importance, importance - 1.75 * need**1.2])


SHIFT = np.array([np.zeros(12), np.tile([-0.6, -0.3, 0.0, 0.5], 3)])
"""By how much another population's marks are higher, where the truth is a difference."""
PERSON, NOISE = np.array([0.35, 0.45])[:, None], np.array([0.75, 0.85])[:, None]
"""Standard deviations of importance and level: between persons over all competencies, and of a mark."""
OTHERS = 2
"""People in the reference for each in the group: sides are seldom equal."""
DRAWS = 200
"""Redrawn rooms for a rank interval; a page draws five times as many, for the same nominal interval."""
HELD, MOST = (0.93, 0.97), (0.0, 0.05)


@dataclass(frozen=True)
class Row:
    """One line of the report: of intervals (or verdicts) with n answers a group, the share that holds (or is wrong).

    `se` is the share's standard error over rooms; `lowest` and `highest` are the shares of single
    competencies; `target` is the range the share is to lie in.
    """

    what: str
    n: int
    rooms: int
    share: float
    se: float
    lowest: float
    highest: float
    target: tuple[float, float] = HELD

    @property
    def met(self) -> bool:
        """Whether the share lies in its target."""
        return self.target[0] <= self.share <= self.target[1]


def run(
    rooms: int = 1000, sizes: Sequence[int] = (12, 30, 60), seed: int = SEED, say: Callable[[str], None] = print
) -> list[Row]:
    """Every row of the report; `say` hears what is going on. Equal for an equal seed.

    A group of each size meets a reference of OTHERS times as many people.
    """
    rows = []
    for n in sizes:
        say(f"{rooms:,} rooms with {n} people in the group and {OTHERS * n} in the reference")
        rows += _rows(rooms, n, np.random.default_rng([seed, n]), seed)
    return rows


def report(rows: list[Row]) -> str:
    """The rows as a table of text."""
    lines = [
        {
            "what": row.what,
            "n": row.n,
            "share": f"{row.share:.3f} ± {1.96 * row.se:.3f}",
            "single competencies": f"{row.lowest:.3f}–{row.highest:.3f}",
            "target": f"{row.target[0]:.2f}–{row.target[1]:.2f}",
            "met": "yes" if row.met else "no",
        }
        for row in rows
    ]
    rooms = f"{max(row.rooms for row in rows):,} rooms of {len(NEED)} competencies" if rows else "no rooms"
    return f"{pd.DataFrame(lines).to_string(index=False)}\n\n{rooms}; rank intervals by {DRAWS} draws."


def _rows(rooms: int, n: int, rng: np.random.Generator, seed: int) -> list[Row]:
    every, population = tuple(f"{room:05}" for room in range(rooms)), usual(NEED)
    group, others, moved, close = (
        drawn(every, size, marks, rng)
        for size, marks in ((n, population), (OTHERS * n, population), (n, population + SHIFT), (n, usual(CLOSE)))
    )
    counts = [joint_counts(*side) for side in (group, others, moved)]
    frame, need, near = _ranked(group, seed), true_means(population), true_means(usual(CLOSE))
    held = {
        "gap": _held(frame, "gap", need.gap),
        "mean weighted discrepancy score": _held(frame, "mwds", need.mwds),
        "difference": _differences_hold(counts[2], counts[1], true_means(population + SHIFT).gap - need.gap),
        "rank": _held(frame, "rank", competition_rank(need.mwds)),
        "rank, needs five times as close": _held(_ranked(close, seed), "rank", competition_rank(near.mwds)),
    }
    told = np.array([_differs(counts[0], counts[1], room) for room in range(rooms)])
    rows = [_row(f"{name}: interval holds it", n, found) for name, found in held.items()]
    return [*rows, replace(_row("no difference: called “differs”", n, told), target=MOST)]


def _ranked(group: tuple[Cards, Groups], seed: int) -> pd.DataFrame:
    """GAPS of all rooms, each a group, with rank intervals."""
    cards, groups = group
    counts = joint_counts(cards, groups)
    return with_ranks(gaps(counts), rank_intervals(cards, None, groups, counts, draws=DRAWS, seed=seed))


class Means(NamedTuple):
    """True means of a population [competencies]."""

    gap: Numbers
    mwds: Numbers


def true_means(marks: Numbers) -> Means:
    """Exact, of marks that are so on average before rounding [importance and level, competencies]."""
    cuts = np.arange(1.5, POINTS)[:, None, None]
    importance, level = 1 + ndtr((marks - cuts) / np.hypot(PERSON, NOISE)).sum(axis=0)
    return Means(importance - level, importance * (importance - level))


def drawn(every: tuple[str, ...], n: int, marks: Numbers, rng: np.random.Generator) -> tuple[Cards, Groups]:
    """n people of a population in `every` room, and who is in which."""
    people, items = n * len(every), marks.shape[1]
    person = rng.standard_normal((2, 1, people)) * PERSON[:, :, None]
    noise = rng.standard_normal((2, items, people)) * NOISE[:, :, None]
    importance, level = np.clip(np.rint(marks[:, :, None] + person + noise), 1, POINTS).astype(np.uint8)
    cards = Cards(tuple(f"c{c:02}" for c in range(items)), 1, POINTS, importance * np.uint8(POINTS + 1) + level)
    return cards, Groups(every, np.repeat(np.arange(len(every)), n), np.eye(len(every), dtype=bool))


def _held(frame: pd.DataFrame, name: str, truth: Numbers) -> NDArray[np.bool_]:
    """[rooms, competencies] whether the interval holds the truth [competencies]; rows are sorted by both."""
    low, high = (frame[f"{name}_{end}"].to_numpy(float).reshape(-1, len(truth)) for end in ("low", "high"))
    return (low <= truth) & (truth <= high)


def _differences_hold(of: JointCounts, to: JointCounts, truth: Numbers) -> NDArray[np.bool_]:
    """As `_held`, all rooms on one page: an interval knows nothing of the other rows."""
    names = tuple(f"{room}{item}" for room in of.groups for item in of.competencies)
    sides = (side.cells.reshape(-1, *side.cells.shape[2:]) for side in (of, to))
    return _held(_page(names, of.low, *sides), "difference", truth)


def _differs(of: JointCounts, to: JointCounts, room: int) -> NDArray[np.bool_]:
    """What the page of one room says, which adjusts over its own competencies."""
    return _page(of.competencies, of.low, of.cells[room], to.cells[room])["differs"].to_numpy(bool)


def _page(competencies: tuple[str, ...], low: int, of: NDArray, to: NDArray) -> pd.DataFrame:
    """DIFFERENCES of one group from another by competency, from the cells of both."""
    cells = np.array([of, to], np.int64)
    counts = JointCounts(("of", "to"), competencies, low, cells, cells[:, 0].sum(axis=(1, 2)))
    return differences(counts, ["of"], "to").sort_values("competency")


def _row(what: str, n: int, found: NDArray[np.bool_]) -> Row:
    """The shares of what was found [rooms, competencies]; the competencies of a room hang together."""
    single, by_room = found.mean(axis=0), found.mean(axis=1)
    se = float(by_room.std(ddof=1) / np.sqrt(len(found)))
    return Row(what, n, len(found), float(found.mean()), se, float(single.min()), float(single.max()))
