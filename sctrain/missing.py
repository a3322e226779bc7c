"""From a selection to who is missing against the target, and whether the needs hold when that is set right."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import ValidationError
from sqlalchemy import Engine

from sctrain import views
from sctrain.analysis import gaps as gap_analysis
from sctrain.analysis import weights as analysis
from sctrain.analysis.counts import joint_counts
from sctrain.analysis.weights import Margin, Weights
from sctrain.cards import JOIN
from sctrain.catalogue import Catalogue, Dimension
from sctrain.errors import CatalogueError
from sctrain.frames import JointCounts
from sctrain.selection import Selection
from sctrain.store import queries
from sctrain.store.engine import writing
from sctrain.store.write import register
from sctrain.views import Room

MOST = 3
"""Dimensions people are weighted by at once: with more, most cells are empty."""


@dataclass(frozen=True, eq=False)
class Missing:
    """MISSING, WEIGHTED and the weights behind it, with what may be said of them.

    `overlapping` are dimensions with a target that cannot be weighted, as people gave several answers.
    """

    missing: pd.DataFrame
    weighted: pd.DataFrame
    weights: Weights
    overlapping: tuple[str, ...]
    sentence: str
    told: str


def targets(room: Room) -> dict[str, Dimension]:
    """The dimensions that have a target and that somebody answered."""
    return {name: d for name, d in room.catalogue.dimensions.items() if d.target and room.members(name)}


def meet(room: Room, selection: Selection) -> Missing:
    """Who is missing among the selected people, and their needs weighted to the target; all past the gate."""
    where = room.where(selection)
    whole = [name for name in targets(room) if not _overlaps(room, name)]
    gated = {name: views.counts(room, replace(selection, by=name)) for name in whole}
    margins = [_margin(room, name, gated[name], where) for name in whole[:MOST] if gated[name].groups != (None,)]
    weights = analysis.weigh(margins, int(where.sum()))
    options = {m.dimension: _options(room.catalogue.dimensions[m.dimension], gated[m.dimension]) for m in margins}
    missing = analysis.missing(margins, options, weights)
    weighted = _weighted(room, selection, weights, gated)
    called = {m.dimension: labels(room, m.dimension) for m in margins}
    named = {(d, o): called[d].get(o, o) for d, o in zip(*_pairs(missing), strict=True)}
    inside = {m.dimension: m.inside for m in margins}
    told = (
        analysis.missing_sentence(missing, named, inside),
        analysis.sentence(weighted, weights, room.catalogue.labels),
    )
    overlapping = tuple(name for name in targets(room) if name not in whole)
    return Missing(missing, weighted, weights, overlapping, *told)


def labels(room: Room, dimension: str) -> dict[str, str]:
    """What the options are called; says where the people who left the question open are among them."""
    known = room.catalogue.dimensions[dimension]
    asked = dict.fromkeys((*known.labels, *known.target_shares))
    return {option: known.label_of(option) for option in asked} | room.group_labels(dimension)


def _pairs(missing: pd.DataFrame) -> tuple[list[str], list[str]]:
    return missing["dimension"].tolist(), missing["option"].tolist()


def _overlaps(room: Room, name: str) -> bool:
    return any(JOIN in value for value in room.cards.profile[name].values)


def _margin(room: Room, name: str, gated: JointCounts, where: NDArray[np.bool_]) -> Margin:
    groups = room.groups(name)
    held = replace(groups, value=groups.value[where])
    target = room.catalogue.dimensions[name].target_shares
    return analysis.margin(name, held, _nothing(gated), target, room.threshold)


def _nothing(gated: JointCounts) -> NDArray[np.bool_]:
    """[groups]: of which groups nothing is shown."""
    return np.asarray(gated.hidden.all(axis=1))


def _options(dimension: Dimension, gated: JointCounts) -> pd.DataFrame:
    """Options of the target in their order, then the others that people gave."""
    people = {g: None if h else int(n) for g, n, h in zip(gated.groups, gated.people, _nothing(gated), strict=True)}
    shares = dimension.target_shares
    order = [code for code in (*dimension.labels, *shares) if code in shares or code in people]
    names = list(dict.fromkeys([*order, *(str(code) for code in people)]))
    given = [people.get(code, 0) for code in names]
    kept = [i for i, (code, n) in enumerate(zip(names, given, strict=True)) if n != 0 or code in shares]
    frame = pd.DataFrame(
        {"option": names, "n": pd.array(given, dtype="Int64"), "target": [shares.get(c) for c in names]}
    )
    return frame.assign(suppressed=frame["n"].isna()).loc[kept].astype({"target": float}).reset_index(drop=True)


def _weighted(room: Room, selection: Selection, weights: Weights, gated: dict[str, JointCounts]) -> pd.DataFrame:
    """WEIGHTED; a competency's weighted numbers are hidden where they would tell too few people."""
    where, plain = room.where(selection), replace(selection, by=None)
    before, total = views.gaps(room, plain), views.counts(room, plain)
    each = np.zeros(room.cards.n)
    each[where] = weights.each
    answered = analysis.complete(room.cards)[:, where]
    veils = [_unit_hidden(margin, gated[margin.dimension]) for margin in weights.margins]
    told = analysis.told(weights, answered, veils, room.threshold)
    counted = joint_counts(room.cards, where=where, weights=each)
    after = gap_analysis.gaps(counted.hide(total.hidden | told), selection.measure, selection.cross)
    return analysis.weighted(before, after, selection.measure)


def _unit_hidden(margin: Margin, gated: JointCounts) -> NDArray[np.bool_]:
    """[units, competencies]: where the number of a unit is not shown; that of several options together never is."""
    none = np.ones(gated.hidden.shape[1], bool)
    return np.array([gated.hidden[gated.groups.index(u[0])] if len(u) == 1 else none for u in margin.units])


# Targets from elsewhere


def store_target(engine: Engine, code: str, file: Path) -> dict[str, dict[str, float]]:
    """Keep the targets of a TOML file in the catalogue of an event; the shares they come to, by dimension.

    `[city_size]` and the like hold a weight by option, `source` says whose they are; a dimension that the file does
    not name keeps its target, an empty table takes it away. CatalogueError names file, key and reason.
    """
    with writing(engine) as connection:
        known = {event.code: event.catalogue for event in queries.events(connection)}
        catalogue = with_target(queries.catalogue_of(connection, known[code]), file)
        register(connection, catalogue)
    return {d.code: d.target_shares for d in catalogue.dimension if d.target}


def with_target(catalogue: Catalogue, file: Path) -> Catalogue:
    """The catalogue with the targets of the file; CatalogueError where it names a dimension or option unknown here."""
    try:
        given = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CatalogueError(str(file), "TOML", str(error)) from error
    source = str(given.pop("source", ""))
    for name in given:
        if name not in catalogue.dimensions:
            raise CatalogueError(str(file), name, f"no such dimension; there are: {', '.join(catalogue.dimensions)}")
    whole = catalogue.model_dump(mode="json")
    for dimension in whole["dimension"]:
        if dimension["code"] in given:
            dimension |= {"target": given[dimension["code"]], "target_source": source}
    try:
        return Catalogue.model_validate(whole)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(step) for step in first["loc"][2:]) or "target"
        raise CatalogueError(str(file), key, first["msg"].removeprefix("Value error, ")) from error
