"""Who sits at which table in each round, mixed by what registered people say of themselves.

An *attribute* is a profile dimension; a *unit* is people who stay together, else one person. Of n people N_o chose
option o of an attribute. A table of s people holds its *ideal share* of o if it seats N_o s / n of them. An attribute
is out of place by

    score = sum over tables and options of |seated - ideal share| / 2  /  choices made,

the fraction of its people who would have to change seats for a perfect mix: 0 is as mixed as can be, and a whole number
of people at each table allows no less than `bound`. (It is the index of dissimilarity of Duncan & Duncan 1955 for
tables instead of tracts.) Who did not say is not mixed by. The score of a plan is the mean over attributes and rounds.

Rounds are solved one after another by HiGHS (Huangfu & Hall 2018, in scipy). The *cost* of a round is the number of
people out of place, summed over attributes, plus AGAIN for each pair of units that has met before: a repeated meeting
weighs as much as both out of place by one attribute. A small room is one integer programme. A larger one starts from
any seating that keeps the rules, and HiGHS seats two tables at a time anew, all others fixed, until no two tables can
be bettered (fix-and-optimize, Helber & Sahling 2010); docs/seating.md has what one programme reaches in that time.

No name is needed here or leaves here but in the plan; nothing is stored.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from math import ceil

import numpy as np
import pandas as pd

from sctrain.errors import SelectionError
from sctrain.seating.judge import judged, meetings
from sctrain.seating.room import PEOPLE, ROUNDS, TABLES, Ints, check_numbers, check_rules, room_of
from sctrain.seating.solver import one_round
from sctrain.seating.values import Meetings, Mixed, Plan, Registrant, SeatingRefused, Solved

__all__ = ["DRAWS", "PEOPLE", "ROUNDS", "TABLES", "Meetings", "Mixed", "Plan", "Registrant", "SeatingRefused", "Solved"]
__all__ += ["seat", "sentences", "table", "tables_for"]

DRAWS = 1000
"""Random seatings a plan is compared with."""


def seat(people: Sequence[Registrant], tables: int, rounds: int = 3, seed: int = 1, seconds: float = 20.0) -> Plan:
    """A plan for people at tables whose sizes differ by at most one; each round takes `seconds` at most.

    The same people and seed give the same plan unless a round ended by `time`. Raises SelectionError for numbers out of
    PEOPLE, TABLES, ROUNDS, SeatingRefused if the rules contradict each other or no seating was found.
    """
    people = tuple(people)
    check_numbers(len(people), tables, rounds)
    check_rules(people, tables)
    attributes, room = room_of(people, tables)
    rng = np.random.default_rng(seed)
    seatings: list[Ints] = []
    solved = []
    for _ in range(rounds):
        tables_of, told = one_round(room, seatings, rng, time.monotonic() + seconds)
        seatings.append(tables_of)
        solved.append(told)
    draws = rng.permuted(np.tile(seatings[0], (DRAWS, rounds, 1)), axis=2)
    mixed, overall, better = judged(room, attributes, seatings, draws)
    numbers = tuple(tuple((tables_of + 1).tolist()) for tables_of in seatings)
    sizes = tuple(room.sizes.tolist())
    met = meetings(room, seatings, draws)
    return Plan(people, sizes, numbers, mixed, overall, better, met, tuple(solved), seed)


def tables_for(people: int, seats: int) -> int:
    """How many tables of so many seats the people need; SelectionError if a table has fewer than 2 seats."""
    if seats < 2:
        raise SelectionError("number of seats at a table", str(seats), ["2 or more"])
    return ceil(people / seats)


def table(plan: Plan) -> pd.DataFrame:
    """The attributes and the overall mix of a plan, one row each, with the columns of Mixed."""
    return pd.DataFrame([vars(mixed) for mixed in (*plan.attributes, plan.overall)])


def sentences(plan: Plan) -> tuple[str, ...]:
    """What can be said of a plan: its mix, its repeated meetings, and how sure it is that there is no better one."""
    return (*_mix_sentences(plan), *_meeting_sentences(plan), *map(_end, plan.solved, range(1, len(plan.solved) + 1)))


def _end(solved: Solved, number: int) -> str:
    saved = f"at most {solved.gap:.1%} of the cost could be saved"
    ends = {
        "proved": "no seating of this round is better; the solver has proved it",
        "settled": f"no two tables were found that could be seated better; {saved}",
        "time": f"the time was up; {saved}; the same seed may give another plan",
    }
    return f"Round {number}: {ends[solved.how]}."


def _mix_sentences(plan: Plan) -> Iterator[str]:
    whole = plan.overall
    if whole.why:
        yield f"There is nothing to mix by: {whole.why}."
    else:
        yield (
            f"For a perfect mix {whole.score:.1%} of people would have to change seats, on average over attributes and "
            f"rounds; whole people allow no less than {whole.bound:.1%}. Random seatings: {whole.random_mean:.1%} on "
            f"average, {whole.random_best:.1%} the best of {DRAWS}; {plan.share_better:.1%} of them mix better."
        )
    for mixed in plan.attributes:
        if mixed.why:
            yield f"{mixed.code} cannot be mixed: {mixed.why}."


def _meeting_sentences(plan: Plan) -> Iterator[str]:
    met = plan.meetings
    if len(plan.tables) > 1:
        yield (
            f"{met.repeated} pairs meet more than once; random seatings: {met.random_mean:.1f} on average, "
            f"{met.random_best} at least; no plan can have fewer than {met.bound}."
        )
