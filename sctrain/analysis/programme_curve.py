"""What more hours would buy, what fewer would cost, and whom: the need covered within each budget, per group."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sctrain.analysis.gaps import Numbers
from sctrain.analysis.programme import Bools, Offer, Rules, Voices, Whole, alone, units
from sctrain.analysis.programme_choice import Choices, Problem, by_budget, floors
from sctrain.frames import CURVE, FALLS

POINTS = 120
"""Most budgets on a curve: of more hours, only every second, third … is drawn."""


def problem_of(offer: Offer, voices: Voices, rules: Rules) -> Problem:
    """The problem of what both voices say; only groups that are heard have a floor."""
    names = tuple(name for name, kept in zip(voices.names, voices.heard, strict=True) if kept)
    groups = voices.groups.reshape(len(voices.names), len(voices.competencies))[voices.heard]
    return Problem(offer, rules, units(voices.priority(rules.weight)), units(np.maximum(groups, 0)), names)


def budgets(offer: Offer) -> list[int]:
    """The hours that a curve is drawn over: from 1 to what all modules take, which is always among them."""
    total = -(-offer.total // 2)
    step = -(-total // POINTS)
    return sorted({*range(step, total + 1, step), total})


def curve(problem: Problem, hours: Sequence[float]) -> pd.DataFrame:
    """CURVE of the problem within these budgets instead of its own: everyone, then the groups that are heard."""
    return covering(problem, hours, by_budget(problem, [int(2 * h) for h in hours]))


def covering(problem: Problem, hours: Sequence[float], found: Choices) -> pd.DataFrame:
    """CURVE of the programmes `found` within these budgets."""
    bests = np.column_stack([found.top, found.best])
    least = np.column_stack([np.full(len(bests), -1), floors(found.best, problem.rules.floor)])
    least[:, 1:][found.best < 0] = -1
    covered = np.where(found.feasible[:, None], _covered(problem, found.chosen), -1)
    spent = np.where(found.feasible, found.chosen @ problem.offer.hours / 2, np.nan)
    codes = ["+".join(c for c, kept in zip(problem.offer.codes, line, strict=True) if kept) for line in found.chosen]
    size = bests.shape[1]
    frame = pd.DataFrame(
        {
            "hours": np.repeat(np.array(hours, float), size),
            "group": np.array([None, *problem.names] * len(bests), object),
            "covered": _share(problem, covered).ravel(),
            "best": _share(problem, bests).ravel(),
            "floor": _share(problem, least).ravel(),
            "spent": np.repeat(spent, size),
            "modules": np.repeat(np.array(codes, object), size),
        }
    )
    return CURVE.check(frame)


def _covered(problem: Problem, chosen: Bools) -> Whole:
    """[cases, 1 + groups] units that programmes [cases, modules] cover: of everyone, then of each group."""
    return problem.offer.covered(chosen).astype(np.int64) @ np.vstack([problem.worth, problem.groups]).T


def _share(problem: Problem, parts: Whole) -> Numbers:
    """[cases, 1 + groups] of what everyone, and each group, needs; NaN of nothing and for parts below 0."""
    total = np.concatenate([[problem.worth.sum()], problem.groups.sum(axis=1)])
    return np.where((parts >= 0) & (total > 0), parts / np.maximum(total, 1), np.nan)


def falls(problem: Problem, to_hours: float) -> pd.DataFrame:
    """FALLS from the problem's hours to others: the whole change, then each module that it changes, for each group.

    Without rows where either budget has no programme.
    """
    found = by_budget(problem, [problem.rules.halves, int(2 * to_hours)])
    if not found.feasible.all():
        return FALLS.empty()
    before, after = found.chosen
    hours = (after.astype(int) - before.astype(int)) * problem.offer.hours / 2
    change = np.diff(_covered(problem, found.chosen), axis=0)
    lines: list[tuple[str | None, str, float, Whole]] = [(None, "together", float(hours.sum()), change)]
    for kept, name, sign in ((before & ~after, "falls off", -1), (after & ~before, "comes in", 1)):
        only = alone(problem.offer, before if sign < 0 else after)
        for m in np.flatnonzero(kept):
            of_it = sign * (only[m].astype(np.int64) @ np.vstack([problem.worth, problem.groups]).T)[None]
            lines.append((problem.offer.codes[m], name, float(problem.offer.hours[m]) / 2, of_it))
    return _falls(problem, lines, to_hours)


def _falls(problem: Problem, lines: list[tuple[str | None, str, float, Whole]], to_hours: float) -> pd.DataFrame:
    total = np.concatenate([[problem.worth.sum()], problem.groups.sum(axis=1)])
    rows = [
        (module, group, change, problem.rules.halves / 2, to_hours, hours, share)
        for module, change, hours, effect in lines
        for group, share in zip(
            (None, *problem.names), np.where(total > 0, effect[0] / np.maximum(total, 1), np.nan), strict=True
        )
    ]
    return FALLS.check(pd.DataFrame(rows, columns=FALLS.names).astype({"effect": float}))
