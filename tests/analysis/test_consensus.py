"""Consensus of tables: what it says of few, silent, tied and equal tables, and what it must keep."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from sctrain.analysis.agreement import Concordance, agreement, concordance, distances, in_words
from sctrain.analysis.ballots import Ballots, ballots
from sctrain.analysis.consensus import bands, consensus, sentence
from sctrain.errors import FrameError, SelectionError

from .made import quick

LABELS = {"A": "Ants", "B": "Bees", "C": "Cats", "D": "Dogs"}


def lists(*rows, options="ABC", **more):
    """Ballots of places, one text a table: `120` is A first, B second, C unranked."""
    return Ballots(tuple(options), np.array([[int(place) for place in row] for row in rows]), **more)


def by_option(given, **options):
    return consensus(given, **{"draws": 200, **options}).set_index("option")


def spoken(given, **options):
    return sentence(consensus(given, **{"draws": 400, **options}), agreement(given, draws=999), LABELS)


RANKINGS = pd.DataFrame(
    [(1, "duration", "A", 1), (1, "duration", "B", 2), (3, "duration", "B", 1), (1, "contents", "A", 1)],
    columns=["table_number", "topic", "option", "position"],
)


def test_a_table_with_a_sheet_that_ranks_nothing_is_silent():
    found = ballots(RANKINGS, "duration", ("A", "B", "C"), (1, 2, 3))
    assert found.positions.tolist() == [[1, 2, 0], [0, 1, 0]]
    assert found.tables.tolist() == [1, 3]
    assert found.silent == 1
    assert agreement(found)["silent"].item() == 1


def test_an_option_that_is_not_in_the_topic_is_named():
    with pytest.raises(FrameError, match="option: 'B' is not one of A, C"):
        ballots(RANKINGS, "duration", ("A", "C"), (1, 2, 3))


def test_a_table_without_a_sheet_is_named():
    with pytest.raises(FrameError, match="table_number: 3 is not one of 1, 2"):
        ballots(RANKINGS, "duration", ("A", "B"), (1, 2))


@pytest.mark.parametrize(
    ("positions", "weight"), [([[1, 2]], []), ([[1, -2, 0]], []), ([[1, 2, 3]], [0.5]), ([[1, 2, 3]], [1, 1])]
)
def test_places_that_are_no_ballots_are_refused(positions, weight):
    with pytest.raises(FrameError, match="ballots:"):
        Ballots(("A", "B", "C"), np.array(positions), np.array(weight))


def test_an_unknown_rule_for_unranked_options_is_named():
    with pytest.raises(SelectionError, match="no rule for unranked options called 'first'"):
        consensus(lists("123"), unranked="first")


def test_the_scores_of_two_tables_by_hand():
    frame = by_option(lists("123", "110"))
    # table 1: 2, 1, 0 points; table 2 ties A and B before C: 1.5, 1.5, 0; at most 2 a table
    assert_allclose(frame["borda"], [3.5 / 4, 2.5 / 4, 0])
    assert frame["copeland"].tolist() == [2, 0, -2]
    assert frame["ranked_by"].tolist() == [2, 2, 1]
    assert frame["first"].tolist() == [2, 1, 0]
    assert_allclose(frame["mean_position"], [1.25, 1.75, 3])
    for method in ("borda_rank", "copeland_rank", "kemeny_rank", "worth_rank"):
        assert frame[method].tolist() == [1, 2, 3]


def test_ignoring_the_unranked_compares_only_what_a_table_ranked():
    frame = by_option(lists("120", "012", "010"), unranked="ignore")
    # A beats B, B beats C; the third table compares nothing
    assert_allclose(frame["borda"], [1, 0.5, 0])
    assert frame["copeland"].tolist() == [1, 0, -1]


def test_an_option_nobody_compared_has_no_rank_when_the_unranked_are_ignored():
    frame = by_option(lists("120", "210"), unranked="ignore").loc["C"]
    assert frame["ranked_by"] == 0
    assert frame[["borda", "borda_rank", "copeland_rank", "kemeny_rank", "worth", "band", "rank_low"]].isna().all()


def test_without_tables_every_option_is_there_without_a_place():
    nobody = lists("000", "000")
    frame = by_option(nobody)
    assert frame["ranked_by"].tolist() == [0, 0, 0]
    assert frame["borda_rank"].isna().all()
    row = agreement(nobody).iloc[0]
    assert (row["tables"], row["silent"]) == (0, 2)
    assert row[["w", "p", "tau", "words", "moving_table", "moves", "kemeny_optima"]].isna().all()
    assert distances(nobody).empty
    assert spoken(nobody) == "No table ranked anything that can be compared."


def test_a_table_that_ranked_one_item_puts_it_before_all_others():
    frame = by_option(lists("010"))
    assert_allclose(frame["borda"], [0.25, 1, 0.25])
    assert frame["borda_rank"].tolist() == [2, 1, 2]
    assert_allclose(frame["worth"].sum(), 1)


def test_tables_that_tie_everything_agree_on_nothing():
    tied = lists("111", "111", "111")
    frame = by_option(tied)
    assert frame["borda_rank"].tolist() == [1, 1, 1]
    assert frame["band"].tolist() == [1, 1, 1]
    assert_allclose(frame["worth"], 1 / 3)
    row = agreement(tied).iloc[0]
    assert row[["w", "p", "tau", "words"]].isna().all()
    assert row["kemeny_optima"] == 6
    assert distances(tied)["tau"].isna().all()


def test_one_table_has_an_order_and_no_intervals():
    one = lists("213")
    frame = by_option(one)
    assert frame["borda_rank"].tolist() == [2, 1, 3]
    assert frame[["rank_low", "rank_high", "p_first", "kemeny_low", "worth_high"]].isna().all(axis=None)
    assert frame["band"].tolist() == [1, 1, 1]
    assert agreement(one)[["w", "tau", "moving_table"]].isna().all(axis=None)
    assert spoken(one) == "With 1 table the order cannot be told; most points: Bees."


def test_two_options_are_ranked():
    frame = by_option(lists(*["12"] * 7, "21", options="AB"))
    assert frame["borda_rank"].tolist() == [1, 2]
    assert frame["band"].tolist() == [1, 2]


def test_one_option_has_the_only_rank():
    only = lists("1", "1", options="A")
    frame = by_option(only)
    assert frame["ranked_by"].tolist() == [2]
    assert agreement(only)["w"].isna().all()


def test_equal_tables_agree_wholly():
    equal = lists(*["2134"] * 8, options="ABCD")
    frame = by_option(equal)
    assert frame["band"].tolist() == [2, 1, 3, 4]
    assert frame["rank_low"].tolist() == frame["rank_high"].tolist() == [2, 1, 3, 4]
    row = agreement(equal).iloc[0]
    assert_allclose([row["w"], row["tau"]], 1, rtol=1e-6)
    assert row["words"] == "strong agreement"
    assert row["kemeny_optima"] == 1
    assert pd.isna(row["moving_table"])
    assert row["moves"] == 0
    assert spoken(equal) == "Bees in first place: 8 tables (strong agreement)."


def test_five_equal_tables_do_not_settle_an_order():
    assert by_option(lists(*["123"] * 5))["band"].tolist() == [1, 1, 1]
    assert spoken(lists(*["123"] * 5)) == "With 5 tables the order cannot be told; most points: Ants."


def test_options_whose_order_cannot_be_told_share_the_top():
    given = lists(*["1234"] * 4, *["2134"] * 4, options="ABCD")
    assert by_option(given)["band"].tolist() == [1, 1, 2, 3]
    assert spoken(given).startswith("Ants and Bees share the top: with 8 tables their order cannot be told")


def test_opposed_tables_let_no_option_stand_out():
    given = lists(*["123"] * 4, *["321"] * 4)
    assert spoken(given) == "With 8 tables no option stands out (no agreement)."


def test_a_line_between_bands_holds_in_the_tables_and_in_the_rooms():
    score = np.array([0.9, 0.8, 0.1])
    rooms = np.array([[0.9, 0.8, 0.1]] * 19 + [[0.7, 0.8, 0.1]] * 1)
    assert bands(score, rooms).tolist() == [1, 2, 3]
    assert bands(score, rooms[1:]).tolist() == [1, 1, 2]  # 18 of 19 are less than 95 %
    assert bands(score, rooms[:0]).tolist() == [1, 1, 1]
    assert bands(np.array([0.5, 0.5, np.nan]), rooms[:5])[:2].tolist() == [1, 1]


def test_the_two_tables_furthest_apart_come_first():
    given = lists("123", "321", "132", tables=np.array([4, 2, 9]))
    assert distances(given)[["table", "other", "opposed"]].iloc[0].tolist() == [2, 4, 3]
    assert_allclose(distances(given)["tau"], [-1, -1 / 3, 1 / 3], atol=1e-6)


def test_the_table_that_moves_the_order_is_named_by_its_number():
    # A 3, B 2, C 1 points; without table 7, B passes A; without 5, C passes B; of two equals the lower number
    given = lists("132", "213", tables=np.array([7, 5]))
    row = agreement(given).iloc[0]
    assert (row["moves"], row["moving_table"]) == (1, 5)
    # three more like table 5: only without them does anything swap, and no one of them is enough
    settled = agreement(lists("132", *["213"] * 4, tables=np.arange(1, 6))).iloc[0]
    assert (settled["moves"], pd.isna(settled["moving_table"])) == (0, True)


def test_the_p_of_three_equal_tables_is_exact():
    # three options, three tables: two must repeat the first, each by 1 of 6 chances
    assert_allclose(concordance(lists("123", "123", "123")).p, 1 / 36, atol=0.005)


@pytest.mark.parametrize(
    ("w", "p", "words"),
    [
        (0.7, 0.01, "strong agreement"),
        (0.69, 0.01, "moderate agreement"),
        (0.3, 0.05, "weak agreement"),
        (0.29, 0.001, "no agreement"),
        (0.9, 0.06, "no agreement"),
        (np.nan, np.nan, None),
    ],
)
def test_concordance_in_words(w, p, words):
    assert in_words(Concordance(w, p)) == words


def test_a_weight_is_so_many_tables():
    many = lists(*["123"] * 5, *["312"] * 3)
    few = lists("123", "312", weight=np.array([5, 3]))
    pd.testing.assert_frame_equal(consensus(many, draws=100), consensus(few, draws=100))
    columns = ["tables", "compared", "w", "p", "tau", "kemeny_optima"]
    pd.testing.assert_frame_equal(agreement(many)[columns], agreement(few)[columns])


@st.composite
def rooms(draw):
    size, n = draw(st.integers(2, 5)), draw(st.integers(1, 8))
    row = st.lists(st.integers(0, 3), min_size=size, max_size=size)
    return Ballots(tuple("ABCDE"[:size]), np.array([draw(row) for _ in range(n)]))


@quick
@given(rooms(), st.randoms(use_true_random=False))
def test_the_order_of_tables_and_options_makes_no_difference(given, random):
    tables, options = list(range(len(given.tables))), list(range(len(given.options)))
    random.shuffle(tables)
    random.shuffle(options)
    names = tuple(given.options[k] for k in options)
    other = Ballots(names, given.positions[tables][:, options], tables=given.tables[tables], silent=given.silent)
    ours, theirs = (consensus(x, draws=50).set_index("option") for x in (given, other))
    pd.testing.assert_frame_equal(ours, theirs.loc[list(given.options)])
    pd.testing.assert_frame_equal(agreement(given, draws=50), agreement(other, draws=50))
    pd.testing.assert_frame_equal(distances(given), distances(other))


@quick
@given(rooms(), st.sampled_from(["last", "ignore"]))
def test_a_rank_lies_in_its_interval_and_bands_follow_the_order(given, unranked):
    frame = consensus(given, draws=60, unranked=unranked)
    seen = frame[frame["rank_low"].notna()]
    for name in ("rank", "copeland", "kemeny", "worth"):
        rank = seen["borda_rank" if name == "rank" else f"{name}_rank"]
        assert (seen[f"{name}_low"] <= rank).all()
        assert (rank <= seen[f"{name}_high"]).all()
    in_order = frame[frame["borda_rank"].notna()].sort_values("borda_rank")
    assert in_order["band"].is_monotonic_increasing
    assert sentence(frame, agreement(given, draws=50), LABELS).endswith(".")


def test_many_ballots_have_the_same_intervals_by_their_normal_limit():
    rng = np.random.default_rng(4)
    chosen = np.argsort(np.argsort(rng.gumbel(size=(3000, 5)) - 0.02 * np.arange(5), axis=1), axis=1)
    given = Ballots(tuple("ABCDE"), np.where(chosen < 3, chosen + 1, 0))
    drawn, limit = (consensus(given, draws=2000, exact=exact) for exact in (10_000, 0))
    assert_allclose(limit["p_first"], drawn["p_first"], atol=0.05)
    assert_allclose(limit["p_top3"], drawn["p_top3"], atol=0.05)
    assert limit["copeland_low"].isna().all()


def test_a_hundred_thousand_partial_ballots_are_ranked_as_one_array():
    rng = np.random.default_rng(5)
    place = 25 - (np.linspace(0, 2, 25) + rng.gumbel(size=(100_000, 25))).argsort(axis=1).argsort(axis=1)
    given = Ballots(tuple(f"{k:02}" for k in range(25)), np.where(place <= rng.integers(1, 9, (100_000, 1)), place, 0))
    frame = consensus(given, draws=200)
    # drawn with utilities that rise by 1/12 from option to option
    for method in ("borda_rank", "copeland_rank", "kemeny_rank", "worth_rank"):
        assert abs(frame[method].astype(int) - np.arange(25, 0, -1)).max() <= 1
    assert frame["ranked_by"].sum() == (given.positions > 0).sum()
    utility = np.log(frame["worth"])
    assert_allclose(utility - utility.mean(), np.linspace(-1, 1, 25), atol=0.06)
