"""No hidden number of a table of two questions can be worked out: linear programs try to."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from sctrain.crosstab import hide_cells, told_cells, whole_table
from sctrain.privacy import hide_small


def totals_of(n, k=5):
    """Which totals are hidden, as on the page Who answered."""
    return hide_small(n.sum(axis=1), k), hide_small(n.sum(axis=0), k)


def between(n, hidden, totals, k=None):
    """(least, most) of every hidden number that fits all that is shown; knowing which are below k if it is given."""
    table = whole_table(n)
    veil = np.zeros(table.shape, bool)
    veil[:-1, :-1], veil[:-1, -1], veil[-1, :-1] = hidden, *totals
    closed = totals[0][:, None] | totals[1][None, :]
    bounds = []
    for (i, j), x in np.ndenumerate(table):
        least = 0 if i < len(n) and j < n.shape[1] and closed[i, j] else min(x, 1)
        most = k - 1 if k and x < k else table[-1, -1]
        bounds.append((least, most) if veil[i, j] else (x, x))
    rows = []
    for i in range(table.shape[0]):
        line = np.zeros(table.shape)
        line[i, :-1], line[i, -1] = 1, -1
        rows.append(line.ravel())
    for j in range(table.shape[1]):
        line = np.zeros(table.shape)
        line[:-1, j], line[-1, j] = 1, -1
        rows.append(line.ravel())
    found = {}
    for i, j in np.argwhere(veil):
        aim = np.zeros(table.shape)
        aim[i, j] = 1
        ends = [
            linprog(sign * aim.ravel(), A_eq=np.array(rows), b_eq=np.zeros(len(rows)), bounds=bounds).fun * sign
            for sign in (1, -1)
        ]
        found[int(i), int(j)] = ends
    return found


tables = st.tuples(st.integers(2, 5), st.integers(2, 4), st.integers(0, 10**6)).map(
    lambda s: np.random.default_rng(s[2]).poisson(
        np.random.default_rng(s[2] + 1).choice([0, 1, 3, 8], (s[0], s[1])), (s[0], s[1])
    )
)


@settings(max_examples=25, deadline=None)
@given(tables, st.booleans())
def test_what_is_said_to_be_told_is_what_linear_programs_find_to_have_one_value(n, knowing):
    totals = totals_of(n)
    hidden = (n > 0) & (n < 5) | ((totals[0][:, None] | totals[1][None, :]) & (n.sum(1) > 0)[:, None] & (n.sum(0) > 0))
    told = told_cells(n, 5, totals, hidden, knowing=knowing)
    for cell, (least, most) in between(n, hidden, totals, 5 if knowing else None).items():
        assert told[cell] == (most - least < 0.5), cell


@settings(max_examples=25, deadline=None)
@given(tables)
def test_no_hidden_number_has_one_value_unless_the_totals_alone_tell_it(n):
    totals = totals_of(n)
    hidden = hide_cells(n, 5, totals)
    everything = (n.sum(axis=1) > 0)[:, None] & (n.sum(axis=0) > 0)[None, :]
    alone = between(n, everything, totals)
    for cell, (least, most) in between(n, hidden, totals).items():
        assert most - least > 0.5 or alone[cell][1] - alone[cell][0] < 0.5, cell


@settings(max_examples=50, deadline=None)
@given(tables)
def test_small_numbers_and_rows_whose_total_is_hidden_are_hidden_and_nobody_of_nobody_is_shown(n):
    totals = totals_of(n)
    hidden = hide_cells(n, 5, totals)
    assert hidden[(n > 0) & (n < 5)].all()
    assert hidden[totals[0]][:, n.sum(axis=0) > 0].all()
    assert not hidden[n.sum(axis=1) == 0].any()


def test_one_small_number_is_covered_by_the_rectangle_of_the_fewest_people():
    n = np.array([[2, 9, 8], [9, 6, 9], [8, 9, 7]])
    hidden = hide_cells(n, 5, totals_of(n))
    assert np.argwhere(hidden).tolist() == [[0, 0], [0, 2], [2, 0], [2, 2]]  # 8 + 8 + 7; the next: 9 + 9 + 6


def test_nothing_is_hidden_where_nothing_is_small():
    n = np.array([[6, 9], [7, 0]])
    assert not hide_cells(n, 5, totals_of(n)).any()


def test_small_numbers_that_only_one_sum_allows_are_covered_by_a_third():
    n = np.array([[4, 4, 0, 9], [6, 7, 9, 8], [9, 8, 7, 6]])
    (row, *_) = hide_cells(n, 5, totals_of(n))
    assert row.sum() > 2  # 4 and 4 are the only two below 5 that make 8


def test_a_number_that_would_be_the_rest_of_its_column_is_not_left_shown_beside_it():
    n = np.array([[3, 20], [5, 20], [0, 20]])
    hidden = hide_cells(n, 5, totals_of(n))
    assert hidden[:2].all()


def test_who_looks_may_hide_more():
    n = np.array([[6, 9, 7], [7, 8, 9], [8, 9, 7]])
    also = np.zeros(n.shape, bool)
    also[1, 1] = True
    hidden = hide_cells(n, 5, totals_of(n), also)
    assert hidden[1, 1]
    assert not told_cells(n, 5, totals_of(n), hidden, knowing=False).any()


@pytest.mark.parametrize("shape", [(1, 4), (4, 1), (0, 3)])
def test_a_table_of_one_row_or_none_ends_too(shape):
    n = np.full(shape, 3)
    hidden = hide_cells(n, 5, totals_of(n))
    assert hidden.all()
