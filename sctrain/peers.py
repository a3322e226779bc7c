"""From a selection to what its people could teach each other, as far as it may be told."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sctrain import privacy, views
from sctrain.analysis import gaps as gap_analysis
from sctrain.analysis import peers as analysis
from sctrain.frames import JointCounts
from sctrain.selection import Selection
from sctrain.views import SEED, Room

SEATS = 12
"""Of a cohort, where nothing else is asked."""
USUAL = ("discipline", "role")
"""By what people are mixed where nothing is asked: the first that was answered."""
MOST_GROUPS = 8
"""That are mixed: of more, those with the most people."""
FEWEST_SUMMED = 5
"""Competencies that a sum must be over, or it would tell the marks of single people."""


@dataclass(frozen=True, eq=False)
class Peers:
    """What a cohort could teach itself: PEERS_COHORTS, PEERS_PAIRS, PEERS_TAUGHT, and what may be said of them.

    `why` says why nothing can be mixed; the first two frames are then empty. `left_out` are groups beyond
    MOST_GROUPS, `hidden` those that the gate hides, `skipped` competencies that too few people of a group answered.
    `people` are how many are mixed, and how many are selected where that is shown.
    """

    by: str | None
    seats: int
    cohorts: pd.DataFrame
    pairs: pd.DataFrame
    taught: pd.DataFrame
    sentence: str
    best: str
    untaught: str
    left_out: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    people: tuple[int, int | None] = (0, None)
    skipped: tuple[str, ...] = ()
    why: str = ""


def compared_by(room: Room, selection: Selection) -> str | None:
    """By what people are mixed: what the selection compares, else discipline, else role, else the usual comparison."""
    asked = (selection.by, *USUAL, room.usual_comparison)
    return next((by for by in asked if by in room.compared_by), None)


def read(room: Room, selection: Selection) -> Peers:
    """What the selection's people could teach each other in a cohort of its seats."""
    by, where = compared_by(room, selection), room.where(selection)
    gated = views.counts(room, replace(selection, by=by))
    shown, left_out = _shown(gated)
    seen = np.logical_not(gated.hidden[[gated.groups.index(code) for code in shown]].any(axis=0))
    why = _why(room, by, shown, where, int(seen.sum()))
    groups = {} if why or not by else {code: _marks(room, where & _holds(room, by, code), seen) for code in shown}
    veiled = zip(
        gated.groups, np.asarray(gated.hidden.all(axis=1)), strict=True
    )  # the gate empties them; nobody is no secret
    hidden = tuple(code for code, gone in veiled if by and code and gone)
    drawn = hidden if groups else ()
    seats = max(min(selection.seats or SEATS, sum(len(group) - 1 for group in groups.values())), 1)
    cohorts, labels = analysis.cohorts(groups, drawn, seats, SEED), room.group_labels(by) if by else {}
    taught = _taught(room, selection, where)
    return Peers(
        by=by,
        seats=seats,
        cohorts=cohorts,
        pairs=analysis.pairs(groups, drawn, seats),
        taught=taught,
        sentence=why or analysis.sentence(cohorts, labels),
        best="" if why else analysis.best_sentence(cohorts, labels),
        untaught=analysis.taught_sentence(taught, room.catalogue.labels, room.threshold),
        left_out=left_out,
        hidden=hidden,
        people=(sum(map(len, groups.values())), views.people(room, selection)),
        skipped=tuple(code for code, there in zip(room.cards.competencies, seen, strict=True) if groups and not there),
        why=why,
    )


def _shown(gated: JointCounts) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The groups whose numbers are shown, in their order: the largest MOST_GROUPS, and the others."""
    n = {code: int(n) for code, n in zip(gated.groups, gated.people, strict=True) if code is not None and n}
    largest = set(sorted(n, key=n.__getitem__, reverse=True)[:MOST_GROUPS])
    return tuple(code for code in n if code in largest), tuple(code for code in n if code not in largest)


def _holds(room: Room, by: str, code: str) -> NDArray[np.bool_]:
    groups = room.groups(by)
    return groups.holds(groups.codes.index(code))


def _marks(room: Room, where: NDArray[np.bool_], seen: NDArray[np.bool_]) -> NDArray[np.uint8]:
    return analysis.marks(room.cards.pairs[np.ix_(seen, where)], room.cards.width - 1)


def _why(room: Room, by: str | None, shown: tuple[str, ...], where: NDArray[np.bool_], seen: int) -> str:
    """Why nobody can be mixed; empty where people can."""
    if by is None:
        return "Nobody said what group they are in, so there is nothing to mix"
    label = room.catalogue.comparisons[by].label.lower()
    if len(shown) < 2:
        return f"By {label} there are no two groups that can be shown, so there is nothing to mix"
    if (np.sum([_holds(room, by, code) & where for code in shown], axis=0) > 1).any():
        return f"By {label} people are in several groups at once, so a mix of groups cannot be told"
    if seen < FEWEST_SUMMED:
        return f"Fewer than {FEWEST_SUMMED} competencies have enough answers in every group by {label} to be summed"
    return ""


def _taught(room: Room, selection: Selection, where: NDArray[np.bool_]) -> pd.DataFrame:
    """PEERS_TAUGHT of everyone selected: hidden where few can teach it or few cannot, or few more without filters."""
    gated = views.counts(room, selection.people)
    every = np.ones(len(room.cards.competencies), bool)
    marked = _marks(room, where, every)
    whole = marked if where.all() else _marks(room, np.ones(room.cards.n, bool), every)
    able = [them[:, 2].sum(axis=0, dtype=int) for them in (marked, whole)]
    both = [np.stack([n, total - n], axis=1) for n, total in zip(able, _answered(room, where), strict=True)]
    apart = privacy.small(both[1] - both[0], room.threshold)
    hidden = [privacy.hide_small(n, room.threshold, also=also).any() for n, also in zip(both[0], apart, strict=True)]
    return analysis.taught(gap_analysis.gaps(gated), marked, selection.seats or SEATS, np.array(hidden, bool))


def _answered(room: Room, where: NDArray[np.bool_]) -> list[NDArray[np.int64]]:
    """[competencies] complete pairs, of the people `where` and of all."""
    width = room.cards.width
    complete = (room.cards.pairs // width > 0) & (room.cards.pairs % width > 0)
    return [complete[:, where].sum(axis=1), complete.sum(axis=1)]
