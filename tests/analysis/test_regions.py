"""Sentences about areas and events: true under the intervals, and silent where they cannot tell."""

import numpy as np
import pandas as pd
import pytest

from sctrain.analysis.regions import Names, areas, hidden, panels, sentence, trend, trend_sentence
from sctrain.frames import JointCounts
from sctrain.privacy import gate

NAMES = Names({"a": "Agile", "b": "Budgets"}, {"ES": "Spain", "PT": "Portugal"}, 5)


def counts(*groups):
    """Joint counts of (group, people, gap in a, gap in b); a third of them mark importance one lower."""
    cells = np.zeros((len(groups), 2, 6, 6), int)
    for g, (_, n, *gaps) in enumerate(groups):
        for c, gap in enumerate(gaps):
            cells[g, c, 5, 5 - gap] = n - n // 3
            cells[g, c, 4, 5 - gap] = n // 3
    return JointCounts(tuple(name for name, *_ in groups), ("a", "b"), 1, cells, np.array([n for _, n, *_ in groups]))


def whole(*parts):
    made = counts(*parts)
    return JointCounts(
        (None,), made.competencies, 1, made.cells.sum(axis=0, keepdims=True), made.people.sum(keepdims=True)
    )


def by_country(*parts):
    return areas({"country": gate(counts(*parts), 5)}, whole(*parts), {})


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        (
            [("ES", 40, 3, 1), ("PT", 40, 1, 1)],
            "The gap in “Agile” is larger in Spain and smaller in Portugal than elsewhere.",
        ),
        (
            [("ES", 40, 2, 1), ("PT", 40, 2, 1)],
            "In 2 countries the gap in “Agile” is 1.7 to 1.7 of 4 points; none of them",
        ),
        ([("ES", 8, 3, 1), ("PT", 8, 1, 1)], "none of them can be told from the rest"),  # too few to conclude
        ([("ES", 40, 3, 1), ("PT", 3, 1, 1)], "Too few countries have enough people"),
    ],
)
def test_an_area_is_called_larger_only_beyond_chance(parts, says):
    assert says in sentence(by_country(*parts), "a", "country", NAMES)


def test_everyone_s_gap_and_the_rank_stand_beside_each_area():
    found = by_country(("ES", 30, 3, 1), ("PT", 30, 1, 2)).set_index(["area", "competency"])
    gap = {3: 8 / 3, 1: 2 / 3, 2: 5 / 3}  # a third marks importance one lower
    assert found.loc[("ES", "a"), "gap"] == pytest.approx(gap[3])
    assert found.loc[("ES", "a"), "gap_all"] == pytest.approx((gap[3] + gap[1]) / 2)
    assert found["rank"].to_dict() == {("ES", "a"): 1, ("ES", "b"): 2, ("PT", "a"): 2, ("PT", "b"): 1}


def test_areas_with_most_people_come_first_and_hidden_ones_have_no_panel():
    frame = by_country(("ES", 12, 3, 1), ("PT", 30, 1, 2), ("IT", 3, 1, 1))
    assert hidden(frame, "country") == ["IT"]
    assert list(dict.fromkeys(panels(frame, "country")["area"])) == ["PT", "ES"]
    assert list(dict.fromkeys(panels(frame, "country", "ES")["area"])) == ["ES", "PT"]


@pytest.mark.parametrize(
    ("then", "now", "says"),
    [
        ((3, 1), (1, 1), "Since the earliest event the gap is smaller in Agile; for 1 of 2 it cannot be told."),
        ((1, 3), (3, 1), "Since the earliest event the gap is larger in Agile and smaller in Budgets."),
        ((2, 2), (2, 2), "Of 2 competencies that can be compared, none has surely changed its gap."),
    ],
)
def test_a_change_is_told_where_its_interval_leaves_out_zero(then, now, says):
    found = trend(counts(("then", 40, *then), ("now", 40, *now)), ["then", "now"])
    assert trend_sentence(found, NAMES) == says


def test_events_too_small_tell_nothing():
    found = trend(gate(counts(("then", 40, 3, 1), ("now", 3, 1, 1)), 5), ["then", "now"])
    assert found.loc[found["event"] == "now", ["n", "gap", "change"]].isna().all(axis=None)
    assert trend_sentence(found, NAMES) == "Too few people answered at both events to tell a change."


def test_the_change_of_a_later_event_is_against_the_earliest():
    made = trend(counts(("a1", 30, 1, 1), ("a2", 30, 2, 1), ("a3", 30, 3, 1)), ["a1", "a2", "a3"])
    changes = made[made["competency"] == "a"].set_index("event")["change"]
    assert pd.isna(changes["a1"])
    assert changes[["a2", "a3"]].tolist() == pytest.approx([1, 2])
