"""Rooms to analyse: made from small tables, from known answers, or at random."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sctrain.cards import Cards, Codes, decode, encode

KNOWN = Path(__file__).parents[1] / "known"
quick = settings(max_examples=30, deadline=None)
ITEMS = ("TECH", "BUSM", "PPP", "DATA", "CITZ")


def known(name):
    return json.loads((KNOWN / f"{name}.json").read_text(encoding="utf-8"))


def codes(values):
    distinct, code = np.unique(np.array(values, dtype=object).astype(str), return_inverse=True)
    return Codes(tuple(map(str, distinct)), code.astype(np.int32))


def cards_of(importance, level, low=1, high=5, names=None, **profile):
    """Cards of marks [people, competencies]; 0 is not answered, 1 the low end."""
    importance, level = np.asarray(importance), np.asarray(level)
    text = "".join(encode(importance, level, low)).encode()
    pairs = decode(text, importance.shape[1], low, high)
    names = names or tuple(f"C{c}" for c in range(importance.shape[1]))
    return Cards(tuple(names), low, high, pairs, {name: codes(values) for name, values in profile.items()})


def one_item(marks, low=1, high=5):
    """One competency from (importance, level) marks."""
    importance, level = np.array(marks, int).reshape(-1, 2).T
    return cards_of(importance[:, None], level[:, None], low, high)


def needs_a():
    table = pd.read_csv(KNOWN / "needs_A.csv")
    importance = table[[f"{c}_importance" for c in ITEMS]].fillna(0).to_numpy(int)
    level = table[[f"{c}_current" for c in ITEMS]].fillna(0).to_numpy(int)
    cards = cards_of(importance, level, names=ITEMS, role=table["role"], city_size=table["city_size"])
    return cards, table


@st.composite
def rooms(draw, most=25, least=1, dense=False):
    """Cards with missing answers and a role question with several answers, on any scale."""
    low, points = draw(st.tuples(st.integers(0, 1), st.integers(2, 7)))
    n, items = draw(st.tuples(st.integers(least, most), st.integers(1, 5)))
    marks = arrays(np.int64, (n, items), elements=st.integers(int(dense), points))
    roles = draw(st.lists(st.sampled_from(["a", "b", "c", "a+b", "b+c", ""]), min_size=n, max_size=n))
    sizes = draw(st.lists(st.sampled_from(["s", "m", "l"]), min_size=n, max_size=n))
    return cards_of(draw(marks), draw(marks), low, low + points - 1, role=roles, city_size=sizes)


def long_rows(cards):
    """Every rating as a row, by plain division: person, competency, importance, level, role, city_size."""
    item, person = np.indices(cards.pairs.shape)
    marks = np.stack([cards.pairs // cards.width, cards.pairs % cards.width]).astype(float)
    marks = np.where(marks == 0, np.nan, marks + cards.low - 1)
    frame = pd.DataFrame(
        {
            "person": person.ravel(),
            "competency": np.array(cards.competencies)[item.ravel()],
            "importance": marks[0].ravel(),
            "level": marks[1].ravel(),
        }
    )
    for name, held in cards.profile.items():
        frame[name] = np.array(held.values, dtype=object)[held.code][frame["person"]]
    return frame
