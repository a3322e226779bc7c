"""What is made of profiles: map, short rules, who is in them, and words."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sctrain.analysis.profiles_choice import Trial
from sctrain.analysis.profiles_map import HALF, places
from sctrain.analysis.profiles_mix import mix
from sctrain.analysis.profiles_tree import Condition, Rule, tree
from sctrain.analysis.profiles_words import NO_LEANING, Told, names, rule_words, sentence, sureness

LABELS = {"data": "Data models", "buy": "Procurement", "ppp": "PPP contracts", "talk": "Communication"}
CODES = tuple(LABELS)


def two_heaps(n=40, seed=1):
    """People who lack data or talk; the other gaps are noise."""
    rng = np.random.default_rng(seed)
    place = np.arange(n) % 2
    gaps = rng.integers(0, 2, (n, 4)).astype(float)
    gaps[place == 0, 0] += 3
    gaps[place == 1, 3] += 3
    return gaps, place


def test_the_map_shows_centres_and_directions_and_no_person():
    gaps, place = two_heaps()
    frame = places(gaps, place, np.array([20, 20]), ("B", "A"), CODES).set_index("code")
    assert list(frame.index[frame["kind"] == "profile"]) == ["A", "B"]
    assert list(frame.loc[["A", "B"], "n"]) == [20, 20]
    towards = frame.loc["data", ["x", "y"]].to_numpy(float)
    assert (
        frame.loc["B", ["x", "y"]].to_numpy(float) @ towards > 0 > frame.loc["A", ["x", "y"]].to_numpy(float) @ towards
    )
    assert frame.loc[list(CODES), "n"].isna().all()


def test_half_of_a_normal_cloud_lies_within_the_ellipse():
    rng = np.random.default_rng(4)
    place = np.repeat([0, 1], 3000)
    gaps = rng.normal(0, [1.0, 2, 1, 3], (6000, 4)) + 9 * place[:, None] * [1, 0, 0, -1]
    frame = places(gaps, place, np.array([3000, 3000]), ("A", "B"), CODES).set_index("code")
    from sklearn.decomposition import PCA
    from sklearn.pipeline import make_pipeline

    from sctrain.analysis.profiles_people import prepared

    seen = PCA(2).fit_transform(make_pipeline(*prepared()).fit_transform(gaps))[place == 0]
    row = frame.loc["A"]
    turn = np.array([[np.cos(row["turn"]), np.sin(row["turn"])], [-np.sin(row["turn"]), np.cos(row["turn"])]])
    along, across = turn @ (seen - seen.mean(axis=0)).T
    within = (along / row["long"]) ** 2 + (across / row["short"]) ** 2 <= 1
    assert within.mean() == pytest.approx(0.5, abs=0.03)
    assert row["long"] > row["short"]
    assert pytest.approx(1.1774, abs=1e-3) == HALF


def test_a_rule_asks_what_parts_the_profiles():
    gaps, place = two_heaps()
    found = tree(gaps, place, CODES, 5)
    assert {(c.competency, c.least, c.points) for rule in found.rules for c in rule.conditions} <= {
        ("data", True, 3),
        ("data", True, 2),
        ("data", False, 1),
        ("data", False, 2),
        ("talk", True, 2),
        ("talk", True, 3),
        ("talk", False, 1),
        ("talk", False, 2),
    }
    assert [rule.profile for rule in found.rules] == [0, 1]
    assert all((rule.right, rule.finds, rule.others) == (1, 1, 0) for rule in found.rules)
    assert (found.accuracy, found.guess) == (1, 0.5)


def test_a_rule_about_nothing_is_no_better_than_a_guess():
    rng = np.random.default_rng(2)
    found = tree(rng.integers(0, 4, (60, 4)).astype(float), np.repeat([0, 1, 2], [30, 18, 12]), CODES, 5)
    assert found.accuracy < found.guess + 0.15


def test_an_answer_left_open_is_no_obstacle():
    gaps, place = two_heaps()
    gaps[::7, 0] = np.nan
    assert tree(gaps, place, CODES, 5).accuracy > 0.8


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        (Condition("data", True, 2), "lack “Data models” by 2 points or more"),
        (Condition("data", False, 1), "lack “Data models” by 1 point at most"),
        (Condition("data", False, 0), "do not lack “Data models”"),
        (Condition("data", True, 0), "are not above what “Data models” needs"),
        (Condition("data", True, -1), "are above what “Data models” needs by 1 point at most"),
        (Condition("data", False, -2), "are above what “Data models” needs by 2 points or more"),
    ],
)
def test_a_condition_is_told_as_a_person_would(condition, says):
    first, second = rule_words([Rule(0, (condition,), 0.84, 0.71, 6)], ["B"], LABELS, 5)["B"]
    assert first == f"If you {says}, you are probably in it."
    assert second == "About 8 in 10 who answer so are in it; the rule finds about 7 in 10 of its people."


def test_a_rule_never_tells_of_fewer_than_the_threshold():
    told = rule_words([Rule(1, (Condition("buy", True, 1),), 0.9, 0.9, 2)], ["A", "B"], LABELS, 5)
    assert told["B"][1].startswith("Nearly all who answer so")
    assert told["A"][0] == "No short rule tells who is in it:"


def test_of_two_conditions_on_one_gap_the_stricter_is_told():
    rule = Rule(0, (Condition("data", True, 1), Condition("data", True, 3)), 0.8, 0.8, 5)
    assert (
        rule_words([rule], ["A"], LABELS, 5)["A"][0]
        == "If you lack “Data models” by 3 points or more, you are probably in it."
    )


def test_names_say_the_first_two_needs_and_differ():
    given = {"A": ("data", "buy"), "B": ("data", "ppp"), "C": ("data", "buy", "talk"), "D": ()}
    assert names(given, LABELS) == {
        "A": "Data models and procurement",
        "B": "Data models and PPP contracts",
        "C": "Data models, procurement and communication",
        "D": NO_LEANING,
    }


def test_two_profiles_without_a_need_of_their_own_still_differ():
    assert names({"A": (), "B": ()}, LABELS) == {"A": NO_LEANING, "B": f"{NO_LEANING} (B)"}


def tried(k=2, stability=0.5, tight=0.1, luck=0.2, jaccard=0.7, sizes=(30, 30)):
    labels = np.repeat(np.arange(k), sizes)
    return Trial(k, labels, 0.4, stability, np.full(k, jaccard), 0.1, tight, luck, 0.4)


def test_no_groups_is_a_finding_with_its_reason():
    told = Told(60, 2, 5, (tried(), tried(3, 0.6, sizes=(20, 20, 20))), 0)
    assert sentence(told) == "No reliable groups yet: the needs of these 60 people differ by degrees, not by kind."
    assert "is 0.60 at most (with three groups); 0.65 is needed" in sureness(told)
    assert sureness(told).endswith("2 people marked fewer than a quarter of the competencies and are left out.")
    stable = Told(60, 0, 5, (tried(stability=0.9),), 0)
    assert "nothing parts them" in sureness(stable)
    assert "Too few people to look for groups: 12 marked enough" in sentence(Told(12, 0, 5, (), 0))


def test_groups_are_told_with_their_people():
    told = Told(60, 1, 5, (tried(stability=0.9, tight=0.4),), 2)
    said = sentence(told, {"A": "Data models", "B": "Procurement"}, {"A": 35, "B": 25})
    assert (
        said
        == "Two groups of people need different things: A “Data models” (35 people) and B “Procurement” (25 people)."
    )
    assert "1 person marked fewer than a quarter of the competencies and is left out." in sureness(told)


def test_what_is_of_a_sample_says_so():
    gaps, place = two_heaps()
    trial, short = tried(stability=0.9, tight=0.4), tree(gaps, place, CODES, 5)
    assert "drawn by lot" not in sureness(Told(40, 0, 5, (trial,), 2), short)
    said = sureness(Told(61, 0, 5, (trial,), 2), short)
    assert said.startswith("Rooms drawn anew from 60 of these people, drawn by lot, fall into nearly the same groups")
    assert "The short rules, learnt from 40 people drawn by lot, place 100" in said
    assert "anew from 60 of these people, drawn by lot, do not agree" in sureness(Told(61, 0, 5, (tried(),), 0))


def test_shares_are_of_the_profile_and_hidden_ones_are_empty():
    n, hidden = np.array([[8, 12], [5, 0]]), np.array([[False, True], [False, False]])
    frame = mix("role", ("head", "officer"), {"B": 20, "A": 5}, n, hidden, np.array([0.5, np.nan]))
    assert frame["profile"].tolist() == ["A", "A", "B", "B"]
    assert frame["n"].tolist()[:3] == [5, 0, 8]
    assert frame["share"].tolist()[:3] == [1, 0, 0.4]
    assert frame.loc[3, ["n", "share", "share_low", "share_high"]].isna().all()
    assert_allclose(frame["share_all"].to_numpy(float), [0.5, np.nan, 0.5, np.nan])
