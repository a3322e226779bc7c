"""Rating cards are read back as they were written, on every scale."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sctrain.cards import decode, encode


def test_a_card_holds_importance_then_level_of_each_competency():
    pairs = decode(b"54.3" + b"2.11", 2, 1, 5)
    assert pairs.tolist() == [[5 * 6 + 4, 2 * 6 + 0], [0 * 6 + 3, 1 * 6 + 1]]


def test_no_cards_are_a_matrix_without_columns():
    assert decode(b"", 3, 1, 5).shape == (3, 0)


@given(st.data())
def test_cards_of_any_scale_come_back_as_they_were_given(data):
    low, points, items, n = (data.draw(st.integers(*ends)) for ends in ((0, 1), (2, 35), (1, 4), (1, 5)))
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    importance, level = rng.integers(0, points + 1, (2, n, items))
    pairs = decode("".join(encode(importance, level, low)).encode(), items, low, low + points - 1)
    assert pairs.tolist() == (importance * (points + 1) + level).T.tolist()
    assert pairs.flags.c_contiguous


@pytest.mark.parametrize("points", [14, 15, 16])
def test_the_highest_pair_of_a_scale_is_no_error(points):
    top = np.full((1, 1), points)
    assert decode(encode(top, top)[0].encode(), 1, 1, points).tolist() == [[(points + 1) ** 2 - 1]]


@pytest.mark.parametrize(
    ("card", "low", "high"), [("6.", 1, 5), (".6", 1, 5), ("0.", 1, 5), (" .", 1, 5), ("G1", 1, 15)]
)
def test_a_mark_outside_the_scale_is_an_error(card, low, high):
    with pytest.raises(ValueError, match="outside"):
        decode(card.encode(), 1, low, high)
