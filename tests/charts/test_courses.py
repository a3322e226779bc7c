"""Gaps beside the hours on offer for them."""

from functools import cache

import pandas as pd
import pytest

from sctrain.charts.courses import coverage_dots
from sctrain.charts.theme import DARK, LIGHT
from sctrain.errors import FrameError
from sctrain.frames.courses import COVERAGE

from .made import KNOWN, LABELS, check, svg, texts

CODES = KNOWN.codes


def coverage():
    """Needed without a course, needed with one of no said length, outside, open, hidden, without answers, small n."""
    known = {"n": 50, "gap": 1.4, "gap_low": 1.0, "gap_high": 1.8}
    none = dict.fromkeys(("n", "gap", "gap_low", "gap_high"))
    rows = [
        {**known, "courses": 0, "hours": 0, "state": "no course"},
        {**known, "courses": 1, "hours": None, "state": "on offer"},
        {**known, "gap": -0.2, "gap_low": -0.5, "courses": 2, "hours": 30, "state": "outside the core"},
        {**known, "courses": 3, "hours": 7.5, "state": "cannot tell"},
        {**none, "courses": 1, "hours": 4, "state": "cannot tell", "suppressed": True},
        {**none, "n": 0, "courses": 1, "hours": 4, "state": "cannot tell"},
        {**known, "n": 7, "courses": 1, "hours": 60, "state": "on offer"},
    ]
    rows += [{**known, "courses": 1, "hours": 2, "state": "cannot tell"}] * (len(CODES) - len(rows))
    frame = pd.DataFrame(rows).assign(competency=CODES, ranked_by=8).reindex(columns=COVERAGE.names)
    frame["survey_rank"] = range(1, len(CODES) + 1)
    frame["suppressed"] = frame["suppressed"].eq(True)
    whole = [c for c in COVERAGE.names if c.endswith(("_rank",)) or c in ("n", "courses", "ranked_by")]
    return COVERAGE.check(frame.astype(dict.fromkeys(whole, "Int64")))


@cache
def chart(look=LIGHT, top=10, marked=None):
    return coverage_dots(coverage(), LABELS, look, top=top, marked=marked)


def rows_of(**options):
    return {r["competency"]: r for r in chart(**options).to_dict()["data"]["values"]}


def test_it_is_valid_vega_lite_in_both_looks():
    for look in (LIGHT, DARK.larger(1.7)):
        check(chart(look))


@pytest.mark.parametrize("top", [10, None])
@pytest.mark.parametrize("width", [358, 1180])
def test_nothing_overlaps_and_nothing_leaves_the_picture(width, top):
    found = texts(svg(chart(top=top), width))
    assert not [(a.line, b.line) for i, a in enumerate(found) for b in found[:i] if a.covers(b)]
    assert not [text.line for text in found if text.left < 0 or text.right > width]


def test_what_is_needed_differs_in_shape_and_in_fill_from_what_is_not():
    rows = list(rows_of().values())
    assert [(r["shape"], r["fill"]) for r in rows[:4]] == [
        ("square", LIGHT.level),
        ("circle", LIGHT.survey),
        ("circle", LIGHT.background),
        ("circle", LIGHT.background),
    ]
    assert [r["told"] for r in rows[:4]] == ["needed, no course", "needed, on offer", "in no core", "cannot tell"]


def test_hours_are_told_and_drawn_in_proportion_and_an_unsaid_length_is_a_dash():
    rows = list(rows_of().values())
    assert [(r["hours"], r["courses"]) for r in rows[:4]] == [("0", "0"), ("–", "1"), ("30", "2"), ("7.5", "3")]
    assert [r["length"] for r in rows[:4]] == [0, 0, 0.5, 0.125]
    assert rows[1]["supply"] == "1 course, hours not said"
    faint = {code for code, row in rows_of(top=None).items() if row["faint"]}
    assert faint == {CODES[4], CODES[5], CODES[6]}


def test_hidden_numbers_never_reach_the_browser():
    told = coverage()
    told.loc[told["suppressed"], ["gap", "gap_low", "gap_high", "hours"]] = 0.7713
    assert coverage_dots(told, LABELS, top=None).to_json() == chart(top=None).to_json()
    assert rows_of(top=None)[CODES[4]]["note"] == "hidden to protect fewer than 5"
    assert rows_of(top=None)[CODES[5]]["note"] == "no answers"


def test_a_marked_competency_is_shown_beyond_the_first_ten_and_an_unknown_one_is_refused():
    assert rows_of(marked=CODES[20])[CODES[20]]["marked"]
    assert len(rows_of(marked=CODES[20])) == 11
    with pytest.raises(FrameError, match="cannot be marked"):
        chart(marked="nothing")


def test_the_alternative_text_names_every_need_with_its_interval_and_what_is_on_offer():
    says = chart().to_dict()["description"]
    assert f"needed, no course: {LABELS[CODES[0]]} (gap 1.4 (95\u202f%: 1.0 to 1.8), no course)" in says
    assert f"{LABELS[CODES[1]]} (gap 1.4 (95\u202f%: 1.0 to 1.8), 1 course, hours not said)" in says
    assert "1 hidden to protect fewer than 5 people" in says


def test_without_any_course_there_is_no_bar():
    bare = coverage().assign(courses=0, hours=0.0, state="cannot tell")
    rows = coverage_dots(bare, LABELS).to_dict()["data"]["values"]
    assert {r["length"] for r in rows} == {0}
