"""What moved between two rounds: shifts by hand, what is rounded, what it would tell, and its sentences."""

from itertools import combinations_with_replacement

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sctrain.analysis import moved as analysis
from sctrain.frames import JointCounts

LABELS = {"a": "Apples", "b": "Bread", "c": "Cheese"}
OPEN = np.zeros((3, 3), bool)


def counts(*rows, groups=(None,)):
    """Counts of (order before, order after, people) of each group, orders as letters from the best on."""
    rows = rows if groups != (None,) else (rows,)
    options = sorted(rows[0][0][0])
    m = len(options)
    cells, people = np.zeros((len(groups), m, m + 1, m + 1), int), np.zeros(len(groups), int)
    for g, group in enumerate(rows):
        for before, after, n in group:
            people[g] += n
            for c, option in enumerate(options):
                cells[g, c, before.index(option) + 1, after.index(option) + 1] += n
    return JointCounts(tuple(groups), tuple(options), 1, cells, people)


def everyone(*rows, hidden=OPEN):
    return analysis.moved(counts(*rows), hidden)


BY_HAND = (("abc", "cab", 5), ("abc", "abc", 5), ("bac", "cba", 5))


def test_mean_places_shifts_and_intervals_are_those_worked_out_by_hand():
    # c: shifts 2, 0, 2 of five people each: mean 4/3, s² = (40 − 15 · 16/9) / 14 = 0.952, t(14) = 2.145,
    # half = 2.145 · √(0.952 / 15) = 0.540, outwards 0.6. a and b: −1, 0, −1: half = 0.270, outwards 0.4.
    found = everyone(*BY_HAND).set_index("option")
    assert list(found.index) == ["c", "a", "b"]
    assert list(found["n"]) == [15, 15, 15]
    assert found["before"].to_list() == pytest.approx([3.0, 1.3, 1.7])
    assert found["after"].to_list() == pytest.approx([1.7, 2.0, 2.3])
    assert found["shift"].to_list() == pytest.approx([1.3, -0.7, -0.7])
    assert found["shift_low"].to_list() == pytest.approx([0.7, -1.1, -1.1])
    assert found["shift_high"].to_list() == pytest.approx([1.9, -0.3, -0.3])
    # ten people move it one way, as far: z = 27.5 / √75.625 = 3.16, p = 0.0016, the same for all three
    assert list(found["p_at_most"]) == [0.01] * 3
    assert list(found["moved"]) == ["up", "down", "down"]
    assert list(found["rank_before"]) == [3, 1, 2]
    assert list(found["rank_after"]) == [1, 2, 3]


def test_shares_are_of_people_with_wilson_s_interval():
    found = everyone(*BY_HAND).set_index("option")
    assert found.loc["c", ["up", "same", "down"]].to_list() == pytest.approx([10 / 15, 5 / 15, 0])
    assert found.loc["a", ["up", "same", "down"]].to_list() == pytest.approx([0, 5 / 15, 10 / 15])
    # Wilson by hand, z² = 3.841: (2/3 + 0.128) / 1.256 ± √(3.841 · (0.2222/15 + 3.841/900)) / 1.256
    assert found.loc["c", ["up_low", "up_high"]].to_list() == pytest.approx([0.417, 0.848], abs=0.001)


def test_a_hidden_share_is_missing_and_the_others_stay():
    hidden = OPEN.copy()
    hidden[2, 0] = hidden[2, 1] = True
    found = everyone(*BY_HAND, hidden=hidden).set_index("option").loc["c"]
    assert found[["up", "up_low", "up_high", "same", "same_low", "same_high"]].isna().all()
    assert found["down"] == 0


def test_the_order_of_the_room_before_and_after():
    # by mean place a, b, c before and c, a, b after: one pair of three stays, two turn
    row = analysis.order(everyone(*BY_HAND)).iloc[0]
    assert (row["n"], row["options"], row["shown"], row["swapped"]) == (15, 3, 3, 2)
    assert row["tau"] == pytest.approx(-1 / 3)
    same = analysis.order(everyone(("abc", "abc", 12))).iloc[0]
    assert (same["tau"], same["swapped"]) == (1, 0)


@pytest.mark.parametrize(("n", "interval"), [(2, False), (3, True)])
def test_below_three_people_a_shift_has_no_interval(n, interval):
    found = everyone(("abc", "cba", 1), ("abc", "abc", n - 1))
    assert found["shift"].notna().all()
    assert found["shift_low"].notna().all() == interval
    assert found["shift_low50"].notna().all() == interval


@pytest.mark.parametrize(("n", "told"), [(9, "cannot tell"), (10, "up")])
def test_nothing_is_concluded_from_nine_people(n, told):
    found = everyone(("abc", "cab", n)).set_index("option")
    assert found.loc["c", "moved"] == told
    assert found.loc["c", "shift"] == 2


def test_what_all_move_as_far_has_an_interval_as_wide_as_the_rounding():
    found = everyone(("abc", "cab", 12)).set_index("option").loc["c"]
    assert (found["shift_low"], found["shift"], found["shift_high"]) == pytest.approx((1.9, 2, 2.1))


def test_nobody_is_no_shift():
    found = everyone(("abc", "cab", 0))
    assert found[["before", "shift", "shift_low", "p_at_most", "moved", "up"]].isna().all(axis=None)
    assert not found["suppressed"].any()


@pytest.mark.parametrize(("p", "said"), [(0.0001, 0.001), (0.001, 0.001), (0.03, 0.05), (0.2, 1), (1, 1)])
def test_p_is_rounded_up(p, said):
    assert analysis.at_most(np.array([p, np.nan])).tolist()[0] == said
    assert np.isnan(analysis.at_most(np.array([np.nan]))[0])


@settings(max_examples=200, deadline=None)
@given(st.floats(0, 5), st.floats(-3, 3), st.sampled_from([20, 299, 300, 1000]))
def test_a_rounded_interval_holds_all_that_it_held(half, mean, n):
    size = np.array([float(n)])
    shown, reach = analysis._rounded(np.array([mean]), size)[0], analysis.outward(np.array([half]), size)[0]
    assert shown - reach <= mean - half + 1e-8
    assert shown + reach >= mean + half - 1e-8
    assert abs(shown - mean) <= (0.05 if n < 300 else 0.005) + 1e-8


# Groups


def by_group(*groups):
    """MOVED_GROUPS of groups of (before, after, people) rows, called g0, g1, …."""
    names = tuple(f"g{i}" for i in range(len(groups)))
    total = counts(*(row for rows in groups for row in rows))
    return analysis.by_group(counts(*groups, groups=names), total, ("c", "a", "b"))


def test_a_group_that_moves_otherwise_than_the_rest_is_told():
    mover = (("abc", "cab", 12), ("abc", "acb", 6))  # c moves 2 or 1: mean 1.67
    stayer = (("abc", "abc", 14), ("abc", "acb", 4), ("acb", "abc", 4))  # 0, 1 or −1: mean 0
    found = by_group(mover, stayer)
    assert list(found["option"]) == ["c", "c", "a", "a", "b", "b"]
    of = found.set_index(["option", "group"])
    assert of.loc[("c", "g0"), "shift"] == pytest.approx(1.7)
    assert of.loc[("c", "g1"), "shift"] == pytest.approx(0)
    assert of.loc[("c", "g0"), "difference"] == pytest.approx(1.7)
    assert of.loc[("c", "g1"), "difference"] == pytest.approx(-1.7)
    assert list(of.loc["c", "differs"]) == [True, True]
    assert list(of.loc["c", "moved"]) == ["up", "cannot tell"]
    said = analysis.group_sentence(found, LABELS, {"g0": "Small", "g1": "Large"})
    assert said.startswith("“Cheese” moved 1.7 ± ")
    assert "places further up among “Small” (n = 18) than among everyone else." in said
    assert said.count("“Cheese”") == 1


def test_groups_that_do_not_differ_are_not_made_to():
    group = (("abc", "acb", 6), ("acb", "abc", 6))
    assert analysis.group_sentence(by_group(group, group), LABELS, {}) == (
        "Of no group can it be told that something moved otherwise than for everyone else (n = 12)."
    )


def test_without_groups_there_are_no_rows_and_hidden_ones_say_so():
    total = counts(*BY_HAND)
    assert analysis.by_group(total, total, ("a", "b", "c")).empty
    hidden = counts(BY_HAND, BY_HAND, groups=("g0", "g1")).hide(np.ones((2, 3), bool))
    found = analysis.by_group(hidden, counts(*BY_HAND, *BY_HAND), ("a", "b", "c"))
    assert found["suppressed"].all()
    assert found[["n", "shift", "difference"]].isna().all(axis=None)
    assert analysis.group_sentence(found, LABELS, {}) == "No two groups are large enough to be shown and compared."


# What would be told


def test_two_people_who_move_one_thing_in_ten_are_told_by_mean_and_interval():
    steps = np.array([0, 1, 8, 1, 0])
    assert analysis.tells_of_steps(steps, 5)
    assert not analysis.tells_of_steps(np.array([0, 0, 10, 0, 0]), 5)
    assert not analysis.tells_of_steps(np.array([0, 5, 5, 5, 0]), 5)


def test_all_but_one_at_the_first_place_are_told_by_the_mean_of_few_but_not_of_many():
    assert analysis.tells_of_places(np.array([9, 1, 0]), 5)
    assert not analysis.tells_of_places(np.array([39, 1, 0]), 5)  # 1.025 is shown as 1.0
    assert not analysis.tells_of_places(np.array([10, 0, 0]), 5)
    assert not analysis.tells_of_places(np.array([5, 5, 5]), 5)


def every_way(n, size):
    """All counts of n people over `size` shifts."""
    return np.array([np.bincount(way, minlength=size) for way in combinations_with_replacement(range(size), n)])


@pytest.mark.parametrize("n", [5, 8])
def test_what_is_not_held_to_tell_leaves_every_small_number_open(n):
    # Each way in which n people can move one of three options, and what is shown of it: as one option of a list each.
    ways = every_way(n, 5)
    cells = np.zeros((1, len(ways), 4, 4), int)
    for step, (before, after) in enumerate([(1, 3), (1, 2), (1, 1), (2, 1), (3, 1)]):
        cells[0, :, before, after] = ways[:, step]
    made = JointCounts((None,), tuple(f"o{i:03}" for i in range(len(ways))), 1, cells, np.array([n]))
    found = analysis.moved(made, np.zeros((len(ways), 3), bool)).sort_values("option")
    shown = pd.Series(list(zip(found["shift"].round(6), found["shift_low"].round(6), strict=True)))
    kinds = analysis.kinds_of(ways)
    open_ = told = 0
    for places in shown.groupby(shown).groups.values():
        alike = kinds[places]
        for place in places:
            small = (kinds[place] > 0) & (kinds[place] < 5)
            certain = bool((small & (alike == kinds[place]).all(axis=0)).any())
            if not analysis.tells_of_steps(ways[place], 5):
                assert not certain
            open_, told = open_ + (not certain), told + certain
    assert open_ > 20
    assert told > 20


# Sentences


def test_the_finding_names_what_moved_and_says_what_cannot_be_told():
    found = everyone(("abc", "cba", 8), ("abc", "abc", 6), ("bac", "bca", 6))  # c: 2, 0, 1; a the reverse; b: 0
    assert analysis.sentence(found, LABELS) == (
        "After the debate “Cheese” moved up by 1.1 ± 0.5 places and “Apples” moved down by 1.1 ± 0.5 places; "
        "for nothing else can it be told"
    )


def test_nine_people_tell_nothing_and_more_may_tell_nothing_either():
    assert analysis.sentence(everyone(("abc", "cab", 9)), LABELS) == (
        "With 9 people who put it in order twice we cannot tell what moved"
    )
    even = everyone(("abc", "acb", 6), ("acb", "abc", 6))
    assert analysis.sentence(even, LABELS) == (
        "With 12 people who put it in order twice, of nothing can it be told that it moved"
    )
    hidden = analysis.moved(counts(*BY_HAND).hide(np.ones((1, 3), bool)), OPEN)
    assert analysis.sentence(hidden, LABELS).startswith("So few people moved anything")


def test_the_order_and_the_shares_in_words():
    found = everyone(*BY_HAND)
    assert analysis.order_sentence(analysis.order(found)) == (
        "In the order of the room 2 of 3 pairs of options changed places (Kendall’s tau = −0.33)."
    )
    stayed = analysis.order(everyone(("abc", "abc", 12)))
    assert analysis.order_sentence(stayed) == "The order of the room stayed as it was (Kendall’s tau = 1.0)."
    assert analysis.shares_sentence(found, LABELS).startswith(
        "“Cheese”: 67\u202f% (42\u202f% to 85\u202f%) moved it up, 33\u202f% (15\u202f% to 58\u202f%) left it, 0"
    )


def test_shares_that_are_hidden_are_said_to_be():
    hidden = OPEN.copy()
    hidden[2, :2] = True
    said = analysis.shares_sentence(everyone(*BY_HAND, hidden=hidden), LABELS)
    assert "moved it down; how many moved it up and how many left it is hidden" in said
