"""What a cohort could teach itself: by hand, against random cohorts, and never more than can be told."""

from itertools import combinations
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom

from sctrain.analysis.counts import joint_counts
from sctrain.analysis.gaps import gaps
from sctrain.analysis.peers import (
    Sums,
    best_sentence,
    cohorts,
    compositions,
    in_proportion,
    least_level,
    marks,
    pairs,
    sentence,
    taught,
    taught_sentence,
)
from sctrain.frames import PEERS_COHORTS, PEERS_PAIRS

from .made import cards_of, quick

LABELS = {"a": "Architects", "b": "Builders", "c": "Clerks"}


def of(importance, level):
    """Marks of [people, competencies] on a scale of 1 to 5; 0 is not answered."""
    return marks(cards_of(importance, level).pairs, 5)


def sums_of(seats, *groups):
    return Sums(np.array([len(g) for g in groups]), np.stack([g.sum(axis=0, dtype=float) for g in groups]), seats)


def room(seed=3, n=(9, 7, 8), items=8, own=1.2):
    """Three groups, each good at competencies of its own."""
    rng, found = np.random.default_rng(seed), {}
    for g, (code, people) in enumerate(zip("abc", n, strict=False)):
        level = 2.2 + own * (np.arange(items) % 3 == g) + rng.normal(0, 0.9, (people, items))
        importance = rng.normal(4.2, 0.7, (people, items))
        found[code] = of(importance.round().clip(1, 5).astype(int), level.round().clip(1, 5).astype(int))
    return found


def by_hand(groups, seats):
    """Taught gap over gap, from every cohort there is of these seats, person by person."""
    people = [list(group) for group in groups]
    gap = missed = 0.0
    choices = [list(combinations(range(len(p)), s)) for p, s in zip(people, seats, strict=True)]
    for picked in np.ndindex(*map(len, choices)):
        cohort = [people[g][i] for g, at in enumerate(picked) for i in choices[g][at]]
        for me, person in enumerate(cohort):
            others = [other[2] for i, other in enumerate(cohort) if i != me]
            can = np.any(others, axis=0) if others else np.zeros(person.shape[1], bool)
            own = person[0] + person[1]
            gap, missed = gap + own.sum(), missed + own[~can].sum()
    return 1 - missed / gap


def test_a_gap_is_of_who_lacks_it_and_a_teacher_is_one_below_the_top():
    found = of([[5, 5, 3, 5, 0]], [[2, 4, 5, 0, 4]])
    assert found[0].tolist() == [[3, 0, 0, 0, 0], [0, 1, 0, 0, 0], [0, 1, 1, 0, 0]]


@pytest.mark.parametrize(("points", "least"), [(2, 2), (3, 2), (5, 4), (7, 6), (10, 9)])
def test_the_level_to_teach_from_is_one_below_the_top_and_never_the_lowest(points, least):
    assert least_level(points) == least


def test_two_people_teach_each_other_what_the_other_lacks():
    # each lacks 3 in one competency, in which the other is at 5; both lack 2 in the third
    group = of([[5, 5, 4], [5, 5, 4]], [[2, 5, 2], [5, 2, 2]])
    assert sums_of(2, group).cohorts(np.array([[2]]))[0] == pytest.approx(6 / 10)


def test_the_chance_of_a_teacher_is_hypergeometric():
    importance, level = np.full((10, 1), 5), np.array([[4]] * 3 + [[1]] * 7)
    group = of(importance, level)
    nobody = 1 - comb(6, 3) / comb(9, 3)  # a learner at 1: three teachers among nine others
    able = 1 - comb(7, 3) / comb(9, 3)  # a learner at 4: two are left
    gap = 7 * 4 + 3 * 1
    expected = (28 * nobody + 3 * able) / gap
    assert sums_of(4, group).cohorts(np.array([[4]]))[0] == pytest.approx(expected)
    assert 1 - sums_of(4, group).nobody[0, 3, 0] == pytest.approx(1 - hypergeom(10, 3, 3).pmf(0))


@pytest.mark.parametrize("seats", [(1, 1), (2, 1), (2, 2), (0, 3), (3, 2)])
def test_the_closed_form_is_the_mean_over_all_cohorts(seats):
    rng = np.random.default_rng(5)
    groups = [of(rng.integers(1, 6, (n, 4)), rng.integers(0, 6, (n, 4))) for n in (4, 3)]
    found = sums_of(sum(seats), *groups).cohorts(np.array([seats]))[0]
    assert found == pytest.approx(by_hand(groups, seats))


def test_random_cohorts_of_a_large_room_teach_what_the_closed_form_says():
    groups, rng = list(room(n=(40, 30, 20)).values()), np.random.default_rng(9)
    gap = missed = 0.0
    for _ in range(3000):
        drawn = [g[rng.choice(len(g), s, replace=False)] for g, s in zip(groups, (3, 2, 1), strict=True)]
        cohort = np.concatenate(drawn)
        able = cohort[:, 2].sum(axis=0) - cohort[:, 2] > 0
        own = cohort[:, 0] + cohort[:, 1]
        gap, missed = gap + own.sum(), missed + own[~able].sum()
    assert sums_of(6, *groups).cohorts(np.array([[3, 2, 1]]))[0] == pytest.approx(1 - missed / gap, abs=0.01)


def test_compositions_fill_the_seats_with_the_people_there_are():
    assert compositions(3, [2, 3]).tolist() == [[0, 3], [1, 2], [2, 1]]
    assert len(compositions(12, [20] * 4, most=10**6)) == comb(15, 3)
    assert compositions(3, [1, 1]).shape == (0, 2)


@quick
@given(st.integers(4, 60), st.lists(st.integers(1, 40), min_size=1, max_size=8))
def test_compositions_are_no_more_than_asked_for_and_always_whole(seats, available):
    found = compositions(seats, available, most=200)
    assert len(found) <= max(200, len(available))
    assert (found.sum(axis=1) == seats).all()
    assert (found >= 0).all()
    assert (found <= available).all()


def test_seats_in_proportion_go_by_largest_remainder():
    assert in_proportion(6, [10, 10, 10]).tolist() == [2, 2, 2]
    assert in_proportion(5, [6, 3, 1]).tolist() == [3, 2, 0]


@quick
@given(st.integers(0, 10**6), st.integers(2, 6))
def test_shares_are_shares_and_a_better_teacher_lowers_none(seed, seats):
    groups = list(room(seed, (5, 4, 6), items=3).values())
    every = compositions(seats, [4, 3, 5])
    before = sums_of(seats, *groups).cohorts(every)
    assert ((before >= -1e-9) & (before <= 1 + 1e-9) | np.isnan(before)).all()
    better = [g.copy() for g in groups]
    better[0][:, 2] = np.maximum(better[0][:, 2], groups[0][:, :2].sum(axis=1) == 0)  # who lacks nothing can teach it
    after = sums_of(seats, *better).cohorts(every)
    assert (np.nan_to_num(after) >= np.nan_to_num(before) - 1e-9).all()


@quick
@given(st.integers(0, 10**6))
def test_frames_keep_their_contracts_and_intervals_hold_their_share(seed):
    groups = room(seed, (6, 5, 7), items=5)
    for frame in (pairs(groups, ["d"], 4), cohorts(groups, ["d"], 4, 1)):
        shown = frame[~frame["suppressed"]]
        assert (shown["taught_low"] <= shown["taught"]).all()
        assert (shown["taught"] <= shown["taught_high"]).all()
        assert frame.loc[frame["suppressed"], "taught"].isna().all()


def test_the_pairs_are_cohorts_with_one_seat_for_the_learner():
    groups = room()
    frame = pairs(groups, [], 4).set_index(["learners", "teachers"])
    a, b = groups["a"], groups["b"]
    chance = 1 - sums_of(4, b).nobody[0, 3]
    gap = (a[:, 0] + a[:, 1]).sum(axis=0)
    assert frame.loc[("a", "b"), "taught"] == pytest.approx((gap * chance).sum() / gap.sum(), abs=0.005)
    assert frame.loc[("a", "a"), "taught"] == pytest.approx(sums_of(4, a).cohorts(np.array([[4]]))[0], abs=0.005)
    assert (frame["seats"] == 3).all()
    assert frame.loc[("a", "b"), ["n_learners", "n_teachers"]].tolist() == [9, 7]


def test_a_group_with_too_few_people_fills_fewer_seats_and_is_not_compared():
    frame = cohorts(room(n=(9, 5, 14)), [], 8, 1).set_index("group")
    assert frame.loc["b", "seats"] == 4
    assert frame.loc["b", ["verdict", "difference"]].isna().all()
    assert frame.loc["c", ["verdict", "difference"]].notna().all()
    assert pairs(room(n=(9, 5, 14)), [], 8).set_index(["learners", "teachers"]).loc[("a", "b"), "seats"] == 4


def test_groups_that_complement_each_other_teach_more_together():
    groups = room(n=(40, 40, 40), own=2.5)
    frame = cohorts(groups, [], 6, 1)
    alone = frame[frame["cohort"] == "one group"]
    assert set(alone["verdict"]) == {"less"}
    assert (alone["difference_high"] < 0).all()
    said = sentence(frame, LABELS).replace("\u202f", " ")
    top = alone.sort_values("taught").iloc[-1]
    assert said.startswith("In a cohort of 6, mixed as the room is, people could teach each other ")
    assert f"people of one group alone less, at most {100 * top['taught']:.0f} %" in said
    assert said.endswith(f"{LABELS[top['group']]} (n = 120).")


def test_where_groups_do_not_differ_no_difference_is_told():
    claimed = []
    for seed in range(12):
        frame = cohorts(room(seed, (14, 11, 12), items=12, own=0), [], 5, seed)
        claimed += frame.loc[frame["verdict"].notna(), "verdict"].tolist()
    assert len(claimed) == 48
    assert claimed.count("cannot tell") >= 46
    assert "none can be shown to teach less" in sentence(frame, LABELS)
    assert best_sentence(frame, LABELS).startswith("No mix can be told to teach more than the mix of the room.")


def test_the_best_mix_is_not_praised_for_the_people_it_was_chosen_by():
    praised = assessed = 0.0
    for seed in range(10):
        groups = room(seed, (10, 10, 10), items=6, own=0)
        frame = cohorts(groups, [], 4, seed)
        best = frame[frame["cohort"] == "best mix"].iloc[0]
        seats = dict(part.split() for part in best["composition"].split(" + "))
        at = np.array([[int(seats.get(code, 0)) for code in groups]])
        praised += sums_of(4, *groups.values()).cohorts(at)[0]
        assessed += best["taught"] - frame[frame["cohort"] == "mix of the room"].iloc[0]["taught"]
        praised -= frame[frame["cohort"] == "mix of the room"].iloc[0]["taught"]
    assert assessed / 10 < 0.03 < praised / 10


def test_one_order_of_people_and_one_seed_make_one_frame():
    groups = room()
    again = {code: group[::-1] for code, group in groups.items()}
    sorted_again = {code: group[np.lexsort(group.reshape(len(group), -1).T)] for code, group in again.items()}
    first = {code: group[np.lexsort(group.reshape(len(group), -1).T)] for code, group in groups.items()}
    assert cohorts(first, [], 4, 1).equals(cohorts(sorted_again, [], 4, 1))


def test_few_people_are_told_nothing_about():
    frame = cohorts({"a": room()["a"][:4], "b": room()["b"][:5]}, [], 4, 1)
    assert set(frame["verdict"].dropna()) <= {"cannot tell"}
    assert sentence(frame, LABELS) == "With 9 people we cannot tell how much a cohort could teach itself."


def test_without_two_groups_there_is_no_mix():
    assert cohorts({}, [], 4, 1).empty
    assert pairs({}, [], 4).empty
    assert list(cohorts({"a": room()["a"]}, [], 4, 1)["cohort"]) == ["one group"]
    assert "too few people can be shown to mix" in sentence(PEERS_COHORTS.empty(), LABELS)
    assert PEERS_PAIRS.check(pairs({"a": room()["a"]}, ["b"], 4))["suppressed"].tolist() == [False, True, True, True]


def test_people_who_lack_nothing_have_no_share():
    nothing = of(np.ones((6, 3), int), np.full((6, 3), 5))
    frame = cohorts({"a": nothing, "b": nothing}, [], 4, 1)
    assert frame["taught"].isna().all()
    assert pairs({"a": nothing, "b": nothing}, [], 4)["taught"].isna().all()


def marked(n=20, teachers=(0, 5, 12)):
    """People at importance 5; of each competency so many are at level 4, the others at 2."""
    level = np.stack([np.where(np.arange(n) < t, 4, 2) for t in teachers], axis=1)
    return cards_of(np.full(level.shape, 5), level)


def untaught(cards, seats=4, hidden=(False, False, False)):
    return taught(gaps(joint_counts(cards)), marks(cards.pairs, 5), seats, np.array(hidden))


def test_what_nobody_can_teach_stays_untaught_and_the_rest_by_hand():
    frame = untaught(marked())
    assert frame["teachers"].tolist() == [0, 5, 12]
    learners, able = 15 * 3, 5 * 1
    none, one_less = (hypergeom(19, t, 3).pmf(0) for t in (5, 4))
    expected = (learners * none + able * one_less) / (learners + able)
    assert frame["untaught"].tolist()[:2] == [1, pytest.approx(expected, abs=0.005)]
    assert (frame["untaught_low"] <= frame["untaught"]).all()
    assert (frame["untaught"] <= frame["untaught_high"]).all()
    assert frame.loc[0, "untaught_low"] < 1  # nobody of twenty is not nobody anywhere
    assert frame.loc[0, "share_high"] == pytest.approx(0.161, abs=0.001)  # Wilson: z² / (n + z²)


def test_hidden_competencies_tell_nothing():
    row = untaught(marked(), hidden=(False, True, False)).iloc[1]
    assert row["suppressed"]
    assert row.drop(["competency", "suppressed"]).isna().all()


def test_sentences_name_what_takes_a_trainer():
    labels = {"C0": "Procuring", "C1": "Modelling", "C2": "Talking"}
    said = taught_sentence(untaught(marked(40, (0, 1, 30))), labels, 5)
    assert said.startswith("Nobody here can teach Procuring: it takes a trainer. More than half of the gap stays")
    assert "Modelling" in said
    hidden = taught_sentence(untaught(marked(), hidden=(False, True, False)), labels, 5)
    assert hidden.endswith("One competency is hidden: fewer than 5 people can teach it, or cannot.")
    assert taught_sentence(untaught(marked(6)), labels, 5).startswith("With fewer than 10 answers")
