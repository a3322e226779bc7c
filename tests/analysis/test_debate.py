"""The debate queue and its cards: known answers by hand, who stands where, and what may be said."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import rankdata

from sctrain.analysis.agenda import PLACES, Card, cards, sentence
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


def spoken(frame, **options):
    return sentence(frame.reset_index(), LABELS, **options)


def ends(frame, option):
    """Who puts the option highest and lowest, and who may be asked, as text; `` for missing."""
    names = ["table_for", "place_for", "shares_for", "ask_for", "table_against", "place_against", "ask_against"]
    return " ".join("-" if pd.isna(value) else str(value) for value in frame.loc[option, names])


TEN = [("s", 2), ("s", 4), ("l", 0), ("l", 1)] * 5
"""Ten people a group: means 3 and 0.5 of A, people's variances 10 / 9 and 2.5 / 9."""


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
    assert frame["group_more"].isna().all()  # of two people each
    assert frame[["rank_low", "rank_high", "between_tables", "table_for"]].isna().all(axis=None)


def test_groups_are_named_from_ten_people_on():
    row = queued(lists("12", "12", options="AB"), [1, 1], people(*TEN, ("x", 4), ("x", 4), names="A")).loc["A"]
    assert (row["group_more"], row["gap_more"], row["n_more"]) == ("s", 3, 10)
    assert (row["group_less"], row["gap_less"], row["n_less"]) == ("l", 0.5, 10)


def test_no_group_is_named_where_no_two_of_ten_people_differ():
    # nine people in one of them; then two of ten with the same mean, and a small one that differs
    for marks in (TEN[:-1], [*TEN[:2] * 5, *[("l", 3)] * 10, ("x", 0), ("x", 0)]):
        frame = queued(lists("12", "12", options="AB"), [1, 1], people(*marks, names="A"))
        assert frame.loc["A", "between_groups"] > 0
        assert frame["group_more"].isna().all()


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
    found = frame.loc[list("ABCD"), ["table_for", "place_for", "table_against", "place_against"]]
    # 6 and 9 both put A first; C is left out by 4 and 9, D by all but 2, and 6 has the longest list without it
    expected = [[6, 1, 2, 4], [4, 1, 2, 3], [2, 1, 4, None], [2, 2, 6, None]]
    assert found.astype(object).where(found.notna(), None).values.tolist() == expected


def test_a_tie_shares_points_so_that_the_table_without_one_is_for_it():
    frame = queued(lists("113", "123", tables=np.array([1, 2])), [1, 1, 1])
    assert ends(frame, "A") == "2 1 1 2 1 1 1"
    assert ends(frame, "B") == "1 1 2 1 2 2 2"


def test_of_equal_points_the_table_with_it_alone_in_its_place_is_for_it():
    # 1 ties A first with two others and 2 puts it alone second, each with two points of four; 3 and 4 have none
    frame = queued(lists("11145", "21345", "51234", "51342", options="ABCDE"), [1] * 5)
    assert ends(frame, "A") == "2 2 1 2 3 5 3+4"


def test_places_are_those_of_the_lists():
    frame = queued(lists("1230", "2100", "0120", "0000", options="ABCD", tables=np.array([7, 2, 5, 3])), [1] * 4)
    told = frame[["listed_by", "place_first", "place_last", "left_out", "options", "tables"]]
    assert told.loc["A"].tolist() == [2, 1, 2, "5", 3, 3]
    assert told.loc["C"].tolist() == [2, 2, 3, "2", 3, 3]
    assert told.loc["D", ["listed_by", "left_out"]].tolist() == [0, "2+5+7"]
    assert told.loc["D", ["place_first", "place_last"]].isna().all()


def test_a_table_with_a_short_list_is_not_asked_why_it_left_something_out():
    # lists of 4, 4, 4, 1 and 3 options: table 4's is shorter than half of 4
    frame = queued(lists("12340", "21430", "12430", "00001", "12003", options="ABCDE"), [1] * 5)
    assert frame.loc["C", "left_out"] == "4+5"
    assert ends(frame, "C").endswith("5 - 5")
    assert (frame.loc["A", "left_out"], frame.loc["A", "ask_against"]) == ("4", "")
    [best] = dealt(frame.loc[["A"]])
    assert best.apart == "Table 1 puts it first; table 4 leaves it out."
    assert best.question == "Table 1, why do you put it first? Who sees it differently?"


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
    # of A and B, each has them in this order: 2 leaves out B alone, which is to put it last
    assert frame["table_for"].isna().all()
    assert frame["between_tables"].tolist() == [0, 0, 0, 0]


def test_options_that_no_table_ranked_are_left_out_of_the_scale():
    frame = queued(lists("120000", "210000", options="ABCDEF"), [1] * 6)
    assert frame["between_tables"].to_dict() == {"A": 1, "B": 1, "C": 0, "D": 0, "E": 0, "F": 0}
    assert frame["rank"].tolist() == [1, 1, 3, 3, 3, 3]


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
    assert dealt(frame)[0].place == "Place 1 to 3 of 4 in the queue (95 % interval)."
    unknown = frame.assign(rank_low=pd.array([None] * 4, "Int64"))
    assert dealt(unknown)[0].place == "With 40 tables its place cannot be told."


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
    assert card(frame, "A") == Card(
        "A",
        "Ants",
        "The greatest need of all (n = 48); 7 of 8 tables list it, from first to fourth place.",
        "Place 1 of 5 in the queue.",
        "Table 1 puts it first; table 7 leaves it out.",
        "Table 1, why do you put it first? Table 7, why is it not on your list?",
        "tables",
    )
    assert card(frame, "C").sentence == (
        "50\u202f% of the greatest need (n = 48); all 8 tables list it, from first to third place."
    )
    assert dealt(frame.loc[["B"]])[0].apart == "Table 1 puts it second, table 8 fifth."
    assert card(frame, "E").sentence.endswith("(n = 48); 1 of 8 tables lists it, in second place.")
    assert card(frame, "E").apart == "Table 8 puts it second; tables 1, 2, 3, 4 and 3 more leave it out."


def test_a_card_of_tied_options():
    frame = queued(lists("113", "123"), [1, 1, 1])
    assert card(frame, "A").apart == "Table 2 puts it first, table 1 first but tied with more options."
    assert card(frame, "A").question.endswith("Table 1, which of the options you tied comes first?")
    assert card(frame, "B").apart == "Table 1 puts it first together with one other, table 2 second."
    frame = queued(lists("1110", "0001", "0001", options="ABCD"), [1, 0, 0, 0])
    assert card(frame, "A").apart == "Table 1 puts it first together with 2 others; tables 2 and 3 leave it out."
    assert card(frame, "A").question.startswith("Table 1, which of the 3 options you tied comes first? ")
    assert card(frame, "A").place == "With 3 tables its place cannot be told."


def test_cards_ask_other_tables_where_others_have_the_same_view():
    given_ = lists("12000", "12000", "21000", "00123", "00213", "00123", options="ABCDE")
    asked = [c.question for c in dealt(queued(given_, [9, 8, 7, 6, 0]))]
    assert asked == [
        "Table 1, why do you put it first? Table 4, why is it not on your list?",
        "Table 3, why do you put it first? Table 5, why is it not on your list?",
        "Table 6, why do you put it first? Table 2, why is it not on your list?",
        "Table 5, why do you put it first? Who sees it differently?",
    ]


def test_an_option_that_is_low_wherever_it_is_listed_is_asked_about_itself():
    frame = queued(lists("1234", "1243", "1230", options="ABCD"), [1, 1, 1, 1])
    assert card(frame, "D").apart == "Table 2 puts it third; table 3 leaves it out."
    assert card(frame, "D").question == "Does it belong on the list at all?"


@pytest.mark.parametrize(("place", "word"), [(6, "sixth"), (10, "tenth"), (11, "11th"), (12, "12th"), (21, "21st")])
def test_places_are_written_as_words_up_to_ten(place, word):
    others = [other for other in range(1, 31) if other != place]
    given_ = Ballots(tuple(f"o{k}" for k in range(30)), np.array([[place, *others], [place, *others], [0, *others]]))
    told = cards(queued(given_, [1] * 30).loc[["o0"]].reset_index(), {}, {}, 5)
    assert told[0].apart == f"Table 1 puts it {word}; table 3 leaves it out."


def test_a_card_of_an_option_that_no_table_lists():
    frame = queued(lists("0120", "0210", options="ABCD"), [1, 0, 0, 0], people(*TEN, names="A"))
    assert card(frame, "A").sentence == (
        "The greatest need of all (n = 20), and groups of people are far apart on it; no table lists it."
    )


def test_a_card_of_two_groups_says_nothing_of_tables_that_agree():
    [best] = dealt(queued(lists("123", "132"), [1, 0, 0], people(*TEN, names="A")))
    assert best == Card(
        "A",
        "Ants",
        "The greatest need of all (n = 20), and groups of people are far apart on it.",
        "With 2 tables its place cannot be told.",
        "Small cities: gap 3.0 of 4 points (n = 10); Large cities: 0.50 (n = 10).",
        "Small cities: what do you lack here? Large cities: where did you learn it?",
        "groups",
    )


def test_groups_that_are_too_small_are_not_named():
    [best] = dealt(queued(lists("123", "132"), [1, 0, 0], people(*TEN[:4], names="A")))
    assert best.sentence == "The greatest need of all (n = 20), and groups of people are apart on it."
    assert best.apart == "No group is named: that takes two that differ, each of 10 people or more."
    assert best.view == "groups"


def test_labels_of_groups_are_cut_only_where_they_still_differ():
    frame = queued(lists("12", "12", options="AB"), [1, 0], people(*TEN, names="A")).reset_index()
    [best] = cards(frame, {}, {"s": "Small, under 250\u202f000 (or not said)", "l": "Large, 250\u202f000 and more"}, 5)
    assert best.apart.startswith("Small, under 250\u202f000: gap 3.0")
    assert best.question.startswith("Small: what do you lack here? Large: where")
    [best] = cards(frame, {}, {"s": "Cities, under 250\u202f000", "l": "Cities, 250\u202f000 and more"}, 5)
    assert best.question.startswith("Cities, under 250\u202f000: what")


def test_a_card_shows_where_the_split_is_wider():
    wide, narrow = lists("123", "321"), lists(*["12345"] * 30, "21345", options="ABCDE")
    assert card(queued(wide, [1, 1, 0], people(*TEN, names="A")), "A").view == "tables"
    few = queued(narrow, [1, 1, 0, 0, 0], people(*TEN, names="A"))
    assert few.loc["A", "between_tables"] < few.loc["A", "between_groups"]
    assert card(few, "A").view == "groups"


def test_a_card_without_people_speaks_of_points():
    frame = queued(lists("123", "321", "213"), [2, 4, 1], n=3)
    told = {c.option: c.sentence for c in dealt(frame, of_people=False)}
    assert told["A"] == "50\u202f% of the most points (3 tables); all 3 tables list it, from first to third place."
    assert told["B"] == (
        "More points than any other option (3 tables); all 3 tables list it, from first to second place."
    )


def test_equal_or_nearly_equal_needs_are_not_each_the_greatest():
    given_ = lists("123", "321")
    assert card(queued(given_, [2, 0, 2]), "A").sentence.startswith("No need is greater (n = 20); both tables list it")
    assert card(queued(given_, [999, 0, 1000]), "A").sentence.startswith(">99\u202f% of the greatest need")
    assert dealt(queued(given_, [2, 0, 2]), of_people=False)[0].sentence.startswith("No option has more points (20 ")


def test_few_people_tell_no_place():
    frame = queued(lists(*["123"] * 20, *["321"] * 20), [9, 1, 1], n=7)
    assert dealt(frame)[0].place == "With 7 people its place cannot be told."
    assert dealt(frame, of_people=False)[0].place == "Place 1 of 3 in the queue."
    assert spoken(frame).startswith("With 7 people it cannot be told what to debate first")
    assert spoken(frame, of_people=False) == "Debate first: Ants (40 tables)."


def test_only_what_is_needed_and_disputed_has_a_card():
    assert [c.option for c in dealt(queued(lists("123", "321"), [2, 4, 0]))] == ["A"]
    assert len(dealt(queued(lists("1234", "4321", options="ABCD"), [1] * 4), most=3)) == 3
    assert dealt(queued(lists("123", "123"), [1, 1, 1])) == []


SENTENCES = [
    (
        ["123"],
        [1, 1, 1],
        "Nothing to debate here yet: that takes a need, and two tables or two groups of people to compare.",
    ),
    (
        ["123", "123"],
        [1, 1, 1],
        "Nothing to debate here yet: where there is a need, those that can be compared do not differ.",
    ),
    (
        ["123", "321"],
        [2, 1, 1],
        "With 2 tables it cannot be told what to debate first; needed and disputed most: Ants.",
    ),
    (["123"] * 20 + ["321"] * 20, [9, 1, 1], "Debate first: Ants (20 people, 40 tables)."),
    (
        ["1234"] * 9 + ["3214"] * 9,
        [2, 1, 2, 0],
        "With 18 tables it cannot be told what to debate first; needed and disputed most: Ants and Cats.",
    ),
    (
        ["1234"] * 9 + ["3214"] * 9 + ["2143"],
        [20, 1, 20, 1],
        "Debate Cats and Ants first; which of the two comes first cannot be told from 19 tables.",
    ),
]


@pytest.mark.parametrize(("rows", "need", "says"), SENTENCES)
def test_what_is_said_of_the_queue(rows, need, says):
    assert spoken(queued(lists(*rows, options="ABCD"[: len(need)]), need)) == says


def test_several_that_may_be_first_are_named_so_that_each_is_whole():
    rows = ["1234", "2314", "3124"] * 7
    frame = queued(lists(*rows, "1243", options="ABCD"), [9, 9, 9, 1]).reset_index()
    assert sentence(frame, LABELS) == ("Debate Cats, Ants and Bees first; their order cannot be told from 22 tables.")
    assert sentence(frame, LABELS | {"A": "One month, full time"}).startswith(
        "Debate “Cats”, “One month, full time” and “Bees” first; "
    )


def test_an_empty_queue_has_a_sentence_and_no_cards():
    assert spoken(QUEUE.empty()).startswith("Nothing to debate here yet")
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
@given(rooms_of_both())
def test_cards_say_of_tables_what_their_lists_say(made):
    given_, need, groups = made
    frame = queued(given_, need, groups, draws=20)
    rows = zip(given_.tables, given_.positions, strict=True)
    place = {str(table): dict(zip(given_.options, row, strict=True)) for table, row in rows}
    for told in dealt(frame):
        row = frame.loc[told.option]
        assert (told.view == "tables") >= (row["between_groups"] == 0)
        if told.view == "tables":
            assert row["between_tables"] > 0
            table, word = re.match(r"Table (\d+) puts it (\w+)", told.apart).groups()
            assert PLACES[place[table][told.option] - 1] == word
            assert all(place[table][told.option] == 0 for table in row["left_out"].split("+") if table)
            for table in re.findall(r"Table (\d+), why is it not", told.question):
                assert place[table][told.option] == 0
        else:
            assert "able" not in f"{told.apart}{told.question}"


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
    ranked = (given_.positions > 0).any(axis=0)
    place = np.where(given_.positions > 0, given_.positions, 99)[:, ranked]
    for option, row in frame.iterrows():
        k = given_.options.index(option)
        if not ranked[k] or ranked.sum() < 2:
            assert row["between_tables"] == 0
            continue
        own = np.where(given_.positions[:, [k]] > 0, given_.positions[:, [k]], 99)
        won = (own < place).sum(axis=1) + ((own == place).sum(axis=1) - 1) / 2
        assert_allclose(row["between_tables"], 2 * np.std(won / (ranked.sum() - 1)), atol=1e-12)
        assert pd.isna(row["table_for"]) == (row["between_tables"] == 0)
        assert row["listed_by"] == (given_.positions[:, k] > 0).sum()


def test_the_arguments_are_left_as_they_were():
    need, drawn = np.array([2.0, -1, np.nan]), np.full((200, 3), -1.0)
    queued(lists("123", "321"), need, rooms=drawn)
    assert_array_equal(need, [2, -1, np.nan])
    assert (drawn == -1).all()
