"""The debate queue and its cards: known answers by hand, who stands where, and what may be said."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import rankdata

from sctrain.analysis.agenda import Card, cards, sentence
from sctrain.analysis.ballots import Ballots
from sctrain.analysis.consensus import consensus, rooms
from sctrain.analysis.counts import groups_by, joint_counts
from sctrain.analysis.debate import queue
from sctrain.analysis.gaps import gaps
from sctrain.analysis.ranks import SEED
from sctrain.errors import FrameError
from sctrain.frames import QUEUE

from .made import cards_of, codes, quick
from .test_consensus import LABELS, lists
from .test_consensus import rooms as ballots_of_few_tables

CITIES = {"s": "Small cities", "l": "Large cities"}


def people(*marks, names="ABC"):
    """GAPS by group of rows (group, gap of A, gap of B, ..) on a scale of 1 to 5; None is not answered."""
    given_ = np.array([[0 if gap is None else 1 + gap for gap in row[1:]] for row in marks])
    held = cards_of(given_, np.where(given_ > 0, 1, 0), names=tuple(names))
    found = codes([row[0] for row in marks])
    return gaps(joint_counts(held, groups_by(found, {group: (group,) for group in dict.fromkeys(r[0] for r in marks)})))


def queued(given_, need, groups=None, n=20, rooms=None, points=5, draws=200):
    size = len(given_.options)
    return queue(given_, np.array(need, float), np.full(size, n), rooms, groups, points, draws).set_index("option")


def dealt(frame, **options):
    return cards(frame.reset_index(), LABELS, CITIES, 5, **options)


def spoken(frame):
    return sentence(frame.reset_index(), LABELS)


def test_disagreement_of_two_tables_by_hand():
    frame = queued(lists("123", "321"), [2, 4, 1])
    # A has 2 and 0 points of 2: standard deviation 1/2 of the most, twice that is 1; B has 1 and 1
    assert frame.index.tolist() == ["A", "C", "B"]
    assert frame["between_tables"].tolist() == frame["disagreement"].tolist() == [1, 1, 0]
    assert frame["need"].tolist() == [0.5, 0.25, 1]
    assert frame["score"].tolist() == [0.5, 0.25, 0]
    assert frame["rank"].tolist() == [1, 2, 3]
    assert frame["tables"].tolist() == [2, 2, 2]
    assert frame["between_groups"].isna().all()


def test_disagreement_of_two_groups_by_hand():
    marks = [("s", 2, 1, 0), ("s", 4, 1, 0), ("l", 0, 2, 0), ("l", 2, 1, 0)]
    frame = queued(lists("123"), [1, 1, 1], people(*marks))
    # A: means 3 and 1, people's variance 2 in both: 2 between the means, of which 2 / 2 people is chance;
    # B: means 1 and 1.5: 0.125 between them, and chance makes (0 + 0.5) / 2 / 2 = 0.125
    assert_allclose(frame["between_groups"], [np.sqrt(1 / 2) / 4, 0, 0], atol=1e-9)
    assert_allclose(frame["disagreement"], frame["between_groups"])
    row = frame.loc["A"]
    assert (row["group_more"], row["gap_more"], row["n_more"]) == ("s", 3, 2)
    assert (row["group_less"], row["gap_less"], row["n_less"]) == ("l", 1, 2)
    assert frame.loc["C", ["group_more", "gap_less"]].isna().all()
    assert frame[["rank_low", "rank_high", "between_tables", "table_for"]].isna().all(axis=None)


def test_disagreement_is_the_mean_of_tables_and_groups():
    marks = [("s", 2, 0, 0), ("s", 4, 0, 0), ("l", 0, 0, 0), ("l", 2, 0, 0)]
    frame = queued(lists("123", "321"), [1, 1, 1], people(*marks))
    assert_allclose(frame.loc[["A", "B", "C"], "disagreement"], [(1 + np.sqrt(1 / 2) / 4) / 2, 0, (1 + 0) / 2])


def test_groups_that_are_hidden_or_of_one_person_are_not_compared():
    marks = [("s", 4, 4, 0), ("s", 4, 3, 0), ("l", 0, 0, 0), ("l", 1, 1, 0), ("x", 0, None, 4)]
    shown = people(*marks)
    hidden = shown.assign(suppressed=(shown["group"] == "l") & (shown["competency"] == "A"))
    frame = queued(lists("123", "132"), [1, 1, 1], hidden)
    assert np.isnan(frame.loc["A", "between_groups"])
    assert frame.loc["B", "between_groups"] > 0
    assert (frame.loc["B", "group_more"], frame.loc["B", "group_less"]) == ("s", "l")
    assert frame.loc["C", "between_groups"] == 0


def test_need_is_over_the_greatest_and_no_need_is_never_negative():
    frame = queued(lists("1234", "4321", options="ABCD"), [3, -1, np.nan, 1.5])
    assert frame["need"].to_dict() == {"A": 1, "D": 0.5, "B": 0}
    assert queued(lists("12", "21", options="AB"), [-1, 0])["need"].tolist() == [0, 0]


def test_what_can_not_be_compared_is_left_out():
    assert queued(lists("123"), [1, 1, 1]).empty
    assert queued(lists("000", "000"), [1, 1, 1]).empty
    assert queued(lists("1", "1", options="A"), [1]).empty
    assert queued(lists("123", "000", "321"), [np.nan] * 3).empty


def test_a_silent_table_is_no_table_and_one_that_tied_everything_has_halves():
    frame = queued(lists("123", "000", "111"), [1, 1, 1]).loc[["A", "B", "C"]]
    assert frame["tables"].tolist() == [2, 2, 2]
    assert frame["between_tables"].tolist() == [0.5, 0, 0.5]  # 2, 1, 0 and 1, 1, 1 points
    assert queued(lists("111", "111"), [1, 1, 1])["score"].tolist() == [0, 0, 0]


def test_the_tables_for_and_against_are_named_with_their_places():
    given_ = lists("1200", "2100", "1320", "4312", options="ABCD", tables=np.array([9, 4, 6, 2]))
    frame = queued(given_, [1, 1, 1, 1])
    ends = frame.loc[list("ABCD"), ["table_for", "place_for", "table_against", "place_against"]]
    # 6 and 9 both put A first; C is left out by 4 and 9, D by all but 2, and 6 has the longest list without it
    expected = [[6, 1, 2, 4], [4, 1, 2, 3], [2, 1, 4, None], [2, 2, 6, None]]
    assert ends.astype(object).where(ends.notna(), None).values.tolist() == expected


def test_a_tie_shares_points_so_that_the_table_without_one_is_for_it():
    row = queued(lists("113", "123", tables=np.array([1, 2])), [1, 1, 1]).loc["A"]
    assert row[["table_for", "place_for", "table_against", "place_against"]].tolist() == [2, 1, 1, 1]


def test_a_table_that_leaves_an_option_out_is_below_one_that_puts_it_last():
    # by points, C has 1/2 at table 1, that lists one option, and 0 at table 2
    row = queued(lists("100", "123"), [1, 1, 1]).loc["C"]
    assert row[["table_for", "place_for", "table_against"]].tolist() == [2, 3, 1]
    assert pd.isna(row["place_against"])


def test_of_tables_that_leave_an_option_out_the_longest_list_is_furthest():
    # table 5 leaves D out of a list of one (1 point), 8 of a list of three (0 points), and 7 ties it with all
    row = queued(lists("1000", "1111", "1230", options="ABCD", tables=np.array([5, 7, 8])), [1] * 4).loc["D"]
    assert row[["table_for", "place_for", "table_against"]].tolist() == [7, 1, 8]


def test_no_table_is_named_where_none_differs_or_none_lists_it():
    frame = queued(lists("1200", "1000", options="ABCD"), [1, 1, 1, 1])
    assert frame.loc[["A", "C"], "table_for"].isna().all()
    assert frame.loc["A", "between_tables"] == 0
    assert frame.loc["C", "between_tables"] > 0  # left out after two others, and after one


def test_a_place_that_all_rooms_agree_on_is_certain():
    # every room has tables that are for A first or last, and all are equal about the rest
    given_ = lists(*["1234"] * 20, *["4123"] * 20, options="ABCD")
    row = queued(given_, [4, 1, 1, 0]).loc["A"]
    assert row[["rank", "rank_low", "rank_high"]].tolist() == [1, 1, 1]


def test_need_redrawn_over_people_widens_the_places():
    given_ = lists(*["1234"] * 20, *["4123"] * 20, options="ABCD")
    turns = np.tile([[4.0, 1, 1, 0], [1, 8, 4, 0]], (100, 1))
    frame = queued(given_, [4, 1, 1, 0], rooms=np.where(np.arange(4) == 3, np.nan, turns))
    assert frame.loc["A", ["rank_low", "rank_high"]].tolist() == [1, 3]
    assert frame.loc["D", ["rank_low", "rank_high"]].isna().all()
    assert "With 40 tables its place in the queue cannot be told" in dealt(frame.assign(score=1.0))[3].place


def test_a_need_from_the_tables_is_of_the_same_rooms():
    given_ = lists("1200", "2134", "3120", "0001", "4123", "1110", "2310", options="DBCA")
    frame = queued(given_, consensus(given_)["borda"], rooms=rooms(given_, 200)["borda"])
    # the same rooms by hand: tables in the order of their lists by code, each drawn with equal chance
    points = 4 - rankdata(np.where(given_.positions > 0, given_.positions, 9), axis=1)
    order = sorted(range(7), key=lambda v: given_.positions[v, [3, 1, 2, 0]].tolist())
    drawn = np.random.default_rng(SEED).multinomial(7, np.full(7, 1 / 7), 200)
    each = [np.repeat(points[order], times, axis=0) for times in drawn]
    score = np.round([room.mean(axis=0) * room.std(axis=0) for room in each], 9)
    ranks = rankdata(-score, axis=1, method="min")
    low, high = (np.quantile(ranks, q, axis=0, method="inverted_cdf") for q in (0.025, 0.975))
    own = frame.loc[list("DBCA"), "rank"].to_numpy(int)
    assert frame.loc[list("DBCA"), "rank_low"].tolist() == np.minimum(low, own).tolist()
    assert frame.loc[list("DBCA"), "rank_high"].tolist() == np.maximum(high, own).tolist()


def test_arguments_that_do_not_fit_are_refused():
    with pytest.raises(FrameError, match="do not fit 3 options"):
        queued(lists("123"), [1, 1])
    with pytest.raises(FrameError, match=r"\(7, 3\) do not fit 3 options"):
        queued(lists("123"), [1, 1, 1], rooms=np.ones((7, 3)), draws=8)


def card(frame, option):
    return next(c for c in dealt(frame, most=9) if c.option == option)


def test_a_card_of_two_tables():
    given_ = lists(*["12300"] * 3, *["32100"] * 3, "02100", "45312", options="ABCDE")
    frame = queued(given_, [4, 1, 2, 0, 1], n=48)
    best = card(frame, "A")
    share = round(100 * frame.loc["A", "between_tables"])
    low, high = frame.loc["A", ["rank_low", "rank_high"]]
    told = low if low == high else f"{low} to {high}"
    assert best == Card(
        "A",
        "Ants",
        f"No need is greater (n = 48); 8 tables are {share}\u202f% as far apart on it as they could be.",
        f"In 95 % of the redrawn rooms it has place {told} in the queue.",
        "Table 1 puts it first, table 7 leaves it out.",
        "Table 1, what would you tell table 7, which left it out?",
        "tables",
    )
    assert card(frame, "C").sentence.startswith("Its need is 50\u202f% of the greatest (n = 48); 8 tables are ")
    assert card(frame, "B").apart == "Table 1 puts it second, table 8 fifth."
    assert card(frame, "B").question == "Table 1, what do you see in it that table 8 does not?"
    assert card(frame, "E").sentence.startswith("Its need is 25\u202f% of the greatest (n = 48); 8 tables are ")


def test_a_card_of_a_table_that_tied_more():
    best = card(queued(lists("113", "123"), [1, 1, 1]), "A")
    assert best.apart == "Table 2 puts it first, table 1 first but tied with more options."
    assert best.question == "Table 1, which of the options you tied comes first?"
    assert best.place == "With 2 tables its place in the queue cannot be told."


def test_a_card_of_an_option_that_no_table_lists():
    best = card(queued(lists("1200", "1000", options="ABCD"), [1, 1, 1, 1]), "C")
    assert (best.apart, best.view) == ("No table lists it.", "tables")
    assert best.question == "Was it forgotten, or does it not belong on the list?"


def test_a_card_of_two_groups():
    marks = [("s", 2, 0, 0), ("s", 4, 0, 0), ("l", 0, 0, 0), ("l", 1, 0, 0)]
    [best] = dealt(queued(lists("123", "132"), [1, 0, 0], people(*marks)))
    # means 3 and 0.5, people's variances 2 and 0.5: 3.125 between the means, of which 1.25 / 2 people is chance
    assert best == Card(
        "A",
        "Ants",
        "No need is greater (n = 20); groups of people are 28\u202f% as far apart on it as they could be, "
        "2 tables agree.",
        "With 2 tables its place in the queue cannot be told.",
        "Small cities: gap 3.0 of 4 points (n = 2); Large cities: 0.50 (n = 2).",
        "Small cities: what do you lack here? Large cities: where did you learn it?",
        "groups",
    )


def test_a_card_shows_where_the_split_is_wider():
    marks = [("s", 2, 0, 0), ("s", 4, 0, 0), ("l", 0, 0, 0), ("l", 1, 0, 0)]
    tables = card(queued(lists("123", "321"), [1, 1, 0], people(*marks)), "A")
    assert tables.view == "tables"
    assert "2 tables are 100\u202f% as far apart on it as they could be, groups of people 28\u202f%." in tables.sentence


def test_a_card_without_people_speaks_of_points():
    frame = queued(lists("123", "321", "213"), [2, 4, 1], n=3)
    first, second = (c.sentence for c in dealt(frame, of_people=False)[:2])
    assert "It has 50\u202f% of the most points (3 tables)" in first + second
    assert "No option has more points (3 tables)" in first + second


def test_only_what_is_needed_and_disputed_has_a_card():
    assert [c.option for c in dealt(queued(lists("123", "321"), [2, 4, 0]))] == ["A"]
    assert len(dealt(queued(lists("1234", "4321", options="ABCD"), [1] * 4), most=3)) == 3
    assert dealt(queued(lists("123", "123"), [1, 1, 1])) == []


SENTENCES = [
    (
        ["123"],
        [1, 1, 1],
        "Nothing to debate yet: that takes a need, and two tables or two groups of people to compare.",
    ),
    (
        ["123", "123"],
        [1, 1, 1],
        "Nothing to debate yet: where there is a need, tables and groups of people do not differ.",
    ),
    (
        ["123", "321"],
        [2, 1, 1],
        "With 2 tables it cannot be told what to debate first; needed and disputed most: Ants.",
    ),
    (["123"] * 20 + ["321"] * 20, [9, 1, 1], "First to debate: Ants, needed and disputed most (40 tables)."),
    (
        ["1234"] * 9 + ["3214"] * 9,
        [2, 1, 2, 0],
        "With 18 tables it cannot be told what to debate first; needed and disputed most: Ants and Cats.",
    ),
    (
        ["1234"] * 9 + ["3214"] * 9 + ["2143"],
        [20, 1, 20, 1],
        "Cats and Ants come first: with 19 tables their order cannot be told.",
    ),
]


@pytest.mark.parametrize(("rows", "need", "says"), SENTENCES)
def test_what_is_said_of_the_queue(rows, need, says):
    assert spoken(queued(lists(*rows, options="ABCD"[: len(need)]), need)) == says


def test_an_empty_queue_has_a_sentence_and_no_cards():
    assert spoken(QUEUE.empty()).startswith("Nothing to debate yet")
    assert cards(QUEUE.empty(), {}, {}, 5) == []


@st.composite
def rooms_of_both(draw):
    given_ = draw(ballots_of_few_tables())
    size = len(given_.options)
    need = draw(st.lists(st.one_of(st.integers(-2, 9), st.just(np.nan)), min_size=size, max_size=size))
    row = st.tuples(st.sampled_from("sl"), *[st.one_of(st.none(), st.integers(0, 4))] * size)
    marks = draw(st.lists(row, min_size=1, max_size=12))
    return given_, need, people(*marks, names=given_.options)


@quick
@given(rooms_of_both())
def test_the_queue_follows_its_scores_and_every_rank_lies_in_its_interval(made):
    given_, need, groups = made
    frame = queued(given_, need, groups, draws=60)
    assert frame["score"].is_monotonic_decreasing
    assert (frame["rank"] == frame["score"].round(9).rank(method="min", ascending=False)).all()
    assert frame["rank_low"].isna().all() == (given_.n < 2 or frame.empty)
    seen = frame[frame["rank_low"].notna()]
    assert ((seen["rank_low"] <= seen["rank"]) & (seen["rank"] <= seen["rank_high"])).all()
    assert len(dealt(frame)) == min(5, (frame["score"] > 0).sum())
    assert spoken(frame).endswith(".")
    assert "nan" not in f"{dealt(frame)}{spoken(frame)}".lower().replace("<na>", "nan")


@quick
@given(rooms_of_both(), st.randoms(use_true_random=False))
def test_the_order_of_tables_and_the_unit_of_need_make_no_difference(made, random):
    given_, need, groups = made
    order = list(range(len(given_.tables)))
    random.shuffle(order)
    other = Ballots(given_.options, given_.positions[order], tables=given_.tables[order], silent=given_.silent)
    ours = queued(given_, need, groups, draws=60)
    pd.testing.assert_frame_equal(ours, queued(other, np.array(need) * 4, groups, draws=60))


@quick
@given(ballots_of_few_tables())
def test_the_spread_between_tables_is_that_of_their_points(given_):
    frame = queued(given_, [1] * len(given_.options))
    for option, row in frame.iterrows():
        k = given_.options.index(option)
        place = np.where(given_.positions > 0, given_.positions, 99)
        won = (place[:, [k]] < place).sum(axis=1) + ((place[:, [k]] == place).sum(axis=1) - 1) / 2
        assert_allclose(row["between_tables"], 2 * np.std(won / (len(given_.options) - 1)), atol=1e-12)


def test_the_arguments_are_left_as_they_were():
    need, drawn = np.array([2.0, -1, np.nan]), np.full((200, 3), -1.0)
    queued(lists("123", "321"), need, rooms=drawn)
    assert_array_equal(need, [2, -1, np.nan])
    assert (drawn == -1).all()
