"""Work practices and aspects: means over people, what may be said of them, and a city's own check."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t

from sctrain.analysis.counts import joint_counts
from sctrain.analysis.gaps import gaps
from sctrain.analysis.practices import (
    Ratings,
    aspects,
    aspects_sentence,
    checked,
    mean_of_means,
    practices,
    sentence,
    start_sentence,
    to_start,
)
from sctrain.frames import ASPECTS, PRACTICES

from .made import cards_of, quick, rooms

LABELS = {"p": "Planning together", "q": "Asking citizens", "r": "Road maps"}
BOTH, ONE = np.array([True, True]), np.array([True, False])


def ratings(importance, level, low=1, high=5):
    cards = cards_of(importance, level, low, high)
    return Ratings(cards.pairs, low, high - low + 1)


def made(seed=4, n=40, gap=(2.0, 2.0, 0.5), skip=0.0):
    """Three competencies with these gaps."""
    rng = np.random.default_rng(seed)
    level = rng.normal(2.3, 0.8, (n, 3)).round().clip(1, 5)
    importance = (level + gap + rng.normal(0, 0.5, (n, 3))).round().clip(1, 5)
    open_ = rng.random((n, 3)) < skip
    return ratings(np.where(open_, 0, importance).astype(int), np.where(open_, 0, level).astype(int))


SERVING = {"p": np.array([1, 0, 0], bool), "q": np.array([0, 1, 0], bool), "r": np.array([0, 0, 1], bool)}


def test_of_full_answers_it_is_the_t_interval_of_the_peoples_own_means():
    importance, level = np.array([[5, 4], [4, 4], [3, 5], [5, 5]]), np.array([[2, 3], [4, 2], [1, 1], [3, 3]])
    own = (importance - level).mean(axis=1)
    value, low, high = mean_of_means(ratings(importance, level), BOTH, "gap").ends()
    assert value == pytest.approx(own.mean())
    expected = t.interval(0.95, 3, own.mean(), own.std(ddof=1) / 2)
    assert (low, high) == pytest.approx(expected)


def test_skipped_competencies_leave_the_mean_of_the_others_means():
    given_ = ratings([[5, 4], [3, 0], [4, 2]], [[1, 2], [3, 4], [2, 0]])
    # the first competency: gaps 4, 0, 2; of the second only one pair is complete
    assert mean_of_means(given_, BOTH, "gap").value == pytest.approx((2 + 2) / 2)
    assert mean_of_means(given_, BOTH, "gap").there.sum() == 3


@quick
@given(rooms())
def test_a_practice_of_one_competency_has_the_numbers_of_the_gap_page(cards):
    points = cards.width - 1
    given_, whole = Ratings(cards.pairs, cards.low, points), gaps(joint_counts(cards))
    serving = {code: np.arange(len(cards.competencies)) == c for c, code in enumerate(cards.competencies)}
    frame = practices(given_, serving, [])
    for role in ("importance", "level", "gap"):
        for end in ("", "_low", "_high"):
            expected = whole[f"{role}{end}"].to_numpy(float)
            assert frame[f"{role}{end}"].to_numpy(float) == pytest.approx(expected, nan_ok=True)
    assert frame["n"].tolist() == whole["n"].tolist()


@quick
@given(st.integers(0, 10**6))
def test_the_order_of_people_does_not_matter_and_ends_hold_their_mean(seed):
    given_ = made(seed, 15, skip=0.2)
    frame = practices(given_, {"p": np.array([1, 1, 1], bool), "q": SERVING["q"]}, [])
    turned = Ratings(given_.pairs[:, ::-1], given_.low, given_.points)
    again = practices(turned, {"p": np.array([1, 1, 1], bool), "q": SERVING["q"]}, [])
    pd.testing.assert_frame_equal(frame, again)
    shown = frame[frame["gap_low"].notna()]
    assert ((shown["gap_low"] <= shown["gap"]) & (shown["gap"] <= shown["gap_high"])).all()


def test_people_not_ratings_are_the_unit():
    rng = np.random.default_rng(1)
    own = rng.integers(1, 6, (30, 1))
    alike = ratings(np.repeat(own, 8, axis=1), np.ones((30, 8), int))
    alone = ratings(own, np.ones((30, 1), int))
    every = [mean_of_means(r, np.ones(len(r.pairs), bool), "gap").ends() for r in (alike, alone)]
    assert every[0] == pytest.approx(every[1])  # eight times the same answer tells no more than one


def test_who_lags_furthest_is_told_as_far_as_it_can_be():
    one = practices(made(gap=(2.5, 1.0, 0.5)), SERVING, [])
    assert one["first"].tolist() == [True, False, False]
    assert sentence(one, LABELS, 5).startswith("Planning together lags furthest behind its importance: a gap of ")
    two = practices(made(gap=(2.0, 2.0, 0.0)), SERVING, [])
    assert two["first"].tolist() == [True, True, False]
    said = sentence(two, LABELS, 5)
    assert "Planning together" in said
    assert "Asking citizens" in said
    assert said.endswith("which of them most cannot be told (n = 40).")


@pytest.mark.parametrize("seed", range(5))
def test_practices_that_do_not_differ_are_not_told_apart(seed):
    rng = np.random.default_rng(seed)
    given_ = ratings(rng.integers(3, 6, (50, 3)), rng.integers(1, 4, (50, 3)))
    frame = practices(given_, SERVING, [])
    assert frame["first"].all()
    assert sentence(frame, LABELS, 5).startswith("No work practice can be told to lag further")
    level = rng.integers(1, 6, (50, 3))
    nothing = practices(ratings(level, np.roll(level, 1, axis=0)), SERVING, [])
    assert sentence(nothing, LABELS, 5).startswith("No work practice lags behind its importance by more than chance")


def test_few_people_are_told_nothing_about():
    frame = practices(made(n=9), SERVING, [])
    assert frame["first"].isna().all()
    assert sentence(frame, LABELS, 5) == "With 9 people we cannot tell which work practice is furthest behind."


def test_hidden_practices_tell_nothing_and_count_for_nothing():
    frame = practices(made(gap=(2.5, 1.0, 0.5)), SERVING, ["p"]).set_index("practice")
    assert frame.loc["p", "suppressed"]
    assert frame.loc["p"].drop(["suppressed", "competencies"]).isna().all()
    assert frame["first"].tolist() == [pd.NA, True, False]
    assert sentence(practices(made(), SERVING, list(SERVING)), LABELS, 5) == (
        "There are no answers about the work practices that can be shown."
    )


def test_a_practice_that_no_competency_serves_has_no_numbers():
    frame = practices(made(), {"p": SERVING["p"], "q": np.zeros(3, bool)}, [])
    assert frame["n"].tolist() == [40, 0]
    assert np.isnan(frame.loc[1, "gap"])


def sides(technology, human):
    return {"technology": np.array(technology, bool), "human": np.array(human, bool)}


def test_aspects_are_compared_within_people():
    importance, level = np.array([[5, 3], [4, 3], [5, 4], [3, 2]]), np.full((4, 2), 2)
    frame = aspects(ratings(importance, level), sides([1, 0], [0, 1]), []).set_index("aspect")
    apart = importance[:, 0] - importance[:, 1]
    row = frame.loc["difference"]
    assert row["importance"] == pytest.approx(apart.mean())
    expected = t.interval(0.95, 3, apart.mean(), apart.std(ddof=1) / 2)
    assert (row["importance_low"], row["importance_high"]) == pytest.approx(expected)
    assert frame["competencies"].tolist() == [1, 1, 2]


def balance(shift, n=40, seed=2):
    rng = np.random.default_rng(seed)
    human = rng.integers(2, 4, (n, 4))
    importance = np.concatenate([(human + shift + rng.normal(0, 0.4, (n, 4))).round().clip(1, 5), human], axis=1)
    return aspects(ratings(importance.astype(int), np.full((n, 8), 2)), sides([1] * 4 + [0] * 4, [0] * 4 + [1] * 4), [])


def test_the_balance_is_told_one_way_the_other_or_as_equal():
    assert aspects_sentence(balance(1.5), 5).startswith("Technology is more important than the human side, by ")
    assert aspects_sentence(balance(-1.5), 5).startswith("The human side is more important than technology, by ")
    assert "about equally important: they differ by " in aspects_sentence(balance(0), 5)
    assert aspects_sentence(balance(1.5, n=8), 5).startswith("With 8 people we cannot tell")


def test_what_varies_much_is_neither_different_nor_equal():
    rng = np.random.default_rng(3)
    wild = ratings(rng.choice([1, 5], (12, 2)), np.ones((12, 2), int))
    said = aspects_sentence(aspects(wild, sides([1, 0], [0, 1]), []), 5)
    assert said.startswith("Whether technology or the human side is more important we cannot tell.")


def test_without_both_aspects_there_is_no_balance():
    assert aspects(made(), sides([1, 1, 1], [0, 0, 0]), []).empty
    assert aspects_sentence(ASPECTS.empty(), 5).startswith("The competencies do not say which are about technology")
    gone = aspects(made(), sides([1, 0, 0], [0, 1, 1]), ["human"])
    assert gone.set_index("aspect")["suppressed"].to_dict() == {"technology": False, "human": True, "difference": True}
    assert aspects_sentence(gone, 5).startswith("Too few people")


def room_of(**importance):
    """PRACTICES with these importances (low, mean, high); None is hidden."""
    rows = [
        {"practice": code, "competencies": 2, "n": pd.NA if ends is None else 30, "suppressed": ends is None}
        | dict(zip(("importance_low", "importance", "importance_high"), ends or (None,) * 3, strict=True))
        for code, ends in importance.items()
    ]
    frame = pd.DataFrame(rows).reindex(columns=PRACTICES.names)
    return PRACTICES.check(frame.astype({"n": "Int64", "first": "boolean", "importance": float}))


ROOM = {"p": (3.8, 4.0, 4.2), "q": (2.9, 3.0, 3.1), "r": (3.7, 3.9, 4.1)}


def test_a_check_is_stretched_to_the_scale_and_weighed_by_the_rooms_importance():
    frame = checked(room_of(**ROOM), "135", 0, 10).set_index("practice")
    assert frame["mark"].tolist() == [0, 5, 10]
    assert frame["shortfall"].tolist() == [10, 5, 0]
    assert frame["score"].tolist() == [40, 15, 0]
    assert frame["place"].tolist() == [1, 2, 3]
    assert frame["start"].tolist() == [True, False, False]


def test_what_to_start_with_is_one_or_those_that_cannot_be_told_apart():
    one = checked(room_of(**ROOM), "155", 1, 5)
    assert start_sentence(one, LABELS).startswith("Start with Planning together: ")
    assert to_start(one) == ["p"]
    either = checked(room_of(**ROOM), "232", 1, 5)
    assert start_sentence(either, LABELS).startswith("Start with one of Planning together and Road maps: ")
    assert to_start(either) == ["p", "r"]


def test_what_is_not_said_is_left_out_and_what_is_always_done_is_no_start():
    some = checked(room_of(**ROOM), "020", 1, 5)
    assert some["own"].tolist() == [pd.NA, 2, pd.NA]
    assert start_sentence(some, LABELS).endswith("2 of 3 practices are not marked, so they are not compared.")
    assert start_sentence(checked(room_of(**ROOM), "000", 1, 5), LABELS) == "Nothing is marked yet."
    always = checked(room_of(**ROOM), "555", 1, 5)
    assert start_sentence(always, LABELS).startswith("You always do all that you marked")
    assert not always["start"].any()
    assert to_start(always) == []


def test_a_practice_whose_importance_is_hidden_has_no_place_and_comes_last():
    frame = checked(room_of(p=None, q=ROOM["q"], r=None), "124", 1, 5).set_index("practice")
    assert frame["place"].tolist() == [pd.NA, 1, pd.NA]
    assert frame["start"].tolist() == [pd.NA, True, pd.NA]
    assert to_start(frame.reset_index()) == ["q", "p"]
    none = checked(room_of(p=None, q=None, r=None), "124", 1, 5)
    assert start_sentence(none, LABELS).startswith("The room’s answers about these practices cannot be shown")


@quick
@given(st.text("012345", min_size=3, max_size=3))
def test_doing_a_practice_more_often_never_makes_it_come_earlier(check):
    before = checked(room_of(**ROOM), check, 1, 5)
    assert before["start"].fillna(False).any() or set(check) <= {"0", "5"}
    if check[0] in "1234":
        after = checked(room_of(**ROOM), str(int(check[0]) + 1) + check[1:], 1, 5)
        assert after.loc[0, "score"] < before.loc[0, "score"]
        assert after.loc[0, "place"] >= before.loc[0, "place"]


def test_practices_that_all_answer_alike_differ_by_no_rounding():
    """Everybody 3 and 3 for eleven competencies: means of thirds add up a little beside each other."""
    alike = Ratings(np.full((11, 30), 3 * 6 + 3, np.uint8), 1, 5)
    asked = {"p": np.arange(11) < 7, "q": np.arange(11) >= 4}
    told = sentence(practices(alike, asked, []), {"p": "P", "q": "Q"}, 5)
    assert told.startswith("No work practice lags behind")
    sides = aspects(alike, {"technology": asked["p"], "human": ~asked["p"]}, [])
    assert "e-" not in aspects_sentence(sides, 5)
    assert "about equally important: they differ by 0 of 4 points" in aspects_sentence(sides, 5)


def test_the_practices_that_lead_are_counted_among_those_told():
    rng = np.random.default_rng(3)
    level = rng.integers(1, 5, (3, 40))
    given = Ratings((5 * 6 + level).astype(np.uint8), 1, 5)
    serving = {code: np.arange(3) == i for i, code in enumerate("pqr")}
    told = sentence(practices(given, serving, ["r"]), {"p": "P", "q": "Q", "r": "R"}, 5)
    assert told.startswith("No work practice can be told to lag further behind its importance than the others")
