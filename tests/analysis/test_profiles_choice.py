"""How many groups there are: textbook answers, planted and null sets, and the parts by hand."""

import json

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.datasets import load_iris
from sklearn.impute import SimpleImputer
from sklearn.metrics import adjusted_rand_score, silhouette_score
from sklearn.preprocessing import StandardScaler
from support import SHARED

from sctrain.analysis import profiles_choice
from sctrain.analysis.profiles_choice import Trial, best, choice, choose, group, trial, tries

REFERENCE = SHARED / "reference"
POLIS = SHARED / "data" / "polis-dev"
known = pytest.mark.skipif(not REFERENCE.exists(), reason="known answers are not beside the project")


def answers(name):
    return json.loads((REFERENCE / "expected" / "known_numbers.json").read_text())[name]


def table(name):
    return pd.read_csv(REFERENCE / "data" / f"{name}.csv")


def standardised(name):
    frame = table(name)
    return StandardScaler().fit_transform(frame.filter(like="I").to_numpy(float)), frame["planted"].to_numpy()


def spread(people):
    return float(((people - people.mean(axis=0)) ** 2).sum())


@known
def test_iris_falls_into_the_groups_the_textbooks_print():
    iris = load_iris()
    printed = answers("iris_kmeans")
    for k, inertia in printed["inertia"].items():
        labels, within = group(iris.data, int(k), reduce=False)
        assert within * spread(iris.data) == pytest.approx(inertia, abs=printed["tol"])
        assert silhouette_score(iris.data, labels) == pytest.approx(printed["silhouette"][k], abs=printed["tol"])
    labels, _ = group(iris.data, 3, reduce=False)
    assert adjusted_rand_score(iris.target, labels) == pytest.approx(printed["ari_k3"][0], abs=printed["ari_k3"][1])
    assert sorted(np.bincount(labels)) == printed["sizes_k3"][0]


@known
def test_rooms_of_iris_find_its_groups_as_often_as_clusterboot_does():
    found = trial(load_iris().data, 3, reduce=False)
    printed, within = answers("iris_kmeans")["clusterboot_jaccard_k3_sorted"][:2]
    assert_allclose(sorted(found.jaccard), printed, atol=2 * within)


@known
def test_ruspini_has_four_groups_that_every_room_finds():
    people, printed = table("ruspini").to_numpy(float), answers("ruspini_pam")
    tried = choose(people, 5, most=5, reduce=False, every=False)
    four = best(tried, 5)
    assert_array_equal(sorted(np.bincount(four.labels)), printed["sizes_k4"][0])
    assert four.silhouette == pytest.approx(printed["avg_silhouette"]["4"], abs=1e-6)
    assert_allclose(four.jaccard, 1, atol=printed["clusterboot_jaccard_k4"][1])
    assert four.k == printed["best_k"][0]


@known
def test_planted_profiles_are_found_whole():
    people, planted = standardised("profiles_A")
    found = best(choose(people, 5, most=4, every=False), 5)
    printed = answers("profiles_A")
    assert found.k == printed["best_k_silhouette"][0]
    assert adjusted_rand_score(planted, found.labels) == 1
    assert found.silhouette == pytest.approx(printed["silhouette_k3"][0], abs=printed["silhouette_k3"][1])
    assert found.jaccard.min() == pytest.approx(1, abs=0.05)


@known
@pytest.mark.parametrize("seed", range(2))
def test_marks_without_structure_have_no_groups(seed):
    people, _ = standardised("profiles_null_A")
    tried = choose(people, 5, seed=seed, every=False)
    assert best(tried, 5) is None
    assert max(t.silhouette for t in tried) <= answers("profiles_null_A")["max_silhouette_k2_7"][0] + 0.01


CONVERSATIONS = {
    "15-per-hour-seattle": 0.91,
    "brexit-consensus": 0.86,
    "scoop-hivemind.freshwater": 0.24,
    "scoop-hivemind.affordable-housing": 0.55,
}
"""Adjusted Rand index with the groups Polis published; the last two have one large group and a few people besides."""


@pytest.mark.shared
@pytest.mark.skipif(not POLIS.exists(), reason="the conversations are not beside the project")
@pytest.mark.parametrize("conversation", CONVERSATIONS)
def test_two_groups_of_a_polis_conversation_are_as_alike_as_the_docs_say(conversation):
    votes = pd.read_csv(POLIS / conversation / "participants-votes.csv").dropna(subset="group-id")
    said = votes[[name for name in votes if name.isdigit()]].dropna(axis=1, how="all")
    labels, _ = group(SimpleImputer().fit_transform(said.to_numpy(float)), 2)
    assert adjusted_rand_score(votes["group-id"], labels) == pytest.approx(CONVERSATIONS[conversation], abs=0.02)


def blobs(*centres, n=20, sd=0.5, seed=1):
    rng = np.random.default_rng(seed)
    return np.concatenate([rng.normal(centre, sd, (n, len(centre))) for centre in centres])


def test_three_heaps_are_three_groups_and_the_table_says_why():
    tried = choose(blobs((0, 0, 0), (4, 0, 0), (0, 4, 0)), fewest=5, most=4)
    frame = choice(tried, fewest=5).set_index("k")
    assert list(frame.index[frame["reliable"]]) == [3]
    assert frame.loc[3, "stability"] > 0.99 > frame.loc[4, "stability"]
    assert frame.loc[3, "stability"] > frame.loc[3, "stability_null"]
    assert frame.loc[3, "smallest"] == 20


def test_one_heap_has_no_groups():
    assert best(choose(blobs((0, 0, 0), n=60), fewest=5, every=False), 5) is None


def test_an_even_line_has_no_groups_though_halves_of_it_are_found_again():
    rng = np.random.default_rng(3)
    line = np.linspace(0, 10, 60)[:, None] * [1, -1, 0] + rng.normal(0, 0.3, (60, 3))
    (halves,) = choose(line, fewest=5, most=2)
    assert halves.found_again(5)
    assert not halves.reliable(5)


def test_clouds_are_drawn_only_where_they_decide():
    people = blobs((0, 0, 0), (4, 0, 0), (0, 4, 0))
    cut, whole = choose(people, 5, most=4, every=False), choose(people, 5, most=4)
    assert [t.reliable(5) for t in cut] == [t.reliable(5) for t in whole]
    assert [t.stability for t in cut] == [t.stability for t in whole]
    assert np.isnan(cut[-1].tight)
    assert cut[1].tight == whole[1].tight


@pytest.mark.parametrize(
    ("n", "fewest", "most", "tried"),
    [(60, 5, 7, [2, 3, 4, 5, 6, 7]), (24, 10, 7, [2]), (19, 5, 7, []), (20, 20, 7, []), (1000, 5, 3, [2, 3])],
)
def test_no_more_groups_are_tried_than_people_allow(n, fewest, most, tried):
    assert list(tries(n, fewest, most)) == tried


def test_people_who_all_mark_the_same_are_not_grouped():
    assert choose(np.zeros((60, 4)), 5) == []


def test_jaccard_is_of_the_people_drawn_and_with_the_group_that_fits_best():
    labels, room = np.array([0, 0, 0, 1, 1, 1]), np.array([1, 1, -1, 1, 0, 0])
    # group 0: two of the three drawn that are called 1; group 1: two drawn with a third that went elsewhere
    assert_allclose(profiles_choice._jaccard(labels, room, 2), [2 / 3, 2 / 3])


def test_a_smallest_group_of_too_few_is_neither_reliable_nor_counted():
    labels = np.repeat([0, 1], [16, 4])
    found = Trial(2, labels, 0.2, 1.0, np.ones(2), 0.8, tight=0.6, luck=0.1, stability_null=0.3)
    assert not found.reliable(5)
    assert choice([found], 5)["smallest"].isna().all()
    assert found.reliable(4)
