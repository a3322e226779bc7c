"""What people reply to the session's questions.

Most want about three months, part time and mainly online. That shuts towns out: nobody there can
spare more than a week. A *share* is what part of a group chooses an option.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from sctrain.cards import JOIN, Codes
from sctrain.catalogue import Catalogue, Question
from sctrain.demo.people import Bools, People, quota
from sctrain.replies import write_all

ONE = {
    "training_needed": {"": {"everyone": 12, "some": 5, "other_help": 2, "unsure": 1}},
    "how_long": {
        "elected": {"day": 2, "week": 1},
        "town": {"day": 1, "week": 3},
        "s": {"week": 5, "month": 6, "three_months": 5},
        "m": {"month": 3, "three_months": 12},
        "large": {"three_months": 10, "six_months": 6},
        "": {"three_months": 1},
    },
    "mainly_elearning": {
        "town": {"yes": 1},
        "large": {"yes": 10, "half": 5, "no": 1},
        "": {"yes": 14, "half": 4, "no": 1, "unsure": 1},
    },
    "mixing_benefit": {"": {"none": 1, "little": 2, "some": 4, "much": 7, "great": 6}},
}
"""Of a question with one answer, by group: people by option. Who is in several groups is of the first."""
MANY = {
    "training_for": {
        "programme_manager": {"": 0.85},
        "head_of_department": {"": 0.65},
        "elected": {"elected": 1.0, "": 0.45},
        "municipal_officer": {"municipal_officer": 0.8, "": 0.45},
        "municipal_company": {"": 0.2},
        "cluster_organisation": {"": 0.2},
        "solution_provider": {"": 0.15},
        "academic": {"": 0.1},
        "citizen": {"": 0.15},
    },
    "main_challenges": {
        "silos": {"large": 0.64, "": 0.35},
        "risk_aversion": {"": 0.4},
        "lost_knowledge": {"": 0.25},
        "scattered_data": {"data": 0.65, "": 0.25},
        "missing_leadership": {"people": 0.65, "": 0.25},
        "closed_learning": {"": 0.15},
        "scarce_people": {"small_medium": 0.77, "": 0.38},
        "uncertain_investment": {"": 0.3},
        "privacy": {"": 0.2},
        "unclear_models": {"money": 0.6, "": 0.25},
        "procurement": {"money": 0.65, "": 0.25},
    },
    "mixing_kinds": {
        "cultures": {"": 0.45},
        "schools": {"": 0.2},
        "domains": {"": 0.7},
        "sectors": {"": 0.5},
        "none": {"": 0.0},
    },
}
"""Of a question with several answers, by option: the share of each group that ticks it."""
NO_BENEFIT, NO_MIX = ("none", "little"), "none"
"""Who sees so little benefit in mixing wants no mix."""
USUAL_SHARE = 0.3
PASSED_OVER = 0.04

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


def replies(catalogue: Catalogue, people: People, there: Bools, differ: bool, rng: np.random.Generator) -> list[str]:
    """The text of each person's replies; who was not `there` to the end has none.

    Where nobody is to differ, all choose with the shares of the whole room.
    """
    drawn = _without_mix({q.code: _draw(q, people, differ, rng) for q in catalogue.question if q.option})
    said = {code: _passed_over(codes, there, rng) for code, codes in drawn.items()}
    return write_all(people.n, said)


def _draw(question: Question, people: People, differ: bool, rng: np.random.Generator) -> Codes:
    options = [o.code for o in question.option]
    if question.kind == "multiple":
        shares = MANY.get(question.code, {})
        ticked = [_ticked(shares.get(o, {"": USUAL_SHARE}), people, differ, rng) for o in options]
        return _joined(options, np.array(ticked))
    given = ONE.get(question.code, {})
    group = _groups(given, people)
    weights = np.array([[g.get(o, 0.0) for o in options] for g in (*given.values(), {})])
    weights[weights.sum(axis=1) == 0] = 1  # a question or options that only another catalogue has
    parts = weights / weights.sum(axis=1, keepdims=True)
    if not differ:
        parts, group = _alike(parts, group)
    return Codes(tuple(options), _chosen(parts, group, rng))


def _groups(named: Mapping[str, object], people: People) -> NDArray[np.intp]:
    """[n] the place of the first of these groups that a person is of; one more for none."""
    return np.argmax([*map(people.are, named), people.are("")], axis=0)


def _alike(shares: Floats, group: NDArray[np.intp]) -> tuple[Floats, NDArray[np.intp]]:
    """The shares of the whole room, for one group of all."""
    return np.bincount(group, minlength=len(shares))[None] @ shares / group.size, np.zeros_like(group)


def _chosen(shares: Floats, group: NDArray[np.intp], rng: np.random.Generator) -> Ints:
    """[n] one option each; every group has its shares as exactly as its size allows."""
    noise, chosen = rng.random(group.size), np.zeros(group.size, np.int32)
    for g in np.unique(group):
        chosen[group == g] = quota(shares[g], noise[group == g])
    return chosen


def _ticked(shares: Mapping[str, float], people: People, differ: bool, rng: np.random.Generator) -> Ints:
    """[n] 1 where the option is ticked."""
    ticked = np.array([*shares.values(), 0.0])
    both, group = np.column_stack([1 - ticked, ticked]), _groups(shares, people)
    if not differ:
        both, group = _alike(both, group)
    return _chosen(both, group, rng)


def _joined(options: list[str], ticked: Ints) -> Codes:
    """Replies of several options from [options, n] ticks."""
    bits, code = np.unique((1 << np.arange(len(options))) @ ticked, return_inverse=True)
    sets = (JOIN.join(o for i, o in enumerate(options) if int(b) >> i & 1) for b in bits)
    return Codes(tuple(sets), code.astype(np.int32))


def _without_mix(drawn: dict[str, Codes]) -> dict[str, Codes]:
    """The same, but that those who see no benefit in mixing want no mix."""
    if not {"mixing_benefit", "mixing_kinds"} <= set(drawn):
        return drawn
    kinds, unwilling = drawn["mixing_kinds"], drawn["mixing_benefit"].holds(NO_BENEFIT)
    code = np.where(unwilling, len(kinds.values), kinds.code)
    return drawn | {"mixing_kinds": Codes((*kinds.values, NO_MIX), code)}


def _passed_over(codes: Codes, there: Bools, rng: np.random.Generator) -> Codes:
    silent = ~there | (rng.random(there.size) < PASSED_OVER)
    return Codes((*codes.values, ""), np.where(silent, len(codes.values), codes.code))
