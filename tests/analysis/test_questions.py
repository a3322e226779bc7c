"""Replies to the questions of the session: shares, where groups differ, and what is said of it."""

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from sctrain.analysis.questions import contrast_sentence, contrasts, replies, sentence
from sctrain.frames import CONTRASTS

from .made import quick

LABELS = {"a": "Apples", "b": "Bread", "c": "Cheese"}
GROUPS = {"x": "Group X", "y": "Group Y"}


def told(n, respondents, groups=(None,), hidden=None, columns=(("a", False), ("b", False), ("c", False))):
    n = np.array(n).reshape(len(groups), len(columns))
    hidden = np.zeros(n.shape, bool) if hidden is None else np.array(hidden, bool).reshape(n.shape)
    return replies("q", columns, groups, n, np.array(respondents), hidden)


def plain(text):
    return text.replace("\u202f", " ")


def test_shares_are_of_those_who_replied_and_may_add_to_more_than_one():
    frame = told([30, 20, 0], [40])
    assert frame["share"].tolist() == [0.75, 0.5, 0]
    assert frame["respondents"].tolist() == [40, 40, 40]
    assert (frame["share_low"] <= frame["share"] + 1e-12).all()
    assert frame["share_high"].iloc[2] == pytest.approx(0.0876, abs=1e-4)  # 3.84 / 43.84


def test_a_group_nobody_of_which_replied_has_no_share():
    assert told([0, 0, 0], [0])[["share", "share_low", "share_high"]].isna().all(axis=None)


def test_hidden_rows_have_no_number():
    frame = told([30, 6, 4], [40], hidden=[0, 1, 1])
    numbers = ["n", "respondents", "share", "share_low", "share_high"]
    assert frame.loc[frame["suppressed"], numbers].isna().all(axis=None)
    assert frame.loc[~frame["suppressed"], "n"].tolist() == [30]


def sides(x, y, of=(20, 40)):
    """CONTRASTS of two groups of which x and y people chose the one option there is."""
    column = (("a", False),)
    by_group = told([x, y], of, ("x", "y"), columns=column)
    return contrasts(by_group, told([x + y], [sum(of)], columns=column))


def test_the_rest_of_a_group_is_everyone_who_is_not_in_it():
    frame = sides(15, 10).set_index("group")
    assert frame.loc["x", ["n", "respondents", "n_rest", "respondents_rest"]].tolist() == [15, 20, 10, 40]
    assert frame.loc["x", "difference"] == pytest.approx(0.5)
    assert frame.loc["x", "difference"] == -frame.loc["y", "difference"]


@quick
@given(st.integers(0, 20), st.integers(0, 40))
def test_the_p_is_fishers_and_the_interval_newcombes(x, y):
    row = sides(x, y).iloc[0]
    table = [[x, 20 - x], [y, 40 - y]]
    assert row["p"] == pytest.approx(scipy.stats.fisher_exact(table)[1])
    one, other = (scipy.stats.binomtest(n, of).proportion_ci(method="wilson") for n, of in ((x, 20), (y, 40)))
    low = x / 20 - y / 40 - np.sqrt((x / 20 - one.low) ** 2 + (other.high - y / 40) ** 2)
    high = x / 20 - y / 40 + np.sqrt((one.high - x / 20) ** 2 + (y / 40 - other.low) ** 2)
    assert (row["difference_low"], row["difference_high"]) == pytest.approx((low, high))


def test_newcombes_own_example():
    # Newcombe 1998, table II (a): 56 of 70 against 48 of 80, method 10
    row = sides(56, 48, (70, 80)).iloc[0]
    assert (row["difference_low"], row["difference_high"]) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_a_difference_takes_ten_people_on_either_side():
    assert sides(9, 1, (9, 40))["differs"].tolist() == [False, False]
    assert sides(10, 1, (10, 40))["differs"].tolist() == [True, True]


def test_what_is_hidden_in_either_frame_is_not_compared():
    column = (("a", False),)
    by_group = told([3, 30], [20, 40], ("x", "y"), hidden=[1, 0], columns=column)
    frame = contrasts(by_group, told([33], [60], columns=column))
    assert frame["suppressed"].tolist() == [True, False]
    hidden = contrasts(by_group, told([33], [60], hidden=[1], columns=column))
    assert hidden["suppressed"].all()
    assert hidden[["n", "n_rest", "p"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("n", "of", "hidden", "said"),
    [
        ([45, 10, 5], 60, None, "45 of 60 people (75 %; 95 %: 63 % to 84 %) chose “Apples”, more than anything else."),
        ([25, 22, 5], 52, None, "25 of 52 people (48 %; 95 %: 35 % to 61 %) chose “Apples”, and 22 chose “Bread”."),
        (
            [5, 3, 1],
            9,
            None,
            "With 9 people we cannot tell what a room would say: "
            "5 of 9 people (56 %; 95 %: 27 % to 81 %) chose “Apples”, and 3 chose “Bread”.",
        ),
        ([50, 7, 3], 60, [0, 1, 1], "50 of 60 people (83 %; 95 %: 72 % to 91 %) chose “Apples”."),
        ([50, 7, 3], 60, [1, 1, 1], "So few replied otherwise that no answer may be shown."),
        ([0, 0, 0], 0, None, "Nobody replied to this."),
    ],
)
def test_what_everyone_says_is_told_as_far_as_it_can_be(n, of, hidden, said):
    assert plain(sentence(told(n, [of], hidden=hidden), LABELS)) == said


def test_an_ordered_question_is_told_at_its_middle():
    columns = (("a", False), ("b", False), ("c", False), ("b", True))
    frame = told([20, 25, 15, 40], [60], columns=columns)
    assert plain(sentence(frame, LABELS)) == "40 of 60 people (67 %; 95 %: 54 % to 77 %) say “Bread” or more."


@pytest.mark.parametrize(
    ("x", "y", "of", "said"),
    [
        (18, 10, (20, 40), "Of “Group X” 18 of 20 (90 %) say “Apples”, of everyone else 10 of 40 (25 %)."),
        (
            11,
            20,
            (20, 40),
            "No group of 10 or more replies otherwise than the rest by more than chance would make (n = 20–40).",
        ),
        (5, 20, (9, 40), "With n = 9 we cannot tell whether groups differ."),
    ],
)
def test_groups_are_said_to_differ_only_where_they_do(x, y, of, said):
    assert plain(contrast_sentence(sides(x, y, of), LABELS, GROUPS)) == said


def test_groups_that_are_hidden_are_said_to_be_so():
    blank = CONTRASTS.check(sides(11, 20).assign(suppressed=True))
    assert "too small to be shown" in contrast_sentence(blank, LABELS, GROUPS)


def test_p_is_adjusted_over_all_rows():
    columns = (("a", False), ("b", False))
    by_group = told([18, 10, 10, 22], [20, 40], ("x", "y"), columns=columns)
    frame = contrasts(by_group, told([28, 32], [60], columns=columns))
    expected = scipy.stats.false_discovery_control(frame["p"])
    assert frame["p_adjusted"].tolist() == pytest.approx(expected.tolist())
    assert isinstance(frame, pd.DataFrame)
