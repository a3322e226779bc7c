"""The people as numbers, and the rules they bring, checked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from sctrain.cards import JOIN
from sctrain.errors import SelectionError
from sctrain.seating.values import Mixed, Registrant, SeatingRefused

PEOPLE, TABLES, ROUNDS = (4, 400), (2, 50), (1, 4)
"""Fewest and most of each that can be seated."""
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Room:
    """What a seating is judged by: m choices, of `person[j]` for `option[j]`, and the rules.

    `attribute` [options] and `ideal` [options, tables] belong to options, `choices` [attributes] counts, `unit` [n]
    numbers who sits together, `apart` [groups, units] marks units that are kept apart.
    """

    sizes: Ints
    person: Ints
    option: Ints
    attribute: Ints
    ideal: Floats
    choices: Ints
    unit: Ints
    apart: NDArray[np.bool_]

    @property
    def n(self) -> int:
        """How many people."""
        return len(self.unit)

    @property
    def worth(self) -> Floats:
        """[options]: what one surplus person costs; more than 1 where fewer than all have said."""
        return self.n / self.choices[self.attribute]


def check_numbers(people: int, tables: int, rounds: int) -> None:
    """SelectionError if these cannot be seated, whoever they are."""
    given = (("people", people, PEOPLE), ("tables", tables, TABLES), ("rounds", rounds, ROUNDS))
    for what, number, (low, high) in given:
        if not low <= number <= high:
            raise SelectionError(f"number of {what}", str(number), [f"{low} to {high}"])
    if people < 2 * tables:
        raise SelectionError("number of tables", str(tables), [f"2 to {people // 2}, so that nobody sits alone"])


def check_rules(people: Sequence[Registrant], tables: int) -> None:
    """SeatingRefused if what is to be together and apart contradicts itself or the tables."""
    largest = ceil(len(people) / tables)
    faults = [
        f"{_rows(people, group)} are kept together ({text!r}), and a table has {largest} seats at most"
        for text, group in _groups(people, "together").items()
        if len(group) > largest
    ]
    for text, group in _groups(people, "apart").items():
        if len(group) > tables:
            faults.append(f"{_rows(people, group)} are kept apart ({text!r}), and there are {tables} tables")
        for both, same in _groups([people[i] for i in group], "together").items():
            if len(same) > 1:
                rows = _rows(people, [group[i] for i in same])
                faults.append(f"{rows} are kept together ({both!r}) and apart ({text!r})")
    if faults:
        raise SeatingRefused("\n  ".join(["these people cannot be seated as asked:", *faults]))


def _groups(people: Sequence[Registrant], rule: str) -> dict[str, list[int]]:
    """Places of the people by the text they have in common, in the order they come."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for place, person in enumerate(people):
        if text := getattr(person, rule):
            found[text].append(place)
    return dict(found)


def _rows(people: Sequence[Registrant], places: Iterable[int]) -> str:
    numbers = [str(people[place].row or place + 1) for place in places]
    return f"rows {', '.join(numbers[:-1])} and {numbers[-1]}"


def room_of(people: Sequence[Registrant], tables: int) -> tuple[tuple[Mixed, ...], Room]:
    """The attributes, and the room with those of them that can be mixed, in the same order."""
    n = len(people)
    sizes = np.array([n // tables + (t < n % tables) for t in range(tables)])
    held = {code: _holders(people, code) for code in dict.fromkeys(code for p in people for code in p.profile)}
    attributes = tuple(
        Mixed(code, len(set().union(*holders.values())), len(holders), why=_why_not(holders))
        for code, holders in held.items()
    )
    can = [held[mixed.code] for mixed in attributes if not mixed.why]
    options = [places for holders in can for places in holders.values()]
    counts, unit = np.array([*map(len, options)], int), _units(people)
    return attributes, Room(
        sizes=sizes,
        person=np.array([place for places in options for place in places], int),
        option=np.repeat(np.arange(len(options)), counts),
        attribute=np.repeat(np.arange(len(can)), [*map(len, can)]),
        ideal=counts[:, None] * sizes / n,
        choices=np.array([sum(map(len, holders.values())) for holders in can], int),
        unit=unit,
        apart=_apart(people, unit),
    )


def _holders(people: Sequence[Registrant], code: str) -> dict[str, list[int]]:
    """Places of the people by the option they chose, in the order they come."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for place, person in enumerate(people):
        for option in sorted(filter(None, person.profile.get(code, "").split(JOIN))):
            found[option].append(place)
    return dict(found)


def _why_not(holders: Mapping[str, Sequence[int]]) -> str:
    """Why an attribute makes no difference to any seating; `` if it does."""
    if not holders:
        return "nobody said it"
    if len(holders) == 1:
        return "all who said it chose the same option"
    return "" if max(map(len, holders.values())) > 1 else "no two people chose the same option"


def _units(people: Sequence[Registrant]) -> Ints:
    return np.unique([p.together or f"\0{i}" for i, p in enumerate(people)], return_inverse=True)[1].astype(int)


def _apart(people: Sequence[Registrant], unit: Ints) -> NDArray[np.bool_]:
    groups = [group for group in _groups(people, "apart").values() if len(group) > 1]
    marks = np.zeros((len(groups), unit.max() + 1), bool)
    for mark, group in zip(marks, groups, strict=True):
        mark[unit[group]] = True
    return marks
