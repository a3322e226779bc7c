"""What every chart keeps: a checked frame, hidden numbers, whole labels, a width that fits."""

import json
import pickle

import altair as alt
import numpy as np
import pandas as pd
import pytest
import vl_convert
from hypothesis import given, settings
from hypothesis import strategies as st

from sctrain.charts.theme import DARK, LIGHT
from sctrain.errors import FrameError

from .made import CASES, LABELS, ROLES, check, data_of, marks, picture, svg, texts

EVERY = pytest.mark.parametrize("case", CASES.values(), ids=CASES)
WIDTHS = pytest.mark.parametrize("width", [358, 1200], ids=("phone", "wall"))
SENTINEL = 7713


def told(contract, frame, hidden):
    """The frame with rows hidden whose numbers are still in it, unmistakable ones."""
    frame = frame.assign(suppressed=frame["suppressed"].astype(bool) | hidden)
    for column in numbers(contract):
        sentinel = SENTINEL / 10_000 if column.high == 1 else SENTINEL
        frame[column.name] = frame[column.name].mask(frame["suppressed"], sentinel)
    return frame


def numbers(contract):
    """The numeric columns that are hidden; keys never are."""
    return [c for c in contract.columns if c.kind in ("count", "number") and c.name not in contract.key]


def untold(contract, frame):
    """The frame without the numbers of its hidden rows."""
    return frame.assign(**{c.name: frame[c.name].mask(frame["suppressed"]) for c in numbers(contract)})


@EVERY
def test_a_chart_is_valid_vega_lite_in_both_looks(case):
    for look in (LIGHT, DARK.larger(1.7)):
        check(case(look=look))


@EVERY
def test_a_chart_is_an_altair_chart_that_can_be_saved_and_cached(case):
    chart = case()
    assert isinstance(chart, alt.LayerChart)
    assert json.loads(chart.to_json()) == pickle.loads(pickle.dumps(chart)).to_dict() == chart.to_dict()
    chart.to_dict()["layer"].clear()
    assert chart.to_dict()["layer"]


@WIDTHS
@pytest.mark.parametrize("name", CASES)
def test_nothing_overlaps_and_nothing_leaves_the_picture(name, width):
    found = texts(picture(name, width))
    assert f'width="{width}"' in picture(name, width)[:200]
    assert not [(a.line, b.line) for i, a in enumerate(found) for b in found[:i] if a.covers(b)]
    assert not [text.line for text in found if text.left < 0 or text.right > width]


@pytest.mark.parametrize(
    ("name", "labels"),
    [*((name, LABELS) for name in ("priority", "dumbbell", "heat", "answered")), ("mix", ROLES)],
)
@WIDTHS
def test_every_label_is_there_whole(name, labels, width):
    wholes = {text.whole for text in texts(picture(name, width))}
    assert set(labels.values()) <= wholes


@pytest.mark.parametrize("name", ["priority", "heat"])
@WIDTHS
def test_what_is_marked_is_outlined_and_bold_and_the_last_row_beyond_the_top(name, width):
    last = list(data_of(CASES[name]()))[-1]
    chart = CASES[name](top=3, marked=last)
    shown = data_of(chart)
    assert [code for code, row in shown.items() if row["marked"]] == [last] == list(shown)[3:]
    (outline,) = [m for m in marks(chart, "rect") if m["mark"].get("filled") is False]
    assert outline["transform"][0]["filter"].startswith("datum.marked &&")
    found = texts(svg(chart, width))
    assert not [(a.line, b.line) for i, a in enumerate(found) for b in found[:i] if a.covers(b)]
    assert {text.whole for text in found if text.bold} & set(LABELS.values()) == {LABELS[last]}


@pytest.mark.parametrize("name", ["priority", "heat"])
def test_only_what_is_there_can_be_marked(name):
    assert not any(row["marked"] for row in data_of(CASES[name]()).values())
    with pytest.raises(FrameError, match="'z' cannot be marked; there are: "):
        CASES[name](marked="z")


@EVERY
def test_every_chart_can_be_drawn_as_a_picture(case):
    spec = {**case(look=DARK).to_dict(), "width": 358}
    assert vl_convert.vegalite_to_png(spec, vl_version="6.4").startswith(b"\x89PNG")


@EVERY
def test_a_chart_says_how_many_people_it_rests_on(case):
    told = case().to_dict()["layer"]
    tips = [field["title"] for layer in told for field in layer["encoding"].get("tooltip", ())]
    assert "people" in tips


@EVERY
def test_the_description_tells_the_chart_in_one_sentence(case):
    says = case().to_dict()["description"]
    assert says[0].isupper()
    assert says.endswith(".")
    assert "nan" not in says.lower()


@EVERY
def test_a_missing_column_stops_the_chart(case):
    frame = case.frame()
    for column in case.contract.names:
        with pytest.raises(FrameError, match=f"{column}"):
            case(frame.drop(columns=column))
        with pytest.raises(FrameError, match=f"{column}"):
            case(frame.rename(columns={column: f"{column}_"}))


@EVERY
def test_a_code_without_label_stops_the_chart(case):
    if "labels" in case.options:
        with pytest.raises(FrameError, match="no label for"):
            case.draw(case.frame(), **{**case.options, "labels": {"x": "X"}})


@EVERY
def test_the_frame_is_left_as_it_was(case):
    frame = case.frame()
    before = frame.copy(deep=True)
    case(frame)
    pd.testing.assert_frame_equal(frame, before)


@EVERY
@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 999), share=st.sampled_from([0.1, 0.5, 0.9]))
def test_hidden_numbers_never_reach_the_browser(case, seed, share):
    frame = case.frame()
    frame = told(case.contract, frame, np.random.default_rng(seed).random(len(frame)) < share)
    drawn = case(frame).to_json()
    assert str(SENTINEL) not in drawn
    assert drawn == case(untold(case.contract, frame)).to_json()


@EVERY
def test_a_frame_without_rows_is_a_chart_without_rows(case):
    chart = case(case.contract.empty())
    assert chart.to_dict()["data"]["values"] == []
    assert svg(chart, 358)


@EVERY
def test_a_frame_that_is_hidden_whole_says_so(case):
    frame = case.frame().assign(suppressed=True)
    said = {text.whole for text in texts(svg(case(frame), 358))}
    assert {"hidden to protect fewer than 5", f"{len(frame)} hidden to protect fewer than 5", "hidden"} & said


@EVERY
def test_the_threshold_that_is_said_is_the_one_given(case):
    frame = case.frame().assign(suppressed=True)
    assert "fewer than 10" in case(frame, k=10).to_json()
    assert "fewer than 5" not in case(frame, k=10).to_json()


@EVERY
def test_a_chart_is_as_wide_as_its_container_and_sets_its_own_height(case):
    spec = case().to_dict()
    assert spec["width"] == "container"
    assert spec["autosize"] == {"type": "fit-x", "contains": "padding"}
    assert {"wide", "height"} <= {param["name"] for param in spec["params"]}


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("priority", ["competency"]),
        ("dumbbell", ["competency"]),
        ("map", ["competency"]),
        ("heat", ["competency", "group"]),
        ("mix", ["option"]),
        ("answered", ["competency"]),
    ],
)
def test_a_click_on_a_mark_picks(name, fields):
    spec = CASES[name]().to_dict()
    (pick,) = [param for param in spec["params"] if param["name"] == "pick"]
    assert pick["select"]["fields"] == fields
    (view,) = pick["views"]
    assert view in [layer.get("name") for layer in spec["layer"]]
    assert all(field in record for record in spec["data"]["values"] for field in fields)
