"""What the gate hides, and that subtraction does not bring it back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sctrain.analysis.counts import groups_by, joint_counts
from sctrain.cards import Cards, Codes
from sctrain.privacy import enough, gate, hide_small


@pytest.mark.parametrize(
    ("n", "hidden"),
    [
        ([10, 20, 30], [0, 0, 0]),
        ([4, 20, 30], [1, 1, 0]),  # one alone could be had from the total: the next smallest goes with it
        ([4, 3, 30], [1, 1, 0]),  # two together are 7 people: enough cover
        ([1, 2, 30], [1, 1, 1]),  # together only 3, and the rest of all is small too
        ([0, 20, 30], [0, 0, 0]),
        ([0, 4, 30], [0, 1, 1]),
        ([5, 5], [0, 0]),
        ([2], [1]),
        ([], []),
    ],
)
def test_small_counts_and_what_would_tell_them_are_hidden(n, hidden):
    assert hide_small(np.array(n, int), 5).tolist() == [bool(h) for h in hidden]


@pytest.mark.parametrize(
    ("n", "total", "hidden"),
    [
        ([20, 30], 53, [0, 0]),  # 3 people did not say: no group, so nothing to hide
        ([3, 20, 30], 55, [1, 0, 0]),  # what is left of the total is 3 people and 2 who did not say: enough
        ([3, 20, 30], 54, [1, 1, 0]),  # 3 and 1 are too few
    ],
)
def test_people_who_did_not_say_are_cover_for_a_hidden_group(n, total, hidden):
    assert hide_small(np.array(n), 5, total=total).tolist() == [bool(h) for h in hidden]


counts = st.lists(st.integers(0, 40), min_size=1, max_size=8)


@given(counts, st.integers(3, 10), st.integers(0, 12))
def test_what_is_hidden_has_enough_people_together_or_nothing_is_shown(n, threshold, unlisted):
    n = np.array(n)
    hidden = hide_small(n, threshold, total=int(n.sum()) + unlisted)
    shown = n[~hidden & (n > 0)]
    assert (shown >= threshold).all()
    if shown.size and hidden.any():
        assert n[hidden].sum() + unlisted >= threshold
        assert (hidden & (n > 0)).sum() != 1 or unlisted > 0


def room(roles, marks):
    values, code = np.unique(roles, return_inverse=True)
    pairs = np.array(marks, np.uint8)
    return Cards(tuple(f"c{i}" for i in range(len(pairs))), 1, 5, pairs, {"role": Codes(tuple(values), code)})


rooms = st.integers(1, 60).flatmap(
    lambda n: st.tuples(
        st.lists(st.sampled_from(["a", "b", "c", "d", ""]), min_size=n, max_size=n),
        st.lists(st.lists(st.sampled_from([0, 8, 15, 22, 35]), min_size=n, max_size=n), min_size=2, max_size=2),
        st.lists(st.booleans(), min_size=n, max_size=n),
    )
)
MEMBERS = {"a": ("a",), "b": ("b",), "c": ("c",), "d": ("d",)}


@given(rooms)
def test_no_view_and_no_difference_of_two_views_stands_on_fewer_people_than_the_threshold(given_room):
    roles, marks, passes = given_room
    cards, where = room(roles, marks), np.array(passes)
    groups = groups_by(cards.profile["role"], MEMBERS)
    whole, whole_total = joint_counts(cards, groups), joint_counts(cards)
    counts, total = joint_counts(cards, groups, where), joint_counts(cards, where=where)
    shown_total = gate(total, 5, whole=whole_total)
    shown = gate(counts, 5, total, whole)
    for c in range(2):
        if shown.hidden[:, c].all():
            continue
        cells = [int(n) for n, h in zip(counts.n[:, c], shown.hidden[:, c], strict=True) if not h and n]
        assert all(n >= 5 for n in cells)
        if not shown_total.hidden[0, c]:
            unlisted = int(total.n[0, c] - counts.n[:, c].sum())
            rest = int(total.n[0, c]) - sum(cells)
            assert rest == unlisted or rest >= 5
        for g in range(4):
            if not shown.hidden[g, c]:
                other = int(whole.n[g, c] - counts.n[g, c])
                assert other == 0 or other >= 5


@given(rooms)
def test_a_hidden_cell_holds_no_number(given_room):
    roles, marks, _ = given_room
    cards = room(roles, marks)
    shown = gate(joint_counts(cards, groups_by(cards.profile["role"], MEMBERS)), 5, joint_counts(cards))
    assert not shown.cells[shown.hidden].any()
    assert not shown.people[shown.hidden.all(axis=1)].any()


@pytest.mark.parametrize(("inside", "outside", "yes"), [(5, 0, True), (5, 5, True), (4, 50, False), (50, 4, False)])
def test_a_filter_is_offered_only_with_enough_people_in_it_and_outside_it(inside, outside, yes):
    assert enough(np.array([True] * inside + [False] * outside), 5) is yes
