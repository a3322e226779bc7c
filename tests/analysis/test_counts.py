"""Joint counts: what is counted, in which groups, and that parts add up."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from sctrain.analysis import counts as counting
from sctrain.analysis.counts import Groups, add, cross, groups_by, joint_counts
from sctrain.cards import Cards
from sctrain.errors import FrameError

from .made import cards_of, codes, long_rows, quick, rooms

ROLES = {"a": ("a",), "b": ("b",), "a or c": ("a", "c")}


def by_role(cards, members=ROLES):
    return groups_by(cards.profile["role"], members)


def test_each_pair_of_marks_is_counted_where_it_stands():
    cards = cards_of([[5], [5], [4], [0], [3]], [[2], [2], [4], [1], [0]])
    expected = np.zeros((6, 6), int)
    expected[5, 2], expected[4, 4], expected[0, 1], expected[3, 0] = 2, 1, 1, 1
    counts = joint_counts(cards)
    assert_array_equal(counts.cells[0, 0], expected)
    assert counts.groups == (None,)
    assert counts.people.tolist() == [5]
    assert counts.n.tolist() == [[3]]


def test_who_has_two_roles_is_in_both_groups_and_in_a_rollup_once():
    cards = cards_of(np.full((5, 1), 5), np.full((5, 1), 1), role=["a", "a+c", "b", "a+b", ""])
    counts = joint_counts(cards, by_role(cards))
    assert dict(zip(counts.groups, counts.people.tolist(), strict=True)) == {"a": 3, "b": 2, "a or c": 3}


def test_an_open_dimension_is_grouped_by_the_options_that_occur():
    assert groups_by(codes(["PT", "ES+PT", "", "EE"]), {}).codes == ("EE", "ES", "PT")


def test_crossing_two_questions_counts_the_people_in_both_groups():
    cards = cards_of(np.ones((4, 1), int), np.ones((4, 1), int), role=["a", "a+b", "b", ""], city_size=[*"sslm"])
    sizes = groups_by(cards.profile["city_size"], {"s": ("s",), "s or l": ("s", "l")})
    counts = joint_counts(cards, cross(sizes, by_role(cards)))
    assert dict(zip(counts.groups, counts.people.tolist(), strict=True)) == {
        "s|a": 2,
        "s|b": 1,
        "s|a or c": 2,
        "s or l|a": 2,
        "s or l|b": 2,
        "s or l|a or c": 2,
    }


@quick
@given(rooms(), st.data())
def test_counts_equal_those_of_the_raw_rows(cards, data):
    where = np.array(data.draw(st.lists(st.booleans(), min_size=cards.n, max_size=cards.n)), bool)
    counts = joint_counts(cards, by_role(cards), where)
    rows = long_rows(cards)[lambda f: where[f["person"]]]
    for g, members in enumerate(ROLES.values()):
        held = rows[np.array([bool(set(role.split("+")) & set(members)) for role in rows["role"]], bool)]
        assert counts.people[g] == held["person"].nunique()
        for c, name in enumerate(cards.competencies):
            pairs = held[held["competency"] == name][["importance", "level"]].fillna(cards.low - 1) - cards.low + 1
            expected = np.zeros((cards.width, cards.width), int)
            np.add.at(expected, tuple(pairs.to_numpy(int).T), 1)
            assert_array_equal(counts.cells[g, c], expected)


@quick
@given(rooms(), st.data())
def test_the_counts_of_two_parts_add_up_to_those_of_the_whole(cards, data):
    where = np.array(data.draw(st.lists(st.booleans(), min_size=cards.n, max_size=cards.n)), bool)
    groups = by_role(cards)
    whole = joint_counts(cards, groups)
    parts = add(joint_counts(cards, groups, where), joint_counts(cards, groups, ~where))
    assert_array_equal(parts.cells, whole.cells)
    assert_array_equal(parts.people, whole.people)


@quick
@given(rooms(), st.randoms())
def test_the_order_of_people_does_not_matter(cards, random):
    order = random.sample(range(cards.n), cards.n)
    groups = by_role(cards)
    shuffled = Cards(cards.competencies, cards.low, cards.high, cards.pairs[:, order])
    again = joint_counts(shuffled, Groups(groups.codes, groups.value[order], groups.member))
    assert_array_equal(again.cells, joint_counts(cards, groups).cells)


@quick
@given(rooms())
def test_small_blocks_and_few_competencies_at_once_count_the_same(cards):
    expected = joint_counts(cards, by_role(cards)).cells
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counting, "BLOCK", 1)
        patch.setattr(counting, "TALLY", 1)
        assert_array_equal(joint_counts(cards, by_role(cards)).cells, expected)


@quick
@given(rooms())
def test_a_weight_of_two_counts_like_two_people(cards):
    twice = Cards(cards.competencies, cards.low, cards.high, np.hstack([cards.pairs, cards.pairs]))
    weighted = joint_counts(cards, weights=np.full(cards.n, 2.0))
    assert_array_equal(weighted.cells, joint_counts(twice).cells)
    assert_array_equal(weighted.people, [2 * cards.n])


def test_counting_leaves_its_inputs_alone():
    cards = cards_of([[5, 1], [4, 2]], [[1, 0], [2, 2]], role=["a", "b"])
    where, weights, pairs = np.array([True, False]), np.array([1.0, 2.0]), cards.pairs.copy()
    for given_ in (where, weights, cards.pairs, cards.profile["role"].code):
        given_.setflags(write=False)
    joint_counts(cards, by_role(cards), where, weights)
    assert_array_equal(cards.pairs, pairs)


def test_nobody_is_counted_as_nobody():
    cards = cards_of(np.zeros((0, 2), int), np.zeros((0, 2), int), role=[])
    assert joint_counts(cards).cells.sum() == 0
    assert joint_counts(cards, groups_by(cards.profile["role"], {})).groups == ()
    assert joint_counts(cards, by_role(cards)).people.tolist() == [0, 0, 0]


def test_counts_of_other_cells_are_not_added():
    one = joint_counts(cards_of([[5]], [[1]]))
    for other in (cards_of([[5]], [[1]], names=("X",)), cards_of([[5]], [[1]], high=6), cards_of([[5]], [[1]], low=0)):
        with pytest.raises(FrameError, match="cannot be added"):
            add(one, joint_counts(other))


def test_gated_counts_are_not_added():
    one = joint_counts(cards_of([[5]], [[1]]))
    with pytest.raises(FrameError, match="add first, then hide"):
        add(one, one.hide(np.ones((1, 1), bool)))
