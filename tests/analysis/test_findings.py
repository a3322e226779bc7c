"""Sentences: what a frame lets us say, and what must not be said."""

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sctrain.analysis.counts import groups_by, joint_counts
from sctrain.analysis.findings import findings, headline, listed, plus_minus
from sctrain.analysis.gaps import gaps
from sctrain.analysis.ranks import rank_intervals, with_ranks
from sctrain.analysis.who import mix
from sctrain.errors import FrameError, SelectionError
from sctrain.frames import GAPS

from .made import cards_of, codes, quick, rooms

LABELS = {"a": "Agile", "b": "Budgets", "c": "Contracts", "d": "Data and privacy", "e": "Ethics"}


def made(*rows, n=52, group=None):
    """GAPS by hand: (code, gap, half width, (rank_low, rank_high)) from the greatest need down."""
    frame = pd.DataFrame(None, index=range(len(rows)), columns=GAPS.names, dtype=object)
    for place, (code, gap, half, ranks, *rest) in enumerate(rows):
        given_ = {"n": n, "rank": place + 1, "suppressed": False, **(rest[0] if rest else {})}
        ends = {f"{m}_low": gap - half for m in ("gap", "mwds")} | {f"{m}_high": gap + half for m in ("gap", "mwds")}
        known = {"competency": code, "gap": gap, "mwds": gap, "rank_low": ranks[0], "rank_high": ranks[1], **ends}
        if given_["suppressed"]:
            known = {"competency": code}
            given_ |= {"n": None, "rank": None}
        frame.loc[place, list({**known, **given_})] = list({**known, **given_}.values())
    frame["group"] = pd.Series([group] * len(rows), dtype="str")
    numbers = [c.name for c in GAPS.columns if c.kind in ("number", "count")]
    frame[numbers] = frame[numbers].astype(float)
    return GAPS.check(frame.astype({"suppressed": bool, "quadrant_sure": "boolean", "n": "Int64"}))


SURE = {"quadrant": "concentrate here", "quadrant_sure": True}

HEADLINES = [
    # its rank interval is one rank
    ([("a", 1.6, 0.4, (1, 1)), ("b", 0.5, 0.3, (2, 2))], "Agile is the largest gap: 1.6 ± 0.4 of 4 points (n = 52)."),
    # first or second for sure, and no other may be first
    (
        [("a", 1.6, 0.4, (1, 2)), ("b", 0.9, 0.3, (2, 3)), ("c", 0.5, 0.3, (2, 3))],
        "Agile is among the 2 largest gaps: 1.6 ± 0.4 of 4 points (n = 52).",
    ),
    (
        [("a", 1.6, 0.4, (1, 3)), ("b", 1.5, 0.3, (1, 3)), ("c", 1.4, 0.3, (1, 3)), ("d", 0.1, 0.3, (4, 4))],
        "Agile, Budgets and Contracts share the top: with 52 answers their order cannot be told.",
    ),
    (
        [(c, 1.5, 0.4, (1, 4)) for c in "abcd"] + [("e", 0.1, 0.3, (5, 5))],
        "Agile, Budgets, Contracts, and Data and privacy share the top: with 52 answers their order cannot be told.",
    ),
    (
        [("a", 1.6, 0.4, (1, 2)), ("d", 1.5, 0.3, (1, 2)), ("b", 0.1, 0.3, (3, 3))],
        "Agile, and Data and privacy share the top: with 52 answers their order cannot be told.",
    ),
    ([("a", 1.6, 0.4, (1, 2)), ("b", 1.5, 0.3, (1, 2))], "With 52 answers no competency stands out."),
    ([("a", 0.2, 0.4, (1, 1)), ("b", -0.5, 0.3, (2, 2))], "With 52 answers no gap is larger than chance would make."),
    ([("a", 1.6, 0.4, (1, 1))], "Agile: 1.6 ± 0.4 of 4 points (n = 52)."),
    # a hidden competency might be larger still
    (
        [("a", 1.6, 0.4, (1, 1)), ("b", 0.5, 0.3, (2, 2)), ("c", 0, 0, (None, None), {"suppressed": True})],
        "Agile is the largest gap of those shown: 1.6 ± 0.4 of 4 points (n = 52).",
    ),
    ([("a", 0, 0, (None, None), {"suppressed": True})], "There are no answers that can be shown."),
    # without rank intervals only intervals that no other reaches
    ([("a", 1.6, 0.4, (None, None)), ("b", 0.5, 0.3, (None, None))], "Agile is the largest gap: 1.6 ± 0.4 of 4 points"),
    (
        [("a", 1.6, 0.4, (None, None)), ("b", 1.5, 0.3, (None, None)), ("c", 0.5, 0.3, (None, None))],
        "Agile and Budgets share the top: with 52 answers their order cannot be told.",
    ),
    # weighted counts have no intervals at all
    (
        [("a", 1.6, np.nan, (None, None)), ("b", 0.5, np.nan, (None, None))],
        "With 52 answers we cannot tell which competency is needed most.",
    ),
    # the first has few answers, the others many
    (
        [("a", 4, 0, (1, 1), {"n": 6}), ("b", 0.5, 0.3, (2, 2))],
        "With 6 answers we cannot tell which competency is needed most.",
    ),
    (
        [("a", 1.6, 0.4, (1, 2), {"n": 48}), ("b", 1.5, 0.3, (1, 2)), ("c", 0.5, 0.3, (3, 3))],
        "Agile and Budgets share the top: with 48 to 52 answers their order cannot be told.",
    ),
]


@pytest.mark.parametrize(("rows", "sentence"), HEADLINES)
def test_the_headline_says_what_the_intervals_allow(rows, sentence):
    assert headline(made(*rows), LABELS, 5, "gap").startswith(sentence)


@pytest.mark.parametrize(("n", "answers"), [(1, "1 answer"), (2, "2 answers"), (9, "9 answers")])
def test_few_answers_tell_nothing(n, answers):
    rows = [("a", 1.6, 0.4, (1, 1)), ("b", 0.5, 0.3, (2, 2))]
    assert headline(made(*rows, n=n), LABELS, 5) == f"With {answers} we cannot tell which competency is needed most."


def test_the_headline_names_the_measure_it_ranks_by():
    frame = made(("a", 1.6, 0.4, (1, 1)), ("b", 0.5, 0.3, (2, 2))).assign(
        rds=[-83.0, -40.0], rds_low=[-95.0, -60.0], rds_high=[-71.0, -20.0]
    )
    expected = {
        "gap": "Agile is the largest gap: 1.6 ± 0.4 of 4 points (n = 52).",
        "mwds": "Agile is the greatest need: a gap of 1.6 ± 0.4 of 4 points (n = 52).",
        "rds": "Agile is the most common gap: a ranked discrepancy score of −83 ± 12 (n = 52).",
    }
    assert {measure: headline(frame, LABELS, 5, measure) for measure in expected} == expected
    with pytest.raises(SelectionError, match="no measure called 'pni'"):
        headline(frame, LABELS, 5, "pni")


def test_a_headline_speaks_of_one_group():
    both = pd.concat([made(("a", 1, 0.4, (1, 1)), group="s"), made(("a", 1, 0.4, (1, 1)), group="m")])
    with pytest.raises(FrameError, match="one group is spoken of at a time, and here are s, m"):
        headline(both, LABELS, 5)


def others(*rows, **options):
    """The sentences after the headline."""
    return [f.text for f in findings(made(*rows, **options), LABELS, 5, "gap")][1:]


FIRST = ("a", 1.6, 0.4, (1, 1))

OTHERS = [
    ([FIRST, ("b", 0.5, 0.3, (2, 2))], ["Budgets is the smallest gap: 0.50 ± 0.30 of 4 points (n = 52)."]),
    ([FIRST, ("b", 0.5, 0.3, (2, 3)), ("c", 0.5, 0.3, (2, 3))], []),
    (
        [(*FIRST, SURE), ("b", 1.1, 0.3, (2, 3), SURE), ("c", 0.9, 0.3, (2, 3))],
        ["Agile and Budgets lie with their whole intervals in “concentrate here” (n = 52)."],
    ),
    (
        [(*FIRST, SURE), ("b", 1.1, 0.3, (2, 3), {**SURE, "quadrant_sure": False}), ("c", 0.9, 0.3, (2, 3))],
        ["Agile lies with its whole interval in “concentrate here” (n = 52)."],
    ),
    (
        [FIRST, ("b", 0.2, 0.3, (2, 2)), ("c", -1.2, 0.6, (3, 3))],
        ["Contracts is already covered: the level exceeds the importance by 1.2 ± 0.6 of 4 points (n = 52)."],
    ),
    (
        [FIRST, ("b", -0.7, 0.3, (2, 2)), ("c", -1.2, 0.6, (3, 3))],
        ["Contracts and Budgets are already covered: their levels exceed their importance (n = 52)."],
    ),
    (
        [FIRST, ("b", 0.2, 0.3, (2, 3)), ("c", 0.2, 0.6, (2, 3))],
        ["Contracts and Budgets may already be covered: their gaps cannot be told from zero (n = 52)."],
    ),
    (
        [FIRST, ("b", 0.9, 0.3, (2, 2)), ("c", 0.2, 0.6, (3, 3))],
        ["Contracts may already be covered: its gap cannot be told from zero (n = 52)."],
    ),
    # fewer than ten answers are not concluded from
    ([(*FIRST, {"n": 9, **SURE}), ("b", -0.9, 0.3, (2, 2), {"n": 9})], []),
]


@pytest.mark.parametrize(("rows", "sentences"), OTHERS)
def test_other_findings_say_what_the_intervals_allow(rows, sentences):
    assert others(*rows) == sentences


def contrast(inside, outside, groups=("s", "l"), labels=None):
    """The sentence on groups, where two groups have these level marks and importance is always 5."""
    level = np.array([*inside, *outside])[:, None]
    cards = cards_of(
        np.full(level.shape, 5), level, names=("a",), size=[groups[0]] * len(inside) + [groups[1]] * len(outside)
    )
    everyone = gaps(joint_counts(cards), "gap")
    by_group = gaps(joint_counts(cards, groups_by(cards.profile["size"], {})), "gap")
    said = findings(everyone, LABELS, 5, "gap", by_group, {"s": "Small", "l": "Large"})
    return [f for f in said if "differs" in f.text or "than among" in f.text]


def test_a_group_that_differs_from_the_rest_is_named_with_the_difference():
    # Means 3.5 and 1.5 with variance .2778 (n = 10) and .2632 (n = 20): the difference is 2, its standard
    # error sqrt(.02778 + .01316) = .2023; two comparisons, Welch's 17.9 degrees of freedom: t = 2.45 and .5.
    found = contrast([1, 2] * 5, [3, 4] * 10)
    assert found[0].text == "Large: the gap in Agile is 2.0 ± 0.5 points smaller than among the rest (n = 20 and 10)."
    assert found[0].n == 30


def test_groups_that_do_not_differ_are_said_not_to():
    found = contrast([1, 2, 3] * 4, [1, 2, 3] * 5)
    assert [f.text for f in found] == [
        "No group of 10 or more differs from the rest by more than chance would make (n = 27)."
    ]


def test_groups_that_are_too_small_or_do_not_vary_are_not_compared():
    assert contrast([1] * 9, [4, 5] * 10) == []
    assert contrast([1] * 12, [4, 5] * 10) == []


@quick
@given(
    arrays(np.int64, st.integers(10, 30), elements=st.integers(1, 5)),
    arrays(np.int64, st.integers(10, 30), elements=st.integers(1, 5)),
)
def test_the_difference_from_the_rest_is_welchs(inside, outside):
    if min(inside.std(), outside.std()) == 0:
        return
    expected = scipy.stats.ttest_ind(inside, outside, equal_var=False).pvalue * 2 < 0.05
    assert ("than among" in contrast(inside, outside)[0].text) == expected


def test_the_room_is_described_by_the_most_frequent_answer_that_is_shown():
    profile = {"role": codes(["x"] * 6 + ["y"] * 3 + [""] * 7)}
    options, labels = {"role": ("x", "y", "")}, {("role", "x"): "Planner"}
    everyone = made(FIRST, n=16)

    def said(hidden):
        table = mix(profile, np.ones(16, bool), options, {"role": np.array(hidden)})
        return [f.text for f in findings(everyone, LABELS, 5, mix=table, options=labels)][1:]

    assert said([False, False, False]) == ["Planner: 6 of 16 people (38\u202f%)."]
    assert said([True, False, False]) == ["y: 3 of 16 people (19\u202f%)."]
    assert said([True, True, True]) == []


@quick
@given(rooms(most=40, least=1), st.data())
def test_nothing_hidden_or_unanswered_is_spoken_of(cards, data):
    groups = groups_by(cards.profile["role"], {"a": ("a",), "b": ("b",), "c": ("c",)})
    both = joint_counts(cards), joint_counts(cards, groups)
    gated = [c.hide(data.draw(arrays(bool, c.hidden.shape))) for c in both]
    everyone = with_ranks(gaps(gated[0]), rank_intervals(cards, None, None, gated[0], draws=40))
    labels = {c: f"label of {c}" for c in cards.competencies}
    names = {g: f"name of {g}" for g in groups.codes}
    veil = {"role": data.draw(arrays(bool, 4))}
    table = mix(cards.profile, np.ones(cards.n, bool), {"role": ("a", "b", "c", "")}, veil)
    options = {("role", o): f"option {o}" for o in "abc"}
    said = findings(
        everyone, labels, cards.width - 1, by_group=gaps(gated[1]), groups=names, mix=table, options=options
    )
    text = " ".join(f.text for f in said)
    named = {c for f in said for c in f.competencies}
    assert 1 <= len(said) <= 5
    for c, row in zip(everyone["competency"], everyone.to_dict("records"), strict=True):
        if row["suppressed"] or row["n"] == 0:
            assert labels[c] not in text
            assert c not in named
    for g, hidden in zip(groups.codes, gated[1].hidden.all(axis=1), strict=True):
        assert not (hidden and names[g] in text)
    for o, hidden in zip("abc", veil["role"], strict=False):
        assert not (hidden and f"option {o}" in text)


@quick
@given(rooms(most=40, least=10, dense=True), st.sampled_from(["mwds", "gap", "rds"]))
def test_the_greatest_is_only_named_where_it_is_first_in_nearly_every_room(cards, measure):
    counts = joint_counts(cards)
    frame = with_ranks(gaps(counts, measure), rank_intervals(cards, None, None, counts, measure, draws=200))
    text = headline(frame, {}, cards.width - 1, measure)
    if " is the " in text:
        first = frame[frame["rank"] == 1]
        assert len(first) == 1
        assert first["rank_high"].item() == 1
        assert text.startswith(first["competency"].item())
        assert (frame["gap_low"] > 0).any()


def test_findings_leave_their_inputs_alone():
    frame = made(FIRST, ("b", 0.5, 0.3, (2, 2)))
    before = frame.copy()
    findings(frame, LABELS, 5, by_group=frame)
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize(
    ("value", "half", "text"),
    [
        (1.6, 0.43, "1.6 ± 0.4"),
        (1.04, 0.05, "1.04 ± 0.05"),
        (6.6, 6.04, "6.6 ± 6.0"),
        (-83.3, 22.4, "−83 ± 22"),
        (0.03, 0.4, "0.03 ± 0.40"),
        (-0.001, 0.4, "0.00 ± 0.40"),
        (1.6, 0.0042, "1.600 ± 0.004"),
        (0, 0.31, "0.0 ± 0.3"),
        (2, 0, "2.0 ± 0.0"),
        (9.96, 1.2, "10 ± 1"),
        (100, 3.2, "100 ± 3"),
        (1.43, 1.37, "1.43 ± 1.37"),  # clear of zero, and seen to be
    ],
)
def test_numbers_have_two_significant_digits_and_a_half_width_that_is_seen(value, half, text):
    assert plus_minus(value, half) == text


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ([], ""),
        (["A"], "A"),
        (["A", "B"], "A and B"),
        (["A", "B", "C"], "A, B and C"),
        (["A", "B and C", "D"], "A, B and C, and D"),
    ],
)
def test_names_are_listed_as_one_writes_them(names, text):
    assert listed(names) == text
