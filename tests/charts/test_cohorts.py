"""Recipes beside the mix of the room."""

import pandas as pd
import pytest

from sctrain.charts.cohorts import recipes_dots
from sctrain.charts.theme import DARK, LIGHT
from sctrain.errors import FrameError
from sctrain.frames.cohorts import RECIPES

from .made import check, svg, texts

NAMES = {"role": "Role in the city", "city_size_band": "City size, rolled up", "discipline": "Discipline"}


def recipes(rows=3):
    """One recipe that is better, one that cannot be told, one of few people."""
    share = {"taught": 0.8, "taught_low": 0.7, "taught_high": 0.9, "random": 0.7, "random_low": 0.6, "random_high": 0.8}
    share |= {"difference": 0.1, "difference_low": 0.02, "difference_high": 0.2, "verdict": "more"}
    frame = pd.DataFrame([share] * rows, columns=RECIPES.names).assign(place=range(1, rows + 1), by=list(NAMES)[:rows])
    frame = frame.assign(n=[60, 40, 9][:rows], seats=6, competencies=29, composition="a 2 + b 4", suppressed=False)
    if rows > 1:
        frame.loc[1:, "verdict"] = "cannot tell"
    frame = frame.assign(learners="a", teachers="b", trainer="x", learnt=0.5, learnt_low=0.4, learnt_high=0.6)
    return RECIPES.check(frame)


def chart(look=LIGHT, rows=3):
    return recipes_dots(recipes(rows), NAMES, look, seats=6)


def test_it_is_valid_vega_lite_in_both_looks():
    for look in (LIGHT, DARK.larger(1.7)):
        check(chart(look))


@pytest.mark.parametrize("width", [358, 1180])
def test_nothing_overlaps_and_nothing_leaves_the_picture(width):
    found = texts(svg(chart(), width))
    assert not [(a.line, b.line) for i, a in enumerate(found) for b in found[:i] if a.covers(b)]
    assert not [text.line for text in found if text.left < 0 or text.right > width]


def test_a_difference_is_a_number_only_where_it_can_be_told():
    rows = chart().to_dict()["data"]["values"]
    assert [r["against"] for r in rows] == ["+10 points", "cannot tell", "cannot tell"]
    assert [r["faint"] for r in rows] == [False, False, True]
    assert rows[0]["name"] == "By role in the city"


def test_the_alternative_text_has_every_number_with_its_interval_and_n():
    says = chart().to_dict()["description"]
    told = "By role in the city: 80\u202f% (95\u202f%: 70\u202f% to 90\u202f%), mixed as the room is 70\u202f%"
    assert told in says
    assert "+10 points, n 60" in says


def test_without_a_label_it_is_refused_and_one_recipe_is_enough():
    with pytest.raises(FrameError, match="no label for"):
        recipes_dots(recipes(), {}, seats=6)
    assert len(chart(rows=1).to_dict()["data"]["values"]) == 1
