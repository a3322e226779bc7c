"""In how many redrawn rooms a module is chosen."""

from __future__ import annotations

import numpy as np
import pytest

from sctrain.analysis.programme import Offer, Rules, Voices, modules
from sctrain.analysis.programme_choice import choose
from sctrain.analysis.programme_curve import problem_of
from sctrain.analysis.programme_robust import Robust, redrawn, robust, with_rooms
from sctrain.cards import Cards, Codes, decode, encode
from tests.analysis.made_programme import offer
from tests.analysis.test_programme import KNOWN
from tests.analysis.test_programme import voices as three_voices

THREE = offer((4, 4, 2), [[0], [1], [2]])
NAN = np.nan


def cards(n=40, items=4, seed=2, missing=0.1):
    rng = np.random.default_rng(seed)
    importance, level = (rng.integers(1, 6, (n, items)) for _ in range(2))
    importance[rng.random((n, items)) < missing] = 0
    pairs = decode("".join(encode(importance, level)).encode(), items, 1, 5)
    profile = {"role": Codes(("a", "b"), (np.arange(n) % 3 == 0).astype(np.int32))}
    return Cards(tuple(f"c{i}" for i in range(items)), 1, 5, pairs, profile), importance, level


def test_a_redrawn_room_is_the_mean_over_the_people_who_were_drawn_for_everyone_and_their_groups():
    """The other road: the same numbers drawn, and people added up one by one."""
    made, importance, level = cards()
    where, group = np.arange(40) < 30, np.arange(40) % 3 == 0
    everyone, small = redrawn(made, where, group[None], np.random.default_rng(7), draws=5)
    held = np.flatnonzero(where)
    order = held[np.lexsort([*made.pairs[:, held], np.ones(30), group[held]])]
    rng = np.random.default_rng(7)
    for room in range(5):
        people = order[rng.integers(30, size=30)]
        for drawn, who in ((everyone, people), (small, people[group[people]])):
            there = importance[who] > 0
            mean = [level[who, c][there[:, c]].mean() if there[:, c].any() else NAN for c in range(4)]
            assert drawn.level[room] == pytest.approx(mean, nan_ok=True)
            mean = [importance[who, c][there[:, c]].mean() if there[:, c].any() else NAN for c in range(4)]
            assert drawn.importance[room] == pytest.approx(mean, nan_ok=True)
            over = np.where(there, np.sign(level[who] - importance[who]), 0).sum(axis=0) / there.sum(axis=0)
            assert drawn.exceeding[room] == pytest.approx(over, nan_ok=True)


def test_the_same_people_in_another_order_make_the_same_rooms():
    made, *_ = cards()
    turned = Cards(made.competencies, 1, 5, made.pairs[:, ::-1], made.profile)
    group = (np.arange(40) % 3 == 0)[None]
    for one, other in zip(
        redrawn(made, np.ones(40, bool), group, np.random.default_rng(1), 20),
        redrawn(turned, np.ones(40, bool), group[:, ::-1], np.random.default_rng(1), 20),
        strict=True,
    ):
        assert np.array_equal(one.level, other.level, equal_nan=True)


def test_bags_of_people_vary_as_people_do():
    made, *_ = cards(n=3000, missing=0)
    everyone = np.ones(3000, bool)
    exact = redrawn(made, everyone, np.zeros((0, 3000), bool), np.random.default_rng(1), 400)[0].level.std(axis=0)
    bags = redrawn(made, everyone, np.zeros((0, 3000), bool), np.random.default_rng(2), 400, exact=300)[0].level
    assert bags.mean(axis=0) == pytest.approx(made_level(made), abs=0.01)
    assert bags.std(axis=0) == pytest.approx(exact, rel=0.25)


def made_level(made):
    return (made.pairs % made.width).mean(axis=1)


def voices(groups=((1, 0, 0),)):
    given = np.array(groups, float).reshape(-1, 3)
    return Voices(tuple("abc"), np.array([3.0, 2, 1]), np.full(3, NAN), tuple("xyz"[: len(given)]), given)


def test_shares_count_the_rooms_that_choose_a_module():
    said = voices()
    problem = problem_of(THREE, said, Rules(hours=4, floor=0))
    need = np.array([[3, 2, 1], [3, 2, 1], [1, 3, 2], [0, 0, 5]], float)
    told = []
    found = robust(
        problem,
        said,
        np.array([True, False, False]),
        need,
        np.ones((4, 1, 3)),
        np.full((4, 3), NAN),
        lambda done, of: told.append((done, of)),
    )
    assert found.shares.tolist() == [0.5, 0.25, 0.25]
    assert (found.rooms, found.without, found.drawn) == (4, 0, 4)
    low, high = np.quantile([1 / 2, 1 / 2, 1 / 6, 0], [0.025, 0.975])
    assert found.covered == pytest.approx((low, high), abs=1e-4)
    assert told == [(4, 4)]


def test_rooms_in_which_the_bounds_collide_are_counted_apart():
    said = voices([(1, 0, 0), (0, 1, 0)])
    problem = problem_of(THREE, said, Rules(hours=4, floor=60))
    same, apart = np.array([[1, 0, 0], [1, 0, 0]]), np.array([[1, 0, 0], [0, 1, 0]])
    groups = np.stack([same, apart, same]).astype(float)
    found = robust(problem, said, np.zeros(3, bool), np.full((3, 3), 1.0), groups, np.full((3, 3), NAN))
    assert (found.rooms, found.without) == (2, 1)
    assert found.shares.tolist() == [1, 0, 0]
    assert np.isnan(found.covered).all()


def test_what_is_unknown_stays_unknown_in_every_room():
    said = voices([(NAN, 1, 1)])
    hidden = Voices(said.competencies, np.array([NAN, 2, 1]), said.points, said.names, said.groups)
    problem = problem_of(THREE, hidden, Rules(hours=4, floor=60))
    need = np.array([[9, 2, 1], [9, 2, 1]], float)
    found = robust(problem, hidden, choose(problem).chosen[0], need, np.full((2, 1, 3), 9.0), np.full((2, 3), NAN))
    assert found.shares.tolist() == [0, 1, 0]


@pytest.mark.parametrize(
    ("share", "certainty"),
    [
        (1, "core"),
        (0.95, "core"),
        (0.94, "likely"),
        (0.5, "likely"),
        (0.49, "contested"),
        (0.05, "contested"),
        (0.04, "out"),
    ],
)
def test_a_modules_certainty_is_the_share_of_rooms_that_choose_it(share, certainty):
    frame = modules(Offer.of(KNOWN), KNOWN, three_voices(), Rules(), np.array([True, False, False]))
    told = with_rooms(frame, Robust(("rules", "both", "figures"), np.array([0, share, 1]), 900, 100, (0.2, 0.4)))
    row = told.set_index("module").loc["both"]
    assert (row["certainty"], row["share_chosen"], row["rooms"]) == (certainty, share, 900)
    assert told.set_index("module").loc["figures", "certainty"] == "core"


def test_without_a_room_nothing_is_said_of_certainty():
    frame = modules(Offer.of(KNOWN), KNOWN, three_voices(), Rules(), np.array([True, False, False]))
    told = with_rooms(frame, Robust(("both", "figures", "rules"), np.full(3, NAN), 0, 10, (NAN, NAN)))
    assert told["certainty"].isna().all()
    assert told["rooms"].tolist() == [0, 0, 0]
