"""From a selection to needs by region, country and cluster partner, and from event to event.

Regions lie in countries, so their numbers are shown together or not at all: a country without the regions shown
of it must tell nobody. What `views` hides stays hidden here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Engine

from sctrain import privacy, views
from sctrain.analysis import regions as analysis
from sctrain.analysis.counts import Groups, groups_by, joint_counts
from sctrain.analysis.tells import told
from sctrain.catalogue import Catalogue
from sctrain.frames import EVENTS, LEVELS, JointCounts
from sctrain.privacy import Numbers
from sctrain.selection import Selection
from sctrain.store import queries
from sctrain.store.queries import Event
from sctrain.views import Room

NESTED = ("country", "region")
NOWHERE = "nowhere"
NUTS = {"EL": "GR", "UK": "GB"}
"""Countries whose NUTS codes begin otherwise than with their ISO 3166 code."""


def country_of(region: str) -> str:
    """The country whose code a NUTS region begins with."""
    return NUTS.get(region[:2].upper(), region[:2].upper())


# Past the gate


@dataclass(frozen=True, eq=False)
class _Nest:
    """The groups of countries and of regions as one, and in `inside` the people of each country by value.

    `rows` are the regions with people in a country, and last whoever of it is in no region.
    """

    groups: Groups
    inside: tuple[NDArray[np.bool_], ...]
    rows: tuple[tuple[int, ...], ...]

    def hide(self, people: Numbers, threshold: int, also: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """[groups]: those to hide, so that neither the total nor a country tells too few people by subtraction."""
        hidden, n = self._hide(people, threshold, also), self.groups.member @ people
        while self._told(people, threshold, hidden):
            shown = np.flatnonzero(~hidden & (n > 0))
            hidden[shown[n[shown].argmin()]] = True
            hidden = self._hide(people, threshold, hidden)
        return hidden

    def _hide(self, people: Numbers, threshold: int, also: NDArray[np.bool_]) -> NDArray[np.bool_]:
        member, hidden = self.groups.member, also.copy()
        while True:
            before = hidden.copy()
            for inside, rows in zip(self.inside, self.rows, strict=True):
                within = member[list(rows)][:, inside]
                hidden[list(rows)] |= privacy.hide_groups(people[inside], within, threshold, hidden[list(rows)])
            hidden |= privacy.hide_groups(people, member, threshold, hidden)
            if (hidden == before).all():
                return hidden

    def _told(self, people: Numbers, threshold: int, hidden: NDArray[np.bool_]) -> bool:
        """Whether too few people follow from the total and the groups shown; nobody sees who is in no region."""
        real = np.array([not str(code).startswith(NOWHERE) for code in self.groups.codes])
        shown = self.groups.member[real & ~hidden & (self.groups.member @ people > 0)]
        return bool(len(shown)) and told(np.vstack([np.ones(len(people)), shown]), people, threshold)


def _nest(room: Room) -> _Nest:
    country, region = (room.cards.profile[name] for name in NESTED)
    pairs, value = np.unique(np.stack([country.code, region.code]), axis=1, return_inverse=True)
    of = [groups_by(codes, room.members(by)) for codes, by in ((country, "country"), (region, "region"))]
    countries, regions = (g.member[:, at] for g, at in zip(of, pairs, strict=True))
    nowhere = countries & ~regions.any(axis=0)
    names = [f"{by}.{code}" for by, g in zip(NESTED, of, strict=True) for code in g.codes]
    names += [f"{NOWHERE}.{code}" for code in of[0].codes]
    groups = Groups(tuple(names), value.ravel(), np.vstack([countries, regions, nowhere]))
    first, last = len(countries), len(countries) + len(regions)
    rows = tuple((*(first + np.flatnonzero((regions & c).any(axis=1))), last + i) for i, c in enumerate(countries))
    return _Nest(groups, tuple(countries), rows)


def counts(room: Room, selection: Selection, by: str) -> JointCounts:
    """Joint counts of the selection by a dimension, past the gate; countries and regions are gated together."""
    gated = views.counts(room, replace(selection, by=by))
    if by not in NESTED or gated.groups == (None,) or not all(map(room.members, NESTED)):
        return gated
    shown = [views.counts(room, replace(selection, by=level)).hidden for level in NESTED]
    return gated.hide(_hidden(room, by, room.where(selection), np.vstack(shown)))


def _hidden(room: Room, by: str, where: NDArray[np.bool_], also: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """[groups of `by`, competencies]: what to hide of the people `where`; `also` hides more of both dimensions."""
    nest, first = _nest(room), len(room.members("country"))
    whole, counted = joint_counts(room.cards, nest.groups), joint_counts(room.cards, nest.groups, where)
    values = np.eye(nest.groups.member.shape[1], dtype=bool)
    single = replace(nest.groups, codes=tuple(map(str, range(len(values)))), member=values)
    each = joint_counts(room.cards, single, where)
    hidden = privacy.gate(counted, room.threshold, whole).hidden
    hidden[: len(also)] |= also
    found = np.column_stack([nest.hide(each.n[:, c], room.threshold, column) for c, column in enumerate(hidden.T)])
    found |= nest.hide(each.people, room.threshold, np.asarray(hidden.all(axis=1)))[:, None]
    return found[:first] if by == "country" else found[first : first + len(room.members("region"))]


# Frames


def levels(room: Room) -> dict[str, str]:
    """What areas there are to look at: label by dimension."""
    return {code: room.compared_by[code] for code in LEVELS if code in room.compared_by}


def areas(room: Room, selection: Selection) -> pd.DataFrame:
    """AREAS of the selection, of every level, past the gate."""
    by_level = {level: counts(room, selection, level) for level in levels(room)}
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
        found[code] = f"{code}, {country}" + " (or not said)" * ("" in room.members("region")[code])
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
    if area and area[0] in NESTED and all(map(room.members, NESTED)):
        by_event = by_event.hide(_hidden_at_events(room, selection, area, by_event.groups))
    return analysis.trend(by_event, order)


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
    found = counts(room, selection, level)
    if code not in found.groups or found.hidden[found.groups.index(code)].all() or code not in room.offered[level]:
        return False
    if len(room.events) < 2 or level not in NESTED or not all(map(room.members, NESTED)):
        return True
    events = tuple(event.code for event in room.events)
    return not _hidden_at_events(room, selection, (level, code), events).all(axis=1).any()


def _hidden_at_events(
    room: Room, selection: Selection, area: tuple[str, str], events: Sequence[str | None]
) -> NDArray[np.bool_]:
    """[events, competencies]: where an area's number at one event must not be told beside its country's there."""
    level, code = area
    place, where = list(room.members(level)).index(code), room.where(selection)
    of = room.cards.profile["event"]
    none = np.zeros((0, len(room.cards.competencies)), bool)
    return np.array([_hidden(room, level, where & of.holds((str(event),)), none)[place] for event in events])


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
