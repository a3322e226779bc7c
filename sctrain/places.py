"""Countries, their regions and the partners there: numbers that are shown side by side, so hidden together.

A *cell* is the people of one country, one region and one partner: what a reader gets who adds and subtracts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sctrain import privacy
from sctrain.analysis.counts import Groups, groups_by, joint_counts
from sctrain.analysis.tells import telling
from sctrain.cards import Cards, Codes, compact, tally
from sctrain.differencing import cells
from sctrain.privacy import Numbers

PLACES = ("country", "region", "cluster")
NOWHERE = "nowhere"
Members = Mapping[str, tuple[str, ...]]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Places:
    """The groups of each dimension as one, `at` their places among them; last, who of a country is in no region.

    `inside` has the cells of each country, `rows` the regions with people there and whoever is in none.
    """

    groups: Groups
    at: dict[str, slice]
    inside: tuple[Mask, ...]
    rows: tuple[tuple[int, ...], ...]

    def hide(self, people: Numbers, threshold: int, also: Mask) -> Mask:
        """[groups]: those to hide, so that neither the total nor other groups tell too few people by subtraction.

        `people` are those of each cell; `also` is hidden in any case.
        """
        hidden, n = self._hide(people, threshold, also), self.groups.member @ people
        while len(found := self._telling(people, threshold, hidden)):
            # Partners go before regions, and these before countries: most is read by country.
            hidden[min(found, key=lambda group: (-self._level(group), n[group]))] = True
            hidden = self._hide(people, threshold, hidden)
        return hidden

    def _level(self, group: int) -> int:
        return next(PLACES.index(name) for name, place in self.at.items() if place.start <= group < place.stop)

    @property
    def _real(self) -> Mask:
        """Which groups are shown at all: nobody sees who is in no region."""
        return np.arange(len(self.groups.codes)) < max(place.stop for place in self.at.values())

    def _hide(self, people: Numbers, threshold: int, also: Mask) -> Mask:
        member, hidden = self.groups.member, also.copy()
        while True:
            before = hidden.copy()
            for inside, rows in zip(self.inside, self.rows, strict=True):
                within = member[list(rows)][:, inside]
                hidden[list(rows)] |= privacy.hide_groups(people[inside], within, threshold, hidden[list(rows)])
            hidden |= privacy.hide_groups(people, member, threshold, hidden)
            if (hidden == before).all():
                return hidden

    def _telling(self, people: Numbers, threshold: int, hidden: Mask) -> NDArray[np.intp]:
        """Which shown groups tell of a cell of too few people, by themselves and with the total."""
        shown = np.flatnonzero(self._real & ~hidden & (self.groups.member @ people > 0))
        known = np.vstack([np.ones(len(people)), self.groups.member[shown]])
        return shown[telling(known, people, threshold)[1:]]

    @property
    def cells(self) -> Groups:
        """Each cell as a group of its own."""
        size = self.groups.member.shape[1]
        return Groups(tuple(map(str, range(size))), self.groups.value, np.eye(size, dtype=bool))

    def also(self, masks: Mapping[str, Mask]) -> Mask:
        """One mask over all groups from one for each dimension; who is in no region is in none of them."""
        shape = next(iter(masks.values())).shape[1:]
        whole = np.zeros((len(self.groups.codes), *shape), bool)
        for name, place in self.at.items():
            whole[place] = masks[name]
        return whole


def places(profile: Mapping[str, Codes], members: Mapping[str, Members]) -> Places | None:
    """The groups that `members` names of each dimension; None where fewer than two dimensions have any."""
    names = [name for name in PLACES if members.get(name)]
    if len(names) < 2:
        return None
    codes = [profile[name].code for name in names]
    some, value = cells(codes, len(codes[0]))
    at_each = {name: code[some] for name, code in zip(names, codes, strict=True)}
    held = {name: groups_by(profile[name], members[name]).member[:, at] for name, at in at_each.items()}
    none = np.zeros((0, len(some)), bool)
    countries, regions = held.get("country", none), held.get("region", none)
    ends = np.cumsum([0, *(len(member) for member in held.values())])
    at = {name: slice(start, stop) for name, start, stop in zip(names, ends, ends[1:], strict=False)}
    named = [f"{name}.{code}" for name in names for code in members[name]]
    named += [f"{NOWHERE}.{i}" for i in range(len(countries))]
    member = np.vstack([*held.values(), countries & ~regions.any(axis=0)])
    first = at["region"].start if "region" in at else 0
    rows = tuple((*(first + np.flatnonzero((regions & c).any(axis=1))), ends[-1] + i) for i, c in enumerate(countries))
    return Places(Groups(tuple(named), compact(value, len(some)), member), at, tuple(countries), rows)


def hidden(of: Places, by: str, cards: Cards, where: Mask | None, threshold: int, also: Mapping[str, Mask]) -> Mask:
    """[groups of `by`, competencies]: what to hide of the people `where`; `also` hides more, by dimension."""
    whole, counted = joint_counts(cards, of.groups), joint_counts(cards, of.groups, where)
    each = joint_counts(cards, of.cells, where)
    veil = privacy.gate(counted, threshold, whole).hidden | of.also(also)
    found = np.column_stack([of.hide(each.n[:, c], threshold, column) for c, column in enumerate(veil.T)])
    found |= of.hide(each.people, threshold, np.asarray(veil.all(axis=1)))[:, None]
    return found[of.at[by]]


def hidden_people(
    of: Places, by: str, where: Mask, threshold: int, also: Mapping[str, Mask], weight: Numbers | None = None
) -> Mask:
    """[groups of `by`]: the same for how many people there are; each place stands for its weight of them, or one."""
    heavy = None if weight is None else weight[where]
    people = tally(of.groups.value[where], of.groups.member.shape[1], heavy)
    return of.hide(people, threshold, of.also({name: mask[:, None] for name, mask in also.items()})[:, 0])[of.at[by]]
