"""From a selection to where survey and tables meet: two voices, methods that agree, what to debate.

Both voices are of one event, the selection's first. Filters choose people; tables speak whole.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from sctrain import views
from sctrain.analysis import agenda, debate, ranks, robust
from sctrain.analysis import consensus as lists
from sctrain.analysis import voices as analysis
from sctrain.analysis.gaps import Numbers, need
from sctrain.analysis.ranks import Rooms
from sctrain.catalogue import Catalogue
from sctrain.selection import Selection
from sctrain.tables import Agreed, TableRoom
from sctrain.views import SEED, Room


def contents(catalogue: Catalogue) -> str | None:
    """The topic whose options are the competencies; None where tables rank none."""
    return next((topic.code for topic in catalogue.topic if topic.options_from == "competency"), None)


def of_one_event(selection: Selection, room: TableRoom) -> Selection:
    """The selection of the people of the tables' event, without its comparison."""
    return replace(selection, events=(room.event.code,), by=None)


@dataclass(frozen=True, eq=False)
class Meeting:
    """Survey and tables side by side: VOICES, ACCORD, TOP_FIVE, ROBUST, and what may be said of them."""

    voices: pd.DataFrame
    accord: pd.DataFrame
    top_five: pd.DataFrame
    robust: pd.DataFrame
    sentence: str
    told: str
    robust_told: str


def meet(room: Room, table_room: TableRoom, agreed: Agreed, selection: Selection) -> Meeting:
    """Both voices on the competencies; `agreed` is what the tables agreed on about them."""
    gaps = views.gaps(room, selection)
    given = table_room.ballots(contents(room.catalogue) or "")
    people, listed = _rooms(room, selection), lists.rooms(given, seed=SEED)
    measured = need(selection.measure, gaps[selection.measure].to_numpy(float))
    said = measured, _points(agreed), people.need(selection.measure), listed["borda"]
    voices = analysis.voices(gaps, agreed.consensus, given.n, *said)
    accord = analysis.accord(*said, views.people(room, selection), given.n)
    middle = _middle(room.catalogue)
    top_five = robust.top_five(gaps, agreed.consensus, people, listed, given.n, middle, selection.cross)
    sure, labels = robust.robust(top_five), room.catalogue.labels
    told = analysis.sentence(voices, accord, labels), analysis.accord_words(accord), robust.sentence(sure, labels)
    return Meeting(voices, accord, top_five, sure, *told)


def _rooms(room: Room, selection: Selection) -> Rooms:
    return ranks.rooms(room.cards, room.where(selection), views.counts(room, selection), seed=SEED)


def _points(agreed: Agreed) -> Numbers:
    """Borda points; 0 for what no table ranked, NaN where none ranked anything."""
    points, by = (agreed.consensus[name].to_numpy(float, na_value=np.nan) for name in ("borda", "ranked_by"))
    return np.where((by > 0) | np.isnan(points), points, 0)


def _middle(catalogue: Catalogue) -> float:
    return (catalogue.scale.low + catalogue.scale.high) / 2


@dataclass(frozen=True, eq=False)
class Debate:
    """What to debate first about a topic: QUEUE, a card for each of the first, and one sentence."""

    queue: pd.DataFrame
    cards: tuple[agenda.Card, ...]
    sentence: str


def queue(
    room: Room, table_room: TableRoom, agreed: Agreed, selection: Selection, topic: str, by: str | None
) -> Debate:
    """The options of a topic by need and disagreement; groups of people are compared by `by`.

    The survey asks about competencies only; the need of other options is how high tables put them.
    """
    labels, given = table_room.labels(topic), table_room.ballots(topic)
    points, asked = room.catalogue.scale.points, topic == contents(room.catalogue)
    if asked:
        gaps, measure = views.gaps(room, selection, resampled=False), selection.measure
        wanted, n = need(measure, gaps[measure].to_numpy(float)), gaps["n"].to_numpy(float, na_value=np.nan)
        split = views.gaps(room, replace(selection, by=by), resampled=False) if by else None
        found = debate.queue(given, wanted, n, _rooms(room, selection).need(measure), split, points, seed=SEED)
    else:
        drawn, n = lists.rooms(given, seed=SEED)["borda"], np.full(len(labels), given.n)
        found = debate.queue(given, _points(agreed), n, drawn, None, points, seed=SEED)
    names = room.group_labels(by) if by else {}
    told = tuple(agenda.cards(found, labels, names, points, of_people=asked))
    return Debate(found, told, agenda.sentence(found, labels, of_people=asked))
