"""From a selection to what the room says of the work practices, and what a city's own check says beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sctrain import privacy, views
from sctrain.analysis import practices as analysis
from sctrain.analysis.practices import Ratings
from sctrain.catalogue import Catalogue
from sctrain.frames.practices import ASPECT_ROWS
from sctrain.selection import Selection
from sctrain.views import Room


@dataclass(frozen=True, eq=False)
class Practised:
    """PRACTICES and ASPECTS of the selected people, and what may be said of them."""

    practices: pd.DataFrame
    aspects: pd.DataFrame
    sentence: str
    balance: str


@dataclass(frozen=True, eq=False)
class Answer:
    """CHECKED, what to start with in a sentence, and the practices whose activities come first."""

    checked: pd.DataFrame
    sentence: str
    first: tuple[str, ...]


def labels(known: Catalogue) -> dict[str, str]:
    """Practice label by code."""
    return {practice.code: practice.label for practice in known.practice}


def read(room: Room, selection: Selection) -> Practised:
    """What the selection's people mark for each practice and aspect, past the gate.

    A competency whose number is hidden counts for none of them.
    """
    known, where = room.catalogue, room.where(selection)
    shown = ~views.counts(room, selection.people).hidden[0]
    whole = Ratings(room.cards.pairs, known.scale.low, known.scale.points)
    given = whole if where.all() else Ratings(room.cards.pairs[:, where], whole.low, whole.points)
    serving = {p.code: np.array([p.code in c.practices for c in known.competency]) for p in known.practice}
    sides = {name: np.array([c.aspect == name for c in known.competency]) for name in ASPECT_ROWS[:2]}
    hidden = [name for name, asked in {**serving, **sides}.items() if _hidden(given, whole, asked, shown, room)]
    practices = analysis.practices(given, {name: asked & shown for name, asked in serving.items()}, hidden)
    gone = [name for name in sides if name in hidden]
    aspects = analysis.aspects(given, {name: asked & shown for name, asked in sides.items()}, gone)
    return Practised(
        practices,
        aspects,
        analysis.sentence(practices, labels(known), known.scale.points),
        analysis.aspects_sentence(aspects, known.scale.points),
    )


def _hidden(given: Ratings, whole: Ratings, asked: NDArray[np.bool_], shown: NDArray[np.bool_], room: Room) -> bool:
    """Whether few people stand for these competencies, few more would without filters, or all of them are hidden."""
    people = [int(them.anyone(asked & shown).sum()) for them in (given, whole)]
    small = privacy.small(np.array([people[0], people[1] - people[0]]), room.threshold).any()
    return bool(small or (asked.any() and not (asked & shown).any()))


def answer(known: Catalogue, practised: Practised, check: str) -> Answer:
    """What a city's check, a digit for each practice of the catalogue, says beside the room."""
    found = analysis.checked(practised.practices, check, known.scale.low, known.scale.high)
    return Answer(found, analysis.start_sentence(found, labels(known)), tuple(analysis.to_start(found)))
