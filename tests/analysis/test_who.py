"""Who spoke and what was answered: shares, and what stays missing when hidden."""

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from sctrain.analysis.counts import groups_by, joint_counts
from sctrain.analysis.who import answered, joint, mix, wilson
from sctrain.errors import FrameError, SelectionError

from .made import cards_of, codes, one_item, quick

ROLES = {"role": ("a", "b", "c", "")}


def of_roles(values, hidden=None, where=None):
    where = np.ones(len(values), bool) if where is None else np.array(where, bool)
    return mix({"role": codes(values)}, where, ROLES, hidden)


def test_who_names_two_roles_counts_in_both_and_silence_is_an_option():
    frame = of_roles(["a", "a+b", "b", ""])
    assert frame["option"].tolist() == ["a", "b", "c", ""]
    assert frame["n"].tolist() == [2, 2, 0, 1]
    assert frame["share"].tolist() == [0.5, 0.5, 0, 0.25]


def test_shares_are_of_the_people_selected():
    frame = of_roles(["a", "a", "b", "c"], where=[1, 0, 1, 0])
    assert frame[["n", "share"]].to_numpy().tolist() == [[1, 0.5], [1, 0.5], [0, 0], [0, 0]]


def test_dimensions_keep_the_order_given():
    profile = {"role": codes(["a"]), "country": codes(["PT"])}
    frame = mix(profile, np.array([True]), {"country": ("PT",), "role": ("a",)})
    assert frame["dimension"].tolist() == ["country", "role"]
    assert mix(profile, np.array([True]), {}).empty


def test_nobody_has_no_share():
    frame = of_roles(["a"], where=[0])
    assert frame["n"].tolist() == [0, 0, 0, 0]
    assert frame[["share", "share_low", "share_high"]].isna().all().all()


def test_hidden_options_have_no_number():
    frame = of_roles(["a", "a", "b", "c"], hidden={"role": np.array([False, True, True, False])})
    assert frame["suppressed"].tolist() == [False, True, True, False]
    assert frame["n"].isna().tolist() == [False, True, True, False]
    assert frame.loc[frame["suppressed"], ["n", "share", "share_low", "share_high"]].isna().all().all()


@quick
@given(st.integers(1, 500).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))))
def test_the_interval_of_a_share_is_wilsons(given_):
    n, total = given_
    low, high = wilson(np.array([n]), total)
    expected = scipy.stats.binomtest(n, total).proportion_ci(method="wilson")
    assert (low[0], high[0]) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_answers_are_complete_half_or_none():
    frame = answered(joint_counts(one_item([(5, 1), (4, 0), (0, 2), (0, 0)] + [(3, 3)] * 4))).iloc[0]
    assert (frame["n"], frame["both"]) == (8, 5 / 8)
    assert frame[["importance_only", "level_only", "neither"]].tolist() == [1 / 8] * 3


def test_answer_rates_of_a_hidden_competency_are_missing():
    counts = joint_counts(cards_of([[5, 5]], [[1, 1]])).hide(np.array([[True, False]]))
    frame = answered(counts)
    assert frame["suppressed"].tolist() == [True, False]
    assert frame["both"].isna().tolist() == [True, False]


def test_a_joint_table_lists_every_pair_of_marks():
    frame = joint(joint_counts(one_item([(3, 1), (3, 1), (2, 3), (0, 1)], high=3)), "C0")
    assert len(frame) == 9
    assert frame[frame["n"] > 0].to_numpy().tolist() == [[2, 3, 1, 1 / 3, False], [3, 1, 2, 2 / 3, False]]


def test_hidden_cells_of_a_joint_table_have_no_number():
    counts = joint_counts(one_item([(3, 1), (3, 1), (2, 3)], high=3))
    hidden = np.zeros((3, 3), bool)
    hidden[1, 2] = True
    frame = joint(counts, "C0", hidden)
    assert frame.loc[frame["suppressed"], ["importance", "level"]].to_numpy().tolist() == [[2, 3]]
    assert frame.loc[frame["suppressed"], ["n", "share"]].isna().all().all()
    assert joint(counts.hide(np.ones((1, 1), bool)), "C0")[["n", "share"]].isna().all().all()


def test_a_competency_nobody_answered_has_no_share():
    frame = joint(joint_counts(one_item([(0, 1)])), "C0")
    assert frame["n"].sum() == 0
    assert frame["share"].isna().all()


def test_one_group_and_a_known_competency_are_asked_for():
    cards = cards_of([[5], [4]], [[1], [1]], role=["a", "b"])
    two = joint_counts(cards, groups_by(cards.profile["role"], {}))
    with pytest.raises(FrameError, match="one group is needed, there are 2"):
        answered(two)
    with pytest.raises(SelectionError, match="no competency called 'X'; there are: C0"):
        joint(joint_counts(cards), "X")


def test_weighted_answers_have_fractional_counts():
    frame = answered(joint_counts(one_item([(5, 1), (0, 0)]), weights=np.array([1.5, 0.5])))
    assert frame["n"].tolist() == [2.0]
    assert frame["both"].tolist() == [0.75]
