"""What is seated, and the plan that comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from sctrain.errors import SctrainError


class SeatingRefused(SctrainError):
    """People who cannot be seated as asked: says why, and the rows of the people it is about."""


@dataclass(frozen=True)
class Registrant:
    """One registered person. `profile` has option codes, joined by `+`, by dimension; `` or absent is not said.

    People with the same `together` share a table in every round, people with the same `apart` never share one.
    `row` is where the person stands in the file, 0 if in none.
    """

    name: str
    profile: Mapping[str, str] = field(default_factory=dict)
    together: str = ""
    apart: str = ""
    row: int = 0


@dataclass(frozen=True)
class Mixed:
    """How one attribute, or all (`overall`), is mixed: fractions of people who would have to change seats.

    `known` people chose one of `options`. `bound` is the least that whole people allow, `random_mean` and
    `random_best` are of DRAWS random seatings. Where `why` says that it cannot be mixed, these are nan.
    """

    code: str
    known: int
    options: int
    score: float = np.nan
    bound: float = np.nan
    random_mean: float = np.nan
    random_best: float = np.nan
    why: str = ""


@dataclass(frozen=True)
class Meetings:
    """Pairs who share a table more than once, without those who are kept together; no plan has fewer than `bound`."""

    repeated: int
    bound: int
    random_mean: float
    random_best: int


@dataclass(frozen=True)
class Solved:
    """How HiGHS left a round: its `cost`, a lower bound of it, and `how` it ended.

    `proved`: no seating of this round costs less. `settled`: no two tables can be seated better, as far
    as the solver looked. `time`: the time
    was up, so the same seed may give another plan on another machine.
    """

    cost: float
    bound: float
    how: str

    @property
    def gap(self) -> float:
        """The fraction of the cost that a better seating might save at most."""
        return 0.0 if self.how == "proved" else 1 - self.bound / self.cost


@dataclass(frozen=True)
class Plan:
    """A seating: `tables[r][i]` is the table, from 1, of person i in round r + 1; `sizes` are seats by table.

    `share_better` is the fraction of random seatings that mix better.
    """

    people: tuple[Registrant, ...]
    sizes: tuple[int, ...]
    tables: tuple[tuple[int, ...], ...]
    attributes: tuple[Mixed, ...]
    overall: Mixed
    share_better: float
    meetings: Meetings
    solved: tuple[Solved, ...]
    seed: int

    def seated(self, round_: int, table: int) -> tuple[Registrant, ...]:
        """Who sits at a table in a round, both from 1, by name."""
        here = (p for p, t in zip(self.people, self.tables[round_ - 1], strict=True) if t == table)
        return tuple(sorted(here, key=lambda person: person.name.casefold()))
