"""How much each competency counts, and the modules as arrays."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sctrain.analysis.programme import (
    UNITS,
    Offer,
    Rules,
    Voices,
    alone,
    modules,
    ordered,
    priorities,
    priority,
    scaled,
    units,
)
from sctrain.catalogue import Catalogue, read_catalogue
from tests.analysis.made_programme import offer

NAN = np.nan
KNOWN = Catalogue.model_validate(
    {
        "catalogue": {"code": "made", "title": "Made"},
        "competency": [
            {"code": "maps", "label": "Maps", "discipline": "planning", "aspect": "human", "practices": ["vision"]},
            {"code": "data", "label": "Data", "discipline": "ict", "aspect": "technology"},
            {"code": "law", "label": "Law", "aspect": "technology"},
        ],
        "dimension": [
            {
                "code": "discipline",
                "label": "Discipline",
                "option": [{"code": "planning", "label": "Planning"}, {"code": "ict", "label": "ICT"}],
            }
        ],
        "practice": [{"code": "vision", "label": "Vision"}],
        "module": [
            {"code": "both", "label": "Both", "hours": 4, "competencies": ["maps", "data"], "requires": ["rules"]},
            {"code": "figures", "label": "Figures", "hours": 2.5, "competencies": ["data"]},
            {"code": "rules", "label": "Rules", "hours": 3, "competencies": ["law"]},
        ],
    }
)


@pytest.mark.parametrize(
    ("need", "points", "weight", "expected"),
    [
        ([4, 2, -1], [0.2, 0.8, 0], 0.5, [0.625, 0.75, 0]),  # (4/4 + .2/.8) / 2, (2/4 + 1) / 2
        ([4, 2, -1], [0.2, 0.8, 0], 1, [1, 0.5, 0]),
        ([4, 2, -1], [0.2, 0.8, 0], 0, [0.25, 1, 0]),
        ([4, NAN, -1], [0.2, 0.8, 0.4], 0.5, [0.625, 1, 0.25]),  # the tables' word stands for the second
        ([4, NAN, -1], [0.2, 0.8, 0.4], 1, [1, NAN, 0]),  # unless they have no weight
        ([4, 2, 1], [NAN] * 3, 0.25, [1, 0.5, 0.25]),  # no table spoke: the survey alone
        ([4, 2, 1], [NAN] * 3, 0, [1, 0.5, 0.25]),
        ([NAN] * 3, [0.2, 0.8, 0.4], 1, [0.25, 1, 0.5]),
        ([NAN] * 3, [NAN] * 3, 0.5, [NAN] * 3),
        ([-2, -1, 0], [NAN] * 3, 0.5, [0, 0, 0]),  # nobody needs anything
    ],
)
def test_a_priority_joins_both_voices_and_a_missing_one_leaves_the_other(need, points, weight, expected):
    assert priority(np.array(need, float), np.array(points, float), weight) == pytest.approx(expected, nan_ok=True)


def test_priorities_of_many_rooms_are_those_of_each():
    rng = np.random.default_rng(3)
    need, points = rng.normal(1, 1, (5, 4)), rng.random((5, 4))
    need[2], points[3], need[1, 0] = NAN, NAN, NAN
    together = priority(need, points, 0.3)
    for room in range(5):
        assert together[room] == pytest.approx(priority(need[room], points[room], 0.3), nan_ok=True)


def test_what_is_needed_most_is_one_and_what_is_not_needed_nothing():
    assert scaled(np.array([[4, 2, -1, NAN], [-1, -2, 0, 0]])) == pytest.approx(
        np.array([[1, 0.5, 0, NAN], [0, 0, 0, 0]]), nan_ok=True
    )


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.lists(st.floats(0, 1) | st.just(NAN), min_size=1, max_size=30))
def test_units_are_whole_and_sum_up_to_all_but_rounding(given_):
    found = units(np.array(given_))
    total = np.nansum(given_)
    assert found.dtype == np.int64
    assert abs(int(found.sum()) - UNITS * (total > 0)) <= len(given_) / 2
    if total > 0:
        assert found / UNITS == pytest.approx(np.nan_to_num(given_) / total, abs=1e-5)


def test_an_offer_has_a_catalogues_modules_in_half_hours():
    made = Offer.of(KNOWN)
    assert made.codes == ("both", "figures", "rules")
    assert made.hours.tolist() == [8, 5, 6]
    assert (made.total, made.step) == (19, 1)
    assert made.covers.tolist() == [[True, True, False], [False, True, False], [False, False, True]]
    assert made.requires.tolist() == [[False, False, True], [False] * 3, [False] * 3]
    assert made.aspects.tolist() == [[0.5, 1, 1], [0.5, 0, 0]]
    assert made.covered(np.array([True, True, False])).tolist() == [True, True, False]
    assert Offer.of(read_catalogue()).step == 4  # every shipped module takes an even number of hours


@pytest.mark.parametrize(
    ("percent", "chosen", "enough"),
    [
        (50, [1, 1, 0], [True, False]),  # 2 of 6.5 hours are on people
        (30, [1, 1, 0], [True, True]),
        (31, [1, 1, 0], [True, False]),
        (50, [1, 0, 0], [True, True]),
        (51, [1, 0, 0], [False, False]),
        (0, [0, 1, 1], [True, True]),
    ],
)
def test_leans_are_negative_where_an_aspect_has_too_few_hours(percent, chosen, enough):
    assert (Offer.of(KNOWN).lean(percent) @ np.array(chosen) >= 0).tolist() == enough


def voices(**given_):
    """Three competencies; a small group whose needs are known and a large one that the gate hides."""
    n = np.array([[20, 20, NAN], [12, 12, 12], [NAN] * 3])
    usual = {
        "competencies": KNOWN.codes,
        "need": np.array([4, 2, NAN]),
        "points": np.array([0.2, 0.8, 0]),
        "names": ("small", "large"),
        "groups": np.array([[1, 3, -1], [NAN] * 3]),
        "n": n,
        "suppressed": np.isnan(n),
    }
    return Voices(**(usual | given_))


@pytest.mark.parametrize(
    ("needs", "heard"),
    [
        ([1, 3, -1], True),
        ([1, 3, NAN], True),
        ([1, NAN, NAN], False),  # less than half is known
        ([NAN] * 3, False),
        ([-1, 0, -2], False),  # needs nothing: there is nothing to be a share of
    ],
)
def test_a_group_is_heard_where_half_of_its_needs_are_known_and_it_has_any(needs, heard):
    given_ = voices(groups=np.array([needs, [1, 1, 1]], float))
    assert given_.heard.tolist() == [heard, True]


def test_priorities_are_told_of_everyone_and_of_each_group_by_its_own_need():
    frame = priorities(voices(), 50)
    everyone, small, large = (frame[i : i + 3] for i in (0, 3, 6))
    assert everyone["group"].isna().all()
    assert everyone["priority"].tolist() == pytest.approx([0.625, 0.75, 0])
    assert everyone["n"].tolist()[:2] == [20, 20]
    assert small["group"].tolist() == ["small"] * 3
    assert small["priority"].tolist() == small["need"].tolist() == pytest.approx([1 / 3, 1, 0])
    assert small["tables"].isna().all()
    assert large[["n", "need", "priority"]].isna().all(axis=None)
    assert large["suppressed"].all()


def test_modules_say_what_they_cover_of_both_voices_and_what_they_add():
    rules = Rules(locked=("figures",), left=("rules",))
    frame = modules(Offer.of(KNOWN), KNOWN, voices(), rules, np.array([True, True, False])).set_index("module")
    assert frame["priority"].tolist() == pytest.approx([1, 0.75 / 1.375, 0])
    assert frame["survey"].tolist() == pytest.approx([1, 1 / 3, 0])
    assert frame["tables"].tolist() == pytest.approx([1, 0.8, 0])
    assert frame["adds"].tolist() == pytest.approx([0.625 / 1.375, 0, 0])  # both cover data: neither adds it
    assert frame["hours"].tolist() == [4, 2.5, 3]
    assert frame["competencies"].tolist() == ["maps+data", "data", "law"]
    assert frame.loc["both", ["disciplines", "practices", "requires"]].tolist() == ["planning+ict", "vision", "rules"]
    assert frame["locked"].tolist() == [False, True, False]
    assert frame["left"].tolist() == [False, False, True]
    assert frame["order"].tolist()[:2] == [1, 2]
    assert frame[["rooms", "share_chosen", "certainty"]].isna().all(axis=None)


def test_competencies_of_which_nobody_may_speak_are_counted():
    given_ = voices(points=np.full(3, NAN))
    frame = modules(Offer.of(KNOWN), KNOWN, given_, Rules(), np.zeros(3, bool))
    assert frame["unknown"].tolist() == [0, 0, 1]


def test_a_module_that_is_not_chosen_says_what_it_would_add():
    made = offer((1, 1, 1), [[0, 1], [1, 2], [2]])
    assert alone(made, np.array([True, False, False])).tolist() == [
        [True, True, False],
        [False, False, True],
        [False, False, True],
    ]


def test_what_is_required_stands_before_and_then_the_greater_priority():
    made = offer((1, 1, 1, 1), [[0], [1], [2], [3]], requires=[(3, 0)])
    chosen, worth = np.array([True, True, False, True]), np.array([0.1, 0.2, 0.9, 0.6])
    assert ordered(made, chosen, worth)[[0, 1, 3]].tolist() == [2, 1, 3]
    free = replace(made, requires=np.zeros((4, 4), bool))
    assert ordered(free, chosen, worth)[[0, 1, 3]].tolist() == [3, 2, 1]
