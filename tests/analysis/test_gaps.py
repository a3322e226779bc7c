"""Gaps from joint counts: known answers, a second road over raw rows, and the edges."""

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from sctrain.analysis.counts import groups_by, joint_counts
from sctrain.analysis.gaps import Crosshair, competition_rank, crosshair, crosshair_of, gaps, quadrant
from sctrain.errors import SelectionError
from sctrain.frames import QUADRANTS
from sctrain.selection import CROSSHAIRS

from .made import ITEMS, KNOWN, cards_of, known, long_rows, needs_a, one_item, quick, rooms

PUBLISHED = dict(
    zip(("Concentrate here", "Keep up the good work", "Low priority", "Possible overkill"), QUADRANTS, strict=True)
)
CITY_WEIGHTS = {"S": 2, "M": 1, "L": 0.5, "XL": 0.25}
NUMBERS = ("importance", "level", "gap", "mwds", "rds", "lacking", "exceeding", "pni")


def of_needs_a(weighted=False, **options):
    cards, table = needs_a()
    weights = table["city_size"].map(CITY_WEIGHTS).to_numpy(float) if weighted else None
    return gaps(joint_counts(cards, weights=weights), **options).set_index("competency")


@pytest.mark.parametrize("weighted", [False, True])
def test_the_scores_of_needs_a_are_known(weighted):
    frame = of_needs_a(weighted)
    for item, answer in known("needs_A_weighted" if weighted else "needs_A")["table"].items():
        row = frame.loc[item]
        expected = [answer[k] for k in ("importance", "current", "gap", "mwds", "RDS", "PNI_modified")]
        assert_allclose(row[["importance", "level", "gap", "mwds", "rds", "pni"]].to_numpy(float), expected, rtol=1e-9)
        assert row["lacking"] * row["n"] == pytest.approx(answer["NR"])
        assert row["exceeding"] * row["n"] == pytest.approx(answer["PR"])
        if not weighted:
            assert row["n"] == answer["n"]


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(("measure", "column"), [("mwds", "rank_mwds"), ("rds", "rank_rds")])
def test_the_ranks_of_needs_a_are_known(weighted, measure, column):
    answer = known("needs_A_weighted" if weighted else "needs_A")[column]
    assert of_needs_a(weighted, measure=measure)["rank"].to_dict() == answer


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(
    ("cross", "key"), [("mean", "ipa_grand_mean"), ("midpoint", "ipa_scale_midpoint"), ("median", "ipa_median")]
)
def test_the_quadrants_of_needs_a_are_known_for_three_crosshairs(weighted, cross, key):
    answer = known("needs_A_weighted" if weighted else "needs_A")[key]
    frame = of_needs_a(weighted, cross=cross)
    assert frame["quadrant"].to_dict() == {item: PUBLISHED[name] for item, name in answer["quadrant"].items()}
    cards, table = needs_a()
    weights = table["city_size"].map(CITY_WEIGHTS).to_numpy(float) if weighted else None
    lines = crosshair(joint_counts(cards, weights=weights), cross)
    assert_allclose([lines.importance[0], lines.level[0]], [*answer["cross"].values()], rtol=1e-9)


@pytest.mark.parametrize("weighted", [False, True])
def test_the_locus_for_focus_of_needs_a_is_known(weighted):
    answer = known("needs_A_weighted" if weighted else "needs_A")["locus_for_focus"]
    assert of_needs_a(weighted)["locus"].to_dict() == answer["label_gap_importance"]


def test_the_intervals_and_tests_of_needs_a_are_known():
    frame = of_needs_a()
    for item, answer in known("needs_A_intervals").items():
        row = frame.loc[item]
        found = row[["mwds_low", "mwds_high", "gap_low", "gap_high", "p", "p_adjusted"]].to_numpy(float)
        expected = [*answer["ci95"], *answer["gap_ci95"], answer["wilcoxon_two_sided"], answer["bh_adjusted"]]
        assert_allclose(found, expected, rtol=1e-9)


@pytest.mark.parametrize(("cross", "key"), [("mean", "quadrant_grand_mean"), ("median", "quadrant_median")])
def test_the_quadrants_of_martilla_and_james_follow_from_their_means(cross, key):
    table, answer = pd.read_csv(KNOWN / "martilla_james_1977.csv"), known("martilla_james_1977")
    importance, level = table[["importance"]].to_numpy().T, table[["performance"]].to_numpy().T
    lines = crosshair_of(importance, level, cross, 3)
    part = "mean" if cross == "mean" else "median"
    assert_allclose([*lines.importance, *lines.level], [answer[f"{part}_importance"], answer[f"{part}_performance"]])
    found = dict(zip(table["no"].astype(str), quadrant(importance, level, lines)[0], strict=True))
    assert found == {number: PUBLISHED[name] for number, name in answer[key].items()}


def by_hand(pairs, low):
    """The numbers of one group and competency, from its complete raw pairs."""
    i, level = pairs["importance"].to_numpy(), pairs["level"].to_numpy()
    n, d = len(i), i - level
    found = {
        "n": n,
        "importance": i.mean(),
        "level": level.mean(),
        "gap": d.mean(),
        "mwds": (d * i.mean()).mean(),
        "rds": 100 * ((level > i).mean() - (level < i).mean()),
        "lacking": (level < i).mean(),
        "exceeding": (level > i).mean(),
        "p": 1.0 if not d.any() else scipy.stats.wilcoxon(i, level, method="asymptotic").pvalue,
    }
    if low > 0:
        found["pni"] = d.mean() / level.mean()
    if n > 1:
        slope = np.array([2 * i.mean() - level.mean(), -i.mean()])
        spread = {
            "importance": i.var(ddof=1),
            "level": level.var(ddof=1),
            "gap": d.var(ddof=1),
            "rds": (100 * np.sign(level - i)).var(ddof=1),
            "mwds": slope @ np.cov(i, level) @ slope,
        }
        for name, variance in spread.items():
            for share, end in ((0.95, ""), (0.5, "50")):
                reach = scipy.stats.t.ppf((1 + share) / 2, n - 1) * np.sqrt(max(variance, 0) / n)
                found[f"{name}_low{end}"], found[f"{name}_high{end}"] = found[name] - reach, found[name] + reach
    return found


@quick
@given(rooms())
def test_gaps_from_counts_equal_gaps_from_raw_rows(cards):
    members = {"a": ("a",), "b or c": ("b", "c")}
    frame = gaps(joint_counts(cards, groups_by(cards.profile["role"], members)))
    rows = long_rows(cards)
    for row in frame.to_dict("records"):
        held = np.array([bool(set(r.split("+")) & set(members[row["group"]])) for r in rows["role"]], bool)
        group = rows[held & (rows["competency"] == row["competency"])]
        pairs = group.dropna(subset=["importance", "level"])
        expected = by_hand(pairs, cards.low) if len(pairs) else {"n": 0}
        for name in [n for n in frame.columns if n.startswith((*NUMBERS, "p")) or n == "n"]:
            if name in expected:
                assert row[name] == pytest.approx(expected[name], abs=1e-7 if "_" in name else 1e-9), name
            elif name != "p_adjusted":
                assert pd.isna(row[name]), name
        if len(group):
            assert row["answered"] == pytest.approx(len(pairs) / len(group))


@quick
@given(rooms())
def test_p_is_adjusted_over_the_whole_frame(cards):
    frame = gaps(joint_counts(cards, groups_by(cards.profile["role"], {})))
    p = frame["p"].dropna().to_numpy()
    expected = scipy.stats.false_discovery_control(p) if len(p) else p
    assert_allclose(frame["p_adjusted"].dropna(), expected)


@quick
@given(rooms(dense=True))
def test_with_complete_pairs_the_score_is_mean_importance_times_gap(cards):
    frame = gaps(joint_counts(cards))
    assert_allclose(frame["mwds"], frame["importance"] * (frame["importance"] - frame["level"]), atol=1e-9)


@quick
@given(rooms(), st.sampled_from(["mwds", "gap", "rds"]))
def test_ranks_order_the_measure_within_each_group(cards, measure):
    frame = gaps(joint_counts(cards, groups_by(cards.profile["role"], {})), measure)
    for _, group in frame[frame["n"] > 0].groupby("group"):
        score = group[measure].round(9) * (1 if measure == "rds" else -1)
        assert group["rank"].tolist() == score.rank(method="min").astype(int).tolist()


@quick
@given(rooms(), st.sampled_from(CROSSHAIRS), st.sampled_from(["mwds", "rds"]))
def test_a_group_has_the_same_numbers_alone_and_beside_others(cards, cross, measure):
    groups = groups_by(cards.profile["city_size"], {"s": ("s",), "m": ("m",)})
    both = gaps(joint_counts(cards, groups), measure, cross)
    alone = gaps(joint_counts(cards, where=cards.profile["city_size"].holds(("s",))), measure, cross)
    drop = ["group", "p_adjusted"]
    pd.testing.assert_frame_equal(both[: len(alone)].drop(columns=drop), alone.drop(columns=drop))


def test_no_answer_is_no_data_and_not_zero():
    row = gaps(joint_counts(cards_of([[5, 5], [5, 4]], [[0, 1], [0, 2]]))).iloc[0]
    assert (row["n"], row["answered"], row["suppressed"]) == (0, 0, False)
    assert row.drop(["competency", "group", "n", "answered", "suppressed"]).isna().all()


def test_one_answer_has_means_but_no_interval():
    row = gaps(joint_counts(one_item([(5, 2)]))).iloc[0]
    assert (row["n"], row["gap"], row["mwds"], row["rds"], row["rank"]) == (1, 3, 15, -100, 1)
    assert row[[c for c in row.index if "_low" in c or "_high" in c]].isna().all()
    assert pd.isna(row["quadrant_sure"])


def test_constant_ratings_have_intervals_of_no_width():
    frame = gaps(joint_counts(one_item([(5, 3)] * 7)))
    row = frame.iloc[0]
    for name in ("importance", "level", "gap", "mwds", "rds"):
        assert row[f"{name}_low"] == row[name] == row[f"{name}_high"]


def test_a_gap_that_never_varies_has_no_width_although_the_marks_do():
    row = gaps(joint_counts(one_item([(5, 4), (4, 3), (2, 1)]))).iloc[0]
    assert (row["gap_low"], row["gap"], row["gap_high"]) == (1, 1, 1)
    assert row["importance_low"] < row["importance"]


def test_equal_marks_give_no_evidence_of_a_difference():
    row = gaps(joint_counts(one_item([(3, 3), (4, 4), (5, 5)]))).iloc[0]
    assert (row["p"], row["rds"], row["lacking"], row["exceeding"]) == (1, 0, 0, 0)


def test_a_negative_gap_stays_negative():
    assert gaps(joint_counts(one_item([(2, 4), (1, 3)])))["mwds"].iloc[0] == -3


def test_a_scale_from_zero_has_no_proportional_need():
    # 1 is the low end: these are marks 4 and 3 of importance, 1 and 0 of level.
    row = gaps(joint_counts(one_item([(5, 2), (4, 1)], low=0, high=4))).iloc[0]
    assert (row["importance"], row["level"]) == (3.5, 0.5)
    assert pd.isna(row["pni"])


def test_equal_scores_share_a_rank_and_the_next_is_skipped():
    third = 1 / 3
    assert competition_rank(np.array([[0.1 + 0.2, 0.3, third, np.nan]]))[0, :3].tolist() == [2, 2, 1]
    ranks = gaps(joint_counts(cards_of([[5, 5, 4, 0]] * 2, [[2, 2, 3, 1]] * 2)))["rank"]
    assert ranks[:3].tolist() == [1, 1, 3]
    assert pd.isna(ranks[3])


def test_hidden_cells_have_no_number_and_no_rank():
    counts = joint_counts(cards_of([[5, 4, 5]] * 3, [[1, 2, 3]] * 3))
    hidden = np.array([[True, False, False]])
    frame = gaps(counts.hide(hidden)).set_index("competency")
    assert frame["suppressed"].tolist() == [True, False, False]
    assert frame.loc["C0"].drop(["group", "suppressed"]).isna().all()
    assert frame["rank"].dropna().tolist() == [2, 1]
    assert crosshair(counts.hide(hidden)).importance[0] == 4.5


def test_on_the_line_is_high():
    lines = Crosshair(np.array([3.0]), np.array([3.0]))
    importance, level = np.array([[3, 3, 2.9, 2.9, 0.1 + 2.9]]), np.array([[2.9, 3, 2.9, 3, 2]])
    expected = [QUADRANTS[k] for k in (0, 1, 2, 3, 0)]
    assert quadrant(importance, level, lines)[0].tolist() == expected


@pytest.mark.parametrize(
    ("marks", "sure"),
    [
        ([(5, 1)] * 9 + [(4, 2)], True),  # both intervals clear of 3
        ([(5, 1), (1, 1)] * 5, False),  # importance is on either side
        ([(5, 5), (5, 1)] * 5, False),  # level is
        ([(3, 1)] * 9, True),  # on the line is high, for certain
    ],
)
def test_a_quadrant_is_sure_when_neither_interval_crosses_the_crosshair(marks, sure):
    assert gaps(joint_counts(one_item(marks)), cross="midpoint")["quadrant_sure"].tolist() == [sure]


def test_weighted_counts_have_no_intervals_and_no_test():
    frame = of_needs_a(weighted=True)
    ends = [c for c in frame.columns if "_low" in c or "_high" in c]
    assert frame[[*ends, "p", "p_adjusted", "quadrant_sure"]].isna().all().all()
    assert frame["n"].tolist() == [11.5, 13.75, 10.75, 13.75, 13.75]


def test_what_is_not_a_measure_or_crosshair_is_named():
    counts = joint_counts(one_item([(5, 1)]))
    with pytest.raises(SelectionError, match="no measure called 'pni'; there are: mwds, gap, rds"):
        gaps(counts, measure="pni")
    with pytest.raises(SelectionError, match="no crosshair called 'middle'"):
        gaps(counts, cross="middle")


def test_gaps_leave_the_counts_alone():
    cards, _ = needs_a()
    counts = joint_counts(cards)
    before = counts.cells.copy()
    counts.cells.setflags(write=False)
    gaps(counts)
    assert_array_equal(counts.cells, before)
    assert counts.competencies == ITEMS
