"""Profiles from cards: what a leaning is, that order and size of a room change nothing, and letters that stay."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import ttest_ind
from sklearn.metrics import adjusted_rand_score
from sklearn.pipeline import make_pipeline

from sctrain.analysis import profiles
from sctrain.analysis.counts import Groups, joint_counts
from sctrain.analysis.profiles import Grouping, Sums, centres, grouping, match, needs, sums, telling
from sctrain.analysis.profiles_people import Leanings, answering, chunks, gaps_of, prepared
from sctrain.cards import Cards
from sctrain.profiling import PLANTED, Scene, room

CLEAR = Scene("clear", 20, PLANTED, 2.0)
NAN = np.nan


def everyone(cards):
    return np.ones(cards.n, bool)


@pytest.fixture(scope="module")
def planted():
    cards, group = room(CLEAR, 1)
    return cards, group, grouping(cards, everyone(cards), every=False)


def cards_of(*people, low=1, high=5):
    """Cards of people as ((importance, level), …) by competency, 0 for no mark."""
    width = high - low + 2
    pairs = np.array([[importance * width + level for importance, level in person] for person in people], np.uint8).T
    return Cards(tuple(f"c{c}" for c in range(len(pairs))), low, high, pairs)


def test_a_gap_needs_both_marks():
    cards = cards_of([(5, 2), (4, 0)], [(0, 3), (1, 1)])
    assert_array_equal(gaps_of(cards, np.array([0, 1])), [[3, NAN], [NAN, 0]])


def test_who_marked_less_than_a_quarter_of_what_others_marked_is_left_out():
    full, quarter, less = [(5, 1)] * 8 + [(0, 0)], [(5, 1)] * 2 + [(0, 0)] * 7, [(5, 1)] + [(0, 4)] * 8
    found = answering(cards_of(full, quarter, less), np.ones(3, bool))
    assert sorted(found) == [0, 1]


def test_leanings_are_what_a_person_lacks_more_than_the_room_does():
    gaps = np.array([[3.0, 1.0, 0.0], [3.0, 3.0, 2.0], [0.0, 2.0, 1.0]])
    # the room's usual gaps are 2, 2, 1; the persons' means of what is beyond are -1/3, 1, -2/3
    assert_allclose(Leanings().fit_transform(gaps), [[4 / 3, -2 / 3, -2 / 3], [0, 0, 0], [-4 / 3, 2 / 3, 2 / 3]])


MATRICES = st.lists(st.lists(st.integers(-4, 4), min_size=4, max_size=4), min_size=2, max_size=8)


@given(MATRICES, st.integers(-3, 3))
def test_who_lacks_everything_more_leans_no_other_way(rows, more):
    gaps = np.array(rows, float)
    moved = gaps + np.append(more, np.zeros(len(gaps) - 1))[:, None]
    model = Leanings().fit(gaps)
    assert_allclose(model.transform(moved), model.transform(gaps), atol=1e-9)
    assert_allclose(model.transform(gaps).sum(axis=1), 0, atol=1e-9)


def test_what_is_left_open_leans_nowhere():
    gaps = np.array([[2.0, NAN, 1.0], [1.0, 3.0, 0.0], [NAN, NAN, NAN]])
    ready = make_pipeline(*prepared()).fit_transform(gaps)
    assert ready[0, 1] == 0
    assert_array_equal(ready[2], 0)


def test_planted_groups_are_found_the_largest_first(planted):
    _, group, found = planted
    assert found.k == 3
    assert adjusted_rand_score(group[found.rows], found.place) > 0.9
    sizes = np.bincount(found.place)
    assert_array_equal(sizes, sorted(sizes)[::-1])
    assert (found.jaccard > 0.8).all()


def test_the_order_of_answers_changes_nothing(planted):
    cards, _, found = planted
    mixed = np.random.default_rng(5).permutation(cards.n)
    again = grouping(replace(cards, pairs=cards.pairs[:, mixed]), everyone(cards), every=False)
    first, second = np.full((2, cards.n), -1)
    first[found.rows], second[mixed[again.rows]] = found.place, again.place
    assert_array_equal(first, second)
    assert [t.tight for t in found.trials] == [t.tight for t in again.trials]


def test_beyond_what_is_fitted_at_once_people_are_streamed_to_the_same_groups(monkeypatch):
    cards, group = room(replace(CLEAR, n=1200, sizes=(600, 400, 200)), 2)
    whole = grouping(cards, everyone(cards), every=False)
    for name, most in (("TRIED", 200), ("FITTED", 300)):
        monkeypatch.setattr(profiles, name, most)
    monkeypatch.setattr(profiles, "chunks", partial(chunks, size=256))
    streamed = grouping(cards, everyone(cards), every=False)
    assert_array_equal(streamed.rows, whole.rows)
    assert adjusted_rand_score(whole.place, streamed.place) > 0.95
    assert adjusted_rand_score(group[streamed.rows], streamed.place) > 0.9


def test_only_the_people_selected_are_grouped(planted):
    cards, group, _ = planted
    found = grouping(cards, group != 2, every=False)
    assert set(group[found.rows]) == {0, 1}
    assert found.k == 2


def counted(cards, found, letters):
    place = np.full(cards.n, found.k)
    place[found.rows] = found.place
    return joint_counts(cards, Groups(letters, place, np.eye(found.k, found.k + 1, dtype=bool)))


def test_needs_tell_the_leaning_of_each_profile_with_its_interval(planted):
    cards, _, found = planted
    frame = needs(counted(cards, found, ("B", "A", "C")), sums(cards, found)).set_index(["profile", "competency"])
    leaning = Leanings().fit(gaps := gaps_of(cards, found.rows).astype(float)).transform(gaps)[:, 4]
    inside, rest = (part[~np.isnan(part)] for part in (leaning[found.place == 0], leaning[found.place != 0]))
    ends = ttest_ind(inside, rest, equal_var=False).confidence_interval()
    outside = len(rest) / (len(rest) + len(inside))
    told = frame.loc[("B", "c04")]
    assert told["leaning"] == pytest.approx(inside.mean() - np.concatenate([inside, rest]).mean(), abs=1e-5)
    assert_allclose(told[["leaning_low", "leaning_high"]].astype(float), outside * np.array(ends), atol=1e-5)
    assert told["n"] == len(inside)
    assert list(dict.fromkeys(frame.index.get_level_values("profile"))) == ["A", "B", "C"]


def test_a_hidden_cell_tells_no_leaning(planted):
    cards, _, found = planted
    hidden = np.zeros((3, len(cards.competencies)), bool)
    hidden[1, 4] = True
    frame = needs(counted(cards, found, ("A", "B", "C")).hide(hidden), sums(cards, found))
    shut = frame[frame["suppressed"]]
    assert shut[["profile", "competency"]].values.tolist() == [["B", "c04"]]
    assert shut[["n", "gap", "leaning", "leaning_low", "leaning_high", "rank"]].isna().all(axis=None)


def test_a_profile_is_told_by_what_it_surely_leans_to(planted):
    cards, _, found = planted
    frame = needs(counted(cards, found, ("A", "B", "C")), sums(cards, found))
    for letter, codes in telling(frame).items():
        own = frame[frame["profile"] == letter].set_index("competency")
        assert 2 <= len(codes) <= 3
        assert (own.loc[list(codes), "leaning_low"] > 0).all()
        assert own.loc[codes[0], "leaning"] == own["leaning"].max()


def test_a_profile_keeps_its_letter_whatever_its_size():
    first = np.array([[1.0, -1, 0], [-1, 1, 0], [0, -1, 1]])
    known = dict(zip(match({}, first), first, strict=True))
    assert list(known) == ["A", "B", "C"]
    assert match(known, first[[2, 0, 1]] + 0.1) == ["C", "A", "B"]


def test_a_new_profile_takes_a_letter_that_was_never_used():
    known = {"A": np.array([1.0, -1, 0, 0]), "C": np.array([0, 0, 1.0, -1])}
    assert match(known, np.array([[0, 0, 1.0, -1], [-1, 1.0, 0, 0]])) == ["C", "B"]


def test_a_profile_that_comes_back_has_its_letter_again():
    known = {"A": np.array([1.0, -1, 0]), "B": np.array([-1.0, 1, 0])}
    gone = dict(zip(match(known, known["A"][None]), [known["A"]], strict=True))
    assert match(known | gone, known["B"][None]) == ["B"]


@settings(max_examples=40)
@given(st.integers(1, 7), st.integers(0, 99))
def test_letters_are_never_given_twice(k, seed):
    rng = np.random.default_rng(seed)
    known = {letter: rng.normal(size=4) for letter in "ABCDEFG"[: seed % 8]}
    letters = match(known, rng.normal(size=(k, 4)))
    assert len(set(letters)) == k
    assert set(letters) <= set("ABCDEFG")


def test_centres_are_zero_where_nobody_of_a_profile_answered():
    of = Sums(np.array([[2.0, 0], [3, 3]]), np.array([[2.0, 0], [-3, 3]]), np.array([[2.0, 0], [3, 3]]))
    assert_allclose(centres(of), [[1 - -1 / 5, 0], [-1 - -1 / 5, 0]])


def test_an_empty_room_has_no_profiles():
    cards = cards_of([(5, 1), (4, 2)])
    found = grouping(cards, np.zeros(1, bool))
    assert isinstance(found, Grouping)
    assert (found.k, len(found.rows), found.trials) == (0, 0, [])
