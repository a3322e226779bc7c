"""Sentences about areas and events: true under the intervals, and silent where they cannot tell."""

import numpy as np
import pandas as pd
import pytest

from sctrain.analysis.regions import Names, areas, hidden, own_sentence, panels, sentence, trend, trend_sentence
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
            "In 2 countries the gap in “Agile” is 1.7 to 1.7 of 4 points; with so few answers (n 40)",
        ),
        (
            [("ES", 8, 3, 1), ("PT", 8, 1, 1)],
            "with so few answers (n 8) we cannot say that any of them differs",
        ),  # too few to conclude
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
        ((3, 1), (1, 1), "The gap has since the earliest event become smaller in Agile; 1 of 2 may be the same."),
        ((1, 3), (3, 1), "The gap has since the earliest event become larger in Agile and smaller in Budgets."),
        ((2, 2), (2, 2), "None of 2 gaps that can be compared has changed beyond chance."),
    ],
)
def test_a_change_is_told_where_it_differs_beyond_chance(then, now, says):
    found = trend(counts(("then", 40, *then), ("now", 40, *now)), ["then", "now"])
    assert trend_sentence(found, NAMES) == says


def test_a_change_in_the_own_area_says_whose_it_is_and_how_much_changed_among_everyone():
    found = trend(counts(("then", 40, 3, 1), ("now", 40, 1, 1)), ["then", "now"])
    told = trend_sentence(found, NAMES, "ES", 2)
    assert told.startswith("In Spain the gap has since the earliest event become smaller in Agile")
    assert told.endswith("; among everyone, 2 changed.")


def test_fewer_than_ten_answers_at_an_event_claim_no_change():
    found = trend(counts(("then", 40, 4, 1), ("now", 9, 0, 1)), ["then", "now"])
    last = found[(found["event"] == "now") & (found["competency"] == "a")].iloc[0]
    assert last["change_high"] < 0
    assert last["changed"] == "cannot tell"


def test_the_own_area_is_told_with_its_largest_gaps_and_what_differs():
    frame = by_country(("ES", 40, 3, 1), ("PT", 40, 1, 1))
    assert own_sentence(frame, ("country", "ES"), NAMES) == (
        "Spain (n 40): its largest gaps are Agile and Budgets; beyond chance the gap differs from the rest in Agile."
    )
    alike = by_country(("ES", 40, 2, 1), ("PT", 40, 2, 1))
    assert own_sentence(alike, ("country", "ES"), NAMES).endswith("; none differs from the rest beyond chance.")


def test_events_too_small_tell_nothing():
    found = trend(gate(counts(("then", 40, 3, 1), ("now", 3, 1, 1)), 5), ["then", "now"])
    assert found.loc[found["event"] == "now", ["n", "gap", "change"]].isna().all(axis=None)
    assert trend_sentence(found, NAMES) == "Too few people answered at both events to tell a change."


def test_the_change_of_a_later_event_is_against_the_earliest():
    made = trend(counts(("a1", 30, 1, 1), ("a2", 30, 2, 1), ("a3", 30, 3, 1)), ["a1", "a2", "a3"])
    changes = made[made["competency"] == "a"].set_index("event")["change"]
    assert pd.isna(changes["a1"])
    assert changes[["a2", "a3"]].tolist() == pytest.approx([1, 2])
