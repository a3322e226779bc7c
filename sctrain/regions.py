"""From a selection to needs by region, country and cluster partner, and from event to event.

What `views` hides stays hidden here; where events are set in a row, so is what an area at each of them would tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Engine

from sctrain import views
from sctrain.analysis import regions as analysis
from sctrain.catalogue import Catalogue
from sctrain.frames import EVENTS, LEVELS
from sctrain.places import hidden
from sctrain.selection import Selection
from sctrain.store import queries
from sctrain.store.queries import Event
from sctrain.views import OR_NOT_SAID, Room

NUTS = {"EL": "GR", "UK": "GB"}
"""Countries whose NUTS codes begin otherwise than with their ISO 3166 code."""


def country_of(region: str) -> str:
    """The country whose code a NUTS region begins with."""
    return NUTS.get(region[:2].upper(), region[:2].upper())


def levels(room: Room) -> dict[str, str]:
    """What areas there are to look at: label by dimension."""
    return {code: room.compared_by[code] for code in LEVELS if code in room.compared_by}


def areas(room: Room, selection: Selection) -> pd.DataFrame:
    """AREAS of the selection, of every level, past the gate."""
    by_level = {level: views.counts(room, replace(selection, by=level)) for level in levels(room)}
    region = room.members("region") if "region" in by_level else {}
    return analysis.areas(
        by_level, views.counts(room, replace(selection, by=None)), {code: country_of(code) for code in region}
    )


def labels(room: Room) -> dict[str, str]:
    """What areas are called: a region by its code and country, as its name is not known."""
    found = {code: label for level in levels(room) for code, label in room.group_labels(level).items()}
    known = room.catalogue.dimensions.get("country")
    for code in room.members("region") if "region" in levels(room) else {}:
        country = known.label_of(country_of(code)) if known else country_of(code)
        found[code] = f"{code}, {country}" + OR_NOT_SAID * (room.opened.get("region") == code)
    return found


def usual_competency(room: Room, selection: Selection) -> str:
    """The competency looked at: the one asked for, else the largest gap of everyone."""
    ranked = views.gaps(room, replace(selection, by=None, measure="gap"), resampled=False)
    return selection.competency or str(ranked.sort_values("rank", kind="stable")["competency"].iloc[0])


def trend(room: Room, selection: Selection) -> pd.DataFrame | None:
    """TREND over the room's events, past the gate; None where it has one event or they cannot be told apart.

    Where the selection has an `own` area, it is of the people from there: see `own_area`.
    """
    order = [event.code for event in in_time(room.events)]
    if len(order) < 2:
        return None
    area = own_area(room, selection)
    narrowed = selection.where(area[0], [area[1]]) if area else selection
    by_event = views.counts(room, replace(narrowed, by="event"))
    if by_event.groups == (None,) or set(order) - set(by_event.groups):
        return None
    if area and _nested(room, area[0]):
        by_event = by_event.hide(_hidden_at_events(room, selection, area, by_event.groups))
    return analysis.trend(by_event, order)


def own_words(room: Room, selection: Selection, areas: pd.DataFrame) -> str:
    """What the own area needs, or why that cannot be shown and what stands in for it; empty where none is chosen."""
    own, called = selection.own, labels(room)
    if own is None:
        return ""
    if own not in called:
        return f"Nobody here is from {own}; choose your region here."
    area = own_area(room, selection)
    if area is None:
        return f"{called[own]} has too few people to show, and nothing can stand in for it."
    told = analysis.own_sentence(
        areas, area, analysis.Names(room.catalogue.labels, called, room.catalogue.scale.points)
    )
    return told if area[1] == own else f"{own} has too few people to show; its country stands in for it. {told}"


def trend_words(room: Room, selection: Selection, found: pd.DataFrame) -> str:
    """What changed, of whom; where that is the own area, also how much changed among everyone."""
    names = analysis.Names(room.catalogue.labels, labels(room), room.catalogue.scale.points)
    area = own_area(room, selection)
    everyone = trend(room, replace(selection, own=None)) if area else None
    return analysis.trend_sentence(
        found, names, area[1] if area else None, None if everyone is None else analysis.changed(everyone)
    )


def own_area(room: Room, selection: Selection) -> tuple[str, str] | None:
    """Level and code of the own area, of its country where it is a region too small; None for none that is shown."""
    if selection.own is None:
        return None
    region = selection.own in room.members("region") if "region" in levels(room) else False
    country = [("country", country_of(selection.own))] if region else []
    asked = [(level, selection.own) for level in levels(room) if selection.own in room.members(level)]
    shown = (area for area in (*asked, *country) if area[0] in levels(room))
    return next((area for area in shown if _enough(room, selection, *area)), None)


def _enough(room: Room, selection: Selection, level: str, code: str) -> bool:
    """Whether an area has numbers here, and at each of several events."""
    found = views.counts(room, replace(selection, by=level))
    if code not in found.groups or found.hidden[found.groups.index(code)].all() or code not in room.offered[level]:
        return False
    if len(room.events) < 2 or not _nested(room, level):
        return True
    events = tuple(event.code for event in room.events)
    return not _hidden_at_events(room, selection, (level, code), events).all(axis=1).any()


def _nested(room: Room, level: str) -> bool:
    return room.places is not None and level in room.places.at


def _hidden_at_events(
    room: Room, selection: Selection, area: tuple[str, str], events: Sequence[str | None]
) -> NDArray[np.bool_]:
    """[events, competencies]: where an area's number at one event must not be told beside other areas' there."""
    level, code = area
    place, where = list(room.members(level)).index(code), room.where(selection)
    of, nest = room.cards.profile["event"], room.places
    if nest is None:
        return np.zeros((len(events), len(room.cards.competencies)), bool)
    none = {d: np.zeros((at.stop - at.start, len(room.cards.competencies)), bool) for d, at in nest.at.items()}
    at_events = [where & of.holds((str(event),)) for event in events]
    return np.array([hidden(nest, level, room.cards, some, room.threshold, none)[place] for some in at_events])


def in_time(events: Sequence[Event]) -> list[Event]:
    """The events from the earliest on; those without a date first."""
    return sorted(events, key=lambda e: (e.held_on is not None, e.held_on, e.code))


def events(engine: Engine, room: Room) -> pd.DataFrame:
    """EVENTS: every event of the store, and why it can or cannot be looked at together with the room's."""
    with engine.connect() as connection:
        held = queries.events(connection)
        asked = {code: queries.catalogue_of(connection, code) for code in {event.catalogue for event in held}}
    rows = [_event(event, asked[event.catalogue], room) for event in held]
    frame = pd.DataFrame(rows, columns=EVENTS.names)
    return EVENTS.check(frame.astype({"n": "Int64"}))


def _event(event: Event, asked: Catalogue, room: Room) -> tuple:
    few = event.answers < event.threshold
    held = event.held_on.isoformat() if event.held_on else None
    common = len(set(asked.codes) & set(room.catalogue.codes))
    if event.code in {e.code for e in room.events}:
        state = "shown"
    elif event.catalogue != room.catalogue.code:
        state = "other questionnaire"
    else:
        state = "too few people" if few else "can be added"
    n = None if 0 < event.answers < event.threshold else event.answers
    return event.code, event.title, held, n, event.catalogue, common, state, n is None
