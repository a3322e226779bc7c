"""Who answered, what was marked, and one competency's pairs of marks."""

import pandas as pd
import pytest

from sctrain.catalogue import Scale
from sctrain.charts.joint import joint_alt, joint_table
from sctrain.charts.theme import LIGHT
from sctrain.charts.who import answered_alt, mix_alt, who_answered, who_mix
from sctrain.errors import FrameError
from sctrain.frames import ANSWERED, JOINT, MIX

from .made import data_of, marks, svg, texts

ROLES = {"head": "Head of department", "officer": "Municipal officer", "other": "Other role"}
ABC = {"a": "Across departments", "b": "Budgets"}
SCALE = Scale(low=1, high=3, importance=("not important", "essential"), level=("no knowledge", "expert"))


def mixed(*rows, dimension="role"):
    """MIX of (option, n, share, low, high); without n the row is hidden."""
    columns = ["option", "n", "share", "share_low", "share_high"]
    frame = pd.DataFrame(rows, columns=columns).assign(dimension=dimension)
    return MIX.check(frame.assign(suppressed=frame["n"].isna()))


def roles():
    return mixed(
        ("", 5, 0.125, 0.05, 0.26),
        ("officer", 9, 0.225, 0.12, 0.38),
        ("other", None, None, None, None),
        ("head", 20, 0.5, 0.35, 0.65),
    )


def options(chart):
    return [record["option"] for record in chart.to_dict()["data"]["values"]]


def test_options_fall_by_their_people_and_not_said_is_last():
    assert options(who_mix(roles(), ROLES, title="Role")) == ["head", "officer", "other", ""]


def test_ordered_options_keep_their_order():
    assert options(who_mix(roles(), ROLES, title="Role", ordered=True)) == ["officer", "other", "head", ""]


def test_a_share_is_said_with_its_interval_and_its_people():
    head, officer, other, unsaid = who_mix(roles(), ROLES, title="Role").to_dict()["data"]["values"]
    assert [r["value"].replace("\u202f", " ") for r in (head, officer, other, unsaid)] == ["50 %", "22 %", "", "12 %"]
    assert [r["people"] for r in (head, officer, other, unsaid)] == ["20", "9", "", "5"]
    assert head["about"].replace("\u202f", " ") == "50 % (95 %: 35 % to 65 %)"
    assert (other["note"], officer["faint"], unsaid["name"]) == ("hidden to protect fewer than 5", True, "not said")


@pytest.mark.parametrize(("officers", "told"), [(9, True), (10, False)])
def test_faded_bars_are_told_in_the_key(officers, told):
    frame = mixed(("head", 20, 0.5, 0.35, 0.65), ("officer", officers, 0.25, 0.1, 0.4))
    seen = {text.whole for text in texts(svg(who_mix(frame, ROLES, title="Role"), 358))}
    assert ("faded: n below 10" in seen) == told


def test_an_interval_stands_out_from_its_bar_by_a_halo():
    halo, line = (m["mark"] for m in marks(who_mix(roles(), ROLES, title="Role"), "rule") if "x2" in m["encoding"])
    assert (halo["color"], line["color"]) == (LIGHT.background, LIGHT.text)
    assert halo["strokeWidth"] > line["strokeWidth"]


def test_bars_begin_at_zero_and_leave_room_for_the_interval():
    bar = next(m for m in marks(who_mix(roles(), ROLES, title="Role"), "rect") if m["encoding"].get("x2"))
    assert (bar["encoding"]["x"]["field"], bar["encoding"]["x2"]["field"]) == ("zero", "share")
    assert bar["encoding"]["x"]["scale"]["domain"] == [0, 0.65]


def test_the_title_says_of_how_many_people():
    assert "Role: share of 40 people" in who_mix(roles(), ROLES, title="Role").to_dict()["title"]["text"]["expr"]


def test_one_dimension_is_drawn_at_a_time():
    both = pd.concat([roles(), mixed(("PT", 9, 0.2, 0.1, 0.3), dimension="country")], ignore_index=True)
    with pytest.raises(FrameError, match=r"MIX.dimension: one is drawn at a time"):
        who_mix(both, ROLES, title="Role")


def test_the_sentence_names_the_largest_and_the_smallest_group():
    assert mix_alt(roles(), ROLES, title="Role").replace("\u202f", " ") == (
        "Role: 40 people, 4 answers; most often Head of department: 50 %, n 20; least often Municipal officer: 22 %, "
        "n 9; 1 hidden to protect fewer than 5 people."
    )


def answers():
    return ANSWERED.check(
        pd.DataFrame(
            {
                "competency": ["a", "b"],
                "n": [40, 40],
                "both": [0.5, 0.8],
                "importance_only": [0.25, 0.1],
                "level_only": [0.15, 0.0],
                "neither": [0.1, 0.1],
                "dont_know": [float("nan"), 0.05],
                "suppressed": False,
            }
        )
    )


def test_the_parts_of_a_bar_follow_one_another_to_the_whole():
    bars = next(m for m in marks(who_answered(answers(), ABC), "rect") if m["encoding"].get("fill", {}).get("field"))
    parts = [r for r in bars["data"]["values"] if r["competency"] == "a"]
    assert [(r["part"], r["start"], r["end"]) for r in parts] == [
        ("importance and level", 0, 0.5),
        ("importance only", 0.5, 0.75),
        ("level only", 0.75, 0.9),
        ("neither", 0.9, 1.0),
    ]
    assert [r["fill"] for r in parts] == [LIGHT.gap, LIGHT.importance, LIGHT.level, LIGHT.background]


def test_what_most_people_marked_is_on_top():
    found = data_of(who_answered(answers(), ABC))
    assert [(c, r["value"].replace("\u202f", " "), r["people"]) for c, r in found.items()] == [
        ("b", "80 %", "40"),
        ("a", "50 %", "40"),
    ]


def test_parts_are_named_in_a_key():
    seen = {text.whole for text in texts(svg(who_answered(answers(), ABC), 358))}
    assert {"importance and level", "importance only", "level only", "neither"} <= seen


def test_the_sentence_tells_what_was_marked_most_and_least():
    assert answered_alt(answers(), ABC).replace("\u202f", " ") == (
        "Share of people who marked importance and level of 2 competencies; most for Budgets: 80 %, n 40; "
        "fewest for Across departments: 50 %, n 40."
    )


def pairs():
    """Nine cells: 12 people at (3, 1), 8 at (2, 2), one cell hidden, the others empty."""
    n = {(3, 1): 12, (2, 2): 8, (1, 3): None}
    rows = [(i, lv, n.get((i, lv), 0)) for i in (1, 2, 3) for lv in (1, 2, 3)]
    frame = pd.DataFrame(rows, columns=["importance", "level", "n"])
    return JOINT.check(frame.assign(share=frame["n"] / 20, suppressed=frame["n"].isna()))


def grid(**options):
    chart = joint_table(pairs(), scale=SCALE, **options)
    return {(r["importance"], r["level"]): r for r in chart.to_dict()["data"]["values"]}


def test_a_cell_counts_people_and_zero_is_blank():
    said = {pair: record["value"] for pair, record in grid().items() if record["value"]}
    assert said == {(3, 1): "12", (2, 2): "8", (1, 3): "hidden"}


def test_importance_rises_and_level_runs_to_the_right():
    assert {(r["down"], r["across"]) for pair, r in grid().items() if pair == (3, 1)} == {(0, 0)}
    assert {(r["down"], r["across"]) for pair, r in grid().items() if pair == (1, 3)} == {(2, 2)}


def test_the_diagonal_is_where_level_equals_importance():
    assert [pair for pair, record in grid().items() if record["equal"]] == [(1, 1), (2, 2), (3, 3)]


def test_more_people_are_darker_and_none_is_the_page():
    fills = {pair: record["fill"] for pair, record in grid().items()}
    assert fills[3, 1] == LIGHT.shade(1)
    assert fills[1, 1] == fills[1, 3] == LIGHT.background
    assert fills[2, 2] not in (fills[3, 1], LIGHT.background)


@pytest.mark.parametrize("width", [358, 1200])
def test_the_ends_of_both_scales_are_said_in_words(width):
    seen = {text.whole for text in texts(svg(joint_table(pairs(), scale=SCALE), width))}
    assert {"3 essential", "2", "1 not important", "no knowledge", "expert", "importance", "present level"} <= seen


def test_a_long_scale_keeps_its_cells_and_drops_their_numbers():
    long = Scale(low=0, high=20)
    rows = [(i, lv, 5) for i in range(21) for lv in range(21)]
    frame = pd.DataFrame(rows, columns=["importance", "level", "n"]).assign(share=1 / 441, suppressed=False)
    chart = joint_table(frame, scale=long)
    assert len(chart.to_dict()["data"]["values"]) == 441
    assert svg(chart, 358).count('opacity="0"') >= 441


def test_the_sentence_tells_the_commonest_pair():
    assert joint_alt(pairs()).replace("\u202f", " ") == (
        "People by importance and present level, 20 with both marks; most often importance 3 and level 1: 12 people, "
        "60 %; 1 hidden to protect fewer than 5 people."
    )
