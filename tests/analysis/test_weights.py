"""Weights to a target: known answers, margins that are met, and nothing told by them."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import SHARED

from sctrain.analysis.counts import Groups
from sctrain.analysis.tells import told
from sctrain.analysis.weights import (
    CAP,
    OUTSIDE,
    Margin,
    Weights,
    kish,
    margin,
    missing,
    missing_sentence,
    rake,
    sentence,
    weigh,
    weighted,
)
from sctrain.errors import FrameError
from sctrain.frames import GAPS

REFERENCE = SHARED / "reference"
known_answers = pytest.mark.skipif(not REFERENCE.exists(), reason="the reference answers are not beside the project")


def number(text):
    return np.unique(np.asarray(text, object).astype(str), return_inverse=True)[1].astype(np.int64)


@known_answers
def test_raked_school_weights_are_those_of_the_field_s_reference():
    given = pd.read_csv(REFERENCE / "data" / "apiclus1.csv")
    expected = json.loads((REFERENCE / "expected" / "known_numbers.json").read_text())["rake_apiclus1"]
    targets = expected["targets"]
    units = [number(given["stype"]), number(given["sch.wide"])]
    wanted = [np.array([targets[d][k] for k in sorted(targets[d])], float) for d in ("stype", "sch_wide")]
    weights = rake(units, wanted, given["pw"].to_numpy())
    found = {"raked_mean_api00": np.average(given["api00"], weights=weights), "kish_neff": kish(weights)}
    each = given.assign(weight=weights).groupby(["stype", "sch.wide"])["weight"].first()
    found |= {
        f"weight_{school}_{wide}": each[(school, wide)] for school, wide in (("E", "No"), ("H", "No"), ("E", "Yes"))
    }
    for name, value in found.items():
        printed, tolerance, _ = expected[name]
        assert value == pytest.approx(printed, abs=tolerance)
    assert round(kish(weights), 2) == 174.01


@known_answers
def test_a_table_is_fitted_to_its_margins_as_printed():
    table = pd.read_csv(REFERENCE / "data" / "ipf4x4.csv")
    cells = table.iloc[:4, 1:5].to_numpy(float)
    rows, columns = table.iloc[:4, 5].to_numpy(float), table.iloc[4, 1:5].to_numpy(float)
    row, column = (at.ravel() for at in np.meshgrid(np.arange(4), np.arange(4), indexing="ij"))
    fitted = rake([row, column], [rows, columns], cells.ravel()).reshape(4, 4)
    printed, tolerance, _ = json.loads((REFERENCE / "expected" / "known_numbers.json").read_text())["ipf4x4"]["fitted"]
    np.testing.assert_allclose(fitted, printed, atol=tolerance)
    np.testing.assert_allclose(fitted.sum(axis=1), rows)
    np.testing.assert_allclose(fitted.sum(axis=0), columns)


def fitted(units, wanted, weights, rounds=1500):
    """The same by the textbook's loop: each margin in turn scaled to its target."""
    for _ in range(rounds):
        for unit, sums in zip(units, wanted, strict=True):
            weights = weights * (sums / np.bincount(unit, weights, minlength=len(sums)))[unit]
    return weights


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_two_roads_meet_and_every_weight_is_positive(data):
    sizes = data.draw(st.tuples(st.integers(2, 4), st.integers(2, 4)))
    full = [at.ravel() for at in np.meshgrid(*map(np.arange, sizes), indexing="ij")]  # everyone has neighbours
    more = data.draw(st.lists(st.tuples(*(st.integers(0, size - 1) for size in sizes)), max_size=40))
    units = [np.array([*whole, *(row[i] for row in more)], np.int64) for i, whole in enumerate(full)]
    n = len(units[0])
    shares = [np.array(data.draw(st.lists(st.integers(1, 9), min_size=s, max_size=s)), float) for s in sizes]
    wanted = [n * share / share.sum() for share in shares]
    found = rake(units, wanted, np.ones(n))
    assert (found > 0).all()
    assert found.sum() == pytest.approx(n)
    for unit, sums in zip(units, wanted, strict=True):
        np.testing.assert_allclose(np.bincount(unit, found), sums, rtol=1e-5)
    np.testing.assert_allclose(found, fitted(units, wanted, np.ones(n)), rtol=1e-4)


@settings(deadline=None, max_examples=30)
@given(
    st.lists(st.tuples(st.integers(-1, 2), st.integers(-1, 1)), min_size=12, max_size=80),
    st.lists(st.integers(1, 40), min_size=3, max_size=3),
    st.integers(1, 30),
)
def test_weights_sum_to_the_people_stay_under_the_cap_and_meet_the_margins_unless_they_say_so(people, sizes, odds):
    first, second = (np.array(unit, np.int64) for unit in zip(*people, strict=True))
    margins = [_margin("one", first, sizes), _margin("two", second, [odds, 31 - odds])]
    found = weigh([m for m in margins if m.inside], len(people))
    assert (found.each > 0).all()
    assert found.each.sum() == pytest.approx(len(people))
    assert found.each.max() <= CAP * np.median(found.each) * (1 + 1e-4)
    assert found.effective <= len(people) + 1e-6
    for m in found.margins:
        if not found.capped:
            np.testing.assert_allclose(m.sums(found.each), m.wanted, atol=1e-3)
            assert found.each[m.unit == OUTSIDE].sum() == pytest.approx((m.unit == OUTSIDE).sum(), abs=1e-3)


def _margin(name, unit, sizes):
    there = sorted(set(unit[unit >= 0].tolist()))
    place = {old: new for new, old in enumerate(there)} | {-1: OUTSIDE}
    share = np.array([sizes[i] for i in there], float)
    return Margin(name, tuple((str(i),) for i in there), np.array([place[u] for u in unit]), share / share.sum())


def test_margins_that_contradict_each_other_leave_the_second_out():
    same = np.array([0] * 10 + [1] * 10)
    one, other = (
        Margin(name, (("a",), ("b",)), same, np.array(s)) for name, s in (("x", [0.8, 0.2]), ("y", [0.2, 0.8]))
    )
    found = weigh([one, other], 20)
    assert found.left_out == ("y",)
    np.testing.assert_allclose(found.each, [1.6] * 10 + [0.4] * 10)
    assert found.effective == pytest.approx(20**2 / (10 * 1.6**2 + 10 * 0.4**2))


def test_one_person_of_a_large_group_is_capped_and_that_is_said():
    unit = np.array([0] * 40 + [1] * 2)
    found = weigh([Margin("x", (("a",), ("b",)), unit, np.array([0.5, 0.5]))], 42)
    assert found.capped
    assert found.each.sum() == pytest.approx(42)
    assert found.each.max() / np.median(found.each) == pytest.approx(CAP)


# Units


def groups(**people):
    """Groups of as many people each; `open` are people in none."""
    codes = [name for name in people if name != "open"]
    value = np.repeat(np.arange(len(people)), list(people.values()))
    member = np.array([[name == code for name in people] for code in codes])
    return Groups(tuple(codes), value, member)


@pytest.mark.parametrize(
    ("people", "hidden", "units", "inside"),
    [
        ({"s": 17, "m": 15, "l": 8}, "", [("s",), ("m",), ("l",)], 40),
        ({"s": 17, "l": 5, "xl": 3}, "l xl", [("s",), ("l", "xl")], 25),
        ({"s": 17, "l": 5, "xl": 3, "town": 9}, "l xl", [("s",), ("l", "xl")], 25),
        ({"s": 17, "l": 5, "town": 3}, "l town", [("s",), ("l",)], 25),  # towns are hidden among the others
        ({"s": 17, "l": 5, "town": 6}, "l town", [("s",)], 17),  # together they would tell how many of each
        ({"s": 17, "l": 5, "open": 6}, "l", [("s",)], 17),
        ({"s": 17, "m": 0, "l": 8}, "", [("s",), ("l",)], 25),
        ({"s": 17, "xl": 3}, "xl", [("s",)], 17),
    ],
)
def test_hidden_groups_are_one_unit_where_that_tells_no_more_than_the_total(people, hidden, units, inside):
    target = {"s": 0.4, "m": 0.3, "l": 0.2, "xl": 0.1}
    given = groups(**people)
    veiled = np.array([code in hidden.split() for code in given.codes])
    found = margin("city_size", given, veiled, target, 5)
    assert list(found.units) == units
    assert found.inside == inside
    assert found.shares.sum() == pytest.approx(1)
    assert found.shares[0] == pytest.approx(0.4 / sum(target[o] for unit in units for o in unit))


def test_a_person_in_two_groups_cannot_be_weighted():
    both = Groups(("a", "b"), np.zeros(9, int), np.ones((2, 1), bool))
    with pytest.raises(FrameError, match="several groups"):
        margin("role", both, np.zeros(2, bool), {"a": 1.0}, 5)


# What is told


def test_a_sum_that_two_others_leave_over_is_told():
    total, one = [1.0, 1.0, 1.0], [1.0, 1.0, 0.0]
    assert told(np.array([total, one]), np.array([9, 9, 3]), 5)
    assert not told(np.array([total, one]), np.array([9, 3, 9]), 5)
    assert told(np.array([total, [1.0, 0.0, 0.0], [2.0, 1.0, 0.5]]), np.array([9, 9, 3]), 5)
    assert told(np.array([total, one]), np.array([3, 0, 9]), 5)  # nobody in the second cell: the first is alone
    assert not told(np.zeros((0, 3)), np.array([9, 9, 3]), 5)


# Frames and sentences


OPTIONS = pd.DataFrame(
    {
        "option": ["s", "m", "l", "xl", "town"],
        "n": pd.array([10, 30, None, 0, 12], dtype="Int64"),
        "target": [0.5, 0.3, 0.1, 0.1, None],
        "suppressed": [False, False, True, False, False],
    }
)


def shares():
    unit = np.repeat([0, 1, OUTSIDE], [10, 30, 20])
    given = Margin("city_size", (("s",), ("m",)), unit, np.array([0.625, 0.375]))
    return given, weigh([given], 60)


def test_missing_people_are_those_the_target_has_more_of():
    given, weights = shares()
    found = missing([given], {"city_size": OPTIONS}, weights).set_index("option")
    assert found["kind"].to_dict() == {
        "s": "in target", "m": "in target", "l": "outside", "xl": "nobody", "town": "outside",
    }  # fmt: skip
    assert found.loc["s", "target"] == pytest.approx(0.5 / 0.9)
    assert found.loc["s", "missing"] == round(40 * 0.5 / 0.9 - 10)
    assert found.loc["m", "missing"] == 0
    assert found.loc["s", "weight"] == pytest.approx(40 * 0.625 / 10)
    assert found.loc["s", "reached"] == pytest.approx(0.625)
    assert found.loc["l", ["n", "share", "target", "missing", "weight", "reached"]].isna().all()


def test_the_sentence_names_who_is_beyond_chance_only():
    given, weights = shares()
    frame = missing([given], {"city_size": OPTIONS}, weights)
    labels = {("city_size", o): o.upper() for o in OPTIONS["option"]}
    # XL: 0 of 40, of whom the target has a ninth; alone beyond chance (Wilson up to 0.09), of three options not (0.125)
    assert missing_sentence(frame, labels, {"city_size": 40}) == (
        "“S” is short by 12 people, beyond chance; more are from “M” than the target has, beyond chance."
    )
    near = frame.assign(
        target=frame["share"] + [0.05, -0.05, 0, 0, 0], missing=pd.array([2, 0, None, 0, None], "Int64")
    )
    assert missing_sentence(near, labels, {"city_size": 40}) == "“S” may be short by 2 people, within chance."


@pytest.mark.parametrize("inside", [0, 9])
def test_who_is_missing_cannot_be_told_of_too_few_people(inside):
    given, weights = shares()
    frame = missing([given], {"city_size": OPTIONS}, weights)
    labels = {("city_size", o): o.upper() for o in OPTIONS["option"]}
    assert "cannot be told" in missing_sentence(frame, labels, {"city_size": inside})
    hidden_ = frame.assign(suppressed=True)
    assert "cannot be told" in missing_sentence(hidden_, labels, {"city_size": 40})


def test_chance_alone_makes_somebody_missing_in_few_rooms():
    """Rooms drawn from the target itself, of eight options: adjusted, at most one in twenty is told to lack some."""
    rng, codes = np.random.default_rng(5), list("abcdefgh")
    labels, told, unadjusted = {("d", c): c for c in codes}, 0, 0
    for n in rng.multinomial(160, [1 / 8] * 8, size=200):
        given = Margin("d", tuple((c,) for c in codes), np.repeat(np.arange(8), n), np.full(8, 1 / 8))
        options = pd.DataFrame({"option": codes, "n": pd.array(n, "Int64"), "target": 1 / 8, "suppressed": False})
        frame = missing([given], {"d": options}, weigh([], 160))
        told += "beyond chance" in missing_sentence(frame, labels, {"d": 160})
        unadjusted += ((frame["share_low"] > 1 / 8) | (frame["share_high"] < 1 / 8)).any()
    assert told <= 14
    assert unadjusted > 40


def orders(before, after, reach=1, hidden=()):
    """WEIGHTED of the mwds of each competency, before and after."""
    codes = list(before)
    both = []
    for scores in (before, after):
        frame = pd.DataFrame({"competency": codes, "mwds": list(scores.values()), "gap": list(scores.values())})
        rank = frame["mwds"].rank(ascending=False).astype("Int64")
        frame = frame.assign(group=None, n=20, rank=rank, rank_low=(rank - reach).clip(lower=1), rank_high=rank + reach)
        both.append(GAPS.check(frame.assign(suppressed=False).reindex(columns=GAPS.names)))
    both[1].loc[both[1]["competency"].isin(hidden), ["mwds", "gap"]] = np.nan
    return weighted(*both, "mwds")


SCORES = {c: 10.0 - i for i, c in enumerate("abcdefgh")}
NAMES = {c: c.upper() for c in SCORES}


@pytest.mark.parametrize(
    ("after", "reach", "says"),
    [
        ({}, 1, "Weighted to the target mix the same five stay in front (effective n = "),
        ({"f": 6.5, "e": 4.5}, 1, "“F” comes in and “E” goes out of the first 5; with effective n = "),
        ({"h": 20.0}, 1, "“H” comes in and “E” goes out of the first 5"),
    ],
)
def test_who_comes_in_and_who_goes_out_is_said_with_whether_it_is_chance(after, reach, says):
    _, weights = shares()
    told_ = sentence(orders(SCORES, SCORES | after, reach), weights, NAMES)
    assert says in told_
    assert told_.endswith("this is within chance.") == ("f" in after)
    assert ("more than the order’s own uncertainty" in told_) == ("h" in after)


def test_a_swap_among_the_first_five_is_told():
    weights = weigh([shares()[0]], 60)
    after = SCORES | {"a": SCORES["b"], "b": SCORES["a"]}
    assert "the same five stay in front; two of them change places (" in sentence(orders(SCORES, after), weights, NAMES)


def test_ranks_are_over_what_both_orders_show():
    frame = orders(SCORES, SCORES, hidden=("a",)).set_index("competency")
    assert frame["rank"].isna().to_dict()["a"]
    assert frame.loc["b", ["rank", "rank_weighted"]].tolist() == [1, 1]
    assert (frame["place"].dropna() != "comes in").all()


def test_without_a_margin_there_is_nothing_to_weight():
    assert "nothing to weight" in sentence(orders(SCORES, SCORES), Weights(np.ones(9), ()), NAMES)
