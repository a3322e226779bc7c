"""Groups of tables: who is in one, what it ranks, and what may be said of their differences."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from sctrain.analysis.ballots import Ballots
from sctrain.analysis.consensus import consensus
from sctrain.analysis.table_groups import group_ranks, members, rank_interval, sentence

from .made import quick
from .test_consensus import LABELS, lists
from .test_consensus import rooms as ballots_of_few_tables

CITIES = {"small": "Small cities", "large": "Large cities", "towns": "Towns"}
MIXES = {4: "city_size=s+m role=elected", 1: "city_size=l", 2: "role=s", 3: "", 7: "city_size=m+l"}


def ranks(given_, draws=200, **groups):
    return group_ranks(given_, groups, draws)


def of(frame, group):
    return frame[frame["group"] == group].set_index("option")


def spoken(given_, **groups):
    return sentence(ranks(given_, **groups), LABELS, CITIES)


def test_a_table_is_in_every_group_that_its_mix_names():
    bands = {"small": ("s", "m"), "large": ("l", "xl"), "huge": ("xxl",)}
    assert members(MIXES, "city_size", bands) == {"small": (4, 7), "large": (1, 7), "huge": ()}
    assert members(MIXES, "role", {"e": ("elected",)}) == {"e": (4,)}


def test_an_open_dimension_has_the_groups_that_its_tables_name():
    assert members(MIXES, "city_size", {}) == {"l": (1, 7), "m": (4, 7), "s": (4,)}
    assert members({}, "city_size", {}) == {}


def test_the_ranks_of_two_groups_by_hand():
    given_ = lists("123", "110", "312", tables=np.array([5, 2, 9]))
    frame = ranks(given_, small=(2, 5), large=(9, 5))
    # tables 2 and 5: 2, 1, 0 and 1.5, 1.5, 0 points of 2 each; tables 5 and 9: 2, 1, 0 and 0, 2, 1
    small, large = of(frame, "small"), of(frame, "large")
    assert_allclose(small["borda"], [3.5 / 4, 2.5 / 4, 0])
    assert small["rank"].tolist() == [1, 2, 3]
    assert small["ranked_by"].tolist() == [2, 2, 1]
    assert_allclose(large["borda"], [2 / 4, 3 / 4, 1 / 4])
    assert large["rank"].tolist() == [2, 1, 3]
    assert frame["tables"].eq(2).all()
    assert frame[["rank_low", "rank_high"]].isna().all(axis=None)
    assert frame["option"].tolist() == list("ABCABC")


def test_a_group_of_one_table_is_left_out():
    given_ = lists("123", "000", "312", tables=np.array([1, 2, 3]))
    assert ranks(given_, small=(1, 2), large=(1, 3), none=(), far=(8, 9))["group"].unique().tolist() == ["large"]
    nothing = ranks(given_, small=(1, 2))
    assert nothing.empty
    assert sentence(nothing, LABELS, CITIES).startswith("Groups cannot be compared: fewer than two have 2 tables")


def test_rank_intervals_need_six_tables():
    frame = ranks(lists(*["123"] * 11), small=range(1, 7), large=range(7, 12))
    assert of(frame, "small")["rank_low"].tolist() == of(frame, "small")["rank_high"].tolist() == [1, 2, 3]
    assert of(frame, "large")["rank_low"].isna().all()


def test_tables_that_tied_everything_break_nothing():
    frame = ranks(lists(*["111"] * 7, "010"), small=range(1, 8), large=(7, 8))
    assert of(frame, "small")["rank"].tolist() == of(frame, "small")["rank_high"].tolist() == [1, 1, 1]
    assert of(frame, "large")["rank"].tolist() == [2, 1, 2]


def test_one_option_has_no_rank():
    only = lists("1", "1", "1", options="A")
    assert ranks(only, small=(1, 2), large=(2, 3))["rank"].isna().all()
    assert spoken(only, small=(1, 2), large=(2, 3)).startswith("Groups cannot be compared")


def test_a_rank_lies_in_its_interval():
    drawn = np.array([[1.0, 2, np.nan]] * 50 + [[3.0, 2, np.nan]] * 1)
    low, high = rank_interval(np.array([2.0, 1, 3]), drawn)
    assert_allclose(low, [1, 1, np.nan])  # 1 of 51 rooms is less than 2.5 %
    assert_allclose(high, [2, 2, np.nan])


SENTENCES = [
    (
        [*["123"] * 3, *["213"] * 4],
        {"small": range(1, 4), "large": range(4, 8)},
        "With 3 and 4 tables the groups' orders cannot be told; most points: Ants (Small cities), Bees (Large cities).",
    ),
    (
        [*["123"] * 6, *["213"] * 7],
        {"small": range(1, 7), "large": range(7, 14)},
        "Different options come first: Ants (Small cities), Bees (Large cities), with 6 and 7 tables.",
    ),
    (
        [*["123"] * 6, *["132"] * 6, *["213"] * 2],
        {"small": range(1, 7), "large": range(7, 13), "towns": (13, 14)},
        "The same option comes first: Ants (Small cities and Large cities), with 6 tables each; "
        "of Towns it cannot be told.",
    ),
    (
        [*["123"] * 6, *["321"] * 3],
        {"small": range(1, 7), "x": range(7, 10)},
        "With 6 and 3 tables it cannot be told whether groups differ; most points: Ants (Small cities), Cats (x).",
    ),
    (
        [*["120"] * 3, *["210"] * 3] * 2,
        {"small": range(1, 7), "large": range(7, 13)},
        "With 6 tables each the groups' orders cannot be told; most points: "
        "Ants and Bees (Small cities and Large cities).",
    ),
]


@pytest.mark.parametrize(("rows", "groups", "says"), SENTENCES)
def test_what_is_said_of_groups(rows, groups, says):
    assert spoken(lists(*rows), **groups) == says


@quick
@given(ballots_of_few_tables(), st.randoms(use_true_random=False), st.integers(0, 255))
def test_a_groups_numbers_are_its_own(given_, random, chosen):
    own = [int(t) for t in given_.tables if chosen >> (int(t) % 8) & 1]
    order = list(range(len(given_.tables)))
    random.shuffle(order)
    other = Ballots(given_.options, given_.positions[order], tables=given_.tables[order])
    alone = ranks(given_, 40, small=own)
    beside = ranks(other, 40, large=list(given_.tables), small=own[::-1])
    pd.testing.assert_frame_equal(alone, beside[beside["group"] == "small"].reset_index(drop=True))


@quick
@given(ballots_of_few_tables())
def test_a_group_of_all_tables_ranks_as_the_room_does(given_):
    group = ranks(given_, 40, all=list(given_.tables))
    room = consensus(given_, draws=40)
    columns = ["option", "ranked_by", "borda"]
    if given_.n > 1:
        pd.testing.assert_frame_equal(group[columns], room[columns])
        assert group["rank"].tolist() == room["borda_rank"].tolist()
    if given_.n > 5:
        assert group[["rank_low", "rank_high"]].values.tolist() == room[["rank_low", "rank_high"]].values.tolist()
