"""What is hidden of a grid, and that no sum or difference of what is shown brings it back."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sctrain.grids import Grid, few, hide, told


def grid(n, members=None, margins=(), levels=None, silent=0):
    """A grid of profile values by options, in which each person chose one; a group for each value if not told."""
    n = np.array(n)
    member = np.eye(len(n), dtype=bool) if members is None else np.array(members, bool)
    return Grid(n.sum(axis=1) + silent, n, member, margins, levels or (tuple(range(len(member))),))


def every(n):
    return (tuple(range(len(n[0]))),)


@pytest.mark.parametrize(
    ("n", "hidden"),
    [
        ([[20, 30], [25, 15]], [[0, 0], [0, 0]]),
        ([[20, 0], [25, 15]], [[0, 0], [0, 0]]),  # nobody: may be shown
        ([[20, 3], [25, 15]], [[1, 1], [1, 1]]),  # 3 and what tells them: their group's rest, and the column's
        ([[20, 9, 3], [25, 9, 15], [30, 9, 30]], [[0, 1, 1], [0, 1, 1], [0, 0, 0]]),
        ([[2, 1], [25, 15], [25, 15]], [[1, 1], [1, 1], [0, 0]]),  # a group of three, and the smallest as its cover
    ],
)
def test_small_counts_and_what_would_tell_them_are_hidden(n, hidden):
    assert hide(grid(n), 5, every(n)).astype(int).tolist() == hidden


def test_options_that_do_not_exclude_each_other_hide_where_few_did_not_choose_them():
    chose = np.array([[18, 12], [12, 12]])
    several = Grid(np.array([20, 24]), chose, np.eye(2, dtype=bool), (), ((0, 1),))
    assert hide(several, 5).astype(int).tolist() == [[1, 0], [1, 0]]  # 2 of 20 left the first one out


def test_a_bridge_between_two_groups_of_hidden_counts_is_seen():
    # Hidden are two squares and one count between them: that one is told, though no row or column has it alone.
    hidden = np.zeros((4, 4), bool)
    hidden[:2, :2] = hidden[2:, 2:] = hidden[0, 2] = True
    n = np.full((4, 4), 7)
    assert np.argwhere(told(grid(n), every(n), hidden)).tolist() == [[0, 2]]


def test_sizes_and_their_roll_up_are_hidden_together():
    n = [[25, 30], [20, 9], [22, 3], [40, 30]]
    members = [*np.eye(4), [1, 1, 1, 0], [0, 0, 0, 1]]
    levels = ((0, 1, 2, 3), (4, 5))
    found = hide(grid(n, members, ((0, 1, 2), (3,)), levels), 5, every(n))
    assert found.astype(int).tolist() == [[0, 0], [1, 1], [1, 1], [0, 0], [0, 0], [0, 0]]


counts = arrays(np.int64, st.tuples(st.integers(2, 5), st.integers(2, 4)), elements=st.integers(0, 25))


@settings(deadline=None, max_examples=60)
@given(counts)
def test_no_hidden_count_can_be_solved_for(n):
    """By another road than `told`: each hidden count lies on a closed way through hidden ones, along which
    people can be moved from one to the next while all that is shown stays as it is."""
    hidden = hide(grid(n), 5, every(n))
    shown = n[~hidden]
    assert ((shown == 0) | (shown >= 5)).all()
    assert all(on_a_closed_way(hidden, g, o) for g, o in np.argwhere(hidden & (n > 0)))


def on_a_closed_way(hidden, group, option):
    seen, ahead = set(), [("group", group)]
    while ahead:
        kind, place = ahead.pop()
        line = hidden[place] if kind == "group" else hidden[:, place]
        for other in np.flatnonzero(line):
            cell = (place, other) if kind == "group" else (other, place)
            step = ("option" if kind == "group" else "group", int(other))
            if cell != (group, option) and step not in seen:
                seen.add(step)
                ahead.append(step)
    return ("option", int(option)) in seen


@settings(deadline=None, max_examples=60)
@given(counts, st.integers(3, 8))
def test_what_is_hidden_of_a_group_is_enough_people_together_where_another_count_of_it_is_shown(n, threshold):
    hidden = hide(grid(n), threshold, every(n))
    for row, veil in zip(n, hidden, strict=True):
        together = row[veil].sum()
        assert together == 0 or together >= threshold or not row[~veil].any()


def test_fewer_than_the_threshold_is_said_only_where_it_could_be_any_of_them():
    one = np.array([[2], [9], [30]])
    hidden = np.array([True, True, False])
    shut = np.zeros(3, bool)
    people = np.array([20, 20, 60])
    assert few(Grid(people, one, np.eye(3, dtype=bool), (), ((0, 1, 2),)), 5, hidden, shut).tolist() == [1, 0, 0]
    # 1 and 5 make 6: with one of them known to be 5 or more the other could only be 1
    narrow = Grid(people, np.array([[1], [5], [30]]), np.eye(3, dtype=bool), (), ((0, 1, 2),))
    assert not few(narrow, 5, hidden, shut).any()


def test_what_is_said_to_be_few_may_be_any_number_from_one():
    for n in product([1, 3, 4], [1, 2, 4], [6, 12, 20]):
        people = np.array([30, 30, 30, 50])
        of = Grid(people, np.array([*n, 25])[:, None], np.eye(4, dtype=bool), (), ((0, 1, 2, 3),))
        hidden = np.array([True, True, True, False])
        labelled = few(of, 5, hidden, np.zeros(4, bool))
        least = {0: 1, 1: 1, 2: 5}
        for g in np.flatnonzero(labelled):
            room = sum(n) - sum(least[i] for i in range(3) if i != g)
            assert room >= 4
