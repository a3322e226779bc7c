"""Small problems for the programme's tests, and what enumerating all programmes says of them."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import strategies as st

from sctrain.analysis.programme import Offer, Rules
from sctrain.analysis.programme_choice import Problem

GROUPS = ("small", "large")


def offer(hours, covers, requires=(), technology=None):
    """Modules m0, m1 … of these hours; `covers` lists competencies by number, `requires` pairs (module, before)."""
    n, size = len(hours), 1 + max(c for codes in covers for c in codes)
    table, before = np.zeros((n, size), bool), np.zeros((n, n), bool)
    for m, codes in enumerate(covers):
        table[m, list(codes)] = True
    for m, r in requires:
        before[m, r] = True
    aspect = np.zeros(size, bool)
    aspect[list(range(size)) if technology is None else list(technology)] = True
    shares = (table & aspect).sum(axis=1) / table.sum(axis=1)
    codes = tuple(f"m{m}" for m in range(n))
    return Offer(codes, np.array([round(2 * h) for h in hours]), table, before, np.stack([shares, 1 - shares]))


@st.composite
def problems(draw, most=8):
    """A problem of up to `most` modules that overlap, require each other and have every kind of bound."""
    n, size = draw(st.integers(1, most)), draw(st.integers(1, 7))
    covers = [sorted(draw(st.sets(st.integers(0, size - 1), min_size=1, max_size=3))) for _ in range(n)]
    covers[-1] = sorted({*covers[-1], size - 1})
    pairs = list(itertools.combinations(range(n), 2))
    requires = draw(st.sets(st.sampled_from(pairs), max_size=3)) if pairs else set()
    hours = draw(st.lists(st.sampled_from([1, 1.5, 2, 3, 4]), min_size=n, max_size=n))
    technology = draw(st.sets(st.integers(0, size - 1)))
    made = offer(hours, covers, [(max(p), min(p)) for p in requires], technology)
    number = st.integers(0, 6)  # small numbers, so that programmes are often equal
    worth = np.array(draw(st.lists(number, min_size=size, max_size=size)), np.int64)
    groups = np.array(draw(st.lists(st.lists(number, min_size=size, max_size=size), min_size=2, max_size=2)), np.int64)
    codes = st.lists(st.sampled_from(made.codes), max_size=1)
    rules = Rules(
        hours=draw(st.integers(0, 12)),
        floor=draw(st.sampled_from([0, 50, 60, 90, 100])),
        balance=draw(st.sampled_from([0, 0, 25, 50])),
        locked=tuple(draw(codes)),
        left=tuple(draw(codes)),
    )
    return Problem(made, rules, worth, groups, GROUPS)


def programmes(problem, floors=True):
    """Every programme that keeps the bounds, as (units, hours spent, chosen), by trying all sets of modules."""
    found = [chosen for chosen in itertools.product([True, False], repeat=problem.offer.n) if _plain(problem, chosen)]
    best = [max((_covered(problem, c, units) for c in found), default=0) for units in problem.groups]
    least = [-(-problem.rules.floor * b // 100) for b in best]
    if floors:
        found = [c for c in found if _balanced(problem, c)]
        found = [
            c
            for c in found
            if all(_covered(problem, c, u) >= low for u, low in zip(problem.groups, least, strict=True))
        ]
    return [(_covered(problem, c, problem.worth), _hours(problem, c), c) for c in found]


def brute(problem, floors=True):
    """The best of all programmes: most units, then fewest hours, then the earlier modules; None where there is none."""
    every = programmes(problem, floors)
    return max(every, key=lambda p: (p[0], -p[1], p[2]))[2] if every else None


def _hours(problem, chosen):
    return sum(h for h, c in zip(problem.offer.hours.tolist(), chosen, strict=True) if c)


def _covered(problem, chosen, units):
    learnt = {c for m, in_ in enumerate(chosen) if in_ for c in np.flatnonzero(problem.offer.covers[m]).tolist()}
    return sum(int(units[c]) for c in learnt)


def _plain(problem, chosen):
    codes = {code for code, c in zip(problem.offer.codes, chosen, strict=True) if c}
    kept = set(problem.rules.locked) <= codes and not set(problem.rules.left) & codes
    order = all(chosen[r] for m, r in np.argwhere(problem.offer.requires).tolist() if chosen[m])
    return kept and order and _hours(problem, chosen) <= 2 * problem.rules.hours


def _balanced(problem, chosen):
    if not problem.rules.balance:
        return True
    total = _hours(problem, chosen)
    for shares in problem.offer.aspects:
        hours = sum(h * s for h, s, c in zip(problem.offer.hours.tolist(), shares, chosen, strict=True) if c)
        if hours < problem.rules.balance / 100 * total - 1e-9:
            return False
    return True
