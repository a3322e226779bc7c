"""Cohorts compared, who can teach whom, and what stays untaught."""

from functools import cache

import pandas as pd
import pytest

from sctrain.charts.peers import cohorts_dots, pairs_heat, untaught_rows
from sctrain.charts.theme import DARK, LIGHT
from sctrain.errors import FrameError
from sctrain.frames import PEERS_COHORTS, PEERS_PAIRS, PEERS_TAUGHT

from .made import KNOWN, LABELS, check, svg, texts

GROUPS = {o.code: o.label for o in KNOWN.dimensions["discipline"].option}
CODES = tuple(GROUPS)


def cohorts():
    """A best mix, the mix of the room, one group less, one that cannot be told, one of too few seats, one hidden."""
    mix, one = ("best mix", "", 51, 12), "one group"
    rows = [
        (*mix, "ict 6 + law 6", 29, 0.8, 0.72, 0.88, 0.06, 0.01, 0.11, "more", False),
        ("mix of the room", "", 51, 12, "ict 12", 29, 0.74, 0.66, 0.81, *(None,) * 4, False),
        (one, "ict", 14, 12, "ict 12", 29, 0.51, 0.44, 0.58, -0.23, -0.31, -0.12, "less", False),
        (one, "planning", 13, 12, "planning 12", 29, 0.7, 0.6, 0.8, -0.04, -0.1, 0.05, "cannot tell", False),
        (one, "finance", 6, 5, "finance 5", 29, 0.4, 0.2, 0.6, *(None,) * 4, False),
        (one, "law", None, None, "", 29, *(None,) * 7, True),
    ]
    whole = dict.fromkeys(("n", "seats"), "Int64") | {"verdict": "str"}
    return PEERS_COHORTS.check(pd.DataFrame(rows, columns=PEERS_COHORTS.names).astype(whole))


def pairs(codes=("ict", "planning", "finance"), hidden=("law",)):
    n = dict(zip(codes, (14, 13, 6, 20, 30, 40), strict=False))
    rows = []
    for i, one in enumerate((*codes, *hidden)):
        for j, other in enumerate((*codes, *hidden)):
            gone = one in hidden or other in hidden
            share = min(0.3 + 0.1 * i + 0.05 * j, 0.9)
            numbers = (None,) * 4 if gone else (min(11, n[other] - 1), share, share - 0.1, share + 0.1)
            rows.append((one, other, n.get(one), n.get(other), numbers[0], 29, *numbers[1:], gone))
    whole = dict.fromkeys(("n_learners", "n_teachers", "seats"), "Int64")
    return PEERS_PAIRS.check(pd.DataFrame(rows, columns=PEERS_PAIRS.names).astype(whole))


def taught():
    """The first competency takes a trainer, the second is hidden, the third nobody answered, more for others."""
    rows = [
        (KNOWN.codes[0], 50, 0, 0.0, 0.0, 0.07, 1.2, 1.0, 0.4, 1.0, False),
        (KNOWN.codes[1], None, None, *(None,) * 7, True),
        (KNOWN.codes[2], 0, None, *(None,) * 7, False),
    ]
    shared = (0.1, 0.04, 0.21, 1.5)
    rows += [(code, 50, 5 + i, *shared, 0.5 - i / 60, 0.2, 0.8, False) for i, code in enumerate(KNOWN.codes[3:])]
    whole = dict.fromkeys(("n", "teachers"), "Int64")
    return PEERS_TAUGHT.check(pd.DataFrame(rows, columns=PEERS_TAUGHT.names).astype(whole))


CHARTS = {
    "cohorts": (cohorts_dots, cohorts, {"labels": GROUPS, "seats": 12}),
    "pairs": (pairs_heat, pairs, {"labels": GROUPS, "seats": 12}),
    "six": (pairs_heat, lambda: pairs(CODES, ()), {"labels": GROUPS, "seats": 12}),
    "taught": (untaught_rows, taught, {"labels": LABELS, "seats": 12}),
}


@cache
def chart(name, look=LIGHT):
    draw, frame, options = CHARTS[name]
    return draw(frame(), look=look, **options)


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_valid_vega_lite_in_both_looks(name):
    for look in (LIGHT, DARK.larger(1.7)):
        check(chart(name, look))


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("width", [358, 1180])
def test_nothing_overlaps_and_nothing_leaves_the_picture(name, width):
    found = texts(svg(chart(name), width))
    assert f'width="{width}"' in svg(chart(name), width)[:200]
    assert not [(a.line, b.line) for i, a in enumerate(found) for b in found[:i] if a.covers(b)]
    assert not [text.line for text in found if text.left < 0 or text.right > width]


def rows_of(name):
    return chart(name).to_dict()["data"]["values"]


def test_mixes_come_first_then_groups_by_what_they_teach_and_hidden_ones_last():
    assert [r["name"] for r in rows_of("cohorts")] == [
        "Mix that seems best",
        "Mixed as the room is",
        "Only Urban planning",
        "Only ICT and data",
        "Only Finance and business",
        "Only Law, procurement and data protection",
    ]


def test_a_cohort_says_what_it_has_more_or_less_or_that_it_cannot_be_told():
    told = {r["group"] or r["cohort"]: r["against"] for r in rows_of("cohorts")}
    assert told == {
        "best mix": "+6 points",
        "mix of the room": "",
        "ict": "−23 points",
        "planning": "cannot tell",
        "finance": "too few for 12 seats",
        "law": "",
    }
    fills = {r["group"]: r["fill"] for r in rows_of("cohorts")}
    assert fills["finance"] == LIGHT.background != fills["ict"]


@pytest.mark.parametrize("name", ["cohorts", "pairs", "taught"])
def test_hidden_numbers_never_reach_the_browser(name):
    draw, frame, options = CHARTS[name]
    told = frame()
    numbers = [c for c in told if told[c].dtype.kind == "f"]
    told.loc[told["suppressed"], numbers] = 0.7713
    assert draw(told, **options).to_json() == chart(name).to_json()
    hidden = "hidden to protect fewer than 5"
    assert any(hidden in (r.get("note"), r.get("about")) for r in rows_of(name))


def test_a_cell_says_its_share_with_its_interval_and_its_own_group_is_framed():
    cells = {(r["learners"], r["teachers"]): r for r in rows_of("pairs")}
    assert cells["ict", "planning"]["value"] == "35\u202f%\n25–45"
    assert cells["ict", "planning"]["people"] == "14 and 13"
    assert [key for key, r in cells.items() if r["own"] and not r["suppressed"]] == [
        (code, code) for code in ("ict", "planning", "finance")
    ]
    assert cells["ict", "finance"]["small"]
    assert not cells["ict", "planning"]["small"]


def test_what_takes_a_trainer_comes_first_then_what_is_hidden_and_silence_last():
    found = untaught_rows(taught(), LABELS, seats=12, top=None).to_dict()["data"]["values"]
    assert [r["competency"] for r in found[:3]] == [KNOWN.codes[0], KNOWN.codes[1], KNOWN.codes[3]]
    assert found[-1]["note"] == "no answers"
    assert (found[0]["shape"], found[2]["shape"]) == ("square", "circle")
    assert found[0]["teaching"] == "0 of 50"


def test_what_is_marked_is_shown_beyond_the_top():
    drawn = untaught_rows(taught(), LABELS, seats=12, top=3, marked=KNOWN.codes[-1]).to_dict()["data"]["values"]
    assert [r["marked"] for r in drawn] == [False, False, False, True]


def test_the_sentences_say_what_the_charts_show():
    said = chart("cohorts").to_dict()["description"].replace("\u202f", " ")
    assert "Only ICT and data: 51 % (95 %: 44 % to 58 %), n 14, −23 points" in said
    assert said.endswith("1 hidden to protect fewer than 5 people.")
    said = chart("pairs").to_dict()["description"].replace("\u202f", " ")
    assert "most for Finance and business by Finance and business: 60 % (95 %: 50 % to 70 %), n 6 and 6" in said
    said = chart("taught").to_dict()["description"]
    assert f"nobody can teach {LABELS[KNOWN.codes[0]]}" in said


def test_empty_frames_and_unknown_groups():
    assert cohorts_dots(PEERS_COHORTS.empty(), {}, seats=12).to_dict()["data"]["values"] == []
    assert svg(pairs_heat(PEERS_PAIRS.empty(), {}, seats=12), 358)
    with pytest.raises(FrameError, match="no label for 'planning'"):
        cohorts_dots(cohorts(), {}, seats=12)


@pytest.mark.parametrize("name", ["cohorts", "pairs", "taught"])
def test_the_frame_is_left_as_it_was_and_a_missing_column_stops_the_chart(name):
    draw, frame, options = CHARTS[name]
    given = frame()
    before = given.copy(deep=True)
    draw(given, **options)
    pd.testing.assert_frame_equal(given, before)
    with pytest.raises(FrameError, match="column 'suppressed' is missing"):
        draw(given.drop(columns="suppressed"), **options)
