"""From a selection to cohort recipes: up to three ways of mixing its people for peer teaching.

Groups that the gate hides are in none, and no single person is ever listed: a recipe says seats by group.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from sctrain import peers
from sctrain.analysis import cohorts as analysis
from sctrain.analysis.cohorts import Mixed
from sctrain.peers import Peers
from sctrain.selection import Selection
from sctrain.views import Room

WAYS = ("discipline", "role", "city_size_band")
"""By what people are mixed: those of them that were answered."""
MOST = 3


@dataclass(frozen=True)
class Recipe:
    """One recipe: by what it mixes, its seats by group's label, and three lines of reasons."""

    by: str
    called: str
    seats: Mapping[str, int]
    reasons: tuple[str, str, str]
    better: bool


@dataclass(frozen=True, eq=False)
class Proposed:
    """RECIPES, each in words, and what may be said of them; `why` says why there is none, or fewer than could be."""

    recipes: pd.DataFrame
    told: tuple[Recipe, ...]
    sentence: str
    why: tuple[str, ...] = ()


def ways(room: Room, selection: Selection) -> tuple[str, ...]:
    """By what people are mixed: what the selection compares, then the usual ones; else what is usual to compare."""
    asked = [by for by in (selection.by, *WAYS) if by and by in room.compared_by]
    return tuple(dict.fromkeys(asked or filter(None, [room.usual_comparison])))[:MOST]


def propose(room: Room, selection: Selection) -> Proposed:
    """The recipes for cohorts of the selection's seats, the better ones first."""
    found = {by: peers.read(room, replace(selection, by=by)) for by in ways(room, selection)}
    mixed = {by: met for by, met in found.items() if not met.why}
    given = [Mixed(by, met.cohorts, met.pairs, met.taught) for by, met in mixed.items()]
    recipes = analysis.recipes(given)
    rows: list[Any] = list(recipes.itertuples())
    told = tuple(_told(room, row, mixed[row.by]) for row in rows)
    tested = {way.by for way in given if (way.cohorts["cohort"] == analysis.BEST).any()}
    few = "too few people of its groups to choose a mix on half of them and test it on the other half."
    small = [f"By {_called(room, by)}: {few}" for by in mixed if by not in tested]
    why = (*(met.why + "." for met in found.values() if met.why), *small)
    return Proposed(recipes, told, analysis.sentence(recipes, room.compared_by), why)


def _told(room: Room, row: object, met: Peers) -> Recipe:
    by, composition, verdict = (getattr(row, name) for name in ("by", "composition", "verdict"))
    groups = room.group_labels(by)
    seats = {groups[code]: n for code, n in analysis.seats_of(composition).items()}
    reasons = analysis.reasons(row, room.catalogue.labels, groups, met.taught)
    return Recipe(by, _called(room, by), seats, reasons, verdict == analysis.MORE)


def _called(room: Room, by: str) -> str:
    return room.catalogue.comparisons[by].label.lower()
