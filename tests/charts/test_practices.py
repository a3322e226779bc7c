"""Work practices from level to importance, a city's own marks beside them, and all of it round a circle."""

from functools import cache

import pandas as pd
import pytest

from sctrain.charts.practices import aspects_dumbbell, practices_dumbbell, practices_polar, practices_polar_alt
from sctrain.charts.theme import DARK, LIGHT
from sctrain.errors import FrameError
from sctrain.frames import ASPECTS, PRACTICES

from .made import KNOWN, SCALE, check, svg, texts

LABELS = {p.code: p.label for p in KNOWN.practice}
CODES = tuple(LABELS)
MARKS = {CODES[0]: 1.0, CODES[2]: 5.0, CODES[3]: 3.0}
OPTIONS = {"labels": LABELS, "scale": SCALE}


def numbers(level, importance, half=0.15):
    """Importance, level and gap with their ends."""
    means = (importance, level, importance - level)
    return [end for mean in means for end in (mean, mean - half, mean + half)]


def practices():
    """Gaps that grow; the last practice is hidden, and few people stand behind the first."""
    rows = [
        (code, 6, 9 if i == 0 else 57, *numbers(3.2 - 0.15 * i, 3.8 + 0.05 * i), i == 5, False)
        for i, code in enumerate(CODES[:-1])
    ]
    rows.append((CODES[-1], 2, None, *(None,) * 9, None, True))
    frame = pd.DataFrame(rows, columns=PRACTICES.names)
    return PRACTICES.check(frame.astype({"n": "Int64", "first": "boolean"}))


def aspects():
    rows = [
        ("technology", 15, 57, *numbers(2.9, 4.1), False),
        ("human", 14, 57, *numbers(3.4, 3.8), False),
        ("difference", 29, 57, *numbers(-0.5, 0.3), False),
    ]
    return ASPECTS.check(pd.DataFrame(rows, columns=ASPECTS.names).astype({"n": "Int64"}))


CHARTS = {
    "plain": lambda look=LIGHT: practices_dumbbell(practices(), look=look, **OPTIONS),
    "checked": lambda look=LIGHT: practices_dumbbell(practices(), look=look, marks=MARKS, **OPTIONS),
    "aspects": lambda look=LIGHT: aspects_dumbbell(aspects(), look=look, scale=SCALE),
}


@cache
def chart(name, look=LIGHT):
    return CHARTS[name](look)


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_valid_vega_lite_in_both_looks(name):
    for look in (LIGHT, DARK.larger(1.7)):
        check(chart(name, look))


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("width", [358, 1180])
def test_nothing_overlaps_and_nothing_leaves_the_picture(name, width):
    found = texts(svg(chart(name), width))
    assert not [(a.line, b.line) for i, a in enumerate(found) for b in found[:i] if a.covers(b)]
    assert not [text.line for text in found if text.left < 0 or text.right > width]


def rows_of(name):
    return chart(name).to_dict()["data"]["values"]


def test_the_largest_gap_comes_first_and_what_is_hidden_last():
    assert [r["practice"] for r in rows_of("plain")] == [*reversed(CODES[:-1]), CODES[-1]]
    assert rows_of("plain")[-1]["note"] == "hidden to protect fewer than 5"
    assert [r["faint"] for r in rows_of("plain")] == [False] * 5 + [True, True]


def test_a_citys_own_marks_stand_beside_the_rooms_only_where_it_made_them():
    assert {r["practice"]: r["own"] for r in rows_of("checked") if r["own"] is not None} == MARKS
    assert "your city" in str(chart("checked").to_dict())
    assert {r["own"] for r in rows_of("plain")} == {None}
    assert not any("your city: never" in text.whole for text in texts(svg(chart("plain"), 1180)))


def test_aspects_are_two_rows_without_their_difference():
    assert [r["name"] for r in rows_of("aspects")] == ["Technology", "Human side"]


def test_hidden_numbers_never_reach_the_browser():
    told = practices()
    told.loc[told["suppressed"], [c for c in told if told[c].dtype.kind == "f"]] = 3.7713
    assert practices_dumbbell(told, **OPTIONS).to_json() == chart("plain").to_json()
    assert "7713" not in practices_polar(told, **OPTIONS).to_json()


def test_the_sentence_says_each_practice():
    said = chart("checked").to_dict()["description"].replace("\u202f", " ")
    assert f"{LABELS[CODES[2]]}: gap 1.0 (95 %: 0.85 to 1.1), from level 2.9 to importance 3.9" in said
    assert "your city 5.0" in said
    assert said.endswith("1 hidden to protect fewer than 5 people.")


def test_round_the_circle_stand_all_practices_with_intervals_in_the_catalogues_order():
    figure = practices_polar(practices(), marks=MARKS, **OPTIONS)
    importance, spans, *_ = figure.data
    order = list(figure.layout.polar.angularaxis.categoryarray)
    assert [name.replace("<br>", " ") for name in order] == list(LABELS.values())
    assert list(importance.theta) == [*order, order[0]]
    assert list(spans.r)[:3] == [pytest.approx(3.65), pytest.approx(3.95), None]
    assert figure.layout.polar.radialaxis.range[0] == SCALE.low
    own = figure.data[-1]
    assert dict(zip(own.theta, own.r, strict=True)) == {order[CODES.index(code)]: mark for code, mark in MARKS.items()}


def test_the_circles_sentence_and_its_colours():
    said = practices_polar_alt(practices(), marks=MARKS, **OPTIONS)
    assert f"{LABELS[CODES[0]]}: importance 3.8" in said
    assert "your city 1.0" in said
    dark = practices_polar(practices(), look=DARK, **OPTIONS)
    assert dark.layout.paper_bgcolor == DARK.background
    assert {trace.name for trace in dark.data} >= {"importance", "present level"}


def test_names_from_outside_are_text_round_the_circle():
    labels = LABELS | {CODES[0]: "<b>Bold</b>"}
    figure = practices_polar(practices(), labels=labels, scale=SCALE)
    assert figure.layout.polar.angularaxis.categoryarray[0] == "&lt;b&gt;Bold&lt;/b&gt;"


def test_empty_frames_and_faults():
    assert practices_dumbbell(PRACTICES.empty(), {}, scale=SCALE).to_dict()["data"]["values"] == []
    assert practices_polar(PRACTICES.empty(), labels={}, scale=SCALE).to_json()
    with pytest.raises(FrameError, match="no label for"):
        practices_dumbbell(practices(), {}, scale=SCALE)
    with pytest.raises(FrameError, match="column 'gap' is missing"):
        practices_dumbbell(practices().drop(columns="gap"), **OPTIONS)


def test_the_frame_is_left_as_it_was():
    frame = practices()
    before = frame.copy(deep=True)
    practices_dumbbell(frame, marks=MARKS, **OPTIONS)
    practices_polar(frame, marks=MARKS, **OPTIONS)
    pd.testing.assert_frame_equal(frame, before)
