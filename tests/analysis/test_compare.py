"""Groups side by side: known answers, a second road over raw rows, and what may be said."""

import json

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal
from support import SHARED

from sctrain.analysis.compare import differences, lens, lens_sentence, row_sentences, sentence
from sctrain.analysis.counts import groups_by, joint_counts
from sctrain.analysis.gaps import gaps
from sctrain.analysis.spread import between, means, pooled
from sctrain.errors import FrameError, SelectionError
from sctrain.frames import DIFFERENCES, GAPS, JointCounts

from .made import cards_of, long_rows, quick, rooms

REFERENCE = SHARED / "reference"
shared = pytest.mark.skipif(not REFERENCE.exists(), reason=f"{REFERENCE} is not here")
NUMBERS = [c.name for c in DIFFERENCES.columns if c.kind in ("number", "count")]
SIDES = {"s": ("s",), "m": ("m",), "l": ("l",)}


def page(points=5, **groups):
    """Joint counts of one competency from the gaps of the people in each group, on a scale of so many points."""
    cells = np.zeros((len(groups), 1, points + 1, points + 1), np.int64)
    for g, given_ in enumerate(groups.values()):
        for gap in given_:
            cells[g, 0, 1 + max(gap, 0), 1 + max(-gap, 0)] += 1
    return JointCounts(tuple(groups), ("x",), 1, cells, cells.sum(axis=(1, 2, 3)))


def total(counts):
    """Everyone, where nobody is in two groups."""
    whole = counts.cells.sum(axis=0, keepdims=True), counts.people.sum(keepdims=True)
    return JointCounts((None,), counts.competencies, counts.low, *whole)


def one(counts, group, reference, everyone=None):
    return differences(counts, [group], reference, everyone).iloc[0]


# Known answers


def test_a_difference_by_hand():
    row = one(page(a=[1, 3], b=[0, 0, 2, 2]), "a", "b")
    # variances 2 and 4/3, of the means 1 and 1/3: df = (4/3)² / (1²/1 + (1/3)²/3) = 12/7
    reach = scipy.stats.t.ppf(0.975, 12 / 7) * np.sqrt(4 / 3)
    assert_allclose(row[["n", "n_reference", "gap", "gap_reference", "difference"]].tolist(), [2, 4, 2, 1, 1])
    assert_allclose(row[["difference_low", "difference_high"]].tolist(), [1 - reach, 1 + reach])
    # 1 is above two of four and below two, 3 is above all: (0 + 4) / 8
    assert (row["delta"], row["effect"], row["differs"]) == (0.5, "large", False)
    assert pd.isna(row["p"])


@shared
def test_cliffs_delta_of_the_documented_example_is_known():
    answers = json.loads((REFERENCE / "expected" / "known_numbers.json").read_text(encoding="utf-8"))["cliff_delta"]
    table = pd.read_csv(REFERENCE / "data" / answers["data"])
    row = one(page(6, **{g: rows // 10 for g, rows in table.groupby("group")["value"]}), "treatment", "control")
    assert row["delta"] == pytest.approx(answers["delta"][0], abs=answers["delta"][1])
    assert row["effect"] == answers["magnitude"][0]


@shared
def test_the_rank_sum_of_permeability_is_known():
    known = json.loads((REFERENCE / "expected" / "known_numbers.json").read_text(encoding="utf-8"))
    answers = known["mannwhitney_permeability"]
    table = pd.read_csv(REFERENCE / "data" / answers["data"])
    place = table["value"].rank(method="dense").astype(int)  # only the order of the values counts
    row = one(page(16, **{g: place[at] for g, at in table.groupby("group").groups.items()}), "x", "y")
    assert (row["delta"] + 1) / 2 * row["n"] * row["n_reference"] == pytest.approx(answers["U_x"][0])
    assert row["p"] == pytest.approx(answers["p_two_sided_exact"][0], abs=0.02)  # ours is the normal limit


@shared
def test_the_ozone_of_two_months_differs_as_kruskals_test_says():
    table = pd.read_csv(REFERENCE / "data" / "airquality.csv").dropna()
    place = table["Ozone"].rank(method="dense").astype(int)
    months = {str(m): place[at] for m, at in table.groupby("Month").groups.items()}
    counts = page(120, **months)
    for first, second in [("5", "7"), ("6", "8"), ("8", "9")]:
        row = one(counts, first, second)
        statistic = scipy.stats.kruskal(months[first], months[second]).statistic  # = z², without continuity
        n, m = row["n"], row["n_reference"]
        z = np.sqrt(statistic) * (1 - 0.5 / abs(row["delta"] * n * m / 2))
        assert row["p"] == pytest.approx(2 * scipy.stats.norm.sf(z))


@pytest.mark.parametrize(
    ("above", "effect"), [(1146, "negligible"), (1147, "small"), (1330, "medium"), (1474, "large"), (526, "large")]
)
def test_the_words_for_an_effect_begin_where_romano_has_them(above, effect):
    # of 2000 people so many are above the one of the reference, and the others below
    row = one(page(a=[1] * above + [-1] * (2000 - above), b=[0]), "a", "b")
    assert row["delta"] == pytest.approx(above / 1000 - 1)
    assert row["effect"] == effect


def test_a_small_group_is_drawn_to_the_whole_as_its_size_warrants():
    few, many, others = [1, 3], [0, 0, 1, 1] * 5, [1, 1, 2, 2] * 5
    counts = page(few=few, many=many, others=others)
    # the variance of people: (1 · 2 + 19 · 5/19 + 19 · 5/19) / 39 = 12/39
    y, v = np.array([2, 0.5, 1.5]), 12 / 39 / np.array([2, 20, 20])
    tau2 = between(y, v)
    weight = 1 / (v + tau2)
    middle = weight @ y / weight.sum()
    drawn = middle + tau2 / (tau2 + v) * (y - middle)
    assert one(counts, "few", "many")["pooled"] == pytest.approx(drawn[0] - drawn[1])
    assert abs(drawn[0] - y[0]) > 5 * abs(drawn[1] - y[1])
    # 22 others have the mean (30 + 4) / 22
    rest = middle + tau2 / (tau2 + 12 / 39 / 22) * (34 / 22 - middle)
    assert one(counts, "many", None, total(counts))["pooled"] == pytest.approx(drawn[1] - rest)


def test_groups_that_differ_no_more_than_chance_makes_are_pooled_to_one():
    counts = page(a=[0, 1, 2] * 5, b=[0, 1, 2, 1] * 4, c=[0, 0, 1, 1, 2] * 3)
    assert_array_equal(differences(counts, ["a", "b"], None, total(counts))["pooled"], [0, 0])


def test_sides_that_do_not_vary_differ_by_exactly_that():
    row = one(page(a=[2] * 10, b=[1] * 12), "a", "b")
    assert row[["difference_low", "difference", "difference_high"]].tolist() == [1, 1, 1]
    assert row["differs"]
    same = one(page(a=[1] * 10, b=[1] * 12), "a", "b")
    assert pd.isna(same["p"])
    assert (same["difference"], same["delta"], same["differs"]) == (0, 0, False)


@pytest.mark.parametrize(("n", "tested", "differs"), [(4, False, False), (9, True, False), (10, True, True)])
def test_few_answers_are_not_tested_and_fewer_than_ten_never_differ(n, tested, differs):
    row = one(page(a=([4, 3] * 5)[:n], b=[0, 1] * 20), "a", "b")
    assert (pd.notna(row["p"]), row["differs"]) == (tested, differs)


# A second road


def by_hand(a, b):
    """The numbers of two sides from their raw gaps."""
    found = {"n": len(a), "n_reference": len(b)}
    if len(a) and len(b):
        sign = np.sign(np.subtract.outer(a, b))
        found |= {"difference": a.mean() - b.mean(), "delta": sign.mean()}
    if min(len(a), len(b)) > 1 and a.var() + b.var() > 0:
        interval = scipy.stats.ttest_ind(a, b, equal_var=False).confidence_interval()
        found |= {"difference_low": interval.low, "difference_high": interval.high}
    if min(len(a), len(b)) >= 5 and np.concatenate([a, b]).std() > 0:
        found["p"] = scipy.stats.mannwhitneyu(a, b, method="asymptotic").pvalue
    return found


@pytest.mark.filterwarnings("ignore:Precision loss")
@quick
@given(rooms(most=40, least=2), st.sampled_from(["rest", "size"]))
def test_differences_from_counts_equal_differences_from_raw_rows(cards, against):
    name, reference = ("role", None) if against == "rest" else ("city_size", "m")
    groups = groups_by(cards.profile[name], {g: (g,) for g in ("a", "b", "s", "m")})
    frame = differences(joint_counts(cards, groups), ["a", "b", "s"], reference, joint_counts(cards))
    rows = long_rows(cards).dropna(subset=["importance", "level"])
    gap, held = rows["importance"] - rows["level"], rows[name].str.split("+", regex=False)
    for row in frame.to_dict("records"):
        inside, of = np.array([row["group"] in h for h in held], bool), rows["competency"] == row["competency"]
        outside = ~inside if reference is None else (rows[name] == reference)
        expected = by_hand(gap[of & inside].to_numpy(), gap[of & outside].to_numpy())
        for key, value in expected.items():
            assert row[key] == pytest.approx(value, abs=1e-9), key
        assert pd.isna(row["p"]) == ("p" not in expected)


@quick
@given(rooms(most=60, least=6))
def test_pooled_differences_are_those_of_pooled_means(cards):
    counts = joint_counts(cards, groups_by(cards.profile["city_size"], SIDES))
    of = means(gaps(counts), cards.competencies)
    drawn = pd.DataFrame(pooled(of.gap, of.v, between(of.gap, of.v)), cards.competencies, of.groups)
    drawn = drawn.reindex(columns=list(SIDES))
    frame = differences(counts, ["s", "l"], "m").set_index(["competency", "group"])["pooled"]
    for (competency, group), found in frame.items():
        expected = drawn.loc[competency, group] - drawn.loc[competency, "m"]
        assert found == pytest.approx(expected, abs=1e-9, nan_ok=True)


@quick
@given(rooms(most=40, least=10))
def test_p_is_adjusted_over_the_whole_page(cards):
    counts = joint_counts(cards, groups_by(cards.profile["city_size"], SIDES))
    frame = differences(counts, [*SIDES], None, joint_counts(cards))
    p = frame["p"].dropna().to_numpy()
    assert_allclose(frame["p_adjusted"].dropna(), scipy.stats.false_discovery_control(p) if len(p) else p)


# What always holds


@quick
@given(rooms(most=50))
def test_changing_sides_turns_every_sign(cards):
    counts = joint_counts(cards, groups_by(cards.profile["city_size"], SIDES))
    ours, theirs = (differences(counts, [g], r).set_index("competency").sort_index() for g, r in ("sm", "ms"))
    for name, turned in {"difference_low": "difference_high", "difference_high": "difference_low"}.items():
        assert_allclose(ours[name], -theirs[turned], atol=1e-12)
    for name in ("difference", "pooled", "delta"):
        assert_allclose(ours[name], -theirs[name], atol=1e-12)
    for name in ("p", "p_adjusted"):
        assert_allclose(ours[name], theirs[name])
    assert ours["effect"].equals(theirs["effect"])
    assert ours["differs"].equals(theirs["differs"])


@quick
@given(rooms(most=50))
def test_delta_and_the_interval_keep_their_range(cards):
    counts = joint_counts(cards, groups_by(cards.profile["role"], {}))
    frame = differences(counts, list(counts.groups), None, joint_counts(cards))
    assert frame["delta"].dropna().between(-1, 1).all()
    known = frame[frame["difference_low"].notna()]
    assert (known["difference_low"] <= known["difference"]).all()
    assert (known["difference"] <= known["difference_high"]).all()


@quick
@given(rooms(most=40), st.data())
def test_hidden_cells_have_no_numbers_and_come_last_in_their_group(cards, data):
    counts = joint_counts(cards, groups_by(cards.profile["city_size"], SIDES))
    gated, everyone = (c.hide(data.draw(arrays(bool, c.hidden.shape))) for c in (counts, joint_counts(cards)))
    asked = data.draw(st.permutations([*SIDES]))
    frame = differences(gated, asked, None, everyone)
    hidden = pd.DataFrame(gated.hidden | everyone.hidden, gated.groups, gated.competencies)
    for row in frame.to_dict("records"):
        assert row["suppressed"] == hidden.loc[row["group"], row["competency"]]
    assert frame[frame["suppressed"]][[*NUMBERS, "effect"]].isna().all(axis=None)
    assert not frame[frame["suppressed"]]["differs"].any()
    assert frame["group"].unique().tolist() == asked
    for _, rows in frame.groupby("group"):
        assert rows["suppressed"].is_monotonic_increasing
        assert rows["difference"].dropna().round(9).is_monotonic_decreasing


def test_what_one_group_hides_changes_no_number_of_another_but_the_adjusted_and_the_pooled():
    rng = np.random.default_rng(4)
    cards = cards_of(*rng.integers(1, 6, (2, 60, 4)), group=rng.choice(["a", "b", "c"], 60))
    counts, hidden = joint_counts(cards, groups_by(cards.profile["group"], {})), np.zeros((3, 4), bool)
    hidden[2] = True
    own = [n for n in NUMBERS if n not in ("pooled", "p_adjusted")]
    plain, gated = (differences(c, ["a", "b"], None, joint_counts(cards)) for c in (counts, counts.hide(hidden)))
    pd.testing.assert_frame_equal(plain[own], gated[own])


def test_where_a_group_is_everyone_there_is_no_rest():
    counts = page(a=[1, 2] * 6)
    row = one(counts, "a", None, total(counts))
    assert (row["n"], row["n_reference"], row["gap"]) == (12, 0, 1.5)
    assert row[["gap_reference", "difference", "difference_low", "pooled", "delta", "p"]].isna().all()
    assert not row["suppressed"]
    assert not row["differs"]


def test_weighted_counts_have_means_and_no_interval():
    counts = page(a=[1, 2] * 6, b=[0, 1] * 6)
    weighted = JointCounts(counts.groups, counts.competencies, counts.low, counts.cells * 0.75, counts.people)
    row = one(weighted, "a", "b")
    assert (row["n"], row["difference"], row["delta"]) == (9, 1, one(counts, "a", "b")["delta"])
    assert row[["difference_low", "difference_high", "pooled", "p"]].isna().all()
    assert not row["differs"]


@pytest.mark.parametrize(("group", "reference"), [("z", None), ("a", "z")])
def test_a_group_that_is_not_there_is_named(group, reference):
    counts = page(a=[1, 2], b=[1, 0])
    with pytest.raises(SelectionError, match="no group called 'z'; there are: a, b"):
        differences(counts, [group], reference, total(counts))


def test_a_rest_needs_everyone():
    counts = page(a=[1, 2], b=[1, 0])
    for everyone in (None, counts, total(page(4, a=[1, 2]))):
        with pytest.raises(FrameError, match="the counts of everyone"):
            differences(counts, ["a"], None, everyone)
    with pytest.raises(FrameError, match="more people are in a group than in the total"):
        differences(counts, ["a"], None, total(page(b=[1, 0])))


def test_of_groups_with_one_truth_few_are_said_to_differ():
    """Of pages with no true difference, at most 5 % claim any; single tests would in half of them."""
    rng = np.random.default_rng(11)
    claims, single = np.zeros((2, 220, 12))
    for r in range(220):
        mood = rng.normal(0, 0.5, (2, 50, 1))
        marks = np.clip(np.rint(np.array([4, 3])[:, None, None] + mood + rng.normal(0, 0.9, (2, 50, 12))), 1, 5)
        cards = cards_of(*marks.astype(int), group=["a"] * 14 + ["b"] * 36)
        frame = differences(joint_counts(cards, groups_by(cards.profile["group"], {})), ["a"], "b")
        claims[r], single[r] = frame["differs"], frame["p"] <= 0.05
    assert claims.any(axis=1).mean() <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 220)
    assert claims.mean() <= 0.05
    assert 0.035 <= single.mean() <= 0.06
    assert single.any(axis=1).mean() > 0.25


# In words

GROUPS = {"s": "Small cities", "m": "Medium cities", "l": "Large cities"}
LABELS = {"x": "Procurement", "y": "Data and privacy", "z": "Leading"}


def rows(*given_):
    """DIFFERENCES by hand: (competency, group, reference, n, n_reference, difference, half width, differs)."""
    names = ("competency", "group", "reference", "n", "n_reference", "difference", "half", "differs")
    table = pd.DataFrame([dict(zip(names, row, strict=False)) for row in given_])
    table["suppressed"] = table["n"].isna()
    table["difference_low"], table["difference_high"] = (table["difference"] + k * table["half"] for k in (-1, 1))
    table = table.reindex(columns=DIFFERENCES.names)
    return DIFFERENCES.check(table.astype({"n": "Int64", "n_reference": "Int64", "differs": bool, "effect": "str"}))


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (
            ("x", "s", "l", 41, 12, 0.9, 0.43, True),
            "“Small cities”: the gap in Procurement is larger than that of “Large cities”, "
            "by 0.90 ± 0.43 of 4 points (n = 41 and 12).",
        ),
        (
            ("x", "s", "", 41, 112, -1.61, 0.43, True),
            "“Small cities”: the gap in Procurement is smaller than that of the rest, "
            "by 1.6 ± 0.4 of 4 points (n = 41 and 112).",
        ),
        (
            ("x", "s", "l", 41, 12, 0.1, 0.41, False),
            "With n = 41 and 12 we cannot tell whether the gap in Procurement differs between "
            "“Small cities” and “Large cities”.",
        ),
        (
            ("x", "s", "", 410, 120, -0.12, 0.38, False),
            "The gap in Procurement is about the same for “Small cities” and the rest: "
            "−0.12 ± 0.38 of 4 points (n = 410 and 120).",
        ),
        (
            ("y", "s", "l", 9, 41, 0.0, 0.1, False),
            "With n = 9 and 41 we cannot tell whether the gap in Data and privacy differs between "
            "“Small cities” and “Large cities”.",
        ),
        (
            ("x", "s", "l", 0, 41, None, None, False),
            "With n = 0 and 41 we cannot tell whether the gap in Procurement differs between "
            "“Small cities” and “Large cities”.",
        ),
        (
            ("x", "s", "", None, None, None, None, False),
            "Too few people to show the gap in Procurement for “Small cities” and the rest.",
        ),
    ],
)
def test_a_row_says_what_its_interval_allows(row, text):
    assert row_sentences(rows(row), LABELS, GROUPS, 5).tolist() == [text]


def test_row_sentences_stand_on_the_rows_they_are_about():
    frame = rows(("x", "s", "", 41, 12, 0.9, 0.4, True), ("y", "s", "", 9, 12, 0.1, 0.4, False))[::-1]
    said = row_sentences(frame, LABELS, GROUPS, 5)
    assert said.index.tolist() == [1, 0]
    assert "Procurement" in said[0]


S, SMALL = ("s", "", 41, 12), ("s", "", 8, 45)


@pytest.mark.parametrize(
    ("given_", "text"),
    [
        (
            [("x", *S, 0.9, 0.43, True), ("y", *S, 0.1, 0.4, False)],
            "“Small cities”: the gap in Procurement is larger than that of the rest, "
            "by 0.90 ± 0.43 of 4 points (n = 41 and 12).",
        ),
        (
            [("x", *S, 0.9, 0.4, True), ("y", "s", "", 39, 12, 0.7, 0.4, True), ("z", *S, -0.8, 0.4, True)],
            "“Small cities”: compared with the rest, the gap is larger in Procurement, and Data and privacy "
            "and smaller in Leading (n = 39–41 and 12).",
        ),
        (
            [("x", *S, 0.9, 0.9, False), ("y", *S, 0.1, 0.9, False)],
            "“Small cities”: no gap differs from that of the rest by more than chance would make (n = 41 and 12).",
        ),
        (
            [("x", *SMALL, 0.9, 0.9, False)],
            "“Small cities”: with n = 8 and 45 we cannot tell whether the gaps differ.",
        ),
        (
            [
                ("x", *SMALL, 0.9, 0.9, False),
                ("x", "m", "", 20, 33, 0.9, 0.9, False),
                ("y", "m", "", None, None, None, None, False),
                ("x", "l", "", 25, 28, -0.9, 0.4, True),
            ],
            "“Large cities”: the gap in Procurement is smaller than that of the rest, "
            "by 0.90 ± 0.40 of 4 points (n = 25 and 28). "
            "“Medium cities”: no gap shown differs from that of the rest by more than chance would make "
            "(n = 20 and 33). "
            "“Small cities”: with n = 8 and 45 we cannot tell whether the gaps differ.",
        ),
        ([("x", "s", "", None, None, None, None, False)], "There are no answers of both sides that can be shown."),
    ],
)
def test_the_headline_says_for_whom_what_differs(given_, text):
    assert sentence(rows(*given_), LABELS, GROUPS, 5) == text


@quick
@given(rooms(most=60, least=20))
def test_nothing_that_is_hidden_is_spoken_of(cards):
    counts = joint_counts(cards, groups_by(cards.profile["city_size"], SIDES))
    hidden = np.zeros(counts.hidden.shape, bool)
    hidden[0] = True
    frame = differences(counts.hide(hidden), [*SIDES], None, joint_counts(cards))
    assert GROUPS["s"] not in sentence(frame, {}, GROUPS, cards.width - 1)
    said = row_sentences(frame, {}, GROUPS, cards.width - 1)
    assert said[frame["suppressed"]].str.startswith("Too few people").all()
    assert not said[~frame["suppressed"]].str.startswith("Too few people").any()


# Two groups and the core


def ranked(**groups):
    """GAPS with (rank, low, high) of competencies a, b, c … in each group; None is hidden."""
    table = [
        {"competency": code, "group": g, "n": 9 if g == "few" else 40, "suppressed": r is None}
        | dict(zip(("rank", "rank_low", "rank_high"), r or (None,) * 3, strict=True))
        | ({"n": None} if r is None else {})
        for g, given_ in groups.items()
        for code, r in zip("abcdef", given_, strict=True)
    ]
    whole = dict.fromkeys(("n", "rank", "rank_low", "rank_high"), "Int64")
    return GAPS.check(pd.DataFrame(table).reindex(columns=GAPS.names).astype({**whole, "suppressed": bool}))


ONE = [(1, 1, 2), (2, 1, 2), (3, 3, 5), (4, 3, 6), (5, 2, 6), (6, 5, 6)]
TWO = [(2, 1, 2), (5, 3, 6), (1, 1, 2), (4, 4, 6), (3, 3, 5), None]


def test_a_competency_is_in_the_core_of_whom_its_whole_interval_says():
    found = lens(ranked(s=ONE, l=TWO), "s", "l").set_index("competency")
    # of six competencies two are the core; the interval of e crosses its end, f is hidden
    assert found["lens"].tolist() == ["common core", "first only", "second only", "neither", *["cannot tell"] * 2]
    assert found["suppressed"].tolist() == [False] * 5 + [True]
    assert found.loc["b", ["first_n", "first_low", "second_low", "second_high"]].tolist() == [40, 1, 3, 6]
    assert found.loc["f", ["second_n", "second_rank", "second_low"]].isna().all()


def test_the_lens_in_words():
    labels = {"a": "Agile", "b": "Budgets", "c": "Contracts"}
    found = lens(ranked(s=ONE, l=TWO), "s", "l")
    assert lens_sentence(found, labels, "Small", "Large") == (
        "Core of “Small” and “Large”: Agile; of “Small” only: Budgets; of “Large” only: Contracts (n = 40 and 40)."
    )


def test_fewer_than_ten_people_have_no_core():
    found = lens(ranked(few=ONE, l=TWO), "few", "l")
    assert set(found["lens"]) == {"cannot tell"}
    assert lens_sentence(found, {}, "Small", "Large") == (
        "With n = 9 and 40 we cannot tell of any competency that it is in the core of either."
    )
    hidden = lens(ranked(s=[None] * 6, l=TWO), "s", "l")
    assert lens_sentence(hidden, {}, "S", "L") == "There are no answers of “S” and “L” that can be shown."


def test_a_lens_needs_both_groups():
    with pytest.raises(SelectionError, match="no group called 'z'; there are: s, l"):
        lens(ranked(s=ONE, l=TWO), "s", "z")


def test_comparing_leaves_its_inputs_alone():
    counts = page(a=[1, 2, 3] * 5, b=[0, 1] * 6)
    everyone = total(counts)
    before = counts.cells.copy(), everyone.cells.copy()
    frame = differences(counts, ["a"], None, everyone)
    copy = frame.copy()
    sentence(frame, {}, {}, 5)
    row_sentences(frame, {}, {}, 5)
    assert_array_equal(before[0], counts.cells)
    assert_array_equal(before[1], everyone.cells)
    pd.testing.assert_frame_equal(frame, copy)
