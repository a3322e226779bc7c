"""From a selection to what moved between two rounds of ordering, and for whom, as far as it may be told.

Whoever put the list in order twice is a *room* of its own, with the profile of their answer; whoever has none is
in no group. What the gate of every page hides by numbers of people is hidden here too. Beyond that an option is
hidden where its mean shift and interval would tell how very few people moved it; so it is for a group, for those
outside it, and for those outside a filter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Engine

from sctrain import views
from sctrain.analysis import moved as analysis
from sctrain.analysis.counts import joint_counts
from sctrain.cards import JOIN, Cards, Codes
from sctrain.catalogue import Catalogue
from sctrain.frames import MOVED, MOVED_GROUPS
from sctrain.questions import Columns
from sctrain.selection import Selection
from sctrain.store import orderings
from sctrain.store import setup as setups
from sctrain.store.orderings import Orders
from sctrain.store.queries import PROFILE
from sctrain.store.setup import Setup
from sctrain.views import Room

Mask = NDArray[np.bool_]
OF_ALL = "How many people moved something, or left it, is told of the whole room, not of those a filter leaves."


@dataclass(frozen=True, eq=False)
class Twice:
    """Who put the short list of an event in order twice.

    The cards of `room` hold for each option of the list the place before, and the place after. `answers` is the
    room of all answers of the event.
    """

    room: Room
    answers: Room
    labels: dict[str, str]

    @property
    def options(self) -> tuple[str, ...]:
        """The options that were put in order."""
        return self.room.cards.competencies


@dataclass(frozen=True, eq=False)
class Moved:
    """What moved: MOVED, MOVED_ORDER, and MOVED_GROUPS by the selection's comparison, and what may be said of them.

    `n` is how many people put the list in order twice; None where that is hidden.
    """

    n: int | None
    moved: pd.DataFrame
    order: pd.DataFrame
    groups: pd.DataFrame
    sentence: str
    order_sentence: str
    shares_sentence: str
    group_sentence: str


def one_event(room: Room, selection: Selection) -> Selection:
    """The selection of the room's first event: a short list belongs to one."""
    return replace(selection, events=(room.events[0].code,))


def read(engine: Engine, room: Room) -> Twice:
    """Who put the short list of the room's event in order twice, as it stood at the room's data version."""
    event = room.events[0].code
    with engine.connect() as connection:
        return twice_of(orderings.orders(connection, event, room.version), room)


def twice_of(given: Orders, room: Room) -> Twice:
    """The same, of orders that were read already."""
    twice = replace(room, cards=_cards(given, room.opened))
    return Twice(twice, room, _labels(room.catalogue, given.options))


def set_up(engine: Engine, room: Room) -> Setup:
    """The short list that is set up now, and the round that is open: neither has a data version."""
    with engine.connect() as connection:
        return setups.read(connection, room.events[0].code) or Setup()


def _labels(catalogue: Catalogue, options: tuple[str, ...]) -> dict[str, str]:
    """Label by option: competencies first, else an option of a list of the tables, else its code."""
    known: dict[str, str] = {}
    for topic in catalogue.topic:
        known |= catalogue.options_of(topic.code)
    known |= catalogue.labels
    return {option: known.get(option, option) for option in options}


def _cards(given: Orders, opened: Mapping[str, str]) -> Cards:
    twice, size = given.twice, len(given.options)
    places = [_places(twice[name], given.options) for name in orderings.ROUNDS]
    pairs = (places[0] * (size + 1) + places[1]).astype(np.uint16)
    pairs.setflags(write=False)
    profile = {name: _codes(twice[name], opened.get(name)) for name in PROFILE}
    return Cards(given.options, 1, max(size, 1), pairs, profile)


def _places(orders: pd.Series, options: tuple[str, ...]) -> NDArray[np.int64]:
    """[options, people] the place of each option in each person's order, 1 for the first."""
    found = [[order.index(option) + 1 for option in options] for order in (text.split(JOIN) for text in orders)]
    return np.array(found, np.int64).reshape(len(found), len(options)).T


def _codes(texts: pd.Series, instead: str | None) -> Codes:
    """A profile question's codes; who left it open is counted where the room of answers counts them."""
    code, names = pd.factorize(texts, sort=True)
    codes = Codes(tuple(map(str, names)), code.astype(np.int32))
    return codes.put("", instead) if instead and "" in codes.values else codes


def people(twice: Twice, selection: Selection) -> int | None:
    """How many of the selection put the list in order twice; None where the gate hides it."""
    if twice.answers.cards.n and views.people(twice.answers, selection) is None:
        return None
    return views.people(twice.room, selection)


def moved(twice: Twice, selection: Selection) -> Moved:
    """What moved among the people of the selection, and by group where it compares."""
    view, room = selection.people, twice.room
    if not twice.options:
        return Moved(0, MOVED.empty(), analysis.order(MOVED.empty()), MOVED_GROUPS.empty(), *[""] * 4)
    gate = _Gate(twice)
    counts = joint_counts(room.cards, where=room.where(view)).hide(gate.hidden(view)[None])
    frame = analysis.moved(counts, gate.hidden_kinds(view))
    order = analysis.order(frame)
    by = selection.by if selection.by in room.compared_by else None
    groups = MOVED_GROUPS.empty()
    if by:
        given = joint_counts(room.cards, room.groups(by), room.where(view)).hide(gate.hidden_groups(view, by))
        groups = analysis.by_group(given, counts, tuple(frame["option"]))
    labels = twice.labels
    return Moved(
        people(twice, view),
        frame,
        order,
        groups,
        analysis.sentence(frame, labels),
        analysis.order_sentence(order),
        OF_ALL if view.filters else analysis.shares_sentence(frame, labels),
        analysis.group_sentence(groups, labels, room.group_labels(by)) if by else "",
    )


class _Gate:
    """What of the numbers of one room is hidden."""

    def __init__(self, twice: Twice) -> None:
        self._twice, self._room, self._k = twice, twice.room, twice.room.threshold
        self._known: dict[Selection, Mask] = {}

    def hidden(self, view: Selection) -> Mask:
        """[options]: what is hidden of the people of a view, which compares nothing."""
        view = Selection(filters=view.filters)
        if view not in self._known:
            self._known[view] = self._hidden(view)
        return self._known[view]

    def _hidden(self, view: Selection) -> Mask:
        room, where = self._room, self._room.where(view)
        if people(self._twice, view) is None or len(room.cards.competencies) < 2:
            return np.ones(len(room.cards.competencies), bool)
        found = self._tells(where, self.kinds(view)) | self._places_tell(where)
        if view.filters:
            found |= self._tells(~where) | self._places_tell(~where) | self.hidden(Selection())
            for name, codes in view.filters:
                found |= self._groups_hide(name, codes)
        if found.sum() == 1:  # places add up: one hidden mean place would follow from the others
            found[np.where(found, room.cards.n + 1, self._fewest(where)).argmin()] = True
        return found

    def _groups_hide(self, name: str, codes: tuple[str, ...]) -> Mask:
        """[options]: what the groups that a filter chooses hide without it."""
        found = np.zeros(len(self._room.cards.competencies), bool)
        for by, comparison in self._room.catalogue.comparisons.items():
            members = self._room.members(by) if comparison.dimension == name else {}
            rows = [i for i, group in enumerate(members) if group in codes]
            if rows:
                found |= self.hidden_groups(Selection(), by)[rows].any(axis=0)
        return found

    def kinds(self, view: Selection) -> Mask:
        """[options, kinds]: which numbers of people who moved an option, or left it, are hidden in a view.

        With a filter all of them: those of the whole, of two roles and of the third, say, could be subtracted.
        """
        found = self._columns.hidden(self._room, Selection())[0].reshape(-1, len(analysis.KINDS))
        return np.asarray(found | bool(view.filters) | self._room.filling, bool)

    def hidden_kinds(self, view: Selection) -> Mask:
        """The same, and those of options that are hidden."""
        return self.kinds(view) | self.hidden(view)[:, None]

    @cached_property
    def _columns(self) -> Columns:
        """Who moved each option up, who left it, who moved it down: three columns of which each person is in one."""
        width = self._room.cards.width
        shift = np.sign(self._room.cards.pairs // width - (self._room.cards.pairs % width).astype(np.int64))
        held = np.stack([shift > 0, shift == 0, shift < 0], axis=1).reshape(3 * shift.shape[0], shift.shape[1])
        names = tuple(
            (f"{option}.{kind}", False) for option in self._room.cards.competencies for kind in analysis.KINDS
        )
        parts = tuple(tuple(range(i, i + 3)) for i in range(0, len(names), 3))
        return Columns(names, held, np.ones(self._room.cards.n, bool), parts)

    def hidden_groups(self, view: Selection, by: str) -> Mask:
        """[groups, options]: what is hidden of the groups of a comparison."""
        view, room = Selection(filters=view.filters), self._room
        where, groups = room.where(view), room.groups(by)
        each = [groups.holds(i) for i in range(len(groups.codes))]
        found = views.counts(room, replace(view, by=by)).hidden | self.hidden(view)
        if found.shape[0] != len(each):  # hidden as a whole: then the counts are of everyone
            return np.ones((len(each), found.shape[1]), bool)
        tells = np.array([self._group_tells(group, where) for group in each], bool).reshape(found.shape)
        if view.filters:
            found |= self.hidden_groups(Selection(), by)
        if room.places is not None and room.catalogue.comparisons[by].dimension in room.places.at:
            found |= tells.any(axis=0)  # what places tell of one another is known for whole places only
        found |= tells
        for option in range(found.shape[1]):
            for rows, inside in self._sums(by, where):
                self._cover(found[:, option], option, [each[row] & where for row in rows], rows, inside)
        return found

    def _group_tells(self, group: Mask, where: Mask) -> Mask:
        """[options]: whether the shift of a group, of the others, or of those of it whom a filter leaves out tells."""
        sides = (group & where, ~group & where, group & ~where)
        return np.any([self._tells(side) for side in sides], axis=0)

    def _sums(self, by: str, where: Mask) -> Iterator[tuple[list[int], Mask]]:
        """Groups whose sum is shown, and the people in it: those of each roll-up, and everyone."""
        groups = self._room.groups(by)
        for margin in self._room.split(by, where).margins:
            yield list(margin), where & np.any([groups.holds(i) for i in margin], axis=0)
        yield list(range(len(groups.codes))), where

    def _cover(self, hidden: Mask, option: int, each: list[Mask], rows: list[int], inside: Mask) -> None:
        """Hide more of these groups, the smallest first, while who is in no shown one would be told of."""
        while shown := [i for i, row in enumerate(rows) if not hidden[row] and each[i].any()]:
            outside = inside & ~np.any([each[i] for i in shown], axis=0)
            small = 0 < outside.sum() < self._k
            if not small and not self._tells(outside)[option]:
                return
            hidden[rows[min(shown, key=lambda i: int(each[i].sum()))]] = True

    def _steps(self, where: Mask) -> NDArray[np.int64]:
        return analysis.steps(np.asarray(self._pairs(where), np.int64))

    def _pairs(self, where: Mask) -> NDArray[np.int64]:
        """[options, before, after] how many of these people gave an option these places."""
        return np.asarray(joint_counts(self._room.cards, where=where).pairs[0], np.int64)

    def _fewest(self, where: Mask) -> NDArray[np.int64]:
        """[options] how many people did what fewest did with it."""
        return np.asarray(analysis.kinds_of(self._steps(where)).min(axis=1), np.int64)

    def _tells(self, where: Mask, kinds: Mask | None = None) -> Mask:
        """[options]: whether the mean shift of these people and its interval tell of few."""
        steps = self._steps(where)
        veils = [None] * len(steps) if kinds is None else kinds
        return np.array([analysis.tells_of_steps(row, self._k, veil) for row, veil in zip(steps, veils, strict=True)])

    def _places_tell(self, where: Mask) -> Mask:
        """[options]: whether their mean place before or after does."""
        pairs = self._pairs(where)
        rounds = zip(pairs.sum(axis=2), pairs.sum(axis=1), strict=True)
        return np.array([any(analysis.tells_of_places(row, self._k) for row in rows) for rows in rounds])


def labelled(twice: Twice, frame: pd.DataFrame, by: str | None = None) -> pd.DataFrame:
    """The same frame with the label of each option, and of each group of a comparison."""
    found = frame.copy()
    names = {"option": twice.labels, "group": twice.room.group_labels(by) if by else {}}
    for name, labels in names.items():
        if name in found:
            found.insert(list(found).index(name) + 1, f"{name}_label", found[name].map(labels))
    return found
