"""What is said of a programme holds of its numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sctrain.analysis.programme import Offer, Rules, modules
from sctrain.analysis.programme_choice import Problem, choose
from sctrain.analysis.programme_clash import Bound
from sctrain.analysis.programme_curve import covering, falls, problem_of
from sctrain.analysis.programme_robust import Robust, with_rooms
from sctrain.analysis.programme_words import falls_sentence, notes, sentence, why
from sctrain.frames import FALLS
from tests.analysis.made_programme import offer
from tests.analysis.test_programme import KNOWN
from tests.analysis.test_programme import voices as three

LABELS = {m.code: m.label for m in KNOWN.modules} | {"m0": "Zero", "m1": "One", "m2": "Two"}
GROUPS = {"small": "Small cities", "large": "Large cities"}
CODES = ("both", "figures", "rules")


def drafted(hours=8, said=None, shares=None, without=0, covered=(0.4, 0.7)):
    said, made = said or three(), Offer.of(KNOWN)
    problem = problem_of(made, said, Rules(hours=hours, floor=0))
    found = choose(problem)
    frame, curve = modules(made, KNOWN, said, problem.rules, found.chosen[0]), covering(problem, [hours], found)
    if shares is None:
        return sentence(curve, frame, LABELS)
    rooms = Robust(CODES, np.array(shares), 1000 - without, without, covered)
    return sentence(curve, with_rooms(frame, rooms), LABELS, rooms)


def test_the_finding_says_hours_need_and_modules():
    assert drafted(3) == "Within 3 hours the programme covers 55\u202f% of the need: 1 module of 2.5 hours together."
    assert drafted(8) == "Within 8 hours the programme covers 100\u202f% of the need: 2 modules of 7 hours together."


def test_with_redrawn_rooms_the_finding_says_how_sure_it_is():
    told = drafted(3, shares=[0.6, 0.3, 0.99], covered=(0.4, 0.7))
    assert told == (
        "Within 3 hours the programme covers 55\u202f% of the need (40–70\u202f% over 1\u202f000 redrawn rooms): 1 "
        "module of 2.5 hours together. “Figures” is contested; “Rules” and “Both” are not chosen here, though in "
        "most rooms."
    )


def test_modules_that_nearly_every_room_chooses_are_named_and_colliding_rooms_counted():
    told = drafted(8, shares=[1, 0, 0.97], without=12)
    assert told.endswith(
        "“Both” and “Rules” are in nearly every room’s programme. In 12 rooms no programme keeps the bounds."
    )
    assert drafted(8, shares=[0.7, 0, 0.7]).endswith(
        "No module is in nearly every room’s programme, and none of it is contested."
    )
    assert drafted(8, shares=[np.nan] * 3, without=1000).endswith(
        "In no redrawn room does a programme keep the bounds."
    )


def test_the_interval_holds_the_share_itself():
    assert "(55–60\u202f% over" in drafted(3, shares=[0, 1, 0], covered=(0.58, 0.6))
    assert "(50–55\u202f% over" in drafted(3, shares=[0, 1, 0], covered=(0.5, 0.51))


def test_nothing_needed_and_nothing_possible_are_said():
    silent = three(need=np.full(3, np.nan), points=np.full(3, np.nan))
    assert drafted(8, silent) == ("Within 8 hours nothing can be weighed: neither survey nor tables name a need.")
    assert drafted(1) == "Within 1 hour no module can be given."


PROBLEM = Problem(
    offer((4, 4, 2), [[0], [1], [2]]),
    Rules(hours=8, floor=0),
    np.array([6, 3, 1]),
    np.array([[5, 0, 5], [0, 10, 0]]),
    ("small", "large"),
)


@pytest.mark.parametrize(
    ("to", "told"),
    [
        (
            6,
            "With 6 hours instead of 8 hours, “One” falls off and “Two” comes in: 20\u202f% of the need is no longer "
            "covered; it hurts “Large cities” most (100\u202f% of its need).",
        ),
        (
            10,
            "With 10 hours instead of 8 hours, “Two” comes in: 10\u202f% more of the need is covered; "
            "it helps “Small cities” most (50\u202f% of its need).",
        ),
        (9, "With 9 hours instead of 8 hours the programme stays the same."),
    ],
)
def test_what_falls_off_is_said_with_the_group_that_it_hurts_most(to, told):
    assert falls_sentence(falls(PROBLEM, to), LABELS, GROUPS) == told


def test_nobody_is_named_where_all_groups_lose_the_same():
    same = replace(PROBLEM, groups=np.array([[6, 3, 1], [6, 3, 1]]))
    assert falls_sentence(falls(same, 6), LABELS, GROUPS).endswith(
        "comes in: 20\u202f% of the need is no longer covered."
    )


def test_without_two_programmes_there_is_nothing_to_compare():
    assert falls_sentence(FALLS.empty(), LABELS, GROUPS) == (
        "There is no programme to compare within one of the two budgets."
    )


def test_colliding_bounds_are_said_with_their_numbers():
    bounds = (
        Bound("hours", number=12),
        Bound("locked", "m0", number=8),
        Bound("left", "m1"),
        Bound("requires", "m0", "m1"),
        Bound("floor", "small", number=0.455),
        Bound("balance", "technology", number=0.4),
    )
    assert why(bounds, LABELS, GROUPS) == (
        "No programme keeps these bounds together: at most 12 hours; “Zero” is locked in (8 hours); “One” is left out; "
        "“Zero” needs “One” before it; at least 46\u202f% of the need of “Small cities”; at least 40\u202f% of the "
        "hours on technology. Without any one of them there would be one."
    )
    assert why(bounds[:2], LABELS, GROUPS).endswith("Without either there would be one.")
    assert why((Bound("locked", "m0", number=8),), LABELS, GROUPS) == (
        "No programme is possible: “Zero” is locked in (8 hours)."
    )
    assert why((), LABELS, GROUPS) == ""


def test_notes_say_who_is_not_heard():
    assert notes(True, True, (), 0, GROUPS) == ()
    assert notes(False, False, ("small",), 1, GROUPS) == (
        "The survey’s needs may not be shown, or there are none: only the tables speak.",
        "No table has ranked a competency: only the survey speaks.",
        "“Small cities” has no floor, as too few people’s needs may be shown.",
        "1 competency has no priority, as neither voice may be heard there.",
    )
    assert "“Small cities” and “Large cities” have no floor" in notes(True, True, ("small", "large"), 2, GROUPS)[0]
    assert notes(True, True, (), 2, GROUPS)[0].startswith("2 competencies have no priority")
