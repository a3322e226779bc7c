"""How sure the order is: known answers, and what an interval of ranks must keep."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from sctrain.analysis.counts import groups_by, joint_counts
from sctrain.analysis.gaps import competition_rank, gaps
from sctrain.analysis.ranks import klein_ranks, rank_intervals, redrawn, with_ranks
from sctrain.cards import Cards
from sctrain.errors import SelectionError

from .made import ITEMS, KNOWN, cards_of, known, needs_a, quick, rooms


@pytest.fixture(scope="module")
def scores():
    """MWDS of needs A in 2000 redrawn rooms."""
    cards, _ = needs_a()
    return redrawn(cards.pairs, cards.low, cards.width, "mwds", np.random.default_rng(1), draws=2000)


def test_the_bootstrap_of_needs_a_is_known(scores):
    answer = known("needs_A_bootstrap")
    ranks = competition_rank(scores)
    for key, worst in (("p_first", 1), ("p_top3", 3)):
        assert_allclose((ranks <= worst).mean(axis=0), [answer[key][item] for item in ITEMS], atol=0.04)


def test_the_bootstrap_intervals_of_needs_a_are_known(scores):
    answer = known("needs_A_bootstrap")
    low, high = np.quantile(scores, [0.025, 0.975], axis=0)
    assert_allclose(low, [answer["mwds_2_5"][item] for item in ITEMS], atol=0.25)
    assert_allclose(high, [answer["mwds_97_5"][item] for item in ITEMS], atol=0.25)


def test_rank_intervals_of_needs_a_agree_with_its_probabilities():
    cards, _ = needs_a()
    counts = joint_counts(cards)
    frame = with_ranks(gaps(counts), rank_intervals(cards, None, None, counts, draws=2000)).set_index("competency")
    # first with probability .56, .39 and .05: each may be first; DATA never, CITZ is last for sure
    assert frame["rank_low"].to_dict() == {"TECH": 1, "BUSM": 1, "PPP": 1, "DATA": 3, "CITZ": 5}
    assert frame["rank_high"].to_dict() == {"TECH": 3, "BUSM": 3, "PPP": 4, "DATA": 4, "CITZ": 5}
    expected = known("needs_A_bootstrap")["p_top3"]
    assert_allclose(frame["top3"], [expected[item] for item in ITEMS], atol=0.04)


@pytest.mark.parametrize("adjust", ["bonferroni", "sidak"])
def test_the_rank_ranges_of_pisa_2018_are_known(adjust):
    table = pd.read_csv(KNOWN / "pisa2018_math.csv", encoding="utf-8").set_index("jurisdiction")
    found = klein_ranks(table["math_score"], table["math_se"], adjust)
    answer = known("pisa2018_math_rank_intervals")[adjust]
    assert dict(zip(table.index, found.to_numpy().tolist(), strict=True)) == answer


def test_an_unknown_adjustment_is_named():
    with pytest.raises(SelectionError, match="no adjustment called 'holm'"):
        klein_ranks([1, 2], [1, 1], "holm")


def ranked(cards, groups=None, measure="mwds", counts=None, **options):
    counts = counts or joint_counts(cards, groups)
    drawn = rank_intervals(cards, None, groups, counts, measure, **{"draws": 60, **options})
    return with_ranks(gaps(counts, measure), drawn)


@quick
@given(rooms(), st.sampled_from(["mwds", "gap", "rds"]))
def test_a_rank_lies_in_its_interval(cards, measure):
    frame = ranked(cards, groups_by(cards.profile["role"], {}), measure)
    known_ = frame[frame["rank_low"].notna()]
    assert (known_["rank_low"] <= known_["rank"]).all()
    assert (known_["rank"] <= known_["rank_high"]).all()
    best = known_.groupby("group")["rank_low"].min()
    assert (best == 1).all()


@quick
@given(rooms(least=8, dense=True), st.sampled_from(["mwds", "gap", "rds"]))
def test_a_group_has_the_same_ranks_alone_and_beside_others(cards, measure):
    of = cards.profile["city_size"]
    both = ranked(cards, groups_by(of, {"m": ("m",), "s": ("s",)}), measure)
    alone = ranked(cards, groups_by(of, {"s": ("s",)}), measure)
    pd.testing.assert_frame_equal(
        both[both["group"] == "s"][["rank_low", "rank_high", "top3"]].reset_index(drop=True),
        alone[["rank_low", "rank_high", "top3"]],
    )


def made(n, seed=0):
    rng = np.random.default_rng(seed)
    mood = rng.normal(0, 0.7, (n, 1))
    importance = np.clip(np.rint(3.6 + mood + rng.normal(0, 1, (n, 8))), 1, 5)
    level = np.clip(np.rint(3.2 - np.linspace(0, 0.9, 8) + mood + rng.normal(0, 1, (n, 8))), 1, 5)
    importance[rng.random((n, 8)) < 0.05] = 0
    return cards_of(importance.astype(int), level.astype(int))


@pytest.mark.parametrize("measure", ["mwds", "gap", "rds"])
def test_the_normal_limit_agrees_with_redrawn_people(measure):
    cards = made(1500)
    exact, limit = ranked(cards, measure=measure, draws=2000), ranked(cards, measure=measure, draws=2000, exact=0)
    ends = ["rank_low", "rank_high"]
    assert (exact[ends] - limit[ends]).abs().to_numpy().max() <= 1
    assert_allclose(exact["top3"], limit["top3"], atol=0.05)


@pytest.mark.parametrize("measure", ["mwds", "gap", "rds"])
def test_redrawn_rooms_vary_as_the_intervals_say(measure):
    cards = made(800)
    frame = gaps(joint_counts(cards), measure)
    spread = (frame[f"{measure}_high"] - frame[f"{measure}_low"]) / 2 / 1.963
    for exact in (10_000, 0):
        drawn = redrawn(cards.pairs, 1, 6, measure, np.random.default_rng(3), 3000, exact)
        shown = drawn * (100 if measure == "rds" else 1)
        assert_allclose(shown.mean(axis=0), frame[measure], atol=0.2 * spread.max())
        assert_allclose(shown.std(axis=0), spread, rtol=0.08)


def test_the_same_seed_draws_the_same_rooms_and_another_does_not():
    cards = made(40)
    assert ranked(cards)["top3"].tolist() == ranked(cards)["top3"].tolist()
    assert ranked(cards)["top3"].tolist() != ranked(cards, seed=1)["top3"].tolist()


def test_hidden_competencies_are_not_ranked_and_do_not_take_a_place():
    cards = made(40)
    counts = joint_counts(cards)
    hidden = np.zeros((1, 8), bool)
    hidden[0, 7] = True  # the greatest need
    frame = ranked(cards, counts=counts.hide(hidden))
    assert frame.loc[7, ["rank", "rank_low", "rank_high", "top3"]].isna().all()
    assert frame["rank"].min() == 1
    assert frame["rank_high"].max() <= 7


def test_hidden_groups_have_no_row():
    cards = cards_of(np.full((6, 2), 5), np.full((6, 2), 1), role=[*"aabbbb"])
    groups = groups_by(cards.profile["role"], {})
    counts = joint_counts(cards, groups).hide(np.array([[True, True], [False, False]]))
    assert rank_intervals(cards, None, groups, counts)["group"].tolist() == ["b", "b"]
    nothing = rank_intervals(cards, None, groups, counts.hide(np.ones((2, 2), bool)))
    assert nothing.empty
    assert with_ranks(gaps(counts.hide(np.ones((2, 2), bool))), nothing)["rank_low"].isna().all()


def test_many_tied_competencies_all_rank_first_at_best():
    # By chance each is first in fewer than 2.5 % of rooms, yet all are first in this one.
    frame = ranked(cards_of(np.full((9, 60), 4) - np.eye(9, 60, dtype=int), np.full((9, 60), 3)), draws=200)
    assert frame.loc[10:, "rank_low"].eq(1).all()


def test_only_the_people_filtered_are_redrawn():
    cards = made(60)
    where = np.arange(60) < 25
    part = Cards(cards.competencies, 1, 5, cards.pairs[:, where])
    pd.testing.assert_frame_equal(
        rank_intervals(cards, where, None, joint_counts(cards, where=where)),
        rank_intervals(part, None, None, joint_counts(part)),
    )


def test_ranking_leaves_its_inputs_alone():
    cards = made(30)
    counts, before = joint_counts(cards), cards.pairs.copy()
    cards.pairs.setflags(write=False)
    frame = gaps(counts)
    copy = frame.copy()
    with_ranks(frame, rank_intervals(cards, np.ones(30, bool), None, counts, draws=10))
    pd.testing.assert_frame_equal(frame, copy)
    assert_array_equal(cards.pairs, before)


def test_what_is_not_a_measure_is_named():
    cards = made(5)
    with pytest.raises(SelectionError, match="no measure called 'pni'"):
        rank_intervals(cards, None, None, joint_counts(cards), "pni")
