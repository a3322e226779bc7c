"""Whom a format would suit, whom it shuts out, and which one would not."""

import numpy as np
import pytest
import scipy.stats

from sctrain.analysis.clashes import (
    Counted,
    clashes,
    formats,
    kinder,
    kinder_sentence,
    most_chosen,
    sentence,
    suits,
    tell,
    without,
    worst,
)

DURATIONS, FORMS = {"day": "One day", "week": "One week"}, {"yes": "online", "no": "together", "unsure": "not sure"}
GROUPS = {("city_size", "town"): "Towns", ("city_size", "l"): "Large cities"}
NAN = float("nan")


def plain(text):
    return text.replace("\u202f", " ")


def test_who_has_a_week_has_a_day_and_who_is_not_sure_of_a_form_takes_any():
    duration, form = np.array([0, 1, 1, 1, -1]), np.array([0, 0, 1, 2, -1])
    assert suits(duration, form, (0, 0), [2]).tolist() == [True, True, False, True, False]
    assert suits(duration, form, (1, 0), [2]).tolist() == [False, True, False, True, False]
    assert suits(duration, form, (1, 1), [2]).tolist() == [False, False, True, True, False]


def made(n, hidden=None):
    n = np.array(n)
    return formats(DURATIONS, FORMS, n, np.zeros(n.shape, bool) if hidden is None else np.array(hidden, bool))


def test_the_room_s_format_is_the_one_that_most_people_chose_and_not_sure_is_none():
    frame = made([[5, 9, 30], [12, 6, 20]])
    assert frame.loc[frame["chosen"], ["duration", "form", "n"]].to_numpy().tolist() == [["week", "yes", 12]]
    assert frame["respondents"].tolist() == [82] * 6


def test_of_two_equals_both_are_the_room_s_of_three_none():
    assert made([[9, 9, 0], [5, 5, 0]])["chosen"].sum() == 2
    assert made([[9, 9, 0], [9, 5, 0]])["chosen"].sum() == 0


def test_where_the_room_s_format_is_hidden_none_is_named_in_its_place():
    frame = made([[5, 9, 0], [12, 6, 0]], [[0, 0, 0], [1, 1, 0]])
    assert not frame["chosen"].any()
    assert most_chosen(FORMS, np.array([[5, 9, 0], [12, 6, 0]])).tolist() == [[False] * 3, [True, False, False]]
    assert frame.loc[frame["suppressed"], "n"].isna().all()


def test_cells_that_beside_a_format_leave_a_few_people_are_hidden_with_all_it_suits():
    n = np.array([[9, 7, 0], [3, 8, 0], [18, 6, 0]])
    hidden = np.array([[0, 0, 0], [1, 0, 0], [0, 0, 0]], bool)
    week = suits(*np.indices(n.shape), (1, 0), [2])  # 21 people, of whom 18 are shown
    assert tell(n, hidden, [week], 5).astype(int).tolist() == [[0, 0, 0], [1, 0, 1], [1, 0, 1]]
    assert (tell(n, hidden, [week], 3) == hidden).all()
    assert (tell(n, hidden, [], 5) == hidden).all()


def test_cells_outside_of_a_format_or_between_two_leave_no_few_people_either():
    n, none = np.array([[3, 9, 0], [8, 7, 0], [18, 6, 0]]), np.zeros((3, 3), bool)
    week, day = (suits(*np.indices(n.shape), (d, 0), [2]) for d in (1, 0))
    hidden = none.copy()
    hidden[0, 0] = hidden[2, 0] = True  # 21 of a day; a day less a week is the three alone
    assert tell(n, hidden, [day], 5).tolist() == hidden.tolist()
    assert tell(n, hidden, [day, week], 5)[0].tolist() == [True, True, True]
    hidden = none.copy()
    hidden[0, 0] = True
    assert tell(n, hidden, [week], 5)[:, 1].all()


def test_what_is_hidden_beside_a_format_leaves_it_the_room_s():
    cells = np.array([[0, 0, 0], [1, 0, 1]], bool)
    frame = without(made([[5, 9, 0], [12, 6, 0]]), cells)
    assert frame["suppressed"].tolist() == cells.ravel().tolist()
    assert frame["n"].isna().tolist() == frame["respondents"].isna().tolist() == cells.ravel().tolist()
    assert frame.loc[frame["chosen"], "duration"].tolist() == ["week"]


def of(n, respondents, n_high=None):
    n = np.array(n, float)
    high = n if n_high is None else np.array(n_high, float)
    whole = Counted(None, (None,), np.array([40.0]), np.array([40.0]), np.array([70.0]))
    groups = Counted("city_size", ("town", "l"), n, high, np.array(respondents, float))
    return clashes("week", "yes", whole, [groups])


def test_a_group_most_of_whom_a_format_does_not_suit_is_shut_out():
    frame = of([2, 38], [15, 55]).set_index("group")
    assert frame["shut_out"].tolist() == [False, True, False]
    assert frame.loc["town", "p"] == pytest.approx(scipy.stats.fisher_exact([[2, 13], [38, 17]], "less")[1])
    assert frame.loc["town", "share_high"] == pytest.approx(0.379, abs=5e-4)


def test_a_group_most_of_whom_a_format_suits_is_not_shut_out_however_small_p_is():
    whole = Counted(None, (None,), np.array([560.0]), np.array([560.0]), np.array([700.0]))
    groups = Counted("city_size", ("town", "l"), *[np.array([110.0, 450.0])] * 2, np.array([200.0, 500.0]))
    row = clashes("week", "yes", whole, [groups]).set_index("group").loc["town"]
    assert row["p_adjusted"] < 0.001
    assert not row["shut_out"]


def test_where_only_an_upper_end_may_be_shown_it_is_what_counts():
    frame = of([NAN, 38], [17, 53], [4, 38]).set_index("group")
    assert frame.loc["town", "p"] == pytest.approx(scipy.stats.fisher_exact([[4, 13], [36, 17]], "less")[1])
    assert frame.loc["town", ["n", "share"]].isna().all()
    assert frame.loc["town", ["n_high", "share_low"]].tolist() == [4, 0]
    assert frame.loc["town", "shut_out"]
    assert not frame.loc["town", "suppressed"]


def test_hidden_groups_and_groups_below_ten_have_no_p():
    frame = of([2, NAN], [9, NAN]).set_index("group")
    assert frame["p"].isna().all()
    assert frame["suppressed"].tolist() == [False, False, True]
    assert not frame["shut_out"].any()


def test_p_is_adjusted_by_what_the_other_groups_can_reach():
    """Heyse 2011: of two groups, the chance that either has a p as small, over its place."""
    frame = of([2, 38], [15, 55]).set_index("group")
    p = frame.loc["town", "p"]
    other = scipy.stats.hypergeom(70, 40, 55).cdf(np.arange(56))
    assert frame.loc["town", "p_adjusted"] == pytest.approx(p + other[other <= p].max())


def test_the_kinder_format_keeps_as_much_of_the_wish_as_shuts_nobody_out():
    # [duration, form, group]: a day suits all, a week half of the towns, a month none of them
    shares = np.array([[[1.0, 0.9], [0.2, 0.2]], [[0.5, 0.8], [0.2, 0.2]], [[0.0, 0.8], [0.1, 0.1]]])
    total = np.array([[60, 10], [50, 10], [40, 8]])
    real = np.array([True, True])
    assert kinder(shares, total, real) == (1, 0)
    assert kinder(shares * 0.4, total, real) == (0, 0)
    assert kinder(shares, total, np.array([False, True])) == (1, 1)
    assert kinder(shares, total, np.array([False, False])) is None


def test_the_sentence_names_whom_the_format_suits_and_whom_not():
    assert plain(sentence(of([2, 38], [15, 55]), DURATIONS, FORMS, GROUPS)) == (
        "“One week”, “online” would suit 40 of 70 people (57 %; 95 %: 45–68 %), but only 2 of the 15 people of “Towns”."
    )
    few = of([NAN, 38], [17, 53], [4, 38])
    assert plain(sentence(few, DURATIONS, FORMS, GROUPS)).endswith("but fewer than 5 of the 17 people of “Towns”.")
    none = of([0, 40], [15, 55])
    assert plain(sentence(none, DURATIONS, FORMS, GROUPS)).endswith("but none of the 15 people of “Towns”.")


def test_the_sentence_says_what_cannot_be_told():
    alike = of([8, 32], [15, 55])
    assert "of no group can it be told that it would not suit most (n = 15–55)" in sentence(
        alike, DURATIONS, FORMS, GROUPS
    )
    small = of([2, NAN], [9, NAN])
    assert "cannot be told, as no group has 10 people" in sentence(small, DURATIONS, FORMS, GROUPS)


def test_the_kinder_format_is_told_with_what_it_means_for_those_shut_out():
    out = worst(of([2, 38], [15, 55]))
    told = kinder_sentence(of([12, 28], [15, 55]), out, DURATIONS, FORMS, GROUPS)
    assert plain(told) == (
        "“One week”, “online” would suit more groups: 40 of 70 people (57 %; 95 %: 45–68 %), among them "
        "12 of the 15 people of “Towns”; the smallest share is that of 28 of the 55 people of “Large cities”."
    )
