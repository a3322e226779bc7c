"""Slopes from before to after, and shifts round zero: what is said, what stands out, what stays hidden."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sctrain.charts.moved import (
    _apart,
    forest_alt,
    groups_alt,
    moved_forest,
    moved_groups,
    moved_slope,
    slope_alt,
)
from sctrain.charts.theme import DARK, LIGHT
from sctrain.errors import FrameError
from sctrain.frames import MOVED, MOVED_GROUPS

from .made import KNOWN, LABELS, check, svg, texts

CODES = KNOWN.codes[:7]
BANDS = KNOWN.comparisons["city_size_band"].groups
SHIFTS = (1.2, 0.3, 0.1, 0.0, -0.6)


def moved(n=48):
    """One moved up, one down, three that may not have, one hidden, one that nobody put in order."""
    rows = []
    for i, (code, shift) in enumerate(zip(CODES, SHIFTS, strict=False)):
        told = "up" if shift > 1 else "down" if shift < -0.5 else "cannot tell"
        ends = (shift - 0.5, shift + 0.5, shift - 0.2, shift + 0.2)
        before = 3.4 + 0.1 * i
        shares = (0.6, 0.5, 0.7, None, None, None, 0.2, 0.1, 0.3)
        rows.append((code, n, before, before - shift, shift, *ends, 0.01, told, i + 1, i + 1, *shares, False))
    rows.append((CODES[5], *(None,) * 21, True))
    rows.append((CODES[6], 0, *(None,) * 20, False))
    whole = dict.fromkeys(("n", "rank_before", "rank_after"), "Int64") | {"moved": "str"}
    frame = pd.DataFrame(rows, columns=MOVED.names).astype(whole)
    return MOVED.check(frame.astype({c.name: float for c in MOVED.columns if c.kind == "number"}))


def groups():
    small, large = BANDS
    rows = [
        (CODES[0], small, 33, 1.8, 1.2, 2.4, 0.001, "up", 1.6, 0.9, 2.3, True, False),
        (CODES[0], large, 15, 0.2, -0.4, 0.8, 1.0, "cannot tell", -1.6, -2.3, -0.9, True, False),
        (CODES[1], small, 33, 0.2, -0.2, 0.6, 1.0, "cannot tell", 0.1, -0.5, 0.7, False, False),
        (CODES[1], large, 15, 0.1, -0.4, 0.6, 1.0, "cannot tell", -0.1, -0.7, 0.5, False, False),
        (CODES[2], small, 33, -0.8, -1.2, -0.4, 0.01, "down", -0.7, -1.4, 0.0, False, False),
        (CODES[2], large, *(None,) * 9, False, True),
    ]
    frame = pd.DataFrame(rows, columns=MOVED_GROUPS.names).astype({"n": "Int64", "moved": "str"})
    return MOVED_GROUPS.check(frame.astype({c.name: float for c in MOVED_GROUPS.columns if c.kind == "number"}))


CHARTS = {
    "slope": (moved_slope, moved, {"labels": LABELS}),
    "forest": (moved_forest, moved, {"labels": LABELS}),
    "groups": (moved_groups, groups, {"labels": LABELS, "group_labels": BANDS}),
}


@cache
def chart(name, look=LIGHT):
    draw, frame, options = CHARTS[name]
    return draw(frame(), look=look, **options)


def rows_of(name):
    return chart(name).to_dict()["data"]["values"]


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_valid_vega_lite_in_both_looks(name):
    for look in (LIGHT, DARK.larger(1.7)):
        check(chart(name, look))


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("width", [350, 358, 1180])
def test_nothing_overlaps_and_nothing_leaves_the_picture(name, width):
    found = texts(svg(chart(name), width))
    assert not [(a.line, b.line) for i, a in enumerate(found) for b in found[:i] if a.covers(b)]
    assert not [text.line for text in found if text.left < -1 or text.right > width]


@pytest.mark.parametrize("name", ["slope", "forest"])
@pytest.mark.parametrize("width", [358, 1180])
def test_every_label_is_there_whole(name, width):
    wholes = {text.whole for text in texts(svg(chart(name), width))}
    assert {LABELS[code] for code in CODES} <= wholes


@pytest.mark.parametrize("name", CHARTS)
def test_hidden_numbers_never_reach_the_browser(name):
    draw, frame, options = CHARTS[name]
    told = frame()
    for column in (c for c in told if told[c].dtype.kind == "f"):
        told.loc[told["suppressed"], column] = 1.7713 if column in ("before", "after") else 0.7713
    assert draw(told, **options).to_json() == chart(name).to_json()
    assert "7713" not in chart(name).to_json()
    assert any("hidden to protect fewer than 5" in str(row) for row in rows_of(name))


def test_what_moved_stands_out_by_colour_shape_and_weight_and_lies_on_top():
    rows = {row["option"]: row for row in rows_of("slope")}
    moved_, still = rows[CODES[0]], rows[CODES[2]]
    assert (moved_["colour"], moved_["shape"]) == (LIGHT.survey, "diamond")
    assert (still["colour"], still["shape"]) == (LIGHT.quiet, "circle")
    assert moved_["weight"] > still["weight"]
    assert [row["moved"] for row in rows_of("slope")][-2:] == [True, True]
    bold = {text.whole for text in texts(svg(chart("slope"), 1180)) if text.bold}
    assert {LABELS[CODES[0]], LABELS[CODES[4]]} <= bold
    assert LABELS[CODES[2]] not in bold


def test_a_slope_says_both_places_and_how_far_with_its_interval():
    about = {row["option"]: row["about"] for row in rows_of("slope")}
    assert about[CODES[0]] == "3.4 → 2.2: up 1.2 (95\u202f%: 0.7 to 1.7)"
    assert about[CODES[4]] == "3.8 → 4.4: down 0.6 (95\u202f%: 0.1 to 1.1)"
    assert about[CODES[2]] == "3.6 → 3.5: may not have moved (95\u202f%: −0.4 to 0.6)"


def test_the_first_place_is_on_top_and_a_line_goes_from_before_to_after():
    rows = {row["option"]: row for row in rows_of("slope")}
    for layout in ("wide", "narrow"):
        up, down = rows[CODES[0]][layout], rows[CODES[4]][layout]
        step = (up["before"] - up["after"]) / 1.2  # px for a place
        assert step > 20
        assert (down["after"] - down["before"]) / 0.6 == pytest.approx(step, abs=0.5)
        assert up["after"] - 1.2 * step == pytest.approx(down["before"] - 2.8 * step, abs=0.5)  # where place 1 is
    assert "after, n 48" in {text.whole for text in texts(svg(chart("slope"), 1180))}


def test_shares_are_told_to_who_points_at_a_row_and_hidden_ones_are_not():
    assert {row["shares"] for row in rows_of("forest") if row["value"]} == {"60% up, hidden left, 20% down"}


def test_groups_stand_under_their_option_and_only_options_that_moved():
    assert [(row["name"], row["value"]) for row in rows_of("groups")] == [
        (LABELS[CODES[0]], ""),
        (BANDS["small_medium"], "1.8"),
        (BANDS["large"], "0.2"),
        (LABELS[CODES[2]], ""),
        (BANDS["small_medium"], "−0.8"),
        (BANDS["large"], ""),
    ]
    still = groups().assign(moved="cannot tell", differs=False)
    drawn = moved_groups(still, LABELS, BANDS).to_dict()
    assert {row["option"] for row in drawn["data"]["values"]} == {CODES[0]}


def test_the_alternative_texts_are_made_of_the_numbers():
    said = slope_alt(moved(), LABELS)
    assert said.startswith("Mean places of 7 options before and after the debate, of 48 people; ")
    assert f"{LABELS[CODES[0]]}: 3.4 → 2.2, up 1.2 (95\u202f%: 0.7 to 1.7)" in said
    assert said.endswith("1 hidden to protect fewer than 5 people.")
    assert chart("slope").to_dict()["description"] == said
    assert f"{LABELS[CODES[4]]} −0.6 (95\u202f%: −1.1 to −0.1)" in forest_alt(moved(), LABELS)
    told = groups_alt(groups(), LABELS, BANDS)
    assert f"{LABELS[CODES[0]]}: {BANDS['small_medium']} 1.8 (95\u202f%: 1.2 to 2.4), n 33" in told
    assert "1 hidden" in told


def test_numbers_of_many_people_have_two_decimals():
    assert "up 1.20 (95\u202f%: 0.70 to 1.70)" in slope_alt(moved(300), LABELS)


def test_what_has_no_label_is_refused():
    with pytest.raises(FrameError, match="no label"):
        moved_slope(moved(), {})


BLOCKS = st.lists(st.tuples(st.floats(0, 300), st.floats(5, 60)), max_size=9)


@settings(max_examples=300, deadline=None)
@given(BLOCKS)
def test_blocks_never_overlap_keep_their_order_and_stay_where_there_is_room(blocks):
    blocks.sort(key=lambda block: block[0])
    wanted, heights = [b[0] for b in blocks], [b[1] for b in blocks]
    found = _apart(wanted, heights, 10)
    tops = [middle - height / 2 for middle, height in zip(found, heights, strict=True)]
    ends = [middle + height / 2 for middle, height in zip(found, heights, strict=True)]
    assert all(end <= top + 1e-6 for end, top in zip(ends, tops[1:], strict=False))
    assert all(top >= 10 - 1e-6 for top in tops)
    free = [want - height / 2 for want, height in zip(wanted, heights, strict=True)]
    apart = all(a + h <= b for a, h, b in zip(free, heights, free[1:], strict=False))
    if apart and all(top >= 10 for top in free):
        assert np.allclose(found, wanted)
